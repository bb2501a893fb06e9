use headway_store::{SaveProfile, SavedProfile, SetSetting};
use serde_json::{Value, json};

use crate::support::{ann, at, on_both};

#[tokio::test]
async fn settings_come_and_go() {
    on_both(async |home| {
        let store = home.store().await;
        assert_eq!(store.setting_value("min_n").await.expect("read"), Value::Null);
        for (value, changed) in
            [(json!(10), true), (json!(10), false), (json!("ten"), true), (Value::Null, true), (Value::Null, false)]
        {
            let write = SetSetting { name: "min_n", value: &value };
            assert_eq!(store.write(&ann(), at(1), write).await.expect("set"), changed, "{value}");
            assert_eq!(store.setting_value("min_n").await.expect("read"), value);
        }
    })
    .await;
}

#[tokio::test]
async fn profiles_are_kept_by_name_and_their_texts_in_the_activity() {
    on_both(async |home| {
        let store = home.store().await;
        let save = async |name, sha256, text, n| {
            store.write(&ann(), at(n), SaveProfile { name, sha256, text }).await.expect("saved")
        };
        assert!(save("b", "1", "[place]\nlevel = 'school' # ´", 1).await);
        assert!(save("a", "2", "x", 2).await);
        assert!(!save("a", "2", "x", 3).await);
        assert!(save("a", "3", "y", 4).await);
        let kept = SavedProfile { name: "a".into(), sha256: "3".into(), text: "y".into(), saved_at: at(4) };
        assert_eq!(store.find_profile("a").await.expect("read"), Some(kept));
        assert_eq!(store.find_profile("c").await.expect("read"), None);
        let names: Vec<_> = store.all_profiles().await.expect("a list").into_iter().map(|p| p.name).collect();
        assert_eq!(names, ["a", "b"]);
        let detail = store.activity_detail(3).await.expect("a look").expect("there");
        assert_eq!(detail.before["text"], "x");
    })
    .await;
}

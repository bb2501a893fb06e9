use std::path::{Path, PathBuf};

use headway_store::{
    ActivityFilter, EditionChoice, LoadEdition, SaveProfile, SetSetting, Store, StoreError, UndoImport, UpsertPlaces,
};
use serde_json::json;

use crate::catalog::publish;
use crate::sample::{import, places, plan};
use crate::support::{Home, ann, at, day, on_both, postgres, sqlite};

/// A store with something of everything.
async fn filled(home: &Home) -> Store {
    let store = home.store().await;
    store.write(&ann(), at(1), LoadEdition { plan: &plan() }).await.expect("loaded");
    store.write(&ann(), at(2), UpsertPlaces { places: &places(60, 20) }).await.expect("put");
    publish(&store, "aa", "2014-10-01", "grad").await;
    let undone = publish(&store, "bb", "2014-10-01", "grad").await;
    store.write(&ann(), at(5), UndoImport { import: undone }).await.expect("undone");
    store.write(&ann(), at(6), import("cc", day("2014-10-01"))).await.expect("begun");
    store.write(&ann(), at(7), SaveProfile { name: "p", sha256: "1", text: "a\n\"b\"\\ ´" }).await.expect("saved");
    store.write(&ann(), at(8), SetSetting { name: "s", value: &json!([1.5, "x"]) }).await.expect("set");
    store
}

/// Everything that can be read, as one text.
async fn told(store: &Store, up_to: i64) -> String {
    let mut activity = Vec::new();
    for number in 1..=up_to {
        activity.push(store.activity_detail(number).await.expect("a look"));
    }
    format!(
        "{:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{activity:?}",
        store.find_plan("ma", "delivery", EditionChoice::Newest).await.expect("read"),
        store.all_agencies().await.expect("a list"),
        store.all_editions().await.expect("a list"),
        store.all_places().await.expect("a list"),
        store.all_imports().await.expect("a list"),
        store.import_report(1).await.expect("read"),
        store.visible_segments("grad", day("2020-01-01")).await.expect("a list"),
        store.all_profiles().await.expect("a list"),
        store.setting_value("s").await.expect("read"),
    )
}

/// Backs up `from` and restores into `to`: the same can be read there, and it goes on from there.
async fn moves(from: &Home, to: &Home) {
    let store = filled(from).await;
    let version = store.version().await.expect("a version");
    let folder = from.folder.path().join(format!("backup-{}", to.is_postgres()));
    let backup = store.write_backup(&folder).await.expect("backed up");
    assert_eq!(backup.version, version);
    assert_eq!(backup.segments, ["grad/1.parquet", "grad/2.parquet"]);
    assert_eq!(backup.bytes, std::fs::metadata(&backup.file).expect("a file").len());
    let kept = std::fs::read(&backup.file).expect("a file");

    let (copy, restored) = Store::restore_backup(&to.address().await, &folder, &ann(), at(99)).await.expect("restored");
    assert_eq!((restored.version, &restored.segments), (version, &backup.segments));
    assert!(restored.rows.contains(&("place", 1261)), "{:?}", restored.rows);
    assert_eq!(told(&copy, version).await, told(&store, version).await);
    assert_eq!(copy.version().await.expect("a version"), version + 1, "the restore is a change of its own");
    let health = copy.check_health().await.expect("a look");
    assert_eq!((health.problems, health.begun), (vec![], vec![3]));
    assert_eq!(publish(&copy, "dd", "2015-10-01", "grad").await, 4, "numbers go on");
    assert_eq!(std::fs::read(&backup.file).expect("a file"), kept, "the backup was not touched");
    let left: Vec<_> = std::fs::read_dir(&folder).expect("a folder").map(|f| f.expect("a file").path()).collect();
    assert_eq!(left, [backup.file], "nothing else was left in the folder");
}

#[tokio::test]
async fn a_backup_goes_back_into_the_same_database() {
    on_both(async |home| moves(home, home).await).await;
}

#[tokio::test]
async fn a_backup_goes_into_the_other_database() {
    let Some(server) = postgres() else {
        eprintln!("left out: HEADWAY_TEST_POSTGRES names no server");
        return;
    };
    moves(&sqlite(), &server).await;
    moves(&server, &sqlite()).await;
}

/// Each write moves 500 places from one name to the next: a copy with two names in it would be of two moments.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_is_of_one_moment_while_others_write() {
    on_both(async |home| {
        let store = home.store().await;
        let writer = {
            let store = store.clone();
            tokio::spawn(async move {
                for n in 1..=40 {
                    let mut all = places(25, 19);
                    all.iter_mut().for_each(|place| place.name = format!("name {n}"));
                    store.write(&ann(), at(n), UpsertPlaces { places: &all }).await.expect("put");
                }
            })
        };
        let mut versions = Vec::new();
        for n in 0..4 {
            let folder = home.folder.path().join(format!("moment-{n}"));
            let backup = store.write_backup(&folder).await.expect("backed up while in use");
            let (copy, _) =
                Store::restore_backup(&home.address().await, &folder, &ann(), at(99)).await.expect("restored");
            let places = copy.all_places().await.expect("a list");
            let name = format!("name {}", backup.version);
            assert!(places.iter().all(|place| place.name == name), "a mixture at version {}", backup.version);
            assert_eq!(places.len(), if backup.version == 0 { 0 } else { 501 - 25 + 24 + 1 });
            versions.push(backup.version);
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        writer.await.expect("no panic");
        assert!(versions.is_sorted(), "{versions:?}");
    })
    .await;
}

async fn refused(home: &Home, folder: &Path, words: &str) {
    let address = home.address().await;
    let Err(error) = Store::restore_backup(&address, folder, &ann(), at(99)).await else { panic!("{words}: restored") };
    assert!(error.to_string().contains(words), "“{error}” does not say “{words}”");
    match Store::open(&address).await {
        Err(StoreError::Absent { .. }) => {}
        Ok(store) => assert_eq!(store.version().await.expect("a version"), 0, "{words}: something was written"),
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn what_can_not_be_restored() {
    on_both(async |home| {
        let store = filled(home).await;
        let folder = home.folder.path().join("backup");
        let file = store.write_backup(&folder).await.expect("backed up").file;
        let again = store.write_backup(&folder).await;
        assert!(matches!(again, Err(StoreError::Backup { .. })), "{again:?}");

        let address = home.address().await;
        Store::restore_backup(&address, &folder, &ann(), at(9)).await.expect("restored");
        let twice = Store::restore_backup(&address, &folder, &ann(), at(9)).await;
        assert!(
            matches!(&twice, Err(StoreError::Backup { reason, .. }) if reason.contains("empty")),
            "{:?}",
            twice.err()
        );

        let nothing: PathBuf = home.folder.path().join("nothing");
        refused(home, &nothing, "no backup").await;
        let bytes = std::fs::read(&file).expect("a file");
        std::fs::write(&file, &bytes[..bytes.len() / 2]).expect("cut short");
        if home.is_postgres() {
            refused(home, &folder, "line").await;
        } else {
            refused(home, &folder, "").await;
        }
    })
    .await;
}

#[tokio::test]
async fn lines_that_are_no_whole_backup() {
    on_both(async |home| {
        let folder = home.folder.path();
        let schema = home.store().await.check_health().await.expect("a look").schema;
        let header = &format!(r#"{{"headway":"backup","schema":{schema},"version":0}}"#);
        let row = r#"{"table":"setting","row":{"name":"a","body":"1"}}"#;
        let check = async |lines: &[&str], words: &str| {
            std::fs::write(folder.join("headway.jsonl"), lines.join("\n")).expect("written");
            refused(home, folder, words).await;
        };
        check(&[], "cut short").await;
        check(&[header], "cut short").await;
        check(&[header, row], "cut short").await;
        check(&[header, row, r#"{"end":true,"rows":2}"#], "cut short").await;
        check(&[header, r#"{"end":true,"rows":0}"#, row], "after the end").await;
        check(&[row], "line 1: is no header").await;
        check(&[&header.replace(&format!("schema\":{schema}"), "schema\":77"), row], "schema is 77").await;
        check(&[header, "{"], "line 2").await;
        check(&[header, r#"{"table":"sqlite_master","row":{}}"#], "names no table").await;
        let end = r#"{"end":true,"rows":1}"#;
        check(&[header, r#"{"table":"setting","row":{"name":"a"}}"#, end], "body").await;
        check(&[header, r#"{"table":"setting","row":{"name":"a","body":1}}"#, end], "body").await;
        check(&[header, r#"{"table":"setting","row":{"name":"a","body":"1","x; DROP TABLE":2}}"#, end], "unknown")
            .await;
        let orphan = r#"{"table":"segment_vintage","row":{"path":"x","vintage":1}}"#;
        check(&[header, orphan, end], "refused").await;
    })
    .await;
}

#[tokio::test]
async fn the_activity_of_a_restore_says_what_was_restored() {
    on_both(async |home| {
        let store = filled(home).await;
        let folder = home.folder.path().join("b");
        store.write_backup(&folder).await.expect("backed up");
        let (copy, _) = Store::restore_backup(&home.address().await, &folder, &ann(), at(77)).await.expect("restored");
        let last = copy.list_activity(ActivityFilter::default(), 1).await.expect("a list").remove(0);
        assert_eq!((last.operation.as_str(), last.who.as_str(), last.at), ("restore", "ann", at(77)));
        let detail = copy.activity_detail(last.number).await.expect("a look").expect("there");
        assert_eq!(detail.after["rows"]["place"], 1261);
    })
    .await;
}

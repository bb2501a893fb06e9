use headway_model::StatedPlaces;
use headway_store::{ActivityFilter, BeginImport, PublishImport, SetSetting, Store, StoreError, UpsertPlaces};
use serde_json::json;

use crate::sample::{import, places, segment};
use crate::support::{ann, at, day, on_both};

async fn set(store: &Store, name: &str, value: serde_json::Value, n: i64) -> bool {
    store.write(&ann(), at(n), SetSetting { name, value: &value }).await.expect("set")
}

#[tokio::test]
async fn a_change_and_its_activity_are_one() {
    on_both(async |home| {
        let store = home.store().await;
        assert!(set(&store, "a", json!(1), 1).await);
        assert!(!set(&store, "a", json!(1), 2).await, "nothing changed");
        assert!(set(&store, "a", json!({ "x": [true, null] }), 3).await);
        assert_eq!(store.version().await.expect("a version"), 2, "what changed nothing is no change");
        let list = store.list_activity(ActivityFilter::default(), 10).await.expect("a list");
        let told: Vec<_> = list.iter().map(|a| (a.number, a.who.as_str(), a.at, a.operation.as_str())).collect();
        assert_eq!(told, [(2, "ann", at(3), "set setting"), (1, "ann", at(1), "set setting")]);
        let detail = store.activity_detail(2).await.expect("a look").expect("there");
        assert_eq!((detail.before, detail.after), (json!(1), json!({ "x": [true, null] })));
        assert_eq!((detail.activity.subject_kind.as_str(), detail.activity.subject_id.as_str()), ("setting", "a"));
        assert_eq!(store.activity_detail(3).await.expect("a look"), None);
    })
    .await;
}

#[tokio::test]
async fn activity_is_found_by_subject_and_page() {
    on_both(async |home| {
        let store = home.store().await;
        for n in 1..=5 {
            set(&store, if n % 2 == 0 { "even" } else { "odd" }, json!(n), n).await;
        }
        let list = async |filter, limit| {
            let list = store.list_activity(filter, limit).await.expect("a list");
            list.iter().map(|a| a.number).collect::<Vec<_>>()
        };
        let all = ActivityFilter::default();
        assert_eq!(list(all, 3).await, [5, 4, 3]);
        assert_eq!(list(ActivityFilter { before: Some(3), ..all }, 3).await, [2, 1]);
        let even = ActivityFilter { subject_kind: Some("setting"), subject_id: Some("even"), ..all };
        assert_eq!(list(even, 9).await, [4, 2]);
        assert!(list(ActivityFilter { subject_kind: Some("import"), ..all }, 9).await.is_empty());
    })
    .await;
}

/// The second file's path is taken, which shows only after the import was marked published and its first file written.
#[tokio::test]
async fn a_failure_in_the_middle_leaves_neither_change_nor_activity() {
    on_both(async |home| {
        let store = home.store().await;
        let report = json!({});
        let first = store.write(&ann(), at(1), import("aa", day("2014-01-01"))).await.expect("begun");
        let taken = [segment("taken", "grad", &[first], 1)];
        let publish =
            PublishImport { import: first, segments: &taken, places: &StatedPlaces::default(), report: &report };
        store.write(&ann(), at(2), publish).await.expect("published");
        let second = store.write(&ann(), at(3), import("bb", day("2014-01-01"))).await.expect("begun");
        let before = (store.all_imports().await.expect("a list"), store.check_health().await.expect("a look"));

        let segments = [segment("new", "grad", &[second], 1), segment("taken", "grad", &[second], 1)];
        let publish =
            PublishImport { import: second, segments: &segments, places: &StatedPlaces::default(), report: &report };
        let failed = store.write(&ann(), at(4), publish).await;
        assert!(matches!(failed, Err(StoreError::Segment { .. })), "{failed:?}");

        assert_eq!((store.all_imports().await.expect("a list"), store.check_health().await.expect("a look")), before);
        assert_eq!(store.version().await.expect("a version"), 3);
        let publish = PublishImport {
            import: second,
            segments: &segments[..1],
            places: &StatedPlaces::default(),
            report: &report,
        };
        store.write(&ann(), at(5), publish).await.expect("the way is free again");
    })
    .await;
}

#[tokio::test]
async fn a_write_that_is_dropped_half_way_leaves_nothing() {
    on_both(async |home| {
        let store = home.store().await;
        let places = places(50, 20);
        for wait in [0, 1, 3, 5] {
            let (who, write) = (ann(), UpsertPlaces { places: &places });
            let limit = std::time::Duration::from_millis(wait);
            if tokio::time::timeout(limit, store.write(&who, at(1), write)).await.is_ok() {
                break;
            }
        }
        // The last one dropped may have been at its commit, which goes on by itself: a writer after it waits for its end.
        set(&store, "a", json!(1), 2).await;
        let (version, count) =
            (store.version().await.expect("a version"), store.all_places().await.expect("a list").len());
        assert!((version, count) == (1, 0) || (version, count) == (2, places.len()), "{version}: {count}");
    })
    .await;
}

/// Two programs, four writers each, every one of which reads the number of imports and adds one: none may get lost, and
/// no number may be given twice.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writers_take_turns() {
    const EACH: usize = 15;
    on_both(async |home| {
        let address = home.address().await;
        let stores = [Store::create(&address).await.expect("made"), Store::open(&address).await.expect("opened")];
        let mut writers = Vec::new();
        for w in 0..8 {
            let store = stores[w % 2].clone();
            writers.push(tokio::spawn(async move {
                for n in 0..EACH {
                    let sha256 = format!("{w}-{n}");
                    let begin = BeginImport { sha256: &sha256, ..import("", day("2014-01-01")) };
                    store.write(&ann(), at(0), begin).await.expect("begun");
                }
            }));
        }
        for writer in writers {
            writer.await.expect("no panic");
        }
        let want: Vec<i64> = (1..=8 * EACH as i64).collect();
        let ids: Vec<_> = stores[1].all_imports().await.expect("a list").iter().map(|i| i.vintage.id).collect();
        assert_eq!(ids, want);
        let mut numbers: Vec<_> = stores[0]
            .list_activity(ActivityFilter::default(), 1000)
            .await
            .expect("a list")
            .iter()
            .map(|a| a.number)
            .collect();
        numbers.reverse();
        assert_eq!(numbers, want);
        assert_eq!(stores[0].check_health().await.expect("a look").problems, Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn another_reader_sees_a_change_at_once() {
    on_both(async |home| {
        let address = home.address().await;
        let (one, two) = (Store::create(&address).await.expect("made"), Store::open(&address).await.expect("opened"));
        for n in 1..=20 {
            set(&one, "a", json!(n), n).await;
            assert_eq!(two.setting_value("a").await.expect("read"), json!(n));
            assert_eq!(two.version().await.expect("a version"), n);
        }
    })
    .await;
}

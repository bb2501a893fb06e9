use headway_model::{StatedPlaces, VintageId};
use headway_store::{BeginImport, ImportState, PublishImport, Store, StoreError, UndoImport};
use serde_json::{Value, json};

use crate::sample::{import, segment};
use crate::support::{ann, at, day, on_both};

/// Begins and publishes an import of one file of the lake.
pub(crate) async fn publish(store: &Store, sha256: &str, known_from: &str, measure: &str) -> VintageId {
    let id = store.write(&ann(), at(1), import(sha256, day(known_from))).await.expect("begun");
    let segments = [segment(&format!("{measure}/{id}.parquet"), measure, &[id], 10)];
    let publish = PublishImport {
        import: id,
        segments: &segments,
        places: &StatedPlaces::default(),
        report: &json!({ "rows": 10 }),
    };
    store.write(&ann(), at(2), publish).await.expect("published");
    id
}

async fn visible(store: &Store, as_of: &str) -> Vec<VintageId> {
    let visible = store.visible_vintages(day(as_of)).await.expect("a list");
    visible.into_iter().map(|vintage| vintage.id).collect()
}

#[tokio::test]
async fn an_import_is_visible_from_its_publication_on() {
    on_both(async |home| {
        let store = home.store().await;
        let id = store.write(&ann(), at(1), import("aa", day("2014-10-01"))).await.expect("begun");
        assert_eq!(id, 1);
        let begun = store.import_of_number(1).await.expect("there");
        assert_eq!((begun.state, begun.vintage.loaded_at), (ImportState::Begun, at(1)));
        assert_eq!(store.import_report(1).await.expect("read"), Value::Null);
        assert!(visible(&store, "2030-01-01").await.is_empty());
        assert_eq!(store.visible_segments("grad", day("2030-01-01")).await.expect("a list").segments, []);

        let segments = [segment("grad/1", "grad", &[1], 5), segment("drop/1", "drop", &[1], 7)];
        let report = json!({ "measures": { "grad": { "added": 5, "changed": 0, "same": 0, "gone": 0 } } });
        let publish =
            PublishImport { import: 1, segments: &segments, places: &StatedPlaces::default(), report: &report };
        let done = store.write(&ann(), at(9), publish).await.expect("published");
        assert_eq!(done, store.import_of_number(1).await.expect("there"));
        assert_eq!((done.state, done.vintage.loaded_at), (ImportState::Published, at(9)));
        assert_eq!(store.import_report(1).await.expect("read"), report);
        assert!(matches!(store.import_report(2).await, Err(StoreError::NoSuchImport { import: 2 })));
        assert_eq!(done.vintage.source, "Graduation Rates, https://example.org/grad");
        assert_eq!(visible(&store, "2014-10-01").await, [1]);
        let grad = store.visible_segments("grad", day("2014-10-01")).await.expect("a list");
        assert_eq!((grad.segments, grad.vintages), (vec![segments[0].clone()], vec![1]));
        let paths = store.segment_paths().await.expect("a list");
        assert_eq!(paths, ["drop/1", "grad/1"]);
    })
    .await;
}

#[tokio::test]
async fn an_import_is_visible_as_of_the_day_it_was_known() {
    on_both(async |home| {
        let store = home.store().await;
        for (sha256, known_from) in [("aa", "2014-10-01"), ("bb", "2013-10-01"), ("cc", "2015-10-01")] {
            publish(&store, sha256, known_from, "grad").await;
        }
        let check = async |as_of: &str, want: &[VintageId]| {
            assert_eq!(visible(&store, as_of).await, want, "{as_of}");
            let lake = store.visible_segments("grad", day(as_of)).await.expect("a list");
            // Those became known in the order of their days.
            let mut by_day = want.to_vec();
            by_day.sort_by_key(|id| (*id != 2, *id));
            assert_eq!(lake.vintages, by_day, "{as_of}");
            let held: Vec<_> = lake.segments.iter().flat_map(|segment| segment.vintages.clone()).collect();
            assert_eq!(held, want, "{as_of}");
        };
        check("2013-09-30", &[]).await;
        check("2013-10-01", &[2]).await;
        check("2014-09-30", &[2]).await;
        check("2014-10-01", &[1, 2]).await;
        check("2020-01-01", &[1, 2, 3]).await;
    })
    .await;
}

#[tokio::test]
async fn the_same_file_by_the_same_profile_is_loaded_once() {
    on_both(async |home| {
        let store = home.store().await;
        assert_eq!(publish(&store, "aa", "2014-10-01", "grad").await, 1);
        let of_file = async |profile: &str| -> Vec<VintageId> {
            let found = store.imports_of_file("aa", profile).await.expect("a look");
            found.into_iter().map(|import| import.vintage.id).collect()
        };
        assert_eq!(of_file("ma-grad").await, [1]);
        assert!(of_file("other").await.is_empty());
        let again = store.write(&ann(), at(3), import("aa", day("2014-10-01"))).await;
        assert!(matches!(again, Err(StoreError::AlreadyLoaded { import: 1 })), "{again:?}");
        assert!(again.expect_err("refused").to_string().contains("already loaded as import 1"));
        assert_eq!(publish(&store, "bb", "2014-10-01", "drop").await, 2);
        store.write(&ann(), at(3), UndoImport { import: 1 }).await.expect("undone");
        assert_eq!(publish(&store, "aa", "2014-10-01", "grad").await, 3);
        // Of another day, or preliminary, the same file is another statement.
        assert_eq!(publish(&store, "aa", "2014-12-01", "grad").await, 4);
        let preliminary = BeginImport { provisional: true, ..import("aa", day("2014-12-01")) };
        assert_eq!(store.write(&ann(), at(3), preliminary).await.expect("another release"), 5);
        assert_eq!(of_file("ma-grad").await, [3, 4]);
    })
    .await;
}

/// Two programs begin to load one file; the second to finish is told.
#[tokio::test]
async fn of_two_that_load_one_file_at_once_one_is_published() {
    on_both(async |home| {
        let store = home.store().await;
        for want in [1, 2] {
            assert_eq!(store.write(&ann(), at(1), import("aa", day("2014-10-01"))).await.expect("begun"), want);
        }
        let report = json!({});
        let places = StatedPlaces::default();
        let publish = |import| PublishImport { import, segments: &[], places: &places, report: &report };
        store.write(&ann(), at(2), publish(2)).await.expect("published");
        let late = store.write(&ann(), at(3), publish(1)).await;
        assert!(matches!(late, Err(StoreError::AlreadyLoaded { import: 2 })), "{late:?}");
        assert_eq!(visible(&store, "2020-01-01").await, [2]);
    })
    .await;
}

/// Third for second for first: without the second, the third stands for the first.
#[tokio::test]
async fn a_place_that_was_taken_stays_taken_when_the_middle_is_undone() {
    on_both(async |home| {
        let store = home.store().await;
        for (before, sha256) in (0..).zip(["aa", "bb", "cc"]) {
            let replaces = (before > 0).then_some(before);
            let begin = BeginImport { replaces, ..import(sha256, day("2014-10-01")) };
            let id = store.write(&ann(), at(1), begin).await.expect("begun");
            let publish =
                PublishImport { import: id, segments: &[], places: &StatedPlaces::default(), report: &json!({}) };
            store.write(&ann(), at(2), publish).await.expect("published");
        }
        assert_eq!(visible(&store, "2020-01-01").await, [3]);
        store.write(&ann(), at(5), UndoImport { import: 2 }).await.expect("undone");
        assert_eq!(visible(&store, "2020-01-01").await, [3], "what the second took out stays out");
        assert_eq!(store.import_of_number(3).await.expect("it is there").replaces, Some(1));
        assert_eq!(store.replaced_imports().await.expect("a list"), [(1, 3)]);
        store.write(&ann(), at(6), UndoImport { import: 3 }).await.expect("undone");
        assert_eq!(visible(&store, "2020-01-01").await, [1]);
    })
    .await;
}

#[tokio::test]
async fn undo_takes_back_and_the_row_stays() {
    on_both(async |home| {
        let store = home.store().await;
        publish(&store, "aa", "2013-10-01", "grad").await;
        publish(&store, "bb", "2014-10-01", "grad").await;
        let undone = store.write(&ann(), at(5), UndoImport { import: 2 }).await.expect("undone");
        assert_eq!((undone.state, undone.vintage.undone_at), (ImportState::Undone, Some(at(5))));
        assert_eq!(visible(&store, "2020-01-01").await, [1]);
        let states: Vec<_> =
            store.all_imports().await.expect("a list").iter().map(|i| (i.vintage.id, i.state)).collect();
        assert_eq!(states, [(1, ImportState::Published), (2, ImportState::Undone)]);
        let twice = store.write(&ann(), at(6), UndoImport { import: 2 }).await;
        assert!(matches!(twice, Err(StoreError::ImportState { import: 2, state: "undone", wanted: "undone" })));
        let none = store.write(&ann(), at(6), UndoImport { import: 3 }).await;
        assert!(matches!(none, Err(StoreError::NoSuchImport { import: 3 })));
        assert!(matches!(store.import_of_number(3).await, Err(StoreError::NoSuchImport { import: 3 })));
    })
    .await;
}

#[tokio::test]
async fn an_interrupted_import_is_found_and_given_up() {
    on_both(async |home| {
        let address = home.address().await;
        let store = Store::create(&address).await.expect("made");
        store.write(&ann(), at(1), import("aa", day("2014-10-01"))).await.expect("begun");
        store.close().await;
        let store = Store::open(&address).await.expect("opened");
        assert_eq!(store.check_health().await.expect("a look").begun, [1]);
        let given_up = store.write(&ann(), at(2), UndoImport { import: 1 }).await.expect("given up");
        assert_eq!(given_up.state, ImportState::GivenUp);
        assert!(store.check_health().await.expect("a look").begun.is_empty());
        let late = store
            .write(
                &ann(),
                at(3),
                PublishImport { import: 1, segments: &[], places: &StatedPlaces::default(), report: &json!({}) },
            )
            .await;
        assert!(matches!(late, Err(StoreError::ImportState { state: "given up", wanted: "published", .. })));
        assert_eq!(publish(&store, "aa", "2014-10-01", "grad").await, 2, "a number is given once");
    })
    .await;
}

#[tokio::test]
async fn what_can_not_be_published() {
    on_both(async |home| {
        let store = home.store().await;
        publish(&store, "aa", "2014-10-01", "grad").await;
        let report = json!({});
        let twice = store
            .write(
                &ann(),
                at(3),
                PublishImport { import: 1, segments: &[], places: &StatedPlaces::default(), report: &report },
            )
            .await;
        assert!(matches!(twice, Err(StoreError::ImportState { state: "published", .. })));
        let unknown = store
            .write(
                &ann(),
                at(3),
                PublishImport { import: 9, segments: &[], places: &StatedPlaces::default(), report: &report },
            )
            .await;
        assert!(matches!(unknown, Err(StoreError::NoSuchImport { import: 9 })));
        let id = store.write(&ann(), at(3), import("bb", day("2014-10-01"))).await.expect("begun");
        for vintages in [vec![], vec![1], vec![1, id]] {
            let segments = [segment("x", "grad", &vintages, 1)];
            let other = store
                .write(
                    &ann(),
                    at(4),
                    PublishImport {
                        import: id,
                        segments: &segments,
                        places: &StatedPlaces::default(),
                        report: &report,
                    },
                )
                .await;
            assert!(matches!(other, Err(StoreError::Segment { .. })), "{vintages:?}");
        }
        let mut huge = [segment("x", "grad", &[id], 1)];
        huge[0].rows = u64::MAX;
        let other = store
            .write(
                &ann(),
                at(4),
                PublishImport { import: id, segments: &huge, places: &StatedPlaces::default(), report: &report },
            )
            .await;
        assert!(matches!(other, Err(StoreError::Segment { .. })), "{other:?}");
        huge[0].rows = i64::MAX as u64;
        store
            .write(
                &ann(),
                at(4),
                PublishImport { import: id, segments: &huge, places: &StatedPlaces::default(), report: &report },
            )
            .await
            .expect("published");
        let back = store.visible_segments("grad", day("2020-01-01")).await.expect("a list").segments;
        assert!(back.contains(&huge[0]), "{back:?}");
    })
    .await;
}

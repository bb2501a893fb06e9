use headway_model::LakeSegment;
use headway_store::{ForgetSegments, LoadEdition, Store, StoreError, SwapSegments, UndoImport};

use crate::catalog::publish;
use crate::sample::{plan, segment};
use crate::support::{ann, at, day, on_both};

/// Three imports of `grad`, ten rows each, known from 2013, 2014 and 2015.
async fn three(store: &Store) -> Vec<String> {
    for (sha256, year) in [("aa", 2013), ("bb", 2014), ("cc", 2015)] {
        publish(store, sha256, &format!("{year}-10-01"), "grad").await;
    }
    (1..=3).map(|id| format!("grad/{id}.parquet")).collect()
}

async fn swap(store: &Store, old: &[String], merged: &LakeSegment) -> Result<(), StoreError> {
    store.write(&ann(), at(7), SwapSegments { old, merged }).await
}

#[tokio::test]
async fn a_merged_file_takes_the_place_of_several() {
    on_both(async |home| {
        let store = home.store().await;
        let old = three(&store).await;
        let merged = segment("grad/m", "grad", &[1, 2], 20);
        swap(&store, &old[..2], &merged).await.expect("swapped");

        let now = store.visible_segments("grad", day("2020-01-01")).await.expect("a list");
        assert_eq!(now.segments.iter().map(|s| s.path.as_str()).collect::<Vec<_>>(), ["grad/3.parquet", "grad/m"]);
        assert_eq!(now.vintages, [1, 2, 3]);
        assert_eq!(now.segments[1], merged);
        let then = store.visible_segments("grad", day("2013-12-31")).await.expect("a list");
        assert_eq!((then.segments, then.vintages), (vec![merged], vec![1]), "the merged file still answers for 2013");

        let swapped = store.swapped_segments().await.expect("a list");
        assert_eq!(
            swapped.iter().map(|s| (s.path.clone(), s.swapped_at)).collect::<Vec<_>>(),
            [(old[0].clone(), at(7)), (old[1].clone(), at(7))]
        );
        let forgotten = store.write(&ann(), at(8), ForgetSegments { paths: &old }).await.expect("forgotten");
        assert_eq!(forgotten, 2, "a file in use is not forgotten");
        assert_eq!(store.swapped_segments().await.expect("a list"), []);
        assert_eq!(store.segment_paths().await.expect("a list"), ["grad/3.parquet", "grad/m"]);
        assert_eq!(store.write(&ann(), at(9), ForgetSegments { paths: &old }).await.expect("nothing"), 0);
        assert_eq!(store.check_health().await.expect("a look").problems, Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn no_row_of_a_standing_import_gets_lost() {
    on_both(async |home| {
        let store = home.store().await;
        let old = three(&store).await;
        let check = async |paths: &[String], merged: LakeSegment, why: &str| {
            let version = store.version().await.expect("a version");
            let refused = swap(&store, paths, &merged).await.expect_err("refused");
            assert!(refused.to_string().contains(why), "“{refused}” does not say “{why}”");
            assert_eq!(store.version().await.expect("a version"), version);
        };
        check(&old[..2], segment("m", "grad", &[1], 10), "holds imports {1} where {1, 2} were").await;
        check(&old[..2], segment("m", "grad", &[1, 2, 3], 30), "holds imports").await;
        check(&old[..2], segment("m", "grad", &[1, 2], 19), "holds 19 rows where 20 were").await;
        check(&old[..2], segment("m", "drop", &[1, 2], 20), "different measures").await;
        check(&[], segment("m", "grad", &[], 0), "no file").await;
        check(&[old[0].clone(), old[0].clone()], segment("m", "grad", &[1], 20), "twice").await;
        check(&["nowhere".to_owned()], segment("m", "grad", &[1], 10), "no file in use").await;
        check(&old[..2], segment(&old[2], "grad", &[1, 2], 20), "never overwritten").await;
        swap(&store, &old[..2], &segment("m", "grad", &[1, 2], 20)).await.expect("swapped");
        check(&old[..2], segment("n", "grad", &[1, 2], 20), "another compaction").await;
    })
    .await;
}

#[tokio::test]
async fn rows_of_an_undone_import_may_be_left_out() {
    on_both(async |home| {
        let store = home.store().await;
        let old = three(&store).await;
        store.write(&ann(), at(5), UndoImport { import: 2 }).await.expect("undone");
        swap(&store, &old, &segment("m", "grad", &[1, 3], 20)).await.expect("swapped");
        let now = store.visible_segments("grad", day("2020-01-01")).await.expect("a list");
        assert_eq!((now.segments.len(), now.vintages), (1, vec![1, 3]));
    })
    .await;
}

/// A merged file of which one import is undone is read, without that import's rows.
#[tokio::test]
async fn an_undone_import_in_a_merged_file_is_passed_over() {
    on_both(async |home| {
        let store = home.store().await;
        let old = three(&store).await;
        swap(&store, &old, &segment("m", "grad", &[1, 2, 3], 30)).await.expect("swapped");
        store.write(&ann(), at(8), UndoImport { import: 3 }).await.expect("undone");
        let now = store.visible_segments("grad", day("2020-01-01")).await.expect("a list");
        assert_eq!((now.segments.len(), now.vintages), (1, vec![1, 2]));
        for import in [1, 2] {
            store.write(&ann(), at(9), UndoImport { import }).await.expect("undone");
        }
        assert_eq!(store.visible_segments("grad", day("2020-01-01")).await.expect("a list").segments, []);
    })
    .await;
}

#[tokio::test]
async fn measures_that_no_plan_names() {
    on_both(async |home| {
        let store = home.store().await;
        let mut later = plan();
        later.plan.edition = "2015".to_owned();
        store.write(&ann(), at(1), LoadEdition { plan: &later }).await.expect("loaded");
        for (sha256, measure) in [("a", "grad"), ("b", "grad.24h"), ("c", "grad.48h"), ("d", "zeal"), ("e", "zeal")] {
            publish(&store, sha256, "2014-10-01", measure).await;
        }
        let undone = publish(&store, "f", "2014-10-01", "gone").await;
        store.write(&ann(), at(3), UndoImport { import: undone }).await.expect("undone");
        let names = |measures: Vec<headway_store::LakeMeasure>| {
            measures.into_iter().map(|m| (m.measure, m.segments, m.rows)).collect::<Vec<_>>()
        };
        let all = names(store.lake_measures(day("2020-01-01")).await.expect("a list"));
        let want = [("grad", 1, 10), ("grad.24h", 1, 10), ("grad.48h", 1, 10), ("zeal", 2, 20)];
        assert_eq!(all, want.map(|(name, segments, rows)| (name.into(), segments, rows)));
        let unplanned = names(store.unplanned_measures(day("2020-01-01")).await.expect("a list"));
        assert_eq!(unplanned, all[2..]);
        let before_the_plan = names(store.unplanned_measures(day("2014-11-01")).await.expect("a list"));
        assert_eq!(before_the_plan, all, "an edition names nothing before its day");
        assert_eq!(store.lake_measures(day("2014-01-01")).await.expect("a list"), []);
    })
    .await;
}

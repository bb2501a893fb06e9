//! What was published is kept, in its order, and never given a second time.

use headway_store::{ActivityFilter, RecordRelease, StoreError};
use serde_json::json;

use crate::support::{ann, at, on_both};

#[tokio::test]
async fn releases_follow_each_other() {
    on_both(async |home| {
        let store = home.store().await;
        let summary = json!({ "shown": 3 });
        let sums = json!({ "format": 1, "groups": [] });
        let cells = [("grad".into(), "0001\tall\tall\t2020:12,3,x".to_owned())];
        let day = |text: &str| text.parse().expect("a day");
        let release = |agency: &'static str, number| RecordRelease {
            agency,
            number,
            made_on: day("2024-02-01"),
            as_of: day("2024-01-31"),
            summary: &summary,
            sums: &sums,
            cells: &cells,
        };
        store.write(&ann(), at(1), release("a", 1)).await.expect("the first");
        store.write(&ann(), at(2), release("a", 2)).await.expect("the second");
        store.write(&ann(), at(3), release("b", 1)).await.expect("another agency's first");
        for number in [1, 2, 4] {
            let refused = store.write(&ann(), at(4), release("a", number)).await;
            assert!(matches!(refused, Err(StoreError::ReleaseInBetween { last: 2, .. })), "{number}");
        }
        let kept = store.agency_releases("a").await.expect("they can be read");
        assert_eq!(kept.iter().map(|r| r.number).collect::<Vec<_>>(), [1, 2]);
        assert_eq!((kept[0].as_of, &kept[0].summary, &kept[0].sums), (day("2024-01-31"), &summary, &sums));
        assert_eq!(kept[1].recorded_at, at(2).to_string());
        // Those of all agencies, in the order in which they were taken down.
        let all = store.all_releases().await.expect("they can be read");
        assert_eq!(
            all.iter().map(|r| (r.agency.as_str(), r.number)).collect::<Vec<_>>(),
            [("a", 1), ("a", 2), ("b", 1)]
        );
        assert_eq!(store.release_cells("a", 2).await.expect("they can be read"), cells);
        assert!(store.release_cells("a", 3).await.expect("there are none").is_empty());
        let filter = ActivityFilter { subject_kind: Some("release"), ..ActivityFilter::default() };
        assert_eq!(store.list_activity(filter, 9).await.expect("activity").len(), 3);
    })
    .await;
}

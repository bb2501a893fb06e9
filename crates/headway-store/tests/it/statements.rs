//! What imports say of places: written with them, seen and taken back with them.

use headway_model::{Level, PlaceLife, PlaceStatement, StatedPlaces, VintageId};
use headway_store::{PublishImport, Store, StoreError, UndoImport};
use serde_json::json;

use crate::sample::{import, segment};
use crate::support::{ann, at, day, on_both};

fn said(place: &str, name: &str) -> PlaceStatement {
    PlaceStatement {
        place: place.into(),
        first: Some(day("2021-07-01")),
        last: None,
        level: Level::School,
        name: Some(name.to_owned()),
        parent: None,
        life: PlaceLife::default(),
    }
}

/// Publishes an import of these statements, known from a day.
async fn publish(store: &Store, mark: &str, known: &str, said: &[PlaceStatement]) -> VintageId {
    let number = store.write(&ann(), at(1), import(mark, day(known))).await.expect("begun");
    let places: StatedPlaces = said.iter().cloned().collect();
    let publish = PublishImport { import: number, segments: &[], places: &places, report: &json!({}) };
    store.write(&ann(), at(2), publish).await.expect("published");
    number
}

async fn names(store: &Store, as_of: &str) -> Vec<String> {
    let stored = store.place_statements(day(as_of)).await.expect("a list");
    stored.into_iter().filter_map(|s| s.statement.name).collect()
}

#[tokio::test]
async fn they_are_seen_as_the_import_is() {
    on_both(async |home| {
        let store = home.store().await;
        let life = PlaceLife { closed: Some(day("2023-06-30")), into: vec!["2".into()], ..PlaceLife::default() };
        let closed =
            PlaceStatement { first: None, life, parent: Some("D1".into()), ..said("1", "O'Neill “Élan”") };
        let first = publish(&store, "aa", "2022-10-01", &[closed.clone(), said("2", "Mill")]).await;
        let second = publish(&store, "bb", "2023-10-01", &[said("1", "Later")]).await;
        let all = store.place_statements(day("2022-10-01")).await.expect("a list");
        assert_eq!((all.len(), all[0].import, &all[0].statement), (2, first, &closed));
        assert_eq!(names(&store, "2022-09-30").await, Vec::<String>::new());
        assert_eq!(names(&store, "2030-01-01").await, ["O'Neill “Élan”", "Mill", "Later"]);
        let of_one = store.statements_of(&["1".into()], day("2030-01-01")).await.expect("a list");
        assert_eq!(of_one.iter().map(|s| s.import).collect::<Vec<_>>(), [first, second]);
        store.write(&ann(), at(5), UndoImport { import: second }).await.expect("undone");
        assert_eq!(names(&store, "2030-01-01").await, ["O'Neill “Élan”", "Mill"]);
    })
    .await;
}

/// More than go into one statement, and an import that fails half way.
#[tokio::test]
async fn all_of_them_or_none() {
    on_both(async |home| {
        let store = home.store().await;
        let many: Vec<PlaceStatement> = (0..25_000).map(|n| said(&format!("{n:05}"), "A school")).collect();
        publish(&store, "aa", "2022-10-01", &many).await;
        let stored = store.place_statements(day("2022-10-01")).await.expect("a list");
        assert_eq!(stored.into_iter().map(|s| s.statement).collect::<Vec<_>>(), many);
        let taken = [segment("taken", "grad", &[1], 1)];
        let number = store.write(&ann(), at(3), import("bb", day("2022-10-01"))).await.expect("begun");
        let places: StatedPlaces = many.into_iter().collect();
        let publish = PublishImport { import: number, segments: &taken, places: &places, report: &json!({}) };
        let failed = store.write(&ann(), at(4), publish).await;
        assert!(matches!(failed, Err(StoreError::Segment { .. })), "{failed:?}");
        assert_eq!(names(&store, "2030-01-01").await.len(), 25_000);
    })
    .await;
}

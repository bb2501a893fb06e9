use headway_model::{Level, Place};
use headway_store::{PlacesChanged, Store, UpsertPlaces};

use crate::sample::places;
use crate::support::{ann, at, on_both};

async fn put(store: &Store, places: &[Place]) -> PlacesChanged {
    store.write(&ann(), at(1), UpsertPlaces { places }).await.expect("put")
}

fn named(names: &[(&str, &str)]) -> Vec<Place> {
    let place = |(id, name): &(&str, &str)| Place {
        id: (*id).into(),
        name: (*name).to_owned(),
        level: Level::School,
        parent: None,
    };
    names.iter().map(place).collect()
}

#[tokio::test]
async fn a_state_of_25_000_places() {
    on_both(async |home| {
        let store = home.store().await;
        let mut all = places(1000, 24);
        assert_eq!(all.len(), 25_001);
        assert_eq!(put(&store, &all).await, PlacesChanged { added: 25_001, changed: 0, same: 0 });
        assert_eq!(put(&store, &all).await, PlacesChanged { added: 0, changed: 0, same: 25_001 });
        assert_eq!(store.version().await.expect("a version"), 1, "nothing changed the second time");
        all[7].name = "Renamed".to_owned();
        all[8].parent = Some("09980000".into());
        assert_eq!(put(&store, &all).await, PlacesChanged { added: 0, changed: 2, same: 24_999 });
        all.sort_by(|a, b| a.id.cmp(&b.id));
        assert_eq!(store.all_places().await.expect("a list"), all);

        assert_eq!(store.check_health().await.expect("a look").unknown_parents, 0);
    })
    .await;
}

#[tokio::test]
async fn of_two_with_one_id_the_later_counts() {
    on_both(async |home| {
        let store = home.store().await;
        let twice = named(&[("1", "First"), ("2", "Other"), ("1", "Second")]);
        assert_eq!(put(&store, &twice).await, PlacesChanged { added: 2, changed: 0, same: 0 });
        let found = store.all_places().await.expect("a list");
        assert_eq!(found.iter().map(|place| place.name.as_str()).collect::<Vec<_>>(), ["Second", "Other"]);
        assert_eq!(put(&store, &[]).await, PlacesChanged::default());
    })
    .await;
}

/// A report of results often knows places by their ids alone: names and parents that a register brought stay.
#[tokio::test]
async fn what_a_report_does_not_say_stays_known() {
    on_both(async |home| {
        let store = home.store().await;
        let place = |name: &str, parent: Option<&str>| Place {
            id: "001902".into(),
            name: name.to_owned(),
            level: Level::District,
            parent: parent.map(str::to_owned).map(Into::into),
        };
        let (known, bare) = (place("Cayuga ISD", Some("tx-r07")), place("001902", None));
        put(&store, std::slice::from_ref(&known)).await;
        assert_eq!(put(&store, std::slice::from_ref(&bare)).await, PlacesChanged { added: 0, changed: 0, same: 1 });
        assert_eq!(store.all_places().await.expect("a list"), std::slice::from_ref(&known));
        let moved = place("001902", Some("tx-r08"));
        assert_eq!(put(&store, &[moved, bare]).await, PlacesChanged { added: 0, changed: 1, same: 0 });
        let found = store.all_places().await.expect("a list");
        assert_eq!(found, [place("Cayuga ISD", Some("tx-r08"))], "what is said counts");
    })
    .await;
}

/// Both databases order by bytes, whatever the server's language: capitals first, accents last.
#[tokio::test]
async fn the_order_is_the_same_everywhere() {
    on_both(async |home| {
        let store = home.store().await;
        put(&store, &named(&[("b", "x"), ("B", "x"), ("a-c", "x"), ("ab", "x"), ("é", "x"), ("z", "x"), ("_", "x")]))
            .await;
        let ids: Vec<_> = store.all_places().await.expect("a list").into_iter().map(|place| place.id).collect();
        assert_eq!(ids, ["B", "_", "a-c", "ab", "b", "z", "é"]);
    })
    .await;
}

use headway_model::{Level, Place};
use headway_store::{PlacesChanged, Store, UpsertPlaces};

use crate::sample::places;
use crate::support::{ann, at, on_both};

async fn put(store: &Store, places: &[Place]) -> PlacesChanged {
    store.write(&ann(), at(1), UpsertPlaces { places }).await.expect("put")
}

fn named(names: &[(&str, &str)]) -> Vec<Place> {
    let place = |(id, name): &(&str, &str)| Place {
        id: (*id).to_owned(),
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
        all[8].parent = Some("09980000".to_owned());
        assert_eq!(put(&store, &all).await, PlacesChanged { added: 0, changed: 2, same: 24_999 });
        all.sort_by(|a, b| a.id.cmp(&b.id));
        assert_eq!(store.places().await.expect("a list"), all);

        assert_eq!(store.places_of_level(Level::District).await.expect("a list").len(), 1000);
        assert_eq!(store.children("25").await.expect("a list").len(), 1000);
        assert_eq!(store.children("09990000").await.expect("a list").len(), 24);
        assert_eq!(
            store.place_of_id("09990024").await.expect("read").expect("there").name,
            "School 23 of District 999"
        );
        assert_eq!(store.place_of_id("9990024").await.expect("read"), None, "an id is no number");
        let found = store.search_places("district 99", Some(Level::District), 50).await.expect("a list");
        assert_eq!(found.len(), 11, "99 and 990 to 999");
        assert_eq!(found[0].name, "District 99");
        assert_eq!(store.health().await.expect("a look").unknown_parents, 0);
    })
    .await;
}

#[tokio::test]
async fn search() {
    on_both(async |home| {
        let store = home.store().await;
        let places = named(&[
            ("0445", "Abby Kelley Foster"),
            ("04450105", "Springfield Central High"),
            ("10", "St. Mary’s"),
            ("11", "west springfield"),
            ("12", "Spring Hill"),
            ("13", "École Élémentaire 04450105"),
            ("14", "100% Charter_School"),
            ("15", "O'Brien \"Quoted\" \\ Academy"),
            ("A1", "Zebra"),
            ("a1", "Yak"),
        ]);
        put(&store, &places).await;
        let check = async |text: &str, want: &[&str]| {
            let found = store.search_places(text, None, 10).await.expect("a list");
            assert_eq!(found.iter().map(|place| place.id.as_str()).collect::<Vec<_>>(), want, "{text}");
        };
        check("spring", &["12", "04450105", "11"]).await;
        check("SPRINGFIELD", &["04450105", "11"]).await;
        check("0445", &["0445", "04450105", "13"]).await;
        check("04450105", &["04450105", "13"]).await;
        check("st marys", &[]).await;
        check("st mary", &["10"]).await;
        check("  St.  Mary's ", &["10"]).await;
        check("école", &["13"]).await;
        check("ÉLÉMENTAIRE", &["13"]).await;
        check("100%", &["14"]).await;
        check("%", &[]).await;
        check("_", &[]).await;
        check("school", &["14"]).await;
        check("o'brien \"q", &["15"]).await;
        check("A1", &["A1"]).await;
        check("a1", &["a1"]).await;
        check("", &[]).await;
        check("   ", &[]).await;
        check("\0", &[]).await;
        check("spring\0field", &["04450105", "11"]).await;
        check(&"x".repeat(100_000), &[]).await;
        assert_eq!(store.search_places("1", None, 2).await.expect("a list").len(), 2);
        assert_eq!(store.search_places("spring", Some(Level::District), 9).await.expect("a list"), []);
    })
    .await;
}

#[tokio::test]
async fn of_two_with_one_id_the_later_counts() {
    on_both(async |home| {
        let store = home.store().await;
        let twice = named(&[("1", "First"), ("2", "Other"), ("1", "Second")]);
        assert_eq!(put(&store, &twice).await, PlacesChanged { added: 2, changed: 0, same: 0 });
        assert_eq!(store.place_of_id("1").await.expect("read").expect("there").name, "Second");
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
            id: "001902".to_owned(),
            name: name.to_owned(),
            level: Level::District,
            parent: parent.map(str::to_owned),
        };
        let (known, bare) = (place("Cayuga ISD", Some("tx-r07")), place("001902", None));
        put(&store, std::slice::from_ref(&known)).await;
        assert_eq!(put(&store, std::slice::from_ref(&bare)).await, PlacesChanged { added: 0, changed: 0, same: 1 });
        assert_eq!(store.place_of_id("001902").await.expect("read"), Some(known.clone()));
        let moved = place("001902", Some("tx-r08"));
        assert_eq!(put(&store, &[moved, bare]).await, PlacesChanged { added: 0, changed: 1, same: 0 });
        let found = store.place_of_id("001902").await.expect("read");
        assert_eq!(found, Some(place("Cayuga ISD", Some("tx-r08"))), "what is said counts");
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
        let ids: Vec<_> = store.places().await.expect("a list").into_iter().map(|place| place.id).collect();
        assert_eq!(ids, ["B", "_", "a-c", "ab", "b", "z", "é"]);
    })
    .await;
}

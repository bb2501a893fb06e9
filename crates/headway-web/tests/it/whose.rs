//! Every address belongs to one agency: another's measure, place, strategy, program or import is not shown under it.

use crate::site::get;

/// Every address of the router, from the file that says them: a new one is looked at too.
fn routes() -> Vec<&'static str> {
    let router = include_str!("../../src/lib.rs");
    router.split(".route(\"").skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// What stands in the routes, of the simulated agency.
const SIMULATED: &[(&str, &str)] = &[
    ("{measure}", "sim-g3-reading"),
    ("{place}", "00012000"),
    ("{strategy}", "learning"),
    ("{program}", "reading-coaches"),
    ("{owner}", "literacy-lead"),
];
/// The same, of one of Massachusetts, whose plans name no owners.
const MASSACHUSETTS: &[(&str, &str)] =
    &[("{measure}", "grad-5yr"), ("{place}", "ma"), ("{strategy}", "success-after-high-school"), ("{program}", "ewis")];

/// The same with the newest import of the agency.
async fn all_of(agency: &str, items: &[(&'static str, &'static str)]) -> Vec<(&'static str, String)> {
    let (_, _, body) = get(&format!("/a/{agency}/data")).await;
    let import = body.split(&format!("href=\"/a/{agency}/import/")).nth(1).and_then(|rest| rest.split('"').next());
    let import = import.expect("it lists an import").to_owned();
    items.iter().map(|(name, id)| (*name, (*id).to_owned())).chain([("{import}", import)]).collect()
}

fn filled(route: &str, agency: &str, items: &[(&str, String)]) -> String {
    items.iter().fold(route.replace("{agency}", agency), |path, (name, id)| path.replace(name, id))
}

#[tokio::test(flavor = "multi_thread")]
async fn no_address_shows_what_is_anothers() {
    let own: Vec<_> = routes().into_iter().filter(|route| route.starts_with("/a/{agency}")).collect();
    assert!(own.len() > 20, "{own:?}");
    for (agency, other, items) in [
        ("ma-dese", "simulated", SIMULATED),
        ("ma-eoe", "simulated", SIMULATED),
        ("simulated", "ma-dese", MASSACHUSETTS),
    ] {
        let items = all_of(other, items).await;
        for route in &own {
            // A page that names nothing itself may be asked for something by a choice.
            let named = route.matches('{').count() > 1;
            let asked = if named {
                vec![""]
            } else {
                vec!["?measure={measure}", "?unit={place}", "?measure={measure}&unit={place}"]
            };
            for query in asked {
                let path = filled(&format!("{route}{query}"), agency, &items);
                if path.contains('{') {
                    continue; // the other agency has no such thing
                }
                let (code, _, body) = get(&path).await;
                assert_eq!(code, 404, "{path}");
                let right = filled(route, other, &items);
                let link = format!("href=\"{right}");
                assert!(body.contains(&link), "{path} leads to {right}: {body}");
                assert!(!body.contains("<svg id"), "{path} shows nothing of it");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobodys_address_is_not_found() {
    for route in routes().into_iter().filter(|route| route.starts_with("/a/{agency}")) {
        for (agency, items) in [("simulated", SIMULATED), ("ma-dese", MASSACHUSETTS)] {
            let items = all_of(agency, items).await;
            let path = filled(route, "zzz", &items);
            let (code, _, body) = get(&path).await;
            assert!(code == 404 && body.contains("There is no agency “zzz” here."), "{path}: {code} {body}");
        }
        for odd in ["%00", "..%2F..%2Fetc", "%27%22%3E", "%E2%80%AE", "a%20b", "-1", "99999999999999999999", "*"] {
            let items =
                ["{measure}", "{place}", "{strategy}", "{program}", "{import}"].map(|name| (name, odd.to_owned()));
            for agency in ["simulated", odd] {
                let path = filled(route, agency, &items);
                let (code, _, body) = get(&path).await;
                let named = route.matches('{').count() > 1 || agency == odd;
                assert!(code < 500 && (!named || (400..500).contains(&code)), "{path}: {code}");
                assert!(body.contains("<h1") || code == 200, "{path} is a page");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn own_things_are_there_and_what_is_made_up_says_so() {
    for route in routes().into_iter().filter(|route| route.starts_with("/a/{agency}")) {
        for (agency, items) in [("ma-dese", MASSACHUSETTS), ("simulated", SIMULATED)] {
            let items = all_of(agency, items).await;
            let query = if route.ends_with("gaps.csv") {
                "?measure={measure}&level=district"
            } else if route.ends_with(".csv") && route.contains("bright") {
                "?measure={measure}"
            } else {
                ""
            };
            let path = filled(&format!("{route}{query}"), agency, &items);
            if path.contains('{') {
                continue; // this agency has no such thing
            }
            let (code, head, body) = get(&path).await;
            // Massachusetts has no results of places here.
            assert!(
                code == 200 || (agency == "ma-dese" && path.contains("csv") && code == 404),
                "{path}: {code} {body}"
            );
            let text = head.contains("text/html") || head.contains("image/svg");
            let says = body.contains("Simulated data");
            assert!(!text || says == (agency == "simulated"), "{path}: whether it is made up");
        }
    }
    // Two agencies of one state share its place.
    assert_eq!(get("/a/ma-eoe/place/ma").await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn imports_are_listed_where_their_measures_are() {
    for (agency, other) in [("ma-dese", "simulated"), ("simulated", "ma-dese")] {
        let (_, _, own) = get(&format!("/a/{agency}/data")).await;
        let (_, _, others) = get(&format!("/a/{other}/data")).await;
        let numbers = |body: &str, agency: &str| -> Vec<String> {
            let before = format!("href=\"/a/{agency}/import/");
            let links = body.split(&before).skip(1);
            links.filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
        };
        let (own, others) = (numbers(&own, agency), numbers(&others, other));
        assert!(!own.is_empty() && own.iter().all(|number| !others.contains(number)), "{agency}: {own:?} {others:?}");
    }
    let (_, _, body) = get("/a/simulated/measure/sim-g3-reading").await;
    let link =
        body.split("href=\"/a/simulated/import/").nth(1).and_then(|rest| rest.split('"').next()).expect("a link");
    let (code, _, body) = get(&format!("/a/simulated/import/{link}")).await;
    assert!(code == 200 && body.contains("Known from") && body.contains("SHA-256"), "{code} {body}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quotation_mark_in_a_path_stays_in_its_place() {
    for path in [
        "/a/simulated/place/\"x\"",
        "/a/simulated\"x/plan?as_of=2026-01-01",
        "/a/simulated/measure/sim-g3-reading\"x?unit=\"y",
    ] {
        let (_, _, body) = get(path).await;
        assert!(!body.contains("\"x") && !body.contains("\"y"), "{path}: {body}");
    }
}

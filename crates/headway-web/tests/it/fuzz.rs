//! Any address is answered: with what it asks for, or with what is wrong with it; never with a failure, and never with what was
//! written into it as part of the page.

use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};

use crate::site::get;

/// Written into addresses; in a page only as text.
const MARK: &str = "\"'><zz onload=x";

/// The router's addresses, and what can be chosen in a query.
static ROUTES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let router = include_str!("../../src/lib.rs").split(".route(\"").skip(1);
    router.filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
});
const CHOICES: [&str; 13] =
    ["as_of", "period", "q", "unit", "group", "grade", "level", "page", "sort", "measure", "plan", "edition", "chart"];
/// What is often right, and what is nearly.
const KNOWN: [&str; 34] = [
    "simulated",
    "ma-dese",
    "ma-eoe",
    "sim-g3-reading",
    "sim-fafsa",
    "grad-5yr",
    "aid-inquiries",
    "00012000",
    "00100001",
    "ma",
    "learning",
    "reading-coaches",
    "ewis",
    "lep",
    "ecd",
    "all",
    "district",
    "school",
    "state",
    "2023-24",
    "cohort 2013",
    "2014",
    "2026-01-01",
    "0001-01-01",
    "9999-12-31",
    "-9999-01-01",
    "name",
    "0",
    "1",
    "-1",
    "99999999999999999999",
    "delivery",
    "2012-12",
    "",
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => select(&KNOWN[..]).prop_map(str::to_owned),
        1 => Just(MARK.to_owned()),
        1 => select(&KNOWN[..]).prop_map(|known| format!("{known}{MARK}")),
        1 => "\\PC{0,12}",
        1 => any::<Vec<u8>>().prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
    ]
}

/// A text inside an address: escaped by the rules, or sent as it is where a browser would let that pass.
fn escaped(text: &str, raw: bool) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b) || (raw && b"\"'{}!$()*,;:@|^`".contains(&b));
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02x}") }).collect()
}

fn address() -> impl Strategy<Value = String> {
    let parts = proptest::collection::vec(text(), 3);
    let query = proptest::collection::vec((select(&CHOICES[..]), text()), 0..4);
    let odd = prop_oneof![9 => Just(String::new()), 1 => select(vec!["%", "%f", "%zz", "?", "&&==", "#", "%ff"]).prop_map(str::to_owned)];
    (0..ROUTES.len(), parts, query, odd, any::<bool>()).prop_map(|(route, parts, query, odd, raw)| {
        let mut address = String::new();
        let mut parts = parts.iter();
        for (i, piece) in ROUTES[route].split('/').skip(1).enumerate() {
            address.push('/');
            match piece.starts_with('{') {
                // The agency is one that is there more often than not.
                true if i == 0 && parts.len() > 1 => address += ["simulated", "ma-dese"][route % 2],
                true => address += &parts.next().map_or_else(String::new, |part| escaped(part, raw)),
                false => address += piece,
            }
        }
        let query: Vec<String> = query.iter().map(|(name, text)| format!("{name}={}", escaped(text, raw))).collect();
        format!("{address}?{}{odd}", query.join("&"))
    })
}

/// How many addresses are tried.
fn cases() -> u32 {
    std::env::var("HEADWAY_TEST_ADDRESSES").ok().and_then(|n| n.parse().ok()).unwrap_or(150)
}

#[test]
fn any_address_is_answered() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut runner = TestRunner::new(Config { cases: cases(), failure_persistence: None, ..Config::default() });
    let answered = |address: String| {
        let (code, head, body) = runtime.block_on(get(&address));
        prop_assert!((200..500).contains(&code), "{address}: {code}");
        prop_assert!(!body.contains("<zz"), "{address}: what was written became part of the page");
        if head.contains("text/html") {
            prop_assert!(!body.contains("\"'>"), "{address}: a text left its place");
            prop_assert!(body.contains("<h1") || code == 303, "{address}: a page");
            prop_assert!(!body.contains("NaN"), "{address}");
        }
        Ok(())
    };
    runner.run(&address(), answered).unwrap_or_else(|error| panic!("{error}"));
}

//! Interrupted years: a period marked as missing is as if no result had come, and what lies before a break says nothing of what
//! lies after it. Each method is asked the same of two states that differ only there.

use headway_analytics::bright::AtLeast;
use headway_delivery::model::plan::Method;
use headway_delivery::track::SeriesSelection;
use headway_delivery::view::PanelChoice;
use headway_delivery::{Workspace, picture};
use headway_render::Chart as _;
use serde_json::{Value, json};

use crate::judgement_odds::{Asked, STATE, TODAY, state};
use crate::support::{Home, seen, sqlite};

/// What each method answers, as text.
async fn answers(headway: &Workspace) -> Vec<(&'static str, Value)> {
    let snapshot = seen(headway, TODAY).await;
    let track = async |method: Option<Method>| {
        let rows = snapshot
            .track_selection(&SeriesSelection { method, ..SeriesSelection::default() })
            .await
            .expect("the measure is known");
        rows.iter().map(|row| serde_json::to_value(row).expect("a row can be written")).collect::<Vec<Value>>()
    };
    let plain = track(None).await;
    let field = |name: &str| plain.iter().map(|row| row[name].clone()).collect::<Value>();
    let [cagr, trend] = [track(Some(Method::Cagr)).await, track(Some(Method::Trend)).await];
    let of = |rows: &[Value], name: &str| {
        rows.iter().map(|row| json!([row["status"], row[name], row["period"]])).collect::<Value>()
    };
    let choice = PanelChoice::default();
    let bright = snapshot.bright_view("met", &choice).await.expect("a measure");
    let gaps = snapshot.gaps_view("met", None, None).await.expect("a measure");
    let backtest = snapshot.backtest_view("met", &choice).await.expect("a measure");
    let series = snapshot.find_series("met", Some(STATE), "all", "all").await.expect("the state has results");
    let xmr = picture::process_chart("x", &bright.planned.measure, &series).expect("there are results enough");
    vec![
        ("moderated", field("signal")),
        ("odds", field("odds")),
        ("precedent", field("precedent")),
        ("trajectory", of(&plain, "method")),
        ("cagr", of(&cagr, "progress")),
        ("trend", of(&trend, "projected")),
        ("bright-spots", json!(format!("{:?}", bright.found))),
        ("gaps", serde_json::to_value(&gaps.lines).expect("gaps can be written")),
        ("backtest", json!(format!("{:?}", backtest.found))),
        ("xmr", json!(xmr.data_table().to_csv())),
    ]
}

/// Half as many of `n`, with the rate that they make: an import refuses a rate that its counts contradict.
fn half(k: f64, n: f64) -> (f64, f64) {
    let k = (k / 2.0).round();
    (100.0 * k / n, k)
}

async fn check(home: &Home, name: &str, one: Asked, other: Asked, methods: &[&str]) {
    let one = answers(&state(home, &format!("{name}1"), &one, 60, false).await).await;
    let other = answers(&state(home, &format!("{name}2"), &other, 60, false).await).await;
    let mut judged = 0;
    for ((method, a), (_, b)) in one.iter().zip(&other).filter(|(a, _)| methods.contains(&a.0)) {
        assert!(a != &json!([]) && !a.is_null(), "{name}: {method} says nothing");
        assert!(a == b, "{name}: {method} looks at what is marked:\n{a}\n{b}");
        judged += 1;
    }
    assert_eq!(judged, methods.len());
}

#[tokio::test]
async fn a_period_marked_missing_is_as_if_nothing_had_come() {
    let home = sqlite();
    let marked = |alter| Asked {
        more: "breaks: [{ period: 2023, kind: missing, note: \"closed schools\" }]",
        alter,
        ..Asked::to_reach(70.0)
    };
    let fell = marked(|year, rate, k, n| Some(if year == 2023 { half(k, n) } else { (rate, k) }));
    let none = marked(|year, rate, k, _| (year != 2023).then_some((rate, k)));
    let all =
        ["moderated", "odds", "precedent", "trajectory", "cagr", "trend", "bright-spots", "gaps", "backtest", "xmr"];
    check(&home, "missing", fell, none, &all).await;
}

#[tokio::test]
async fn what_lies_before_a_break_says_nothing_of_what_lies_after_it() {
    let home = sqlite();
    let broken = |alter| Asked {
        more: "breaks: [{ period: 2022, kind: break, note: \"new test\" }]",
        alter,
        ..Asked::to_reach(70.0)
    };
    let plain = broken(|_, rate, k, _| Some((rate, k)));
    // Another test before: half as many reach the standard.
    let other = broken(|year, rate, k, n| Some(if year < 2022 { half(k, n) } else { (rate, k) }));
    // Odds and backtest learn from the years before how results move; the level is learned anew (tested in the method).
    check(&home, "break", plain, other, &["moderated", "trajectory", "cagr", "trend", "bright-spots", "gaps"]).await;
}

#[tokio::test]
async fn a_pace_across_a_break_is_no_precedent() {
    let home = sqlite();
    let broken = |alter| Asked {
        more: "breaks: [{ period: 2019, kind: break, note: \"new test\" }]",
        alter,
        ..Asked::to_reach(99.0)
    };
    // Everybody jumps by twenty points with the new test: nobody gained them.
    let jump = |year: i32, rate: f64, k: f64, n: f64| {
        Some(if year < 2019 { (rate - 20.0, k - 0.2 * n) } else { (rate, k) }).filter(|(rate, _)| *rate >= 0.0)
    };
    let headway = state(&home, "jump", &broken(jump), 60, false).await;
    let rows = crate::judgement_odds::rows(&headway).await;
    let kept: u64 = rows.iter().filter_map(|row| row.precedent).map(|p| p.kept).sum();
    let of: u64 = rows.iter().filter_map(|row| row.precedent).map(|p| p.of).sum();
    assert!(of > 0 && kept * 20 < of, "{kept} of {of} histories kept a pace that only the new test shows");
}

#[tokio::test]
async fn what_is_promised_across_a_break_is_no_measure_of_a_bright_spot() {
    let home = sqlite();
    // From about 60 in 2020: some thirteen points a year, more than places lie apart.
    let asked = |more| Asked { targets: vec![(99.0, 2023)], more, ..Asked::to_reach(0.0) };
    for (name, more, by_promise) in [
        ("whole", "", true),
        ("before", "breaks: [{ period: 2019, kind: break }]", true),
        ("across", "breaks: [{ period: 2022, kind: break }]", false),
    ] {
        let headway = state(&home, name, &asked(more), 60, false).await;
        let view = seen(&headway, TODAY).await.bright_view("met", &PanelChoice::default()).await.expect("a measure");
        let found = view.found.as_ref().as_ref().expect("sixty districts");
        assert_eq!(matches!(found.least, AtLeast::YearOfProgress(_)), by_promise, "{name}: {:?}", found.least);
    }
}

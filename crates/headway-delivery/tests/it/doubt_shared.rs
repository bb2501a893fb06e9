//! What all places of a file or a measure move by together: asked about at import, told with the measure, proposed as a mark.

use headway_delivery::model::Level;

use crate::doubt::{Desk, HEADER, rates, texts};
use crate::support::{load, seen, sqlite};

const PLAN: &str = r#"
agency: { id: st, name: State agency, unit: ST }
plan: { id: p, edition: "2012" }
measures:
  - id: rate
    name: Rate
    unit: percent
    direction: increase
    period: school-year
    targets: [ { unit: district, baseline: { period: 2012 }, target: { period: 2030, value: 80 } } ]
"#;

#[tokio::test]
async fn what_all_places_share_is_asked_about() {
    /// Twenty districts over nine years, each with a way of its own, moved by `shift` in a year.
    async fn check(what: &str, shift: impl Fn(i32) -> f64, want: &[&str]) {
        let home = sqlite();
        let mut desk = Desk::new(&home).await;
        let mut text = HEADER.to_owned();
        for year in 2010..=2018 {
            let rate = |i: usize| 50.0 + i as f64 + ((i as i32 * 7 + year * 5) % 4) as f64 / 2.0 + shift(year);
            text += &rates(20, year, rate).replace(HEADER, "");
        }
        let outcome = desk.bring(&text).await;
        let told = texts(&outcome);
        assert_eq!(outcome.doubts.len(), want.len().min(1), "{what}: {told}");
        assert!(want.iter().all(|words| told.contains(words)), "{what}: {told}");
    }
    check("nothing", |_| 0.0, &[]).await;
    let passing = &["all districts moved together in 2013-14, by −12", "came back after 2013-14", "`breaks`"];
    check("a year off", |year| if year == 2014 { -12.0 } else { 0.0 }, passing).await;
    check("a new level", |year| if year >= 2014 { 9.0 } else { 0.0 }, &["2013-14, by 9", "stayed there"]).await;
    let newest = &["all districts moved together in 2017-18, by −12", "`breaks`"];
    check("the newest year", |year| if year == 2018 { -12.0 } else { 0.0 }, newest).await;
}

/// The newest year by a file of its own: told at import, then with the measure, with the mark that the plan could carry.
#[tokio::test]
async fn what_all_places_share_in_the_newest_year_is_told_and_proposed_as_a_mark() {
    let home = sqlite();
    let mut desk = Desk::new(&home).await;
    load(&desk.headway, PLAN).await;
    let of = |year: i32| {
        let shift = if year == 2018 { -12.0 } else { 0.0 };
        rates(20, year, |i| 50.0 + i as f64 + ((i as i32 * 7 + year * 5) % 4) as f64 / 2.0 + shift)
    };
    let mut before = HEADER.to_owned();
    (2012..=2017).for_each(|year| before += &of(year).replace(HEADER, ""));
    assert_eq!(texts(&desk.bring(&before).await), "", "the years before are like each other");
    let told = texts(&desk.bring(&of(2018)).await);
    assert!(told.contains("all districts moved together in 2017-18, by −12"), "{told}");
    let scored = seen(&desk.headway, "2026-01-01").await.scored_measure("rate").await.expect("it is planned");
    let [found] = &scored.shared_moves(Some(Level::District), "all", "all")[..] else { panic!("one move") };
    let words = found.move_sentence(&headway_render::MeasureUnit::Percent);
    assert!(words.starts_with("All 20 districts moved together in 2017-18"), "{words}");
    assert_eq!(found.break_proposal().as_deref(), Some("breaks: [{ period: \"2017-18\", kind: break }]"));
}

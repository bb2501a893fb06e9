//! Too little to say more: no signal on two results, no pace where none is needed, and a clock that goes back.

use std::fmt::Write as _;

use headway_delivery::chart;
use headway_delivery::model::status::NoteKind;
use jiff::ToSpan as _;

use crate::support::{ann, at, import, on_both, plan, request, row_of, seen, sqlite};

const PLAN: &str = r#"
agency: { id: a, name: Agency, unit: ST, fiscal_year_ends: "09-30" }
plan: { id: p, edition: "2006-01" }
measures:
  - id: rate
    name: Rate
    unit: percent
    direction: decrease
    period: calendar-year
    targets: [ { unit: district, baseline: { period: 2006, value: 12 }, target: { period: 2030, value: 8 } } ]
  - id: grad
    name: Graduation
    unit: percent
    direction: increase
    period: fiscal-year
    targets: [ { unit: district, baseline: { period: 2007 }, target: { period: 2030, value: 72 } } ]
"#;

const PROFILE: &str = r#"
name = "Rates"
source = "Agency"
unit = "{id}"
period = { kind = "calendar-year", from = "{year}" }
[[level]]
is = "district"
[[values]]
measure = "rate"
scale = "percent"
numerator = "n"
denominator = "d"
"#;

/// Forty districts with two results each, ten years apart, whose counts alone would call half of the changes real.
#[tokio::test]
async fn two_results_make_no_signal() {
    on_both(async |home| {
        let headway = home.with_plans("ws", &[PLAN]).await;
        let mut rows = "id,year,n,d\n".to_owned();
        for i in 0..40 {
            writeln!(rows, "{i},2007,{},500\n{i},2017,{},500", 20 + i * 7 % 23, 25 + i * 11 % 45).expect("text");
        }
        let file = home.file("rates.csv", &rows);
        import(&headway, &request(&file, PROFILE, "2018-02-01")).await.expect("the file can be read");
        let snapshot = seen(&headway, "2018-03-01").await;
        for place in ["1", "17", "39"] {
            let row = row_of(&snapshot, "rate", place).await;
            let why = row.signal.expect_err("two results").reason_text();
            assert_eq!(why, "needs 3 exact results that can be compared, has 2", "{place}");
        }
    })
    .await;
}

/// Six of ten after three years of five of ten is what a draw of ten students does, whether a plan names the measure or not.
#[tokio::test]
async fn counts_say_the_same_with_and_without_a_plan() {
    let rows = (2012..=2014).map(|year| format!("1,{year},5,10\n2,{year},900,1000\n")).collect::<String>();
    let rows = format!("id,year,n,d\n{rows}1,2015,6,10\n2,2015,901,1000\n");
    let mut said = Vec::new();
    for plans in [&[PLAN][..], &[]] {
        let home = sqlite();
        let headway = home.with_plans("ws", plans).await;
        let file = home.file("rates.csv", &rows);
        import(&headway, &request(&file, PROFILE, "2016-02-01")).await.expect("the file can be read");
        let snapshot = seen(&headway, "2016-03-01").await;
        for place in ["1", "2"] {
            let signal = row_of(&snapshot, "rate", place).await.signal.expect("four results");
            assert_eq!(signal.word.id(), "none", "{place} with {} plans: q {}", plans.len(), signal.q);
            said.push(signal.q.to_bits());
        }
    }
    assert_eq!(said[..2], said[2..], "the same with and without a plan");
}

/// A district that had passed its state's target at the start: a level to keep, no path, no pace, no precedent of one.
#[tokio::test]
async fn a_target_passed_at_the_start_is_a_level() {
    let home = sqlite();
    let headway = home.with_plans("ws", &[PLAN]).await;
    let profile = PROFILE.replace("calendar-year", "fiscal-year").replace("\"rate\"", "\"grad\"");
    let rows = "id,year,n,d\n1,2007,931,1000\n1,2008,934,1000\n2,2007,640,1000\n2,2008,650,1000\n";
    let file = home.file("grad.csv", rows);
    import(&headway, &request(&file, &profile, "2008-10-01")).await.expect("the file can be read");
    let snapshot = seen(&headway, "2008-10-02").await;
    let row = row_of(&snapshot, "grad", "1").await;
    let s = &row.standing;
    assert_eq!((s.status.id(), s.expected.exact_number(), s.pace_to_go()), ("ahead", Some(72.0), None));
    assert!(row.precedent.is_none(), "{:?}", row.precedent);
    assert!(
        s.first_note(NoteKind::AlreadyPast).is_some_and(|note| note.contains("keep at or above 72%")),
        "{:?}",
        s.notes
    );
    let series = snapshot.find_series("grad", Some("1"), "all", "all").await.expect("the series");
    let drawn = chart::trajectory_chart("c", &series.measure, &series);
    let path: Vec<f64> = drawn.targets.iter().flat_map(|t| t.path.iter().map(|(_, value)| *value)).collect();
    assert_eq!(path, [72.0], "no path falls from 93.1");
    let other = snapshot.find_series("grad", Some("2"), "all", "all").await.expect("the series");
    assert_eq!(chart::trajectory_chart("c", &other.measure, &other).targets[0].path.len(), 2, "64 to 72 is a path");
    assert!(row_of(&snapshot, "grad", "2").await.precedent.is_some());

    // The agency's fiscal year ends on 30 September: the day before, 2008 was in progress.
    let early = headway.snapshot("2008-09-30".parse().expect("a day")).await.expect("the workspace can be read");
    assert_eq!(row_of(&snapshot, "grad", "2").await.standing.period.map(|p| p.ordinal), Some(2008));
    assert!(early.track_selection(&headway_delivery::track::SeriesSelection::default()).await.is_ok());
    let file = home.file("early.csv", "id,year,n,d\n2,2009,100,1000\n");
    import(&headway, &request(&file, &profile, "2009-01-10")).await.expect("the file can be read");
    let of = async |day: &str| row_of(&*seen(&headway, day).await, "grad", "2").await.standing.value.exact_number();
    assert_eq!((of("2009-09-30").await, of("2009-10-01").await), (Some(65.0), Some(10.0)));
}

#[tokio::test]
async fn a_clock_that_goes_back_is_noticed() {
    on_both(async |home| {
        let headway = home.workspace("ws").await;
        assert_eq!(headway.written_after(at(0)).await.expect("the store can be read"), None, "nothing was written");
        headway.load_plan(&plan(PLAN), &ann(), at(1)).await.expect("the plan can be loaded");
        let noticed = async |now| headway.written_after(now).await.expect("the store can be read");
        assert_eq!(noticed(at(1)).await, None);
        assert_eq!(noticed(at(1) - 1.minute()).await, None, "two machines differ by so much");
        assert_eq!(noticed(at(1) - 1.hour()).await, Some(at(1)));
    })
    .await;
}

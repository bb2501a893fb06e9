//! Odds and signals in the main job: properties on a small simulated state that is imported like any report.

use std::fmt::Write as _;

use headway_analytics::{NoOdds, SignalWord};
use headway_delivery::Workspace;
use headway_delivery::model::Level;
use headway_delivery::track::{SeriesSelection, TrackRow};
use headway_simulate::Simulation;

use crate::support::{Home, import, load, request, seen, sqlite};

pub(crate) const TODAY: &str = "2026-11-01";
pub(crate) const STATE: &str = "00000000";

const PROFILE: &str = r#"
name = "Simulated results"
source = "A simulation"
unit = "{code}"
group = "{group}"
period = { kind = "school-year", from = "{year}" }

[columns]
code = "code"
name = "name"
group = "group"
year = "year"

[[level]]
is = "state"
id = "^00000000$"
name = "{name}"

[[level]]
is = "district"
name = "{name}"
parent = "00000000"

[[values]]
measure = "met"
column = "rate"
numerator = "k"
denominator = "n"
scale = "percent"

[tokens]
"*" = "suppressed"
"#;

/// What the plan asks of the measure.
pub(crate) struct Asked {
    pub(crate) direction: &'static str,
    /// Value and period of the targets of districts.
    pub(crate) targets: Vec<(f64, i32)>,
    /// What a target asks for as YAML, in place of its value.
    pub(crate) goal: Option<&'static str>,
    /// Fields of the measure as YAML.
    pub(crate) more: &'static str,
    /// What becomes of a result.
    pub(crate) alter: Alter,
}

/// Year, rate, hits and students in; rate and hits out; `None` leaves the result out.
pub(crate) type Alter = fn(i32, f64, f64, f64) -> Option<(f64, f64)>;

impl Asked {
    pub(crate) fn to_reach(value: f64) -> Self {
        let alter = |_, rate, hits, _| Some((rate, hits));
        Self { direction: "increase", targets: vec![(value, 2030)], goal: None, more: "", alter }
    }

    fn plan(&self) -> String {
        let target = |(value, period): &(f64, i32)| {
            let goal = self.goal.map_or_else(|| format!("value: {value}"), str::to_owned);
            let of = |place: &str| {
                format!(
                    "      - {{ unit: {place}, baseline: {{ period: 2020 }}, target: {{ period: {period}, {goal} }} }}\n"
                )
            };
            of("district") + &of("state")
        };
        format!(
            "agency: {{ id: st, name: State agency, unit: \"{STATE}\" }}\nplan: {{ id: p, edition: \"2019\" }}\nmeasures:\n  - id: met\n    \
             name: Met the standard\n    unit: percent\n    direction: {}\n    period: school-year\n    result_lag: P1M\n    {}\n    \
             targets:\n{}",
            self.direction,
            self.more,
            self.targets.iter().map(target).collect::<String>()
        )
    }
}

/// Sixty districts, their state, ten groups, ten years. `mirrored` has the share that did not; `districts` counts them.
pub(crate) async fn state(home: &Home, name: &str, asked: &Asked, districts: u32, mirrored: bool) -> Workspace {
    let headway = home.workspace(name).await;
    load(&headway, &asked.plan()).await;
    let mut simulation = Simulation::for_state(7, "met");
    (simulation.districts, simulation.schools, simulation.years) = (districts, 3 * districts, 2017..=2026);
    let mut text = "code,name,group,year,rate,k,n\n".to_owned();
    for batch in simulation.batches() {
        for i in 0..batch.len() {
            let code = batch.places.text_by_number(batch.place[i]);
            if !code.ends_with("000") {
                continue;
            }
            let (mut rate, mut k, n) = (batch.lo[i], batch.numerator[i], batch.denominator[i]);
            let (group, year) = (batch.groups.text_by_number(batch.group[i]), batch.period[i]);
            if mirrored {
                (rate, k) = (100.0 - rate, n - k);
            }
            match (asked.alter)(year, rate, k, n) {
                Some(altered) => (rate, k) = altered,
                None => continue,
            }
            let line = if n.is_nan() {
                format!("{code},Place {code},{group},{year},*,,")
            } else {
                format!("{code},Place {code},{group},{year},{rate:.1},{k},{n}")
            };
            writeln!(text, "{line}").expect("a text can be written to");
        }
    }
    let file = home.file(&format!("{name}.csv"), &text);
    let of_part = |part: &str| {
        let (_, values) = PROFILE.split_once("[[values]]").expect("the profile has values");
        let (values, _) = values.split_once("[tokens]").expect("and tokens");
        format!("[[values]]{}", values.replace("\"met\"", &format!("\"met.{part}\"")))
    };
    let (before, after) = PROFILE.split_once("[[values]]").expect("the profile has values");
    let (_, tokens) = after.split_once("[tokens]").expect("and tokens");
    let profile = match asked.more.contains("parts:") {
        true => format!("{before}{}{}[tokens]{tokens}", of_part("soon"), of_part("late")),
        false => PROFILE.to_owned(),
    };
    let brought =
        import(&headway, &request(&file, &profile, "2026-10-15")).await.expect("the simulation is a good report");
    assert!(brought.import.is_some(), "{name} is in place: {}", crate::doubt::texts(&brought));
    headway
}

pub(crate) async fn rows(headway: &Workspace) -> Vec<TrackRow> {
    let selection = SeriesSelection { group: Some("all".to_owned()), ..SeriesSelection::default() };
    seen(headway, TODAY).await.track_selection(&selection).await.expect("the measure is known")
}

fn chances(rows: &[TrackRow]) -> Vec<f64> {
    rows.iter().map(|row| row.odds.expect("every series has ten results and a target ahead").chance).collect()
}

#[tokio::test]
async fn a_chance_lies_between_0_and_1_and_falls_as_the_target_rises() {
    let home = sqlite();
    let mut before: Option<Vec<f64>> = None;
    for target in [40.0, 60.0, 65.0, 75.0, 95.0] {
        let headway = state(&home, &format!("to{target}"), &Asked::to_reach(target), 60, false).await;
        let found = rows(&headway).await;
        assert_eq!(found.len(), 61);
        let chances = chances(&found);
        assert!(chances.iter().all(|c| (0.0..=1.0).contains(c)), "{chances:?}");
        if let Some(before) = &before {
            let rises: Vec<_> = std::iter::zip(before, &chances).filter(|(b, c)| c > b).collect();
            assert!(rises.is_empty(), "to {target}: {rises:?}");
        }
        before = Some(chances);
    }
}

#[tokio::test]
async fn districts_are_judged_as_a_panel_and_their_state_by_it() {
    let home = sqlite();
    let headway = state(&home, "kin", &Asked::to_reach(70.0), 60, false).await;
    for row in rows(&headway).await {
        let odds = row.odds.expect("every series has odds");
        let method = if row.place.id == STATE { "panel-whole" } else { "panel-damped-trend" };
        assert_eq!(odds.method, method, "{}", row.place.id);
        assert!(row.place.id != STATE || !odds.calibrated, "one series can't be calibrated");
        let from = odds.read_from.map(|from| from.level);
        assert_eq!(from, (row.place.id == STATE).then_some(Level::District), "{}", row.place.id);
        let json = serde_json::to_value(&row).expect("a row can be written");
        let mut fields: Vec<&String> = json["odds"].as_object().expect("odds are an object").keys().collect();
        fields.sort();
        assert_eq!(fields, ["at_most", "calibrated", "chance", "method", "naive", "past", "read_from", "version"]);
        assert!(json["no_odds"].is_null() && json["no_signal"].is_null());
        for field in ["word", "p", "q", "method", "version"] {
            assert!(!json["signal"][field].is_null(), "signal.{field}");
        }
    }
    // Fewer than thirty districts are no panel.
    let headway = state(&home, "few", &Asked::to_reach(70.0), 20, false).await;
    assert!(rows(&headway).await.iter().all(|row| row.odds.is_ok_and(|odds| odds.method == "theta-t")));
}

#[tokio::test]
async fn a_target_more_changes_no_signal() {
    let home = sqlite();
    let one = state(&home, "one", &Asked::to_reach(70.0), 60, false).await;
    let two = Asked { targets: vec![(70.0, 2030), (80.0, 2035)], ..Asked::to_reach(70.0) };
    let two = state(&home, "two", &two, 60, false).await;
    let (one, two) = (rows(&one).await, rows(&two).await);
    for (a, b) in std::iter::zip(&one, &two) {
        assert!(a.signal.is_ok() && a.signal == b.signal, "{}: {:?} {:?}", a.place.id, a.signal, b.signal);
        assert_eq!(a.odds, b.odds, "{}: the nearer target is the one in force", a.place.id);
    }
}

#[tokio::test]
async fn a_mirrored_measure_has_mirrored_signals_and_the_same_odds() {
    let home = sqlite();
    let plain = state(&home, "plain", &Asked::to_reach(70.0), 60, false).await;
    let asked = Asked { direction: "decrease", ..Asked::to_reach(30.0) };
    let mirrored = state(&home, "mirrored", &asked, 60, true).await;
    let (plain, mirrored) = (rows(&plain).await, rows(&mirrored).await);
    for (a, b) in std::iter::zip(&plain, &mirrored) {
        let (own, other) = (a.signal.expect("ten results"), b.signal.expect("ten results"));
        let turned = match own.word {
            SignalWord::High => SignalWord::Low,
            SignalWord::Low => SignalWord::High,
            SignalWord::None => SignalWord::None,
        };
        assert_eq!(turned, other.word, "{}", a.place.id);
        assert!((own.p - other.p).abs() < 1e-6 && (own.q - other.q).abs() < 1e-6, "{own:?} {other:?}");
        assert!((own.change + other.change).abs() < 1e-9, "{own:?} {other:?}");
        let (own, other) = (a.odds.expect("a target ahead"), b.odds.expect("a target ahead"));
        assert!((own.chance - other.chance).abs() < 0.02, "{}: {own:?} {other:?}", a.place.id);
    }
}

#[tokio::test]
async fn what_lies_before_a_break_is_another_series() {
    let home = sqlite();
    let more = "breaks: [{ period: 2024, kind: break, note: \"new test\" }]";
    let headway = state(&home, "broken", &Asked { more, ..Asked::to_reach(70.0) }, 60, false).await;
    let found = rows(&headway).await;
    let lone = found.iter().find(|row| row.place.id == STATE).expect("the state has a row");
    assert!(lone.odds.is_ok(), "its districts say how it moves");
    // The panel knows from other series how results move: three points since the break and five in all are enough.
    assert!(found.iter().filter(|row| row.place.id != STATE).all(|row| row.odds.is_ok()));
}

#[tokio::test]
async fn without_a_panel_three_results_since_a_break_are_no_ground_for_odds() {
    let home = sqlite();
    let more = "breaks: [{ period: 2024, kind: break, note: \"new test\" }]";
    let headway = state(&home, "alone", &Asked { more, ..Asked::to_reach(70.0) }, 20, false).await;
    let few = NoOdds::FewResults { needs: 5, has: 3, since_break: true, part: false };
    assert_eq!(few.reason_text(), "needs 5 exact results since the break in the series, has 3");
    for row in rows(&headway).await {
        assert_eq!(row.odds, Err(few), "{}", row.place.id);
        let json = serde_json::to_value(&row).expect("a row can be written");
        assert!(json["odds"].is_null() && json["no_odds"] == few.reason_text());
    }
}

#[tokio::test]
async fn a_target_that_is_over_has_no_odds() {
    let home = sqlite();
    let headway =
        state(&home, "over", &Asked { targets: vec![(70.0, 2025)], ..Asked::to_reach(70.0) }, 60, false).await;
    assert!(rows(&headway).await.iter().all(|row| row.odds == Err(NoOdds::Over)));
}

#[tokio::test]
async fn a_federal_year_that_is_not_ahead_says_so() {
    let home = sqlite();
    let targets = vec![(70.0, 2026), (75.0, 2027)];
    let asked = Asked { targets, more: "method: gpra", ..Asked::to_reach(0.0) };
    let found = rows(&state(&home, "federal", &asked, 12, false).await).await;
    assert!(found.iter().all(|row| row.odds == Err(NoOdds::YearByYear)), "{:?}", found[0].odds);
    assert!(NoOdds::YearByYear.reason_text().contains("year by year"));
}

/// Districts and state by the chance that a goal is met.
async fn chances_of(home: &Home, name: &str, asked: &Asked) -> Vec<f64> {
    chances(&rows(&state(home, name, asked, 60, false).await).await)
}

#[tokio::test]
async fn a_band_has_the_chance_between_its_edges() {
    let home = sqlite();
    let band = |goal, direction| Asked { goal: Some(goal), direction, ..Asked::to_reach(0.0) };
    let within = chances_of(&home, "within", &band("lo: 55, hi: 70", "maintain")).await;
    let wider = chances_of(&home, "wider", &band("lo: 50, hi: 75", "increase")).await;
    let at_least = chances_of(&home, "atleast", &band("lo: 55", "decrease")).await;
    let at_most = chances_of(&home, "atmost", &band("hi: 70", "increase")).await;
    let floor = chances_of(&home, "floor", &Asked::to_reach(55.0)).await;
    for (i, chance) in within.iter().enumerate() {
        assert!((0.0..=1.0).contains(chance) && *chance <= wider[i], "{i}: {chance} of {}", wider[i]);
        assert!((chance - (at_least[i] + at_most[i] - 1.0)).abs() < 1e-9, "{i}: {chance}");
    }
    assert!(within.iter().any(|c| (0.1..0.9).contains(c)), "{within:?}");
    assert_eq!(at_least, floor, "one edge is a limit on that side, whatever the direction");
}

#[tokio::test]
async fn a_figure_to_hold_exactly_has_no_chance() {
    let home = sqlite();
    let exactly = Asked { direction: "maintain", ..Asked::to_reach(60.0) };
    let found = rows(&state(&home, "exactly", &exactly, 60, false).await).await;
    assert!(found.iter().all(|row| row.odds == Err(NoOdds::NoWidth)));
    let tolerant = Asked { more: "tolerance: 5", ..exactly };
    let band = Asked { goal: Some("lo: 55, hi: 65"), ..Asked::to_reach(0.0) };
    assert_eq!(chances_of(&home, "tolerant", &tolerant).await, chances_of(&home, "band", &band).await);
}

#[tokio::test]
async fn a_compound_target_has_the_chance_of_its_parts_together() {
    let home = sqlite();
    let more = "parts: [{ id: soon, name: Soon }, { id: late, name: Late }]";
    let goal = Some("parts: [{ part: soon, value: 58 }, { part: late, value: 66 }]");
    let whole = rows(&state(&home, "whole", &Asked { goal, more, ..Asked::to_reach(0.0) }, 60, false).await).await;
    let soon = chances_of(&home, "soon", &Asked::to_reach(58.0)).await;
    let late = chances_of(&home, "late", &Asked::to_reach(66.0)).await;
    assert_eq!(whole.len(), soon.len());
    for row in &whole {
        let odds = row.odds.expect("both parts have ten results");
        let at = |chances: &[f64]| {
            let wanted = |c: &&f64| (odds.at_most.expect("a bound") - **c).abs() < 1e-9;
            chances.iter().find(wanted).copied()
        };
        // The parts have the same results: the one that asks for more is the less likely.
        assert!(at(&late).is_some(), "{odds:?}");
        assert!(odds.chance <= odds.at_most.expect("a bound") && odds.naive.is_some(), "{odds:?}");
    }
    let products: f64 = soon.iter().zip(&late).map(|(a, b)| a * b).sum();
    assert!((chances(&whole).iter().sum::<f64>() - products).abs() < 1e-6, "the parts as if independent");
}

//! What is asked of a whole state: the statuses that tallies are made from are those that a reader is shown.

use std::collections::BTreeMap;

use headway_delivery::Workspace;
use jiff::civil::Date;

use crate::support::{ann, at, day, import, load, on_both, request, seen, sqlite, told};

/// The status of every series of every measure, computed without allocation, is the one of its full standing. Gives how many
/// series there were, and how many different statuses.
async fn check(headway: &Workspace, as_of: &str) -> (usize, usize) {
    let snapshot = seen(headway, as_of).await;
    let (mut series, mut found) = (0, std::collections::HashSet::new());
    let measures: Vec<_> = snapshot.book.all_measures().map(|(_, m)| m.measure.id.clone()).collect();
    for measure in &measures {
        // The parts of a compound measure are no measures of their own.
        let Ok(scored) = snapshot.scored_measure(measure).await else { continue };
        for i in 0..scored.len() {
            let standing = scored.standing_of(i, None).expect("the plan can be computed with");
            assert_eq!(
                scored.status_of(i),
                standing.status,
                "{measure} {:?} as of {as_of}: {standing:?}",
                scored.key_of(i)
            );
            let distance = standing.distance.exact_number().filter(|d| !d.is_nan());
            assert_eq!(scored.distance_to_path(i), distance, "{measure} {:?} as of {as_of}", scored.key_of(i));
            found.insert(standing.status);
        }
        series += scored.len();
    }
    (series, found.len())
}

/// Six measures, 2,201 places, ten groups, ten years; once with all results in, once with the last ones overdue.
#[tokio::test]
async fn tallies_of_a_simulated_state_say_what_its_rows_say() {
    let home = sqlite();
    let headway = home.workspace("ws").await;
    let today: Date = day("2026-11-01");
    headway.lay_out_simulated_state(&ann(), at(1), today, &mut |_| ()).await.expect("it can be laid out");
    for (as_of, least) in [("2026-11-01", 5), ("2028-01-01", 1)] {
        let (series, statuses) = check(&headway, as_of).await;
        assert!(series > 100_000 && statuses >= least, "{series} series with {statuses} statuses as of {as_of}");
    }
}

#[tokio::test]
async fn tallies_of_massachusetts_say_what_its_rows_say() {
    on_both(async |home| {
        let headway = home.workspace("ws").await;
        headway.lay_out_massachusetts(&ann(), at(1), day("2026-11-01"), &mut |_| ()).await.expect("it can be laid out");
        let mut most = 0;
        for as_of in ["2011-06-01", "2013-01-01", "2015-06-01", "2015-12-01", "2018-01-01", "2022-10-01", "2026-11-01"]
        {
            most = most.max(check(&headway, as_of).await.1);
        }
        assert!(most >= 4, "{most} statuses");
    })
    .await;
}

/// A snapshot is kept until something is written, and is then made anew.
#[tokio::test]
async fn a_snapshot_is_never_stale() {
    on_both(async |home| {
        let headway = home.workspace("ws").await;
        let early = seen(&headway, "2020-01-01").await;
        assert!(std::sync::Arc::ptr_eq(&early, &seen(&headway, "2020-01-01").await));
        assert_eq!(told(&headway, "2020-01-01").await, "[]");
        headway.lay_out_massachusetts(&ann(), at(1), day("2020-01-01"), &mut |_| ()).await.expect("it can be laid out");
        assert!(early.book.agencies.is_empty(), "who holds a snapshot keeps what it said");
        assert_eq!(seen(&headway, "2020-01-01").await.book.agencies.len(), 2);
        // Another program's write is seen too.
        let other = Workspace::open(headway.root()).await.expect("the same workspace");
        let held = seen(&headway, "2020-01-01").await;
        other.undo_import(1, &ann(), at(2)).await.expect("it is there");
        assert!(!std::sync::Arc::ptr_eq(&held, &seen(&headway, "2020-01-01").await));
    })
    .await;
}

/// Pages answer from the state that is ready until a newer one is: after another program's write, and after midnight.
#[tokio::test]
async fn a_newer_state_takes_the_place_of_the_one_that_is_ready_when_it_is_ready_itself() {
    let home = sqlite();
    let headway = home.workspace("ws").await;
    let (today, tomorrow) = (day("2020-01-01"), day("2020-01-02"));
    let ready = async || headway.ready_state(today).await.expect("a state");
    let keep = async |day| headway.keep_ready(day).await.expect("the stores can be read");
    headway.lay_out_massachusetts(&ann(), at(1), today, &mut |_| ()).await.expect("it can be laid out");
    assert!(keep(today).await && !keep(today).await, "nothing is new the second time");
    let first = ready().await.snapshot;

    let other = Workspace::open(headway.root()).await.expect("the same workspace");
    other.undo_import(1, &ann(), at(2)).await.expect("it is there");
    assert!(std::sync::Arc::ptr_eq(&first, &ready().await.snapshot), "nobody waits for the newer state");
    assert!(keep(today).await);
    let second = ready().await;
    assert!(!std::sync::Arc::ptr_eq(&first, &second.snapshot) && !second.newer, "now it is there");

    assert!(keep(tomorrow).await);
    assert_eq!(ready().await.snapshot.as_of, tomorrow, "a day began");
}

/// Judged through an earlier period, a measure says what it would have said then; a kind of period is read from another.
#[tokio::test]
async fn an_earlier_period_holds_for_every_measure() {
    let home = sqlite();
    let headway = home.workspace("ws").await;
    headway.lay_out_massachusetts(&ann(), at(1), day("2026-11-01"), &mut |_| ()).await.expect("it can be laid out");
    let now = seen(&headway, "2026-11-01").await;
    let last_day = |text: &str| headway_delivery::Snapshot::last_day(text, &[]).map_err(|e| e.to_string());
    assert_eq!(last_day("2013-14"), Ok(day("2014-06-30")));
    assert_eq!(last_day("cohort 2013"), Ok(day("2013-08-31")));
    assert!(last_day("yesterday").is_err_and(|e| e.contains("yesterday")));
    // The cohort of 2014 ends in August 2014: at the end of the school year 2013-14 the one of 2013 is the latest.
    let then = now.through_day(day("2014-06-30"));
    assert!(std::sync::Arc::ptr_eq(&then, &now.through_day(day("2014-06-30"))), "it is kept");
    let row = then.find_series("grad-5yr", None, "all", "all").await.expect("a series").row;
    assert_eq!(row.standing.period.map(|p| p.to_string()).as_deref(), Some("cohort 2013"));
    let row =
        now.through_day(day("2014-08-31")).find_series("grad-5yr", None, "all", "all").await.expect("a series").row;
    assert_eq!(row.standing.period.map(|p| p.to_string()).as_deref(), Some("cohort 2014"));
    assert!(!now.agency_periods("ma-dese").await.expect("an agency").is_empty());
}

/// Throws the same numbers in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len() as u64) as usize]
    }

    fn year(&mut self) -> u64 {
        2014 + self.below(14)
    }

    /// For whom and by when, and the target.
    fn target(&mut self) -> (String, String) {
        let (place, group) = (self.one(&["state", "district", "0001", "0002"]), self.one(&["all", "all", "lep"]));
        let (by, value) = (self.year(), self.below(101));
        let from = by - 1 - self.below(8);
        let baseline = match self.below(4) {
            0 => String::new(),
            1 => format!(", baseline: {{ period: {from} }}"),
            _ => format!(", baseline: {{ period: {from}, value: {} }}", self.below(101)),
        };
        let goal = match self.below(8) {
            0 => String::new(),
            1 => format!(", target: {{ period: {by}, set_baseline: true }}"),
            2 => format!(", target: {{ period: {by}, lo: {value}, hi: {} }}", value + self.below(10)),
            _ => format!(", target: {{ period: {by}, value: {value} }}"),
        };
        let path = match self.below(4) {
            0 => format!(", trajectory: [{{ period: {}, value: {} }}]", self.year(), self.below(101)),
            _ => String::new(),
        };
        let (since, until) = (self.year(), self.year());
        let valid = match self.below(6) {
            0 => format!(", valid_from: {since}-03-01"),
            1 => format!(", valid_to: {until}-11-15"),
            _ => String::new(),
        };
        let text = format!("{{ unit: {place}, group: {group}{baseline}{goal}{path}{valid} }}");
        let when = if goal.is_empty() { String::new() } else { by.to_string() };
        (format!("{place} {group} {when}"), text)
    }

    fn plan(&mut self, measures: u64) -> String {
        let mut text =
            "agency: { id: st, name: State, unit: ST }\nplan: { id: p, edition: \"2010\" }\nmeasures:\n".to_owned();
        for m in 0..measures {
            let (direction, lag) = (
                self.one(&["increase", "decrease", "maintain"]),
                self.one(&["", ", result_lag: P6M", ", result_lag: P14M"]),
            );
            let tolerance = self.one(&["", "", ", tolerance: 2"]);
            let mark = match self.below(3) {
                0 => format!(", breaks: [{{ period: {}, kind: {} }}]", self.year(), self.one(&["missing", "break"])),
                _ => String::new(),
            };
            // Two in force for one series and period are refused by the plan's own check.
            let targets: BTreeMap<String, String> = (0..1 + self.below(6)).map(|_| self.target()).collect();
            let targets = targets.into_values().collect::<Vec<_>>().join(", ");
            text += &format!(
                "  - {{ id: m{m}, name: M, unit: percent, direction: {direction}, period: school-year{lag}{tolerance}{mark}, targets: [{targets}] }}\n"
            );
        }
        text
    }

    /// Rows of a place, group and year; many are left out.
    fn results(&mut self, measures: u64) -> String {
        let mut text = "code,group,year".to_owned();
        (0..measures).for_each(|m| text += &format!(",m{m}"));
        for (code, group) in ["ST", "0001", "0002", "0003", "0004"].iter().flat_map(|c| [(c, "all"), (c, "lep")]) {
            for year in 2014..2026 {
                text += &format!("\n{code},{group},{year}");
                for _ in 0..measures {
                    let said = match self.below(12) {
                        0..4 => String::new(),
                        4 => self.one(&["*", "NT", "NR"]).to_owned(),
                        5 => self.one(&["GE90", "LT10", "40-59", "<=20"]).to_owned(),
                        _ => self.below(101).to_string(),
                    };
                    text += &format!(",{said}");
                }
            }
        }
        text + "\n"
    }
}

/// Whatever was promised and whatever came: the fast way and the full one give one status.
#[tokio::test]
async fn tallies_of_any_plan_say_what_its_rows_say() {
    let (home, mut dice, measures) = (sqlite(), Dice(7), 60);
    let headway = home.workspace("ws").await;
    load(&headway, &dice.plan(measures)).await;
    let profile = r#"
        name = "Made up"
        bands = true
        unit = "{code}"
        group = "{group}"
        period = { kind = "school-year", from = "{year}" }
        level = [{ is = "state", id = "^ST$" }, { is = "district" }]
        tokens = { "*" = "suppressed", "NT" = "not-tested", "NR" = "not-reported" }
        [[values]]
        measure = "{m}"
        pattern = '(?<m>m\d+)'
        scale = "percent"
    "#;
    let file = home.file("results.csv", &dice.results(measures));
    import(&headway, &request(&file, profile, "2010-01-01")).await.expect("the rows can be read");
    let mut statuses = 0;
    for as_of in ["2013-01-01", "2016-08-01", "2018-02-01", "2020-07-01", "2022-12-31", "2026-09-01", "2030-01-01"] {
        statuses = statuses.max(check(&headway, as_of).await.1);
    }
    assert!(statuses >= 8, "{statuses} statuses");
}

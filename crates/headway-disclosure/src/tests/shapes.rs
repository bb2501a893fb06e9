//! Tables in the shapes that agencies publish, with sums that nobody states: attacked by a reader who knows the sums.

use std::collections::BTreeMap;

use headway_model::{Level, Place, PlaceDirectory};
use headway_stats::audit::{find_determined, narrow_bounds};
use headway_stats::suppress::RelationSystem;

use super::super::atlas::CodeNumbers;
use super::super::figures::MeasureFigures;
use super::super::step::StepDecisions;
use super::super::told::{Disclosure, PriorDisclosure};
use super::super::{HiddenReason, PublishingRule, coding};
use super::{decide_over, figures};

/// Place, group, grade, students, reached.
type Row = (&'static str, &'static str, &'static str, u64, u64);
/// Measures with their rows.
type Tables = Vec<(&'static str, Vec<Row>)>;
/// A count: measure, place, group, grade; and whether it is the students or those who reached it.
type Count = (&'static str, &'static str, &'static str, &'static str, bool);
/// Parts and their total.
type Sum = (Vec<Count>, Count);

fn tree(places: &[(&'static str, Level, Option<&'static str>)]) -> PlaceDirectory {
    let place = |&(id, level, parent): &(&'static str, Level, Option<&'static str>)| Place {
        id: id.into(),
        name: id.to_owned(),
        level,
        parent: parent.map(str::to_owned).map(Into::into),
    };
    PlaceDirectory::new(places.iter().map(place).collect())
}

fn read(tables: &Tables, rule: &PublishingRule, atlas: &mut CodeNumbers) -> Vec<MeasureFigures> {
    let mut all = Vec::new();
    for (id, rows) in tables {
        let lines: Vec<super::Line> = rows.iter().map(|&(place, group, _, n, k)| (place, group, n, k)).collect();
        let mut measure = figures(id, rule, &lines, atlas);
        for (figure, row) in measure.rows.iter_mut().zip(rows) {
            figure.grade = atlas.grades.intern_text(row.2);
        }
        all.push(measure);
    }
    all
}

fn told(measures: &[MeasureFigures], decided: &StepDecisions) -> Vec<Vec<PriorDisclosure>> {
    let of = |(measure, how): (&MeasureFigures, &Vec<Option<Disclosure>>)| {
        let told = measure.rows.iter().zip(how).filter_map(|(f, how)| {
            let (place, group, grade, period, n, amount) = (f.place, f.group, f.grade, f.period, f.n, f.amount);
            Some(PriorDisclosure {
                place,
                group,
                grade,
                period,
                n,
                amount,
                how: (*how)?,
                band: None,
                kept: false,
                vintage: None,
            })
        });
        told.collect()
    };
    measures.iter().zip(&decided.how).map(of).collect()
}

/// Everything that the tables tell, and what a reader makes of it with these sums. Gives the secrets that follow.
fn attacked(rule: &PublishingRule, tables: &Tables, how: &[Vec<Option<Disclosure>>], sums: &[Sum]) -> Vec<Count> {
    let mut at: BTreeMap<Count, usize> = BTreeMap::new();
    let (mut bounds, mut secret, mut rows) = (Vec::new(), Vec::new(), Vec::<Vec<(u32, i32)>>::new());
    for ((id, lines), hows) in tables.iter().zip(how) {
        for (&(place, group, grade, n, k), how) in lines.iter().zip(hows) {
            let how = how.expect("every line has counts");
            let few = n >= 1 && n < rule.effective_n_size();
            let open = if how == Disclosure::Hidden(HiddenReason::FewStudents) {
                (1.0, rule.effective_n_size() as f64 - 1.0)
            } else {
                (0.0, f64::INFINITY)
            };
            let students = if how.tells_students() { (n as f64, n as f64) } else { open };
            let reached = match how {
                Disclosure::Shown => (k as f64, k as f64),
                Disclosure::Range(lo, hi) => (lo as f64, hi as f64),
                _ => (0.0, students.1),
            };
            let first = bounds.len() as u32;
            at.insert((id, place, group, grade, false), first as usize);
            at.insert((id, place, group, grade, true), first as usize + 1);
            bounds.extend([students, reached, (0.0, f64::INFINITY)]);
            secret.extend([few, few || coding::code_extreme(rule, n, k as i64).is_some() && n > 0, false]);
            rows.push(vec![(first + 1, 1), (first + 2, 1), (first, -1)]);
        }
    }
    for (parts, total) in sums {
        let cell = |count: &Count| at[count] as u32;
        rows.push(parts.iter().map(|part| (cell(part), 1)).chain([(cell(total), -1)]).collect());
    }
    let system = RelationSystem::new(bounds.len(), &rows);
    let hidden: Vec<bool> = bounds.iter().map(|b: &(f64, f64)| b.0 != b.1).collect();
    let follows = find_determined(&system, &hidden);
    narrow_bounds(&system, &mut bounds);
    let found = |&(_, &c): &(&Count, &usize)| secret[c] && hidden[c] && (follows[c] || bounds[c].0 == bounds[c].1);
    at.iter().filter(found).map(|(count, _)| *count).collect()
}

fn shown(decided: &StepDecisions) -> usize {
    decided.how.iter().flatten().filter(|how| **how == Some(Disclosure::Shown)).count()
}

/// Decides, attacks, decides again over a second release with more students in one row, attacks that; and what single rules
/// alone would tell must follow, or the attack proves nothing.
fn check(what: &str, places: &PlaceDirectory, tables: &Tables, sums: &[Sum], at_least: usize) {
    let rule = PublishingRule::default();
    let mut atlas = CodeNumbers::default();
    let measures = read(tables, &rule, &mut atlas);
    let first = decide_over(&atlas, places, &measures, Vec::new());
    assert_eq!(attacked(&rule, tables, &first.how, sums), [], "{what}");
    assert_eq!(first.audit.exposed, 0, "{what}");
    assert!(shown(&first) >= at_least, "{what}: {} figures are shown", shown(&first));
    let alone =
        |(n, k): (u64, u64)| match (n < rule.effective_n_size() && n > 0, coding::code_extreme(&rule, n, k as i64)) {
            (true, _) => Disclosure::Hidden(HiddenReason::FewStudents),
            (_, Some(coded)) => Disclosure::Range(coded.lo, coded.hi),
            _ => Disclosure::Shown,
        };
    let naive: Vec<Vec<Option<Disclosure>>> =
        tables.iter().map(|(_, rows)| rows.iter().map(|row| Some(alone((row.3, row.4)))).collect()).collect();
    let found = attacked(&rule, tables, &naive, sums);
    // Two outcomes are each other's rest, and are told as ranges anyway.
    assert!(tables.len() == 2 || !found.is_empty(), "{what}: the attack finds nothing where nothing is done");
    // The same again tells the same.
    let again = decide_over(&atlas, places, &measures, vec![told(&measures, &first)]);
    assert_eq!(again.audit.exposed, 0, "{what}, second release");
    assert_eq!(attacked(&rule, tables, &again.how, sums), [], "{what}, second release");
}

const COHORTS: [(&str, u64, [u64; 5]); 10] = [
    ("0010", 60, [50, 8, 2, 0, 0]),
    ("0020", 80, [60, 12, 6, 1, 1]),
    ("0030", 300, [260, 25, 10, 3, 2]),
    ("0040", 45, [30, 14, 1, 0, 0]),
    ("0050", 120, [100, 11, 7, 1, 1]),
    ("0060", 97, [70, 17, 6, 3, 1]),
    ("0070", 210, [166, 31, 9, 3, 1]),
    ("0080", 33, [27, 4, 1, 1, 0]),
    ("0090", 154, [121, 21, 8, 2, 2]),
    ("0100", 71, [55, 9, 4, 2, 1]),
];

/// Outcomes of one cohort as measures, the first `outcomes` of them, what is left in the last; the state above the districts.
fn cohorts(outcomes: usize) -> (PlaceDirectory, Tables, Vec<Sum>) {
    const IDS: [&str; 5] = ["graduated", "still", "dropout", "certificate", "died"];
    let split = |counts: [u64; 5]| -> Vec<u64> {
        let mut counts = counts.to_vec();
        let rest: u64 = counts.split_off(outcomes).iter().sum();
        counts[outcomes - 1] += rest;
        counts
    };
    let mut tables: Tables = IDS[..outcomes].iter().map(|id| (*id, Vec::new())).collect();
    let mut state = (0, vec![0; outcomes]);
    for (district, n, counts) in COHORTS {
        for (m, k) in split(counts).into_iter().enumerate() {
            tables[m].1.push((district, "all", "all", n, k));
            state.1[m] += k;
        }
        state.0 += n;
    }
    for (m, table) in tables.iter_mut().enumerate() {
        table.1.push(("st", "all", "all", state.0, state.1[m]));
    }
    let districts: Vec<&str> = COHORTS.iter().map(|c| c.0).collect();
    let mut sums: Vec<Sum> = Vec::new();
    for place in districts.iter().copied().chain(["st"]) {
        let parts = IDS[..outcomes].iter().map(|id| (*id, place, "all", "all", true)).collect();
        sums.push((parts, (IDS[0], place, "all", "all", false)));
    }
    for id in &IDS[..outcomes] {
        for reached in [false, true] {
            let parts = districts.iter().map(|d| (*id, *d, "all", "all", reached)).collect();
            sums.push((parts, (id, "st", "all", "all", reached)));
        }
    }
    let mut places = vec![("st", Level::State, None)];
    places.extend(districts.iter().map(|d| (*d, Level::District, Some("st"))));
    (tree(&places), tables, sums)
}

#[test]
fn outcomes_of_one_cohort() {
    for (outcomes, at_least) in [(2, 8), (3, 8), (5, 5)] {
        let (places, tables, sums) = cohorts(outcomes);
        check(&format!("{outcomes} outcomes"), &places, &tables, &sums, at_least);
    }
}

#[test]
fn one_row_of_outcomes_is_assumed_to_be_a_whole() {
    let row = |id: &'static str, k| (id, vec![("s", "all", "all", 100, k)]);
    let tables = vec![row("graduated", 90), row("other", 9), row("dropout", 1)];
    let parts = ["graduated", "other", "dropout"].map(|id| (id, "s", "all", "all", true)).to_vec();
    let sums = vec![(parts, ("graduated", "s", "all", "all", false))];
    check("one row", &tree(&[("s", Level::School, None)]), &tables, &sums, 1);
}

#[test]
fn a_charter_school_right_under_the_state() {
    let rows = vec![
        ("st", "all", "all", 245, 180),
        ("d1", "all", "all", 120, 90),
        ("d2", "all", "all", 120, 86),
        ("s9", "all", "all", 5, 4),
    ];
    let places = tree(&[
        ("st", Level::State, None),
        ("d1", Level::District, Some("st")),
        ("d2", Level::District, Some("st")),
        ("s9", Level::School, Some("st")),
    ]);
    let sum = |reached| {
        let parts = ["d1", "d2", "s9"].map(|place| ("m", place, "all", "all", reached)).to_vec();
        (parts, ("m", "st", "all", "all", reached))
    };
    check("charter school", &places, &vec![("m", rows)], &[sum(false), sum(true)], 1);
}

#[test]
fn a_group_and_its_opposite_and_a_band_beside_its_grades() {
    let places =
        tree(&[("st", Level::State, None), ("d1", Level::District, Some("st")), ("d2", Level::District, Some("st"))]);
    let group = |place, n: (u64, u64), k: (u64, u64)| {
        vec![
            (place, "all", "all", n.0 + n.1, k.0 + k.1),
            (place, "el", "all", n.0, k.0),
            (place, "non-el", "all", n.1, k.1),
        ]
    };
    let rows =
        [group("d1", (6, 90), (3, 50)), group("d2", (30, 80), (12, 44)), group("st", (36, 170), (15, 94))].concat();
    let over = |group, reached| {
        let parts = ["d1", "d2"].map(|place| ("m", place, group, "all", reached)).to_vec();
        (parts, ("m", "st", group, "all", reached))
    };
    let whole = |place, reached| {
        let parts = ["el", "non-el"].map(|group| ("m", place, group, "all", reached)).to_vec();
        (parts, ("m", place, "all", "all", reached))
    };
    let mut sums: Vec<Sum> = Vec::new();
    for reached in [false, true] {
        sums.extend(["all", "el", "non-el"].map(|group| over(group, reached)));
        sums.extend(["d1", "d2", "st"].map(|place| whole(place, reached)));
    }
    check("opposites", &places, &vec![("m", rows)], &sums, 2);

    let grade = |n: [u64; 3]| {
        let all: u64 = n.iter().sum();
        vec![
            ("s", "all", "3-5", all, all / 2),
            ("s", "all", "03", n[0], n[0] / 2),
            ("s", "all", "04", n[1], n[1] / 2),
            ("s", "all", "05", n[2], all / 2 - n[0] / 2 - n[1] / 2),
        ]
    };
    let sum = |reached| {
        let parts = ["03", "04", "05"].map(|grade| ("m", "s", "all", grade, reached)).to_vec();
        (parts, ("m", "s", "all", "3-5", reached))
    };
    let places = tree(&[("s", Level::School, None)]);
    check("band", &places, &vec![("m", grade([95, 95, 5]))], &[sum(false), sum(true)], 1);
}

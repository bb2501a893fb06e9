//! What a source leaves out without a row, and places grouped in two ways: attacked by a reader who knows the sums.

use std::collections::BTreeMap;

use headway_model::{Level, Place, Places};

use super::super::Weakness;
use super::super::told::How;
use super::reader::{Count, Sum, Tables, attacked, decide, district, draws};

/// Nothing follows from what is told; without the rule it does.
fn check(what: &str, places: &Places, tables: &Tables, sums: &[Sum], without: Weakness) {
    let (decided, _) = decide(places, tables, Weakness::default());
    assert_eq!(attacked(tables, &decided.how, sums), [], "{what}");
    assert_eq!(decided.audit.exposed, 0, "{what}");
    let shown = decided.how.iter().flatten().filter(|how| how.is_some_and(How::tells_students)).count();
    let all: usize = tables.iter().map(|(_, rows)| rows.len()).sum();
    assert!(2 * shown > all, "{what}: {shown} of {all} numbers of students are told");
    let (weak, _) = decide(places, tables, without);
    assert!(!attacked(tables, &weak.how, sums).is_empty(), "{what}: without the rule something follows");
}

/// What has no row is not looked at.
fn without_rows() -> Weakness {
    Weakness { no_missing: true, ..Weakness::default() }
}

fn place(id: &str, level: Level, parent: Option<&str>) -> Place {
    Place { id: id.to_owned(), name: id.to_owned(), level, parent: parent.map(str::to_owned) }
}

/// A state above some places of a level each.
fn state(below: &[(String, Level)]) -> Places {
    let below = below.iter().map(|(id, level)| place(id, *level, Some("st")));
    Places::new([place("st", Level::State, None)].into_iter().chain(below).collect())
}

#[test]
fn a_district_without_a_row() {
    let mut draw = draws();
    let counts: Vec<(String, u64, u64)> = (0..10)
        .map(|at| {
            let n = if at == 4 { 6 } else { 50 + draw(60) };
            (district(at), n, n / 2)
        })
        .collect();
    let total = counts.iter().fold((0, 0), |sum, (_, n, k)| (sum.0 + n, sum.1 + k));
    let mut rows = vec![(2020, "st".to_owned(), "all", "all", total.0, total.1)];
    rows.extend(counts.iter().filter(|(_, n, _)| *n > 9).map(|(id, n, k)| (2020, id.clone(), "all", "all", *n, *k)));
    let count = |id: &str, reached| ("m", 2020, id.to_owned(), "all", "all", reached);
    let sum = |reached| -> Sum {
        counts.iter().map(|(id, ..)| (count(id, reached), 1)).chain([(count("st", reached), -1)]).collect()
    };
    let districts: Vec<(String, Level)> = counts.iter().map(|(id, ..)| (id.clone(), Level::District)).collect();
    check("district", &state(&districts), &vec![("m", rows)], &[sum(false), sum(true)], without_rows());
}

/// Rows of schools by one code, of which one is missing in one school; the first code is the total.
fn by_code(codes: [&'static str; 4], grades: bool) -> (Places, Tables, Vec<Sum>) {
    let mut draw = draws();
    let (mut rows, mut sums, mut places) = (Vec::new(), Vec::new(), Vec::new());
    let at = |code: &'static str| if grades { ("all", code) } else { (code, "all") };
    for school in 0..10 {
        let id = format!("s{school}");
        places.push(place(&id, Level::School, None));
        let parts: Vec<u64> = (0..3).map(|part| if part == 1 && school == 3 { 4 } else { 40 + draw(30) }).collect();
        let all: u64 = parts.iter().sum();
        for (code, n) in codes.into_iter().zip([all].into_iter().chain(parts)) {
            if n > 9 {
                let (group, grade) = at(code);
                rows.push((2020, id.clone(), group, grade, n, n / 2));
            }
        }
        let count = |code: &'static str| -> Count {
            let (group, grade) = at(code);
            ("m", 2020, id.clone(), group, grade, false)
        };
        sums.push(codes.into_iter().map(|code| (count(code), if code == codes[0] { -1 } else { 1 })).collect());
    }
    (Places::new(places), vec![("m", rows)], sums)
}

#[test]
fn a_race_or_a_grade_without_a_row() {
    let (places, tables, sums) = by_code(["all", "mwh", "mbl", "mhi"], false);
    check("race", &places, &tables, &sums, without_rows());
    let (places, tables, sums) = by_code(["all", "03", "04", "05"], true);
    check("grade", &places, &tables, &sums, without_rows());
    let (places, tables, sums) = by_code(["all", "x", "y", "z"], false);
    check("groups that are found", &places, &tables, &sums, without_rows());
}

#[test]
fn an_outcome_without_a_row() {
    let mut draw = draws();
    let mut tables: Tables = ["graduated", "still", "dropout"].map(|id| (id, Vec::new())).into();
    let (mut sums, mut places) = (Vec::new(), Vec::new());
    for at in 0..12 {
        let id = district(at);
        places.push(place(&id, Level::District, None));
        let n = 120 + draw(60);
        let outcomes = [n - 30 - if at == 5 { 1 } else { 12 }, 30, if at == 5 { 1 } else { 12 }];
        for ((_, rows), k) in tables.iter_mut().zip(outcomes) {
            if k > 1 {
                rows.push((2020, id.clone(), "all", "all", n, k));
            }
        }
        let count = |measure, reached| -> Count { (measure, 2020, id.clone(), "all", "all", reached) };
        let parts = ["graduated", "still", "dropout"].map(|measure| (count(measure, true), 1));
        sums.push(parts.into_iter().chain([(count("graduated", false), -1)]).collect());
    }
    check("outcome", &Places::new(places), &tables, &sums, without_rows());
}

#[test]
fn regions_and_districts_side_by_side() {
    let mut draw = draws();
    let groupings = Weakness { no_groupings: true, ..Weakness::default() };
    for level in [Level::Region, Level::District] {
        let mut by_place: BTreeMap<String, (u64, u64)> = BTreeMap::new();
        for at in 0..24 {
            let n = if at == 11 { 4 + draw(4) } else { 40 + draw(50) };
            for id in ["st".to_owned(), district(at), format!("R{}", at % 3)] {
                let sum = by_place.entry(id).or_default();
                *sum = (sum.0 + n, sum.1 + n / 2);
            }
        }
        let rows = by_place.iter().map(|(id, (n, k))| (2020, id.clone(), "all", "all", *n, *k)).collect();
        let below: Vec<(String, Level)> = by_place
            .keys()
            .filter(|id| *id != "st")
            .map(|id| (id.clone(), if id.starts_with('R') { level } else { Level::District }))
            .collect();
        let count = |id: &str, reached| ("m", 2020, id.to_owned(), "all", "all", reached);
        let sum = |regions: bool, reached| -> Sum {
            let parts = below.iter().filter(|(id, _)| id.starts_with('R') == regions);
            parts.map(|(id, _)| (count(id, reached), 1)).chain([(count("st", reached), -1)]).collect()
        };
        let sums = [sum(true, false), sum(true, true), sum(false, false), sum(false, true)];
        let tables = vec![("m", rows)];
        if level == Level::District {
            check("one level", &state(&below), &tables, &sums, groupings);
        } else {
            let (decided, _) = decide(&state(&below), &tables, Weakness::default());
            assert_eq!((attacked(&tables, &decided.how, &sums), decided.audit.exposed), (vec![], 0));
        }
    }
}

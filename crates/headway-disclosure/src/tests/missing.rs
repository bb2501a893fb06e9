//! What a source leaves out without a row, and places grouped in two ways: attacked by a reader who knows the sums.

use std::collections::BTreeMap;

use headway_model::{Level, Place, PlaceDirectory};

use super::super::StepWeakness;
use super::super::told::Disclosure;
use super::reader::{BY_SOURCE, Count, Sum, Tables, attacked, decide, district, draws};

/// Nothing follows from what is told; without the rule it does.
fn check(what: &str, places: &PlaceDirectory, tables: &Tables, sums: &[Sum], without: StepWeakness) {
    let (decided, _) = decide(places, tables, StepWeakness::default());
    assert_eq!(attacked(tables, &decided.how, sums), [], "{what}");
    assert_eq!(decided.audit.exposed, 0, "{what}");
    let shown = decided.how.iter().flatten().filter(|how| how.is_some_and(Disclosure::tells_students)).count();
    let all: usize = tables.iter().map(|(_, rows)| rows.len()).sum();
    assert!(2 * shown > all, "{what}: {shown} of {all} numbers of students are told");
    let (weak, _) = decide(places, tables, without);
    assert!(!attacked(tables, &weak.how, sums).is_empty(), "{what}: without the rule something follows");
}

/// What has no row is not looked at.
fn without_rows() -> StepWeakness {
    StepWeakness { no_missing: true, ..StepWeakness::default() }
}

fn place(id: &str, level: Level, parent: Option<&str>) -> Place {
    Place { id: id.into(), name: id.to_owned(), level, parent: parent.map(str::to_owned).map(Into::into) }
}

/// A state above some places of a level each.
fn state(below: &[(String, Level)]) -> PlaceDirectory {
    let below = below.iter().map(|(id, level)| place(id, *level, Some("st")));
    PlaceDirectory::new([place("st", Level::State, None)].into_iter().chain(below).collect())
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
fn by_code(codes: [&'static str; 4], grades: bool) -> (PlaceDirectory, Tables, Vec<Sum>) {
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
    (PlaceDirectory::new(places), vec![("m", rows)], sums)
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

/// Students of schools in three groups; in one school the second has no row and hardly anybody of it reached what is measured.
fn coded(codes: [&'static str; 4], grades: bool) -> (PlaceDirectory, Tables, Vec<Sum>) {
    let mut draw = draws();
    let (mut rows, mut sums, mut places) = (Vec::new(), Vec::new(), Vec::new());
    let at = |code: &'static str| if grades { ("all", code) } else { (code, "all") };
    for school in 0..10 {
        let id = format!("s{school}");
        places.push(place(&id, Level::School, None));
        let lacks = |part: usize| part == 1 && school == 3;
        let parts: Vec<(u64, u64)> = (0..3)
            .map(|part| {
                let n = 40 + draw(30);
                if lacks(part) { (14, 0) } else { (n, n / 2) }
            })
            .collect();
        let all = parts.iter().fold((0, 0), |sum, part| (sum.0 + part.0, sum.1 + part.1));
        for (at_code, (n, k)) in [all].into_iter().chain(parts).enumerate() {
            if !(at_code > 0 && lacks(at_code - 1)) {
                let (group, grade) = at(codes[at_code]);
                rows.push((2020, id.clone(), group, grade, n, k));
            }
        }
        let count = |code: &'static str| -> Count {
            let (group, grade) = at(code);
            ("m", 2020, id.clone(), group, grade, true)
        };
        sums.push(codes.into_iter().map(|code| (count(code), if code == codes[0] { -1 } else { 1 })).collect());
    }
    (PlaceDirectory::new(places), vec![("m", rows)], sums)
}

#[test]
fn a_coded_result_of_many_in_no_told_race_or_grade() {
    for (what, codes, grades) in [
        ("race", ["all", "mwh", "mbl", "mhi"], false),
        ("grade", ["all", "03", "04", "05"], true),
        ("groups that are found", ["all", "x", "y", "z"], false),
    ] {
        let (places, tables, sums) = coded(codes, grades);
        check(what, &places, &tables, &sums, without_rows());
    }
}

/// Schools with a group that two others and a third make up. In one school the source hides the third, a single student, and the second,
/// of so many students, has no row; of it the district is told, too.
fn hidden_beside_no_row(second: u64) -> (PlaceDirectory, Tables, Vec<Sum>) {
    let mut draw = draws();
    let (mut rows, mut sums, mut places) = (Vec::new(), Vec::new(), vec![place("d", Level::District, None)]);
    let (mut district, mut of_district) = (0, Vec::new());
    for school in 0..14 {
        let id = format!("s{school}");
        places.push(place(&id, Level::School, Some("d")));
        let count = |group| -> Count { ("m", 2020, id.clone(), group, "all", false) };
        let [x, y, z] = if school == 3 { [50, second, 1] } else { [30 + draw(30), 40 + draw(30), 50 + draw(30)] };
        for (group, n) in [("w", x + y + z), ("x", x), ("y", y), ("z", z)] {
            match (school, group) {
                (3, "y") => {}
                (3, "z") => rows.push((2020, id.clone(), group, "all", n, BY_SOURCE)),
                _ => rows.push((2020, id.clone(), group, "all", n, n / 2)),
            }
        }
        sums.push([("x", 1), ("y", 1), ("z", 1), ("w", -1)].map(|(group, k)| (count(group), k)).into());
        of_district.push((count("y"), 1));
        district += y;
    }
    rows.push((2020, "d".to_owned(), "y", "all", district, district / 2));
    of_district.push((("m", 2020, "d".to_owned(), "y", "all", false), -1));
    sums.push(of_district);
    (PlaceDirectory::new(places), vec![("m", rows)], sums)
}

#[test]
fn a_count_that_the_source_hides_beside_a_group_without_a_row() {
    // Nobody is there that has no row; or many are, who follow from the other schools.
    for second in [0, 30] {
        let (places, tables, sums) = hidden_beside_no_row(second);
        let hidden = |weakness| {
            let (decided, _) = decide(&places, &tables, weakness);
            let found = attacked(&tables, &decided.how, &sums);
            assert_eq!(decided.audit.exposed, 0, "{second}");
            found.into_iter().filter(|count| count.3 == "z").collect::<Vec<Count>>()
        };
        assert_eq!(hidden(StepWeakness::default()), [], "{second}");
        assert_eq!(hidden(without_rows()).len(), 1, "{second}: without the rule it follows");
    }
}

/// The same with measures: an outcome that the source hides, and one without a row.
#[test]
fn an_outcome_that_the_source_hides_beside_one_without_a_row() {
    let mut draw = draws();
    let mut tables: Tables = ["g-all", "g-x", "g-y", "g-z"].map(|id| (id, Vec::new())).into();
    let (mut sums, mut places) = (Vec::new(), Vec::new());
    for at in 0..14 {
        let id = district(at);
        places.push(place(&id, Level::District, None));
        let [x, y, z] = if at == 5 { [50, 0, 1] } else { [30 + draw(30), 40 + draw(30), 50 + draw(30)] };
        for ((_, rows), n) in tables.iter_mut().zip([x + y + z, x, y, z]) {
            match n {
                0 => {}
                1 => rows.push((2020, id.clone(), "all", "all", n, BY_SOURCE)),
                _ => rows.push((2020, id.clone(), "all", "all", n, n / 2)),
            }
        }
        let count = |measure| -> Count { (measure, 2020, id.clone(), "all", "all", false) };
        sums.push([("g-x", 1), ("g-y", 1), ("g-z", 1), ("g-all", -1)].map(|(m, k)| (count(m), k)).into());
    }
    check("outcomes", &PlaceDirectory::new(places), &tables, &sums, without_rows());
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
    check("outcome", &PlaceDirectory::new(places), &tables, &sums, without_rows());
}

#[test]
fn regions_and_districts_side_by_side() {
    let mut draw = draws();
    let groupings = StepWeakness { no_groupings: true, ..StepWeakness::default() };
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
            let (decided, _) = decide(&state(&below), &tables, StepWeakness::default());
            assert_eq!((attacked(&tables, &decided.how, &sums), decided.audit.exposed), (vec![], 0));
        }
    }
}

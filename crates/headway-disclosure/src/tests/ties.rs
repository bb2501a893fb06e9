//! Sums under other codes and over periods: attacked by a reader who knows them.

use headway_model::PlaceDirectory;

use super::super::StepWeakness;
use super::super::told::Disclosure;
use super::reader::{DISTRICTS, Sum, Tables, attacked, decide, district, districts, draws};

/// Nothing follows from what is told; without the rule it does; and one sum found reads like this.
fn check(what: &str, places: &PlaceDirectory, tables: &Tables, sums: &[Sum], said: &str) {
    let (decided, words) = decide(places, tables, StepWeakness::default());
    assert!(words.iter().any(|words| words == said), "{what}: {words:#?}");
    assert_eq!(attacked(tables, &decided.how, sums), [], "{what}");
    assert_eq!(decided.audit.exposed, 0, "{what}");
    let shown = decided.how.iter().flatten().filter(|how| how.is_some_and(Disclosure::tells_students)).count();
    let all: usize = tables.iter().map(|(_, rows)| rows.len()).sum();
    assert!(2 * shown > all, "{what}: {shown} of {all} numbers of students are told");
    let (weak, _) = decide(places, tables, StepWeakness { no_ties: true, ..StepWeakness::default() });
    let found = attacked(tables, &weak.how, sums);
    assert!(found.len() >= 4, "{what}: without the rule {} follow", found.len());
}

#[test]
fn a_numerator_that_is_the_students_of_a_group() {
    let mut draw = draws();
    let (mut share, mut reading, mut sums) = (Vec::new(), Vec::new(), Vec::new());
    for at in 0..DISTRICTS {
        let (place, n) = (district(at), 60 + draw(200));
        let el = if at % 3 == 0 { 12 + draw(30) } else { 3 + draw(6) };
        share.push((2020, place.clone(), "all", "all", n, el));
        reading.push((2020, place.clone(), "all", "all", n - 2, n / 2));
        reading.push((2020, place.clone(), "el", "all", el, el / 2));
        let count = |id, group, reached| (id, 2020, place.clone(), group, "all", reached);
        sums.push(vec![(count("share", "all", true), 1), (count("reading", "el", false), -1)]);
    }
    let tables = vec![("share", share), ("reading", reading)];
    check("group", &districts(), &tables, &sums, "share (all) = students of reading (el)");
}

#[test]
fn a_numerator_that_is_the_students_of_a_grade() {
    let mut draw = draws();
    let (mut share, mut reading, mut sums) = (Vec::new(), Vec::new(), Vec::new());
    for at in 0..DISTRICTS {
        let (place, n) = (district(at), 60 + draw(200));
        let ninth = if at % 3 == 0 { 12 + draw(30) } else { 3 + draw(6) };
        share.push((2020, place.clone(), "all", "all", n, ninth));
        reading.push((2020, place.clone(), "all", "09", ninth, ninth / 2));
        reading.push((2020, place.clone(), "all", "10", 30 + draw(20), 15));
        let count = |id, grade, reached| (id, 2020, place.clone(), "all", grade, reached);
        sums.push(vec![(count("share", "all", true), 1), (count("reading", "09", false), -1)]);
    }
    let tables = vec![("share", share), ("reading", reading)];
    check("grade", &districts(), &tables, &sums, "share (all grades) = students of reading (grade 09)");
}

#[test]
fn the_students_of_one_measure_are_the_numerator_of_another() {
    let mut draw = draws();
    let (mut prof, mut part, mut sums) = (Vec::new(), Vec::new(), Vec::new());
    for at in 0..DISTRICTS {
        let (place, n) = (district(at), 60 + draw(30));
        // Nearly all of them, told as “95 or more” where nothing gives the number away.
        let k = n - draw(3);
        prof.push((2020, place.clone(), "all", "all", n, k));
        part.push((2020, place.clone(), "all", "all", k, k / 2));
        let count = |id, reached| (id, 2020, place.clone(), "all", "all", reached);
        sums.push(vec![(count("prof", true), 1), (count("part", false), -1)]);
    }
    // Larger places, whose students can be told.
    for at in DISTRICTS..4 * DISTRICTS {
        let (place, n) = (district(at), 160 + draw(90));
        let k = n / 2 + draw(20);
        prof.push((2020, place.clone(), "all", "all", n, k));
        part.push((2020, place, "all", "all", k, k / 2));
    }
    let tables = vec![("prof", prof), ("part", part)];
    let (decided, _) = decide(&districts(), &tables, StepWeakness::default());
    assert_eq!((attacked(&tables, &decided.how, &sums), decided.audit.exposed), (vec![], 0));
    let shown = decided.how.iter().flatten().filter(|how| **how == Some(Disclosure::Shown)).count();
    assert!(shown >= 4 * DISTRICTS, "{shown}");
    let (weak, _) = decide(&districts(), &tables, StepWeakness { no_joining: true, ..StepWeakness::default() });
    assert!(attacked(&tables, &weak.how, &sums).len() >= 8, "tables that share cells, each by itself");
}

#[test]
fn a_rate_of_three_years_beside_single_years() {
    let mut draw = draws();
    let (mut single, mut pooled, mut sums) = (Vec::new(), Vec::new(), Vec::new());
    for at in 0..DISTRICTS {
        let place = district(at);
        // Every fourth place is small in one year.
        let years: Vec<(u64, u64)> = (0..6)
            .map(|year| {
                let n = if at % 4 == 0 && year == 2 { 4 + draw(5) } else { 40 + draw(40) };
                (n, n / 4 + draw(n / 2))
            })
            .collect();
        for (year, &(n, k)) in (2015..).zip(&years) {
            single.push((year, place.clone(), "all", "all", n, k));
        }
        for (year, three) in (2017..).zip(years.windows(3)) {
            let (n, k) = three.iter().fold((0, 0), |sum, year| (sum.0 + year.0, sum.1 + year.1));
            pooled.push((year, place.clone(), "all", "all", n, k));
            for reached in [false, true] {
                let count = |id, year: i32| (id, year, place.clone(), "all", "all", reached);
                let parts = (0..3).map(|back| (count("single", year - back), 1));
                sums.push(parts.chain([(count("pooled", year), -1)]).collect());
            }
        }
    }
    let tables = vec![("single", single), ("pooled", pooled)];
    let said = "students of single + students of single (a period before) + students of single (2 periods before) \
                = students of pooled";
    check("three years", &districts(), &tables, &sums, said);
}

#[test]
fn an_outcome_that_comes_a_year_later_under_another_grade() {
    let mut draw = draws();
    let (mut graduated, mut still, mut dropout, mut sums) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for at in 0..DISTRICTS {
        let place = district(at);
        for year in 2018..2021 {
            let n = 60 + draw(80);
            let (stays, drops) = (8 + draw(8), 1 + draw(4));
            graduated.push((year, place.clone(), "all", "all", n, n - stays - drops));
            still.push((year, place.clone(), "all", "all", n, stays));
            dropout.push((year + 1, place.clone(), "all", "12", n + 30, drops));
            let count = |id, year: i32, grade, reached| (id, year, place.clone(), "all", grade, reached);
            sums.push(vec![
                (count("graduated", year, "all", true), 1),
                (count("still", year, "all", true), 1),
                (count("dropout", year + 1, "12", true), 1),
                (count("graduated", year, "all", false), -1),
            ]);
        }
    }
    let tables = vec![("graduated", graduated), ("still", still), ("dropout", dropout)];
    let said = "graduated (all grades, a period before) + still (all grades, a period before) + dropout (grade 12) \
                = students of graduated (all grades, a period before)";
    check("a year later", &districts(), &tables, &sums, said);
}

/// Students of a year and of its parts, `first` the first part's number less `per` times that of the year; every fourth place is small in
/// one of them.
fn parts_of_years(
    whole: &'static str,
    single: &'static str,
    (per, first, there): (i32, i32, i32),
) -> (Tables, Vec<Sum>) {
    let mut draw = draws();
    let (mut years, mut parts, mut sums) = (Vec::new(), Vec::new(), Vec::new());
    for at in 0..DISTRICTS {
        let place = district(at);
        for year in 2018..2020 {
            let (mut all, mut terms) = ((0, 0), Vec::new());
            for part in 0..there {
                let n = if at % 4 == 0 && part == 1 { 4 + draw(5) } else { 40 + draw(40) };
                let (n, k) = (n, n / 4 + draw(n / 2));
                all = (all.0 + n, all.1 + k);
                let period = per * year + first + part;
                parts.push((period, place.clone(), "all", "all", n, k));
                terms.push(period);
            }
            years.push((year, place.clone(), "all", "all", all.0, all.1));
            for reached in [false, true] {
                let count = |id, period| (id, period, place.clone(), "all", "all", reached);
                let parts = terms.iter().map(|&period| (count(single, period), 1));
                sums.push(parts.chain([(count(whole, year), -1)]).collect());
            }
        }
    }
    (vec![(whole, years), (single, parts)], sums)
}

#[test]
fn quarters_and_months_that_make_up_a_year() {
    // Quarters from July on, from January on, and months of school.
    for (what, single, parts) in [
        ("fiscal quarters", "cases-by-quarter", (4, -2, 4)),
        ("calendar quarters", "cases-by-quarter", (4, 0, 4)),
        ("months of school", "cases-by-month", (12, -4, 10)),
        ("all months", "cases-by-month", (12, -6, 12)),
    ] {
        let (tables, sums) = parts_of_years("cases", single, parts);
        let said = format!("students of cases = {} shorter periods of students of {single}", parts.2);
        check(what, &districts(), &tables, &sums, &said);
    }
    let (tables, sums) = parts_of_years("cases-by-quarter", "cases-by-month", (3, 0, 3));
    let said = "students of cases-by-quarter = 3 shorter periods of students of cases-by-month";
    check("months of a quarter", &districts(), &tables, &sums, said);
}

//! Sums under other codes and over periods: attacked by a reader who knows them.

use std::collections::BTreeMap;

use headway_model::{Level, Place};
use headway_stats::audit::{determined, narrow};
use headway_stats::suppress::System;

use super::super::atlas::{Atlas, Forest};
use super::super::figures::Figures;
use super::super::find::Finder;
use super::super::formulas::Formulas;
use super::super::layer::Demands;
use super::super::step::{Decided, Step, populations};
use super::super::told::How;
use super::super::{Reason, Rule, Weakness, coding};
use super::figures;
use crate::places::Places;

/// Period, place, group, grade, students, reached.
type Row = (i32, String, &'static str, &'static str, u64, u64);
type Tables = Vec<(&'static str, Vec<Row>)>;
/// A count: measure, period, place, group, grade; and whether it is the students or those who reached it.
type Count = (&'static str, i32, String, &'static str, &'static str, bool);
type Sum = Vec<(Count, i32)>;

fn measures(tables: &Tables, atlas: &mut Atlas) -> Vec<Figures> {
    let one = |(id, rows): &(&'static str, Vec<Row>)| {
        let mut measure = figures(id, &Rule::default(), &[], atlas);
        for (period, place, group, grade, n, k) in rows {
            let line = figures(id, &Rule::default(), &[("st", group, *n, *k)], atlas);
            let mut figure = line.rows[0];
            figure.place = atlas.places.intern(place);
            figure.grade = atlas.grades.intern(grade);
            figure.period = *period;
            measure.rows.push(figure);
        }
        measure
    };
    tables.iter().map(one).collect()
}

/// Decides over a first release; and the sums under other codes and over periods that were found.
fn decide(places: &Places, tables: &Tables, weakness: Weakness) -> (Decided, Vec<String>) {
    let mut atlas = Atlas::default();
    let measures = measures(tables, &mut atlas);
    let (forest, mut formulas) = (Forest::everywhere(&atlas, places), Formulas::standing(&atlas));
    let populations = populations(&measures, &[]);
    let (measures, own) = (&measures[..], measures.len());
    let finder = Finder { measures, own, populations: &populations, atlas: &atlas, forest: &forest };
    finder.find(&mut formulas);
    if weakness.no_ties {
        formulas.ties.clear();
    }
    let ids: Vec<String> = tables.iter().map(|(id, _)| (*id).to_owned()).collect();
    let words = formulas.ties.iter().map(|tie| tie.words(&atlas, &ids)).collect();
    let (demands, sums) = (Demands { weakness, least_width: 0, insiders: None }, vec![None; own]);
    let (forest, formulas, populations, earlier) = (&forest, &formulas, &populations[..], &[][..]);
    let (atlas, demands, sums) = (&atlas, &demands, &sums[..]);
    (Step { atlas, forest, formulas, measures, populations, earlier, sums, demands }.decide(), words)
}

/// Everything that the tables tell, and what a reader makes of it with these sums. Gives the secrets that follow.
fn attacked(tables: &Tables, how: &[Vec<Option<How>>], sums: &[Sum]) -> Vec<Count> {
    let rule = Rule::default();
    let mut at: BTreeMap<Count, u32> = BTreeMap::new();
    let (mut bounds, mut secret, mut rows) = (Vec::new(), Vec::new(), Vec::<Vec<(u32, i32)>>::new());
    for ((id, lines), hows) in tables.iter().zip(how) {
        for ((period, place, group, grade, n, k), how) in lines.iter().zip(hows) {
            let how = how.expect("every line has counts");
            let few = *n >= 1 && *n < rule.least();
            let open = if how == How::Hidden(Reason::FewStudents) { (1.0, 9.0) } else { (0.0, f64::INFINITY) };
            let students = if how.tells_students() { (*n as f64, *n as f64) } else { open };
            let reached = match how {
                How::Shown => (*k as f64, *k as f64),
                How::Range(lo, hi) => (lo as f64, hi as f64),
                _ => (0.0, students.1),
            };
            let first = bounds.len() as u32;
            at.insert((id, *period, place.clone(), group, grade, false), first);
            at.insert((id, *period, place.clone(), group, grade, true), first + 1);
            bounds.extend([students, reached, (0.0, f64::INFINITY)]);
            secret.extend([few, few || coding::extreme(&rule, *n, *k as i64).is_some() && *n > 0, false]);
            rows.push(vec![(first + 1, 1), (first + 2, 1), (first, -1)]);
        }
    }
    rows.extend(sums.iter().map(|sum| sum.iter().map(|(count, k)| (at[count], *k)).collect()));
    let system = System::new(bounds.len(), &rows);
    let hidden: Vec<bool> = bounds.iter().map(|b: &(f64, f64)| b.0 != b.1).collect();
    let follows = determined(&system, &hidden);
    narrow(&system, &mut bounds);
    let found = |&(_, &c): &(&Count, &u32)| {
        let c = c as usize;
        secret[c] && hidden[c] && (follows[c] || bounds[c].0 == bounds[c].1)
    };
    at.iter().filter(found).map(|(count, _)| count.clone()).collect()
}

/// Nothing follows from what is told; without the rule it does; and one sum found reads like this.
fn check(what: &str, places: &Places, tables: &Tables, sums: &[Sum], said: &str) {
    let (decided, words) = decide(places, tables, Weakness::default());
    assert!(words.iter().any(|words| words == said), "{what}: {words:#?}");
    assert_eq!(attacked(tables, &decided.how, sums), [], "{what}");
    assert_eq!(decided.audit.exposed, 0, "{what}");
    let shown = decided.how.iter().flatten().filter(|how| how.is_some_and(How::tells_students)).count();
    let all: usize = tables.iter().map(|(_, rows)| rows.len()).sum();
    assert!(2 * shown > all, "{what}: {shown} of {all} numbers of students are told");
    let (weak, _) = decide(places, tables, Weakness { no_ties: true, ..Weakness::default() });
    let found = attacked(tables, &weak.how, sums);
    assert!(found.len() >= 4, "{what}: without the rule {} follow", found.len());
}

/// Made numbers, the same each time.
fn draws() -> impl FnMut(u64) -> u64 {
    let mut state = 5u64;
    move |below| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    }
}

const DISTRICTS: usize = 12;

fn district(at: usize) -> String {
    format!("{at:04}")
}

fn districts() -> Places {
    let place = |at| Place { id: district(at), name: district(at), level: Level::District, parent: None };
    Places::new((0..4 * DISTRICTS).map(place).collect())
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
    check("grade", &districts(), &tables, &sums, "share (grade all) = students of reading (grade 09)");
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
    let (decided, _) = decide(&districts(), &tables, Weakness::default());
    assert_eq!((attacked(&tables, &decided.how, &sums), decided.audit.exposed), (vec![], 0));
    let shown = decided.how.iter().flatten().filter(|how| **how == Some(How::Shown)).count();
    assert!(shown >= 4 * DISTRICTS, "{shown}");
    let (weak, _) = decide(&districts(), &tables, Weakness { no_joining: true, ..Weakness::default() });
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
    let said = "graduated (grade all, a period before) + still (grade all, a period before) + dropout (grade 12) \
                = students of graduated (grade all, a period before)";
    check("a year later", &districts(), &tables, &sums, said);
}

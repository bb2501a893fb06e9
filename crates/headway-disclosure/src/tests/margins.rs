//! Totals over two codes at once, measures that share no row, and results that add up where students do not: attacked by a reader who
//! knows the sums.

use headway_model::{Level, Place, PlaceDirectory};

use super::super::StepWeakness;
use super::super::told::Disclosure;
use super::reader::{Count, DISTRICTS, Row, Sum, Tables, attacked, decide, district, draws};

const SCHOOLS: usize = 3;

/// Districts with their schools.
fn places() -> PlaceDirectory {
    let place = |id: String, level, parent: Option<String>| Place {
        name: id.clone(),
        id: id.into(),
        level,
        parent: parent.map(Into::into),
    };
    let all = (0..DISTRICTS).flat_map(|at| {
        let schools = (0..SCHOOLS).map(move |of| place(school(at, of), Level::School, Some(district(at))));
        [place(district(at), Level::District, None)].into_iter().chain(schools).collect::<Vec<Place>>()
    });
    PlaceDirectory::new(all.collect())
}

fn school(district: usize, at: usize) -> String {
    format!("{district:04}{at}")
}

/// Nothing follows from what is told, and half of the numbers of students are told.
fn check(what: &str, tables: &Tables, sums: &[Sum]) {
    let (decided, _) = decide(&places(), tables, StepWeakness::default());
    assert_eq!(attacked(tables, &decided.how, sums), [], "{what}");
    assert_eq!(decided.audit.exposed, 0, "{what}");
    let shown = decided.how.iter().flatten().filter(|how| how.is_some_and(Disclosure::tells_students)).count();
    let all: usize = tables.iter().map(|(_, rows)| rows.len()).sum();
    assert!(2 * shown >= all, "{what}: {shown} of {all} numbers of students are told");
}

/// A cell of the tables below: place, group and grade.
type Cell = (String, &'static str, &'static str);

/// A district told as one number beside cells of which one is small: rows of the cells, of the district, and the sums.
fn beside_totals(cells: impl Fn(usize) -> Vec<Cell>) -> (Vec<Row>, Vec<Row>, Vec<Sum>) {
    let mut draw = draws();
    let (mut parts, mut totals, mut sums) = (Vec::new(), Vec::new(), Vec::new());
    for at in 0..DISTRICTS {
        let of: Vec<(Cell, u64)> = cells(at)
            .into_iter()
            .enumerate()
            .map(|(number, cell)| (cell, if number == at % 3 { 3 + draw(6) } else { 30 + draw(60) }))
            .collect();
        let all = of.iter().fold((0, 0), |sum, (_, n)| (sum.0 + n, sum.1 + n / 2));
        parts.extend(of.iter().map(|((place, group, grade), n)| (2020, place.clone(), *group, *grade, *n, n / 2)));
        totals.push((2020, district(at), "all", "all", all.0, all.1));
        for reached in [false, true] {
            let count =
                |(place, group, grade): &Cell, id| -> Count { (id, 2020, place.clone(), group, grade, reached) };
            let total = count(&(district(at), "all", "all"), "m");
            sums.push(of.iter().map(|(cell, _)| (count(cell, "m"), 1)).chain([(total, -1)]).collect());
        }
    }
    (parts, totals, sums)
}

const RACES: [&str; 3] = ["mbl", "mhi", "mwh"];
const GRADES: [&str; 3] = ["03", "04", "05"];

fn by_school(codes: &[(&'static str, &'static str)], at: usize) -> Vec<Cell> {
    (0..SCHOOLS).flat_map(|of| codes.iter().map(move |&(group, grade)| (school(at, of), group, grade))).collect()
}

#[test]
fn totals_over_two_codes_at_once() {
    let grades = GRADES.map(|grade| ("all", grade));
    let races = RACES.map(|race| (race, "all"));
    let both: Vec<(&str, &str)> = RACES.into_iter().flat_map(|race| GRADES.map(|grade| (race, grade))).collect();
    let crossed = ["female+mbl", "female+mhi", "female+mwh", "male+mbl", "male+mhi", "male+mwh"];
    let here = |codes: &[(&'static str, &'static str)], at: usize| -> Vec<Cell> {
        codes.iter().map(|&(group, grade)| (district(at), group, grade)).collect()
    };
    for (what, cells) in [
        ("grades of schools", Box::new(move |at| by_school(&grades, at)) as Box<dyn Fn(usize) -> Vec<Cell>>),
        ("races of schools", Box::new(move |at| by_school(&races, at))),
        ("races by grade", Box::new(move |at| here(&both, at))),
        ("girls and boys of a race", Box::new(move |at| here(&crossed.map(|group| (group, "all")), at))),
    ] {
        let (parts, totals, sums) = beside_totals(cells);
        let tables = vec![("m", [parts, totals].concat())];
        check(what, &tables, &sums);
        let (weak, _) = decide(&places(), &tables, StepWeakness { no_margins: true, ..StepWeakness::default() });
        assert!(attacked(&tables, &weak.how, &sums).len() >= DISTRICTS, "{what}: without the rule they follow");
    }
}

#[test]
fn measures_that_share_no_row() {
    // Schools in one measure, districts in another.
    let (parts, totals, sums) = beside_totals(|at| by_school(&[("all", "all")], at));
    let of_other = |sum: &Sum| -> Sum {
        let other = |((_, period, place, group, grade, reached), k): &(Count, i32)| {
            let id = if *k < 0 { "districts" } else { "schools" };
            ((id, *period, place.clone(), *group, *grade, *reached), *k)
        };
        sum.iter().map(other).collect()
    };
    let students: Vec<Sum> = sums.iter().step_by(2).map(of_other).collect();
    check("schools, districts", &vec![("schools", parts), ("districts", totals)], &students);
    // Races in one measure, girls and boys in another, and no total.
    let mut draw = draws();
    let (mut races, mut sexes, mut sums) = (Vec::new(), Vec::new(), Vec::new());
    for at in 0..DISTRICTS {
        let of: Vec<u64> = (0..3).map(|race| if race == at % 3 { 3 + draw(6) } else { 30 + draw(60) }).collect();
        let girls = 20 + draw(15);
        let both = [girls, of.iter().sum::<u64>() - girls];
        races.extend(RACES.iter().zip(&of).map(|(race, n)| (2020, district(at), *race, "all", *n, n / 2)));
        sexes.extend(["female", "male"].iter().zip(both).map(|(sex, n)| (2020, district(at), *sex, "all", n, n / 2)));
        let count = |id, group| -> Count { (id, 2020, district(at), group, "all", false) };
        let races = RACES.map(|race| (count("races", race), 1));
        sums.push(races.into_iter().chain(["female", "male"].map(|sex| (count("sexes", sex), -1))).collect());
    }
    check("races, sexes", &vec![("races", races), ("sexes", sexes)], &sums);
}

#[test]
fn results_that_add_up_where_students_do_not() {
    let (parts, mut totals, sums) = beside_totals(|at| by_school(&[("all", "all")], at));
    totals.iter_mut().for_each(|row| row.4 += row.4 / 4);
    let results: Vec<Sum> = sums.into_iter().skip(1).step_by(2).collect();
    check("numerators", &vec![("m", [parts, totals].concat())], &results);
}

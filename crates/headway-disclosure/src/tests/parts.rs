//! Sums of measures that hold in a part of the rows, over several periods, or among many measures.

use super::super::StepWeakness;
use super::super::told::Disclosure;
use super::reader::{Count, DISTRICTS, Row, Sum, Tables, attacked, decide, district, districts, draws};

/// Nothing follows from what is told, most is told, and one sum found reads like this; without ties it follows, if it is one.
fn check(what: &str, tables: &Tables, sums: &[Sum], said: Option<&str>) {
    let (decided, words) = decide(&districts(), tables, StepWeakness::default());
    assert!(said.is_none_or(|said| words.iter().any(|words| words == said)), "{what}: {words:#?}");
    assert_eq!(attacked(tables, &decided.how, sums), [], "{what}");
    assert_eq!(decided.audit.exposed, 0, "{what}");
    let shown = decided.how.iter().flatten().filter(|how| how.is_some_and(Disclosure::tells_students)).count();
    let all: usize = tables.iter().map(|(_, rows)| rows.len()).sum();
    assert!(2 * shown > all, "{what}: {shown} of {all} numbers of students are told");
    let (weak, _) = decide(&districts(), tables, StepWeakness { no_ties: true, ..StepWeakness::default() });
    assert!(said.is_none() || attacked(tables, &weak.how, sums).len() >= 4, "{what}: without the rule they follow");
}

/// A number of students of a measure.
fn students(id: &'static str, period: i32, at: usize, group: &'static str, grade: &'static str) -> Count {
    (id, period, district(at), group, grade, false)
}

fn row(period: i32, at: usize, group: &'static str, grade: &'static str, n: u64) -> Row {
    (period, district(at), group, grade, n, n / 2)
}

/// Total, in school and virtual, which add up where `holds` says so.
fn in_parts(periods: &[i32], groups: &[&'static str], holds: impl Fn(i32, &str) -> bool) -> (Tables, Vec<Sum>) {
    let mut draw = draws();
    let (mut total, mut school, mut far, mut sums) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (&period, at) in periods.iter().flat_map(|period| (0..2 * DISTRICTS).map(move |at| (period, at))) {
        for &group in groups {
            let (a, b) = (30 + draw(170), if at % 2 == 0 { 2 + draw(7) } else { 12 + draw(40) });
            let adds = holds(period, group);
            total.push(row(period, at, group, "all", a + b + if adds { 0 } else { 3 + draw(20) }));
            school.push(row(period, at, group, "all", a));
            far.push(row(period, at, group, "all", b));
            if adds {
                let count = |id| students(id, period, at, group, "all");
                sums.push(vec![(count("school"), 1), (count("far"), 1), (count("total"), -1)]);
            }
        }
    }
    (vec![("total", total), ("school", school), ("far", far)], sums)
}

#[test]
fn a_sum_that_holds_from_one_year_on_or_in_one_group() {
    let (tables, sums) = in_parts(&[2017, 2018, 2019, 2020], &["all"], |period, _| period == 2020);
    let said = "students of school + students of far = students of total (from 2019-20 on)";
    check("newest year", &tables, &sums, Some(said));
    let (tables, sums) = in_parts(&[2020], &["all", "ecd", "lep", "cwd"], |_, group| group == "lep");
    let said = "students of school (lep) + students of far (lep) = students of total (lep)";
    check("one group", &tables, &sums, Some(said));
}

#[test]
fn a_cohort_of_those_who_began_it_years_before() {
    for lag in [2, 3] {
        let mut draw = draws();
        let (mut first, mut come, mut gone, mut cohort, mut sums) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for at in 0..DISTRICTS {
            let began: Vec<u64> = (0..6).map(|_| 60 + draw(140)).collect();
            for (year, &began_now) in began.iter().enumerate() {
                let period = 2015 + year as i32;
                let small = (at + year).is_multiple_of(3);
                let (a, b) = (if small { 2 + draw(7) } else { 12 + draw(20) }, 12 + draw(20));
                first.push(row(period, at, "all", "all", began_now));
                come.push(row(period, at, "all", "all", a));
                gone.push(row(period, at, "all", "all", b));
                if year >= lag {
                    cohort.push(row(period, at, "all", "all", began[year - lag] + a - b));
                    let count = |id, back: usize| students(id, period - back as i32, at, "all", "all");
                    let terms = [(count("first", lag), 1), (count("come", 0), 1), (count("gone", 0), -1)];
                    sums.push(terms.into_iter().chain([(count("cohort", 0), -1)]).collect());
                }
            }
        }
        let tables = vec![("first", first), ("come", come), ("gone", gone), ("cohort", cohort)];
        check(&format!("lag {lag}"), &tables, &sums, None);
        let (_, words) = decide(&districts(), &tables, StepWeakness::default());
        assert!(words.iter().any(|words| words.contains(&format!("{lag} periods before)"))), "{words:#?}");
    }
}

#[test]
fn grades_that_were_one_lower_a_year_before() {
    const GRADES: [&str; 8] = ["01", "02", "03", "04", "05", "06", "07", "08"];
    let mut draw = draws();
    let (mut enrolled, mut come, mut gone, mut sums) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for at in 0..DISTRICTS {
        let mut before: Vec<u64> = Vec::new();
        for period in 2017..=2020 {
            let mut now = Vec::new();
            for (number, &grade) in GRADES.iter().enumerate() {
                let small = (at + number + period as usize).is_multiple_of(4);
                let (a, b) = (if small { 2 + draw(7) } else { 12 + draw(20) }, 12 + draw(20));
                let known = number.checked_sub(1).and_then(|lower| before.get(lower).copied());
                let n = known.map_or_else(|| 100 + draw(100), |lower| lower + a - b);
                now.push(n);
                enrolled.push(row(period, at, "all", grade, n));
                come.push(row(period, at, "all", grade, a));
                gone.push(row(period, at, "all", grade, b));
                if known.is_some() {
                    let count = |id, grade, back| students(id, period - back, at, "all", grade);
                    sums.push(vec![
                        (count("enrolled", GRADES[number - 1], 1), 1),
                        (count("come", grade, 0), 1),
                        (count("gone", grade, 0), -1),
                        (count("enrolled", grade, 0), -1),
                    ]);
                }
            }
            before = now;
        }
    }
    check("eight grades", &vec![("enrolled", enrolled), ("come", come), ("gone", gone)], &sums, None);
}

#[test]
fn a_sum_among_more_measures_than_are_tried_in_every_combination() {
    const OTHERS: [&str; 22] = [
        "m00", "m01", "m02", "m03", "m04", "m05", "m06", "m07", "m08", "m09", "m10", "m11", "m12", "m13", "m14", "m15",
        "m16", "m17", "m18", "m19", "m20", "m21",
    ];
    let mut draw = draws();
    let others: Vec<(&str, Vec<Row>)> = OTHERS
        .iter()
        .map(|id| (*id, (0..2 * DISTRICTS).map(|at| row(2020, at, "all", "all", 15 + draw(300))).collect()))
        .collect();
    let (parts, sums) = in_parts(&[2020], &["all"], |_, _| true);
    let [total, school, far] = parts.try_into().expect("three measures");
    // Apart from each other, as no search may depend on the order of measures.
    let (first, last) = others.split_at(11);
    let tables: Tables = [&[total], first, &[school], last, &[far]].concat();
    check("25 measures", &tables, &sums, None);
    // Few places: too few to prove it among so many, and enough to suspect it.
    let few = |(id, rows): &(&'static str, Vec<Row>)| (*id, rows[..5].to_vec());
    let fewer: Tables = tables.iter().filter(|(id, _)| *id < "m12" || *id > "m99" || *id == "far").map(few).collect();
    check("five places", &fewer, &sums[..5], None);
}

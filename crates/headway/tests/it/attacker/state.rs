//! A small made-up state with small counts, and the true figures that nobody but the test knows.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::knowledge::{ALL, Cell};

/// Students, and those of them who reached what is measured.
pub(crate) type Truth = BTreeMap<Cell, (f64, f64)>;

/// Groups with their share of students: races and sexes, of which everybody has one each, and three that cut across.
const RACES: [(&str, f64); 3] = [("mwh", 0.5), ("mhi", 0.3), ("mbl", 0.2)];
const OTHERS: [(&str, f64); 3] = [("lep", 0.09), ("cwd", 0.14), ("ecd", 0.4)];
/// In the second school of each district nearly all are economically disadvantaged: the others are few.
const POOR: f64 = 0.82;
/// So many students of a school come in late.
const LATE: usize = 4;
const GRADES: [&str; 2] = ["3", "4"];
pub(crate) const MEASURE: &str = "reading";

/// The plan: one measure, hidden below ten students.
pub(crate) const PLAN: &str = r#"
agency: { id: st, name: Simulated state agency, unit: ST, simulated: true, publishing: { late_below: 0 } }
plan: { id: p, edition: "2020-01" }
owners: [ { id: lead, name: Delivery lead } ]
strategies: [ { id: s, name: Strategy, owner: lead } ]
measures:
  - id: reading
    name: Students who meet the reading standard
    unit: percent
    direction: increase
    period: school-year
    serves: [s]
    targets:
      - { unit: state, baseline: { period: 2021, value: 55 }, target: { period: 2030, value: 75 } }
      - { unit: district, baseline: { period: 2021 }, target: { period: 2030, value: 75 } }
      - { unit: school, baseline: { period: 2021 }, target: { period: 2030, value: 75 } }
"#;

/// How its results are read.
pub(crate) const PROFILE: &str = r#"
name = "Reading"
source = "Simulated data"
unit = "{code}"
group = "{group}"
grade = "{grade}"
period = { kind = "school-year", from = "{year}" }

[columns]
code = "code"
name = "name"
group = "group"
grade = "grade"
year = "year"
reached = "reached"
students = "students"

[[level]]
is = "state"
id = "^ST$"
name = "{name}"

[[level]]
is = "district"
id = '^\d{2}$'
parent = "ST"
name = "{name}"

[[level]]
is = "school"
id = '^(\d{2})\d{2}$'
parent = "{1}"
name = "{name}"

[[values]]
measure = "reading"
scale = "percent"
numerator = "reached"
denominator = "students"
"#;

/// Draws of a small generator (splitmix64): the same for the same seed.
struct Draws(u64);

impl Draws {
    fn even(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// The place in a list of shares.
    fn pick(&mut self, shares: &[(&'static str, f64)]) -> &'static str {
        let mut left = self.even();
        let found = shares.iter().find(|(_, share)| {
            left -= share;
            left < 0.0
        });
        found.or(shares.last()).expect("there are groups").0
    }
}

/// The counts of a year: student by student, so that every table of them agrees. District 3 is small; school 1 of each
/// district is large.
pub(crate) fn truth(districts: usize, years: std::ops::RangeInclusive<u32>, seed: u64) -> Truth {
    let mut truth = Truth::new();
    for year in years {
        for district in 1..=districts {
            for school in 1..=2 + district % 3 {
                let mut draws = Draws(seed ^ (u64::from(year) << 32 | (district * 100 + school) as u64));
                for grade in GRADES {
                    let size = if school == 1 { 128.0 } else { 54.4 } * if district == 3 { 0.4 } else { 1.0 };
                    let students = (size * (0.7 + 0.6 * draws.even())) as usize;
                    for _ in 0..students {
                        one(&mut truth, &mut draws, &format!("{district:02}{school:02}"), grade, year);
                    }
                }
            }
        }
    }
    truth
}

/// One student, counted in every cell that holds him or her.
fn one(truth: &mut Truth, draws: &mut Draws, school: &str, grade: &str, year: u32) {
    let race = draws.pick(&RACES);
    let sex = if draws.even() < 0.49 { "female" } else { "male" };
    let mut groups = vec![ALL, race, sex];
    let share = |group: &str, share: f64| if group == "ecd" && school.ends_with('2') { POOR } else { share };
    groups.extend(OTHERS.iter().filter(|(group, usual)| draws.even() < share(group, *usual)).map(|(group, _)| *group));
    let chance =
        0.62 - if groups.contains(&"lep") { 0.3 } else { 0.0 } - if groups.contains(&"cwd") { 0.25 } else { 0.0 };
    let reached = f64::from(u8::from(draws.even() < chance));
    for place in [school, &school[..2], "ST"] {
        for group in &groups {
            for grade in [grade, ALL] {
                let period = format!("{}-{:02}", year - 1, year % 100);
                let [measure, place, group, grade] = [MEASURE, place, group, grade].map(str::to_owned);
                let counts = truth.entry(Cell { measure, place, group, grade, period }).or_default();
                counts.0 += 1.0;
                counts.1 += reached;
            }
        }
    }
}

/// Results of more students come in late for some schools of one year: a restated file.
pub(crate) fn restated(truth: &Truth, year: u32, schools: &[&str], seed: u64) -> Truth {
    let mut restated = truth.clone();
    let mut draws = Draws(seed);
    for school in schools {
        for _ in 0..LATE {
            one(&mut restated, &mut draws, school, GRADES[0], year);
        }
    }
    restated
}

/// The rows of some periods as a file to import.
pub(crate) fn csv(truth: &Truth, wanted: &dyn Fn(&Cell) -> bool) -> String {
    let mut out = "code,name,group,grade,year,reached,students\n".to_owned();
    for (cell, (students, reached)) in truth.iter().filter(|(cell, _)| wanted(cell)) {
        let Cell { place, group, grade, period, .. } = cell;
        let name = match place.len() {
            2 if place == "ST" => "Simulated state".to_owned(),
            2 => format!("District {place}"),
            _ => format!("School {place}"),
        };
        let _ = writeln!(out, "{place},{name},{group},{grade},{period},{reached},{students}");
    }
    out
}

//! Real panels: Texas, Michigan, Massachusetts, as the files beside the workspace have them.

use crate::oracle::{numbers, shared};
use crate::table::Table;
use headway_stats::forecast::TargetSide;
use headway_stats::forecast::panel::Panel;
use std::collections::BTreeMap;

/// A panel that owns its rows.
pub(crate) struct Owned {
    pub(crate) name: &'static str,
    pub(crate) periods: usize,
    pub(crate) values: Vec<f64>,
    pub(crate) counts: Option<Vec<f64>>,
    pub(crate) reached: TargetSide,
}

impl Owned {
    pub(crate) fn panel(&self) -> Panel<'_> {
        Panel {
            periods: self.periods,
            values: &self.values,
            counts: self.counts.as_deref(),
            breaks: None,
            bounds: (Some(0.0), Some(100.0)),
            reached: self.reached,
        }
    }

    /// The first `periods` of each row of a table of the panel's shape.
    pub(crate) fn first(&self, table: &[f64], periods: usize) -> Vec<f64> {
        table.chunks_exact(self.periods).flat_map(|row| &row[..periods]).copied().collect()
    }

    /// A stretch of its periods; `None` where it has no more.
    pub(crate) fn cut(&self, from: usize, periods: usize) -> Option<Owned> {
        let cut = |table: &[f64]| {
            let rows = table.chunks_exact(self.periods);
            rows.flat_map(|row| &row[from..from + periods]).copied().collect::<Vec<f64>>()
        };
        (from + periods <= self.periods).then(|| Owned {
            name: format!("{}, {periods} periods from {from}", self.name).leak(),
            periods,
            values: cut(&self.values),
            counts: self.counts.as_deref().map(cut),
            reached: self.reached,
        })
    }

    /// Makes these periods missing.
    fn interrupted(mut self, periods: &[usize]) -> Owned {
        for row in self.values.chunks_exact_mut(self.periods) {
            periods.iter().for_each(|t| row[*t] = f64::NAN);
        }
        self
    }
}

pub(crate) fn texas() -> Option<Owned> {
    let text = std::fs::read_to_string(shared("oracle/inputs/texas_grad4yr_region.json")?).expect("it can be read");
    let rows: Vec<serde_json::Value> = serde_json::from_str(&text).expect("it is JSON");
    let gather = |key: &str| rows.iter().flat_map(|row| numbers(&row[key])).collect::<Vec<f64>>();
    let periods = rows[0]["year"].as_array().expect("years").len();
    let (values, counts) = (gather("rate"), Some(gather("den")));
    Some(Owned { name: "tx graduation", periods, values, counts, reached: TargetSide::AtOrAbove })
}

pub(crate) fn michigan(name: &'static str, column: &str, reached: TargetSide) -> Option<Owned> {
    let table = Table::input("mathpnl.csv")?;
    let cell: Vec<(String, String, f64, f64)> = table
        .text("distid")
        .iter()
        .zip(table.text("year"))
        .zip(table.numbers(column))
        .map(|((unit, year), y)| ((*unit).to_string(), year.to_string(), y, f64::NAN))
        .collect();
    let (values, _, periods) = spread(cell);
    Some(Owned { name, periods, values, counts: None, reached })
}

/// Rows of (unit, period, value, count) as a rectangle, units and periods in order.
fn spread(cells: Vec<(String, String, f64, f64)>) -> (Vec<f64>, Vec<f64>, usize) {
    let mut periods: Vec<String> = cells.iter().map(|c| c.1.clone()).collect();
    periods.sort();
    periods.dedup();
    let mut rows: BTreeMap<String, Vec<(f64, f64)>> = BTreeMap::new();
    for (unit, period, value, count) in cells {
        let row = rows.entry(unit).or_insert_with(|| vec![(f64::NAN, f64::NAN); periods.len()]);
        row[periods.binary_search(&period).expect("every period is listed")] = (value, count);
    }
    let flat: Vec<(f64, f64)> = rows.into_values().flatten().collect();
    (flat.iter().map(|c| c.0).collect(), flat.iter().map(|c| c.1).collect(), periods.len())
}

/// Where a Massachusetts value comes from: a column as published, or one over another in percent.
enum Rate {
    Column(&'static str),
    Share(&'static str),
    Sum(&'static str, &'static str),
}

fn massachusetts(
    name: &'static str,
    file: &str,
    rate: &Rate,
    count: Option<&str>,
    reached: TargetSide,
) -> Option<Owned> {
    let table = Table::open(&format!("data/ma_dese_sqm_2016_2026/{file}"))?;
    let counts = count.map(|column| table.numbers(column));
    let values = match rate {
        Rate::Column(column) => table.numbers(column),
        Rate::Sum(a, b) => table.numbers(a).iter().zip(table.numbers(b)).map(|(a, b)| a + b).collect(),
        Rate::Share(column) => {
            let n = counts.as_ref().expect("a share needs its whole");
            table.numbers(column).iter().zip(n).map(|(k, n)| if *n > 0.0 { 100.0 * k / n } else { f64::NAN }).collect()
        }
    };
    let units = table.text("DESE ID");
    let years = table.text("Academic Year");
    let cells = (0..values.len())
        .map(|i| {
            let n = counts.as_ref().map_or(f64::NAN, |n| n[i]);
            (units[i].to_string(), years[i].to_string(), values[i], n)
        })
        .collect();
    let (values, n, periods) = spread(cells);
    Some(Owned { name, periods, values, counts: counts.map(|_| n), reached })
}

/// Schools of New York City, 2005-06 to 2011-12.
fn new_york(name: &'static str, column: &str, reached: TargetSide) -> Option<Owned> {
    let table = Table::open("data/nyc_doe_2003_2012/demographics.csv")?;
    let (units, years) = (table.text("DBN"), table.text("schoolyear"));
    let cells = std::iter::zip(table.numbers(column), table.numbers("total_enrollment"))
        .enumerate()
        .map(|(i, (value, n))| (units[i].to_string(), years[i].to_string(), value, n))
        .collect();
    let (values, n, periods) = spread(cells);
    Some(Owned { name, periods, values, counts: Some(n), reached })
}

/// Every panel there is: 12 measures. Those that rest on presence in school have 2019-20 and 2020-21 marked missing.
pub(crate) fn all() -> Vec<Owned> {
    use TargetSide::{AtOrAbove, AtOrBelow};
    let ma = massachusetts;
    [
        texas(),
        michigan("mi math4", "math4", AtOrAbove),
        michigan("mi math7", "math7", AtOrAbove),
        michigan("mi dropout", "drop", AtOrBelow),
        ma("ma graduation", "4B_2_four_year_grad.csv", &Rate::Column("% Graduated"), Some("# in Cohort"), AtOrAbove),
        ma("ma core", "3B_1_masscore.csv", &Rate::Share("# Completed MassCore"), Some("# Graduated"), AtOrAbove),
        ma(
            "ma grade 9",
            "4A_1_grade_nine_course_pass.csv",
            &Rate::Share("# Passing All Courses"),
            Some("# Grade Nine Students"),
            AtOrAbove,
        )
        .map(|p| p.interrupted(&[2, 3])),
        ma("ma chronic", "2C_1_attendance.csv", &Rate::Column("Chronically Absent (10% or more)"), None, AtOrBelow)
            .map(|p| p.interrupted(&[2, 3])),
        ma("ma attendance", "2C_1_attendance.csv", &Rate::Column("Attendance Rate"), None, AtOrAbove)
            .map(|p| p.interrupted(&[2, 3])),
        ma(
            "ma retention",
            "1A_3_staffing_retention.csv",
            &Rate::Share("Teacher # Retained"),
            Some("Teacher Total"),
            AtOrAbove,
        ),
        ma(
            "ma discipline",
            "2A_1_students_suspended.csv",
            &Rate::Share("Students Disciplined"),
            Some("Students"),
            AtOrBelow,
        )
        .map(|p| p.interrupted(&[3, 4])),
        ma(
            "ma college",
            "4D_1_plans_of_grads.csv",
            &Rate::Sum("4 Year Private College", "4 Year Public College"),
            Some("Total"),
            AtOrAbove,
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Panels of other measures, which were not used to choose the method's constants.
pub(crate) fn second_set() -> Vec<Owned> {
    use TargetSide::{AtOrAbove, AtOrBelow};
    let ma = massachusetts;
    [
        michigan("mi graduation", "grad", AtOrAbove),
        michigan("mi lunch", "lunch", AtOrBelow),
        ma("ma dropout", "4B_2_four_year_grad.csv", &Rate::Column("% Dropped Out"), Some("# in Cohort"), AtOrBelow),
        ma(
            "ma still in",
            "4B_2_four_year_grad.csv",
            &Rate::Column("% Still in School"),
            Some("# in Cohort"),
            AtOrBelow,
        ),
        ma("ma to work", "4D_1_plans_of_grads.csv", &Rate::Column("Work"), Some("Total"), AtOrBelow),
        ma(
            "ma to 2 years",
            "4D_1_plans_of_grads.csv",
            &Rate::Column("2 Year Public College"),
            Some("Total"),
            AtOrAbove,
        ),
        ma("ma hispanic", "3B_1_enrollments_by_race.csv", &Rate::Column("Hispanic or Latino"), None, AtOrAbove),
        ma("ma asian", "3B_1_enrollments_by_race.csv", &Rate::Column("Asian"), None, AtOrAbove),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Panels of further measures, by which version 2 of the method was chosen. Interrupted years stand in them unmarked.
pub(crate) fn third_set() -> Vec<Owned> {
    use TargetSide::{AtOrAbove, AtOrBelow};
    let attendance =
        |name, column, reached| massachusetts(name, "2C_1_attendance.csv", &Rate::Column(column), None, reached);
    let race =
        |name, column| massachusetts(name, "3B_1_enrollments_by_race.csv", &Rate::Column(column), None, AtOrAbove);
    let plans = |name, column, reached| {
        massachusetts(name, "4D_1_plans_of_grads.csv", &Rate::Column(column), Some("Total"), reached)
    };
    [
        attendance("ma absent 10 (u)", "Absent 10 or more days", AtOrBelow),
        attendance("ma chronic (u)", "Chronically Absent (10% or more)", AtOrBelow),
        attendance("ma attend (u)", "Attendance Rate", AtOrAbove),
        massachusetts(
            "ma discipline(u)",
            "2A_1_students_suspended.csv",
            &Rate::Share("Students Disciplined"),
            Some("Students"),
            AtOrBelow,
        ),
        massachusetts(
            "ma grade 9 (u)",
            "4A_1_grade_nine_course_pass.csv",
            &Rate::Share("# Passing All Courses"),
            Some("# Grade Nine Students"),
            AtOrAbove,
        ),
        race("ma white", "White"),
        race("ma female", "Female"),
        plans("ma 4 private", "4 Year Private College", AtOrAbove),
        plans("ma unknown", "Unknown", AtOrBelow),
        new_york("ny english", "ell_percent", AtOrBelow),
        new_york("ny black", "black_per", AtOrAbove),
        new_york("ny lunch", "frl_percent", AtOrBelow),
        new_york("ny male", "male_per", AtOrAbove),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Panels by which nothing was chosen as they are; some, moved by hand, were among the shocks that were looked at.
pub(crate) fn kept_back() -> Vec<Owned> {
    use TargetSide::{AtOrAbove, AtOrBelow};
    let attendance =
        |name, column, reached| massachusetts(name, "2C_1_attendance.csv", &Rate::Column(column), None, reached);
    let race =
        |name, column| massachusetts(name, "3B_1_enrollments_by_race.csv", &Rate::Column(column), None, AtOrAbove);
    let plans = |name, column, reached| {
        massachusetts(name, "4D_1_plans_of_grads.csv", &Rate::Column(column), Some("Total"), reached)
    };
    [
        attendance("ma chronic20 (u)", "Chronically Absent (20% or more)", AtOrBelow),
        attendance("ma unexcused (u)", "Unexcused > 9 days", AtOrBelow),
        race("ma black", "Black or African American"),
        race("ma multi", "Multi-Race, Not Hispanic or Latino"),
        plans("ma 4 public", "4 Year Public College", AtOrAbove),
        plans("ma military", "Military", AtOrAbove),
        massachusetts(
            "ma out of school",
            "2A_1_students_suspended.csv",
            &Rate::Column("% Out-of-School Suspension"),
            Some("Students"),
            AtOrBelow,
        ),
        massachusetts(
            "ma principals",
            "1A_3_staffing_retention.csv",
            &Rate::Share("Principal # Retained"),
            Some("Principal Total"),
            AtOrAbove,
        ),
        new_york("ny special", "sped_percent", AtOrBelow),
        new_york("ny hispanic", "hispanic_per", AtOrAbove),
        new_york("ny asian", "asian_per", AtOrAbove),
        new_york("ny white", "white_per", AtOrAbove),
    ]
    .into_iter()
    .flatten()
    .collect()
}

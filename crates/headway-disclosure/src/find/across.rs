//! Sums between counts under different codes: a measure's numerator that is the number of students of a group or grade of
//! another, outcomes of one cohort that stand under another grade or come a year later.

use headway_model::ALL;
use headway_stats::relations;

use super::super::figures::CountKind;
use super::super::formulas::{SumOrigin, amount_of, measure_of, students_of};
use super::super::ties::{Column, CountTie, add_tie};
use super::SumFinder;
use super::series::{CodeAxis, CountSeries, found_origin};
use super::shared::cells_by_row;

/// The most series that are held against each other one by one.
const PAIRS: usize = 240;
/// The most groups or grades that are looked for in a numerator at once.
const PARTS: usize = 13;
/// The most populations that are held against each other by their groups or grades.
const POPULATIONS: usize = 12;
/// The most terms of measures that are looked at under two codes, or in two periods, at once.
const TERMS: usize = 10;
/// The most grades that are held against each other.
const GRADES: usize = 5;

impl SumFinder<'_> {
    /// All such sums between the first so many measures.
    pub(super) fn find_sums_across(&self, many: usize, to: &mut Vec<CountTie>) {
        for axis in [CodeAxis::Group, CodeAxis::Grade, CodeAxis::Both] {
            for series in self.series_by_rank(many, axis, &|_| true).values() {
                find_equal_pairs(series, axis, to);
                if axis != CodeAxis::Both {
                    self.find_numerator_sums(series, axis, to);
                    self.others_of_all(series, axis, to);
                }
            }
        }
        self.find_outcome_sums(many, to);
    }

    /// Numerators of a measure over all that several groups, or grades, of one population make up.
    fn find_numerator_sums(&self, series: &[CountSeries], axis: CodeAxis, to: &mut Vec<CountTie>) {
        let names = if axis == CodeAxis::Group { &self.atlas.groups } else { &self.atlas.grades };
        let all = names.find_number(ALL);
        let code = |s: &CountSeries| if axis == CodeAxis::Group { s.codes.0 } else { s.codes.1 };
        let results = series.iter().filter(|s| s.column.term % 2 == 1 && Some(code(s)) == all);
        for result in results {
            for population in self.populations_of_measures() {
                let term = students_of(population);
                let parts = series.iter().filter(|s| s.column.term == term && Some(code(s)) != all);
                let columns: Vec<(&CountSeries, i32)> =
                    [result].into_iter().chain(parts).take(PARTS).map(|s| (s, 0)).collect();
                find_column_sums(&columns, to, &|terms| terms.contains(&result.column) && terms.len() > 2);
            }
        }
    }

    /// Numbers of all students of one population that another one has as its groups or grades: all but English learners. Where the
    /// students are, their results may be.
    fn others_of_all(&self, series: &[CountSeries], axis: CodeAxis, to: &mut Vec<CountTie>) {
        let populations = self.populations_of_measures();
        let populations = &populations[..populations.len().min(POPULATIONS)];
        for (&one, &other) in populations.iter().flat_map(|one| populations.iter().map(move |other| (one, other))) {
            if one == other || !self.made_of_codes(series, axis, (students_of(one), students_of(other)), to) {
                continue;
            }
            let shares = |population: usize| {
                let of = (0..self.populations.len()).filter(move |&m| self.populations[m] == population);
                of.filter(|&m| self.measures[m].shape == CountKind::Share).map(amount_of)
            };
            for total in shares(one) {
                shares(other).for_each(|parts| {
                    self.made_of_codes(series, axis, (total, parts), to);
                });
            }
        }
    }

    /// Adds sums of several groups, or grades, of one term that are all of another one; says whether there are any.
    fn made_of_codes(
        &self,
        series: &[CountSeries],
        axis: CodeAxis,
        (total, parts): (u32, u32),
        to: &mut Vec<CountTie>,
    ) -> bool {
        let (all, code) = match axis {
            CodeAxis::Group => {
                (self.atlas.groups.find_number(ALL), (|s: &CountSeries| s.codes.0) as fn(&CountSeries) -> u32)
            }
            _ => (self.atlas.grades.find_number(ALL), (|s: &CountSeries| s.codes.1) as fn(&CountSeries) -> u32),
        };
        let Some(total) = series.iter().find(|s| s.column.term == total && Some(code(s)) == all) else { return false };
        let parts = series.iter().filter(|s| s.column.term == parts);
        let columns: Vec<(&CountSeries, i32)> = [total].into_iter().chain(parts).take(PARTS).map(|s| (s, 0)).collect();
        let before = to.len();
        find_column_sums(&columns, to, &|terms| terms.contains(&total.column) && terms.len() > 2);
        to.len() > before
    }

    /// Each population's number, once.
    pub(super) fn populations_of_measures(&self) -> Vec<usize> {
        (0..self.populations.len()).filter(|&m| self.populations[m] == m && self.has_counts(m)).collect()
    }

    /// Outcomes under two grades, or in two years that follow each other.
    fn find_outcome_sums(&self, many: usize, to: &mut Vec<CountTie>) {
        for terms in self.terms_together(many) {
            for series in self.series_by_rank(many, CodeAxis::Grade, &|term| terms.contains(&term)).into_values() {
                let mut grades: Vec<u32> = Vec::new();
                for s in &series {
                    if !grades.contains(&s.codes.1) && grades.len() < GRADES {
                        grades.push(s.codes.1);
                    }
                }
                let of =
                    |grade: u32, back: i32| series.iter().filter(move |s| s.codes.1 == grade).map(move |s| (s, back));
                let every: Vec<(&CountSeries, i32)> =
                    [0, 1].into_iter().flat_map(|back| grades.iter().flat_map(move |&grade| of(grade, back))).collect();
                if every.len() <= relations::MOST_COLUMNS {
                    find_column_sums(&every, to, &has_several_codes);
                    continue;
                }
                for &one in &grades {
                    for &other in &grades {
                        for back in [0, 1] {
                            if back == 0 && other <= one {
                                continue;
                            }
                            let columns: Vec<(&CountSeries, i32)> = of(one, 0).chain(of(other, back)).collect();
                            find_column_sums(&columns, to, &has_several_codes);
                        }
                    }
                }
            }
        }
    }

    /// Terms that are looked at together: all students and results where they are few; else those of each population.
    fn terms_together(&self, many: usize) -> Vec<Vec<u32>> {
        let populations: Vec<usize> = self.populations_of_measures().into_iter().filter(|&m| m < many).collect();
        let results = |population: Option<usize>| -> Vec<u32> {
            let of = (0..many).filter(|&m| population.is_none_or(|p| self.populations[m] == p));
            of.filter(|&m| self.measures[m].shape == CountKind::Share).map(amount_of).collect()
        };
        let all: Vec<u32> = populations.iter().copied().map(students_of).chain(results(None)).collect();
        if all.len() <= TERMS {
            return vec![all];
        }
        let mut sets = Vec::new();
        for population in populations {
            for part in results(Some(population)).chunks(TERMS - 1) {
                sets.push([&[students_of(population)], part].concat());
            }
        }
        sets
    }
}

/// Series that are the same under two codes, or one period apart.
fn find_equal_pairs(series: &[CountSeries], axis: CodeAxis, to: &mut Vec<CountTie>) {
    let series = &series[..series.len().min(PAIRS)];
    let tried = (series.len() * series.len()) as f64 * 3.0;
    for (at, one) in series.iter().enumerate() {
        for other in &series[at + 1..] {
            for back in [0, 1, -1] {
                let differ = match axis {
                    CodeAxis::Both => one.codes.0 != other.codes.0 && one.codes.1 != other.codes.1 && back == 0,
                    _ => one.codes != other.codes || back != 0,
                };
                // Groups and grades of one population in one period are looked at for themselves.
                let alone = one.column.term == other.column.term && back == 0 && axis != CodeAxis::Both;
                if !differ || alone {
                    continue;
                }
                if let Some(origin) = found_origin(&[(one, 0, 1), (other, back, -1)], tried) {
                    add_tie(to, CountTie::from_terms(vec![(one.column, 1), (other.column_back(back), -1)], origin));
                }
            }
        }
    }
}

/// Whether terms of more than one measure or period stand under more than one grade or period.
pub(super) fn has_several_codes(terms: &[Column]) -> bool {
    let first = terms[0];
    let codes = terms.iter().any(|c| (c.grade, c.back) != (first.grade, first.back));
    codes && terms.iter().any(|c| measure_of(c.term) != measure_of(first.term) || c.back != first.back)
}

/// Adds the sums between these columns that are rare enough to be believed, and `wanted`.
fn find_column_sums(columns: &[(&CountSeries, i32)], to: &mut Vec<CountTie>, wanted: &dyn Fn(&[Column]) -> bool) {
    let columns = &columns[..columns.len().min(relations::MOST_COLUMNS)];
    if columns.len() < 2 {
        return;
    }
    for found in relations::find_relations(columns.len(), &cells_by_row(columns)).relations {
        let column = |at: u32| columns[at as usize].0.column_back(columns[at as usize].1);
        let terms: Vec<(Column, i32)> = found.terms.iter().map(|&(at, k)| (column(at), i32::from(k))).collect();
        if wanted(&terms.iter().map(|(column, _)| *column).collect::<Vec<Column>>()) {
            let origin = SumOrigin::Found { held: found.held, of: found.of, chance: found.chance };
            add_tie(to, CountTie::from_terms(terms, origin));
        }
    }
}

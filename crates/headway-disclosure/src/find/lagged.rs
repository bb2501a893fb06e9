//! Sums over several periods: a cohort is those who began it three years before, with those who came and without those who left;
//! the fourth graders are the third graders of the year before.

use std::collections::BTreeSet;

use headway_stats::relations;

use super::super::figures::CountKind;
use super::super::formulas::{SumOrigin, amount_of, grade_order, students_of};
use super::super::ties::{Column, CountTie, add_tie};
use super::SumFinder;
use super::across::has_several_codes;
use super::series::{CodeAxis, CountSeries};
use super::shared::cells_by_row;

/// So many periods back at most.
const LAGS: i32 = 5;
/// So many terms are looked at in two periods at most.
const TERMS: usize = 15;
/// So many columns at once.
const COLUMNS: usize = 30;

/// Series with the periods that each is back.
type LaggedColumns<'a> = Vec<(&'a CountSeries, i32)>;

impl SumFinder<'_> {
    /// Sums of a few terms of the first so many measures over several periods: of one grade, or of one that was as many grades lower as
    /// it is periods back.
    pub(super) fn find_lagged_sums(&self, many: usize, to: &mut Vec<CountTie>) {
        for terms in self.lagged_terms(many) {
            let wanted = |term: u32| terms.contains(&term);
            for series in self.series_by_rank(many, CodeAxis::Grade, &wanted).into_values() {
                let sets = self.lagged_sets(&series);
                let tried = sets.len() as f64;
                sets.iter().for_each(|columns| add_short_sums(columns, tried, to));
            }
        }
    }

    /// Terms that are looked at together: all where they are few, else those of each population.
    fn lagged_terms(&self, many: usize) -> Vec<Vec<u32>> {
        let populations: Vec<usize> = self.populations_of_measures().into_iter().filter(|&m| m < many).collect();
        let of = |population: usize| -> Vec<u32> {
            let results = (0..many).filter(|&m| self.populations[m] == population);
            let results = results.filter(|&m| self.measures[m].shape == CountKind::Share).map(amount_of);
            [students_of(population)].into_iter().chain(results).collect()
        };
        let all: Vec<u32> = populations.iter().flat_map(|&population| of(population)).collect();
        if all.len() <= TERMS {
            return vec![all];
        }
        populations.iter().flat_map(|&m| of(m).chunks(TERMS).map(<[u32]>::to_vec).collect::<Vec<_>>()).collect()
    }

    /// The columns of each look.
    fn lagged_sets<'a>(&self, series: &'a [CountSeries]) -> Vec<LaggedColumns<'a>> {
        let periods: BTreeSet<i32> = series.iter().flat_map(|s| s.rows.iter().map(|row| row.0)).collect();
        let span = periods.first().zip(periods.last()).map_or(0, |(first, last)| last - first);
        let grades: BTreeSet<u32> = series.iter().map(|s| s.codes.1).collect();
        let of = |grade: u32, back: i32| series.iter().filter(move |s| s.codes.1 == grade).map(move |s| (s, back));
        let order = |grade: u32| grade_order(self.atlas.grades.text_by_number(grade));
        let mut sets = Vec::new();
        for &grade in &grades {
            let every: LaggedColumns<'_> = (0..=LAGS.min(span)).flat_map(|back| of(grade, back)).collect();
            let at_once = every.len() <= COLUMNS;
            if at_once {
                sets.push(every);
            }
            for back in 1..=LAGS.min(span) {
                if !at_once {
                    sets.push(of(grade, 0).chain(of(grade, back)).collect());
                }
                let below = order(grade).map(|at| at - back);
                let lower = grades.iter().filter(|&&other| below.is_some() && order(other) == below);
                sets.extend(lower.map(|&lower| of(grade, 0).chain(of(lower, back)).collect::<LaggedColumns<'_>>()));
            }
        }
        sets.retain(|columns| columns.len() > 1 && columns.iter().any(|(_, back)| *back > 0));
        sets
    }
}

/// Adds the sums of a few of these columns that go over more than one period.
fn add_short_sums(columns: &LaggedColumns<'_>, tried: f64, to: &mut Vec<CountTie>) {
    let found = relations::find_short(columns.len(), &cells_by_row(columns), &[]).relations;
    for relation in found.into_iter().filter(|relation| tried * relation.chance < relations::RARE) {
        let column = |at: u32| columns[at as usize].0.column_back(columns[at as usize].1);
        let terms: Vec<(Column, i32)> = relation.terms.iter().map(|&(at, k)| (column(at), i32::from(k))).collect();
        if has_several_codes(&terms.iter().map(|(column, _)| *column).collect::<Vec<Column>>()) {
            let origin = SumOrigin::Found { held: relation.held, of: relation.of, chance: tried * relation.chance };
            add_tie(to, CountTie::from_terms(terms, origin));
        }
    }
}

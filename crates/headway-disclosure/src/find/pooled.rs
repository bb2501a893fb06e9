//! Counts of several periods that another measure has in one.

use super::super::ties::{Column, CountTie, add_tie};
use super::SumFinder;
use super::series::{CodeAxis, CountSeries, TrialTerms, found_origin};

/// The most periods that are looked for in one.
const PERIODS: i32 = 10;

impl SumFinder<'_> {
    /// Sums over periods between the first so many measures: the pooled figure may be named by its first period, its last, any
    /// between, or the one after.
    pub(super) fn find_pooled_sums(&self, many: usize, to: &mut Vec<CountTie>) {
        for series in self.series_by_rank(many, CodeAxis::None, &|_| true).values() {
            let shapes: i32 = (2..=PERIODS).map(|periods| periods + 1).sum();
            let tried = (series.len() * series.len()) as f64 * f64::from(shapes);
            for whole in series {
                for single in series.iter().filter(|single| single.column.term != whole.column.term) {
                    for periods in 2..=PERIODS {
                        add_pooled_sum(whole, single, periods, tried, to);
                    }
                }
            }
        }
    }
}

/// Adds the sum of so many periods of `single` if it is `whole`.
fn add_pooled_sum(whole: &CountSeries, single: &CountSeries, periods: i32, tried: f64, to: &mut Vec<CountTie>) {
    for first in 1 - periods..=1 {
        let parts = (first..first + periods).map(|back| (single, back, 1));
        let terms: Vec<(&CountSeries, i32, i32)> = [(whole, 0, -1)].into_iter().chain(parts).collect();
        let terms: &TrialTerms<'_> = &terms;
        if let Some(origin) = found_origin(terms, tried) {
            let terms: Vec<(Column, i32)> =
                terms.iter().map(|&(series, back, k)| (series.column_back(back), k)).collect();
            add_tie(to, CountTie::from_terms(terms, origin));
        }
    }
}

//! Figures of a place that are those of the place above it, or of all others there.

use std::collections::{BTreeMap, BTreeSet};

use super::super::formulas::measure_of;
use super::super::ties::{Column, CountTie, Up, add_tie};
use super::series::{CodeAxis, CountSeries, SeriesRowKey, TrialTerms, found_origin};
use super::{CountKey, SumFinder};

/// A term with where its count stands.
type Counts = BTreeMap<(u32, SeriesRowKey), i64>;

impl SumFinder<'_> {
    /// Such sums between the first so many measures, level by level.
    pub(super) fn find_sums_above(&self, many: usize, to: &mut Vec<CountTie>) {
        let mut counts = Counts::new();
        for (_, (key, term), count) in self.term_counts(many) {
            if let Some(count) = count {
                counts.entry((term, row_of(key))).or_insert(count);
            }
        }
        for level in self.series_by_rank(many, CodeAxis::None, &|_| true).into_values() {
            let rows: BTreeSet<SeriesRowKey> = level.iter().flat_map(|series| series.rows.iter().copied()).collect();
            for up in [Up::Above, Up::Top] {
                let lifted: Vec<CountSeries> =
                    level.iter().map(|of| self.lift_series(of, up, &rows, &counts)).collect();
                let tried = 4.0 * (level.len() * level.len()) as f64;
                for (one, above) in level.iter().zip(&lifted).filter(|(_, above)| !above.rows.is_empty()) {
                    level.iter().filter(|other| self.may_tell(other, one)).for_each(|other| {
                        try_sum(&[(other, 0, 1), (above, 0, -1)], tried, to);
                        try_sum(&[(other, 0, 1), (one, 0, 1), (above, 0, -1)], tried, to);
                    });
                }
            }
        }
    }

    /// The counts of a term at the places above; at those above all others only where they lie further up.
    fn lift_series(&self, of: &CountSeries, up: Up, rows: &BTreeSet<SeriesRowKey>, counts: &Counts) -> CountSeries {
        let kind = self.measures[measure_of(of.column.term).0].kind;
        let lifted = |&row: &SeriesRowKey| {
            let (period, place, group, grade) = row;
            let tree = self.forest.tree_in(kind, period);
            if up == Up::Top && tree?.places_above(place).len() < 2 {
                return None;
            }
            let above = (period, up.place_from(place, tree)?, group, grade);
            Some((row, *counts.get(&(of.column.term, above))?))
        };
        CountSeries::from_counts(Column { up, ..of.column }, of.codes, rows.iter().filter_map(lifted).collect())
    }

    /// Whether one term may tell of the places above of another: it is another one, over periods of the same kind.
    fn may_tell(&self, term: &CountSeries, of: &CountSeries) -> bool {
        let kind = |series: &CountSeries| self.measures[measure_of(series.column.term).0].kind;
        term.column.term != of.column.term && kind(term) == kind(of)
    }
}

fn row_of(key: CountKey) -> SeriesRowKey {
    (key.period, key.place, key.group, key.grade)
}

/// Adds a sum if it is rare enough to be believed.
fn try_sum(terms: &TrialTerms<'_>, tried: f64, to: &mut Vec<CountTie>) {
    if let Some(origin) = found_origin(terms, tried) {
        add_tie(to, CountTie::from_terms(terms.iter().map(|(series, _, k)| (series.column, *k)).collect(), origin));
    }
}

//! Rows that several series have. Rows are in order, so the series are walked along side by side, and nothing is looked up.

use super::ROWS;
use super::series::{CountSeries, SeriesRowKey, TrialTerms};

/// The rows that all terms of a sum have, in order: the first term's part of the sum, and that of the others.
pub(super) struct SharedRows<'a> {
    terms: &'a TrialTerms<'a>,
    /// How far each term's series has been walked.
    at: Vec<usize>,
}

impl<'a> SharedRows<'a> {
    pub(super) fn for_terms(terms: &'a TrialTerms<'a>) -> Self {
        let bits = terms.iter().fold(u64::MAX, |bits, (series, ..)| bits & series.bits);
        // Rows of other groups or grades are never the same, and need no walk.
        let terms: &TrialTerms<'_> = if bits == 0 { &[] } else { terms };
        Self { terms, at: vec![0; terms.len()] }
    }

    /// Walks all terms to the next row that each of them has.
    fn advance_to_shared(&mut self) -> Option<()> {
        let &(first, first_back, _) = self.terms.first()?;
        loop {
            let wanted = periods_later(*first.rows.get(self.at[0])?, first_back);
            let mut met = wanted;
            for (&(series, back, _), at) in self.terms.iter().zip(&mut self.at).skip(1) {
                *at = skip_to_row(&series.rows, *at, periods_later(wanted, -back));
                met = periods_later(*series.rows.get(*at)?, back);
                if met != wanted {
                    break;
                }
            }
            if met == wanted {
                return Some(());
            }
            self.at[0] = skip_to_row(&first.rows, self.at[0], periods_later(met, -first_back));
        }
    }
}

impl Iterator for SharedRows<'_> {
    type Item = (i64, i64);

    fn next(&mut self) -> Option<(i64, i64)> {
        self.advance_to_shared()?;
        let mut parts = self.terms.iter().zip(&self.at).map(|((series, _, k), &at)| i64::from(*k) * series.counts[at]);
        let own = parts.next()?;
        let rest = parts.sum();
        self.at[0] += 1;
        Some((own, rest))
    }
}

/// The same row so many periods later.
fn periods_later(row: SeriesRowKey, periods: i32) -> SeriesRowKey {
    (row.0 + periods, row.1, row.2, row.3)
}

/// The place of the first row from `at` on that is not before `row`. Steps double, as it is mostly near.
fn skip_to_row(rows: &[SeriesRowKey], at: usize, row: SeriesRowKey) -> usize {
    let (mut from, mut step) = (at, 1);
    while rows.get(from + step - 1).is_some_and(|&there| there < row) {
        from += step;
        step *= 2;
    }
    let to = rows.len().min(from + step - 1);
    from + rows[from..to].partition_point(|&there| there < row)
}

/// The cells of some series, each so many periods back, row by row.
pub(super) fn cells_by_row(columns: &[(&CountSeries, i32)]) -> Vec<Option<i64>> {
    let mut rows: Vec<SeriesRowKey> =
        columns.iter().flat_map(|(series, back)| series.rows.iter().map(|&row| periods_later(row, *back))).collect();
    // Keeps what is in order already, which is each series.
    rows.sort();
    rows.dedup();
    rows.truncate(ROWS);
    let mut cells = vec![None; rows.len() * columns.len()];
    for (column, &(series, back)) in columns.iter().enumerate() {
        let mut at = 0;
        for (of_row, &row) in cells.chunks_exact_mut(columns.len()).zip(&rows) {
            let row = periods_later(row, -back);
            at = skip_to_row(&series.rows, at, row);
            if series.rows.get(at) == Some(&row) {
                of_row[column] = Some(series.counts[at]);
            }
        }
    }
    cells
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::ties::Column;

    /// Numbers that look random, below `below`.
    fn numbers(mut state: u64) -> impl FnMut(u64) -> u64 {
        move |below| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        }
    }

    /// A series of rows that are there or not.
    fn series(number: &mut impl FnMut(u64) -> u64) -> CountSeries {
        let (periods, places) = (1 + number(6) as i32, 1 + number(9) as u32);
        let thinned = 1 + number(4);
        let mut rows = Vec::new();
        for period in 0..periods {
            rows.extend((0..places).flat_map(|place| (0..3).map(move |grade| (period, place, 0, grade))));
        }
        let only = number(5) as u32;
        rows.retain(|row| number(thinned) == 0 && (only > 2 || row.3 == only));
        let counted = rows.into_iter().map(|row| (row, number(50) as i64)).collect();
        CountSeries::from_counts(Column::own_count(0), (0, 0), counted)
    }

    #[test]
    fn walking_finds_what_looking_up_finds() {
        let mut number = numbers(7);
        let mut shared = 0;
        for _ in 0..2_000 {
            let all: Vec<CountSeries> = (0..2 + number(3)).map(|_| series(&mut number)).collect();
            let terms: Vec<(&CountSeries, i32, i32)> =
                all.iter().map(|s| (s, number(3) as i32 - 1, number(2) as i32 * 2 - 1)).collect();
            let of = |(s, back, _): &(&CountSeries, i32, i32)| -> BTreeMap<SeriesRowKey, i64> {
                s.rows.iter().map(|&row| periods_later(row, *back)).zip(s.counts.iter().copied()).collect()
            };
            let looked_up: Vec<BTreeMap<SeriesRowKey, i64>> = terms.iter().map(of).collect();
            let part = |at: usize, row: &SeriesRowKey| Some(i64::from(terms[at].2) * looked_up[at].get(row)?);
            let both = |row: &SeriesRowKey| {
                Some((part(0, row)?, (1..terms.len()).map(|at| part(at, row)).sum::<Option<i64>>()?))
            };
            let wanted: Vec<(i64, i64)> = looked_up[0].keys().filter_map(both).collect();
            assert_eq!(SharedRows::for_terms(&terms).collect::<Vec<_>>(), wanted);
            shared += wanted.len();

            let mut rows: Vec<SeriesRowKey> = looked_up.iter().flat_map(|counts| counts.keys().copied()).collect();
            rows.sort_unstable();
            rows.dedup();
            let cells = rows.iter().flat_map(|row| looked_up.iter().map(|counts| counts.get(row).copied()));
            let columns: Vec<(&CountSeries, i32)> = terms.iter().map(|&(s, back, _)| (s, back)).collect();
            assert_eq!(cells_by_row(&columns), cells.collect::<Vec<_>>());
        }
        assert!(shared > 1_000, "too little is shared to test anything: {shared}");
    }
}

//! Each new figure beside that of the same series in the period before it, or after it where none is before.

use headway_model::SeriesRows;
use headway_model::ValueState;

use super::evidence::figure_distance;
use super::walk::{CheckedMeasure, PeriodRows, number_text};

/// An exact figure of the import, and the exact one next to it in time: rows of the series.
#[derive(Clone, Copy, Debug)]
pub(super) struct PeriodPair {
    pub(super) period: i32,
    pub(super) new: usize,
    pub(super) beside: i32,
    pub(super) old: usize,
    /// Whether no other import has a figure of this period.
    pub(super) first: bool,
}

impl PeriodPair {
    /// Puts the pairs of a series into `pairs`.
    pub(super) fn fill_pairs(series: &SeriesRows<'_>, cells: &[PeriodRows], pairs: &mut Vec<Self>) {
        pairs.clear();
        let exact = |row: &usize| series.state_at(*row) == ValueState::Exact;
        let mut before: Option<(i32, usize)> = None;
        for (at, cell) in cells.iter().enumerate() {
            let new = cell.new.filter(exact);
            if let Some(new) = new {
                // What came before; else what other imports say of the period after.
                let after = || cells.get(at + 1).filter(|next| next.new.is_none());
                let beside = before.or_else(|| after().and_then(|next| Some((next.period, next.held.filter(exact)?))));
                if let Some((beside, old)) = beside {
                    pairs.push(Self { period: cell.period, new, beside, old, first: cell.held.is_none() });
                }
            }
            before = new.or_else(|| cell.held.filter(exact)).map(|row| (cell.period, row)).or(before);
        }
    }
}

impl PeriodPair {
    /// By how much students (as a logarithm) and value had changed to the old figure from the one before it; not finite where
    /// nothing tells.
    pub(super) fn change_before(&self, series: &SeriesRows<'_>, cells: &[PeriodRows]) -> [f64; 2] {
        let exact = |row: &usize| series.state_at(*row) == ValueState::Exact;
        let at = cells.partition_point(|cell| cell.period < self.beside);
        let earlier = cells[..at].iter().rev().find_map(|cell| cell.new.or(cell.held).filter(exact));
        earlier.map_or([f64::NAN; 2], |earlier| {
            let students = figure_distance(0, series.denominator[self.old], series.denominator[earlier]);
            [students, figure_distance(1, series.lo[self.old], series.lo[earlier])]
        })
    }
}

/// The first example of a doubt about pairs.
pub(super) struct PairExample {
    series: [String; 3],
    pub(super) period: i32,
    beside: i32,
    before: f64,
    after: f64,
}

impl PairExample {
    pub(super) fn from_pair(series: &SeriesRows<'_>, pair: &PeriodPair, before: f64, after: f64) -> Self {
        let PeriodPair { period, beside, .. } = *pair;
        let series = [series.place, series.group, series.grade].map(str::to_owned);
        Self { series, period, beside, before, after }
    }

    /// `Alder (0001): 200 in 2020-21, 2,000 in 2021-22`.
    pub(super) fn example_text(&self, about: &CheckedMeasure<'_>) -> String {
        let Self { series: [place, group, grade], period, beside, before, after } = self;
        format!(
            "{}: {} in {}, {} in {}",
            about.series_label(place, group, grade),
            number_text(*before),
            about.period_at(*beside),
            number_text(*after),
            about.period_at(*period)
        )
    }
}

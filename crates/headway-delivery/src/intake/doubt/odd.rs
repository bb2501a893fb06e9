//! A few shares on another scale than all others of the file: 0.84 among percents from 70 to 90.
//!
//! A share below 1 is odd where a hundred times it is what others are: what the same series has beside it (within two fifths), or,
//! among five figures or more of its group, grade and period of which none lies between 1 and 10, what those are. One beside its own
//! is beyond doubt where it is less than a tenth of each of five others or more. A share that comes with both its counts has been
//! held against them already.

use headway_model::SeriesRows;
use headway_model::ValueState;

use super::planned::PlanFigureCheck;
use super::slices::{PerSlice, SlicePeriods};
use super::walk::{CheckedMeasure, PeriodRows, number_text};
use super::{DoubtAnswer, DoubtKind, ImportDoubt};

/// From so many figures on that are on the scale of percents, one that is not stands out.
const ENOUGH: u64 = 5;
/// Shares from here on are percents beyond doubt, where none lies between 1 and this.
const CLEAR: f64 = 10.0;
/// How far a hundred times the figure may lie from those beside it.
const NEAR: [f64; 2] = [0.7, 1.4];

/// A figure below this share of all others is none of them.
const TENTH: f64 = 0.1;

/// The odd figures of a measure.
#[derive(Default)]
pub(super) struct OddScales(PerSlice<ShareScales>);

#[derive(Default)]
struct ShareScales {
    /// Figures of [`CLEAR`] and more, the lowest and the highest of them.
    clear: u64,
    lowest: f64,
    highest: f64,
    /// Whether any lies between 1 and there.
    between: bool,
    /// Figures above 1, and the lowest of them.
    percents: u64,
    least: f64,
    /// Figures below 1: how many by their own series, and all, with the first of each.
    own: OddShares,
    small: Vec<(f64, String)>,
    /// How many there are, kept or not.
    smalls: u64,
}

#[derive(Default)]
struct OddShares {
    count: u64,
    largest: f64,
    first: Option<(String, f64)>,
}

/// How many small figures of a slice are kept; where there are more they are no few.
const KEPT: usize = 1_000;

impl OddScales {
    pub(super) fn take_series(
        &mut self,
        about: &CheckedMeasure<'_>,
        series: &SeriesRows<'_>,
        cells: &[PeriodRows],
        planned: &PlanFigureCheck,
    ) {
        if !about.bare_shares {
            return;
        }
        let figure = |row: usize| Some(series.lo[row]).filter(|_| series.state_at(row) == ValueState::Exact);
        let counted = |row: usize| !series.numerator[row].is_nan() && !series.denominator[row].is_nan();
        let periods = self.0.for_series(series);
        for (at, cell) in cells.iter().enumerate() {
            let Some((row, value)) = cell.new.and_then(|row| Some((row, figure(row)?))) else { continue };
            let shares = periods.for_period(cell.period);
            if value > 1.0 {
                shares.add_percent(value);
            } else if value > 0.0 && value < 1.0 && !counted(row) {
                let held = |cell: &PeriodRows| cell.new.or(cell.held).and_then(figure);
                let before = at.checked_sub(1).and_then(|before| held(&cells[before]));
                let after = || cells.get(at + 1).and_then(held);
                let beside = before.or_else(after).or_else(|| planned.own_figure(about, series));
                let own = beside.is_some_and(|beside| beside > 1.0 && is_near(100.0 * value, [beside, beside]));
                shares.add_small(series.place, value, own);
            }
        }
    }

    pub(super) fn into_doubt(self, about: &CheckedMeasure<'_>) -> Option<ImportDoubt> {
        let (mut count, mut of, mut first, mut held) = (0, 0, None, false);
        let periods = |slice: SlicePeriods<ShareScales>| {
            let SlicePeriods { group, grade, periods } = slice;
            periods.into_iter().map(move |(period, shares)| (group.clone(), grade.clone(), period, shares))
        };
        for (group, grade, period, shares) in self.0.into_iter().flat_map(periods) {
            let (odd, sure) = shares.find_odd();
            if odd.count == 0 {
                continue;
            }
            held |= sure;
            count += odd.count;
            of += shares.percents + shares.smalls;
            first = first.or_else(|| {
                let (place_id, value) = odd.first?;
                let place = about.series_label(&place_id, &group, &grade);
                Some(format!("{place}, {}: {}", about.period_at(period), number_text(value)))
            });
        }
        (count > 0).then(|| ImportDoubt {
            kind: DoubtKind::OddScale,
            measures: vec![about.measure.into()],
            cause: "a few figures look like fractions among percents".to_owned(),
            count,
            of: Some(of),
            first: first.unwrap_or_default(),
            advice: "Correct them in the file, or say `scale = \"mixed\"` in the profile where both are meant; if the \
                     figures are right, import with --revises"
                .to_owned(),
            until: held.then_some(DoubtAnswer::Revises),
        })
    }
}

impl ShareScales {
    fn add_percent(&mut self, value: f64) {
        self.least = if self.percents == 0 { value } else { self.least.min(value) };
        self.percents += 1;
        if value < CLEAR {
            self.between = true;
            return;
        }
        self.lowest = if self.clear == 0 { value } else { self.lowest.min(value) };
        self.highest = self.highest.max(value);
        self.clear += 1;
    }

    fn add_small(&mut self, place: &str, value: f64, own: bool) {
        if own {
            self.own.add_share(place, value);
        }
        self.smalls += 1;
        if self.small.len() < KEPT {
            self.small.push((value, place.to_owned()));
        }
    }

    /// Those that are odd, where they are few, and whether all others of the slice say so. What a series alone says is told only:
    /// in columns whose figures lie anywhere a small one may be true.
    fn find_odd(&self) -> (OddShares, bool) {
        let mut odd = OddShares::default();
        if self.clear >= ENOUGH && !self.between && 2 * self.smalls <= self.clear {
            let alike = self.small.iter().filter(|(value, _)| is_near(100.0 * value, [self.lowest, self.highest]));
            alike.for_each(|(value, place)| odd.add_share(place, *value));
        }
        if odd.count > 0 {
            return (odd, true);
        }
        let alone = self.smalls == self.own.count && 2 * self.own.count <= self.percents;
        let sure = alone && self.percents >= ENOUGH && self.own.largest < TENTH * self.least;
        (OddShares { first: self.own.first.clone(), ..self.own }, sure)
    }
}

impl OddShares {
    fn add_share(&mut self, place: &str, value: f64) {
        self.count += 1;
        self.largest = self.largest.max(value);
        self.first.get_or_insert_with(|| (place.to_owned(), value));
    }
}

/// Whether a figure lies between two others, or near them.
fn is_near(value: f64, [lowest, highest]: [f64; 2]) -> bool {
    value >= NEAR[0] * lowest && value <= NEAR[1] * highest
}

//! Placeholders taken for figures: one and the same number in many places whose past is elsewhere (0, 50, 999).
//!
//! Of shares: in five places and a tenth of those of its group, grade and period (of 0 and 100 a quarter), all of which moved farther than four years'
//! changes, than fifteen points and than chance makes of their students. Of other figures: in three places, beyond all others.

use std::collections::HashMap;

use headway_model::{SeriesRows, ValueState};

use super::pairs::{PairExample, PeriodPair};
use super::sample::{ThinnedSample, median};
use super::slices::PerSlice;
use super::walk::{CheckedMeasure, PeriodRows, number_text};
use super::{DoubtKind, ImportDoubt};

/// Places of shares, and of other figures, that have one number.
const PLACES: [u64; 2] = [5, 3];
/// The share of the places that have it, where it may be a true one; of nobody and all, which few students often make, a larger one.
const SHARE: f64 = 0.1;
const END_SHARE: f64 = 0.25;
/// How far a share has moved at least, in points; other figures by this share of what they were.
const FAR: f64 = 15.0;
const HALF: f64 = 0.5;
/// How many usual changes, and how many standard deviations of chance, are far.
const CHANGES: f64 = 4.0;
/// What a usual change is where no earlier year tells, in points.
const UNKNOWN: f64 = 3.0;

/// Numbers that places moved far to, by group, grade and period.
#[derive(Default)]
pub(super) struct PlaceholderCheck {
    slices: PerSlice<RepeatedFigures>,
    /// How far shares moved a year before.
    changes: ThinnedSample<f64>,
}

#[derive(Default)]
struct RepeatedFigures {
    met: u64,
    /// By the bits of the number: how far each place moved to it, and the first of them.
    far: HashMap<u64, (Vec<f64>, PairExample)>,
    /// The lowest and the highest of those that stayed near.
    near: Option<[f64; 2]>,
}

impl PlaceholderCheck {
    pub(super) fn take_series(
        &mut self,
        about: &CheckedMeasure<'_>,
        series: &SeriesRows<'_>,
        cells: &[PeriodRows],
        pairs: &[PeriodPair],
    ) {
        if pairs.is_empty() {
            return;
        }
        let periods = self.slices.for_series(series);
        for pair in pairs.iter().filter(|pair| series.state_at(pair.new) == ValueState::Exact) {
            let (before, after) = (series.lo[pair.old], series.lo[pair.new]);
            let figures = periods.for_period(pair.period);
            figures.met += 1;
            let moved = (after - before).abs();
            let least = if about.shares { FAR.max(CHANGES * chance(series, pair)) } else { HALF * before.abs() };
            if moved > least {
                let first = || (Vec::new(), PairExample::from_pair(series, pair, before, after));
                figures.far.entry(after.to_bits()).or_insert_with(first).0.push(moved);
            } else {
                let [lowest, highest] = figures.near.unwrap_or([after; 2]);
                figures.near = Some([lowest.min(after), highest.max(after)]);
            }
            if about.shares {
                self.changes.push_with(|| pair.change_before(series, cells)[1]);
            }
        }
    }

    pub(super) fn into_doubt(self, about: &CheckedMeasure<'_>) -> Option<ImportDoubt> {
        let earlier = median(self.changes.kept_items().iter().copied().filter(|change| change.is_finite()));
        // The middle of changes without a sign is two thirds of their standard deviation.
        let far = CHANGES * earlier.map_or(UNKNOWN, |middle| 1.5 * middle);
        let (mut count, mut of, mut found) = (0, 0, None);
        for slice in self.slices {
            for (_, figures) in slice.periods.into_iter() {
                let met = figures.met;
                for (value, moved, first) in figures.repeated(about.shares, far) {
                    (count, of) = (count + moved, of + met);
                    found.get_or_insert((value, first));
                }
            }
        }
        let (value, first) = found?;
        Some(ImportDoubt {
            kind: DoubtKind::Placeholder,
            measures: vec![about.measure.into()],
            cause: format!("many places have {} that were far from it the year before", number_text(value)),
            count,
            of: Some(of),
            first: first.example_text(about),
            advice: "Is it a placeholder? Say under [tokens] what it means; if it is a figure, nothing is to be done"
                .to_owned(),
            until: None,
        })
    }
}

impl RepeatedFigures {
    /// Numbers that are repeated beyond what is usual, with how many places moved to each and the first of these.
    fn repeated(self, shares: bool, far: f64) -> impl Iterator<Item = (f64, u64, PairExample)> {
        let (met, near) = (self.met, self.near);
        let mut all: Vec<(f64, Vec<f64>, PairExample)> =
            self.far.into_iter().map(|(bits, (moved, first))| (f64::from_bits(bits), moved, first)).collect();
        all.sort_by(|a, b| a.0.total_cmp(&b.0));
        all.into_iter().filter_map(move |(value, moved, first)| {
            let moved = moved.iter().filter(|moved| !shares || **moved >= far).count() as u64;
            let share = if shares && (value <= 0.0 || value >= 100.0) { END_SHARE } else { SHARE };
            let many = moved as f64 >= share * met as f64;
            let beyond = near.is_none_or(|[lowest, highest]| value < lowest || value > highest);
            let is = if shares {
                moved >= PLACES[0] && many
            } else {
                moved >= PLACES[1] && beyond && (many || value != 0.0)
            };
            is.then_some((value, moved, first))
        })
    }
}

/// What chance alone makes of a share from one year to the next, in points; 0 where nothing tells the students.
fn chance(series: &SeriesRows<'_>, pair: &PeriodPair) -> f64 {
    let [old, new] = [pair.old, pair.new].map(|row| series.denominator[row]);
    let share = series.lo[pair.old].clamp(5.0, 95.0);
    if old > 0.0 && new > 0.0 { (share * (100.0 - share) * (1.0 / old + 1.0 / new)).sqrt() } else { 0.0 }
}

//! The opposite outcome: those who did not pass where those who did stood before.
//!
//! A period is the opposite of the one beside it where nine in ten of its shares (of five at least) lie near a hundred less what they
//! were, and nearer to that than to what they were; and the places lie on both sides of one half, or moved by thirty points in the
//! middle, which no program does to all of them. Where shares lie about one half, and their opposites are no farther than a year's
//! change, their places tell: those that were above stand below now, in the reversed order. That takes ten places of which the
//! middle one lies four points away from one half, or more.

use headway_model::SeriesRows;

use super::pairs::{PairExample, PeriodPair};
use super::per_period::PerPeriod;
use super::sample::{ThinnedSample, median};
use super::walk::CheckedMeasure;
use super::{DoubtAnswer, DoubtKind, ImportDoubt};

/// Fewer shares say nothing.
const ENOUGH: u64 = 5;
/// The share of them that is nearly all.
const NEARLY_ALL: f64 = 0.9;
/// Shares nearer to one half than this are near their opposite anyway.
const MIDDLE: f64 = 5.0;
/// How far from its opposite a share may lie.
const NEAR: f64 = 10.0;
/// A change that is none of a year, in points.
const FAR: f64 = 30.0;
/// So many of the places on either side of one half are both sides.
const SIDE: f64 = 0.1;

/// So many places show an order, where the middle one lies so many points away from one half.
const PLACES: usize = 10;
const SPREAD: f64 = 4.0;
/// The order is reversed by a correlation of this with its sign changed.
const ORDER: f64 = 0.8;
/// The squared distances from the opposites are so small a share of those from what was.
const MUCH_NEARER: f64 = 0.25;

/// Of each period, how many of its shares are the opposite of those beside them.
#[derive(Default)]
pub(super) struct OppositeCheck(PerPeriod<OppositeTally>);

#[derive(Default)]
struct OppositeTally {
    /// Opposites, those of shares near one half too.
    all: u64,
    /// Shares that were not near one half, those above it, and the opposites among them.
    met: u64,
    high: u64,
    opposite: u64,
    moved: ThinnedSample<f64>,
    /// All shares, near one half or not: what each was and is.
    both: ThinnedSample<(f64, f64)>,
    first: Option<PairExample>,
}

impl OppositeCheck {
    pub(super) fn take_series(&mut self, about: &CheckedMeasure<'_>, series: &SeriesRows<'_>, pairs: &[PeriodPair]) {
        if !about.shares {
            return;
        }
        for pair in pairs {
            let (before, after) = (series.lo[pair.old], series.lo[pair.new]);
            let tally = self.0.for_period(pair.period);
            tally.both.push((before, after));
            let off = (after - (100.0 - before)).abs();
            let opposite = off <= NEAR && off < (after - before).abs();
            if opposite {
                tally.all += 1;
                tally.first.get_or_insert_with(|| PairExample::from_pair(series, pair, before, after));
            }
            if (before - 50.0).abs() <= MIDDLE {
                continue;
            }
            tally.met += 1;
            tally.high += u64::from(before > 50.0);
            tally.moved.push((after - before).abs());
            tally.opposite += u64::from(opposite);
        }
    }

    pub(super) fn into_doubts(self, about: &CheckedMeasure<'_>) -> Vec<ImportDoubt> {
        let doubt = |(period, tally): (i32, OppositeTally)| {
            let nearly = tally.met >= ENOUGH && tally.opposite as f64 >= NEARLY_ALL * tally.met as f64;
            let high = tally.high as f64 / tally.met.max(1) as f64;
            let both = (SIDE..=1.0 - SIDE).contains(&high);
            let far = median(tally.moved.kept_items().iter().copied()).is_some_and(|moved| moved >= FAR);
            let held = (nearly && (both || far)) || is_reversed(tally.both.kept_items());
            let first = tally.first.filter(|_| held)?;
            Some(ImportDoubt {
                kind: DoubtKind::Opposite,
                measures: vec![about.measure.into()],
                cause: format!("nearly all figures of {} are 100 less those beside them", about.period_at(period)),
                count: tally.all,
                of: Some(tally.both.met_count()),
                first: first.example_text(about),
                advice: "Are they those who did not reach it? Take the right column or file; if the figures are right, import \
                         with --revises"
                    .to_owned(),
                until: Some(DoubtAnswer::Revises),
            })
        };
        self.0.into_iter().filter_map(doubt).collect()
    }
}

/// Whether places stand in the reversed order, each about as far on the other side of one half as it was on its own.
fn is_reversed(shares: &[(f64, f64)]) -> bool {
    let away = |share: f64| share - 50.0;
    let spread = median(shares.iter().map(|(before, _)| away(*before).abs())).unwrap_or_default();
    if shares.len() < PLACES || spread < SPREAD {
        return false;
    }
    // How far the new shares lie from the opposite ones, and from what they were.
    let off = |of: fn(f64, f64) -> f64| shares.iter().map(|(before, after)| of(*before, *after).powi(2)).sum::<f64>();
    let (opposite, same) = (off(|before, after| after + before - 100.0), off(|before, after| after - before));
    // About their middles, so that a change that all share is none of the order.
    let middle = |of: fn(&(f64, f64)) -> f64| shares.iter().map(of).sum::<f64>() / shares.len() as f64;
    let (before, after) = (middle(|pair| pair.0), middle(|pair| pair.1));
    let product = |a: fn(&(f64, f64)) -> f64, b: fn(&(f64, f64)) -> f64, (ma, mb): (f64, f64)| {
        shares.iter().map(|pair| (a(pair) - ma) * (b(pair) - mb)).sum::<f64>()
    };
    let both = product(|pair| pair.0, |pair| pair.1, (before, after));
    let own = product(|pair| pair.0, |pair| pair.0, (before, before));
    let new = product(|pair| pair.1, |pair| pair.1, (after, after));
    opposite < MUCH_NEARER * same && both <= -ORDER * (own * new).sqrt()
}

#[cfg(test)]
mod tests {
    use super::is_reversed;

    #[test]
    fn the_order_of_places_tells_the_opposite() {
        let check = |of: &dyn Fn(f64) -> f64, want: bool| {
            let shares: Vec<(f64, f64)> = (0..15).map(|i| 38.0 + 1.9 * f64::from(i)).map(|x| (x, of(x))).collect();
            assert_eq!(is_reversed(&shares), want, "{shares:?}");
        };
        check(&|x| 100.0 - x, true);
        check(&|x| 100.0 - x + 1.5, true);
        check(&|x| x + 2.0, false);
        check(&|x| 50.0 + (x - 50.0) * 0.6, false);
        check(&|x| 50.0 + (x * 7.0) % 11.0 - 5.0, false);
        // Without a spread nobody can tell.
        let near: Vec<(f64, f64)> = (0..15).map(|i| 49.0 + 0.1 * f64::from(i)).map(|x| (x, 100.0 - x)).collect();
        assert!(!is_reversed(&near));
    }
}

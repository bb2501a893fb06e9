//! The opposite outcome: those who did not pass where those who did stood before.
//!
//! A period is the opposite of the one beside it where nine in ten of its shares (of five at least) lie near a hundred less what they
//! were, and nearer to that than to what they were; and the places lie on both sides of one half, or moved by thirty points in the
//! middle, which no program does to all of them.

use headway_lake::Series;

use super::pairs::{First, Pair};
use super::per_period::PerPeriod;
use super::sample::{Sample, median};
use super::walk::Measured;
use super::{Answer, Doubt, DoubtKind};

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

/// Of each period, how many of its shares are the opposite of those beside them.
#[derive(Default)]
pub(super) struct Opposites(PerPeriod<Tally>);

#[derive(Default)]
struct Tally {
    met: u64,
    high: u64,
    opposite: u64,
    moved: Sample<f64>,
    first: Option<First>,
}

impl Opposites {
    pub(super) fn take(&mut self, about: &Measured<'_>, series: &Series<'_>, pairs: &[Pair]) {
        if !about.shares {
            return;
        }
        for pair in pairs {
            let (before, after) = (series.lo[pair.old], series.lo[pair.new]);
            if (before - 50.0).abs() <= MIDDLE {
                continue;
            }
            let tally = self.0.of(pair.period);
            tally.met += 1;
            tally.high += u64::from(before > 50.0);
            tally.moved.push((after - before).abs());
            let off = (after - (100.0 - before)).abs();
            if off <= NEAR && off < (after - before).abs() {
                tally.opposite += 1;
                tally.first.get_or_insert_with(|| First::of(series, pair, before, after));
            }
        }
    }

    pub(super) fn doubts(self, about: &Measured<'_>) -> Vec<Doubt> {
        let doubt = |(period, tally): (i32, Tally)| {
            let nearly = tally.met >= ENOUGH && tally.opposite as f64 >= NEARLY_ALL * tally.met as f64;
            let high = tally.high as f64 / tally.met.max(1) as f64;
            let both = (SIDE..=1.0 - SIDE).contains(&high);
            let far = median(tally.moved.kept().iter().copied()).is_some_and(|moved| moved >= FAR);
            let first = tally.first.filter(|_| nearly && (both || far))?;
            Some(Doubt {
                kind: DoubtKind::Opposite,
                measures: vec![about.measure.to_owned()],
                cause: format!("nearly all figures of {} are 100 less those beside them", about.period(period)),
                count: tally.opposite,
                of: Some(tally.met),
                first: first.words(about),
                advice: "Are they those who did not reach it? Take the right column or file; if the figures are right, import \
                         with --revises"
                    .to_owned(),
                until: Some(Answer::Revises),
            })
        };
        self.0.into_iter().filter_map(doubt).collect()
    }
}

//! Counts of a place that are ten times those of its last period, or a tenth, while those of others are not; and counts of nearly all
//! places that are one share of what they were.

use std::collections::BTreeMap;

use headway_model::ALL;
use headway_model::SeriesRows;

use super::pairs::{PairExample, PeriodPair};
use super::per_period::PerPeriod;
use super::sample::{ThinnedSample, median};
use super::walk::{CheckedMeasure, number_text};
use super::{DoubtKind, ImportDoubt};

/// A jump: ten times, or a tenth.
const JUMP: f64 = 10.0;
/// Less than so many times is none, and needs no logarithm.
const NEAR_JUMP: f64 = 9.9;
/// The larger of the two counts is at least this: small ones may well grow from three to thirty.
const LEAST: f64 = 100.0;
/// From so many places on the others say what is usual.
const ENOUGH: u64 = 5;
/// The share of the places that may jump; where more do, it is no fault of theirs.
const FEW: f64 = 0.1;

/// Where nearly all places have this many times what they had, or less than one in so many, the file has other students.
const SIZE: f64 = 1.6;
/// How far nearly all ratios may lie from the middle one, as a decimal logarithm (0.1: a quarter), and how many are nearly all.
const ALIKE: f64 = 0.1;
const NEARLY_ALL: f64 = 0.9;

/// What a count is of.
const WHAT: [&str; 3] = ["counts", "numbers of students (denominator)", "counts (numerator)"];

/// Of each period and kind of count, how it stands to the period beside it.
#[derive(Default)]
pub(super) struct JumpCheck(PerPeriod<[JumpRatios; 3]>);

#[derive(Default)]
struct JumpRatios {
    logs: ThinnedSample<f64>,
    jumps: u64,
    /// The first jump, and the first of all.
    first: Option<PairExample>,
    any: Option<PairExample>,
}

impl JumpCheck {
    pub(super) fn take_series(&mut self, about: &CheckedMeasure<'_>, series: &SeriesRows<'_>, pairs: &[PeriodPair]) {
        if series.group != ALL {
            return;
        }
        let counts = |row: usize| {
            let own = if about.counts { series.lo[row] } else { f64::NAN };
            [own, series.denominator[row], series.numerator[row]]
        };
        for pair in pairs {
            let counts = counts(pair.old).into_iter().zip(counts(pair.new));
            for (ratios, (before, after)) in self.0.for_period(pair.period).iter_mut().zip(counts) {
                if !(before > 0.0 && after > 0.0) {
                    continue;
                }
                let log = || (after / before).log10();
                ratios.logs.push_with(log);
                ratios.any.get_or_insert_with(|| PairExample::from_pair(series, pair, before, after));
                let near = before.max(after) < NEAR_JUMP * before.min(after);
                if !near && before.max(after) >= LEAST && log().abs() >= JUMP.log10() {
                    ratios.jumps += 1;
                    ratios.first.get_or_insert_with(|| PairExample::from_pair(series, pair, before, after));
                }
            }
        }
    }

    /// One doubt for all periods; a count and the number of students behind it jump together, and are told once.
    pub(super) fn into_doubts(self, about: &CheckedMeasure<'_>) -> Vec<ImportDoubt> {
        let mut of_what: BTreeMap<usize, (u64, u64, PairExample)> = BTreeMap::new();
        let mut doubts = Vec::new();
        for (period, all) in self.0.into_iter() {
            let other =
                all.iter().enumerate().take(2).find_map(|(what, ratios)| other_size(about, period, what, ratios));
            doubts.extend(other);
            for (what, ratios) in all.into_iter().enumerate() {
                let all = ratios.logs.met_count();
                let usual = median(ratios.logs.kept_items().iter().copied()).is_some_and(|middle| middle.abs() < 0.3);
                let few = ratios.jumps as f64 <= (FEW * all as f64).max(1.0);
                let Some(first) = ratios.first.filter(|_| all >= ENOUGH && usual && few) else { continue };
                let told = of_what.entry(what).or_insert((0, 0, first));
                (told.0, told.1) = (told.0 + ratios.jumps, told.1 + all);
            }
        }
        let most = of_what.into_iter().max_by_key(|(what, told)| (told.0, usize::MAX - what));
        doubts.extend(most.map(|(what, (count, of, first))| ImportDoubt {
            kind: DoubtKind::Jump,
            measures: vec![about.measure.into()],
            cause: format!("{} are ten times those of the period before, or a tenth, where others are not", WHAT[what]),
            count,
            of: Some(of),
            first: first.example_text(about),
            advice: String::new(),
            until: None,
        }));
        doubts
    }
}

/// Nearly all places have the same share of what they had, or the same multiple of it: a part of the students, or more than before.
fn other_size(about: &CheckedMeasure<'_>, period: i32, what: usize, ratios: &JumpRatios) -> Option<ImportDoubt> {
    let logs = ratios.logs.kept_items();
    let middle = median(logs.iter().copied()).filter(|middle| middle.abs() >= SIZE.log10())?;
    let near = logs.iter().filter(|log| (*log - middle).abs() <= ALIKE).count();
    if ratios.logs.met_count() < ENOUGH || (near as f64) < NEARLY_ALL * logs.len() as f64 {
        return None;
    }
    let share = number_text((100.0 * 10f64.powf(middle)).round());
    Some(ImportDoubt {
        kind: DoubtKind::Size,
        measures: vec![about.measure.into()],
        cause: format!(
            "nearly all {} of {} are about {share} % of those beside them",
            WHAT[what],
            about.period_at(period)
        ),
        count: near as u64,
        of: Some(logs.len() as u64),
        first: ratios.any.as_ref()?.example_text(about),
        advice: "Is it a part of the students, or of more than before? Check the file".to_owned(),
        until: None,
    })
}

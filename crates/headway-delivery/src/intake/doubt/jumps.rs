//! Counts of a place that are ten times those of its last period, or a tenth, while those of others are not.

use std::collections::BTreeMap;

use headway_lake::Series;
use headway_model::{ALL, State};

use super::sample::{Sample, median};
use super::walk::{Cell, Measured, number};
use super::{Doubt, DoubtKind};

/// A jump: ten times, or a tenth.
const JUMP: f64 = 10.0;
/// The larger of the two counts is at least this: small ones may well grow from three to thirty.
const LEAST: f64 = 100.0;
/// From so many places on the others say what is usual.
const ENOUGH: u64 = 5;
/// The share of the places that may jump; where more do, it is no fault of theirs.
const FEW: f64 = 0.1;

/// What a count is of.
const WHAT: [&str; 3] = ["counts", "numbers of students (denominator)", "counts (numerator)"];

/// Of each period and kind of count, how it stands to the period before.
#[derive(Default)]
pub(super) struct Jumps(BTreeMap<(i32, usize), Ratios>);

#[derive(Default)]
struct Ratios {
    logs: Sample<f64>,
    jumps: u64,
    first: Option<First>,
}

struct First {
    series: [String; 3],
    beside: i32,
    before: f64,
    after: f64,
}

impl Jumps {
    pub(super) fn take(&mut self, about: &Measured<'_>, series: &Series<'_>, cells: &[Cell]) {
        if series.group != ALL {
            return;
        }
        let counts = |row: usize| {
            let own = if about.counts && series.state(row) == State::Exact { series.lo[row] } else { f64::NAN };
            [own, series.denominator[row], series.numerator[row]]
        };
        for pair in cells.windows(2) {
            let (Some(old), Some(new)) = (pair[0].new.or(pair[0].held), pair[1].new) else { continue };
            for (what, (before, after)) in counts(old).into_iter().zip(counts(new)).enumerate() {
                if !(before > 0.0 && after > 0.0) {
                    continue;
                }
                let ratios = self.0.entry((pair[1].period, what)).or_default();
                let log = (after / before).log10();
                ratios.logs.push(log);
                if log.abs() >= JUMP.log10() && before.max(after) >= LEAST {
                    ratios.jumps += 1;
                    ratios.first.get_or_insert_with(|| First {
                        series: [series.unit, series.group, series.grade].map(str::to_owned),
                        beside: pair[0].period,
                        before,
                        after,
                    });
                }
            }
        }
    }

    /// One doubt for all periods; a count and the number of students behind it jump together, and are told once.
    pub(super) fn doubt(self, about: &Measured<'_>) -> Option<Doubt> {
        let mut of_what: BTreeMap<usize, (u64, u64, i32, First)> = BTreeMap::new();
        for ((period, what), ratios) in self.0 {
            let all = ratios.logs.met();
            let usual = median(ratios.logs.kept().iter().copied()).is_some_and(|middle| middle.abs() < 0.3);
            let few = ratios.jumps as f64 <= (FEW * all as f64).max(1.0);
            let Some(first) = ratios.first.filter(|_| all >= ENOUGH && usual && few) else { continue };
            let told = of_what.entry(what).or_insert((0, 0, period, first));
            (told.0, told.1) = (told.0 + ratios.jumps, told.1 + all);
        }
        let (what, (count, of, period, first)) =
            of_what.into_iter().max_by_key(|(what, told)| (told.0, usize::MAX - what))?;
        let First { series: [unit, group, grade], beside, before, after } = first;
        Some(Doubt {
            kind: DoubtKind::Jump,
            measures: vec![about.measure.to_owned()],
            cause: format!("{} are ten times those of the period before, or a tenth, where others are not", WHAT[what]),
            count,
            of: Some(of),
            first: format!(
                "{}: {} in {}, {} in {}",
                about.series(&unit, &group, &grade),
                number(before),
                about.period(beside),
                number(after),
                about.period(period)
            ),
            advice: String::new(),
            until: None,
        })
    }
}

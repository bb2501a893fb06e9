//! Figures on another scale than those of the periods beside them: fractions after years of percents, thousands after single ones.

use std::collections::BTreeMap;

use headway_lake::Series;
use headway_model::State;

use super::sample::{Sample, median};
use super::walk::{Cell, Measured, number};
use super::{Answer, Doubt, DoubtKind};

/// Powers of ten that a scale is off by, and their names.
const FACTORS: [(f64, &str); 6] = [
    (-2.0, "a hundredth"),
    (2.0, "a hundred times"),
    (-3.0, "a thousandth"),
    (3.0, "a thousand times"),
    (-6.0, "a millionth"),
    (6.0, "a million times"),
];
/// How far the middle ratio may lie from the power of ten, as a decimal logarithm (0.15: from 0.7 to 1.4 times).
const NEAR: f64 = 0.15;
/// How far four in five of the ratios may.
const AROUND: f64 = 0.35;
/// Of fewer ratios each one must be as near as the middle one.
const FEW: usize = 5;

/// The ratio, in words, of figures whose decimal logarithms of after to before these are; `None` when they are on one scale.
pub(super) fn factor(logs: &[f64]) -> Option<&'static str> {
    let middle = median(logs.iter().copied())?;
    let (power, name) = FACTORS.into_iter().find(|(power, _)| (middle - power).abs() <= NEAR)?;
    let around = if logs.len() < FEW { NEAR } else { AROUND };
    let share = if logs.len() < FEW { 1.0 } else { 0.8 };
    let near = logs.iter().filter(|log| (*log - power).abs() <= around).count();
    (near as f64 >= share * logs.len() as f64).then_some(name)
}

/// Of each period of the import, how its figures stand to those of the period before (or after, where none is before).
#[derive(Default)]
pub(super) struct Scales(BTreeMap<i32, Ratios>);

#[derive(Default)]
struct Ratios {
    logs: Sample<f64>,
    first: Option<First>,
}

struct First {
    series: [String; 3],
    beside: i32,
    before: f64,
    after: f64,
}

impl Scales {
    pub(super) fn take(&mut self, series: &Series<'_>, cells: &[Cell]) {
        let figure = |row: usize| Some(series.lo[row]).filter(|x| series.state(row) == State::Exact && *x > 0.0);
        let mut before: Option<(i32, f64)> = None;
        for (at, cell) in cells.iter().enumerate() {
            let new = cell.new.and_then(figure);
            if let Some(new) = new {
                // What came before; else what other imports say of the period after.
                let after = || cells.get(at + 1).filter(|next| next.new.is_none());
                let beside = before.or_else(|| after().and_then(|next| Some((next.period, figure(next.held?)?))));
                if let Some((period, old)) = beside {
                    self.add(series, cell.period, (period, old), new);
                }
            }
            before = new.or_else(|| cell.held.and_then(figure)).map(|x| (cell.period, x)).or(before);
        }
    }

    fn add(&mut self, series: &Series<'_>, period: i32, (beside, before): (i32, f64), after: f64) {
        let ratios = self.0.entry(period).or_default();
        let log = (after / before).log10();
        ratios.logs.push(log);
        if log.abs() > 1.5 && ratios.first.is_none() {
            let series = [series.unit, series.group, series.grade].map(str::to_owned);
            ratios.first = Some(First { series, beside, before, after });
        }
    }

    pub(super) fn doubts(self, about: &Measured<'_>) -> Vec<Doubt> {
        let doubt = |(period, ratios): (i32, Ratios)| {
            // A count of one or two places may well be a hundredth of the year before.
            if about.counts && ratios.logs.met() < FEW as u64 {
                return None;
            }
            let factor = factor(ratios.logs.kept())?;
            let First { series: [unit, group, grade], beside, before, after } = ratios.first?;
            let place = about.series(&unit, &group, &grade);
            let [before, after] = [before, after].map(number);
            Some(Doubt {
                kind: DoubtKind::Scale,
                measures: vec![about.measure.to_owned()],
                cause: format!("figures of {} are {factor} of those of the years beside it", about.period(period)),
                count: ratios.logs.met(),
                of: None,
                first: format!("{place}: {before} in {}, {after} in {}", about.period(beside), about.period(period)),
                advice: "Is the file on another scale (fractions, percents)? Correct `scale` in the profile; if the \
                         figures are right, import with --revises"
                    .to_owned(),
                until: Some(Answer::Revises),
            })
        };
        self.0.into_iter().filter_map(doubt).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::factor;

    #[test]
    fn scales_are_told_from_changes() {
        let check = |ratios: &[f64], want: Option<&str>| {
            let logs: Vec<f64> = ratios.iter().map(|ratio| ratio.log10()).collect();
            assert_eq!(factor(&logs), want, "{ratios:?}");
        };
        check(&[], None);
        check(&[0.0101], Some("a hundredth"));
        check(&[0.012, 0.0095, 0.0087], Some("a hundredth"));
        check(&[0.012, 0.5], None);
        check(&[0.9, 1.1, 1.0, 0.97, 0.01, 1.3], None);
        check(&[0.009, 0.011, 0.010, 0.02, 0.0097, 1.0], Some("a hundredth"));
        check(&[98.0, 104.0, 99.0], Some("a hundred times"));
        check(&[0.001, 0.0011], Some("a thousandth"));
        check(&[0.05, 0.05], None);
    }
}

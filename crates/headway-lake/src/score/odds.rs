//! The odds of a card's series. What comparable series teach is learned when all of a group and grade are in (from a
//! sample of them, evenly spread); then each is read once, side by side, with nothing allocated.

use std::collections::BTreeSet;

use headway_model::{Flags, State};
use headway_stats::forecast::panel::{self, Ahead, Chance, Panel, Reached};
use rayon::prelude::*;

use crate::Series;

/// How likely promises are kept: what the odds need beside the figures.
pub struct OddsBy<'a> {
    /// Which units are comparable inside a group and grade: those with the same number.
    pub kin: &'a (dyn Fn(&str) -> u8 + Sync),
    /// Least and greatest possible value.
    pub bounds: (Option<f64>, Option<f64>),
    /// What reaching a goal means.
    pub reached: Reached,
    /// The last completed period; what came later is not looked at.
    pub completed: i32,
    /// Periods whose values count for nothing.
    pub missing: Vec<i32>,
    /// Periods at which every series starts anew.
    pub broken: Vec<i32>,
    /// Farther ahead, in periods, nothing is said.
    pub farthest: i32,
}

/// A figure to reach, and when.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Goal {
    /// The figure.
    pub value: f64,
    /// Ordinal of its period.
    pub period: i32,
}

/// How the chance of a series was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// There is none.
    Nothing,
    Panel,
    Alone,
}

/// One entry a series. Unknown chances are NaN.
#[derive(Debug)]
pub(super) struct Odds {
    pub(super) chance: Vec<f64>,
    pub(super) naive: Vec<f64>,
    pub(super) by: Vec<By>,
}

/// What came of the series of a card, as far as the odds look at it: exact values of completed periods, and breaks.
#[derive(Debug, Default)]
pub(super) struct Past {
    kin: Vec<u8>,
    goals: Vec<Option<Goal>>,
    /// Where the rows of each series end.
    ends: Vec<usize>,
    period: Vec<i32>,
    /// NaN where only a break is told.
    value: Vec<f64>,
    count: Vec<f64>,
    broken: Vec<bool>,
}

impl Past {
    pub(super) fn push(&mut self, series: &Series<'_>, by: &OddsBy<'_>, goal: Option<Goal>) {
        for (row, &period) in series.period.iter().enumerate() {
            let broken = Flags(series.flags[row]).has(Flags::BREAK);
            let exact = series.state[row] == State::Exact as u8 && !by.missing.contains(&period);
            if period <= by.completed && (exact || broken) {
                self.period.push(period);
                self.value.push(if exact { series.lo[row] } else { f64::NAN });
                self.count.push(if exact { series.denominator[row] } else { f64::NAN });
                self.broken.push(broken);
            }
        }
        self.ends.push(self.period.len());
        self.kin.push((by.kin)(series.unit));
        self.goals.push(goal);
    }

    pub(super) fn append(&mut self, mut other: Self) {
        let start = self.period.len();
        self.ends.extend(other.ends.iter().map(|end| start + end));
        self.kin.append(&mut other.kin);
        self.goals.append(&mut other.goals);
        self.period.append(&mut other.period);
        self.value.append(&mut other.value);
        self.count.append(&mut other.count);
        self.broken.append(&mut other.broken);
    }

    /// The odds of all series.
    pub(super) fn odds(&self, by: &OddsBy<'_>) -> Odds {
        let many = self.ends.len();
        let mut odds = Odds { chance: vec![f64::NAN; many], naive: vec![f64::NAN; many], by: vec![By::Nothing; many] };
        for kin in self.kin.iter().copied().collect::<BTreeSet<u8>>() {
            let Some(kin) = Kin::gather(self, kin, by) else { continue };
            for (series, (chance, made)) in kin.chances(self, by) {
                (odds.chance[series], odds.naive[series], odds.by[series]) = (chance.chance, chance.naive, made);
            }
        }
        odds
    }

    fn rows(&self, series: usize) -> std::ops::Range<usize> {
        let start = if series == 0 { 0 } else { self.ends[series - 1] };
        start..self.ends[series]
    }
}

/// Comparable series over the same periods.
struct Kin {
    /// Their places in the card.
    series: Vec<usize>,
    periods: usize,
    last: i32,
    values: Vec<f64>,
    counts: Vec<f64>,
    breaks: Vec<bool>,
}

impl Kin {
    /// `None` where no value is known.
    fn gather(past: &Past, kin: u8, by: &OddsBy<'_>) -> Option<Self> {
        let series: Vec<usize> = (0..past.ends.len()).filter(|&series| past.kin[series] == kin).collect();
        let known = series.iter().flat_map(|&series| past.rows(series)).filter(|&row| past.value[row].is_finite());
        let (first, last) = known
            .map(|row| past.period[row])
            .fold((i32::MAX, i32::MIN), |(first, last), period| (first.min(period), last.max(period)));
        if first > last {
            return None;
        }
        let periods = (last - first + 1) as usize;
        let cells = series.len() * periods;
        let (mut values, mut counts) = (vec![f64::NAN; cells], vec![f64::NAN; cells]);
        let mut breaks = vec![false; cells];
        for (place, &series) in series.iter().enumerate() {
            let cell = |period: i32| place * periods + (period - first) as usize;
            for &period in by.broken.iter().filter(|period| (first..=last).contains(*period)) {
                breaks[cell(period)] = true;
            }
            for row in past.rows(series).filter(|&row| (first..=last).contains(&past.period[row])) {
                let cell = cell(past.period[row]);
                (values[cell], counts[cell]) = (past.value[row], past.count[row]);
                breaks[cell] |= past.broken[row];
            }
        }
        Some(Self { series, periods, last, values, counts, breaks })
    }

    /// The chances that are known, with the series' places in the card.
    fn chances(&self, past: &Past, by: &OddsBy<'_>) -> Vec<(usize, (Chance, By))> {
        let panel = Panel {
            periods: self.periods,
            values: &self.values,
            counts: self.counts.iter().any(|n| *n > 0.0).then_some(&self.counts),
            breaks: self.breaks.contains(&true).then_some(&self.breaks),
            bounds: by.bounds,
            reached: by.reached,
        };
        let goal = |place: usize| {
            let goal = past.goals[self.series[place]]?;
            let steps = i64::from(goal.period) - i64::from(self.last);
            (1..=i64::from(by.farthest)).contains(&steps).then_some((goal.value, steps as usize))
        };
        let all_steps: BTreeSet<usize> = (0..self.series.len()).filter_map(|place| Some(goal(place)?.1)).collect();
        let mut chances = Vec::new();
        for steps in all_steps {
            let fitted = panel.fit(steps).ok();
            let one = |place: usize| {
                let (value, _) = goal(place).filter(|goal| goal.1 == steps)?;
                let found = match &fitted {
                    Some(fitted) => (fitted.chance(&panel.series(place), value, steps).ok()?, By::Panel),
                    None => (alone(&panel, place, value, steps)?, By::Alone),
                };
                Some((self.series[place], found))
            };
            chances.par_extend((0..self.series.len()).into_par_iter().filter_map(one));
        }
        chances
    }
}

/// The fall-back for few series: it allocates.
fn alone(panel: &Panel<'_>, place: usize, value: f64, steps: usize) -> Option<Chance> {
    let mut out = vec![Ahead::default(); steps];
    panel.alone(place, value, &mut out).ok()?;
    out.last().map(|last| Chance { chance: last.chance.clamp(0.0, 1.0), naive: last.chance_naive })
}

impl By {
    /// The method's name; empty where there are no odds.
    pub(super) const NAMES: [&'static str; 3] = ["", panel::METHOD, panel::ALONE];
}

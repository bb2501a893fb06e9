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

/// What came of some series of a card, as far as the odds look at it: exact values of completed periods, and breaks.
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

    fn rows(&self, series: usize) -> std::ops::Range<usize> {
        let start = if series == 0 { 0 } else { self.ends[series - 1] };
        start..self.ends[series]
    }

    /// Rows and goal of the series of these kin.
    fn of_kin(&self, kin: u8) -> impl Iterator<Item = (std::ops::Range<usize>, Option<Goal>)> + '_ {
        (0..self.ends.len()).filter(move |&at| self.kin[at] == kin).map(|at| (self.rows(at), self.goals[at]))
    }
}

/// The odds of all series of a card, whose parts follow each other.
pub(super) fn odds(parts: &[Past], by: &OddsBy<'_>) -> Odds {
    let kins: Vec<u8> = parts.iter().flat_map(|part| &part.kin).copied().collect();
    let many = kins.len();
    let mut odds = Odds { chance: vec![f64::NAN; many], naive: vec![f64::NAN; many], by: vec![By::Nothing; many] };
    for kin in kins.iter().copied().collect::<BTreeSet<u8>>() {
        let places: Vec<usize> = (0..many).filter(|&place| kins[place] == kin).collect();
        let Some(kin) = Kin::gather(parts, kin, places.len(), by) else { continue };
        for (row, (chance, made)) in kin.chances(by) {
            let place = places[row];
            (odds.chance[place], odds.naive[place], odds.by[place]) = (chance.chance, chance.naive, made);
        }
    }
    odds
}

/// Comparable series over the same periods, a row a series.
struct Kin {
    periods: usize,
    values: Vec<f64>,
    counts: Vec<f64>,
    breaks: Vec<bool>,
    /// The figure to reach, and in how many periods.
    goals: Vec<Option<(f64, usize)>>,
}

impl Kin {
    /// `None` where no value is known.
    fn gather(parts: &[Past], kin: u8, many: usize, by: &OddsBy<'_>) -> Option<Self> {
        let (mut first, mut last) = (i32::MAX, i32::MIN);
        for part in parts {
            for row in part.of_kin(kin).flat_map(|(rows, _)| rows).filter(|&row| part.value[row].is_finite()) {
                (first, last) = (first.min(part.period[row]), last.max(part.period[row]));
            }
        }
        if first > last {
            return None;
        }
        let periods = (last - first + 1) as usize;
        let cells = many * periods;
        let (mut values, mut counts) = (vec![f64::NAN; cells], vec![f64::NAN; cells]);
        let (mut breaks, mut goals) = (vec![false; cells], Vec::with_capacity(many));
        for part in parts {
            for (rows, goal) in part.of_kin(kin) {
                let start = goals.len() * periods;
                let cell = |period: i32| start + (period - first) as usize;
                for &period in by.broken.iter().filter(|period| (first..=last).contains(*period)) {
                    breaks[cell(period)] = true;
                }
                for row in rows.filter(|&row| (first..=last).contains(&part.period[row])) {
                    let cell = cell(part.period[row]);
                    (values[cell], counts[cell]) = (part.value[row], part.count[row]);
                    breaks[cell] |= part.broken[row];
                }
                goals.push(goal.and_then(|goal| {
                    let steps = i64::from(goal.period) - i64::from(last);
                    (1..=i64::from(by.farthest)).contains(&steps).then_some((goal.value, steps as usize))
                }));
            }
        }
        Some(Self { periods, values, counts, breaks, goals })
    }

    /// The chances that are known, by row.
    fn chances(&self, by: &OddsBy<'_>) -> Vec<(usize, (Chance, By))> {
        let panel = Panel {
            periods: self.periods,
            values: &self.values,
            counts: self.counts.iter().any(|n| *n > 0.0).then_some(&self.counts),
            breaks: self.breaks.contains(&true).then_some(&self.breaks),
            bounds: by.bounds,
            reached: by.reached,
        };
        let mut chances = Vec::new();
        for steps in self.goals.iter().flatten().map(|goal| goal.1).collect::<BTreeSet<usize>>() {
            let fitted = panel.fit(steps).ok();
            let one = |row: usize| {
                let (value, _) = self.goals[row].filter(|goal| goal.1 == steps)?;
                let found = match &fitted {
                    Some(fitted) => (fitted.chance(&panel.series(row), value, steps).ok()?, By::Panel),
                    None => (alone(&panel, row, value, steps)?, By::Alone),
                };
                Some((row, found))
            };
            chances.par_extend((0..self.goals.len()).into_par_iter().filter_map(one));
        }
        chances
    }
}

/// The fall-back for few series: it allocates.
fn alone(panel: &Panel<'_>, row: usize, value: f64, steps: usize) -> Option<Chance> {
    let mut out = vec![Ahead::default(); steps];
    panel.alone(row, value, &mut out).ok()?;
    out.last().map(|last| Chance { chance: last.chance.clamp(0.0, 1.0), naive: last.chance_naive })
}

impl By {
    /// The method's name; empty where there are no odds.
    pub(super) const NAMES: [&'static str; 3] = ["", panel::METHOD, panel::ALONE];
}

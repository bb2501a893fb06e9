//! The odds of a card's series. What comparable series teach is learned when all of a group and grade are in (from a
//! sample of them, evenly spread); then each is read once, side by side, with nothing allocated.

use std::collections::{BTreeMap, BTreeSet};

use headway_model::{SeriesRows, ValueFlags, ValueState};
use headway_stats::forecast::panel::{self, FittedPanel, Panel, PeriodForecast, TargetChance, TargetSide};
use rayon::prelude::*;

use super::ScoringOptions;

/// How likely promises are kept: what the odds need beside the figures.
pub struct OddsBy<'a> {
    /// Which places are comparable inside a group and grade: those with the same number.
    pub kin: &'a (dyn Fn(&str) -> u8 + Sync),
    /// The place that is the whole of others.
    pub whole: Option<&'a str>,
    /// The numbers of its parts' kin, those in front that are tried first.
    pub parts: Vec<u8>,
    /// Least and greatest possible value.
    pub bounds: (Option<f64>, Option<f64>),
    /// The last completed period; what came later is not looked at.
    pub completed: i32,
    /// Farther ahead, in periods, nothing is said.
    pub farthest: i32,
}

/// What is to be reached, and when.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SeriesGoal {
    /// A figure or a band.
    pub of: panel::ForecastGoal,
    /// Ordinal of its period.
    pub period: i32,
}

/// How the chance of a series was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ChanceMethod {
    /// There is none.
    Nothing,
    Panel,
    Alone,
    Whole,
}

/// One entry a series. Unknown chances are NaN.
#[derive(Debug)]
pub(super) struct SeriesOdds {
    pub(super) chance: Vec<f64>,
    pub(super) naive: Vec<f64>,
    pub(super) by: Vec<ChanceMethod>,
}

/// What came of some series of a card, as far as the odds look at it: exact values of completed periods, and breaks.
#[derive(Debug, Default)]
pub(super) struct SeriesHistory {
    kin: Vec<u8>,
    goals: Vec<Option<SeriesGoal>>,
    /// Where the rows of each series end.
    ends: Vec<usize>,
    period: Vec<i32>,
    /// NaN where only a break is told.
    value: Vec<f64>,
    count: Vec<f64>,
    broken: Vec<bool>,
    /// The series that is the whole of the others.
    whole: Option<usize>,
}

impl SeriesHistory {
    pub(super) fn push_series(
        &mut self,
        series: &SeriesRows<'_>,
        scoring: &ScoringOptions<'_>,
        by: &OddsBy<'_>,
        goal: Option<SeriesGoal>,
    ) {
        for (row, &period) in series.period.iter().enumerate() {
            let broken = series.flags_at(row).has_all(ValueFlags::BREAK);
            let whole = !series.flags_at(row).has_all(ValueFlags::SO_FAR) && !scoring.missing.contains(&period);
            let exact = series.state[row] == ValueState::Exact as u8 && whole;
            if period <= by.completed && (exact || broken) {
                self.period.push(period);
                self.value.push(if exact { series.lo[row] } else { f64::NAN });
                self.count.push(if exact { series.denominator[row] } else { f64::NAN });
                self.broken.push(broken);
            }
        }
        if by.whole == Some(series.place) {
            self.whole = Some(self.ends.len());
        }
        self.ends.push(self.period.len());
        self.kin.push((by.kin)(series.place));
        self.goals.push(goal);
    }

    fn series_rows(&self, series: usize) -> std::ops::Range<usize> {
        let start = if series == 0 { 0 } else { self.ends[series - 1] };
        start..self.ends[series]
    }

    /// Rows and goal of the series of these kin.
    fn of_kin(&self, kin: u8) -> impl Iterator<Item = (std::ops::Range<usize>, Option<SeriesGoal>)> + '_ {
        (0..self.ends.len()).filter(move |&at| self.kin[at] == kin).map(|at| (self.series_rows(at), self.goals[at]))
    }
}

/// The odds of all series of a card, whose parts follow each other.
pub(super) fn series_odds(parts: &[SeriesHistory], scoring: &ScoringOptions<'_>, by: &OddsBy<'_>) -> SeriesOdds {
    let numbers: Vec<u8> = parts.iter().flat_map(|part| &part.kin).copied().collect();
    let many = numbers.len();
    let mut odds =
        SeriesOdds { chance: vec![f64::NAN; many], naive: vec![f64::NAN; many], by: vec![ChanceMethod::Nothing; many] };
    let mut kins: Vec<PeerPanel> = numbers
        .iter()
        .copied()
        .collect::<BTreeSet<u8>>()
        .into_iter()
        .filter_map(|number| PeerPanel::gather_series(parts, number, scoring))
        .collect();
    let mut set = |place: usize, (chance, made): (TargetChance, ChanceMethod)| {
        (odds.chance[place], odds.naive[place], odds.by[place]) = (chance.chance, chance.naive, made);
    };
    for kin in &mut kins {
        for (row, found) in kin.known_chances(by) {
            set(kin.places[row], found);
        }
    }
    let mut before = 0;
    let whole = parts.iter().find_map(|part| {
        let place = part.whole.map(|at| before + at);
        before += part.ends.len();
        place
    });
    if let Some(place) = whole
        && let Some(chance) = from_parts(&mut kins, place, by)
    {
        set(place, (chance, ChanceMethod::Whole));
    }
    odds
}

/// The chance of the whole, read from the panel of its parts; `None` where it has a panel of its own, or its parts are none.
fn from_parts(kins: &mut [PeerPanel], place: usize, by: &OddsBy<'_>) -> Option<TargetChance> {
    let (own, row) = kins.iter().enumerate().find_map(|(i, kin)| Some((i, kin.places.binary_search(&place).ok()?)))?;
    let goal = kins[own].goals[row]?;
    let steps = kins[own].steps_ahead(goal, by)?;
    if kins[own].fit_panel(steps, by).is_some() {
        return None;
    }
    by.parts.iter().find_map(|number| {
        let below = kins.iter().position(|kin| kin.number == *number)?;
        let steps = usize::try_from(goal.period - kins[below].last_period()).ok().filter(|steps| *steps > 0)?;
        kins[below].fit_panel(steps, by)?;
        let (own, below) = (&kins[own], &kins[below]);
        let moved = own.as_panel(by).series(row).over_periods(below.first - own.first, below.periods);
        let mut out = vec![PeriodForecast::default(); steps];
        let fitted = below.fits[&steps].as_ref()?;
        fitted.forecast_whole(&moved.as_series(), &below.as_panel(by), Some(goal.of), &mut out).ok()?;
        Some(last_chance(&out))
    })
}

/// Comparable series over the same periods, a row a series.
struct PeerPanel {
    number: u8,
    /// The place of each row in the card, ascending.
    places: Vec<usize>,
    first: i32,
    periods: usize,
    values: Vec<f64>,
    counts: Vec<f64>,
    breaks: Vec<bool>,
    goals: Vec<Option<SeriesGoal>>,
    /// What the panel teaches, by periods ahead; none where it is too small.
    fits: BTreeMap<usize, Option<FittedPanel>>,
}

impl PeerPanel {
    /// `None` where no value is known.
    fn gather_series(parts: &[SeriesHistory], number: u8, scoring: &ScoringOptions<'_>) -> Option<Self> {
        let (mut first, mut last) = (i32::MAX, i32::MIN);
        let (mut places, mut before) = (Vec::new(), 0);
        for part in parts {
            for row in part.of_kin(number).flat_map(|(rows, _)| rows).filter(|&row| part.value[row].is_finite()) {
                (first, last) = (first.min(part.period[row]), last.max(part.period[row]));
            }
            places.extend((0..part.kin.len()).filter(|&at| part.kin[at] == number).map(|at| before + at));
            before += part.kin.len();
        }
        if first > last {
            return None;
        }
        let periods = (last - first + 1) as usize;
        let cells = places.len() * periods;
        let (mut values, mut counts) = (vec![f64::NAN; cells], vec![f64::NAN; cells]);
        let (mut breaks, mut goals) = (vec![false; cells], Vec::with_capacity(places.len()));
        for part in parts {
            for (rows, goal) in part.of_kin(number) {
                let start = goals.len() * periods;
                let cell = |period: i32| start + (period - first) as usize;
                for &period in scoring.broken.iter().filter(|period| (first..=last).contains(*period)) {
                    breaks[cell(period)] = true;
                }
                for row in rows.filter(|&row| (first..=last).contains(&part.period[row])) {
                    let cell = cell(part.period[row]);
                    (values[cell], counts[cell]) = (part.value[row], part.count[row]);
                    breaks[cell] |= part.broken[row];
                }
                goals.push(goal);
            }
        }
        Some(Self { number, places, first, periods, values, counts, breaks, goals, fits: BTreeMap::new() })
    }

    fn last_period(&self) -> i32 {
        self.first + self.periods as i32 - 1
    }

    /// How many periods ahead a goal lies; `None` where nothing is said of it.
    fn steps_ahead(&self, goal: SeriesGoal, by: &OddsBy<'_>) -> Option<usize> {
        let steps = i64::from(goal.period) - i64::from(self.last_period());
        (1..=i64::from(by.farthest)).contains(&steps).then_some(steps as usize)
    }

    /// A panel's figures say nothing of a side: one fit serves every goal.
    fn as_panel(&self, by: &OddsBy<'_>) -> Panel<'_> {
        Panel {
            periods: self.periods,
            values: &self.values,
            counts: self.counts.iter().any(|n| *n > 0.0).then_some(&self.counts),
            breaks: self.breaks.contains(&true).then_some(&self.breaks),
            bounds: by.bounds,
            reached: TargetSide::AtOrAbove,
        }
    }

    fn fit_panel(&mut self, steps: usize, by: &OddsBy<'_>) -> Option<&FittedPanel> {
        if !self.fits.contains_key(&steps) {
            let fitted = self.as_panel(by).fit(steps).ok();
            self.fits.insert(steps, fitted);
        }
        self.fits[&steps].as_ref()
    }

    /// The chances that are known, by row.
    fn known_chances(&mut self, by: &OddsBy<'_>) -> Vec<(usize, (TargetChance, ChanceMethod))> {
        let ahead = |goal: &Option<SeriesGoal>| goal.and_then(|goal| self.steps_ahead(goal, by));
        let ahead: Vec<Option<usize>> = self.goals.iter().map(ahead).collect();
        for steps in ahead.iter().flatten() {
            self.fit_panel(*steps, by);
        }
        let panel = self.as_panel(by);
        let one = |row: usize| {
            let (steps, goal) = (ahead[row]?, self.goals[row]?);
            let found = match &self.fits[&steps] {
                Some(fitted) => (fitted.goal_chance(&panel.series(row), goal.of, steps).ok()?, ChanceMethod::Panel),
                None => (chance_alone(&panel, row, goal.of, steps)?, ChanceMethod::Alone),
            };
            Some((row, found))
        };
        (0..self.goals.len()).into_par_iter().filter_map(one).collect()
    }
}

/// The fall-back for few series: it allocates.
fn chance_alone(panel: &Panel<'_>, row: usize, goal: panel::ForecastGoal, steps: usize) -> Option<TargetChance> {
    let mut out = vec![PeriodForecast::default(); steps];
    panel.forecast_row_alone(row, goal, &mut out).ok()?;
    Some(last_chance(&out))
}

fn last_chance(out: &[PeriodForecast]) -> TargetChance {
    let last = out.last().expect("a goal ahead is at least one step away");
    TargetChance { chance: last.chance.clamp(0.0, 1.0), naive: last.chance_naive }
}

impl ChanceMethod {
    /// The method's name; empty where there are no odds.
    pub(super) const NAMES: [&'static str; 4] = ["", panel::METHOD, panel::ALONE, panel::WHOLE];
}

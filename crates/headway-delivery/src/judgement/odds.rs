//! The chance that a target is met: `panel-damped-trend` over the kin of a series, and what the series says alone where its
//! kin are too few (METHODS.md).

use std::sync::Arc;

use headway_model::Period;
use headway_model::status::Standing;
use headway_stats::forecast::panel::{self, ALONE, ALONE_VERSION, Ahead, Fitted, LEAST_POINTS};
use headway_stats::forecast::{Method, Reached, Score, backtest};
use serde::Serialize;

use super::{Kin, KinKey};
use crate::scored::Scored;

/// Further ahead nothing is said.
pub(crate) const FARTHEST: i32 = 60;
/// Forecasts that a backtest needs before odds count as calibrated.
const CALIBRATED_BY: u64 = 100;

/// The chance that a target is met. Serializes to `odds` of `track --format json` (docs/json.md).
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Odds {
    /// Chance that the target is met in its period, 0 to 1.
    pub chance: f64,
    /// The same if the last result stood and only the series' own yearly steps spread it.
    pub naive: Option<f64>,
    /// The method.
    pub method: &'static str,
    /// Its version.
    pub version: &'static str,
    /// Whether chances of this measure at this level held what they said in a backtest (`headway backtest`).
    pub calibrated: bool,
}

/// What may come, with the odds that follow.
#[derive(Clone, Debug, PartialEq)]
pub struct Outlook {
    /// The chance at the target's period.
    pub odds: Odds,
    /// Every period up to the target's.
    pub steps: Vec<Step>,
}

/// The forecast of one period.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// The period.
    pub period: Period,
    /// Middle of what is expected.
    pub mid: f64,
    /// Range of 80 of 100 outcomes.
    pub range_80: (f64, f64),
    /// Range of 95 of 100 outcomes.
    pub range_95: (f64, f64),
}

/// Why there are no odds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoOdds {
    /// No single figure to reach: no target, a target in parts, or one to stay within.
    NoFigure,
    /// The target's period is over: nothing is left to chance.
    Over,
    /// The target lies too far ahead.
    TooFar,
    /// Fewer comparable exact results than a chance needs; holds how many there are.
    FewResults(usize),
}

impl NoOdds {
    /// In words, after "No odds: ".
    pub fn words(self) -> String {
        match self {
            Self::NoFigure => "there is no single figure to reach".to_owned(),
            Self::Over => "the target’s period is over".to_owned(),
            Self::TooFar => "the target lies too far ahead".to_owned(),
            Self::FewResults(n) => format!("a chance needs {LEAST_POINTS} comparable exact results, there are {n}"),
        }
    }
}

impl NoOdds {
    /// In a few words, for the cell of a table.
    pub fn short(self) -> String {
        match self {
            Self::NoFigure => "no figure to reach".to_owned(),
            Self::Over => "target’s period is over".to_owned(),
            Self::TooFar => "too far ahead".to_owned(),
            Self::FewResults(n) => format!("{n} of {LEAST_POINTS} results needed"),
        }
    }
}

impl Odds {
    /// The chance in words and whole tens: "about 3 in 10".
    pub fn words(self) -> String {
        words(self.chance)
    }

    /// What must be said beside a chance that no backtest has proven; empty for one that is.
    pub fn caution(self) -> &'static str {
        match (self.calibrated, self.method) {
            (true, _) => "",
            (false, ALONE) => {
                "not calibrated: read from this series alone, since fewer than 30 comparable series are known"
            }
            (false, _) => "not calibrated: no backtest of this measure has shown that its odds mean what they say",
        }
    }
}

/// A chance in words and whole tens.
pub fn words(chance: f64) -> String {
    match (10.0 * chance).round() as i64 {
        ..=0 => "less than 1 in 10".to_owned(),
        10.. => "more than 9 in 10".to_owned(),
        tenths => format!("about {tenths} in 10"),
    }
}

impl Scored {
    /// How likely a series meets the target that `standing` names, and what may come until then.
    ///
    /// # Errors
    /// [`NoOdds`]: why nothing can be said.
    pub fn outlook(&self, series: usize, standing: &Standing) -> Result<Outlook, NoOdds> {
        let (Some(reached), Some(due)) = (self.reached(), standing.target_period) else { return Err(NoOdds::NoFigure) };
        let target = standing.target.exact().filter(|_| standing.parts.is_empty()).ok_or(NoOdds::NoFigure)?;
        let key = self.kin_key(series);
        let kin = self.kin(&key);
        let Some(row) = kin.row(series).filter(|_| kin.periods > 0) else { return Err(NoOdds::FewResults(0)) };
        let steps = match due.ordinal - kin.last() {
            ..=0 => return Err(NoOdds::Over),
            ahead if ahead > FARTHEST => return Err(NoOdds::TooFar),
            ahead => ahead as usize,
        };
        let panel = kin.panel(self.bounds(), reached);
        let own = panel.series(row);
        let made = match self.fit(&key, &kin, reached, steps).as_ref() {
            Some(fitted) => {
                let mut out = vec![Ahead::default(); steps];
                let few =
                    |_| NoOdds::FewResults(kin.values[kin.since_break(row)].iter().filter(|v| v.is_finite()).count());
                fitted.forecast(&own, Some(target), &mut out).map_err(few)?;
                let calibrated = self.calibrated(&key, reached);
                Made { out, method: panel::METHOD, version: panel::VERSION, calibrated }
            }
            None => {
                let mut out = vec![Ahead::default(); steps];
                panel.alone(row, target, &mut out).map_err(|few| NoOdds::FewResults(few.has))?;
                Made { out, method: ALONE, version: ALONE_VERSION, calibrated: false }
            }
        };
        Ok(made.outlook(due))
    }

    fn fit(&self, key: &KinKey, kin: &Kin, reached: Reached, steps: usize) -> Arc<Option<Fitted>> {
        let make = || kin.panel(self.bounds(), reached).fit(steps).ok();
        self.judged.fits.get((key.clone(), steps), make)
    }

    /// Whether chances at this level held in a backtest of all its students: 80 % intervals held 75 to 85 % and 95 % intervals
    /// 90 % of what came, chances were no more than a tenth off on average, and nearer to what came (Brier) than those of the
    /// last value.
    pub(super) fn calibrated(&self, key: &KinKey, reached: Reached) -> bool {
        let general = KinKey { group: headway_model::ALL.to_owned(), ..key.clone() };
        let judge = || {
            let kin = self.kin(&general);
            if kin.periods <= LEAST_POINTS {
                return false;
            }
            let panel = kin.panel(self.bounds(), reached);
            let plan = backtest::Plan { train_min: LEAST_POINTS, horizon: kin.periods - LEAST_POINTS, targets: None };
            let scores = backtest(&panel, plan, &[Method::Panel, Method::Naive]);
            let (own, last) = (&scores[0], &scores[1]);
            own.n >= CALIBRATED_BY
                && (0.75..=0.85).contains(&own.cover80)
                && own.cover95 >= 0.90
                && own.brier < last.brier
                && off(own) <= 0.1
        };
        *self.judged.calibrated.get(general.clone(), judge)
    }
}

/// Mean distance of what was said from what came, over the tenths.
fn off(score: &Score) -> f64 {
    let tenths = score.reliability.iter().filter(|t| t.n > 0);
    let (sum, n) = tenths.fold((0.0, 0), |(sum, n), t| (sum + t.n as f64 * (t.chance - t.reached).abs(), n + t.n));
    sum / n.max(1) as f64
}

struct Made {
    out: Vec<Ahead>,
    method: &'static str,
    version: &'static str,
    calibrated: bool,
}

impl Made {
    fn outlook(self, due: Period) -> Outlook {
        let last = self.out.last().copied().expect("a target ahead is at least one step away");
        let steps = self.out.len() as i32;
        let odds = Odds {
            chance: last.chance.clamp(0.0, 1.0),
            naive: Some(last.chance_naive).filter(|c| c.is_finite()),
            method: self.method,
            version: self.version,
            calibrated: self.calibrated,
        };
        let step = |(i, a): (usize, &Ahead)| Step {
            period: due.plus(i as i32 + 1 - steps),
            mid: a.mean,
            range_80: (a.lo80, a.hi80),
            range_95: (a.lo95, a.hi95),
        };
        Outlook { odds, steps: self.out.iter().enumerate().map(step).collect() }
    }
}

//! Whether forecasts and odds of a measure held what they said: a rolling origin over its own past (method of METHODS.md).

use std::sync::Arc;

use headway_model::{Level, Period};
use headway_stats::forecast::backtest::{BacktestPlan, ReliabilityTenth};
use headway_stats::forecast::panel::{LEAST_POINTS, LEAST_SERIES};
use headway_stats::forecast::{BacktestScore, ForecastMethod, run_backtest};
use serde::Serialize;

use super::{OddsRecord, PeerKey};
use crate::MeasureAssessment;

/// The methods that are judged, ours first.
const METHODS: [ForecastMethod; 5] =
    [ForecastMethod::Panel, ForecastMethod::Naive, ForecastMethod::Drift, ForecastMethod::Ols, ForecastMethod::Theta];

/// A backtest of one panel. Serializes to `backtest --format json` (docs/json.md).
#[derive(Clone, Debug, Serialize)]
pub struct PanelBacktest {
    /// Series with results enough.
    pub series: usize,
    /// First period of the panel.
    #[serde(serialize_with = "serialize_period")]
    pub from: Period,
    /// Its last.
    #[serde(serialize_with = "serialize_period")]
    pub to: Period,
    /// Periods ahead, at most.
    pub horizon: usize,
    /// Whether odds at this level count as calibrated.
    pub calibrated: bool,
    /// Whether odds were too low or too high, too bold or too timid.
    pub past: OddsRecord,
    /// One a method.
    pub methods: Vec<MethodScore>,
}

/// How one method did.
#[derive(Clone, Debug, Serialize)]
pub struct MethodScore {
    /// Its name.
    pub method: &'static str,
    /// Forecasts held against a result.
    pub n: u64,
    /// Periods whose results they were held against.
    pub periods: usize,
    /// Mean absolute error, in the measure's unit.
    pub mae: f64,
    /// Share of results inside the 80 % interval.
    pub cover80: f64,
    /// Share inside the 95 % interval.
    pub cover95: f64,
    /// Mean interval score of the 95 % interval, in the measure's unit; less is better.
    pub interval_score95: f64,
    /// Mean squared distance of the chance from what came; less is better.
    pub brier: f64,
    /// Chances in tenths against what came.
    pub reliability: Vec<ChanceTenth>,
}

/// Forecasts whose chance fell into one tenth.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ChanceTenth {
    /// How many.
    pub n: u64,
    /// Their mean chance; null for none.
    pub chance: Option<f64>,
    /// Share that came true; null for none.
    pub reached: Option<f64>,
}

/// Why there is no backtest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoBacktest {
    /// The panel is too small for a forecast whose outcome is known; holds series with results enough, and periods.
    TooSmall(usize, usize),
}

impl NoBacktest {
    /// In words.
    pub fn reason_text(self) -> String {
        match self {
            Self::TooSmall(series, periods) => format!(
                "a backtest needs {LEAST_SERIES} comparable series and {} periods; there are {series} series with results enough \
                 and {periods} periods",
                LEAST_POINTS + 1
            ),
        }
    }
}

impl MeasureAssessment {
    /// Judges the forecasts of a level's panel. Each series is held against its own last result at the origin.
    ///
    /// # Errors
    /// [`NoBacktest`]: why there is none.
    pub fn backtest_level(
        &self,
        level: Option<Level>,
        group: &str,
        grade: &str,
    ) -> Arc<Result<PanelBacktest, NoBacktest>> {
        let key = PeerKey { level, group: group.into(), grade: grade.into(), part: None };
        self.judged.backtests.get(key.clone(), || self.run_backtest(&key))
    }

    fn run_backtest(&self, key: &PeerKey) -> Result<PanelBacktest, NoBacktest> {
        let kin = self.kin_for(key);
        let panel = kin.forecast_panel(self.reaching_side(key));
        let series = if kin.periods == 0 {
            0
        } else {
            (0..panel.len()).filter(|row| panel.series(*row).check_enough().is_ok()).count()
        };
        if series < LEAST_SERIES || kin.periods <= LEAST_POINTS {
            return Err(NoBacktest::TooSmall(series, kin.periods));
        }
        let horizon = kin.periods - LEAST_POINTS;
        let plan = BacktestPlan { train_min: LEAST_POINTS, horizon, targets: None };
        let scores = run_backtest(&panel, plan, &METHODS);
        let kind = self.period_kind();
        Ok(PanelBacktest {
            series,
            from: kin.period_of_cell(0, kind),
            to: kin.period_of_cell(kin.periods - 1, kind),
            horizon,
            calibrated: self.backtest_proof(key).calibrated,
            past: OddsRecord::from_score(&scores[0]),
            methods: scores.iter().map(MethodScore::from_score).collect(),
        })
    }
}

impl PanelBacktest {
    /// What it found, in one sentence.
    pub fn headline_text(&self) -> String {
        let own = &self.methods[0];
        let percent = |share: f64| headway_render::format::number_text(100.0 * share, 0) + "%";
        match self.past {
            OddsRecord::TooLow | OddsRecord::TooHigh => {
                let (said, came) = own.mean_chances();
                let word = if self.past == OddsRecord::TooLow { "low" } else { "high" };
                return format!(
                    "The odds were too {word}: what was given a chance of {} on average came true in {} of cases",
                    percent(said),
                    percent(came)
                );
            }
            OddsRecord::TooBold => {
                return "The odds were too bold: great and small chances came true more alike than was said".to_owned();
            }
            OddsRecord::TooTimid => {
                return "The odds were too timid: great and small chances came true less alike than was said"
                    .to_owned();
            }
            OddsRecord::Untested | OddsRecord::Held => {}
        }
        match own.cover80 {
            _ if self.calibrated => "The odds are calibrated: they held what they said".to_owned(),
            cover if cover < 0.75 => {
                format!("The ranges were too narrow: the 80% ranges held {} of the results", percent(cover))
            }
            cover if cover > 0.85 => {
                format!("The ranges were too wide: the 80% ranges held {} of the results", percent(cover))
            }
            _ => "The odds are not calibrated: take them as a rough guide".to_owned(),
        }
    }
}

impl MethodScore {
    /// The mean chance that was said, and the share that came true.
    fn mean_chances(&self) -> (f64, f64) {
        let known = || self.reliability.iter().filter_map(|t| Some((t.n as f64, t.chance?, t.reached?)));
        let (n, said, came) = known().fold((0.0, 0.0, 0.0), |(n, said, came), (m, chance, reached)| {
            (n + m, said + m * chance, came + m * reached)
        });
        (said / n, came / n)
    }

    fn from_score(s: &BacktestScore) -> Self {
        let tenth = |r: &ReliabilityTenth| ChanceTenth {
            n: r.n,
            chance: Some(r.chance).filter(|c| c.is_finite()),
            reached: Some(r.reached).filter(|c| c.is_finite()),
        };
        Self {
            method: s.method.name(),
            n: s.n,
            periods: s.periods,
            mae: s.mae,
            cover80: s.cover80,
            cover95: s.cover95,
            interval_score95: s.interval_score95,
            brier: s.brier,
            reliability: s.reliability.iter().map(tenth).collect(),
        }
    }
}

fn serialize_period<S: serde::Serializer>(period: &Period, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(period)
}

//! A measure's whole scorecard as a file: every series judged in one pass over the lake, without holding them, so that it
//! works for millions (docs/lake.md says what the columns are).

use std::path::Path;
use std::sync::Arc;

use headway_analytics::odds::{FARTHEST, PARTS};
use headway_analytics::{MeasureTargets, level_of, measure_bounds, measure_calendar, nearest_promise};
use headway_lake::{
    OddsBy, ScorecardTotals, ScoringOptions, SeriesJudgment, SeriesSummary, judge_by, score_measure, status_series,
};
use headway_model::plan::{Break, Measure, Method, PlannedMeasure};
use headway_model::status::{ResultHorizon, TRAJECTORY_VERSION};
use headway_model::{Level, SeriesRows, VintageId};
use headway_stats::forecast::panel;
use headway_stats::xmr;

use crate::snapshot::Snapshot;
use crate::{Error, Result};

impl Snapshot {
    /// Writes where every series of a measure stands to a Parquet file, whole or not at all: status, limits and signal, odds, gap
    /// and rank. Status and odds are those of [`Snapshot::track`], the signal is that of the process chart.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a measure that no plan names; [`Error::Refused`] for one that is not judged by `trajectory`, or has
    /// parts; when the lake can't be read or the file not be written.
    pub async fn write_scorecard(&self, measure: &str, out: &Path) -> Result<ScorecardTotals> {
        let (agency, planned) = self.in_a_plan(measure).await?;
        let plan = &planned.measure;
        if plan.method.unwrap_or(Method::Trajectory) != Method::Trajectory || !plan.parts.is_empty() {
            let why = "a scorecard is for measures that are judged by `trajectory` and have no parts";
            return Err(Error::Refused(format!("measure {measure}: {why}")));
        }
        let horizon = measure_calendar(plan)?.horizon_on(self.as_of);
        let promises = MeasureTargets::for_measure(plan, self.as_of)?;
        let (segments, ranks) = (self.visible_segments(&planned.ids, plan.period).await?, Arc::clone(&self.ranks));
        let about = self.scorecard_metadata(planned);
        let so_far = self.so_far((plan.period, plan.year_ends), &segments);
        let (lake, places, home) = (self.lake.clone(), self.places.clone(), agency.agency.place.clone());
        let (plan, out) = (plan.clone(), out.to_owned());
        let work = move || -> Result<ScorecardTotals> {
            let level = |place: &str| level_of(&places, home.as_deref(), place);
            let promise = |series: &SeriesRows<'_>| {
                let own = promises.of_series(series.place, level(series.place), series.group, series.grade);
                let own = own.filter(|_| places.is_open(series.place))?;
                let latest = status_series(series).latest_result(horizon.completed, &own.first()?.gaps);
                Some(nearest_promise(own, latest))
            };
            let kin = |place: &str| level(place).map_or(0, |level| 1 + level_number(level));
            let odds = odds_by(&plan, &kin, home.as_deref(), horizon);
            let rank = |vintage: VintageId| ranks.rank_of(vintage);
            let (missing, broken) = (plan.marked_periods(Break::Missing), plan.marked_periods(Break::Break));
            let scoring = ScoringOptions {
                rank: &rank,
                so_far,
                missing,
                broken,
                peers: &kin,
                odds: Some(&odds),
                about,
                ..ScoringOptions::default()
            };
            let by_methods = judge_by(promise, horizon);
            // A target whose result is due is no longer left to chance.
            let judge = |series: &SeriesRows<'_>, facts: &SeriesSummary<'_>| {
                let judged = by_methods(series, facts);
                SeriesJudgment { goal: judged.goal.filter(|goal| goal.period > horizon.due), ..judged }
            };
            Ok(score_measure(&lake, &segments, &scoring, &judge, &out)?)
        };
        tokio::task::spawn_blocking(work).await.expect("scoring does not panic")
    }

    /// What the file says of itself: no figure goes without its method (invariant 2).
    fn scorecard_metadata(&self, planned: &PlannedMeasure) -> Vec<(String, String)> {
        let about = [
            ("measure", planned.measure.id.to_string()),
            ("as_of", self.as_of.to_string()),
            ("status", format!("trajectory {TRAJECTORY_VERSION}")),
            ("signal", format!("{} {}", xmr::METHOD, xmr::VERSION)),
            (
                "odds",
                format!(
                    "{} {}; the agency’s own results {} {}; {} {} where fewer than {} series are comparable; whether they hold what \
                     they say: headway backtest",
                    panel::METHOD,
                    panel::VERSION,
                    panel::WHOLE,
                    panel::WHOLE_VERSION,
                    panel::ALONE,
                    panel::ALONE_VERSION,
                    panel::LEAST_SERIES
                ),
            ),
        ];
        about.map(|(key, value)| (format!("headway.{key}"), value)).into()
    }
}

/// The odds of the same kin as `track` has them.
fn odds_by<'a>(
    plan: &Measure,
    kin: &'a (dyn Fn(&str) -> u8 + Sync),
    home: Option<&'a str>,
    horizon: ResultHorizon,
) -> OddsBy<'a> {
    OddsBy {
        kin,
        whole: home,
        parts: PARTS.map(|level| 1 + level_number(level)).into(),
        bounds: measure_bounds(plan),
        completed: horizon.completed,
        farthest: FARTHEST,
    }
}

fn level_number(level: Level) -> u8 {
    Level::ALL.iter().position(|known| *known == level).expect("ALL has every level") as u8
}

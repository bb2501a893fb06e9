//! How odds are made: from the panel of kin, from the series alone, from the parts of a compound target.

use std::sync::Arc;

use headway_model::status::{PartAssessment, TargetAssessment};
use headway_model::{ALL, Period, plan};
use headway_stats::forecast::backtest::BacktestPlan;
use headway_stats::forecast::panel::{self, FittedPanel, ForecastGoal, LEAST_POINTS, PeriodForecast};
use headway_stats::forecast::{ForecastMethod, TargetSide, TooFewPoints, run_backtest};

use super::{FARTHEST, NoOdds, OddsProof, OddsRecord, OutlookStep, PARTS, ReadFrom, TargetOdds, TargetOutlook};
use crate::{MeasureAssessment, PeerKey, PeerResults};

impl MeasureAssessment {
    /// How likely a series meets the target that `standing` names, and what may come until then.
    ///
    /// # Errors
    /// [`NoOdds`]: why nothing can be said.
    pub fn outlook_for(&self, series: usize, standing: &TargetAssessment) -> Result<TargetOutlook, NoOdds> {
        let key = self.kin_key(series);
        if standing.parts.is_empty() {
            return self.outlook_toward(series, &key, standing).map_err(|why| match (standing.method, why) {
                (plan::Method::Gpra, NoOdds::Over | NoOdds::NoFigure) => NoOdds::YearByYear,
                _ => why,
            });
        }
        let of_part = |part: &PartAssessment| self.part_odds(series, part).map_err(NoOdds::of_part);
        let parts: Vec<TargetOdds> = standing.parts.iter().map(of_part).collect::<Result<_, _>>()?;
        Ok(TargetOutlook { odds: combine_parts(&parts), steps: Vec::new() })
    }

    /// How likely one part of a compound target is met.
    ///
    /// # Errors
    /// [`NoOdds`]: why nothing can be said.
    pub fn part_odds(&self, series: usize, part: &PartAssessment) -> Result<TargetOdds, NoOdds> {
        let number = self.part_number(&part.part).ok_or(NoOdds::NoFigure)?;
        let key = PeerKey { part: Some(number), ..self.kin_key(series) };
        self.outlook_toward(series, &key, &part.standing).map(|outlook| outlook.odds)
    }

    /// The same for one promise with a figure or a band.
    fn outlook_toward(
        &self,
        series: usize,
        key: &PeerKey,
        standing: &TargetAssessment,
    ) -> Result<TargetOutlook, NoOdds> {
        let (Some(aim), Some(due)) = (standing.aim, standing.target_period) else { return Err(NoOdds::NoFigure) };
        let goal = aim.forecast_goal().ok_or(NoOdds::NoWidth)?;
        if standing.target_due.is_some_and(|day| day <= self.as_of) {
            return Err(NoOdds::Over);
        }
        let kin = self.kin_for(key);
        let nothing = NoOdds::FewResults { needs: LEAST_POINTS, has: 0, since_break: false, part: false };
        let Some(row) = kin.row_of(series).filter(|_| kin.periods > 0) else { return Err(nothing) };
        let steps = match due.ordinal - kin.last_period() {
            ..=0 => return Err(NoOdds::Over),
            ahead if ahead > FARTHEST => return Err(NoOdds::TooFar),
            ahead => ahead as usize,
        };
        let made = match self.fit_panel(key, &kin, steps).as_ref() {
            Some(fitted) => {
                let out = by_panel(fitted, &kin.forecast_panel(TargetSide::AtOrAbove).series(row), goal, steps);
                let out = out.map_err(|few| NoOdds::few_results(few, few.needs < LEAST_POINTS))?;
                MadeOdds {
                    out,
                    method: panel::METHOD,
                    version: panel::VERSION,
                    proof: self.backtest_proof(key),
                    read_from: None,
                }
            }
            None => match self.by_places_below(series, key, &kin, goal, due) {
                Some(made) => made,
                None => by_itself(&kin, row, goal, steps)?,
            },
        };
        Ok(made.into_outlook(due))
    }

    /// The agency's own results, read from the panel of its districts, or of its schools where districts are too few.
    fn by_places_below(
        &self,
        series: usize,
        key: &PeerKey,
        kin: &PeerResults,
        goal: ForecastGoal,
        due: Period,
    ) -> Option<MadeOdds> {
        if self.home.as_deref() != Some(self.key_of(series).2) {
            return None;
        }
        PARTS.into_iter().find_map(|level| {
            let key = PeerKey { level: Some(level), ..key.clone() };
            let below = self.kin_for(&key);
            let steps =
                usize::try_from(due.ordinal - below.last_period()).ok().filter(|s| *s > 0 && below.periods > 0)?;
            let fit = self.fit_panel(&key, &below, steps);
            let own = kin
                .forecast_panel(TargetSide::AtOrAbove)
                .series(kin.row_of(series)?)
                .over_periods(below.first - kin.first, below.periods);
            let places = below.forecast_panel(TargetSide::AtOrAbove);
            let mut out = vec![PeriodForecast::default(); steps];
            fit.as_ref().as_ref()?.forecast_whole(&own.as_series(), &places, Some(goal), &mut out).ok()?;
            let read_from = Some(ReadFrom { level, calibrated: self.backtest_proof(&key).calibrated });
            Some(MadeOdds {
                out,
                method: panel::WHOLE,
                version: panel::WHOLE_VERSION,
                proof: OddsProof::NONE,
                read_from,
            })
        })
    }

    /// A panel's figures say nothing of a side: one fit serves every aim.
    fn fit_panel(&self, key: &PeerKey, kin: &PeerResults, steps: usize) -> Arc<Option<FittedPanel>> {
        let make = || kin.forecast_panel(TargetSide::AtOrAbove).fit(steps).ok();
        self.judged.fits.get((key.clone(), steps), make)
    }

    /// How chances at this level did in a backtest of all its students.
    pub(crate) fn backtest_proof(&self, key: &PeerKey) -> OddsProof {
        let general = PeerKey { group: ALL.into(), ..key.clone() };
        let judge = || {
            let kin = self.kin_for(&general);
            if kin.periods <= LEAST_POINTS {
                return OddsProof::NONE;
            }
            let panel = kin.forecast_panel(self.reaching_side(&general));
            let plan = BacktestPlan { train_min: LEAST_POINTS, horizon: kin.periods - LEAST_POINTS, targets: None };
            let scores = run_backtest(&panel, plan, &[ForecastMethod::Panel, ForecastMethod::Naive]);
            OddsProof::from_scores(&scores[0], &scores[1])
        };
        *self.judged.proofs.get(general.clone(), judge)
    }
}

/// All parts of a compound target, as if they were independent: parts of one service are more often met or missed together, so
/// this is the cautious end, and the least likely part the other.
fn combine_parts(parts: &[TargetOdds]) -> TargetOdds {
    let least = parts.iter().map(|p| p.chance).fold(1.0, f64::min);
    let naive: Option<Vec<f64>> = parts.iter().map(|p| p.naive).collect();
    // Where one part is read alone, so is the whole.
    let weakest = parts.iter().find(|p| p.method == panel::ALONE).unwrap_or(&parts[0]);
    TargetOdds {
        chance: parts.iter().map(|p| p.chance).product(),
        at_most: Some(least),
        naive: naive.map(|chances| chances.iter().product()),
        calibrated: parts.iter().all(|p| p.calibrated),
        past: together_past(parts),
        read_from: weakest.read_from.map(|from| ReadFrom {
            calibrated: parts.iter().all(|p| p.read_from.is_some_and(|of| of.calibrated && of.level == from.level)),
            ..from
        }),
        ..*weakest
    }
}

/// What was seen of the chances of all parts, where it is the same.
fn together_past(parts: &[TargetOdds]) -> OddsRecord {
    let first = parts[0].past;
    if parts.iter().all(|p| p.past == first) { first } else { OddsRecord::Untested }
}

fn by_panel(
    fitted: &FittedPanel,
    series: &panel::PanelRow<'_>,
    goal: ForecastGoal,
    steps: usize,
) -> Result<Vec<PeriodForecast>, TooFewPoints> {
    let mut out = vec![PeriodForecast::default(); steps];
    fitted.forecast_goal(series, Some(goal), &mut out).map(|_| out)
}

/// The fall-back: from the results since the last break, and nothing else.
fn by_itself(kin: &PeerResults, row: usize, goal: ForecastGoal, steps: usize) -> Result<MadeOdds, NoOdds> {
    let broken = kin.since_break(row).start > kin.row_cells(row).start;
    let mut out = vec![PeriodForecast::default(); steps];
    let made = kin.forecast_panel(TargetSide::AtOrAbove).forecast_row_alone(row, goal, &mut out);
    made.map_err(|few| NoOdds::few_results(few, broken))?;
    Ok(MadeOdds { out, method: panel::ALONE, version: panel::ALONE_VERSION, proof: OddsProof::NONE, read_from: None })
}

struct MadeOdds {
    out: Vec<PeriodForecast>,
    method: &'static str,
    version: &'static str,
    proof: OddsProof,
    read_from: Option<ReadFrom>,
}

impl MadeOdds {
    fn into_outlook(self, due: Period) -> TargetOutlook {
        let last = self.out.last().copied().expect("a target ahead is at least one step away");
        let steps = self.out.len() as i32;
        let odds = TargetOdds {
            chance: last.chance.clamp(0.0, 1.0),
            at_most: None,
            naive: Some(last.chance_naive).filter(|c| c.is_finite()),
            method: self.method,
            version: self.version,
            calibrated: self.proof.calibrated,
            past: self.proof.past,
            read_from: self.read_from,
        };
        let step = |(i, a): (usize, &PeriodForecast)| OutlookStep {
            period: due.plus_periods(i as i32 + 1 - steps),
            mid: a.mean,
            range_80: (a.lo80, a.hi80),
            range_95: (a.lo95, a.hi95),
        };
        TargetOutlook { odds, steps: self.out.iter().enumerate().map(step).collect() }
    }
}

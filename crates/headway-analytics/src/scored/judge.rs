//! Every series of a measure judged, and how often the pace that one needs was kept by others.

use std::sync::{Arc, PoisonError};

use headway_model::plan::{Method, Target};
use headway_model::status::{
    self, PacePrecedent, PaceRecord, ResultHorizon, Status, StatusScore, TargetAssessment, TargetTrajectory,
    ValueHistory,
};

use super::MeasureAssessment;
use super::promises::{MeasureTargets, nearest_promise};
use crate::Result;

impl MeasureAssessment {
    /// The status of every series. The trajectory method takes the way without allocation; the others go one by one.
    pub(super) fn judge_series(&self) -> Result<Vec<(Status, f64)>> {
        let measure = &self.planned.measure;
        let compound = |t: &Target| t.target.as_ref().is_some_and(|goal| !goal.parts.is_empty());
        let plain = measure.method.unwrap_or(Method::Trajectory) == Method::Trajectory
            && measure.parts.is_empty()
            && !measure.targets.iter().any(compound);
        if !plain {
            let one = |i| self.standing_of(i, None).map(|s| (s.status, s.distance.exact_number().unwrap_or(f64::NAN)));
            return (0..self.len()).map(one).collect();
        }
        let horizon = self.own_calendar()?.horizon_on(self.as_of);
        let promises = MeasureTargets::for_measure(measure, self.as_of)?;
        let own = |i: usize| {
            let (group, grade, place) = self.key_of(i);
            promises.of_series(place, self.level_of(i), group, grade).filter(|_| !self.is_absent(i))
        };
        Ok((0..self.len())
            .map(|i| match own(i).and_then(|candidates| self.score_candidates(i, candidates, horizon)) {
                Some(score) => (score.status, score.distance.exact_number().unwrap_or(f64::NAN)),
                None => (Status::NoTarget, f64::NAN),
            })
            .collect())
    }

    /// A series against the one of its promises (the nearest first) that [`status::stand`] would judge it by; `None` without one.
    fn score_candidates(
        &self,
        i: usize,
        candidates: &[TargetTrajectory],
        horizon: ResultHorizon,
    ) -> Option<StatusScore> {
        let rows = if i < self.panel.len() { self.visible_rows(&self.panel, i) } else { 0..0 };
        let p = &self.panel;
        let series = status::StatusSeries {
            period: &p.period[rows.clone()],
            state: &p.state[rows.clone()],
            flags: &p.flags[rows.clone()],
            lo: &p.lo[rows.clone()],
            hi: &p.hi[rows.clone()],
        };
        let latest = series.latest_result(horizon.completed, &candidates.first()?.gaps);
        Some(status::score_series(nearest_promise(candidates, latest), horizon, &series))
    }

    /// In how many histories of comparable places the pace that a series needs was kept for as many years.
    pub fn pace_precedent(&self, series: usize, standing: &TargetAssessment) -> Option<PacePrecedent> {
        let (pace, from, to) = (standing.pace_to_go()?, standing.period?, standing.target_period?);
        let steps = to.ordinal - from.ordinal;
        let (group, grade, _) = self.key_of(series);
        let key = (self.level_of(series), group.to_owned(), grade.to_owned(), steps);
        let mut paces = self.paces.lock().unwrap_or_else(PoisonError::into_inner);
        let record = paces.entry(key).or_insert_with(|| self.pace_record(series, steps).map(Arc::new)).clone();
        record.map(|record| record.precedent_for(pace))
    }

    fn pace_record(&self, series: usize, steps: i32) -> Option<PaceRecord> {
        let direction = self.planned.measure.direction?;
        let exact = self.kin_for(&self.kin_key(series)).row_histories(steps);
        let histories = exact.iter().map(|(period, value)| ValueHistory { period, value });
        PaceRecord::new(histories, steps, self.period_kind().per_year(), direction, &[])
    }
}

//! The `cagr` and `trend` methods for people.

use super::AssessmentInputs;
use super::explain::BREAKS_AHEAD;
use crate::plan::Target;
use crate::status::score::{StatusReason, breaks_ahead, is_over_break, locate_result};
use crate::status::{
    CagrStatus, GrowthTarget, NoteKind, PathStart, Status, StatusScore, TargetAssessment, TargetTrajectory,
    TrajectoryError, ValueInterval, cagr_progress, extend_trend,
};

const NO_GROWTH: &str = "No growth rate can be computed: it needs two results of one sign, the later one after the baseline, and a target of that sign after it.";

impl AssessmentInputs<'_> {
    /// Growth from the baseline to the latest result.
    pub(super) fn judge_cagr(
        &self,
        standing: &mut TargetAssessment,
        chosen: Option<&Target>,
    ) -> Result<(), TrajectoryError> {
        let measure = self.question.measure;
        let promise = match chosen.map(|t| TargetTrajectory::for_target(measure, t)).transpose()?.flatten() {
            Some(promise) => promise,
            None => self.without_target(chosen)?,
        };
        let promise = self.base_year(promise);
        let (mut found, entry) = locate_result(&promise, self.horizon, &self.series);
        if entry.is_none() && found.status == Status::NotYetDue {
            found = self.score_single_result(found);
        } else if entry.is_none() {
            self.fill_standing(standing, &promise, &found);
            return Ok(());
        }
        let base = found.baseline_period.zip(found.baseline.exact_number());
        let current = found.period.zip(found.value.exact_number());
        let (Some(base), Some(current)) = (base, current) else {
            if found.status == Status::NotYetDue {
                found.status = Status::Cagr(CagrStatus::NotAvailable);
                self.fill_standing(standing, &promise, &found);
                return Ok(());
            }
            found.reason = if current.is_none() { StatusReason::Ends } else { StatusReason::Baseline };
            self.fill_undecided(standing, &promise, found);
            return Ok(());
        };
        if is_over_break(&promise, &self.series, Some(base.0), current.0) {
            found.reason = StatusReason::Break;
            self.fill_undecided(standing, &promise, found);
            return Ok(());
        }
        let direction = self.required_direction()?;
        let limit = direction.sign().map(|d| if d > 0.0 { promise.bounds.1 } else { promise.bounds.0 });
        let (aspiration, against) = match (standing.target.exact_number().zip(standing.target_period), limit) {
            (Some((value, period)), _) => (GrowthTarget::Target { period: period.ordinal, value }, "the target"),
            (None, Some(limit)) if limit.is_finite() && limit != 0.0 => {
                (GrowthTarget::Limit(limit), "cut-offs that narrow near the natural limit")
            }
            _ => (GrowthTarget::Open, "fixed cut-offs, without a target"),
        };
        let progress = cagr_progress(direction, base, current, aspiration, promise.per_year);
        found.status = Status::Cagr(progress.status);
        self.fill_standing(standing, &promise, &found);
        (standing.progress, standing.score) = (progress.progress, progress.score);
        match progress.progress {
            Some(_) => standing.add_note(NoteKind::Method, format!("Growth is measured against {against}.")),
            None => standing.add_note(NoteKind::Method, NO_GROWTH),
        }
        if progress.zero_replaced {
            let text = "A zero was replaced by .001: the share of required growth hangs on that constant.";
            standing.add_note(NoteKind::Method, text);
        }
        Ok(())
    }

    /// One result has no growth; a target that it meets is achieved all the same.
    fn score_single_result(&self, found: StatusScore) -> StatusScore {
        let value = self
            .latest_result()
            .and_then(|p| self.point_at(p))
            .and_then(|p| p.value.exact_number())
            .map(ValueInterval::from_number);
        match value {
            Some(value) => {
                let period = self.latest_result();
                StatusScore { period, value, baseline_period: period, baseline: value, ..found }
            }
            None => found,
        }
    }

    fn fill_undecided(&self, standing: &mut TargetAssessment, promise: &TargetTrajectory, found: StatusScore) {
        self.fill_standing(standing, promise, &StatusScore { status: Status::CannotTell, ..found });
    }

    /// Growth can be measured without a target: from the plan's baseline, or from the first result, to the latest.
    fn without_target(&self, chosen: Option<&Target>) -> Result<TargetTrajectory, TrajectoryError> {
        let target = chosen.or_else(|| self.question.targets.first().copied());
        let baseline = target.and_then(|t| t.baseline.as_ref());
        TargetTrajectory::without_aim(self.question.measure, baseline, self.horizon.completed + 1)
    }

    /// The base year: the configured one, else the next later year with data.
    fn base_year(&self, promise: TargetTrajectory) -> TargetTrajectory {
        let PathStart::At(wanted) = promise.start else { return promise };
        let usable = (0..self.series.len()).filter(|&i| self.series.bounds_at(i).is_some());
        let from = usable.map(|i| self.series.period[i]).filter(|p| *p >= wanted).min();
        TargetTrajectory { start: PathStart::At(from.unwrap_or(wanted)), ..promise }
    }

    /// The last years' change, extended to the target's period.
    pub(super) fn judge_trend(
        &self,
        standing: &mut TargetAssessment,
        chosen: Option<&Target>,
    ) -> Result<(), TrajectoryError> {
        let Some(target) = chosen else { return Ok(()) };
        let Some(promise) = TargetTrajectory::for_target(self.question.measure, target)? else {
            self.without_figure(standing, target);
            return Ok(());
        };
        let (mut found, entry) = locate_result(&promise, self.horizon, &self.series);
        let Some(p) = entry.and(found.period) else {
            self.fill_standing(standing, &promise, &found);
            return Ok(());
        };
        if found.value.exact_number().is_none() {
            found.reason = StatusReason::Ends;
            self.fill_undecided(standing, &promise, found);
            return Ok(());
        }
        if breaks_ahead(&promise, &self.series, p) {
            self.fill_undecided(standing, &promise, found);
            standing.add_note(NoteKind::Break, BREAKS_AHEAD);
            return Ok(());
        }
        let points = self.exact_points(&promise, p);
        let Some(outlook) = extend_trend(promise.aim, promise.period, promise.per_year, &points) else {
            self.fill_undecided(standing, &promise, found);
            standing.add_note(NoteKind::Unusable, "A trend needs two exact results in the last five years.");
            return Ok(());
        };
        found.status = Status::Trend(outlook.status);
        self.fill_standing(standing, &promise, &found);
        standing.projected = Some(outlook.projected);
        if outlook.years < 5.0 {
            let text = format!("The trend rests on {} years of change instead of five.", outlook.years);
            standing.add_note(NoteKind::Method, text);
        }
        Ok(())
    }

    /// The exact results up to period `last` that are on its scale.
    fn exact_points(&self, promise: &TargetTrajectory, last: i32) -> Vec<(i32, f64)> {
        let exact =
            |i: usize| Some((self.series.period[i], self.series.bounds_at(i).and_then(ValueInterval::exact_number)?));
        // A bridged baseline tells of the baseline alone: results before a break are on their old scale.
        let own = TargetTrajectory { bridged: false, ..promise.clone() };
        let comparable = |q: i32| !promise.gaps.contains(&q) && !is_over_break(&own, &self.series, Some(q), last);
        (0..self.series.len()).filter_map(exact).filter(|(q, _)| *q <= last && comparable(*q)).collect()
    }
}

//! The way in for people: one measure, one place, group and grade, one date.

mod compound;
mod explain;
mod federal;
mod growth;
mod others;

use jiff::civil::Date;

use super::sentence::{period_phrase, result_in_words};
use super::series::PointColumns;
use super::{
    NoteKind, PeriodCalendar, ResultHorizon, SeriesPoint, Status, StatusNote, StatusSeries, TargetAssessment,
    TargetTrajectory, TrajectoryError, ValueInterval, choice, contradicts_baseline, promise, score_series, usual_step,
};
use crate::plan::{Break, Goal, Measure, Method, Target};
use crate::{Direction, Period, ValueFlags, ValueState};

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct AssessmentRequest<'a> {
    /// The measure.
    pub measure: &'a Measure,
    /// The targets of this place, group and grade ([`super::applicable`]), those no longer in force with them.
    pub targets: &'a [&'a Target],
    /// The results, in any order.
    pub points: &'a [SeriesPoint],
    /// For a compound measure: the results of each part, by the part's id.
    pub parts: &'a [(&'a str, &'a [SeriesPoint])],
    /// The day as of which is asked.
    pub as_of: Date,
    /// The method; the measure's own when `None`, `trajectory` when it has none.
    pub method: Option<Method>,
}

/// What the methods share: the question with its periods and columns worked out.
struct AssessmentInputs<'a> {
    question: &'a AssessmentRequest<'a>,
    horizon: ResultHorizon,
    calendar: PeriodCalendar,
    series: StatusSeries<'a>,
    /// Ordinals of the periods that the plan marks as having no usable value.
    gaps: Vec<i32>,
}

/// Where the promise stands.
///
/// # Errors
/// [`TrajectoryError`] when the measure has no direction, or a period or its result lag can't be read.
pub fn judge_standing(question: &AssessmentRequest<'_>) -> Result<TargetAssessment, TrajectoryError> {
    let measure = question.measure;
    let calendar = PeriodCalendar::for_measure(measure)?;
    let columns = PointColumns::from_points(question.points);
    let horizon = calendar.horizon_on(question.as_of);
    let desk =
        AssessmentInputs { question, horizon, calendar, series: columns.as_series(), gaps: missing_periods(measure) };
    let method = question.method.or(measure.method).unwrap_or(Method::Trajectory);
    let mut standing = TargetAssessment::blank_standing(method, measure.unit.as_deref());

    let chosen = choice::choose_target(measure, question.targets, question.as_of, desk.latest_result())
        .map_err(|error| TrajectoryError::Period { measure: measure.id.clone(), error })?;
    standing.for_others = chosen.is_none() && has_promise(measure, question.as_of);
    let target_period = desk.describe_target(&mut standing, chosen)?;
    if let Some(goal) = chosen.and_then(|t| t.target.as_ref())
        && !goal.parts.is_empty()
    {
        return desk.judge_parts(standing, chosen.expect("the goal is the chosen target's"), goal);
    }
    match method {
        Method::Trajectory => desk.judge_trajectory(&mut standing, chosen)?,
        Method::Gpra => desk.judge_gpra(&mut standing)?,
        Method::Cagr => desk.judge_cagr(&mut standing, chosen)?,
        Method::Trend => desk.judge_trend(&mut standing, chosen)?,
    }
    if let Some(period) = target_period {
        desk.name_target_period(&mut standing, period);
    }
    desk.hold_baseline(&mut standing, chosen);
    desk.add_remarks(&mut standing);
    Ok(standing)
}

/// Whether a target with a figure is in force on a day, for whomever.
fn has_promise(measure: &Measure, as_of: Date) -> bool {
    let figure = |target: &Target| target.target.as_ref().is_some_and(Goal::has_figure);
    measure.targets.iter().any(|target| figure(target) && choice::in_force(target, as_of))
}

/// Periods that can't be read are left to the methods, which refuse them.
fn missing_periods(measure: &Measure) -> Vec<i32> {
    let missing = measure.breaks.iter().filter(|mark| mark.kind == Break::Missing);
    missing.filter_map(|mark| Some(mark.period.to_period(measure.period).ok()?.ordinal)).collect()
}

impl AssessmentInputs<'_> {
    fn period_of(&self, ordinal: i32) -> Period {
        Period { kind: self.question.measure.period, ordinal }
    }

    fn period_error(&self, error: crate::PeriodError) -> TrajectoryError {
        TrajectoryError::Period { measure: self.question.measure.id.clone(), error }
    }

    /// Ordinal of the latest completed period with a result: a number, or one that is hidden.
    fn latest_result(&self) -> Option<i32> {
        self.series.latest_result(self.horizon.completed, &self.gaps)
    }

    fn required_direction(&self) -> Result<Direction, TrajectoryError> {
        let measure = self.question.measure;
        measure.direction.ok_or_else(|| TrajectoryError::Direction { measure: measure.id.clone() })
    }

    fn point_at(&self, ordinal: i32) -> Option<&SeriesPoint> {
        self.question.points.iter().find(|p| p.period.ordinal == ordinal)
    }

    /// What can be said before any method: the target, when it is due, what is due next. Gives the target's period.
    fn describe_target(
        &self,
        standing: &mut TargetAssessment,
        chosen: Option<&Target>,
    ) -> Result<Option<Period>, TrajectoryError> {
        let measure = self.question.measure;
        if let Some(p) = self.latest_result() {
            self.put_value(standing, p);
        }
        if let Some(p) = self.series.latest_number(self.horizon.completed, &self.gaps) {
            standing.latest_period = Some(self.period_of(p));
            standing.latest_value = self.point_at(p).map_or(ValueInterval::NONE, value_of);
            standing.latest_strict = self.point_at(p).is_some_and(|point| point.flags.has_all(ValueFlags::STRICT));
        }
        self.put_next(standing, self.next_expected());

        let others = self.question.targets.iter().filter(|t| chosen.is_none_or(|c| !std::ptr::eq(**t, c)));
        standing.other_targets = others.map(|t| (*t).clone()).collect();
        let Some((target, goal)) = chosen.and_then(|t| Some((t, t.target.as_ref()?))) else { return Ok(None) };
        let period = goal.period.to_period(measure.period).map_err(|e| self.period_error(e))?;
        standing.target_period = Some(period);
        standing.target_due = Some(self.calendar.due_date(period));
        standing.source = target.source.clone();
        if let Some(direction) = measure.direction
            && let Some(aim) = promise::aim_of_goal(goal, direction, measure.tolerance)
        {
            (standing.target, standing.aim) = (aim.target_interval(), Some(aim));
        }
        if !standing.other_targets.is_empty() {
            standing.add_note(NoteKind::OtherTargets, others::other_promises(measure, &standing.other_targets));
        }
        Ok(Some(period))
    }

    fn put_value(&self, standing: &mut TargetAssessment, p: i32) {
        standing.period = Some(self.period_of(p));
        if let Some(point) = self.point_at(p) {
            standing.state = Some(point.value.state());
            standing.value = value_of(point);
            standing.strict = point.flags.has_all(ValueFlags::STRICT);
            standing.released = Some(point.released);
        }
    }

    /// The last period that is due or whose result is in.
    fn last_in_hand(&self) -> i32 {
        self.reported_periods().into_iter().fold(self.horizon.due, i32::max)
    }

    /// Ordinals of the completed periods that anything was reported for, rising.
    fn reported_periods(&self) -> Vec<i32> {
        let reported = (0..self.series.len()).filter(|&i| self.series.is_reported(i)).map(|i| self.series.period[i]);
        let mut periods: Vec<i32> = reported.filter(|p| *p <= self.horizon.completed).collect();
        periods.sort_unstable();
        periods
    }

    /// The next period that a result is to come for, by how often results came.
    fn next_expected(&self) -> i32 {
        let reported = self.reported_periods();
        let step = usual_step(self.question.measure, &reported);
        let (from, after) = (reported.last().copied().unwrap_or(self.horizon.due), self.last_in_hand());
        from + ((after - from).div_euclid(step) + 1) * step
    }

    fn put_next(&self, standing: &mut TargetAssessment, next: i32) {
        let next = self.period_of(next);
        (standing.next_period, standing.next_due) = (Some(next), Some(self.calendar.due_date(next)));
    }

    /// "2014" can mean the cohort of 2014 or the rate published in 2014: say which period the target speaks of, and when its
    /// result is due.
    /// It is said first, and last of all, when all figures are known beside which the latest result stands.
    fn name_target_period(&self, standing: &mut TargetAssessment, period: Period) {
        let due = self.calendar.due_date(period);
        let in_hand = |point: &SeriesPoint| point.value.bounds().is_some() && period.ordinal <= self.horizon.completed;
        let state = match self.point_at(period.ordinal) {
            Some(point) if in_hand(point) => "its result is in".to_owned(),
            Some(point) if Status::without_figure(point.value.state()).is_some() => {
                format!("its result is in, without a figure ({})", without_figure(point.value.state()))
            }
            _ if due > self.question.as_of => format!("its result is due from {due} on"),
            _ => format!("its result was due from {due} on and is not in"),
        };
        let latest = match self.latest_result() {
            Some(p) if p != period.ordinal => {
                let point = self.point_at(p);
                let value = point.map_or(ValueInterval::NONE, value_of);
                let value = match value.is_none() {
                    true => without_figure(point.map_or(ValueState::Missing, |point| point.value.state())).to_owned(),
                    false => standing
                        .published_text(value, point.is_some_and(|point| point.flags.has_all(ValueFlags::STRICT))),
                };
                format!(" The latest result is {} ({value}).", self.period_of(p))
            }
            _ => String::new(),
        };
        let text = format!("The target speaks of {period}; {state}.{latest}");
        standing.notes.insert(0, StatusNote::new(NoteKind::TargetPeriod, text));
    }

    fn judge_trajectory(
        &self,
        standing: &mut TargetAssessment,
        chosen: Option<&Target>,
    ) -> Result<(), TrajectoryError> {
        let Some(target) = chosen else { return Ok(()) };
        let Some(promise) = TargetTrajectory::for_target(self.question.measure, target)? else {
            self.without_figure(standing, target);
            return Ok(());
        };
        let scored = score_series(&promise, self.horizon, &self.series);
        self.fill_standing(standing, &promise, &scored);
        Ok(())
    }

    fn without_figure(&self, standing: &mut TargetAssessment, target: &Target) {
        let sets_baseline = target.target.as_ref().is_some_and(|g| g.set_baseline);
        let why = if sets_baseline {
            "The target is to set a baseline."
        } else {
            "The plan names the target without its figure."
        };
        standing.add_note(NoteKind::Method, why);
    }

    /// A stated baseline that the results contradict: path and pace rest on it all the same.
    fn hold_baseline(&self, standing: &mut TargetAssessment, chosen: Option<&Target>) {
        let Some((target, baseline)) = chosen.and_then(|target| Some((target, target.baseline.as_ref()?))) else {
            return;
        };
        let Ok(period) = baseline.period.to_period(self.question.measure.period) else { return };
        let Some(point) = self.point_at(period.ordinal).filter(|point| !point.flags.has_all(ValueFlags::SO_FAR)) else {
            return;
        };
        let (Some(stated), result) = (baseline.value, value_of(point)) else { return };
        if contradicts_baseline(target, result) {
            let unit = standing.measured_in.as_deref();
            let [stated, found] = [
                result_in_words(ValueInterval::from_number(stated), unit, &[result.lo, result.hi]),
                standing.published_text(result, point.flags.has_all(ValueFlags::STRICT)),
            ];
            let text = format!(
                "The plan starts from {stated} {}, and the results have {found} there: path and pace start from the plan’s figure.",
                period_phrase(period)
            );
            standing.add_note(NoteKind::OtherBaseline, text);
        }
    }

    /// Notes on the value and on marked periods, whatever the method.
    fn add_remarks(&self, standing: &mut TargetAssessment) {
        let Some(period) = standing.period else { return };
        if let Some(point) = self.point_at(period.ordinal) {
            if point.flags.has_all(ValueFlags::PROVISIONAL) {
                standing.add_note(NoteKind::Quality, "The latest result is preliminary.");
            }
            if point.flags.has_all(ValueFlags::STAND_IN) {
                standing.add_note(
                    NoteKind::Quality,
                    "The latest result stands in for a mask: the true value is not published.",
                );
            }
        }
        let kind = self.question.measure.period;
        for mark in &self.question.measure.breaks {
            let Ok(at) = mark.period.to_period(kind) else { continue };
            let recent = standing.baseline_period.is_none_or(|b| at > b) && at.ordinal <= self.horizon.completed;
            if mark.kind == Break::Missing && recent {
                let why = mark.note.as_deref().map_or(String::new(), |n| format!(": {}", n.trim_end_matches('.')));
                let came = self.point_at(at.ordinal).filter(|point| point.value.bounds().is_some());
                let judged = if came.is_some() { " The figure that came for it is not judged." } else { "" };
                standing.add_note(NoteKind::Gap, format!("{at} has no usable value{why}.{judged}"));
            }
        }
    }
}

/// Why a result holds no number, in words.
fn without_figure(state: ValueState) -> &'static str {
    match Status::without_figure(state) {
        Some(Status::TooFewStudents) => "hidden: too few students",
        Some(status) => status.label_text(),
        None => "no figure",
    }
}

fn value_of(point: &SeriesPoint) -> ValueInterval {
    point.value.bounds().map_or(ValueInterval::NONE, |(lo, hi)| ValueInterval { lo, hi })
}

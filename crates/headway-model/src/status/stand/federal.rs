//! The `gpra` method for people: the years of a measure, and where the latest one stands.

use std::collections::BTreeMap;

use super::AssessmentInputs;
use crate::plan::{Break, Goal, PeriodLabel, Target};
use crate::status::gpra::aim_shortfall;
use crate::status::standing::YearStatus;
use crate::status::{
    GpraStatus, GpraTarget, GpraYear, NoteKind, Status, TargetAssessment, TrajectoryError, ValueInterval, choice,
    gpra_statuses, promise,
};
use crate::{ValueFlags, breaks_between};

impl AssessmentInputs<'_> {
    /// Judges the latest completed year that has a target.
    pub(super) fn judge_gpra(&self, standing: &mut TargetAssessment) -> Result<(), TrajectoryError> {
        let years = self.gpra_years()?;
        let Some(now) = years.iter().rposition(|y| y.target.is_some() && y.period <= self.horizon.completed) else {
            if let Some(planned) = years.iter().find(|y| y.target.is_some()) {
                standing.status = Status::Gpra(GpraStatus::Pending);
                standing.period = Some(self.period_of(planned.period));
            }
            return Ok(());
        };
        let starts = self.series_starts()?;
        let statuses: Vec<Status> = stretches_between(&years, &starts)
            .flat_map(|stretch| std::iter::zip(stretch, gpra_statuses(stretch)))
            .map(|of| self.status_of_year(of))
            .collect();
        let of_year = |(y, status): (&GpraYear, &Status)| YearStatus {
            period: self.period_of(y.period),
            status: *status,
            actual: y.actual,
            released: y.actual.map(|_| y.released),
        };
        standing.years = std::iter::zip(&years, &statuses).map(of_year).collect();
        standing.status = statuses[now];
        let comparable =
            stretches_between(&years, &starts).find(|stretch| stretch.contains(&years[now])).unwrap_or_default();
        let before = |stretch: &[GpraYear]| stretch.iter().any(|y| y.period < years[now].period && y.actual.is_some());
        if standing.status == Status::Gpra(GpraStatus::DidNotMeetTarget) && before(&years) && !before(comparable) {
            let text = "The series breaks after the last actual: this year is not compared with it.";
            standing.add_note(NoteKind::Break, text);
        }
        (standing.value, standing.state, standing.released) = (ValueInterval::NONE, None, None);
        self.put_value(standing, years[now].period);
        standing.period = Some(self.period_of(years[now].period));
        self.year_target(standing, years[now]);
        if years[now].actual.is_none() && !standing.value.is_none() {
            let at = comparable.iter().position(|year| *year == years[now]).unwrap_or_default();
            self.range_in_year(standing, comparable, at);
        }
        Ok(())
    }

    /// The status of a year: of one whose result holds no figure (hidden, not tested), that it does not.
    fn status_of_year(&self, (year, status): (&GpraYear, GpraStatus)) -> Status {
        let hidden = self.point_at(year.period).filter(|point| point.released && year.actual.is_none());
        let hidden = hidden.and_then(|point| Status::without_figure(point.value.state()));
        match hidden {
            Some(hidden) if status == GpraStatus::Pending => hidden,
            _ => Status::Gpra(status),
        }
    }

    /// The first years of new series, rising: marked in the plan or on a result.
    fn series_starts(&self) -> Result<Vec<i32>, TrajectoryError> {
        let measure = self.question.measure;
        let mut starts = Vec::new();
        for mark in measure.breaks.iter().filter(|mark| mark.kind == Break::Break) {
            starts.push(mark.period.to_period(measure.period).map_err(|e| self.period_error(e))?.ordinal);
        }
        let told = self.question.points.iter().filter(|point| point.flags.has_all(ValueFlags::BREAK));
        starts.extend(told.map(|point| point.period.ordinal));
        starts.sort_unstable();
        Ok(starts)
    }

    /// The year's own target is what the report compares with; it is also what was expected.
    fn year_target(&self, standing: &mut TargetAssessment, year: GpraYear) {
        standing.target_period = Some(self.period_of(year.period));
        standing.target_due = Some(self.calendar.due_date(self.period_of(year.period)));
        (standing.target, standing.aim) = (ValueInterval::NONE, None);
        let Some(GpraTarget::Aim(aim)) = year.target else { return };
        (standing.target, standing.aim) = (aim.target_interval(), Some(aim));
        standing.expected = aim.target_interval();
        if let Some(actual) = year.actual {
            standing.distance = ValueInterval::from_number(0.0 - aim_shortfall(aim, actual));
        }
    }

    /// A range has a federal status only when both its ends have the same.
    fn range_in_year(&self, standing: &mut TargetAssessment, years: &[GpraYear], now: usize) {
        let [lo, hi] = [standing.value.lo, standing.value.hi].map(|end| {
            let mut years = years.to_vec();
            years[now].actual = Some(end);
            gpra_statuses(&years)[now]
        });
        standing.status = Status::Gpra(lo);
        if lo != hi {
            standing.status = Status::CannotTell;
            let text = "The published value is a range or bound, and its ends give different statuses.";
            standing.add_note(NoteKind::Range, text);
        }
    }

    /// Every year that has a target in force or an actual, oldest first. Yearly targets are points of the path.
    fn gpra_years(&self) -> Result<Vec<GpraYear>, TrajectoryError> {
        let measure = self.question.measure;
        let direction = self.required_direction()?;
        let mut years = BTreeMap::<i32, GpraYear>::new();
        let blank = |period| GpraYear { period, target: None, actual: None, released: true };
        let mut in_force: Vec<&&Target> =
            self.question.targets.iter().filter(|t| choice::in_force(t, self.question.as_of)).collect();
        in_force.sort_by_key(|t| t.valid_from);
        for target in in_force {
            let yearly = target.trajectory.iter().map(|p| yearly_goal(&p.period, p.value));
            for goal in yearly.chain(target.target.clone()) {
                let period = goal.period.to_period(measure.period).map_err(|e| self.period_error(e))?.ordinal;
                let aim = if goal.set_baseline {
                    Some(GpraTarget::SetBaseline)
                } else {
                    promise::aim_of_goal(&goal, direction, measure.tolerance).map(GpraTarget::Aim)
                };
                years.entry(period).or_insert_with(|| blank(period)).target = aim;
            }
        }
        for point in self.question.points.iter().filter(|p| p.period.ordinal <= self.horizon.completed) {
            let year = years.entry(point.period.ordinal).or_insert_with(|| blank(point.period.ordinal));
            (year.actual, year.released) = (point.value.exact_number(), point.released);
        }
        Ok(years.into_values().collect())
    }
}

/// The years between breaks: an actual is compared with those of its own stretch.
fn stretches_between<'y>(years: &'y [GpraYear], starts: &[i32]) -> impl Iterator<Item = &'y [GpraYear]> {
    years.chunk_by(move |a, b| !starts.iter().any(|start| breaks_between(start, &a.period, &b.period)))
}

fn yearly_goal(period: &PeriodLabel, value: f64) -> Goal {
    Goal { period: period.clone(), value: Some(value), lo: None, hi: None, parts: Vec::new(), set_baseline: false }
}

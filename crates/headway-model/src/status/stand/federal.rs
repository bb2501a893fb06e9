//! The `gpra` method for people: the years of a measure, and where the latest one stands.

use std::collections::BTreeMap;

use super::Desk;
use crate::plan::{Goal, PeriodLabel, Target};
use crate::status::gpra::shortfall;
use crate::status::standing::YearStatus;
use crate::status::{
    GpraStatus, GpraTarget, GpraYear, Interval, NoteKind, PromiseError, Standing, Status, choice, gpra, promise,
};

impl Desk<'_> {
    /// Judges the latest completed year that has a target.
    pub(super) fn gpra(&self, standing: &mut Standing) -> Result<(), PromiseError> {
        let years = self.years()?;
        let Some(now) = years.iter().rposition(|y| y.target.is_some() && y.period <= self.horizon.completed) else {
            if let Some(planned) = years.iter().find(|y| y.target.is_some()) {
                standing.status = Status::Gpra(GpraStatus::Pending);
                standing.period = Some(self.period(planned.period));
            }
            return Ok(());
        };
        let statuses = gpra(&years);
        let of_year = |(y, status): (&GpraYear, &GpraStatus)| YearStatus {
            period: self.period(y.period),
            status: Status::Gpra(*status),
            actual: y.actual,
            released: y.actual.map(|_| y.released),
        };
        standing.years = std::iter::zip(&years, &statuses).map(of_year).collect();
        standing.status = Status::Gpra(statuses[now]);
        (standing.value, standing.state, standing.released) = (Interval::NONE, None, None);
        self.put_value(standing, years[now].period);
        standing.period = Some(self.period(years[now].period));
        self.year_target(standing, years[now]);
        if years[now].actual.is_none() && !standing.value.is_none() {
            self.range_in_year(standing, &years, now);
        }
        Ok(())
    }

    /// The year's own target is what the report compares with; it is also what was expected.
    fn year_target(&self, standing: &mut Standing, year: GpraYear) {
        standing.target_period = Some(self.period(year.period));
        standing.target_due = Some(self.calendar.due(self.period(year.period)));
        (standing.target, standing.aim) = (Interval::NONE, None);
        let Some(GpraTarget::Aim(aim)) = year.target else { return };
        (standing.target, standing.aim) = (aim.figures(), Some(aim));
        standing.expected = aim.figures();
        if let Some(actual) = year.actual {
            standing.distance = Interval::exactly(0.0 - shortfall(aim, actual));
        }
    }

    /// A range has a federal status only when both its ends have the same.
    fn range_in_year(&self, standing: &mut Standing, years: &[GpraYear], now: usize) {
        let [lo, hi] = [standing.value.lo, standing.value.hi].map(|end| {
            let mut years = years.to_vec();
            years[now].actual = Some(end);
            gpra(&years)[now]
        });
        standing.status = Status::Gpra(lo);
        if lo != hi {
            standing.status = Status::CannotTell;
            let text = "The published value is a range or bound, and its ends give different statuses.";
            standing.say(NoteKind::Range, text);
        }
    }

    /// Every year that has a target in force or an actual, oldest first. Yearly targets are points of the path.
    fn years(&self) -> Result<Vec<GpraYear>, PromiseError> {
        let measure = self.question.measure;
        let direction = self.direction()?;
        let mut years = BTreeMap::<i32, GpraYear>::new();
        let blank = |period| GpraYear { period, target: None, actual: None, released: true };
        let mut in_force: Vec<&&Target> =
            self.question.targets.iter().filter(|t| choice::in_force(t, self.question.as_of)).collect();
        in_force.sort_by_key(|t| t.valid_from);
        for target in in_force {
            let yearly = target.trajectory.iter().map(|p| yearly_goal(&p.period, p.value));
            for goal in yearly.chain(target.target.clone()) {
                let period = goal.period.resolve(measure.period).map_err(|e| self.fail(e))?.ordinal;
                let aim = if goal.set_baseline {
                    Some(GpraTarget::SetBaseline)
                } else {
                    promise::aim(&goal, direction, measure.tolerance).map(GpraTarget::Aim)
                };
                years.entry(period).or_insert_with(|| blank(period)).target = aim;
            }
        }
        for point in self.question.points.iter().filter(|p| p.period.ordinal <= self.horizon.completed) {
            let year = years.entry(point.period.ordinal).or_insert_with(|| blank(point.period.ordinal));
            (year.actual, year.released) = (point.value.exact(), point.released);
        }
        Ok(years.into_values().collect())
    }
}

fn yearly_goal(period: &PeriodLabel, value: f64) -> Goal {
    Goal { period: period.clone(), value: Some(value), lo: None, hi: None, parts: Vec::new(), set_baseline: false }
}

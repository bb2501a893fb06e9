//! What was known of a plan's work on a day: an edition keeps taking reports, dates and ratings after it was written.

use jiff::civil::Date;

use super::{Milestone, Plan, Program};

impl Plan {
    /// The plan without what happened after `day`: actual dates, reports and ratings.
    #[must_use]
    pub fn known_on(mut self, day: Date) -> Self {
        self.programs.iter_mut().for_each(|program| program.forget_after(day));
        self
    }
}

impl Program {
    fn forget_after(&mut self, day: Date) {
        self.ratings.retain(|rating| rating.date <= day);
        self.milestones.iter_mut().for_each(|milestone| milestone.forget_after(day));
    }
}

impl Milestone {
    fn forget_after(&mut self, day: Date) {
        self.actual_start = self.actual_start.filter(|date| *date <= day);
        self.actual_end = self.actual_end.filter(|date| *date <= day);
        self.history.retain(|report| report.date <= day);
    }
}

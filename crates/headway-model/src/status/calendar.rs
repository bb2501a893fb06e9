//! The dates of a measure: when a period ends, when its result is due, what is over on a day.

use jiff::ToSpan;
use jiff::civil::Date;

use super::{ResultHorizon, ResultLag, TrajectoryError};
use crate::plan::Measure;
use crate::{Period, PeriodKind, YearEnd};

/// The dates of one measure's periods. Every date of the program comes from here.
#[derive(Clone, Copy, Debug)]
pub struct PeriodCalendar {
    kind: PeriodKind,
    year_ends: Option<YearEnd>,
    lag: ResultLag,
}

impl PeriodCalendar {
    /// The calendar of a kind of period with the usual ends.
    pub fn with_usual_ends(kind: PeriodKind, lag: ResultLag) -> Self {
        Self { kind, year_ends: None, lag }
    }

    /// The calendar of a measure: its own end of the year and its result lag.
    ///
    /// # Errors
    /// [`TrajectoryError::Lag`] when the result lag can't be read.
    pub fn for_measure(measure: &Measure) -> Result<Self, TrajectoryError> {
        let fail = |error| TrajectoryError::Lag { measure: measure.id.clone(), error };
        let lag = measure.result_lag.as_deref().map(ResultLag::parse).transpose().map_err(fail)?;
        Ok(Self { kind: measure.period, year_ends: measure.year_ends, lag: lag.unwrap_or_default() })
    }

    /// The last day of `period`.
    pub fn last_day_of(self, period: Period) -> Date {
        period.end_by(self.year_ends)
    }

    /// Whether `period` is over on the morning of `day`.
    pub fn is_over(self, period: Period, day: Date) -> bool {
        self.last_day_of(period) < day
    }

    /// The first day on which the result of `period` is due: the day after its end, and the lag after that. Cohort 2014
    /// ends on 2014-08-31, so with `P13M` its result is due from 2015-10-01 on.
    pub fn due_date(self, period: Period) -> Date {
        self.lag.add_to_day(self.last_day_of(period).saturating_add(1.day()))
    }

    /// What is over and what is due on the morning of `as_of`.
    pub fn horizon_on(self, as_of: Date) -> ResultHorizon {
        let completed = Self { lag: ResultLag::default(), ..self }.last_due(as_of);
        let due = self.last_due(as_of).min(completed);
        ResultHorizon { completed, due }
    }

    /// The last period whose result is due on `as_of`: a first guess from the calendar, then the few steps that month lengths
    /// and the kind's own year end may need.
    fn last_due(self, as_of: Date) -> i32 {
        let day = self.lag.subtract_from_day(as_of);
        let ordinal = match self.kind {
            PeriodKind::Quarter => i32::from(day.year()) * 4 + (i32::from(day.month()) - 1) / 3,
            PeriodKind::Month => i32::from(day.year()) * 12 + i32::from(day.month()) - 1,
            PeriodKind::Day => Period::of_day(day).ordinal,
            _ => i32::from(day.year()),
        };
        let mut period = Period { kind: self.kind, ordinal };
        // The calendar ends at the years 1 and 9999; so do the steps, whatever date or lag is asked for.
        while period.year() < 9999 && self.due_date(period.plus_periods(1)) <= as_of {
            period = period.plus_periods(1);
        }
        while period.year() > 1 && self.due_date(period) > as_of {
            period = period.plus_periods(-1);
        }
        period.ordinal
    }
}

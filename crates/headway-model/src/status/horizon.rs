//! Which periods are over, and which results are due, as of a date.

use jiff::civil::Date;
use jiff::{Span, ToSpan};

use crate::{Period, PeriodKind};

/// From the end of a period until its result is due.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lag(Span);

/// A text that is no result lag.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{text}” is no result lag: write an ISO 8601 duration in years, months, weeks or days, like P13M")]
pub struct LagError {
    /// The text as found.
    pub text: String,
}

impl Lag {
    /// Reads an ISO 8601 duration (`P13M`, `P1Y`, `P10D`).
    ///
    /// # Errors
    /// [`LagError`] for anything else, for a negative duration, and for hours or less: periods end on days.
    pub fn parse(text: &str) -> Result<Self, LagError> {
        let fail = || LagError { text: text.to_owned() };
        let upper = text.trim().to_ascii_uppercase();
        if !upper.starts_with('P') || upper.contains('T') {
            return Err(fail());
        }
        let span: Span = upper.parse().map_err(|_| fail())?;
        if span.is_negative() { Err(fail()) } else { Ok(Self(span)) }
    }

    /// The first day on which the result of `period` is due: the day after its end, and the lag after that. Cohort 2014
    /// ends on 2014-08-31, so with `P13M` its result is due from 2015-10-01 on.
    pub fn due(self, period: Period) -> Date {
        period.end().saturating_add(1.day()).saturating_add(self.0)
    }
}

/// The last period that is over, and the last whose result is due. Both are ordinals of one kind of period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Horizon {
    /// Last completed period. What lies after it counts for nothing.
    pub completed: i32,
    /// Last period whose result is due; never after `completed`.
    pub due: i32,
}

impl Horizon {
    /// The horizon on the morning of `as_of`: a period is over from the day after its last day on.
    pub fn on(kind: PeriodKind, lag: Lag, as_of: Date) -> Self {
        let completed = last_due(kind, Lag::default(), as_of);
        let due = last_due(kind, lag, as_of).min(completed);
        Self { completed, due }
    }

    /// Everything up to `ordinal` is over and due.
    pub fn through(ordinal: i32) -> Self {
        Self { completed: ordinal, due: ordinal }
    }
}

/// The last period whose result is due on `as_of`: a first guess from the calendar, then the few steps that month lengths
/// and the kind's own year end may need.
fn last_due(kind: PeriodKind, lag: Lag, as_of: Date) -> i32 {
    let day = as_of.saturating_sub(lag.0);
    let ordinal = match kind {
        PeriodKind::Quarter => i32::from(day.year()) * 4 + (i32::from(day.month()) - 1) / 3,
        PeriodKind::Month => i32::from(day.year()) * 12 + i32::from(day.month()) - 1,
        PeriodKind::Day => Period::of_day(day).ordinal,
        _ => i32::from(day.year()),
    };
    let mut period = Period { kind, ordinal };
    // The calendar ends at the years 1 and 9999; so do the steps, whatever date or lag is asked for.
    while period.year() < 9999 && lag.due(period.plus(1)) <= as_of {
        period = period.plus(1);
    }
    while period.year() > 1 && lag.due(period) > as_of {
        period = period.plus(-1);
    }
    period.ordinal
}

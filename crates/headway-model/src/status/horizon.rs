//! Which periods are over, and which results are due, as of a date.

use jiff::Span;
use jiff::civil::Date;

use super::PeriodCalendar;
use crate::{Period, PeriodKind};

/// From the end of a period until its result is due.
#[derive(Clone, Copy, Debug, Default)]
pub struct ResultLag(Span);

/// A text that is no result lag.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{text}” is no result lag: write an ISO 8601 duration in years, months, weeks or days, like P13M")]
pub struct LagError {
    /// The text as found.
    pub text: String,
}

impl ResultLag {
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

    /// The first day on which the result of `period` is due, where periods have their usual ends.
    pub fn due_date(self, period: Period) -> Date {
        PeriodCalendar::with_usual_ends(period.kind, self).due_date(period)
    }

    pub(super) fn add_to_day(self, day: Date) -> Date {
        day.saturating_add(self.0)
    }

    pub(super) fn subtract_from_day(self, day: Date) -> Date {
        day.saturating_sub(self.0)
    }
}

/// The last period that is over, and the last whose result is due. Both are ordinals of one kind of period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResultHorizon {
    /// Last completed period. What lies after it counts for nothing.
    pub completed: i32,
    /// Last period whose result is due; never after `completed`.
    pub due: i32,
}

impl ResultHorizon {
    /// The horizon on the morning of `as_of` where periods have their usual ends.
    pub fn on_day(kind: PeriodKind, lag: ResultLag, as_of: Date) -> Self {
        PeriodCalendar::with_usual_ends(kind, lag).horizon_on(as_of)
    }

    /// Everything up to `ordinal` is over and due.
    pub fn through_period(ordinal: i32) -> Self {
        Self { completed: ordinal, due: ordinal }
    }
}

//! One series as the methods read it.

use super::{Status, ValueInterval};
use crate::{Observation, Period, Value, ValueFlags, ValueState};

/// One series in columns, as the lake stores it: all of one length, in any order, one entry a period.
#[derive(Clone, Copy, Debug, Default)]
pub struct StatusSeries<'a> {
    /// Ordinal of the period.
    pub period: &'a [i32],
    /// [`ValueState`] as its number.
    pub state: &'a [u8],
    /// [`ValueFlags`].
    pub flags: &'a [u8],
    /// Exact value or lower bound; NaN where there is none.
    pub lo: &'a [f64],
    /// Exact value or upper bound; NaN where there is none.
    pub hi: &'a [f64],
}

impl StatusSeries<'_> {
    /// How many entries.
    pub fn len(&self) -> usize {
        self.period.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.period.is_empty()
    }

    /// Ordinal of the latest period with a result, a number or one without (hidden, not tested), up to `completed`; what stands
    /// at a period marked as having no usable value (`gaps`) does not count.
    pub fn latest_result(&self, completed: i32, gaps: &[i32]) -> Option<i32> {
        self.newest_period(completed, gaps, |i| self.is_usable(i) || self.without_figure(i).is_some())
    }

    /// The status of entry `i` where it is a result that holds no number.
    pub(super) fn without_figure(&self, i: usize) -> Option<Status> {
        if self.has_flag(i, ValueFlags::SO_FAR) {
            return None;
        }
        ValueState::of_number(self.state[i]).and_then(Status::without_figure)
    }

    /// Ordinal of the latest period with a number.
    pub(super) fn latest_number(&self, completed: i32, gaps: &[i32]) -> Option<i32> {
        self.newest_period(completed, gaps, |i| self.is_usable(i))
    }

    fn newest_period(&self, completed: i32, gaps: &[i32], counts: impl Fn(usize) -> bool) -> Option<i32> {
        let seen = |i: &usize| counts(*i) && self.period[*i] <= completed && !gaps.contains(&self.period[*i]);
        (0..self.len()).filter(seen).map(|i| self.period[i]).max()
    }

    /// What entry `i` is known to be, open ends infinite; `None` where it holds no number.
    pub(super) fn bounds_at(&self, i: usize) -> Option<ValueInterval> {
        let state = ValueState::of_number(self.state[i])?;
        let (lo, hi) = Value::of_stored(state, self.lo[i], self.hi[i]).bounds()?;
        (!lo.is_nan() && !hi.is_nan()).then_some(ValueInterval { lo, hi })
    }

    /// Whether entry `i` holds a number ([`StatusSeries::bounds`] gives it) that counts.
    #[inline]
    pub(super) fn is_usable(&self, i: usize) -> bool {
        !self.has_flag(i, ValueFlags::SO_FAR) && self.holds_number(i)
    }

    #[inline]
    fn holds_number(&self, i: usize) -> bool {
        match self.state[i] {
            s if s == ValueState::Exact as u8 || s == ValueState::AtLeast as u8 => !self.lo[i].is_nan(),
            s if s == ValueState::AtMost as u8 => !self.hi[i].is_nan(),
            s if s == ValueState::Range as u8 => !self.lo[i].is_nan() && !self.hi[i].is_nan(),
            _ => false,
        }
    }

    /// Whether the publisher said anything for entry `i`, be it that the value is hidden. A figure so far is no report.
    #[inline]
    pub(super) fn is_reported(&self, i: usize) -> bool {
        !self.has_flag(i, ValueFlags::SO_FAR)
            && self.state[i] != ValueState::Missing as u8
            && self.state[i] != ValueState::NotReported as u8
    }

    pub(super) fn has_flag(&self, i: usize, flag: ValueFlags) -> bool {
        ValueFlags(self.flags[i]).has_all(flag)
    }
}

/// One result of a series, for the way in that is meant for people.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SeriesPoint {
    /// The period.
    pub period: Period,
    /// What is known.
    pub value: Value,
    /// What else is known.
    pub flags: ValueFlags,
    /// Whether it has been released. A figure can be known and not released; `gpra` takes it as pending then.
    pub released: bool,
}

impl SeriesPoint {
    /// A released value without flags.
    pub fn new(period: Period, value: Value) -> Self {
        Self { period, value, flags: ValueFlags::default(), released: true }
    }
}

impl From<&Observation> for SeriesPoint {
    fn from(o: &Observation) -> Self {
        Self { period: o.period, value: o.value, flags: o.flags, released: true }
    }
}

/// The columns of some points, owned.
#[derive(Default)]
pub(super) struct PointColumns {
    period: Vec<i32>,
    state: Vec<u8>,
    flags: Vec<u8>,
    lo: Vec<f64>,
    hi: Vec<f64>,
}

impl PointColumns {
    pub(super) fn from_points(points: &[SeriesPoint]) -> Self {
        let mut columns = Self::default();
        for point in points {
            let (lo, hi) = point.value.bounds().unwrap_or((f64::NAN, f64::NAN));
            columns.period.push(point.period.ordinal);
            columns.state.push(point.value.state() as u8);
            columns.flags.push(point.flags.0);
            columns.lo.push(lo);
            columns.hi.push(hi);
        }
        columns
    }

    pub(super) fn as_series(&self) -> StatusSeries<'_> {
        StatusSeries { period: &self.period, state: &self.state, flags: &self.flags, lo: &self.lo, hi: &self.hi }
    }
}

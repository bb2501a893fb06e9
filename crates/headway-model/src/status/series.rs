//! One series as the methods read it.

use super::{Interval, Status};
use crate::{Flags, Observation, Period, State, Value};

/// One series in columns, as the lake stores it: all of one length, in any order, one entry a period.
#[derive(Clone, Copy, Debug, Default)]
pub struct Series<'a> {
    /// Ordinal of the period.
    pub period: &'a [i32],
    /// [`State`] as its number.
    pub state: &'a [u8],
    /// [`Flags`].
    pub flags: &'a [u8],
    /// Exact value or lower bound; NaN where there is none.
    pub lo: &'a [f64],
    /// Exact value or upper bound; NaN where there is none.
    pub hi: &'a [f64],
}

impl Series<'_> {
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
    pub fn latest(&self, completed: i32, gaps: &[i32]) -> Option<i32> {
        self.newest(completed, gaps, |i| self.usable(i) || self.without_figure(i).is_some())
    }

    /// The status of entry `i` where it is a result that holds no number.
    pub(super) fn without_figure(&self, i: usize) -> Option<Status> {
        if self.has(i, Flags::SO_FAR) {
            return None;
        }
        State::of_number(self.state[i]).and_then(Status::without_figure)
    }

    /// Ordinal of the latest period with a number.
    pub(super) fn latest_number(&self, completed: i32, gaps: &[i32]) -> Option<i32> {
        self.newest(completed, gaps, |i| self.usable(i))
    }

    fn newest(&self, completed: i32, gaps: &[i32], counts: impl Fn(usize) -> bool) -> Option<i32> {
        let seen = |i: &usize| counts(*i) && self.period[*i] <= completed && !gaps.contains(&self.period[*i]);
        (0..self.len()).filter(seen).map(|i| self.period[i]).max()
    }

    /// What entry `i` is known to be, open ends infinite; `None` where it holds no number.
    pub(super) fn bounds(&self, i: usize) -> Option<Interval> {
        let state = State::of_number(self.state[i])?;
        let (lo, hi) = Value::of_stored(state, self.lo[i], self.hi[i]).bounds()?;
        (!lo.is_nan() && !hi.is_nan()).then_some(Interval { lo, hi })
    }

    /// Whether entry `i` holds a number ([`Series::bounds`] gives it) that counts.
    #[inline]
    pub(super) fn usable(&self, i: usize) -> bool {
        !self.has(i, Flags::SO_FAR) && self.holds_number(i)
    }

    #[inline]
    fn holds_number(&self, i: usize) -> bool {
        match self.state[i] {
            s if s == State::Exact as u8 || s == State::AtLeast as u8 => !self.lo[i].is_nan(),
            s if s == State::AtMost as u8 => !self.hi[i].is_nan(),
            s if s == State::Range as u8 => !self.lo[i].is_nan() && !self.hi[i].is_nan(),
            _ => false,
        }
    }

    /// Whether the publisher said anything for entry `i`, be it that the value is hidden. A figure so far is no report.
    #[inline]
    pub(super) fn reported(&self, i: usize) -> bool {
        !self.has(i, Flags::SO_FAR)
            && self.state[i] != State::Missing as u8
            && self.state[i] != State::NotReported as u8
    }

    pub(super) fn has(&self, i: usize, flag: Flags) -> bool {
        Flags(self.flags[i]).has(flag)
    }
}

/// One result of a series, for the way in that is meant for people.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// The period.
    pub period: Period,
    /// What is known.
    pub value: Value,
    /// What else is known.
    pub flags: Flags,
    /// Whether it has been released. A figure can be known and not released; `gpra` takes it as pending then.
    pub released: bool,
}

impl Point {
    /// A released value without flags.
    pub fn new(period: Period, value: Value) -> Self {
        Self { period, value, flags: Flags::default(), released: true }
    }
}

impl From<&Observation> for Point {
    fn from(o: &Observation) -> Self {
        Self { period: o.period, value: o.value, flags: o.flags, released: true }
    }
}

/// The columns of some points, owned.
#[derive(Default)]
pub(super) struct Columns {
    period: Vec<i32>,
    state: Vec<u8>,
    flags: Vec<u8>,
    lo: Vec<f64>,
    hi: Vec<f64>,
}

impl Columns {
    pub(super) fn of(points: &[Point]) -> Self {
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

    pub(super) fn series(&self) -> Series<'_> {
        Series { period: &self.period, state: &self.state, flags: &self.flags, lo: &self.lo, hi: &self.hi }
    }
}

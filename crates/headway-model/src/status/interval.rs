//! A number that may be known only as a range.

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

/// From `lo` to `hi`, both included; one number when they are equal; infinite where an end is open; NaN where nothing is
/// known ([`ValueInterval::NONE`]).
///
/// In JSON: a number, or `{"lo": …, "hi": …}` with null for an open end, or null.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ValueInterval {
    /// Lowest possible.
    pub lo: f64,
    /// Highest possible.
    pub hi: f64,
}

impl ValueInterval {
    /// Nothing is known.
    pub const NONE: Self = Self { lo: f64::NAN, hi: f64::NAN };

    /// One number.
    pub fn from_number(x: f64) -> Self {
        Self { lo: x, hi: x }
    }

    /// The number, when there is one.
    pub fn exact_number(self) -> Option<f64> {
        (self.lo == self.hi && self.lo.is_finite()).then_some(self.lo)
    }

    /// Whether nothing is known.
    pub fn is_none(self) -> bool {
        self.lo.is_nan()
    }

    /// The smallest interval that holds all of `numbers`; [`ValueInterval::NONE`] if there are none or one is NaN.
    pub(super) fn hull_of(numbers: impl IntoIterator<Item = f64>) -> Self {
        let mut hull: Option<Self> = None;
        for x in numbers {
            if x.is_nan() {
                return Self::NONE;
            }
            hull = Some(match hull {
                None => Self::from_number(x),
                Some(h) => Self { lo: h.lo.min(x), hi: h.hi.max(x) },
            });
        }
        hull.unwrap_or(Self::NONE)
    }
}

impl Serialize for ValueInterval {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let end = |x: f64| x.is_finite().then_some(x);
        if self.is_none() || (self.lo.is_infinite() && self.hi.is_infinite()) {
            return serializer.serialize_none();
        }
        if let Some(x) = self.exact_number() {
            return serializer.serialize_f64(x);
        }
        let mut ends = serializer.serialize_struct("Interval", 2)?;
        ends.serialize_field("lo", &end(self.lo))?;
        ends.serialize_field("hi", &end(self.hi))?;
        ends.end()
    }
}

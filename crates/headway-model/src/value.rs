//! A value is not a number.

use serde::{Deserialize, Serialize};

/// What was published for one observation. Suppressed, missing and zero are three things everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum Value {
    /// A number.
    Exact {
        /// The number, in the measure's unit.
        value: f64,
    },
    /// Somewhere from `lo` to `hi`, both included (`21-39`).
    Range {
        /// Lowest possible.
        lo: f64,
        /// Highest possible.
        hi: f64,
    },
    /// `lo` or more (`GE95`).
    AtLeast {
        /// Lowest possible.
        lo: f64,
    },
    /// `hi` or less (`LE5`); a strict bound (`LT50`, `<5`) is kept as its bound, flagged [`ValueFlags::STRICT`].
    AtMost {
        /// Highest possible.
        hi: f64,
    },
    /// Known to the publisher, hidden for privacy.
    Suppressed,
    /// The students were not tested.
    NotTested,
    /// The measure does not apply here.
    NotApplicable,
    /// Due, and the publisher has not reported it.
    NotReported,
    /// Nothing is there, and nobody says why.
    Missing,
}

/// The state of a value without its numbers: what the lake stores beside them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum ValueState {
    /// See [`Value::Exact`].
    Exact = 0,
    /// See [`Value::Range`].
    Range = 1,
    /// See [`Value::AtLeast`].
    AtLeast = 2,
    /// See [`Value::AtMost`].
    AtMost = 3,
    /// See [`Value::Suppressed`].
    Suppressed = 4,
    /// See [`Value::NotTested`].
    NotTested = 5,
    /// See [`Value::NotApplicable`].
    NotApplicable = 6,
    /// See [`Value::NotReported`].
    NotReported = 7,
    /// See [`Value::Missing`].
    Missing = 8,
}

/// What else is known of a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ValueFlags(pub u8);

impl ValueFlags {
    /// Published as preliminary.
    pub const PROVISIONAL: Self = Self(1);
    /// The publisher restated it.
    pub const REVISED: Self = Self(2);
    /// Not comparable with the periods before.
    pub const BREAK: Self = Self(4);
    /// The number stands in for a mask (`95.0` for "more than 95").
    pub const STAND_IN: Self = Self(8);
    /// The bound itself is excluded (`LT50`).
    pub const STRICT: Self = Self(16);
    /// Partial by its profile (`whole_from`): it became known too early to tell of the whole period. A figure so far, which
    /// decides nothing, however much time has passed since. Stored by the year end known at the import; an answer decides it anew
    /// by the plan in force ([`crate::SoFar`]).
    pub const SO_FAR: Self = Self(32);

    /// Whether all of `other` is set.
    pub fn has_all(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Without `other`.
    #[must_use]
    pub fn without_flags(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Both together.
    #[must_use]
    pub fn with_flags(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl ValueFlags {
    /// Each flag with its word in files and tables.
    const WORDS: [(Self, &'static str); 6] = [
        (Self::PROVISIONAL, "preliminary"),
        (Self::REVISED, "revised"),
        (Self::BREAK, "break"),
        (Self::STAND_IN, "stand-in"),
        (Self::STRICT, "bound excluded"),
        (Self::SO_FAR, "so far"),
    ];

    /// The flags that are set, in words: `preliminary; bound excluded`. Empty where none is.
    pub fn label_text(self) -> String {
        let set = Self::WORDS.into_iter().filter(|(flag, _)| self.has_all(*flag)).map(|(_, word)| word);
        set.collect::<Vec<_>>().join("; ")
    }
}

/// The percent that `numerator` is of `denominator`: the one rule by which counts make a rate. The product comes first, so that
/// a rate which a decimal writes exactly is that decimal: 657 of 1,000 is 65.7 to the last bit.
pub fn percent_of(numerator: f64, denominator: f64) -> f64 {
    100.0 * numerator / denominator
}

impl ValueState {
    /// Every state, in the order of its number.
    pub const ALL: [Self; 9] = [
        Self::Exact,
        Self::Range,
        Self::AtLeast,
        Self::AtMost,
        Self::Suppressed,
        Self::NotTested,
        Self::NotApplicable,
        Self::NotReported,
        Self::Missing,
    ];

    /// The state stored as `number`.
    pub fn of_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// What a value is in one word: its state's id; a bound that is itself excluded (`strict`) is `less-than` or `more-than`.
    pub fn kind_id(self, strict: bool) -> &'static str {
        match (self, strict) {
            (Self::AtLeast, true) => "more-than",
            (Self::AtMost, true) => "less-than",
            (state, _) => state.id(),
        }
    }

    /// The state's id in JSON and CSV.
    pub fn id(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Range => "range",
            Self::AtLeast => "at-least",
            Self::AtMost => "at-most",
            Self::Suppressed => "suppressed",
            Self::NotTested => "not-tested",
            Self::NotApplicable => "not-applicable",
            Self::NotReported => "not-reported",
            Self::Missing => "missing",
        }
    }
}

impl Value {
    /// The state without the numbers.
    pub fn state(self) -> ValueState {
        match self {
            Self::Exact { .. } => ValueState::Exact,
            Self::Range { .. } => ValueState::Range,
            Self::AtLeast { .. } => ValueState::AtLeast,
            Self::AtMost { .. } => ValueState::AtMost,
            Self::Suppressed => ValueState::Suppressed,
            Self::NotTested => ValueState::NotTested,
            Self::NotApplicable => ValueState::NotApplicable,
            Self::NotReported => ValueState::NotReported,
            Self::Missing => ValueState::Missing,
        }
    }

    /// What the value is in one word: [`ValueState::kind_id`].
    pub fn kind_id(self, flags: ValueFlags) -> &'static str {
        self.state().kind_id(flags.has_all(ValueFlags::STRICT))
    }

    /// The number, when it is exactly known. A range has none: a midpoint is never taken silently.
    pub fn exact_number(self) -> Option<f64> {
        match self {
            Self::Exact { value } => Some(value),
            _ => None,
        }
    }

    /// This published percent as its own counts make it, where both are known: a source rounds its rate, and a rounded rate may
    /// lie on the other side of a target than the students do. What is no exact number stays as it was published.
    #[must_use]
    pub fn by_counts(self, numerator: Option<f64>, denominator: Option<f64>) -> Self {
        match (self, numerator, denominator) {
            (Self::Exact { .. }, Some(k), Some(n)) if k.is_finite() && n > 0.0 => {
                Self::Exact { value: percent_of(k, n) }
            }
            _ => self,
        }
    }

    /// Lowest and highest possible number, infinite where the bound is open; `None` where nothing is known.
    pub fn bounds(self) -> Option<(f64, f64)> {
        match self {
            Self::Exact { value } => Some((value, value)),
            Self::Range { lo, hi } => Some((lo, hi)),
            Self::AtLeast { lo } => Some((lo, f64::INFINITY)),
            Self::AtMost { hi } => Some((f64::NEG_INFINITY, hi)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percent_is_what_its_counts_make() {
        let check = |value: Value, counts: (Option<f64>, Option<f64>), expected: Value| {
            assert_eq!(value.by_counts(counts.0, counts.1), expected, "{value:?} with {counts:?}");
        };
        let exact = |value| Value::Exact { value };
        check(exact(66.0), (Some(657.0), Some(1000.0)), exact(65.7));
        check(exact(66.0), (Some(6596.0), Some(10_000.0)), exact(65.96));
        check(exact(66.0), (None, Some(1000.0)), exact(66.0));
        check(exact(66.0), (Some(657.0), None), exact(66.0));
        check(exact(0.0), (Some(0.0), Some(0.0)), exact(0.0));
        check(Value::AtLeast { lo: 95.0 }, (Some(97.0), Some(100.0)), Value::AtLeast { lo: 95.0 });
        check(Value::Suppressed, (Some(3.0), Some(9.0)), Value::Suppressed);
    }
}

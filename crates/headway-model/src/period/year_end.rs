//! The day on which an agency's years end.

use std::fmt;

use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};

/// The day of the year on which a measure's years end, where it is not the usual one: written `09-30`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, schemars::JsonSchema)]
#[schemars(with = "String", extend("format" = "month-day"))]
pub struct YearEnd {
    month: i8,
    day: i8,
}

/// A text that is not a day of the year.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{text}” is not a day of the year: write month and day, like 09-30")]
pub struct YearEndError {
    /// The text as found.
    pub text: String,
}

impl YearEnd {
    /// Reads `09-30`, also as ISO 8601 writes it (`--09-30`).
    ///
    /// # Errors
    /// [`YearEndError`] for anything else.
    pub fn parse(text: &str) -> Result<Self, YearEndError> {
        let fail = || YearEndError { text: text.to_owned() };
        let plain = text.trim();
        let (month, day) = plain.strip_prefix("--").unwrap_or(plain).split_once('-').ok_or_else(fail)?;
        let (month, day): (i8, i8) = (month.parse().map_err(|_| fail())?, day.parse().map_err(|_| fail())?);
        // A leap year has every day.
        Date::new(2024, month, day).map(|_| Self { month, day }).map_err(|_| fail())
    }

    /// That day of a year; the last of February where the year has no 29th.
    pub(super) fn day_in_year(self, year: i16) -> Date {
        let last = date(year, self.month, 1).last_of_month();
        date(year, self.month, self.day.min(last.day()))
    }
}

impl fmt::Display for YearEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}-{:02}", self.month, self.day)
    }
}

impl Serialize for YearEnd {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for YearEnd {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

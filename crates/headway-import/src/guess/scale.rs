//! How the numbers of a column are to be read, where they and the header leave no choice.

use std::collections::BTreeSet;

use headway_model::StudentGroup;

use super::sample::FileSample;
use crate::read::{parse_amount, parse_number};

/// A scale with the reason for it.
#[derive(Clone, Debug, Default)]
pub(super) struct GuessedScale {
    /// `?` where several fit.
    pub(super) id: &'static str,
    pub(super) why: String,
    /// Nothing else fits; else a person has to confirm it.
    pub(super) proved: bool,
}

impl GuessedScale {
    /// One that nothing but a convention speaks for.
    pub(super) fn likely(id: &'static str, why: impl Into<String>) -> Self {
        Self { id, why: why.into(), proved: false }
    }

    /// One for which everything seen speaks.
    pub(super) fn proved(id: &'static str, why: impl Into<String>) -> Self {
        Self { id, why: why.into(), proved: true }
    }
}

/// What the numbers of a column look like.
struct ColumnNumbers {
    count: usize,
    low: f64,
    high: f64,
    whole: bool,
    /// How many are above 0 and at most 1, and how many above 1.
    small: usize,
    large: usize,
}

impl ColumnNumbers {
    fn from_values(numbers: &[f64]) -> Self {
        let (low, high) =
            numbers.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), n| (low.min(*n), high.max(*n)));
        Self {
            count: numbers.len(),
            low,
            high,
            whole: numbers.iter().all(|n| n.fract() == 0.0),
            small: numbers.iter().filter(|n| **n > 0.0 && **n <= 1.0).count(),
            large: numbers.iter().filter(|n| **n > 1.0).count(),
        }
    }
}

/// The scale of columns that share a rule; proved when their numbers and their header leave no choice.
pub(super) fn guess_scale(sample: &FileSample, columns: &[usize], header: &str) -> GuessedScale {
    let texts = || columns.iter().flat_map(|&column| sample.column_texts(column));
    let numbers: Vec<_> = texts().filter_map(parse_number).collect();
    let dollars = texts().filter(|text| text.contains('$') && parse_amount(text).is_some()).count();
    if dollars > 0 && dollars * 2 > numbers.len() {
        let bare = texts().filter(|text| !text.contains('$') && parse_number(text).is_some()).count();
        return match bare {
            0 => GuessedScale::proved("currency", "amounts with a dollar sign"),
            bare => {
                GuessedScale::likely("currency", format!("amounts with a dollar sign, and {bare} numbers without one"))
            }
        };
    }
    if numbers.is_empty() {
        return GuessedScale::likely("?", "no plain number in the column");
    }
    let signs = numbers.iter().filter(|n| n.percent).count();
    if signs == numbers.len() {
        return GuessedScale::proved("percent", "every number has a percent sign");
    }
    let values: Vec<f64> = numbers.iter().map(|n| n.shifted_value(0)).collect();
    let seen = ColumnNumbers::from_values(&values);
    if signs > 0 && seen.high <= 100.0 {
        let bare: Vec<f64> = numbers.iter().filter(|n| !n.percent).map(|n| n.shifted_value(0)).collect();
        return with_some_signs(&ColumnNumbers::from_values(&bare));
    }
    of_words(&seen, &HeaderWords::of_header(header))
}

/// Some numbers have a percent sign; `bare` are those without.
fn with_some_signs(bare: &ColumnNumbers) -> GuessedScale {
    match (bare.small, bare.large) {
        (0, _) => {
            GuessedScale::likely("percent", format!("percents with a sign, and {} numbers without one", bare.count))
        }
        (small, 0) => {
            GuessedScale::likely("signed", format!("percents with a sign, and {small} fractions without one"))
        }
        _ => GuessedScale::likely("mixed", "percents with and without a sign, and some that may be fractions"),
    }
}

/// What the words of the header and the numbers say together.
fn of_words(seen: &ColumnNumbers, words: &HeaderWords) -> GuessedScale {
    let ColumnNumbers { low, high, small, large, whole, .. } = *seen;
    if (words.percent || words.rate) && !words.other && low >= 0.0 && high <= 100.0 {
        return if large == 0 {
            // 0.8 may be 80 percent, and a dropout rate of 0.8 percent.
            GuessedScale::likely("?", format!("numbers from {low} to {high}: percent or fraction"))
        } else if small > 0 && small >= large {
            let all = small + large;
            let seen = format!("numbers go up to {high}, but {small} of {all} above 0 are 1 or less");
            GuessedScale::likely("?", format!("{seen}: percent, fraction or mixed"))
        } else if words.percent {
            GuessedScale::proved("percent", format!("the header says percent, numbers go up to {high}"))
        } else {
            GuessedScale::likely("percent", format!("the header says rate, numbers go up to {high}"))
        };
    }
    if low >= 0.0 && whole && !words.percent && !words.rate && !words.other {
        if words.count {
            return GuessedScale::proved("count", "whole numbers, and the header counts");
        } else if words.total {
            return GuessedScale::likely("count", "whole numbers, and the header may count");
        }
    }
    let any = "percent, fraction, signed, mixed, count, number or currency";
    GuessedScale::likely("?", format!("numbers from {low} to {high}: {any}"))
}

/// What the words of a header say of its numbers.
struct HeaderWords {
    percent: bool,
    rate: bool,
    /// It counts, or may count.
    count: bool,
    total: bool,
    /// It is neither a share nor a count, whatever else it says: scores, ratios, amounts.
    other: bool,
}

impl HeaderWords {
    fn of_header(header: &str) -> Self {
        let lower = header.to_lowercase();
        let words: BTreeSet<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|it| !it.is_empty()).collect();
        let any = |some: &[&str]| some.iter().any(|word| words.contains(word));
        let last = lower.split(|c: char| !c.is_alphanumeric()).rfind(|it| !it.is_empty());
        let ends = |some: &[&str]| last.is_some_and(|last| some.contains(&last));
        // “All Students” says who, and not that they are counted.
        let is_group = words.len() > 1 && StudentGroup::from_spelling(header).is_some();
        Self {
            percent: lower.contains('%') || any(&["percent", "percentage", "pct", "perc"]) || ends(&["per"]),
            rate: any(&["rate", "rates", "share"]),
            count: lower.contains('#')
                || !is_group
                    && any(&["number", "num", "count", "enrollment", "enrolment", "enrolled", "students", "pupils"])
                || ends(&["n"]),
            total: any(&["total", "cohort", "tested", "enroll", "graduates", "assessed", "teachers"]),
            other: (!ends(&["per"]) && any(&["per", "perpupil"]))
                || any(&[
                    "score",
                    "scores",
                    "average",
                    "avg",
                    "mean",
                    "median",
                    "ratio",
                    "rank",
                    "index",
                    "percentile",
                    "pctl",
                    "expense",
                    "revenue",
                    "revenues",
                    "expenditure",
                    "expenditures",
                    "cost",
                    "income",
                    "salary",
                    "spending",
                    "change",
                    "grade",
                ]) && !lower.contains('%')
                    && !any(&["percent", "percentage", "pct"]),
        }
    }
}

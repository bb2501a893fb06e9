//! How the numbers of a column are to be read, where they and the header leave no choice.

use super::sample::Sample;
use crate::read::{amount, number};

/// The scale of columns that share a rule, when their numbers and their header leave no choice.
pub(super) fn scale(sample: &Sample, columns: &[usize], header: &str) -> (&'static str, String) {
    let texts = || columns.iter().flat_map(|&column| sample.texts(column));
    let numbers: Vec<_> = texts().filter_map(number).collect();
    let dollars = texts().filter(|text| text.contains('$') && amount(text).is_some()).count();
    let signs = numbers.iter().filter(|n| n.percent).count();
    let (low, high) = numbers
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), n| (low.min(n.value(0)), high.max(n.value(0))));
    let whole = numbers.iter().all(|n| n.value(0).fract() == 0.0);
    let header = header.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| header.contains(word));
    let says_percent = says(&["%", "percent", "pct", "_per", "rate"]);
    let says_count =
        says(&["#", "number", "count", "_num", "_n", "total", "enroll", "students", "cohort", "tested", "pupils"]);
    if dollars > 0 && dollars * 2 > numbers.len() {
        ("currency", "amounts with a dollar sign".into())
    } else if numbers.is_empty() {
        ("?", "no plain number in the column".into())
    } else if signs == numbers.len() {
        ("percent", "every number has a percent sign".into())
    } else if signs > 0 && high <= 100.0 {
        let bare: Vec<f64> = numbers.iter().filter(|n| !n.percent).map(|n| n.value(0)).filter(|n| *n != 0.0).collect();
        if bare.iter().all(|n| *n <= 1.0) {
            ("signed", "with a percent sign percents, without fractions".into())
        } else if bare.iter().all(|n| *n > 1.0) {
            ("percent", "percents with and without a sign".into())
        } else {
            ("mixed", "percents with and without sign, and some that may be fractions".into())
        }
    } else if says_percent && low >= 0.0 && high <= 100.0 && high > 1.5 {
        ("percent", format!("the header says percent, numbers go up to {high}"))
    } else if says_percent && low >= 0.0 && high <= 1.0 && !whole {
        ("fraction", format!("the header says percent, numbers go up to {high}"))
    } else if says_count && !says_percent && low >= 0.0 && whole {
        ("count", "whole numbers, and the header counts".into())
    } else {
        ("?", format!("numbers from {low} to {high}: percent, fraction, signed, mixed, count, number or currency"))
    }
}

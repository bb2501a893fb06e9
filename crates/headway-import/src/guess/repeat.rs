//! Rows that have the key of another row: a part of the key is missing, and perhaps a column has it.

use std::collections::HashSet;

use super::column::Role;
use super::sample::Sample;

/// Columns with more different texts than this tell rows apart without being a part of the key.
const MOST_TEXTS: usize = 60;

/// How many rows have the key of another row.
pub(super) struct Repeated {
    pub(super) rows: usize,
    /// The column that tells (nearly) all of them apart, if there is one.
    pub(super) column: Option<usize>,
}

/// Looks for rows that share place, group, grade, period and whatever else the key has; a few are not told.
pub(super) fn repeated(sample: &Sample, roles: &[Role], unit: Option<usize>) -> Option<Repeated> {
    let in_key = |column: &usize| {
        Some(*column) == unit
            || matches!(roles[*column], Role::Period | Role::Group | Role::Grade | Role::Measure | Role::Format)
    };
    let mut key: Vec<usize> = (0..sample.width()).filter(in_key).collect();
    let rows = doubled(sample, &key);
    if rows * 50 <= sample.rows.len() {
        return None;
    }
    let mut best = None;
    for column in (0..sample.width()).filter(|column| !in_key(column)) {
        let texts: HashSet<&str> = sample.texts(column).collect();
        if texts.len() < 2 || texts.len() > MOST_TEXTS {
            continue;
        }
        key.push(column);
        let left = doubled(sample, &key);
        key.pop();
        if left * 20 <= rows && best.is_none_or(|(fewest, _)| left < fewest) {
            best = Some((left, column));
        }
    }
    Some(Repeated { rows, column: best.map(|(_, column)| column) })
}

fn doubled(sample: &Sample, key: &[usize]) -> usize {
    let cell = |row: &'_ [String], column: usize| row.get(column).cloned().unwrap_or_default();
    let keys: HashSet<Vec<String>> =
        sample.rows.iter().map(|row| key.iter().map(|&column| cell(row, column)).collect()).collect();
    sample.rows.len() - keys.len()
}

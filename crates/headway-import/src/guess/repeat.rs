//! Rows that have the key of another row: a part of the key is missing, and perhaps a column has it.

use std::collections::HashSet;

use super::column::ColumnRole;
use super::sample::FileSample;

/// Columns with more different texts than this tell rows apart without being a part of the key.
const MOST_TEXTS: usize = 60;

/// So many columns more are tried.
const MOST_COLUMNS: usize = 3;

/// How many rows have the key of another row.
pub(super) struct RepeatedKeys {
    pub(super) rows: usize,
    /// The columns that tell (nearly) all of them apart together; empty when none do.
    pub(super) columns: Vec<usize>,
}

/// Looks for rows that share place, group, grade, period and whatever else the key has; a few are not told.
pub(super) fn find_repeated(sample: &FileSample, roles: &[ColumnRole], place: Option<usize>) -> Option<RepeatedKeys> {
    let in_key = |column: &usize| {
        Some(*column) == place
            || matches!(
                roles[*column],
                ColumnRole::Period | ColumnRole::Group | ColumnRole::Grade | ColumnRole::Measure | ColumnRole::Format
            )
    };
    let mut key: Vec<usize> = (0..sample.width()).filter(in_key).collect();
    let rows = count_repeated(sample, &key);
    if rows * 50 <= sample.rows.len() {
        return None;
    }
    let may_tell = |column: &usize| {
        let texts: HashSet<&str> = sample.column_texts(*column).collect();
        // Numbers that hardly come again are results.
        let few = roles[*column] != ColumnRole::Value || texts.len() * 10 <= sample.rows.len();
        !texts.is_empty() && texts.len() <= MOST_TEXTS && few
    };
    let mut others: Vec<usize> = (0..sample.width()).filter(|column| !in_key(column)).filter(may_tell).collect();
    // Many columns, many pairs: a file of that width is for a person.
    others.truncate(200);
    let mut columns = Vec::new();
    let mut left = rows;
    while left * 20 > rows && columns.len() < MOST_COLUMNS {
        let with = |key: &[usize], column: usize| count_repeated(sample, &[key, &[column]].concat());
        let best = others.iter().map(|&column| (with(&key, column), column)).min();
        let Some((fewer, column)) = best.filter(|(fewer, _)| *fewer < left) else { break };
        left = fewer;
        key.push(column);
        columns.push(column);
        others.retain(|&other| other != column);
    }
    if left * 20 > rows {
        columns.clear();
    }
    Some(RepeatedKeys { rows, columns })
}

fn count_repeated(sample: &FileSample, key: &[usize]) -> usize {
    let keys: HashSet<Vec<&str>> = sample.rows.iter().map(|row| key_cells(row, key)).collect();
    sample.rows.len() - keys.len()
}

fn key_cells<'r>(row: &'r [String], columns: &[usize]) -> Vec<&'r str> {
    columns.iter().map(|&column| row.get(column).map_or("", String::as_str)).collect()
}

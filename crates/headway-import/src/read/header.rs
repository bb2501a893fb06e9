//! Finds the header of a sheet and names its columns.

use crate::hash::FastMap;
use crate::profile::{ImportProfile, fold_text};

/// How many rows are looked at for the header.
pub(crate) const HEAD_ROWS: usize = 60;

/// No table of results has more columns; the widest of agencies have some thousands.
pub(crate) const MOST_COLUMNS: usize = 100_000;

/// A sheet's header.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SheetHeader {
    /// The columns' names, single-spaced; a name that comes again is `name [2]`.
    pub(crate) names: Vec<String>,
    /// Where each name is, in lower case.
    by_name: FastMap<String, usize>,
    /// Number of its first row; 0 for a file without one.
    pub(crate) row: u64,
    /// How many rows up to and with the header are no data.
    pub(crate) rows_above: usize,
    /// The texts above it.
    pub(crate) titles: Vec<String>,
}

/// The first rows of a sheet: number and cells.
pub(crate) type HeadRow = (u64, Vec<String>);

impl SheetHeader {
    /// Finds the header by the columns that the profile names.
    ///
    /// # Errors
    /// Which columns are missing from the row that comes nearest.
    pub(crate) fn find_in_head(profile: &ImportProfile, head: &[HeadRow]) -> Result<Self, String> {
        if let Some((number, cells)) = head.iter().find(|(_, cells)| cells.len() > MOST_COLUMNS) {
            return Err(format!("row {number} has {} cells; a table has {MOST_COLUMNS} columns at most", cells.len()));
        }
        let rows = profile.table.header.0;
        if rows == 0 {
            let names: Vec<String> = profile.table.names.iter().map(|name| single_spaced(name)).collect();
            return Ok(Self { by_name: by_name(&names), names, ..Self::default() });
        }
        let mut nearest: Option<(usize, Self, Vec<String>)> = None;
        for start in 0..head.len() {
            if profile.table.header_at.is_some_and(|at| head[start].0 != at) || start + rows > head.len() {
                continue;
            }
            let header = Self::at_row(head, start, rows);
            let missing = header.missing_columns(profile);
            if missing.is_empty() {
                return Ok(header);
            }
            if nearest.as_ref().is_none_or(|(_, _, fewest)| missing.len() < fewest.len()) {
                nearest = Some((start, header, missing));
            }
        }
        match nearest {
            None => Err("no row is left for the header".into()),
            Some((_, header, missing)) => Err(header.say_missing(&missing)),
        }
    }

    /// The header whose first row is the `start`th of the head.
    pub(crate) fn at_row(head: &[HeadRow], start: usize, rows: usize) -> Self {
        let group = &head[start..start + rows];
        let width = group.iter().map(|(_, cells)| cells.len()).max().unwrap_or(0);
        let mut filled: Vec<Vec<String>> = Vec::with_capacity(rows);
        for row in 0..rows {
            filled.push(fill_right(group, row, filled.last(), width));
        }
        let mut names: Vec<String> = Vec::with_capacity(width);
        let mut times: FastMap<String, usize> = FastMap::default();
        for column in 0..width {
            let mut parts: Vec<&str> = Vec::new();
            for row in &filled {
                // A cell merged down the side says the same twice.
                if !row[column].is_empty() && parts.last() != Some(&row[column].as_str()) {
                    parts.push(&row[column]);
                }
            }
            let name = parts.join(" ");
            let count = times.entry(name.clone()).or_default();
            *count += 1;
            names.push(if *count > 1 && !name.is_empty() { format!("{name} [{count}]") } else { name });
        }
        let titles =
            head[..start].iter().flat_map(|(_, cells)| cells).map(|c| single_spaced(c)).filter(|c| !c.is_empty());
        Self { by_name: by_name(&names), names, row: head[start].0, rows_above: start + rows, titles: titles.collect() }
    }

    /// The column of this header or short name.
    pub(crate) fn find_column(&self, profile: &ImportProfile, name: &str) -> Option<usize> {
        let wanted = |header: &str| self.by_name.get(&fold_text(header)).copied();
        match profile.columns.get(name) {
            Some(headers) => headers.texts().iter().find_map(|header| wanted(header)),
            None => wanted(name),
        }
    }

    /// What the profile needs and this header lacks.
    fn missing_columns(&self, profile: &ImportProfile) -> Vec<String> {
        let mut missing = Vec::new();
        for (name, headers) in &profile.columns {
            if !profile.table.optional.contains(name) && self.find_column(profile, name).is_none() {
                missing.push(headers.texts().join("” or “"));
            }
        }
        for rule in profile.values.iter().filter(|rule| !rule.optional) {
            if let Some(column) = &rule.column
                && !profile.columns.contains_key(column)
                && self.find_column(profile, column).is_none()
            {
                missing.push(column.clone());
            }
            if let Some(pattern) = &rule.pattern
                && !self.names.iter().any(|name| pattern.find_whole(name).is_some())
            {
                missing.push(format!("{} (pattern)", pattern.as_written()));
            }
        }
        missing
    }

    fn say_missing(&self, missing: &[String]) -> String {
        let mut text = format!("no row has all columns of the profile; row {} comes nearest, and lacks ", self.row);
        for (i, name) in missing.iter().take(5).enumerate() {
            text.push_str(if i > 0 { ", " } else { "" });
            text.push_str(&format!("“{name}”"));
            let near = self
                .names
                .iter()
                .map(|have| (strsim::jaro_winkler(&fold_text(have), &fold_text(name)), have))
                .max_by(|a, b| a.0.total_cmp(&b.0));
            if let Some((likeness, have)) = near
                && likeness > 0.8
            {
                text.push_str(&format!(" (it has “{have}”)"));
            }
        }
        if missing.len() > 5 {
            text.push_str(&format!(" and {} more", missing.len() - 5));
        }
        text
    }
}

fn by_name(names: &[String]) -> FastMap<String, usize> {
    // Of equal names (they differ in case only) the first.
    names.iter().enumerate().rev().map(|(column, name)| (fold_text(name), column)).collect()
}

/// A group header stands above several columns: where its row is empty and a row below is not, it goes on to the right, as far as
/// the group above it does.
fn fill_right(group: &[HeadRow], row: usize, above: Option<&Vec<String>>, width: usize) -> Vec<String> {
    let cell = |row: usize, column: usize| group[row].1.get(column).map_or(String::new(), |c| single_spaced(c));
    let mut filled: Vec<String> = Vec::with_capacity(width);
    for column in 0..width {
        let own = cell(row, column);
        let below = (row + 1..group.len()).any(|r| !cell(r, column).is_empty());
        let same_group = column > 0 && above.is_none_or(|above| above[column] == above[column - 1]);
        filled.push(if own.is_empty() && below && same_group { filled[column - 1].clone() } else { own });
    }
    filled
}

fn single_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rows: &[&[&str]], expected: &[&str]) {
        let head: Vec<HeadRow> =
            rows.iter().enumerate().map(|(i, r)| (i as u64 + 1, r.iter().map(|c| (*c).to_owned()).collect())).collect();
        assert_eq!(SheetHeader::at_row(&head, 0, rows.len()).names, expected);
    }

    #[test]
    fn names_columns() {
        check(&[&["High Needs #", "High Needs #", " A\u{a0} B "]], &["High Needs #", "High Needs # [2]", "A B"]);
        check(
            &[&["SCHOOL", "Low Income", "", "Female", ""], &["", "#", "%", "#", "%"]],
            &["SCHOOL", "Low Income #", "Low Income %", "Female #", "Female %"],
        );
        check(&[&["Region", "8th Grade"], &["Region", "(FY 1997)"]], &["Region", "8th Grade (FY 1997)"]);
    }
}

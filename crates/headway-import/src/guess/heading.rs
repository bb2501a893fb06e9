//! Finds the header of a file that nobody has described, by what it looks like.

use super::convention::usual_meaning;
use crate::profile::parse_band;
use crate::read::{HeadRow, parse_number};

/// Where the header begins, and how many rows it has. Titles stand alone in their row; a header is a row of different texts of
/// which some stand above numbers.
pub(super) fn find_header(rows: &[HeadRow]) -> (usize, usize) {
    // A title merged over all columns says the same in each: it counts once.
    let filled = |row: &[String]| {
        let mut texts = row.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
        let first = texts.next();
        let others = texts.clone().count();
        if texts.any(|text| Some(text) != first) { others + 1 } else { usize::from(first.is_some()) }
    };
    let mut widths: Vec<usize> = rows.iter().map(|(_, row)| filled(row)).filter(|&n| n > 0).collect();
    widths.sort_unstable();
    let usual = widths.get(widths.len() / 2).copied().unwrap_or(0);
    let Some(start) = rows.iter().position(|(_, row)| filled(row) * 2 > usual && (filled(row) > 1 || usual < 2)) else {
        return (0, 0);
    };
    // A program that keeps leading zeros puts an apostrophe before them.
    let is_number = |cell: &str| parse_number(cell.trim().trim_start_matches('\'')).is_some();
    let masked = |cell: &str| usual_meaning(cell).is_some() || parse_band(cell).is_some();
    // Rows of words below the first one belong to it, up to the first row with a number.
    let words = |row: &[String]| filled(row) > 0 && !row.iter().any(|cell| is_number(cell));
    let mut count = 1;
    while count < 3
        && let Some((_, below)) = rows.get(start + count)
        && words(below)
        && (filled(&rows[start].1) < below.len() || filled(below) < rows[start].1.len())
        && rows.len() > start + count + 1
        && (group_of_signs(&rows[start..=start + count], below) || below_groups(&rows[start].1, below))
    {
        count += 1;
    }
    let body = &rows[(start + count).min(rows.len())..];
    let above_numbers = (0..rows[start].1.len()).any(|column| {
        let texts: Vec<&str> = body
            .iter()
            .take(200)
            .filter_map(|(_, row)| row.get(column))
            .map(|c| c.trim())
            .filter(|c| !c.is_empty() && (is_number(c) || !masked(c)))
            .collect();
        let numbers = texts.iter().filter(|text| is_number(text)).count();
        numbers * 2 > texts.len() && !is_number(&rows[start].1[column]) && !rows[start].1[column].trim().is_empty()
    });
    let no_numbers = body.iter().take(200).all(|(_, row)| !row.iter().any(|cell| is_number(cell)));
    if above_numbers || no_numbers { (start, count) } else { (start, 0) }
}

/// A row that begins empty, of texts below headers that stand above several columns each: it names the columns of a group.
fn below_groups(above: &[String], row: &[String]) -> bool {
    let text = |cells: &[String], column: usize| cells.get(column).map_or(String::new(), |c| c.trim().to_owned());
    let named = (1..row.len()).filter(|&column| !text(row, column).is_empty());
    let shared = |&column: &usize| text(above, column).is_empty() || text(above, column) == text(above, column - 1);
    text(row, 0).is_empty() && !text(above, 0).is_empty() && named.filter(shared).count() > 0
}

/// A second or third header row says `#` and `%`, a year in brackets, or goes on with a group header above it.
fn group_of_signs(above: &[HeadRow], row: &[String]) -> bool {
    let signs =
        row.iter().map(|c| c.trim()).filter(|c| matches!(*c, "#" | "%" | "N" | "n") || c.starts_with('(')).count();
    let gaps = above[0].1.iter().any(|cell| cell.trim().is_empty()) || row.iter().any(|cell| cell.trim().is_empty());
    signs > 0 && gaps || above[0].1.len() == row.len() && signs * 2 > row.len()
}

//! The decimal mark of a file's numbers, by those that can only be read in one way.

use crate::profile::DecimalMark;
use crate::read::{number_in, parse_number};

/// A number with a decimal comma and one with a decimal point, where there are such.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct DecimalMarks {
    pub(super) comma: Option<String>,
    pub(super) point: Option<String>,
    /// What has a decimal comma, if it is a number, in a column that mostly does without: "6,7" may be grades 6 and 7.
    doubtful: Option<String>,
}

impl DecimalMarks {
    /// Finds them in the columns that hold numbers, and writes decimal points there where all are commas: every other
    /// question reads points.
    pub(super) fn find_in_rows(rows: &mut [Vec<String>]) -> Self {
        let width = rows.iter().map(Vec::len).max().unwrap_or(0);
        let columns: Vec<(usize, DecimalColumn)> =
            (0..width).map(|at| (at, DecimalColumn::from_rows(rows, at))).collect();
        let first =
            |pick: fn(&DecimalColumn) -> Option<&String>| columns.iter().find_map(|(_, column)| pick(column)).cloned();
        let found = Self {
            comma: first(|column| column.comma.as_ref().filter(|_| column.is_proof())),
            point: first(|column| column.point.as_ref()),
            doubtful: first(|column| column.comma.as_ref().filter(|_| column.is_numeric())),
        };
        if found.are_commas() {
            let numeric: Vec<usize> =
                columns.iter().filter(|(_, column)| column.is_numeric()).map(|(at, _)| *at).collect();
            rows.iter_mut().for_each(|row| with_points(row, &numeric));
        }
        found
    }

    /// Whether the comma is the decimal mark of all numbers that show it.
    pub(super) fn are_commas(&self) -> bool {
        self.comma.is_some() && self.point.is_none()
    }

    /// The line of the profile that says so; nothing where points are.
    pub(super) fn profile_line(&self, all_rows_read: bool) -> Option<String> {
        let Some(comma) = &self.comma else {
            let comma = self.doubtful.as_ref()?;
            return Some(format!("# ? decimal = \",\"   if {comma:?} is a number with a decimal comma"));
        };
        Some(match &self.point {
            None => {
                let mark = if all_rows_read { "#" } else { "# ?" };
                format!("decimal = \",\"   {mark} numbers such as {comma:?}, and none with a point")
            }
            Some(point) => {
                format!(
                    "# ? decimal: {comma:?} has a comma, and {point:?} a point; the file can have one decimal mark only"
                )
            }
        })
    }
}

/// What the cells of a column show.
#[derive(Default)]
struct DecimalColumn {
    filled: usize,
    numbers: usize,
    /// Cells with a comma or a point.
    marked: usize,
    comma: Option<String>,
    point: Option<String>,
}

impl DecimalColumn {
    fn from_rows(rows: &[Vec<String>], at: usize) -> Self {
        let mut column = Self::default();
        for text in rows.iter().filter_map(|row| row.get(at)).filter(|text| !text.trim().is_empty()) {
            let (by_point, by_comma) = (parse_number(text).is_some(), number_in(text, DecimalMark::Comma).is_some());
            column.filled += 1;
            column.numbers += usize::from(by_point || by_comma);
            column.marked += usize::from(text.contains([',', '.']));
            match (by_point, by_comma) {
                (false, true) if column.comma.is_none() => column.comma = Some(text.clone()),
                (true, false) if column.point.is_none() => column.point = Some(text.clone()),
                _ => {}
            }
        }
        column
    }

    /// Numbers, perhaps with words for what is hidden.
    fn is_numeric(&self) -> bool {
        self.numbers * 2 >= self.filled
    }

    /// Numbers of which most are written with a mark.
    fn is_proof(&self) -> bool {
        self.is_numeric() && self.marked * 2 >= self.numbers
    }
}

/// Writes decimal points for decimal commas in these columns.
fn with_points(row: &mut [String], columns: &[usize]) {
    for at in columns {
        if let Some(text) = row.get_mut(*at)
            && text.contains([',', '.'])
            && number_in(text, DecimalMark::Comma).is_some()
        {
            *text = text.replace('.', "").replace(',', ".");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_are_decimal_marks_where_no_point_is() {
        let rows = |texts: &[&str]| vec![texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>()];
        let check = |texts: &[&str], commas: bool, read: &[&str]| {
            let mut rows = rows(texts);
            assert_eq!(DecimalMarks::find_in_rows(&mut rows).are_commas(), commas, "{texts:?}");
            assert_eq!(rows[0], read, "{texts:?}");
        };
        check(&["81,5", "1.234,5", "0001", "A, B"], true, &["81.5", "1234.5", "0001", "A, B"]);
        check(&["81.5", "1,234"], false, &["81.5", "1,234"]);
        check(&["81,5", "79.2"], false, &["81,5", "79.2"]);
        check(&["1,234", "5,678"], false, &["1,234", "5,678"]);
    }
    #[test]
    fn grades_in_one_cell_are_no_decimal_comma() {
        let mut rows: Vec<Vec<String>> =
            [["5", "3,682"], ["6,7", "2,118"], ["8", "1,204"]].map(|row| row.map(str::to_owned).to_vec()).to_vec();
        let before = rows.clone();
        let marks = DecimalMarks::find_in_rows(&mut rows);
        assert!(!marks.are_commas() && rows == before);
        assert_eq!(
            marks.profile_line(true).as_deref(),
            Some("# ? decimal = \",\"   if \"6,7\" is a number with a decimal comma")
        );
    }
}

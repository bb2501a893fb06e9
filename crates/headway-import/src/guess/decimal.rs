//! The decimal mark of a file's numbers, by those that can only be read in one way.

use crate::profile::DecimalMark;
use crate::read::{number, number_in};

/// A number with a decimal comma and one with a decimal point, where there are such.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct DecimalMarks {
    pub(super) comma: Option<String>,
    pub(super) point: Option<String>,
}

impl DecimalMarks {
    /// Finds them in the rows, and writes decimal points where all are commas: every other question reads points.
    pub(super) fn of(rows: &mut [Vec<String>]) -> Self {
        let mut found = Self::default();
        for text in rows.iter().flatten().filter(|text| text.contains([',', '.'])) {
            let (by_point, by_comma) = (number(text).is_some(), number_in(text, DecimalMark::Comma).is_some());
            match (by_point, by_comma) {
                (false, true) if found.comma.is_none() => found.comma = Some(text.clone()),
                (true, false) if found.point.is_none() => found.point = Some(text.clone()),
                _ => {}
            }
        }
        if found.are_commas() {
            for text in rows.iter_mut().flatten().filter(|text| text.contains([',', '.'])) {
                if number_in(text, DecimalMark::Comma).is_some() {
                    *text = text.replace('.', "").replace(',', ".");
                }
            }
        }
        found
    }

    /// Whether the comma is the decimal mark of all numbers that show it.
    pub(super) fn are_commas(&self) -> bool {
        self.comma.is_some() && self.point.is_none()
    }

    /// The line of the profile that says so; nothing where points are.
    pub(super) fn line(&self, all_rows_read: bool) -> Option<String> {
        let comma = self.comma.as_ref()?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_are_decimal_marks_where_no_point_is() {
        let rows = |texts: &[&str]| vec![texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>()];
        let check = |texts: &[&str], commas: bool, read: &[&str]| {
            let mut rows = rows(texts);
            assert_eq!(DecimalMarks::of(&mut rows).are_commas(), commas, "{texts:?}");
            assert_eq!(rows[0], read, "{texts:?}");
        };
        check(&["81,5", "1.234,5", "0001", "A, B"], true, &["81.5", "1234.5", "0001", "A, B"]);
        check(&["81.5", "1,234"], false, &["81.5", "1,234"]);
        check(&["81,5", "79.2"], false, &["81,5", "79.2"]);
        check(&["1,234", "5,678"], false, &["1,234", "5,678"]);
    }
}

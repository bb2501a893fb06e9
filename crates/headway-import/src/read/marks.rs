//! A column of marks beside a value.

use std::collections::BTreeMap;

use headway_model::ValueFlags;

use crate::profile::FigureMark;
use crate::table::lined_up;

/// A column of marks, and what they mean.
#[derive(Clone, Debug)]
pub(crate) struct MarkPlan<'p> {
    pub(crate) column: usize,
    pub(crate) marks: &'p BTreeMap<String, FigureMark>,
}

impl MarkPlan<'_> {
    /// The flags that a cell sets: one mark, several with white space, a comma, a semicolon or a slash between them, or written
    /// together (`bp`). `None` when one of them is not known.
    pub(super) fn read_flags(&self, cell: &str) -> Option<ValueFlags> {
        if cell.is_empty() {
            return Some(ValueFlags::default());
        }
        // A mark that is raised is the same mark.
        let known =
            |mark: &str| self.marks.get(mark).or_else(|| self.marks.get(&lined_up(mark))).map(|mark| mark.flags());
        let one = |mark: &str| {
            let letter = |c: char| known(c.encode_utf8(&mut [0; 4]));
            known(mark).or_else(|| all_flags(mark.chars().map(letter)))
        };
        let between = |c: char| c.is_whitespace() || ",;/".contains(c);
        known(cell).or_else(|| all_flags(cell.split(between).filter(|mark| !mark.is_empty()).map(one)))
    }
}

/// All flags together; `None` when one mark is not known.
fn all_flags(mut flags: impl Iterator<Item = Option<ValueFlags>>) -> Option<ValueFlags> {
    flags.try_fold(ValueFlags::default(), |all, flags| Some(all.with_flags(flags?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_stand_alone_or_together() {
        let marks = [
            ("p", FigureMark::Provisional),
            ("b", FigureMark::Break),
            ("rev", FigureMark::Revised),
            ("1", FigureMark::Ignored),
        ];
        let marks = marks.map(|(text, mark)| (text.to_owned(), mark)).into();
        let plan = MarkPlan { column: 0, marks: &marks };
        let both = ValueFlags::PROVISIONAL.with_flags(ValueFlags::BREAK);
        for (cell, expected) in [
            ("", Some(ValueFlags::default())),
            ("p", Some(ValueFlags::PROVISIONAL)),
            ("b, p", Some(both)),
            ("bp", Some(both)),
            ("b¹", Some(ValueFlags::BREAK)),
            ("rev;1", Some(ValueFlags::REVISED)),
            ("q", None),
            ("p q", None),
        ] {
            assert_eq!(plan.read_flags(cell), expected, "{cell}");
        }
    }
}

//! The sparse index of a file: the first series of every block of about 8,192 rows.

use headway_model::{GradeCode, GroupCode, PlaceId};
use std::cmp::Ordering;

/// What orders series: group, grade, place.
pub(crate) type KeyRef<'a> = (&'a str, &'a str, &'a str);

/// The start of a block. Blocks never split a series, and a row group starts with a block.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct BlockEntry {
    pub(crate) row_group: usize,
    /// First row of the block, counted in its row group.
    pub(crate) row: usize,
    pub(crate) group: GroupCode,
    pub(crate) grade: GradeCode,
    pub(crate) place: PlaceId,
}

impl BlockEntry {
    pub(crate) fn key(&self) -> KeyRef<'_> {
        (&self.group, &self.grade, &self.place)
    }
}

/// One line an entry: row group, row, group, grade, place, with a tab between; ids hold no tab and no line end.
pub(crate) fn write_index(entries: &[BlockEntry]) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    for BlockEntry { row_group, row, group, grade, place } in entries {
        writeln!(text, "{row_group}\t{row}\t{group}\t{grade}\t{place}")
            .expect("a string takes all that is written to it");
    }
    text
}

/// The entries of an index; `None` when it is damaged: a line is cut short, or the entries are not in order.
pub(crate) fn read_index(text: &str) -> Option<Vec<BlockEntry>> {
    let entries: Vec<BlockEntry> = text.lines().map(read_line).collect::<Option<_>>()?;
    let place = |e: &BlockEntry| (e.row_group, e.row);
    let ordered = entries.is_sorted_by(|a, b| a.key() < b.key() && place(a) < place(b));
    ordered.then_some(entries)
}

fn read_line(line: &str) -> Option<BlockEntry> {
    let mut fields = line.split('\t');
    let entry = BlockEntry {
        row_group: fields.next()?.parse().ok()?,
        row: fields.next()?.parse().ok()?,
        group: fields.next()?.into(),
        grade: fields.next()?.into(),
        place: fields.next()?.into(),
    };
    fields.next().is_none().then_some(entry)
}

pub(crate) fn compare_keys(a: KeyRef<'_>, b: KeyRef<'_>) -> Ordering {
    // Places differ most often and groups least: but only this order sorts as the files are.
    a.0.cmp(b.0).then_with(|| a.1.cmp(b.1)).then_with(|| a.2.cmp(b.2))
}

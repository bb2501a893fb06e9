//! Files of before, which may have a crossed group under several orders of its words (`mhi+female` beside `female+mhi`): they are
//! read as if all were written in one order. Such a file is seen as several: one without those groups, and one for each of them, as
//! sorted under its right code as the file itself is. What is written now has one order only, and says so.

use std::collections::BTreeSet;
use std::sync::Arc;

use headway_model::StudentGroup;

use crate::{
    Result, ScanColumns, SeriesFilter,
    block::RowBlock,
    file::{RowGroupPiece, SegmentFile},
    index::KeyRef,
    layout::column,
};

/// A file, or a part of one, in the order of the lake.
#[derive(Clone, Debug)]
pub(crate) struct FileView {
    pub(crate) file: Arc<SegmentFile>,
    groups: ViewGroups,
}

#[derive(Clone, Debug)]
enum ViewGroups {
    /// All, which are written in one order.
    All,
    /// All but these.
    But(BTreeSet<String>),
    /// One alone, under another code.
    One { written: String, code: String },
}

impl FileView {
    /// A file as one view, or as several where it has groups under another order. Views that come later hold where one import has
    /// a figure twice: the code in its right order is last.
    ///
    /// # Errors
    /// When a file of before can't be read.
    pub(crate) fn views_of_file(file: Arc<SegmentFile>) -> Result<Vec<Self>> {
        let odd = if file.groups_in_order { BTreeSet::new() } else { out_of_order(&file)? };
        if odd.is_empty() {
            return Ok(vec![Self { file, groups: ViewGroups::All }]);
        }
        let renamed = |written: &String| {
            let code = StudentGroup::canonical_code(written).into_owned();
            Self { file: Arc::clone(&file), groups: ViewGroups::One { written: written.clone(), code } }
        };
        let mut views: Vec<Self> = odd.iter().map(renamed).collect();
        views.push(Self { file, groups: ViewGroups::But(odd) });
        Ok(views)
    }

    /// The code under which all that it has is read, where that is another one than is written.
    pub(crate) fn canonical_code(&self) -> Option<&str> {
        match &self.groups {
            ViewGroups::One { code, .. } => Some(code),
            ViewGroups::All | ViewGroups::But(_) => None,
        }
    }

    /// Whether it leaves groups out that its file has.
    pub(crate) fn has_omitted_groups(&self, filter: &SeriesFilter) -> bool {
        filter.groups.is_some() || !matches!(self.groups, ViewGroups::All)
    }

    /// Whether a group as it is written is one of those that the filter of codes wants.
    pub(crate) fn is_group_wanted(&self, written: &str, filter: &SeriesFilter) -> bool {
        let wanted = |code: &str| filter.groups.as_ref().is_none_or(|groups| groups.contains(code));
        match &self.groups {
            ViewGroups::All => wanted(written),
            ViewGroups::But(groups) => !groups.contains(written) && wanted(written),
            ViewGroups::One { written: one, code } => one == written && wanted(code),
        }
    }

    /// As [`SegmentFile::pieces`], between keys with codes.
    pub(crate) fn pieces_between(
        &self,
        filter: &SeriesFilter,
        from: Option<KeyRef<'_>>,
        to: Option<KeyRef<'_>>,
    ) -> Vec<RowGroupPiece> {
        let ViewGroups::One { written, code } = &self.groups else { return self.file.pieces_between(filter, from, to) };
        let own = |key: KeyRef<'_>| key.0.cmp(code);
        if from.is_some_and(|key| own(key).is_gt()) || to.is_some_and(|key| own(key).is_lt()) {
            return Vec::new();
        }
        // Keys of other codes were seen above: they leave nothing out.
        let from = from.filter(|key| own(*key).is_eq()).map(|key| (written.as_str(), key.1, key.2));
        let to = to.filter(|key| own(*key).is_eq()).map(|key| (written.as_str(), key.1, key.2));
        let groups = self.is_group_wanted(written, filter).then(|| written.clone());
        self.file.pieces_between(
            &SeriesFilter { groups: Some(groups.into_iter().collect()), ..filter.clone() },
            from,
            to,
        )
    }
}

/// The groups of a file that are written in another order than theirs: where the group changes between two places of the index,
/// the rows between say which there are.
fn out_of_order(file: &SegmentFile) -> Result<BTreeSet<String>> {
    let mut odd = BTreeSet::new();
    let mut meet = |code: &str| {
        if StudentGroup::canonical_code(code) != code {
            odd.insert(code.to_owned());
        }
    };
    for (at, entry) in file.index.iter().enumerate() {
        meet(&entry.group);
        let next = file.index.get(at + 1);
        if next.is_some_and(|next| next.group == entry.group) {
            continue;
        }
        if file.constant_value(entry.row_group, column::GROUP).is_some() {
            continue;
        }
        let end = next.filter(|next| next.row_group == entry.row_group).map(|next| next.row);
        let rows = entry.row..end.unwrap_or_else(|| file.group_rows(entry.row_group));
        let piece = RowGroupPiece { row_group: entry.row_group, ranges: vec![rows] };
        let block = RowBlock::read_piece(file, &piece, ScanColumns::LO)?;
        let mut start = 0;
        while start < block.len() {
            meet(block.group.text_at(start));
            start = (start + 1..block.len()).find(|&row| !block.group.is_same_text(row, start)).unwrap_or(block.len());
        }
    }
    Ok(odd)
}

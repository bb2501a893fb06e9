//! A segment's file, opened: what it says of itself, its index, and what its statistics already answer.

use std::{
    fs::File,
    ops::Range,
    path::{Path, PathBuf},
};

use headway_files::small::must_be_a_file;
use headway_model::{PeriodKind, VintageId};
use parquet::{
    arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions},
    file::{metadata::PageIndexPolicy, statistics::Statistics},
};

use crate::{
    LakeError, Result, SeriesFilter,
    index::{self, BlockEntry, KeyRef},
    layout::{self, SCHEMA},
    seal::{self, ChunkSums},
};

/// An opened file; immutable, so it can be kept.
#[derive(Debug)]
pub(crate) struct SegmentFile {
    path: PathBuf,
    pub(crate) metadata: ArrowReaderMetadata,
    measure: String,
    period_kind: PeriodKind,
    pub(crate) vintages: Vec<VintageId>,
    pub(crate) index: Vec<BlockEntry>,
    /// It says that all crossed groups are written in one order.
    pub(crate) groups_in_order: bool,
    sums: ChunkSums,
}

/// Rows of one row group.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RowGroupPiece {
    pub(crate) row_group: usize,
    /// Rising, with a gap between each two.
    pub(crate) ranges: Vec<Range<usize>>,
}

/// What statistics say of a column in a row group.
pub(crate) enum ColumnConstant<'a> {
    Text(&'a str),
    Whole(i64),
    Null,
}

impl SegmentFile {
    /// Opens a file; with its `seal`, only one whose footer is what was written.
    pub(crate) fn open(path: &Path, seal: Option<&str>) -> Result<Self> {
        must_be_a_file(path).map_err(LakeError::from_io(path))?;
        let mut file = File::open(path).map_err(LakeError::from_io(path))?;
        if let Some(seal) = seal {
            seal::check_tail(&mut file, seal, path)?;
        }
        let options = ArrowReaderOptions::new().with_offset_index_policy(PageIndexPolicy::Optional);
        let metadata = ArrowReaderMetadata::load(&file, options).map_err(|e| LakeError::damaged_file(path, e))?;
        let fields = |schema: &arrow_schema::Schema| -> Vec<_> {
            schema.fields().iter().map(|f| (f.name().clone(), f.data_type().clone())).collect()
        };
        if fields(metadata.schema()) != fields(&SCHEMA) {
            return Err(LakeError::damaged_file(path, "its columns are not those of a segment"));
        }
        let about = |key: &str| {
            let pairs = metadata.metadata().file_metadata().key_value_metadata();
            let pair = pairs.into_iter().flatten().find(|pair| pair.key == key);
            let value = pair.and_then(|pair| pair.value.as_deref());
            value.ok_or_else(|| LakeError::damaged_file(path, format!("it does not say its {key}")))
        };
        let bad = |key: &str, value: &str| LakeError::damaged_file(path, format!("its {key} is “{value:.60}”"));
        let format = about(layout::KEY_FORMAT)?;
        if format != layout::FORMAT {
            return Err(bad(layout::KEY_FORMAT, format));
        }
        let measure = about(layout::KEY_MEASURE)?.to_owned();
        let kind = about(layout::KEY_PERIOD_KIND)?;
        let period_kind = layout::period_kind(kind).ok_or_else(|| bad(layout::KEY_PERIOD_KIND, kind))?;
        let list = about(layout::KEY_VINTAGES)?;
        let vintages: Result<Vec<VintageId>, _> = list.split(',').map(str::parse).collect();
        let vintages = vintages.map_err(|_| bad(layout::KEY_VINTAGES, list))?;
        let index = about(layout::KEY_INDEX)?;
        let index = index::read_index(index).ok_or_else(|| bad(layout::KEY_INDEX, index))?;
        let groups_in_order = about(layout::KEY_GROUPS).is_ok_and(|said| said == layout::IN_ORDER);
        let sums = ChunkSums::parse(about(layout::KEY_CHECKSUMS).ok(), metadata.metadata(), path)?;
        let file =
            Self { path: path.to_owned(), metadata, measure, period_kind, vintages, index, groups_in_order, sums };
        file.check_index()?;
        Ok(file)
    }

    /// Checks that columns of a row group are what was written.
    pub(crate) fn check_columns(&self, row_group: usize, columns: &[usize]) -> Result<()> {
        self.sums.check_columns(self.metadata.metadata(), row_group, columns, &self.path)
    }

    /// Checks that every byte is what was written.
    pub(crate) fn check_all(&self) -> Result<()> {
        self.sums.check_all(self.metadata.metadata(), &self.path)
    }

    /// Every row group starts with a block, and every block lies in its row group.
    fn check_index(&self) -> Result<()> {
        let mut next_group = 0;
        for entry in &self.index {
            if entry.row == 0 {
                if entry.row_group != next_group {
                    return Err(LakeError::damaged_file(&self.path, "its index leaves out a row group"));
                }
                next_group += 1;
            }
            if entry.row_group + 1 != next_group || entry.row >= self.group_rows(entry.row_group) {
                return Err(LakeError::damaged_file(&self.path, "its index does not fit its rows"));
            }
        }
        if next_group != self.metadata.metadata().num_row_groups() {
            return Err(LakeError::damaged_file(&self.path, "its index leaves out a row group"));
        }
        Ok(())
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The measure, and the kind of its periods.
    pub(crate) fn measure_and_kind(&self) -> (&str, PeriodKind) {
        (&self.measure, self.period_kind)
    }

    pub(crate) fn group_rows(&self, row_group: usize) -> usize {
        let groups = self.metadata.metadata().row_groups();
        groups.get(row_group).map_or(0, |group| group.num_rows().max(0) as usize)
    }

    /// The rows that can hold series of `filter` from `from` up to, and without, `to`.
    pub(crate) fn pieces_between(
        &self,
        filter: &SeriesFilter,
        from: Option<KeyRef<'_>>,
        to: Option<KeyRef<'_>>,
    ) -> Vec<RowGroupPiece> {
        let mut pieces: Vec<RowGroupPiece> = Vec::new();
        let start = from.map_or(0, |from| self.index.partition_point(|e| e.key() <= from).saturating_sub(1));
        let end = to.map_or(self.index.len(), |to| self.index.partition_point(|e| e.key() < to));
        for place in start..end {
            let entry = &self.index[place];
            let next = self.index.get(place + 1);
            if !filter.may_match(entry.key(), next.map(BlockEntry::key)) {
                continue;
            }
            let end = next.filter(|next| next.row_group == entry.row_group).map(|next| next.row);
            let rows = entry.row..end.unwrap_or_else(|| self.group_rows(entry.row_group));
            match pieces.last_mut().filter(|piece| piece.row_group == entry.row_group) {
                None => pieces.push(RowGroupPiece { row_group: entry.row_group, ranges: vec![rows] }),
                Some(piece) => match piece.ranges.last_mut().filter(|last| last.end == rows.start) {
                    None => piece.ranges.push(rows),
                    Some(last) => last.end = rows.end,
                },
            }
        }
        pieces
    }

    /// The one thing that a column says in a whole row group, when the statistics know it.
    pub(crate) fn constant_value(&self, row_group: usize, column: usize) -> Option<ColumnConstant<'_>> {
        let group = self.metadata.metadata().row_group(row_group);
        let statistics = group.column(column).statistics()?;
        let nulls = statistics.null_count_opt()?;
        if nulls == group.num_rows() as u64 {
            return Some(ColumnConstant::Null);
        }
        if nulls > 0 {
            return None;
        }
        match statistics {
            Statistics::ByteArray(s) if s.min_is_exact() && s.max_is_exact() => {
                let (min, max) = (s.min_opt()?, s.max_opt()?);
                let text = std::str::from_utf8(min.data()).ok()?;
                (min == max).then_some(ColumnConstant::Text(text))
            }
            Statistics::Int32(s) => {
                let (min, max) = (*s.min_opt()?, *s.max_opt()?);
                (min == max).then_some(ColumnConstant::Whole(min.into()))
            }
            Statistics::Int64(s) => {
                let (min, max) = (*s.min_opt()?, *s.max_opt()?);
                (min == max).then_some(ColumnConstant::Whole(min))
            }
            _ => None,
        }
    }
}

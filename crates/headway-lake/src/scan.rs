//! Reading: segments in, series out, in the order of the lake.

use std::sync::Arc;

use headway_model::{LakeSegment, PeriodKind, SeriesRows, SoFar, ValueFlags, VintageId, VintageRank};

use crate::{
    Lake, LakeError, Result, SeriesFilter,
    crossed::FileView,
    file::{RowGroupPiece, SegmentFile},
    index::{BlockEntry, KeyRef},
    layout::{BLOCK_ROWS, GROUP_ROWS},
    merge::merge_part,
};

/// Which columns to read beside key, period, state, lower bound and vintage. What is not read costs nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScanColumns {
    /// The upper bound.
    pub hi: bool,
    /// Numerator and denominator.
    pub counts: bool,
    /// The flags.
    pub flags: bool,
}

impl ScanColumns {
    /// Everything.
    pub const ALL: Self = Self { hi: true, counts: true, flags: true };
    /// The lower bound (the exact value) alone.
    pub const LO: Self = Self { hi: false, counts: false, flags: false };
}

/// A question to the segments of one measure, under all the ids that it ever had.
///
/// ```no_run
/// # fn main() -> headway_lake::Result<()> {
/// # let (lake, segments) = (headway_lake::Lake::in_folder("lake"), vec![]);
/// use headway_lake::{LakeScan, SeriesFilter};
/// let filter = SeriesFilter::default().with_groups(["all"]).with_periods(2019..=2024);
/// let rank = |vintage| (vintage <= 12).then_some(vintage); // the first twelve imports; the last one holds
/// LakeScan::new(&lake, &segments)?.with_filter(filter).with_ranking(&rank).for_each(|series| {
///     let _last = series.value_at(series.len() - 1);
/// })
/// # }
/// ```
pub struct LakeScan<'a> {
    pub(crate) files: Vec<FileView>,
    pub(crate) filter: SeriesFilter,
    pub(crate) rank: &'a VintageRanking<'a>,
    pub(crate) columns: ScanColumns,
    pub(crate) every_vintage: bool,
    so_far: Option<&'a SoFar>,
}

/// The rank of an import: `None` when it is not seen; of two that have a figure the higher holds.
pub type VintageRanking<'a> = dyn Fn(VintageId) -> Option<VintageRank> + Sync + 'a;

/// A range of series that can be read by itself. Parts follow each other in the order of the lake.
#[derive(Clone, Debug)]
pub struct ScanPart {
    /// For each file, what to read of it.
    pub(crate) pieces: Vec<Vec<RowGroupPiece>>,
    pub(crate) from: Option<BlockEntry>,
    pub(crate) to: Option<BlockEntry>,
}

impl ScanPart {
    /// How many rows are read for it, about.
    pub fn row_count(&self) -> usize {
        self.pieces.iter().flatten().flat_map(|piece| &piece.ranges).map(ExactSizeIterator::len).sum()
    }
}

impl<'a> LakeScan<'a> {
    /// Everything in these segments; of each figure the newest vintage. Segments of several measures are read as one (a measure
    /// that was renamed): where one import has a figure under two of them, the later segment's holds.
    ///
    /// # Errors
    /// When a file is not there, is damaged, holds another measure than its segment says, or has periods of another kind than the
    /// first.
    pub fn new(lake: &Lake, segments: &[LakeSegment]) -> Result<Self> {
        let open = |segment: &LakeSegment| {
            let file = lake.open_segment(segment)?;
            let said = (segment.measure.as_str(), segment.period_kind);
            if file.measure_and_kind() == said {
                return Ok(file);
            }
            Err(LakeError::damaged_file(
                file.path(),
                format!("it holds {:?}, and {said:?} was asked for", file.measure_and_kind()),
            ))
        };
        Self::of_files(segments.iter().map(open).collect::<Result<_>>()?)
    }

    pub(crate) fn of_files(files: Vec<Arc<SegmentFile>>) -> Result<Self> {
        if let Some(other) = files.iter().find(|file| file.measure_and_kind().1 != files[0].measure_and_kind().1) {
            let [(one, first), (two, second)] = [files[0].measure_and_kind(), other.measure_and_kind()];
            let measure = if one == two { one.to_owned() } else { format!("{one} and {two}") };
            return Err(LakeError::PeriodKinds { measure, first: first.name(), second: second.name() });
        }
        let filter = SeriesFilter::default();
        let views: Vec<Vec<FileView>> = files.into_iter().map(FileView::views_of_file).collect::<Result<_>>()?;
        let files = views.into_iter().flatten().collect();
        Ok(Self { files, filter, rank: &|id| Some(id), columns: ScanColumns::ALL, every_vintage: false, so_far: None })
    }

    /// Only what the filter names.
    #[must_use]
    pub fn with_filter(mut self, filter: SeriesFilter) -> Self {
        self.filter = filter;
        self
    }

    /// Only vintages that have a rank here, and of each figure the one of the highest: how as-of, undo and the order in which
    /// imports became known reach the lake. Without it all vintages are seen, and the highest number holds.
    #[must_use]
    pub fn with_ranking(mut self, rank: &'a VintageRanking<'a>) -> Self {
        self.rank = rank;
        self
    }

    /// Which figures are figures so far, for the imports that it speaks of, instead of what was stored with them. The flags of all
    /// series are given then.
    #[must_use]
    pub fn so_far(mut self, so_far: &'a SoFar) -> Self {
        self.so_far = Some(so_far).filter(|so_far| !so_far.is_silent());
        self
    }

    /// Only these columns.
    #[must_use]
    pub fn with_columns(mut self, columns: ScanColumns) -> Self {
        self.columns = columns;
        self
    }

    /// All visible vintages of each figure instead of the newest, by rank: its history.
    #[must_use]
    pub fn every_vintage(mut self) -> Self {
        self.every_vintage = true;
        self
    }

    /// The measure (of several, the last) and the kind of its periods; `None` when there are no segments.
    pub fn measure_and_kind(&self) -> Option<(&str, PeriodKind)> {
        self.files.last().map(|view| view.file.measure_and_kind())
    }

    /// Calls `f` with each series in order. Series without a visible row are not there.
    pub fn for_each(&self, mut f: impl FnMut(SeriesRows<'_>)) -> Result<()> {
        self.split_into_parts().iter().try_for_each(|part| self.visit_part(part, &mut f))
    }

    /// Calls `f` with each series of a part in order.
    pub fn visit_part(&self, part: &ScanPart, f: &mut dyn FnMut(SeriesRows<'_>)) -> Result<()> {
        let Some(so_far) = self.so_far else { return merge_part(self, part, f) };
        let mut flags = Vec::new();
        merge_part(self, part, &mut |series| {
            flags.clear();
            flags.extend((0..series.len()).map(|row| {
                let stored = series.flags_at(row);
                match so_far.is_so_far(series.vintage[row], series.period[row]) {
                    Some(true) => stored.with_flags(ValueFlags::SO_FAR).0,
                    Some(false) => stored.without_flags(ValueFlags::SO_FAR).0,
                    None => stored.0,
                }
            }));
            f(SeriesRows { flags: &flags, ..series });
        })
    }

    /// Cuts the question into parts of some 130,000 rows, to be read side by side.
    pub fn split_into_parts(&self) -> Vec<ScanPart> {
        let seen: Vec<bool> =
            self.files.iter().map(|f| f.file.vintages.iter().any(|&v| (self.rank)(v).is_some())).collect();
        let pieces = |from: Option<KeyRef<'_>>, to: Option<KeyRef<'_>>| -> Vec<Vec<RowGroupPiece>> {
            let of = |(view, &seen): (&FileView, &bool)| match seen {
                true => view.pieces_between(&self.filter, from, to),
                false => Vec::new(),
            };
            self.files.iter().zip(&seen).map(of).collect()
        };
        let busy: Vec<usize> = (0..self.files.len()).filter(|&place| seen[place]).collect();
        if let [only] = busy[..] {
            // Row groups never split a series: each is a part.
            let single = |piece| {
                let mut pieces = vec![Vec::new(); self.files.len()];
                pieces[only] = vec![piece];
                ScanPart { pieces, from: None, to: None }
            };
            return pieces(None, None)[only].iter().cloned().map(single).collect();
        }
        let cuts = self.cut_keys(&seen);
        let mut parts = Vec::new();
        for place in 0..=cuts.len() {
            let from = place.checked_sub(1).map(|before| cuts[before].clone());
            let to = cuts.get(place).cloned();
            let pieces = pieces(from.as_ref().map(BlockEntry::key), to.as_ref().map(BlockEntry::key));
            if pieces.iter().any(|pieces| !pieces.is_empty()) {
                parts.push(ScanPart { pieces, from, to });
            }
        }
        parts
    }

    /// Keys that cut the rows of all files into shares of about a row group.
    fn cut_keys(&self, seen: &[bool]) -> Vec<BlockEntry> {
        let files = self.files.iter().zip(seen).filter(|(_, seen)| **seen);
        let files = files.filter(|(view, _)| view.canonical_code().is_none());
        let mut entries: Vec<&BlockEntry> = files.flat_map(|(view, _)| &view.file.index).collect();
        entries.sort_unstable_by(|a, b| a.key().cmp(&b.key()));
        let mut cuts: Vec<BlockEntry> = entries.into_iter().step_by(GROUP_ROWS / BLOCK_ROWS).skip(1).cloned().collect();
        cuts.dedup_by(|a, b| a.key() == b.key());
        cuts
    }
}

//! Reading: segments in, series out, in the order of the lake.

use std::sync::Arc;

use headway_model::{PeriodKind, Segment, VintageId};

use crate::{
    Error, Filter, Lake, Result, Series,
    file::{Piece, SegmentFile},
    index::{Entry, KeyRef},
    layout::{BLOCK_ROWS, GROUP_ROWS},
    merge::visit,
};

/// Which columns to read beside key, period, state, lower bound and vintage. What is not read costs nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Columns {
    /// The upper bound.
    pub hi: bool,
    /// Numerator and denominator.
    pub counts: bool,
    /// The flags.
    pub flags: bool,
}

impl Columns {
    /// Everything.
    pub const ALL: Self = Self { hi: true, counts: true, flags: true };
    /// The lower bound (the exact value) alone.
    pub const LO: Self = Self { hi: false, counts: false, flags: false };
}

/// A question to the segments of one measure.
///
/// ```no_run
/// # fn main() -> headway_lake::Result<()> {
/// # let (lake, segments) = (headway_lake::Lake::folder("lake"), vec![]);
/// use headway_lake::{Filter, Scan};
/// let filter = Filter::default().groups(["all"]).periods(2019..=2024);
/// let visible = |vintage| vintage <= 12; // as of the twelfth import
/// Scan::new(&lake, &segments)?.filter(filter).visible(&visible).for_each(|series| {
///     let _last = series.value(series.len() - 1);
/// })
/// # }
/// ```
pub struct Scan<'a> {
    pub(crate) files: Vec<Arc<SegmentFile>>,
    pub(crate) filter: Filter,
    pub(crate) visible: &'a (dyn Fn(VintageId) -> bool + Sync),
    pub(crate) columns: Columns,
    pub(crate) every_vintage: bool,
}

/// A range of series that can be read by itself. Parts follow each other in the order of the lake.
#[derive(Clone, Debug)]
pub struct Part {
    /// For each file, what to read of it.
    pub(crate) pieces: Vec<Vec<Piece>>,
    pub(crate) from: Option<Entry>,
    pub(crate) to: Option<Entry>,
}

impl Part {
    /// How many rows are read for it, about.
    pub fn rows(&self) -> usize {
        self.pieces.iter().flatten().flat_map(|piece| &piece.ranges).map(ExactSizeIterator::len).sum()
    }
}

impl<'a> Scan<'a> {
    /// Everything in these segments, which must be of one measure; of each figure the newest vintage.
    ///
    /// # Errors
    /// When a file is not there, is damaged, or belongs to another measure than the first.
    pub fn new(lake: &Lake, segments: &[Segment]) -> Result<Self> {
        Self::of_files(segments.iter().map(|segment| lake.open(segment)).collect::<Result<_>>()?)
    }

    pub(crate) fn of_files(files: Vec<Arc<SegmentFile>>) -> Result<Self> {
        if let Some(other) = files.iter().find(|file| file.about() != files[0].about()) {
            let reason = format!("it holds {:?}, and {:?} was asked for", other.about(), files[0].about());
            return Err(Error::damaged(other.path(), reason));
        }
        let filter = Filter::default();
        Ok(Self { files, filter, visible: &|_| true, columns: Columns::ALL, every_vintage: false })
    }

    /// Only what the filter names.
    #[must_use]
    pub fn filter(mut self, filter: Filter) -> Self {
        self.filter = filter;
        self
    }

    /// Only vintages for which this says yes: how as-of and undo reach the lake.
    #[must_use]
    pub fn visible(mut self, visible: &'a (dyn Fn(VintageId) -> bool + Sync)) -> Self {
        self.visible = visible;
        self
    }

    /// Only these columns.
    #[must_use]
    pub fn columns(mut self, columns: Columns) -> Self {
        self.columns = columns;
        self
    }

    /// All visible vintages of each figure instead of the newest: its history.
    #[must_use]
    pub fn every_vintage(mut self) -> Self {
        self.every_vintage = true;
        self
    }

    /// The measure and the kind of its periods; `None` when there are no segments.
    pub fn measure(&self) -> Option<(&str, PeriodKind)> {
        self.files.first().map(|file| file.about())
    }

    /// Calls `f` with each series in order. Series without a visible row are not there.
    pub fn for_each(&self, mut f: impl FnMut(Series<'_>)) -> Result<()> {
        self.parts().iter().try_for_each(|part| self.visit(part, &mut f))
    }

    /// Calls `f` with each series of a part in order.
    pub fn visit(&self, part: &Part, f: &mut dyn FnMut(Series<'_>)) -> Result<()> {
        visit(self, part, f)
    }

    /// Cuts the question into parts of some 130,000 rows, to be read side by side.
    pub fn parts(&self) -> Vec<Part> {
        let seen: Vec<bool> = self.files.iter().map(|f| f.vintages.iter().any(|&v| (self.visible)(v))).collect();
        let pieces = |from: Option<KeyRef<'_>>, to: Option<KeyRef<'_>>| -> Vec<Vec<Piece>> {
            let of = |(file, &seen): (&Arc<SegmentFile>, &bool)| match seen {
                true => file.pieces(&self.filter, from, to),
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
                Part { pieces, from: None, to: None }
            };
            return pieces(None, None)[only].iter().cloned().map(single).collect();
        }
        let cuts = self.cuts(&seen);
        let mut parts = Vec::new();
        for place in 0..=cuts.len() {
            let from = place.checked_sub(1).map(|before| cuts[before].clone());
            let to = cuts.get(place).cloned();
            let pieces = pieces(from.as_ref().map(Entry::key), to.as_ref().map(Entry::key));
            if pieces.iter().any(|pieces| !pieces.is_empty()) {
                parts.push(Part { pieces, from, to });
            }
        }
        parts
    }

    /// Keys that cut the rows of all files into shares of about a row group.
    fn cuts(&self, seen: &[bool]) -> Vec<Entry> {
        let files = self.files.iter().zip(seen).filter(|(_, seen)| **seen);
        let mut entries: Vec<&Entry> = files.flat_map(|(file, _)| &file.index).collect();
        entries.sort_unstable_by(|a, b| a.key().cmp(&b.key()));
        let mut cuts: Vec<Entry> = entries.into_iter().step_by(GROUP_ROWS / BLOCK_ROWS).skip(1).cloned().collect();
        cuts.dedup_by(|a, b| a.key() == b.key());
        cuts
    }
}

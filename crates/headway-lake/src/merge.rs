//! Reading a part: one file straight through, several by merging.

use std::{cmp::Ordering, collections::BTreeSet, ops::Range};

use headway_model::SeriesRows;

use crate::{
    LakeScan, Result, ScanPart, SeriesFilter,
    block::{RowBlock, TextColumn},
    crossed::FileView,
    file::RowGroupPiece,
    index::{BlockEntry, KeyRef, compare_keys},
};

/// Calls `f` with each series of the part in order.
pub(crate) fn merge_part(scan: &LakeScan<'_>, part: &ScanPart, f: &mut dyn FnMut(SeriesRows<'_>)) -> Result<()> {
    let mut cursors = Vec::new();
    for (view, pieces) in scan.files.iter().zip(&part.pieces) {
        let cursor = FileCursor::new(view, pieces, scan, part.from.as_ref().map(BlockEntry::key))?;
        cursors.extend(cursor);
    }
    let to = part.to.as_ref().map(BlockEntry::key);
    let mut gathered = GatheredSeries::default();
    if let [only] = &mut cursors[..] {
        while to.is_none_or(|to| compare_keys(only.current_key(), to).is_lt()) {
            gathered.emit_series(scan, &[&*only], f);
            if !only.advance(scan)? {
                break;
            }
        }
        return Ok(());
    }
    let mut least = Vec::new();
    while find_least(&cursors, &mut least) {
        if to.is_some_and(|to| compare_keys(cursors[least[0]].current_key(), to).is_ge()) {
            break;
        }
        let contributors: Vec<&FileCursor<'_>> = least.iter().map(|&place| &cursors[place]).collect();
        gathered.emit_series(scan, &contributors, f);
        for &place in least.iter().rev() {
            if !cursors[place].advance(scan)? {
                cursors.remove(place); // in order: of two rows of one import the later file's holds
            }
        }
    }
    Ok(())
}

/// The places of the cursors that stand at the least key, rising; false when there are none left.
fn find_least(cursors: &[FileCursor<'_>], least: &mut Vec<usize>) -> bool {
    least.clear();
    for (place, cursor) in cursors.iter().enumerate() {
        match least
            .first()
            .map_or(Ordering::Equal, |&best| compare_keys(cursor.current_key(), cursors[best].current_key()))
        {
            Ordering::Less => {
                least.clear();
                least.push(place);
            }
            Ordering::Equal => least.push(place),
            Ordering::Greater => {}
        }
    }
    !least.is_empty()
}

/// A place in one file: the series it stands at.
struct FileCursor<'a> {
    view: &'a FileView,
    pieces: &'a [RowGroupPiece],
    block: RowBlock,
    wanted: WantedTexts,
    rows: Range<usize>,
}

impl<'a> FileCursor<'a> {
    /// At the first series wanted; `None` when there is none.
    fn new(
        view: &'a FileView,
        pieces: &'a [RowGroupPiece],
        scan: &LakeScan<'_>,
        from: Option<KeyRef<'_>>,
    ) -> Result<Option<Self>> {
        let Some((first, rest)) = pieces.split_first() else { return Ok(None) };
        let block = RowBlock::read_piece(&view.file, first, scan.columns)?;
        let wanted = WantedTexts::from_filter(&block, view, &scan.filter);
        let mut cursor = Self { view, pieces: rest, block, wanted, rows: 0..0 };
        while cursor.advance(scan)? {
            if from.is_none_or(|from| compare_keys(cursor.current_key(), from).is_ge()) {
                return Ok(Some(cursor));
            }
        }
        Ok(None)
    }

    fn current_key(&self) -> KeyRef<'_> {
        let row = self.rows.start;
        (
            self.view.canonical_code().unwrap_or_else(|| self.block.group.text_at(row)),
            self.block.grade.text_at(row),
            self.block.place.text_at(row),
        )
    }

    /// Steps to the next series wanted; false at the end.
    fn advance(&mut self, scan: &LakeScan<'_>) -> Result<bool> {
        loop {
            let start = self.rows.end;
            if start == self.block.len() {
                let Some((piece, rest)) = self.pieces.split_first() else { return Ok(false) };
                self.pieces = rest;
                self.block = RowBlock::read_piece(&self.view.file, piece, scan.columns)?;
                self.wanted = WantedTexts::from_filter(&self.block, self.view, &scan.filter);
                self.rows = 0..0;
                continue;
            }
            self.rows = start..self.block.series_end(start);
            if self.wanted.is_row_wanted(&self.block, start) {
                return Ok(true);
            }
        }
    }
}

/// Which texts of a block's dictionaries the filter wants; `None` is all.
struct WantedTexts {
    group: Option<Vec<bool>>,
    grade: Option<Vec<bool>>,
    place: Option<Vec<bool>>,
}

impl WantedTexts {
    fn from_filter(block: &RowBlock, view: &FileView, filter: &SeriesFilter) -> Self {
        let texts = |texts: &TextColumn, set: &Option<BTreeSet<String>>| {
            set.as_ref().map(|set| match_texts(texts, &|text| set.contains(text)))
        };
        Self {
            group: view
                .has_omitted_groups(filter)
                .then(|| match_texts(&block.group, &|text| view.is_group_wanted(text, filter))),
            grade: texts(&block.grade, &filter.grades),
            place: texts(&block.place, &filter.places),
        }
    }

    fn is_row_wanted(&self, block: &RowBlock, row: usize) -> bool {
        let wanted = |set: &Option<Vec<bool>>, texts: &TextColumn| {
            set.as_ref().is_none_or(|set| set[texts.dictionary_number(row)])
        };
        wanted(&self.place, &block.place) && wanted(&self.group, &block.group) && wanted(&self.grade, &block.grade)
    }
}

/// An answer for each text of a dictionary.
fn match_texts(texts: &TextColumn, wanted: &dyn Fn(&str) -> bool) -> Vec<bool> {
    match texts {
        TextColumn::One(text) => vec![wanted(text)],
        TextColumn::Many { values, .. } => values.iter().flatten().map(wanted).collect(),
    }
}

/// Room for a series that is put together from several rows of the same period, or from several files.
#[derive(Default)]
struct GatheredSeries {
    /// Period, rank of the vintage, which contributor, row.
    rows: Vec<(i32, i64, usize, usize)>,
    period: Vec<i32>,
    state: Vec<u8>,
    flags: Vec<u8>,
    lo: Vec<f64>,
    hi: Vec<f64>,
    numerator: Vec<f64>,
    denominator: Vec<f64>,
    vintage: Vec<i64>,
}

impl GatheredSeries {
    /// Hands over the series at which the contributors stand, when it has a visible row.
    fn emit_series(
        &mut self,
        scan: &LakeScan<'_>,
        contributors: &[&FileCursor<'_>],
        f: &mut dyn FnMut(SeriesRows<'_>),
    ) {
        if let [only] = contributors
            && only.block.one_vintage
        {
            // One file, one vintage: nothing to choose.
            let rows = trim_to_periods(&only.block.period, only.rows.clone(), &scan.filter);
            if !rows.is_empty() && (scan.rank)(only.block.vintage[rows.start]).is_some() {
                f(SeriesRows { group: only.current_key().0, ..only.block.series_rows(rows) });
            }
            return;
        }
        self.choose_rows(scan, contributors);
        if self.rows.is_empty() {
            return;
        }
        self.copy_rows(contributors);
        let (group, grade, place) = contributors[0].current_key();
        f(SeriesRows {
            group,
            grade,
            place,
            period: &self.period,
            state: &self.state,
            flags: &self.flags,
            lo: &self.lo,
            hi: &self.hi,
            numerator: &self.numerator,
            denominator: &self.denominator,
            vintage: &self.vintage,
        });
    }

    /// Finds the visible rows, by period and rank; of each period the newest, unless all are asked for.
    fn choose_rows(&mut self, scan: &LakeScan<'_>, contributors: &[&FileCursor<'_>]) {
        self.rows.clear();
        for (place, cursor) in contributors.iter().enumerate() {
            for row in cursor.rows.clone() {
                let period = cursor.block.period[row];
                if scan.filter.has_period(period)
                    && let Some(rank) = (scan.rank)(cursor.block.vintage[row])
                {
                    self.rows.push((period, rank, place, row));
                }
            }
        }
        if !self.rows.is_sorted() {
            self.rows.sort_unstable();
        }
        if !scan.every_vintage {
            // `dedup_by` keeps the first of equal ones; the newest is the last.
            self.rows.reverse();
            self.rows.dedup_by_key(|row| row.0);
            self.rows.reverse();
        } else if contributors.iter().any(|cursor| cursor.view.canonical_code().is_some()) {
            // One import has the group under two orders of its words: that of the later view holds.
            self.rows.reverse();
            self.rows.dedup_by_key(|row| (row.0, row.1));
            self.rows.reverse();
        }
    }

    fn copy_rows(&mut self, contributors: &[&FileCursor<'_>]) {
        fn fill<T: Copy>(
            to: &mut Vec<T>,
            rows: &[(i32, i64, usize, usize)],
            contributors: &[&FileCursor<'_>],
            column: impl Fn(&RowBlock) -> &[T],
        ) {
            to.clear();
            to.extend(rows.iter().filter_map(|&(_, _, place, row)| column(&contributors[place].block).get(row)));
        }
        let Self { rows, period, state, flags, lo, hi, numerator, denominator, vintage } = self;
        fill(period, rows, contributors, |block| &block.period);
        fill(state, rows, contributors, |block| &block.state);
        fill(flags, rows, contributors, |block| &block.flags);
        fill(lo, rows, contributors, |block| &block.lo);
        fill(hi, rows, contributors, |block| &block.hi);
        fill(numerator, rows, contributors, |block| &block.numerator);
        fill(denominator, rows, contributors, |block| &block.denominator);
        fill(vintage, rows, contributors, |block| &block.vintage);
    }
}

/// The rows of the periods asked for.
fn trim_to_periods(periods: &[i32], rows: Range<usize>, filter: &SeriesFilter) -> Range<usize> {
    let Some(wanted) = &filter.periods else { return rows };
    let series = &periods[rows.clone()];
    let start = series.partition_point(|period| period < wanted.start());
    let end = series.partition_point(|period| period <= wanted.end());
    rows.start + start..rows.start + end.max(start)
}

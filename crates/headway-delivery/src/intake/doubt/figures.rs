//! The figures of a measure that hold when the import is in: its own, and those beside them.

use std::collections::BTreeSet;

use headway_lake::{SeriesFilter, WrittenSegment};
use headway_model::SeriesRows;
use headway_model::{ALL, VintageId, VintageRank};

use super::walk::{CatalogMeasure, CheckedMeasure, PeriodRows};
use crate::Result;

/// What is known of a measure besides the import, of the periods that the import has.
pub(super) struct PriorFigures {
    /// The first and the last of those.
    pub(super) periods: Option<(i32, i32)>,
    /// Places, grades and periods with a figure of all students, new or known.
    pub(super) alls: u64,
    /// The last period with a known figure before those, and how many figures of all students are known of earlier ones.
    pub(super) before: Option<i32>,
    pub(super) alls_before: u64,
    /// Whether anything is known that the import itself has not.
    pub(super) known: bool,
    /// Group and grade of what is known so.
    pub(super) slices: BTreeSet<(String, String)>,
    /// The last of them that was met.
    last: (String, String),
}

impl PriorFigures {
    pub(super) fn for_measure(about: &CheckedMeasure<'_>) -> Self {
        let ordinals = || about.ground.report.slices_of(about.measure).filter_map(|s| about.period_ordinal(&s.period));
        Self {
            periods: ordinals().min().zip(ordinals().max()),
            alls: 0,
            before: None,
            alls_before: 0,
            known: false,
            slices: BTreeSet::new(),
            last: (String::new(), String::new()),
        }
    }

    pub(super) fn take_series(&mut self, series: &SeriesRows<'_>, cells: &[PeriodRows]) {
        let Some((first, last)) = self.periods else { return };
        let before = cells.iter().rev().find(|cell| cell.period < first && cell.held.is_some());
        if let Some(before) = before {
            self.before = self.before.max(Some(before.period));
            self.alls_before += u64::from(series.group == ALL);
        }
        for cell in cells.iter().filter(|cell| (first..=last).contains(&cell.period)) {
            self.alls += u64::from(series.group == ALL);
            if cell.new.is_none() && cell.held.is_some() {
                self.known = true;
                // Series of one slice follow each other.
                if self.last.0 != series.group || self.last.1 != series.grade {
                    self.last = (series.group.to_owned(), series.grade.to_owned());
                    self.slices.insert(self.last.clone());
                }
            }
        }
    }
}

/// The figures that are held against each other: the import's own, and those beside them that hold.
pub(super) struct ComparedFigures<'a> {
    pub(super) about: &'a CheckedMeasure<'a>,
    pub(super) new: &'a WrittenSegment,
    /// What is known besides; none where the import has all that there is.
    pub(super) seen: Option<&'a CatalogMeasure>,
    pub(super) filter: SeriesFilter,
}

impl ComparedFigures<'_> {
    /// Calls `see` with each series and the rows that hold, each with whether it is the import's own.
    pub(super) fn each_row(
        &self,
        filter: SeriesFilter,
        see: &mut dyn FnMut(&SeriesRows<'_>, usize, bool),
    ) -> Result<()> {
        self.each_series(filter, &mut |series| self.holding_rows(series).for_each(|(row, new)| see(series, row, new)))
    }

    /// The rows of a series that hold, each with whether it is the import's own.
    pub(super) fn holding_rows(&self, series: &SeriesRows<'_>) -> impl Iterator<Item = (usize, bool)> {
        let number = self.about.ground.number;
        // Of each period the last one holds.
        let last = move |row: &usize| series.period.get(row + 1) != Some(&series.period[*row]);
        (0..series.len()).filter(last).map(move |row| (row, series.vintage[row] == number))
    }

    /// Calls `see` with each series.
    pub(super) fn each_series(&self, filter: SeriesFilter, see: &mut dyn FnMut(&SeriesRows<'_>)) -> Result<()> {
        let ground = self.about.ground;
        let segments = self.seen.map_or(&[][..], |seen| &seen.segments);
        let rank = |vintage: VintageId| match vintage {
            own if own == ground.number => Some(VintageRank::MAX),
            replaced if Some(replaced) == ground.replaces => None,
            other => self.seen.and_then(|seen| seen.any.rank_of(other)),
        };
        let scan = self.new.scan_beside(ground.lake, segments)?.with_ranking(&rank).with_filter(filter);
        Ok(scan.for_each(|series| see(&series))?)
    }
}

//! Sorting in bounded memory: sorted runs in memory or in temporary files, read back one key range at a time.
//!
//! A run keeps the key of every 256th row at hand. From these the rows are cut into key ranges of about equal size; the
//! ranges are read from all runs and sorted again, several at a time, so no row ever waits for a merge on one core.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    thread::JoinHandle,
};

use headway_model::SeriesKey;
use rayon::prelude::*;

use crate::{
    MeasureConflicts, Result, RowConflict,
    column::{ColumnCell, CompactColumn},
    ranks::{DictionaryRanks, MeasureDictionaries},
    rows::LakeRows,
    run::{STEP, SortedRun},
    sort::sort_order,
};

/// Rows in a key range, about.
const RANGE_ROWS: usize = 1 << 17;

/// Sorts the rows of one measure of one import.
#[derive(Debug)]
pub(crate) struct RowSorter {
    folder: PathBuf,
    runs: Vec<SortedRun>,
    /// The run being sorted and put aside while rows come in, and the emptied rows, whose room is used again.
    working: Option<JoinHandle<Result<(SortedRun, LakeRows)>>>,
    ranks: Option<Arc<DictionaryRanks>>,
}

/// What came of sorting.
#[derive(Debug, Default)]
pub(crate) struct SortOutcome {
    /// Rows equal to another one to the last bit, left out.
    pub(crate) repeated: u64,
    /// Rows that contradict another one.
    pub(crate) conflicts: u64,
    /// The first of them.
    pub(crate) examples: Vec<RowConflict>,
}

impl RowSorter {
    pub(crate) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), runs: Vec::new(), working: None, ranks: None }
    }

    /// Sorts these rows into a run, in memory (`hold`) or in a file, in a thread of its own; waits for the one before. Gives
    /// room for the next rows.
    pub(crate) fn spill_rows(
        &mut self,
        mut rows: LakeRows,
        names: &MeasureDictionaries,
        hold: bool,
    ) -> Result<LakeRows> {
        let room = self.wait_for_run()?;
        let ranks = self.current_ranks(names);
        let folder = self.folder.clone();
        self.working = Some(std::thread::spawn(move || {
            let order = sort_order(&rows, &ranks);
            let run = if hold {
                SortedRun::hold_in_memory(&rows, &order)
            } else {
                SortedRun::write_file(&folder, &rows, &order)?
            };
            rows.clear();
            Ok((run, rows))
        }));
        Ok(room)
    }

    /// Hands all rows over in order, without those that repeat one before. Stops handing over at the first conflict, and
    /// goes on counting. While some key ranges are handed over, the next ones are sorted.
    pub(crate) fn finish_sorting(
        mut self,
        names: &MeasureDictionaries,
        vintage: i64,
        sink: &mut (dyn FnMut(LakeRows) -> Result<()> + Send),
    ) -> Result<SortOutcome> {
        self.wait_for_run()?;
        let ranks = self.current_ranks(names);
        let ranges = self.key_ranges(&ranks);
        let load = |&(from, to): &(u64, u64)| {
            let mut rows = LakeRows::default();
            for run in &self.runs {
                run.read_range(&ranks, from, to, &mut rows)?;
            }
            rows.vintage = CompactColumn::of_one_value(vintage, rows.len());
            Ok(unique_rows(&rows, &sort_order(&rows, &ranks), names))
        };
        let mut sorted = SortOutcome::default();
        let mut hand_over = |loaded: Vec<(LakeRows, SortOutcome)>| {
            for (rows, found) in loaded {
                sorted.add_counts(found);
                if sorted.conflicts == 0 {
                    sink(rows)?;
                }
            }
            Ok(())
        };
        let mut loaded = Vec::new();
        for some in ranges.chunks(2 * rayon::current_num_threads()) {
            let before = std::mem::take(&mut loaded);
            let load_all = || some.par_iter().map(load).collect::<Result<Vec<_>>>();
            let (next, handed) = rayon::join(load_all, || hand_over(before));
            handed?;
            loaded = next?;
        }
        hand_over(loaded)?;
        Ok(sorted)
    }

    /// Waits for the run under way; gives its rows, emptied.
    fn wait_for_run(&mut self) -> Result<LakeRows> {
        let Some(working) = self.working.take() else { return Ok(LakeRows::default()) };
        let (run, room) = working.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        self.runs.push(run);
        Ok(room)
    }

    fn current_ranks(&mut self, names: &MeasureDictionaries) -> Arc<DictionaryRanks> {
        match &self.ranks {
            Some(ranks) if ranks.has_all_names(names) => Arc::clone(ranks),
            _ => Arc::clone(self.ranks.insert(Arc::new(DictionaryRanks::from_dictionaries(names)))),
        }
    }

    /// Key ranges [from, to) that together hold every row, each of about [`RANGE_ROWS`].
    fn key_ranges(&self, ranks: &DictionaryRanks) -> Vec<(u64, u64)> {
        let mut keys: Vec<u64> =
            self.runs.iter().flat_map(|run| run.keys.iter().map(|&key| ranks.series_rank(key))).collect();
        keys.sort_unstable();
        let mut cuts: Vec<u64> = keys.into_iter().step_by(RANGE_ROWS / STEP).skip(1).collect();
        cuts.insert(0, 0);
        cuts.push(u64::MAX);
        cuts.dedup();
        cuts.windows(2).map(|pair| (pair[0], pair[1])).collect()
    }
}

impl Drop for RowSorter {
    fn drop(&mut self) {
        // A run being written must be over before its folder goes away; what became of it no longer matters.
        if let Some(working) = self.working.take() {
            let _ = working.join();
        }
    }
}

impl SortOutcome {
    fn add_counts(&mut self, other: Self) {
        self.repeated += other.repeated;
        self.conflicts += other.conflicts;
        let room = MeasureConflicts::EXAMPLES.saturating_sub(self.examples.len());
        self.examples.extend(other.examples.into_iter().take(room));
    }
}

/// The rows in order, without those that repeat the one before; of rows in conflict the first stays.
fn unique_rows(rows: &LakeRows, order: &[u32], names: &MeasureDictionaries) -> (LakeRows, SortOutcome) {
    let mut found = SortOutcome::default();
    let sorted = rows.pick_rows(order);
    // Nearly always all keys differ, which is seen quickest where the rows lie in order.
    if (1..sorted.len()).all(|row| {
        sorted.period.value_at(row) != sorted.period.value_at(row - 1) || sorted.key_at(row) != sorted.key_at(row - 1)
    }) {
        return (sorted, found);
    }
    let mut kept: Vec<u32> = Vec::with_capacity(order.len());
    for &row in order {
        let place = row as usize;
        if let Some(&last) = kept.last()
            && rows.period.value_at(last as usize) == rows.period.value_at(place)
            && rows.key_at(last as usize) == rows.key_at(place)
        {
            let last = last as usize;
            if rows.is_same_figure(last, place) {
                found.repeated += 1;
            } else {
                found.conflicts += 1;
                if found.examples.len() < MeasureConflicts::EXAMPLES {
                    found.examples.push(describe_conflict(rows, last, place, names));
                }
            }
        } else {
            kept.push(row);
        }
    }
    (rows.pick_rows(&kept), found)
}

fn describe_conflict(rows: &LakeRows, first: usize, second: usize, names: &MeasureDictionaries) -> RowConflict {
    let (group, grade, place) = rows.key_at(first);
    let equal = |column: &CompactColumn<f64>| column.value_at(first).is_same(column.value_at(second));
    RowConflict {
        series: SeriesKey {
            group: names.groups.text_by_number(group.into()).into(),
            grade: names.grades.text_by_number(grade.into()).into(),
            place: names.places.text_by_number(place).into(),
        },
        period: rows.period.value_at(first),
        first: rows.value_at(first),
        second: rows.value_at(second),
        only_counts_or_flags: rows.state.value_at(first) == rows.state.value_at(second)
            && equal(&rows.lo)
            && equal(&rows.hi),
    }
}

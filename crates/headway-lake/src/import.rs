//! An import: batches in any order become one sorted file a measure.

use std::collections::BTreeMap;

use headway_model::{Batch, Names, PeriodKind, Segment, State, VintageId};

use crate::{
    Conflicts, Error, Lake, Result,
    column::Column,
    encode::{About, SegmentWriter},
    lake::measure_folder,
    ranks::Dictionaries,
    rows::{Rows, upper_bounds},
    sorter::{Sorted, Sorter},
    temp::TempFile,
};

/// Rows kept in memory before they are sorted and written aside (30 to 60 bytes each, and twice that while they are sorted).
const ROWS_IN_MEMORY: usize = 1 << 20;

/// Takes the batches of one import. Memory does not grow with their number.
///
/// ```no_run
/// # fn main() -> headway_lake::Result<()> {
/// # let batches: Vec<headway_model::Batch> = vec![];
/// let lake = headway_lake::Lake::folder("lake");
/// let mut import = lake.import(7);
/// for batch in batches {
///     import.push(batch)?;
/// }
/// let written = import.write()?; // sorted and checked, seen by nobody
/// let segments = written.publish()?; // in place: enter them into the catalog
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct Import {
    lake: Lake,
    vintage: VintageId,
    measures: BTreeMap<String, Measure>,
    rows_in_memory: usize,
    most_in_memory: usize,
}

#[derive(Debug)]
struct Measure {
    period_kind: PeriodKind,
    names: Dictionaries,
    rows: Rows,
    pushed: u64,
    sorter: Sorter,
}

/// An import that is written and checked, and seen by nobody yet. Dropping it leaves nothing behind.
#[derive(Debug)]
pub struct Written {
    lake: Lake,
    segments: Vec<WrittenSegment>,
}

/// One measure of it.
#[derive(Debug)]
pub struct WrittenSegment {
    pub(crate) file: TempFile,
    /// What the catalog will say.
    pub segment: Segment,
    /// Rows pushed.
    pub pushed: u64,
    /// Rows left out since another one is the same to the last bit.
    pub repeated: u64,
}

impl Import {
    pub(crate) fn new(lake: Lake, vintage: VintageId) -> Self {
        Self { lake, vintage, measures: BTreeMap::new(), rows_in_memory: 0, most_in_memory: ROWS_IN_MEMORY }
    }

    /// Sorts and writes aside whenever so many rows came in (at least one), instead of a million.
    #[must_use]
    pub fn rows_in_memory(mut self, rows: usize) -> Self {
        self.most_in_memory = rows.max(1);
        self
    }

    /// Takes a batch; batches of several measures may alternate.
    ///
    /// # Errors
    /// [`Error::BadId`] for an id that is empty, or holds a tab or a line end; [`Error::PeriodKinds`]; a full disk.
    ///
    /// # Panics
    /// When the batch contradicts itself: columns of unequal length, numbers without a name, an unknown state.
    pub fn push(&mut self, batch: Batch) -> Result<()> {
        if batch.is_empty() {
            return Ok(());
        }
        if !self.measures.contains_key(&batch.measure) {
            check_id("measure", &batch.measure)?;
            self.measures.insert(batch.measure.clone(), Measure::new(&self.lake, batch.period_kind));
        }
        let measure = self.measures.get_mut(&batch.measure).expect("it was there or just came in");
        self.rows_in_memory += batch.len();
        measure.push(batch)?;
        while self.rows_in_memory >= self.most_in_memory {
            let largest = self.measures.values_mut().max_by_key(|m| m.rows.len()).expect("rows belong to a measure");
            self.rows_in_memory -= largest.rows.len();
            largest.spill()?;
        }
        Ok(())
    }

    /// Sorts and checks everything and writes it to files that nobody sees yet.
    ///
    /// # Errors
    /// [`Error::Conflicts`] when two rows have one key and two results; a full disk. Nothing is left behind then.
    pub fn write(self) -> Result<Written> {
        let mut segments = Vec::new();
        for (name, measure) in self.measures {
            segments.push(measure.write(&self.lake, name, self.vintage)?);
        }
        Ok(Written { lake: self.lake, segments })
    }
}

impl Measure {
    fn new(lake: &Lake, period_kind: PeriodKind) -> Self {
        let sorter = Sorter::new(&lake.temp_folder());
        Self { period_kind, names: Dictionaries::default(), rows: Rows::default(), pushed: 0, sorter }
    }

    fn push(&mut self, batch: Batch) -> Result<()> {
        let Batch { measure, period_kind, .. } = &batch;
        if *period_kind != self.period_kind {
            let (first, second) = (self.period_kind.name(), period_kind.name());
            return Err(Error::PeriodKinds { measure: measure.clone(), first, second });
        }
        let known = State::ALL.len() as u8;
        assert!(batch.state.iter().all(|&state| state < known), "a state without a name in a batch");
        let count = batch.len();
        let lengths = [batch.unit.len(), batch.group.len(), batch.grade.len(), batch.state.len(), batch.flags.len()];
        let numbers = [batch.lo.len(), batch.hi.len(), batch.numerator.len(), batch.denominator.len()];
        assert!(lengths.iter().chain(&numbers).all(|&len| len == count), "columns of unequal length in a batch");
        let units = own_numbers("unit", &mut self.names.units, &batch.units, u32::MAX as usize)?;
        let groups = own_numbers("group", &mut self.names.groups, &batch.groups, 1 << 16)?;
        let grades = own_numbers("grade", &mut self.names.grades, &batch.grades, 1 << 16)?;
        let rows = &mut self.rows;
        let short = |numbers: &[u32], own: &[u32]| numbers.iter().map(|&n| own[n as usize] as u16).collect();
        rows.unit.take(batch.unit.iter().map(|&unit| units[unit as usize]).collect());
        rows.group.take(short(&batch.group, &groups));
        rows.grade.take(short(&batch.grade, &grades));
        rows.hi.take(upper_bounds(&batch.state, &batch.hi));
        rows.period.take(batch.period);
        rows.state.take(batch.state);
        rows.flags.take(batch.flags);
        rows.lo.take(batch.lo);
        rows.numerator.take(batch.numerator);
        rows.denominator.take(batch.denominator);
        self.pushed += count as u64;
        Ok(())
    }

    fn spill(&mut self) -> Result<()> {
        let mut rows = std::mem::take(&mut self.rows);
        rows.vintage = Column::same(0, rows.len());
        self.sorter.spill(rows, &self.names)
    }

    fn write(mut self, lake: &Lake, measure: String, vintage: VintageId) -> Result<WrittenSegment> {
        if !self.rows.is_empty() {
            self.spill()?;
        }
        let Self { period_kind, names, pushed, sorter, .. } = self;
        let about = About { measure: measure.clone(), period_kind, vintages: vec![vintage] };
        let mut writer = SegmentWriter::new(&lake.temp_folder(), about)?;
        let sorted = sorter.finish(&names, vintage, &mut |rows| writer.push(rows, &names))?;
        let Sorted { repeated, conflicts, examples } = sorted;
        if conflicts > 0 {
            return Err(Error::Conflicts(Conflicts { measure, count: conflicts, examples }));
        }
        let path = format!("{}/{vintage:08}.parquet", measure_folder(&measure));
        let (file, segment) = writer.finish(&names, path)?;
        assert_eq!(segment.rows + repeated, pushed, "every row is written, or is the repetition of one that is");
        Ok(WrittenSegment { file, segment, pushed, repeated })
    }
}

impl Written {
    /// One a measure, in the order of their ids.
    pub fn segments(&self) -> &[WrittenSegment] {
        &self.segments
    }

    /// Moves the files to their places. They are seen when the catalog names them; a file that no catalog names (the
    /// transaction failed) is written over by the next import of that number.
    pub fn publish(self) -> Result<Vec<Segment>> {
        let Self { lake, segments } = self;
        let publish = |WrittenSegment { file, segment, .. }| lake.publish(file, &segment).map(|()| segment);
        segments.into_iter().map(publish).collect()
    }
}

/// The measure's number of each of the batch's names.
fn own_numbers(what: &'static str, names: &mut Names, batch: &Names, most: usize) -> Result<Vec<u32>> {
    (0..)
        .zip(batch.texts())
        .map(|(same, text)| {
            let before = names.len();
            // Batches of one file mostly know the same names by the same numbers, which needs no search.
            if (same as usize) < before && names.text(same) == text {
                return Ok(same);
            }
            let number = names.intern(text);
            if names.len() > before {
                check_id(what, text)?;
                if names.len() > most {
                    let reason = "one measure has at most 65,536 of these";
                    return Err(Error::BadId { what, text: text.to_owned(), reason });
                }
            }
            Ok(number)
        })
        .collect()
}

fn check_id(what: &'static str, text: &str) -> Result<()> {
    let reason = if text.is_empty() {
        "it is empty"
    } else if text.contains(['\t', '\n', '\r']) {
        "it holds a tab or a line end"
    } else {
        return Ok(());
    };
    Err(Error::BadId { what, text: text.to_owned(), reason })
}

//! An import: batches in any order become one sorted file a measure.

use std::collections::BTreeMap;

use headway_model::{LakeSegment, MeasureId, Names, ObservationBatch, PeriodKind, StudentGroup, ValueState, VintageId};

use crate::{
    Lake, LakeError, MeasureConflicts, Result,
    column::CompactColumn,
    encode::{SegmentDescription, SegmentWriter},
    lake::measure_folder,
    ranks::MeasureDictionaries,
    rows::{LakeRows, upper_bounds},
    sorter::{RowSorter, SortOutcome},
    temp::TempFile,
};

/// Rows gathered before they are sorted and put aside (30 to 60 bytes each, and twice that while they are sorted): so few that
/// sorting them stays near the processor.
const ROWS_IN_MEMORY: usize = 1 << 18;
/// Rows gathered when sorted rows go to a file.
const ROWS_TO_FILE: usize = 1 << 20;
/// Bytes of sorted rows kept in memory; what comes beyond goes to temporary files.
const BYTES_HELD: usize = 288 << 20;
/// What of them is given to the names of the places instead, for each place: an import of a million places holds several copies
/// of their ids and knows them by name and parent too.
const BYTES_A_PLACE: usize = 400;
/// So many bytes of sorted rows are kept at least.
const LEAST_HELD: usize = 48 << 20;
/// So many groups a measure may have.
const MOST_GROUPS: usize = 1 << 16;

/// Takes the batches of one import. Memory does not grow with their number.
///
/// ```no_run
/// # fn main() -> headway_lake::Result<()> {
/// # let batches: Vec<headway_model::ObservationBatch> = vec![];
/// let lake = headway_lake::Lake::in_folder("lake");
/// let mut import = lake.begin_import(7);
/// for batch in batches {
///     import.push(&batch)?;
/// }
/// let written = import.write_segments()?; // sorted and checked, seen by nobody
/// let segments = written.publish_segments()?; // in place: enter them into the catalog
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct LakeImport {
    lake: Lake,
    vintage: VintageId,
    measures: BTreeMap<MeasureId, ImportMeasure>,
    rows_in_memory: usize,
    /// How many rows at most, while sorted rows are held and when they no longer are.
    most_in_memory: [usize; 2],
    bytes_held: usize,
    most_held: usize,
}

#[derive(Debug)]
struct ImportMeasure {
    period_kind: PeriodKind,
    names: MeasureDictionaries,
    rows: LakeRows,
    pushed: u64,
    sorter: RowSorter,
}

/// An import that is written and checked, and seen by nobody yet. Dropping it leaves nothing behind.
#[derive(Debug)]
pub struct WrittenImport {
    lake: Lake,
    segments: Vec<WrittenSegment>,
}

/// One measure of it.
#[derive(Debug)]
pub struct WrittenSegment {
    pub(crate) file: TempFile,
    /// What the catalog will say.
    pub segment: LakeSegment,
    /// Rows pushed.
    pub pushed: u64,
    /// Rows left out since another one is the same to the last bit.
    pub repeated: u64,
}

impl LakeImport {
    pub(crate) fn new(lake: Lake, vintage: VintageId) -> Self {
        let most_in_memory = [ROWS_IN_MEMORY, ROWS_TO_FILE];
        let measures = BTreeMap::new();
        Self { lake, vintage, measures, rows_in_memory: 0, most_in_memory, bytes_held: 0, most_held: BYTES_HELD }
    }

    /// Sorts and puts aside whenever so many rows came in (at least one), instead of some hundred thousand.
    #[must_use]
    pub fn rows_in_memory(mut self, rows: usize) -> Self {
        self.most_in_memory = [rows.max(1); 2];
        self
    }

    /// Keeps so many bytes of sorted rows in memory, instead of some hundred million; what comes beyond goes to files.
    #[must_use]
    pub fn bytes_held(mut self, bytes: usize) -> Self {
        self.most_held = bytes;
        self
    }

    /// Takes a batch; batches of several measures may alternate.
    ///
    /// # Errors
    /// [`LakeError::BadId`] for an id that is empty, or holds a tab or a line end; [`LakeError::PeriodKinds`]; a full disk.
    ///
    /// # Panics
    /// When the batch contradicts itself: columns of unequal length, numbers without a name, an unknown state.
    pub fn push(&mut self, batch: &ObservationBatch) -> Result<()> {
        if batch.is_empty() {
            return Ok(());
        }
        if !self.measures.contains_key(&batch.measure) {
            check_id("measure", &batch.measure)?;
            self.measures.insert(batch.measure.clone(), ImportMeasure::new(&self.lake, batch.period_kind));
        }
        let measure = self.measures.get_mut(&batch.measure).expect("it was there or just came in");
        self.rows_in_memory += batch.len();
        measure.push_batch(batch)?;
        while self.rows_in_memory >= self.most_in_memory[usize::from(self.bytes_held >= self.bytes_allowed())] {
            let room = self.bytes_allowed();
            let largest = self.measures.values_mut().max_by_key(|m| m.rows.len()).expect("rows belong to a measure");
            self.rows_in_memory -= largest.rows.len();
            self.bytes_held += largest.spill_rows(room.saturating_sub(self.bytes_held))?;
        }
        Ok(())
    }

    /// How many bytes of sorted rows may be kept, as far as the places are known.
    fn bytes_allowed(&self) -> usize {
        let places = self.measures.values().map(|measure| measure.names.places.len()).max().unwrap_or_default();
        let left = self.most_held.saturating_sub(places * BYTES_A_PLACE);
        left.max(LEAST_HELD.min(self.most_held))
    }

    /// Sorts and checks everything and writes it to files that nobody sees yet.
    ///
    /// # Errors
    /// [`LakeError::Conflicts`] when two rows have one key and two results; a full disk. Nothing is left behind then.
    pub fn write_segments(self) -> Result<WrittenImport> {
        let mut segments = Vec::new();
        let room = self.bytes_allowed().saturating_sub(self.bytes_held);
        for (name, measure) in self.measures {
            segments.push(measure.write_segment(&self.lake, name, self.vintage, room)?);
        }
        Ok(WrittenImport { lake: self.lake, segments })
    }
}

impl ImportMeasure {
    fn new(lake: &Lake, period_kind: PeriodKind) -> Self {
        let sorter = RowSorter::new(&lake.temp_folder());
        Self { period_kind, names: MeasureDictionaries::default(), rows: LakeRows::default(), pushed: 0, sorter }
    }

    fn push_batch(&mut self, batch: &ObservationBatch) -> Result<()> {
        let ObservationBatch { measure, period_kind, .. } = batch;
        if *period_kind != self.period_kind {
            let (first, second) = (self.period_kind.name(), period_kind.name());
            return Err(LakeError::PeriodKinds { measure: measure.to_string(), first, second });
        }
        let known = ValueState::ALL.len() as u8;
        assert!(batch.state.iter().all(|&state| state < known), "a state without a name in a batch");
        let count = batch.len();
        let lengths = [batch.place.len(), batch.group.len(), batch.grade.len(), batch.state.len(), batch.flags.len()];
        let numbers = [batch.lo.len(), batch.hi.len(), batch.numerator.len(), batch.denominator.len()];
        assert!(lengths.iter().chain(&numbers).all(|&len| len == count), "columns of unequal length in a batch");
        let places = own_numbers("unit", &mut self.names.places, &batch.places, u32::MAX as usize)?;
        let groups = numbers_of_groups(&mut self.names.groups, &batch.groups)?;
        let grades = own_numbers("grade", &mut self.names.grades, &batch.grades, 1 << 16)?;
        let rows = &mut self.rows;
        match places {
            None => rows.place.extend(&batch.place),
            Some(own) => rows.place.extend(&batch.place.iter().map(|&place| own[place as usize]).collect::<Vec<_>>()),
        }
        rows.group.extend(&short_numbers(&batch.group, groups));
        rows.grade.extend(&short_numbers(&batch.grade, grades));
        rows.hi.extend(&upper_bounds(&batch.state, &batch.hi));
        rows.period.extend(&batch.period);
        rows.state.extend(&batch.state);
        rows.flags.extend(&batch.flags);
        rows.lo.extend(&batch.lo);
        rows.numerator.extend(&batch.numerator);
        rows.denominator.extend(&batch.denominator);
        self.pushed += count as u64;
        Ok(())
    }

    /// Puts the rows aside: in memory when `room` bytes are enough for them. Gives how many bytes they take of it.
    fn spill_rows(&mut self, room: usize) -> Result<usize> {
        let mut rows = std::mem::take(&mut self.rows);
        let bytes = rows.byte_size();
        let hold = bytes <= room;
        rows.vintage = CompactColumn::of_one_value(0, rows.len());
        self.rows = self.sorter.spill_rows(rows, &self.names, hold)?;
        Ok(if hold { bytes } else { 0 })
    }

    fn write_segment(
        mut self,
        lake: &Lake,
        measure: MeasureId,
        vintage: VintageId,
        room: usize,
    ) -> Result<WrittenSegment> {
        if !self.rows.is_empty() {
            self.spill_rows(room)?;
        }
        let Self { period_kind, names, pushed, sorter, .. } = self;
        let about = SegmentDescription { measure: measure.clone(), period_kind, vintages: vec![vintage] };
        let mut writer = SegmentWriter::new(&lake.temp_folder(), about)?;
        let sorted = sorter.finish_sorting(&names, vintage, &mut |rows| writer.push(rows, &names))?;
        let SortOutcome { repeated, conflicts, examples } = sorted;
        if conflicts > 0 {
            return Err(LakeError::Conflicts(MeasureConflicts { measure, count: conflicts, examples }));
        }
        let path = format!("{}/{vintage:08}.parquet", measure_folder(&measure));
        let (file, segment) = writer.finish_segment(&names, path)?;
        assert_eq!(segment.rows + repeated, pushed, "every row is written, or is the repetition of one that is");
        Ok(WrittenSegment { file, segment, pushed, repeated })
    }
}

impl WrittenImport {
    /// One a measure, in the order of their ids.
    pub fn segments(&self) -> &[WrittenSegment] {
        &self.segments
    }

    /// Moves the files to their places. They are seen when the catalog names them; a file that no catalog names (the
    /// transaction failed) is written over by the next import of that number.
    pub fn publish_segments(self) -> Result<Vec<LakeSegment>> {
        let Self { lake, segments } = self;
        let publish = |WrittenSegment { file, segment, .. }| lake.publish_file(file, &segment).map(|()| segment);
        segments.into_iter().map(publish).collect()
    }
}

/// The same for groups, which the lake has in one order of their words only.
fn numbers_of_groups(names: &mut Names, batch: &Names) -> Result<Option<Vec<u32>>> {
    if batch.all_texts().all(|code| StudentGroup::canonical_code(code) == code) {
        return own_numbers("group", names, batch, MOST_GROUPS);
    }
    let known = names.len();
    let own = batch.all_texts().map(|code| names.intern_text(&StudentGroup::canonical_code(code))).collect();
    check_new("group", names, known, MOST_GROUPS)?;
    Ok(Some(own))
}

/// The measure's number of each of the batch's names; `None` when they are the same numbers.
fn own_numbers(what: &'static str, names: &mut Names, batch: &Names, most: usize) -> Result<Option<Vec<u32>>> {
    let known = names.len();
    if !names.starts_like(batch) {
        let own = (0..).zip(batch.all_texts()).map(|(same, text)| {
            // Batches of one file mostly know the same names by the same numbers, which needs no search.
            if (same as usize) < known && names.text_by_number(same) == text { same } else { names.intern_text(text) }
        });
        let own: Vec<u32> = own.collect();
        check_new(what, names, known, most)?;
        return Ok(Some(own));
    }
    if known == 0 {
        names.clone_from(batch);
    }
    for number in names.len()..batch.len() {
        names.intern_text(batch.text_by_number(number as u32));
    }
    check_new(what, names, known, most)?;
    Ok(None)
}

/// Whether the names that came after the first `known` ones can be stored.
fn check_new(what: &'static str, names: &Names, known: usize, most: usize) -> Result<()> {
    for number in known..names.len() {
        let text = names.text_by_number(number as u32);
        check_id(what, text)?;
        if number >= most {
            let reason = "one measure has at most 65,536 of these";
            return Err(LakeError::BadId { what, text: text.to_owned(), reason });
        }
    }
    Ok(())
}

/// The measure's numbers of groups or grades.
fn short_numbers(numbers: &[u32], own: Option<Vec<u32>>) -> Vec<u16> {
    match own {
        None => numbers.iter().map(|&number| number as u16).collect(),
        Some(own) => numbers.iter().map(|&number| own[number as usize] as u16).collect(),
    }
}

fn check_id(what: &'static str, text: &str) -> Result<()> {
    let reason = if text.is_empty() {
        "it is empty"
    } else if text.contains(['\t', '\n', '\r']) {
        "it holds a tab or a line end"
    } else {
        return Ok(());
    };
    Err(LakeError::BadId { what, text: text.to_owned(), reason })
}

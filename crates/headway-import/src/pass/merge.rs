//! Brings the chunks of all readers and files together, in the order of the files.

use headway_model::{Names, PeriodKind, StatedPlaces};

use super::batches::{ImportTexts, OpenBatches};
use super::conflict::{ConflictVerdict, KeySightings};
use super::places::PlacesTold;
use super::register::RegisterClash;
use super::seen::{ObservationKey, SeenKeys};
use crate::hash::{FastMap, FastSet};
use crate::profile::TokenMeaning;
use crate::read::{CodedObservation, RowChunk};
use crate::report::{DoubtReport, REFUSALS_KEPT, SliceTally, TableTally};

/// What a pass is for.
pub(crate) enum PassPurpose<'a> {
    /// To import; keys that come again are gathered.
    Import,
    /// To look again at these keys, wherever they come.
    Look(&'a mut KeySightings),
    /// To import with what was found out about keys that come again.
    Settle(&'a ConflictVerdict),
}

/// What the passes have in common, and what came out of one.
#[derive(Default)]
pub(crate) struct ChunkMerger {
    pub(crate) measures: Vec<(String, PeriodKind)>,
    pub(crate) places: Names,
    levels: Vec<headway_model::Level>,
    pub(crate) groups: Names,
    pub(crate) grades: Names,
    told: PlacesTold,
    remaps: Vec<NumberRemap>,
    pub(crate) merged: MergedPass,
}

/// What came out of one pass.
#[derive(Default)]
pub(crate) struct MergedPass {
    seen: SeenKeys,
    /// Keys that came more than once.
    pub(crate) repeated: FastSet<ObservationKey>,
    pub(crate) batches: OpenBatches,
    pub(crate) tally: SliceTally,
    pub(crate) tables: Vec<TableTally>,
    /// Shares below 1 % that were written without a sign.
    pub(crate) bare_shares: u64,
    pub(crate) tokens: FastMap<Box<str>, (Option<TokenMeaning>, u64)>,
}

/// A reader's numbers as the import's.
#[derive(Default)]
struct NumberRemap {
    measures: Vec<u32>,
    places: Vec<u32>,
    groups: Vec<u32>,
    grades: Vec<u32>,
    texts: Vec<u32>,
}

/// More keys than this that come again are no oversight of the publisher: the profile leaves out a part of the key.
pub(crate) const MOST_REPEATED: usize = 2_000_000;

impl ChunkMerger {
    /// A merger for another pass over the same files, with the same numbers for the same names.
    pub(crate) fn for_next_pass(first: &Self) -> Self {
        let (places, groups, grades) = (first.places.clone(), first.groups.clone(), first.grades.clone());
        let (measures, levels) = (first.measures.clone(), first.levels.clone());
        Self { measures, places, levels, groups, grades, ..Self::default() }
    }

    /// Begins a table: its readers number their names from zero.
    pub(crate) fn begin_table(&mut self, table: TableTally) {
        self.remaps.clear();
        self.merged.tables.push(table);
    }

    /// Takes a chunk of the table begun last. Chunks come in the order of their rows.
    pub(crate) fn take_chunk(&mut self, chunk: &mut RowChunk, purpose: &mut PassPurpose) {
        self.learn_names(chunk);
        let table = self.merged.tables.len() - 1;
        self.merged.tables[table].add_chunk(chunk);
        self.merged.bare_shares += chunk.bare_shares;
        for (text, meaning, count) in chunk.tokens.drain(..) {
            self.merged.tokens.entry(text).or_insert((meaning, 0)).1 += count;
        }
        let remap = &self.remaps[chunk.reader];
        chunk.observed.iter_mut().for_each(|o| remap.renumber_observed(o));
        if let PassPurpose::Look(sightings) = purpose {
            return chunk.observed.iter().for_each(|o| sightings.note_sighting(observation_key(o), table, o));
        }
        let mut row = RowFate::default();
        let mut observed = std::mem::take(&mut chunk.observed);
        observed.retain(|o| {
            if o.row != row.number {
                std::mem::replace(&mut row, RowFate::for_row(o.row)).add_to_counts(&mut self.merged.tables[table]);
            }
            self.keep_observation(o, table, purpose, &mut row)
        });
        row.add_to_counts(&mut self.merged.tables[table]);
        let texts =
            ImportTexts { measures: &self.measures, places: &self.places, groups: &self.groups, grades: &self.grades };
        self.merged.batches.add_observations(&observed, texts);
        chunk.observed = observed;
    }

    /// Whether an observation is kept, and no repetition, and not refused.
    #[inline]
    fn keep_observation(
        &mut self,
        o: &CodedObservation,
        table: usize,
        purpose: &PassPurpose,
        row: &mut RowFate,
    ) -> bool {
        let key = observation_key(o);
        if let PassPurpose::Settle(verdict) = purpose
            && let Some(reason) = verdict.refusal_reason(key, table)
        {
            let text = format!("{} {}", self.places.text_by_number(o.place), self.measures[o.measure as usize].0);
            self.merged.tables[table].refuse_row(o.row, &text, reason, REFUSALS_KEPT);
            row.refused += 1;
            return false;
        }
        if !self.merged.seen.insert(key) {
            if self.merged.repeated.len() < MOST_REPEATED {
                self.merged.repeated.insert(key);
            }
            row.repeated += 1;
            return false;
        }
        self.merged.tally.add_observation(o, self.levels[o.place as usize]);
        row.kept += 1;
        true
    }

    /// Gives the names that a reader met the import's numbers.
    fn learn_names(&mut self, chunk: &mut RowChunk) {
        while self.remaps.len() <= chunk.reader {
            self.remaps.push(NumberRemap::default());
        }
        let remap = &mut self.remaps[chunk.reader];
        for measure in &chunk.measures {
            let known = self.measures.iter().position(|have| have == measure).unwrap_or_else(|| {
                self.measures.push(measure.clone());
                self.measures.len() - 1
            });
            remap.measures.push(known as u32);
        }
        remap.groups.extend(chunk.groups.iter().map(|text| self.groups.intern_text(text)));
        remap.grades.extend(chunk.grades.iter().map(|text| self.grades.intern_text(text)));
        for (id, level) in chunk.places.drain(..) {
            let number = self.places.intern_text(&id);
            if number as usize == self.levels.len() {
                self.levels.push(level);
            }
            remap.places.push(number);
        }
        remap.texts.extend(chunk.texts.iter().map(|text| self.told.text_number(text)));
        let number = |text: u32| remap.texts[text as usize];
        let table = self.merged.tables.len().saturating_sub(1);
        for mut told in chunk.told.drain(..) {
            told.place = number(told.place);
            (told.name, told.parent) = (told.name.map(number), told.parent.map(number));
            self.told.learn_mention(told, table);
        }
    }

    /// Rows of registers that contradict each other.
    pub(crate) fn register_clashes(&self) -> Vec<RegisterClash> {
        self.told.register_clashes()
    }

    /// Codes with two names and names with two codes.
    pub(crate) fn names_at_odds(&self) -> Vec<DoubtReport> {
        self.told.name_doubts()
    }

    /// What the files say of places, by their ids.
    pub(crate) fn into_places(self) -> StatedPlaces {
        self.told.into_statements()
    }
}

impl NumberRemap {
    #[inline]
    fn renumber_observed(&self, o: &mut CodedObservation) {
        o.measure = self.measures[o.measure as usize];
        o.place = self.places[o.place as usize];
        o.group = self.groups[o.group as usize];
        o.grade = self.grades[o.grade as usize];
    }
}

#[inline]
fn observation_key(o: &CodedObservation) -> ObservationKey {
    (o.measure, o.place, o.group, o.grade, o.period)
}

/// What became of the observations of one row; rows are numbered from 1.
#[derive(Default)]
struct RowFate {
    number: u64,
    kept: u64,
    refused: u64,
    repeated: u64,
}

impl RowFate {
    fn for_row(number: u64) -> Self {
        Self { number, ..Self::default() }
    }

    #[inline]
    fn add_to_counts(self, counts: &mut TableTally) {
        counts.cells_taken += self.kept;
        counts.cells_refused += self.refused;
        counts.cells_repeated += self.repeated;
        match (self.kept, self.refused, self.repeated) {
            (1.., ..) => counts.rows_accepted += 1,
            (0, 1.., _) => counts.rows_refused += 1,
            (0, 0, 1..) => counts.ignore_rows("repetition of another row", 1),
            (0, 0, 0) => {}
        }
    }
}

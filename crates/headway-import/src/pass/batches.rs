//! Observations gathered into the batches that the lake takes.

use headway_model::{Names, ObservationBatch, PeriodKind};

use crate::read::CodedObservation;

/// How many observations are gathered before the first are handed over: until then rows that contradict each other can be left
/// out.
const HELD_FIRST: usize = 1 << 20;
/// How many observations are gathered from then on: so few that they stay near the processor; but as many as there are places,
/// since what takes them looks at the names each time.
const HELD: usize = 1 << 16;

/// Batches being filled, one a measure.
#[derive(Default)]
pub(crate) struct OpenBatches {
    open: Vec<OpenBatch>,
    held: usize,
    places: usize,
    /// Whether something was handed over already.
    pub(crate) handed_over: bool,
}

struct OpenBatch {
    batch: ObservationBatch,
    places: Vec<u32>,
    groups: Vec<u32>,
    grades: Vec<u32>,
}

/// A name that the batch has not met.
const UNKNOWN: u32 = u32::MAX;

/// The texts behind an import's numbers.
#[derive(Clone, Copy)]
pub(crate) struct ImportTexts<'a> {
    pub(crate) measures: &'a [(String, PeriodKind)],
    pub(crate) places: &'a Names,
    pub(crate) groups: &'a Names,
    pub(crate) grades: &'a Names,
}

impl OpenBatches {
    /// Adds observations, whose numbers are those of `texts`.
    pub(crate) fn add_observations(&mut self, observed: &[CodedObservation], texts: ImportTexts) {
        for run in observed.chunk_by(|a, b| a.measure == b.measure) {
            while self.open.len() <= run[0].measure as usize {
                let (measure, kind) = &texts.measures[self.open.len()];
                let batch = ObservationBatch::new(measure.clone(), *kind);
                self.open.push(OpenBatch { batch, places: Vec::new(), groups: Vec::new(), grades: Vec::new() });
            }
            self.open[run[0].measure as usize].add_observations(run, texts);
        }
        self.held += observed.len();
        self.places = texts.places.len();
    }

    /// Whether it is time to hand over.
    pub(crate) fn is_full(&self) -> bool {
        self.held >= if self.handed_over { HELD.max(self.places) } else { HELD_FIRST }
    }

    /// Hands all batches over, and empties them; their names stay, since the next rows are about the same places mostly.
    pub(crate) fn hand_over<E>(&mut self, sink: &mut dyn FnMut(&ObservationBatch) -> Result<(), E>) -> Result<(), E> {
        for OpenBatch { batch, .. } in &mut self.open {
            if !batch.is_empty() {
                sink(batch)?;
                // The first are more than will ever be gathered again.
                if self.handed_over { batch.clear() } else { *batch = batch.without_rows() }
            }
        }
        self.held = 0;
        self.handed_over = true;
        Ok(())
    }
}

impl OpenBatch {
    /// Column by column, which takes half the time of row by row.
    fn add_observations(&mut self, run: &[CodedObservation], texts: ImportTexts) {
        let Self { batch, places, groups, grades } = self;
        batch.place.extend(run.iter().map(|o| local_number(places, &mut batch.places, o.place, texts.places)));
        batch.group.extend(run.iter().map(|o| local_number(groups, &mut batch.groups, o.group, texts.groups)));
        batch.grade.extend(run.iter().map(|o| local_number(grades, &mut batch.grades, o.grade, texts.grades)));
        batch.period.extend(run.iter().map(|o| o.period));
        batch.state.extend(run.iter().map(|o| o.state as u8));
        batch.flags.extend(run.iter().map(|o| o.flags.0));
        batch.lo.extend(run.iter().map(|o| o.lo));
        batch.hi.extend(run.iter().map(|o| o.hi));
        batch.numerator.extend(run.iter().map(|o| o.numerator));
        batch.denominator.extend(run.iter().map(|o| o.denominator));
    }
}

/// The batch's own number for an import's name.
fn local_number(known: &mut Vec<u32>, names: &mut Names, number: u32, texts: &Names) -> u32 {
    let at = number as usize;
    if known.len() <= at {
        known.resize(at + 1, UNKNOWN);
    }
    if known[at] == UNKNOWN {
        known[at] = names.intern_text(texts.text_by_number(number));
    }
    known[at]
}

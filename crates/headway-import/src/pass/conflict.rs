//! Keys that come more than once: the same value again is a repetition, another value a contradiction.

use std::collections::BTreeMap;

use super::seen::ObservationKey;
use crate::hash::{FastMap, FastSet};
use crate::read::CodedObservation;

/// Everywhere that the keys in question were met.
pub(crate) struct KeySightings {
    wanted: FastSet<ObservationKey>,
    met: FastMap<ObservationKey, Vec<KeySighting>>,
    /// Observations of each slice and table.
    sizes: FastMap<(ConflictSlice, usize), u64>,
}

#[derive(Clone, Copy)]
struct KeySighting {
    table: usize,
    row: u64,
    observed: CodedObservation,
}

/// Measure, group, grade, period: the observations of all places that belong together.
type ConflictSlice = (u32, u32, u32, i32);

fn slice_of_key(key: ObservationKey) -> ConflictSlice {
    (key.0, key.2, key.3, key.4)
}

/// What is done about keys that came with different values.
#[derive(Default)]
pub(crate) struct ConflictVerdict {
    keys: FastSet<ObservationKey>,
    slices: FastSet<(ConflictSlice, usize)>,
    /// What to tell, one entry for each pair of tables (or one table with itself).
    pub(crate) contradictions: Vec<TableContradiction>,
}

/// Two tables (or one with itself) that give the same keys different values.
#[derive(Clone, Debug)]
pub(crate) struct TableContradiction {
    pub(crate) tables: (usize, usize),
    pub(crate) common: u64,
    pub(crate) different: u64,
    /// So many that the tables can't be about the same: all of both is refused.
    pub(crate) whole: bool,
    /// The rows of the first one met.
    pub(crate) rows: (u64, u64),
    pub(crate) example: ObservationKey,
}

const ONE_KEY: &str = "the same key has another value in another row";
const WHOLE: &str = "many rows of the same key have different values: a part of the key is missing";

impl KeySightings {
    pub(crate) fn of_keys(wanted: FastSet<ObservationKey>) -> Self {
        Self { wanted, met: FastMap::default(), sizes: FastMap::default() }
    }

    pub(crate) fn note_sighting(&mut self, key: ObservationKey, table: usize, observed: &CodedObservation) {
        *self.sizes.entry((slice_of_key(key), table)).or_default() += 1;
        if self.wanted.contains(&key) {
            self.met.entry(key).or_default().push(KeySighting { table, row: observed.row, observed: *observed });
        }
    }

    /// Finds the contradictions; `None` when all repetitions are harmless.
    pub(crate) fn find_contradictions(&self) -> Option<ConflictVerdict> {
        let mut pairs: BTreeMap<(usize, usize), TableContradiction> = BTreeMap::new();
        let mut verdict = ConflictVerdict::default();
        let mut keys: Vec<(&ObservationKey, &Vec<KeySighting>)> = self.met.iter().collect();
        keys.sort_unstable_by_key(|(_, sightings)| (sightings[0].table, sightings[0].row));
        for (key, sightings) in &keys {
            let first = &sightings[0];
            for other in &sightings[1..] {
                let pair = pairs.entry((first.table, other.table)).or_insert_with(|| TableContradiction {
                    tables: (first.table, other.table),
                    common: 0,
                    different: 0,
                    whole: false,
                    rows: (0, 0),
                    example: **key,
                });
                pair.common += 1;
                if !is_same_figure(&first.observed, &other.observed) {
                    if pair.different == 0 {
                        (pair.rows, pair.example) = ((first.row, other.row), **key);
                    }
                    pair.different += 1;
                    verdict.keys.insert(**key);
                }
            }
        }
        if verdict.keys.is_empty() {
            return None;
        }
        for pair in pairs.values_mut() {
            // Within one table half of its keys must be hit; between two, half of those in common.
            let of = if pair.tables.0 == pair.tables.1 { self.keys_of(pair.tables.0) } else { pair.common };
            pair.whole = pair.different > 1 && pair.different * 2 > of;
        }
        let whole: Vec<(usize, usize)> = pairs.values().filter(|p| p.whole).map(|p| p.tables).collect();
        for key in &verdict.keys {
            for sighting in &self.met[key] {
                if whole.iter().any(|(a, b)| *a == sighting.table || *b == sighting.table) {
                    verdict.slices.insert((slice_of_key(*key), sighting.table));
                }
            }
        }
        verdict.contradictions = pairs.into_values().filter(|pair| pair.different > 0).collect();
        Some(verdict)
    }

    /// How many keys a table has: a key met twice is one.
    fn keys_of(&self, table: usize) -> u64 {
        let all: u64 = self.sizes.iter().filter(|((_, t), _)| *t == table).map(|(_, size)| size).sum();
        let again: u64 =
            self.met.values().map(|s| s.iter().filter(|s| s.table == table).count().saturating_sub(1) as u64).sum();
        all - again
    }
}

/// Whether two rows say the same. Unknown counts agree with known ones only when both are unknown.
fn is_same_figure(a: &CodedObservation, b: &CodedObservation) -> bool {
    let equal = |a: f64, b: f64| a == b || (a.is_nan() && b.is_nan());
    a.state == b.state
        && a.flags == b.flags
        && equal(a.lo, b.lo)
        && equal(a.hi, b.hi)
        && equal(a.numerator, b.numerator)
        && equal(a.denominator, b.denominator)
}

impl ConflictVerdict {
    /// Why an observation is refused, if it is.
    pub(crate) fn refusal_reason(&self, key: ObservationKey, table: usize) -> Option<&'static str> {
        if self.slices.contains(&(slice_of_key(key), table)) {
            return Some(WHOLE);
        }
        self.keys.contains(&key).then_some(ONE_KEY)
    }
}

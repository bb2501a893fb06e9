//! Which places the last import of the same kind had, and which this one has: sets are compared, since numbers stay the same when
//! places are exchanged for others, or lose the zeros at the beginning of their ids.

use std::collections::{BTreeMap, HashSet};

use headway_model::SeriesRows;
use headway_model::{ALL, Level, VintageId};

use super::walk::CheckedMeasure;

/// So many ids of a level are kept to find what became of them; all are counted.
const KEPT: usize = 100_000;

/// By measure and level.
pub(in crate::intake) type ExchangesByLevel = BTreeMap<(String, Level), PlaceExchange>;

/// The places of one level, in the latest period of each of the two imports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::intake) struct PlaceExchange {
    /// How many are in both.
    pub(super) both: u64,
    /// Those in the earlier one alone.
    pub(super) gone: ExampleIds,
    /// Those in this one alone.
    pub(super) new: ExampleIds,
}

/// Ids: how many, and the first of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::intake) struct ExampleIds {
    pub(super) count: u64,
    ids: Vec<String>,
}

/// The places of one measure beside those of the last import.
pub(super) struct ExchangeCheck {
    /// The last import and its latest period, and the latest of this one.
    of: Option<(VintageId, i32, i32)>,
    levels: BTreeMap<Level, PlaceExchange>,
}

impl ExchangeCheck {
    pub(super) fn for_measure(about: &CheckedMeasure<'_>) -> Self {
        let last = about.ground.last.and_then(|last| {
            let of = |text: &str| about.period_ordinal(text);
            let new = about.ground.report.slices_of(about.measure).filter_map(|slice| of(&slice.period)).max()?;
            let old = last.measure_periods(about.measure).filter_map(of).max()?;
            Some((last.import_id(), old, new))
        });
        Self { of: last, levels: BTreeMap::new() }
    }

    pub(super) fn take_series(&mut self, about: &CheckedMeasure<'_>, series: &SeriesRows<'_>) {
        let Some((last, old, new)) = self.of.filter(|_| series.group == ALL && series.grade == ALL) else { return };
        let has = |vintage, period| {
            let mut rows = series.vintage.iter().zip(series.period);
            rows.any(|row| row == (&vintage, &period))
        };
        let (had, has) = (has(last, old), has(about.ground.number, new));
        if !had && !has {
            return;
        }
        let Some(level) = about.place_level(series.place) else { return };
        let exchange = self.levels.entry(level).or_default();
        match (had, has) {
            (true, true) => exchange.both += 1,
            (true, false) => exchange.gone.add_id(series.place),
            (false, _) => exchange.new.add_id(series.place),
        }
    }

    pub(super) fn add_to_exchanges(self, about: &CheckedMeasure<'_>, all: &mut ExchangesByLevel) {
        all.extend(self.levels.into_iter().map(|(level, exchange)| ((about.measure.to_owned(), level), exchange)));
    }
}

impl ExampleIds {
    fn add_id(&mut self, id: &str) {
        self.count += 1;
        if self.ids.len() < KEPT {
            self.ids.push(id.to_owned());
        }
    }
}

impl PlaceExchange {
    /// How many of the places that are gone are there under an id with fewer or more zeros at its beginning.
    pub(super) fn by_zeros(&self) -> u64 {
        let new: HashSet<&str> = self.new.ids.iter().map(|id| id.trim_start_matches('0')).collect();
        self.gone.ids.iter().filter(|id| new.contains(id.trim_start_matches('0'))).count() as u64
    }

    #[cfg(test)]
    pub(super) fn of_sets(both: u64, gone: &[&str], new: &[&str]) -> Self {
        let ids =
            |ids: &[&str]| ExampleIds { count: ids.len() as u64, ids: ids.iter().map(|id| (*id).to_owned()).collect() };
        Self { both, gone: ids(gone), new: ids(new) }
    }
}

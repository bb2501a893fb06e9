//! Two places with the same figures in all groups and grades, to the last student: one's rows were copied over the other's.

use std::collections::{HashMap, HashSet};

use headway_model::{ALL, SeriesRows, ValueState};

use super::hash::{fnv_hash, mix_bits};
use super::walk::{CheckedMeasure, PeriodRows};
use super::{DoubtKind, ImportDoubt};

/// So many figures with their numbers of students are seldom the same in two places.
const ENOUGH: u32 = 3;
/// Places with fewer students may well be alike.
const STUDENTS: f64 = 30.0;

/// By the hash of a place's id and by period: how many figures it has, and a sum over them all.
#[derive(Default)]
pub(super) struct TwinPlaces(HashMap<(u64, i32), PlaceFigures>);

#[derive(Clone, Copy, Default)]
struct PlaceFigures {
    count: u32,
    sum: u64,
    /// All students are enough to tell it from others.
    large: bool,
}

impl TwinPlaces {
    pub(super) fn take_series(&mut self, series: &SeriesRows<'_>, cells: &[PeriodRows]) {
        let id = fnv_hash(series.place);
        let slice = mix_bits(fnv_hash(series.group) ^ fnv_hash(series.grade).rotate_left(17));
        for (cell, row) in cells.iter().filter_map(|cell| Some((cell, cell.new?))) {
            let (students, value) = (series.denominator[row], series.lo[row]);
            if series.state_at(row) != ValueState::Exact || students.is_nan() {
                continue;
            }
            let place = self.0.entry((id, cell.period)).or_default();
            place.count += 1;
            place.large |= series.group == ALL && students >= STUDENTS;
            let figure = mix_bits(students.to_bits() ^ value.to_bits().rotate_left(31));
            place.sum = place.sum.wrapping_add(mix_bits(slice ^ figure));
        }
    }

    pub(super) fn into_doubt(self, about: &CheckedMeasure<'_>) -> Option<ImportDoubt> {
        let mut alike: HashMap<(i32, u32, u64), Vec<u64>> = HashMap::new();
        for ((place, period), figures) in self.0.into_iter().filter(|(_, of)| of.count >= ENOUGH && of.large) {
            alike.entry((period, figures.count, figures.sum)).or_default().push(place);
        }
        alike.retain(|_, places| places.len() > 1);
        let hashes: HashSet<u64> = alike.values().flatten().copied().collect();
        let ids = about.ground.places.place_ids().filter(|id| hashes.contains(&fnv_hash(id)));
        let ids: HashMap<u64, &str> = ids.map(|id| (fnv_hash(id), id)).collect();
        let mut twins: Vec<(i32, u32, [&str; 2])> = Vec::new();
        for ((period, count, _), places) in alike {
            let mut places: Vec<&str> = places.iter().filter_map(|place| ids.get(place).copied()).collect();
            // A district's only school has the district's figures.
            places.sort_unstable_by_key(|id| (about.place_level(id), *id));
            let pairs = places.windows(2).filter(|two| about.place_level(two[0]) == about.place_level(two[1]));
            twins.extend(pairs.map(|two| (period, count, [two[0], two[1]])));
        }
        twins.sort_unstable_by_key(|(period, _, places)| (*period, *places));
        let (period, count, places) = twins.first()?;
        Some(ImportDoubt {
            kind: DoubtKind::Copied,
            measures: vec![about.measure.into()],
            cause: "places have another's figures in all groups and grades, to the last student".to_owned(),
            count: twins.iter().map(|(_, count, _)| u64::from(*count)).sum(),
            of: None,
            first: format!(
                "{} and {}, {}: {count} figures",
                about.place_label(places[0]),
                about.place_label(places[1]),
                about.period_at(*period)
            ),
            advice: "Were rows copied? Check the file".to_owned(),
            until: None,
        })
    }
}

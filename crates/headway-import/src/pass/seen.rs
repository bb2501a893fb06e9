//! Which keys were met already, in a few bits each.

use crate::hash::FastMap;

/// Measure, place, group, grade (as numbers) and period: what may have only one value.
pub(crate) type ObservationKey = (u32, u32, u32, u32, i32);

/// Remembers keys: for each measure, group, grade and 64 periods a word of bits per place, so that ten million observations of
/// consecutive years take some megabytes.
#[derive(Default)]
pub(crate) struct SeenKeys {
    numbers: FastMap<SlotKey, usize>,
    slots: Vec<(SlotKey, Vec<u64>)>,
    /// The slots met last, by group: rows of one place follow each other.
    recent: [usize; RECENT],
}

/// Measure, group, grade, and which 64 periods.
type SlotKey = (u32, u32, u32, i32);

const RECENT: usize = 32;

impl SeenKeys {
    /// Remembers a key; whether it is new.
    #[inline]
    pub(crate) fn insert(&mut self, key: ObservationKey) -> bool {
        let (measure, place, group, grade, period) = key;
        let slot = (measure, group, grade, period.div_euclid(64));
        let recent = &mut self.recent[(group as usize + 7 * measure as usize) % RECENT];
        if self.slots.get(*recent).is_none_or(|(have, _)| *have != slot) {
            let next = self.slots.len();
            *recent = *self.numbers.entry(slot).or_insert(next);
            if *recent == next {
                self.slots.push((slot, Vec::new()));
            }
        }
        let places = &mut self.slots[*recent].1;
        let place = place as usize;
        if places.len() <= place {
            places.resize(place + 1, 0);
        }
        let bit = 1 << period.rem_euclid(64);
        let new = places[place] & bit == 0;
        places[place] |= bit;
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remembers_near_and_far_periods() {
        let mut seen = SeenKeys::default();
        for period in [2014, 2013, 1990, 1900, 2014 + 31, 2014 + 32, i32::MAX, i32::MIN] {
            for place in [0, 7] {
                assert!(seen.insert((1, place, 2, 3, period)), "{period}");
                assert!(!seen.insert((1, place, 2, 3, period)), "{period}");
            }
        }
        assert!(seen.insert((1, 0, 3, 3, 2014)), "another group");
    }
}

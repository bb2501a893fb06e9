//! Which keys were met already, in a few bits each.

use crate::hash::{FastMap, FastSet};

/// Measure, unit, group, grade (as numbers) and period: what may have only one value.
pub(crate) type Key = (u32, u32, u32, u32, i32);

/// Remembers keys. For each measure, group and grade a bit per place and period, so that ten million observations take some
/// megabytes; periods far from the first one (days) are remembered one by one.
#[derive(Default)]
pub(crate) struct Seen {
    slots: FastMap<(u32, u32, u32), Slot>,
    far: FastSet<Key>,
}

struct Slot {
    first: i32,
    bits: Vec<u64>,
}

impl Seen {
    /// Remembers a key; whether it is new.
    pub(crate) fn insert(&mut self, key: Key) -> bool {
        let (measure, unit, group, grade, period) = key;
        let slot = self
            .slots
            .entry((measure, group, grade))
            .or_insert_with(|| Slot { first: period.saturating_sub(32), bits: Vec::new() });
        let Ok(offset @ 0..64) = u32::try_from(i64::from(period) - i64::from(slot.first)) else {
            return self.far.insert(key);
        };
        let unit = unit as usize;
        if slot.bits.len() <= unit {
            slot.bits.resize(unit + 1, 0);
        }
        let bit = 1 << offset;
        let new = slot.bits[unit] & bit == 0;
        slot.bits[unit] |= bit;
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remembers_near_and_far_periods() {
        let mut seen = Seen::default();
        for period in [2014, 2013, 1990, 1900, 2014 + 31, 2014 + 32, i32::MAX, i32::MIN] {
            for unit in [0, 7] {
                assert!(seen.insert((1, unit, 2, 3, period)), "{period}");
                assert!(!seen.insert((1, unit, 2, 3, period)), "{period}");
            }
        }
        assert!(seen.insert((1, 0, 3, 3, 2014)), "another group");
    }
}

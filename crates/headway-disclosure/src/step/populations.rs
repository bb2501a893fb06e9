//! Which measures are about the same students.

use std::collections::HashMap;

use super::super::figures::MeasureFigures;
use super::PriorEdition;

/// Of ten common numbers of students so many are the same for measures about the same students. A reader of two measures that
/// agree more often than not takes a number of one for that of the other.
const SAME: u64 = 5;

/// The measures that are about the same students: the same numbers of students more often than not, wherever both have one, now
/// or in an earlier release. Gives each measure's population, named by its first measure.
pub(crate) fn find_populations(measures: &[MeasureFigures], earlier: &[PriorEdition]) -> Vec<usize> {
    let counts: Vec<HashMap<(u32, u32, u32, i32), u64>> = (0..measures.len())
        .map(|m| {
            let told = earlier.iter().flat_map(|e| &e.told[m]);
            let before = told.filter_map(|f| Some(((f.place, f.group, f.grade, f.period), f.n?)));
            let now = measures[m].rows.iter().filter_map(|f| Some(((f.place, f.group, f.grade, f.period), f.n?)));
            before.chain(now).collect()
        })
        .collect();
    let mut population: Vec<usize> = (0..counts.len()).collect();
    for later in 0..counts.len() {
        for first in 0..later {
            if population[first] != first || measures[first].kind != measures[later].kind {
                continue;
            }
            let (mut common, mut same) = (0u64, 0u64);
            for (key, n) in &counts[later] {
                if let Some(other) = counts[first].get(key) {
                    common += 1;
                    same += u64::from(n == other);
                }
            }
            // The students of places belong to the shares of them, where these say nothing of all students.
            let of_shares = common == 0 && measures[first].whole == Some(later);
            if of_shares || common > 0 && same * 10 > common * SAME {
                population[later] = first;
                break;
            }
        }
    }
    population
}

//! Which measures are about the same students.

mod rolled;

use std::collections::HashMap;

use super::super::figures::MeasureFigures;
use super::PriorEdition;
pub(crate) use rolled::RollingRules;

/// Of ten common numbers of students so many are the same for measures about the same students. A reader of two measures that
/// agree more often than not takes a number of one for that of the other.
const SAME: u64 = 5;

/// Place, group, grade, period.
type StudentKey = (u32, u32, u32, i32);
/// Numbers of students; nothing where one is not known.
type StudentCounts = HashMap<StudentKey, Option<u64>>;

/// The measures that are about the same students: the same numbers of students more often than not, wherever both have one, now
/// or in an earlier release; or, where they share no row, the same once they are added up over places, groups or grades. Gives each
/// measure's population, named by its first measure.
pub(crate) fn find_populations(
    measures: &[MeasureFigures],
    earlier: &[PriorEdition],
    rules: RollingRules<'_>,
) -> Vec<usize> {
    let counts: Vec<StudentCounts> = (0..measures.len())
        .map(|m| {
            let told = earlier.iter().flat_map(|e| &e.told[m]);
            let before = told.map(|f| ((f.place, f.group, f.grade, f.period), f.n));
            let now = measures[m].rows.iter().map(|f| ((f.place, f.group, f.grade, f.period), f.n));
            // What is not known now may have been known before.
            let all: Vec<(StudentKey, Option<u64>)> = before.chain(now).collect();
            let of = |known: bool| all.iter().copied().filter(move |(_, n)| n.is_some() == known);
            of(false).chain(of(true)).collect()
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
                if let Some((n, other)) = n.zip(counts[first].get(key).copied().flatten()) {
                    common += 1;
                    same += u64::from(n == other);
                }
            }
            // The students of places belong to the shares of them, where these say nothing of all students.
            let of_shares = common == 0 && measures[first].whole == Some(later);
            let of_others = || rules.count_the_same(measures[later].kind, &counts[first], &counts[later]);
            if of_shares || common > 0 && same * 10 > common * SAME || common == 0 && of_others() {
                population[later] = first;
                break;
            }
        }
    }
    population
}

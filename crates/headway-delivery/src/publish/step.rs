//! The suppression step: what is told of every figure of a release, decided over all of them together.

mod amounts;
mod answer;
mod building;
mod counted;
mod students;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use headway_model::Value;

use super::figures::Figures;
use super::links::Atlas;
use super::told::{How, Told};
use super::{AuditSummary, Weakness};

/// What an earlier release told of one measure.
pub(super) type Earlier = Vec<Told>;

/// What is to be decided: the figures of now, and for each earlier release what it told of each of the measures.
pub(super) struct Step<'a> {
    pub(super) atlas: &'a Atlas,
    pub(super) measures: &'a [Figures],
    /// One an earlier release, one a measure.
    pub(super) earlier: &'a [Vec<Earlier>],
    /// For each measure the one whose counts it adds up, and over how many periods.
    pub(super) sums: &'a [Option<(usize, i32)>],
    /// Nothing but in tests.
    pub(super) weakness: Weakness,
}

/// What was decided: one an observation, `None` where no count is known and the source's word is passed on.
pub(super) struct Decided {
    pub(super) how: Vec<Vec<Option<How>>>,
    pub(super) audit: AuditSummary,
    /// (measure, row) of figures of now that follow from the rest, whatever is hidden.
    pub(super) exposed: Vec<(usize, usize)>,
}

/// Measures and periods that hang together, by measure and row.
struct Problem {
    /// Measure, row of now.
    rows: Vec<(usize, usize)>,
    /// Earlier release, measure, row.
    told: Vec<(usize, usize, usize)>,
}

impl Step<'_> {
    pub(super) fn decide(&self) -> Decided {
        let populations = self.populations();
        let problems = self.problems(&populations);
        let next = AtomicUsize::new(0);
        let mut decided = Decided {
            how: self.measures.iter().map(|m| vec![None; m.rows.len()]).collect(),
            audit: AuditSummary::default(),
            exposed: Vec::new(),
        };
        let done = Mutex::new(&mut decided);
        let work = || {
            while let Some(problem) = problems.get(next.fetch_add(1, Ordering::Relaxed)) {
                let solved = Solving { step: self, problem, populations: &populations }.solve();
                let mut decided = done.lock().expect("no thread ends while it writes");
                solved.write(problem, &mut decided);
            }
        };
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(problems.len()).max(1);
        std::thread::scope(|scope| {
            for _ in 1..threads {
                scope.spawn(work);
            }
            work();
        });
        decided.exposed.sort_unstable();
        decided
    }

    /// The measures that are about the same students: the same numbers of students wherever both have one (nine of ten
    /// times). Gives each measure's population, named by its first measure.
    fn populations(&self) -> Vec<usize> {
        let counts: Vec<HashMap<(u32, u32, u32, i32), u64>> = self
            .measures
            .iter()
            .map(|m| m.rows.iter().filter_map(|f| Some(((f.place, f.group, f.grade, f.period), f.n?))).collect())
            .collect();
        let mut population: Vec<usize> = (0..self.measures.len()).collect();
        for later in 0..counts.len() {
            for first in 0..later {
                if population[first] != first || self.measures[first].kind != self.measures[later].kind {
                    continue;
                }
                let (mut common, mut same) = (0u64, 0u64);
                for (key, n) in &counts[later] {
                    if let Some(other) = counts[first].get(key) {
                        common += 1;
                        same += u64::from(n == other);
                    }
                }
                if common > 0 && same * 10 >= common * 9 {
                    population[later] = first;
                    break;
                }
            }
        }
        population
    }

    /// Periods are apart, unless a measure adds them up.
    fn problems(&self, populations: &[usize]) -> Vec<Problem> {
        let mut component: Vec<usize> = populations.to_vec();
        let mut summed: BTreeSet<usize> = BTreeSet::new();
        for (m, sum) in self.sums.iter().enumerate() {
            let Some((of, _)) = sum else { continue };
            let (a, b) = (component[m], component[*of]);
            component.iter_mut().filter(|c| **c == b).for_each(|c| *c = a);
            summed.insert(a);
        }
        let summed: BTreeSet<usize> = summed.into_iter().map(|c| component[c]).collect();
        let key = |m: usize, period: i32| {
            let c = component[m];
            (c, if summed.contains(&c) { 0 } else { period })
        };
        let empty = || Problem { rows: Vec::new(), told: Vec::new() };
        let mut problems: BTreeMap<(usize, i32), Problem> = BTreeMap::new();
        for (m, measure) in self.measures.iter().enumerate() {
            for (row, figure) in measure.rows.iter().enumerate() {
                problems.entry(key(m, figure.period)).or_insert_with(empty).rows.push((m, row));
            }
        }
        for (e, release) in self.earlier.iter().enumerate() {
            for (m, told) in release.iter().enumerate() {
                for (row, figure) in told.iter().enumerate() {
                    problems.entry(key(m, figure.period)).or_insert_with(empty).told.push((e, m, row));
                }
            }
        }
        problems.into_values().collect()
    }
}

/// One problem being solved.
struct Solving<'a> {
    step: &'a Step<'a>,
    problem: &'a Problem,
    populations: &'a [usize],
}

/// Whether the source knows the figure and does not tell it, or not exactly.
fn hides(value: Value) -> bool {
    matches!(value, Value::Suppressed | Value::Range { .. } | Value::AtLeast { .. } | Value::AtMost { .. })
}

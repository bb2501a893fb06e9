//! The attack: what all releases say, taken together as one puzzle.

use std::collections::BTreeMap;

use super::knowledge::{ALL, Cell, Knowledge, Says};
use super::programs;
use super::puzzle::{Puzzle, Unknown};

/// A cell as one import brought it: the same in every release that has the figure of this import.
pub(crate) type Figure = (Cell, i64);

/// Before the code of a group: those of all students who are not in it.
pub(crate) const NOT: &str = "not ";

/// The imports of two figures as one number.
fn both(of: i64, in_all: i64) -> i64 {
    of * 100 + in_all
}

/// The imports of the group and of all students, of a figure of those who are not in the group.
pub(crate) fn apart(vintage: i64) -> (i64, i64) {
    (vintage / 100, vintage % 100)
}

/// Students, those who reached what is measured, and those who did not.
#[derive(Clone, Copy, Debug)]
struct Counts {
    students: Unknown,
    reached: Unknown,
    not: Unknown,
}

/// Which of the three counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Count {
    Students,
    Reached,
    Not,
}

pub(crate) const COUNTS: [Count; 3] = [Count::Students, Count::Reached, Count::Not];

/// What the attack left of every count: the least and the most that it can be.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) intervals: BTreeMap<(Figure, Count), (f64, f64)>,
    pub(crate) unknowns: usize,
    pub(crate) sums: usize,
}

/// Attacks the releases together, and above all the figures that are `hidden`.
pub(crate) fn attack(releases: &[Knowledge], hidden: &dyn Fn(&Figure) -> bool) -> Found {
    let mut attack = Attack::default();
    for release in releases {
        attack.learn(release);
    }
    let Attack { mut puzzle, figures } = attack;
    let name = |puzzle: &Puzzle, unknown: Unknown| {
        let of = |c: &&Counts| [c.students, c.reached, c.not].contains(&unknown);
        let figure = figures.iter().find(|(_, c)| of(c)).map(|(figure, _)| figure);
        format!("{figure:?}, between {} and {}", puzzle.lo[unknown], puzzle.hi[unknown])
    };
    if let Err(wrong) = puzzle.propagate() {
        panic!("what is published contradicts itself: {}", name(&puzzle, wrong.0));
    }
    let (mut wanted, mut near) = (vec![false; puzzle.lo.len()], vec![false; puzzle.lo.len()]);
    for (_, counts) in figures.iter().filter(|(figure, _)| hidden(figure)) {
        for unknown in [counts.students, counts.reached, counts.not] {
            wanted[unknown] = true;
            // Wide intervals that propagation leaves are no find; what is narrow is looked into number by number.
            near[unknown] = puzzle.hi[unknown] - puzzle.lo[unknown] <= 4.0;
        }
    }
    programs::solve(&mut puzzle, &wanted, &near);
    if let Err(wrong) = puzzle.propagate() {
        panic!("what was found contradicts itself: {}", name(&puzzle, wrong.0));
    }
    let mut intervals = BTreeMap::new();
    for (figure, counts) in &figures {
        for (count, unknown) in COUNTS.into_iter().zip([counts.students, counts.reached, counts.not]) {
            intervals.insert((figure.clone(), count), (puzzle.lo[unknown], puzzle.hi[unknown]));
        }
    }
    Found { intervals, unknowns: puzzle.lo.len(), sums: puzzle.rows.len() }
}

#[derive(Default)]
struct Attack {
    puzzle: Puzzle,
    figures: BTreeMap<Figure, Counts>,
}

impl Attack {
    fn learn(&mut self, release: &Knowledge) {
        let figure = |cell: &Cell| release.figure(cell);
        for (cell, says) in &release.cells {
            let counts = self.counts(figure(cell));
            for &says in says {
                self.told(release, cell, counts, says);
            }
        }
        for (whole, parts) in release.sums() {
            let whole = self.counts(figure(&whole));
            let parts: Vec<Counts> = parts.iter().map(|part| self.counts(figure(part))).collect();
            let of: [fn(&Counts) -> Unknown; 3] = [|c| c.students, |c| c.reached, |c| c.not];
            for of in of {
                let terms = parts.iter().map(|part| (of(part), 1.0)).chain([(of(&whole), -1.0)]).collect();
                self.puzzle.row(terms, 0.0, 0.0);
            }
        }
        for (part, whole) in release.subsets() {
            let others = Cell { group: format!("{NOT}{}", part.group), ..part.clone() };
            let ((part, of), (whole, in_all)) = (figure(&part), figure(&whole));
            let others = self.counts((others, both(of, in_all)));
            let (part, whole) = (self.counts((part, of)), self.counts((whole, in_all)));
            let of: [fn(&Counts) -> Unknown; 3] = [|c| c.students, |c| c.reached, |c| c.not];
            for of in of {
                self.puzzle.row(vec![(of(&part), 1.0), (of(&others), 1.0), (of(&whole), -1.0)], 0.0, 0.0);
            }
        }
    }

    fn counts(&mut self, figure: Figure) -> Counts {
        let puzzle = &mut self.puzzle;
        *self.figures.entry(figure).or_insert_with(|| {
            let counts = Counts { students: puzzle.unknown(), reached: puzzle.unknown(), not: puzzle.unknown() };
            puzzle.row(vec![(counts.students, 1.0), (counts.reached, -1.0), (counts.not, -1.0)], 0.0, 0.0);
            counts
        })
    }

    fn told(&mut self, release: &Knowledge, cell: &Cell, counts: Counts, says: Says) {
        match says {
            Says::Students(lo, hi) => self.puzzle.within(counts.students, lo, hi),
            Says::Reached(lo, hi) => self.puzzle.within(counts.reached, lo, hi),
            Says::Share(lo, hi) => {
                let terms = |share: f64| vec![(counts.reached, 100.0), (counts.students, -share)];
                if lo > 0.0 {
                    self.puzzle.row(terms(lo), 0.0, f64::INFINITY);
                }
                if hi < 100.0 {
                    self.puzzle.row(terms(hi), f64::NEG_INFINITY, 0.0);
                }
            }
            Says::Others(lo, hi) => {
                let whole = Cell { group: ALL.to_owned(), ..cell.clone() };
                let whole = self.counts(release.figure(&whole));
                self.puzzle.row(vec![(whole.students, 1.0), (counts.students, -1.0)], lo, hi);
            }
        }
    }
}

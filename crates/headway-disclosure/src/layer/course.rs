//! Decides which counts of a layer are hidden: one attempt after the other, each with what the ones before it were found to need.

use std::collections::HashSet;

use headway_stats::suppress::{CellGuard, CellRole, RelationSystem, SuppressionCell};

use super::less::GIVE_UP;
use super::{CountTable, CountedCell, ProtectionDemands, SuppressionSolution};

/// Up to this many cells are searched thoroughly.
const THOROUGH: usize = 2_000;
/// How often more is hidden after something was found to follow.
const ROUNDS: usize = 8;
/// So often less is told around what has no proof, though nothing was found that it follows from.
const UNPROVED: usize = 2;

/// What was found to be needed by attempts so far.
#[derive(Clone, Default)]
pub(super) struct Course {
    /// Totals are told exactly, whatever it costs below.
    pinned: bool,
    /// Of these less is told.
    pub(super) given_up: Vec<bool>,
}

/// What an attempt left.
struct Attempt {
    hidden: Vec<bool>,
    wide: Vec<bool>,
    /// Protected cells that follow, and those without a proof too.
    follows: Vec<u32>,
    troubled: Vec<u32>,
}

impl CountTable {
    /// Decides. It always comes to an end in which nothing follows from what is told now: where the first attempt leaves
    /// anything, totals that were to be told exactly may be hidden; then less is told of what is around, further and further.
    pub(crate) fn solve_layer(mut self, demands: &ProtectionDemands) -> SuppressionSolution {
        if demands.weakness.no_secondary {
            return self.small_alone();
        }
        let rows: Vec<&[(u32, i32)]> = self.links.iter().map(|link| link.terms.as_slice()).collect();
        let system = RelationSystem::new(self.cells.len(), &rows);
        let sound: Vec<&[(u32, i32)]> = self.links.iter().filter(|l| l.sound).map(|l| l.terms.as_slice()).collect();
        let sums = RelationSystem::new(self.cells.len(), &sound);
        self.complete_unknown(&sums);
        self.protect_the_untold(&system);
        self.let_go_of_what_can_be_none(&system);
        let pins = self.cells.iter().any(|c| c.pinned && c.role == CellRole::Candidate);
        let mut course = Course { pinned: pins, given_up: vec![false; self.cells.len()] };
        let mut further = GIVE_UP.iter().enumerate();
        let mut lost = None;
        loop {
            let mut attempt = self.make_attempt(&system, &sums, &course);
            if !attempt.follows.is_empty() {
                // What follows whatever is hidden costs nothing else.
                let lost = lost.get_or_insert_with(|| self.lost_cells(&system, &sums));
                attempt.follows.retain(|c| !lost.contains(c));
                attempt.troubled.retain(|c| !lost.contains(c));
            }
            if attempt.troubled.is_empty() {
                let lost = lost.is_some();
                return self.finish_solution((attempt, course, lost), &system, &sums, demands);
            }
            if std::mem::take(&mut course.pinned) {
                continue;
            }
            let more = further.any(|(at, &far)| {
                let around = if at < UNPROVED { &attempt.troubled } else { &attempt.follows };
                self.give_up(&system, around, far, &mut course)
            });
            if !more {
                let lost = lost.is_some();
                return self.finish_solution((attempt, course, lost), &system, &sums, demands);
            }
        }
    }

    /// Protected cells that follow even where all is hidden that can be.
    fn lost_cells(&self, system: &RelationSystem, sums: &RelationSystem) -> HashSet<u32> {
        let open: Vec<bool> = self.cells.iter().map(|cell| cell.role != CellRole::Known).collect();
        self.cells_that_follow(system, sums, &open, &vec![true; open.len()]).into_iter().collect()
    }

    /// Hides as little as it takes on this course.
    fn make_attempt(&mut self, system: &RelationSystem, sums: &RelationSystem, course: &Course) -> Attempt {
        let importance: Vec<f64> = self.cells.iter().map(|cell| cell.importance).collect();
        let mut wide = course.given_up.clone();
        let plain: Vec<bool> =
            self.cells.iter().map(|c| !matches!(c.role, CellRole::Known | CellRole::Candidate)).collect();
        self.learn_counts(sums, &plain, &wide);
        let cells: Vec<SuppressionCell> = (0..).zip(&wide).map(|(c, &wide)| self.guard_cell(c, wide, course)).collect();
        let mut guard = CellGuard::new(system, &cells, &importance, cells.len() <= THOROUGH);
        let mut round = 0;
        loop {
            round += 1;
            guard.some_could_be_lower(self.some_could_be_lower());
            let found = guard.protect();
            let must = |c: &u32| self.cells[*c as usize].is_protected();
            let troubled: Vec<u32> = found.exposed.iter().chain(&found.weak).copied().filter(must).collect();
            // What a reader would work out is known here too from then on, and is protected as such.
            let learned = self.learn_counts(sums, &found.hidden, &wide);
            let widened = self.widen_around(system, &troubled, &mut wide, round);
            if round < ROUNDS && !(learned.is_empty() && widened.is_empty()) {
                for c in learned.into_iter().chain(widened) {
                    guard.change_cell(c, self.guard_cell(c, wide[c as usize], course));
                }
                continue;
            }
            let hidden = guard.publish_what_follows();
            let follows = self.cells_that_follow(system, sums, &hidden, &wide);
            let mut troubled = [troubled, follows.clone()].concat();
            troubled.sort_unstable();
            troubled.dedup();
            return Attempt { hidden, wide, follows, troubled };
        }
    }

    /// A cell as the guard sees it on this course.
    fn guard_cell(&self, c: u32, wide: bool, course: &Course) -> SuppressionCell {
        let count = &self.cells[c as usize];
        let mut cell = count.cell_to_solve(wide);
        cell.role = match cell.role {
            CellRole::Candidate if course.given_up[c as usize] => CellRole::Hidden,
            CellRole::Candidate if course.pinned && count.pinned => CellRole::Known,
            // What nobody is behind needs no proof that keeps to the room of all cells.
            CellRole::Protect if count.untold => CellRole::Unknown,
            role => role,
        };
        cell
    }

    /// What is left to do when nothing follows any more, or nothing can be done about it.
    /// `lost`: some of it follows whatever is hidden.
    fn finish_solution(
        self,
        (attempt, course, lost): (Attempt, Course, bool),
        system: &RelationSystem,
        sums: &RelationSystem,
        demands: &ProtectionDemands,
    ) -> SuppressionSolution {
        let Attempt { mut hidden, mut wide, troubled, .. } = attempt;
        let narrow = self.widen_the_narrow(sums, demands.least_width, &mut hidden, &mut wide);
        let open_inside = match &demands.insiders {
            Some(above) => self.close_inside(system, above, &mut hidden, &mut wide),
            None => 0,
        };
        self.tell_what_follows(sums, &mut hidden, &mut wide);
        // A sum that does not add up gives a reader a number, and not the true one.
        let mut exposed =
            if troubled.is_empty() && !lost { Vec::new() } else { self.cells_that_follow(sums, sums, &hidden, &wide) };
        exposed.sort_unstable();
        exposed.dedup();
        let protected = self.cells.iter().filter(|cell| cell.is_protected()).count() as u64;
        let algebra = self.cells.iter().filter(|cell| cell.role == CellRole::Unknown).count() as u64;
        let unproved = (troubled.len() - exposed.len().min(troubled.len())) as u64;
        let given_up = course.given_up;
        SuppressionSolution { hidden, wide, exposed, given_up, unproved, narrow, open_inside, protected, algebra }
    }

    /// What is small is hidden, and nothing else: what tests show to be too little.
    fn small_alone(&self) -> SuppressionSolution {
        let small = |cell: &CountedCell| matches!(cell.role, CellRole::Protect | CellRole::Unknown);
        let hidden: Vec<bool> = self.cells.iter().map(small).collect();
        let protected = hidden.iter().filter(|hidden| **hidden).count() as u64;
        let exposed = (0..).zip(&hidden).filter(|(_, hidden)| **hidden).map(|(cell, _)| cell).collect();
        let none = vec![false; hidden.len()];
        SuppressionSolution {
            wide: none.clone(),
            given_up: none,
            hidden,
            exposed,
            protected,
            ..SuppressionSolution::default()
        }
    }
}

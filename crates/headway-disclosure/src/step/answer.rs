//! What became of one problem, and how it is added to the whole.

use std::collections::BTreeSet;

use super::super::AuditSummary;
use super::super::layer::SuppressionSolution;
use super::super::links::UnsoundSum;
use super::super::told::Disclosure;
use super::{StepDecisions, StepProblem};

/// What became of one problem.
#[derive(Default)]
pub(super) struct ProblemAnswer {
    /// One an observation of now.
    pub(super) how: Vec<Option<Disclosure>>,
    pub(super) audit: AuditSummary,
    pub(super) exposed: Vec<usize>,
    pub(super) given_up: Vec<usize>,
    /// Sums that do not add up, with their measure.
    pub(super) unsound: Vec<(usize, UnsoundSum)>,
    /// Sums of places in words, and whether they are guesses.
    pub(super) of_places: BTreeSet<(String, bool)>,
}

impl ProblemAnswer {
    /// Adds all but what is told of each row.
    pub(super) fn add_to_decided(&self, problem: &StepProblem, decided: &mut StepDecisions) {
        decided.exposed.extend(self.exposed.iter().map(|at| problem.rows[*at]));
        decided.given_up.extend(self.given_up.iter().map(|at| problem.rows[*at]));
        decided.unsound.extend(self.unsound.iter().copied());
        decided.of_places.extend(self.of_places.iter().cloned());
        decided.audit.add_counts(&self.audit);
    }

    pub(super) fn note_solved(&mut self, solved: &SuppressionSolution, of_row: &[Option<u32>]) {
        let exposed = solved.exposed.len() as u64;
        self.audit.protected += solved.protected;
        self.audit.algebra += solved.algebra;
        self.audit.exposed += exposed;
        self.audit.unproved += solved.unproved;
        self.audit.narrow += solved.narrow;
        self.audit.open_inside += solved.open_inside;
        let known = solved.protected - solved.algebra;
        self.audit.proved += known - (exposed + solved.unproved).min(known);
        for (i, cell) in of_row.iter().enumerate() {
            let Some(cell) = *cell else { continue };
            if solved.exposed.binary_search(&cell).is_ok() {
                self.exposed.push(i);
            }
            if solved.given_up[cell as usize] && (solved.hidden[cell as usize] || solved.wide[cell as usize]) {
                self.given_up.push(i);
            }
        }
    }
}

//! What became of one problem, and how it is added to the whole.

use super::super::AuditSummary;
use super::super::layer::Solved;
use super::super::told::How;
use super::{Decided, Problem};

/// What became of one problem: one an observation of now.
pub(super) struct Answer {
    pub(super) how: Vec<Option<How>>,
    pub(super) audit: AuditSummary,
    pub(super) exposed: Vec<usize>,
}

impl Answer {
    pub(super) fn write(self, problem: &Problem, decided: &mut Decided) {
        for (&(m, row), how) in problem.rows.iter().zip(self.how) {
            decided.how[m][row] = how;
        }
        decided.exposed.extend(self.exposed.into_iter().map(|at| problem.rows[at]));
        let (sum, new) = (&mut decided.audit, self.audit);
        sum.cells += new.cells;
        sum.protected += new.protected;
        sum.proved += new.proved;
        sum.algebra += new.algebra;
        sum.exposed += new.exposed;
        sum.sums += new.sums;
        sum.unsound_sums += new.unsound_sums;
    }

    pub(super) fn note(&mut self, solved: &Solved, of_row: &[Option<u32>]) {
        self.audit.protected += solved.protected;
        self.audit.algebra += solved.algebra;
        self.audit.exposed += solved.exposed.len() as u64;
        self.audit.proved +=
            solved.protected - solved.algebra - (solved.exposed.len() as u64).min(solved.protected - solved.algebra);
        for (i, cell) in of_row.iter().enumerate() {
            if cell.is_some_and(|cell| solved.exposed.binary_search(&cell).is_ok()) {
                self.exposed.push(i);
            }
        }
    }
}

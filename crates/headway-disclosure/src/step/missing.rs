//! What a source leaves out without a row: it is in a total, in none of the parts that are told, and follows from them.

use super::super::atlas::CellKey;
use super::super::coding;
use super::super::formulas::measure_of;
use super::super::layer::CountedCell;
use super::super::links::adds_up;
use super::super::ties::CountTie;
use super::ProblemSolver;

impl ProblemSolver<'_> {
    /// What is in the total of a sum and in none of its parts, where all of these are known and it must be protected: too few
    /// students, or a result that is told in words only. Where only the students are known, what those in no part reached lies
    /// between none and all of them.
    pub(super) fn missing_part(
        &self,
        cells: &[CountedCell],
        terms: &[(u32, i32)],
        total: &CellKey,
    ) -> Option<CountedCell> {
        if self.step.demands.weakness.no_missing {
            return None;
        }
        let rest = |of: fn(&CountedCell) -> Option<i64>| left_of_total(terms, &|c| of(&cells[c as usize]));
        let n = rest(|cell| cell.students)?;
        let (all, least) = (self.step.measures.len(), self.least_of(self.measure_of(total.table)));
        let Some(k) = rest(|cell| cell.truth) else {
            return (n >= 1 && (total.table as usize) < all).then(|| CountedCell::missing_unknown(n));
        };
        if n < 1 || k < 0 || k > n {
            None
        } else if total.table as usize >= all {
            (n < least).then(|| CountedCell::missing_students(n, least as u64))
        } else {
            // A place, a race or a grade without a row is one figure, and told like one: in words only where hardly anybody, or
            // hardly anybody not, reached it.
            let rule = &self.step.measures[total.table as usize].rule;
            let secret = n < least || coding::code_extreme(rule, n as u64, k).is_some();
            secret.then(|| CountedCell::missing_amount(n, k))
        }
    }

    /// The same of a sum of measures, of which only these terms are there: an outcome, or a year, without a row.
    pub(super) fn missing_term(
        &self,
        cells: &[CountedCell],
        tie: &CountTie,
        terms: &[(u32, i32)],
    ) -> Option<CountedCell> {
        let totals = tie.terms.iter().filter(|(_, k)| *k < 0).count();
        let (&(total, sign), parts) = terms.split_last()?;
        if self.step.demands.weakness.no_missing || totals != 1 || sign > 0 || parts.is_empty() {
            return None;
        }
        let k = left_of_total(terms, &|c| cells[c as usize].truth).filter(|&k| k >= 1)?;
        let least = self.least_of(measure_of(tie.terms.last()?.0.term).0);
        let result = tie.terms.iter().map(|(column, _)| column.term).find(|term| term % 2 == 1);
        let Some(result) = result else { return (k < least).then(|| CountedCell::missing_students(k, least as u64)) };
        // Of how many students: those of the total, or the total itself.
        let n = cells[total as usize].students.filter(|&n| n >= k)?;
        let rule = &self.step.measures[result as usize / 2].rule;
        let secret = n < least || coding::code_extreme(rule, n as u64, k).is_some();
        secret.then(|| CountedCell::missing_amount(n, k))
    }

    /// Whether the source hides one of the terms that are there, and the others leave something for it: both together are what is left
    /// of the total, and whoever learns what has no row knows what was hidden.
    pub(super) fn hides_a_term(&self, cells: &[CountedCell], tie: &CountTie, terms: &[(u32, i32)]) -> bool {
        let totals = tie.terms.iter().filter(|(_, k)| *k < 0).count();
        let Some(&(total, sign)) = terms.last() else { return false };
        let known = |c: u32| cells[c as usize].truth.is_some();
        !self.step.demands.weakness.no_missing
            && totals == 1
            && sign < 0
            && known(total)
            && terms.len() > 2
            && terms.iter().any(|&(c, _)| !known(c))
            && adds_up(terms, &|c| cells[c as usize].possible_ends())
    }
}

impl ProblemSolver<'_> {
    /// The n-size of the students of a measure: the largest of all that are about them.
    fn least_of(&self, m: usize) -> i64 {
        let same = |other: &usize| self.step.populations[*other] == self.step.populations[m];
        let sizes =
            (0..self.step.measures.len()).filter(same).map(|other| self.step.measures[other].rule.effective_n_size());
        sizes.max().unwrap_or(0) as i64
    }
}

/// What the terms leave of their total.
fn left_of_total(terms: &[(u32, i32)], of: &dyn Fn(u32) -> Option<i64>) -> Option<i64> {
    terms.iter().map(|&(c, k)| Some(-i64::from(k) * of(c)?)).sum()
}

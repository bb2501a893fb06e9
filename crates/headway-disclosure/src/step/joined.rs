//! Sums between measures: which results are decided together, and how their counts are tied.

use std::collections::{BTreeMap, BTreeSet};

use super::super::atlas::Spot;
use super::super::formulas::{Formula, Formulas, measure_of};
use super::super::layer::Counted;
use super::super::links::{Link, Sums, adds_up};
use super::super::ties::Tie;
use super::{Solving, Table};

/// Measures whose results are decided together.
#[derive(Debug)]
pub(super) struct Together {
    pub(super) measures: Vec<usize>,
    /// The populations whose numbers of students a sum ties to these results, so that those are in the same table.
    pub(super) populations: BTreeSet<usize>,
}

impl Solving<'_> {
    /// Measures whose results hang together: those that add each other up, over periods or as parts of a whole.
    pub(super) fn together(&self) -> Vec<Together> {
        let present: BTreeSet<usize> =
            self.problem.rows.iter().map(|&(m, _)| m).chain(self.problem.told.iter().map(|&(_, m, _)| m)).collect();
        let mut set: BTreeMap<usize, usize> = present.iter().map(|&m| (m, m)).collect();
        let join = |a: usize, b: usize, set: &mut BTreeMap<usize, usize>| {
            if let (Some(&a), Some(&b)) = (set.get(&a), set.get(&b)) {
                set.values_mut().filter(|s| **s == b).for_each(|s| *s = a);
            }
        };
        for &m in &present {
            if let Some((of, _)) = self.step.sums[m] {
                join(m, of, &mut set);
            }
        }
        let mut tied: Vec<(usize, usize)> = Vec::new();
        for terms in self.formulas().flat_map(Formulas::between_measures) {
            let results = results(&terms);
            results.windows(2).for_each(|pair| join(pair[0], pair[1], &mut set));
            let students = terms.iter().map(|&term| measure_of(term)).filter(|(_, result)| !result);
            tied.extend(
                students.flat_map(|(m, _)| results.iter().map(move |&result| (result, self.step.populations[m]))),
            );
        }
        let mut together: BTreeMap<usize, Together> = BTreeMap::new();
        for (&m, &s) in &set {
            let new = || Together { measures: Vec::new(), populations: BTreeSet::new() };
            together.entry(s).or_insert_with(new).measures.push(m);
        }
        if self.step.demands.weakness.no_joining {
            tied.retain(|&(result, population)| self.step.populations[result] == population);
        }
        for (result, population) in tied {
            if let Some(of) = set.get(&result).and_then(|s| together.get_mut(s)) {
                // Those of its own results too: who hides a number of students hides the result.
                of.populations.extend(of.measures.iter().map(|&m| self.step.populations[m]).chain([population]));
            }
        }
        together.into_values().collect()
    }

    fn formulas(&self) -> impl Iterator<Item = &Formulas> {
        self.step.earlier.iter().map(|e| &e.formulas).chain([self.step.formulas])
    }

    /// The sums of measures over the cells of one edition. `results`: those with a result among their terms; else those of
    /// numbers of students alone. Where a term has no row, what it is follows from the others.
    pub(super) fn sums_of_measures(
        &self,
        earlier: Option<usize>,
        at: &BTreeMap<Spot, u32>,
        cells: &[Counted],
        with_results: bool,
    ) -> Sums {
        let formulas = earlier.map_or(self.step.formulas, |e| &self.step.earlier[e].formulas);
        let wanted = |tie: &Tie| tie.terms.iter().any(|(column, _)| measure_of(column.term).1) == with_results;
        let plain = formulas.measures.iter().map(Formula::as_tie);
        let mut by_last: BTreeMap<u32, Vec<Tie>> = BTreeMap::new();
        for tie in plain.chain(formulas.ties.iter().cloned()).filter(wanted) {
            if let Some(&(column, _)) = tie.terms.last() {
                by_last.entry(self.table_of(column.term)).or_default().push(tie);
            }
        }
        let mut sums = Sums::default();
        if by_last.is_empty() {
            return sums;
        }
        for spot in at.keys() {
            for tie in by_last.get(&spot.table).into_iter().flatten() {
                let terms = tie.over(spot, at, &|term| self.table_of(term));
                let Some(terms) = terms.filter(|terms| each_once(terms)) else { continue };
                if terms.len() == tie.terms.len() {
                    let sound = adds_up(&terms, &|c| cells[c as usize].ends());
                    sums.links.push(Link { terms, sound });
                } else if let Some(missing) = self.missing_term(cells, tie, &terms) {
                    sums.missing.push((terms, missing));
                } else if self.hides_a_term(cells, tie, &terms) {
                    sums.links.push(Link { terms, sound: true });
                }
            }
        }
        sums
    }

    fn table_of(&self, term: u32) -> u32 {
        let (m, result) = measure_of(term);
        self.table(if result { Table::Results(m) } else { Table::Students(self.step.populations[m]) })
    }
}

/// The measures whose results are terms.
fn results(terms: &[u32]) -> Vec<usize> {
    terms.iter().map(|&term| measure_of(term)).filter(|(_, result)| *result).map(|(m, _)| m).collect()
}

/// Whether no cell stands twice.
fn each_once(terms: &[(u32, i32)]) -> bool {
    let cells: BTreeSet<u32> = terms.iter().map(|(c, _)| *c).collect();
    cells.len() == terms.len()
}

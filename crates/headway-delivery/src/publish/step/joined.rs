//! Sums between measures: which results are decided together, and how their counts are tied.

use std::collections::{BTreeMap, BTreeSet};

use super::super::atlas::Spot;
use super::super::formulas::{Formula, Formulas, measure_of};
use super::super::links::{Link, adds_up};
use super::{Solving, Table};

/// Measures whose results are decided together.
#[derive(Debug)]
pub(super) struct Together {
    pub(super) measures: Vec<usize>,
    /// A sum ties results to numbers of students, so that those are in the same table.
    pub(super) students: bool,
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
        let mut tied: BTreeSet<usize> = BTreeSet::new();
        for formula in self.formulas().flat_map(|f| &f.measures) {
            let results = results(formula);
            results.windows(2).for_each(|pair| join(pair[0], pair[1], &mut set));
            if results.len() < formula.terms.len() {
                tied.extend(results);
            }
        }
        let mut together: BTreeMap<usize, Together> = BTreeMap::new();
        for (m, s) in set {
            let of = together.entry(s).or_insert_with(|| Together { measures: Vec::new(), students: false });
            of.measures.push(m);
            of.students |= tied.contains(&m);
        }
        together.into_values().collect()
    }

    fn formulas(&self) -> impl Iterator<Item = &Formulas> {
        self.step.earlier.iter().map(|e| &e.formulas).chain([self.step.formulas])
    }

    /// The sums of measures over the cells of one edition. `results`: those with a result among their terms; else those of
    /// numbers of students alone.
    pub(super) fn sums_of_measures(
        &self,
        earlier: Option<usize>,
        at: &BTreeMap<Spot, u32>,
        count: &dyn Fn(u32) -> Option<i64>,
        with_results: bool,
    ) -> Vec<Link> {
        let formulas = earlier.map_or(self.step.formulas, |e| &self.step.earlier[e].formulas);
        let wanted = |f: &&Formula| results(f).is_empty() != with_results;
        let mut by_last: BTreeMap<u32, Vec<&Formula>> = BTreeMap::new();
        for formula in formulas.measures.iter().filter(wanted) {
            if let Some(&(term, _)) = formula.terms.last() {
                by_last.entry(self.table_of(term)).or_default().push(formula);
            }
        }
        let mut links = Vec::new();
        if by_last.is_empty() {
            return links;
        }
        for spot in at.keys().filter(|spot| spot.rest_of == 0) {
            for formula in by_last.get(&spot.table).into_iter().flatten() {
                let find = |&(term, k): &(u32, i32)| Some((*at.get(&Spot { table: self.table_of(term), ..*spot })?, k));
                let terms: Option<Vec<(u32, i32)>> = formula.terms.iter().map(find).collect();
                if let Some(terms) = terms.filter(|terms| each_once(terms)) {
                    let sound = adds_up(&terms, count);
                    links.push(Link { terms, sound });
                }
            }
        }
        links
    }

    fn table_of(&self, term: u32) -> u32 {
        let (m, result) = measure_of(term);
        self.table(if result { Table::Results(m) } else { Table::Students(self.step.populations[m]) })
    }
}

/// The measures whose results are terms.
fn results(formula: &Formula) -> Vec<usize> {
    formula.terms.iter().map(|&(term, _)| measure_of(term)).filter(|(_, result)| *result).map(|(m, _)| m).collect()
}

/// Whether no cell stands twice.
fn each_once(terms: &[(u32, i32)]) -> bool {
    let cells: BTreeSet<u32> = terms.iter().map(|(c, _)| *c).collect();
    cells.len() == terms.len()
}

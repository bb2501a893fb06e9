//! Sums between measures: which results are decided together, and how their counts are tied.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::super::atlas::CellKey;
use super::super::formulas::{KnownSums, SumFormula, measure_of};
use super::super::layer::CountedCell;
use super::super::links::{AdditiveConstraint, EditionSums, adds_up};
use super::super::ties::{Cells, CountTie};
use super::building::TableBuilder;
use super::{ProblemSolver, TableId};

/// Measures whose results are decided together.
#[derive(Debug)]
pub(super) struct JoinedMeasures {
    pub(super) measures: Vec<usize>,
    /// The populations whose numbers of students a sum ties to these results, so that those are in the same table.
    pub(super) populations: BTreeSet<usize>,
}

impl ProblemSolver<'_> {
    /// Measures whose results hang together: those that add each other up, over periods or as parts of a whole.
    pub(super) fn measures_together(&self) -> Vec<JoinedMeasures> {
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
        for terms in self.all_editions().flat_map(KnownSums::between_measures) {
            let results = result_measures(&terms);
            results.windows(2).for_each(|pair| join(pair[0], pair[1], &mut set));
            let students = terms.iter().map(|&term| measure_of(term)).filter(|(_, result)| !result);
            tied.extend(
                students.flat_map(|(m, _)| results.iter().map(move |&result| (result, self.step.populations[m]))),
            );
        }
        let mut together: BTreeMap<usize, JoinedMeasures> = BTreeMap::new();
        for (&m, &s) in &set {
            let new = || JoinedMeasures { measures: Vec::new(), populations: BTreeSet::new() };
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

    fn all_editions(&self) -> impl Iterator<Item = &KnownSums> {
        self.step.earlier.iter().map(|e| &e.formulas).chain([self.step.formulas])
    }

    /// The sums of measures over the cells of one edition, `with_results` and without, and over those of earlier releases where it has
    /// none; its cells stand for these in the next one.
    pub(super) fn sums_of_edition(
        &self,
        earlier: Option<usize>,
        at: &BTreeMap<CellKey, u32>,
        building: &mut TableBuilder,
        with_results: &[bool],
    ) -> EditionSums {
        let before = std::mem::take(&mut building.before);
        let mut sums = EditionSums::default();
        for &with_results in with_results {
            let more = self.sums_of_measures(earlier, (at, &before), &building.layer.cells, with_results);
            sums.links.extend(more.links);
            sums.missing.extend(more.missing);
        }
        if earlier.is_none() {
            sums.links.extend(self.sums_across_releases(at, &before));
            building.before = before;
        } else if !self.step.demands.weakness.no_past_sums {
            building.before = before;
            building.before.extend(at);
        }
        sums
    }

    /// The sums of measures over the cells of one edition. `results`: those with a result among their terms; else those of
    /// numbers of students alone. Where a term has no row, what it is follows from the others; `before` has what earlier releases told
    /// there.
    fn sums_of_measures(
        &self,
        earlier: Option<usize>,
        (at, before): (&BTreeMap<CellKey, u32>, &BTreeMap<CellKey, u32>),
        cells: &[CountedCell],
        with_results: bool,
    ) -> EditionSums {
        let formulas = earlier.map_or(self.step.formulas, |e| &self.step.earlier[e].formulas);
        let wanted = |tie: &CountTie| tie.terms.iter().any(|(column, _)| measure_of(column.term).1) == with_results;
        let plain = formulas.measures.iter().map(SumFormula::as_tie);
        let mut by_anchor: BTreeMap<u32, Vec<CountTie>> = BTreeMap::new();
        for tie in plain.chain(formulas.ties.iter().cloned()).filter(wanted) {
            if let Some(column) = tie.anchor_column() {
                by_anchor.entry(self.table_of(column.term)).or_default().push(tie);
            }
        }
        let mut sums = EditionSums::default();
        if by_anchor.is_empty() {
            return sums;
        }
        let forest = earlier.map_or(self.step.forest, |e| &self.step.earlier[e].forest);
        let table = |term: u32| self.table_of(term);
        let tree = |table: u32, period: i32| forest.tree_in(self.period_kind(table), period);
        let all = with_before(at, before);
        let now: BTreeSet<u32> = at.values().copied().collect();
        let cells_of = Cells { at: all.as_ref(), table: &table, tree: &tree };
        for spot in all.keys() {
            for tie in by_anchor.get(&spot.table).into_iter().flatten() {
                let terms = tie.cells_at(spot, &cells_of);
                let of_now = |terms: &Vec<(u32, i32)>| terms.iter().any(|(cell, _)| now.contains(cell));
                let Some(terms) = terms.filter(|terms| each_once(terms) && of_now(terms)) else { continue };
                if terms.len() == tie.terms.len() {
                    let sound = adds_up(&terms, &|c| cells[c as usize].possible_ends());
                    sums.links.push(AdditiveConstraint { terms, sound });
                } else if tie.goes_up() {
                    // What has no row at a place above or below is no outcome that is left out.
                } else if let Some(missing) = self.missing_term(cells, tie, &terms) {
                    sums.missing.push((terms, missing));
                } else if self.hides_a_term(cells, tie, &terms) {
                    sums.links.push(AdditiveConstraint { terms, sound: true });
                }
            }
        }
        sums
    }

    /// Sums of groups and grades over cells of now and those of earlier releases, whose codes are gone.
    fn sums_across_releases(
        &self,
        at: &BTreeMap<CellKey, u32>,
        before: &BTreeMap<CellKey, u32>,
    ) -> Vec<AdditiveConstraint> {
        if before.is_empty() {
            return Vec::new();
        }
        let all = with_before(at, before);
        let groups = self.step.formulas.groups.iter().map(|formula| (formula, Code::Group));
        let codes = groups.chain(self.step.formulas.grades.iter().map(|formula| (formula, Code::Grade)));
        let codes: Vec<(&SumFormula, Code)> = codes.collect();
        let mut links = Vec::new();
        for spot in all.keys().filter(|spot| spot.rest_of == 0) {
            for &(formula, code) in &codes {
                if formula.terms.last().is_none_or(|(total, _)| *total != code.code_of(spot)) {
                    continue;
                }
                let cell = |&(number, k): &(u32, i32)| Some((*all.get(&code.with_code(spot, number))?, k));
                let gone =
                    formula.terms.iter().filter(|(number, _)| !at.contains_key(&code.with_code(spot, *number))).count();
                let terms: Option<Vec<(u32, i32)>> = formula.terms.iter().map(cell).collect();
                let across = gone > 0 && gone < formula.terms.len();
                links.extend(terms.filter(|_| across).map(|terms| AdditiveConstraint { terms, sound: true }));
            }
        }
        links
    }

    fn table_of(&self, term: u32) -> u32 {
        let (m, result) = measure_of(term);
        self.table_number(if result { TableId::Results(m) } else { TableId::Students(self.step.populations[m]) })
    }
}

/// Which code of a spot a sum is over.
#[derive(Clone, Copy)]
enum Code {
    Group,
    Grade,
}

impl Code {
    fn code_of(self, spot: &CellKey) -> u32 {
        match self {
            Self::Group => spot.group,
            Self::Grade => spot.grade,
        }
    }

    /// The same spot under another code.
    fn with_code(self, spot: &CellKey, code: u32) -> CellKey {
        match self {
            Self::Group => CellKey { group: code, ..*spot },
            Self::Grade => CellKey { grade: code, ..*spot },
        }
    }
}

/// The cells of an edition, and those that earlier releases told where it has none.
fn with_before<'a>(at: &'a BTreeMap<CellKey, u32>, before: &BTreeMap<CellKey, u32>) -> Cow<'a, BTreeMap<CellKey, u32>> {
    if before.is_empty() {
        return Cow::Borrowed(at);
    }
    let mut all = before.clone();
    all.extend(at);
    Cow::Owned(all)
}

/// The measures whose results are terms.
fn result_measures(terms: &[u32]) -> Vec<usize> {
    terms.iter().map(|&term| measure_of(term)).filter(|(_, result)| *result).map(|(m, _)| m).collect()
}

/// Whether no cell stands twice.
fn each_once(terms: &[(u32, i32)]) -> bool {
    let cells: BTreeSet<u32> = terms.iter().map(|(c, _)| *c).collect();
    cells.len() == terms.len()
}

//! The suppression step: what is told of every figure of a release, decided over all of them together.

mod amounts;
mod answer;
mod building;
mod counted;
mod joined;
mod margins;
mod missing;
mod populations;
mod students;
mod whole;
mod work;

use std::collections::{BTreeMap, BTreeSet};

use headway_model::{PeriodKind, Value};
use jiff::civil::Date;

use super::AuditSummary;
use super::atlas::{CellKey, CodeNumbers, PeriodHierarchies};
use super::figures::MeasureFigures;
use super::formulas::KnownSums;
use super::layer::ProtectionDemands;
use super::links::{EditionStructure, UnsoundSum};
use super::told::{Disclosure, PriorDisclosure};
pub(super) use populations::{RollingRules, find_populations};

/// What an earlier release told, and what a reader could take for sums on its day.
pub(super) struct PriorEdition {
    /// The day as of which its figures were known; nothing is known later than the last of them.
    pub(super) as_of: Date,
    /// One a measure of now.
    pub(super) told: Vec<Vec<PriorDisclosure>>,
    pub(super) forest: PeriodHierarchies,
    pub(super) formulas: KnownSums,
}

/// What is to be decided: the figures of now, and what earlier releases told.
#[derive(Clone, Copy)]
pub(super) struct SuppressionStep<'a> {
    pub(super) atlas: &'a CodeNumbers,
    pub(super) forest: &'a PeriodHierarchies,
    pub(super) formulas: &'a KnownSums,
    pub(super) measures: &'a [MeasureFigures],
    /// Each measure's population, named by its first measure.
    pub(super) populations: &'a [usize],
    pub(super) earlier: &'a [PriorEdition],
    /// For each measure the one whose counts it adds up, and over how many periods.
    pub(super) sums: &'a [Option<(usize, i32)>],
    pub(super) demands: &'a ProtectionDemands,
}

/// What was decided.
pub(super) struct StepDecisions {
    /// One an observation, `None` where no count is known.
    pub(super) how: Vec<Vec<Option<Disclosure>>>,
    pub(super) audit: AuditSummary,
    /// (measure, row) of figures of now that follow from what earlier releases told, whatever is hidden.
    pub(super) exposed: Vec<(usize, usize)>,
    /// (measure, row) of figures of which less is told than each sum by itself would ask for.
    pub(super) given_up: Vec<(usize, usize)>,
    /// (measure, row) of figures without a count of their own that may be made of hidden ones: they are not told.
    pub(super) made_of: BTreeSet<(usize, usize)>,
    /// Sums that do not add up, with the measure of their total.
    pub(super) unsound: Vec<(usize, UnsoundSum)>,
    /// Sums of places in words, and whether they are guesses.
    pub(super) of_places: BTreeSet<(String, bool)>,
}

/// Measures and periods that hang together, by measure and row.
struct StepProblem {
    /// Measure, row of now.
    rows: Vec<(usize, usize)>,
    /// Earlier release, measure, row.
    told: Vec<(usize, usize, usize)>,
}

impl SuppressionStep<'_> {
    /// Periods are apart, unless a measure adds them up; populations are, unless a sum ties them.
    fn split_problems(&self) -> Vec<StepProblem> {
        let mut component: Vec<usize> = self.populations.to_vec();
        for formula in self.all_formulas() {
            let mut of_terms = formula.iter().map(|&m| component[m]).collect::<BTreeSet<usize>>().into_iter();
            let Some(first) = of_terms.next() else { continue };
            let rest: Vec<usize> = of_terms.collect();
            component.iter_mut().filter(|c| rest.contains(c)).for_each(|c| *c = first);
        }
        let mut summed: BTreeSet<usize> = BTreeSet::new();
        for (m, sum) in self.sums.iter().enumerate() {
            let Some((of, _)) = sum else { continue };
            let (a, b) = (component[m], component[*of]);
            component.iter_mut().filter(|c| **c == b).for_each(|c| *c = a);
            summed.insert(m);
        }
        for tie in self.all_editions().flat_map(|f| &f.ties).filter(|tie| tie.over_periods()) {
            summed.extend(tie.terms.iter().map(|(column, _)| super::formulas::measure_of(column.term).0));
        }
        let summed: BTreeSet<usize> = summed.into_iter().map(|m| component[m]).collect();
        let key = |m: usize, period: i32| {
            let c = component[m];
            (c, if summed.contains(&c) { 0 } else { period })
        };
        let empty = || StepProblem { rows: Vec::new(), told: Vec::new() };
        let mut problems: BTreeMap<(usize, i32), StepProblem> = BTreeMap::new();
        for (m, measure) in self.measures.iter().enumerate() {
            for (row, figure) in measure.rows.iter().enumerate() {
                problems.entry(key(m, figure.period)).or_insert_with(empty).rows.push((m, row));
            }
        }
        for (e, release) in self.earlier.iter().enumerate() {
            for (m, told) in release.told.iter().enumerate() {
                for (row, figure) in told.iter().enumerate() {
                    problems.entry(key(m, figure.period)).or_insert_with(empty).told.push((e, m, row));
                }
            }
        }
        // Nothing new is told where there are only earlier figures.
        problems.into_values().filter(|problem| !problem.rows.is_empty()).collect()
    }

    /// The measures of each sum of measures, those of earlier releases too.
    fn all_formulas(&self) -> Vec<Vec<usize>> {
        let measures = |terms: Vec<u32>| terms.into_iter().map(|term| super::formulas::measure_of(term).0).collect();
        self.all_editions().flat_map(KnownSums::between_measures).map(measures).collect()
    }

    fn all_editions(&self) -> impl Iterator<Item = &KnownSums> {
        self.earlier.iter().map(|e| &e.formulas).chain([self.formulas])
    }
}

/// The tables of counts: each measure's results; the students of each population, and those of single measures that have
/// another number somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TableId {
    Results(usize),
    Students(usize),
    Own(usize),
}

/// One problem being solved.
struct ProblemSolver<'a> {
    step: &'a SuppressionStep<'a>,
    problem: &'a StepProblem,
}

impl ProblemSolver<'_> {
    /// The number of a table.
    fn table_number(&self, table: TableId) -> u32 {
        let all = self.step.measures.len();
        (match table {
            TableId::Results(m) => m,
            TableId::Students(m) => all + m,
            TableId::Own(m) => 2 * all + m,
        }) as u32
    }

    /// The measure that a table is of.
    fn measure_of(&self, table: u32) -> usize {
        table as usize % self.step.measures.len()
    }

    /// The kind of a table's periods.
    fn period_kind(&self, table: u32) -> PeriodKind {
        self.step.measures[self.measure_of(table)].kind
    }

    /// Calls `then` with what could be sums in an edition: an earlier release, or now.
    fn in_edition<T>(&self, earlier: Option<usize>, then: impl FnOnce(&EditionStructure<'_>) -> T) -> T {
        let (forest, formulas) = match earlier {
            Some(e) => (&self.step.earlier[e].forest, &self.step.earlier[e].formulas),
            None => (self.step.forest, self.step.formulas),
        };
        let kind = |table: u32| self.period_kind(table);
        let weakness = &self.step.demands.weakness;
        let (groupings, lacking, margins) = (!weakness.no_groupings, !weakness.no_missing, !weakness.no_margins);
        then(&EditionStructure { atlas: self.step.atlas, forest, formulas, groupings, lacking, margins, kind: &kind })
    }

    /// Whether a place lies below no other, so that its totals are the ones that everybody asks for.
    fn is_top(&self, spot: &CellKey) -> bool {
        let tree = self.step.forest.tree_in(self.period_kind(spot.table), spot.period);
        tree.is_some_and(|tree| tree.places_above(spot.place).is_empty() && tree.wholes_has(spot.place))
    }

    /// How far up a place is: 0 for the finest.
    fn place_depth(&self, spot: &CellKey) -> usize {
        self.step
            .forest
            .tree_in(self.period_kind(spot.table), spot.period)
            .map_or(0, |tree| tree.places_above(spot.place).len())
    }
}

/// Whether the source knows the figure and does not tell it, or not exactly.
pub(super) fn is_hidden_by_source(value: Value) -> bool {
    matches!(value, Value::Suppressed | Value::Range { .. } | Value::AtLeast { .. } | Value::AtMost { .. })
}

//! The sums that a release takes for known, to be listed.

use headway_model::MeasureId;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::atlas::CodeNumbers;
use super::figures::MeasureFigures;
use super::formulas::{GroupPartition, KnownSums, SumFormula, SumOrigin, measure_of};

/// A sum that a release takes for known, for people and programs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SumTaken {
    /// What it is a sum of: `places`, `groups`, `grades`, `measures`.
    pub of: &'static str,
    /// In words: `female + male = all`. What other figures are made of, too: `gap = rate - rate (the place above)`.
    pub sum: String,
    /// `stated` (codes, plan), `found` in the data, or `assumed`: it holds in all of the few rows that there are.
    pub how: &'static str,
    /// Where it was found: in how many rows it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held: Option<u64>,
    /// Of how many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// The chance that one of all sums that were tried holds so often by accident, at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chance: Option<f64>,
}

impl KnownSums {
    /// Groups with the others of what they are a part of, one line a total.
    pub(super) fn list_nested_groups(&self, atlas: &CodeNumbers, groups: usize) -> Vec<SumTaken> {
        let mut parts: BTreeMap<u32, BTreeSet<&str>> = BTreeMap::new();
        for &(part, total) in &self.within {
            if (part as usize) < groups && (total as usize) < groups {
                parts.entry(total).or_default().insert(atlas.groups.text_by_number(part));
            }
        }
        let line = |(total, parts): (u32, BTreeSet<&str>)| {
            let parts = parts.into_iter().collect::<Vec<&str>>().join(", ");
            let sum = format!("one of these + the others = {}: {parts}", atlas.groups.text_by_number(total));
            SumTaken::new("groups", sum, SumOrigin::Stated)
        };
        parts.into_iter().map(line).collect()
    }
}

/// The sums of places and of periods that a release took for known.
pub(super) fn of_places_and_periods(
    of_places: &BTreeSet<(String, bool)>,
    figures: &[MeasureFigures],
    periods: &[Option<(usize, i32)>],
) -> Vec<SumTaken> {
    let known = |words: &String| of_places.contains(&(words.clone(), false));
    let places = of_places.iter().filter(|(words, guess)| !guess || !known(words)).map(|(words, guess)| {
        let sum = format!("{words}, directly below");
        SumTaken::new("places", sum, if *guess { SumOrigin::Assumed } else { SumOrigin::Stated })
    });
    let periods = figures.iter().zip(periods).filter_map(|(total, sum)| {
        let (of, many) = (*sum)?;
        let sum = format!("{} = {many} periods of {}", total.id, figures.get(of)?.id);
        Some(SumTaken::new("measures", sum, SumOrigin::Stated))
    });
    places.chain(periods).collect()
}

impl SumTaken {
    pub(super) fn new(of: &'static str, sum: String, origin: SumOrigin) -> Self {
        let (how, found) = match origin {
            SumOrigin::Stated => ("stated", None),
            SumOrigin::Found { held, of, chance } => ("found", Some((held, of, chance))),
            SumOrigin::Assumed => ("assumed", None),
        };
        Self { of, sum, how, held: found.map(|f| f.0), rows: found.map(|f| f.1), chance: found.map(|f| f.2) }
    }

    /// A line for people.
    pub fn to_line(&self) -> String {
        let found = match (self.held, self.rows, self.chance) {
            (Some(held), Some(rows), Some(chance)) => {
                format!(
                    " (found: holds in {held} of {rows} rows, by chance less often than once in {:.0})",
                    1.0 / chance.max(1e-12)
                )
            }
            _ if self.how == "assumed" => " (assumed: holds in all of the few rows)".to_owned(),
            _ => String::new(),
        };
        format!("{}: {}{found}\n", self.of, self.sum)
    }
}

/// What of the numbering of measures, groups and grades is the agency's own: it comes first.
#[derive(Clone, Copy)]
pub(super) struct OwnCodes<'a> {
    /// Ids of its measures.
    pub(super) measures: &'a [MeasureId],
    /// How many groups its figures have.
    pub(super) groups: usize,
    /// How many grades.
    pub(super) grades: usize,
}

impl KnownSums {
    /// All of them that are about the agency's own figures alone, to be listed. A sum of another agency's measures, groups or
    /// grades protects, and isn't told.
    pub(super) fn list_sums(&self, atlas: &CodeNumbers, codes: &OwnCodes<'_>) -> Vec<SumTaken> {
        let measures = codes.measures;
        let group = |number: u32| atlas.groups.text_by_number(number).to_owned();
        let grade = |number: u32| atlas.grades.text_by_number(number).to_owned();
        let of_measure = |term: u32| {
            let (measure, amount) = measure_of(term);
            let id = measures[measure].as_str();
            if amount { id.to_owned() } else { format!("students of {id}") }
        };
        let own = |f: &&SumFormula| f.terms.iter().all(|&(term, _)| measure_of(term).0 < measures.len());
        let up_to = |many: usize| move |f: &&SumFormula| f.terms.iter().all(|&(code, _)| (code as usize) < many);
        let line = |of: &'static str, formula: &SumFormula, name: &dyn Fn(u32) -> String| {
            SumTaken::new(of, formula.equation_text(name), formula.origin)
        };
        let own_ties = self.ties.iter().filter(|tie| tie.is_own(measures.len(), codes.groups, codes.grades));
        let ties = own_ties.map(|tie| SumTaken::new("measures", tie.equation_text(atlas, measures), tie.origin));
        let partition = |p: &GroupPartition| {
            let known = |group: &u32| (*group as usize) < codes.groups;
            let parts: Vec<u32> = p.parts.iter().chain(&p.coarse).copied().filter(known).collect();
            (parts.len() > 1 && known(&p.total))
                .then(|| line("groups", &SumFormula::from_parts(parts, p.total, SumOrigin::Stated), &group))
        };
        let partitions = self.partitions.iter().filter_map(partition);
        partitions
            .chain(self.groups.iter().filter(up_to(codes.groups)).map(|f| line("groups", f, &group)))
            .chain(self.grades.iter().filter(up_to(codes.grades)).map(|f| line("grades", f, &grade)))
            .chain(self.measures.iter().filter(own).map(|f| line("measures", f, &of_measure)))
            .chain(ties)
            .collect()
    }
}

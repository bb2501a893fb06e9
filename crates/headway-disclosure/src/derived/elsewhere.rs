//! Figures that other agencies told and that are made of one's own: who reads both knows what they are made of.

use std::collections::{BTreeMap, HashMap};

use super::super::step::{PriorEdition, StepDecisions};
use super::super::told::Disclosure;
use super::order::Order;
use super::table::FigureTable;
use super::terms::{DerivedTerm, TermKey, TermPlace, What};
use super::{DerivationContext, DerivedMeasure};

/// A figure that another agency told exactly.
pub(crate) struct ToldElsewhere {
    pub(crate) measure: usize,
    key: TermKey,
    /// The agency's own figures (measure, row) that it is made of.
    of: Vec<(usize, usize)>,
    /// The one of them that follows from it, as all others stand at places above.
    follows: Option<(usize, usize)>,
}

impl ToldElsewhere {
    /// Place, group, grade and period.
    pub(crate) fn place_key(&self) -> (u32, u32, u32, i32) {
        let (period, place, group, grade) = self.key;
        (place, group, grade, period)
    }
}

impl DerivationContext<'_> {
    /// Such figures in releases so far. The agency's own measures are the first so many.
    pub(crate) fn told_elsewhere(&self, own: usize, earlier: &[PriorEdition]) -> Vec<ToldElsewhere> {
        let is_told =
            |m: &usize| earlier.iter().any(|release| release.told[*m].iter().any(|told| told.how == Disclosure::Shown));
        let wanted: Vec<usize> = (own..self.figures.len()).filter(is_told).collect();
        if wanted.is_empty() {
            return Vec::new();
        }
        let order = Order::from_figures(self.figures, own);
        let tables: Vec<FigureTable> = self.figures.iter().map(FigureTable::from_figures).collect();
        let derived = wanted.into_iter().flat_map(|m| self.of_one(m, &order, &tables));
        let mut found: BTreeMap<(usize, TermKey), ToldElsewhere> = BTreeMap::new();
        for made in derived {
            for figure in self.told_of(&made, own, earlier, &tables) {
                found.entry((figure.measure, figure.key)).or_insert(figure);
            }
        }
        found.into_values().collect()
    }

    fn told_of(
        &self,
        made: &DerivedMeasure,
        own: usize,
        earlier: &[PriorEdition],
        tables: &[FigureTable<'_>],
    ) -> Vec<ToldElsewhere> {
        let m = made.measure;
        let told = earlier.iter().flat_map(|release| &release.told[m]).filter(|told| told.how == Disclosure::Shown);
        let told: HashMap<TermKey, Option<i64>> =
            told.map(|told| ((told.period, told.place, told.group, told.grade), told.amount)).collect();
        let terms = made.terms();
        let here = |term: &&DerivedTerm| term.of == TermPlace::Itself;
        let alone = terms.iter().filter(here).count() == 1 && !terms.iter().any(|term| term.of.is_below());
        let rows = self.figures[m].rows.iter().filter_map(|row| {
            let key = (row.period, row.place, row.group, row.grade);
            told.get(&key).filter(|amount| **amount == row.amount)?;
            let of = |term: &DerivedTerm| -> Vec<(usize, usize)> {
                let own_rows = term.keys_for_row(row, self).filter(|_| term.measure < own);
                own_rows.filter_map(|key| Some((term.measure, tables[term.measure].row_at(key)?))).collect()
            };
            let follows = terms.iter().find(here).filter(|term| alone && term.what != What::Students);
            let follows = follows.and_then(|term| of(term).first().copied());
            Some(ToldElsewhere { measure: m, key, of: terms.iter().flat_map(of).collect(), follows })
        });
        rows.filter(|figure| !figure.of.is_empty()).collect()
    }
}

/// Figures (measure, row) of the agency that are known already where their students are.
pub(crate) fn rows_that_follow(told: &[ToldElsewhere]) -> impl Iterator<Item = (usize, usize)> + '_ {
    told.iter().filter_map(|figure| figure.follows)
}

/// Those of which something that they are made of is not told exactly now.
pub(crate) fn no_longer_told<'a>(
    told: &'a [ToldElsewhere],
    of: &'a DerivationContext<'_>,
    decided: &'a StepDecisions,
) -> impl Iterator<Item = &'a ToldElsewhere> {
    let exact = |&(m, row): &(usize, usize)| of.figures[m].tells_exactly(row, decided.how[m][row], What::Figure);
    told.iter().filter(move |figure| !figure.of.iter().all(exact))
}

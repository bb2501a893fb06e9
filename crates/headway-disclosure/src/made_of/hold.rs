//! New figures that are held back because earlier releases told others that may be made of them: with both, hidden counts follow.
//!
//! Nobody knows the form, so that no single figure can be named that completes it: a gap to the state needs the state's rate alone.
//! A measure that comes later is held back whole then, for the periods that the earlier figures may speak of.

use headway_model::MeasureId;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::super::HiddenReason;
use super::super::notes::{of_held_back, of_told_before};
use super::super::step::StepDecisions;
use super::super::told::Disclosure;
use super::{FigureKey, MadeOfCheck, SecretCounts, figure_key};

/// Figures that earlier releases told, by measure.
pub(crate) type ToldBefore = BTreeSet<(usize, FigureKey)>;

impl MadeOfCheck<'_> {
    /// Holds new figures back where the agency wants it; else says how many that would be. Gives how many of the figures `told`
    /// earlier may still tell of hidden counts.
    pub(crate) fn hold_back(
        &self,
        wanted: bool,
        mut told: ToldBefore,
        decided: &mut StepDecisions,
        notes: &mut Vec<String>,
    ) -> u64 {
        let (new, of) =
            if told.is_empty() { (Vec::new(), ToldBefore::new()) } else { self.completing_figures(&told, decided) };
        if wanted {
            hide_as_made_of(&new, decided);
            told.retain(|figure| !of.contains(figure));
        }
        notes.extend(of_held_back(wanted, new.len()));
        notes.extend(of_told_before(told.len(), self.first_in_words(&told)));
        told.len() as u64
    }

    /// New figures (measure, row) by which hidden counts may follow from figures `told` earlier; and which of these that are. A figure
    /// is made of what was known when it was told: of no later period, and of no count that is hidden in a later one.
    fn completing_figures(&self, told: &ToldBefore, decided: &StepDecisions) -> (Vec<(usize, usize)>, ToldBefore) {
        let mut secrets: BTreeMap<Option<&[MeasureId]>, SecretCounts> = BTreeMap::new();
        let (mut until, mut of): (BTreeMap<usize, i32>, ToldBefore) = (BTreeMap::new(), BTreeSet::new());
        for &(m, key) in told {
            let said = self.figures[m].rule.made_of.as_deref();
            let secret = secrets.entry(said).or_insert_with(|| self.secret_counts(said, decided));
            if !self.tells_of_then(secret, m, key) {
                continue;
            }
            of.insert((m, key));
            for count in (0..self.own).filter(|&count| count != m && self.may_be_in(count, said)) {
                let period = if self.figures[count].kind == self.figures[m].kind { key.3 } else { i32::MAX };
                let last = until.entry(count).or_insert(period);
                *last = (*last).max(period);
            }
        }
        (until.into_iter().flat_map(|(m, last)| self.not_told_yet(m, last, decided)).collect(), of)
    }

    /// Whether a count is hidden that a figure of an earlier release may be made of.
    fn tells_of_then(&self, secret: &SecretCounts, m: usize, (place, group, _, period): FigureKey) -> bool {
        let kind = self.figures[m].kind;
        let here = match secret.first.get(&(kind, place)) {
            Some(&first) => first <= period,
            None => secret.places.contains(&place),
        };
        let above = || self.forest.tree_in(kind, period).map_or(&[][..], |tree| tree.places_above(place));
        here || above().iter().any(|&above| secret.groups.contains(&(above, group, period)))
    }

    /// Figures of a measure up to a period of which something is told now and nothing was before.
    fn not_told_yet(&self, m: usize, last: i32, decided: &StepDecisions) -> Vec<(usize, usize)> {
        let before = self.earlier.iter().flat_map(|release| &release.told[m]);
        let before: HashSet<FigureKey> = before
            .filter(|told| told.how.tells_students())
            .map(|told| (told.place, told.group, told.grade, told.period))
            .collect();
        // What has no count of its own is no count.
        let tells = |row: &usize| decided.how[m][*row].is_some_and(Disclosure::tells_students);
        let rows = self.figures[m].rows.iter().enumerate();
        let new = rows.filter(|(_, row)| row.period <= last && !before.contains(&figure_key(row))).map(|(at, _)| at);
        new.filter(tells).map(|row| (m, row)).collect()
    }
}

/// Nothing is told of these figures.
fn hide_as_made_of(rows: &[(usize, usize)], decided: &mut StepDecisions) {
    for &(m, row) in rows {
        decided.how[m][row] = Some(Disclosure::Hidden(HiddenReason::MadeOf));
    }
}

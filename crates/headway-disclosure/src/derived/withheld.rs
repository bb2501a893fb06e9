//! What is not told of other agencies' figures, by which theirs may be found from one's own that are made of them.

use std::collections::{HashMap, HashSet};

use super::super::coding;
use super::super::figures::{CountKind, CountedFigure, MeasureFigures};
use super::super::step::PriorEdition;
use super::super::told::{Disclosure, PriorDisclosure};
use super::terms::{DerivedTerm, TermKey, What};

/// Where figures of other agencies, and the students behind them, are not told exactly.
pub(crate) struct Withheld(HashMap<usize, OfMeasure>);

#[derive(Default)]
struct OfMeasure {
    figures: HashSet<TermKey>,
    students: HashSet<TermKey>,
}

impl Withheld {
    /// From the figures of all measures, of which those of other agencies begin at `own`: what their releases hid and did not tell
    /// later, and where they told nothing what their own rule will hide.
    pub(crate) fn from_figures(figures: &[MeasureFigures], own: usize, earlier: &[PriorEdition]) -> Self {
        let of_measure = |m: usize| (m, OfMeasure::from_figures(&figures[m], earlier.iter().flat_map(|e| &e.told[m])));
        Self((own..figures.len()).map(of_measure).collect())
    }

    /// Whether this of another agency's figure is not told.
    pub(super) fn has_key(&self, term: &DerivedTerm, key: TermKey) -> bool {
        self.0.get(&term.measure).is_some_and(|of| match term.what {
            What::Students => of.students.contains(&key),
            What::Figure | What::Reached => of.figures.contains(&key),
        })
    }
}

impl OfMeasure {
    fn from_figures<'a>(figures: &MeasureFigures, told: impl Iterator<Item = &'a PriorDisclosure>) -> Self {
        let mut ever: HashMap<TermKey, (bool, bool)> = HashMap::new();
        for told in told {
            let (figure, students) = ever.entry((told.period, told.place, told.group, told.grade)).or_default();
            *students |= told.how.tells_students();
            *figure |= match figures.shape {
                CountKind::Count => told.how.tells_students(),
                CountKind::Share | CountKind::Mean => told.how == Disclosure::Shown,
            };
        }
        let mut withheld = Self::default();
        for row in &figures.rows {
            let key = (row.period, row.place, row.group, row.grade);
            let (figure, students) = ever.get(&key).copied().unwrap_or_else(|| will_tell(figures, row));
            withheld.figures.extend((!figure).then_some(key));
            withheld.students.extend((!students).then_some(key));
        }
        withheld
    }
}

/// Whether the figure, and its students, are not small by the rule of their measure.
fn will_tell(figures: &MeasureFigures, row: &CountedFigure) -> (bool, bool) {
    let rule = &figures.rule;
    let Some(n) = row.n else { return (rule.uncounted || !rule.people, true) };
    let students = n == 0 || n >= rule.effective_n_size();
    let small =
        figures.shape == CountKind::Share && row.amount.is_some_and(|k| coding::code_extreme(rule, n, k).is_some());
    (students && !small, students)
}

//! Figures of people without a count of their own: a score, a gap, an index, odds, a share of nobody knows how many. Whatever they
//! are made of, the form need not be known: they are told at a place only where every count is told that they may be made of.
//!
//! What is told then is made of counts that everybody sees, so that nothing more follows from it, nor from sums with it.

mod hold;

use std::collections::{HashMap, HashSet};

use headway_model::{MeasureId, PeriodKind, Value};

use super::atlas::{CodeNumbers, PeriodHierarchies};
use super::figures::{CountKind, CountedFigure, MeasureFigures};
use super::step::{PriorEdition, StepDecisions, is_hidden_by_source};
use super::told::{Disclosure, PriorDisclosure};
use hold::ToldBefore;

/// The figures of a release and what earlier ones told, in which this is decided.
#[derive(Clone, Copy)]
pub(super) struct MadeOfCheck<'a> {
    pub(super) figures: &'a [MeasureFigures],
    /// How many of the measures are the agency's own; they come first.
    pub(super) own: usize,
    /// Measures without results of now that earlier releases told.
    pub(super) gone: &'a [bool],
    pub(super) atlas: &'a CodeNumbers,
    pub(super) forest: &'a PeriodHierarchies,
    pub(super) earlier: &'a [PriorEdition],
}

/// Place, group, grade, period.
type FigureKey = (u32, u32, u32, i32);

/// Where counts are not told exactly.
#[derive(Default)]
struct SecretCounts {
    places: HashSet<u32>,
    /// Place, group, period: figures below are held against those of their own group above.
    groups: HashSet<(u32, u32, i32)>,
    /// The first period of each kind in which a count of a place is.
    first: HashMap<(PeriodKind, u32), i32>,
}

impl SecretCounts {
    fn add_key(&mut self, kind: PeriodKind, (place, group, _, period): FigureKey) {
        let first = self.first.entry((kind, place)).or_insert(period);
        *first = (*first).min(period);
        self.places.insert(place);
        self.groups.insert((place, group, period));
    }
}

impl MadeOfCheck<'_> {
    /// Hides what may be made of hidden figures; students stay as they are told.
    pub(super) fn hide_made_of(&self, decided: &mut StepDecisions) {
        let mut of_all = None;
        for m in 0..self.own {
            let figures = &self.figures[m];
            let said = figures.rule.made_of.as_deref();
            let rows: Vec<usize> = (0..figures.rows.len()).filter(|&row| self.may_be(m, row, decided)).collect();
            if rows.is_empty() || said.is_some_and(<[MeasureId]>::is_empty) {
                continue;
            }
            let own;
            let secret = match said {
                Some(ids) => {
                    own = self.secret_counts(Some(ids), decided);
                    &own
                }
                None => &*of_all.get_or_insert_with(|| self.secret_counts(None, decided)),
            };
            for row in rows.into_iter().filter(|&row| self.tells_of(secret, m, &figures.rows[row])) {
                decided.made_of.insert((m, row));
                if let Some(how) = &mut decided.how[m][row] {
                    *how = Disclosure::Wide;
                }
            }
        }
    }

    /// Whether a figure that is told exactly has no count of its own.
    fn may_be(&self, m: usize, row: usize, decided: &StepDecisions) -> bool {
        let figures = &self.figures[m];
        // Spending a student counts no people, and may tell of them where the plan says so.
        let people = figures.rule.people;
        (people || figures.plan.publishing.made_of.is_some())
            && matches!(figures.rows[row].value, Value::Exact { .. })
            && match decided.how[m][row] {
                None => figures.rule.uncounted || !people,
                Some(how) => figures.shape == CountKind::Mean && how == Disclosure::Shown,
            }
    }

    /// Whether something is not told at the place of a figure, or of its group at a place above.
    fn tells_of(&self, secret: &SecretCounts, m: usize, row: &CountedFigure) -> bool {
        secret.places.contains(&row.place)
            || self.forest.tree_in(self.figures[m].kind, row.period).is_some_and(|tree| {
                tree.places_above(row.place)
                    .iter()
                    .any(|&above| secret.groups.contains(&(above, row.group, row.period)))
            })
    }

    /// Where counts of these measures are not told exactly: of all rates and counts of people where none are named.
    fn secret_counts(&self, ids: Option<&[MeasureId]>, decided: &StepDecisions) -> SecretCounts {
        let mut secret = SecretCounts::default();
        for (m, figures) in self.figures.iter().enumerate() {
            if !self.may_be_in(m, ids) || !(m < self.own || self.gone[m]) {
                continue;
            }
            if m < self.own {
                let rows = figures.rows.iter().zip(&decided.how[m]);
                rows.filter(|(row, how)| is_secret(figures, row, **how))
                    .for_each(|(row, _)| secret.add_key(figures.kind, figure_key(row)));
            }
            if !self.earlier.is_empty() {
                self.secret_before(m, decided, &mut secret);
            }
        }
        secret
    }

    /// Whether figures may be made of this measure: it is named, or counts people where none are named.
    fn may_be_in(&self, m: usize, ids: Option<&[MeasureId]>) -> bool {
        let figures = &self.figures[m];
        match ids {
            Some(ids) => ids.iter().any(|id| *id == figures.id || *id == figures.plan.id || self.is_whole_of(m, id)),
            None => figures.rule.people && figures.shape != CountKind::Mean,
        }
    }

    /// Whether a measure has the students of places by which the shares of the one of this id are told.
    fn is_whole_of(&self, m: usize, id: &str) -> bool {
        self.figures[..self.own].iter().any(|figures| figures.whole == Some(m) && figures.id == id)
    }

    /// Counts that an earlier release did not tell exactly, but for those that are told now as they were.
    fn secret_before(&self, m: usize, decided: &StepDecisions, secret: &mut SecretCounts) {
        let all = || self.earlier.iter().flat_map(|release| &release.told[m]);
        if self.gone[m] && all().any(is_mean) {
            return;
        }
        let now: HashMap<FigureKey, (&CountedFigure, Option<Disclosure>)> = match decided.how.get(m) {
            Some(how) if m < self.own => {
                self.figures[m].rows.iter().zip(how).map(|(row, how)| (figure_key(row), (row, *how))).collect()
            }
            _ => HashMap::new(),
        };
        for told in all().filter(|told| is_hidden(told.how)) {
            let key = (told.place, told.group, told.grade, told.period);
            let open = now.get(&key).is_some_and(|(row, how)| {
                (row.n, row.amount) == (told.n, told.amount) && how.is_some_and(|how| tells_all(&self.figures[m], how))
            });
            if !open {
                secret.add_key(self.figures[m].kind, key);
            }
        }
    }

    /// Figures that earlier releases told exactly and that are not told now, as they may be, or are, made of hidden ones (`more`).
    pub(super) fn told_before(&self, decided: &StepDecisions, more: &[(usize, usize)]) -> ToldBefore {
        let mut found = ToldBefore::new();
        let mut now: HashMap<usize, HashSet<FigureKey>> = HashMap::new();
        for &(m, row) in decided.made_of.iter().chain(more) {
            now.entry(m).or_default().insert(figure_key(&self.figures[m].rows[row]));
        }
        let of_all = self.gone.iter().any(|gone| *gone).then(|| self.secret_counts(None, decided));
        for release in self.earlier {
            for (m, told) in release.told.iter().enumerate() {
                let shown = told
                    .iter()
                    .filter(|told| told.how == Disclosure::Shown)
                    .map(|told| (told.place, told.group, told.grade, told.period));
                if let Some(now) = now.get(&m) {
                    found.extend(shown.filter(|key| now.contains(key)).map(|key| (m, key)));
                } else if let Some(secret) = of_all.as_ref().filter(|_| self.gone[m] && told.iter().any(is_mean)) {
                    found.extend(shown.filter(|key| secret.places.contains(&key.0)).map(|key| (m, key)));
                }
            }
        }
        found
    }

    /// The first of them in words.
    pub(super) fn first_in_words(&self, told: &ToldBefore) -> Option<String> {
        told.first().map(|&(m, (place, group, grade, period))| {
            let (figures, atlas) = (&self.figures[m], self.atlas);
            format!(
                "{} {} {} {} in {}",
                figures.id,
                atlas.places.text_by_number(place),
                atlas.groups.text_by_number(group),
                atlas.grades.text_by_number(grade),
                headway_model::Period { kind: figures.kind, ordinal: period }
            )
        })
    }
}

fn figure_key(row: &CountedFigure) -> FigureKey {
    (row.place, row.group, row.grade, row.period)
}

/// A sum that is no count of the students behind it.
pub(super) fn is_mean(told: &PriorDisclosure) -> bool {
    told.amount.zip(told.n).is_some_and(|(amount, n)| amount < 0 || amount > n as i64)
}

/// Whether a count is not told exactly. What has no count of its own and is told as its source has it is no secret of the agency.
fn is_secret(figures: &MeasureFigures, row: &CountedFigure, how: Option<Disclosure>) -> bool {
    match how {
        None => matches!(row.value, Value::Exact { .. }) && !figures.rule.uncounted,
        Some(Disclosure::Source) => is_hidden_by_source(row.value),
        Some(how) => is_hidden(how) && !tells_all(figures, how),
    }
}

/// Whether less than all was told.
fn is_hidden(how: Disclosure) -> bool {
    matches!(how, Disclosure::Hidden(_) | Disclosure::Wide | Disclosure::Range(..) | Disclosure::Source)
}

/// Whether all is told that there is: of a measure that counts, its number.
fn tells_all(figures: &MeasureFigures, how: Disclosure) -> bool {
    match figures.shape {
        CountKind::Count => how.tells_students(),
        CountKind::Share | CountKind::Mean => matches!(how, Disclosure::Shown | Disclosure::Absent),
    }
}

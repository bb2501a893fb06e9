//! What a figure can be made of: another measure's figure, here or elsewhere, now or a period before.

use headway_model::ALL;

use super::super::figures::Figure;
use super::Figured;

/// Period, place, group, grade.
pub(super) type Key = (i32, u32, u32, u32);

/// Whose figure it is, seen from the place of the row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Of {
    /// Its own.
    Itself,
    /// The place's that it lies directly below.
    Above,
    /// The place's above all others.
    Top,
}

/// A term, seen from the row that it is looked at in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Term {
    pub(super) measure: usize,
    /// Its students; else its figure.
    pub(super) students: bool,
    pub(super) of: Of,
    /// A group; nothing for that of the row.
    pub(super) group: Option<u32>,
    /// So many periods before the row's.
    pub(super) back: i32,
}

impl Term {
    /// The figure of the row itself.
    pub(super) fn own(measure: usize) -> Self {
        Self { measure, students: false, of: Of::Itself, group: None, back: 0 }
    }

    /// Where the term stands for a row; nothing where nothing lies above it.
    pub(super) fn place(&self, row: &Figure, of: &Figured<'_>) -> Option<Key> {
        let place = match self.of {
            Of::Itself => row.place,
            Of::Above | Of::Top => {
                let above = of.forest.tree(of.figures[self.measure].kind, row.period)?.above(row.place);
                let place = if self.of == Of::Top { above.last() } else { above.first() };
                // The place above all others is held against itself.
                place.copied().or((self.of == Of::Top).then_some(row.place))?
            }
        };
        Some((row.period - self.back, place, self.group.unwrap_or(row.group), row.grade))
    }

    /// In words.
    pub(super) fn words(&self, of: &Figured<'_>) -> String {
        let id = &of.figures[self.measure].id;
        let mut more = Vec::new();
        more.extend(match self.of {
            Of::Itself => None,
            Of::Above => Some("the place above".to_owned()),
            Of::Top => Some("the place above all others".to_owned()),
        });
        more.extend(self.group.map(|group| of.atlas.groups.text(group).to_owned()));
        more.extend((self.back > 0).then(|| "a period before".to_owned()));
        let more = if more.is_empty() { String::new() } else { format!(" ({})", more.join(", ")) };
        if self.students { format!("students of {id}{more}") } else { format!("{id}{more}") }
    }
}

/// The most groups that a figure is held against.
const GROUPS: usize = 12;

/// Every term of a measure that a figure may be held against.
pub(super) fn of_measure(measure: usize, of: &Figured<'_>) -> Vec<Term> {
    let own = Term::own(measure);
    let all = of.atlas.groups.find(ALL);
    let mut terms = vec![own, Term { back: 1, ..own }, Term { of: Of::Above, ..own }, Term { of: Of::Top, ..own }];
    let mut groups: Vec<u32> = of.figures[measure].rows.iter().map(|row| row.group).collect();
    groups.sort_unstable();
    let mut many: Vec<(usize, u32)> = groups.chunk_by(|a, b| a == b).map(|same| (same.len(), same[0])).collect();
    many.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    terms.extend(many.into_iter().take(GROUPS).map(|(_, group)| Term { group: Some(group), ..own }));
    terms.extend(all.into_iter().flat_map(|all| [Of::Above, Of::Top].map(|of| Term { of, group: Some(all), ..own })));
    terms
}

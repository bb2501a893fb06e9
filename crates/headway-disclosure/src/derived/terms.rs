//! What a figure can be made of: another measure's figure, here or elsewhere, now or a period before.

use headway_model::ALL;

use super::super::atlas::PlaceHierarchy;
use super::super::figures::CountedFigure;
use super::DerivationContext;

/// Period, place, group, grade.
pub(super) type TermKey = (i32, u32, u32, u32);

/// Whose figure it is, seen from the place of the row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum TermPlace {
    /// Its own.
    Itself,
    /// The place's that it lies directly below.
    Above,
    /// The place's above all others.
    Top,
    /// Those of all places directly below, in one number.
    Below(Among),
}

impl TermPlace {
    pub(super) fn is_below(self) -> bool {
        matches!(self, Self::Below(_))
    }
}

/// One number of several figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Among {
    Mean,
    Most,
    Least,
}

/// What of a figure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum What {
    /// The figure as it is told.
    Figure,
    /// The students behind it.
    Students,
    /// How many of them reached what is measured.
    Reached,
}

/// A term, seen from the row that it is looked at in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct DerivedTerm {
    pub(super) measure: usize,
    pub(super) what: What,
    pub(super) of: TermPlace,
    /// A group; nothing for that of the row.
    pub(super) group: Option<u32>,
    /// So many periods before the row's.
    pub(super) back: i32,
}

impl DerivedTerm {
    /// The figure of the row itself.
    pub(super) fn own_figure(measure: usize) -> Self {
        Self { measure, what: What::Figure, of: TermPlace::Itself, group: None, back: 0 }
    }

    /// Where the term stands for a row: one figure, or those of all places below; none where nothing lies there.
    pub(super) fn keys_for_row<'a>(
        &self,
        row: &CountedFigure,
        of: &DerivationContext<'a>,
    ) -> impl Iterator<Item = TermKey> + use<'a> {
        let tree = of.forest.tree_in(of.figures[self.measure].kind, row.period);
        let (one, several) = match self.of {
            TermPlace::Itself => (Some(row.place), &[][..]),
            TermPlace::Above => (tree.and_then(|tree| tree.places_above(row.place).first().copied()), &[][..]),
            // The place above all others is held against itself.
            TermPlace::Top => {
                (tree.map(|tree| tree.places_above(row.place).last().copied().unwrap_or(row.place)), &[][..])
            }
            TermPlace::Below(_) => (None, tree.map_or(&[][..], |tree: &PlaceHierarchy| tree.places_below(row.place))),
        };
        let (period, group, grade) = (row.period - self.back, self.group.unwrap_or(row.group), row.grade);
        one.into_iter().chain(several.iter().copied()).map(move |place| (period, place, group, grade))
    }

    /// In words.
    pub(super) fn term_text(&self, of: &DerivationContext<'_>) -> String {
        let id = &of.figures[self.measure].id;
        let mut more = Vec::new();
        more.extend(match self.of {
            TermPlace::Itself => None,
            TermPlace::Above => Some("the place above".to_owned()),
            TermPlace::Top => Some("the place above all others".to_owned()),
            TermPlace::Below(Among::Mean) => Some("mean of the places below".to_owned()),
            TermPlace::Below(Among::Most) => Some("highest of the places below".to_owned()),
            TermPlace::Below(Among::Least) => Some("lowest of the places below".to_owned()),
        });
        more.extend(self.group.map(|group| of.atlas.groups.text_by_number(group).to_owned()));
        more.extend((self.back > 0).then(|| "a period before".to_owned()));
        let more = if more.is_empty() { String::new() } else { format!(" ({})", more.join(", ")) };
        match self.what {
            What::Figure => format!("{id}{more}"),
            What::Students => format!("students of {id}{more}"),
            What::Reached => format!("number of {id}{more}"),
        }
    }
}

/// The most groups that a figure is held against.
const GROUPS: usize = 12;

/// Every term of a measure that a figure may be held against.
pub(super) fn of_measure(measure: usize, of: &DerivationContext<'_>) -> Vec<DerivedTerm> {
    let own = DerivedTerm::own_figure(measure);
    let all = of.atlas.groups.find_number(ALL);
    let mut terms = vec![own, DerivedTerm { back: 1, ..own }];
    terms.extend([TermPlace::Above, TermPlace::Top].map(|of| DerivedTerm { of, ..own }));
    terms.extend(
        [Among::Mean, Among::Most, Among::Least].map(|among| DerivedTerm { of: TermPlace::Below(among), ..own }),
    );
    let mut groups: Vec<u32> = of.figures[measure].rows.iter().map(|row| row.group).collect();
    groups.sort_unstable();
    let mut many: Vec<(usize, u32)> = groups.chunk_by(|a, b| a == b).map(|same| (same.len(), same[0])).collect();
    many.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    terms.extend(many.into_iter().take(GROUPS).map(|(_, group)| DerivedTerm { group: Some(group), ..own }));
    terms.extend(
        all.into_iter()
            .flat_map(|all| [TermPlace::Above, TermPlace::Top].map(|of| DerivedTerm { of, group: Some(all), ..own })),
    );
    terms
}

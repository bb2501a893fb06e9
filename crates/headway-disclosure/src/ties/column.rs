//! Where a term of a tie stands, seen from the row that it is looked at in.

use headway_model::MeasureId;
use serde::{Deserialize, Serialize};

use super::super::atlas::{CodeNumbers, PlaceHierarchy};
use super::super::formulas::measure_of;

/// Where a term of a tie stands, seen from the row that it is looked at in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Column {
    /// A measure's students or its result.
    pub(crate) term: u32,
    /// Its group; nothing for the group of the row.
    pub(crate) group: Option<u32>,
    /// Its grade; nothing for the grade of the row.
    pub(crate) grade: Option<u32>,
    /// So many periods before the row's.
    pub(crate) back: i32,
    /// Of which place it is.
    pub(crate) up: Up,
}

/// Of which place a term is, seen from the row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Up {
    /// The row's own.
    #[default]
    Own,
    /// The one that it lies directly below.
    Above,
    /// The one above all others.
    Top,
}

impl Up {
    /// The place that it is, where one lies there.
    pub(crate) fn place_from(self, place: u32, tree: Option<&PlaceHierarchy>) -> Option<u32> {
        match self {
            Self::Own => Some(place),
            Self::Above => tree?.places_above(place).first().copied(),
            Self::Top => tree?.places_above(place).last().copied(),
        }
    }
}

impl Column {
    /// A term at the row itself.
    pub(crate) fn own_count(term: u32) -> Self {
        Self { term, group: None, grade: None, back: 0, up: Up::Own }
    }

    /// `students of enrolled (el, a period before)`.
    pub(crate) fn term_text(&self, atlas: &CodeNumbers, measures: &[MeasureId]) -> String {
        let (measure, amount) = measure_of(self.term);
        let id = &measures[measure];
        let mut more = Vec::new();
        more.extend(match self.up {
            Up::Own => None,
            Up::Above => Some("the place above".to_owned()),
            Up::Top => Some("the place above all others".to_owned()),
        });
        more.extend(self.group.map(|group| atlas.groups.text_by_number(group).to_owned()));
        more.extend(self.grade.map(|grade| headway_model::Grade::in_words(atlas.grades.text_by_number(grade))));
        more.extend(match self.back {
            0 => None,
            1 => Some("a period before".to_owned()),
            back => Some(format!("{back} periods before")),
        });
        let more = if more.is_empty() { String::new() } else { format!(" ({})", more.join(", ")) };
        if amount { format!("{id}{more}") } else { format!("students of {id}{more}") }
    }
}

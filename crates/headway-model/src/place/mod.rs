//! Places that have results, and what was said of them for which days.

mod directory;
mod events;
mod history;
mod statement;
mod timeline;

use serde::{Deserialize, Serialize};

use crate::PlaceId;

pub use directory::{DEEPEST_PATH, PlaceDirectory, name_order};
pub use events::{PlaceChange, PlaceEvent};
pub use history::{PlaceHistory, said_outside};
pub use statement::{PlaceLife, PlaceStatement, StatedPlaces};
pub use timeline::{PlaceTimeline, SaidPlace};

/// The level of a place, from the nation down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// A nation.
    Nation,
    /// A state.
    State,
    /// A region or county inside a state.
    Region,
    /// A school district (LEA).
    District,
    /// A school.
    School,
}

impl Level {
    /// Every level, from the top down.
    pub const ALL: [Self; 5] = [Self::Nation, Self::State, Self::Region, Self::District, Self::School];

    /// The level's id, as files and addresses write it.
    pub fn id(self) -> &'static str {
        match self {
            Self::Nation => "nation",
            Self::State => "state",
            Self::Region => "region",
            Self::District => "district",
            Self::School => "school",
        }
    }

    /// What its places are called: one and many.
    pub fn place_nouns(self) -> (&'static str, &'static str) {
        match self {
            Self::Nation => ("nation", "nations"),
            Self::State => ("state", "states"),
            Self::Region => ("region", "regions"),
            Self::District => ("district", "districts"),
            Self::School => ("school", "schools"),
        }
    }

    /// The level of this id.
    pub fn of_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.id() == id)
    }
}

/// A place ("unit" in old files): text id with its leading zeros, level, parent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The id, text always: `04450105` is not a number.
    pub id: PlaceId,
    /// The name.
    pub name: String,
    /// The level.
    pub level: Level,
    /// The id of the place it belongs to.
    pub parent: Option<PlaceId>,
}

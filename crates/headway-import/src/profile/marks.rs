//! Marks beside a figure: `13.1 p` is provisional, `10.2 b` not comparable with the years before.

use headway_model::Flags;
use serde::Deserialize;

/// What a mark means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// Published ahead of the final figure.
    Provisional,
    /// Restated by the publisher.
    Revised,
    /// Not comparable with the periods before.
    Break,
    /// Nothing that Headway keeps (a footnote).
    Ignored,
}

impl Mark {
    /// The flags that it sets.
    pub(crate) fn flags(self) -> Flags {
        match self {
            Self::Provisional => Flags::PROVISIONAL,
            Self::Revised => Flags::REVISED,
            Self::Break => Flags::BREAK,
            Self::Ignored => Flags::default(),
        }
    }
}

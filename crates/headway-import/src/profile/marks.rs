//! Marks beside a figure: `13.1 p` is provisional, `10.2 b` not comparable with the years before.

use headway_model::ValueFlags;
use serde::Deserialize;

/// What a mark means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FigureMark {
    /// Published ahead of the final figure.
    Provisional,
    /// Restated by the publisher.
    Revised,
    /// Not comparable with the periods before.
    Break,
    /// Nothing that Headway keeps (a footnote).
    Ignored,
}

impl FigureMark {
    /// The flags that it sets.
    pub(crate) fn flags(self) -> ValueFlags {
        match self {
            Self::Provisional => ValueFlags::PROVISIONAL,
            Self::Revised => ValueFlags::REVISED,
            Self::Break => ValueFlags::BREAK,
            Self::Ignored => ValueFlags::default(),
        }
    }
}

//! Which way is better.

use serde::{Deserialize, Serialize};

/// Which way is better. There is no default: a measure without a direction can't be saved (invariant 9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// More is better.
    Increase,
    /// Less is better.
    Decrease,
    /// Staying where it is, is the promise.
    Maintain,
}

impl Direction {
    /// +1 where more is better, -1 where less is; `None` for [`Direction::Maintain`], which has no better side.
    pub fn sign(self) -> Option<f64> {
        match self {
            Self::Increase => Some(1.0),
            Self::Decrease => Some(-1.0),
            Self::Maintain => None,
        }
    }

    /// The other way round: what a mirrored series would have.
    pub fn opposite_direction(self) -> Self {
        match self {
            Self::Increase => Self::Decrease,
            Self::Decrease => Self::Increase,
            Self::Maintain => Self::Maintain,
        }
    }
}

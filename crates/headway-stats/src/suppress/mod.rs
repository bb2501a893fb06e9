//! Hiding small counts so that they can't be computed from what stays published.
//!
//! Small cells are hidden (primary); as totals would give them away, more cells are (secondary): cells are published
//! from the most to the least important, unless that would let a reader compute a small one. That is the order of R's
//! GaussSuppression (Langsrud 2024). In tables that are searched thoroughly a basis of all moves of hidden counts decides
//! what can go (see `moves`); in larger ones only near moves are looked for. Each small cell carries a proof of
//! its own, a *circuit* (see there), and only the proofs that a candidate stands in are looked for again. A proof is
//! checked in whole numbers, so that no rounding error can let a cell out.

mod cell;
pub(crate) mod circuit;
pub(crate) mod elimination;
pub(crate) mod field;
mod guard;
mod letting;
pub(crate) mod moves;
mod program;
mod proof;
mod secondary;
mod start;
mod system;
mod table;

pub use cell::{CellRole, ProtectionResult, SuppressionCell};
pub use guard::CellGuard;
pub use secondary::{SuppressionOptions, SuppressionResult, suppress_cells};
pub use system::RelationSystem;
pub use table::{MarginTable, TableDimension};

/// Name of the method.
pub const METHOD: &str = "suppress";
/// Version of the method.
pub const VERSION: &str = "2";

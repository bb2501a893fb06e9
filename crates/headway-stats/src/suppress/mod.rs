//! Hiding small counts so that they can't be computed from what stays published.
//!
//! Small cells are hidden (primary); as totals would give them away, more cells are (secondary): cells are published
//! from the most to the least important, unless that would let a reader compute a small one. That is the order of R's
//! GaussSuppression (Langsrud 2024). In tables that are searched thoroughly a basis of all moves of hidden counts decides
//! what can go (see `moves`); in larger ones only near moves are looked for. Each small cell carries a proof of
//! its own, a *circuit* (see there), and only the proofs that a candidate stands in are looked for again. A proof is
//! checked in whole numbers, so that no rounding error can let a cell out.
//!
//! ```
//! use headway_stats::suppress::{CellGuard, CellRole, RelationSystem, SuppressionCell};
//! let cell = |role| SuppressionCell { role, down: 2, up: 2 };
//! let (small, candidate, known) = (cell(CellRole::Protect), cell(CellRole::Candidate), cell(CellRole::Known));
//! // 3 + 20 + 30 = 53, where 3 is small and 53 is published.
//! let system = RelationSystem::new(4, &[[(0, 1), (1, 1), (2, 1), (3, -1)]]);
//! let mut guard = CellGuard::new(&system, &[small, candidate, candidate, known], &[3.0, 20.0, 30.0, 53.0], true);
//! // The less important of two candidates is hidden for the sake of the small count.
//! assert_eq!(guard.protect().hidden, [true, true, false, false]);
//! // Readers turn out to know it to the last case: the other is hidden too, and then alone.
//! guard.change_cell(1, SuppressionCell { down: 0, up: 0, ..candidate });
//! assert_eq!(guard.protect().hidden, [true, true, true, false]);
//! assert_eq!(guard.publish_what_follows(), [true, false, true, false]);
//! ```

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

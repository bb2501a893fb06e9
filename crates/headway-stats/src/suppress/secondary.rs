//! The small cells of a table, and which others to hide for their sake.

use super::RelationSystem;
use super::cell::{CellRole, ProtectionResult, SuppressionCell};
use super::guard::CellGuard;

/// Up to this many cells a candidate is hidden only after a far search; in larger tables after a near one, which
/// hides a few cells more than need be, and takes a time that grows with the table alone.
const SEARCHED_FAR: usize = 20_000;

/// Options.
#[derive(Clone, Copy, Debug)]
pub struct SuppressionOptions {
    /// Counts from 1 (or 0) to this are small.
    pub max_n: u64,
    /// Zeros are small too; else they are shown.
    pub protect_zeros: bool,
    /// Readers know the rule: hidden counts are at least 1 where zeros are shown. With this, two hidden ones that
    /// add up to 2 do not protect each other.
    pub known_floor: bool,
}

/// What to hide. Places are cells.
#[derive(Clone, Debug)]
pub struct SuppressionResult {
    /// Small cells.
    pub primary: Vec<bool>,
    /// All hidden cells: the small ones and those hidden for their sake.
    pub hidden: Vec<bool>,
    /// Small cells for which no proof was found that a reader can't compute them, though all the rest was still open.
    pub exposed: Vec<u32>,
    /// Small cells that linear algebra does not give away, but perhaps a reader who knows the lowest count that a hidden
    /// cell can have.
    pub weak: Vec<u32>,
}

/// Hides the small cells among counts `n` and enough others that none of them can be computed from the rest.
/// `importance` orders the cells: the least important are hidden first.
///
/// ```
/// use headway_stats::suppress::{RelationSystem, SuppressionOptions, suppress_cells};
/// // 3 + 20 + 30 = 53. The 3 is small; the least important other has to hide it.
/// let system = RelationSystem::new(4, &[[(0, 1), (1, 1), (2, 1), (3, -1)]]);
/// let options = SuppressionOptions { max_n: 5, protect_zeros: false, known_floor: true };
/// let found = suppress_cells(&system, &[3, 20, 30, 53], &[3.0, 20.0, 30.0, 53.0], &options);
/// assert_eq!(found.primary, [true, false, false, false]);
/// assert_eq!(found.hidden, [true, true, false, false]);
/// ```
///
/// # Panics
/// If the slices do not have one entry a cell.
pub fn suppress_cells(
    system: &RelationSystem,
    n: &[u64],
    importance: &[f64],
    options: &SuppressionOptions,
) -> SuppressionResult {
    assert_eq!(n.len(), system.cell_count(), "one count a cell");
    let lowest = u64::from(!options.protect_zeros);
    let known_floor = options.known_floor || options.protect_zeros;
    let cell = |&n: &u64| {
        let role = match n {
            n if (lowest..=options.max_n).contains(&n) => CellRole::Protect,
            // Zeros that are shown are published from the start.
            0 if !options.protect_zeros => CellRole::Known,
            _ => CellRole::Candidate,
        };
        let down = if known_floor && n <= lowest { 0 } else { SuppressionCell::ENDLESS };
        SuppressionCell { role, down, up: SuppressionCell::ENDLESS }
    };
    let cells: Vec<SuppressionCell> = n.iter().map(cell).collect();
    let primary = cells.iter().map(|cell| cell.role == CellRole::Protect).collect();
    let thorough = cells.len() <= SEARCHED_FAR;
    let ProtectionResult { hidden, exposed, weak } = CellGuard::new(system, &cells, importance, thorough).protect();
    SuppressionResult { primary, hidden, exposed, weak }
}

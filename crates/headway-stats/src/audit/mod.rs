//! What a reader can compute of hidden cells from what is published: proof, before a release goes out, that no
//! protected count is determined, and the interval of each. Two attacks: linear algebra (is the cell the same in every
//! solution?), and linear programs (least and most it can be when no count is negative).

mod bounds;
mod narrow;

use crate::simplex::{Equation, SimplexSolver};
use crate::suppress::RelationSystem;
use crate::suppress::elimination::find_moving;
pub use narrow::narrow_bounds;

/// Name of the method.
pub const METHOD: &str = "audit";
/// Version of the method.
pub const VERSION: &str = "1";

/// Ends of an interval this close are one number.
const SAME: f64 = 1e-6;

/// Options.
#[derive(Clone, Copy, Debug)]
pub struct AuditOptions {
    /// The lowest count that a reader knows a hidden cell can have.
    pub floor: u64,
    /// Hidden cells that hang together are solved exactly up to this many, and bounded beyond. Time grows with its cube.
    pub exact_up_to: usize,
}

impl Default for AuditOptions {
    fn default() -> Self {
        Self { floor: 0, exact_up_to: 400 }
    }
}

/// What a reader knows of a hidden cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CellInterval {
    /// The cell.
    pub cell: u32,
    /// The least it can be.
    pub lo: f64,
    /// The most it can be; may be infinite.
    pub hi: f64,
    /// These are the ends (by linear programs); else the true ones lie within them.
    pub sharp: bool,
}

/// What a reader knows of all hidden cells.
#[derive(Clone, Debug, Default)]
pub struct AuditResult {
    /// Cells that follow exactly, by whichever attack.
    pub exact: Vec<u32>,
    /// One a hidden cell, in order of cells.
    pub intervals: Vec<CellInterval>,
}

/// Attacks the cells that are `hidden` among true counts `n`. All others are known to the reader, so give a cell that
/// is not published at all as hidden.
///
/// ```
/// use headway_stats::audit::{AuditOptions, audit_hidden};
/// use headway_stats::suppress::RelationSystem;
/// // Two groups and their published total, 3 + 5 = 8. Readers know that no group is empty.
/// let system = RelationSystem::new(3, &[[(0, 1), (1, 1), (2, -1)]]);
/// let options = AuditOptions { floor: 1, ..AuditOptions::default() };
/// let found = audit_hidden(&system, &[3, 5, 8], &[true, true, false], &options);
/// assert!(found.exact.is_empty());
/// assert_eq!((found.intervals[0].lo, found.intervals[0].hi), (1.0, 7.0)); // 8 less at least 1
/// ```
///
/// # Panics
/// If the slices do not have one entry a cell, or a hidden count is below the floor.
pub fn audit_hidden(system: &RelationSystem, n: &[u64], hidden: &[bool], options: &AuditOptions) -> AuditResult {
    assert_eq!(n.len(), system.cell_count(), "one count a cell");
    assert_eq!(hidden.len(), system.cell_count(), "hidden or not, for each cell");
    let below = (0..n.len()).find(|&c| hidden[c] && n[c] < options.floor);
    assert!(below.is_none(), "cell {below:?} is below the floor that readers are said to know");

    let determined = find_determined(system, hidden);
    let open: Vec<bool> = (0..n.len()).map(|c| hidden[c] && !determined[c]).collect();
    let mut intervals: Vec<CellInterval> = (0..n.len() as u32)
        .filter(|&c| determined[c as usize])
        .map(|c| CellInterval { cell: c, lo: n[c as usize] as f64, hi: n[c as usize] as f64, sharp: true })
        .collect();
    for group in connected_groups(system, &open) {
        let puzzle = GroupEquations::new(system, n, &open, &group, options.floor);
        // Where rounding leaves the linear programs without an answer there are bounds still.
        let solved = if group.len() <= options.exact_up_to { puzzle.solve_bounds() } else { None };
        let sharp = solved.is_some();
        let ends = solved.unwrap_or_else(|| puzzle.propagate_bounds());
        let floor = options.floor as f64;
        intervals.extend(group.iter().zip(ends).map(|(&cell, (lo, hi))| CellInterval {
            cell,
            lo: lo + floor,
            hi: hi + floor,
            sharp,
        }));
    }
    intervals.sort_unstable_by_key(|i| i.cell);
    let exact = intervals.iter().filter(|i| i.hi - i.lo < SAME).map(|i| i.cell).collect();
    AuditResult { exact, intervals }
}

/// Hidden cells that have one value in every solution of the relations, whatever its sign.
///
/// ```
/// use headway_stats::audit::find_determined;
/// use headway_stats::suppress::RelationSystem;
/// // Two groups and their total: one hidden group is the total less the other; two hidden groups hide each other.
/// let system = RelationSystem::new(3, &[[(0, 1), (1, 1), (2, -1)]]);
/// assert_eq!(find_determined(&system, &[true, false, false]), [true, false, false]);
/// assert_eq!(find_determined(&system, &[true, true, false]), [false, false, false]);
/// ```
pub fn find_determined(system: &RelationSystem, hidden: &[bool]) -> Vec<bool> {
    // Plain subtraction first: it finds most, and what it finds need not be searched again and again.
    let open = subtract_known(system, hidden);
    hidden.iter().zip(find_moving(system, &open)).map(|(&hidden, moving)| hidden && !moving).collect()
}

/// Cells still hidden after every relation with one hidden cell has given it away, and so on.
fn subtract_known(system: &RelationSystem, hidden: &[bool]) -> Vec<bool> {
    let mut open = hidden.to_vec();
    let count = |open: &[bool], row: u32| system.terms(row).iter().filter(|(c, _)| open[*c as usize]).count();
    let rows = 0..system.relation_count() as u32;
    let mut left: Vec<usize> = rows.clone().map(|row| count(&open, row)).collect();
    let mut due: Vec<u32> = rows.filter(|&row| left[row as usize] == 1).collect();
    while let Some(row) = due.pop() {
        let Some(&(cell, _)) = system.terms(row).iter().find(|(c, _)| open[*c as usize]) else { continue };
        open[cell as usize] = false;
        for &(other, _) in system.of_cell(cell) {
            left[other as usize] -= 1;
            if left[other as usize] == 1 {
                due.push(other);
            }
        }
    }
    open
}

/// Open cells that relations tie together, group by group.
fn connected_groups(system: &RelationSystem, open: &[bool]) -> Vec<Vec<u32>> {
    let mut seen = vec![false; system.cell_count()];
    let mut row_seen = vec![false; system.relation_count()];
    let mut groups = Vec::new();
    for start in 0..system.cell_count() as u32 {
        if !open[start as usize] || std::mem::replace(&mut seen[start as usize], true) {
            continue;
        }
        let mut group = vec![start];
        let mut next = 0;
        while next < group.len() {
            for &(row, _) in system.of_cell(group[next]) {
                if std::mem::replace(&mut row_seen[row as usize], true) {
                    continue;
                }
                for &(c, _) in system.terms(row) {
                    if open[c as usize] && !std::mem::replace(&mut seen[c as usize], true) {
                        group.push(c);
                    }
                }
            }
            next += 1;
        }
        groups.push(group);
    }
    groups
}

/// The equations of one group, its counts taken from the floor up: sum of coefficient times count = right side.
struct GroupEquations {
    cells: usize,
    rows: Vec<Equation>,
}

impl GroupEquations {
    fn new(system: &RelationSystem, n: &[u64], open: &[bool], group: &[u32], floor: u64) -> Self {
        let mut place = std::collections::HashMap::with_capacity(group.len());
        let mut relations: Vec<u32> = Vec::new();
        for (i, &cell) in group.iter().enumerate() {
            place.insert(cell, i);
            relations.extend(system.of_cell(cell).iter().map(|&(row, _)| row));
        }
        relations.sort_unstable();
        relations.dedup();
        let rows = relations
            .into_iter()
            .map(|row| {
                let open_terms = || system.terms(row).iter().filter(|(c, _)| open[*c as usize]);
                // What a reader computes as the rest of the published cells.
                let rest = open_terms().map(|&(c, k)| i64::from(k) * (n[c as usize] - floor) as i64).sum::<i64>();
                (open_terms().map(|&(c, k)| (place[&c], f64::from(k))).collect(), rest as f64)
            })
            .collect();
        Self { cells: group.len(), rows }
    }

    /// `None` where rounding stood in the way.
    fn solve_bounds(&self) -> Option<Vec<(f64, f64)>> {
        let mut simplex = SimplexSolver::new(self.cells, self.rows.clone())?;
        (0..self.cells).map(|i| Some((simplex.least_of_cell(i)?, simplex.most_of_cell(i)?))).collect()
    }

    fn propagate_bounds(&self) -> Vec<(f64, f64)> {
        bounds::tighten_bounds(self.cells, &self.rows)
    }
}

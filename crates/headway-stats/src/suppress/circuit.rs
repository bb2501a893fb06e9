//! Proof that a hidden cell can't be computed from what is published: a *circuit* through it, that is another set of
//! hidden counts under which everything published stays the same and this cell does not.

use super::RelationSystem;
use super::elimination::{ColumnReducer, ReducedColumn, ReductionOutcome, trace_back};
use super::field::{self, from_int, inverse_mod, mul_mod, sub_mod, to_fraction};

/// A way to move hidden counts and nothing else: cells with whole, non-zero amounts that cancel in every relation.
#[derive(Clone, Debug)]
pub(crate) struct CellCircuit {
    pub(crate) moves: Vec<(u32, i64)>,
}

/// How far a search goes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SearchReach {
    /// About how many cells, nearest first.
    pub(crate) cells: usize,
    /// How many parts of a long total to either side of the one it comes from.
    pub(crate) aside: usize,
}

/// Of a long total at least this many parts are looked at, if that many are open.
const MEET_AT_LEAST: usize = 4;

/// Looks for circuits; its arrays are kept from one search to the next.
pub(crate) struct CircuitSearch<'a> {
    system: &'a RelationSystem,
    /// Which search saw a cell or relation last.
    cell_seen: Vec<u32>,
    row_seen: Vec<u32>,
    round: u32,
    /// Cells of the search that a relation ties.
    degree: Vec<u32>,
    reducer: ColumnReducer<'a>,
    /// Column of the target under reduction.
    target: Vec<u64>,
    /// What relations are off by, while a circuit is checked.
    sums: Vec<i64>,
    long_sums: Vec<i128>,
    /// The most that a relation is off by for one that every cell of it moves.
    weight: u64,
}

impl<'a> CircuitSearch<'a> {
    pub(crate) fn new(system: &'a RelationSystem) -> Self {
        let rows = system.relation_count();
        Self {
            system,
            cell_seen: vec![0; system.cell_count()],
            row_seen: vec![0; rows],
            round: 0,
            degree: vec![0; rows],
            reducer: ColumnReducer::new(system),
            target: vec![0; rows],
            sums: vec![0; rows],
            long_sums: vec![0; rows],
            weight: (0..rows as u32).map(|row| total_weight(system.terms(row))).max().unwrap_or(0),
        }
    }

    /// A circuit through `cell` over it and cells that `open` lets in, among those within `reach`. `rank` orders
    /// the cells: the circuit's highest-ranked cell is as low as can be. `None` if there is none within reach.
    pub(crate) fn find_circuit(
        &mut self,
        cell: u32,
        reach: SearchReach,
        open: impl Fn(u32) -> bool,
        rank: impl Fn(u32) -> u32,
    ) -> Option<CellCircuit> {
        let mut cells = self.cells_around(cell, reach, open)?;
        cells.sort_unstable_by_key(|&c| (rank(c), c));
        let circuit = self.eliminate_columns(cell, &cells)?;
        // Arithmetic modulo a prime could only err towards a circuit that is none: check it in whole numbers.
        self.is_balanced(&circuit).then_some(circuit)
    }

    /// Cells of which a circuit through `cell` could be made, besides it, nearest first; `None` if there is none.
    pub(crate) fn cells_around(
        &mut self,
        cell: u32,
        reach: SearchReach,
        open: impl Fn(u32) -> bool,
    ) -> Option<Vec<u32>> {
        let mut cells = self.nearest_cells(cell, reach, &open);
        self.peel_loose(&cells);
        cells.retain(|&c| c != cell && self.cell_seen[c as usize] == self.round);
        (self.cell_seen[cell as usize] == self.round).then_some(cells)
    }

    /// Cells reached from `from` over relations, nearest first.
    fn nearest_cells(&mut self, from: u32, reach: SearchReach, open: &impl Fn(u32) -> bool) -> Vec<u32> {
        self.round += 1;
        let round = self.round;
        self.cell_seen[from as usize] = round;
        let mut cells = vec![from];
        let mut next = 0;
        // How far along its parts the last long relation was entered: its likes are entered there too, so that the
        // same places are met in each.
        let mut along = 0.0;
        while next < cells.len() && cells.len() <= reach.cells {
            let cell = cells[next];
            next += 1;
            for &(row, _) in self.system.of_cell(cell) {
                if std::mem::replace(&mut self.row_seen[row as usize], round) == round {
                    continue;
                }
                let terms = self.system.terms(row);
                let mut meet = |c: u32| {
                    let new = self.cell_seen[c as usize] != round && open(c);
                    if new {
                        self.cell_seen[c as usize] = round;
                        cells.push(c);
                    }
                    new
                };
                if terms.len() / 2 <= reach.aside {
                    terms.iter().for_each(|&(c, _)| {
                        meet(c);
                    });
                    continue;
                }
                // The total stands last: it is not one of the places along.
                let (total, parts) = terms.split_last().expect("a relation has terms");
                meet(total.0);
                if let Some(place) = parts.iter().position(|&(c, _)| c == cell) {
                    along = place as f64 / parts.len() as f64;
                }
                let place = (along * parts.len() as f64) as usize;
                let mut met = 0;
                for step in 0..parts.len() {
                    if step > 2 * reach.aside && met >= MEET_AT_LEAST {
                        break;
                    }
                    // In turn to the right and to the left.
                    let offset = if step % 2 == 1 { step / 2 + 1 } else { parts.len() - step / 2 };
                    met += usize::from(meet(parts[(place + offset) % parts.len()].0));
                }
            }
        }
        cells
    }

    /// Drops (forgets as seen) cells that some relation ties to no other cell of the search: no circuit has them.
    fn peel_loose(&mut self, cells: &[u32]) {
        for &c in cells.iter() {
            for &(row, _) in self.system.of_cell(c) {
                self.degree[row as usize] = 0;
            }
        }
        for &c in cells.iter() {
            for &(row, _) in self.system.of_cell(c) {
                self.degree[row as usize] += 1;
            }
        }
        let alone =
            |search: &Self, c: u32| search.system.of_cell(c).iter().any(|&(r, _)| search.degree[r as usize] == 1);
        let mut doomed: Vec<u32> = cells.iter().copied().filter(|&c| alone(self, c)).collect();
        while let Some(c) = doomed.pop() {
            if self.cell_seen[c as usize] != self.round {
                continue;
            }
            self.cell_seen[c as usize] = 0;
            for &(row, _) in self.system.of_cell(c) {
                self.degree[row as usize] -= 1;
                if self.degree[row as usize] == 1 {
                    let last = |&&(c, _): &&(u32, i32)| self.cell_seen[c as usize] == self.round;
                    doomed.extend(self.system.terms(row).iter().find(last).map(|&(c, _)| c));
                }
            }
        }
    }

    /// Adds columns to a basis until it holds the target's column.
    fn eliminate_columns(&mut self, target: u32, columns: &[u32]) -> Option<CellCircuit> {
        let mut basis: Vec<ReducedColumn> = Vec::new();
        let mut target_steps: Vec<(u32, u64)> = Vec::new();
        let mut target_rows: Vec<u32> = Vec::new();
        for &(row, coefficient) in self.system.of_cell(target) {
            self.target[row as usize] = from_int(coefficient);
            target_rows.push(row);
        }
        let mut left = target_rows.len();
        for &cell in columns {
            if left == 0 {
                break;
            }
            let ReductionOutcome::New(reduced) = self.reducer.reduce_column(cell, &basis, &self.degree) else {
                continue;
            };
            let at = basis.len() as u32;
            self.reducer.pivot[reduced.pivot as usize] = at;
            let factor = self.target[reduced.pivot as usize];
            if factor != 0 {
                target_steps.push((at, factor));
                self.target[reduced.pivot as usize] = 0;
                left -= 1;
                for &(row, value) in &reduced.entries {
                    let slot = &mut self.target[row as usize];
                    let before = *slot;
                    *slot = sub_mod(before, mul_mod(factor, value));
                    match (before == 0, *slot == 0) {
                        (true, false) => {
                            left += 1;
                            target_rows.push(row);
                        }
                        (false, true) => left -= 1,
                        _ => {}
                    }
                }
            }
            basis.push(reduced);
        }
        self.reducer.forget_basis(&basis);
        for row in target_rows {
            self.target[row as usize] = 0;
        }
        (left == 0).then(|| compose_circuit(target, &basis, &target_steps)).flatten()
    }

    /// Whether the moves add up to nothing in every relation.
    pub(crate) fn is_balanced(&mut self, circuit: &CellCircuit) -> bool {
        let most = circuit.moves.iter().map(|(_, amount)| amount.unsigned_abs()).max().unwrap_or(0);
        // A sum stays within its number: a shorter one is faster.
        match most.checked_mul(self.weight) {
            Some(most) if most <= i64::MAX as u64 => is_balanced_with(self.system, circuit, &mut self.sums),
            _ => is_balanced_with(self.system, circuit, &mut self.long_sums),
        }
    }
}

/// Whether the moves add up to nothing in every relation. The `sums`, one a relation, are zero before and after.
fn is_balanced_with<N>(system: &RelationSystem, circuit: &CellCircuit, sums: &mut [N]) -> bool
where
    N: From<i64> + Copy + Default + PartialEq + std::ops::AddAssign + std::ops::Mul<Output = N>,
{
    for &(cell, amount) in &circuit.moves {
        for &(row, coefficient) in system.of_cell(cell) {
            sums[row as usize] += N::from(amount) * N::from(i64::from(coefficient));
        }
    }
    let mut off = false;
    for &(row, _) in circuit.moves.iter().flat_map(|&(cell, _)| system.of_cell(cell)) {
        off |= std::mem::take(&mut sums[row as usize]) != N::default();
    }
    !off
}

fn total_weight(terms: &[(u32, i32)]) -> u64 {
    terms.iter().map(|&(_, k)| u64::from(k.unsigned_abs())).sum()
}

/// The target as a sum of columns; as whole numbers.
fn compose_circuit(target: u32, basis: &[ReducedColumn], target_steps: &[(u32, u64)]) -> Option<CellCircuit> {
    let with = trace_back(basis, target_steps).into_iter();
    let with = with.map(|(cell, amount)| Some((cell, to_fraction(amount)?)));
    CellCircuit::of_fractions(std::iter::once(Some((target, (1, 1)))).chain(with).collect::<Option<Vec<_>>>()?)
}

impl CellCircuit {
    /// The circuit with these amounts (cell, numerator and denominator), as whole numbers; `None` if they are too large.
    fn of_fractions(amounts: Vec<(u32, (i64, i64))>) -> Option<Self> {
        let mut common = 1i64;
        for &(_, (_, denominator)) in &amounts {
            common = common.checked_mul(denominator / gcd(common, denominator))?;
        }
        let moves = amounts
            .into_iter()
            .map(|(cell, (numerator, denominator))| Some((cell, numerator.checked_mul(common / denominator)?)))
            .collect::<Option<Vec<(u32, i64)>>>()?;
        debug_assert!(moves.iter().all(|&(_, amount)| amount != 0 && amount.unsigned_abs() < field::PRIME));
        Some(Self { moves })
    }

    /// The circuit with these amounts modulo the prime, up to a factor; `None` if they are not whole numbers up to
    /// [`Self::FAR`] then.
    pub(super) fn of_amounts(mut amounts: impl Iterator<Item = (u32, u64)>) -> Option<Self> {
        let first = amounts.next()?;
        // The amounts so far are these over a common denominator; what is left to be told is taken times it.
        let (mut scale, mut common) = (inverse_mod(first.1), 1i64);
        let mut moves = vec![(first.0, 1i64)];
        for (cell, amount) in amounts {
            let (numerator, denominator) = to_fraction(mul_mod(amount, scale))?;
            if denominator > 1 {
                common = common.checked_mul(denominator).filter(|common| *common <= Self::FAR)?;
                scale = mul_mod(scale, denominator as u64);
                for (_, amount) in &mut moves {
                    *amount = amount.checked_mul(denominator)?;
                }
            }
            moves.push((cell, numerator));
        }
        moves.iter().all(|(_, amount)| *amount != 0 && amount.abs() <= Self::FAR).then_some(Self { moves })
    }

    /// As far as fractions are told from the prime's other numbers.
    const FAR: i64 = 1 << 30;
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

//! Linear programs over a puzzle, by another's solver: between what ends can a count lie, and can it be this or that whole number?

use std::collections::HashMap;

use microlp::{ComparisonOp, Error, OptimizationDirection, Problem, SolveOptions, Variable};

use super::puzzle::{Puzzle, Unknown};

/// An interval of so few whole numbers is looked into number by number.
const FEW: f64 = 3.0;
/// Branches that are looked at before the question is left open.
const BRANCHES: u64 = 200;
/// Solutions that are looked at before anything is asked.
const GLANCES: u32 = 8;
const ROOM: f64 = 1e-6;

/// Where each of the `wanted` unknowns can lie. Those that two solutions already show in different places are not asked
/// further unless they are in `closely`: there the ends are found, and few whole numbers are tried one by one.
pub(crate) fn solve(puzzle: &mut Puzzle, wanted: &[bool], closely: &[bool]) {
    for group in puzzle.groups() {
        if group.iter().any(|&u| wanted[u]) {
            let mut group = Group::new(puzzle, group);
            group.look_around(puzzle);
            group.solve(puzzle, wanted, closely);
        }
    }
}

/// Unknowns that hang together, and what any solution showed of them so far.
struct Group {
    unknowns: Vec<Unknown>,
    rows: Vec<usize>,
    seen: HashMap<Unknown, (f64, f64)>,
}

impl Group {
    fn new(puzzle: &Puzzle, unknowns: Vec<Unknown>) -> Self {
        let rows = puzzle.rows_of(&unknowns);
        Self { unknowns, rows, seen: HashMap::new() }
    }

    fn solve(&mut self, puzzle: &mut Puzzle, wanted: &[bool], closely: &[bool]) {
        let asked: Vec<Unknown> = self.unknowns.iter().copied().filter(|&u| wanted[u]).collect();
        for unknown in asked {
            if !closely[unknown] && self.seen.get(&unknown).is_some_and(|&(lo, hi)| whole(lo, hi) > 1.0) {
                continue;
            }
            for direction in [OptimizationDirection::Minimize, OptimizationDirection::Maximize] {
                let Some(end) = self.end(puzzle, &|u| f64::from(u8::from(u == unknown)), direction) else { continue };
                match direction {
                    OptimizationDirection::Minimize => puzzle.within(unknown, end, f64::INFINITY),
                    OptimizationDirection::Maximize => puzzle.within(unknown, 0.0, end),
                }
            }
            if closely[unknown] && whole(puzzle.lo[unknown], puzzle.hi[unknown]) <= FEW {
                self.try_each(puzzle, unknown);
            }
        }
    }

    /// Solutions in many directions at once: most unknowns are seen in two places before anybody asks for them.
    fn look_around(&mut self, puzzle: &Puzzle) {
        for glance in 0..GLANCES {
            let weight = |unknown: Unknown| {
                let mixed = (unknown as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(glance * 5);
                (mixed >> 40) as f64 / (1 << 24) as f64 - 0.5
            };
            self.end(puzzle, &weight, OptimizationDirection::Minimize);
            self.end(puzzle, &weight, OptimizationDirection::Maximize);
        }
    }

    /// The least or the most that a sum of unknowns can be in real numbers; `None` where the solver has no answer.
    fn end(
        &mut self,
        puzzle: &Puzzle,
        weight: &dyn Fn(Unknown) -> f64,
        direction: OptimizationDirection,
    ) -> Option<f64> {
        let (problem, variables) = self.problem(puzzle, direction, weight, false);
        let solution = problem.solve().ok()?.into_solution().ok()?;
        for (&other, &variable) in self.unknowns.iter().zip(&variables) {
            let value = solution.var_value(variable);
            let seen = self.seen.entry(other).or_insert((value, value));
            *seen = (seen.0.min(value), seen.1.max(value));
        }
        Some(solution.objective())
    }

    /// Leaves out the ends at which no whole-numbered solution exists.
    fn try_each(&self, puzzle: &mut Puzzle, unknown: Unknown) {
        while puzzle.lo[unknown] < puzzle.hi[unknown] && self.impossible(puzzle, unknown, puzzle.lo[unknown]) {
            puzzle.lo[unknown] += 1.0;
        }
        while puzzle.lo[unknown] < puzzle.hi[unknown] && self.impossible(puzzle, unknown, puzzle.hi[unknown]) {
            puzzle.hi[unknown] -= 1.0;
        }
    }

    /// Proved that no solution in whole numbers has the unknown at `value`.
    fn impossible(&self, puzzle: &mut Puzzle, unknown: Unknown, value: f64) -> bool {
        if !puzzle.could_be(unknown, value) {
            return true;
        }
        let before = (puzzle.lo[unknown], puzzle.hi[unknown]);
        puzzle.within(unknown, value, value);
        let (problem, _) = self.problem(puzzle, OptimizationDirection::Minimize, &|_| 0.0, true);
        (puzzle.lo[unknown], puzzle.hi[unknown]) = before;
        let mut options = SolveOptions::default();
        options.node_limit = Some(BRANCHES);
        matches!(problem.solve_with(options), Err(Error::Infeasible))
    }

    fn problem(
        &self,
        puzzle: &Puzzle,
        direction: OptimizationDirection,
        weight: &dyn Fn(Unknown) -> f64,
        integer: bool,
    ) -> (Problem, Vec<Variable>) {
        let mut problem = Problem::new(direction);
        let mut variables = Vec::with_capacity(self.unknowns.len());
        let mut place = HashMap::with_capacity(self.unknowns.len());
        for &unknown in &self.unknowns {
            let (lo, hi) = (puzzle.lo[unknown], puzzle.hi[unknown]);
            let weight = weight(unknown);
            let variable = if integer {
                problem.add_integer_var(weight, (lo as i32, hi as i32))
            } else {
                problem.add_var(weight, (lo, hi))
            };
            variables.push(variable);
            place.insert(unknown, variable);
        }
        for &at in &self.rows {
            let row = &puzzle.rows[at];
            let known: f64 =
                row.terms.iter().filter(|(u, _)| !place.contains_key(u)).map(|&(u, by)| puzzle.lo[u] * by).sum();
            let terms: Vec<(Variable, f64)> =
                row.terms.iter().filter_map(|(u, by)| Some((*place.get(u)?, *by))).collect();
            if row.lo == row.hi {
                problem.add_constraint(terms, ComparisonOp::Eq, row.lo - known);
                continue;
            }
            if row.lo.is_finite() {
                problem.add_constraint(terms.clone(), ComparisonOp::Ge, row.lo - known - ROOM);
            }
            if row.hi.is_finite() {
                problem.add_constraint(terms, ComparisonOp::Le, row.hi - known + ROOM);
            }
        }
        (problem, variables)
    }
}

/// How many whole numbers lie from `lo` to `hi`.
fn whole(lo: f64, hi: f64) -> f64 {
    (hi + ROOM).floor() - (lo - ROOM).ceil() + 1.0
}

//! Suppression in rounds: what is kept when more becomes known, and counts that nobody knows.

use crate::noise::Noise;
use headway_stats::suppress::{Cell, Dimension, Guard, Role, System, Table};

const UNKNOWN: Cell = Cell { role: Role::Unknown, down: 0, up: Cell::ENDLESS };

fn candidate(n: i64) -> Cell {
    Cell { role: Role::Candidate, down: n, up: Cell::ENDLESS }
}

#[test]
fn one_or_another_unknown_count_could_be_lower() {
    // All of the total reached it, so that it can only be less; its two parts are not known, and stand in sums of their own.
    let system = System::new(
        8,
        &[[(1, 1), (2, 1), (0, -1)], [(1, 1), (3, 1), (4, -1)], [(2, 1), (5, 1), (6, -1)], [(0, 1), (7, 1), (4, -1)]],
    );
    let known = Cell { role: Role::Known, ..candidate(0) };
    let total = Cell { role: Role::Protect, down: 5, up: 0 };
    let cells = [total, UNKNOWN, UNKNOWN, candidate(20), known, candidate(30), known, candidate(40)];
    let importance = [5.0, 0.0, 0.0, 20.0, 40.0, 30.0, 50.0, 40.0];
    let check = |some_lower: &[u32], weak: &[u32]| {
        let mut guard = Guard::new(&system, &cells, &importance, true);
        guard.some_could_be_lower(some_lower.to_vec());
        let found = guard.protect();
        assert_eq!((found.exposed.as_slice(), found.weak.as_slice()), ([].as_slice(), weak));
        found.hidden
    };
    check(&[], &[0]);
    // Whichever of the two is lower, its sum has to hide another.
    assert_eq!(check(&[0], &[]), [true, true, true, true, false, true, false, true]);
}

/// A table of three by four, each count with room of its own, the small ones to be protected.
fn rooms(noise: &mut Noise) -> (Table, Vec<Cell>) {
    let inner: Vec<(Vec<u32>, u64)> =
        (0..12u32).map(|i| (vec![i / 4, i % 4], (30.0 * -noise.even().ln()) as u64)).collect();
    let table = Table::with_margins(vec![Dimension::flat(3), Dimension::flat(4)], &inner);
    let cell = |&n: &u64| match n {
        0 => Cell { role: Role::Known, down: 0, up: 0 },
        1..10 => Cell { role: Role::Protect, down: n as i64 - 1, up: 9 - n as i64 },
        n => Cell { role: Role::Candidate, down: n as i64 - 10, up: Cell::ENDLESS },
    };
    let cells = table.n().iter().map(cell).collect();
    (table, cells)
}

#[test]
fn what_is_kept_when_rooms_change_holds_as_if_made_anew() {
    let mut noise = Noise::new(3);
    let (mut again, mut protected, mut bare) = (0, 0, 0);
    for _ in 0..300 {
        let (table, mut cells) = rooms(&mut noise);
        let system = table.system();
        let mut guard = Guard::new(&system, &cells, &table.importance(), true);
        let first = guard.protect();
        // A third of the counts turn out to have less room, or to be told with less.
        for (c, cell) in (0..).zip(&mut cells) {
            if noise.below(3) == 0 {
                *cell = Cell {
                    down: cell.down.min(noise.below(4) as i64),
                    up: cell.up.min(noise.below(6) as i64),
                    ..*cell
                };
                guard.change(c, *cell);
            }
        }
        let then = guard.protect();
        assert!(first.hidden.iter().zip(&then.hidden).all(|(before, after)| *after || !before), "none is shown again");
        again += then.hidden.iter().zip(&first.hidden).filter(|(after, before)| **after && !**before).count();
        // Made anew over what is hidden now, with nothing more to hide.
        let fixed = |(c, cell): (usize, &Cell)| match (cell.role, then.hidden[c]) {
            (Role::Candidate, true) => Cell { role: Role::Hidden, ..*cell },
            (Role::Candidate, false) => Cell { role: Role::Known, ..*cell },
            _ => *cell,
        };
        let settled: Vec<Cell> = cells.iter().enumerate().map(fixed).collect();
        let anew = Guard::new(&system, &settled, &table.importance(), true).protect();
        let unprovable = |c: &u32| then.exposed.contains(c) || then.weak.contains(c);
        assert!(anew.exposed.iter().chain(&anew.weak).all(unprovable), "{cells:?}");
        protected += cells.iter().filter(|cell| cell.role == Role::Protect).count();
        bare += then.exposed.len() + then.weak.len();
    }
    assert!(again > 100, "more had to be hidden: {again}");
    assert!(bare * 3 < protected, "{bare} of {protected} without proof");
}

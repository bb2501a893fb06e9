//! Suppression in rounds: what is kept when more becomes known, and counts that nobody knows.

use crate::noise::Noise;
use headway_stats::suppress::{CellGuard, CellRole, MarginTable, RelationSystem, SuppressionCell, TableDimension};

const UNKNOWN: SuppressionCell = SuppressionCell { role: CellRole::Unknown, down: 0, up: SuppressionCell::ENDLESS };

fn candidate(n: i64) -> SuppressionCell {
    SuppressionCell { role: CellRole::Candidate, down: n, up: SuppressionCell::ENDLESS }
}

#[test]
fn one_or_another_unknown_count_could_be_lower() {
    // All of the total reached it, so that it can only be less; its two parts are not known, and stand in sums of their own.
    let system = RelationSystem::new(
        8,
        &[[(1, 1), (2, 1), (0, -1)], [(1, 1), (3, 1), (4, -1)], [(2, 1), (5, 1), (6, -1)], [(0, 1), (7, 1), (4, -1)]],
    );
    let known = SuppressionCell { role: CellRole::Known, ..candidate(0) };
    let total = SuppressionCell { role: CellRole::Protect, down: 5, up: 0 };
    let cells = [total, UNKNOWN, UNKNOWN, candidate(20), known, candidate(30), known, candidate(40)];
    let importance = [5.0, 0.0, 0.0, 20.0, 40.0, 30.0, 50.0, 40.0];
    let check = |some_lower: &[u32], weak: &[u32]| {
        let mut guard = CellGuard::new(&system, &cells, &importance, true);
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
fn rooms(noise: &mut Noise) -> (MarginTable, Vec<SuppressionCell>) {
    let inner: Vec<(Vec<u32>, u64)> =
        (0..12u32).map(|i| (vec![i / 4, i % 4], (30.0 * -noise.even().ln()) as u64)).collect();
    let table = MarginTable::with_margins(vec![TableDimension::under_total(3), TableDimension::under_total(4)], &inner);
    let cell = |&n: &u64| match n {
        0 => SuppressionCell { role: CellRole::Known, down: 0, up: 0 },
        1..10 => SuppressionCell { role: CellRole::Protect, down: n as i64 - 1, up: 9 - n as i64 },
        n => SuppressionCell { role: CellRole::Candidate, down: n as i64 - 10, up: SuppressionCell::ENDLESS },
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
        let system = table.to_system();
        let mut guard = CellGuard::new(&system, &cells, &table.importance(), true);
        let first = guard.protect();
        // A third of the counts turn out to have less room, or to be told with less.
        for (c, cell) in (0..).zip(&mut cells) {
            if noise.below(3) == 0 {
                *cell = SuppressionCell {
                    down: cell.down.min(noise.below(4) as i64),
                    up: cell.up.min(noise.below(6) as i64),
                    ..*cell
                };
                guard.change_cell(c, *cell);
            }
        }
        let then = guard.protect();
        assert!(first.hidden.iter().zip(&then.hidden).all(|(before, after)| *after || !before), "none is shown again");
        again += then.hidden.iter().zip(&first.hidden).filter(|(after, before)| **after && !**before).count();
        // Made anew over what is hidden now, with nothing more to hide.
        let fixed = |(c, cell): (usize, &SuppressionCell)| match (cell.role, then.hidden[c]) {
            (CellRole::Candidate, true) => SuppressionCell { role: CellRole::Hidden, ..*cell },
            (CellRole::Candidate, false) => SuppressionCell { role: CellRole::Known, ..*cell },
            _ => *cell,
        };
        let settled: Vec<SuppressionCell> = cells.iter().enumerate().map(fixed).collect();
        let anew = CellGuard::new(&system, &settled, &table.importance(), true).protect();
        let unprovable = |c: &u32| then.exposed.contains(c) || then.weak.contains(c);
        assert!(anew.exposed.iter().chain(&anew.weak).all(unprovable), "{cells:?}");
        protected += cells.iter().filter(|cell| cell.role == CellRole::Protect).count();
        bare += then.exposed.len() + then.weak.len();
    }
    assert!(again > 100, "more had to be hidden: {again}");
    assert!(bare * 3 < protected, "{bare} of {protected} without proof");
}

/// Which cells another table could have otherwise: every table of two by three is made that a reader can't tell from the true
/// one.
fn free(table: &MarginTable, cells: &[SuppressionCell], hidden: &[bool]) -> Vec<bool> {
    let system = table.to_system();
    let seen = |c: usize| if hidden[c] { (-cells[c].down, cells[c].up) } else { (0, 0) };
    let mut free = vec![false; cells.len()];
    // Changes from the true table, cell by cell in the order of the cells; a relation is checked when its last cell is set.
    let mut changes: Vec<i64> = Vec::new();
    let fits = |changes: &[i64]| {
        let last = changes.len() as u32 - 1;
        system.of_cell(last).iter().all(|&(row, _)| {
            let terms = system.terms(row);
            terms.iter().any(|&(c, _)| c > last)
                || terms.iter().map(|&(c, k)| i64::from(k) * changes[c as usize]).sum::<i64>() == 0
        })
    };
    let mut next = Some(seen(0).0);
    loop {
        let c = changes.len();
        match next {
            Some(change) if change <= seen(c).1 => {
                changes.push(change);
                if !fits(&changes) {
                    next = changes.pop().map(|change| change + 1);
                } else if changes.len() == cells.len() {
                    changes.iter().enumerate().for_each(|(c, &change)| free[c] |= change != 0);
                    next = changes.pop().map(|change| change + 1);
                } else {
                    next = Some(seen(changes.len()).0);
                }
            }
            _ => match changes.pop() {
                Some(change) => next = Some(change + 1),
                None => return free,
            },
        }
    }
}

#[test]
fn what_stays_hidden_could_be_otherwise_and_what_could_not_is_published() {
    let mut noise = Noise::new(11);
    let (mut kept, mut published, mut protected) = (0, 0, 0);
    for _ in 0..600 {
        let inner: Vec<(Vec<u32>, u64)> =
            (0..6u32).map(|i| (vec![i / 3, i % 3], (12.0 * -noise.even().ln()) as u64)).collect();
        let table =
            MarginTable::with_margins(vec![TableDimension::under_total(2), TableDimension::under_total(3)], &inner);
        let cell = |&n: &u64| {
            let (down, up) = ((n as i64).min(noise.below(4) as i64), noise.below(4) as i64);
            let role = if (1..10).contains(&n) { CellRole::Protect } else { CellRole::Candidate };
            SuppressionCell { role, down, up }
        };
        let mut cells: Vec<SuppressionCell> = table.n().iter().map(cell).collect();
        let system = table.to_system();
        let mut guard = CellGuard::new(&system, &cells, &table.importance(), true);
        guard.protect();
        // Of half of the counts less is told than was meant, so that other proofs do.
        for (c, cell) in (0..).zip(&mut cells) {
            if noise.below(2) == 0 {
                (cell.down, cell.up) = (cell.down + 2, cell.up + 2);
                guard.change_cell(c, *cell);
            }
        }
        let found = guard.protect();
        if !found.exposed.is_empty() || !found.weak.is_empty() {
            continue;
        }
        let hidden = guard.publish_what_follows();
        let (before, after) = (free(&table, &cells, &found.hidden), free(&table, &cells, &hidden));
        for (c, cell) in (0..).zip(&cells) {
            let at = c as usize;
            match cell.role {
                CellRole::Protect => {
                    assert!(hidden[at] && after[at], "{c} of {cells:?}");
                    protected += 1;
                }
                _ if hidden[at] => {
                    assert!(after[at], "{c} of {cells:?}");
                    kept += 1;
                }
                _ if found.hidden[at] => {
                    assert!(!before[at], "{c} of {cells:?}");
                    published += 1;
                }
                _ => {}
            }
        }
    }
    assert!(protected > 100 && kept > 100 && published > 5, "{protected} {kept} {published}");
}

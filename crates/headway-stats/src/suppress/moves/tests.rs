use super::dense::DenseMoves;
use super::{MoveBasis, MoveTable};
use crate::suppress::elimination::find_moving;
use crate::suppress::{self, RelationSystem, TableDimension};

/// Numbers that look random and are the same each time (a linear congruential generator).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}

/// Four dimensions crossed.
fn crossed() -> RelationSystem {
    let sizes = [4u32, 3, 3, 2];
    let code = |at: u32| vec![at % 4, at / 4 % 3, at / 12 % 3, at / 36];
    let inner: Vec<(Vec<u32>, u64)> = (0..sizes.iter().product()).map(|at| (code(at), 1)).collect();
    suppress::MarginTable::with_margins(sizes.map(TableDimension::under_total).to_vec(), &inner).to_system()
}

fn dense(mut moves: MoveBasis) -> MoveBasis {
    if let MoveTable::Sparse(sparse) = &moves.table {
        moves.table = MoveTable::Dense(DenseMoves::new(sparse));
    }
    moves
}

/// Some cells open, and both tables of their moves.
fn both(system: &RelationSystem, numbers: &mut Numbers) -> (Vec<bool>, MoveBasis, MoveBasis) {
    let open: Vec<bool> = (0..system.cell_count()).map(|_| numbers.below(5) > 0).collect();
    let moves = || MoveBasis::new(system, &open);
    let (sparse, dense) = (moves(), dense(moves()));
    (open, sparse, dense)
}

#[test]
fn a_dense_table_does_as_a_sparse_one_whatever_is_let_go_and_taken_back() {
    let system = crossed();
    let mut numbers = Numbers(3);
    let (mut held, mut back) = (0, 0);
    for _ in 0..30 {
        let (_, mut sparse, mut dense) = both(&system, &mut numbers);
        let mut marks = vec![(sparse.undo_mark(), dense.undo_mark())];
        for _ in 0..120 {
            match numbers.below(6) {
                0 => {
                    let (one, other) = marks[numbers.below(marks.len())];
                    sparse.take_back(one);
                    dense.take_back(other);
                    marks.retain(|mark| mark.0 <= one);
                    back += 1;
                }
                1 if numbers.below(3) == 0 => {
                    sparse.settle_gone();
                    dense.settle_gone();
                    marks = vec![(sparse.undo_mark(), dense.undo_mark())];
                }
                _ => {
                    let cell = numbers.below(system.cell_count()) as u32;
                    let asked = |c: u32| c.is_multiple_of(3);
                    let went = sparse.let_go(cell, 0, asked);
                    assert_eq!(went, dense.let_go(cell, 0, asked));
                    held += usize::from(!went);
                    marks.push((sparse.undo_mark(), dense.undo_mark()));
                }
            }
            for cell in 0..system.cell_count() as u32 {
                // Not all are looked at each time, so that some are brought up to date late.
                if numbers.below(4) == 0 {
                    assert_eq!(sparse.moves_with(cell), dense.moves_with(cell));
                    assert_eq!(sparse.is_moved(cell), dense.is_moved(cell));
                }
            }
        }
    }
    assert!(held > 20 && back > 200, "{held} held, {back} taken back");
}

#[test]
fn what_moves_is_what_elimination_finds_whichever_move_is_dropped() {
    let system = crossed();
    let mut numbers = Numbers(5);
    for _ in 0..40 {
        let (mut open, _, mut dense) = both(&system, &mut numbers);
        for round in 0..40 {
            let cell = numbers.below(system.cell_count()) as u32;
            if dense.let_go(cell, numbers.below(4), |_| false) {
                open[cell as usize] = false;
            }
            if round % 8 == 0 {
                dense.settle_gone();
            }
            let moved: Vec<bool> = (0..system.cell_count() as u32).map(|c| dense.is_moved(c)).collect();
            assert_eq!(moved, find_moving(&system, &open));
        }
    }
}

#[test]
fn a_cell_stays_that_another_moves_with_alone() {
    let system = crossed();
    let mut numbers = Numbers(7);
    let mut held = 0;
    for _ in 0..40 {
        let (mut open, mut sparse, mut dense) = both(&system, &mut numbers);
        for _ in 0..60 {
            let cell = numbers.below(system.cell_count()) as u32;
            let before = find_moving(&system, &open);
            let asked = |c: u32| c.is_multiple_of(2) && before[c as usize];
            let went = dense.let_go(cell, 0, asked);
            assert_eq!(sparse.let_go(cell, 0, asked), went);
            let mut without = open.clone();
            without[cell as usize] = false;
            let after = find_moving(&system, &without);
            let stops = (0..before.len()).any(|c| c != cell as usize && c % 2 == 0 && before[c] && !after[c]);
            assert_eq!(went, !stops);
            held += usize::from(stops);
            if went {
                open = without;
            }
        }
    }
    assert!(held > 20, "{held} held");
}

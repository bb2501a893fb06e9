//! The attacker: takes only what was published, and tries to find the counts that are hidden in it.

mod markup;
mod programs;
mod puzzle;

use puzzle::{Puzzle, Unknown};

/// What a puzzle gives away: (least, most) for every unknown after interval propagation and linear programs.
fn solved(mut puzzle: Puzzle) -> Vec<(f64, f64)> {
    puzzle.propagate().expect("what is known fits together");
    let all = vec![true; puzzle.lo.len()];
    programs::solve(&mut puzzle, &all, &all);
    puzzle.propagate().expect("what was found fits together");
    puzzle.lo.into_iter().zip(puzzle.hi).collect()
}

/// A table of counts with its margins, of which some inner cells are hidden.
fn table<const R: usize, const C: usize>(counts: [[u32; C]; R], hidden: &[(usize, usize)]) -> Vec<(f64, f64)> {
    let mut puzzle = Puzzle::default();
    let cells: Vec<Vec<Unknown>> = counts.iter().map(|row| row.iter().map(|_| puzzle.unknown()).collect()).collect();
    for (r, row) in counts.iter().enumerate() {
        let sum = f64::from(row.iter().sum::<u32>());
        puzzle.row(cells[r].iter().map(|&c| (c, 1.0)).collect(), sum, sum);
        for (c, &n) in row.iter().enumerate().filter(|&(c, _)| !hidden.contains(&(r, c))) {
            puzzle.within(cells[r][c], n.into(), n.into());
        }
    }
    for c in 0..C {
        let sum = f64::from(counts.iter().map(|row| row[c]).sum::<u32>());
        puzzle.row(cells.iter().map(|row| (row[c], 1.0)).collect(), sum, sum);
    }
    let found = solved(puzzle);
    hidden.iter().map(|&(r, c)| found[cells[r][c]]).collect()
}

#[test]
fn the_attacker_can_subtract() {
    let counts = [[3, 20, 30], [15, 4, 40], [50, 60, 7]];
    assert_eq!(table(counts, &[(0, 0)]), [(3.0, 3.0)]);
    assert_eq!(table(counts, &[(0, 0), (0, 1)]), [(3.0, 3.0), (20.0, 20.0)]);
    assert_eq!(table(counts, &[(0, 0), (0, 1), (1, 0), (1, 1)]), [(0.0, 18.0), (5.0, 23.0), (0.0, 18.0), (1.0, 19.0)]);
}

#[test]
fn the_attacker_solves_linear_programs_and_counts_in_whole_numbers() {
    // Three hidden in a ring: no sum has only one of them, but together they have one solution.
    let mut ring = Puzzle::default();
    let cells: Vec<Unknown> = (0..3).map(|_| ring.unknown()).collect();
    for (a, b, sum) in [(0, 1, 9.0), (1, 2, 11.0), (2, 0, 8.0)] {
        ring.row(vec![(cells[a], 1.0), (cells[b], 1.0)], sum, sum);
    }
    assert_eq!(solved(ring), [(3.0, 3.0), (6.0, 6.0), (5.0, 5.0)]);

    // 3x + 5y = 11: a line of real numbers, but one point of whole ones.
    let mut whole = Puzzle::default();
    let (x, y) = (whole.unknown(), whole.unknown());
    whole.row(vec![(x, 3.0), (y, 5.0)], 11.0, 11.0);
    assert_eq!(solved(whole), [(2.0, 2.0), (1.0, 1.0)]);

    // A rate of 33.3 % to a tenth, of fewer than six: one of three.
    let mut rate = Puzzle::default();
    let (yes, of) = (rate.unknown(), rate.unknown());
    rate.within(of, 1.0, 5.0);
    rate.row(vec![(yes, 100.0), (of, -33.25)], 0.0, f64::INFINITY);
    rate.row(vec![(yes, 100.0), (of, -33.35)], f64::NEG_INFINITY, 0.0);
    assert_eq!(solved(rate), [(1.0, 1.0), (3.0, 3.0)]);
}

#[test]
fn the_attacker_reads_what_is_seen_and_what_is_only_heard() {
    let page = "<!doctype html><p>Three &lt; four</p><svg role=img aria-label='7 of 9'><title>62.1% in 2023-24</title></svg>\
                <table><caption>Groups</caption><thead><tr><th>Group<th>n</tr></thead><tr><th>All</th><td title=\"a>b\">1,2<b>3</b></td></tr></table>";
    let pieces = markup::pieces(page);
    let said = markup::sentences(&pieces);
    for text in ["Three < four", "7 of 9", "62.1% in 2023-24", "a>b"] {
        assert!(said.iter().any(|s| s == text), "{text}: {said:?}");
    }
    let tables = markup::tables(&pieces);
    assert_eq!((tables[0].caption.as_str(), tables[0].rows[0][1].as_str()), ("Groups", "1,23"));
}

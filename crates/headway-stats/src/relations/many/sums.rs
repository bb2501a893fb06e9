//! Sums of a few columns that are equal, or opposite, in all rows of a probe: together they are a relation.

use super::{MOST, SignedColumns, tried_up_to};

/// At most so many sums of columns are made for a probe.
const SUMS: usize = 600_000;

/// Of how many columns sums are made: as many as leave few enough sums.
pub(super) fn sums_within(columns: usize) -> usize {
    (1..=4).rev().find(|&most| tried_up_to(columns, most) <= SUMS as f64).unwrap_or(1)
}

/// Relations that hold in all rows of a probe: sums of up to `most` columns that are equal, or opposite.
pub(super) fn meet_sums(
    probe: &[&Vec<Option<i64>>],
    columns: &[u32],
    most: usize,
    work: &mut usize,
) -> Vec<SignedColumns> {
    let weight = |column: u32| {
        let of = |(at, row): (u64, &&Vec<Option<i64>>)| {
            row[column as usize].map_or(0, |x| (x as u64).wrapping_mul(super::super::meet::row_factor(at)))
        };
        (0..).zip(probe).map(of).fold(0u64, u64::wrapping_add)
    };
    // What is zero in all rows of the probe says nothing there.
    let weights: Vec<(u32, u64)> = columns.iter().map(|&c| (c, weight(c))).filter(|(_, w)| *w != 0).collect();
    let mut sums: Vec<(u64, SignedColumns)> = vec![];
    let mut last: Vec<(usize, u64, SignedColumns)> = vec![(0, 0, Vec::new())];
    for _ in 0..most {
        let mut longer = Vec::new();
        for (from, sum, terms) in &last {
            for (at, &(column, weight)) in weights.iter().enumerate().skip(*from) {
                for sign in [1i8, -1] {
                    if terms.is_empty() && sign < 0 {
                        continue;
                    }
                    let more = if sign > 0 { weight } else { weight.wrapping_neg() };
                    longer.push((at + 1, sum.wrapping_add(more), [&terms[..], &[(column, sign)]].concat()));
                }
            }
        }
        sums.extend(longer.iter().map(|(_, sum, terms)| (*sum, terms.clone())));
        last = longer;
    }
    *work += sums.len();
    sums.sort_unstable_by_key(|(sum, _)| (*sum).min(sum.wrapping_neg()));
    let mut met = Vec::new();
    for same in sums.chunk_by(|a, b| a.0 == b.0 || a.0 == b.0.wrapping_neg()) {
        for (at, (sum, one)) in same.iter().enumerate() {
            for (other_sum, other) in &same[at + 1..] {
                let turn = if sum == other_sum { -1 } else { 1 };
                met.extend(joined(one, other, turn));
                if met.len() > MOST {
                    return met;
                }
            }
        }
    }
    met
}

/// Two sums of different columns as one relation, the other one turned.
fn joined(one: &[(u32, i8)], other: &[(u32, i8)], turn: i8) -> Option<SignedColumns> {
    let apart = one.iter().all(|(column, _)| other.iter().all(|(known, _)| known != column));
    apart.then(|| {
        let mut terms: SignedColumns =
            one.iter().copied().chain(other.iter().map(|&(column, k)| (column, turn * k))).collect();
        terms.sort_unstable();
        let first = terms[0].1;
        terms.iter_mut().for_each(|(_, k)| *k *= first);
        terms
    })
}

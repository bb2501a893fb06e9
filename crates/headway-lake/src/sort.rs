//! The order of rows: a radix sort over packed ranks.

use rayon::slice::ParallelSliceMut;

use crate::{ranks::Ranks, rows::Rows};

/// The order in which `rows` are sorted by (group, grade, unit, period, vintage); equal rows stay in the order they came.
pub(crate) fn order(rows: &Rows, ranks: &Ranks) -> Vec<u32> {
    let count = rows.len();
    let (Some(&first), Some(&last)) = (rows.period.iter().min(), rows.period.iter().max()) else { return Vec::new() };
    let oldest = rows.vintage.iter().copied().min().unwrap_or(0);
    let newest = rows.vintage.iter().copied().max().unwrap_or(0);
    let widths = [
        bits(ranks.group.len() as u64),
        bits(ranks.grade.len() as u64),
        bits(ranks.unit.len() as u64),
        bits(last.abs_diff(first).into()),
        bits(newest.abs_diff(oldest)),
    ];
    let place_bits = bits(count as u64);
    let key_bits: u32 = widths.iter().sum();
    let key = |row: usize| {
        let mut key = u128::from(ranks.group[usize::from(rows.group[row])]);
        key = key << widths[1] | u128::from(ranks.grade[usize::from(rows.grade[row])]);
        key = key << widths[2] | u128::from(ranks.unit[rows.unit[row] as usize]);
        key = key << widths[3] | u128::from(rows.period[row].abs_diff(first));
        key << widths[4] | u128::from(rows.vintage[row].abs_diff(oldest))
    };
    if key_bits + place_bits <= 64 {
        // The usual case: the key and the row's place fit one word; the place takes no part in the sort, which is stable.
        let words = (0..count).map(|row| (key(row) as u64) << place_bits | row as u64).collect();
        let mask = (1 << place_bits) - 1;
        return radix(words, place_bits, key_bits).into_iter().map(|word| (word & mask) as u32).collect();
    }
    let mut order: Vec<u32> = (0..count as u32).collect();
    order.par_sort_by_key(|&row| key(row as usize));
    order
}

/// Bits that hold 0..=n.
fn bits(n: u64) -> u32 {
    u64::BITS - n.leading_zeros()
}

/// Sorts by the `width` bits above the `low` lowest, which keep the order they have; up to 11 bits a pass.
fn radix(mut words: Vec<u64>, low: u32, width: u32) -> Vec<u64> {
    if words.is_sorted_by_key(|word| word >> low) {
        return words;
    }
    let passes = width.div_ceil(11).max(1);
    let digit_bits = width.div_ceil(passes);
    let mut sorted = vec![0; words.len()];
    for pass in 0..passes {
        let shift = low + pass * digit_bits;
        let digit = |word: u64| (word >> shift) as usize & ((1 << digit_bits) - 1);
        let mut starts = vec![0; 1 << digit_bits];
        for &word in &words {
            starts[digit(word)] += 1;
        }
        let mut next = 0;
        for start in &mut starts {
            next += std::mem::replace(start, next);
        }
        for &word in &words {
            let start = &mut starts[digit(word)];
            sorted[*start] = word;
            *start += 1;
        }
        std::mem::swap(&mut words, &mut sorted);
    }
    words
}

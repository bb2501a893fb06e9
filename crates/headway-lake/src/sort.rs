//! The order of rows: a radix sort over packed ranks.

use rayon::slice::ParallelSliceMut;

use crate::{
    column::{ColumnCell, CompactColumn},
    ranks::DictionaryRanks,
    rows::LakeRows,
};

/// The order in which `rows` are sorted by (group, grade, place, period, vintage); equal rows stay in the order they came.
pub(crate) fn sort_order(rows: &LakeRows, ranks: &DictionaryRanks) -> Vec<u32> {
    let count = rows.len();
    let (first_period, periods) = value_span(&rows.period, i64::from);
    let (first_vintage, vintages) = value_span(&rows.vintage, |vintage| vintage);
    let widths = [
        column_bits(&rows.group, ranks.group.len() as u64),
        column_bits(&rows.grade, ranks.grade.len() as u64),
        column_bits(&rows.place, ranks.place.len() as u64),
        bits_needed(periods),
        bits_needed(vintages),
    ];
    let place_bits = bits_needed(count as u64);
    let key_bits: u32 = widths.iter().sum();
    if key_bits + place_bits <= 64 {
        // The usual case: the key and the row's place fit one word; the place takes no part in the sort, which is stable.
        let mut words: Vec<u64> = (0..count as u64).collect();
        let mut shift = place_bits + key_bits;
        let mut add = |width: u32| {
            shift -= width;
            shift
        };
        pack_column(&mut words, &rows.group, add(widths[0]), |group| ranks.group[usize::from(group)].into());
        pack_column(&mut words, &rows.grade, add(widths[1]), |grade| ranks.grade[usize::from(grade)].into());
        pack_column(&mut words, &rows.place, add(widths[2]), |place| ranks.place[place as usize].into());
        pack_column(&mut words, &rows.period, add(widths[3]), |period| i64::from(period).abs_diff(first_period));
        pack_column(&mut words, &rows.vintage, add(widths[4]), |vintage| vintage.abs_diff(first_vintage));
        let mask = (1 << place_bits) - 1;
        return radix_sort(words, place_bits, key_bits).into_iter().map(|word| (word & mask) as u32).collect();
    }
    let key = |row: &u32| {
        let row = *row as usize;
        let (group, grade, place) = rows.key_at(row);
        let ranks = (ranks.group[usize::from(group)], ranks.grade[usize::from(grade)], ranks.place[place as usize]);
        (ranks, rows.period.value_at(row), rows.vintage.value_at(row))
    };
    let mut order: Vec<u32> = (0..count as u32).collect();
    order.par_sort_by_key(key);
    order
}

/// The least number of a column, and how far the largest is from it.
fn value_span<T: ColumnCell>(column: &CompactColumn<T>, number: impl Fn(T) -> i64) -> (i64, u64) {
    let numbers = || column.occurring_values().iter().map(|&value| number(value));
    let least = numbers().min().unwrap_or(0);
    (least, numbers().max().unwrap_or(0).abs_diff(least))
}

/// Bits for the ranks of a column's texts; none where all rows have one text.
fn column_bits<T>(column: &CompactColumn<T>, texts: u64) -> u32 {
    match column {
        CompactColumn::Same(..) => 0,
        CompactColumn::Each(_) => bits_needed(texts),
    }
}

/// Puts a column's part of the key into the words.
fn pack_column<T: ColumnCell>(words: &mut [u64], column: &CompactColumn<T>, shift: u32, part: impl Fn(T) -> u64) {
    if let CompactColumn::Each(values) = column {
        for (word, &value) in words.iter_mut().zip(values) {
            *word |= part(value) << shift;
        }
    }
}

/// Bits that hold 0..=n.
fn bits_needed(n: u64) -> u32 {
    u64::BITS - n.leading_zeros()
}

/// Sorts by the `width` bits above the `low` lowest, which keep the order they have; up to 11 bits a pass.
fn radix_sort(mut words: Vec<u64>, low: u32, width: u32) -> Vec<u64> {
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

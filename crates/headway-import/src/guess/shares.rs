//! Proves which columns are a share of which others: numerator / denominator is the published percent in every row.

use super::sample::Sample;
use crate::read::number;

/// A proof: the columns, and whether the share is written as percent or as fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Share {
    pub(super) numerator: usize,
    pub(super) denominator: usize,
    pub(super) percent: bool,
}

/// How many rows must agree for a proof.
const ROWS: usize = 20;

/// Columns farther away than this are not tried: files keep what belongs together together.
const NEAR: usize = 8;

/// Finds the counts of which `column` is the share.
pub(super) fn share(sample: &Sample, column: usize, values: &[usize]) -> Option<Share> {
    let near = |other: &&usize| column.abs_diff(**other) <= NEAR || values.len() <= 2 * NEAR;
    let counts: Vec<usize> = values.iter().filter(near).copied().filter(|&c| c != column && whole(sample, c)).collect();
    for &numerator in &counts {
        for &denominator in counts.iter().filter(|&&d| d != numerator) {
            for percent in [true, false] {
                let share = Share { numerator, denominator, percent };
                if holds(sample, column, share) {
                    return Some(share);
                }
            }
        }
    }
    None
}

fn whole(sample: &Sample, column: usize) -> bool {
    let mut numbers = sample.texts(column).take(400).filter_map(number).peekable();
    numbers.peek().is_some() && numbers.all(|n| n.value(0).fract() == 0.0 && !n.percent)
}

/// Whether the share is right in nearly all rows where all three are known, in at least [`ROWS`] that are telling.
fn holds(sample: &Sample, column: usize, share: Share) -> bool {
    let (mut right, mut wrong, mut telling) = (0, 0, 0);
    for row in sample.rows.iter().take(2_000) {
        let read = |column: usize| row.get(column).and_then(|text| number(text));
        let (Some(value), Some(n), Some(d)) = (read(column), read(share.numerator), read(share.denominator)) else {
            continue;
        };
        if d.value(0) <= 0.0 {
            continue;
        }
        let scale = if share.percent || value.percent { 100.0 } else { 1.0 };
        let truth = scale * n.value(0) / d.value(0);
        let rounding = 0.51 * 10f64.powi(-value.decimals());
        if (truth - value.value(0)).abs() <= rounding + 1e-9 {
            right += 1;
            // 0 % and 100 % prove little, and a fraction written as 0 or 1 nothing.
            telling += usize::from(truth > 0.0 && truth < scale && (scale > 1.0 || value.decimals() >= 2));
        } else {
            wrong += 1;
            if wrong > 3 + right / 20 {
                return false;
            }
        }
    }
    telling >= ROWS && wrong * 20 <= right
}

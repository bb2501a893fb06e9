//! Proves which columns are a share of which others: numerator / denominator is the published percent in every row.

use std::collections::BTreeSet;

use super::sample::FileSample;
use crate::read::parse_number;

/// The counts of which a column is the share, and how well that is proved.
#[derive(Clone, Debug)]
pub(super) struct ProvedShare {
    pub(super) numerator: usize,
    pub(super) denominator: usize,
    /// The share is written as percent, not as fraction.
    pub(super) percent: bool,
    /// What speaks against it or is left open; nothing when it holds in every row and no other counts do.
    pub(super) doubt: Option<String>,
    /// Rows in which all three are known.
    rows: usize,
}

/// How many rows must agree for a proof.
const ROWS: usize = 20;

/// Columns farther away than this are not tried: files keep what belongs together together.
const NEAR: usize = 8;

/// So many different denominators leave no other reading: one that is the same in all rows may be anything.
const DENOMINATORS: usize = 5;

/// Finds the counts of which each of these columns is the share. A count is not the share of its own share: what is called a
/// percent, or has decimals, comes first, and what serves it is no share of anything.
pub(super) fn find_shares(sample: &FileSample, values: &[usize]) -> Vec<(usize, ProvedShare)> {
    let mut order: Vec<usize> = values.to_vec();
    order.sort_by_key(|&column| (!called_share(&sample.header.names[column]), is_whole(sample, column)));
    let (mut found, mut counts): (Vec<(usize, ProvedShare)>, BTreeSet<usize>) = (Vec::new(), BTreeSet::new());
    for column in order {
        if counts.contains(&column) {
            continue;
        }
        let free: Vec<usize> = values.iter().copied().filter(|it| found.iter().all(|(share, _)| share != it)).collect();
        if let Some(share) = find_share(sample, column, &free) {
            counts.extend([share.numerator, share.denominator]);
            found.push((column, share));
        }
    }
    found
}

fn called_share(header: &str) -> bool {
    let header = header.to_lowercase();
    ["%", "percent", "pct", "rate", "share", "_per"].iter().any(|word| header.contains(word))
}

fn find_share(sample: &FileSample, column: usize, values: &[usize]) -> Option<ProvedShare> {
    let near = |other: &&usize| column.abs_diff(**other) <= NEAR || values.len() <= 2 * NEAR;
    let counts: Vec<usize> =
        values.iter().filter(near).copied().filter(|&c| c != column && is_whole(sample, c)).collect();
    let mut fitting: Vec<ProvedShare> = Vec::new();
    for &numerator in &counts {
        for &denominator in counts.iter().filter(|&&d| d != numerator) {
            let tried = [true, false].map(|percent| prove_share(sample, column, (numerator, denominator, percent)));
            fitting.extend(tried.into_iter().flatten());
        }
    }
    let best =
        fitting.iter().enumerate().min_by_key(|(at, it)| (it.doubt.is_some(), std::cmp::Reverse(it.rows), *at))?.0;
    let mut best = fitting.swap_remove(best);
    if let Some(other) = fitting.first()
        && best.doubt.is_none()
    {
        let names = &sample.header.names;
        best.doubt = Some(format!(
            "numerator / denominator in every row, and so is {} / {}",
            names[other.numerator], names[other.denominator]
        ));
    }
    Some(best)
}

/// Whether all numbers of a column are whole: counts, or percents without decimals.
fn is_whole(sample: &FileSample, column: usize) -> bool {
    let mut numbers = sample.column_texts(column).take(400).filter_map(parse_number).peekable();
    numbers.peek().is_some() && numbers.all(|n| n.shifted_value(0).fract() == 0.0 && !n.percent)
}

/// Whether the share is right in nearly all rows where all three are known, in at least [`ROWS`] that are telling; `None` when it is not.
fn prove_share(
    sample: &FileSample,
    column: usize,
    (numerator, denominator, percent): (usize, usize, bool),
) -> Option<ProvedShare> {
    let (mut right, mut wrong, mut telling, mut first) = (0, 0, 0, None);
    let mut denominators: BTreeSet<u64> = BTreeSet::new();
    for row in &sample.rows {
        let read = |column: usize| row.get(column).and_then(|text| parse_number(text));
        let (Some(value), Some(n), Some(d)) = (read(column), read(numerator), read(denominator)) else {
            continue;
        };
        if d.shifted_value(0) <= 0.0 {
            continue;
        }
        let scale = if percent || value.percent { 100.0 } else { 1.0 };
        let truth = scale * n.shifted_value(0) / d.shifted_value(0);
        let rounding = 0.51 * 10f64.powi(-value.decimal_places());
        if (truth - value.shifted_value(0)).abs() <= rounding + 1e-9 {
            right += 1;
            // 0 % and 100 % prove little, and a fraction written as 0 or 1 nothing.
            telling += usize::from(truth > 0.0 && truth < scale && (scale > 1.0 || value.decimal_places() >= 2));
            if denominators.len() < DENOMINATORS {
                denominators.insert(d.shifted_value(0).to_bits());
            }
        } else {
            wrong += 1;
            first.get_or_insert_with(|| {
                let text = |column: usize| row[column].as_str();
                format!("{} is not {} / {}", text(column), text(numerator), text(denominator))
            });
            if wrong > 3 + right / 20 {
                return None;
            }
        }
    }
    if telling < ROWS || wrong * 20 > right {
        return None;
    }
    let rows = right + wrong;
    let doubt = match first {
        Some(first) => {
            Some(format!("numerator / denominator in {right} of {rows} rows; in {wrong} not, the first: {first}"))
        }
        None if denominators.len() < DENOMINATORS => {
            Some(format!("numerator / denominator in all {rows} rows that have the three, but few denominators differ"))
        }
        None => None,
    };
    Some(ProvedShare { numerator, denominator, percent, doubt, rows })
}

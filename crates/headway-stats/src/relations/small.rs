//! Relations of two to four columns, one after the other: each over all rows that know its columns, whatever else these
//! leave out.

use super::hold::may_hold;
use super::rows::{ColumnSigns, DistinctRows, each_column};

/// The most columns of a relation that is looked for this way.
const SMALL: u32 = 4;

/// Relations of few columns that may hold.
pub(super) fn search_small(rows: &DistinctRows, live: u32) -> Vec<ColumnSigns> {
    let mut found = Vec::new();
    for support in 0..=live {
        if support & !live != 0 || !(2..=SMALL).contains(&support.count_ones()) {
            continue;
        }
        let telling: Vec<_> = rows.telling_rows(support).take(24).collect();
        let first = support & support.wrapping_neg();
        // Every way to give the others a sign.
        let others: Vec<u32> = each_column(support & !first).collect();
        for choice in 0..1u32 << others.len() {
            let minus = (0..).zip(&others).filter(|(i, _)| choice >> i & 1 == 1).fold(0, |set, (_, c)| set | 1 << c);
            let signs = ColumnSigns { plus: support & !minus, minus };
            if may_hold(signs, telling.iter().copied()) {
                found.push(signs);
            }
        }
    }
    found
}

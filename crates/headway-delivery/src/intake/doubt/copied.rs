//! Last year's figures under this year's label.
//!
//! A period is another one's copy where the series that both have say the same, counts and all, in nineteen of twenty (of five at
//! least), with five different figures among them, so that zeros and hundreds make no copy.

use std::collections::BTreeMap;

use headway_lake::Series;
use headway_model::State;

use super::walk::{Cell, Measured, number};
use super::{Answer, Doubt, DoubtKind};

/// Fewer figures that are the same say nothing.
const ENOUGH: u64 = 5;
/// So many different ones must be among them.
const DIFFERENT: usize = 5;
/// The share of the figures that is nearly all.
const NEARLY_ALL: f64 = 0.95;

/// Of each period that the import is the first to tell of, and the one beside it: how many figures are the same.
#[derive(Default)]
pub(super) struct Copies(BTreeMap<(i32, i32), Pairs>);

#[derive(Default)]
struct Pairs {
    count: u64,
    same: u64,
    different: Vec<f64>,
    first: Option<([String; 3], f64)>,
}

impl Copies {
    pub(super) fn take(&mut self, series: &Series<'_>, cells: &[Cell]) {
        let exact = |row: &usize| series.state(*row) == State::Exact;
        let at = |cell: &Cell| cell.new.or(cell.held).filter(exact);
        let equal = |a: f64, b: f64| a == b || (a.is_nan() && b.is_nan());
        for (place, cell) in cells.iter().enumerate() {
            let Some(new) = cell.new.filter(exact).filter(|_| cell.held.is_none()) else { continue };
            let before = place.checked_sub(1).and_then(|before| cells.get(before));
            let after = cells.get(place + 1).filter(|next| next.new.is_none());
            let beside = |cell: &Cell| Some((cell.period, at(cell)?));
            let Some((period, old)) = before.and_then(beside).or_else(|| after.and_then(beside)) else { continue };
            let pairs = self.0.entry((cell.period, period)).or_default();
            pairs.count += 1;
            let columns = [series.lo, series.numerator, series.denominator];
            if columns.iter().all(|column| equal(column[new], column[old])) {
                pairs.same += 1;
                let value = series.lo[new];
                if pairs.different.len() < DIFFERENT && !pairs.different.contains(&value) {
                    pairs.different.push(value);
                }
                pairs
                    .first
                    .get_or_insert_with(|| ([series.unit, series.group, series.grade].map(str::to_owned), value));
            }
        }
    }

    pub(super) fn doubts(self, about: &Measured<'_>) -> Vec<Doubt> {
        let doubt = |((period, beside), pairs): ((i32, i32), Pairs)| {
            let nearly = pairs.same >= ENOUGH && pairs.same as f64 >= NEARLY_ALL * pairs.count as f64;
            let ([unit, group, grade], value) = pairs.first.filter(|_| nearly && pairs.different.len() == DIFFERENT)?;
            let (period, beside) = (about.period(period), about.period(beside));
            Some(Doubt {
                kind: DoubtKind::Copied,
                measures: vec![about.measure.to_owned()],
                cause: format!("nearly all figures of {period} are those of {beside}"),
                count: pairs.same,
                of: Some(pairs.count),
                first: format!("{}: {} in both", about.series(&unit, &group, &grade), number(value)),
                advice:
                    "Is it an earlier file under a new label? Get the right one; if the figures did not change, import \
                         with --revises"
                        .to_owned(),
                until: Some(Answer::Revises),
            })
        };
        self.0.into_iter().filter_map(doubt).collect()
    }
}

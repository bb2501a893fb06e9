//! Last year's figures under this year's label.
//!
//! A period is another one's copy where the series that both have say the same, counts and all, in nineteen of twenty (of five at
//! least), with five different figures among them, so that zeros and hundreds make no copy.

use headway_lake::Series;

use super::pairs::Pair;
use super::per_period::PerPeriod;
use super::walk::{Measured, number};
use super::{Answer, Doubt, DoubtKind};

/// Fewer figures that are the same say nothing.
const ENOUGH: u64 = 5;
/// So many different ones must be among them.
const DIFFERENT: usize = 5;
/// The share of the figures that is nearly all.
const NEARLY_ALL: f64 = 0.95;

/// Of each period that the import is the first to tell of, and the one beside it: how many figures are the same.
#[derive(Default)]
pub(super) struct Copies(PerPeriod<Vec<(i32, Pairs)>>);

#[derive(Default)]
struct Pairs {
    count: u64,
    same: u64,
    different: Vec<f64>,
    first: Option<([String; 3], f64)>,
}

impl Copies {
    pub(super) fn take(&mut self, series: &Series<'_>, pairs: &[Pair]) {
        let equal = |a: f64, b: f64| a == b || (a.is_nan() && b.is_nan());
        for pair in pairs.iter().filter(|pair| pair.first) {
            let found = self.of(pair.period, pair.beside);
            found.count += 1;
            let columns = [series.lo, series.numerator, series.denominator];
            if columns.iter().all(|column| equal(column[pair.new], column[pair.old])) {
                found.same += 1;
                let value = series.lo[pair.new];
                if found.different.len() < DIFFERENT && !found.different.contains(&value) {
                    found.different.push(value);
                }
                found
                    .first
                    .get_or_insert_with(|| ([series.unit, series.group, series.grade].map(str::to_owned), value));
            }
        }
    }

    fn of(&mut self, period: i32, beside: i32) -> &mut Pairs {
        let all = self.0.of(period);
        let at = all.iter().position(|(own, _)| *own == beside).unwrap_or_else(|| {
            all.push((beside, Pairs::default()));
            all.len() - 1
        });
        &mut all[at].1
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
        let pairs = |(period, all): (i32, Vec<(i32, Pairs)>)| {
            all.into_iter().map(move |(beside, pairs)| ((period, beside), pairs))
        };
        self.0.into_iter().flat_map(pairs).filter_map(doubt).collect()
    }
}

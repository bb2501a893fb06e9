//! Figures of periods that were not over when they became known.

use std::collections::BTreeMap;

use headway_model::YearEnd;

use super::walk::{Cell, Measured};
use super::{Doubt, DoubtKind};

/// How many figures the import has of each period.
#[derive(Default)]
pub(super) struct Periods(BTreeMap<i32, u64>);

impl Periods {
    pub(super) fn take(&mut self, cells: &[Cell]) {
        for cell in cells.iter().filter(|cell| cell.new.is_some()) {
            *self.0.entry(cell.period).or_default() += 1;
        }
    }

    pub(super) fn doubts(self, about: &Measured<'_>, year_ends: Option<YearEnd>) -> Vec<Doubt> {
        let known = about.ground.known_from;
        let doubt = |(ordinal, count): (i32, u64)| {
            let period = about.period(ordinal);
            if period.end_by(year_ends) <= known {
                return None;
            }
            let (cause, advice) = if period.plus(-1).end_by(year_ends) >= known {
                let cause = format!("{period} had not begun on {known}, the day from which these figures are known");
                (
                    cause,
                    "Check the period in the file and the profile. The figures are kept as figures so far; import those of the whole period when it is over",
                )
            } else {
                let cause = format!("{period} was not over on {known}, the day from which these figures are known");
                (
                    cause,
                    "The figures are kept as figures so far, and are not judged; import those of the whole period when it is over",
                )
            };
            Some(Doubt {
                kind: DoubtKind::Period,
                measures: vec![about.measure.to_owned()],
                cause: format!("{cause}: it ends on {}", period.end_by(year_ends)),
                count,
                of: None,
                first: String::new(),
                advice: advice.to_owned(),
                until: None,
            })
        };
        self.0.into_iter().filter_map(doubt).collect()
    }
}

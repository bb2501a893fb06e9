//! Counts and sums of what was taken from typed columns, by level, group, grade and period.

use std::collections::HashMap;

use headway_import::{ImportReport, ReportSlice};
use headway_model::{Level, Names, Period, ValueState};

/// Counts of all slices of one measure.
#[derive(Default)]
pub(super) struct ColumnTally {
    texts: Names,
    slices: HashMap<ColumnTallyKey, ColumnTallyCounts>,
}

/// Level, group, grade, period.
type ColumnTallyKey = (Level, u32, u32, Period);

#[derive(Default)]
struct ColumnTallyCounts {
    states: [u64; ValueState::ALL.len()],
    numerators: (f64, u64),
    denominators: (f64, u64),
}

impl ColumnTally {
    /// The number of a group or grade, for [`Self::add`].
    pub(super) fn code_number(&mut self, code: &str) -> u32 {
        self.texts.intern_text(code)
    }

    pub(super) fn add_cell(
        &mut self,
        level: Level,
        [group, grade]: [u32; 2],
        period: Period,
        state: ValueState,
        (numerator, denominator): (Option<f64>, Option<f64>),
    ) {
        let key = (level, group, grade, period);
        let counts = self.slices.entry(key).or_default();
        counts.states[state as usize] += 1;
        for (sum, count) in [(&mut counts.numerators, numerator), (&mut counts.denominators, denominator)] {
            if let Some(count) = count {
                *sum = (sum.0 + count, sum.1 + 1);
            }
        }
    }

    /// Puts the slices of `measure` into the report, and their cells by state.
    pub(super) fn add_to_report(self, measure: &str, report: &mut ImportReport) {
        let sum = |(sum, known): (f64, u64)| (known > 0).then_some(sum);
        for ((level, group, grade, period), counts) in self.slices {
            let states = ValueState::ALL.into_iter().zip(counts.states).filter(|(_, count)| *count > 0);
            let slice = ReportSlice {
                measure: measure.to_owned(),
                level,
                group: self.texts.text_by_number(group).to_owned(),
                grade: self.texts.text_by_number(grade).to_owned(),
                period: period.to_string(),
                cells: states.map(|(state, count)| (state.id(), count)).collect(),
                stand_ins: 0,
                numerator: sum(counts.numerators),
                numerators: counts.numerators.1,
                denominator: sum(counts.denominators),
                denominators: counts.denominators.1,
            };
            for (state, count) in &slice.cells {
                *report.cells.accepted.entry(*state).or_default() += count;
            }
            report.slices.push(slice);
        }
        fn key(s: &ReportSlice) -> (Level, &str, &str, &str) {
            (s.level, &s.group, &s.grade, &s.period)
        }
        report.slices.sort_by(|a, b| key(a).cmp(&key(b)));
    }
}

//! Figures of periods that were not over when they became known.

use headway_model::SeriesRows;
use headway_model::{Period, ValueFlags, YearEnd};
use jiff::ToSpan as _;
use jiff::civil::Date;

use super::per_period::PerPeriod;
use super::walk::{CheckedMeasure, PeriodRows};
use super::{DoubtAnswer, DoubtKind, ImportDoubt};

/// How many figures the import has of each period.
#[derive(Default)]
pub(super) struct PeriodCheck {
    all: PerPeriod<u64>,
    /// Of those, the ones that are partial by the profile.
    partial: PerPeriod<u64>,
}

impl PeriodCheck {
    pub(super) fn take_series(&mut self, series: &SeriesRows<'_>, cells: &[PeriodRows]) {
        for (cell, row) in cells.iter().filter_map(|cell| Some((cell, cell.new?))) {
            *self.all.for_period(cell.period) += 1;
            if series.flags_at(row).has_all(ValueFlags::SO_FAR) {
                *self.partial.for_period(cell.period) += 1;
            }
        }
    }

    pub(super) fn into_doubts(self, about: &CheckedMeasure<'_>, year_ends: Option<YearEnd>) -> Vec<ImportDoubt> {
        let known = about.ground.known_from;
        let doubt = |(ordinal, count): (i32, u64)| {
            let period = about.period_at(ordinal);
            let whole = about.ground.profile.whole_on(about.measure, period);
            if let (Some(whole), Some(count)) = (whole, self.partial.get(ordinal)) {
                return Some(partial_doubt(about, period, whole, *count));
            }
            if let Some(meant) = period.two_year_code() {
                return Some(century_doubt(about, [period, meant], count));
            }
            if period.end_by(year_ends) <= known {
                return None;
            }
            let begun = period.plus_periods(-1).end_by(year_ends) < known;
            let state = if begun { "was not over" } else { "had not begun" };
            let check = if begun { "" } else { "Check the period in the file and the profile. " };
            let over = period.end_by(year_ends).saturating_add(1.day());
            Some(ImportDoubt {
                kind: DoubtKind::Period,
                measures: vec![about.measure.into()],
                cause: format!(
                    "{period} {state} on {known}, the day from which these figures are known: it ends on {}",
                    period.end_by(year_ends)
                ),
                count,
                of: None,
                first: String::new(),
                advice: format!(
                    "{check}The figures are not judged until {over}; from then on they count, unless newer ones come"
                ),
                until: None,
            })
        };
        self.all.iter().map(|(ordinal, count)| (ordinal, *count)).filter_map(doubt).collect()
    }
}

/// A code of two years that was read as the year that it looks like.
fn century_doubt(about: &CheckedMeasure<'_>, [period, meant]: [Period; 2], count: u64) -> ImportDoubt {
    ImportDoubt {
        kind: DoubtKind::Period,
        measures: vec![about.measure.into()],
        cause: format!("{period} is a year of another century: `{}` is read so", period.ordinal),
        count,
        of: None,
        first: String::new(),
        advice: format!(
            "If {meant} is meant, say so under `map` of the period in the profile (`{}` = \"{meant}\"); if the figures are that old, \
             import with --revises",
            period.ordinal
        ),
        until: Some(DoubtAnswer::Revises),
    }
}

/// What the profile itself calls partial.
fn partial_doubt(about: &CheckedMeasure<'_>, period: Period, whole: Date, count: u64) -> ImportDoubt {
    ImportDoubt {
        kind: DoubtKind::Period,
        measures: vec![about.measure.into()],
        cause: format!(
            "{period} is partial by the profile (`whole_from`): known on {}, and whole from {whole} on",
            about.ground.known_from
        ),
        count,
        of: None,
        first: String::new(),
        advice: "The figures are kept as figures so far, and are never judged; import those of the whole period when they come"
            .to_owned(),
        until: None,
    }
}

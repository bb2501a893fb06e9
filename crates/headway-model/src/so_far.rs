//! Which figures are figures so far: known too soon after the end of their period to tell of the whole of it.
//!
//! It follows from the year end of the plan in force when it is asked, and not from what was known when the figures were imported:
//! the order of loading changes no answer.

use std::ops::RangeInclusive;

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::{Period, PeriodKind, VintageId, YearEnd};

/// The day from which on figures of a period are of the whole of it, where that takes so many days after its end.
pub fn whole_on(period: Period, year_ends: Option<YearEnd>, days: u16) -> Date {
    period.end_by(year_ends).saturating_add(i32::from(days).days())
}

/// What an import says of when its figures are whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WholeFrom {
    /// The import.
    pub vintage: VintageId,
    /// From which day on its figures were known.
    pub known_from: Date,
    /// From how many days after the end of their period on figures are whole.
    pub days: u16,
}

/// Which figures of a measure are figures so far, by import and period.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SoFar {
    /// The first period of each import whose figures are not whole, ascending by import.
    first: Vec<(VintageId, i32)>,
}

impl SoFar {
    /// By what imports say, for periods of a kind that end by the plan's year end, among those that there are.
    pub fn from_imports(
        said: impl IntoIterator<Item = WholeFrom>,
        (kind, year_ends): (PeriodKind, Option<YearEnd>),
        periods: &RangeInclusive<i32>,
    ) -> Self {
        let partial =
            |said: &WholeFrom, ordinal| said.known_from < whole_on(Period { kind, ordinal }, year_ends, said.days);
        let first = |said: WholeFrom| {
            let (mut from, mut to) = (*periods.start(), periods.end().saturating_add(1));
            while from < to {
                let middle = from.midpoint(to);
                if partial(&said, middle) { to = middle } else { from = middle + 1 }
            }
            (said.vintage, from)
        };
        let mut first: Vec<_> = said.into_iter().map(first).collect();
        first.sort_unstable();
        Self { first }
    }

    /// Whether no import says anything of it.
    pub fn is_silent(&self) -> bool {
        self.first.is_empty()
    }

    /// Whether the figure of an import for a period is one so far; `None` where the import does not say when figures are whole.
    pub fn is_so_far(&self, vintage: VintageId, period: i32) -> Option<bool> {
        let at = self.first.binary_search_by_key(&vintage, |(id, _)| *id).ok()?;
        Some(period >= self.first[at].1)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn what_is_so_far_follows_from_the_year_end() {
        let kind = PeriodKind::SchoolYear;
        let said = |vintage, known_from| WholeFrom { vintage, known_from, days: 60 };
        let imports = [said(7, date(2025, 9, 1)), said(3, date(2025, 8, 28)), said(9, date(1990, 1, 1))];
        let ordinal = Period::parse(kind, "2024-25").expect("a period").ordinal;
        let periods = ordinal - 3..=ordinal + 2;
        let june = SoFar::from_imports(imports, (kind, None), &periods);
        let asked =
            |so_far: &SoFar, vintage| (-1..=1).map(|n| so_far.is_so_far(vintage, ordinal + n)).collect::<Vec<_>>();
        assert_eq!(
            asked(&june, 7),
            [Some(false), Some(false), Some(true)],
            "30 June and 60 days: whole from 29 August on"
        );
        assert_eq!(asked(&june, 3), [Some(false), Some(true), Some(true)]);
        assert_eq!(asked(&june, 9), [Some(true); 3]);
        assert_eq!(asked(&june, 8), [None; 3], "it does not say");
        let end = YearEnd::parse("09-30").expect("a day of the year");
        let september = SoFar::from_imports(imports, (kind, Some(end)), &periods);
        assert_eq!(asked(&september, 7), [Some(false), Some(true), Some(true)]);
        assert!(SoFar::from_imports([], (kind, None), &periods).is_silent());
    }
}

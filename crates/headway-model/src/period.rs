//! Periods: a school year is not a calendar year, and neither is a cohort.

mod parts;
mod year_end;

use std::fmt;

use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};

pub use year_end::{YearEnd, YearEndError};

/// What a period is. Periods are ordered inside their kind and never compared across kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PeriodKind {
    /// Named by the year it ends in: 2018 is 2017-18.
    SchoolYear,
    /// Named by the year it ends in: FY2018.
    FiscalYear,
    /// A graduation cohort, named by the year in which it is due to graduate.
    Cohort,
    /// January to December.
    CalendarYear,
    /// A quarter of a calendar year.
    Quarter,
    /// A calendar month.
    Month,
    /// A day.
    Day,
}

/// A period: its kind and its place in that kind's order.
///
/// `ordinal` counts years (the year of the name), quarters (`4 * year + quarter - 1`), months (`12 * year + month - 1`) or
/// days since 1970-01-01. It is what the lake stores.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Period {
    /// What the period is.
    pub kind: PeriodKind,
    /// Its place in the order of its kind.
    pub ordinal: i32,
}

/// A text that is no period of the wanted kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{text}” is no {kind}: write it like {example}", kind = .kind.name(), example = .kind.example_text())]
pub struct PeriodError {
    /// The text as found.
    pub text: String,
    /// The kind that was wanted.
    pub kind: PeriodKind,
}

impl PeriodKind {
    /// Every kind, in the order of the documentation.
    pub const ALL: [Self; 7] =
        [Self::SchoolYear, Self::FiscalYear, Self::Cohort, Self::CalendarYear, Self::Quarter, Self::Month, Self::Day];

    /// The kind in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::SchoolYear => "school year",
            Self::FiscalYear => "fiscal year",
            Self::Cohort => "cohort",
            Self::CalendarYear => "calendar year",
            Self::Quarter => "quarter",
            Self::Month => "month",
            Self::Day => "day",
        }
    }

    /// One way of writing such a period.
    pub fn example_text(self) -> &'static str {
        match self {
            Self::SchoolYear => "2017-18 or 2018",
            Self::FiscalYear => "FY2018 or 2018",
            Self::Cohort | Self::CalendarYear => "2018",
            Self::Quarter => "2018-Q1",
            Self::Month => "2018-03",
            Self::Day => "2018-03-31",
        }
    }

    /// Whether agencies differ in the day on which such a period ends.
    pub fn has_year_end(self) -> bool {
        matches!(self, Self::SchoolYear | Self::FiscalYear | Self::Cohort)
    }

    /// How many periods of this kind make a year; `pace needed` and tolerances are in units a year.
    pub fn per_year(self) -> f64 {
        match self {
            Self::SchoolYear | Self::FiscalYear | Self::Cohort | Self::CalendarYear => 1.0,
            Self::Quarter => 4.0,
            Self::Month => 12.0,
            Self::Day => 365.25,
        }
    }
}

impl Period {
    /// Where its year, taken for a code of two years, is one of this century: `1819`, which is 1818-19 here, for 2018-19. The period
    /// that may be meant.
    pub fn two_year_code(self) -> Option<Self> {
        let yearly = matches!(self.kind, PeriodKind::SchoolYear | PeriodKind::FiscalYear | PeriodKind::Cohort);
        let (first, second) = (self.ordinal / 100, self.ordinal % 100);
        (yearly && (10..20).contains(&first) && second == first + 1).then_some(Self { ordinal: 2000 + second, ..self })
    }

    /// The period of `kind` that `text` names. Accepts what agencies write: `2017-18`, `2017/18`, `2017-2018`, `20172018`,
    /// `201718`, `SY 2018`, `2018.0`, `FY18`, `cohort 2014`, `Spring 2018`; `2018-Q1`, `2018Q1`, `Q1 2018`; `2018-03`, `201803`,
    /// `03/2018`, `Mar 2018`, `March 2018`. What could be two periods of the kind (`17-18`, `3/18`) is not accepted.
    ///
    /// # Errors
    /// [`PeriodError`] when the text names no such period; nothing is guessed.
    pub fn parse(kind: PeriodKind, text: &str) -> Result<Self, PeriodError> {
        let fail = || PeriodError { text: text.to_owned(), kind };
        let ordinal = match kind {
            PeriodKind::SchoolYear | PeriodKind::FiscalYear | PeriodKind::Cohort | PeriodKind::CalendarYear => {
                parse_year(kind, text.trim()).ok_or_else(fail)?
            }
            PeriodKind::Quarter => parts::quarter_ordinal(text.trim()).ok_or_else(fail)?,
            PeriodKind::Month => parts::month_ordinal(text.trim()).ok_or_else(fail)?,
            PeriodKind::Day => {
                let day: Date = text.trim().parse().map_err(|_| fail())?;
                day_number(day)
            }
        };
        Ok(Self { kind, ordinal })
    }

    /// The period that is this day.
    pub fn of_day(day: Date) -> Self {
        Self { kind: PeriodKind::Day, ordinal: day_number(day) }
    }

    /// The year in the period's name (for a day, quarter or month: the calendar year it lies in).
    pub fn year(self) -> i32 {
        match self.kind {
            PeriodKind::Quarter => self.ordinal.div_euclid(4),
            PeriodKind::Month => self.ordinal.div_euclid(12),
            PeriodKind::Day => i32::from(day_of(self.ordinal).year()),
            _ => self.ordinal,
        }
    }

    /// The period's last day where nobody says otherwise. School and fiscal years end on 30 June, a cohort's summer graduates
    /// count until 31 August.
    pub fn last_day(self) -> Date {
        self.end_by(None)
    }

    /// The period's last day; `year_ends` is the agency's own end of school years, fiscal years and cohorts.
    pub fn end_by(self, year_ends: Option<YearEnd>) -> Date {
        let year = i16::try_from(self.year()).unwrap_or(i16::MAX).clamp(1, 9999);
        if let Some(own) = year_ends.filter(|_| self.kind.has_year_end()) {
            return own.day_in_year(year);
        }
        match self.kind {
            PeriodKind::SchoolYear | PeriodKind::FiscalYear => date(year, 6, 30),
            PeriodKind::Cohort => date(year, 8, 31),
            PeriodKind::CalendarYear => date(year, 12, 31),
            PeriodKind::Quarter => month_end(year, (self.ordinal.rem_euclid(4) as i8 + 1) * 3),
            PeriodKind::Month => month_end(year, self.ordinal.rem_euclid(12) as i8 + 1),
            PeriodKind::Day => day_of(self.ordinal),
        }
    }

    /// The period's first day: the one after the last of the period before.
    pub fn first_day(self) -> Date {
        self.plus_periods(-1).last_day().saturating_add(1.day())
    }

    /// The day in the middle. What held on it held for most of the period: the name and the parent of a place *in* a period are
    /// those of this day.
    pub fn middle_day(self) -> Date {
        let (start, end) = (self.first_day(), self.last_day());
        let days = (end - start).get_days();
        start.saturating_add((days / 2).days())
    }

    /// Years from `earlier` to this period (negative when `earlier` is later). Both must be of one kind.
    pub fn years_since(self, earlier: Self) -> f64 {
        debug_assert_eq!(self.kind, earlier.kind, "periods of two kinds have no distance");
        f64::from(self.ordinal - earlier.ordinal) / self.kind.per_year()
    }

    /// The period `steps` later (earlier when negative).
    pub fn plus_periods(self, steps: i32) -> Self {
        Self { kind: self.kind, ordinal: self.ordinal + steps }
    }
}

impl Period {
    /// The period as people read it: `2017-18`, `cohort 2014`, `Sep 2023`, `Q1 2018`. Its `Display` is its id.
    pub fn in_words(self) -> String {
        const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        match self.kind {
            PeriodKind::Month => format!("{} {}", MONTHS[self.ordinal.rem_euclid(12) as usize], self.year()),
            PeriodKind::Quarter => format!("Q{} {}", self.ordinal.rem_euclid(4) + 1, self.year()),
            _ => self.to_string(),
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let year = self.year();
        match self.kind {
            PeriodKind::SchoolYear => write!(f, "{}-{:02}", year - 1, year.rem_euclid(100)),
            PeriodKind::FiscalYear => write!(f, "FY{year}"),
            PeriodKind::Cohort => write!(f, "cohort {year}"),
            PeriodKind::CalendarYear => write!(f, "{year}"),
            PeriodKind::Quarter => write!(f, "{year}-Q{}", self.ordinal.rem_euclid(4) + 1),
            PeriodKind::Month => write!(f, "{year}-{:02}", self.ordinal.rem_euclid(12) + 1),
            PeriodKind::Day => write!(f, "{}", day_of(self.ordinal)),
        }
    }
}

fn parse_year(kind: PeriodKind, text: &str) -> Option<i32> {
    let text = strip_kind_words(kind, text).trim();
    let text = text.strip_suffix(".0").unwrap_or(text);
    let digits = |t: &str| t.chars().all(|c| c.is_ascii_digit());
    if let Some((from, to)) = text.split_once(['-', '/', '–']) {
        return two_years(kind, from.trim(), to.trim());
    }
    match text.len() {
        8 if digits(text) => two_years(kind, &text[..4], &text[4..]),
        6 if digits(text) => two_years(kind, &text[..4], &text[4..]),
        4 if digits(text) => plausible_year(text.parse().ok()?),
        2 if digits(text) && kind == PeriodKind::FiscalYear => plausible_year(2000 + text.parse::<i32>().ok()?),
        _ => None,
    }
}

/// `2017-18`, `2017-2018`: only for kinds that span two calendar years, and only when the second follows the first.
fn two_years(kind: PeriodKind, from: &str, to: &str) -> Option<i32> {
    if !matches!(kind, PeriodKind::SchoolYear | PeriodKind::FiscalYear) || from.len() != 4 {
        return None;
    }
    let start: i32 = from.parse().ok()?;
    let end: i32 = match to.len() {
        2 => (start + 1) / 100 * 100 + to.parse::<i32>().ok()?,
        4 => to.parse().ok()?,
        _ => return None,
    };
    (end == start + 1).then_some(end).and_then(plausible_year)
}

/// A year outside 1800..2200 is a typing error or another number, not a year of results.
fn plausible_year(year: i32) -> Option<i32> {
    (1800..2200).contains(&year).then_some(year)
}

fn strip_kind_words(kind: PeriodKind, text: &str) -> &str {
    let words: &[&str] = match kind {
        PeriodKind::SchoolYear => &["school year", "sy", "ay", "spring"],
        PeriodKind::FiscalYear => &["fiscal year", "fy"],
        PeriodKind::Cohort => &["cohort", "class of"],
        PeriodKind::CalendarYear => &["calendar year", "cy"],
        PeriodKind::Quarter | PeriodKind::Month | PeriodKind::Day => &[],
    };
    let before = |word: &&&str| text.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word));
    if let Some(word) = words.iter().find(before) {
        return text[word.len()..].trim_start_matches([' ', '-', '_']);
    }
    // `2025-26 school year`: behind the year the word stands apart.
    let start = |word: &str| text.len().checked_sub(word.len() + 1).filter(|_| word != "spring");
    let behind = |word: &&&str| {
        start(word)
            .and_then(|at| text.get(at..))
            .is_some_and(|tail| tail.strip_prefix(' ').is_some_and(|tail| tail.eq_ignore_ascii_case(word)))
    };
    words.iter().find(behind).and_then(|word| text.get(..start(word)?)).unwrap_or(text)
}

fn month_end(year: i16, month: i8) -> Date {
    date(year, month, 1).last_of_month()
}

fn day_number(day: Date) -> i32 {
    let span = day.since((jiff::Unit::Day, date(1970, 1, 1))).expect("two civil dates are a number of days apart");
    span.get_days()
}

fn day_of(number: i32) -> Date {
    date(1970, 1, 1).saturating_add(jiff::Span::new().days(number))
}

/// The period by which groups are compared, from the periods in which each has an exact result: the latest that most of the
/// groups have; a group that is in one year's report alone does not make a comparison of the others.
pub fn common_period<P: IntoIterator<Item = Period>>(groups: impl IntoIterator<Item = P>) -> Option<Period> {
    let mut counts = std::collections::BTreeMap::new();
    let mut of = 0;
    for group in groups {
        let periods: std::collections::BTreeSet<Period> = group.into_iter().collect();
        of += usize::from(!periods.is_empty());
        periods.into_iter().for_each(|period| *counts.entry(period).or_insert(0) += 1);
    }
    counts.into_iter().rev().find(|(_, n)| 2 * n > of).map(|(period, _)| period)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: PeriodKind, text: &str, shown: &str, end: &str) {
        let period = Period::parse(kind, text).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(period.to_string(), shown, "{text}");
        assert_eq!(period.last_day().to_string(), end, "{text}");
        assert_eq!(Period::parse(kind, &period.to_string()), Ok(period), "what is shown reads back");
    }

    #[test]
    fn reads_what_agencies_write() {
        use PeriodKind::*;
        for text in [
            "2017-18",
            "2017/18",
            "2017-2018",
            "20172018",
            "201718",
            "SY 2018",
            "SY2017-18",
            "SY 2017-18",
            "2017-18 School Year",
            "2018",
            "2018.0",
            "Spring 2018",
            "2017–18",
        ] {
            check(SchoolYear, text, "2017-18", "2018-06-30");
        }
        for text in ["FY2017", "FY17", "FY 2017", "FY-2017", "Fiscal Year 2017", "2016-17", "201617", "2017 FY"] {
            check(FiscalYear, text, "FY2017", "2017-06-30");
        }
        check(CalendarYear, "CY2017", "2017", "2017-12-31");
        check(SchoolYear, "1999-00", "1999-00", "2000-06-30");
        check(Cohort, "cohort 2014", "cohort 2014", "2014-08-31");
        check(Quarter, "2018-Q4", "2018-Q4", "2018-12-31");
        check(Month, "2020-02", "2020-02", "2020-02-29");
        check(Day, "1969-12-31", "1969-12-31", "1969-12-31");
    }

    #[test]
    fn years_end_where_the_agency_says() {
        let check = |kind, text: &str, own: &str, end: &str| {
            let period = Period::parse(kind, text).unwrap_or_else(|e| panic!("{e}"));
            let own = YearEnd::parse(own).unwrap_or_else(|e| panic!("{e}"));
            assert_eq!(period.end_by(Some(own)).to_string(), end, "{text}");
            assert_eq!(YearEnd::parse(&own.to_string()), Ok(own));
        };
        check(PeriodKind::FiscalYear, "2026", "09-30", "2026-09-30");
        check(PeriodKind::FiscalYear, "2026", "--09-30", "2026-09-30");
        check(PeriodKind::SchoolYear, "2025-26", "7-31", "2026-07-31");
        check(PeriodKind::FiscalYear, "2026", "02-29", "2026-02-28");
        check(PeriodKind::CalendarYear, "2026", "09-30", "2026-12-31");
        check(PeriodKind::Quarter, "2026-Q1", "09-30", "2026-03-31");
        for text in ["", "09", "13-01", "02-30", "09-31", "30 September", "2026-09-30"] {
            assert!(YearEnd::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn refuses_what_names_no_period() {
        for (kind, text) in [
            (PeriodKind::SchoolYear, "2017-19"),
            (PeriodKind::SchoolYear, "17-18"),
            (PeriodKind::CalendarYear, "2017-18"),
            (PeriodKind::SchoolYear, ""),
            (PeriodKind::SchoolYear, "201719"),
            (PeriodKind::SchoolYear, "2025-Q3"),
            (PeriodKind::SchoolYear, "2025-10"),
            (PeriodKind::SchoolYear, "Oct 2026"),
            (PeriodKind::CalendarYear, "201718"),
            (PeriodKind::Cohort, "2017/18"),
            (PeriodKind::Month, "2018-13"),
            (PeriodKind::Day, "2018-02-30"),
        ] {
            assert!(Period::parse(kind, text).is_err(), "{text}");
        }
    }
}

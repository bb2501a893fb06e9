//! A register of places: rows that tell of places only, with the days from which on what they say holds.

use headway_model::{Period, PeriodKind, PlaceId, PlaceLife};
use jiff::civil::Date;

use super::parts::RowText;
use super::plan::PlacePlan;
use super::rows::RowReader;
use crate::table::TextRecord;

/// What only a register says of a place.
#[derive(Clone, Debug, Default)]
pub(crate) struct DatedPlace {
    /// The first day for which name and parent are said.
    pub(crate) from: Option<Date>,
    /// When the place opened and closed, and what became of it.
    pub(crate) life: PlaceLife,
}

/// A cell that can't be read: its column, its text, and why.
type BadCell = (Option<usize>, String, String);

impl RowReader<'_, '_> {
    /// Tells of the places in a row of a register; whether all of it can be read. What can't is in the report.
    pub(super) fn tell_register(&mut self, record: &TextRecord, text: &str) -> bool {
        let plan = self.plan;
        let year = match &plan.edition {
            None => None,
            Some(part) => {
                let found = part.text.text_of_row(record, text);
                match part.read_period(&found) {
                    Ok(ordinal) => Some((part.period_kind(), ordinal)),
                    Err(reason) => {
                        self.refuse_cell(record, part.text.a_column(), &found, &reason);
                        return false;
                    }
                }
            }
        };
        let mut whole = true;
        for rule in &plan.places {
            whole &= match dated_place(rule, record, text) {
                Ok(dated) => self.tell_place(rule, year, dated.map(Box::new), record, text).is_ok(),
                Err((column, found, reason)) => {
                    self.refuse_cell(record, column, &found, &reason);
                    false
                }
            };
        }
        whole
    }
}

fn dated_place(rule: &PlacePlan, record: &TextRecord, text: &str) -> Result<Option<DatedPlace>, BadCell> {
    let read = |of: &Option<RowText>, last: bool| -> Result<Option<Date>, BadCell> {
        let Some(of) = of else { return Ok(None) };
        let found = of.text_of_row(record, text);
        read_day(found.trim(), last).map_err(|reason| (of.a_column(), found, reason))
    };
    let ids = |of: &Option<RowText>| -> Vec<PlaceId> {
        let found = of.as_ref().map(|of| of.text_of_row(record, text)).unwrap_or_default();
        found.split(';').map(str::trim).filter(|id| !id.is_empty()).map(Into::into).collect()
    };
    let from = read(&rule.from, false)?;
    let (opened, closed) = (read(&rule.opened, false)?, read(&rule.closed, true)?);
    if let (Some(first), Some(last)) = (opened, closed)
        && last < first
    {
        let column = rule.closed.as_ref().and_then(RowText::a_column);
        return Err((column, format!("{last}, opened {first}"), "closed before it opened".to_owned()));
    }
    let life = PlaceLife { opened, closed, into: ids(&rule.into), out_of: ids(&rule.out_of) };
    Ok((from.is_some() || !life.is_unknown()).then_some(DatedPlace { from, life }))
}

/// The day that a text means: a date, or the first or last day of a school year; `None` when it is empty.
fn read_day(text: &str, last: bool) -> Result<Option<Date>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    // Spreadsheets write a time behind the date.
    let date = text.split(['T', ' ']).next().unwrap_or(text);
    if let Some(day) = date.parse().ok().or_else(|| slashed_date(date)).or_else(|| eight_digits(date)) {
        return Ok(Some(day));
    }
    let two_years = text.chars().filter(char::is_ascii_digit).count() > 4;
    match Period::parse(PeriodKind::SchoolYear, text) {
        Ok(year) if two_years => Ok(Some(if last { year.last_day() } else { year.first_day() })),
        _ => Err("not a date or a school year: write it like 2021-07-01 or 2021-22".to_owned()),
    }
}

/// `7/1/2021`: month, day, year.
fn slashed_date(text: &str) -> Option<Date> {
    let mut parts = text.split('/');
    let (month, day, year) = (parts.next()?, parts.next()?, parts.next()?);
    let complete = parts.next().is_none() && year.len() == 4;
    complete.then(|| Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok())?
}

/// `20210701`.
fn eight_digits(text: &str) -> Option<Date> {
    if text.len() != 8 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Date::new(text[..4].parse().ok()?, text[4..6].parse().ok()?, text[6..].parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::read_day;

    #[test]
    fn days_are_read() {
        let check = |text: &str, last: bool, want: &str| {
            let found = read_day(text, last).map(|day| day.map_or(String::new(), |day| day.to_string()));
            assert_eq!(found.as_deref(), Ok(want), "{text}");
        };
        check("", false, "");
        check("2021-07-01", true, "2021-07-01");
        check("2021-07-01 00:00:00", false, "2021-07-01");
        check("7/1/2021", false, "2021-07-01");
        check("20210701", false, "2021-07-01");
        check("2021-22", false, "2021-07-01");
        check("2021-22", true, "2022-06-30");
        check("20212022", false, "2021-07-01");
        for text in ["2021", "soon", "13/40/2021", "2021-23", "44378"] {
            assert!(read_day(text, false).is_err(), "{text}");
        }
    }
}

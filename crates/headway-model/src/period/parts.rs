//! Quarters and months as agencies write them.

use super::plausible_year;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// `2018-Q1`, `2018 Q1`, `2018Q1`, `Q1 2018`, `Q1/2018`: its ordinal.
pub(super) fn quarter_ordinal(text: &str) -> Option<i32> {
    let (year, part) = year_and_part(text)?;
    let part = part.strip_prefix(['Q', 'q'])?.trim();
    part_ordinal(year, part.parse().ok()?, 4)
}

/// `2018-03`, `201803`, `03/2018`, `Mar 2018`, `March 2018`, `2018 March`: its ordinal.
pub(super) fn month_ordinal(text: &str) -> Option<i32> {
    let (year, part) = year_and_part(text)?;
    let part = part.trim_end_matches('.');
    // A spreadsheet writes October, 2018.10, as 2018.1: one digit behind a point, or behind nothing, may be either month.
    if part.len() == 1
        && text.strip_suffix(part).is_some_and(|before| before.ends_with(|c: char| c == '.' || c.is_ascii_digit()))
    {
        return None;
    }
    let number = match part.bytes().all(|b| b.is_ascii_digit()) {
        true if part.len() <= 2 => part.parse().ok()?,
        true => return None,
        false => month_number(part)?,
    };
    part_ordinal(year, number, 12)
}

/// The number of a month by its name, or by three letters or more of it.
fn month_number(text: &str) -> Option<i32> {
    let text = text.to_ascii_lowercase();
    let at = MONTHS.iter().position(|month| text.len() >= 3 && month.starts_with(&text))?;
    i32::try_from(at + 1).ok()
}

/// The year, four digits at the beginning or the end, and what stands beside it.
fn year_and_part(text: &str) -> Option<(i32, &str)> {
    let is_year = |text: &&str| text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
    let apart = [' ', '-', '/', '_', '.', ',', '\u{2013}'];
    let first = text.get(..4).filter(is_year).and_then(|year| Some((year, text.get(4..)?)));
    // At the end it stands apart, or its digits might be another number's.
    let behind = || {
        let (part, year) = text.split_at_checked(text.len().checked_sub(4)?)?;
        Some(year).filter(is_year).filter(|_| part.ends_with(apart)).map(|year| (year, part))
    };
    let (year, part) = first.or_else(behind)?;
    let part = part.trim_matches(apart);
    (!part.is_empty()).then_some((year.parse().ok()?, part))
}

fn part_ordinal(year: i32, part: i32, parts: i32) -> Option<i32> {
    plausible_year(year)?;
    (1..=parts).contains(&part).then_some(year * parts + part - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quarters_and_months_are_read_in_their_spellings() {
        for text in ["2025-Q3", "2025Q3", "2025 Q3", "Q3 2025", "Q3-2025", "q3/2025", "2025.q3"] {
            assert_eq!(quarter_ordinal(text), Some(2025 * 4 + 2), "{text}");
        }
        for text in
            ["2026-10", "202610", "10/2026", "Oct 2026", "October 2026", "oct. 2026", "2026 October", "Oct-2026"]
        {
            assert_eq!(month_ordinal(text), Some(2026 * 12 + 9), "{text}");
        }
        assert_eq!(month_ordinal("Sept 2026"), Some(2026 * 12 + 8));
        assert_eq!(month_ordinal("2026.09"), month_ordinal("2026-9"));
        for text in ["2025", "2025-Q5", "Q3", "Q3 25", "2025-3", "2025-26", "32025", ""] {
            assert_eq!(quarter_ordinal(text), None, "{text}");
        }
        for text in [
            "2026", "2026-13", "2025-26", "10/26", "Oct 26", "26-Oct", "O 2026", "2026-Q1", "102026", "2026.1", "20261",
        ] {
            assert_eq!(month_ordinal(text), None, "{text}");
        }
    }
}

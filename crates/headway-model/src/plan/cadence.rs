//! Plain words for how often results come.

use crate::PeriodKind;

const NUMBERS: [(&str, i32); 11] = [
    ("one", 1),
    ("two", 2),
    ("second", 2),
    ("other", 2),
    ("three", 3),
    ("third", 3),
    ("four", 4),
    ("fourth", 4),
    ("five", 5),
    ("six", 6),
    ("ten", 10),
];
const YEARLY: [&str; 4] = ["annual", "annually", "yearly", "each year"];
const LONGER: [(&str, i32); 4] = [("biennial", 2), ("triennial", 3), ("quadrennial", 4), ("quinquennial", 5)];

/// A result comes every so many periods of `kind`, where `text` says so: `every two years`, `every 2nd year`, `biennial`,
/// `P2Y`. `None` for other words, and where it is not a whole number of periods.
pub(super) fn periods_between(text: &str, kind: PeriodKind) -> Option<i32> {
    let months = months_between(text)?;
    let a_period = of_period(kind)?;
    (months > 0 && months % a_period == 0).then_some(months / a_period)
}

/// Months of a period; `None` for days.
pub(super) fn of_period(kind: PeriodKind) -> Option<i32> {
    match kind {
        PeriodKind::Day => None,
        _ => Some((12.0 / kind.per_year()) as i32),
    }
}

/// Months from one result to the next, in plain words, lower case or not.
pub(super) fn months_between(text: &str) -> Option<i32> {
    let text = text.trim().to_lowercase();
    let text = text.as_str();
    if YEARLY.contains(&text) {
        return Some(12);
    }
    let longer = |(word, years): &(&str, i32)| {
        text.strip_prefix(word).is_some_and(|rest| matches!(rest, "" | "ly")).then_some(12 * years)
    };
    if let Some(months) = LONGER.iter().find_map(longer) {
        return Some(months);
    }
    if let Some(duration) = text.strip_prefix('p') {
        let (count, place) = duration.split_at_checked(duration.len().checked_sub(1)?)?;
        let count: i32 = count.parse().ok().filter(|n| (1..=1200).contains(n))?;
        return match place {
            "y" => Some(12 * count),
            "m" => Some(count),
            _ => None,
        };
    }
    let mut words = text.strip_prefix("every ")?.split_whitespace();
    let (first, second) = (words.next()?, words.next());
    let (count, place) = match second {
        Some(place) => (number_word(first)?, place),
        None => (1, first),
    };
    if words.next().is_some() {
        return None;
    }
    let months = match place.trim_end_matches('s') {
        "year" => 12,
        "quarter" => 3,
        "month" => 1,
        _ => return None,
    };
    Some(count * months)
}

/// `2`, `2nd`, `two`, `second`
fn number_word(word: &str) -> Option<i32> {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let written = digits.parse().ok().filter(|n| (1..=100).contains(n));
    written.or_else(|| NUMBERS.iter().find(|(name, _)| *name == word).map(|(_, n)| *n))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_words_are_counted_and_others_left_alone() {
        use PeriodKind::{Day, Month, Quarter, SchoolYear};
        for (text, kind, found) in [
            ("every two years", SchoolYear, Some(2)),
            ("Every 2 years", SchoolYear, Some(2)),
            ("every second year", SchoolYear, Some(2)),
            ("every 3rd year", SchoolYear, Some(3)),
            ("every year", SchoolYear, Some(1)),
            ("annual", SchoolYear, Some(1)),
            ("biennial", SchoolYear, Some(2)),
            ("biennially", SchoolYear, Some(2)),
            ("P2Y", SchoolYear, Some(2)),
            ("P24M", SchoolYear, Some(2)),
            ("P18M", SchoolYear, None),
            ("every 6 months", Quarter, Some(2)),
            ("every quarter", Month, Some(3)),
            ("every year", Day, None),
            ("every spring", SchoolYear, None),
            ("every two years or so", SchoolYear, None),
            ("when funds allow", SchoolYear, None),
            ("P", SchoolYear, None),
            ("P0Y", SchoolYear, None),
            ("", SchoolYear, None),
        ] {
            assert_eq!(periods_between(text, kind), found, "{text}");
        }
    }
}

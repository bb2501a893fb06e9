//! What a workbook shows of a number: Excel keeps `66.1%` as 0.661 and the id `0010` as 10, and only the cell's format tells.

use calamine::Style;

/// How a format writes numbers, as far as that is another figure or another id than the number alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// As a percent: a hundred times the number, with a sign.
    Percent,
    /// With zeros before it, up to so many digits.
    Zeros(usize),
}

/// Longer numbers are no ids: Excel itself keeps fifteen digits.
const MOST_DIGITS: usize = 15;

impl Shown {
    /// What a cell style shows; `None` where it shows the number as it is, or nearly so.
    pub(super) fn of(style: &Style) -> Option<Self> {
        let code = style.number_format.as_ref()?.format_code.as_str();
        // What comes behind a semicolon is for numbers below zero, and for none.
        let first = code.split(';').next().unwrap_or_default();
        let zeros = first.len();
        if (2..=MOST_DIGITS).contains(&zeros) && first.bytes().all(|b| b == b'0') {
            return Some(Self::Zeros(zeros));
        }
        shows_percent(first).then_some(Self::Percent)
    }

    /// The number as it is shown, with all its decimals.
    pub(super) fn text(self, number: f64) -> String {
        let plain = number.to_string();
        match self {
            Self::Zeros(digits) if plain.bytes().all(|b| b.is_ascii_digit()) => format!("{plain:0>digits$}"),
            Self::Percent if number.is_finite() => format!("{}%", hundredfold(&plain)),
            Self::Zeros(_) | Self::Percent => plain,
        }
    }
}

/// A decimal number times a hundred, digit by digit: 0.661 is 66.1, and not 66.10000000000001.
fn hundredfold(number: &str) -> String {
    let (sign, number) = number.strip_prefix('-').map_or(("", number), |rest| ("-", rest));
    let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
    let (moved, rest) = decimals.split_at(decimals.len().min(2));
    let whole = format!("{whole}{moved:0<2}");
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        digits => digits,
    };
    if rest.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest}") }
}

/// Whether a format has a percent sign that is no text in quotes and not taken literally.
fn shows_percent(code: &str) -> bool {
    let (mut quoted, mut literal) = (false, false);
    for c in code.chars() {
        match c {
            _ if literal => literal = false,
            '"' => quoted = !quoted,
            '\\' if !quoted => literal = true,
            '%' if !quoted => return true,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_digit_by_digit() {
        for (number, shown, text) in [
            (0.661, Shown::Percent, "66.1%"),
            (0.07, Shown::Percent, "7%"),
            (1.0, Shown::Percent, "100%"),
            (0.0, Shown::Percent, "0%"),
            (0.005, Shown::Percent, "0.5%"),
            (-0.125, Shown::Percent, "-12.5%"),
            (10.0, Shown::Zeros(4), "0010"),
            (12345.0, Shown::Zeros(4), "12345"),
            (10.5, Shown::Zeros(4), "10.5"),
            (-1.0, Shown::Zeros(4), "-1"),
        ] {
            assert_eq!(shown.text(number), text, "{number} {shown:?}");
        }
    }

    #[test]
    fn percent_signs_in_formats() {
        for (code, percent) in [("0%", true), ("0.0 %", true), ("0\"%\"", false), ("0\\%", false), ("0.00", false)] {
            assert_eq!(shows_percent(code), percent, "{code}");
        }
    }
}

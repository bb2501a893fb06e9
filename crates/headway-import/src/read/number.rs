//! Numbers as agencies write them: `   1,437`, `$13,556.70`, `92%`, `37.200000000000003`, and `1.437,5` where a comma is the
//! decimal mark.

use crate::profile::DecimalMark;

/// A decimal number, kept exact until its scale is known: `0.857` read as a fraction is 857 / 10, not 85.69999999999999.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct DecimalNumber<'a> {
    negative: bool,
    digits: u64,
    decimals: i32,
    /// Set when the digits don't fit: then the text itself is read.
    long: Option<(&'a str, DecimalMark)>,
    /// It carries a percent sign.
    pub(crate) percent: bool,
}

/// 10^22 is the last power of ten that a double holds exactly.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

impl DecimalNumber<'_> {
    /// Its value times 10^`shift`, rounded once.
    #[inline]
    pub(crate) fn shifted_value(&self, shift: i32) -> f64 {
        if let Some((text, mark)) = self.long {
            let wanted = |c: char| c.is_ascii_digit() || "+-eE".contains(c) || c == char::from(mark.decimal_byte());
            let plain: String = text.chars().filter(|c| wanted(*c)).map(|c| if c == ',' { '.' } else { c }).collect();
            // Through the shortest text of the double: spreadsheets write 37.2 as 37.200000000000003.
            let value: f64 = plain.parse().unwrap_or(f64::NAN);
            let value = if text.starts_with(MINUS) { -value } else { value };
            return if shift == 0 { value } else { format!("{value}e{shift}").parse().unwrap_or(f64::NAN) };
        }
        let exponent = shift - self.decimals;
        let digits = self.digits as f64;
        let size = match exponent {
            0.. => digits * POWERS[exponent as usize],
            _ => digits / POWERS[(-exponent) as usize],
        };
        if self.negative { -size } else { size }
    }

    /// Digits behind the decimal mark, as published; of a number that a spreadsheet wrote with all its bits (37.200000000000003)
    /// those of the shortest text that means the same.
    pub(crate) fn decimal_places(&self) -> i32 {
        match self.long {
            Some(_) => shortest_decimals(self.shifted_value(0)),
            None => self.decimals,
        }
    }
}

/// Digits behind the point of the shortest text that means this number.
pub(crate) fn shortest_decimals(number: f64) -> i32 {
    number.to_string().split_once('.').map_or(0, |(_, digits)| digits.len() as i32)
}

/// The sign that typographers write for a minus.
const MINUS: char = '\u{2212}';

/// Reads an amount of money with a decimal point.
pub(crate) fn parse_amount(text: &str) -> Option<DecimalNumber<'_>> {
    amount_in(text, DecimalMark::Point)
}

/// Reads an amount of money: a number, or one in brackets, which accountants write for a negative one.
pub(crate) fn amount_in(text: &str, mark: DecimalMark) -> Option<DecimalNumber<'_>> {
    match text.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
        Some(inner) => number_in(inner.trim(), mark)
            .filter(|n| !n.negative && n.long.is_none())
            .map(|n| DecimalNumber { negative: true, ..n }),
        None => number_in(text, mark),
    }
}

/// Reads a number with a decimal point; `None` when the text is anything else (`NaN` and `Infinity` too: no agency counts to
/// them).
#[inline]
pub(crate) fn parse_number(text: &str) -> Option<DecimalNumber<'_>> {
    number_in(text, DecimalMark::Point)
}

/// Reads a number with this decimal mark; the other mark can only part thousands.
#[inline]
pub(crate) fn number_in(text: &str, mark: DecimalMark) -> Option<DecimalNumber<'_>> {
    match mark {
        DecimalMark::Point => plain_number(text).or_else(|| adorned_number(text, mark)),
        DecimalMark::Comma => adorned_number(text, mark),
    }
    .or_else(|| spaced_number(text, mark))
}

/// Whether a text is made of digits and marks and still is no number: `0,857`, `81,5`, or `0.857` beside decimal commas.
pub(crate) fn is_misplaced(text: &str, mark: DecimalMark) -> bool {
    let kind = |c: char| c.is_ascii_digit() || ",.+-%$".contains(c) || c.is_whitespace() || c == MINUS;
    text.starts_with(|c: char| c.is_ascii_digit() || "+-$,.".contains(c) || c == MINUS)
        && text.contains([',', '.'])
        && text.bytes().any(|b| b.is_ascii_digit())
        && text.chars().all(kind)
        && number_in(text, mark).is_none()
}

/// Whether a number would be another one with the other decimal mark: `1,234`, but neither `1,234,567` nor `1,234.5`.
pub(crate) fn is_ambiguous(text: &str, mark: DecimalMark) -> bool {
    text.matches([',', '.']).count() == 1 && text.contains(char::from(mark.thousands_byte()))
}

/// Whether a number with this decimal mark may be a whole one with its thousands apart: `1.250`, but neither `0.250`, `12.5`,
/// nor `1250.125`.
pub(crate) fn may_be_thousands(text: &str, mark: DecimalMark) -> bool {
    let Some((whole, rest)) = text.split_once(char::from(mark.decimal_byte())) else { return false };
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    (1..=3).contains(&whole.len()) && rest.len() == 3 && !whole.starts_with('0') && digits(whole) && digits(rest)
}

/// Digits, and at most one point among them, as nearly all numbers are written.
#[inline]
fn plain_number(text: &str) -> Option<DecimalNumber<'_>> {
    let bytes = text.as_bytes();
    let (mut digits, mut point) = (0, None);
    // With fewer than 16 characters the digits can't be too many.
    if bytes.len() > 15 {
        return None;
    }
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'0'..=b'9' => digits = digits * 10 + u64::from(byte - b'0'),
            b'.' if point.is_none() => point = Some(at),
            _ => return None,
        }
    }
    let decimals = point.map_or(0, |p| bytes.len() - p - 1) as i32;
    let count = bytes.len() - usize::from(point.is_some());
    (count > 0).then_some(DecimalNumber { negative: false, digits, decimals, long: None, percent: false })
}

/// A number with a sign, thousands apart, a percent sign, a decimal comma, or very long.
fn adorned_number(text: &str, mark: DecimalMark) -> Option<DecimalNumber<'_>> {
    let (text, percent) = match text.strip_suffix('%') {
        Some(rest) => (rest.trim_end(), true),
        None => (text, false),
    };
    let bytes = text.as_bytes();
    let (negative, mut at) = match bytes.first()? {
        b'-' => (true, 1),
        b'+' => (false, 1),
        0xe2 if text.starts_with(MINUS) => (true, MINUS.len_utf8()),
        _ => (false, 0),
    };
    if bytes.get(at) == Some(&b'$') {
        at += 1;
    }
    let body = at;
    let (mut digits, mut count, mut point, mut comma): (u64, usize, Option<usize>, Option<usize>) = (0, 0, None, None);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'0'..=b'9' => {
                digits = digits.wrapping_mul(10).wrapping_add(u64::from(byte - b'0'));
                count += 1;
            }
            b if b == mark.decimal_byte() && point.is_none() => {
                if comma.is_some_and(|c| at - c != 4) {
                    return None;
                }
                point = Some(at);
            }
            // Thousands come in threes, never behind the decimal mark, and never begin with a zero: neither 1,43 nor 0,857 is one.
            b if b == mark.thousands_byte() && point.is_none() => {
                let since = at - comma.map_or(body, |c| c + 1);
                if !(1..=3).contains(&since) || comma.is_some_and(|c| at - c != 4) || bytes[body] == b'0' {
                    return None;
                }
                comma = Some(at);
            }
            b'e' | b'E' if count > 0 && comma.is_none() => return scientific_number(text, at, percent, mark),
            _ => return None,
        }
        at += 1;
    }
    if count == 0 || (point.is_none() && comma.is_some_and(|c| at - c != 4)) {
        return None;
    }
    let decimals = point.map_or(0, |p| at - p - 1) as i32;
    let long = (count > 15 || decimals > 18).then_some((text, mark));
    Some(DecimalNumber { negative, digits, decimals, long, percent })
}

/// A number whose thousands are parted by apostrophes or by spaces that don't break (`1'234`); beside a decimal comma by plain
/// spaces too.
fn spaced_number(text: &str, mark: DecimalMark) -> Option<DecimalNumber<'static>> {
    let parts = |c: char| {
        matches!(c, '\'' | '\u{2019}' | '\u{a0}' | '\u{202f}' | '\u{2009}') || (c == ' ' && mark == DecimalMark::Comma)
    };
    let thousands = char::from(mark.thousands_byte());
    if text.len() > 40 || !text.contains(parts) || text.contains(thousands) {
        return None;
    }
    let (body, percent) = text.strip_suffix('%').map_or((text, ""), |rest| (rest.trim_end(), "%"));
    let joined = body.replace(parts, thousands.encode_utf8(&mut [0; 4])) + percent;
    match number_in(&joined, mark)? {
        DecimalNumber { long: Some(_), .. } => None,
        DecimalNumber { negative, digits, decimals, percent, .. } => {
            Some(DecimalNumber { negative, digits, decimals, long: None, percent })
        }
    }
}

/// `1.5E-05`, as spreadsheets write small numbers.
fn scientific_number(text: &str, e: usize, percent: bool, mark: DecimalMark) -> Option<DecimalNumber<'_>> {
    let exponent = text[e + 1..].strip_prefix(['-', '+']).unwrap_or(&text[e + 1..]);
    let valid = (1..=3).contains(&exponent.len()) && exponent.bytes().all(|b| b.is_ascii_digit());
    valid.then_some(DecimalNumber { negative: false, digits: 0, decimals: 0, long: Some((text, mark)), percent })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, value: f64, as_fraction: f64) {
        let number = parse_number(text).unwrap_or_else(|| panic!("{text} is a number"));
        assert_eq!((number.shifted_value(0), number.shifted_value(2)), (value, as_fraction), "{text}");
    }

    #[test]
    fn reads_published_numbers() {
        check("0", 0.0, 0.0);
        check("0.857", 0.857, 85.7);
        check("0.83221", 0.83221, 83.221);
        check(".0", 0.0, 0.0);
        check("1,437", 1437.0, 143_700.0);
        check("$15,698,007,804.00", 15_698_007_804.0, 1_569_800_780_400.0);
        check("-1.5", -1.5, -150.0);
        check("92%", 92.0, 9200.0);
        check("37.200000000000003", 37.2, 3720.0);
        check("65.1162790697674", 65.1162790697674, 6511.62790697674);
        check("0.143518518518519", 0.143518518518519, 14.3518518518519);
        check("1.5E-05", 1.5e-5, 1.5e-3);
        check("12.", 12.0, 1200.0);
        check("\u{2212}83.1", -83.1, -8310.0);
    }

    #[test]
    fn money_in_brackets_is_negative() {
        for (text, value) in [("($1,197.50)", Some(-1197.5)), ("(5)", Some(-5.0)), ("$20", Some(20.0)), ("(-5)", None)]
        {
            assert_eq!(parse_amount(text).map(|n| n.shifted_value(0)), value, "{text}");
        }
    }

    #[test]
    fn a_comma_is_a_decimal_mark_where_the_profile_says_so() {
        let read = |text: &str, mark| number_in(text, mark).map(|n| (n.shifted_value(0), n.decimal_places()));
        let check = |text: &str, point: Option<(f64, i32)>, comma: Option<(f64, i32)>| {
            assert_eq!((read(text, DecimalMark::Point), read(text, DecimalMark::Comma)), (point, comma), "{text}");
        };
        check("0,857", None, Some((0.857, 3)));
        check("81,5", None, Some((81.5, 1)));
        check("12,34", None, Some((12.34, 2)));
        check("81.5", Some((81.5, 1)), None);
        check("0.857", Some((0.857, 3)), None);
        check("1,234", Some((1234.0, 0)), Some((1.234, 3)));
        check("1.234", Some((1.234, 3)), Some((1234.0, 0)));
        check("1.234,5", None, Some((1234.5, 1)));
        check("1,234.5", Some((1234.5, 1)), None);
        check("1.234.567", None, Some((1_234_567.0, 0)));
        check("012,345", None, Some((12.345, 3)));
        check("1'234", Some((1234.0, 0)), Some((1234.0, 0)));
        check("1\u{202f}234\u{202f}567", Some((1_234_567.0, 0)), Some((1_234_567.0, 0)));
        check("1 234,5", None, Some((1234.5, 1)));
        check("1 234", None, Some((1234.0, 0)));
        check("12\u{a0}34", None, None);
        check("-0,5 %", None, Some((-0.5, 1)));
        check("37,200000000000003", None, Some((37.2, 1)));
        check("5", Some((5.0, 0)), Some((5.0, 0)));
        check("37.200000000000003", Some((37.2, 1)), None);
    }

    #[test]
    fn numbers_with_a_mark_of_another_kind_are_told_apart_from_words() {
        for (text, mark, expected) in [
            ("0,857", DecimalMark::Point, true),
            ("81,5 %", DecimalMark::Point, true),
            ("0.857", DecimalMark::Comma, true),
            ("1,234", DecimalMark::Point, false),
            ("n.a.", DecimalMark::Point, false),
            ("5, 6", DecimalMark::Point, true),
            ("-", DecimalMark::Point, false),
            ("21-39", DecimalMark::Point, false),
        ] {
            assert_eq!(is_misplaced(text, mark), expected, "{text}");
        }
        assert!(is_ambiguous("1,234", DecimalMark::Point) && is_ambiguous("1.234", DecimalMark::Comma));
        assert!(!is_ambiguous("1,234,567", DecimalMark::Point) && !is_ambiguous("1,234.5", DecimalMark::Point));
    }

    #[test]
    fn thousands_that_a_point_parts() {
        let check = |text: &str, mark, expected| assert_eq!(may_be_thousands(text, mark), expected, "{text}");
        for (text, expected) in [
            ("1.250", true),
            ("850.000", true),
            ("0.250", false),
            ("12.5", false),
            ("1250.125", false),
            ("1250", false),
        ] {
            check(text, DecimalMark::Point, expected);
            check(&text.replace('.', ","), DecimalMark::Comma, expected);
        }
        check("1.250", DecimalMark::Comma, false);
    }

    #[test]
    fn refuses_the_rest() {
        for text in [
            "",
            "-",
            ".",
            "1,43",
            "0,857",
            "1,4370",
            "12,345,67",
            "1.2.3",
            "1.234,5",
            "NaN",
            "inf",
            "Infinity",
            "5e",
            "e5",
            "1 2",
            "%",
            "5-",
            "21-39",
            "--1",
            "(5)",
            "0x10",
        ] {
            assert_eq!(parse_number(text), None, "{text}");
        }
    }
}

//! Numbers as agencies write them: `   1,437`, `$13,556.70`, `92%`, `37.200000000000003`.

/// A decimal number, kept exact until its scale is known: `0.857` read as a fraction is 857 / 10, not 85.69999999999999.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Number<'a> {
    negative: bool,
    digits: u64,
    decimals: i32,
    /// Set when the digits don't fit: then the text itself is read.
    long: Option<&'a str>,
    /// It carries a percent sign.
    pub(crate) percent: bool,
}

/// 10^22 is the last power of ten that a double holds exactly.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

impl Number<'_> {
    /// Its value times 10^`shift`, rounded once.
    #[inline]
    pub(crate) fn value(&self, shift: i32) -> f64 {
        if let Some(text) = self.long {
            let plain: String = text.chars().filter(|c| c.is_ascii_digit() || "+-.eE".contains(*c)).collect();
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

    /// Digits behind the point, as published.
    pub(crate) fn decimals(&self) -> i32 {
        self.decimals
    }
}

/// The sign that typographers write for a minus.
const MINUS: char = '\u{2212}';

/// Reads an amount of money: a number, or one in brackets, which accountants write for a negative one.
pub(crate) fn amount(text: &str) -> Option<Number<'_>> {
    match text.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
        Some(inner) => {
            number(inner.trim()).filter(|n| !n.negative && n.long.is_none()).map(|n| Number { negative: true, ..n })
        }
        None => number(text),
    }
}

/// Reads a number; `None` when the text is anything else (`NaN` and `Infinity` too: no agency counts to them).
#[inline]
pub(crate) fn number(text: &str) -> Option<Number<'_>> {
    plain(text).or_else(|| adorned(text))
}

/// Digits, and at most one point among them, as nearly all numbers are written.
#[inline]
fn plain(text: &str) -> Option<Number<'_>> {
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
    (count > 0).then_some(Number { negative: false, digits, decimals, long: None, percent: false })
}

/// A number with a sign, thousands apart, a percent sign, or very long.
fn adorned(text: &str) -> Option<Number<'_>> {
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
            b'.' if point.is_none() => {
                if comma.is_some_and(|c| at - c != 4) {
                    return None;
                }
                point = Some(at);
            }
            // Thousands come in threes, and never behind the point: 1,43 is not a number.
            b',' if point.is_none() && (1..=3).contains(&(at - comma.map_or(body, |c| c + 1))) => {
                if comma.is_some_and(|c| at - c != 4) {
                    return None;
                }
                comma = Some(at);
            }
            b'e' | b'E' if count > 0 && comma.is_none() => {
                return scientific(text, at, percent);
            }
            _ => return None,
        }
        at += 1;
    }
    if count == 0 || (point.is_none() && comma.is_some_and(|c| at - c != 4)) {
        return None;
    }
    let decimals = point.map_or(0, |p| at - p - 1) as i32;
    let long = (count > 15 || decimals > 18).then_some(text);
    Some(Number { negative, digits, decimals, long, percent })
}

/// `1.5E-05`, as spreadsheets write small numbers.
fn scientific(text: &str, e: usize, percent: bool) -> Option<Number<'_>> {
    let exponent = text[e + 1..].strip_prefix(['-', '+']).unwrap_or(&text[e + 1..]);
    let valid = (1..=3).contains(&exponent.len()) && exponent.bytes().all(|b| b.is_ascii_digit());
    valid.then_some(Number { negative: false, digits: 0, decimals: 0, long: Some(text), percent })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, value: f64, as_fraction: f64) {
        let number = number(text).unwrap_or_else(|| panic!("{text} is a number"));
        assert_eq!((number.value(0), number.value(2)), (value, as_fraction), "{text}");
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
            assert_eq!(amount(text).map(|n| n.value(0)), value, "{text}");
        }
    }

    #[test]
    fn refuses_the_rest() {
        for text in [
            "",
            "-",
            ".",
            "1,43",
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
            assert_eq!(number(text), None, "{text}");
        }
    }
}

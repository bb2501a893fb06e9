//! What a workbook shows of a number: Excel keeps `66.1%` as 0.661, the id `0010` as 10 and `D-011` as 11, and only the cell's
//! format tells.

use std::io::{Read, Seek};
use std::sync::Arc;

use calamine::{Style, Xlsx, XlsxError};

/// How a format writes numbers, as far as that is another figure or another id than the number alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// As a percent: a hundred times the number, with a sign.
    Percent,
    /// With zeros before it, up to so many digits.
    Zeros(usize),
    /// Its digits with texts before and among them (`00-0000`, `"D"000`).
    Among(Arc<[Piece]>),
}

/// The cells of a sheet that show another figure, or another id, than they keep: row and column from 0, in order.
pub struct ShownCells(Vec<((u32, u32), Shown)>);

impl ShownCells {
    /// Those of the sheet of this name. Most workbooks have no such format, and are not read for it.
    ///
    /// # Errors
    /// When the sheet can't be read.
    pub fn of<R: Read + Seek>(book: &mut Xlsx<R>, name: &str) -> Result<Self, XlsxError> {
        let mut cells = book.worksheet_cells_reader(name)?;
        let of_style: Vec<Option<Shown>> = cells.styles().iter().map(Shown::of).collect();
        let mut shown = Vec::new();
        if of_style.iter().any(Option::is_some) {
            while let Some((row, column, style)) = cells.next_style_id()? {
                shown.extend(of_style[style].clone().map(|how| ((row, column), how)));
            }
        }
        shown.sort_unstable_by_key(|(at, _)| *at);
        Ok(Self(shown))
    }

    /// How the cell of this row and column is shown; `None` where it is shown as it is kept.
    pub fn at(&self, at: (u32, u32)) -> Option<&Shown> {
        self.0.binary_search_by_key(&at, |(at, _)| *at).ok().map(|found| &self.0[found].1)
    }
}

/// One piece of a number's format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// A digit; a zero where there is none.
    Digit,
    /// A digit, or nothing.
    Optional,
    /// What stands there in any number.
    Literal(char),
}

/// Longer numbers are no ids: Excel itself keeps fifteen digits.
const MOST_DIGITS: usize = 15;

impl Shown {
    /// What a cell style shows; `None` where it shows the number as it is, or nearly so.
    fn of(style: &Style) -> Option<Self> {
        let code = style.number_format.as_ref()?.format_code.as_str();
        // What comes behind a semicolon is for numbers below zero, and for none.
        let first = code.split(';').next().unwrap_or_default();
        let zeros = first.len();
        if (2..=MOST_DIGITS).contains(&zeros) && first.bytes().all(|b| b == b'0') {
            return Some(Self::Zeros(zeros));
        }
        if shows_percent(first) {
            return Some(Self::Percent);
        }
        pieces(first).map(|pieces| Self::Among(pieces.into()))
    }

    /// The number as it is shown, with all its decimals.
    pub fn text(&self, number: f64) -> String {
        let plain = number.to_string();
        match self {
            Self::Among(pieces) if plain.len() <= MOST_DIGITS && plain.bytes().all(|b| b.is_ascii_digit()) => {
                among(pieces, &plain)
            }
            Self::Zeros(digits) if plain.bytes().all(|b| b.is_ascii_digit()) => format!("{plain:0>digits$}"),
            Self::Percent if number.is_finite() => format!("{}%", hundredfold(&plain)),
            Self::Zeros(_) | Self::Percent | Self::Among(_) => plain,
        }
    }
}

/// The pieces of a format that makes an id of a number: whole digits, with a text before or among them. A text behind them, and a
/// sign before a single digit, is a unit (`0" students"`, `"$"0`). `None` of all other formats.
fn pieces(code: &str) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let (mut quoted, mut chars) = (false, code.chars());
    while let Some(c) = chars.next() {
        pieces.push(match c {
            '"' => {
                quoted = !quoted;
                continue;
            }
            c if quoted => Piece::Literal(c),
            '\\' => Piece::Literal(chars.next()?),
            '0' => Piece::Digit,
            '#' => Piece::Optional,
            '-' | '/' | ' ' | '(' | ')' | ':' => Piece::Literal(c),
            _ => return None,
        });
    }
    let last = pieces.iter().rposition(|piece| !matches!(piece, Piece::Literal(_)))?;
    let digits = pieces.iter().filter(|piece| **piece == Piece::Digit).count();
    let literals =
        || pieces[..last].iter().filter_map(|piece| if let Piece::Literal(c) = piece { Some(*c) } else { None });
    let id = if digits >= 2 { literals().next().is_some() } else { literals().any(char::is_alphabetic) };
    id.then_some(pieces)
}

/// A whole number's digits in their places, from the last on; those that are too many stand in the first place.
fn among(pieces: &[Piece], number: &str) -> String {
    let first = pieces.iter().position(|piece| !matches!(piece, Piece::Literal(_)));
    let mut digits = number.trim_start_matches('0').chars().rev();
    let mut backwards = String::new();
    for (at, piece) in pieces.iter().enumerate().rev() {
        match piece {
            Piece::Literal(c) => backwards.push(*c),
            Piece::Digit => backwards.push(digits.next().unwrap_or('0')),
            Piece::Optional => backwards.extend(digits.next()),
        }
        if Some(at) == first {
            backwards.extend(digits.by_ref());
        }
    }
    backwards.chars().rev().collect()
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

/// Whether a number's format (`0.0%`) has a percent sign that is no text in quotes and not taken literally.
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
    fn texts_among_digits_are_shown() {
        for (code, number, text) in [
            ("00-0000", 120_010.0, Some("12-0010")),
            ("00\\-0000", 10.0, Some("00-0010")),
            ("00-0000", 1_234_567.0, Some("123-4567")),
            ("\"D\"000", 11.0, Some("D011")),
            ("\"D\"0", 11.0, Some("D11")),
            ("\"D-\"##0", 7.0, Some("D-7")),
            ("000\"-\"000", 1.5, Some("1.5")),
            ("0\" students\"", 11.0, None),
            ("\"$\"0", 11.0, None),
            ("-0", 11.0, None),
            ("0.00", 11.0, None),
            ("#,##0", 11.0, None),
            ("General", 11.0, None),
            ("yyyy-mm-dd", 11.0, None),
            ("[Red]00-00", 11.0, None),
        ] {
            let shown = pieces(code).map(|pieces| Shown::Among(pieces.into()).text(number));
            assert_eq!(shown.as_deref(), text, "{code} {number}");
        }
    }

    #[test]
    fn percent_signs_in_formats() {
        for (code, percent) in [("0%", true), ("0.0 %", true), ("0\"%\"", false), ("0\\%", false), ("0.00", false)] {
            assert_eq!(shows_percent(code), percent, "{code}");
        }
    }
}

//! What a workbook shows of a number: Excel keeps `66.1%` as 0.661, the id `0010` as 10 and `D-011` as 11, and only the cell's
//! format tells.

use std::io::{Read, Seek};
use std::sync::Arc;

use calamine::{Style, Xlsx, XlsxError};

use super::section::{FormatPiece, FormatSection, FormatStyle, MOST_DIGITS, format_sections, section_for};
use crate::profile::DecimalMark;

/// What stands between a number and a format that is not followed. Such a text is no figure and no id.
const NOT_FOLLOWED: &str = " shown by the format ";

/// Whether a text is a number whose format is not followed.
pub(crate) fn is_not_followed(text: &str) -> bool {
    text.contains(NOT_FOLLOWED)
}

/// How a format writes numbers, where that is another figure or another id than the number alone.
#[derive(Clone, Debug, PartialEq)]
pub struct ShownFormat {
    code: Arc<str>,
    sections: Arc<[FormatSection]>,
}

/// The cells of a sheet that show another figure, or another id, than they keep: row and column from 0, in order.
pub struct ShownCells(Vec<((u32, u32), ShownFormat)>);

impl ShownCells {
    /// Those of the sheet of this name. Most workbooks have no such format, and are not read for it.
    ///
    /// # Errors
    /// When the sheet can't be read.
    pub fn of_sheet<R: Read + Seek>(book: &mut Xlsx<R>, name: &str) -> Result<Self, XlsxError> {
        let mut cells = book.worksheet_cells_reader(name)?;
        let of_style: Vec<Option<ShownFormat>> = cells.styles().iter().map(ShownFormat::of_style).collect();
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
    pub fn format_at(&self, at: (u32, u32)) -> Option<&ShownFormat> {
        self.0.binary_search_by_key(&at, |(at, _)| *at).ok().map(|found| &self.0[found].1)
    }
}

impl ShownFormat {
    /// What a cell style shows; `None` where it shows the number as it is, or nearly so.
    pub(super) fn of_style(style: &Style) -> Option<Self> {
        Self::of_code(style.number_format.as_ref()?.format_code.as_str())
    }

    fn of_code(code: &str) -> Option<Self> {
        let sections = format_sections(code);
        let plain = code.trim().is_empty() || sections.iter().all(|section| section.how == FormatStyle::Plain);
        (!plain).then(|| Self { code: code.into(), sections: sections.into() })
    }

    /// Whether the number is shown as a percent.
    pub fn is_percent(&self, number: f64) -> bool {
        section_for(&self.sections, number).is_some_and(|section| matches!(section.how, FormatStyle::Percent(..)))
    }

    /// The number as it is shown, with all its decimals.
    ///
    /// # Errors
    /// The format, where it is not followed.
    pub fn shown_number(&self, number: f64) -> Result<String, &str> {
        let text = self.shown_text(number, DecimalMark::Point);
        if is_not_followed(&text) { Err(&self.code) } else { Ok(text) }
    }

    /// The number as it is shown, with all its decimals; or the number with its format, where that is not followed.
    pub(super) fn shown_text(&self, number: f64, decimal: DecimalMark) -> String {
        let plain = number.to_string();
        let how = section_for(&self.sections, number).map_or(&FormatStyle::Unknown, |section| &section.how);
        let is_whole = plain.len() <= MOST_DIGITS && plain.bytes().all(|b| b.is_ascii_digit());
        let shown = match how {
            FormatStyle::Plain => Some(with_mark(&plain, decimal)),
            FormatStyle::Text(text) => Some(text.clone()),
            FormatStyle::Zeros(digits) if is_whole => Some(format!("{plain:0>digits$}")),
            FormatStyle::Among(pieces) if is_whole => Some(place_digits(pieces, &plain)),
            // Zeros and signs that make an id of whole numbers leave others as they are.
            FormatStyle::Zeros(_) => Some(with_mark(&plain, decimal)),
            FormatStyle::Percent(before, after, decimals) if number.is_finite() => {
                let text = times_hundred(&plain);
                let exact = before.is_empty() && after.is_empty() || is_unrounded(&text, *decimals);
                exact.then(|| format!("{before}{}%{after}", with_mark(&text, decimal)))
            }
            FormatStyle::Between(before, after, decimals) if is_unrounded(&plain, *decimals) => {
                Some(format!("{before}{}{after}", with_mark(&plain, decimal)))
            }
            FormatStyle::Among(_) | FormatStyle::Percent(..) | FormatStyle::Between(..) | FormatStyle::Unknown => None,
        };
        shown.unwrap_or_else(|| format!("{}{NOT_FOLLOWED}{}", with_mark(&plain, decimal), self.code))
    }
}

/// A number with the profile's decimal mark.
fn with_mark(number: &str, decimal: DecimalMark) -> String {
    if decimal == DecimalMark::Comma { number.replace('.', ",") } else { number.to_owned() }
}

/// Whether a number from zero on is shown without being rounded. Beside a text a rounded one says something else: "more than 95" for
/// 95.4.
fn is_unrounded(number: &str, decimals: usize) -> bool {
    let (whole, rest) = number.split_once('.').unwrap_or((number, ""));
    rest.len() <= decimals && whole.bytes().chain(rest.bytes()).all(|b| b.is_ascii_digit())
}

/// A whole number's digits in their places, from the last on; those that are too many stand in the first place.
fn place_digits(pieces: &[FormatPiece], number: &str) -> String {
    let first = pieces.iter().position(|piece| !matches!(piece, FormatPiece::Literal(_)));
    let mut digits = number.trim_start_matches('0').chars().rev();
    let mut backwards = String::new();
    for (at, piece) in pieces.iter().enumerate().rev() {
        match piece {
            FormatPiece::Literal(c) => backwards.push(*c),
            FormatPiece::Digit => backwards.push(digits.next().unwrap_or('0')),
            FormatPiece::Optional => backwards.extend(digits.next()),
            FormatPiece::Sign(c) => backwards.push(*c),
        }
        if Some(at) == first {
            backwards.extend(digits.by_ref());
        }
    }
    backwards.chars().rev().collect()
}

/// A decimal number times a hundred, digit by digit: 0.661 is 66.1, and not 66.10000000000001.
fn times_hundred(number: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// What is shown of a number; `None` where a format shows it as it is.
    fn shown(code: &str, number: f64) -> Option<String> {
        ShownFormat::of_code(code).map(|shown| shown.shown_text(number, DecimalMark::Point))
    }

    #[test]
    fn numbers_are_shown_digit_by_digit() {
        for (code, number, text) in [
            ("0.0%", 0.661, "66.1%"),
            ("0%", 0.07, "7%"),
            ("0%", 1.0, "100%"),
            ("0.00 %", 0.0, "0%"),
            ("0%", 0.005, "0.5%"),
            ("0.0%;(0.0%)", -0.125, "-12.5%"),
            ("0.0%", -0.125, "-12.5%"),
            ("0000", 10.0, "0010"),
            ("0000", 12345.0, "12345"),
            ("0000", 10.5, "10.5"),
            ("0000", -1.0, "-1"),
        ] {
            assert_eq!(shown(code, number).as_deref(), Some(text), "{number} {code}");
        }
        let comma = ShownFormat::of_code("\"n.a. \"0.0").map(|shown| shown.shown_text(1.5, DecimalMark::Comma));
        assert_eq!(comma.as_deref(), Some("n.a. 1,5"), "the mark is of numbers, and not of texts");
    }

    #[test]
    fn texts_of_formats_are_shown() {
        for (code, number, text) in [
            ("00-0000", 120_010.0, "12-0010"),
            ("00\\-0000", 10.0, "00-0010"),
            ("00-0000", 1_234_567.0, "123-4567"),
            ("[Red]00-00", 11.0, "00-11"),
            ("\"D\"000", 11.0, "D011"),
            ("\"D\"0", 11.0, "D11"),
            ("\"D-\"##0", 7.0, "D-7"),
            ("-0", 11.0, "-11"),
            ("\">\"0", 95.0, ">95"),
            ("\">\"0.0", 95.5, ">95.5"),
            ("0\"-25\"", 2024.0, "2024-25"),
            ("0000\"-25\"", 24.0, "0024-25"),
            ("0\"+\"", 40.0, "40+"),
            ("0\" or more\"", 40.0, "40 or more"),
            ("0\" p\"", 40.0, "40 p"),
            ("\"~\"0%", 0.5, "~50%"),
            ("[<10]\"*\";0", 7.0, "*"),
            ("[<10]\"*\";0", 17.0, "17"),
            ("[<10]\"*\";0", 10.0, "10"),
            ("[<10]\"<10\";0", 3.0, "<10"),
            ("[=0]\"n/a\";[>=95]\">95\";0.0", 0.0, "n/a"),
            ("[=0]\"n/a\";[>=95]\">95\";0.0", 97.0, ">95"),
            ("[=0]\"n/a\";[>=95]\">95\";0.0", 66.1, "66.1"),
            ("[>=0.95]\">95%\";0.0%", 0.96, ">95%"),
            ("[>=0.95]\">95%\";0.0%", 0.661, "66.1%"),
            ("0;\"low; \"0;\"none\"", 0.0, "none"),
            ("0;-0;;@", 0.0, ""),
            (";;;", 7.0, ""),
        ] {
            assert_eq!(shown(code, number).as_deref(), Some(text), "{code} {number}");
        }
    }

    #[test]
    fn formats_that_round_count_or_color_show_the_number() {
        for code in [
            "General",
            "@",
            "",
            "0.00",
            "#,##0",
            "#,##0;[Red]-#,##0",
            "#,##0.00_);[Red]\\(#,##0.00\\)",
            "_(* #,##0_);_(* \\(#,##0\\);_(* \"-\"??_);_(@_)",
            "_-* #,##0.00_-;\\-* #,##0.00_-;_-* \"-\"??_-;_-@_-",
            "[$-409]0.0",
            "#,##0_ ;[Red]\\-#,##0\\ ",
            "[$€-407]#,##0.00",
            "#,##0.00\\ \"€\"",
            "\"$\"0",
            "0\" students\"",
            "0.0\\%",
            "+0.0;-0.0;0.0",
            "0.00E+00",
            "# ?/?",
            "0;-0;\"-\"",
            "[Blue]0;[Red]0",
        ] {
            assert_eq!(shown(code, 11.0), None, "{code}");
        }
    }

    #[test]
    fn a_format_that_is_not_followed_is_said_beside_the_number() {
        for (code, number) in [
            ("0,", 12345.0),
            ("0.0,,\"M\"", 12_345_678.0),
            ("**0", 5.0),
            ("[DBNum1]0", 5.0),
            ("\">\"0", 95.4),
            ("\">\"0%", 0.954),
            ("\">\"0", -5.0),
            ("[<10]\"*\"", 17.0),
            ("[>10]0;0;\"x\"", 5.0),
            ("0;\"<\"0", -5.0),
            ("0%%", 0.5),
            ("000\"-\"000", 1.5),
            ("yyyy", 2024.0),
        ] {
            let text = shown(code, number).unwrap_or_default();
            assert!(is_not_followed(&text) && text.ends_with(code), "{code} {number}: {text}");
        }
    }
}

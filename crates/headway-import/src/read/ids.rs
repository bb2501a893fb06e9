//! Ids as they stand in cells: what is around them comes off, and what a spreadsheet made of them is seen.

use std::borrow::Cow;

/// Longer than any id of a place: what is longer is a sentence, or a piece of a broken line.
pub(super) const LONGEST: usize = 200;

/// An id without what is no part of it: white space of every kind, byte order marks, the apostrophe by which spreadsheets keep a
/// text from becoming a number, and the formula by which exports do the same (`="0600"`).
pub(super) fn clean_id(cell: &str) -> &str {
    let text = strip_around(cell);
    unquote_formula(text).map_or(text, strip_around)
}

/// The text in a formula that is nothing but a text (`="0600"`), as exports write what a spreadsheet shall leave alone.
pub(super) fn unquote_formula(text: &str) -> Option<&str> {
    text.strip_prefix("=\"")?.strip_suffix('"').filter(|inner| !inner.contains('"'))
}

/// An id with one spelling of what looks the same: white space of every kind is one space, hyphens of every kind are one, and what
/// has no width is nothing.
pub(super) fn plain_id(id: &str) -> Cow<'_, str> {
    if id.is_ascii() && !id.contains("  ") && !id.contains('\t') {
        return Cow::Borrowed(id);
    }
    let mut out = String::with_capacity(id.len());
    for c in id.chars() {
        match c {
            c if c.is_whitespace() => {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            c if is_unseen(c) => {}
            '\u{2010}'..='\u{2013}' | '\u{2212}' | '\u{fe63}' | '\u{ff0d}' => out.push('-'),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Characters that show nothing and only say how others are shown (Unicode's class Cf, as far as texts of our days have them, and
/// variation selectors): soft hyphens, joiners, marks of direction, byte order marks, tags.
pub(super) fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0001}'..='\u{e007f}')
}

/// Whether a text has control characters that are no white space: a broken file, or one that shall do something to a terminal.
pub(super) fn has_control(text: &str) -> bool {
    text.chars().any(|c| c.is_control() && !c.is_whitespace())
}

pub(super) const CONTROL: &str = "a control character, which no id or name has: get the file anew, or clean it";

fn strip_around(text: &str) -> &str {
    text.trim_matches(is_around).trim_start_matches('\'')
}

fn is_around(c: char) -> bool {
    c.is_whitespace() || is_unseen(c)
}

/// What a spreadsheet made of an id, if it did.
pub(super) fn id_damage(id: &str) -> Option<&'static str> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if ["#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"].contains(&id) {
        return Some("an error of a spreadsheet where the id should be");
    }
    if !id.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if let Some((number, power)) = id.split_once(['E', 'e'])
        && digits(power.trim_start_matches('+'))
        && (power.starts_with('+') || number.contains('.'))
        && number.split('.').all(digits)
    {
        return Some(
            "an id that a spreadsheet shortened (E+): its last digits are lost; get the file with ids as text",
        );
    }
    if let Some((number, zeros)) = id.split_once('.')
        && digits(number)
        && !zeros.is_empty()
        && zeros.bytes().all(|b| b == b'0')
    {
        return Some(
            "an id that was read as a number (“.0” at its end): zeros before it may be lost; get the file with ids as text",
        );
    }
    if id.contains(',') && id.split(',').all(digits) {
        return Some("an id that was written as a number with thousands apart; get the file with ids as text");
    }
    is_month(id).then_some("an id that a spreadsheet made a date of; get the file with ids as text")
}

/// `12-Sep`, `3-Jan`: what spreadsheets make of `9-12` and `1-3`.
fn is_month(id: &str) -> bool {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    id.split_once('-').is_some_and(|(day, month)| {
        day.len() <= 2
            && day.bytes().all(|b| b.is_ascii_digit())
            && MONTHS.contains(&month.to_ascii_lowercase().as_str())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_cleaned() {
        for (cell, id) in [
            ("'001902", "001902"),
            (" '001902 ", "001902"),
            ("\u{a0}0600\u{a0}", "0600"),
            ("\u{feff}0600\u{200b}", "0600"),
            ("=\"0600\"", "0600"),
            ("=\"'0600\"", "0600"),
            ("=\"06\"&\"00\"", "=\"06\"&\"00\""),
            ("", ""),
            ("'", ""),
            ("=\"\"", ""),
            ("O'Neill", "O'Neill"),
        ] {
            assert_eq!(clean_id(cell), id, "{cell}");
        }
    }

    #[test]
    fn ids_that_look_the_same_are_the_same() {
        for (cell, id) in [
            ("D\u{a0}01", "D 01"),
            ("D  01", "D 01"),
            ("D\t01", "D 01"),
            ("D\u{202f}01", "D 01"),
            ("D\u{200b}01", "D01"),
            ("D\u{ad}01", "D01"),
            ("D\u{202e}01\u{202c}", "D01"),
            ("D\u{2066}01\u{2069}", "D01"),
            ("D\u{2011}06", "D-06"),
            ("D\u{2212}06", "D-06"),
            ("D-06", "D-06"),
            ("Ñuñoa", "Ñuñoa"),
        ] {
            assert_eq!(plain_id(cell), id, "{cell:?}");
        }
    }

    #[test]
    fn damaged_ids_are_seen() {
        for id in ["6.00001E+11", "6E+11", "6.1e11", "60000100002.0", "600,001,00003", "600,001", "12-Sep", "#N/A"] {
            assert!(id_damage(id).is_some(), "{id}");
        }
        for id in ["060000100005", "01E301", "1E5", "01M539", "st", "5.1", "9-12", "E+1", "", "a,b", "3-January"] {
            assert_eq!(id_damage(id), None, "{id}");
        }
    }
}

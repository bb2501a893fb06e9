//! Raised and lowered digits of a workbook: `45.3` with a raised 9 behind it is 45.3 with a footnote, and not 45.39. Readers of
//! workbooks put the runs of a text together and drop how they look, so the digits are written as what they are (`45.3⁹`) before.

use std::borrow::Cow;
use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::archive::{local_name, tag_end};

const RAISED: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
const LOWERED: [char; 10] = ['₀', '₁', '₂', '₃', '₄', '₅', '₆', '₇', '₈', '₉'];

/// Whether a text has a raised or a lowered digit in it.
pub(crate) fn has_raised(text: &str) -> bool {
    !text.is_ascii() && text.contains(|c| RAISED.contains(&c) || LOWERED.contains(&c))
}

/// A text with its digits raised.
pub(crate) fn raise_digits(text: &str) -> String {
    in_place(text, &RAISED)
}

/// A text with its raised digits on the line.
pub(crate) fn lined_up(text: &str) -> String {
    text.chars()
        .map(|c| RAISED.iter().zip('0'..='9').find(|(raised, _)| **raised == c).map_or(c, |(_, digit)| digit))
        .collect()
}

/// The workbook with the raised and lowered digits of its texts written as such; `parts` are the numbers of those that may have some.
///
/// # Errors
/// What of the archive can't be read or written anew.
pub(super) fn written_out<'a>(bytes: &'a [u8], parts: &[usize]) -> Result<Cow<'a, [u8]>, String> {
    if parts.is_empty() {
        return Ok(Cow::Borrowed(bytes));
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| e.to_string())?;
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for number in 0..archive.len() {
        let mut part = archive.by_index(number).map_err(|e| e.to_string())?;
        if !parts.contains(&number) {
            out.raw_copy_file(part).map_err(|e| e.to_string())?;
            continue;
        }
        let name = part.name().map_err(|e| e.to_string())?.into_owned();
        let mut xml = Vec::new();
        part.read_to_end(&mut xml).map_err(|e| e.to_string())?;
        let told_apart: Cow<'_, [u8]> = match std::str::from_utf8(&xml) {
            Ok(text) => Cow::Owned(runs_told_apart(text).into_bytes()),
            Err(_) => Cow::Borrowed(&xml),
        };
        let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        out.start_file(name, stored).map_err(|e| e.to_string())?;
        out.write_all(&told_apart).map_err(|e| e.to_string())?;
    }
    let written = out.finish().map_err(|e| e.to_string())?;
    Ok(Cow::Owned(written.into_inner()))
}

/// The XML of texts in which the digits of raised and lowered runs are raised and lowered letters.
fn runs_told_apart(xml: &str) -> String {
    let mut out = String::with_capacity(xml.len());
    let (mut rest, mut digits, mut is_text) = (xml, None, false);
    while let Some(open) = rest.find('<') {
        let (text, tag) = rest.split_at(open);
        match digits {
            Some(digits) if is_text => out.push_str(&in_place(text, digits)),
            _ => out.push_str(text),
        }
        let Some(close) = tag_end(&[], &tag.as_bytes()[1..]).map(|at| at + 2) else {
            rest = tag;
            break;
        };
        let (tag, after) = tag.split_at(close);
        let inside = &tag[1..close - 1];
        match (local_name(inside), inside.starts_with('/')) {
            ("r", _) => digits = None,
            ("vertAlign", _) if inside.contains("superscript") => digits = Some(&RAISED),
            ("vertAlign", _) if inside.contains("subscript") => digits = Some(&LOWERED),
            ("t", ends) => is_text = !ends,
            _ => {}
        }
        out.push_str(tag);
        rest = after;
    }
    out.push_str(rest);
    out
}

/// A text with its digits in other letters, but for those in names of characters (`&#10;`).
fn in_place(text: &str, digits: &[char; 10]) -> String {
    let mut named = false;
    let mut out = String::with_capacity(2 * text.len());
    for c in text.chars() {
        named = c == '&' || named && c != ';';
        out.push(c.to_digit(10).filter(|_| !named).map_or(c, |digit| digits[digit as usize]));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_raised_runs_are_raised() {
        let run =
            |how: &str, text: &str| format!(r#"<r><rPr><vertAlign val="{how}"/><sz val="11"/></rPr><t>{text}</t></r>"#);
        for (xml, expected) in [
            (format!("<si><r><t>45.3</t></r>{}</si>", run("superscript", "9")), "⁹"),
            (format!("<is>{}</is>", run("superscript", "1,2 a")), "¹,² a"),
            (format!("<x:si>{}</x:si>", run("subscript", "2")), "₂"),
            (run("superscript", "&#10;3"), "&#10;³"),
            (run("baseline", "9"), ">9<"),
            (format!("{}<r><t>8</t></r>", run("superscript", "*")), ">8<"),
        ] {
            let read = runs_told_apart(&xml);
            assert!(read.contains(expected) && read.contains("val=\"11\""), "{read}");
        }
        assert_eq!(runs_told_apart("<si><t>45.3</t></si><t"), "<si><t>45.3</t></si><t");
    }
}

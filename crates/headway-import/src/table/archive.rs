//! What a workbook's archive would grow to, looked at before anything of it is kept: a file of a few kilobytes can ask for more
//! memory than any machine has.

use std::borrow::Cow;
use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::raised;
use super::twice::{Said, part_twice};

/// A workbook's parts may unpack to this many bytes, and to so many for each byte of the file.
const MOST_BYTES: u64 = 64 << 20;
const MOST_FOR_A_BYTE: u64 = 200;

/// Parts of an archive.
const MOST_PARTS: usize = 10_000;

/// Bytes of one text or tag: Excel keeps 32,767 letters in a cell.
const LONGEST_TEXT: usize = 1 << 20;

/// What helps a workbook that says a thing twice.
const MEND: &str = "look which of the two is right, and save the workbook anew";

/// Tags that say where in a sheet something is.
const PLACED: [&str; 5] = ["c", "row", "dimension", "mergeCell", "f"];

/// The last row and column of a sheet, as Excel numbers them.
pub(super) const LAST_ROW: u64 = 1 << 20;
pub(super) const LAST_COLUMN: u64 = 1 << 14;

/// A workbook whose parts were looked through.
pub(super) struct Checked<'a> {
    /// How many bytes of it may be kept: what its parts unpack to.
    pub(super) unpacked: u64,
    /// The workbook, with raised digits written as such.
    pub(super) bytes: Cow<'a, [u8]>,
}

/// Looks through all parts of a workbook without keeping them.
///
/// # Errors
/// Which part would grow beyond measure, is damaged, or says a thing twice.
pub(super) fn check_archive(bytes: &[u8]) -> Result<Checked<'_>, String> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| e.to_string())?;
    if archive.len() > MOST_PARTS {
        return Err(format!("it has {} parts; a workbook has {MOST_PARTS} at most", archive.len()));
    }
    let directory = usize::try_from(archive.central_directory_start()).ok().and_then(|start| bytes.get(start..));
    if let Some(name) = directory.and_then(part_twice) {
        return Err(format!("its part {name} comes twice; {MEND}"));
    }
    let most = MOST_BYTES.max(MOST_FOR_A_BYTE * bytes.len() as u64);
    let (mut unpacked, mut with_runs) = (0, Vec::new());
    for number in 0..archive.len() {
        let part = archive.by_index(number).map_err(|e| e.to_string())?;
        let name = part.name().map_err(|e| e.to_string())?.into_owned();
        let mut scan = ArchiveScan::for_part(&name);
        unpacked = scan.scan_part(part, unpacked, most).map_err(|fault| format!("{name}: {fault}"))?;
        with_runs.extend(scan.has_runs.then_some(number));
    }
    Ok(Checked { unpacked, bytes: raised::written_out(bytes, &with_runs)? })
}

/// Looks through all parts of a workbook without keeping them; the workbook with raised digits written as such, for whoever reads
/// it.
///
/// # Errors
/// Which part would grow beyond measure, is damaged, or says a thing twice.
pub fn look_through_workbook(bytes: &[u8]) -> Result<Cow<'_, [u8]>, String> {
    check_archive(bytes).map(|checked| checked.bytes)
}

/// A part of an archive while it runs by.
struct ArchiveScan {
    /// Pictures and settings have no tags.
    is_xml: bool,
    /// The tag that is open, without its brackets.
    tag: Option<Vec<u8>>,
    /// Bytes since the last tag ended.
    text: usize,
    length: u64,
    said: Said,
    /// It has runs of texts that are raised or lowered.
    has_runs: bool,
}

impl ArchiveScan {
    fn for_part(name: &str) -> Self {
        let end = name.rsplit('.').next().unwrap_or("").to_ascii_lowercase();
        let other = ["png", "jpg", "jpeg", "gif", "bmp", "emf", "wmf", "tif", "tiff", "bin"].contains(&&*end);
        Self { is_xml: !other, tag: None, text: 0, length: 0, said: Said::default(), has_runs: false }
    }

    fn scan_part(&mut self, mut part: impl Read, before: u64, most: u64) -> Result<u64, String> {
        let mut buffer = vec![0; 64 << 10];
        loop {
            let read = part.read(&mut buffer).map_err(|e| e.to_string())?;
            if read == 0 {
                return Ok(before + self.length);
            }
            self.length += read as u64;
            if before + self.length > most {
                return Err(format!("it unpacks to more than {most} bytes; save the table as CSV"));
            }
            if self.is_xml {
                self.scan_bytes(&buffer[..read])?;
            }
        }
    }

    fn scan_bytes(&mut self, mut bytes: &[u8]) -> Result<(), String> {
        while !bytes.is_empty() {
            let found = match &self.tag {
                Some(tag) => tag_end(tag, bytes),
                None => bytes.iter().position(|&b| b == b'<'),
            };
            let (now, rest) = bytes.split_at(found.unwrap_or(bytes.len()));
            match &mut self.tag {
                Some(tag) => tag.extend_from_slice(now),
                None => self.text += now.len(),
            }
            if self.text.max(self.tag.as_ref().map_or(0, Vec::len)) > LONGEST_TEXT {
                return Err(format!("a text of more than {LONGEST_TEXT} bytes; no cell holds one"));
            }
            if found.is_some() {
                match self.tag.take() {
                    Some(tag) => self.tag_ends(&tag)?,
                    None => self.tag = Some(Vec::new()),
                }
                self.text = 0;
            }
            bytes = rest.get(1..).unwrap_or(&[]);
        }
        Ok(())
    }

    /// The numbers in a tag that a reader would trust: how many texts there are, where a cell is.
    fn tag_ends(&mut self, tag: &[u8]) -> Result<(), String> {
        let Ok(tag) = std::str::from_utf8(tag) else { return Ok(()) };
        let name = local_name(tag);
        let placed = PLACED.contains(&name) && !tag.starts_with('/');
        self.has_runs |= name == "vertAlign";
        for (name, value) in tag_attributes(tag) {
            match name {
                // Each takes more than one byte of the file.
                "uniqueCount" | "si" if value.trim().parse::<f64>().is_ok_and(|n| n > MOST_BYTES as f64) => {
                    return Err(format!("{name}=\"{}\" can't be", shorten_text(value)));
                }
                "r" | "ref" if placed && !is_range(value) => {
                    return Err(format!("a cell at “{}”, where no sheet has one", shorten_text(value)));
                }
                _ => {}
            }
        }
        self.said.see_tag(tag).map_err(|fault| format!("{fault}; {MEND}"))
    }
}

/// A tag's name without the prefix of its namespace, of a closing one too.
pub(super) fn local_name(tag: &str) -> &str {
    let tag = tag.strip_prefix('/').unwrap_or(tag);
    let whole = tag.split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or("");
    whole.rsplit(':').next().unwrap_or("")
}

/// Where a tag ends whose beginning was read before; a `>` inside of quotes does not end one. Comments and the like, in which
/// a quote is only a letter, end with their own sign.
pub(super) fn tag_end(begun: &[u8], bytes: &[u8]) -> Option<usize> {
    let letter = |at: usize| begun.get(at).or_else(|| bytes.get(at - begun.len())).copied();
    if matches!(letter(0), Some(b'!' | b'?')) {
        let sign = match letter(1) {
            Some(b'-') => b'-',
            Some(b'[') => b']',
            _ => return bytes.iter().position(|&b| b == b'>'),
        };
        let ends = |&at: &usize| {
            let at = begun.len() + at;
            bytes[at - begun.len()] == b'>' && at > 4 && [at - 1, at - 2].iter().all(|&at| letter(at) == Some(sign))
        };
        return (0..bytes.len()).find(ends);
    }
    let mut quote = None;
    let mut ends = |b: u8| match quote {
        Some(open) if b == open => {
            quote = None;
            false
        }
        Some(_) => false,
        None if matches!(b, b'"' | b'\'') => {
            quote = Some(b);
            false
        }
        None => b == b'>',
    };
    for &b in begun {
        ends(b);
    }
    bytes.iter().position(|&b| ends(b))
}

/// Names and values of a tag's attributes.
pub(super) fn tag_attributes(tag: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = tag;
    std::iter::from_fn(move || {
        let (before, after) = rest.split_once('=')?;
        let name = before.trim_end().rsplit(char::is_whitespace).next().unwrap_or("");
        let after = after.trim_start();
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (value, more) = after[1..].split_once(quote)?;
        rest = more;
        Some((name, value))
    })
}

/// Whether a text is a place in a sheet (`B7`, `12`), or two with the first above and to the left of the second (`A1:C9`).
fn is_range(text: &str) -> bool {
    let mut ends = text.split(':').map(cell_position);
    match (ends.next().flatten(), ends.next(), ends.next()) {
        (Some(_), None, None) => true,
        (Some(from), Some(Some(to)), None) => from.0 <= to.0 && from.1 <= to.1,
        _ => false,
    }
}

/// Column and row, each from 1; 0 for a column or a row that is left out.
pub(super) fn cell_position(text: &str) -> Option<(u64, u64)> {
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (column, row) = text.split_at(letters);
    let column = column.bytes().try_fold(0u64, |all, b| {
        Some(all * 26 + u64::from(b.to_ascii_uppercase() - b'A') + 1).filter(|n| *n <= LAST_COLUMN)
    })?;
    let digits = row.bytes().all(|b| b.is_ascii_digit());
    let row = if row.is_empty() { 0 } else { row.parse().ok().filter(|n| digits && (1..=LAST_ROW).contains(n))? };
    (column > 0 || row > 0).then_some((column, row))
}

fn shorten_text(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_a_sheet() {
        for (text, expected) in [
            ("A1", true),
            ("XFD1048576", true),
            ("A1:XFD1048576", true),
            ("12", true),
            ("XFE1", false),
            ("A1048577", false),
            ("A0", false),
            ("ZZZZZZ4294967295", false),
            ("A1:ZZZZ9", false),
            ("99999999999999999999", false),
            ("C9:A1", false),
            ("A1:B2:C3", false),
            ("rId1:x-y", false),
            ("eadsheetml/2006/main", false),
            ("99999999999x", false),
            ("+5", false),
            ("", false),
        ] {
            assert_eq!(is_range(text), expected, "{text}");
        }
    }

    #[test]
    fn a_bracket_inside_of_quotes_ends_no_tag() {
        let look = |parts: &[&str]| {
            let mut scan = ArchiveScan::for_part("sheet1.xml");
            parts.iter().try_for_each(|part| scan.scan_bytes(part.as_bytes()))
        };
        assert!(look(&["<c r=\"sheetData>\n\"/>"]).is_err());
        assert!(look(&["<c r=\"sheetD", "ata>\n\"", "/>"]).is_err());
        assert!(look(&["<!-- it's --><c r=\"A1\" t=\"a>b\"/><c r='B1'/>"]).is_ok());
        assert!(look(&["<!-- a > <c r=\"+5\"/> -", "-", "><c r='A1'/>"]).is_ok(), "nothing in a comment is a tag");
        assert!(look(&["<!-- --><c r=\"+5\"/>"]).is_err());
        assert!(look(&["<t><![CDATA[<c r='+5'>]]]]></t><c r='A1'/>"]).is_ok(), "nor in a text as it is");
    }

    #[test]
    fn attributes_of_a_tag() {
        let found: Vec<_> = tag_attributes("c r=\"A1\" s = '3' t=\"a=b\"").collect();
        assert_eq!(found, [("r", "A1"), ("s", "3"), ("t", "a=b")]);
    }
}

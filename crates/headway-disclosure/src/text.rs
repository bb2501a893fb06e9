//! Texts of strangers in files of ours: names of files, cells of a table.

use std::borrow::Cow;

use headway_model::seen_text;
use sha2::{Digest, Sha256};

/// A name of more bytes is shortened: most file systems take 255, and an ending and what stands beside it come on top.
const LONGEST: usize = 120;
/// So many bytes of a shortened name are its own, the rest its hash.
const KEPT: usize = 80;

/// An id as a file's name and as an address: letters, digits, `-` and `_` as they are, all else by its code (`~2e`). A very long
/// one is cut, and its SHA-256 keeps it apart from others that begin alike.
pub fn file_name(id: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    let name: String =
        id.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("~{b:02x}") }).collect();
    if name.len() <= LONGEST {
        return name;
    }
    with_hash(id, &name[..KEPT])
}

/// The same with the id's hash in any case, where another id differs from it in capitals alone.
pub fn name_apart(id: &str) -> String {
    let name = file_name(id);
    if name.contains("~~") { name } else { with_hash(id, &name[..name.len().min(KEPT)]) }
}

fn with_hash(id: &str, begins: &str) -> String {
    let hash: String = Sha256::digest(id.as_bytes()).iter().take(12).map(|b| format!("{b:02x}")).collect();
    // `~~` stands in no name without a hash.
    format!("{begins}~~{hash}")
}

/// A cell of a CSV file as a spreadsheet may open it: a text that it would take for a formula begins with an apostrophe.
/// Numbers stay as they are, negative ones too.
/// Characters that show nothing (marks of direction, control characters) are left out: one of them can hide what a text is.
pub fn csv_cell(text: &str) -> Cow<'_, str> {
    let text = seen_text(text);
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if formula && !is_number(&text) { Cow::Owned(format!("'{text}")) } else { text }
}

/// Whether a spreadsheet reads a number and nothing else: digits, a point, a sign, an exponent.
fn is_number(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'))
        && text.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_fit_and_stay_apart() {
        for (id, name) in [("answered.24h", "answered~2e24h"), ("a_b-c", "a_b-c"), ("é", "~c3~a9")] {
            assert_eq!(file_name(id), name);
        }
        let (one, other) = ("x".repeat(5000), format!("{}y", "x".repeat(4999)));
        assert!(file_name(&one).len() <= LONGEST && file_name(&one) != file_name(&other));
        let (one, other) = ("é".repeat(60), format!("{}è", "é".repeat(59)));
        assert!(file_name(&one).len() <= LONGEST && file_name(&one) != file_name(&other));
        assert_eq!(file_name(&"x".repeat(LONGEST)).len(), LONGEST, "what fits is not touched");
    }

    #[test]
    fn names_apart_differ_in_more_than_capitals() {
        let [one, other] = ["D1", "d1"].map(name_apart);
        assert!(one.starts_with("D1~~") && other.starts_with("d1~~"), "{one} {other}");
        assert_ne!(one.to_lowercase(), other.to_lowercase());
        let long = "x".repeat(5000);
        assert_eq!(name_apart(&long), file_name(&long));
    }

    #[test]
    fn formulas_become_text_and_numbers_stay() {
        for (text, cell) in [
            ("=HYPERLINK(\"x\")", "'=HYPERLINK(\"x\")"),
            ("+Alpha", "'+Alpha"),
            ("-Beta", "'-Beta"),
            ("@SUM(1)", "'@SUM(1)"),
            ("\tx", "'\tx"),
            ("＝1+1", "'＝1+1"),
            ("-2+3", "'-2+3"),
            ("-inf", "'-inf"),
            ("-", "'-"),
            ("-1.5", "-1.5"),
            ("+1.5", "+1.5"),
            ("-1e-7", "-1e-7"),
            ("0040", "0040"),
            ("\u{202e}=1+1", "'=1+1"),
            ("Al\u{1b}[31mder", "Al[31mder"),
            ("A=B", "A=B"),
            ("", ""),
        ] {
            assert_eq!(csv_cell(text), cell);
        }
    }
}

//! Texts and lists in a cell, so that what is written is what is read.
//!
//! A cell can't tell an empty text from none, and loses control characters. Such a text stands in the cell as JSON writes it, in
//! double quotes (`""`, `"a\tb"`); so does a text that is in double quotes itself. A list is separated by `; `, or is a
//! JSON array where an item could be misread.

/// A text as a cell holds it.
pub(super) fn encode_text(text: &str) -> String {
    if text.is_empty() || is_quoted(text) || text.contains("_x") || text.contains(is_lost) {
        quote_text(text)
    } else {
        text.to_owned()
    }
}

/// The text that a cell holds.
pub(super) fn decode_text(cell: &str) -> String {
    match is_quoted(cell).then(|| serde_json::from_str(cell)) {
        Some(Ok(text)) => text,
        _ => cell.to_owned(),
    }
}

/// A list of texts as a cell holds it.
pub(super) fn encode_list(items: &[&str]) -> String {
    let plain = |item: &&str| {
        !item.is_empty()
            && item.trim() == *item
            && !item.contains([';', '\n'])
            && encode_text(item) == *item
            && !item.starts_with('[')
    };
    // A list of nothing is another thing than no list.
    match !items.is_empty() && items.iter().all(plain) {
        true => items.join("; "),
        false => format!("[{}]", items.iter().map(|item| quote_text(item)).collect::<Vec<_>>().join(", ")),
    }
}

/// The list of texts that a cell holds; separated by `;` or line ends.
pub(super) fn decode_list(cell: &str) -> Vec<String> {
    if cell.starts_with('[')
        && let Ok(items) = serde_json::from_str(cell)
    {
        return items;
    }
    cell.split([';', '\n']).map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

fn is_quoted(text: &str) -> bool {
    text.len() >= 2 && text.starts_with('"') && text.ends_with('"')
}

/// Characters that XML has not, or changes.
fn is_lost(c: char) -> bool {
    (c.is_control() && c != '\n') || matches!(c, '\u{fffe}' | '\u{ffff}' | '\u{2028}' | '\u{2029}')
}

fn quote_text(text: &str) -> String {
    // Readers of workbooks take `_x0041_` for a character: no such thing may stand in the cell.
    let mut quoted = serde_json::to_string(text).expect("a text can be quoted").replace("_x", "\\u005fx");
    for c in text.chars().filter(|c| is_lost(*c) && *c >= '\u{7f}') {
        quoted = quoted.replace(c, &format!("\\u{:04x}", u32::from(c)));
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_what_is_read() {
        for text in [
            "", "a", "=1+1", "007", "\"", "\"\"", "\"a\"", "a\tb", "a\nb", " a ", "_x0041_", "a\u{1}", "\u{85}",
            "[\"a\"]", "\\",
        ] {
            assert_eq!(decode_text(&encode_text(text)), text);
            assert!(!encode_text(text).is_empty());
        }
        assert_eq!(encode_text("plain; text"), "plain; text");
        assert_eq!(decode_text("\"Success\" is \"ours\""), "\"Success\" is \"ours\"");
    }

    #[test]
    fn lists_too() {
        for list in
            [&[][..], &["a"], &["a", "b c"], &["a;b"], &["", "a"], &["[x"], &["a\nb"], &[" a"], &["\"q\"", "_x"]]
        {
            assert_eq!(decode_list(&encode_list(list)), list);
        }
        assert_eq!(encode_list(&["S1", "S2"]), "S1; S2");
        assert_eq!(decode_list("S1;S2\n S3 "), ["S1", "S2", "S3"]);
    }
}

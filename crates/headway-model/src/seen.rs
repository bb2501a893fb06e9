//! Texts of strangers as a file of ours may hold them.

use std::borrow::Cow;

/// A text without what shows nothing and is obeyed: control characters, and marks that turn the direction of writing. Names in
/// plans and files may hold them.
pub fn seen_text(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unseen) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().filter(|c| !is_unseen(*c)).collect())
}

/// Control characters but for white space, and marks that change how the text beside them is shown.
fn is_unseen(c: char) -> bool {
    (c.is_control() && !c.is_whitespace())
        || matches!(c, '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_holds_what_is_seen() {
        assert_eq!(seen_text("Alder\tHigh\n"), "Alder\tHigh\n");
        assert_eq!(seen_text("\u{1b}[31mRed\u{202e}, \u{feff}blue"), "[31mRed, blue");
    }
}

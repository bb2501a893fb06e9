//! What is wrong with a profile, and where.

/// A profile that can't be used, with its place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {message}")]
pub struct ProfileError {
    /// The profile's file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

impl ProfileError {
    pub(crate) fn of_toml(error: &toml::de::Error, text: &str, file: &str) -> Self {
        let line = error.span().map_or(1, |span| line_of(text, span.start));
        Self { file: file.to_owned(), line, message: error.message().to_owned() }
    }

    /// An error about the first line that holds `word`; the last line when none does (something is left out).
    pub(crate) fn at_word(word: &str, message: String, text: &str, file: &str) -> Self {
        let line = match text.find(word) {
            Some(at) => line_of(text, at),
            None => text.lines().count().max(1),
        };
        Self { file: file.to_owned(), line, message }
    }
}

fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes()[..at.min(text.len())].iter().filter(|&&b| b == b'\n').count() + 1
}

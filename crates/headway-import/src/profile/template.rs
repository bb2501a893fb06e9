//! Texts with named holes (`20{yy}`, `{School Code}`) and the regular expressions that name what they pick out.

use regex::Regex;
use serde::Deserialize;

/// A text with holes: `{name}` is filled with what a column, a header, the file's name, the sheet's name or the title says;
/// `{name:3}` with zeros before it, to three digits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct TextTemplate {
    pub(crate) pieces: Vec<TemplatePiece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TemplatePiece {
    Text(String),
    /// Its name, and to how many digits it is padded.
    Hole(String, usize),
}

impl TextTemplate {
    /// A template without holes.
    pub fn constant(text: &str) -> Self {
        Self { pieces: vec![TemplatePiece::Text(text.to_owned())] }
    }

    /// The names of its holes.
    pub(crate) fn hole_names(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            TemplatePiece::Hole(name, _) => Some(name.as_str()),
            TemplatePiece::Text(_) => None,
        })
    }

    /// The text with every hole filled by `fill`; `None` when one is not known there.
    pub(crate) fn fill_holes(&self, fill: &dyn Fn(&str) -> Option<String>) -> Option<String> {
        self.pieces
            .iter()
            .map(|piece| match piece {
                TemplatePiece::Text(text) => Some(text.clone()),
                TemplatePiece::Hole(name, digits) => fill(name).map(|text| pad_with_zeros(&text, *digits)),
            })
            .collect()
    }
}

impl TryFrom<String> for TextTemplate {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text == "?" {
            return Err("left open (“?”): fill it in".into());
        }
        let mut pieces = Vec::new();
        let mut rest = text.as_str();
        while let Some(open) = rest.find('{') {
            let close = rest[open..].find('}').ok_or_else(|| format!("“{text}”: a {{ is never closed"))? + open;
            if open > 0 {
                pieces.push(TemplatePiece::Text(rest[..open].to_owned()));
            }
            let name = rest[open + 1..close].trim();
            if name.is_empty() {
                return Err(format!("“{text}”: {{}} names nothing"));
            }
            let (name, digits) = match name.rsplit_once(':') {
                Some((name, digits)) if digits.len() == 1 => (name, digits.parse().unwrap_or(0)),
                _ => (name, 0),
            };
            pieces.push(TemplatePiece::Hole(name.to_owned(), digits));
            rest = &rest[close + 1..];
        }
        if !rest.is_empty() {
            pieces.push(TemplatePiece::Text(rest.to_owned()));
        }
        Ok(Self { pieces })
    }
}

/// A number with zeros before it, to so many digits; any other text as it is.
pub(crate) fn pad_with_zeros(text: &str, digits: usize) -> String {
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        format!("{text:0>digits$}")
    } else {
        text.to_owned()
    }
}

/// A regular expression as a profile writes it.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct NamedPattern {
    pub(crate) regex: Regex,
    pub(crate) whole: Regex,
}

impl TryFrom<String> for NamedPattern {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let regex = Regex::new(&text).map_err(|e| format!("no regular expression: {e}"))?;
        let whole = Regex::new(&format!("^(?:{text})$")).map_err(|e| format!("no regular expression: {e}"))?;
        Ok(Self { regex, whole })
    }
}

impl NamedPattern {
    /// The expression as written.
    pub(crate) fn as_written(&self) -> &str {
        self.regex.as_str()
    }

    /// The names of its groups.
    pub(crate) fn group_names(&self) -> impl Iterator<Item = &str> {
        self.regex.capture_names().flatten()
    }

    /// What its named groups pick out of `text`, found anywhere in it.
    pub(crate) fn find_anywhere(&self, text: &str) -> Option<Vec<(String, String)>> {
        Some(captured_groups(&self.regex, &self.regex.captures(text)?))
    }

    /// The same when the pattern must cover the whole text (headers).
    pub(crate) fn find_whole(&self, text: &str) -> Option<Vec<(String, String)>> {
        Some(captured_groups(&self.whole, &self.whole.captures(text)?))
    }
}

fn captured_groups(regex: &Regex, found: &regex::Captures) -> Vec<(String, String)> {
    regex
        .capture_names()
        .flatten()
        .map(|name| (name.to_owned(), found.name(name).map_or(String::new(), |m| m.as_str().to_owned())))
        .collect()
}

impl TextTemplate {
    /// The template as written.
    pub(crate) fn as_written(&self) -> String {
        self.pieces
            .iter()
            .map(|piece| match piece {
                TemplatePiece::Text(text) => text.clone(),
                TemplatePiece::Hole(name, 0) => format!("{{{name}}}"),
                TemplatePiece::Hole(name, digits) => format!("{{{name}:{digits}}}"),
            })
            .collect()
    }
}

//! JSON into the tree. serde_json says first whether it is JSON, and not too deep, so that what follows can't fail.

use super::error::{FilePosition, FileProblem};
use super::node::{MapEntry, NodeContent, PlanNode, WrittenForm};

/// The tree of a JSON text.
///
/// # Errors
/// The first place at which it is not JSON.
pub(super) fn parse(text: &str) -> Result<PlanNode, Vec<FileProblem>> {
    if let Err(error) = serde_json::from_str::<serde_json::Value>(text) {
        let position = FilePosition::Text { line: error.line().max(1), column: error.column().max(1) };
        let full = error.to_string();
        let what = full.split(" at line ").next().unwrap_or(&full);
        let message = format!("this is not JSON: {what}");
        return Err(vec![FileProblem { position: Some(position), place: String::new(), message }]);
    }
    Ok(JsonWalker { rest: text, line: 1, column: 1 }.read_node())
}

/// Walks over a text that is known to be JSON.
struct JsonWalker<'a> {
    rest: &'a str,
    line: usize,
    column: usize,
}

impl<'a> JsonWalker<'a> {
    fn read_node(&mut self) -> PlanNode {
        self.skip_space();
        let position = self.position();
        let content = match self.rest.chars().next() {
            Some('{') => NodeContent::Map(self.read_map()),
            Some('[') => NodeContent::List(self.read_list()),
            Some('"') => NodeContent::Scalar { text: self.read_string(), written: WrittenForm::Quoted },
            _ => NodeContent::Scalar { text: self.read_plain().to_owned(), written: WrittenForm::Plain },
        };
        PlanNode { position, content }
    }

    fn read_map(&mut self) -> Vec<MapEntry> {
        let mut entries = Vec::new();
        self.take_text(1);
        while !self.skip_if_closed('}') {
            let position = self.position();
            let key = self.read_string();
            self.skip_space();
            self.take_text(1); // the colon
            entries.push(MapEntry { key, position, node: self.read_node() });
        }
        entries
    }

    fn read_list(&mut self) -> Vec<PlanNode> {
        let mut items = Vec::new();
        self.take_text(1);
        while !self.skip_if_closed(']') {
            items.push(self.read_node());
        }
        items
    }

    /// Past space and a comma; whether the map or list ends here, and if so past its bracket.
    fn skip_if_closed(&mut self, bracket: char) -> bool {
        self.skip_space();
        if self.rest.starts_with(',') {
            self.take_text(1);
            self.skip_space();
        }
        let ends = self.rest.is_empty() || self.rest.starts_with(bracket);
        if ends {
            self.take_text(1);
        }
        ends
    }

    fn read_string(&mut self) -> String {
        let mut escaped = false;
        let inside = self.rest[1..].find(|c: char| match (escaped, c) {
            (true, _) => {
                escaped = false;
                false
            }
            (false, '\\') => {
                escaped = true;
                false
            }
            (false, c) => c == '"',
        });
        let length = inside.map_or(self.rest.len(), |end| end + 2);
        let raw = self.take_text(length);
        serde_json::from_str(raw).expect("a string of a text that is JSON")
    }

    fn read_plain(&mut self) -> &'a str {
        let length =
            self.rest.find(|c: char| c.is_whitespace() || matches!(c, ',' | ']' | '}')).unwrap_or(self.rest.len());
        self.take_text(length)
    }

    fn skip_space(&mut self) {
        let length = self.rest.find(|c: char| !c.is_whitespace()).unwrap_or(self.rest.len());
        self.take_text(length);
    }

    fn take_text(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length.min(self.rest.len()));
        for c in taken.chars() {
            if c == '\n' {
                (self.line, self.column) = (self.line + 1, 1);
            } else {
                self.column += 1;
            }
        }
        self.rest = rest;
        taken
    }

    fn position(&self) -> FilePosition {
        FilePosition::Text { line: self.line, column: self.column }
    }
}

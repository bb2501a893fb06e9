//! The tree that every format is read into: texts, lists and maps, each with its position.

use super::error::Position;

/// A text, list or map with its position.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) position: Position,
    pub(super) content: Content,
}

#[derive(Clone, Debug)]
pub(super) enum Content {
    /// A text, number, flag or null: which of them, only the schema knows.
    Scalar { text: String, written: Written },
    /// Items in order.
    List(Vec<Node>),
    /// Entries in the order of the file. A key may occur twice: that is told, not lost.
    Map(Vec<Entry>),
}

/// How a scalar was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// Without quotes: may be a number, a flag or null.
    Plain,
    /// With quotes: text.
    Quoted,
    /// In a cell of a workbook: whatever the column is.
    Cell,
}

#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) position: Position,
    pub(super) node: Node,
}

impl Node {
    /// Whether nothing is said here (`null`, `~`, nothing after the colon).
    pub(super) fn is_null(&self) -> bool {
        matches!(&self.content, Content::Scalar { text, written: Written::Plain }
            if matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL"))
    }

    /// What it is, in a word for messages.
    pub(super) fn kind(&self) -> &'static str {
        match self.content {
            Content::Scalar { .. } => "a single value",
            Content::List(_) => "a list",
            Content::Map(_) => "a map of keys",
        }
    }
}

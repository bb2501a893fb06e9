//! The tree that every format is read into: texts, lists and maps, each with its position.

use super::error::FilePosition;

/// A text, list or map with its position.
#[derive(Clone, Debug)]
pub(super) struct PlanNode {
    pub(super) position: FilePosition,
    pub(super) content: NodeContent,
}

#[derive(Clone, Debug)]
pub(super) enum NodeContent {
    /// A text, number, flag or null: which of them, only the schema knows.
    Scalar { text: String, written: WrittenForm },
    /// Items in order.
    List(Vec<PlanNode>),
    /// Entries in the order of the file. A key may occur twice: that is told, not lost.
    Map(Vec<MapEntry>),
}

/// How a scalar was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WrittenForm {
    /// Without quotes: may be a number, a flag or null.
    Plain,
    /// With quotes: text.
    Quoted,
    /// In a cell of a workbook: whatever the column is.
    Cell,
}

#[derive(Clone, Debug)]
pub(super) struct MapEntry {
    pub(super) key: String,
    pub(super) position: FilePosition,
    pub(super) node: PlanNode,
}

impl PlanNode {
    /// Whether nothing is said here (`null`, `~`, nothing after the colon).
    pub(super) fn is_null(&self) -> bool {
        matches!(&self.content, NodeContent::Scalar { text, written: WrittenForm::Plain }
            if matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL"))
    }

    /// What it is, in a word for messages.
    pub(super) fn kind_text(&self) -> &'static str {
        match self.content {
            NodeContent::Scalar { .. } => "a single value",
            NodeContent::List(_) => "a list",
            NodeContent::Map(_) => "a map of keys",
        }
    }
}

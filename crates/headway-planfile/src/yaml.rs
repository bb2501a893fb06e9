//! YAML into the tree and out of it.

use serde_saphyr::granit_parser::{Event, Parser, ScalarStyle, ScanError, Span};

use super::error::{FilePosition, FileProblem};
use super::node::{MapEntry, NodeContent, PlanNode, WrittenForm};

/// The tree of a YAML text.
///
/// # Errors
/// The first place at which it is not YAML, or says a thing by reference: in a plan each figure stands where it is read.
pub(super) fn parse(text: &str) -> Result<PlanNode, Vec<FileProblem>> {
    parse_tree(text).map_err(|problem| vec![problem])
}

fn parse_tree(text: &str) -> Result<PlanNode, FileProblem> {
    let mut events = YamlEvents { parser: Parser::new_from_str(text) };
    let mut root = None;
    while let Some((event, span)) = events.next_event()? {
        match event {
            Event::StreamStart | Event::StreamEnd | Event::DocumentStart(..) | Event::DocumentEnd => {}
            _ if root.is_some() => {
                return Err(problem_at(&span, "a plan file holds one document: put the second into its own file"));
            }
            _ => root = Some(events.read_node(event, span)?),
        }
    }
    root.ok_or_else(|| FileProblem { position: None, place: String::new(), message: "the file is empty".to_owned() })
}

struct YamlEvents<'a> {
    parser: Parser<'a, serde_saphyr::granit_parser::StrInput<'a>>,
}

impl<'a> YamlEvents<'a> {
    fn next_event(&mut self) -> Result<Option<(Event<'a>, Span)>, FileProblem> {
        loop {
            match self.parser.next_event() {
                None => return Ok(None),
                Some(Ok((Event::Comment(..) | Event::Anchor(..), _))) => {}
                Some(Ok(event)) => return Ok(Some(event)),
                Some(Err(error)) => return Err(syntax_problem(&error)),
            }
        }
    }

    fn read_node(&mut self, event: Event<'a>, span: Span) -> Result<PlanNode, FileProblem> {
        let position = span_position(&span);
        let content = match event {
            Event::Scalar(text, style, _, _) => {
                let written = if style == ScalarStyle::Plain { WrittenForm::Plain } else { WrittenForm::Quoted };
                NodeContent::Scalar { text: text.into_owned(), written }
            }
            Event::SequenceStart(..) => NodeContent::List(self.read_list()?),
            Event::MappingStart(..) => NodeContent::Map(self.read_map()?),
            Event::Alias(..) => {
                return Err(problem_at(&span, "plan files have no aliases: write the value itself"));
            }
            other => return Err(problem_at(&span, &format!("a value was expected, not {other:?}"))),
        };
        Ok(PlanNode { position, content })
    }

    fn read_list(&mut self) -> Result<Vec<PlanNode>, FileProblem> {
        let mut items = Vec::new();
        while let Some((event, span)) = self.next_event()? {
            if event == Event::SequenceEnd {
                break;
            }
            items.push(self.read_node(event, span)?);
        }
        Ok(items)
    }

    fn read_map(&mut self) -> Result<Vec<MapEntry>, FileProblem> {
        let mut entries = Vec::new();
        while let Some((event, span)) = self.next_event()? {
            if event == Event::MappingEnd {
                break;
            }
            let Event::Scalar(key, ..) = event else { return Err(problem_at(&span, "a key must be a plain word")) };
            let Some((event, value_span)) = self.next_event()? else { break };
            let node = self.read_node(event, value_span)?;
            entries.push(MapEntry { key: key.into_owned(), position: span_position(&span), node });
        }
        Ok(entries)
    }
}

fn span_position(span: &Span) -> FilePosition {
    FilePosition::Text { line: span.start.line(), column: span.start.col() + 1 }
}

fn problem_at(span: &Span, message: &str) -> FileProblem {
    FileProblem { position: Some(span_position(span)), place: String::new(), message: message.to_owned() }
}

fn syntax_problem(error: &ScanError) -> FileProblem {
    let position = FilePosition::Text { line: error.marker().line(), column: error.marker().col() + 1 };
    let full = error.to_string();
    let what = full.split(" at ").next().unwrap_or(&full);
    FileProblem { position: Some(position), place: String::new(), message: format!("this is not YAML: {what}") }
}

/// A tree as YAML: one key a line, small maps and lists of words on one line.
pub(super) fn write_yaml(node: &PlanNode) -> String {
    let mut out = String::new();
    if let NodeContent::Map(entries) = &node.content {
        block_map(entries, 0, &mut out);
    }
    out
}

/// The longest line that a map or list is put on whole.
const LINE: usize = 120;

fn block_map(entries: &[MapEntry], indent: usize, out: &mut String) {
    for entry in entries {
        out.push_str(&" ".repeat(indent));
        out.push_str(&entry.key);
        out.push(':');
        write_value(&entry.node, indent, out);
    }
}

/// What comes after `key:`, with the line end.
fn write_value(node: &PlanNode, indent: usize, out: &mut String) {
    if let Some(text) = one_line(node).filter(|text| indent + text.len() + 16 <= LINE || is_scalar(node)) {
        out.push(' ');
        out.push_str(&text);
        out.push('\n');
        return;
    }
    out.push('\n');
    match &node.content {
        NodeContent::Map(entries) => block_map(entries, indent + 2, out),
        NodeContent::List(items) => items.iter().for_each(|item| list_item(item, indent + 2, out)),
        NodeContent::Scalar { .. } => {}
    }
}

fn list_item(item: &PlanNode, indent: usize, out: &mut String) {
    out.push_str(&" ".repeat(indent));
    out.push('-');
    match (&item.content, one_line(item)) {
        (_, Some(text)) if indent + text.len() <= LINE || is_scalar(item) => {
            out.push(' ');
            out.push_str(&text);
            out.push('\n');
        }
        (NodeContent::Map(entries), _) => {
            // The first key stands on the line of the dash.
            let mut inner = String::new();
            block_map(entries, indent + 2, &mut inner);
            out.push(' ');
            out.push_str(&inner[indent + 2..]);
        }
        _ => write_value(item, indent, out),
    }
}

fn is_scalar(node: &PlanNode) -> bool {
    matches!(node.content, NodeContent::Scalar { .. })
}

/// The node on one line; none for what reads better over several: maps inside maps, lists of maps.
fn one_line(node: &PlanNode) -> Option<String> {
    let joined = |parts: Vec<String>, open: &str, close: &str| match parts.is_empty() {
        true => format!("{}{}", open.trim(), close.trim()),
        false => format!("{open}{}{close}", parts.join(", ")),
    };
    match &node.content {
        NodeContent::Scalar { text, written } => Some(scalar_text(text, *written)),
        NodeContent::List(items) => {
            let parts: Option<Vec<String>> =
                items.iter().map(|item| is_scalar(item).then(|| one_line(item)).flatten()).collect();
            parts.map(|parts| joined(parts, "[", "]"))
        }
        NodeContent::Map(entries) => {
            let parts: Option<Vec<String>> = (entries.iter())
                .map(|entry| {
                    is_scalar(&entry.node)
                        .then(|| one_line(&entry.node))
                        .flatten()
                        .map(|text| format!("{}: {text}", entry.key))
                })
                .collect();
            parts.map(|parts| joined(parts, "{ ", " }"))
        }
    }
}

/// A scalar, quoted unless it is a number, flag or null, or a text that no reader of YAML could take for anything else.
fn scalar_text(text: &str, written: WrittenForm) -> String {
    if written == WrittenForm::Plain || is_plain_text(text) {
        return text.to_owned();
    }
    let mut quoted = serde_json::to_string(text).expect("a text can be quoted");
    // JSON leaves these as they are; YAML takes them for line ends, or for nothing at all.
    for c in text
        .chars()
        .filter(|c| matches!(c, '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'))
    {
        quoted = quoted.replace(c, &format!("\\u{:04x}", u32::from(c)));
    }
    quoted
}

fn is_plain_text(text: &str) -> bool {
    const RESERVED: [&str; 10] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan"];
    let starts = text.starts_with(|c: char| c.is_alphabetic());
    let ends = text.ends_with(|c: char| c.is_alphanumeric() || c == '.' || c == ')');
    let inside = text
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.' | '/' | '(' | ')' | '+' | '\'' | '’' | '%'));
    starts && ends && inside && !RESERVED.contains(&text.to_lowercase().as_str())
}

//! The tree into a plan, by the schema: everything that is not as it must be, with its position.

use std::collections::{HashMap, HashSet};

use headway_model::YearEnd;
use headway_model::plan::Plan;
use jiff::civil::Date;
use serde_json::{Map, Number, Value};

use super::error::{FilePosition, FileProblem};
use super::node::{MapEntry, NodeContent, PlanNode, WrittenForm};
use super::schema::{self, ValueKind, kind_of};
use super::{NEW_KEY, OLD_KEY};

/// What was read of a tree.
#[derive(Debug)]
pub(super) struct ShapedPlan {
    pub(super) plan: Plan,
    /// Where each part of the plan stands.
    pub(super) positions: HashMap<String, FilePosition>,
    /// Where keys stand that have another name now.
    pub(super) renamed: Vec<FilePosition>,
}

/// The plan of a tree.
///
/// # Errors
/// Every problem of the file, in its order.
pub(super) fn read_tree(node: &PlanNode) -> Result<ShapedPlan, Vec<FileProblem>> {
    let mut reader = TreeReader::default();
    let value = reader.read_value(node, schema::root_schema(), "");
    if !reader.problems.is_empty() {
        return Err(reader.problems);
    }
    match serde_json::from_value(value.unwrap_or_default()) {
        Ok(plan) => Ok(ShapedPlan { plan, positions: reader.positions, renamed: reader.renamed }),
        Err(error) => Err(vec![FileProblem { position: None, place: String::new(), message: error.to_string() }]),
    }
}

/// So many unknown or repeated keys of one map are told one by one; of a file that is no plan the rest says nothing new.
const ODD_KEYS: usize = 100;

#[derive(Default)]
struct TreeReader {
    problems: Vec<FileProblem>,
    positions: HashMap<String, FilePosition>,
    renamed: Vec<FilePosition>,
}

impl TreeReader {
    /// The value of `node`; none when there is a problem with it, which is noted.
    fn read_value(&mut self, node: &PlanNode, schema: &'static Value, place: &str) -> Option<Value> {
        self.positions.insert(place.to_owned(), node.position.clone());
        match (kind_of(schema), &node.content) {
            (ValueKind::Map { keys, required }, NodeContent::Map(entries)) => {
                Some(Value::Object(self.read_map(node, entries, &keys, &required, place)))
            }
            (ValueKind::List { items, length }, NodeContent::List(nodes)) => {
                if let Some(length) = length.filter(|it| *it != nodes.len() as u64) {
                    self.note_problem(
                        &node.position,
                        place,
                        format!("{length} values are wanted, {} are here", nodes.len()),
                    );
                }
                let each = |(i, node): (usize, &PlanNode)| self.read_value(node, items, &format!("{place}[{i}]"));
                Some(Value::Array(nodes.iter().enumerate().filter_map(each).collect()))
            }
            (ValueKind::Map { .. }, _) => self.note_mismatch(node, place, "a map of keys"),
            (ValueKind::List { .. }, _) => self.note_mismatch(node, place, "a list (`[a, b]`, or one item a line)"),
            (kind, NodeContent::Scalar { text, written }) if !node.is_null() => {
                match read_scalar(&kind, text, *written) {
                    Ok(value) => Some(value),
                    Err(message) => {
                        self.note_problem(&node.position, place, message);
                        None
                    }
                }
            }
            _ => self.note_mismatch(node, place, "a single value"),
        }
    }

    fn read_map(
        &mut self,
        node: &PlanNode,
        entries: &[MapEntry],
        keys: &[(&'static str, &'static Value)],
        required: &[&str],
        place: &str,
    ) -> Map<String, Value> {
        let mut map = Map::new();
        let (mut met, mut odd) = (HashSet::new(), 0_usize);
        for entry in entries {
            let find = |name: &str| keys.iter().find(|(key, _)| *key == name);
            let own = find(&entry.key);
            let known = own.or_else(|| find(NEW_KEY).filter(|_| entry.key == OLD_KEY));
            let key = known.map_or(entry.key.as_str(), |(key, _)| key);
            let inside = if place.is_empty() { key.to_owned() } else { format!("{place}.{key}") };
            let again = !met.insert(key);
            if own.is_none() && known.is_some() {
                self.renamed.push(entry.position.clone());
            }
            if again || known.is_none() {
                odd += 1;
                if odd > ODD_KEYS {
                    continue;
                }
            }
            if again {
                self.note_problem(&entry.position, &inside, "this key is given twice: keep one");
                continue;
            }
            let Some((_, schema)) = known else {
                let known: Vec<&str> = keys.iter().map(|(key, _)| *key).collect();
                self.note_problem(&entry.position, &inside, unknown_key(&entry.key, &known));
                continue;
            };
            if entry.node.is_null() {
                if required.contains(&key) {
                    self.note_problem(&entry.position, &inside, "this must have a value");
                }
                continue;
            }
            if let Some(value) = self.read_value(&entry.node, schema, &inside) {
                map.insert(key.to_owned(), value);
            }
        }
        if let Some(more) = odd.checked_sub(ODD_KEYS).filter(|more| *more > 0) {
            self.note_problem(&node.position, place, format!("{more} more keys here are unknown, or given twice"));
        }
        for key in required.iter().filter(|key| !met.contains(**key)) {
            self.note_problem(&node.position, place, format!("`{key}` is missing here"));
        }
        map
    }

    fn note_mismatch(&mut self, node: &PlanNode, place: &str, wanted: &str) -> Option<Value> {
        let found = if node.is_null() { "nothing" } else { node.kind_text() };
        self.note_problem(&node.position, place, format!("{wanted} is wanted here, not {found}"));
        None
    }

    fn note_problem(&mut self, position: &FilePosition, place: &str, message: impl Into<String>) {
        self.problems.push(FileProblem {
            position: Some(position.clone()),
            place: place.to_owned(),
            message: message.into(),
        });
    }
}

pub(super) fn unknown_key(key: &str, known: &[&str]) -> String {
    let likeness = |known: &&str| strsim::jaro_winkler(&key.to_lowercase(), known);
    match known.iter().copied().max_by(|a, b| likeness(a).total_cmp(&likeness(b))).filter(|it| likeness(it) > 0.8) {
        Some(meant) => format!("there is no `{key}` here: did you mean `{meant}`?"),
        None => format!("there is no `{key}` here; there may be: {}", known.join(", ")),
    }
}

/// A scalar as the schema wants it, or why it can't be that.
fn read_scalar(kind: &ValueKind, text: &str, written: WrittenForm) -> Result<Value, String> {
    // A quoted "84.7" is a text; in a workbook a number may be stored as text, and is one all the same.
    let bare = written != WrittenForm::Quoted;
    match kind {
        ValueKind::Text => Ok(Value::from(text)),
        ValueKind::Date => match text.parse::<Date>() {
            Ok(date) if date.to_string() == text => Ok(Value::from(text)),
            _ => Err(format!("“{text}” is no day: write it like 2014-01-13")),
        },
        ValueKind::YearEnd => YearEnd::parse(text).map(|day| Value::from(day.to_string())).map_err(|e| e.to_string()),
        ValueKind::Choice(words) if words.contains(&text) => Ok(Value::from(text)),
        ValueKind::Choice(words) => Err(format!("“{text}” is none of: {}", words.join(", "))),
        ValueKind::Number => {
            let number = text.trim().parse::<f64>().ok().filter(|_| bare).and_then(Number::from_f64);
            number
                .map(Value::Number)
                .ok_or_else(|| format!("“{text}” is no number: write it like 88.3, without quotes or unit"))
        }
        ValueKind::Whole(least, most) => {
            let number = text.trim().parse::<u64>().ok().filter(|it| bare && (least..=most).contains(&it));
            number.map(Value::from).ok_or_else(|| format!("“{text}” is not a whole number from {least} to {most}"))
        }
        ValueKind::Flag => match text {
            "true" | "True" | "TRUE" if bare => Ok(Value::Bool(true)),
            "false" | "False" | "FALSE" if bare => Ok(Value::Bool(false)),
            _ => Err(format!("“{text}” is neither true nor false")),
        },
        ValueKind::Map { .. } | ValueKind::List { .. } => unreachable!("maps and lists are no scalars"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    /// A map of very many unknown keys costs no more than its length, and is told in few lines.
    #[test]
    fn very_many_unknown_keys_are_told_in_few_lines() {
        let keys: Vec<String> = (0..300_000).map(|i| format!("\"nonsense-{i}\": 1")).collect();
        let tree = json::parse(&format!("{{{}}}", keys.join(","))).expect("it is JSON");
        let problems = read_tree(&tree).expect_err("it is no plan");
        assert!(problems.len() < 120, "{}", problems.len());
        assert!(problems.iter().any(|p| p.message.starts_with("299900 more keys here")), "{:?}", problems.last());
    }
}

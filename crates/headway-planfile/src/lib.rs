//! Plan files: YAML, JSON and a workbook with one sheet a kind, read and written without loss.
//!
//! All three formats become one tree of [`node::Node`]s, in which every text knows where it stands. The tree is read with the
//! published JSON Schema in hand: what a key may be, what a value must be, what is missing is told with its line or cell, all
//! at once. Only the schema says whether `010` is a text or a number, so no format can turn an id into a number.

mod error;
mod json;
mod node;
mod schema;
mod shape;
mod workbook;
mod yaml;

use std::collections::HashMap;
use std::path::Path;

use headway_files::{output, small};
use headway_model::plan::{Plan, PlanFinding};

pub use error::{Error, FilePosition, FileProblem};
pub use schema::plan_schema;

/// A plan with the places where its parts stand in the file.
#[derive(Clone, Debug)]
pub struct LocatedValue<T> {
    /// The plan.
    pub value: T,
    /// The file as it was named.
    pub file: String,
    positions: HashMap<String, FilePosition>,
    /// Where keys stand that have another name now.
    renamed: Vec<FilePosition>,
}

impl<T> LocatedValue<T> {
    /// Where `place` (a path such as `measures[3].targets[0].target.value`) stands in the file. Where the file has nothing at that place, the
    /// position of what it would be part of.
    pub fn position(&self, place: &str) -> Option<&FilePosition> {
        let mut place = place;
        loop {
            if let Some(position) = self.positions.get(place) {
                return Some(position);
            }
            place = &place[..place.rfind(['.', '['])?];
        }
    }

    /// `file:line:column` or `file, sheet!cell` of a place.
    pub fn locate_in_file(&self, place: &str) -> String {
        self.position(place).map_or_else(|| self.file.clone(), |position| position.in_file(&self.file))
    }

    /// What to write now in the place of keys that have another name than before; they are read all the same.
    pub fn renamed_note(&self) -> Option<String> {
        let first = self.renamed.first()?.in_file(&self.file);
        let more = match self.renamed.len() {
            1 => String::new(),
            many => format!(" ({many} times)"),
        };
        Some(format!("{first}: write `{NEW_KEY}` for `{OLD_KEY}` of a place{more}; both are read"))
    }

    /// A finding as one line: position, what it is.
    pub fn describe_finding(&self, finding: &PlanFinding) -> String {
        format!("{}: {finding}", self.locate_in_file(&finding.place))
    }
}

/// What a place was called in plan files before, and what it is called now.
const OLD_KEY: &str = "unit";
const NEW_KEY: &str = "place";

/// The format of a plan file, by the ending of its name.
#[derive(Clone, Copy)]
enum PlanFormat {
    Yaml,
    Json,
    Xlsx,
}

fn format_of(path: &Path) -> Result<PlanFormat, Error> {
    let ending = path.extension().and_then(|it| it.to_str()).unwrap_or_default().to_lowercase();
    match ending.as_str() {
        "yaml" | "yml" => Ok(PlanFormat::Yaml),
        "json" => Ok(PlanFormat::Json),
        "xlsx" => Ok(PlanFormat::Xlsx),
        _ => Err(Error::UnknownFormat { path: path.to_owned() }),
    }
}

/// Reads a plan from a `.yaml`, `.yml`, `.json` or `.xlsx` file.
///
/// # Errors
/// [`Error`] when the file can't be read, or with everything in it that is not as a plan must be, each with its position.
pub fn read_plan(path: impl AsRef<Path>) -> Result<LocatedValue<Plan>, Error> {
    let path = path.as_ref();
    format_of(path)?;
    let bytes = small::read_bytes(path).map_err(|source| Error::Io { path: path.to_owned(), source })?;
    parse(&path.display().to_string(), &bytes)
}

/// Reads a plan from the bytes of a file of this name.
///
/// # Errors
/// As [`read`].
pub fn parse(file: &str, bytes: &[u8]) -> Result<LocatedValue<Plan>, Error> {
    let file = file.to_owned();
    let tree = match format_of(Path::new(&file))? {
        PlanFormat::Yaml => yaml::parse(utf8_text(bytes, &file)?),
        PlanFormat::Json => json::parse(utf8_text(bytes, &file)?),
        PlanFormat::Xlsx => workbook::read_workbook(bytes),
    };
    let tree = tree.map_err(|problems| Error::Problems { file: file.clone(), problems })?;
    let read = shape::read_tree(&tree).map_err(|problems| Error::Problems { file: file.clone(), problems })?;
    Ok(LocatedValue { value: read.plan, file, positions: read.positions, renamed: read.renamed })
}

/// Writes a plan to a `.yaml`, `.yml`, `.json` or `.xlsx` file; an existing file is replaced only when the whole plan could be
/// written.
///
/// # Errors
/// [`Error`] when the file can't be written, or the plan can't be laid out in a workbook (two things of a kind with one id).
pub fn write_plan(plan: &Plan, path: impl AsRef<Path>) -> Result<(), Error> {
    let path = path.as_ref();
    let bytes = match format_of(path)? {
        PlanFormat::Yaml => yaml::write_yaml(&tree_of(plan)).into_bytes(),
        PlanFormat::Json => {
            let mut text = serde_json::to_string_pretty(plan).expect("a plan has only text keys and finite numbers");
            text.push('\n');
            text.into_bytes()
        }
        PlanFormat::Xlsx => workbook::write_workbook(&tree_of(plan))
            .map_err(|reason| Error::Layout { path: path.to_owned(), reason })?,
    };
    output::write_file(path, &bytes).map_err(|source| Error::Io { path: path.to_owned(), source })
}

/// The plan as the tree that it would be read from.
fn tree_of(plan: &Plan) -> node::PlanNode {
    let text = serde_json::to_string(plan).expect("a plan has only text keys and finite numbers");
    json::parse(&text).expect("what was just written is JSON")
}

fn utf8_text<'a>(bytes: &'a [u8], file: &str) -> Result<&'a str, Error> {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let column = before.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
        let message = "this is not UTF-8: save the file with that encoding".to_owned();
        let problem =
            FileProblem { position: Some(FilePosition::Text { line, column }), place: String::new(), message };
        Error::Problems { file: file.to_owned(), problems: vec![problem] }
    })
}

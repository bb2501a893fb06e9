//! A file as it was handed in, and what it is by its bytes.

use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use super::block::{BlockReader, TextSyntax, line_ends, mixed_encodings};
use super::decode::{BadBytes, TextDecoder};
use super::workbook::{self, WorkbookSheet};
use crate::profile::DecimalMark;

/// A file to import.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Its name, with its folders as far as they say something (`1998/countyEcon.csv`): file patterns look at all of it.
    pub name: String,
    /// Its bytes, or where they lie.
    pub data: SourceData,
}

/// Where a file's bytes are.
#[derive(Clone, Debug)]
pub enum SourceData {
    /// On disk; read in blocks.
    Path(PathBuf),
    /// In memory (an upload).
    Bytes(Vec<u8>),
}

/// A file that can't be read as a table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, serde::Serialize)]
#[error("{file}: {message}")]
pub struct FileError {
    /// The file.
    pub file: String,
    /// What is wrong, and what to do.
    pub message: String,
}

/// A file, opened.
pub(crate) enum OpenedFile<'a> {
    Text(BlockReader<'a>),
    Workbook(Vec<WorkbookSheet>),
}

const SAMPLE_BYTES: usize = 256 << 10;

impl SourceFile {
    /// A file on disk, named by its path as given.
    pub fn on_disk(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        Self { name: path.to_string_lossy().replace('\\', "/"), data: SourceData::Path(path) }
    }

    /// A file in memory.
    pub fn in_memory(name: impl Into<String>, bytes: Vec<u8>) -> Self {
        Self { name: name.into(), data: SourceData::Bytes(bytes) }
    }

    /// How many bytes it has.
    ///
    /// # Errors
    /// When it isn't there.
    pub fn size(&self) -> Result<u64, FileError> {
        match &self.data {
            SourceData::Path(path) => Ok(std::fs::metadata(path).map_err(|e| self.file_error(e))?.len()),
            SourceData::Bytes(bytes) => Ok(bytes.len() as u64),
        }
    }

    /// Refuses pipes, devices and folders: a file is read more than once, and one that never ends would be read for ever.
    ///
    /// # Errors
    /// What it is instead of a file.
    fn must_be_a_file(&self) -> Result<(), FileError> {
        let SourceData::Path(path) = &self.data else { return Ok(()) };
        let meta = std::fs::metadata(path).map_err(|e| self.file_error(e))?;
        if meta.is_file() {
            return Ok(());
        }
        let kind = if meta.is_dir() {
            "a folder: name the files in it"
        } else {
            "a pipe or a device: save it as a file first"
        };
        Err(self.file_error(kind))
    }

    pub(crate) fn file_error(&self, message: impl ToString) -> FileError {
        FileError { file: self.name.clone(), message: message.to_string() }
    }

    fn open_reader(&self) -> Result<Box<dyn Read + '_>, FileError> {
        Ok(match &self.data {
            SourceData::Path(path) => Box::new(File::open(path).map_err(|e| self.file_error(e))?),
            SourceData::Bytes(bytes) => Box::new(bytes.as_slice()),
        })
    }
}

/// Opens a file as what its bytes say it is; its extension is not looked at. `encoding` and `delimiter` come from the profile.
///
/// # Errors
/// [`FileError`] for what holds no table: lock files, empty files, PDFs, old workbooks, archives, other binary files.
pub(crate) fn open_file<'a>(
    file: &'a SourceFile,
    encoding: Option<&str>,
    delimiter: Option<char>,
) -> Result<OpenedFile<'a>, FileError> {
    open_with(file, encoding, delimiter, DecimalMark::Point)
}

/// [`open`], where the numbers of a workbook are written with the profile's decimal mark, as its texts are.
///
/// # Errors
/// As [`open`].
pub(crate) fn open_with<'a>(
    file: &'a SourceFile,
    encoding: Option<&str>,
    delimiter: Option<char>,
    decimal: DecimalMark,
) -> Result<OpenedFile<'a>, FileError> {
    let base = file.name.rsplit('/').next().unwrap_or(&file.name);
    if base.starts_with("~$") {
        return Err(file.file_error("a lock file that Excel leaves beside an open workbook, not the workbook itself"));
    }
    file.must_be_a_file()?;
    let mut sample = Vec::new();
    file.open_reader()?.take(SAMPLE_BYTES as u64).read_to_end(&mut sample).map_err(|e| file.file_error(e))?;
    if sample.iter().all(u8::is_ascii_whitespace) {
        return Err(file.file_error("empty"));
    }
    if sample.starts_with(b"PK\x03\x04") {
        let mut bytes = Vec::new();
        file.open_reader()?.read_to_end(&mut bytes).map_err(|e| file.file_error(e))?;
        if let Some(kind) = other_archive(&bytes) {
            return Err(file.file_error(kind));
        }
        let sheets = workbook::read_sheets(&bytes, decimal)
            .map_err(|e| file.file_error(format!("a damaged Excel workbook: {e}")))?;
        return Ok(OpenedFile::Workbook(sheets));
    }
    if let Some(kind) = not_a_table(&sample) {
        return Err(file.file_error(kind));
    }
    let whole = sample.len() < SAMPLE_BYTES;
    let decoder = match encoding {
        Some(name) => {
            TextDecoder::of_name(name).ok_or_else(|| file.file_error(format!("no encoding is called “{name}”")))?
        }
        None => TextDecoder::of_sample(&sample, whole),
    };
    if !decoder.encoding_name().starts_with("UTF-16") && sample.contains(&0) {
        return Err(file.file_error("a binary file, neither a text nor an Excel workbook"));
    }
    let mut head = String::new();
    TextDecoder::of_name(decoder.encoding_name())
        .expect("an encoding is found by its own name")
        .decode_bytes(&sample, false, &mut head)
        .map_err(|BadBytes(at)| {
            file.file_error(mixed_encodings(1 + line_ends(&sample[..at]), decoder.encoding_name()))
        })?;
    let delimiter = match delimiter {
        Some(given) => u8::try_from(given).map_err(|_| file.file_error("a delimiter is one ASCII character"))?,
        None => guess_delimiter(&head),
    };
    Ok(OpenedFile::Text(BlockReader::new(file.open_reader()?, decoder, TextSyntax { delimiter })))
}

/// What an archive is that is no workbook we read, by the names of its parts, which stand in its bytes as they are.
fn other_archive(bytes: &[u8]) -> Option<&'static str> {
    let has = |name: &str| bytes.windows(name.len()).any(|part| part == name.as_bytes());
    if bytes.get(30..).is_some_and(|rest| rest.starts_with(b"mimetypeapplication/vnd.oasis")) {
        return Some("an OpenDocument file (.ods): save it as .xlsx or .csv");
    }
    match (has("xl/workbook.xml"), has("xl/workbook.bin")) {
        (true, _) => None,
        (false, true) => Some("a binary Excel workbook (.xlsb): save it as .xlsx or .csv"),
        (false, false) => Some("a ZIP archive: unpack it, and import the tables in it"),
    }
}

/// What a file is that holds no table we read, by its first bytes.
fn not_a_table(sample: &[u8]) -> Option<&'static str> {
    const SIGNS: [(&[u8], &str); 7] = [
        (b"%PDF", "a PDF: the table in it can't be read exactly; ask the publisher for CSV or Excel"),
        (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls) or Word file: save it as .xlsx or .csv"),
        (b"\x1f\x8b", "compressed (gzip): unpack it first"),
        (b"PK\x05\x06", "an empty archive"),
        (b"\x89PNG", "a picture"),
        (b"\xff\xd8\xff", "a picture"),
        (b"PAR1", "a Parquet file: give it the ending .parquet"),
    ];
    if let Some((_, kind)) = SIGNS.iter().find(|(sign, _)| sample.starts_with(sign)) {
        return Some(kind);
    }
    let head = String::from_utf8_lossy(&sample[..sample.len().min(300)]).trim_start().to_ascii_lowercase();
    let begins = |signs: &[&str]| signs.iter().any(|sign| head.starts_with(sign));
    if is_sql(&head) {
        return Some("a dump of a database (SQL): load it there, and save the table of results as .csv");
    }
    let mut marks = head.chars().filter(|c| !c.is_whitespace());
    match (marks.next(), marks.next()) {
        _ if begins(&["<table", "<style", "<div"]) => Some(
            "a table written as a web page, as some sites do for Excel: open it in a spreadsheet program and save it as .xlsx",
        ),
        _ if begins(&["<!doctype", "<html", "<?xml"]) => Some(
            "a web page or XML, often an error page saved under the name of the file: fetch the file again; if it opens as a table in a spreadsheet program, save it there as .xlsx",
        ),
        (Some('{'), Some('"' | '}')) | (Some('['), Some('{' | '[' | ']')) => {
            Some("JSON: results are read from tables; save it as .csv, .xlsx or .parquet, one row an observation")
        }
        _ => None,
    }
}

/// Whether a text (in lower case) begins as statements of SQL, behind comments that may say so too.
fn is_sql(head: &str) -> bool {
    const BEGIN: [&str; 14] = [
        "create table ",
        "create database ",
        "create schema ",
        "insert into ",
        "drop table ",
        "copy public.",
        "pragma ",
        "begin transaction;",
        "start transaction;",
        "begin;",
        "set statement_timeout",
        "set names ",
        "set sql_mode",
        "use `",
    ];
    let comment = |line: &&str| line.is_empty() || line.starts_with("--") || line.starts_with("/*");
    let first = head.lines().map(str::trim).find(|line| !comment(line));
    let begins = first.is_some_and(|line| BEGIN.iter().any(|sign| line.starts_with(sign)));
    let says =
        (head.lines().map(str::trim).take_while(comment)).any(|line| line.contains("dump") || line.contains("sql"));
    begins || (says && first.is_none())
}

/// The delimiter that gives the first rows the most cells, and of several the one that gives the same number in most of them: a
/// decimal comma is in no header.
fn guess_delimiter(head: &str) -> u8 {
    let score = |delimiter: u8| {
        let (mut record, mut at, mut counts) = (super::TextRecord::default(), 0, Vec::new());
        while at < head.len() && counts.len() < 50 {
            at = record.read_cells(head, at, delimiter, 0).0;
            counts.push(record.len());
        }
        counts.sort_unstable();
        let median = counts.get(counts.len() / 2).copied().unwrap_or(1);
        (median, counts.iter().filter(|&&count| count == median).count())
    };
    // Of equals the first: a comma unless another one splits more.
    [b',', b'\t', b';', b'|'].into_iter().rev().max_by_key(|&delimiter| score(delimiter)).unwrap_or(b',')
}

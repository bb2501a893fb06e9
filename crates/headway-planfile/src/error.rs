//! What can be wrong with a plan file, and where.

use std::fmt;
use std::path::PathBuf;

/// Where something stands in a file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum FilePosition {
    /// A line and a column, both from 1; the column counts characters.
    Text {
        /// The line.
        line: usize,
        /// The column.
        column: usize,
    },
    /// A cell of a workbook.
    Cell {
        /// The sheet.
        sheet: String,
        /// The cell, as a spreadsheet names it: `C4`.
        cell: String,
    },
}

impl FilePosition {
    /// The position with its file, as terminals and spreadsheets write it.
    pub fn in_file(&self, file: &str) -> String {
        match self {
            Self::Text { .. } => format!("{file}:{self}"),
            Self::Cell { .. } => format!("{file}, {self}"),
        }
    }
}

impl fmt::Display for FilePosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text { line, column } => write!(f, "{line}:{column}"),
            Self::Cell { sheet, cell } => write!(f, "{sheet}!{cell}"),
        }
    }
}

/// One thing in a file that is not as a plan must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileProblem {
    /// Where in the file; unknown for a fault of the file as a whole.
    pub position: Option<FilePosition>,
    /// Where in the plan (`measures[3].unit`), as far as that is known.
    pub place: String,
    /// What it is and what to do.
    pub message: String,
}

impl FileProblem {
    /// Where it stands, with its file.
    pub fn position_text(&self, file: &str) -> String {
        self.position.as_ref().map_or_else(|| file.to_owned(), |position| position.in_file(file))
    }
}

/// Why a plan file could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The name does not say which format it is.
    #[error("{}: a plan file ends in .yaml, .yml, .json or .xlsx", .path.display())]
    UnknownFormat {
        /// The file.
        path: PathBuf,
    },
    /// The file can't be opened, read or written.
    #[error("{}: {source}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not a plan.
    #[error("{}", problem_lines(.file, .problems))]
    Problems {
        /// The file.
        file: String,
        /// Everything that is wrong with it.
        problems: Vec<FileProblem>,
    },
    /// The plan can't be laid out in a workbook.
    #[error("{}: {reason}", .path.display())]
    Layout {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

/// One problem a line, at most a screen of them.
fn problem_lines(file: &str, problems: &[FileProblem]) -> String {
    const SCREEN: usize = 20;
    let line = |problem: &FileProblem| {
        let at = problem.position_text(file);
        match problem.place.as_str() {
            "" => format!("{at}: {}", problem.message),
            place => format!("{at}: {place}: {}", problem.message),
        }
    };
    let mut lines: Vec<String> = problems.iter().take(SCREEN).map(line).collect();
    if problems.len() > SCREEN {
        lines.push(format!("and {} more", problems.len() - SCREEN));
    }
    lines.join("\n")
}

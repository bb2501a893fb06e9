//! Reads other people's files: any CSV or Excel table of an agency, with a profile that says where each part of the key comes
//! from. Out come batches of observations, the places met, and a report that adds up to the row and the cell.
//!
//! Invariant: nothing is guessed. What a profile can't place is refused with file, sheet, row, column, text and reason.
//! This crate knows no Parquet and no database.

mod guess;
mod hash;
mod import;
mod pass;
mod profile;
mod read;
mod report;
mod table;

pub use guess::{guess_columns, guess_profile};
pub use import::{ImportError, ImportResult, SinkError, import_files, import_with_progress};
pub use pass::TableInfo;
pub use profile::{
    DecimalMark, FigureKind, FigureMark, HeaderRows, ImportProfile, LevelRule, MaskRule, NamedPattern, NumberScale,
    OneOrMany, PartRule, PeriodPart, PlaceRule, ProfileError, ReleaseStage, SkipRule, TableRule, TextTemplate,
    TokenMeaning, ValueRule,
};
pub use read::{MOST_COUNTED, RawPlan};
pub use report::{
    CellCounts, ContradictionReport, DoubtReport, ImportReport, KINDS, RefusedCell, ReportSlice, RowCounts,
    TableReport, TokenCount,
};
pub use table::{FileError, ShownCells, ShownFormat, SourceData, SourceFile, look_through_workbook};

//! What became of an import, as people and programs are told.

use headway_import::ImportReport;
use headway_lake::OwnedFigureChange;
use headway_model::{GradeCode, GroupCode, MeasureId, Period, PeriodKind, PlaceId, VintageId};
use serde::Serialize;

use super::doubt::{ImportDoubt, LevelSum};
use super::places::PlaceChanges;

/// What became of an import.
#[derive(Clone, Debug, Serialize)]
pub struct ImportOutcome {
    /// Its number in the catalog; `None` for a dry run, or when nothing was written.
    pub import: Option<VintageId>,
    /// The import in force that has read these very files with this very profile: nothing was done.
    pub already: Option<VintageId>,
    /// The import whose place it takes whole.
    pub replaces: Option<VintageId>,
    /// Whether this was a dry run.
    pub dry_run: bool,
    /// What was in the files, to the row and cell; `None` when the files were loaded already.
    pub report: Option<ImportReport>,
    /// Against what was known before, measure by measure.
    pub measures: Vec<MeasureChanges>,
    /// What a careful reader would ask about, one entry a cause.
    pub doubts: Vec<ImportDoubt>,
    /// Each level's figures beside the sums of the level below.
    pub sums: Vec<LevelSum>,
    /// Why nothing was written (of a dry run: why nothing would be), where something could have been.
    pub withheld: Option<WithheldReason>,
    /// Places: new, changed, as they were.
    pub places: (usize, usize, usize),
    /// Places that the files call otherwise than they were called.
    pub renamed: PlaceChanges,
    /// Places that belong to another place than before.
    pub moved: PlaceChanges,
    /// Places that are of another level than before.
    pub releveled: PlaceChanges,
    /// Nothing in the files could be accepted: no figure, and no place of a register.
    #[serde(skip)]
    pub nothing: bool,
}

/// Why an import that could have been written was not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum WithheldReason {
    /// A doubt waits for an option.
    Doubt,
    /// Files or rows contradict each other in most of what they have in common.
    Contradiction,
    /// Something was refused, and all or nothing was asked for.
    Refusals,
}

/// What an import says of a measure that was not known before.
#[derive(Clone, Debug, Serialize)]
pub struct MeasureChanges {
    /// The measure.
    pub measure: MeasureId,
    /// Figures of which nothing was known.
    pub added: u64,
    /// Revised figures.
    pub changed: u64,
    /// Figures that say the same.
    pub same: u64,
    /// Figures known before that the files do not have, of the periods that they have: the earlier figures stay.
    pub gone: u64,
    /// Figures of the import that is replaced which these files do not have: they are withdrawn.
    pub withdrawn: u64,
    /// The first changed and gone figures.
    pub examples: Vec<ChangedFigure>,
}

/// One figure before and after.
#[derive(Clone, Debug, Serialize)]
pub struct ChangedFigure {
    /// The place.
    pub place: PlaceId,
    /// The student group.
    pub group: GroupCode,
    /// The grade.
    pub grade: GradeCode,
    /// Ordinal of the period.
    pub period: i32,
    /// The period as it is written: `2024-25`.
    pub period_name: String,
    /// Before.
    pub before: headway_model::Value,
    /// After; `None` when the files do not have it.
    pub after: Option<headway_model::Value>,
}

impl ImportOutcome {
    pub(super) fn empty_outcome(dry_run: bool) -> Self {
        Self {
            import: None,
            already: None,
            replaces: None,
            dry_run,
            report: None,
            measures: Vec::new(),
            doubts: Vec::new(),
            sums: Vec::new(),
            withheld: None,
            places: (0, 0, 0),
            renamed: PlaceChanges::default(),
            moved: PlaceChanges::default(),
            releveled: PlaceChanges::default(),
            nothing: false,
        }
    }

    /// Whether anything in the files was refused.
    pub fn has_refusals(&self) -> bool {
        self.report.as_ref().is_some_and(has_refusals)
    }
}

/// Whether anything in the files was refused.
pub(super) fn has_refusals(report: &ImportReport) -> bool {
    report.rows.refused > 0 || report.cells.refused > 0 || !report.files_refused.is_empty()
}

impl ChangedFigure {
    pub(super) fn from_changed(c: OwnedFigureChange, kind: PeriodKind) -> Self {
        let headway_model::SeriesKey { group, grade, place } = c.series;
        let period_name = Period { kind, ordinal: c.period }.to_string();
        Self { place, group, grade, period: c.period, period_name, before: c.before, after: c.after }
    }
}

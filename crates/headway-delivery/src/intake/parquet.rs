//! A Parquet file with one row an observation, read by the simple parts of a profile; told in the same report as a table.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use headway_import::{FileError, ImportProfile, ImportReport, RawPlan, RefusedCell, RowCounts, TableInfo, TableReport};
use headway_lake::{Lake, LakeImport, RawColumns, RawShape, read_parquet};
use headway_model::{
    Level, MeasureId, Names, ObservationBatch, Period, PeriodKind, Place, PlaceId, PlaceLife, PlaceStatement, Value,
    VintageId,
};

use super::tally::ColumnTally;
use super::{ParsedFiles, ProgressCallback};
use crate::{Error, Result};

/// How many refusals of a file are kept in full; all are counted.
const REFUSALS_KEPT: usize = 200;

const NO_VALUE: &str = "no value in the row";
const TOTAL: &str = "total that is not wanted";

/// Whether these files are Parquet files, by their endings.
///
/// # Errors
/// [`Error::Refused`] when some are and some are not.
pub(super) fn are_raw(files: &[PathBuf]) -> Result<bool> {
    let raw = |file: &&PathBuf| file.extension().is_some_and(|end| end.eq_ignore_ascii_case("parquet"));
    match files.iter().filter(raw).count() {
        0 => Ok(false),
        count if count == files.len() => Ok(true),
        _ => Err(Error::Refused("import Parquet files and other files one after the other, not at once".to_owned())),
    }
}

/// Years outside of this are another number, or a fault: the same as for texts.
const PLAUSIBLE: std::ops::Range<i32> = 1800..2200;

/// Reads the files into an import. A file that the profile does not fit is refused whole; the others are read.
pub(super) fn read_files(
    lake: &Lake,
    files: &[PathBuf],
    profile: &ImportProfile,
    number: VintageId,
    mut progress: ProgressCallback,
) -> Result<ParsedFiles> {
    let mut import = lake.begin_import(number);
    let mut report = blank_report(profile);
    let (mut places, mut tally, mut measure) = (ParquetPlaces::new(), ColumnTally::default(), MeasureId::default());
    let size = |path: &PathBuf| std::fs::metadata(path).map_or(0, |meta| meta.len());
    let (total, mut before) = (files.iter().map(size).sum(), 0);
    for path in files {
        let file = path.to_string_lossy().replace('\\', "/");
        let bound = RawShape::of_file(path).map_err(|e| e.to_string()).and_then(|shape| {
            let plan = RawPlan::bind_columns(profile, &shape.columns)?;
            Ok((shape, plan))
        });
        match bound {
            Err(message) => report.files_refused.push(FileError { file, message }),
            Ok((shape, plan)) => {
                measure.clone_from(&plan.measure);
                let mut reader = ParquetReader::new(&plan, file, &mut tally);
                let bytes = size(path);
                let mut told = |rows: u64| progress(before + share_of_bytes(bytes, rows, shape.rows), total);
                reader.read_file(path, &mut import, &mut told)?;
                reader.add_to_report(shape, &mut report, &mut places);
            }
        }
        before += size(path);
        progress(before, total);
    }
    tally.add_to_report(&measure, &mut report);
    assert!(report.rows.adds_up() && report.cells.adds_up(), "rows and values of all files add up: {:?}", report.cells);
    let written = import.write_segments()?;
    let repeated: u64 = written.segments().iter().map(|s| s.repeated).sum();
    if repeated > 0 {
        return Err(Error::Refused(format!(
            "{repeated} rows say again what another row says of the same place, group, grade and period; nothing was imported. Leave the repetitions out of the file, or name the column that tells them apart"
        )));
    }
    let kind = profile.period.kind;
    let places = places.into_iter().map(|(_, (place, periods))| place_statement(place, periods, kind)).collect();
    Ok(ParsedFiles { report, places, written, register: false })
}

fn share_of_bytes(bytes: u64, rows: u64, of: u64) -> u64 {
    (bytes as f64 * rows as f64 / of.max(1) as f64) as u64
}

fn blank_report(profile: &ImportProfile) -> ImportReport {
    ImportReport {
        profile: profile.name.clone(),
        source: profile.source.clone(),
        tables: Vec::new(),
        files_refused: Vec::new(),
        sheets_ignored: Vec::new(),
        rows: RowCounts::default(),
        cells: headway_import::CellCounts::default(),
        slices: Vec::new(),
        tokens: Vec::new(),
        reasons: BTreeMap::new(),
        refusals: Vec::new(),
        contradictions: Vec::new(),
        // Columns with types have no signs.
        small_shares_are_signed: false,
        doubts: Vec::new(),
    }
}

/// Reads one file.
struct ParquetReader<'a> {
    plan: &'a RawPlan<'a>,
    file: String,
    tally: &'a mut ColumnTally,
    rows: RowCounts,
    reasons: BTreeMap<String, u64>,
    refusals: Vec<RefusedCell>,
    /// Texts of places met, and what they were found to be.
    places: HashMap<String, CodeLookup<Place>>,
    /// The first and last period of each place, by its id.
    periods: HashMap<PlaceId, (i32, i32)>,
}

/// Places by their ids, each with its first and last period.
type ParquetPlaces = BTreeMap<PlaceId, (Place, (i32, i32))>;

/// What the files say of a place: the id alone says name and parent, so they hold from its first to its last period.
fn place_statement(place: Place, periods: (i32, i32), kind: PeriodKind) -> PlaceStatement {
    let Place { id, name, level, parent } = place;
    let [first, last] = [periods.0, periods.1].map(|ordinal| Period { kind, ordinal });
    PlaceStatement {
        name: (name != id).then_some(name),
        place: id,
        first: Some(first.first_day()),
        last: Some(last.last_day()),
        level,
        parent,
        life: PlaceLife::default(),
    }
}

/// What a text of one part of the key was found to be: something, a total that is not wanted, or nothing, with the reason.
type CodeLookup<T> = std::result::Result<Option<T>, String>;

impl<'a> ParquetReader<'a> {
    fn new(plan: &'a RawPlan<'a>, file: String, tally: &'a mut ColumnTally) -> Self {
        let (rows, reasons) = (RowCounts::default(), BTreeMap::new());
        let (places, periods) = (HashMap::new(), HashMap::new());
        Self { plan, file, tally, rows, reasons, refusals: Vec::new(), places, periods }
    }

    fn read_file(&mut self, path: &Path, import: &mut LakeImport, told: &mut dyn FnMut(u64)) -> Result<()> {
        let plan = self.plan;
        let columns = RawColumns {
            measure: &plan.measure,
            period_kind: plan.kind,
            place: &plan.place,
            period: &plan.period,
            value: &plan.value,
            group: plan.group.as_deref(),
            grade: plan.grade.as_deref(),
            numerator: plan.numerator.as_deref(),
            denominator: plan.denominator.as_deref(),
        };
        read_parquet(path, &columns, |batch| {
            import.push(&self.take_batch(&batch))?;
            told(self.rows.read);
            Ok(())
        })?;
        Ok(())
    }

    /// The rows of a batch that can be placed, by their codes.
    fn take_batch(&mut self, batch: &ObservationBatch) -> ObservationBatch {
        let plan = self.plan;
        let mut out = ObservationBatch::new(plan.measure.clone(), plan.kind);
        let places: Vec<CodeLookup<(u32, Level)>> =
            batch.places.all_texts().map(|text| self.place_number(text, &mut out.places)).collect();
        let mut spans = vec![(i32::MAX, i32::MIN); out.places.len()];
        let groups = map_codes(&batch.groups, &mut out.groups, |text| plan.read_group(text));
        let grades = map_codes(&batch.grades, &mut out.grades, |text| plan.read_grade(text));
        let mut number =
            |names: &Names| names.all_texts().map(|code| self.tally.code_number(code)).collect::<Vec<u32>>();
        let in_tally = (number(&out.groups), number(&out.grades));
        for row in 0..batch.len() {
            self.rows.read += 1;
            let value = match self.value_from_number(batch.lo[row]) {
                Ok(Some(value)) => value,
                Ok(None) => {
                    self.ignore_row(NO_VALUE);
                    continue;
                }
                Err(reason) => {
                    self.refuse_cell(Some(&plan.value), &batch.lo[row].to_string(), reason);
                    continue;
                }
            };
            let (place, group, grade) = (batch.place[row], batch.group[row], batch.grade[row]);
            let key = match (&places[place as usize], &groups[group as usize], &grades[grade as usize]) {
                (Ok(Some((place, level))), Ok(group), Ok(grade)) => ([*place, *group, *grade], *level),
                (Ok(None), ..) => {
                    self.ignore_row(TOTAL);
                    continue;
                }
                (Err(reason), ..) => {
                    self.refuse_cell(Some(&plan.place), batch.places.text_by_number(place), reason);
                    continue;
                }
                (_, Err(reason), _) => {
                    self.refuse_cell(plan.group.as_deref(), batch.groups.text_by_number(group), reason);
                    continue;
                }
                (.., Err(reason)) => {
                    self.refuse_cell(plan.grade.as_deref(), batch.grades.text_by_number(grade), reason);
                    continue;
                }
            };
            let counts = (known_count(batch.numerator[row]), known_count(batch.denominator[row]));
            let columns = [(&plan.numerator, counts.0), (&plan.denominator, counts.1)];
            let bad = |(_, count): &(&Option<String>, Option<f64>)| {
                count.is_some_and(|n| !(0.0..headway_import::MOST_COUNTED).contains(&n))
            };
            if let Some((column, Some(count))) = columns.into_iter().find(bad) {
                self.refuse_cell(column.as_deref(), &count.to_string(), "no count of students");
                continue;
            }
            if let Err((reason, figures)) = plan.believe_counts(batch.lo[row], value, [counts.0, counts.1]) {
                self.refuse_cell(Some(&plan.value), &figures, &reason);
                continue;
            }
            let value = plan.by_counts(value, [counts.0, counts.1]);
            let (key, level) = key;
            if !PLAUSIBLE.contains(&batch.period[row]) {
                self.refuse_cell(Some(&plan.period), &batch.period[row].to_string(), "not a year of results");
                continue;
            }
            let period = Period { kind: plan.kind, ordinal: batch.period[row] };
            self.rows.accepted += 1;
            let slice = [in_tally.0[key[1] as usize], in_tally.1[key[2] as usize]];
            self.tally.add_cell(level, slice, period, value.state(), counts);
            out.push(key, batch.period[row], value, counts, plan.flags);
            let span = &mut spans[key[0] as usize];
            *span = (span.0.min(batch.period[row]), span.1.max(batch.period[row]));
        }
        for (id, span) in out.places.all_texts().zip(spans).filter(|(_, span)| span.0 <= span.1) {
            match self.periods.get_mut(id) {
                Some(known) => *known = (known.0.min(span.0), known.1.max(span.1)),
                None => drop(self.periods.insert(id.into(), span)),
            }
        }
        out
    }

    /// The number of a place in the new batch, with its level.
    fn place_number(&mut self, text: &str, names: &mut Names) -> CodeLookup<(u32, Level)> {
        if !self.places.contains_key(text) {
            self.places.insert(text.to_owned(), self.plan.read_place(text));
        }
        match &self.places[text] {
            Ok(Some(place)) => Ok(Some((names.intern_text(&place.id), place.level))),
            Ok(None) => Ok(None),
            Err(reason) => Err(reason.clone()),
        }
    }

    /// `Ok(None)` is no observation.
    fn value_from_number(&self, number: f64) -> std::result::Result<Option<Value>, &'static str> {
        if number.is_nan() {
            Ok(self.plan.empty)
        } else {
            self.plan.read_number(number).map(|value| Some(Value::Exact { value }))
        }
    }

    fn ignore_row(&mut self, why: &str) {
        *self.rows.ignored.entry(why.to_owned()).or_default() += 1;
    }

    fn refuse_cell(&mut self, column: Option<&str>, text: &str, reason: &str) {
        self.rows.refused += 1;
        *self.reasons.entry(reason.to_owned()).or_default() += 1;
        if self.refusals.len() < REFUSALS_KEPT {
            self.refusals.push(RefusedCell {
                file: self.file.clone(),
                sheet: None,
                row: self.rows.read,
                column: column.map(str::to_owned),
                text: text.to_owned(),
                reason: reason.to_owned(),
            });
        }
    }

    /// Adds what was found to the report. A row has one value: what holds of rows holds of values.
    fn add_to_report(self, shape: RawShape, report: &mut ImportReport, places: &mut ParquetPlaces) {
        let info = TableInfo {
            file: self.file,
            sheet: None,
            encoding: None,
            header_row: 0,
            rows_above: 0,
            title: None,
            columns: shape.columns,
            columns_ignored: self.plan.ignored.clone(),
        };
        assert!(self.rows.adds_up() && self.rows.read == shape.rows, "rows of the file add up: {:?}", self.rows);
        for (total, own) in [
            (&mut report.rows.read, self.rows.read),
            (&mut report.rows.accepted, self.rows.accepted),
            (&mut report.rows.refused, self.rows.refused),
            (&mut report.cells.read, self.rows.read),
            (&mut report.cells.refused, self.rows.refused),
        ] {
            *total += own;
        }
        for (why, count) in &self.rows.ignored {
            *report.rows.ignored.entry(why.clone()).or_default() += count;
            *report.cells.ignored.entry(why.clone()).or_default() += count;
        }
        for (reason, count) in self.reasons {
            *report.reasons.entry(reason).or_default() += count;
        }
        report.refusals.extend(self.refusals);
        report.tables.push(TableReport { info, rows: self.rows, lines_unwrapped: 0, rows_short: 0 });
        for place in self.places.into_values().filter_map(|found| found.ok().flatten()) {
            let Some(&(first, last)) = self.periods.get(&place.id) else { continue };
            let known = places.entry(place.id.clone()).or_insert((place, (first, last)));
            known.1 = (known.1.0.min(first), known.1.1.max(last));
        }
    }
}

fn map_codes(
    texts: &Names,
    names: &mut Names,
    code: impl Fn(&str) -> std::result::Result<String, String>,
) -> Vec<std::result::Result<u32, String>> {
    texts.all_texts().map(|text| code(text).map(|code| names.intern_text(&code))).collect()
}

fn known_count(count: f64) -> Option<f64> {
    (!count.is_nan()).then_some(count)
}

//! The values of a row: each cell with its counts and its mask, under the row's key.

use headway_model::{Period, Value, ValueFlags};

use super::cell::{self, CellContent, ColumnReading};
use super::chunk::CodedObservation;
use super::codes::CodeResult;
use super::counts::{self, CountCell, CountPair, RateClash};
use super::plan::ValuePlan;
use super::rows::{RowReader, RowResult, is_among};
use super::shares::Shares;
use crate::table::TextRecord;

const TOTAL: &str = "total that is not wanted";
const NO_VALUE: &str = "no value in the row";

impl RowReader<'_, '_> {
    /// Reads the values of a row.
    pub(super) fn read_values(&mut self, record: &TextRecord, text: &str) -> RowResult {
        let plan = self.plan;
        self.codes.clear();
        for part in 0..plan.parts.len() {
            let code = self.part_code(part, record, text);
            self.codes.push(code);
        }
        for &(place, period, kind) in &plan.about {
            if let (CodeResult::Known(number), CodeResult::Known(ordinal)) = (self.codes[place], self.codes[period]) {
                self.tell_places(number, place, (kind, ordinal as i32), record, text);
            }
        }
        let (mut taken, mut refused, mut blank, mut unwanted) = (0u64, 0u64, 0u64, 0u64);
        let mut told = None;
        for value in &plan.values {
            if !value.when.iter().all(|(column, texts)| is_among(texts, record.get(text, *column))) {
                continue;
            }
            let mut codes = [0; 5];
            let bad = value.key.iter().zip(&mut codes).find_map(|(&part, code)| match self.codes[part] {
                CodeResult::Known(known) => {
                    *code = known;
                    None
                }
                other => Some((part, other)),
            });
            if let Some((_, CodeResult::Unwanted)) = bad {
                unwanted += 1;
                continue;
            }
            match self.read_cell(value, record, text) {
                Ok(None) => blank += 1,
                Ok(Some(_)) if bad.is_some() => {
                    refused += 1;
                    // A key that can't be made is told once a row, not once a cell.
                    if let Some((part, CodeResult::Refused(reason))) = bad
                        && told.replace(part) != Some(part)
                    {
                        self.refuse_part(part, reason, record, text);
                    }
                }
                Ok(Some((said, flags, (numerator, denominator)))) => {
                    taken += 1;
                    let [measure, place, group, grade, period] = codes;
                    let flags = if plan.provisional { flags.with_flags(ValueFlags::PROVISIONAL) } else { flags };
                    let partial = plan.whole_from.is_some_and(|profile| {
                        let kind = plan.parts[value.key[4]].period_kind();
                        let (measure, _) = &self.measures[measure as usize];
                        profile.is_partial(measure, Period { kind, ordinal: period as i32 })
                    });
                    let flags = if partial { flags.with_flags(ValueFlags::SO_FAR) } else { flags };
                    let (lo, hi) = stored_bounds(said);
                    self.chunk.observed.push(CodedObservation {
                        measure,
                        place,
                        group,
                        grade,
                        period: period as i32,
                        state: said.state(),
                        flags,
                        row: record.number,
                        lo,
                        hi,
                        numerator: numerator.known_count().unwrap_or(f64::NAN),
                        denominator: denominator.known_count().unwrap_or(f64::NAN),
                    });
                }
                Err(CellFault { column, reason, figures }) => {
                    refused += 1;
                    let cell = column.map_or("", |column| record.get(text, column));
                    self.chunk.refuse_cell(record.number, column, figures.as_deref().unwrap_or(cell), reason);
                }
            }
        }
        self.chunk.cells_refused += refused;
        self.chunk.cells_blank += blank;
        self.chunk.cells_unwanted += unwanted;
        match (taken, refused, blank, unwanted) {
            (1.., ..) => RowResult::Taken,
            (0, 1.., ..) => RowResult::Refused,
            (0, 0, 0, 1..) => RowResult::Ignored(TOTAL),
            (0, 0, 1.., _) => RowResult::Ignored(NO_VALUE),
            (0, 0, 0, 0) => {
                self.chunk.refuse_cell(
                    record.number,
                    None,
                    "",
                    "no [[values]] of the profile is meant for this row (see their `when`)",
                );
                RowResult::Refused
            }
        }
    }

    fn refuse_part(&mut self, part: usize, reason: u32, record: &TextRecord, text: &str) {
        let row_text = &self.plan.parts[part].text;
        let found = row_text.text_of_row(record, text);
        let reason = self.reasons.text_by_number(reason).to_owned();
        self.chunk.refuse_cell(record.number, row_text.a_column(), &found, &reason);
    }

    /// Reads a value with its counts, its marks and its mask.
    fn read_cell(
        &mut self,
        plan: &ValuePlan<'_>,
        record: &TextRecord,
        text: &str,
    ) -> Result<Option<CountedValue>, CellFault> {
        let tokens = &mut self.tokens[plan.tokens];
        let mut count = |column: Option<usize>, decimals: bool| match column {
            None => Ok(CountCell::Nothing),
            Some(column) => counts::read_count(record.get(text, column), decimals, tokens)
                .map_err(|reason| CellFault::at_column(column, reason)),
        };
        let counts = (count(plan.numerator, plan.decimals[0])?, count(plan.denominator, plan.decimals[1])?);
        let said = match plan.column {
            // A column that the row ends before says nothing, whatever an empty cell means.
            Some(column) if !record.has_cell(column) => CellContent::Nothing,
            Some(column) => self.read_own_column(plan, column, record.get(text, column), counts)?,
            None => counts::computed_percent(counts),
        };
        let marked = self.read_marks(plan, record, text)?;
        let (value, flags) = match self.read_mask(plan, record, text)? {
            Some((value, flags)) if matches!(said, CellContent::Value(Value::Exact { .. }, _)) => {
                (value, flags.with_flags(ValueFlags::STAND_IN))
            }
            Some(masked) => masked,
            None => {
                self.believe_counts(plan, &said, counts, record, text)?;
                match said {
                    CellContent::Value(value, flags) => (value, flags),
                    CellContent::Nothing => return Ok(None),
                    CellContent::Refused(reason) => {
                        return Err(CellFault { column: plan.numerator.or(plan.column), reason, figures: None });
                    }
                }
            }
        };
        // Of nobody there is no rate, whatever stands in the cell.
        let (value, flags) = match value.bounds() {
            Some(_) if plan.reading.scale.is_share() && counts.1 == CountCell::Known(0.0) => {
                (Value::Missing, ValueFlags::default())
            }
            _ => (value, flags),
        };
        let value = plan.by_counts(value, flags, counts);
        if !plan.reading.is_believed(value, flags) {
            let column = plan.mask.as_ref().map(|mask| mask.column).filter(|_| flags.has_all(ValueFlags::STAND_IN));
            return Err(CellFault { column: column.or(plan.column), reason: cell::UNBELIEVED, figures: None });
        }
        Ok(Some((value, flags.with_flags(marked), counts)))
    }

    /// What the value's own column says. A cell that is empty and means nothing says what its counts hide.
    fn read_own_column(
        &mut self,
        plan: &ValuePlan<'_>,
        column: usize,
        cell: &str,
        counts: CountPair,
    ) -> Result<CellContent, CellFault> {
        let tokens = &mut self.tokens[plan.tokens];
        let cell = match &plan.pick {
            Some(pick) if !cell.is_empty() && tokens.token_meaning(cell).is_none() => {
                if !pick.regex.is_match(cell) {
                    return Err(CellFault::at_column(column, "the profile's `pick` is not found in the cell"));
                }
                plan.picked_part(cell)
            }
            _ => cell,
        };
        match cell::read_value(cell, &plan.reading, tokens, counts) {
            // A mask explains what its column hides, but a text that is no number stays refused.
            CellContent::Refused(reason) => Err(CellFault::at_column(column, reason)),
            CellContent::Nothing if cell.is_empty() && tokens.token_meaning(cell).is_none() => {
                Ok(counts::hidden_percent(counts.0, counts.1))
            }
            said => Ok(said),
        }
    }

    /// Refuses a share whose counts can't be, or can't be its own.
    fn believe_counts(
        &mut self,
        plan: &ValuePlan<'_>,
        said: &CellContent,
        counts: CountPair,
        record: &TextRecord,
        text: &str,
    ) -> Result<(), CellFault> {
        if !plan.reading.scale.is_share() || (plan.numerator.is_none() && plan.denominator.is_none()) {
            return Ok(());
        }
        let denominator = counts.1.known_count();
        if let Some(clash) = counts::find_impossible(counts, plan.reading.believed[1]) {
            let column = plan.numerator.filter(|_| denominator.is_none_or(|n| n >= 0.0)).or(plan.denominator);
            return Err(CellFault::from_clash(column, clash));
        }
        let (&CellContent::Value(value, flags), Some(column)) = (said, plan.column) else { return Ok(()) };
        let cell = plan.picked_part(record.get(text, column));
        let decimals = || self.tokens[plan.tokens].read_number(cell).map_or(0, |number| plan.exactness(&number));
        if let (Value::Exact { value: rate }, CountCell::Nothing, Some(students)) = (value, counts.0, denominator)
            && plan.tolerance == 0.0
            && Shares::are_few(students)
        {
            let decimals = decimals();
            self.chunk.shares.entry(column).or_default().check_rate(record.number, rate, decimals, students);
        }
        match counts::find_clash((value, flags), decimals, counts, plan.tolerance) {
            Some(clash) => Err(CellFault::from_clash(Some(column), clash)),
            None => Ok(()),
        }
    }

    /// The flags that the marks in a column beside the value set.
    fn read_marks(&self, plan: &ValuePlan<'_>, record: &TextRecord, text: &str) -> Result<ValueFlags, CellFault> {
        let Some(marks) = &plan.marks else { return Ok(ValueFlags::default()) };
        marks.read_flags(record.get(text, marks.column)).ok_or_else(|| {
            CellFault::at_column(marks.column, "a mark that the profile does not know: say under [marks] what it means")
        })
    }

    fn read_mask(
        &mut self,
        plan: &ValuePlan<'_>,
        record: &TextRecord,
        text: &str,
    ) -> Result<Option<(Value, ValueFlags)>, CellFault> {
        let Some(mask) = &plan.mask else { return Ok(None) };
        let said = record.get(text, mask.column);
        if said.is_empty() || mask.none.iter().any(|none| none == said) {
            return Ok(None);
        }
        let any = ColumnReading { believed: [f64::INFINITY, f64::NEG_INFINITY], ..plan.reading };
        match cell::read_value(said, &any, &mut self.tokens[mask.tokens], CountPair::default()) {
            CellContent::Value(value, flags) => Ok(Some((value, flags))),
            CellContent::Nothing => Ok(None),
            CellContent::Refused(_) => Err(CellFault::at_column(mask.column, "a mask that the profile does not know")),
        }
    }
}

/// A value with its flags and counts.
type CountedValue = (Value, ValueFlags, CountPair);

/// Why a cell is refused.
struct CellFault {
    column: Option<usize>,
    reason: &'static str,
    /// What to show in place of the cell's text.
    figures: Option<String>,
}

impl CellFault {
    fn at_column(column: usize, reason: &'static str) -> Self {
        Self { column: Some(column), reason, figures: None }
    }

    fn from_clash(column: Option<usize>, clash: RateClash) -> Self {
        Self { column, reason: clash.reason, figures: Some(clash.figures) }
    }
}

/// The exact value twice, or the bounds; not a number where there is none.
fn stored_bounds(value: Value) -> (f64, f64) {
    match value {
        Value::Exact { value } => (value, value),
        Value::Range { lo, hi } => (lo, hi),
        Value::AtLeast { lo } => (lo, f64::NAN),
        Value::AtMost { hi } => (f64::NAN, hi),
        _ => (f64::NAN, f64::NAN),
    }
}

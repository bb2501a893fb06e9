//! The values of a row: each cell with its counts and its mask, under the row's key.

use headway_model::{Flags, Value};

use super::cell::{self, Counts, Said};
use super::chunk::Observed;
use super::codes::Code;
use super::plan::ValuePlan;
use super::rows::{RowReader, Went, among};
use crate::table::Record;

const TOTAL: &str = "total that is not wanted";
const NO_VALUE: &str = "no value in the row";

impl RowReader<'_, '_> {
    /// Reads the values of a row.
    pub(super) fn values(&mut self, record: &Record, text: &str) -> Went {
        let plan = self.plan;
        self.codes.clear();
        for part in 0..plan.parts.len() {
            let code = self.code(part, record, text);
            self.codes.push(code);
        }
        let (mut taken, mut refused, mut blank, mut unwanted) = (0u64, 0u64, 0u64, 0u64);
        let mut told = None;
        for value in &plan.values {
            if !value.when.iter().all(|(column, texts)| among(texts, record.get(text, *column))) {
                continue;
            }
            let mut codes = [0; 5];
            let bad = value.key.iter().zip(&mut codes).find_map(|(&part, code)| match self.codes[part] {
                Code::Known(known) => {
                    *code = known;
                    None
                }
                other => Some((part, other)),
            });
            if let Some((_, Code::Unwanted)) = bad {
                unwanted += 1;
                continue;
            }
            match self.cell(value, record, text) {
                Ok(None) => blank += 1,
                Ok(Some(_)) if bad.is_some() => {
                    refused += 1;
                    // A key that can't be made is told once a row, not once a cell.
                    if let Some((part, Code::Refused(reason))) = bad
                        && told.replace(part) != Some(part)
                    {
                        self.refuse_part(part, reason, record, text);
                    }
                }
                Ok(Some((said, flags, (numerator, denominator)))) => {
                    taken += 1;
                    let [measure, unit, group, grade, period] = codes;
                    let flags = if plan.provisional { flags.with(Flags::PROVISIONAL) } else { flags };
                    let (lo, hi) = bounds(said);
                    self.chunk.observed.push(Observed {
                        measure,
                        unit,
                        group,
                        grade,
                        period: period as i32,
                        state: said.state(),
                        flags,
                        row: record.number,
                        lo,
                        hi,
                        numerator: numerator.unwrap_or(f64::NAN),
                        denominator: denominator.unwrap_or(f64::NAN),
                    });
                }
                Err((column, reason)) => {
                    refused += 1;
                    self.chunk.refuse(record.number, Some(column), record.get(text, column), reason);
                }
            }
        }
        self.chunk.cells_refused += refused;
        self.chunk.cells_blank += blank;
        self.chunk.cells_unwanted += unwanted;
        match (taken, refused, blank, unwanted) {
            (1.., ..) => Went::Taken,
            (0, 1.., ..) => Went::Refused,
            (0, 0, 0, 1..) => Went::Ignored(TOTAL),
            (0, 0, 1.., _) => Went::Ignored(NO_VALUE),
            (0, 0, 0, 0) => {
                self.chunk.refuse(
                    record.number,
                    None,
                    "",
                    "no [[values]] of the profile is meant for this row (see their `when`)",
                );
                Went::Refused
            }
        }
    }

    fn refuse_part(&mut self, part: usize, reason: u32, record: &Record, text: &str) {
        let row_text = &self.plan.parts[part].text;
        let found = row_text.of(record, text);
        let reason = self.reasons.text(reason).to_owned();
        self.chunk.refuse(record.number, row_text.a_column(), &found, &reason);
    }

    /// Reads a value with its counts and its mask; an error names the column.
    #[expect(clippy::type_complexity, reason = "value, flags and counts are taken apart at once")]
    fn cell(
        &mut self,
        plan: &ValuePlan,
        record: &Record,
        text: &str,
    ) -> Result<Option<(Value, Flags, Counts)>, (usize, &'static str)> {
        let tokens = &mut self.tokens[plan.tokens];
        let mut count = |column: Option<usize>| match column {
            None => Ok(None),
            Some(column) => cell::count(record.get(text, column), tokens).map_err(|reason| (column, reason)),
        };
        let counts = (count(plan.numerator)?, count(plan.denominator)?);
        let said = match plan.column {
            // A column that the row ends before says nothing, whatever an empty cell means.
            Some(column) if !record.has(column) => Said::Nothing,
            Some(column) => {
                let said = cell::value(record.get(text, column), plan.scale, plan.believed, tokens, counts);
                if let Said::Refused(reason) = said {
                    // A mask explains what its column hides, but a text that is no number stays refused.
                    return Err((column, reason));
                }
                said
            }
            None => computed(counts),
        };
        let (value, flags) = match self.masked(plan, record, text)? {
            Some((value, flags)) if matches!(said, Said::Value(Value::Exact { .. }, _)) => {
                (value, flags.with(Flags::STAND_IN))
            }
            Some(masked) => masked,
            None => match said {
                Said::Value(value, flags) => (value, flags),
                _ => return Ok(None),
            },
        };
        Ok(Some((value, flags, counts)))
    }

    fn masked(
        &mut self,
        plan: &ValuePlan,
        record: &Record,
        text: &str,
    ) -> Result<Option<(Value, Flags)>, (usize, &'static str)> {
        let Some(mask) = &plan.mask else { return Ok(None) };
        let said = record.get(text, mask.column);
        if said.is_empty() || mask.none.iter().any(|none| none == said) {
            return Ok(None);
        }
        match cell::value(
            said,
            plan.scale,
            [f64::INFINITY, f64::NEG_INFINITY],
            &mut self.tokens[mask.tokens],
            (None, None),
        ) {
            Said::Value(value, flags) => Ok(Some((value, flags))),
            Said::Nothing => Ok(None),
            Said::Refused(_) => Err((mask.column, "a mask that the profile does not know")),
        }
    }
}

/// The exact value twice, or the bounds; not a number where there is none.
fn bounds(value: Value) -> (f64, f64) {
    match value {
        Value::Exact { value } => (value, value),
        Value::Range { lo, hi } => (lo, hi),
        Value::AtLeast { lo } => (lo, f64::NAN),
        Value::AtMost { hi } => (f64::NAN, hi),
        _ => (f64::NAN, f64::NAN),
    }
}

/// The percent that numerator and denominator make.
fn computed(counts: Counts) -> Said {
    match counts {
        (Some(numerator), Some(denominator)) if denominator > 0.0 => {
            Said::Value(Value::Exact { value: 100.0 * numerator / denominator }, Flags::default())
        }
        _ => Said::Nothing,
    }
}

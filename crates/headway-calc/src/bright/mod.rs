//! `calc bright-spots`: units that stand out, by rows below the unit, by counts, or by one result a unit.

mod counts;
mod models;
mod table;

use headway_stats::mixed::{FitFailure, IntervalFlag};
use serde_json::Value;

use super::{CalcError, JsonInput};
use table::ModelTable;

/// What a model that found no variance between units says of them.
const NO_SPREAD: &str = "no variance between units was found: no unit stands out, and q is null";

#[derive(Clone, Copy)]
enum RowModel {
    Intercepts,
    Slopes,
    Logistic,
    Regression,
}

const MODELS: [(&str, RowModel); 4] = [
    ("random-intercepts", RowModel::Intercepts),
    ("random-slopes", RowModel::Slopes),
    ("logistic", RowModel::Logistic),
    ("regression", RowModel::Regression),
];

pub(super) fn bright_spots(input: &JsonInput<'_>) -> Result<Value, CalcError> {
    if input.has_field("units") {
        return counts::calc_counts(input);
    }
    let model = input.optional_field("model")?.map(|m| m.one_of_words(&MODELS)).transpose()?;
    let mut table = ModelTable::from_input(input)?;
    let model = model.unwrap_or_else(|| usual_model(input, &table));
    loop {
        let fitted = match model {
            RowModel::Intercepts => models::fit_intercepts(&table),
            RowModel::Slopes => models::fit_slopes(&table, input),
            RowModel::Logistic => models::fit_logistic(&table),
            RowModel::Regression => models::regression_answer(&table, input),
        };
        match fitted {
            Ok(answer) => return Ok(answer),
            // As R's models do: a column that the others say already gets no coefficient.
            Err(ModelFailure::Unfit(FitFailure::Collinear(column))) if column > 0 => table.drop_covariate(column - 1),
            Err(ModelFailure::Unfit(why)) => return Ok(table.unfit_answer(why)),
            Err(ModelFailure::Input(fault)) => return Err(fault),
        }
    }
}

/// Why a model gives no answer: the input is wrong, or right and can't be computed.
enum ModelFailure {
    Input(CalcError),
    Unfit(FitFailure),
}

impl From<CalcError> for ModelFailure {
    fn from(fault: CalcError) -> Self {
        Self::Input(fault)
    }
}

impl From<FitFailure> for ModelFailure {
    fn from(why: FitFailure) -> Self {
        Self::Unfit(why)
    }
}

/// The model where none is named: with slopes if a slope is. One row a unit leaves nothing to tell the unit from its row:
/// then the unit stands out of a line through all of them.
fn usual_model(input: &JsonInput<'_>, table: &ModelTable<'_>) -> RowModel {
    if input.has_field("slope") {
        RowModel::Slopes
    } else if table.rows.len() == table.units.len() {
        RowModel::Regression
    } else {
        RowModel::Intercepts
    }
}

/// As the reference outputs write it: empty for a unit that does not stand out.
fn flag_word(flag: IntervalFlag) -> &'static str {
    match flag {
        IntervalFlag::Above => "above",
        IntervalFlag::Below => "below",
        IntervalFlag::None => "",
    }
}

//! `calc bright-spots`: units that stand out, by rows below the unit, by counts, or by one result a unit.

mod counts;
mod models;
mod table;

use headway_stats::mixed::{Flag, Unfit};
use serde_json::Value;

use super::{CalcError, Input};
use table::Table;

/// What a model that found no variance between units says of them.
const NO_SPREAD: &str = "no variance between units was found: no unit stands out, and q is null";

#[derive(Clone, Copy)]
enum Model {
    Intercepts,
    Slopes,
    Logistic,
    Regression,
}

const MODELS: [(&str, Model); 4] = [
    ("random-intercepts", Model::Intercepts),
    ("random-slopes", Model::Slopes),
    ("logistic", Model::Logistic),
    ("regression", Model::Regression),
];

pub(super) fn bright_spots(input: &Input<'_>) -> Result<Value, CalcError> {
    if input.has("units") {
        return counts::counts(input);
    }
    let model = input.maybe("model")?.map(|m| m.word(&MODELS)).transpose()?;
    let mut table = Table::read(input)?;
    let model = model.unwrap_or_else(|| usual(input, &table));
    loop {
        let fitted = match model {
            Model::Intercepts => models::intercepts(&table),
            Model::Slopes => models::slopes(&table, input),
            Model::Logistic => models::logistic(&table),
            Model::Regression => models::regression(&table, input),
        };
        match fitted {
            Ok(answer) => return Ok(answer),
            // As R's models do: a column that the others say already gets no coefficient.
            Err(Failed::Unfit(Unfit::Collinear(column))) if column > 0 => table.drop_covariate(column - 1),
            Err(Failed::Unfit(why)) => return Ok(table.unfit(why)),
            Err(Failed::Input(fault)) => return Err(fault),
        }
    }
}

/// Why a model gives no answer: the input is wrong, or right and can't be computed.
enum Failed {
    Input(CalcError),
    Unfit(Unfit),
}

impl From<CalcError> for Failed {
    fn from(fault: CalcError) -> Self {
        Self::Input(fault)
    }
}

impl From<Unfit> for Failed {
    fn from(why: Unfit) -> Self {
        Self::Unfit(why)
    }
}

/// The model where none is named: with slopes if a slope is. One row a unit leaves nothing to tell the unit from its row:
/// then the unit stands out of a line through all of them.
fn usual(input: &Input<'_>, table: &Table<'_>) -> Model {
    if input.has("slope") {
        Model::Slopes
    } else if table.rows.len() == table.units.len() {
        Model::Regression
    } else {
        Model::Intercepts
    }
}

/// As the reference outputs write it: empty for a unit that does not stand out.
fn flag(flag: Flag) -> &'static str {
    match flag {
        Flag::Above => "above",
        Flag::Below => "below",
        Flag::None => "",
    }
}

//! Rows with their unit, result and covariates, as a model takes them.

use std::collections::HashMap;

use headway_stats::mixed::{BY_CHANCE, FitFailure, VERSION};
use serde_json::{Map, Value, json};

use super::NO_SPREAD;
use crate::{CalcError, JsonInput, with_note};

/// Rows with their unit, result and covariates. A row with a missing figure is left out and counted.
pub(super) struct ModelTable<'a> {
    /// Coefficients after the intercept: a column of numbers by its name, a column of texts as one yes-or-no column for each
    /// text but the first in order, by name and text (`sexM`).
    pub(super) names: Vec<String>,
    pub(super) units: Vec<&'a Value>,
    pub(super) rows: Vec<ModelRow<'a>>,
    left_out: usize,
    /// Covariates that are constant, or follow from those before them.
    dropped: Vec<String>,
}

pub(super) struct ModelRow<'a> {
    pub(super) unit: usize,
    pub(super) y: f64,
    pub(super) x: Vec<f64>,
    pub(super) weight: f64,
    /// Where it came from, for faults.
    pub(super) given: JsonInput<'a>,
}

/// A covariate as it is given.
struct CovariateColumn<'a> {
    name: &'a str,
    /// The texts, that which the others are compared with first; empty for a column of numbers.
    texts: Vec<&'a str>,
}

impl<'a> CovariateColumn<'a> {
    /// `first` is the text to compare with; the first in order if none is named.
    fn from_rows(name: &'a str, rows: &[JsonInput<'a>], first: Option<&JsonInput<'a>>) -> Result<Self, CalcError> {
        let mut texts = Vec::new();
        for row in rows {
            match row.optional_field(name)? {
                Some(cell) if cell.value().is_string() => texts.push(cell.to_text()?),
                _ => {}
            }
        }
        texts.sort_unstable();
        texts.dedup();
        if let Some(first) = first {
            let text = first.to_text()?;
            let at = texts.iter().position(|t| *t == text);
            let at = at.ok_or_else(|| first.fault(format!("no row has “{text}” as its {name}")))?;
            texts[..=at].rotate_right(1);
        }
        Ok(Self { name, texts })
    }

    fn covariate_names(&self) -> Vec<String> {
        match self.texts.get(1..) {
            None => vec![self.name.to_owned()],
            Some(texts) => texts.iter().map(|t| format!("{}{t}", self.name)).collect(),
        }
    }

    /// The row's figures; NaN where the cell is missing.
    fn read_row(&self, row: &JsonInput<'_>, into: &mut Vec<f64>) -> Result<(), CalcError> {
        let cell = row.optional_field(self.name)?;
        if self.texts.is_empty() {
            into.push(cell.map_or(Ok(f64::NAN), |c| read_figure(&c))?);
            return Ok(());
        }
        let text = cell.map(|c| c.to_text()).transpose()?;
        into.extend(self.texts[1..].iter().map(|t| text.map_or(f64::NAN, |own| f64::from(u8::from(own == *t)))));
        Ok(())
    }
}

/// A number; yes is 1, no is 0.
fn read_figure(cell: &JsonInput<'_>) -> Result<f64, CalcError> {
    if cell.value().is_boolean() { cell.to_bool().map(|yes| f64::from(u8::from(yes))) } else { cell.to_number() }
}

impl<'a> ModelTable<'a> {
    pub(super) fn from_input(input: &JsonInput<'a>) -> Result<Self, CalcError> {
        let (y, unit) = (input.required_field("y")?.to_text()?, input.required_field("unit")?.to_text()?);
        let weights = input.optional_field("weights")?.map(|w| w.to_text()).transpose()?;
        let rows = input.required_field("rows")?.array_items()?;
        let x = input.optional_field("x")?.map_or(Ok(Vec::new()), |x| x.array_items())?;
        let first = input.optional_field("compared_with")?;
        let mut columns = Vec::with_capacity(x.len());
        let named = [input.optional_field("y")?, input.optional_field("weights")?];
        for given in named.iter().flatten().chain(&x) {
            let name = given.to_text()?;
            if !rows.is_empty() && !rows.iter().any(|row| row.has_field(name)) {
                return Err(given.fault(format!("no row has the field “{name}”")));
            }
        }
        for x in &x {
            let name = x.to_text()?;
            let first = first.as_ref().map(|f| f.optional_field(name)).transpose()?.flatten();
            columns.push(CovariateColumn::from_rows(name, &rows, first.as_ref())?);
        }
        let names = columns.iter().flat_map(CovariateColumn::covariate_names).collect();
        let mut table =
            Self { names, units: Vec::new(), rows: Vec::with_capacity(rows.len()), left_out: 0, dropped: Vec::new() };
        let mut numbers: HashMap<String, usize> = HashMap::new();
        for row in rows {
            let value = |name: &str| row.optional_field(name)?.map_or(Ok(f64::NAN), |v| read_figure(&v));
            let id = row.required_field(unit)?.value();
            let (y, weight) = (value(y)?, weights.map_or(Ok(1.0), value)?);
            let mut x = Vec::with_capacity(table.names.len());
            for column in &columns {
                column.read_row(&row, &mut x)?;
            }
            if !y.is_finite() || !weight.is_finite() || x.iter().any(|v| !v.is_finite()) {
                table.left_out += 1;
                continue;
            }
            if weight <= 0.0 {
                return Err(row.fault("a weight must be positive"));
            }
            let unit = *numbers.entry(id.to_string()).or_insert_with(|| {
                table.units.push(id);
                table.units.len() - 1
            });
            table.rows.push(ModelRow { unit, y, x, weight, given: row });
        }
        Ok(table)
    }

    /// The first result. Far-off ones (dollars, head counts) keep their digits when they are counted from one of them.
    pub(super) fn first_result(&self) -> f64 {
        self.rows.first().map_or(0.0, |row| row.y)
    }

    /// Coefficients by name, the intercept first; those of dropped covariates are null.
    pub(super) fn name_coefficients(&self, values: &[f64]) -> Value {
        let names = std::iter::once("(Intercept)").chain(self.names.iter().map(String::as_str));
        let known = names.zip(values).map(|(name, v)| (name.to_owned(), json!(v)));
        let dropped = self.dropped.iter().map(|name| (name.clone(), Value::Null));
        Value::Object(known.chain(dropped).collect::<Map<String, Value>>())
    }

    /// Takes a covariate out of every row.
    pub(super) fn drop_covariate(&mut self, place: usize) {
        self.dropped.push(self.names.remove(place));
        for row in &mut self.rows {
            row.x.remove(place);
        }
    }

    /// The answer where the model can't be fitted: null, and why.
    pub(super) fn unfit_answer(&self, why: FitFailure) -> Value {
        let unit = |id: &&Value| json!({ "unit": id, "u": null, "se_comparative": null, "flag": "", "q": null });
        let answer = json!({
            "fixef": null, "coef": null, "se": null, "tau2": null, "sigma": null, "criterion": null, "icc": null,
            "units": self.units.iter().map(unit).collect::<Vec<Value>>(),
        });
        with_note(self.finish_answer(answer, "bright-spots", false), &format!("no model can be fitted: {why}"))
    }

    /// What every model's answer ends with.
    pub(super) fn finish_answer(&self, mut answer: Value, method: &str, no_spread: bool) -> Value {
        answer["n"] = json!(self.rows.len());
        answer["n_units"] = json!(self.units.len());
        answer["left_out"] = json!(self.left_out);
        answer["dropped"] = json!(self.dropped);
        answer["by_chance"] = json!(BY_CHANCE * self.units.len() as f64);
        for (count, word) in [("n_above", "above"), ("n_below", "below")] {
            let units = answer["units"].as_array().map_or(0, |u| u.iter().filter(|u| u["flag"] == word).count());
            answer[count] = json!(units);
        }
        answer["method"] = json!(method);
        answer["method_version"] = json!(VERSION);
        let dropped =
            format!("constant, or following from other covariates, and left out: {}", self.dropped.join(", "));
        let said = [(no_spread, NO_SPREAD), (!self.dropped.is_empty(), dropped.as_str())];
        let notes: Vec<&str> = said.into_iter().filter(|(says, _)| *says).map(|(_, note)| note).collect();
        if notes.is_empty() { answer } else { with_note(answer, &notes.join("; ")) }
    }
}

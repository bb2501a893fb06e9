//! `calc funnel`: limits around the target, by size of the unit.

use std::collections::HashMap;

use headway_stats::funnel::{
    FunnelError, FunnelInput, FunnelKind, FunnelLimits, FunnelOptions, FunnelPoint, METHOD, VERSION,
};
use serde_json::{Map, Value, json};

use super::rows::{RowSource, RowsAnswer};
use super::{CalcError, JsonInput, with_note};

pub(super) fn calc_funnel(input: &JsonInput<'_>) -> Result<RowsAnswer, CalcError> {
    let given = input.optional_field("options")?;
    let options = given.as_ref().map_or(Ok(default(FunnelKind::Proportion)), read_options)?;
    let multiplier = given.map(|g| g.optional_field("multiplier")).transpose()?.flatten();
    let drawing = FunnelDrawing { kind: options.kind, multiplier: multiplier.map_or(Ok(1.0), |m| m.to_number())? };
    let rows = input.required_field("units")?;
    let (names, given, units) = read_groups(&rows)?;
    let empty = |unit: &FunnelInput| unit.numerator == 0.0 && unit.denominator == 0.0;
    let counted: Vec<usize> = (0..units.len()).filter(|i| !empty(&units[*i])).collect();
    let found =
        headway_stats::funnel::build_funnel(&counted.iter().map(|i| units[*i]).collect::<Vec<FunnelInput>>(), &options);
    let found = match found {
        Ok(found) => found,
        Err(why @ (FunnelError::Empty | FunnelError::NoSpread)) => {
            return Ok(answer_without_limits(names, units, drawing, &why));
        }
        Err(FunnelError::BadUnit(i)) => return Err(given[counted[i]].fault(wrong_figures(options.kind))),
        Err(why @ FunnelError::BadTrim) => return Err(input.fault(format!("options.trim_by: {why}"))),
    };
    let outliers: Vec<&Value> =
        std::iter::zip(&counted, &found.places).filter(|(_, p)| p.outlier).map(|(i, _)| &names[*i]).collect();
    let answer = json!({
        "target": found.target,
        "phi": found.phi,
        "tau2": found.tau2,
        "n_outliers": outliers.len(),
        "outliers": outliers,
        "units": null,
        "method": METHOD,
        "method_version": VERSION,
    });
    let uncounted = (counted.len() < units.len()).then_some("a unit that nothing is counted of is not judged");
    let hitless = found.places.iter().any(|p| p.y.is_infinite());
    let hitless = hitless
        .then_some("a unit without a hit has no logarithm: Y and its z are null, and the spread does without it");
    let notes: Vec<&str> = uncounted.into_iter().chain(hitless).collect();
    let answer = if notes.is_empty() { answer } else { with_note(answer, &notes.join("; ")) };
    let mut points = vec![UNJUDGED; units.len()];
    std::iter::zip(counted, found.places).for_each(|(at, point)| points[at] = point);
    Ok(RowsAnswer::new(answer, "units", FunnelRows { names, units, points, even_target: found.even_target, drawing }))
}

/// What is said of each unit.
struct FunnelRows {
    names: Vec<Value>,
    units: Vec<FunnelInput>,
    points: Vec<FunnelPoint>,
    even_target: f64,
    drawing: FunnelDrawing,
}

impl RowSource for FunnelRows {
    fn row_count(&self) -> usize {
        self.names.len()
    }

    fn row_json(&self, at: usize) -> Value {
        unit_json(&self.names[at], &self.units[at], &self.points[at], self.even_target, &self.drawing)
    }
}

/// Why figures can't be those of a unit, and what would be right.
fn wrong_figures(kind: FunnelKind) -> &'static str {
    match kind {
        FunnelKind::Proportion => "a proportion has a numerator from 0 to the denominator, which is above 0",
        FunnelKind::RatioShmi | FunnelKind::RatioCqc => {
            "a standardized ratio has an observed number of 0 or more over an expected one above 0; its variance is above 0"
        }
        FunnelKind::CountRatio => "a ratio of counts has a numerator of 0 or more and a denominator above 0",
    }
}

/// Right figures that no limits can be drawn from.
fn answer_without_limits(
    names: Vec<Value>,
    units: Vec<FunnelInput>,
    drawing: FunnelDrawing,
    why: &FunnelError,
) -> RowsAnswer {
    let point = |unit: &FunnelInput| FunnelPoint { ratio: unit.numerator / unit.denominator, ..UNJUDGED };
    let points = units.iter().map(point).collect();
    let answer = json!({
        "target": null, "phi": null, "tau2": null, "n_outliers": 0, "outliers": [],
        "units": null, "method": METHOD, "method_version": VERSION,
    });
    let rows = FunnelRows { names, units, points, even_target: f64::NAN, drawing };
    RowsAnswer::new(with_note(answer, &why.to_string()), "units", rows)
}

/// A unit that nothing is counted of.
const UNJUDGED: FunnelPoint = {
    let unknown = FunnelLimits { p95: [f64::NAN; 2], p998: [f64::NAN; 2] };
    FunnelPoint {
        ratio: f64::NAN,
        y: f64::NAN,
        s: f64::NAN,
        z: f64::NAN,
        trimmed_z: f64::NAN,
        trimmed: false,
        adjusted: unknown,
        unadjusted: unknown,
        binomial: None,
        outlier: false,
    }
};

/// The largest count that exact limits are made for.
const MOST: f64 = 1e10;

/// How figures are printed: limits times the multiplier (100 for ratios told in percent), as the reference does.
struct FunnelDrawing {
    kind: FunnelKind,
    multiplier: f64,
}

/// The reference's limits are asked for by name, so its drawing is followed where nothing else is said.
fn default(kind: FunnelKind) -> FunnelOptions {
    FunnelOptions { kind, wide: false, trim: 0.1, adjust: true, drawn_as_reference: true }
}

fn read_options(given: &JsonInput<'_>) -> Result<FunnelOptions, CalcError> {
    let data = given
        .optional_field("data_type")?
        .map_or(Ok("PR"), |d| d.one_of_words(&[("PR", "PR"), ("SR", "SR"), ("RC", "RC")]))?;
    let ratio = [("SHMI", FunnelKind::RatioShmi), ("CQC", FunnelKind::RatioCqc)];
    let ratio = given.optional_field("sr_method")?.map_or(Ok(FunnelKind::RatioShmi), |s| s.one_of_words(&ratio))?;
    let kind = match data {
        "PR" => FunnelKind::Proportion,
        "RC" => FunnelKind::CountRatio,
        _ => ratio,
    };
    let mut options = default(kind);
    if let Some(limit) = given.optional_field("limit")? {
        options.wide = match limit.to_number()? {
            95.0 => false,
            99.0 | 99.8 => true,
            other => return Err(limit.fault(format!("limits are 95 or 99 (which is 99.8), not {other}"))),
        };
    }
    if let Some(trim) = given.optional_field("trim_by")? {
        options.trim = trim.to_number()?;
    }
    if let Some(adjust) = given.optional_field("draw_adjusted")? {
        options.adjust = adjust.to_bool()?;
    }
    if let Some(reference) = given.optional_field("drawn_as_reference")? {
        options.drawn_as_reference = reference.to_bool()?;
    }
    Ok(options)
}

/// The units by name, in order, with the row each is first in. Rows of one group are summed; a row without is its own.
type FunnelGroups<'a> = (Vec<Value>, Vec<JsonInput<'a>>, Vec<FunnelInput>);

fn read_groups<'a>(rows: &JsonInput<'a>) -> Result<FunnelGroups<'a>, CalcError> {
    let (mut names, mut given, mut units): FunnelGroups<'a> = Default::default();
    let mut places = HashMap::new();
    for row in rows.array_items()? {
        let (next, own) = (units.len(), read_figures(&row)?);
        let name = row.optional_field("group")?.map_or(Value::Null, |g| g.value().clone());
        let at = if name.is_null() { next } else { *places.entry(name.to_string()).or_insert(next) };
        if at == next {
            names.push(name);
            given.push(row);
            units.push(own);
        } else {
            let sum: &mut FunnelInput = &mut units[at];
            sum.numerator += own.numerator;
            sum.denominator += own.denominator;
            sum.variance = sum.variance.zip(own.variance).map(|(a, b)| a + b);
        }
    }
    Ok((names, given, units))
}

fn read_figures(row: &JsonInput<'_>) -> Result<FunnelInput, CalcError> {
    Ok(FunnelInput {
        numerator: read_amount(&row.required_field("numerator")?)?,
        denominator: read_amount(&row.required_field("denominator")?)?,
        variance: row.optional_field("variance")?.map(|v| read_amount(&v)).transpose()?,
    })
}

/// A count, or an expected number. Exact limits of more than all people there are take too long.
fn read_amount(given: &JsonInput<'_>) -> Result<f64, CalcError> {
    let amount = given.to_number()?;
    if amount <= MOST { Ok(amount) } else { Err(given.fault(format!("{amount:e} is too large a count"))) }
}

fn unit_json(
    name: &Value,
    unit: &FunnelInput,
    place: &FunnelPoint,
    even_target: f64,
    drawing: &FunnelDrawing,
) -> Value {
    let mut row = Map::new();
    let mut put = |key: &str, value: Value| row.insert(key.to_owned(), value);
    put("group", name.clone());
    put("numerator", json!(unit.numerator));
    put("denominator", json!(unit.denominator));
    put("rr", json!(place.ratio));
    put("target_transformed", json!(even_target));
    put("Y", json!(place.y));
    put("s", json!(place.s));
    put("Uzscore", json!(place.z));
    put("Wuzscore", json!(place.trimmed_z));
    let mut limits = |limits: &FunnelLimits, [l95, u95, l99, u99]: [&str; 4]| {
        for (key, limit) in [(l95, limits.p95[0]), (u95, limits.p95[1]), (l99, limits.p998[0]), (u99, limits.p998[1])] {
            put(key, json!(limit * drawing.multiplier));
        }
    };
    limits(&place.adjusted, ["OD95LCL", "OD95UCL", "OD99LCL", "OD99UCL"]);
    limits(&place.unadjusted, ["LCL95", "UCL95", "LCL99", "UCL99"]);
    if let Some(binomial) = &place.binomial {
        let names = ["0.025", "0.975", "0.001", "0.999"].map(|q| format!("binom_exact_interp_{q}"));
        limits(binomial, names.each_ref().map(String::as_str));
    }
    let trimmed = if drawing.kind == FunnelKind::RatioShmi { "truncated" } else { "winsorised" };
    put(trimmed, json!(u8::from(place.trimmed)));
    put("outlier", json!(u8::from(place.outlier)));
    Value::Object(row)
}

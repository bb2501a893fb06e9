//! The sample's table of published results, as imports: one for each document and day on which some of them became known.

use std::collections::{BTreeMap, HashMap};

use headway_model::plan::{Measure, Plan};
use headway_model::status::ResultLag;
use headway_model::{
    GradeCode, GroupCode, Level, MeasureId, ObservationBatch, Period, PeriodKind, Place, PlaceId, Value, ValueFlags,
};
use jiff::civil::Date;
use serde::Deserialize;

use super::DemoImport;
use crate::{Error, Result};

const TABLE: &str = include_str!("../../../../samples/massachusetts/observations.csv");

#[derive(Debug, Deserialize)]
struct DemoRow {
    measure: MeasureId,
    #[serde(rename = "unit")]
    place: PlaceId,
    group: GroupCode,
    grade: GradeCode,
    period_kind: PeriodKind,
    period: String,
    value: String,
    numerator: Option<f64>,
    denominator: Option<f64>,
    flags: String,
    source: String,
    published: String,
}

/// The places of the table, and its rows as imports. A row that does not say when it was published counts as known from
/// the day on which its result was due, by the lag of its measure in `plans`.
pub(super) fn read_parcels(plans: &[Plan]) -> Result<(Vec<Place>, Vec<DemoImport>)> {
    let lags = result_lags(plans)?;
    // A figure's source is that of its import: each document is one of its own.
    let mut imports: BTreeMap<(Date, String), BTreeMap<MeasureId, ObservationBatch>> = BTreeMap::new();
    let mut places: Vec<PlaceId> = Vec::new();
    for (line, row) in csv::Reader::from_reader(TABLE.as_bytes()).deserialize().enumerate() {
        let row: DemoRow = row.map_err(|e| Error::Refused(format!("observations.csv: {e}")))?;
        let bad = |why: String| Error::Refused(format!("observations.csv:{}: {why}", line + 2));
        let period = Period::parse(row.period_kind, &row.period).map_err(|e| bad(e.to_string()))?;
        let day = match parse_published(&row.published).map_err(bad)? {
            Some(day) => day,
            None => measure_lag(&row.measure, &lags).due_date(period),
        };
        let (value, strict) = parse_value(&row.value).ok_or_else(|| bad(format!("“{}” is no value", row.value)))?;
        let batches = imports.entry((day, row.source.trim().to_owned())).or_default();
        let batch = batches
            .entry(row.measure.clone())
            .or_insert_with(|| ObservationBatch::new(row.measure.clone(), row.period_kind));
        let key = [
            batch.places.intern_text(&row.place),
            batch.groups.intern_text(&row.group),
            batch.grades.intern_text(&row.grade),
        ];
        let flags = parse_flags(&row.flags).map_err(bad)?.with_flags(strict);
        // The table has counts beside percents only.
        let value = value.by_counts(row.numerator, row.denominator);
        batch.push(key, period.ordinal, value, (row.numerator, row.denominator), flags);
        if !places.contains(&row.place) {
            places.push(row.place);
        }
    }
    let parcels = imports.into_iter().map(|((day, source), batches)| DemoImport {
        file: "observations.csv".to_owned(),
        source,
        known_from: day,
        batches: Box::new(batches.into_values()),
    });
    Ok((places.iter().map(|id| place_from_id(id)).collect(), parcels.collect()))
}

/// Result lags by measure; of several editions the last that says one.
fn result_lags(plans: &[Plan]) -> Result<HashMap<&str, ResultLag>> {
    let with_lag = |m: &Measure| m.result_lag.clone();
    let mut lags = HashMap::new();
    for measure in plans.iter().flat_map(|p| &p.measures) {
        if let Some(text) = with_lag(measure) {
            let lag = ResultLag::parse(&text).map_err(|e| Error::Refused(e.to_string()))?;
            lags.insert(measure.id.as_str(), lag);
        }
    }
    Ok(lags)
}

/// The lag of a measure, or of the compound measure that it is a part of.
fn measure_lag(measure: &str, lags: &HashMap<&str, ResultLag>) -> ResultLag {
    let of = |id: &str| lags.get(id).copied();
    of(measure).or_else(|| of(measure.split_once('.')?.0)).unwrap_or_default()
}

/// `2011-09-21`, or the last day of `2012-09`; nothing where the table says nothing.
fn parse_published(text: &str) -> std::result::Result<Option<Date>, String> {
    let day = match text.len() {
        0 => return Ok(None),
        7 => format!("{text}-01").parse().map(Date::last_of_month),
        _ => text.parse(),
    };
    day.map(Some).map_err(|e| format!("“{text}” is no day: {e}"))
}

fn parse_value(text: &str) -> Option<(Value, ValueFlags)> {
    let (strict, plain) = (ValueFlags::STRICT, ValueFlags::default());
    let number = |text: &str| text.trim().parse::<f64>().ok();
    Some(if let Some(rest) = text.strip_prefix("<=") {
        (Value::AtMost { hi: number(rest)? }, plain)
    } else if let Some(rest) = text.strip_prefix(">=") {
        (Value::AtLeast { lo: number(rest)? }, plain)
    } else if let Some(rest) = text.strip_prefix('<') {
        (Value::AtMost { hi: number(rest)? }, strict)
    } else if let Some(rest) = text.strip_prefix('>') {
        (Value::AtLeast { lo: number(rest)? }, strict)
    } else {
        (Value::Exact { value: number(text)? }, plain)
    })
}

fn parse_flags(text: &str) -> std::result::Result<ValueFlags, String> {
    let mut flags = ValueFlags::default();
    for word in text.split_whitespace() {
        flags = flags.with_flags(match word {
            "break" => ValueFlags::BREAK,
            "provisional" => ValueFlags::PROVISIONAL,
            other => return Err(format!("“{other}” is no flag")),
        });
    }
    Ok(flags)
}

/// `ma` is the state; `ma-fall-river` is the district of Fall River.
fn place_from_id(id: &str) -> Place {
    let Some(town) = id.strip_prefix("ma-") else {
        return Place { id: id.into(), name: "Massachusetts".to_owned(), level: Level::State, parent: None };
    };
    let word = |w: &str| w.chars().take(1).flat_map(char::to_uppercase).chain(w.chars().skip(1)).collect::<String>();
    let name = town.split('-').map(word).collect::<Vec<_>>().join(" ");
    Place { id: id.into(), name, level: Level::District, parent: Some("ma".into()) }
}

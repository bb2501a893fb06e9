//! `calc status`: where one promise stands, by any of the four methods.
//!
//! The input is turned into a measure with its targets and asked like any other, so that what is said here and what is said
//! on a page can't differ.

use std::num::NonZeroU8;

use headway_model::plan::{Break, Measure, Method, SeriesBreak, Target};
use headway_model::status::{
    AssessmentRequest, PeriodCalendar, ResultLag, SeriesPoint, TargetAssessment, judge_standing,
};
use headway_model::{Direction, Period, PeriodKind, Value, ValueFlags, ValueState, YearEnd};
use jiff::civil::Date;
use serde_json::{Value as Json, json};

use super::promise::{own_target, period_label, read_period, yearly_target};
use super::{CalcError, JsonInput};

const METHODS: [(&str, Method); 4] =
    [("trajectory", Method::Trajectory), ("gpra", Method::Gpra), ("cagr", Method::Cagr), ("trend", Method::Trend)];
const DIRECTIONS: [(&str, Direction); 3] =
    [("increase", Direction::Increase), ("decrease", Direction::Decrease), ("maintain", Direction::Maintain)];
const KINDS: [(&str, PeriodKind); 7] = [
    ("school-year", PeriodKind::SchoolYear),
    ("fiscal-year", PeriodKind::FiscalYear),
    ("cohort", PeriodKind::Cohort),
    ("calendar-year", PeriodKind::CalendarYear),
    ("quarter", PeriodKind::Quarter),
    ("month", PeriodKind::Month),
    ("day", PeriodKind::Day),
];

pub(super) fn calc_status(input: &JsonInput<'_>) -> Result<Json, CalcError> {
    let method = input.optional_field("method")?.map_or(Ok(Method::Trajectory), |m| m.one_of_words(&METHODS))?;
    let kind = input.optional_field("period_kind")?.map_or(Ok(PeriodKind::CalendarYear), |k| k.one_of_words(&KINDS))?;
    let measure = read_measure(input, method, kind)?;
    let rows = input.required_field("points")?.array_items()?;
    let points = rows.iter().map(|row| read_point(row, kind)).collect::<Result<Vec<SeriesPoint>, CalcError>>()?;
    if let Some(i) = (1..points.len()).find(|&i| points[..i].iter().any(|p| p.period == points[i].period)) {
        return Err(rows[i].fault(format!("{} is there twice", points[i].period)));
    }
    let own = own_target(input, kind)?;
    let start = own.first().and_then(|t| t.baseline.as_ref()?.period.to_period(kind).ok());
    let as_of = as_of(input, kind, &measure, &points, start)?;
    let ask = |targets: &[&Target]| {
        let question =
            AssessmentRequest { measure: &measure, targets, points: &points, parts: &[], as_of, method: None };
        judge_standing(&question).map_err(|error| input.fault(error.to_string()))
    };
    let mut yearly = Vec::with_capacity(rows.len());
    for (row, point) in rows.iter().zip(&points) {
        yearly.extend(yearly_target(row, kind)?.map(|target| (point.period, target)));
    }
    let year = year_asked(input, method, kind, &points)?;
    // A federal report of one year knows no target of a later one.
    yearly.retain(|(period, _)| year.is_none_or(|year| *period <= year));
    let targets: Vec<&Target> = own.iter().chain(yearly.iter().map(|(_, target)| target)).collect();
    let mut standing = ask(&targets)?;
    let reported = |year: Period| points.iter().any(|p| p.period == year);
    let promised = |year: Period| yearly.iter().any(|(period, _)| *period == year);
    if own.is_empty() && year.is_some_and(|year| reported(year) && !promised(year)) {
        // Nothing was promised for this year: what earlier years promised stays in the list of years.
        let years = std::mem::take(&mut standing.years);
        standing = ask(&[])?;
        standing.years = years;
    }
    let mut answer = serde_json::to_value(&standing)?;
    answer["sentence"] = json!(standing.to_sentence());
    let mut note = standing_note(&standing);
    if points.is_empty() {
        note = format!("There are no points. {note}").trim_end().to_owned();
    }
    Ok(if note.is_empty() { answer } else { super::with_note(answer, &note) })
}

/// The year that a federal report with yearly targets is asked of.
fn year_asked(
    input: &JsonInput<'_>,
    method: Method,
    kind: PeriodKind,
    points: &[SeriesPoint],
) -> Result<Option<Period>, CalcError> {
    if method != Method::Gpra {
        return Ok(None);
    }
    match input.optional_field("as_of_period")? {
        Some(given) => read_period(&given, kind).map(Some),
        None if input.has_field("as_of") => Ok(None),
        None => Ok(points.iter().map(|p| p.period).max()),
    }
}

/// Why figures are null, and what else a reader must know: the sentence, and the notes that it does not say already.
fn standing_note(standing: &TargetAssessment) -> String {
    let mut said = Vec::new();
    let backwards = standing.baseline_period.zip(standing.target_period).is_some_and(|(b, t)| t <= b);
    if standing.expected.is_none() || standing.pace_needed.is_none() || standing.distance.is_none() {
        said.push(standing.to_sentence());
        for note in &standing.notes {
            if !said[0].contains(&note.text) {
                said.push(note.text.clone());
            }
        }
    }
    if backwards {
        said.push("The target's period is not after the baseline's: there is no path between them.".to_owned());
    }
    said.join(" ")
}

/// The day as of which is asked: `as_of` itself, or the first day on which `as_of_period` is over and its result due; the
/// latest point's period when neither is given, and that of the baseline where there are no points.
fn as_of(
    input: &JsonInput<'_>,
    kind: PeriodKind,
    measure: &Measure,
    points: &[SeriesPoint],
    start: Option<Period>,
) -> Result<Date, CalcError> {
    if let Some(day) = input.optional_field("as_of")? {
        return day.to_text()?.parse().map_err(|_| day.fault("expected a date like 2015-10-01"));
    }
    let calendar = PeriodCalendar::for_measure(measure).map_err(|error| input.fault(error.to_string()))?;
    match input.optional_field("as_of_period")? {
        Some(given) => Ok(calendar.due_date(read_period(&given, kind)?)),
        None => {
            let latest = points.iter().map(|p| p.period).max().or(start);
            latest
                .map(|p| calendar.due_date(p))
                .ok_or_else(|| input.fault("no points: say as of which period (as_of_period)"))
        }
    }
}

fn read_measure(input: &JsonInput<'_>, method: Method, kind: PeriodKind) -> Result<Measure, CalcError> {
    let direction = input.required_field("direction")?.one_of_words(&DIRECTIONS)?;
    let number = |name: &str| input.optional_field(name)?.map(|n| n.to_number()).transpose();
    let result_lag = match input.optional_field("result_lag")? {
        Some(lag) => {
            ResultLag::parse(lag.to_text()?).map_err(|e| lag.fault(e.to_string()))?;
            Some(lag.to_text()?.to_owned())
        }
        None => None,
    };
    let year_ends = match input.optional_field("year_ends")? {
        Some(day) => Some(YearEnd::parse(day.to_text()?).map_err(|e| day.fault(e.to_string()))?),
        None => None,
    };
    let every = match input.optional_field("every")? {
        Some(every) => {
            let count = u8::try_from(every.to_count()?).ok().and_then(NonZeroU8::new);
            Some(count.ok_or_else(|| every.fault("a result comes every 1 to 255 periods"))?)
        }
        None => None,
    };
    let bounds = match (number("limit")?, direction) {
        (Some(limit), Direction::Decrease) => Some([limit, f64::INFINITY]),
        (Some(limit), _) => Some([f64::NEG_INFINITY, limit]),
        (None, _) => input.optional_field("bounds")?.map(|b| read_bounds(&b)).transpose()?,
    };
    let tolerance = number("tolerance")?;
    if let Some(given) = input.optional_field("tolerance")?.filter(|_| tolerance.is_some_and(|t| t < 0.0)) {
        return Err(given.fault("a tolerance can't be negative: it is how far off the path is still near"));
    }
    let mut breaks = Vec::new();
    for (field, what) in [("breaks", Break::Break), ("gaps", Break::Missing)] {
        for mark in input.optional_field(field)?.map_or(Ok(Vec::new()), |b| b.array_items())? {
            let at = read_period(&mark, kind)?;
            breaks.push(SeriesBreak { period: period_label(at), kind: what, note: None });
        }
    }
    Ok(Measure {
        id: "measure".into(),
        name: "measure".to_owned(),
        definition: None,
        audience: None,
        unit: input.optional_field("unit")?.map(|u| u.to_text().map(str::to_owned)).transpose()?,
        direction: Some(direction),
        period: kind,
        year_ends,
        result_lag,
        cadence: input.optional_field("cadence")?.map(|words| words.to_text().map(str::to_owned)).transpose()?,
        every,
        kind: None,
        serves: Vec::new(),
        owner: None,
        goal_text: None,
        tolerance,
        bounds,
        min_n: None,
        publishing: headway_model::plan::Publishing::default(),
        method: Some(method),
        breaks,
        parts: Vec::new(),
        replaces: Vec::new(),
        targets: Vec::new(),
        source: Vec::new(),
        note: None,
    })
}

fn read_bounds(bounds: &JsonInput<'_>) -> Result<[f64; 2], CalcError> {
    match bounds.to_numbers()?[..] {
        [lo, hi] if lo <= hi => Ok([lo, hi]),
        _ => Err(bounds.fault("expected [lowest, highest]")),
    }
}

/// `{period, value}`, `{period, lo and/or hi}` or `{period, state}`; without any of them the value is missing.
fn read_point(row: &JsonInput<'_>, kind: PeriodKind) -> Result<SeriesPoint, CalcError> {
    let number = |name: &str| row.optional_field(name)?.map(|n| n.to_number()).transpose();
    let value = match (number("value")?, number("lo")?, number("hi")?) {
        (Some(value), None, None) => Value::Exact { value },
        (None, Some(lo), Some(hi)) if lo <= hi => Value::Range { lo, hi },
        (None, Some(_), Some(_)) => return Err(row.fault("lo is above hi")),
        (None, Some(lo), None) => Value::AtLeast { lo },
        (None, None, Some(hi)) => Value::AtMost { hi },
        (None, None, None) => without_number(row)?,
        _ => return Err(row.fault("give value, or lo and hi, not both")),
    };
    let truth = |name: &str, otherwise| row.optional_field(name)?.map_or(Ok(otherwise), |t| t.to_bool());
    let mut flags = ValueFlags::default();
    for (name, flag) in
        [("break", ValueFlags::BREAK), ("strict", ValueFlags::STRICT), ("provisional", ValueFlags::PROVISIONAL)]
    {
        if truth(name, false)? {
            flags = flags.with_flags(flag);
        }
    }
    let period = read_period(&row.required_field("period")?, kind)?;
    Ok(SeriesPoint { period, value, flags, released: truth("released", true)? })
}

fn without_number(row: &JsonInput<'_>) -> Result<Value, CalcError> {
    let states = [
        (ValueState::Suppressed.id(), Value::Suppressed),
        (ValueState::NotTested.id(), Value::NotTested),
        (ValueState::NotApplicable.id(), Value::NotApplicable),
        (ValueState::NotReported.id(), Value::NotReported),
        (ValueState::Missing.id(), Value::Missing),
    ];
    row.optional_field("state")?.map_or(Ok(Value::Missing), |s| s.one_of_words(&states))
}

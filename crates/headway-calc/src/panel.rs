//! Panels of `calc forecast` and `calc backtest`: many series of one measure.

use headway_stats::forecast::panel::{self, ForecastGoal, LEAST_POINTS, Panel, PanelParameters, PeriodForecast};
use headway_stats::forecast::{BacktestScore, ForecastMethod, TargetSide, TooFewPoints};
use serde_json::{Value, json};

use super::{CalcError, JsonInput, with_note};

const METHODS: [(&str, ForecastMethod); 9] = [
    ("naive", ForecastMethod::Naive),
    ("drift", ForecastMethod::Drift),
    ("meanf", ForecastMethod::Mean),
    ("ses", ForecastMethod::Ses),
    ("holt", ForecastMethod::Holt),
    ("theta", ForecastMethod::Theta),
    ("ols", ForecastMethod::Ols),
    ("theil_sen", ForecastMethod::TheilSen),
    ("panel-damped-trend", ForecastMethod::Panel),
];

/// Every method is fitted anew to each beginning of a series, so a backtest takes the square of its length and more: seconds here.
const MOST_PERIODS: usize = 500;
/// The same of the panel method, whose series teach each other; ten years of months are as many.
const MOST_PANEL_PERIODS: usize = 120;

/// A panel as given: rows are filled up in front, so that the last period of every series is the same.
struct GivenPanel<'a> {
    ids: Vec<&'a Value>,
    values: Vec<f64>,
    counts: Option<Vec<f64>>,
    breaks: Option<Vec<bool>>,
    targets: Vec<f64>,
    periods: usize,
    bounds: (Option<f64>, Option<f64>),
    reached: TargetSide,
}

impl GivenPanel<'_> {
    fn to_panel(&self) -> Panel<'_> {
        Panel {
            periods: self.periods,
            values: &self.values,
            counts: self.counts.as_deref(),
            breaks: self.breaks.as_deref(),
            bounds: self.bounds,
            reached: self.reached,
        }
    }

    fn has_targets(&self) -> bool {
        self.targets.iter().any(|t| t.is_finite())
    }
}

fn read_panel<'a>(input: &JsonInput<'a>) -> Result<GivenPanel<'a>, CalcError> {
    let rows = input.required_field("series")?.array_items()?;
    let limits = input.optional_field("bounds")?.map_or(Ok((None, None)), |b| read_bounds(&b))?;
    let mut series = Vec::with_capacity(rows.len());
    for row in &rows {
        let y = read_values(&row.required_field("y")?, limits)?;
        let n = row.optional_field("n")?.map(|n| read_counts(&n, y.len())).transpose()?;
        let breaks = row.optional_field("break")?.map(|b| read_marks(&b, y.len())).transpose()?;
        let target = row.optional_field("target")?.map_or(Ok(f64::NAN), |t| t.to_number())?;
        series.push((row.required_field("id")?.value(), y, n, breaks, target));
    }
    let periods = series.iter().map(|s| s.1.len()).max().unwrap_or(0);
    let mut given = GivenPanel {
        ids: series.iter().map(|s| s.0).collect(),
        values: Vec::with_capacity(series.len() * periods),
        counts: series.iter().any(|s| s.2.is_some()).then(Vec::new),
        breaks: series.iter().any(|s| s.3.is_some()).then(Vec::new),
        targets: series.iter().map(|s| s.4).collect(),
        periods,
        bounds: limits,
        reached: input.optional_field("direction")?.map_or(Ok(TargetSide::AtOrAbove), |d| {
            d.one_of_words(&[("increase", TargetSide::AtOrAbove), ("decrease", TargetSide::AtOrBelow)])
        })?,
    };
    for (_, y, n, breaks, _) in series {
        let before = periods - y.len();
        given.values.extend(std::iter::repeat_n(f64::NAN, before).chain(y));
        if let Some(counts) = &mut given.counts {
            counts.extend(
                std::iter::repeat_n(f64::NAN, periods - n.as_ref().map_or(0, Vec::len)).chain(n.into_iter().flatten()),
            );
        }
        if let Some(all) = &mut given.breaks {
            let own = breaks.unwrap_or_default();
            all.extend(std::iter::repeat_n(false, periods - own.len()).chain(own));
        }
    }
    Ok(given)
}

/// Values, none of them beyond the bounds.
fn read_values(y: &JsonInput<'_>, (lo, hi): (Option<f64>, Option<f64>)) -> Result<Vec<f64>, CalcError> {
    let values = y.to_numbers()?;
    let beyond = |v: &f64| lo.is_some_and(|lo| *v < lo) || hi.is_some_and(|hi| *v > hi);
    match values.iter().position(beyond) {
        Some(i) => Err(y.array_items()?[i].fault(format!("{} lies beyond the bounds", values[i]))),
        None => Ok(values),
    }
}

/// How many each value counts. What is not above 0 is not known: public files mask with -1.
fn read_counts(n: &JsonInput<'_>, periods: usize) -> Result<Vec<f64>, CalcError> {
    let counts = n.to_numbers()?;
    if counts.len() == periods {
        Ok(counts.into_iter().map(|n| if n > 0.0 { n } else { f64::NAN }).collect())
    } else {
        Err(n.fault(format!("{} counts for {periods} values", counts.len())))
    }
}

fn read_marks(marks: &JsonInput<'_>, periods: usize) -> Result<Vec<bool>, CalcError> {
    let found = marks.array_items()?.iter().map(JsonInput::to_bool).collect::<Result<Vec<bool>, CalcError>>()?;
    if found.len() == periods {
        Ok(found)
    } else {
        Err(marks.fault(format!("{} marks for {periods} values", found.len())))
    }
}

fn read_bounds(bounds: &JsonInput<'_>) -> Result<(Option<f64>, Option<f64>), CalcError> {
    match bounds.to_numbers()?[..] {
        [lo, hi] if lo >= hi => Err(bounds.fault(format!("the lowest value ({lo}) must lie below the highest ({hi})"))),
        [lo, hi] => Ok(((!lo.is_nan()).then_some(lo), (!hi.is_nan()).then_some(hi))),
        _ => Err(bounds.fault("expected [lowest, highest], null for none")),
    }
}

/// Steps ahead, at least one.
pub(super) fn read_steps(input: &JsonInput<'_>) -> Result<usize, CalcError> {
    let h = input.required_field("h")?;
    match h.to_count()? {
        0 => Err(h.fault("nothing to forecast: h must be 1 or more")),
        steps @ 1..=1000 => Ok(steps as usize),
        _ => Err(h.fault("h is too far ahead: at most 1000 periods")),
    }
}

/// The panel form of `calc forecast`. A panel too small to learn from is read series by series.
pub(super) fn forecast_panel(input: &JsonInput<'_>) -> Result<Value, CalcError> {
    let (given, h) = (read_panel(input)?, read_steps(input)?);
    let panel = given.to_panel();
    let fitted = panel.fit(h);
    let mut out = vec![PeriodForecast::default(); h];
    let mut answers = Vec::with_capacity(given.ids.len());
    for (row, id) in given.ids.iter().enumerate() {
        let target = Some(given.targets[row]).filter(|t| t.is_finite());
        let found = match &fitted {
            Ok(fitted) => fitted.forecast_target(&panel.series(row), target, &mut out).map(drop),
            Err(_) => {
                panel.forecast_row_alone(row, ForecastGoal::Reach(target.unwrap_or(f64::NAN), given.reached), &mut out)
            }
        };
        answers.push(match found {
            Ok(()) if target.is_none() => {
                out.iter_mut().for_each(|a| (a.chance, a.chance_naive) = (f64::NAN, f64::NAN));
                with_note(forecast_json(id, &out), "no target: no chance")
            }
            Ok(()) => forecast_json(id, &out),
            Err(few) => with_note(forecast_json(id, &[]), &too_few(few, &panel.series(row))),
        });
    }
    let (method, version) =
        if fitted.is_ok() { (panel::METHOD, panel::VERSION) } else { (panel::ALONE, panel::ALONE_VERSION) };
    let answer = json!({
        "parameters": fitted.as_ref().ok().map(|f| parameters_json(&f.parameters())),
        "series": answers,
        "method": method,
        "method_version": version,
    });
    Ok(match fitted {
        Ok(_) => answer,
        Err(why) => with_note(answer, &format!("{why}; so each series is read alone, by Theta with Student's t")),
    })
}

fn parameters_json(p: &PanelParameters) -> Value {
    json!({
        "series": p.series,
        "alpha": p.alpha,
        "beta": p.beta,
        "phi": p.phi,
        "drift_share": p.drift_share,
        "drift": p.drift,
        "sampling_share": p.sampling_share,
        "noise_worth": p.noise_worth,
    })
}

fn too_few(few: TooFewPoints, series: &panel::PanelRow<'_>) -> String {
    let broken = series.breaks.is_some_and(|breaks| breaks.iter().any(|b| *b));
    format!("{few}{}", if broken { " since the last break" } else { "" })
}

/// One series' forecast; null throughout when there is none. The chance is that of the last period.
fn forecast_json(id: &Value, out: &[PeriodForecast]) -> Value {
    let each = |of: fn(&PeriodForecast) -> f64| match out {
        [] => Value::Null,
        some => some.iter().map(|a| json!(of(a))).collect(),
    };
    json!({
        "id": id,
        "mean": each(|a| a.mean),
        "lo80": each(|a| a.lo80),
        "hi80": each(|a| a.hi80),
        "lo95": each(|a| a.lo95),
        "hi95": each(|a| a.hi95),
        "chance": out.last().map(|a| a.chance),
        "chance_naive": out.last().map(|a| a.chance_naive),
    })
}

/// `calc backtest`: methods judged by rolling origin on one panel.
pub(super) fn calc_backtest(input: &JsonInput<'_>) -> Result<Value, CalcError> {
    let (given, h) = (read_panel(input)?, read_steps(input)?);
    let least = input.optional_field("train_min")?;
    let train_min = least.as_ref().map_or(Ok(LEAST_POINTS as u64), JsonInput::to_count)? as usize;
    if train_min < LEAST_POINTS {
        let place = least.as_ref().unwrap_or(input);
        return Err(
            place.fault(format!("a probability needs {LEAST_POINTS} points: train_min must be {LEAST_POINTS} or more"))
        );
    }
    let methods = match input.optional_field("methods")? {
        Some(given) => {
            let named = given
                .array_items()?
                .iter()
                .map(|m| m.one_of_words(&METHODS))
                .collect::<Result<Vec<ForecastMethod>, CalcError>>()?;
            if named.is_empty() {
                return Err(given.fault("no method is named: leave the field out for all of them"));
            }
            named
        }
        None => METHODS.iter().map(|m| m.1).collect(),
    };
    let most = if methods.contains(&ForecastMethod::Panel) { MOST_PANEL_PERIODS } else { MOST_PERIODS };
    if given.periods > most {
        return Err(input.required_field("series")?.fault(format!(
            "{} values in a series: methods are fitted anew to each of its beginnings, of {most} values at most \
             ({MOST_PANEL_PERIODS} with {}, {MOST_PERIODS} without it)",
            given.periods,
            panel::METHOD
        )));
    }
    let targets = given.has_targets().then_some(given.targets.as_slice());
    let plan = headway_stats::forecast::backtest::BacktestPlan { train_min, horizon: h, targets };
    let scores = headway_stats::forecast::run_backtest(&given.to_panel(), plan, &methods);
    let by_method: serde_json::Map<String, Value> =
        scores.iter().map(|s| (method_name(s.method).to_owned(), score_json(s))).collect();
    Ok(Value::Object(by_method))
}

fn method_name(method: ForecastMethod) -> &'static str {
    METHODS.iter().find(|m| m.1 == method).map(|m| m.0).expect("every method has its name")
}

fn score_json(s: &BacktestScore) -> Value {
    let tenth = |(i, r): (usize, &headway_stats::forecast::backtest::ReliabilityTenth)| json!({ "from": i as f64 / 10.0, "to": (i + 1) as f64 / 10.0, "n": r.n, "chance": r.chance, "reached": r.reached });
    let answer = json!({
        "n": s.n,
        "mae": s.mae,
        "mase": s.mase,
        "cover80": s.cover80,
        "cover95": s.cover95,
        "interval_score95": s.interval_score95,
        "interval_score95_scaled": s.interval_score95_scaled,
        "brier": s.brier,
        "reliability": s.reliability.iter().enumerate().map(tenth).collect::<Vec<Value>>(),
    });
    if s.n == 0 {
        let why = "no forecast could be held against a value: it needs series of train_min points and one more, and the \
                   panel method 30 of them";
        with_note(answer, why)
    } else if s.mase.is_nan() {
        with_note(answer, "the values never move: there is no usual step to scale errors by")
    } else if s.reliability.iter().any(|r| r.n == 0) {
        with_note(answer, "a tenth that no chance fell into has no figures")
    } else {
        answer
    }
}

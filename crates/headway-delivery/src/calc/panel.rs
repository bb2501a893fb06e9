//! Panels of `calc forecast` and `calc backtest`: many series of one measure.

use headway_stats::forecast::panel::{self, Ahead, LEAST_POINTS, Panel};
use headway_stats::forecast::{Method, Reached, Score};
use serde_json::{Value, json};

use super::{CalcError, Input, noted};

const METHODS: [(&str, Method); 9] = [
    ("naive", Method::Naive),
    ("drift", Method::Drift),
    ("meanf", Method::Mean),
    ("ses", Method::Ses),
    ("holt", Method::Holt),
    ("theta", Method::Theta),
    ("ols", Method::Ols),
    ("theil_sen", Method::TheilSen),
    ("panel-damped-trend", Method::Panel),
];

/// A panel as given: rows are filled up in front, so that the last period of every series is the same.
struct Given<'a> {
    ids: Vec<&'a Value>,
    values: Vec<f64>,
    counts: Option<Vec<f64>>,
    breaks: Option<Vec<bool>>,
    targets: Vec<f64>,
    periods: usize,
    bounds: (Option<f64>, Option<f64>),
    reached: Reached,
}

impl Given<'_> {
    fn panel(&self) -> Panel<'_> {
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

fn read<'a>(input: &Input<'a>) -> Result<Given<'a>, CalcError> {
    let rows = input.field("series")?.items()?;
    let mut series = Vec::with_capacity(rows.len());
    for row in &rows {
        let y = row.field("y")?.numbers()?;
        let n = row.maybe("n")?.map(|n| counts(&n, y.len())).transpose()?;
        let breaks = row.maybe("break")?.map(|b| marks(&b, y.len())).transpose()?;
        let target = row.maybe("target")?.map_or(Ok(f64::NAN), |t| t.number())?;
        series.push((row.field("id")?.value(), y, n, breaks, target));
    }
    let periods = series.iter().map(|s| s.1.len()).max().unwrap_or(0);
    let mut given = Given {
        ids: series.iter().map(|s| s.0).collect(),
        values: Vec::with_capacity(series.len() * periods),
        counts: series.iter().any(|s| s.2.is_some()).then(Vec::new),
        breaks: series.iter().any(|s| s.3.is_some()).then(Vec::new),
        targets: series.iter().map(|s| s.4).collect(),
        periods,
        bounds: input.maybe("bounds")?.map_or(Ok((None, None)), |b| bounds(&b))?,
        reached: input.maybe("direction")?.map_or(Ok(Reached::AtOrAbove), |d| {
            d.word(&[("increase", Reached::AtOrAbove), ("decrease", Reached::AtOrBelow)])
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

fn counts(n: &Input<'_>, periods: usize) -> Result<Vec<f64>, CalcError> {
    let counts = n.numbers()?;
    if counts.len() == periods {
        Ok(counts)
    } else {
        Err(n.fault(format!("{} counts for {periods} values", counts.len())))
    }
}

fn marks(marks: &Input<'_>, periods: usize) -> Result<Vec<bool>, CalcError> {
    let found = marks.items()?.iter().map(Input::truth).collect::<Result<Vec<bool>, CalcError>>()?;
    if found.len() == periods {
        Ok(found)
    } else {
        Err(marks.fault(format!("{} marks for {periods} values", found.len())))
    }
}

fn bounds(bounds: &Input<'_>) -> Result<(Option<f64>, Option<f64>), CalcError> {
    match bounds.numbers()?[..] {
        [lo, hi] => Ok(((!lo.is_nan()).then_some(lo), (!hi.is_nan()).then_some(hi))),
        _ => Err(bounds.fault("expected [lowest, highest], null for none")),
    }
}

/// Steps ahead, at least one.
pub(super) fn steps(input: &Input<'_>) -> Result<usize, CalcError> {
    let h = input.field("h")?;
    match h.count()? {
        0 => Err(h.fault("nothing to forecast: h must be 1 or more")),
        steps @ 1..=1000 => Ok(steps as usize),
        _ => Err(h.fault("h is too far ahead: at most 1000 periods")),
    }
}

/// The panel form of `calc forecast`.
pub(super) fn forecast(input: &Input<'_>) -> Result<Value, CalcError> {
    let (given, h) = (read(input)?, steps(input)?);
    let panel = given.panel();
    let fitted = panel.fit(h).map_err(|error| input.fault(error.to_string()))?;
    let p = fitted.parameters();
    let mut out = vec![Ahead::default(); h];
    let mut answers = Vec::with_capacity(given.ids.len());
    for (row, id) in given.ids.iter().enumerate() {
        let target = Some(given.targets[row]).filter(|t| t.is_finite());
        answers.push(match fitted.forecast(&panel.series(row), target, &mut out) {
            Ok(_) => ahead(id, &out),
            Err(few) => noted(ahead(id, &[]), &few.to_string()),
        });
    }
    Ok(json!({
        "parameters": {
            "series": p.series,
            "alpha": p.alpha,
            "beta": p.beta,
            "phi": p.phi,
            "drift_share": p.drift_share,
            "drift": p.drift,
            "sampling_share": p.sampling_share,
            "noise_worth": p.noise_worth,
        },
        "series": answers,
        "method": panel::METHOD,
        "method_version": panel::VERSION,
    }))
}

/// One series' forecast; null throughout when there is none. The chance is that of the last period.
fn ahead(id: &Value, out: &[Ahead]) -> Value {
    let each = |of: fn(&Ahead) -> f64| match out {
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
pub(super) fn backtest(input: &Input<'_>) -> Result<Value, CalcError> {
    let (given, h) = (read(input)?, steps(input)?);
    let least = input.maybe("train_min")?;
    let train_min = least.as_ref().map_or(Ok(LEAST_POINTS as u64), Input::count)? as usize;
    if train_min < LEAST_POINTS {
        let place = least.as_ref().unwrap_or(input);
        return Err(
            place.fault(format!("a probability needs {LEAST_POINTS} points: train_min must be {LEAST_POINTS} or more"))
        );
    }
    let methods = match input.maybe("methods")? {
        Some(given) => given.items()?.iter().map(|m| m.word(&METHODS)).collect::<Result<Vec<Method>, CalcError>>()?,
        None => METHODS.iter().map(|m| m.1).collect(),
    };
    let targets = given.has_targets().then_some(given.targets.as_slice());
    let plan = headway_stats::forecast::backtest::Plan { train_min, horizon: h, targets };
    let scores = headway_stats::forecast::backtest(&given.panel(), plan, &methods);
    let by_method: serde_json::Map<String, Value> =
        scores.iter().map(|s| (name(s.method).to_owned(), judged(s))).collect();
    Ok(Value::Object(by_method))
}

fn name(method: Method) -> &'static str {
    METHODS.iter().find(|m| m.1 == method).map(|m| m.0).expect("every method has its name")
}

fn judged(s: &Score) -> Value {
    let tenth = |(i, r): (usize, &headway_stats::forecast::backtest::Reliability)| json!({ "from": i as f64 / 10.0, "to": (i + 1) as f64 / 10.0, "n": r.n, "chance": r.chance, "reached": r.reached });
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
    if s.n == 0 { noted(answer, "no forecast could be held against a value") } else { answer }
}

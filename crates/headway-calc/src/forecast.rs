//! `calc forecast`: one series by a named method, or a panel.

use headway_stats::forecast::{
    SeriesForecast, SmoothedSeries, TooFewPoints, TrendLine, drift, holt, mann_kendall, meanf, naive, ols, ses,
    theil_sen, theta,
};
use serde_json::{Value, json};

use super::{CalcError, JsonInput, numbers_json, panel, with_note};

#[derive(Clone, Copy, PartialEq)]
enum ForecastName {
    Naive,
    Drift,
    Mean,
    Ses,
    Holt,
    Theta,
    Ols,
    TheilSen,
    Panel,
}

const NAMES: [(&str, ForecastName); 9] = [
    ("naive", ForecastName::Naive),
    ("drift", ForecastName::Drift),
    ("meanf", ForecastName::Mean),
    ("ses", ForecastName::Ses),
    ("holt", ForecastName::Holt),
    ("theta", ForecastName::Theta),
    ("ols", ForecastName::Ols),
    ("theil_sen", ForecastName::TheilSen),
    (headway_stats::forecast::panel::METHOD, ForecastName::Panel),
];

/// Theil-Sen looks at every pair of values.
const MOST_PAIRED: usize = 5000;

pub(super) fn calc_forecast(input: &JsonInput<'_>) -> Result<Value, CalcError> {
    let given = input.required_field("method")?;
    let name = given.one_of_words(&NAMES)?;
    if name == ForecastName::Panel {
        return panel::forecast_panel(input);
    }
    let (series, h) = (input.required_field("y")?, panel::read_steps(input)?);
    let y = series.to_numbers()?;
    if name == ForecastName::TheilSen && y.len() > MOST_PAIRED {
        return Err(
            series.fault(format!("{} values: the slopes of all pairs are taken of {MOST_PAIRED} at most", y.len()))
        );
    }
    let mut answer = match forecast_series(name, &y, h) {
        Ok((forecast, fitted)) => with_forecast(fitted, &forecast),
        Err(few) => {
            let nothing = json!({ "mean": null, "lo80": null, "hi80": null, "lo95": null, "hi95": null });
            with_note(nothing, &few.to_string())
        }
    };
    answer["method"] = given.value().clone();
    let notes = forecast_notes(&answer, &y);
    Ok(if notes.is_empty() { answer } else { with_note(answer, &notes.join("; ")) })
}

/// Why a figure is null, and what became of missing values.
fn forecast_notes(answer: &Value, y: &[f64]) -> Vec<String> {
    let missing = y.iter().filter(|v| v.is_nan()).count();
    let made = answer["mean"].is_array();
    let no_interval = (made && answer["lo95"][0].is_null()).then(|| "too few points for an interval".to_owned());
    let no_likelihood = answer.get("loglik").is_some_and(Value::is_null).then(|| {
        "no log likelihood: of so short a series, or one that is said exactly, weights are found by least squares"
            .to_owned()
    });
    let no_tau =
        answer.get("kendall_tau").is_some_and(Value::is_null).then(|| "all values are alike: no tau".to_owned());
    let gaps = (missing > 0).then(|| {
        format!("{missing} missing of {} values: time passes over them, and they count for nothing else", y.len())
    });
    [no_interval, no_likelihood, no_tau, gaps].into_iter().flatten().collect()
}

/// What was fitted, and the forecast with its intervals.
fn with_forecast(fitted: Value, forecast: &SeriesForecast) -> Value {
    let mut answer = fitted;
    for (name, side) in [
        ("mean", &forecast.mean),
        ("lo80", &forecast.lo80),
        ("hi80", &forecast.hi80),
        ("lo95", &forecast.lo95),
        ("hi95", &forecast.hi95),
    ] {
        answer[name] = numbers_json(side);
    }
    answer
}

/// The forecast of one series, and what was fitted under the names of the reference outputs.
fn forecast_series(name: ForecastName, y: &[f64], h: usize) -> Result<(SeriesForecast, Value), TooFewPoints> {
    let line = |l: TrendLine| (l.forecast, json!({ "intercept": l.intercept, "slope": l.slope, "sigma": l.sigma }));
    let plain = |f: SeriesForecast| (f, json!({}));
    match name {
        ForecastName::Naive => naive(y, h).map(plain),
        ForecastName::Drift => drift(y, h).map(plain),
        ForecastName::Mean => meanf(y, h).map(plain),
        ForecastName::Ses => ses(y, h).map(smoothed_fit),
        ForecastName::Holt => holt(y, h).map(smoothed_fit),
        ForecastName::Theta => {
            let half_slope = ols(y, h)?.slope / 2.0;
            let (forecast, mut fitted) = smoothed_fit(theta(y, h)?);
            (fitted["alpha"], fitted["half_slope"]) = (fitted["par"]["alpha"].clone(), json!(half_slope));
            Ok((forecast, fitted))
        }
        ForecastName::Ols => ols(y, h).map(line),
        ForecastName::TheilSen => {
            let TrendLine { intercept, slope, sigma, forecast } = theil_sen(y, h)?;
            let trend = mann_kendall(y)?;
            let fitted = json!({
                "slope": slope, "intercept_median": intercept, "sigma": sigma, "mk_S": trend.s, "mk_var": trend.var,
                "mk_z": trend.z, "mk_p": trend.p, "kendall_tau": trend.tau,
            });
            Ok((forecast, fitted))
        }
        ForecastName::Panel => unreachable!("a panel has no single series"),
    }
}

/// Without a trend the states are the level alone.
fn smoothed_fit(s: SmoothedSeries) -> (SeriesForecast, Value) {
    let fitted = match s.beta {
        Some(beta) => json!({
            "par": { "alpha": s.alpha, "beta": beta, "l": s.start[0], "b": s.start[1] },
            "states_first": s.start, "states_last": s.end, "sse": s.sse, "sigma2": s.sigma2, "loglik": s.loglik,
        }),
        None => json!({
            "par": { "alpha": s.alpha, "l": s.start[0] },
            "states_first": s.start[0], "states_last": s.end[0], "sse": s.sse, "sigma2": s.sigma2, "loglik": s.loglik,
        }),
    };
    (s.forecast, fitted)
}

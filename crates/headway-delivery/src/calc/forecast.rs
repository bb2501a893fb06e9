//! `calc forecast`: one series by a named method, or a panel.

use headway_stats::forecast::{
    Forecast, Line, Smoothed, TooFewPoints, drift, holt, mann_kendall, meanf, naive, ols, ses, theil_sen, theta,
};
use serde_json::{Value, json};

use super::{CalcError, Input, list, noted, panel};

#[derive(Clone, Copy, PartialEq)]
enum Name {
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

const NAMES: [(&str, Name); 9] = [
    ("naive", Name::Naive),
    ("drift", Name::Drift),
    ("meanf", Name::Mean),
    ("ses", Name::Ses),
    ("holt", Name::Holt),
    ("theta", Name::Theta),
    ("ols", Name::Ols),
    ("theil_sen", Name::TheilSen),
    (headway_stats::forecast::panel::METHOD, Name::Panel),
];

pub(super) fn forecast(input: &Input<'_>) -> Result<Value, CalcError> {
    let given = input.field("method")?;
    let name = given.word(&NAMES)?;
    if name == Name::Panel {
        return panel::forecast(input);
    }
    let (y, h) = (input.field("y")?.numbers()?, panel::steps(input)?);
    let found = one(name, &y, h);
    let method = given.text()?;
    Ok(match found {
        Ok((forecast, parameters)) => interval_noted(json!({
            "mean": list(&forecast.mean),
            "lo80": list(&forecast.lo80),
            "hi80": list(&forecast.hi80),
            "lo95": list(&forecast.lo95),
            "hi95": list(&forecast.hi95),
            "parameters": parameters,
            "method": method,
        })),
        Err(few) => {
            let nothing = json!({
                "mean": null, "lo80": null, "hi80": null, "lo95": null, "hi95": null, "parameters": null, "method": method,
            });
            noted(nothing, &few.to_string())
        }
    })
}

/// Says why there is a forecast and no interval.
fn interval_noted(answer: Value) -> Value {
    if answer["lo95"][0].is_null() { noted(answer, "too few points for an interval") } else { answer }
}

fn one(name: Name, y: &[f64], h: usize) -> Result<(Forecast, Value), TooFewPoints> {
    let smoothed = |s: Smoothed| {
        let parameters = json!({
            "alpha": s.alpha, "beta": s.beta, "states_first": s.start, "states_last": s.end, "sse": s.sse,
            "sigma2": s.sigma2, "loglik": s.loglik,
        });
        (s.forecast, parameters)
    };
    let line = |l: Line| {
        let parameters = json!({ "intercept": l.intercept, "slope": l.slope, "sigma": l.sigma });
        (l.forecast, parameters)
    };
    let plain = |f: Forecast| (f, Value::Null);
    match name {
        Name::Naive => naive(y, h).map(plain),
        Name::Drift => drift(y, h).map(plain),
        Name::Mean => meanf(y, h).map(plain),
        Name::Ses => ses(y, h).map(smoothed),
        Name::Holt => holt(y, h).map(smoothed),
        Name::Theta => theta(y, h).map(smoothed),
        Name::Ols => ols(y, h).map(line),
        Name::TheilSen => {
            let (forecast, mut parameters) = line(theil_sen(y, h)?);
            let trend = mann_kendall(y)?;
            parameters["mann_kendall"] =
                json!({ "s": trend.s, "var": trend.var, "z": trend.z, "p": trend.p, "tau": trend.tau });
            Ok((forecast, parameters))
        }
        Name::Panel => unreachable!("a panel has no single series"),
    }
}

//! A whole read from its parts, beside what it says alone: the sum of the units of each real panel.

use crate::panels::{self, Owned};
use headway_stats::forecast::panel::{ForecastGoal, Panel, PanelRow, PeriodForecast};
use headway_stats::forecast::{SeriesForecast, TargetSide, forecast_alone, naive};

/// Sums of one method over the forecasts of a panel.
#[derive(Default)]
struct Tally {
    n: f64,
    error: f64,
    inside80: f64,
    inside95: f64,
    interval: f64,
    brier: f64,
}

impl Tally {
    fn add(&mut self, ahead: &PeriodForecast, value: f64, came: bool) {
        let inside = |lo: f64, hi: f64| f64::from(u8::from(value >= lo && value <= hi));
        let outside = (ahead.lo95 - value).max(0.0) + (value - ahead.hi95).max(0.0);
        self.n += 1.0;
        self.error += (value - ahead.mean).abs();
        self.inside80 += inside(ahead.lo80, ahead.hi80);
        self.inside95 += inside(ahead.lo95, ahead.hi95);
        self.interval += ahead.hi95 - ahead.lo95 + 40.0 * outside;
        self.brier += (ahead.chance - f64::from(u8::from(came))).powi(2);
    }
}

/// Values of all units together, by period: the mean weighted by cases.
fn together(panel: &Panel<'_>) -> Vec<f64> {
    let at = |t: usize| {
        let weighted = (0..panel.len()).map(|row| panel.series(row)).filter(|s| s.values[t].is_finite());
        let (top, cases) = weighted.fold((0.0, 0.0), |(top, cases), s| {
            let n = s.counts.map_or(1.0, |counts| counts[t].max(0.0));
            (top + n * s.values[t], cases + n)
        });
        top / cases
    };
    (0..panel.periods).map(at).collect()
}

fn of_one(f: &SeriesForecast, i: usize, target: f64, reached: TargetSide) -> PeriodForecast {
    let chance = f.chance_of_target(i + 1, target, reached);
    PeriodForecast {
        mean: f.mean[i],
        lo80: f.lo80[i],
        hi80: f.hi80[i],
        lo95: f.lo95[i],
        hi95: f.hi95[i],
        chance,
        chance_naive: chance,
    }
}

/// By rolling origin: from its parts, alone (Theta), by its last value.
fn judge(owned: &Owned) -> [Tally; 3] {
    let all = owned.panel();
    let y = together(&all);
    let mut tallies: [Tally; 3] = Default::default();
    for origin in 5..all.periods {
        let (values, counts) =
            (owned.first(&owned.values, origin), owned.counts.as_ref().map(|c| owned.first(c, origin)));
        let past = Panel { periods: origin, values: &values, counts: counts.as_deref(), ..all };
        let steps = 4.min(all.periods - origin);
        let own = PanelRow { values: &y[..origin], counts: None, breaks: None };
        let last = own.values.iter().rev().find(|v| v.is_finite()).copied().expect("some value is known");
        let mut out = vec![PeriodForecast::default(); steps];
        let Ok(fitted) = past.fit(steps) else { continue };
        let goal = Some(ForecastGoal::Reach(last, all.reached));
        let (Ok(()), Ok(theta), Ok(stands)) = (
            fitted.forecast_whole(&own, &past, goal, &mut out),
            forecast_alone(own.values, steps),
            naive(own.values, steps),
        ) else {
            continue;
        };
        for (i, ahead) in out.iter().enumerate().filter(|(i, _)| y[origin + i].is_finite()) {
            let value = y[origin + i];
            let rivals = [&theta, &stands].map(|f| of_one(f, i, last, all.reached));
            for (tally, ahead) in tallies.iter_mut().zip([ahead, &rivals[0], &rivals[1]]) {
                tally.add(ahead, value, all.reached.is_reached_by(value, last));
            }
        }
    }
    tallies
}

#[test]
#[expect(clippy::print_stderr, reason = "the table of METHODS.md comes from here")]
fn a_whole_is_foreseen_better_from_its_parts_than_alone() {
    for (set, panels) in [("first", panels::all()), ("second", panels::second_set())] {
        if panels.len() < 6 {
            continue;
        }
        let judged: Vec<[Tally; 3]> = panels.iter().map(judge).filter(|t| t[0].n > 0.0).collect();
        let mean = |method: usize, f: &dyn Fn(&Tally, f64) -> f64| {
            // Errors over those of the last value.
            judged.iter().map(|t| f(&t[method], t[2].error / t[2].n) / t[method].n).sum::<f64>() / judged.len() as f64
        };
        let figures = |method: usize| {
            [
                mean(method, &|t, step| t.error / step),
                100.0 * mean(method, &|t, _| t.inside80),
                100.0 * mean(method, &|t, _| t.inside95),
                mean(method, &|t, step| t.interval / step),
                mean(method, &|t, _| t.brier),
            ]
        };
        let [parts, theta, stands] = [figures(0), figures(1), figures(2)];
        for (name, f) in [("from its parts", parts), ("alone (theta-t)", theta), ("last value", stands)] {
            eprintln!(
                "{set} {} wholes, {name}: error {:.3} cover80 {:.1} cover95 {:.1} interval score {:.2} brier {:.3}",
                judged.len(),
                f[0],
                f[1],
                f[2],
                f[3],
                f[4]
            );
        }
        assert!(parts[0] < stands[0] && parts[4] < stands[4], "{set}: better than the last value");
        assert!(parts[3] < theta[3] && parts[4] < theta[4], "{set}: better than alone");
        assert!((parts[1] - 80.0).abs() < 8.5 && (parts[2] - 95.0).abs() < 4.0, "{set}: {parts:?}");
    }
}

//! How many series a panel must be learned from (METHODS.md): fits on ever more of them, judged on one in five of all, two
//! periods after the origin. Rows on standard input hold the values, then the counts, empty where missing:
//!
//! ```text
//! duckdb -c "copy (select * exclude unit from (pivot (from 'panel.parquet' where \"group\" = 'ALL') on year
//!     using first(value) v, first(n) n group by unit order by unit)) to 'all.csv' (header false)"
//! ```
//! gives them in turns (v, n, v, n, ...), which is what is read here.
#![expect(clippy::print_stdout, reason = "a measurement prints")]

use headway_stats::forecast::TargetSide;
use headway_stats::forecast::panel::{FittedPanel, Panel, PeriodForecast};

/// Values and counts of all series over the same periods.
struct Rows {
    periods: usize,
    values: Vec<f64>,
    counts: Vec<f64>,
}

fn main() {
    let rows = Rows::read();
    for origin in [rows.periods - 4, rows.periods - 2] {
        let past = rows.cut(origin);
        let panel = past.panel();
        for most in [300, 1_000, 2_000, 4_000, 20_000, 100_000] {
            let fitted = panel.fit_on(2, most).expect("the panel is large enough");
            print!("origin {origin}, {most} series: ");
            rows.judge(&panel, &fitted, origin);
        }
    }
}

impl Rows {
    fn read() -> Self {
        let mut rows = Self { periods: 0, values: Vec::new(), counts: Vec::new() };
        for line in std::io::stdin().lines() {
            let line = line.expect("standard input is text");
            let cells: Vec<f64> = line.split(',').map(|cell| cell.parse().unwrap_or(f64::NAN)).collect();
            rows.periods = cells.len() / 2;
            rows.values.extend(cells.iter().step_by(2));
            rows.counts.extend(cells.iter().skip(1).step_by(2));
        }
        rows
    }

    fn cut(&self, origin: usize) -> Self {
        let cut = |cells: &[f64]| cells.chunks_exact(self.periods).flat_map(|row| &row[..origin]).copied().collect();
        Self { periods: origin, values: cut(&self.values), counts: cut(&self.counts) }
    }

    fn panel(&self) -> Panel<'_> {
        Panel {
            periods: self.periods,
            values: &self.values,
            counts: Some(&self.counts),
            breaks: None,
            bounds: (Some(0.0), Some(100.0)),
            reached: TargetSide::AtOrAbove,
        }
    }

    /// Targets lie 3 below to 5 above the last value, in turn.
    fn judge(&self, past: &Panel<'_>, fitted: &FittedPanel, origin: usize) {
        let mut out = [PeriodForecast::default(); 2];
        let (mut many, mut inside, mut brier, mut error) = (0.0, 0.0, 0.0, 0.0);
        for row in (0..past.len()).step_by(5) {
            let series = past.series(row);
            let came = self.values[row * self.periods + origin + 1];
            let Some(last) = series.values.iter().rev().find(|v| v.is_finite()).filter(|_| came.is_finite()) else {
                continue;
            };
            let target = last + [-3.0, 0.0, 2.0, 5.0][row / 5 % 4];
            if fitted.forecast_target(&series, Some(target), &mut out).is_ok() {
                let ahead = out[1];
                many += 1.0;
                inside += f64::from(u8::from(ahead.lo80 <= came && came <= ahead.hi80));
                brier += (ahead.chance - f64::from(u8::from(came >= target))).powi(2);
                error += (came - ahead.mean).abs();
            }
        }
        println!(
            "80 % covers {:.1}, Brier {:.4}, mean error {:.3} ({many} forecasts)",
            100.0 * inside / many,
            brier / many,
            error / many
        );
    }
}

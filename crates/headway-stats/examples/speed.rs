//! Times what must be fast: `cargo run -p headway-stats --example speed [FILE.csv]`. The rows of the random intercepts go to
//! the file, for others to fit.
#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "a measurement reads the clock and prints")]

use headway_stats::forecast::TargetSide;
use headway_stats::forecast::panel::{ForecastGoal, Panel};
use headway_stats::mixed::MixedSums;
use std::io::Write;
use std::time::Instant;

/// Numbers in 0..1 that look random and are the same each time (a linear congruential generator).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }
}

fn main() {
    random_intercepts(1_000_000, 5_000);
    panel_odds(1_000_000, 12);
}

fn random_intercepts(rows: usize, units: usize) {
    let mut numbers = Numbers(7);
    let effect: Vec<f64> = (0..units).map(|_| numbers.next() - 0.5).collect();
    let data: Vec<(usize, [f64; 3], f64)> = (0..rows)
        .map(|_| {
            let unit = (numbers.next() * units as f64) as usize;
            let x = [numbers.next(), numbers.next(), numbers.next()];
            (unit, x, 1.0 + x[0] - 0.5 * x[1] + effect[unit] + 2.0 * (numbers.next() - 0.5))
        })
        .collect();
    if let Some(path) = std::env::args().nth(1) {
        write(&data, &path).expect("the file can be written");
    }
    let start = Instant::now();
    let mut sums = MixedSums::new(3);
    for (unit, x, y) in &data {
        sums.add_row(*unit, x, *y);
    }
    let gathered = start.elapsed();
    let fit = sums.fit().expect("the model can be fitted");
    println!(
        "random intercepts, {rows} rows, {units} units, 3 covariates: sums {gathered:?}, in all {:?} (tau2 {:.4}, sigma {:.4})",
        start.elapsed(),
        fit.tau2,
        fit.sigma
    );
}

fn write(rows: &[(usize, [f64; 3], f64)], path: &str) -> std::io::Result<()> {
    let mut out = std::io::BufWriter::new(std::fs::File::create(path)?);
    writeln!(out, "unit,x1,x2,x3,y")?;
    for (unit, [a, b, c], y) in rows {
        writeln!(out, "{unit},{a},{b},{c},{y}")?;
    }
    out.flush()
}

fn panel_odds(series: usize, periods: usize) {
    let mut numbers = Numbers(11);
    let mut values = Vec::with_capacity(series * periods);
    let mut counts = Vec::with_capacity(series * periods);
    for _ in 0..series {
        let (level, n) = (20.0 + 60.0 * numbers.next(), 20.0 + 400.0 * numbers.next());
        for t in 0..periods {
            values.push((level + 0.3 * t as f64 + 200.0 / f64::sqrt(n) * (numbers.next() - 0.5)).clamp(0.0, 100.0));
            counts.push(n);
        }
    }
    let bounds = (Some(0.0), Some(100.0));
    let reached = TargetSide::AtOrAbove;
    let panel = Panel { periods, values: &values, counts: Some(&counts), breaks: None, bounds, reached };
    let start = Instant::now();
    let goal = ForecastGoal::Reach(60.0, reached);
    let fitted = panel.fit(4).expect("the panel is large enough");
    let learned = start.elapsed();
    let mut chances = 0.0;
    for row in 0..series {
        chances += fitted.goal_chance(&panel.series(row), goal, 4).expect("every series has its points").chance;
    }
    println!(
        "odds of {series} series of {periods} points, 4 years ahead, one core: learned in {learned:?}, in all {:?} (mean chance {:.3})",
        start.elapsed(),
        chances / series as f64
    );
}

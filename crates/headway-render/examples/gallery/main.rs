//! Draws every chart with made-up data, wide and narrow, as SVG and PNG, to look at: `cargo run --example gallery -- FOLDER`.

mod judgement;
mod places;
mod trajectories;

use std::{env, error::Error, fs, path::PathBuf};

use headway_model::{Period, PeriodKind};
use headway_render::{Chart, ChartForecast, ChartFrame, ChartPoint, ForecastStep, svg_to_png};

use judgement::{attendance, funnel, gaps, reliability, sparkline};
use places::{GROUPS, close, distribution, multiples, multiples_hard};
use trajectories::{editions, graduation, hard, months, none, one, reading};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(env::args().nth(1).ok_or("say which folder to write to")?);
    fs::create_dir_all(&folder)?;
    let mut sheets = Vec::new();
    for (name, chart) in charts() {
        for width in [720.0, 340.0] {
            let svg = chart.to_svg(width);
            fs::write(folder.join(format!("{name}-{width}.svg")), &svg)?;
            fs::write(folder.join(format!("{name}-{width}.png")), svg_to_png(&svg, 1.0)?)?;
            sheets.push((name.split('-').next().unwrap_or(name), width, svg));
        }
        fs::write(
            folder.join(format!("{name}.txt")),
            chart.text_alternative() + "\n\n" + &chart.data_table().to_csv(),
        )?;
    }
    for kind in sheets.chunk_by(|a, b| a.0 == b.0) {
        fs::write(folder.join(format!("sheet-{}.png", kind[0].0)), svg_to_png(&sheet(kind), 1.0)?)?;
    }
    Ok(())
}

/// Wide pictures of one kind in the left column, narrow ones in the right.
fn sheet(pictures: &[(&str, f64, String)]) -> String {
    let mut heights = [0.0, 0.0];
    let mut inside = String::new();
    for (_, width, svg) in pictures {
        let column = usize::from(*width < 700.0);
        let height = svg.split("height=\"").nth(1).and_then(|s| s.split('"').next()).and_then(|s| s.parse().ok());
        let place = format!("<svg x=\"{}\" y=\"{}\" ", 10 + 740 * column, heights[column] + 10.0);
        inside += &svg.replacen("<svg ", &place, 1);
        heights[column] += height.unwrap_or(0.0) + 24.0;
    }
    let height = f64::max(heights[0], heights[1]);
    format!("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1110\" height=\"{height}\">{inside}</svg>")
}

fn charts() -> Vec<(&'static str, Box<dyn Chart>)> {
    vec![
        ("trajectory", Box::new(reading())),
        ("trajectory-published", Box::new(graduation())),
        ("trajectory-hard", Box::new(hard())),
        ("trajectory-editions", Box::new(editions())),
        ("trajectory-one", Box::new(one())),
        ("trajectory-none", Box::new(none())),
        ("trajectory-month", Box::new(months())),
        ("multiples", Box::new(multiples(&GROUPS))),
        ("multiples-hard", Box::new(multiples_hard())),
        ("distribution", Box::new(distribution(400, 62.0))),
        ("distribution-many", Box::new(distribution(5000, 92.0))),
        ("distribution-close", Box::new(close())),
        ("sparkline", Box::new(sparkline())),
        ("xmr", Box::new(attendance())),
        ("funnel", Box::new(funnel(180))),
        ("funnel-many", Box::new(funnel(1800))),
        ("gaps", Box::new(gaps())),
        ("reliability", Box::new(reliability())),
    ]
}

fn year(ordinal: i32) -> Period {
    Period { kind: PeriodKind::SchoolYear, ordinal }
}

fn frame(id: &str, headline: &str, subtitle: &str) -> ChartFrame {
    ChartFrame::new(id, headline, subtitle).with_source("Made-up data, for looking at the chart")
}

fn years(from: i32, values: &[f64]) -> Vec<ChartPoint> {
    let year = |(i, v): (usize, &f64)| (!v.is_nan()).then(|| ChartPoint::exact_result(year(from + i as i32), *v));
    values.iter().enumerate().filter_map(year).collect()
}

/// A made-up wobble without randomness: the same picture every time.
fn wobble(i: usize) -> f64 {
    let x = (i as f64 * 12.9898).sin() * 43758.5453;
    x - x.floor() - 0.5
}

fn fan(last: f64, from: i32, steps: i32, slope: f64, spread: f64) -> ChartForecast {
    let step = |i: i32| {
        let mid = last + slope * f64::from(i);
        let half = spread * f64::from(i).sqrt();
        ForecastStep {
            period: year(from + i),
            mid,
            range_80: (mid - half, mid + half),
            range_95: (mid - 1.6 * half, mid + 1.6 * half),
        }
    };
    ChartForecast { steps: (1..=steps).map(step).collect() }
}

const NO: f64 = f64::NAN;

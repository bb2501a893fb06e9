//! Draws every chart with made-up data, wide and narrow, as SVG and PNG, to look at: `cargo run --example gallery -- FOLDER`.

use std::{env, error::Error, fs, path::PathBuf};

use headway_model::{Period, PeriodKind, Value};
use headway_render::{
    Break, Chart, Distribution, Forecast, ForecastStep, Frame, Funnel, FunnelFlag, FunnelLimit, FunnelPlace, Gap,
    GapRow, Gaps, Mark, Panel, PlaceValue, Point, Reliability, ReliabilityBin, Signal, SmallMultiples, Sparkline,
    TargetPath, Trajectory, Unit, Xmr, XmrLimits, XmrPoint, png,
};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(env::args().nth(1).ok_or("say which folder to write to")?);
    fs::create_dir_all(&folder)?;
    let mut sheets = Vec::new();
    for (name, chart) in charts() {
        for width in [720.0, 340.0] {
            let svg = chart.svg(width);
            fs::write(folder.join(format!("{name}-{width}.svg")), &svg)?;
            fs::write(folder.join(format!("{name}-{width}.png")), png(&svg, 1.0)?)?;
            sheets.push((name.split('-').next().unwrap_or(name), width, svg));
        }
        fs::write(folder.join(format!("{name}.txt")), chart.text_alternative() + "\n\n" + &chart.table().csv())?;
    }
    for kind in sheets.chunk_by(|a, b| a.0 == b.0) {
        fs::write(folder.join(format!("sheet-{}.png", kind[0].0)), png(&sheet(kind), 1.0)?)?;
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

fn frame(id: &str, headline: &str, subtitle: &str) -> Frame {
    Frame::new(id, headline, subtitle).source("Made-up data, for looking at the chart")
}

fn years(from: i32, values: &[f64]) -> Vec<Point> {
    let year = |(i, v): (usize, &f64)| (!v.is_nan()).then(|| Point::exact(year(from + i as i32), *v));
    values.iter().enumerate().filter_map(year).collect()
}

/// A made-up wobble without randomness: the same picture every time.
fn wobble(i: usize) -> f64 {
    let x = (i as f64 * 12.9898).sin() * 43758.5453;
    x - x.floor() - 0.5
}

fn fan(last: f64, from: i32, steps: i32, slope: f64, spread: f64) -> Forecast {
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
    Forecast { steps: (1..=steps).map(step).collect() }
}

const NO: f64 = f64::NAN;

fn reading() -> Trajectory {
    let values = [58.2, 59.1, 60.4, 60.9, 62.3, 63.0, NO, 54.1, 55.9, 57.8, 59.0, 60.7];
    let mut chart = Trajectory::new(
        frame(
            "reading",
            "Grade 3 reading: proficiency is recovering, but below the path to 70%",
            "Percent of students meeting or exceeding expectations, all students",
        ),
        Unit::Percent,
        years(2014, &values),
    );
    chart.gaps = vec![Gap { period: year(2020), reason: "no 2020 test".to_owned() }];
    let mut target = TargetPath::new(vec![(year(2025), 60.7), (year(2029), 68.5), (year(2030), 70.0)]);
    target.chance = Some("about 2 in 10".to_owned());
    chart.targets = vec![target];
    chart.forecast = Some(fan(60.7, 2025, 5, 1.24, 2.1));
    chart
}

fn graduation() -> Trajectory {
    let cohort = |ordinal| Period { kind: PeriodKind::Cohort, ordinal };
    let values = [84.7, 86.3, 86.7, 87.7, 88.5];
    let points = values.iter().enumerate().map(|(i, v)| Point::exact(cohort(2010 + i as i32), *v)).collect();
    let mut chart = Trajectory::new(
        frame(
            "grad",
            "The five-year graduation rate reached its target of 88.3% with cohort 2014",
            "Percent of the cohort graduating within five years, all students",
        ),
        Unit::Percent,
        points,
    );
    chart.targets = vec![TargetPath::new(vec![(cohort(2010), 84.7), (cohort(2014), 88.3)])];
    chart
}

fn hard() -> Trajectory {
    let mut points = years(2012, &[95.0, 97.2, NO, NO, NO, 101.3, NO, 96.0, 94.0]);
    points.push(Point::new(year(2014), Value::Suppressed));
    points.push(Point::new(year(2015), Value::Range { lo: 80.0, hi: 89.0 }));
    points.push(Point::new(year(2016), Value::AtLeast { lo: 95.0 }));
    points.push(Point::new(year(2018), Value::AtMost { hi: 90.0 }));
    points.push(Point::new(year(2021), Value::NotReported));
    points[2].provisional = true;
    let mut chart = Trajectory::new(
        frame(
            "hard",
            "A hard one: values over 100, a range, bounds, a hidden value, a break, two targets with the same end & <marks>",
            "Percent of something",
        ),
        Unit::Percent,
        points,
    );
    chart.breaks = vec![Break { period: year(2017), reason: "new test, not comparable with earlier years".to_owned() }];
    let mut second = TargetPath::new(vec![(year(2016), 90.0), (year(2022), 99.0)]);
    second.label = "Stretch target".to_owned();
    second.chance = Some("less than 1 in 10".to_owned());
    chart.targets = vec![TargetPath::new(vec![(year(2014), 96.0), (year(2022), 99.0)]), second];
    chart.forecast = Some(fan(94.0, 2020, 2, 2.4, 2.1));
    chart
}

fn editions() -> Trajectory {
    let mut chart = Trajectory::new(
        frame(
            "editions",
            "Dropout fell below the target of the 2014 plan and has stayed level since",
            "Annual dropout rate, grades 9 to 12; lower is better",
        ),
        Unit::Percent,
        years(2010, &[2.9, 2.7, 2.5, 2.2, 2.0, 1.9, 1.9, 1.8, 1.9, 1.8, 1.6, 1.5, 2.1, 2.1]),
    );
    let old = |label: &str, path| TargetPath { label: label.to_owned(), current: false, ..TargetPath::new(path) };
    let mut band = TargetPath::new(vec![(year(2026), 1.5)]);
    band.band = Some((1.3, 1.6));
    chart.targets = vec![
        old("2011 plan", vec![(year(2010), 2.9), (year(2014), 1.7)]),
        old("2014 plan", vec![(year(2014), 2.0), (year(2018), 1.9)]),
        band,
    ];
    chart
}

fn one() -> Trajectory {
    let mut chart = Trajectory::new(
        frame("one", "One result so far", "Change in scale score points, negative values"),
        Unit::Score,
        vec![Point::exact(year(2024), -12.4)],
    );
    chart.targets = vec![TargetPath::new(vec![(year(2027), 0.0)])];
    chart
}

fn none() -> Trajectory {
    let points = vec![Point::new(year(2023), Value::NotReported), Point::new(year(2024), Value::Suppressed)];
    Trajectory::new(
        frame("none", "No result can be shown yet", "Percent of students in internships"),
        Unit::Percent,
        points,
    )
}

fn months() -> Trajectory {
    let month = |i: usize| Period { kind: PeriodKind::Month, ordinal: 2019 * 12 + 8 + i as i32 };
    let points =
        (0..70).map(|i| Point::exact(month(i), (12_000.0 + 900.0 * wobble(i) + 40.0 * i as f64).round())).collect();
    let mut chart = Trajectory::new(
        frame(
            "months",
            "Enrollment in early college grows by about 40 students a month",
            "Students enrolled, by month",
        ),
        Unit::Count,
        points,
    );
    chart.targets = vec![TargetPath::new(vec![(month(0), 12_000.0), (month(83), 16_000.0)])];
    chart
}

const GROUPS: [(&str, f64, f64, Mark); 12] = [
    ("All students", 61.0, 69.0, Mark::Near),
    ("White", 69.0, 77.0, Mark::OnTrack),
    ("Black or African American", 46.0, 53.0, Mark::Near),
    ("Hispanic or Latino", 44.0, 51.0, Mark::OffTrack),
    ("Asian", 79.0, 87.0, Mark::Ahead),
    ("Two or more races", 63.0, 72.0, Mark::OnTrack),
    ("Economically disadvantaged", 46.0, 52.0, Mark::OffTrack),
    ("English learners", 32.0, 40.0, Mark::MovingAway),
    ("Students with disabilities", 25.0, 33.0, Mark::OffTrack),
    ("High needs", 40.0, 48.0, Mark::NotReporting),
    ("American Indian or Alaska Native", 45.0, 53.0, Mark::CannotTell),
    ("Native Hawaiian or Pacific Islander", 59.0, 66.0, Mark::TooFewStudents),
];

fn multiples(groups: &[(&str, f64, f64, Mark)]) -> SmallMultiples {
    let panel = |(g, (name, last, target, status)): (usize, &(&str, f64, f64, Mark))| {
        let value = |i: usize| if i == 6 { NO } else { last - 6.0 + (i % 7) as f64 + 1.2 * wobble(i + 13 * g) };
        let values: Vec<f64> = (0..12).map(value).collect();
        let mut panel = Panel::new(*name, years(2014, &values));
        panel.target = vec![(year(2030), *target)];
        panel.status = Some(*status);
        panel
    };
    SmallMultiples {
        frame: frame(
            "groups",
            "Every group is still below its 2030 target; gaps have not closed",
            "Percent meeting or exceeding expectations, 2014–2025, with each group's target (orange)",
        ),
        unit: Unit::Percent,
        panels: groups.iter().enumerate().map(panel).collect(),
        every: 1,
    }
}

fn multiples_hard() -> SmallMultiples {
    let mut chart = multiples(&GROUPS[..5]);
    chart.panels[0].target = vec![(year(2024), 61.0), (year(2030), 69.0)];
    chart.panels[1].points.clear();
    chart.panels[2].points = vec![Point::new(year(2024), Value::Suppressed), Point::new(year(2025), Value::Suppressed)];
    chart.panels[3].points = vec![Point::exact(year(2025), 104.0)];
    chart.panels[4].points.push(Point::new(year(2026), Value::Range { lo: 60.0, hi: 69.0 }));
    chart
}

fn distribution(n: usize, state: f64) -> Distribution {
    let place = |i: usize| PlaceValue {
        name: format!("District {i}"),
        value: match i % 40 {
            7 => Value::Suppressed,
            9 => Value::AtLeast { lo: 95.0 },
            _ => Value::Exact {
                value: (state + 22.0 * (wobble(i) + wobble(i + 7000) + wobble(i + 99000))).clamp(0.0, 100.0),
            },
        },
    };
    let mut chart = Distribution::new(
        frame(
            "places",
            "Half of the districts lie within seven points of the state",
            "Percent meeting or exceeding expectations, 2025, one dot a district",
        ),
        Unit::Percent,
        ("district", "districts"),
        (0..n).map(place).collect(),
    );
    chart.places[42].name = "Springfield".to_owned();
    chart.highlight = Some(42);
    chart.state = Some(("State".to_owned(), state));
    chart.target = Some(70.0);
    chart
}

fn close() -> Distribution {
    let mut chart = distribution(60, 88.0);
    chart.target = Some(88.3);
    chart.places[42].name = "Martha's Vineyard Charter Public School".to_owned();
    chart.places[42].value = Value::Exact { value: 88.2 };
    chart
}

fn sparkline() -> Sparkline {
    let mut chart = Sparkline::new(
        "spark",
        "Attendance, made-up",
        Unit::Percent,
        years(2014, &[91.0, 92.0, 92.5, NO, NO, 89.0, 90.0, 91.1]),
    );
    chart.target = Some(93.0);
    chart
}

fn attendance() -> Xmr {
    let month = |i: usize| Period { kind: PeriodKind::Month, ordinal: 2023 * 12 + 8 + i as i32 };
    let point = |i: usize| {
        let rebased = i >= 20;
        let base = if rebased { 93.4 } else { 92.6 };
        let value = if i == 17 { 90.1 } else { base + 1.4 * wobble(i + 3) };
        let words = |better, words: &str| Some(Signal { better: Some(better), words: words.to_owned() });
        XmrPoint {
            period: month(i),
            value: (i != 9).then_some(value),
            limits: Some(XmrLimits { lower: base - 1.9, average: base, upper: base + 1.9 }),
            signal: match i {
                17 => words(false, "below the lower limit"),
                20..=23 => words(true, "seven in a row above the average"),
                _ => None,
            },
        }
    };
    Xmr {
        frame: frame(
            "xmr",
            "Attendance dipped below its natural limits once, and has been higher since May",
            "Monthly attendance rate with natural process limits, rebased in May 2025",
        ),
        unit: Unit::Percent,
        points: (0..24).map(point).collect(),
        every: 1,
        target: Some(95.0),
    }
}

fn funnel(n: usize) -> Funnel {
    let limits = |size: f64, z: f64| (62.0 - z * 48.5 / size.sqrt(), 62.0 + z * 48.5 / size.sqrt());
    let place = |i: usize| {
        let size = 20.0 + 900.0 * (wobble(i + 5) + 0.5).powi(2);
        let value = (62.0 + 180.0 * (wobble(i) + wobble(i + 50)) / size.sqrt()).clamp(0.0, 100.0);
        let (lo, hi) = limits(size, 3.09);
        let flag = if value > hi {
            FunnelFlag::Better
        } else if value < lo {
            FunnelFlag::Worse
        } else {
            FunnelFlag::Within
        };
        FunnelPlace { name: format!("Made-up Elementary {i}"), size, value, flag, highlight: i == 30 }
    };
    let limit = |i: i32| {
        let size = 15.0 * 1.12_f64.powi(i);
        FunnelLimit { size, limits_95: limits(size, 1.96), limits_998: limits(size, 3.09) }
    };
    Funnel {
        frame: frame(
            "funnel",
            "Most schools differ from the state rate by no more than chance",
            "Percent meeting expectations against number tested; limits at 95% and 99.8%",
        ),
        unit: Unit::Percent,
        size_label: "Students tested".to_owned(),
        noun: ("school".to_owned(), "schools".to_owned()),
        places: (0..n).map(place).collect(),
        center: ("State".to_owned(), 62.0),
        limits: (0..40).map(limit).collect(),
    }
}

fn gaps() -> Gaps {
    let row = |(i, (name, last, _, _)): (usize, &(&str, f64, f64, Mark))| {
        let (reference, other) = if i < 6 { ("White", 69.0) } else { ("All students", 61.0) };
        let hidden = i == 11;
        GapRow {
            group: (*name).to_owned(),
            reference: reference.to_owned(),
            value: if hidden { Value::Suppressed } else { Value::Exact { value: *last } },
            reference_value: Value::Exact { value: other },
            gap: (!hidden).then_some((last - other, Some((last - other - 2.5, last - other + 2.5)))),
            change: Some(
                ["closing", "no clear change", "widening", "closing in points and widening in odds"][i % 4].to_owned(),
            ),
        }
    };
    Gaps {
        frame: frame(
            "gaps",
            "English learners and students with disabilities are furthest behind",
            "Percent meeting or exceeding expectations, 2025",
        ),
        unit: Unit::Percent,
        rows: GROUPS.iter().enumerate().skip(2).map(row).collect(),
    }
}

fn reliability() -> Reliability {
    let bin = |i: usize| {
        let said = 0.05 + i as f64 / 10.0;
        let came = (said + 0.1 * wobble(i)).clamp(0.0, 1.0);
        ReliabilityBin {
            said,
            came,
            count: 20 + 37 * i % 90,
            interval: Some(((came - 0.1).max(0.0), (came + 0.1).min(1.0))),
        }
    };
    Reliability {
        frame: frame(
            "odds",
            "Odds mean what they say: of targets given 3 in 10, about 3 in 10 were met",
            "Chances said three years ahead, against what came",
        ),
        bins: (0..10).map(bin).collect(),
    }
}

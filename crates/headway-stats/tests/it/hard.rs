//! Made-up panels of every kind that is hard: shocks anywhere (in the last period too), short, rounded, near a bound.

use crate::panels::Owned;
use headway_stats::forecast::TargetSide;

/// Numbers in 0..1 that look random and are the same each time (a linear congruential generator).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    /// About normal, of standard deviation 1.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.next()).sum::<f64>() - 6.0
    }
}

/// What all series move by together.
const MOVES: [&str; 12] = [
    "calm",
    "one year",
    "one year, newest but one",
    "in the last",
    "up in the last",
    "new level",
    "level, newest but one",
    "fall and half back",
    "swings",
    "turned",
    "steady",
    "several",
];

fn move_of(kind: &str, t: usize, periods: usize, swing: &[f64]) -> f64 {
    let (t, p) = (t as i64, periods as i64);
    let at = |when: i64, size: f64| if t == when { size } else { 0.0 };
    let from = |when: i64, size: f64| if t >= when { size } else { 0.0 };
    match kind {
        "calm" => 0.0,
        "one year" => at(p / 2, -12.0),
        "one year, newest but one" => at(p - 2, -12.0),
        "in the last" => at(p - 1, -12.0),
        "up in the last" => at(p - 1, 9.0),
        "new level" => from(p / 2, -10.0),
        "level, newest but one" => from(p - 2, 8.0),
        "fall and half back" => from(p - 4, -8.0) + from(p - 3, 4.0) + from(p - 2, 2.0),
        "swings" => swing[t as usize],
        "turned" => 1.5 * (t.min(p - 3) as f64) - 1.5 * ((t - p + 3).max(0) as f64),
        "steady" => 1.2 * t as f64,
        "several" => at(1, -8.0) + at(p - 3, -8.0) + at(p - 1, -8.0),
        other => panic!("no move is named {other}"),
    }
}

/// How a panel's series look.
struct Style {
    name: &'static str,
    levels: (f64, f64),
    /// Standard deviation of a lasting change a year, and of what does not last, in points.
    walk: f64,
    noise: f64,
    /// Cases, where results are counted.
    cases: Option<(f64, f64)>,
    /// Step values are rounded to.
    round: f64,
    reached: TargetSide,
    /// How unlike each other series move in a shock.
    uneven: f64,
    /// How much a shock counts here.
    size: f64,
}

const STYLES: [Style; 8] = {
    use TargetSide::{AtOrAbove, AtOrBelow};
    let base = Style {
        name: "schools",
        levels: (20.0, 90.0),
        walk: 2.0,
        noise: 0.0,
        cases: Some((20.0, 250.0)),
        round: 0.1,
        reached: AtOrAbove,
        uneven: 0.2,
        size: 1.0,
    };
    [
        Style { name: "schools", ..base },
        Style { name: "ceiling", levels: (88.0, 101.0), walk: 0.8, cases: Some((12.0, 120.0)), size: 0.6, ..base },
        Style {
            name: "floor",
            levels: (-1.0, 8.0),
            walk: 0.5,
            cases: Some((30.0, 200.0)),
            reached: AtOrBelow,
            size: -0.4,
            ..base
        },
        Style { name: "whole", levels: (30.0, 80.0), walk: 0.5, noise: 1.0, cases: None, round: 1.0, ..base },
        Style { name: "walk", levels: (20.0, 80.0), walk: 4.0, cases: None, uneven: 0.0, ..base },
        Style { name: "noise", levels: (30.0, 70.0), walk: 0.0, noise: 6.0, cases: None, uneven: 0.0, ..base },
        Style { name: "uneven", levels: (30.0, 80.0), walk: 1.0, noise: 3.0, cases: None, uneven: 0.6, ..base },
        Style {
            name: "tight",
            levels: (40.0, 95.0),
            walk: 0.3,
            noise: 0.5,
            cases: None,
            uneven: 0.1,
            reached: AtOrBelow,
            ..base
        },
    ]
};

fn made(style: &Style, kind: &str, periods: usize, rows: usize, seed: u64) -> Owned {
    let mut r = Numbers(seed * 7919 + 17);
    (0..20).for_each(|_| {
        r.next();
    });
    let mut swing = vec![0.0; periods];
    swing.iter_mut().for_each(|s| *s = 3.0 * r.normal());
    let (mut values, mut counts) = (Vec::new(), Vec::new());
    for _ in 0..rows {
        let mut level = style.levels.0 + (style.levels.1 - style.levels.0) * r.next();
        let cases = style.cases.map(|(lo, hi)| lo * (hi / lo).powf(r.next()));
        let own = 1.0 + style.uneven * r.normal();
        for t in 0..periods {
            level += style.walk * r.normal();
            let mean = (level + style.size * own * move_of(kind, t, periods, &swing)).clamp(0.0, 100.0);
            let value = match cases {
                Some(cases) => {
                    let n = (cases * (1.0 + 0.1 * r.normal())).round().max(5.0);
                    counts.push(n);
                    let hits = (0..n as usize).filter(|_| r.next() * 100.0 < mean).count();
                    100.0 * hits as f64 / n
                }
                None => mean + style.noise * r.normal(),
            };
            values.push(((value / style.round).round() * style.round).clamp(0.0, 100.0));
        }
    }
    let name = format!("{} {kind} {periods}", style.name).leak();
    Owned { name, periods, values, counts: style.cases.map(|_| counts), reached: style.reached }
}

/// All of them, `rows` series each.
pub(crate) fn hard(rows: usize, lengths: &[usize]) -> Vec<Owned> {
    let mut all = Vec::new();
    for (i, style) in STYLES.iter().enumerate() {
        for (k, kind) in MOVES.iter().enumerate() {
            for periods in lengths {
                all.push(made(style, kind, *periods, rows, (i * 1000 + k * 20 + periods) as u64));
            }
        }
    }
    all
}

/// A calm panel of series that come back to their levels, of so many periods.
pub(crate) fn noisy(periods: usize) -> Owned {
    let style = STYLES.iter().find(|style| style.name == "noise").expect("it is listed");
    made(style, "calm", periods, 400, 5)
}

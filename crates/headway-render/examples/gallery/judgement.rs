//! What was judged: sparkline, signals, funnel, gaps, reliability.

use headway_model::{Period, PeriodKind, Value};
use headway_render::{
    ChartSignal, FunnelChart, FunnelFlag, FunnelLimit, FunnelPlace, GapChart, GapRow, MeasureUnit, ProcessChart,
    ReliabilityBin, ReliabilityChart, SparklineChart, StatusMark, XmrLimits, XmrPoint,
};

use crate::places::GROUPS;
use crate::{NO, frame, wobble, years};

pub(crate) fn sparkline() -> SparklineChart {
    let mut chart = SparklineChart::new(
        "spark",
        "Attendance, made-up",
        MeasureUnit::Percent,
        years(2014, &[91.0, 92.0, 92.5, NO, NO, 89.0, 90.0, 91.1]),
    );
    chart.target = Some(93.0);
    chart
}

pub(crate) fn attendance() -> ProcessChart {
    let month = |i: usize| Period { kind: PeriodKind::Month, ordinal: 2023 * 12 + 8 + i as i32 };
    let point = |i: usize| {
        let rebased = i >= 20;
        let base = if rebased { 93.4 } else { 92.6 };
        let value = if i == 17 { 90.1 } else { base + 1.4 * wobble(i + 3) };
        let words = |better, words: &str| Some(ChartSignal { better: Some(better), words: words.to_owned() });
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
    ProcessChart {
        frame: frame(
            "xmr",
            "Attendance dipped below its natural limits once, and has been higher since May",
            "Monthly attendance rate with natural process limits, rebased in May 2025",
        ),
        unit: MeasureUnit::Percent,
        points: (0..24).map(point).collect(),
        every: 1,
        target: Some(95.0),
    }
}

pub(crate) fn funnel(n: usize) -> FunnelChart {
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
    FunnelChart {
        frame: frame(
            "funnel",
            "Most schools differ from the state rate by no more than chance",
            "Percent meeting expectations against number tested; limits at 95% and 99.8%",
        ),
        unit: MeasureUnit::Percent,
        size_label: "Students tested".to_owned(),
        noun: ("school".to_owned(), "schools".to_owned()),
        places: (0..n).map(place).collect(),
        center: ("State".to_owned(), 62.0),
        limits: (0..40).map(limit).collect(),
    }
}

pub(crate) fn gaps() -> GapChart {
    let row = |(i, (name, last, _, _)): (usize, &(&str, f64, f64, StatusMark))| {
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
    GapChart {
        frame: frame(
            "gaps",
            "English learners and students with disabilities are furthest behind",
            "Percent meeting or exceeding expectations, 2025",
        ),
        unit: MeasureUnit::Percent,
        rows: GROUPS.iter().enumerate().skip(2).map(row).collect(),
    }
}

pub(crate) fn reliability() -> ReliabilityChart {
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
    ReliabilityChart {
        frame: frame(
            "odds",
            "Odds mean what they say: of targets given 3 in 10, about 3 in 10 were met",
            "Chances said three years ahead, against what came",
        ),
        bins: (0..10).map(bin).collect(),
    }
}

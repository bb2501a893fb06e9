//! Charts of random data, the odd and the impossible among them.

use headway_model::{Period, PeriodKind, Value};
use headway_render::{
    ChartBreak, ChartForecast, ChartFrame, ChartGap, ChartPanel, ChartPoint, ChartSignal, DistributionChart,
    ForecastStep, FunnelFlag, FunnelLimit, FunnelPlace, GapRow, MeasureUnit, PersistentPlace, PlaceValue,
    ReliabilityBin, StatusMark, TargetPath, TrajectoryChart, XmrLimits, XmrPoint, YearMark,
};
use proptest::prelude::*;

pub(crate) fn year(ordinal: i32) -> Period {
    Period { kind: PeriodKind::SchoolYear, ordinal }
}

pub(crate) fn number() -> impl Strategy<Value = f64> {
    prop_oneof![8 => 0.0..100.0, 1 => -1e3..1e3, 1 => Just(50.0), 1 => -1e12..1e12, 1 => Just(f64::NAN), 1 => Just(f64::INFINITY)]
}

pub(crate) fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        8 => number().prop_map(|value| Value::Exact { value }),
        1 => (number(), 0.0..30.0).prop_map(|(lo, d)| Value::Range { lo, hi: lo + d }),
        1 => number().prop_map(|lo| Value::AtLeast { lo }),
        1 => number().prop_map(|hi| Value::AtMost { hi }),
        1 => Just(Value::Suppressed),
        1 => Just(Value::NotTested),
        1 => Just(Value::Missing),
    ]
}

pub(crate) fn unit() -> impl Strategy<Value = MeasureUnit> {
    prop_oneof![
        Just(MeasureUnit::Percent),
        Just(MeasureUnit::Count),
        Just(MeasureUnit::Currency),
        Just(MeasureUnit::Days),
        Just(MeasureUnit::Score)
    ]
}

pub(crate) fn point() -> impl Strategy<Value = ChartPoint> {
    (2005..2027, value(), any::<bool>()).prop_map(|(y, value, provisional)| ChartPoint {
        period: year(y),
        value,
        provisional,
        strict: provisional,
        starts: provisional && y % 3 == 0,
    })
}

pub(crate) fn words() -> impl Strategy<Value = String> {
    prop_oneof!["[A-Z][a-z]{2,9}( [a-z<&]{1,12}){0,12}", "[A-Za-z]{30,45}"]
}

pub(crate) fn frame() -> impl Strategy<Value = ChartFrame> {
    (words(), words())
        .prop_map(|(headline, subtitle)| ChartFrame::new("a b", headline, subtitle).with_source("Source: test"))
}

pub(crate) fn target() -> impl Strategy<Value = TargetPath> {
    let band = prop::option::of((number(), number()));
    (words(), prop::collection::vec((2010..2034, number()), 0..4), band, any::<bool>(), prop::option::of(words()))
        .prop_map(|(label, path, band, current, chance)| TargetPath {
            label: label.chars().take(30).collect(),
            path: path.into_iter().map(|(y, v)| (year(y), v)).collect(),
            band,
            current,
            chance,
        })
}

pub(crate) fn step() -> impl Strategy<Value = ForecastStep> {
    (2020..2032, number(), 0.0..20.0, 0.0..20.0).prop_map(|(y, mid, a, b)| ForecastStep {
        period: year(y),
        mid,
        range_80: (mid - a, mid + a),
        range_95: (mid - a - b, mid + a + b),
    })
}

prop_compose! {
    pub(crate) fn trajectory()(
        frame in frame(),
        unit in unit(),
        points in prop::collection::vec(point(), 0..25),
        every in 1..3,
        gaps in prop::collection::vec((2005..2027, words()), 0..3),
        breaks in prop::collection::vec((2005..2027, words()), 0..3),
        targets in prop::collection::vec(target(), 0..4),
        steps in prop::option::of(prop::collection::vec(step(), 0..6)),
    ) -> TrajectoryChart {
        TrajectoryChart {
            frame, unit, points, every, targets,
            gaps: gaps.into_iter().map(|(y, reason)| ChartGap { period: year(y), reason }).collect(),
            breaks: breaks.into_iter().map(|(y, reason)| ChartBreak { period: year(y), reason }).collect(),
            forecast: steps.map(|steps| ChartForecast { steps }),
        }
    }
}

prop_compose! {
    pub(crate) fn panel()(
        name in words(),
        points in prop::collection::vec(point(), 0..15),
        target in prop::collection::vec((2010..2034, number()), 0..3),
        status in prop::option::of(0..12_usize),
    ) -> ChartPanel {
        let target = target.into_iter().map(|(y, v)| (year(y), v)).collect();
        ChartPanel { target, status: status.and_then(|i| StatusMark::all_marks().nth(i)), ..ChartPanel::new(name, points) }
    }
}

prop_compose! {
    pub(crate) fn distribution()(
        frame in frame(),
        unit in unit(),
        values in prop::collection::vec((words(), value()), 0..80),
        highlight in prop::option::of(0..100_usize),
        state in prop::option::of((words(), number())),
        target in prop::option::of(number()),
    ) -> DistributionChart {
        let places = values.into_iter().map(|(name, value)| PlaceValue { name, value, strict: false }).collect();
        let mut chart = DistributionChart::new(frame, unit, ("district", "districts"), places);
        (chart.highlight, chart.state, chart.target) = (highlight, state, target);
        chart
    }
}

prop_compose! {
    pub(crate) fn xmr_point()(
        year_ in 2005..2040,
        value in prop::option::of(number()),
        limits in prop::option::of(prop_oneof![Just((40.0, 10.0)), Just((55.0, 3.0)), (number(), number())]),
        signal in prop::option::of((prop::option::of(any::<bool>()), words())),
    ) -> XmrPoint {
        let limits = limits.map(|(average, half)| XmrLimits { lower: average - half, average, upper: average + half });
        let signal = signal.map(|(better, words)| ChartSignal { better, words });
        XmrPoint { period: year(year_), value, limits, signal }
    }
}

prop_compose! {
    pub(crate) fn funnel_place()(
        name in words(),
        size in prop_oneof![0.0..500.0, Just(f64::NAN)],
        value in number(),
        flag in prop_oneof![Just(FunnelFlag::Within), Just(FunnelFlag::Better), Just(FunnelFlag::Worse)],
        highlight in any::<bool>(),
    ) -> FunnelPlace {
        FunnelPlace { name, size, value, flag, highlight }
    }
}

prop_compose! {
    pub(crate) fn funnel_limit()(size in 0.0..600.0, middle in number(), a in number(), b in number()) -> FunnelLimit {
        FunnelLimit { size, limits_95: (middle - a, middle + a), limits_998: (middle - b, middle + b) }
    }
}

prop_compose! {
    pub(crate) fn gap_row()(
        group in words(),
        reference in words(),
        value in value(),
        reference_value in value(),
        gap in prop::option::of((number(), prop::option::of((number(), number())))),
        change in prop::option::of(words()),
    ) -> GapRow {
        GapRow { group, reference, value, reference_value, gap, change }
    }
}

prop_compose! {
    pub(crate) fn bin()(said in 0.0..1.1, came in 0.0..1.0, count in 0..2000_usize, interval in prop::option::of((0.0..0.5, 0.4..1.2)))
        -> ReliabilityBin {
        ReliabilityBin { said, came, count, interval }
    }
}

prop_compose! {
    pub(crate) fn persistent()(
        name in words(),
        bright in any::<bool>(),
        years in prop::collection::vec(prop::option::of((prop::option::of(any::<bool>()), number())), 0..13),
    ) -> PersistentPlace {
        let mark = |(stands_out, distance)| YearMark { stands_out, distance };
        PersistentPlace { name, bright, years: years.into_iter().map(|y| y.map(mark)).collect() }
    }
}

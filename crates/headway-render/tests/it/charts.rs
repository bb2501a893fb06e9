//! Properties of all charts over random data, and what each must say.

use headway_model::{Period, PeriodKind, Value};
use headway_render::{
    Break, Chart, Distribution, Forecast, ForecastStep, Frame, Funnel, FunnelFlag, FunnelLimit, FunnelPlace, Gap,
    GapRow, Gaps, Mark, Panel, Persistence, PersistentPlace, PlaceValue, Point, Reliability, ReliabilityBin, Signal,
    SmallMultiples, Sparkline, TargetPath, Trajectory, Unit, Xmr, XmrLimits, XmrPoint, YearMark, gap_cell,
};
use proptest::prelude::*;

use crate::svg::check;

fn year(ordinal: i32) -> Period {
    Period { kind: PeriodKind::SchoolYear, ordinal }
}

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![8 => 0.0..100.0, 1 => -1e3..1e3, 1 => Just(50.0), 1 => -1e12..1e12, 1 => Just(f64::NAN), 1 => Just(f64::INFINITY)]
}

fn value() -> impl Strategy<Value = Value> {
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

fn unit() -> impl Strategy<Value = Unit> {
    prop_oneof![Just(Unit::Percent), Just(Unit::Count), Just(Unit::Currency), Just(Unit::Days), Just(Unit::Score)]
}

fn point() -> impl Strategy<Value = Point> {
    (2005..2027, value(), any::<bool>()).prop_map(|(y, value, provisional)| Point {
        period: year(y),
        value,
        provisional,
    })
}

fn words() -> impl Strategy<Value = String> {
    prop_oneof!["[A-Z][a-z]{2,9}( [a-z<&]{1,12}){0,12}", "[A-Za-z]{30,45}"]
}

fn frame() -> impl Strategy<Value = Frame> {
    (words(), words()).prop_map(|(headline, subtitle)| Frame::new("a b", headline, subtitle).source("Source: test"))
}

fn target() -> impl Strategy<Value = TargetPath> {
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

fn step() -> impl Strategy<Value = ForecastStep> {
    (2020..2032, number(), 0.0..20.0, 0.0..20.0).prop_map(|(y, mid, a, b)| ForecastStep {
        period: year(y),
        mid,
        range_80: (mid - a, mid + a),
        range_95: (mid - a - b, mid + a + b),
    })
}

prop_compose! {
    fn trajectory()(
        frame in frame(),
        unit in unit(),
        points in prop::collection::vec(point(), 0..25),
        every in 1..3,
        gaps in prop::collection::vec((2005..2027, words()), 0..3),
        breaks in prop::collection::vec((2005..2027, words()), 0..3),
        targets in prop::collection::vec(target(), 0..4),
        steps in prop::option::of(prop::collection::vec(step(), 0..6)),
    ) -> Trajectory {
        Trajectory {
            frame, unit, points, every, targets,
            gaps: gaps.into_iter().map(|(y, reason)| Gap { period: year(y), reason }).collect(),
            breaks: breaks.into_iter().map(|(y, reason)| Break { period: year(y), reason }).collect(),
            forecast: steps.map(|steps| Forecast { steps }),
        }
    }
}

prop_compose! {
    fn panel()(
        name in words(),
        points in prop::collection::vec(point(), 0..15),
        target in prop::collection::vec((2010..2034, number()), 0..3),
        status in prop::option::of(0..12_usize),
    ) -> Panel {
        let target = target.into_iter().map(|(y, v)| (year(y), v)).collect();
        Panel { name, points, target, status: status.and_then(|i| Mark::all().nth(i)) }
    }
}

prop_compose! {
    fn distribution()(
        frame in frame(),
        unit in unit(),
        values in prop::collection::vec((words(), value()), 0..80),
        highlight in prop::option::of(0..100_usize),
        state in prop::option::of((words(), number())),
        target in prop::option::of(number()),
    ) -> Distribution {
        let places = values.into_iter().map(|(name, value)| PlaceValue { name, value }).collect();
        let mut chart = Distribution::new(frame, unit, ("district", "districts"), places);
        (chart.highlight, chart.state, chart.target) = (highlight, state, target);
        chart
    }
}

prop_compose! {
    fn xmr_point()(
        year_ in 2005..2040,
        value in prop::option::of(number()),
        limits in prop::option::of(prop_oneof![Just((40.0, 10.0)), Just((55.0, 3.0)), (number(), number())]),
        signal in prop::option::of((prop::option::of(any::<bool>()), words())),
    ) -> XmrPoint {
        let limits = limits.map(|(average, half)| XmrLimits { lower: average - half, average, upper: average + half });
        let signal = signal.map(|(better, words)| Signal { better, words });
        XmrPoint { period: year(year_), value, limits, signal }
    }
}

prop_compose! {
    fn funnel_place()(
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
    fn funnel_limit()(size in 0.0..600.0, middle in number(), a in number(), b in number()) -> FunnelLimit {
        FunnelLimit { size, limits_95: (middle - a, middle + a), limits_998: (middle - b, middle + b) }
    }
}

prop_compose! {
    fn gap_row()(
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
    fn bin()(said in 0.0..1.1, came in 0.0..1.0, count in 0..2000_usize, interval in prop::option::of((0.0..0.5, 0.4..1.2)))
        -> ReliabilityBin {
        ReliabilityBin { said, came, count, interval }
    }
}

prop_compose! {
    fn persistent()(
        name in words(),
        bright in any::<bool>(),
        years in prop::collection::vec(prop::option::of((prop::option::of(any::<bool>()), number())), 0..13),
    ) -> PersistentPlace {
        let mark = |(stands_out, distance)| YearMark { stands_out, distance };
        PersistentPlace { name, bright, years: years.into_iter().map(|y| y.map(mark)).collect() }
    }
}

fn holds(chart: &dyn Chart) -> Result<(), TestCaseError> {
    for width in [240.0, 340.0, 720.0, 1100.0] {
        check(chart, width).map_err(TestCaseError::fail)?;
    }
    let table = chart.table();
    prop_assert!(table.rows.iter().all(|r| r.len() == table.columns.len()), "{table:?}");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn trajectories_can_be_read(chart in trajectory()) {
        holds(&chart)?;
        let table = chart.table();
        let periods: std::collections::BTreeSet<i32> = chart.points.iter().map(|p| p.period.ordinal).collect();
        prop_assert!(table.rows.len() >= periods.len());
    }

    #[test]
    fn small_multiples_can_be_read(frame in frame(), unit in unit(), panels in prop::collection::vec(panel(), 0..9)) {
        let chart = SmallMultiples { frame, unit, panels, every: 1 };
        holds(&chart)?;
        prop_assert_eq!(chart.table().rows.len(), chart.panels.len());
    }

    #[test]
    fn distributions_can_be_read(chart in distribution()) {
        holds(&chart)?;
        prop_assert!(chart.table().rows.len() >= chart.places.len());
    }

    #[test]
    fn behavior_charts_can_be_read(
        frame in frame(),
        unit in unit(),
        points in prop::collection::vec(xmr_point(), 0..40),
        target in prop::option::of(number()),
    ) {
        let chart = Xmr { frame, unit, points, every: 1, target };
        holds(&chart)?;
        prop_assert_eq!(chart.table().rows.len(), chart.points.len());
    }

    #[test]
    fn funnels_can_be_read(
        frame in frame(),
        unit in unit(),
        places in prop::collection::vec(funnel_place(), 0..60),
        center in (words(), number()),
        limits in prop::collection::vec(funnel_limit(), 0..9),
    ) {
        let noun = ("school".to_owned(), "schools".to_owned());
        let chart = Funnel { frame, unit, size_label: "Students tested".to_owned(), noun, places, center, limits };
        holds(&chart)?;
        prop_assert_eq!(chart.table().rows.len(), chart.places.len());
    }

    #[test]
    fn gaps_can_be_read(frame in frame(), unit in unit(), rows in prop::collection::vec(gap_row(), 0..9)) {
        let chart = Gaps { frame, unit, rows };
        holds(&chart)?;
        prop_assert_eq!(chart.table().rows.len(), chart.rows.len());
    }

    #[test]
    fn reliability_can_be_read(frame in frame(), bins in prop::collection::vec(bin(), 0..12)) {
        let chart = Reliability { frame, bins };
        holds(&chart)?;
        prop_assert_eq!(chart.table().rows.len(), chart.bins.len());
    }

    #[test]
    fn maps_of_persistence_can_be_read(
        frame in frame(),
        unit in unit(),
        years in 0..13_usize,
        rows in prop::collection::vec(persistent(), 0..20),
        more in 0..2000_usize,
    ) {
        let years = (0..years as i32).map(|i| year(2010 + i)).collect();
        let chart = Persistence { frame, unit, years, rows, more };
        holds(&chart)?;
        prop_assert_eq!(chart.table().rows.len(), chart.rows.len());
    }

    #[test]
    fn gap_cells_are_pictures_or_nothing(gap in number(), interval in prop::option::of((number(), number())), most in number()) {
        let svg = gap_cell(gap, interval, most, 80.0);
        prop_assert!(!svg.contains("NaN"));
        prop_assert_eq!(svg.is_empty(), !gap.is_finite() || !most.is_finite() || most <= 0.0);
    }

    #[test]
    fn sparklines_can_be_read(unit in unit(), points in prop::collection::vec(point(), 0..15), target in prop::option::of(number())) {
        holds(&Sparkline { id: "s".to_owned(), label: "Attendance".to_owned(), unit, points, every: 1, target })?;
    }
}

fn reading() -> Trajectory {
    let values = [(2017, 60.9), (2018, 62.3), (2019, 63.0), (2021, 54.1), (2022, 55.9)];
    let points = values.map(|(y, v)| Point::exact(year(y), v)).into();
    let mut chart = Trajectory::new(Frame::new("r", "Reading is recovering", "Percent"), Unit::Percent, points);
    chart.gaps = vec![Gap { period: year(2020), reason: "no 2020 test".to_owned() }];
    chart.targets = vec![TargetPath::new(vec![(year(2022), 55.9), (year(2026), 70.0)])];
    chart
}

#[test]
fn a_missing_year_is_a_gap_in_the_line_with_its_reason() {
    let svg = reading().svg(720.0);
    let line = svg.split("class=\"hw-actual\"").next().and_then(|s| s.rsplit("<path d=\"").next()).unwrap();
    assert_eq!(line.matches('M').count(), 2, "two stretches: {line}");
    assert!(svg.contains(">no 2020 test</text>"));
}

#[test]
fn the_words_say_what_the_picture_shows() {
    let said = reading().text_alternative();
    for part in [
        "Reading is recovering.",
        "5 results, from 60.9% in 2016-17 to 55.9% in 2021-22",
        "lowest 54.1% in 2020-21",
        "2019-20: no 2020 test",
        "Target: 70% by 2025-26",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn the_table_has_every_point_and_the_path() {
    let table = reading().table();
    let row = |period: &str| table.rows.iter().find(|r| r[0] == period).unwrap_or_else(|| panic!("{period}"));
    assert_eq!(table.rows.len(), 7);
    assert_eq!(row("2018-19"), &["2018-19", "63.0%", "", ""]);
    assert_eq!(row("2019-20"), &["2019-20", "", "", "no 2020 test"]);
    assert_eq!(row("2025-26"), &["2025-26", "", "70%", ""]);
}

/// Shapes say which is which; who stood out in every year is said so.
#[test]
fn a_map_of_persistence_says_who_stood_out_and_how_often() {
    let mark = |stands_out, distance| Some(YearMark { stands_out, distance });
    let place = |name: &str, bright, years| PersistentPlace { name: name.to_owned(), bright, years };
    let chart = Persistence {
        frame: Frame::new("m", "One place stands out in all years", "Reading"),
        unit: Unit::Percent,
        years: (2024..=2026).map(year).collect(),
        rows: vec![
            place("Alba", true, vec![mark(Some(true), 6.0), mark(Some(true), 5.0), mark(Some(true), 7.25)]),
            place("Bree", false, vec![mark(Some(true), 4.0), mark(None, -0.5), None]),
            place("Cobb", false, vec![mark(Some(false), -4.0), mark(None, 0.5), mark(None, 0.1)]),
        ],
        more: 12,
    };
    let svg = chart.svg(340.0);
    for words in [">★ Alba</text>", ">all 3</text>", ">1 of 2</text>", ">0 of 3</text>", "12 more stood out"] {
        assert!(svg.contains(words), "{words}: {svg}");
    }
    assert!(
        chart.text_alternative().contains("Alba: all 3; Bree: 1 of 2; Cobb: 0 of 3"),
        "{}",
        chart.text_alternative()
    );
    let rows = chart.table().rows;
    assert_eq!(
        rows[0],
        [
            "Alba",
            "yes",
            "all 3",
            "stands out as better (+6.0 points)",
            "stands out as better (+5.0 points)",
            "stands out as better (+7.2 points)"
        ]
    );
    assert_eq!(rows[1][3..], ["stands out as better (+4.0 points)", "below expectation (−0.5 points)", "no result"]);
}

#[test]
fn a_suppressed_value_leaves_no_trace_but_its_words() {
    let mut chart = reading();
    chart.points[4].value = Value::Suppressed;
    let (svg, said, csv) = (chart.svg(720.0), chart.text_alternative(), chart.table().csv());
    assert!(
        svg.contains(">too few students</text>")
            && said.contains("too few students")
            && csv.contains("too few students")
    );
}

#[test]
fn charts_are_small() {
    let values =
        |n: i32| (0..n).map(|i| Point::exact(year(2010 + i), 60.0 + f64::from(i * 7 % 11) / 3.0)).collect::<Vec<_>>();
    let mut chart = Trajectory { points: values(16), ..reading() };
    let step =
        |i: i32| ForecastStep { period: year(2025 + i), mid: 66.0, range_80: (60.3, 70.1), range_95: (55.7, 75.2) };
    chart.forecast = Some(Forecast { steps: (1..6).map(step).collect() });
    let panel = |i: usize| Panel {
        target: vec![(year(2030), 70.0)],
        status: Mark::all().nth(i),
        ..Panel::new(format!("Student group number {i}"), values(12))
    };
    let panels = SmallMultiples {
        frame: Frame::new("p", "Groups", "Percent"),
        unit: Unit::Percent,
        panels: (0..12).map(panel).collect(),
        every: 1,
    };
    let place = |i: usize| PlaceValue {
        name: format!("Place {i}"),
        value: Value::Exact { value: (i * 37 % 1000) as f64 / 10.0 },
    };
    let places = Distribution::new(
        Frame::new("d", "Places", "Percent"),
        Unit::Percent,
        ("district", "districts"),
        (0..400).map(place).collect(),
    );
    for (chart, most) in [(&chart as &dyn Chart, 8_000), (&panels, 20_000), (&places, 20_000)] {
        let bytes = chart.svg(720.0).len();
        assert!(bytes <= most, "{bytes} of {most} bytes");
    }
}

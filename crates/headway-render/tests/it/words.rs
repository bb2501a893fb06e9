//! What charts say, and how large they are.

use headway_model::Value;
use headway_render::{
    Chart, ChartForecast, ChartFrame, ChartGap, ChartPanel, ChartPoint, DistributionChart, ForecastStep, FunnelChart,
    FunnelFlag, FunnelPlace, MeasureUnit, PersistenceChart, PersistentPlace, PlaceValue, SmallMultiples, StatusMark,
    TargetPath, TrajectoryChart, YearMark,
};

use crate::random::year;

fn reading() -> TrajectoryChart {
    let values = [(2017, 60.9), (2018, 62.3), (2019, 63.0), (2021, 54.1), (2022, 55.9)];
    let points = values.map(|(y, v)| ChartPoint::exact_result(year(y), v)).into();
    let mut chart =
        TrajectoryChart::new(ChartFrame::new("r", "Reading is recovering", "Percent"), MeasureUnit::Percent, points);
    chart.gaps = vec![ChartGap { period: year(2020), reason: "no 2020 test".to_owned() }];
    chart.targets = vec![TargetPath::new(vec![(year(2022), 55.9), (year(2026), 70.0)])];
    chart
}

#[test]
fn a_missing_year_is_a_gap_in_the_line_with_its_reason() {
    let svg = reading().to_svg(720.0);
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
    let table = reading().data_table();
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
    let chart = PersistenceChart {
        frame: ChartFrame::new("m", "One place stands out in all years", "Reading"),
        unit: MeasureUnit::Percent,
        years: (2024..=2026).map(year).collect(),
        rows: vec![
            place("Alba", true, vec![mark(Some(true), 6.0), mark(Some(true), 5.0), mark(Some(true), 7.25)]),
            place("Bree", false, vec![mark(Some(true), 4.0), mark(None, -0.5), None]),
            place("Cobb", false, vec![mark(Some(false), -4.0), mark(None, 0.5), mark(None, 0.1)]),
        ],
        more: 12,
    };
    let svg = chart.to_svg(340.0);
    for words in [">★ Alba</text>", ">all 3</text>", ">1 of 2</text>", ">0 of 3</text>", "12 more stood out"] {
        assert!(svg.contains(words), "{words}: {svg}");
    }
    assert!(
        chart.text_alternative().contains("Alba: all 3; Bree: 1 of 2; Cobb: 0 of 3"),
        "{}",
        chart.text_alternative()
    );
    let rows = chart.data_table().rows;
    assert_eq!(
        rows[0],
        [
            "Alba",
            "yes",
            "all 3",
            "stands out as better (+6.0 points)",
            "stands out as better (+5.0 points)",
            "stands out as better (+7.3 points)"
        ]
    );
    assert_eq!(rows[1][3..], ["stands out as better (+4.0 points)", "below expectation (−0.5 points)", "no result"]);
}

#[test]
fn a_suppressed_value_leaves_no_trace_but_its_words() {
    let mut chart = reading();
    chart.points[4].value = Value::Suppressed;
    let (svg, said, csv) = (chart.to_svg(720.0), chart.text_alternative(), chart.data_table().to_csv());
    assert!(
        svg.contains(">too few students</text>")
            && said.contains("too few students")
            && csv.contains("too few students")
    );
}

#[test]
fn charts_are_small() {
    let values = |n: i32| {
        (0..n).map(|i| ChartPoint::exact_result(year(2010 + i), 60.0 + f64::from(i * 7 % 11) / 3.0)).collect::<Vec<_>>()
    };
    let mut chart = TrajectoryChart { points: values(16), ..reading() };
    let step =
        |i: i32| ForecastStep { period: year(2025 + i), mid: 66.0, range_80: (60.3, 70.1), range_95: (55.7, 75.2) };
    chart.forecast = Some(ChartForecast { steps: (1..6).map(step).collect() });
    let panel = |i: usize| ChartPanel {
        target: vec![(year(2030), 70.0)],
        status: StatusMark::all_marks().nth(i),
        ..ChartPanel::new(format!("Student group number {i}"), values(12))
    };
    let panels = SmallMultiples {
        frame: ChartFrame::new("p", "Groups", "Percent"),
        unit: MeasureUnit::Percent,
        panels: (0..12).map(panel).collect(),
        every: 1,
        of: "Group",
    };
    let place = |i: usize| PlaceValue {
        name: format!("Place {i}"),
        value: Value::Exact { value: (i * 37 % 1000) as f64 / 10.0 },
        strict: false,
    };
    let places = DistributionChart::new(
        ChartFrame::new("d", "Places", "Percent"),
        MeasureUnit::Percent,
        ("district", "districts"),
        (0..400).map(place).collect(),
    );
    for (chart, most) in [(&chart as &dyn Chart, 8_000), (&panels, 20_000), (&places, 20_000)] {
        let bytes = chart.to_svg(720.0).len();
        assert!(bytes <= most, "{bytes} of {most} bytes");
    }
}

#[test]
fn a_few_far_places_do_not_press_a_funnel_flat() {
    let place = |i: usize| FunnelPlace {
        name: format!("Place {i}"),
        size: 100.0 + i as f64,
        value: if i == 0 { 55.0 } else { 1.0 + (i % 20) as f64 / 10.0 },
        flag: if i == 0 { FunnelFlag::Worse } else { FunnelFlag::Within },
        highlight: false,
    };
    let chart = |n: usize| FunnelChart {
        frame: ChartFrame::new("f", "Dropout", "Percent"),
        unit: MeasureUnit::Percent,
        size_label: "Students".to_owned(),
        noun: ("place".to_owned(), "places".to_owned()),
        places: (0..n).map(place).collect(),
        center: ("All together".to_owned(), 2.0),
        limits: Vec::new(),
    };
    let (many, few) = (chart(200), chart(50));
    assert!(
        many.to_svg(720.0).contains("1 place beyond the scale, drawn at its edge")
            && !many.to_svg(720.0).contains(">40%<")
    );
    assert!(few.to_svg(720.0).contains(">40%<"), "few places are all on the scale");
    assert!(
        many.data_table().to_csv().contains("55.0%") && many.text_alternative().contains("55.0%"),
        "its figure is told"
    );
}

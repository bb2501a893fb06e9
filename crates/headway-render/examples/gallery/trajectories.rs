//! Promises over time: trajectories.

use headway_model::{Period, PeriodKind, Value};
use headway_render::{ChartBreak, ChartGap, ChartPoint, MeasureUnit, TargetPath, TrajectoryChart};

use crate::{NO, fan, frame, wobble, year, years};

pub(crate) fn reading() -> TrajectoryChart {
    let values = [58.2, 59.1, 60.4, 60.9, 62.3, 63.0, NO, 54.1, 55.9, 57.8, 59.0, 60.7];
    let mut chart = TrajectoryChart::new(
        frame(
            "reading",
            "Grade 3 reading: proficiency is recovering, but below the path to 70%",
            "Percent of students meeting or exceeding expectations, all students",
        ),
        MeasureUnit::Percent,
        years(2014, &values),
    );
    chart.gaps = vec![ChartGap { period: year(2020), reason: "no 2020 test".to_owned() }];
    let mut target = TargetPath::new(vec![(year(2025), 60.7), (year(2029), 68.5), (year(2030), 70.0)]);
    target.chance = Some("about 2 in 10".to_owned());
    chart.targets = vec![target];
    chart.forecast = Some(fan(60.7, 2025, 5, 1.24, 2.1));
    chart
}

pub(crate) fn graduation() -> TrajectoryChart {
    let cohort = |ordinal| Period { kind: PeriodKind::Cohort, ordinal };
    let values = [84.7, 86.3, 86.7, 87.7, 88.5];
    let points =
        values.iter().enumerate().map(|(i, v)| ChartPoint::exact_result(cohort(2010 + i as i32), *v)).collect();
    let mut chart = TrajectoryChart::new(
        frame(
            "grad",
            "The five-year graduation rate reached its target of 88.3% with cohort 2014",
            "Percent of the cohort graduating within five years, all students",
        ),
        MeasureUnit::Percent,
        points,
    );
    chart.targets = vec![TargetPath::new(vec![(cohort(2010), 84.7), (cohort(2014), 88.3)])];
    chart
}

pub(crate) fn hard() -> TrajectoryChart {
    let mut points = years(2012, &[95.0, 97.2, NO, NO, NO, 101.3, NO, 96.0, 94.0]);
    points.push(ChartPoint::new(year(2014), Value::Suppressed));
    points.push(ChartPoint::new(year(2015), Value::Range { lo: 80.0, hi: 89.0 }));
    points.push(ChartPoint::new(year(2016), Value::AtLeast { lo: 95.0 }));
    points.push(ChartPoint::new(year(2018), Value::AtMost { hi: 90.0 }));
    points.push(ChartPoint::new(year(2021), Value::NotReported));
    points[2].provisional = true;
    let mut chart = TrajectoryChart::new(
        frame(
            "hard",
            "A hard one: values over 100, a range, bounds, a hidden value, a break, two targets with the same end & <marks>",
            "Percent of something",
        ),
        MeasureUnit::Percent,
        points,
    );
    chart.breaks =
        vec![ChartBreak { period: year(2017), reason: "new test, not comparable with earlier years".to_owned() }];
    let mut second = TargetPath::new(vec![(year(2016), 90.0), (year(2022), 99.0)]);
    second.label = "Stretch target".to_owned();
    second.chance = Some("less than 1 in 10".to_owned());
    chart.targets = vec![TargetPath::new(vec![(year(2014), 96.0), (year(2022), 99.0)]), second];
    chart.forecast = Some(fan(94.0, 2020, 2, 2.4, 2.1));
    chart
}

pub(crate) fn editions() -> TrajectoryChart {
    let mut chart = TrajectoryChart::new(
        frame(
            "editions",
            "Dropout fell below the target of the 2014 plan and has stayed level since",
            "Annual dropout rate, grades 9 to 12; lower is better",
        ),
        MeasureUnit::Percent,
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

pub(crate) fn one() -> TrajectoryChart {
    let mut chart = TrajectoryChart::new(
        frame("one", "One result so far", "Change in scale score points, negative values"),
        MeasureUnit::Score,
        vec![ChartPoint::exact_result(year(2024), -12.4)],
    );
    chart.targets = vec![TargetPath::new(vec![(year(2027), 0.0)])];
    chart
}

pub(crate) fn none() -> TrajectoryChart {
    let points = vec![ChartPoint::new(year(2023), Value::NotReported), ChartPoint::new(year(2024), Value::Suppressed)];
    TrajectoryChart::new(
        frame("none", "No result can be shown yet", "Percent of students in internships"),
        MeasureUnit::Percent,
        points,
    )
}

pub(crate) fn months() -> TrajectoryChart {
    let month = |i: usize| Period { kind: PeriodKind::Month, ordinal: 2019 * 12 + 8 + i as i32 };
    let points = (0..70)
        .map(|i| ChartPoint::exact_result(month(i), (12_000.0 + 900.0 * wobble(i) + 40.0 * i as f64).round()))
        .collect();
    let mut chart = TrajectoryChart::new(
        frame(
            "months",
            "Enrollment in early college grows by about 40 students a month",
            "Students enrolled, by month",
        ),
        MeasureUnit::Count,
        points,
    );
    chart.targets = vec![TargetPath::new(vec![(month(0), 12_000.0), (month(83), 16_000.0)])];
    chart
}

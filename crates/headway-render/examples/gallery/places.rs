//! Groups and places side by side.

use headway_model::Value;
use headway_render::{ChartPanel, ChartPoint, DistributionChart, MeasureUnit, PlaceValue, SmallMultiples, StatusMark};

use crate::{NO, frame, wobble, year, years};

pub(crate) const GROUPS: [(&str, f64, f64, StatusMark); 12] = [
    ("All students", 61.0, 69.0, StatusMark::Near),
    ("White", 69.0, 77.0, StatusMark::OnTrack),
    ("Black or African American", 46.0, 53.0, StatusMark::Near),
    ("Hispanic or Latino", 44.0, 51.0, StatusMark::OffTrack),
    ("Asian", 79.0, 87.0, StatusMark::Ahead),
    ("Two or more races", 63.0, 72.0, StatusMark::OnTrack),
    ("Economically disadvantaged", 46.0, 52.0, StatusMark::OffTrack),
    ("English learners", 32.0, 40.0, StatusMark::MovingAway),
    ("Students with disabilities", 25.0, 33.0, StatusMark::OffTrack),
    ("High needs", 40.0, 48.0, StatusMark::NotReporting),
    ("American Indian or Alaska Native", 45.0, 53.0, StatusMark::CannotTell),
    ("Native Hawaiian or Pacific Islander", 59.0, 66.0, StatusMark::TooFewStudents),
];

pub(crate) fn multiples(groups: &[(&str, f64, f64, StatusMark)]) -> SmallMultiples {
    let panel = |(g, (name, last, target, status)): (usize, &(&str, f64, f64, StatusMark))| {
        let value = |i: usize| if i == 6 { NO } else { last - 6.0 + (i % 7) as f64 + 1.2 * wobble(i + 13 * g) };
        let values: Vec<f64> = (0..12).map(value).collect();
        let mut panel = ChartPanel::new(*name, years(2014, &values));
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
        unit: MeasureUnit::Percent,
        panels: groups.iter().enumerate().map(panel).collect(),
        every: 1,
        of: "Group",
    }
}

pub(crate) fn multiples_hard() -> SmallMultiples {
    let mut chart = multiples(&GROUPS[..5]);
    chart.panels[0].target = vec![(year(2024), 61.0), (year(2030), 69.0)];
    chart.panels[1].points.clear();
    chart.panels[2].points =
        vec![ChartPoint::new(year(2024), Value::Suppressed), ChartPoint::new(year(2025), Value::Suppressed)];
    chart.panels[3].points = vec![ChartPoint::exact_result(year(2025), 104.0)];
    chart.panels[4].points.push(ChartPoint::new(year(2026), Value::Range { lo: 60.0, hi: 69.0 }));
    chart
}

pub(crate) fn distribution(n: usize, state: f64) -> DistributionChart {
    let place = |i: usize| PlaceValue {
        name: format!("District {i}"),
        strict: i % 80 == 9,
        value: match i % 40 {
            7 => Value::Suppressed,
            9 => Value::AtLeast { lo: 95.0 },
            _ => Value::Exact {
                value: (state + 22.0 * (wobble(i) + wobble(i + 7000) + wobble(i + 99000))).clamp(0.0, 100.0),
            },
        },
    };
    let mut chart = DistributionChart::new(
        frame(
            "places",
            "Half of the districts lie within seven points of the state",
            "Percent meeting or exceeding expectations, 2025, one dot a district",
        ),
        MeasureUnit::Percent,
        ("district", "districts"),
        (0..n).map(place).collect(),
    );
    chart.places[42].name = "Springfield".to_owned();
    chart.highlight = Some(42);
    chart.state = Some(("State".to_owned(), state));
    chart.target = Some(70.0);
    chart
}

pub(crate) fn close() -> DistributionChart {
    let mut chart = distribution(60, 88.0);
    chart.target = Some(88.3);
    chart.places[42].name = "Martha's Vineyard Charter Public School".to_owned();
    chart.places[42].value = Value::Exact { value: 88.2 };
    chart
}

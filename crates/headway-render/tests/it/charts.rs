//! What holds for all charts over random data.

use headway_render::{
    Chart, FunnelChart, GapChart, PersistenceChart, ProcessChart, ReliabilityChart, SmallMultiples, SparklineChart,
    gap_cell,
};
use proptest::prelude::*;

use crate::random::{
    bin, distribution, frame, funnel_limit, funnel_place, gap_row, number, panel, persistent, point, trajectory, unit,
    words, xmr_point, year,
};
use crate::svg::check;

fn holds(chart: &dyn Chart) -> Result<(), TestCaseError> {
    for width in [240.0, 340.0, 720.0, 1100.0] {
        check(chart, width).map_err(TestCaseError::fail)?;
    }
    let table = chart.data_table();
    prop_assert!(table.rows.iter().all(|r| r.len() == table.columns.len()), "{table:?}");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn trajectories_can_be_read(chart in trajectory()) {
        holds(&chart)?;
        let table = chart.data_table();
        let periods: std::collections::BTreeSet<i32> = chart.points.iter().map(|p| p.period.ordinal).collect();
        prop_assert!(table.rows.len() >= periods.len());
    }

    #[test]
    fn small_multiples_can_be_read(frame in frame(), unit in unit(), panels in prop::collection::vec(panel(), 0..9)) {
        let chart = SmallMultiples { frame, unit, panels, every: 1, of: "Group" };
        holds(&chart)?;
        prop_assert_eq!(chart.data_table().rows.len(), chart.panels.len());
    }

    #[test]
    fn distributions_can_be_read(chart in distribution()) {
        holds(&chart)?;
        prop_assert!(chart.data_table().rows.len() >= chart.places.len());
    }

    #[test]
    fn behavior_charts_can_be_read(
        frame in frame(),
        unit in unit(),
        points in prop::collection::vec(xmr_point(), 0..40),
        target in prop::option::of(number()),
    ) {
        let chart = ProcessChart { frame, unit, points, every: 1, target };
        holds(&chart)?;
        prop_assert_eq!(chart.data_table().rows.len(), chart.points.len());
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
        let chart = FunnelChart { frame, unit, size_label: "Students tested".to_owned(), noun, places, center, limits };
        holds(&chart)?;
        prop_assert_eq!(chart.data_table().rows.len(), chart.places.len());
    }

    #[test]
    fn gaps_can_be_read(frame in frame(), unit in unit(), rows in prop::collection::vec(gap_row(), 0..9)) {
        let chart = GapChart { frame, unit, rows };
        holds(&chart)?;
        prop_assert_eq!(chart.data_table().rows.len(), chart.rows.len());
    }

    #[test]
    fn reliability_can_be_read(frame in frame(), bins in prop::collection::vec(bin(), 0..12)) {
        let chart = ReliabilityChart { frame, bins };
        holds(&chart)?;
        prop_assert_eq!(chart.data_table().rows.len(), chart.bins.len());
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
        let chart = PersistenceChart { frame, unit, years, rows, more };
        holds(&chart)?;
        prop_assert_eq!(chart.data_table().rows.len(), chart.rows.len());
    }

    #[test]
    fn gap_cells_are_pictures_or_nothing(gap in number(), interval in prop::option::of((number(), number())), most in number()) {
        let svg = gap_cell(gap, interval, most, 80.0);
        prop_assert!(!svg.contains("NaN"));
        prop_assert_eq!(svg.is_empty(), !gap.is_finite() || !most.is_finite() || most <= 0.0);
    }

    #[test]
    fn sparklines_can_be_read(unit in unit(), points in prop::collection::vec(point(), 0..15), target in prop::option::of(number())) {
        holds(&SparklineChart { target, ..SparklineChart::new("s", "Attendance", unit, points) })?;
    }
}

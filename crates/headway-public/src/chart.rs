//! Charts of published values: the series they draw are made of what is shown, so they can't tell more.

use headway_model::plan::{Measure, Target};
use headway_model::status::{Status, TargetAssessment};
use headway_model::{ALL, Level, Period, StudentGroup, common_period};
use headway_release::{PublishedRow, ShownValue};
use headway_render::{
    ChartFrame, ChartPanel, DistributionChart, MeasureUnit, PlaceValue, SmallMultiples, SparklineChart,
    TrajectoryChart, format,
};

use super::book::PublicMeasure;
use super::words;

/// One published series, and what it is judged by.
pub(super) struct PublishedSeries<'a> {
    pub(super) rows: &'a [PublishedRow],
    pub(super) standing: &'a TargetAssessment,
    pub(super) targets: &'a [&'a Target],
    pub(super) place: &'a str,
}

/// One series against its targets.
pub(super) fn trajectory_chart(
    id: &str,
    measure: &Measure,
    unit: &MeasureUnit,
    seen: &PublishedSeries<'_>,
) -> TrajectoryChart {
    let &PublishedSeries { rows, standing, targets, place } = seen;
    let sentence = status_sentence(rows, standing);
    let headline = if sentence.is_empty() { measure.name.clone() } else { sentence };
    let frame = ChartFrame::new(id, headline, format!("{}, {place}, all students", measure.name)).without_heading();
    let (points, hidden) = words::chart_points(measure, rows);
    let mut chart = TrajectoryChart::new(frame, unit.clone(), points);
    (chart.breaks, chart.gaps) = headway_render::breaks_and_gaps(measure);
    chart.gaps.retain(|gap| hidden.iter().all(|h| h.period != gap.period));
    chart.gaps.extend(hidden);
    let known = |period| words::of_period(rows, period).and_then(exact_value);
    // A baseline that is hidden starts no path: only what is published is known here.
    let path = |target: &&Target| headway_render::target_path(measure, target, &known, standing);
    chart.targets = targets.iter().filter_map(path).filter(|target| target.current).collect();
    chart
}

/// The finding in words. Who hides a figure and why stands beside it; the sentence only says that it is hidden.
pub(super) fn status_sentence(rows: &[PublishedRow], standing: &TargetAssessment) -> String {
    if !standing.parts.is_empty() {
        return standing.to_sentence().replace(Status::TooFewStudents.label_text(), "hidden");
    }
    let judged = standing.period.and_then(|period| words::of_period(rows, period));
    let hidden = judged.filter(|row| matches!(row.value.shown(), ShownValue::Hidden(_)));
    match (standing.status, hidden) {
        (Status::TooFewStudents, Some(row)) => {
            format!("The result of {} is not shown: {}.", format::period_text(row.period), row.value.label_text())
        }
        (Status::NoTarget, Some(row)) => {
            format!(
                "The result of {} is not shown: {}. {}",
                format::period_text(row.period),
                row.value.label_text(),
                standing.without_target()
            )
        }
        _ => standing.to_sentence(),
    }
}

/// A student group's code and results, and the figures that these are held against.
pub(super) type GroupResults<'a> = (&'a str, &'a [PublishedRow], [f64; 6]);

/// The same measure group by group.
pub(super) fn group_chart(
    id: &str,
    measure: &Measure,
    unit: &MeasureUnit,
    lines: &[GroupResults<'_>],
    place: &str,
) -> SmallMultiples {
    let panel = |&(code, rows, marks): &GroupResults<'_>| {
        let (points, gaps) = words::chart_points(measure, rows);
        ChartPanel { gaps, marks: marks.to_vec(), ..ChartPanel::new(StudentGroup::name_of(code), points) }
    };
    let frame = ChartFrame::new(
        id,
        groups_headline(measure, unit, lines),
        format!("{} – {place}, by student group", measure.name),
    );
    SmallMultiples { frame, unit: unit.clone(), panels: lines.iter().map(panel).collect(), every: 1, of: "Group" }
}

/// A compound measure: a panel a part, with the part's target; parts in another unit are another chart.
pub(super) fn part_by_part(
    id: &str,
    entry: &PublicMeasure<'_>,
    standing: &TargetAssessment,
    home: &str,
    place: &str,
) -> Vec<SmallMultiples> {
    let mut charts: Vec<SmallMultiples> = Vec::new();
    for (part, results) in &entry.parts {
        let unit = MeasureUnit::of_plan(part.unit.as_deref().or(entry.plan.unit.as_deref()));
        let (points, gaps) = words::chart_points(entry.plan, results.series(ALL, ALL, home));
        if points.is_empty() && gaps.is_empty() {
            continue;
        }
        let own = standing.parts.iter().find(|s| s.part == part.id).map(|s| &s.standing);
        let target = own.and_then(|s| Some((s.target_period?, s.target.exact_number()?))).into_iter().collect();
        let promised = own.filter(|s| !s.target.is_none()).map(|s| headway_render::interval_text(&unit, s.target));
        let name = promised.map_or_else(|| part.name.clone(), |target| format!("{}, target {target}", part.name));
        let marks = own.map(|s| s.rounding_marks().to_vec()).unwrap_or_default();
        let panel = ChartPanel { gaps, target, marks, ..ChartPanel::new(name, points) };
        match charts.iter_mut().find(|chart| chart.unit == unit) {
            Some(chart) => chart.panels.push(panel),
            None => {
                let id = format!("{id}{}", charts.len());
                let frame = ChartFrame::new(
                    id,
                    status_sentence(&[], standing),
                    format!("{}, {place}, all students", entry.plan.name),
                );
                let frame = frame.without_heading();
                charts.push(SmallMultiples { frame, unit, panels: vec![panel], every: 1, of: "Part" });
            }
        }
    }
    charts
}

/// From the group that is furthest behind to the one that is furthest ahead, in the period by which the agency's own pages
/// compare groups.
fn groups_headline(measure: &Measure, unit: &MeasureUnit, lines: &[GroupResults<'_>]) -> String {
    let own = || lines.iter().filter(|(code, ..)| *code != ALL);
    let exactly = |(_, rows, _): &GroupResults<'_>| {
        rows.iter().filter(|row| exact_value(row).is_some()).map(|row| row.period).collect::<Vec<Period>>()
    };
    let shared = common_period(own().map(exactly));
    let value = |rows: &[PublishedRow]| rows.iter().find(|row| Some(row.period) == shared).and_then(exact_value);
    let mut found: Vec<(f64, &str, &[f64])> =
        own().filter_map(|(code, rows, marks)| Some((value(rows)?, *code, marks.as_slice()))).collect();
    let sign = measure.direction.and_then(|d| d.sign()).unwrap_or(1.0);
    found.sort_by(|a, b| (a.0 * sign).total_cmp(&(b.0 * sign)));
    match (found.as_slice(), shared) {
        ([(worst, name, of_worst), .., (best, other, of_best)], Some(period)) => {
            let [name, other] = [name, other].map(|code| StudentGroup::name_of(code));
            let period = format::period_text(period);
            let [worst, best] = [(worst, of_worst), (best, of_best)].map(|(x, marks)| unit.value_beside(*x, marks));
            format!("From {worst} ({name}) to {best} ({other}), {period}")
        }
        _ => headway_render::groups_apart(own().map(|(code, ..)| StudentGroup::name_of(code))),
    }
}

/// Where the places of a level lie in one period.
pub(super) fn distribution_chart(
    id: &str,
    measure: &Measure,
    unit: &MeasureUnit,
    (level, period): (Level, Period),
    places: &[(&str, Option<&PublishedRow>)],
    marks: &[f64],
) -> Option<DistributionChart> {
    let place = |&(name, row): &(&str, Option<&PublishedRow>)| {
        let row = row?;
        Some(PlaceValue { name: name.to_owned(), value: words::row_value(row), strict: words::is_strict(&row.value) })
    };
    let values: Vec<PlaceValue> = places.iter().filter_map(place).collect();
    let mut exact: Vec<f64> = values.iter().filter_map(|p| p.value.exact_number()).collect();
    if exact.len() < 4 {
        return None;
    }
    let noun = level.place_nouns();
    let spread = headway_render::spread_headline(&mut exact, noun.1, |value| unit.value_beside(value, marks));
    let headline = match exact.len() == values.len() {
        true => spread,
        false => format!("{spread}, of those that are shown exactly"),
    };
    let headline = headline.replace("half of the", "half the");
    let subtitle = format!("{}, all students, {}", measure.name, format::period_text(period));
    let frame = ChartFrame::new(id, headline, subtitle);
    Some(DistributionChart { marks: marks.to_vec(), ..DistributionChart::new(frame, unit.clone(), noun, values) })
}

/// A line for a row of a table; nothing where there is no line to draw.
pub(super) fn sparkline_chart(
    id: &str,
    measure: &Measure,
    rows: &[PublishedRow],
    standing: &TargetAssessment,
) -> Option<SparklineChart> {
    let (points, _) = words::chart_points(measure, rows);
    let drawn = points.iter().filter(|p| p.value.exact_number().is_some()).count() > 1;
    let mut line = SparklineChart::new(id, measure.name.clone(), headway_render::measure_unit(measure), points);
    line.target = standing.target.exact_number();
    line.marks = standing.rounding_marks().to_vec();
    drawn.then_some(line)
}

fn exact_value(row: &PublishedRow) -> Option<f64> {
    words::row_value(row).exact_number()
}

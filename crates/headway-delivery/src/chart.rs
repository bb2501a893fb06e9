//! Charts of what the services answer: the finding in words as headline, the figures' source below.

use headway_analytics::SeriesObservation;
use headway_analytics::odds::OutlookStep;
use headway_model::plan::Measure;
use headway_model::status::TargetAssessment;
use headway_model::{Grade, Period, StudentGroup, Value, ValueFlags};
use headway_render::path_by_method;
use headway_render::{
    Chart, ChartForecast, ChartFrame, ChartPoint, DistributionChart, ForecastStep, PlaceValue, SmallMultiples,
    SparklineChart, StatusMark, TrajectoryChart,
};
pub use headway_render::{
    MeasureUnit, breaks_and_gaps, expected_text, groups_apart, interval_text, latest_text, measure_unit, result_text,
    target_path,
};

use crate::view::{GroupLine, MeasureView, SeriesView, shared_period};
use crate::{Error, Result, cite};

/// One series against its targets. `id` is unique in the page.
pub fn trajectory_chart(id: &str, measure: &Measure, series: &SeriesView) -> TrajectoryChart {
    let row = &series.row;
    let mut frame = ChartFrame::new(
        id,
        series_headline(measure, series),
        chart_subtitle(measure, &row.group, &row.grade, &row.place.name),
    );
    frame.source = source_text(series);
    let mut chart = TrajectoryChart::new(frame, measure_unit(measure), chart_points(&series.observed));
    (chart.breaks, chart.gaps) = breaks_and_gaps(measure);
    let known = |period| series.observed.iter().find(|o| o.period == period).and_then(|o| o.value.exact_number());
    chart.targets = series.targets.iter().filter_map(|t| target_path(measure, t, &known, &row.standing)).collect();
    if let Ok(outlook) = &series.outlook {
        let step =
            |s: &OutlookStep| ForecastStep { period: s.period, mid: s.mid, range_80: s.range_80, range_95: s.range_95 };
        chart.forecast = Some(ChartForecast { steps: outlook.steps.iter().map(step).collect() });
        for target in chart.targets.iter_mut().filter(|t| t.current) {
            target.chance = Some(outlook.odds.chance_text());
        }
    }
    chart
}

/// A compound measure: a panel a part with the part's target, on one scale. Parts in another unit are another chart.
pub fn part_charts(id: &str, measure: &Measure, series: &SeriesView) -> Vec<SmallMultiples> {
    let mut charts: Vec<SmallMultiples> = Vec::new();
    for (part, observed) in &series.parts {
        let described = measure.parts.iter().find(|p| p.id == *part);
        let standing = series.row.standing.parts.iter().find(|s| s.part == *part).map(|s| &s.standing);
        let unit = MeasureUnit::of_plan(described.and_then(|p| p.unit.as_deref()).or(measure.unit.as_deref()));
        let mut panel = headway_render::ChartPanel::new(
            described.map_or(part.as_str(), |p| p.name.as_str()),
            chart_points(observed),
        );
        if let Some(standing) = standing {
            panel.target = path_to(standing);
            panel.marks = standing.rounding_marks().to_vec();
            panel.status = StatusMark::of_word(standing.status.label_text());
            if !standing.target.is_none() {
                panel.name += &format!(", target {}", interval_text(&unit, standing.target));
            }
        }
        match charts.iter_mut().find(|chart| chart.unit == unit) {
            Some(chart) => chart.panels.push(panel),
            None => {
                let id = format!("{id}{}", charts.len());
                let row = &series.row;
                let subtitle = chart_subtitle(measure, &row.group, &row.grade, &row.place.name);
                let mut frame = ChartFrame::new(id, series_headline(measure, series), subtitle);
                frame.source = source_text(series);
                charts.push(SmallMultiples { frame, unit, panels: vec![panel], every: 1, of: "Part" });
            }
        }
    }
    charts.retain(|chart| chart.panels.iter().any(|panel| !panel.points.is_empty()));
    charts
}

/// One series as files show it: against its targets; a compound measure part by part, one chart for each unit.
pub fn of_series(id: &str, measure: &Measure, series: &SeriesView) -> Vec<Box<dyn Chart + Send>> {
    if measure.parts.is_empty() {
        return vec![Box::new(trajectory_chart(id, measure, series))];
    }
    part_charts(id, measure, series).into_iter().map(|chart| Box::new(chart) as Box<dyn Chart + Send>).collect()
}

/// From the baseline to the target as its method judges it; a level where no baseline is known, or no path leads there.
fn path_to(standing: &TargetAssessment) -> Vec<(Period, f64)> {
    let (Some(target), Some(period)) = (standing.target.exact_number(), standing.target_period) else {
        return Vec::new();
    };
    match (standing.baseline.exact_number(), standing.baseline_period) {
        (Some(baseline), Some(from)) if from < period && !standing.is_to_be_kept() && !standing.over_break => {
            path_by_method(standing.method, vec![(from, baseline), (period, target)])
        }
        _ => vec![(period, target)],
    }
}

/// The same measure group by group.
pub fn groups_chart(id: &str, measure: &Measure, lines: &[GroupLine], place: &str) -> SmallMultiples {
    let headline = groups_headline(measure, lines);
    let panels = lines
        .iter()
        .map(|line| {
            let mut panel = headway_render::ChartPanel::new(line.name.clone(), chart_points(&line.observed));
            panel.target = path_to(&line.row.standing);
            panel.marks = line.row.standing.rounding_marks().to_vec();
            panel.status = StatusMark::of_word(line.row.standing.status.label_text());
            panel
        })
        .collect();
    let frame = ChartFrame::new(id, headline, format!("{} – {place}, by student group", measure.name));
    SmallMultiples { frame, unit: measure_unit(measure), panels, every: 1, of: "Group" }
}

/// How many groups are behind their path; where only all students have a target, which group is furthest behind.
fn groups_headline(measure: &Measure, lines: &[GroupLine]) -> String {
    let own = || lines.iter().filter(|l| l.code != headway_model::ALL);
    let behind = own().filter(|l| l.row.standing.distance.hi < 0.0).count();
    match (behind, own().filter(|l| !l.row.standing.distance.is_none()).count()) {
        (_, 0) => {}
        (0, 1) => return "The one group that can be judged is on its path or better".to_owned(),
        (0, j) => return format!("All {j} groups that can be judged are on their path or better"),
        (b, j) if b == j && j > 1 => return format!("All {j} groups that can be judged are behind their path"),
        (b, j) => {
            return format!(
                "{b} of {j} groups that can be judged {} behind the path",
                if b == 1 { "is" } else { "are" }
            );
        }
    }
    let shared = shared_period(own().map(|l| l.observed.as_slice()));
    let value = |l: &GroupLine| l.observed.iter().find(|o| Some(o.period) == shared)?.value.exact_number();
    let sign = measure.direction.and_then(headway_model::Direction::sign).unwrap_or(1.0);
    let mut found: Vec<(f64, &GroupLine)> = own().filter_map(|l| Some((value(l)?, l))).collect();
    found.sort_by(|a, b| (a.0 * sign).total_cmp(&(b.0 * sign)));
    match (found.as_slice(), shared) {
        ([worst, .., best], Some(period)) => {
            let unit = measure_unit(measure);
            let period = headway_render::format::period_text(period);
            let said = |(value, line): &(f64, &GroupLine)| {
                format!("{} ({})", unit.value_beside(*value, &line.row.standing.rounding_marks()), line.name)
            };
            format!("From {} to {}, {period}", said(worst), said(best))
        }
        _ => groups_apart(own().map(|l| l.name.as_str())),
    }
}

/// Where the places lie, with the agency's own value and the target.
pub fn distribution_chart(id: &str, view: &MeasureView, home: Option<(String, f64)>) -> Option<DistributionChart> {
    let (level, period) = (view.level?, view.places_period?);
    let measure = &view.planned.measure;
    let noun = level.place_nouns();
    let place = |l: &crate::view::PlaceLine| {
        let latest = l.latest?;
        let strict = latest.flags.has_all(ValueFlags::STRICT);
        Some(PlaceValue { name: l.place.name.clone(), value: latest.value, strict })
    };
    let places: Vec<PlaceValue> = view.values.iter().filter_map(place).collect();
    let mut exact: Vec<f64> = places.iter().filter_map(|p| p.value.exact_number()).collect();
    if exact.len() < 2 {
        return None;
    }
    let unit = measure_unit(measure);
    let (target, marks) = (view.series.row.standing.target.exact_number(), view.series.row.standing.rounding_marks());
    let said = |value: f64| unit.value_beside(value, &marks);
    let headline = headway_render::spread_headline(&mut exact, noun.1, said);
    let group = StudentGroup::name_of(&view.series.row.group);
    let subtitle = format!("{}, {group}, {}", measure.name, headway_render::format::period_text(period));
    let mut chart = DistributionChart::new(ChartFrame::new(id, headline, subtitle), unit, noun, places);
    let chosen = &view.series.row.place;
    if chosen.level == Some(level) {
        let in_list = view.values.iter().filter(|l| l.latest.is_some()).position(|l| l.place.id == chosen.id);
        chart.highlight = in_list;
    }
    chart.state = home;
    chart.target = target;
    chart.marks = marks.to_vec();
    Some(chart)
}

/// A line for a row of a table.
pub fn series_sparkline(
    id: &str,
    label: &str,
    measure: &Measure,
    observed: &[SeriesObservation],
    standing: &TargetAssessment,
) -> SparklineChart {
    let mut line = SparklineChart::new(id, label, measure_unit(measure), chart_points(observed));
    line.target = standing.target.exact_number();
    line.marks = standing.rounding_marks().to_vec();
    line
}

/// Writes a chart to a file, by its ending.
///
/// # Errors
/// [`Error::Refused`] for an ending that is neither `.svg` nor `.png`; when the file can't be written.
pub fn write_chart(chart: &dyn headway_render::Chart, path: &std::path::Path) -> Result<()> {
    let svg = chart.to_svg(840.0);
    let bytes = match path.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase).as_deref() {
        Some("svg") => svg.into_bytes(),
        Some("png") => headway_render::svg_to_png(&svg, 2.0)?,
        _ => {
            let text =
                format!("{}: a chart is written as .svg or .png; give the file one of these endings", path.display());
            return Err(Error::Refused(text));
        }
    };
    headway_files::output::write_file(path, &bytes).map_err(|source| Error::for_file(path, source))
}

/// What was published for one observation, in words.
pub fn observed_text(unit: &MeasureUnit, observed: &SeriesObservation) -> String {
    said_beside(unit, observed, &[])
}

/// The same beside figures that it is held against.
pub fn said_beside(unit: &MeasureUnit, observed: &SeriesObservation, marks: &[f64]) -> String {
    unit.published_beside(observed.value, observed.flags.has_all(ValueFlags::STRICT), marks)
}

/// The observations as points of a chart; what came of a period in progress is no point of its line.
pub fn chart_points(observed: &[SeriesObservation]) -> Vec<ChartPoint> {
    let point = |o: &SeriesObservation| ChartPoint {
        provisional: o.flags.has_all(ValueFlags::PROVISIONAL),
        strict: o.flags.has_all(ValueFlags::STRICT),
        starts: o.starts,
        ..ChartPoint::new(o.period, o.value)
    };
    observed.iter().filter(|o| o.is_result() && o.value != Value::Missing).map(point).collect()
}

fn series_headline(measure: &Measure, series: &SeriesView) -> String {
    let sentence = series.row.standing.to_sentence();
    if sentence.is_empty() { measure.name.clone() } else { sentence }
}

fn chart_subtitle(measure: &Measure, group: &str, grade: &str, place: &str) -> String {
    let mut parts = vec![measure.name.clone(), place.to_owned(), StudentGroup::name_of(group).into_owned()];
    if grade != headway_model::ALL {
        parts.push(Grade::name_of(grade));
    }
    parts.join(", ")
}

fn source_text(series: &SeriesView) -> String {
    // A chart goes where its page does not: what is made up says so itself.
    let made_up = if series.simulated { "Simulated data. " } else { "" };
    let Some(newest) = series.imports.first() else { return made_up.trim_end().to_owned() };
    format!("{made_up}{}", cite::source_line(&newest.vintage))
}

/// The course of a measure at a place, for a row of its table.
pub fn row_sparkline(id: &str, line: &crate::view::PlaceLineOfMeasure) -> SparklineChart {
    let row = &line.row;
    let label = format!("{}, {}", row.measure.name, row.place.name);
    let mut chart =
        SparklineChart::new(id, label, MeasureUnit::of_plan(row.measure.unit.as_deref()), chart_points(&line.observed));
    chart.target = row.standing.target.exact_number();
    chart.marks = row.standing.rounding_marks().to_vec();
    chart
}

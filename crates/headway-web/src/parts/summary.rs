//! A table of measures: where each stands for the agency's own place, and how its other targets do.

use headway_delivery::model::ALL;
use headway_delivery::model::status::ValueInterval;
use headway_delivery::view::{MeasureSummary, TargetLine, TargetSummary};
use headway_delivery::{chart, model::Period};
use headway_parts::{target_count, target_list};
use headway_render::{Chart, MeasureUnit};
use maud::{Markup, PreEscaped, html};

use super::targets::others_together;
use super::{
    GridColumn, GridColumnKind, ResponsiveTable, dropped_note, parts_text, period_text, read_from, result_cells,
    row_verdict,
};
use crate::link::{PageLink, StickyParams};

/// A table of measures on a page.
pub(crate) struct MeasureTable<'a> {
    pub(crate) agency: &'a str,
    pub(crate) kept: &'a StickyParams,
    /// Makes the ids of the small charts unique in the page.
    pub(crate) name: &'a str,
    pub(crate) caption: &'a str,
    /// Whether the measures have targets; else the columns that speak of them are left out.
    pub(crate) targets: bool,
}

/// Columns that are left out when no measure of the table has anything in them.
struct MeasureColumns {
    others: bool,
    course: bool,
}

/// The table.
pub(crate) fn measure_table(table: &MeasureTable<'_>, measures: &[&MeasureSummary]) -> Markup {
    let columns = MeasureColumns {
        others: table.targets && measures.iter().any(|m| !m.other_targets().is_empty()),
        course: measures.iter().any(|m| m.observed.len() > 1),
    };
    let titles = columns.column_titles(table.targets);
    let rows = measures.iter().enumerate().map(|(i, m)| measure_row(table, &columns, i, m)).collect();
    html! {
        (ResponsiveTable { label: table.caption, caption: html! { (table.caption) }, columns: &titles, rows }.table_markup())
        @if table.targets { (read_from(measures.iter().map(|m| m.row.odds))) }
    }
}

impl MeasureColumns {
    fn column_titles(&self, targets: bool) -> Vec<GridColumn<'static>> {
        let mut titles = vec![("Measure", GridColumnKind::Words)];
        if targets {
            titles.push(("Where it stands", GridColumnKind::Verdict));
        }
        titles.extend([("Latest", GridColumnKind::Figure), ("For", GridColumnKind::Short)]);
        if targets {
            titles.extend([("Target", GridColumnKind::Figure), ("By", GridColumnKind::Short)]);
        }
        if self.others {
            titles.push(("Student groups and places", GridColumnKind::Words));
        }
        if self.course {
            titles.push(("Course", GridColumnKind::Plain));
        }
        titles
    }
}

fn measure_row(table: &MeasureTable<'_>, columns: &MeasureColumns, i: usize, m: &MeasureSummary) -> Vec<Markup> {
    let measure = &m.planned.measure;
    let unit = chart::measure_unit(measure);
    let link = || measure_link(table.agency, m).with_kept(table.kept);
    let mut cells = vec![html! { a href=(link()) { (measure.name) } (dropped_note(m.planned.dropped.as_deref())) }];
    if table.targets {
        cells.push(own_standing(m, link));
    }
    cells.extend(latest_cells(&unit, m));
    if table.targets {
        cells.extend(own_target_cells(&unit, m));
    }
    if columns.others {
        cells.push(target_counts(table.agency, table.kept, m));
    }
    if columns.course {
        cells.push(html! { @if m.observed.len() > 1 {
            (PreEscaped(chart::series_sparkline(&format!("{}{i}", table.name), &measure.name, measure, &m.observed, &m.row.standing).to_svg(110.0)))
        } });
    }
    cells
}

/// The page of a measure.
pub(crate) fn measure_link(agency: &str, m: &MeasureSummary) -> PageLink {
    PageLink::for_agency(agency, "measure").with_id(&m.planned.measure.id)
}

/// The targets of a measure for student groups and places, counted; each count leads to the list of what it counts.
fn target_counts(agency: &str, kept: &StickyParams, m: &MeasureSummary) -> Markup {
    let line = |line: &TargetLine| {
        let whom =
            html! { a href=(reach_link(measure_link(agency, m), line).with_kept(kept)) { (line.reach.label_text()) } };
        (whom, line.stand.clone(), html! {})
    };
    html! { @if !m.other_targets().is_empty() { (target_list(m.other_targets().iter().map(line))) } }
}

/// The same in one count, on paper that has no room for more.
pub(crate) fn targets_together(agency: &str, kept: &StickyParams, m: &MeasureSummary) -> Markup {
    let link = || measure_link(agency, m).with_fragment("targets").with_kept(kept);
    html! { @if let Some(stand) = others_together(&[m]) {
        " " span.note { a href=(link()) { "student groups and places" } ": " (target_count(&stand)) }
    } }
}

/// Where the targets of a line are listed: the places of a level, else every target of the measure.
fn reach_link(measure: PageLink, line: &TargetLine) -> PageLink {
    match line.reach.whole_level().filter(|_| line.stand.total() > 1) {
        Some(level) => measure.with_choice("level", level.id()).with_fragment("places"),
        None => measure.with_fragment("targets"),
    }
}

/// The page of the series that a target speaks of; of several places that which lists them.
pub(crate) fn target_link(measure: PageLink, target: &TargetSummary) -> PageLink {
    let row = &target.row;
    let (link, group, grade) = match (target.many_places(), target.for_whom()) {
        (Some(places), _) => {
            let link =
                measure.with_unless("level", places.level.map_or("", |level| level.id()), "").with_fragment("places");
            (link, &places.of.0, &places.of.1)
        }
        (None, Some(_)) => (measure.with_choice("unit", &row.place.id), &row.group, &row.grade),
        (None, None) => return measure,
    };
    link.with_unless("group", group, ALL).with_unless("grade", grade, ALL)
}

/// Where a measure stands by the agency's own target.
pub(crate) fn own_standing(m: &MeasureSummary, measure: impl FnOnce() -> PageLink) -> Markup {
    if m.own_status().is_none() && !m.targets.is_empty() {
        return html! { span.note { "no agency-wide target" } };
    }
    row_verdict(&m.row, measure)
}

/// The latest result and its period. Where the status speaks of an earlier one, that stands beside it.
pub(crate) fn latest_cells(unit: &MeasureUnit, m: &MeasureSummary) -> [Markup; 2] {
    if !m.own {
        return [html! { span.note { "place by place" } }, html! {}];
    }
    let parts = m.planned.measure.parts.len();
    if m.observed.is_empty() && parts > 0 {
        return [html! { span.note { (parts_text(parts)) } }, html! {}];
    }
    result_cells(unit, &m.row, &m.observed)
}

/// The agency's own target and its period; nothing where it has none.
pub(crate) fn own_target_cells(unit: &MeasureUnit, m: &MeasureSummary) -> [Markup; 2] {
    let standing = &m.row.standing;
    match m.own_status() {
        Some(_) => target_cells(unit, standing.target, standing.target_period),
        None => [html! {}, html! {}],
    }
}

/// A target and its period.
pub(crate) fn target_cells(unit: &MeasureUnit, target: ValueInterval, by: Option<Period>) -> [Markup; 2] {
    [html! { (chart::interval_text(unit, target)) }, html! { (period_text(by)) }]
}

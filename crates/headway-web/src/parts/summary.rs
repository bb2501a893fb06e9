//! A table of measures: where each stands for the agency's own place, and how the places below do.

use headway_delivery::model::ALL;
use headway_delivery::model::status::Interval;
use headway_delivery::{chart, view::MeasureSummary};
use headway_render::{Chart, Unit};
use maud::{Markup, PreEscaped, html};

use super::{Column, Grid, Kind, dropped, latest, period, read_from, tally, verdict};
use crate::link::{Kept, Link};

/// A table of measures on a page.
pub(crate) struct Table<'a> {
    pub(crate) agency: &'a str,
    pub(crate) kept: &'a Kept,
    /// Makes the ids of the small charts unique in the page.
    pub(crate) name: &'a str,
    pub(crate) caption: &'a str,
    /// Whether the measures have targets; else the columns that speak of them are left out.
    pub(crate) promises: bool,
}

/// Columns that are left out when no measure of the table has anything in them.
struct Columns {
    course: bool,
}

/// The table.
pub(crate) fn measure_table(table: &Table<'_>, measures: &[&MeasureSummary]) -> Markup {
    let columns = Columns { course: measures.iter().any(|m| m.course().len() > 1) };
    let titles = columns.titles(table.promises);
    let rows = measures.iter().enumerate().map(|(i, m)| line(table, &columns, i, m)).collect();
    html! {
        (Grid { label: table.caption, caption: html! { (table.caption) }, columns: &titles, rows }.table())
        @if table.promises { (read_from(measures.iter().filter_map(|m| m.judged_row()).map(|row| row.odds))) }
    }
}

impl Columns {
    fn titles(&self, promises: bool) -> Vec<Column<'static>> {
        let mut titles = vec![("Measure", Kind::Words)];
        if promises {
            titles.push(("Where it stands", Kind::Verdict));
        }
        titles.extend([("Latest", Kind::Figure), ("For", Kind::Short)]);
        if promises {
            titles.extend([("Target", Kind::Figure), ("By", Kind::Short)]);
        }
        if self.course {
            titles.push(("Course", Kind::Plain));
        }
        titles
    }
}

fn line(table: &Table<'_>, columns: &Columns, i: usize, m: &MeasureSummary) -> Vec<Markup> {
    let measure = &m.planned.measure;
    let unit = chart::unit(measure);
    let standing = &m.row.standing;
    let link = || measure_link(table.agency, m);
    let mut cells = vec![
        html! { a href=(link().keep(table.kept)) { (measure.name) } (for_whom(m)) (dropped(m.planned.dropped.as_deref())) },
    ];
    if table.promises {
        cells.push(stands(m, || link().keep(table.kept)));
    }
    cells.extend(latest_cells(&unit, m));
    if table.promises {
        cells.extend(target_cells(&unit, m));
    }
    if columns.course {
        cells.push(html! { @if m.course().len() > 1 {
            (PreEscaped(chart::sparkline(&format!("{}{i}", table.name), &measure.name, measure, m.course(), standing).svg(110.0)))
        } });
    }
    cells
}

/// The page of the series that a line speaks of; of several places that which lists them.
pub(crate) fn measure_link(agency: &str, m: &MeasureSummary) -> Link {
    let link = Link::agency(agency, "measure").id(&m.planned.measure.id);
    let row = &m.row;
    let (link, group, grade) = match (m.many(), m.for_whom()) {
        (Some(places), _) => {
            let link = link.with_unless("level", places.level.map_or("", |level| level.id()), "");
            (link, &places.of.0, &places.of.1)
        }
        (None, Some(_)) => (link.with("unit", &row.place.id), &row.group, &row.grade),
        (None, None) => return link,
    };
    link.with_unless("group", group, ALL).with_unless("grade", grade, ALL)
}

/// For whom the figure is promised, behind the measure's name; nothing where that is the agency's own place, all students.
pub(crate) fn for_whom(m: &MeasureSummary) -> Markup {
    html! { @if let Some(words) = m.for_whom() { " " span.note { (words) } } }
}

/// Where a promise stands: its verdict, or how many of its places stand how.
pub(crate) fn stands(m: &MeasureSummary, measure: impl FnOnce() -> Link) -> Markup {
    match m.many() {
        Some(places) if places.stand.total() == 0 => html! { span.note { "no result yet" } },
        Some(places) => tally(&places.stand),
        None => verdict(&m.row, measure),
    }
}

/// The latest result and its period; none of several places, which have no figure in common. Where the status speaks of an earlier one, that stands beside it.
pub(crate) fn latest_cells(unit: &Unit, m: &MeasureSummary) -> [Markup; 2] {
    if m.many().is_some() {
        return [html! { span.note { "place by place" } }, html! {}];
    }
    let parts = m.planned.measure.parts.len();
    if m.observed.is_empty() && parts > 0 {
        return [html! { span.note { (parts) " parts" } }, html! {}];
    }
    latest(unit, &m.row, &m.observed)
}

/// The target and its period.
pub(crate) fn target_cells(unit: &Unit, m: &MeasureSummary) -> [Markup; 2] {
    let standing = &m.row.standing;
    let own = (standing.target, standing.target_period);
    let (target, by) = match m.many() {
        None => own,
        Some(places) => places.target.map_or((Interval::NONE, None), |(target, by)| (target, Some(by))),
    };
    [html! { (chart::interval(unit, target)) }, html! { (period(by)) }]
}

//! A table of measures: where each stands for the agency's own place, and how the places below do.

use headway_delivery::{chart, view::MeasureSummary};
use headway_render::Chart;
use maud::{Markup, PreEscaped, html};

use super::{Column, Grid, Kind, dropped, observed_beside, period, read_from, verdict};
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
    let columns = Columns { course: measures.iter().any(|m| m.observed.len() > 1) };
    let titles = columns.titles(table.promises);
    let rows = measures.iter().enumerate().map(|(i, m)| line(table, &columns, i, m)).collect();
    html! {
        (Grid { label: table.caption, caption: html! { (table.caption) }, columns: &titles, rows }.table())
        @if table.promises { (read_from(measures.iter().map(|m| m.row.odds))) }
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
    let latest = m.observed.iter().rev().find(|o| Some(o.period) == standing.period).or(m.observed.last());
    let figure = latest.is_some() || measure.parts.is_empty();
    let link = || Link::agency(table.agency, "measure").id(&measure.id);
    let mut cells =
        vec![html! { a href=(link().keep(table.kept)) { (measure.name) } (dropped(m.planned.dropped.as_deref())) }];
    if table.promises {
        cells.push(verdict(&m.row, || link().keep(table.kept)));
    }
    cells.push(
        html! { @if figure { (observed_beside(&unit, latest, &standing.marks())) } @else { span.note { (measure.parts.len()) " parts" } } },
    );
    cells.push(html! { (period(latest.map(|o| o.period))) });
    if table.promises {
        cells.extend([html! { (chart::interval(&unit, standing.target)) }, html! { (period(standing.target_period)) }]);
    }
    if columns.course {
        cells.push(html! { @if m.observed.len() > 1 {
            (PreEscaped(chart::sparkline(&format!("{}{i}", table.name), &measure.name, measure, &m.observed, standing).svg(110.0)))
        } });
    }
    cells
}

//! A table of measures: where each stands for the agency's own place, and how the places below do.

use headway_delivery::{chart, view::MeasureSummary};
use headway_render::Chart;
use maud::{Markup, PreEscaped, html};

use super::{distance, observed, odds, period, signal, status};
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
    distance: bool,
    course: bool,
}

/// The table.
pub(crate) fn measure_table(table: &Table<'_>, measures: &[&MeasureSummary]) -> Markup {
    let columns = Columns {
        distance: table.promises && measures.iter().any(|m| m.row.standing.distance.exact().is_some()),
        course: measures.iter().any(|m| m.observed.len() > 1),
    };
    html! {
        div.scroll tabindex="0" role="region" aria-label=(table.caption) { table.measures {
            caption { (table.caption) }
            thead { tr {
                th scope="col" { "Measure" }
                @if table.promises { th scope="col" { "Status" } }
                th.n scope="col" { "Latest" } th scope="col" { "For" }
                @if table.promises { th.n scope="col" { "Target" } th scope="col" { "By" } }
                @if columns.distance { th.n scope="col" { "To the path" } }
                @if table.promises { th scope="col" { "Signal" } th scope="col" { "Odds" } }
                @if columns.course { th scope="col" { "Course" } }
            } }
            tbody { @for (i, m) in measures.iter().enumerate() { (line(table, &columns, i, m)) } }
        } }
    }
}

fn line(table: &Table<'_>, columns: &Columns, i: usize, m: &MeasureSummary) -> Markup {
    let measure = &m.planned.measure;
    let unit = chart::unit(measure);
    let standing = &m.row.standing;
    let latest = m.observed.iter().rev().find(|o| Some(o.period) == standing.period).or(m.observed.last());
    html! {
        tr {
            th scope="row" { a href=(Link::agency(table.agency, "measure").id(&measure.id).keep(table.kept)) { (measure.name) } }
            @if table.promises { td { (status(standing.status)) } }
            td.n { @if latest.is_some() || measure.parts.is_empty() { (observed(&unit, latest)) } @else { span.note { (measure.parts.len()) " parts" } } }
            td.p { (period(latest.map(|o| o.period))) }
            @if table.promises {
                td.n { (chart::interval(&unit, standing.target)) }
                td.p { (period(standing.target_period)) }
            }
            @if columns.distance { td.n { (distance(&unit, standing)) } }
            @if table.promises { td.odds { (signal(m.row.signal)) } td.odds { (odds(m.row.odds)) } }
            @if columns.course { td { @if m.observed.len() > 1 {
                (PreEscaped(chart::sparkline(&format!("{}{i}", table.name), &measure.name, measure, &m.observed, standing).svg(110.0)))
            } } }
        }
    }
}

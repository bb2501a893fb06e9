//! A table of measures: where each stands for the agency's own place, and how the places below do.

use headway_delivery::{chart, view::MeasureSummary};
use headway_render::Chart;
use jiff::civil::Date;
use maud::{Markup, PreEscaped, html};

use super::{distance, observed, odds, period, status};
use crate::link::Link;

/// The table. `name` makes the ids of the small charts unique in the page.
pub(crate) fn measure_table(
    agency: &str,
    as_of: Option<Date>,
    name: &str,
    caption: &str,
    measures: &[MeasureSummary],
) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(caption) { table {
            caption { (caption) }
            thead { tr {
                th scope="col" { "Measure" } th scope="col" { "Status" } th scope="col" { "Latest" } th scope="col" { "For" }
                th.n scope="col" { "Target" } th scope="col" { "By" } th.n scope="col" { "To the path" } th scope="col" { "Odds" } th scope="col" { "Course" }
            } }
            tbody {
                @for (i, m) in measures.iter().enumerate() { (line(agency, as_of, &format!("{name}{i}"), m)) }
            }
        } }
    }
}

fn line(agency: &str, as_of: Option<Date>, id: &str, m: &MeasureSummary) -> Markup {
    let measure = &m.planned.measure;
    let unit = chart::unit(measure);
    let standing = &m.row.standing;
    let latest = m.observed.iter().rev().find(|o| Some(o.period) == standing.period).or(m.observed.last());
    html! {
        tr {
            th scope="row" { a href=(Link::agency(agency, "measure").id(&measure.id).as_of(as_of)) { (measure.name) } }
            td { (status(standing.status)) }
            td { @if latest.is_some() || measure.parts.is_empty() { (observed(&unit, latest)) } @else { span.note { (measure.parts.len()) " parts" } } }
            td { (period(latest.map(|o| o.period))) }
            td.n { @if let Some(target) = standing.target.exact() { (unit.trimmed(target)) } @else if !standing.target.is_none() { (unit.range(standing.target.lo, standing.target.hi)) } }
            td { (period(standing.target_period)) }
            td.n { (distance(&unit, standing)) }
            td { (odds(&m.row)) }
            td { @if m.observed.len() > 1 {
                (PreEscaped(chart::sparkline(id, &measure.name, measure, &m.observed, standing).svg(110.0)))
            } }
        }
    }
}

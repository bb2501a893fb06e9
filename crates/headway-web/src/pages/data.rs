//! Data: what came in, how fresh it is, what is expected next.

use axum::extract::{Path, Query, State};
use axum::response::Html;
use headway_delivery::view::DataView;
use headway_render::format;
use maud::{Markup, html};

use crate::Site;
use crate::ask::{Ask, Ground};
use crate::error::PageError;
use crate::layout::Section;
use crate::link::Link;
use crate::parts::period;

/// `GET /{agency}/data`
pub(crate) async fn page(
    State(site): State<Site>,
    Path(agency): Path<String>,
    Query(ask): Query<Ask>,
) -> Result<Html<String>, PageError> {
    let ground = site.ground(&ask).await?;
    let view = ground.snapshot.data_view(&agency).await?;
    let content = html! {
        p.question { "What do we know, and since when?" }
        h1 { (headline(&view)) }
        (freshness(&agency, &ground, &view))
        (imports(&view))
        @if !view.unplanned.is_empty() {
            h2 { "In the data, in no plan" }
            p.note { "These measures have observations, and no plan of this workspace names them." }
            ul { @for m in &view.unplanned { li { code { (m.measure) } ", " (format::counted(m.rows as usize, "row", "rows")) } } }
        }
    };
    Ok(Html(ground.page(&agency, Section::Data, "Data", &content).into_string()))
}

fn headline(view: &DataView) -> String {
    let late = view.freshness.iter().filter(|f| f.overdue).count();
    match late {
        0 => "No result is overdue".to_owned(),
        1 => "One measure’s result is overdue".to_owned(),
        n => format!("The results of {n} measures are overdue"),
    }
}

fn freshness(agency: &str, ground: &Ground, view: &DataView) -> Markup {
    let known = view.freshness.iter().filter(|f| f.latest.is_some());
    html! {
        h2 { "How fresh the measures are" }
        div.scroll tabindex="0" role="region" aria-label="Freshness" { table {
            caption { "Measures with results" }
            thead { tr { th scope="col" { "Measure" } th scope="col" { "Latest period" } th.n scope="col" { "Rows" } th scope="col" { "Next" } th scope="col" { "Due from" } } }
            tbody { @for f in known { tr {
                th scope="row" { a href=(Link::agency(agency, "measure").id(&f.measure.id).as_of(ground.as_of)) { (f.measure.name) } }
                td { (period(f.latest)) }
                td.n { (format::count(f.rows as usize)) }
                td { (period(f.next.map(|n| n.0))) }
                td { @if let Some((_, due)) = f.next { (due) } @if f.overdue { " – " strong { "overdue" } } }
            } } }
        } }
    }
}

fn imports(view: &DataView) -> Markup {
    html! {
        h2 { "Imports" }
        @if view.imports.is_empty() { p { "Nothing has been imported yet." } } @else {
            div.scroll tabindex="0" role="region" aria-label="Imports" { table {
                caption { "Every import, newest first" }
                thead { tr { th.n scope="col" { "No." } th scope="col" { "File" } th scope="col" { "Source" } th scope="col" { "Known from" } th scope="col" { "State" } } }
                tbody { @for i in view.imports.iter().take(100) { tr {
                    td.n { (i.vintage.id) }
                    th scope="row" { (i.vintage.file) }
                    td { (i.vintage.source) }
                    td { (i.vintage.known_from) }
                    td { (i.state.name()) @if i.vintage.provisional { ", preliminary" } }
                } } }
            } }
            @if view.imports.len() > 100 { p.note { "The newest 100 of " (view.imports.len()) "; " code { "headway imports" } " lists all." } }
        }
    }
}

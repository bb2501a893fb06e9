//! Import: one file of the catalog, and what it changed.

use axum::extract::{Path, State};
use axum::response::Html;
use headway_delivery::view::{ImportChanges, ImportView};
use headway_render::format;
use maud::{Markup, html};

use crate::SiteState;
use crate::ask::QueryParams;
use crate::error::PageError;
use crate::ground::PageContext;
use crate::layout::NavSection;
use crate::link::PageLink;
use crate::parts::{GridColumnKind, ResponsiveTable, source_links};
use crate::whose;

/// `GET /{agency}/import/{import}`
pub(crate) async fn import_page(
    State(site): State<SiteState>,
    Path((agency, number)): Path<(String, String)>,
    ask: QueryParams,
) -> Result<Html<String>, PageError> {
    let ground = site.bare_ground(&ask).await?;
    let not_found = || PageError::NotFound(format!("There is no import “{number}” here."));
    let number: i64 = number.parse().map_err(|_| not_found())?;
    if ground.snapshot.visible_import(number).is_none() {
        return Err(not_found());
    }
    whose::check_import(&ground.snapshot, &ask, &agency, number).await?;
    let view = ground.snapshot.import_view(&agency, number).await?;
    let title = format!("Import {number}");
    Ok(ground.html_answer(&agency, NavSection::Data, &title, &render_content(&agency, &ground, &view)))
}

fn render_content(agency: &str, ground: &PageContext, view: &ImportView) -> Markup {
    let vintage = &view.import.vintage;
    let count = |n: u64| format::count_text(n as usize);
    html! {
        p.crumbs { a href=(PageLink::for_agency(agency, "data").with_kept(&ground.kept)) { "Data" } }
        h1 { "Import " (vintage.id) ": " (vintage.file) }
        dl.facts {
            dt { "State" } dd { (view.import.state.name()) @if vintage.provisional { ", preliminary" } }
            @if !vintage.source.is_empty() { dt { "Source" } dd { (source_links(&ground.snapshot, &vintage.source)) } }
            dt { "Known from" } dd { (vintage.known_from) }
            dt { "Profile" } dd { (vintage.profile) }
            dt { "SHA-256 of the file" } dd { code { (vintage.sha256) } }
            @if let Some([read, accepted, refused, ignored]) = view.rows {
                dt { "Rows" } dd { (count(read)) " read: " (count(accepted)) " accepted, " (count(refused)) " refused, " (count(ignored)) " ignored" }
            }
        }
        @if !view.measures.is_empty() {
            h2 { "What it changed" }
            (changes_table(agency, ground, &view.measures))
        }
    }
}

fn changes_table(agency: &str, ground: &PageContext, measures: &[ImportChanges]) -> Markup {
    let columns = [
        ("Measure", GridColumnKind::Words),
        ("Added", GridColumnKind::Figure),
        ("Changed", GridColumnKind::Figure),
        ("The same", GridColumnKind::Figure),
        ("Not in this file", GridColumnKind::Figure),
    ];
    let line = |m: &ImportChanges| {
        let link = PageLink::for_agency(agency, "measure").with_id(&m.measure).with_kept(&ground.kept);
        let name = html! { @if m.planned { a href=(link) { (m.name) } } @else { code { (m.name) } } };
        let counts = [m.added, m.changed, m.same, m.gone].map(|n| html! { (format::count_text(n as usize)) });
        [name].into_iter().chain(counts).collect()
    };
    let caption = html! { "Figures against what was known before" };
    ResponsiveTable { label: "Changes", caption, columns: &columns, rows: measures.iter().map(line).collect() }
        .table_markup()
}

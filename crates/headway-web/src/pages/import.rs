//! Import: one file of the catalog, and what it changed.

use axum::extract::{Path, State};
use axum::response::Html;
use headway_delivery::view::{ImportChanges, ImportView};
use headway_render::format;
use maud::{Markup, html};

use crate::Site;
use crate::ask::Ask;
use crate::error::PageError;
use crate::ground::Ground;
use crate::layout::Section;
use crate::link::Link;
use crate::parts::{Grid, Kind, sources};
use crate::whose;

/// `GET /{agency}/import/{import}`
pub(crate) async fn page(
    State(site): State<Site>,
    Path((agency, number)): Path<(String, String)>,
    ask: Ask,
) -> Result<Html<String>, PageError> {
    let ground = site.bare_ground(&ask).await?;
    let not_found = || PageError::NotFound(format!("There is no import “{number}” here."));
    let number: i64 = number.parse().map_err(|_| not_found())?;
    if ground.snapshot.vintage(number).is_none() {
        return Err(not_found());
    }
    whose::check_import(&ground.snapshot, &ask, &agency, number).await?;
    let view = ground.snapshot.import_view(&agency, number).await?;
    let title = format!("Import {number}");
    Ok(ground.answer(&agency, Section::Data, &title, &content(&agency, &ground, &view)))
}

fn content(agency: &str, ground: &Ground, view: &ImportView) -> Markup {
    let vintage = &view.import.vintage;
    let count = |n: u64| format::count(n as usize);
    html! {
        p.crumbs { a href=(Link::agency(agency, "data").keep(&ground.kept)) { "Data" } }
        h1 { "Import " (vintage.id) ": " (vintage.file) }
        dl.facts {
            dt { "State" } dd { (view.import.state.name()) @if vintage.provisional { ", preliminary" } }
            @if !vintage.source.is_empty() { dt { "Source" } dd { (sources(&ground.snapshot, &vintage.source)) } }
            dt { "Known from" } dd { (vintage.known_from) }
            dt { "Profile" } dd { (vintage.profile) }
            dt { "SHA-256 of the file" } dd { code { (vintage.sha256) } }
            @if let Some([read, accepted, refused, ignored]) = view.rows {
                dt { "Rows" } dd { (count(read)) " read: " (count(accepted)) " accepted, " (count(refused)) " refused, " (count(ignored)) " ignored" }
            }
        }
        @if !view.measures.is_empty() {
            h2 { "What it changed" }
            (changes(agency, ground, &view.measures))
        }
    }
}

fn changes(agency: &str, ground: &Ground, measures: &[ImportChanges]) -> Markup {
    let columns = [
        ("Measure", Kind::Words),
        ("Added", Kind::Figure),
        ("Changed", Kind::Figure),
        ("The same", Kind::Figure),
        ("Not in this file", Kind::Figure),
    ];
    let line = |m: &ImportChanges| {
        let link = Link::agency(agency, "measure").id(&m.measure).keep(&ground.kept);
        let name = html! { @if m.planned { a href=(link) { (m.name) } } @else { code { (m.name) } } };
        let counts = [m.added, m.changed, m.same, m.gone].map(|n| html! { (format::count(n as usize)) });
        [name].into_iter().chain(counts).collect()
    };
    let caption = html! { "Figures against what was known before" };
    Grid { label: "Changes", caption, columns: &columns, rows: measures.iter().map(line).collect() }.table()
}

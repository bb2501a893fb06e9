//! Places: the list, level by level, those with most targets off track first.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse};
use headway_delivery::model::Level;
use headway_delivery::view::{PlaceTally, PlacesView};
use headway_render::format;
use maud::{Markup, html};

use crate::SiteState;
use crate::ask::QueryParams;
use crate::error::PageError;
use crate::ground::PageContext;
use crate::layout::NavSection;
use crate::link::{PageLink, StickyParams};
use crate::parts::{GridColumn, GridColumnKind, ResponsiveTable, TARGETS, page_links, place_targets};

/// How many names are suggested while somebody writes.
const SUGGESTED: usize = 12;

/// `GET /{agency}/places`
pub(crate) async fn places_page(
    State(site): State<SiteState>,
    Path(agency): Path<String>,
    ask: QueryParams,
) -> Result<Html<String>, PageError> {
    let ground = site.load_ground(&ask).await?;
    let by_name = match ask.chosen_value("sort") {
        None | Some("need") => false,
        Some("name") => true,
        Some(other) => return Err(PageError::BadChoice(format!("“{other}” is no order of places: name or need."))),
    };
    let view = ground.snapshot.places_view(&agency, ask.chosen_level()?, by_name, ask.page_number()?).await?;
    let content = render_content(&agency, &ground, &ask, &view);
    Ok(ground.html_answer(&agency, NavSection::Places, "Places", &content))
}

/// `GET /{agency}/places.json?q=`: ids and names for the field in which a place is chosen.
pub(crate) async fn places_json(
    State(site): State<SiteState>,
    Path(agency): Path<String>,
    ask: QueryParams,
) -> Result<impl IntoResponse, PageError> {
    let ground = site.bare_ground(&ask).await?;
    let text = ask.chosen_value("q").unwrap_or_default();
    let found = ground.snapshot.suggest_places(&agency, text, SUGGESTED)?;
    let named = |p: &headway_analytics::PlaceRef| [p.id.clone(), ground.snapshot.full_name(&p.id).into()];
    Ok(Json(found.iter().map(named).collect::<Vec<_>>()))
}

fn render_content(agency: &str, ground: &PageContext, ask: &QueryParams, view: &PlacesView) -> Markup {
    let count = |level: Level, n: usize| format::count_with_noun(n, level.place_nouns().0, level.place_nouns().1);
    let judged = view.places.iter().any(|p| p.tally.judged_count() > 0);
    html! {
        p.question { "Where do results come about?" }
        h1 { (places_headline(view)) }
        @if view.places.is_empty() { p { "No place is known yet: places come in with the results that are imported." } }
        @else {
            p.tabs {
                @for (level, n) in &view.levels {
                    @if Some(*level) == view.level { strong { (count(*level, *n)) } } @else { a href=(ask.link_with("level", Some(level.id()))) { (count(*level, *n)) } } " "
                }
                @if judged {
                    span.note {
                        @if view.by_name { "By name; " a href=(ask.link_with("sort", None)) { "those in trouble first" } }
                        @else { "Those with most targets off track or worse first; " a href=(ask.link_with("sort", Some("name"))) { "by name" } }
                    }
                }
            }
            @if judged { (targets_table(agency, ground, view)) } @else {
                ul.columns { @for p in &view.places { li { a href=(PageLink::for_agency(agency, "place").with_id(&p.place.id).with_kept(&ground.kept)) { (p.place.name) } " " span.note { (p.place.id) } } } }
            }
            (page_links(view.page.0, view.page.1, |page| ask.link_with("page", Some(&page.to_string()))))
        }
    }
}

fn targets_table(agency: &str, ground: &PageContext, view: &PlacesView) -> Markup {
    let caption = html! { "Places with the targets of the plans in force. Chances: of the targets for all students that lie ahead, those that will rather be met than not" };
    place_table(agency, &ground.kept, caption, &view.places)
}

/// A table of places with their targets.
pub(super) fn place_table(agency: &str, kept: &StickyParams, caption: Markup, places: &[PlaceTally]) -> Markup {
    let (first, last) = (("Place", GridColumnKind::Words), ("Id", GridColumnKind::Short));
    let columns: Vec<GridColumn<'_>> = [first].into_iter().chain(TARGETS).chain([last]).collect();
    let line = |p: &PlaceTally| {
        let place = html! { a href=(PageLink::for_agency(agency, "place").with_id(&p.place.id).with_kept(kept)) { (p.place.name) } };
        let id = html! { code { (p.place.id) } };
        [place].into_iter().chain(place_targets(&p.tally, p.outlook)).chain([id]).collect()
    };
    ResponsiveTable { label: "Places", caption, columns: &columns, rows: places.iter().map(line).collect() }
        .table_markup()
}

/// At how many places of the level most targets are off track or worse; of one place alone how its targets stand.
fn places_headline(view: &PlacesView) -> String {
    let Some(level) = view.level.filter(|_| view.judged > 0) else { return "Places".to_owned() };
    let (one, many) = level.place_nouns();
    let of = format::count_with_noun(view.judged, one, many);
    if let Some(only) = view.places.iter().find(|place| place.tally.judged_count() > 0).filter(|_| view.judged == 1) {
        let said = only.tally.0.iter().map(|(status, n)| format!("{n} {}", status.label_text()));
        return format!("{}: {}", only.place.name, said.collect::<Vec<_>>().join(", "));
    }
    match view.mostly_off {
        0 => format!("At none of {of} are most targets known to be off track or worse"),
        n if n == view.judged => format!("At all {of}, most targets are off track or worse"),
        n => format!("At {} of {of}, most targets are off track or worse", format::count_text(n)),
    }
}

//! Places: the list, level by level.

use axum::extract::{Path, Query, State};
use axum::response::Html;
use headway_delivery::chart::nouns;
use maud::html;

use crate::Site;
use crate::ask::Ask;
use crate::error::PageError;
use crate::layout::Section;
use crate::link::Link;
use crate::parts::pager;

/// `GET /{agency}/places`
pub(crate) async fn page(
    State(site): State<Site>,
    Path(agency): Path<String>,
    Query(ask): Query<Ask>,
) -> Result<Html<String>, PageError> {
    let ground = site.ground(&ask).await?;
    let view = ground.snapshot.places_view(&agency, ask.level()?, true, ask.page.unwrap_or(0)).await?;
    let here = || Link::agency(&agency, "places").as_of(ground.as_of);
    let content = html! {
        p.question { "Where do results come about?" }
        h1 { "Places" }
        @if view.places.is_empty() { p { "No place is known yet: places come in with the results that are imported." } }
        @if view.levels.len() > 1 { p { @for (level, n) in &view.levels {
            @if Some(*level) == view.level { strong { (n) " " (if *n == 1 { nouns(*level).0 } else { nouns(*level).1 }) } } @else { a href=(here().with("level", level.id())) { (n) " " (if *n == 1 { nouns(*level).0 } else { nouns(*level).1 }) } } " "
        } } }
        ul.columns { @for place in &view.places {
            li { a href=(Link::agency(&agency, "place").id(&place.place.id).as_of(ground.as_of)) { (place.place.name) } " " span.note { (place.place.id) } }
        } }
        (pager(view.page.0, view.page.1, |page| {
            let link = here().with("page", &page.to_string());
            match view.level { Some(level) => link.with("level", level.id()), None => link }
        }))
    };
    Ok(Html(ground.page(&agency, Section::Places, "Places", &content).into_string()))
}

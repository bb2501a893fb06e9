//! Search over measures and places.

use axum::extract::State;
use axum::response::Html;
use headway_render::format;
use maud::html;

use crate::Site;
use crate::ask::Ask;
use crate::error::PageError;
use crate::link::Link;
use headway_delivery::view::PLACES_FOUND as PLACES;

/// `GET /search?q=`
pub(crate) async fn page(State(site): State<Site>, ask: Ask) -> Result<Html<String>, PageError> {
    let ground = site.ground(&ask).await?;
    let text = ask.chosen("q").unwrap_or_default();
    let found = ground.snapshot.search(text);
    let nothing = found.measures.is_empty() && found.places.is_empty();
    let content = html! {
        h1 { @if text.is_empty() { "Search" } @else { (headline(found.measures.len(), found.places.len(), text)) } }
        @if text.is_empty() { p { "Write a word of a measure’s name, or a place’s name or id." } }
        @else if nothing { p { "No measure and no place has all of these words in its name or id. Fewer words, or the beginning of one, find more." } }
        @if !found.measures.is_empty() {
            h2 { "Measures" }
            ul { @for f in &found.measures { li { a href=(Link::agency(&f.agency, "measure").id(&f.item.id).keep(&ground.kept)) { (f.item.name) } " " span.note { (f.agency_name) } } } }
        }
        @if !found.places.is_empty() {
            h2 { "Places" }
            @if found.places.len() == PLACES { p.note { "The first " (PLACES) " that fit; another word narrows them down." } }
            ul { @for f in &found.places { li { a href=(Link::agency(&f.agency, "place").id(&f.item.id).keep(&ground.kept)) { (ground.snapshot.full_name(&f.item.id)) } " " span.note { (f.item.id) ", " (f.agency_name) } } } }
        }
    };
    let title = if text.is_empty() { "Search".to_owned() } else { format!("Search: {text}") };
    Ok(Html(ground.common(&title, &content).into_string()))
}

/// How many of each were found.
fn headline(measures: usize, places: usize, text: &str) -> String {
    let some = |n: usize, one: &str, many: &str| (n > 0).then(|| format::counted(n, one, many));
    let many =
        if places == PLACES { format!("{PLACES} places or more") } else { format::counted(places, "place", "places") };
    let said: Vec<String> =
        some(measures, "measure", "measures").into_iter().chain((places > 0).then_some(many)).collect();
    let said = if said.is_empty() { "Nothing".to_owned() } else { said.join(" and ") };
    format!("{said} found for “{text}”")
}

//! Search over everything that has a page.

use axum::extract::State;
use axum::response::Html;
use headway_delivery::view::{SearchHit, SearchItem, SearchKind, SearchView, SearchWords};
use headway_render::format;
use maud::{Markup, html};

use crate::SiteState;
use crate::ask::QueryParams;
use crate::error::PageError;
use crate::ground::PageContext;
use crate::link::PageLink;
use headway_delivery::view::PLACES_FOUND as PLACES;

/// The pages of an agency: name, address, other words for what they show.
const PAGES: [(&str, &str, &str); 8] = [
    ("Home", "", "overview attention start overdue late"),
    ("Plan", "plan", "strategies programs editions goals sources"),
    ("Plan on one page", "plan/summary", "summary print"),
    ("Measures", "measures", "targets indicators promises metrics"),
    ("Places", "places", "districts schools regions list"),
    ("Groups", "groups", "gaps equity student groups subgroups left behind"),
    ("Bright spots", "bright-spots", "better than expected learn from"),
    ("Data", "data", "imports files freshness sources overdue"),
];
/// Pages of no agency.
const COMMON: (&str, &str, &str) =
    ("About the methods", "/about", "method status words odds signal trajectory gpra cagr help");

/// `GET /search?q=`
pub(crate) async fn search_page(State(site): State<SiteState>, ask: QueryParams) -> Result<Html<String>, PageError> {
    let ground = site.load_ground(&ask).await?;
    let text = ask.chosen_value("q").unwrap_or_default();
    let found = only_read(ground.snapshot.search(text).await?, &ask);
    let exact = find_pages(&ground, text, false);
    // Pages that have the very words are no near ones, whatever else was found.
    let near = found.near && (!found.is_empty() || exact.is_empty());
    let pages = if near && exact.is_empty() { find_pages(&ground, text, true) } else { exact };
    let content = html! {
        h1 { @if text.is_empty() { "Search" } @else { (search_headline(&found, near, pages.len(), text)) } }
        @if text.is_empty() { p { "Write a word of the name of a measure, strategy, program, owner, student group or page, or a place’s name or id." } }
        @else if found.is_empty() && pages.is_empty() { p { "Nothing has all of these words in its name or id. Fewer words, or the beginning of one, find more." } }
        @else if near { p { "Nothing is written exactly so. This differs by one letter in a word." } }
        (results_section(&ground, &found))
        @if !pages.is_empty() {
            h2 { "Pages" }
            ul { @for (name, link, whose) in &pages { li { a href=(link) { (name) } " " span.note { (whose) } } } }
        }
    };
    let title = if text.is_empty() { "Search".to_owned() } else { format!("Search: {text}") };
    Ok(Html(ground.common_page(&title, &content).into_string()))
}

/// What the reader may know of.
fn only_read(mut found: SearchView, ask: &QueryParams) -> SearchView {
    found.measures.retain(|f| ask.viewer.reads_agency(&f.agency));
    found.items.retain(|f| ask.viewer.reads_agency(&f.agency));
    found.places.retain(|f| ask.viewer.reads_agency(&f.agency));
    found
}

fn results_section(ground: &PageContext, found: &SearchView) -> Markup {
    html! {
        @if !found.measures.is_empty() {
            h2 { "Measures" }
            ul { @for f in &found.measures { li { a href=(PageLink::for_agency(&f.agency, "measure").with_id(&f.item.id).with_kept(&ground.kept)) { (f.item.name) } " " span.note { (agency_label(f)) } } } }
        }
        @for (kind, title) in [(SearchKind::Strategy, "Strategies"), (SearchKind::Program, "Programs"), (SearchKind::Owner, "Owners"), (SearchKind::Group, "Student groups")] {
            @let of_kind: Vec<_> = found.items.iter().filter(|f| f.item.kind == kind).collect();
            @if !of_kind.is_empty() {
                h2 { (title) }
                ul { @for f in of_kind { li { a href=(item_link(f).with_kept(&ground.kept)) { (f.item.name) } " " span.note { (agency_label(f)) } } } }
            }
        }
        @if !found.places.is_empty() {
            h2 { "Places" }
            @if found.places.len() == PLACES { p.note { "The first " (PLACES) " that fit; another word narrows them down." } }
            ul { @for f in &found.places { li { a href=(PageLink::for_agency(&f.agency, "place").with_id(&f.item.id).with_kept(&ground.kept)) { (ground.snapshot.full_name(&f.item.id)) } " " span.note { (f.item.id) ", " (agency_label(f)) } } } }
        }
    }
}

/// Whose it is, and whether it is made up.
fn agency_label<T>(found: &SearchHit<T>) -> String {
    let made_up = if found.simulated { ", simulated data" } else { "" };
    format!("{}{made_up}", found.agency_name)
}

fn item_link(found: &SearchHit<SearchItem>) -> PageLink {
    match found.item.kind {
        SearchKind::Strategy => PageLink::for_agency(&found.agency, "strategy").with_id(&found.item.id),
        SearchKind::Program => PageLink::for_agency(&found.agency, "program").with_id(&found.item.id),
        SearchKind::Owner => PageLink::for_agency(&found.agency, "owner").with_id(&found.item.id),
        SearchKind::Group => PageLink::for_agency(&found.agency, "groups"),
    }
}

/// Pages with every word in their name or in what else they could be called.
fn find_pages(ground: &PageContext, text: &str, near: bool) -> Vec<(&'static str, PageLink, String)> {
    let words = SearchWords::new(text);
    let words = if near { words.with_near_words() } else { words };
    let fit = |(name, _, other): &(&str, &str, &str)| words.are_in([*name, *other]);
    let of_agency = ground.tabs.iter().flat_map(|tab| {
        let page = |(name, path, _): &(&'static str, &str, &str)| {
            (*name, PageLink::for_agency(&tab.id, path).with_kept(&ground.kept), tab.name.clone())
        };
        PAGES.iter().filter(|page| fit(page)).map(page).collect::<Vec<_>>()
    });
    let common = Some(COMMON).filter(fit).map(|(name, path, _)| (name, PageLink::from_sent(path), String::new()));
    of_agency.chain(common).collect()
}

/// How many of each were found.
fn search_headline(found: &SearchView, near: bool, pages: usize, text: &str) -> String {
    let of = |kind| found.items.iter().filter(|f| f.item.kind == kind).count();
    let places = match found.places.len() {
        PLACES => Some(format!("{PLACES} places or more")),
        n => (n > 0).then(|| format::count_with_noun(n, "place", "places")),
    };
    let counted = |n: usize, one: &str, many: &str| (n > 0).then(|| format::count_with_noun(n, one, many));
    let all = [
        counted(found.measures.len(), "measure", "measures"),
        counted(of(SearchKind::Strategy), "strategy", "strategies"),
        counted(of(SearchKind::Program), "program", "programs"),
        counted(of(SearchKind::Owner), "owner", "owners"),
        counted(of(SearchKind::Group), "student group", "student groups"),
        places,
        counted(pages, "page", "pages"),
    ];
    let said: Vec<String> = all.into_iter().flatten().collect();
    let near = if near { "near" } else { "for" };
    match said.as_slice() {
        [] => format!("Nothing found for “{text}”"),
        [one] => format!("{one} found {near} “{text}”"),
        [first @ .., last] => format!("{} and {last} found {near} “{text}”", first.join(", ")),
    }
}

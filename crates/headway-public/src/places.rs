//! Lists of places: a measure's places level by level, and the tree of all places.

use headway_model::{ALL, Level, name_order};
use headway_parts::{GridColumn, GridColumnKind, ResponsiveTable, distance_cell, period_text, told_status};
use headway_release::{ReleaseMeasure, file_name};
use headway_render::{MeasureUnit, format, measure_unit};
use maud::{Markup, html};

use super::book::{PublicMeasure, ReleaseView};
use super::{parts, words};
use crate::Error;

/// Places on a page of a list with results.
pub(super) const RESULTS_A_PAGE: usize = 200;
const COLUMNS: [GridColumn<'static>; 6] = [
    ("Place", GridColumnKind::Words),
    ("Status", GridColumnKind::Plain),
    ("Latest", GridColumnKind::Figure),
    ("For", GridColumnKind::Short),
    ("Students", GridColumnKind::Figure),
    ("To the path", GridColumnKind::Figure),
];
/// Places on a page of names.
pub(super) const NAMES_A_PAGE: usize = 800;

/// A page of the list of a measure's places, from a page beside it. No id's file name has a point in it, so that none is the same.
pub(super) fn list_address(measure: &ReleaseMeasure, level: Level, page: usize) -> String {
    format!("{}.{}-{}.html", file_name(&measure.id), level.id(), page + 1)
}

/// One page of the places of a level.
pub(super) fn results_page(
    book: &ReleaseView<'_>,
    entry: &PublicMeasure<'_>,
    whole: &ReleaseMeasure,
    level: Level,
    (page, pages): (usize, usize),
    places: &[&str],
) -> Result<Markup, Error> {
    let unit = measure_unit(entry.plan);
    let rows: Vec<Vec<Markup>> =
        places.iter().map(|place| result_cells(book, entry, whole, &unit, place)).collect::<Result<_, Error>>()?;
    let nouns = level.place_nouns().1;
    let caption = html! { "The latest published result of each of " (format::count_text(places.len())) " " (nouns) @if pages > 1 { " (page " (page + 1) " of " (pages) ")" } };
    Ok(html! {
        p.crumbs { a href="../index.html" { "Measures" } " › " a href={ (file_name(&entry.plan.id)) ".html" } { (entry.plan.name) } }
        h1 { (entry.plan.name) ": " (nouns) }
        p.meta { "All students, by name." }
        (parts::search_field())
        (parts::page_links(page, pages, |page| list_address(whole, level, page)))
        (ResponsiveTable { label: "Places", caption, columns: &COLUMNS, rows }.table_markup())
        (parts::page_links(page, pages, |page| list_address(whole, level, page)))
    })
}

fn result_cells(
    book: &ReleaseView<'_>,
    entry: &PublicMeasure<'_>,
    whole: &ReleaseMeasure,
    unit: &MeasureUnit,
    place: &str,
) -> Result<Vec<Markup>, Error> {
    let rows = whole.series(ALL, ALL, place);
    let latest = words::latest_row(rows);
    let standing = book.standing_at(entry, (ALL, ALL), place)?;
    Ok(vec![
        html! { a href={ "../" (book.page_path(place)) } { (book.release.place_name(place)) } },
        told_status(standing.status),
        words::figure_cell(unit, latest, &standing.rounding_marks()),
        html! { (period_text(latest.map(|row| row.period))) },
        html! { (words::students_text(unit, latest)) },
        distance_cell(unit, &standing),
    ])
}

/// The page of a list of names.
pub(super) fn names_address(page: usize) -> String {
    if page == 0 { "places.html".to_owned() } else { format!("places-{}.html", page + 1) }
}

/// The places that head a list: those directly below the agency's own, or all that have none above them.
pub(super) fn head_places<'a>(book: &ReleaseView<'a>) -> Vec<&'a str> {
    let home = book.home_place();
    let below = home.map_or(&[][..], |home| book.places_below(home));
    let mut heads: Vec<&str> =
        book.places().filter(|place| book.places_above(place).is_empty() && Some(*place) != home).collect();
    heads.sort_by_cached_key(|place| name_order(book.place_name(place)));
    [below, heads.as_slice()].concat()
}

/// One page of names.
pub(super) fn names_page(book: &ReleaseView<'_>, places: &[&str], (page, pages): (usize, usize)) -> Markup {
    let level = places.first().and_then(|place| book.level(place));
    let noun = level.map_or("places", |level| level.place_nouns().1);
    html! {
        h1 { "Places" }
        @if let Some(home) = book.home_place() { p.lede { a href=(book.page_path(home)) { (book.place_name(home)) } } }
        (parts::search_field())
        @if !places.is_empty() {
            h2 { (capitalize_first(noun)) }
            p.note { "Each " (level.map_or("place", |level| level.place_nouns().0)) " leads to the places that belong to it." }
            (parts::page_links(page, pages, names_address))
            ul.columns { @for place in places { li { a href=(book.page_path(place)) { (book.place_name(place)) } } } }
        }
    }
}

/// The list that the search field reads: file and name of every place.
pub(super) fn places_script(book: &ReleaseView<'_>) -> String {
    let all: Vec<[String; 2]> =
        book.places().map(|place| [book.page_name(place), book.place_name(place).to_owned()]).collect();
    // `<` may stand in a name; in a script of its own it ends nothing.
    format!("window.headwayPlaces = {};\n", serde_json::json!(all))
}

fn capitalize_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

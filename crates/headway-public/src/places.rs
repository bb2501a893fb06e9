//! Lists of places: a measure's places level by level, and the tree of all places.

use headway_model::{ALL, Level, name_order};
use headway_parts::{GridColumn, GridColumnKind, ResponsiveTable, distance, period};
use headway_release::{ReleaseMeasure, file_name};
use headway_render::{MeasureUnit, format, unit};
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
pub(super) fn address(measure: &ReleaseMeasure, level: Level, page: usize) -> String {
    format!("{}.{}-{}.html", file_name(&measure.id), level.id(), page + 1)
}

/// One page of the places of a level.
pub(super) fn results(
    book: &ReleaseView<'_>,
    entry: &PublicMeasure<'_>,
    whole: &ReleaseMeasure,
    level: Level,
    (page, pages): (usize, usize),
    places: &[&str],
) -> Result<Markup, Error> {
    let unit = unit(entry.plan);
    let rows: Vec<Vec<Markup>> =
        places.iter().map(|place| line(book, entry, whole, &unit, place)).collect::<Result<_, Error>>()?;
    let nouns = level.nouns().1;
    let caption = html! { "The latest published result of each of " (format::count(places.len())) " " (nouns) @if pages > 1 { " (page " (page + 1) " of " (pages) ")" } };
    Ok(html! {
        p.crumbs { a href="../index.html" { "Measures" } " › " a href={ (file_name(&entry.plan.id)) ".html" } { (entry.plan.name) } }
        h1 { (entry.plan.name) ": " (nouns) }
        p.meta { "All students, by name." }
        (parts::search())
        (parts::pager(page, pages, |page| address(whole, level, page)))
        (ResponsiveTable { label: "Places", caption, columns: &COLUMNS, rows }.table())
        (parts::pager(page, pages, |page| address(whole, level, page)))
    })
}

fn line(
    book: &ReleaseView<'_>,
    entry: &PublicMeasure<'_>,
    whole: &ReleaseMeasure,
    unit: &MeasureUnit,
    place: &str,
) -> Result<Vec<Markup>, Error> {
    let rows = whole.series(ALL, ALL, place);
    let latest = words::latest(rows);
    let standing = book.standing(entry, (ALL, ALL), place)?;
    Ok(vec![
        html! { a href={ "../" (book.page(place)) } { (book.release.place_name(place)) } },
        parts::status(rows, &standing),
        words::cell(unit, latest, &standing.marks()),
        html! { (period(latest.map(|row| row.period))) },
        html! { (words::students(latest)) },
        distance(unit, &standing),
    ])
}

/// The page of a list of names.
pub(super) fn names_address(page: usize) -> String {
    if page == 0 { "places.html".to_owned() } else { format!("places-{}.html", page + 1) }
}

/// The places that head a list: those directly below the agency's own, or all that have none above them.
pub(super) fn heads<'a>(book: &ReleaseView<'a>) -> Vec<&'a str> {
    let home = book.home();
    let below = home.map_or(&[][..], |home| book.below(home));
    let mut heads: Vec<&str> =
        book.places().filter(|place| book.above(place).is_empty() && Some(*place) != home).collect();
    heads.sort_by_cached_key(|place| name_order(book.name(place)));
    [below, heads.as_slice()].concat()
}

/// One page of names.
pub(super) fn names(book: &ReleaseView<'_>, places: &[&str], (page, pages): (usize, usize)) -> Markup {
    let level = places.first().and_then(|place| book.level(place));
    let noun = level.map_or("places", |level| level.nouns().1);
    html! {
        h1 { "Places" }
        @if let Some(home) = book.home() { p.lede { a href=(book.page(home)) { (book.name(home)) } } }
        (parts::search())
        @if !places.is_empty() {
            h2 { (capital(noun)) }
            p.note { "Each " (level.map_or("place", |level| level.nouns().0)) " leads to the places that belong to it." }
            (parts::pager(page, pages, names_address))
            ul.columns { @for place in places { li { a href=(book.page(place)) { (book.name(place)) } } } }
        }
    }
}

/// The list that the search field reads: file and name of every place.
pub(super) fn script(book: &ReleaseView<'_>) -> String {
    let all: Vec<[String; 2]> = book.places().map(|place| [book.file(place), book.name(place).to_owned()]).collect();
    // `<` may stand in a name; in a script of its own it ends nothing.
    format!("window.headwayPlaces = {};\n", serde_json::json!(all))
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

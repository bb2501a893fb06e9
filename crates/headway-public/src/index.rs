//! The first page: what is published, as of when, and where the plan's measures stand.

use headway_parts::{Column, Grid, Kind, dropped, headline_told, period, tally};
use headway_release::file_name;
use headway_render::{Chart, format, interval, unit};
use maud::{Markup, PreEscaped, html};

use super::book::Book;
use super::promised::Promised;
use super::{chart, parts, words};
use crate::Error;

const COLUMNS: [Column<'static>; 7] = [
    ("Measure", Kind::Words),
    ("Status", Kind::Plain),
    ("Latest", Kind::Figure),
    ("For", Kind::Short),
    ("Target", Kind::Figure),
    ("By", Kind::Short),
    ("Course", Kind::Plain),
];

/// The page.
pub(super) fn content(book: &Book<'_>) -> Result<Markup, Error> {
    let home = book.home().unwrap_or_default();
    let mut judged: Vec<Promised<'_>> = Vec::new();
    for entry in &book.measures {
        judged.extend(book.promised(entry)?);
    }
    let promises = judged.iter().filter_map(Promised::stands);
    let (measures, places) = (book.measures.len(), book.places().count());
    let caption =
        html! { "Where each measure stands for " (book.name(home)) ", all students, where the line names no other" };
    let rows = judged.iter().enumerate().map(|(i, promised)| line(i, promised)).collect();
    Ok(html! {
        h1 { (book.release.agency_name) ": results" }
        p.lede { (headline_told(promises)) "." }
        p { "This site has " (format::counted(measures, "measure", "measures")) " of the agency’s plan for " (format::counted(places, "place", "places"))
            ": every result, by student group and year, as pages to read and as " a href="data.html" { "files to use" } ". "
            "Figures that would tell about few students are hidden or given as a range; " a href="methods.html" { "how it is made" } " says by which rules." }
        (parts::search())
        h2 { "The measures" }
        (Grid { label: "The measures", caption, columns: &COLUMNS, rows }.table())
    })
}

fn line(i: usize, promised: &Promised<'_>) -> Vec<Markup> {
    let Promised { entry, words: whom, rows, standing, many } = promised;
    let unit = unit(entry.plan);
    let latest = words::latest(rows);
    let course = chart::sparkline(&format!("course-{i}"), entry.plan, rows, standing);
    vec![
        html! { a href={ "measure/" (file_name(&entry.plan.id)) ".html" } { (entry.plan.name) } @if let Some(whom) = whom { " " span.note { (whom) } } (dropped(entry.dropped)) },
        html! { @match many { Some(stand) => (tally(stand)), None => (parts::status(rows, standing)) } },
        html! { @if entry.parts.is_empty() { (words::cell(&unit, latest, &standing.marks())) (parts::judged(&unit, rows, standing)) } @else { span.note { (entry.parts.len()) " parts" } } },
        html! { (period(latest.map(|row| row.period))) },
        html! { (interval(&unit, standing.target)) },
        html! { (period(standing.target_period)) },
        html! { @if let Some(course) = course { (PreEscaped(course.svg(110.0))) } },
    ]
}

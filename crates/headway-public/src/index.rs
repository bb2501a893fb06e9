//! The first page: what is published, as of when, and where the plan's measures stand.

use headway_parts::{Column, Grid, Kind, dropped, headline_told, period};
use headway_release::file_name;
use headway_render::{Chart, format, interval, unit};
use maud::{Markup, PreEscaped, html};

use super::book::Book;
use super::promised::Promised;
use super::{chart, parts, words};

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
pub(super) fn content(book: &Book<'_>, told: &[Vec<Promised<'_>>]) -> Markup {
    let home = book.home().unwrap_or_default();
    let promises = told.iter().flatten().filter_map(Promised::stands);
    let (measures, places) = (book.measures.len(), book.places().count());
    let caption =
        html! { "Where each measure stands for " (book.name(home)) ", all students, where the line names no other" };
    let rows = told.iter().flatten().enumerate().map(|(i, promised)| line(i, promised)).collect();
    html! {
        h1 { (book.release.agency_name) ": results" }
        p.lede { (headline_told(promises)) "." }
        p { "This site has " (format::counted(measures, "measure", "measures")) " of the agency’s plan for " (format::counted(places, "place", "places"))
            ": every result, by student group and year, as pages to read and as " a href="data.html" { "files to use" } ". "
            "Figures that would tell about few students are hidden or given as a range; " a href="methods.html" { "how it is made" } " says by which rules." }
        (parts::search())
        h2 { "The measures" }
        (Grid { label: "The measures", caption, columns: &COLUMNS, rows }.table())
    }
}

fn line(i: usize, promised: &Promised<'_>) -> Vec<Markup> {
    let Promised { entry, words: whom, rows, standing, many } = promised;
    let (unit, target) = (unit(entry.plan), promised.target());
    // Several places have no figure in common, and the agency's own is not theirs.
    let rows = if many.is_some() { &[] } else { *rows };
    let latest = words::latest(rows);
    let course = chart::sparkline(&format!("course-{i}"), entry.plan, rows, standing);
    vec![
        html! { a href={ "measure/" (file_name(&entry.plan.id)) ".html" } { (entry.plan.name) } @if let Some(whom) = whom { " " span.note { (whom) } } (dropped(entry.dropped)) },
        parts::stands(promised),
        html! { @if many.is_some() { span.note { "place by place" } } @else if entry.parts.is_empty() { (words::cell(&unit, latest, &standing.marks())) (parts::judged(&unit, rows, standing)) } @else { span.note { (entry.parts.len()) " parts" } } },
        html! { (period(latest.map(|row| row.period))) },
        html! { @if let Some((target, _)) = target { (interval(&unit, target)) } },
        html! { (period(target.map(|(_, by)| by))) },
        html! { @if let Some(course) = course { (PreEscaped(course.svg(110.0))) } },
    ]
}

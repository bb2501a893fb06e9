//! The first page: what is published, as of when, and where the plan's measures stand.

use headway_delivery::Error;
use headway_delivery::chart::{interval, unit};
use headway_delivery::model::ALL;
use headway_delivery::model::status::{Standing, Tone};
use headway_render::{Chart, format};
use maud::{Markup, PreEscaped, html};

use super::book::{Book, Entry};
use super::folder::named;
use super::{chart, parts, words};
use crate::parts::{headline, period};

/// The page.
pub(super) fn content(book: &Book<'_>) -> Result<Markup, Error> {
    let home = book.home().unwrap_or_default();
    let judged: Vec<(&Entry<'_>, Standing)> = book
        .measures
        .iter()
        .map(|entry| Ok((entry, book.standing(entry, ALL, home)?)))
        .collect::<Result<_, Error>>()?;
    let promises = judged.iter().map(|(_, s)| s.status).filter(|status| status.tone() != Tone::Open);
    let (measures, places) = (book.measures.len(), book.places().count());
    Ok(html! {
        h1 { (book.release.agency_name) ": results" }
        p.lede { (headline(promises)) "." }
        p { "This site has " (format::counted(measures, "measure", "measures")) " of the agency’s plan for " (format::counted(places, "place", "places"))
            ": every result, by student group and year, as pages to read and as " a href="data.html" { "files to use" } ". "
            "Figures that would tell about few students are hidden or given as a range; " a href="methods.html" { "how it is made" } " says by which rules." }
        (parts::search())
        h2 { "The measures" }
        div.scroll tabindex="0" role="region" aria-label="The measures" { table.measures {
            caption { "Where each measure stands for " (book.name(home)) ", all students" }
            thead { tr { th scope="col" { "Measure" } th scope="col" { "Status" } th.n scope="col" { "Latest" } th scope="col" { "For" } th.n scope="col" { "Target" } th scope="col" { "By" } th scope="col" { "Course" } } }
            tbody { @for (i, (entry, standing)) in judged.iter().enumerate() { (line(i, entry, standing, home)) } }
        } }
    })
}

fn line(i: usize, entry: &Entry<'_>, standing: &Standing, home: &str) -> Markup {
    let unit = unit(entry.plan);
    let rows = entry.whole.map_or(&[][..], |m| m.series(ALL, ALL, home));
    let latest = words::latest(rows);
    let course = chart::sparkline(&format!("course-{i}"), &entry.plan.name, &unit, rows, standing);
    html! { tr {
        th scope="row" { a href={ "measure/" (named(&entry.plan.id)) ".html" } { (entry.plan.name) } }
        td { (parts::status(rows, standing)) }
        td.n { @if entry.parts.is_empty() { (words::cell(&unit, latest)) } @else { span.note { (entry.parts.len()) " parts" } } }
        td.p { (period(latest.map(|row| row.period))) }
        td.n { (interval(&unit, standing.target)) }
        td.p { (period(standing.target_period)) }
        td { @if let Some(course) = course { (PreEscaped(course.svg(110.0))) } }
    } }
}

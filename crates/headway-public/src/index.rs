//! The first page: what is published, as of when, and where the plan's measures stand.

use headway_model::status::{StatusTally, TargetReach};
use headway_parts::{GridColumn, GridColumnKind, ResponsiveTable, dropped, headline_told, period, target_list};
use headway_release::file_name;
use headway_render::{Chart, format, interval, unit};
use maud::{Markup, PreEscaped, html};

use super::book::ReleaseView;
use super::promised::Summary;
use super::{chart, parts, words};

/// The page.
pub(super) fn content(book: &ReleaseView<'_>, told: &[Summary<'_>]) -> Markup {
    let home = book.home().unwrap_or_default();
    let (measures, places) = (book.measures.len(), book.places().count());
    let caption = html! { "Where each measure stands for " (book.name(home)) ", all students" };
    let others = told.iter().any(|measure| !measure.others.is_empty());
    let rows = told.iter().enumerate().map(|(i, measure)| line(i, measure, others)).collect();
    html! {
        h1 { (book.release.agency_name) ": results" }
        p.lede { (headline(told)) "." }
        p { "This site has " (format::counted(measures, "measure", "measures")) " of the agency’s plan for " (format::counted(places, "place", "places"))
            ": every result, by student group and year, as pages to read and as " a href="data.html" { "files to use" } ". "
            "Figures that would tell about few students are hidden or given as a range; " a href="methods.html" { "how it is made" } " says by which rules." }
        (parts::search())
        h2 { "The measures" }
        (ResponsiveTable { label: "The measures", caption, columns: &columns(others), rows }.table())
    }
}

/// How the targets stand, in one sentence: the agency's own, and the others where there are no own.
fn headline(told: &[Summary<'_>]) -> String {
    let own: StatusTally = told.iter().flat_map(|measure| measure.own.stand().0).collect();
    let others: StatusTally =
        told.iter().flat_map(|measure| measure.others.values()).flat_map(|t| t.0.clone()).collect();
    let has_others = told.iter().any(|measure| !measure.others.is_empty());
    headline_told(&own, has_others.then_some(&others))
}

fn columns(others: bool) -> Vec<GridColumn<'static>> {
    let mut columns = vec![
        ("Measure", GridColumnKind::Words),
        ("Status", GridColumnKind::Plain),
        ("Latest", GridColumnKind::Figure),
        ("For", GridColumnKind::Short),
        ("Target", GridColumnKind::Figure),
        ("By", GridColumnKind::Short),
    ];
    columns.extend(others.then_some(("Student groups and places", GridColumnKind::Words)));
    columns.push(("Course", GridColumnKind::Plain));
    columns
}

fn line(i: usize, measure: &Summary<'_>, others: bool) -> Vec<Markup> {
    let own = &measure.own;
    let (plan, rows, standing) = (own.entry.plan, own.rows, &own.standing);
    let (unit, target) = (unit(plan), own.target());
    let latest = words::latest(rows);
    let course = chart::sparkline(&format!("course-{i}"), plan, rows, standing);
    let page = format!("measure/{}.html", file_name(&plan.id));
    let no_own = !own.has_target() && !measure.others.is_empty();
    let mut cells = vec![
        html! { a href=(page) { (plan.name) } (dropped(own.entry.dropped)) },
        html! { @if no_own { span.note { "no agency-wide target" } } @else { (parts::stands(own)) } },
        html! { @if own.entry.parts.is_empty() { (words::cell(&unit, latest, &standing.marks())) (parts::judged(&unit, rows, standing)) } @else { span.note { (own.entry.parts.len()) " parts" } } },
        html! { (period(latest.map(|row| row.period))) },
        html! { @if let Some((target, _)) = target { (interval(&unit, target)) } },
        html! { (period(target.map(|(_, by)| by))) },
    ];
    if others {
        let whom = |reach: &TargetReach| html! { a href={ (page) "#targets" } { (reach.label()) } };
        let lines = measure.others.iter().map(|(reach, stand)| (whom(reach), stand.clone(), html! {}));
        cells.push(html! { @if !measure.others.is_empty() { (target_list(lines)) } });
    }
    cells.push(html! { @if let Some(course) = course { (PreEscaped(course.svg(110.0))) } });
    cells
}

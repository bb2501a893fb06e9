//! The first page: what is published, as of when, and where the plan's measures stand.

use headway_model::status::{StatusTally, TargetReach};
use headway_parts::{
    GridColumn, GridColumnKind, ResponsiveTable, dropped_note, headline_told, parts_text, period_text, target_list,
};
use headway_release::file_name;
use headway_render::{Chart, format, interval_text, measure_unit};
use maud::{Markup, PreEscaped, html};

use super::book::ReleaseView;
use super::promised::Summary;
use super::{chart, parts, words};

/// The page.
pub(super) fn index_page(book: &ReleaseView<'_>, told: &[Summary<'_>]) -> Markup {
    let home = book.home_place().unwrap_or_default();
    let (measures, places) = (book.measures.len(), book.places().count());
    let (named, dropped): (Vec<_>, Vec<_>) = told.iter().partition(|measure| measure.own.entry.dropped.is_none());
    html! {
        h1 { (book.release.agency_name) ": results" }
        p.lede { (targets_headline(&named)) "." }
        p { "This site has " (format::count_with_noun(measures, "measure", "measures")) " of the agency’s plan for " (format::count_with_noun(places, "place", "places"))
            ": every result, by student group and year, as pages to read and as " a href="data.html" { "files to use" } ". "
            "Figures that would tell about few students are hidden or given as a range; " a href="methods.html" { "how it is made" } " says by which rules." }
        (parts::search_field())
        h2 { "The measures" }
        (measures_table(&named, "course", "The measures", html! { "Where each measure stands for " (book.place_name(home)) ", all students" }))
        @if !dropped.is_empty() {
            h2 { "Of earlier editions" }
            (measures_table(&dropped, "earlier", "Of earlier editions", html! { "Measures that only earlier editions of the plan name; their targets are judged as before" }))
        }
    }
}

fn measures_table(told: &[&Summary<'_>], id: &str, label: &str, caption: Markup) -> Markup {
    let others = told.iter().any(|measure| !measure.others.is_empty());
    let rows = told.iter().enumerate().map(|(i, of)| measure_cells(&format!("{id}-{i}"), of, others)).collect();
    ResponsiveTable { label, caption, columns: &measure_columns(others), rows }.table_markup()
}

/// How the targets in force stand, in one sentence: the agency's own, and the others where there are no own.
fn targets_headline(told: &[&Summary<'_>]) -> String {
    let own: StatusTally = told.iter().flat_map(|measure| measure.own.status_tally().0).collect();
    let others: StatusTally =
        told.iter().flat_map(|measure| measure.others.values()).flat_map(|t| t.0.clone()).collect();
    let has_others = told.iter().any(|measure| !measure.others.is_empty());
    headline_told(&own, has_others.then_some(&others))
}

fn measure_columns(others: bool) -> Vec<GridColumn<'static>> {
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

fn measure_cells(course: &str, measure: &Summary<'_>, others: bool) -> Vec<Markup> {
    let own = &measure.own;
    let (plan, rows, standing) = (own.entry.plan, own.rows, &own.standing);
    let (unit, target) = (measure_unit(plan), own.target_and_period());
    let latest = words::latest_row(rows);
    let course = chart::sparkline_chart(course, plan, rows, standing);
    let page = format!("measure/{}.html", file_name(&plan.id));
    let no_own = !own.has_target() && !measure.others.is_empty();
    let mut cells = vec![
        html! { a href=(page) { (plan.name) } (dropped_note(own.entry.dropped)) },
        html! { @if no_own { span.note { "no agency-wide target" } } @else { (parts::target_status(own)) } },
        html! { @if plan.parts.is_empty() || !rows.is_empty() { (words::figure_cell(&unit, latest, &standing.rounding_marks())) (parts::judged_result(&unit, rows, standing)) } @else { span.note { (parts_text(plan.parts.len())) } } },
        html! { (period_text(latest.map(|row| row.period))) },
        html! { @if let Some((target, _)) = target { (interval_text(&unit, target)) } },
        html! { (period_text(target.map(|(_, by)| by))) },
    ];
    if others {
        let whom = |reach: &TargetReach| html! { a href={ (page) "#targets" } { (reach.label_text()) } };
        let lines = measure.others.iter().map(|(reach, stand)| (whom(reach), stand.clone(), html! {}));
        cells.push(html! { @if !measure.others.is_empty() { (target_list(lines)) } });
    }
    cells.push(html! { @if let Some(course) = course { (PreEscaped(course.to_svg(110.0))) } });
    cells
}

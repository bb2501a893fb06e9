//! Home: what needs attention now.

use axum::extract::{Path, Query, State};
use axum::response::Html;
use headway_delivery::model::status::Tone;
use headway_delivery::view::{HomeView, MeasureSummary, MilestoneDue};
use maud::{Markup, html};

use crate::Site;
use crate::ask::{Ask, Ground};
use crate::error::PageError;
use crate::layout::Section;
use crate::link::Link;
use crate::parts::{measure_table, tally};

/// `GET /{agency}`
pub(crate) async fn page(
    State(site): State<Site>,
    Path(agency): Path<String>,
    Query(ask): Query<Ask>,
) -> Result<Html<String>, PageError> {
    let ground = site.ground(&ask).await?;
    let view = ground.snapshot.home(&agency).await?;
    let content = content(&agency, &ground, &view);
    Ok(Html(ground.page(&agency, Section::Home, "Home", &content).into_string()))
}

fn content(agency: &str, ground: &Ground, view: &HomeView) -> Markup {
    let judged: Vec<&MeasureSummary> =
        view.measures.iter().filter(|m| m.row.standing.status.tone() != Tone::Open).collect();
    let bad = judged.iter().filter(|m| m.row.standing.status.tone() == Tone::Bad).count();
    let with_figures: Vec<MeasureSummary> = view
        .measures
        .iter()
        .filter(|m| !m.observed.is_empty() || !m.row.standing.target.is_none() || !m.row.standing.parts.is_empty())
        .cloned()
        .collect();
    let without: Vec<&MeasureSummary> = view
        .measures
        .iter()
        .filter(|m| !with_figures.iter().any(|w| w.planned.measure.id == m.planned.measure.id))
        .collect();
    html! {
        p.question { "At any given moment, how will we know whether we are on track?" }
        h1 { (headline(bad, judged.len(), view.measures.len())) }
        p.meta { @for plan in &view.plans { a href=(Link::agency(agency, "plan").with("plan", &plan.plan.id).as_of(ground.as_of)) { (plan.plan.name.as_deref().unwrap_or(&plan.plan.id)) } ", edition " (plan.plan.edition) ". " } }
        @if !with_figures.is_empty() {
            h2 { "Where the promises stand" }
            (measure_table(agency, ground.as_of, "m", "Measures of the plans in force, those that most need attention first", &with_figures))
        }
        (below(agency, ground, &with_figures))
        @if !view.dropped.is_empty() {
            h2 { "Promises of earlier editions" }
            p.note { "Later editions no longer name these measures. Their history stays." }
            (measure_table(agency, ground.as_of, "d", "Measures that only earlier editions name", &view.dropped))
        }
        @if !view.milestones.is_empty() { (milestones(agency, ground, &view.milestones)) }
        @if !without.is_empty() {
            h2 { "Named without a figure" }
            p.note { "The plan names these measures; no target figure and no result is known for them." }
            ul { @for m in without { li { a href=(Link::agency(agency, "measure").id(&m.planned.measure.id).as_of(ground.as_of)) { (m.planned.measure.name) } } } }
        }
        @if !view.imports.is_empty() {
            h2 { "What came in last" }
            ul { @for i in &view.imports { li { (i.vintage.known_from) ": " (i.vintage.source) " " span.note { "(" (i.vintage.file) ", import " (i.vintage.id) ")" } } } }
        }
    }
}

fn headline(bad: usize, judged: usize, all: usize) -> String {
    match (bad, judged) {
        (_, 0) if all == 0 => "No measure is planned yet".to_owned(),
        (_, 0) => "No promise can be judged yet".to_owned(),
        (0, 1) => "The one promise that can be judged is kept or close".to_owned(),
        (0, n) => format!("All {n} promises that can be judged are kept or close"),
        (b, n) if b == n && n > 1 => format!("All {n} promises that can be judged are off track"),
        (b, n) => format!("{b} of {n} promises that can be judged {} off track", if b == 1 { "is" } else { "are" }),
    }
}

fn below(agency: &str, ground: &Ground, measures: &[MeasureSummary]) -> Markup {
    let spread: Vec<&MeasureSummary> = measures.iter().filter(|m| m.places.total() > 1).collect();
    html! {
        @if !spread.is_empty() {
            h2 { "How the places stand" }
            ul.cards { @for m in spread { li.card {
                h3 { a href=(Link::agency(agency, "measure").id(&m.planned.measure.id).as_of(ground.as_of)) { (m.planned.measure.name) } }
                p.note { (m.places.total()) " " (m.level.map_or("places", |l| headway_delivery::chart::nouns(l).1)) ", all students" }
                (tally(&m.places))
            } } }
        }
    }
}

fn milestones(agency: &str, ground: &Ground, due: &[MilestoneDue]) -> Markup {
    let late = due.iter().filter(|d| d.late).count();
    html! {
        h2 { "Milestones: " (late) " late" }
        div.scroll tabindex="0" role="region" aria-label="Milestones" { table {
            caption { "Milestones without a reported end: those that are late, and those due next" }
            thead { tr { th scope="col" { "Planned end" } th scope="col" { "Milestone" } th scope="col" { "Program" } th scope="col" { "State" } } }
            tbody { @for d in due { tr {
                td { @if let Some(day) = d.milestone.planned_end { (day) } }
                th scope="row" { (d.milestone.name) }
                td { a href=(Link::agency(agency, "program").id(&d.program.id).as_of(ground.as_of)) { (d.program.name) } }
                td { @if d.late { "late" } @else { "due" } }
            } } }
        } }
    }
}

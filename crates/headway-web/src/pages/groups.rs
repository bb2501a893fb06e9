//! Groups: who is left behind.

use axum::extract::{Path, Query, State};
use axum::response::Html;
use headway_delivery::model::{ALL, Group};
use headway_delivery::view::{GroupCell, GroupsView};
use headway_render::Unit;
use maud::{Markup, html};

use crate::Site;
use crate::ask::{Ask, Ground, chosen};
use crate::error::PageError;
use crate::layout::Section;
use crate::link::Link;
use crate::parts::{Choose, between, observed, period};

/// `GET /{agency}/groups`
pub(crate) async fn page(
    State(site): State<Site>,
    Path(agency): Path<String>,
    Query(ask): Query<Ask>,
) -> Result<Html<String>, PageError> {
    let ground = site.ground(&ask).await?;
    let view = ground.snapshot.groups_view(&agency, chosen(&ask.unit)).await?;
    let content = content(&agency, &ground, &view);
    Ok(Html(ground.page(&agency, Section::Groups, "Groups", &content).into_string()))
}

fn content(agency: &str, ground: &Ground, view: &GroupsView) -> Markup {
    html! {
        p.question { "Who is left behind?" }
        h1 { "Student groups in " (view.place) }
        (Choose::new(Link::agency(agency, "groups")).text("unit", "Place (its id)", &view.unit).as_of(ground.as_of).form())
        @if view.rows.is_empty() { p { "No measure has results by student group here." } }
        @else {
            p { "Each cell: the group’s result and, below it, its distance to the group it is compared with (all students; for race and ethnicity White; for female male). “Not in the data” means that the group is missing from the report, not that it has no students. Closing and widening are said where 95% intervals bear them out; where points and odds disagree, both are named." }
            @for (measure, at, cells) in &view.rows { (rows(agency, ground, view, measure, *at, cells)) }
        }
    }
}

fn rows(
    agency: &str,
    ground: &Ground,
    view: &GroupsView,
    measure: &headway_delivery::track::MeasureRef,
    at: Option<headway_delivery::model::Period>,
    cells: &[GroupCell],
) -> Markup {
    let unit = Unit::of_plan(measure.unit.as_deref());
    let link = |group: &str| {
        Link::agency(agency, "measure")
            .id(&measure.id)
            .with("unit", &view.unit)
            .with_unless("group", group, ALL)
            .as_of(ground.as_of)
    };
    html! {
        h2 { a href=(link(ALL)) { (measure.name) } }
        div.scroll tabindex="0" role="region" aria-label=(measure.name) { table {
            caption { (measure.name) ", " (period(at)) }
            thead { tr { th scope="col" { "Group" } th.n scope="col" { "Result" } th.n scope="col" { "Distance" } th scope="col" { "95% interval" } th scope="col" { "To" } th scope="col" { "At first" } th scope="col" { "Course" } } }
            tbody { @for ((code, name), cell) in view.groups.iter().zip(cells) { tr class=[(code == ALL).then_some("total")] {
                th scope="row" { @if cell.latest.is_some() { a href=(link(code)) { (name) } } @else { (name) } }
                td.n { @if cell.latest.is_some() { (observed(&unit, cell.latest.as_ref())) } @else { span.note { "not in the data" } } }
                td.n { @if let Some(gap) = cell.gap { (unit.difference(gap)) } }
                td { @if let Some((lo, hi)) = cell.line.as_ref().and_then(|l| l.difference().1) { (between(&unit, lo, hi)) } }
                td { @if let Some(r) = &cell.reference { @if cell.gap.is_some() { (Group::name_of(r)) } } }
                td { @if let Some((first, gap)) = cell.first_gap { (unit.difference(gap)) " in " (period(Some(first))) } }
                td { @if let Some(line) = &cell.line { (line.words()) } }
            } } }
        } }
    }
}

//! Place: one district or school, every measure against the agency's own.

use axum::extract::{Path, State};
use axum::response::Html;
use headway_delivery::chart;
use headway_delivery::model::status::{StatedTarget, Status, StatusTone};
use headway_delivery::model::{ALL, StudentGroup};
use headway_delivery::view::{BrightOf, PlaceLineOfMeasure, PlaceView};
use headway_render::Chart;
use maud::{Markup, PreEscaped, html};

use super::places::place_table;
use crate::SiteState;
use crate::ask::QueryParams;
use crate::error::PageError;
use crate::ground::PageContext;
use crate::layout::NavSection;
use crate::link::PageLink;
use crate::parts::{
    ChoiceForm, GridColumnKind, ResponsiveTable, distance_cell, dropped_note, group_words, headline_from_statuses,
    observed_beside, outlook_line, period_text, read_from, result_cells, row_verdict,
};

/// Places below that are listed with their targets.
const LISTED: usize = 50;

/// `GET /{agency}/place/{id}`
pub(crate) async fn place_page(
    State(site): State<SiteState>,
    Path((agency, id)): Path<(String, String)>,
    ask: QueryParams,
) -> Result<Html<String>, PageError> {
    let ground = site.load_ground(&ask).await?;
    let view = ground.snapshot.place_view(&agency, &id, ask.chosen_value("group")).await?;
    let bright = ground.snapshot.bright_of(&agency, &id, &view.group).await?;
    let content = render_content(&agency, &ground, &view, &bright);
    Ok(ground.html_answer(&agency, NavSection::Places, &view.place.name, &content))
}

fn render_content(agency: &str, ground: &PageContext, view: &PlaceView, bright: &[BrightOf]) -> Markup {
    let to = |id: &str| PageLink::for_agency(agency, "place").with_id(id).with_kept(&ground.kept);
    let above = view.path.len().saturating_sub(1);
    let groups: Vec<_> = view.groups.iter().map(|g| (g.clone(), StudentGroup::name_of(g).into_owned())).collect();
    html! {
        p.crumbs {
            a href=(PageLink::for_agency(agency, "places").with_kept(&ground.kept)) { "Places" }
            @for p in &view.path[..above] { " › " a href=(to(&p.id)) { (p.name) } }
        }
        h1 { (view.place.name) }
        p.meta { @if let Some(level) = view.place.level { (level.place_nouns().0) ", " } "id " code { (view.place.id) } }
        p.lede { (place_finding(view)) "." }
        @if view.tally.judged_count() > 0 { (outlook_line(view.measures.iter().map(|m| &m.row).filter(|row| row.dropped.is_none()).collect())) }
        (ChoiceForm::new(PageLink::for_agency(agency, "place").with_id(&view.place.id)).add_select("group", "Student group", &groups, &view.group, ALL).with_kept(&ground.kept).render_form())
        @if view.measures.is_empty() { p { "No measure has a result here for this group." } } @else {
            h2 { "Every measure, " (group_words(&view.group)) }
            (bright_in(agency, ground, view, bright))
            (measures_table(agency, ground, view))
            (read_from(view.measures.iter().map(|m| m.row.odds)))
            (by_group(view))
        }
        @if !view.children.is_empty() {
            h2 { (headway_render::format::count_with_noun(view.children.len(), "place", "places")) " below it" }
            (places_below(agency, ground, view))
        }
    }
}

/// The places below with their targets; of many the names, and in full those with most targets off track.
fn places_below(agency: &str, ground: &PageContext, view: &PlaceView) -> Markup {
    let to = |id: &str| PageLink::for_agency(agency, "place").with_id(id).with_kept(&ground.kept);
    let mut first = view.children.clone();
    let caption = if first.len() > LISTED {
        first.sort_by_key(|child| std::cmp::Reverse(child.tally.of_tone(StatusTone::Bad)));
        first.truncate(LISTED);
        html! { "The " (LISTED) " with most targets off track or worse; chances are those of targets for all students" }
    } else {
        html! { "By name, with the targets of the plans in force; chances are those of targets for all students" }
    };
    let judged = first.iter().any(|child| child.tally.judged_count() > 0);
    html! {
        @if judged { (place_table(agency, &ground.kept, caption, &first)) }
        @if !judged || view.children.len() > LISTED {
            @if judged { h3 { "All by name" } }
            ul.columns { @for child in &view.children { li { a href=(to(&child.place.id)) { (child.place.name) } } } }
        }
    }
}

/// How the targets stand here, in words: every one that is in force for the place, its student groups' too.
fn place_finding(view: &PlaceView) -> String {
    let whom = group_words(&view.group);
    let in_force = view.measures.iter().filter(|m| has_target(m) && m.row.dropped.is_none());
    let targets: Vec<Status> = in_force.map(|m| m.row.standing.status).collect();
    if targets.is_empty() {
        return format!("No target is in force here for {whom}");
    }
    let said = headline_from_statuses(targets);
    if view.group == ALL { said } else { format!("{said}, for {whom}") }
}

fn has_target(line: &PlaceLineOfMeasure) -> bool {
    !line.row.standing.target.is_none() || !line.row.standing.parts.is_empty()
}

/// For whom a line is, where that is not the group of the page.
fn for_whom(view: &PlaceView, line: &PlaceLineOfMeasure) -> Markup {
    let row = &line.row;
    let stated = StatedTarget { place: &row.place.id, group: &row.group, grade: &row.grade };
    let words = stated.for_one(None).filter(|_| row.group != view.group || row.grade != ALL);
    html! { @if let Some(words) = words { " " span.note { (words) } } }
}

/// In what the place does better than expected, year after year.
fn bright_in(agency: &str, ground: &PageContext, view: &PlaceView, bright: &[BrightOf]) -> Markup {
    let link = |measure: &str| {
        let link = PageLink::for_agency(agency, "bright-spots").with_choice("measure", measure);
        let link = link.with_unless("level", view.place.level.map_or("", |l| l.id()), "");
        link.with_unless("group", &view.group, ALL).with_kept(&ground.kept)
    };
    html! { @if !bright.is_empty() {
        p { "A bright spot, better than expected of it year after year:" }
        ul { @for b in bright {
            @let unit = headway_render::MeasureUnit::of_plan(b.measure.unit.as_deref());
            li { span aria-hidden="true" { "★ " } a href=(link(&b.measure.id)) { (b.measure.name) } ": " (unit.difference_text(b.distance).trim_start_matches('+')) " better than expected, flagged in " (b.years.0) " of " (b.years.1) " years" }
        } }
    } }
}

fn measures_table(agency: &str, ground: &PageContext, view: &PlaceView) -> Markup {
    let columns = [
        ("Measure", GridColumnKind::Words),
        ("Where it stands", GridColumnKind::Verdict),
        ("Latest", GridColumnKind::Figure),
        ("For", GridColumnKind::Short),
        ("Whole agency", GridColumnKind::Figure),
        ("To the path", GridColumnKind::Figure),
        ("Course", GridColumnKind::Plain),
    ];
    let caption = html! { "Where " (view.place.name) " stands, beside the agency’s own result of the same period" };
    let rows = view.measures.iter().enumerate().map(|(i, line)| measure_row(agency, ground, view, i, line)).collect();
    ResponsiveTable { label: "Measures", caption, columns: &columns, rows }.table_markup()
}

fn measure_row(
    agency: &str,
    ground: &PageContext,
    view: &PlaceView,
    i: usize,
    line: &PlaceLineOfMeasure,
) -> Vec<Markup> {
    let row = &line.row;
    let unit = headway_render::MeasureUnit::of_plan(row.measure.unit.as_deref());
    let link = PageLink::for_agency(agency, "measure").with_id(&row.measure.id).with_choice("unit", &view.place.id);
    let link = link.with_unless("group", &row.group, ALL).with_unless("grade", &row.grade, ALL).with_kept(&ground.kept);
    let [figure, of] = result_cells(&unit, row, &line.observed);
    vec![
        html! { a href=(link.clone()) { (row.measure.name) } (for_whom(view, line)) (dropped_note(row.dropped.as_deref())) },
        row_verdict(row, || link.clone()),
        figure,
        of,
        html! { @if let Some(home) = &line.home { (observed_beside(&unit, Some(home), &row.standing.rounding_marks())) } },
        distance_cell(&unit, &row.standing),
        html! { @if line.observed.len() > 1 { (PreEscaped(chart::row_sparkline(&format!("s{i}"), line).to_svg(110.0))) } },
    ]
}

fn by_group(view: &PlaceView) -> Markup {
    // A measure has a line for each of its targets here; its groups are told once.
    let mut seen = std::collections::HashSet::new();
    let once = |m: &&PlaceLineOfMeasure| !m.groups.is_empty() && seen.insert(m.row.measure.id.clone());
    let with: Vec<&PlaceLineOfMeasure> = view.measures.iter().filter(once).collect();
    html! { @if !with.is_empty() {
        h2 { "Its student groups" }
        @for line in with {
            @let unit = headway_render::MeasureUnit::of_plan(line.row.measure.unit.as_deref());
            details {
                summary { (line.row.measure.name) ": " (headway_render::format::count_with_noun(line.groups.len(), "group", "groups")) }
                div.scroll tabindex="0" role="region" aria-label=(line.row.measure.name) { table {
                    caption { (line.row.measure.name) ", " (period_text(line.groups.first().map(|g| g.2.period))) }
                    thead { tr { th scope="col" { "Group" } th.n scope="col" { "Result" } } }
                    tbody { @for (_, name, o) in &line.groups { tr { th scope="row" { (name) } td.n { (observed_beside(&unit, Some(o), &line.row.standing.rounding_marks())) } } } }
                } }
            }
        }
    } }
}

//! Program: purpose, owner, work plan, delivery chain, rating with rationale, money.

use axum::extract::{Path, State};
use axum::response::Html;
use headway_delivery::model::plan::{ChainLink, Milestone, Program, Rating, RatingColor};
use headway_delivery::view::ProgramView;
use jiff::civil::Date;
use maud::{Markup, html};

use crate::SiteState;
use crate::ask::QueryParams;
use crate::error::PageError;
use crate::ground::PageContext;
use crate::layout::NavSection;
use crate::link::PageLink;
use crate::parts::{GridColumnKind, MeasureTable, ResponsiveTable, measure_table, milestone_state, planned_source};

/// `GET /{agency}/program/{id}`
pub(crate) async fn program_page(
    State(site): State<SiteState>,
    Path((agency, id)): Path<(String, String)>,
    ask: QueryParams,
) -> Result<Html<String>, PageError> {
    let ground = site.load_ground(&ask).await?;
    let view = ground.snapshot.program_view(&agency, &id).await?;
    let content = render_content(&agency, &ground, &view);
    Ok(ground.html_answer(&agency, NavSection::Plan, &view.program.name, &content))
}

fn render_content(agency: &str, ground: &PageContext, view: &ProgramView) -> Markup {
    let program = &view.program;
    html! {
        p.crumbs { a href=(PageLink::for_agency(agency, "plan").with_choice("plan", &view.plan.plan.id).with_kept(&ground.kept)) { (view.plan.plan.name.as_deref().unwrap_or(&view.plan.plan.id)) } ", edition " (view.plan.plan.edition) }
        h1 { (program.name) }
        @if let Some(text) = &program.description { p.lede { (text) } }
        (program_facts(agency, ground, view))
        @if !program.ratings.is_empty() { (ratings_section(&program.ratings)) }
        @if !program.milestones.is_empty() { (work_plan(program, ground.snapshot.as_of)) p.links { a href=(PageLink::for_agency(agency, "milestones").with_choice("program", &program.id).with_kept(&ground.kept)) { "Its milestones by state" } } }
        @if !program.delivery_chain.is_empty() { (chain_section(&program.delivery_chain)) }
        @if !view.measures.is_empty() {
            h2 { "The measures it is to move" }
            @if program.measures.is_empty() { p.note { "The plan names no measure for this program: these are the measures of the strategies that it serves." } }
            @let all: Vec<_> = view.measures.iter().collect();
            (measure_table(&MeasureTable { agency, kept: &ground.kept, name: "m", caption: "Measures that the program is to move", targets: true }, &all))
        }
    }
}

fn program_facts(agency: &str, ground: &PageContext, view: &ProgramView) -> Markup {
    let program = &view.program;
    html! { dl.facts {
        @if program.priority { dt { "Priority" } dd { "a priority project of the plan" } }
        dt { "Owner" } dd { @if let Some(owner) = &view.owner { a href=(PageLink::for_agency(agency, "owner").with_id(&owner.id).with_kept(&ground.kept)) { (owner.name) } } @else { "the plan names none" } }
        @if !view.strategies.is_empty() { dt { "Serves" } dd { @for s in &view.strategies { a href=(PageLink::for_agency(agency, "strategy").with_id(&s.id).with_kept(&ground.kept)) { (s.name) } " " } } }
        @if let Some(number) = &program.assistance_listing { dt { "Assistance Listing" } dd { (number) } }
        @if let Some(law) = &program.statute { dt { "Statute" } dd { (law) } }
        @if let Some(dollars) = program.budget { dt { "Money" } dd { (headway_render::MeasureUnit::Currency.value_text(dollars)) } }
        @for s in &view.stakeholders { dt { "Stakeholder" } dd { (s.name) @if let Some(text) = &s.engagement { ": " (text) } } }
        @if let Some(s) = &view.source { dt { "Source" } dd { (planned_source(s)) } }
    } }
}

fn work_plan(program: &Program, today: Date) -> Markup {
    let span = |from: Option<Date>, to: Option<Date>| match (from, to) {
        (Some(from), Some(to)) => format!("{from} to {to}"),
        (Some(from), None) => format!("from {from}"),
        (None, Some(to)) => format!("by {to}"),
        (None, None) => String::new(),
    };
    let columns = [
        ("Milestone", GridColumnKind::Words),
        ("State", GridColumnKind::Verdict),
        ("Planned", GridColumnKind::Short),
        ("Actual", GridColumnKind::Short),
    ];
    let line = |m: &Milestone| {
        vec![
            html! { (m.name) },
            milestone_state(m, today),
            html! { (span(m.planned_start, m.planned_end)) },
            html! { (span(m.actual_start, m.actual_end).replace("by ", "on ")) },
        ]
    };
    let caption = html! { "Milestones, planned against actual" };
    let rows = program.milestones.iter().map(line).collect();
    html! {
        h2 { "Work plan" }
        (ResponsiveTable { label: "Work plan", caption, columns: &columns, rows }.table_markup())
    }
}

fn chain_section(links: &[ChainLink]) -> Markup {
    let strength = |n: Option<u8>| n.map_or_else(|| "not rated".to_owned(), |n| format!("{n} of 4"));
    html! {
        h2 { "Delivery chain" }
        p.note { "From the leader’s intent to changed practice; each link to the next actor is rated for strength, reach and feedback." }
        ol.chain { @for link in links { li {
            strong { (link.actor) } @if let Some(n) = link.count { " (" (headway_render::format::count_text(n as usize)) ")" }
            br; span.note { "strength " (strength(link.strength)) ", reach " (strength(link.reach)) ", feedback " (strength(link.feedback)) }
        } } }
    }
}

fn ratings_section(ratings: &[Rating]) -> Markup {
    let word = |color| match color {
        RatingColor::Red => "red",
        RatingColor::AmberRed => "amber-red",
        RatingColor::AmberGreen => "amber-green",
        RatingColor::Green => "green",
    };
    html! {
        h2 { "Likelihood of delivery, as people rate it" }
        ul { @for r in ratings.iter().rev() { li { strong { (r.element) ": " (word(r.color)) } ", " (r.date) @if let Some(by) = &r.by { " (" (by) ")" } ": " (r.rationale) } } }
    }
}

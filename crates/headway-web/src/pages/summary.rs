//! An edition of a plan on one printed page: its targets, where they stand, who works on them.

use headway_delivery::model::MeasureId;
use std::collections::HashSet;

use axum::extract::{Path, State};
use axum::response::Html;
use headway_delivery::chart;
use headway_delivery::error::MeasureTrouble;
use headway_delivery::model::plan::{MilestoneState, Program};
use headway_delivery::view::{MeasureSummary, PlanView, StrategyNode};
use jiff::civil::Date;
use maud::{Markup, html};

use super::plan::plan_name;
use crate::SiteState;
use crate::ask::QueryParams;
use crate::error::PageError;
use crate::ground::PageContext;
use crate::layout::NavSection;
use crate::link::PageLink;
use crate::parts::{
    GridColumnKind, ResponsiveTable, latest_cells, measure_link, own_standing, own_target_cells, read_from,
    status_label, target_headline, target_outlook, targets_together,
};

/// `GET /{agency}/plan/summary`
pub(crate) async fn summary_page(
    State(site): State<SiteState>,
    Path(agency): Path<String>,
    ask: QueryParams,
) -> Result<Html<String>, PageError> {
    let ground = site.load_ground(&ask).await?;
    let view = ground.snapshot.plan_view(&agency, ask.chosen_value("plan"), ask.chosen_value("edition"))?;
    let (measures, troubles) = ground.snapshot.edition_summaries(&view.plan).await?;
    let page = SummaryPage { agency: &agency, ground: &ground, view: &view, measures: &measures, troubles: &troubles };
    let content = page.render_content();
    Ok(ground.html_answer(&agency, NavSection::Plan, "Plan on one page", &content))
}

struct SummaryPage<'a> {
    agency: &'a str,
    ground: &'a PageContext,
    view: &'a PlanView,
    measures: &'a [MeasureSummary],
    troubles: &'a [MeasureTrouble],
}

impl SummaryPage<'_> {
    fn render_content(&self) -> Markup {
        let plan = &self.view.plan;
        let targets: Vec<&MeasureSummary> = self.measures.iter().filter(|m| !m.targets.is_empty()).collect();
        html! {
            div.onepage {
                p.crumbs { a href=(PageLink::for_agency(self.agency, "plan").with_choice("plan", &plan.plan.id).with_choice("edition", &plan.plan.edition).with_kept(&self.ground.kept)) { "The whole plan" } }
                h1 { (plan_name(plan)) }
                p.meta { (plan.agency.name) ", edition " (plan.plan.edition) ", as of " (self.ground.snapshot.as_of) }
                p.lede { (target_headline(&targets)) "." }
                (target_outlook(&targets))
                @for node in &self.view.strategies { (self.strategy_section(node)) }
                @if !self.view.measures.is_empty() || !self.view.programs.is_empty() {
                    @if !self.view.strategies.is_empty() { h2 { "Not tied to a strategy" } }
                    (self.measures_table("Measures not tied to a strategy", &self.view.measures))
                    (self.programs_list(&self.view.programs))
                }
                (read_from(targets.iter().map(|m| m.row.odds)))
            }
        }
    }

    /// A strategy and its parts under one heading.
    fn strategy_section(&self, node: &StrategyNode) -> Markup {
        let (mut measures, mut programs) = (node.measures.clone(), node.programs.clone());
        for part in &node.parts {
            measures.extend(part.measures.iter().cloned());
            programs.extend(part.programs.iter().cloned());
        }
        let (mut seen, mut met) = (HashSet::new(), HashSet::new());
        measures.retain(|(id, _)| seen.insert(id.clone()));
        programs.retain(|p| met.insert(p.id.clone()));
        html! {
            h2 { a href=(PageLink::for_agency(self.agency, "strategy").with_id(&node.strategy.id).with_kept(&self.ground.kept)) { (node.strategy.name) } }
            @if !node.parts.is_empty() { p.note { @for (i, part) in node.parts.iter().enumerate() { @if i > 0 { "; " } (part.strategy.name) } } }
            (self.measures_table(&node.strategy.name, &measures))
            (self.programs_list(&programs))
        }
    }

    fn measures_table(&self, of: &str, measures: &[(MeasureId, String)]) -> Markup {
        let columns = [
            ("Measure", GridColumnKind::Words),
            ("Where it stands", GridColumnKind::Verdict),
            ("Latest", GridColumnKind::Figure),
            ("For", GridColumnKind::Short),
            ("Target", GridColumnKind::Figure),
            ("By", GridColumnKind::Short),
        ];
        let rows = measures.iter().map(|(id, name)| self.measure_row(id, name)).collect();
        html! { @if !measures.is_empty() { (ResponsiveTable { label: of, caption: html! {}, columns: &columns, rows }.table_markup()) } }
    }

    /// A measure in a line.
    fn measure_row(&self, id: &str, name: &str) -> Vec<Markup> {
        let Some(m) = self.measures.iter().find(|m| m.planned.measure.id == id) else {
            let unread = self.troubles.iter().any(|trouble| trouble.measure == id);
            let mut cells = vec![html! {}; 6];
            cells[0] = html! { (name) };
            cells[1] = html! { span.note { (if unread { "can’t be read" } else { "no figure" }) } };
            return cells;
        };
        let link = || measure_link(self.agency, m).with_kept(&self.ground.kept);
        let unit = chart::measure_unit(&m.planned.measure);
        let mut cells = vec![
            html! { a href=(link()) { (name) } (targets_together(self.agency, &self.ground.kept, m)) },
            // Without a target there is nothing that could be met: the status says it.
            html! { @if m.targets.is_empty() { (status_label(m.row.standing.status)) } @else { (own_standing(m, link)) } },
        ];
        cells.extend(latest_cells(&unit, m));
        cells.extend(own_target_cells(&unit, m));
        cells
    }

    fn programs_list(&self, programs: &[Program]) -> Markup {
        html! { @if !programs.is_empty() { ul.programs { @for p in programs { li {
            a href=(PageLink::for_agency(self.agency, "program").with_id(&p.id).with_kept(&self.ground.kept)) { (p.name) }
            @if p.priority { " (priority)" }
            @if let Some(owner) = self.view.plan.owners.iter().find(|o| Some(&o.id) == p.owner.as_ref()) { ", " (owner.name) }
            (milestone_progress(p, self.ground.snapshot.as_of, || PageLink::for_agency(self.agency, "milestones").with_choice("program", &p.id).with_kept(&self.ground.kept)))
        } } } } }
    }
}

/// How far its milestones are.
fn milestone_progress(program: &Program, today: Date, milestones: impl FnOnce() -> PageLink) -> Markup {
    let all = program.milestones.len();
    let standings: Vec<_> = program.milestones.iter().map(|m| (m, m.standing_on(today))).collect();
    let open = || standings.iter().filter(|(_, standing)| standing.state.is_open());
    let of = |state: MilestoneState| standings.iter().filter(|(_, standing)| standing.state == state).count();
    let (late, dropped) = (of(MilestoneState::Late), of(MilestoneState::Dropped));
    let done = of(MilestoneState::Done) + of(MilestoneState::DoneLate);
    let next = open().filter_map(|(m, _)| Some((m.planned_end.filter(|end| *end >= today)?, &m.name))).min();
    html! { @if all > 0 {
        ": " a href=(milestones()) { (done) " of " (all) " milestones done" }
        @if dropped > 0 { ", " (dropped) " dropped" }
        @if late > 0 { ", " strong { (late) " late" } }
        @if let Some((day, name)) = next { ", next: " (name) " by " (day) }
    } }
}

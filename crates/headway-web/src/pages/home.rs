//! Home: what needs attention now.

mod glance;

use std::cmp::Reverse;

use axum::extract::{Path, State};
use axum::response::Html;
use headway_delivery::CatalogImport;
use headway_delivery::view::{HomeView, MeasureSummary, MilestoneLine, PlaceTally};
use headway_render::format;
use maud::{Markup, html};

use crate::SiteState;
use crate::ask::QueryParams;
use crate::error::PageError;
use crate::ground::PageContext;
use crate::layout::NavSection;
use crate::link::PageLink;
use crate::parts::{
    GridColumn, GridColumnKind, MeasureTable, ResponsiveTable, TARGETS, measure_table, milestone_of, place_targets,
    source_link, target_headline, target_outlook,
};

/// `GET /{agency}`
pub(crate) async fn home_page(
    State(site): State<SiteState>,
    Path(agency): Path<String>,
    ask: QueryParams,
) -> Result<Html<String>, PageError> {
    let ground = site.load_ground(&ask).await?;
    let view = ground.snapshot.home_view(&agency).await?;
    let content = HomePage { agency: &agency, ground: &ground, view: &view }.render_content();
    Ok(ground.html_answer(&agency, NavSection::Home, "Home", &content))
}

/// Measures in three lots: those with targets, those with results only, those named without a figure.
pub(crate) fn split_by_target(
    measures: &[MeasureSummary],
) -> (Vec<&MeasureSummary>, Vec<&MeasureSummary>, Vec<&MeasureSummary>) {
    let (mut with_targets, others): (Vec<_>, Vec<_>) = measures.iter().partition(|m| !m.targets.is_empty());
    let (watched, named) = others.into_iter().partition(|m| m.has_results());
    with_targets.sort_by_key(|m| Reverse(m.severity()));
    (with_targets, watched, named)
}

struct HomePage<'a> {
    agency: &'a str,
    ground: &'a PageContext,
    view: &'a HomeView,
}

impl HomePage<'_> {
    fn agency_link(&self, path: &str) -> PageLink {
        PageLink::for_agency(self.agency, path)
    }

    fn new_table<'t>(&'t self, name: &'t str, caption: &'t str, targets: bool) -> MeasureTable<'t> {
        MeasureTable { agency: self.agency, kept: &self.ground.kept, name, caption, targets }
    }

    fn render_content(&self) -> Markup {
        let (targets, watched, named) = split_by_target(&self.view.measures);
        html! {
            p.question { "At any given moment, how will we know whether we are on track?" }
            h1 { (target_headline(&targets)) }
            p.meta { @for plan in &self.view.plans {
                a href=(self.agency_link("plan").with_choice("plan", &plan.plan.id).with_kept(&self.ground.kept)) { (plan.plan.name.as_deref().unwrap_or(&plan.plan.id)) } ", edition " (plan.plan.edition) ". "
            } }
            (target_outlook(&targets))
            @if !targets.is_empty() {
                h2 { "Targets" }
                (measure_table(&self.new_table("p", "Measures with a target in force, those that most need attention first", true), &targets))
            }
            (glance::strategies_section(self, &targets))
            (glance::changes_section(self, &targets))
            (self.trouble_section())
            (self.milestones_section())
            (glance::due_section(self, &targets))
            @if !watched.is_empty() {
                h2 { "Watched, without a target" }
                p.note { "Results are known; no edition in force sets a target." }
                (measure_table(&self.new_table("w", "Measures with results and no target", false), &watched))
            }
            (self.earlier_section())
            @if !named.is_empty() {
                h2 { "Named without a figure" }
                p.note { "The plan names these measures; no target figure and no result is known for them." }
                (self.names_list(&named))
            }
            (self.imports_section())
        }
    }

    fn trouble_section(&self) -> Markup {
        let words = self.view.trouble.first().and_then(|t| t.place.level).map_or("places", |l| l.place_nouns().1);
        let columns: Vec<GridColumn<'_>> = [("Place", GridColumnKind::Words)].into_iter().chain(TARGETS).collect();
        let line = |t: &PlaceTally| {
            let link = self.agency_link("place").with_id(&t.place.id).with_kept(&self.ground.kept);
            let place = html! { a href=(link) { (t.place.name) } };
            [place].into_iter().chain(place_targets(&t.tally, t.outlook)).collect()
        };
        let caption = html! { "The " (words) " with most targets off track or worse; chances are those of targets for all students" };
        let rows = self.view.trouble.iter().map(line).collect();
        html! { @if !self.view.trouble.is_empty() {
            h2 { "Where most targets are off track or worse" }
            (ResponsiveTable { label: "Places in trouble", caption, columns: &columns, rows }.table_markup())
            p.links {
                a href=(self.agency_link("places").with_kept(&self.ground.kept)) { "All " (words) } " "
                a href=(self.agency_link("bright-spots").with_kept(&self.ground.kept)) { "Those that do better than expected" }
            }
        } }
    }

    fn earlier_section(&self) -> Markup {
        let (targets, watched, named) = split_by_target(&self.view.dropped);
        let rest: Vec<&MeasureSummary> = watched.into_iter().chain(named).collect();
        html! { @if !self.view.dropped.is_empty() {
            h2 { "Targets of earlier editions" }
            p.note { "Later editions no longer name these measures. Their history stays." }
            @if !targets.is_empty() { (measure_table(&self.new_table("d", "Measures with a target that only earlier editions name", true), &targets)) }
            @if !rest.is_empty() { details { summary { (format::count_with_noun(rest.len(), "measure", "measures")) " that earlier editions named without a figure" } (self.names_list(&rest)) } }
        } }
    }

    fn names_list(&self, measures: &[&MeasureSummary]) -> Markup {
        let twins = |name: &str| measures.iter().filter(|m| m.planned.measure.name == name).count() > 1;
        html! { ul { @for m in measures { li {
            a href=(self.agency_link("measure").with_id(&m.planned.measure.id).with_kept(&self.ground.kept)) { (m.planned.measure.name) }
            @if twins(&m.planned.measure.name) { " " span.note { (m.planned.measure.id) } }
        } } } }
    }

    fn milestones_section(&self) -> Markup {
        let columns = [
            ("Milestone", GridColumnKind::Words),
            ("State", GridColumnKind::Verdict),
            ("Planned end", GridColumnKind::Short),
            ("Program", GridColumnKind::Words),
        ];
        let line = |it: &MilestoneLine| {
            vec![
                html! { (it.name) },
                milestone_of(it),
                html! { @if let Some(day) = it.planned_end { (day) } },
                html! { a href=(self.agency_link("program").with_id(&it.program).with_kept(&self.ground.kept)) { (it.program_name) } },
            ]
        };
        let (shown, (all, trouble)) = (&self.view.milestones, self.view.milestones_count);
        let caption = html! { "Milestones that need a look, and those whose planned date comes next" };
        // Milestones belong to no period: their state is that of the day.
        let as_of = self.ground.kept.period.as_ref().map(|_| format!(" on {}", self.ground.snapshot.as_of));
        html! { @if all > 0 {
            h2 { (super::milestones::milestones_headline(all, trouble)) (as_of.unwrap_or_default()) }
            @if !shown.is_empty() { (ResponsiveTable { label: "Milestones", caption, columns: &columns, rows: shown.iter().map(line).collect() }.table_markup()) }
            p.links { a href=(self.agency_link("milestones").with_kept(&self.ground.kept)) { "All milestones by state" } }
        } }
    }

    fn imports_section(&self) -> Markup {
        // One line a day and source: an import of six measures is one piece of news.
        let mut news: Vec<(&CatalogImport, usize)> = Vec::new();
        for import in &self.view.imports {
            match news.last_mut() {
                Some((i, n))
                    if i.vintage.known_from == import.vintage.known_from
                        && i.vintage.source == import.vintage.source =>
                {
                    *n += 1
                }
                _ => news.push((import, 1)),
            }
        }
        // Judged through an earlier period, what came in since has no place.
        html! { @if !news.is_empty() && self.ground.kept.period.is_none() {
            h2 { "What came in last" }
            ul { @for (i, n) in news { li { (i.vintage.known_from) ": " (source_link(&self.ground.snapshot, &i.vintage.source)) @if n > 1 { " " span.note { "(" (n) " imports)" } } } } }
            p.links { a href=(self.agency_link("data").with_kept(&self.ground.kept)) { "All imports, and what is overdue" } }
        } }
    }
}

//! Milestones: the dated steps of the plans in force by state, those that need a look first.

use axum::extract::{Path, State};
use axum::response::Html;
use headway_delivery::model::plan::MilestoneState;
use headway_delivery::view::{MilestoneFilter, MilestoneLine};
use headway_render::format;
use maud::{Markup, html};

use crate::SiteState;
use crate::ask::QueryParams;
use crate::error::PageError;
use crate::ground::PageContext;
use crate::layout::NavSection;
use crate::link::PageLink;
use crate::parts::{ChoiceForm, GridColumnKind, ResponsiveTable, milestone_of};

/// `GET /{agency}/milestones`
pub(crate) async fn milestones_page(
    State(site): State<SiteState>,
    Path(agency): Path<String>,
    ask: QueryParams,
) -> Result<Html<String>, PageError> {
    let ground = site.bare_ground(&ask).await?;
    let state = ask.chosen_value("state").map(parse_state).transpose()?;
    let text = |name: &str| ask.chosen_value(name).map(str::to_owned);
    let all = MilestoneFilter { agency: Some(agency.clone()), ..MilestoneFilter::default() };
    let asked = MilestoneFilter { program: text("program"), owner: text("owner"), ..all.clone() };
    let (all, fitting) = (ground.snapshot.milestone_lines(&all)?, ground.snapshot.milestone_lines(&asked)?);
    let content = MilestonesPage { agency: &agency, ground: &ground, ask: &ask, all: &all, fitting: &fitting, state }
        .render_content();
    Ok(ground.html_answer(&agency, NavSection::Plan, "Milestones", &content))
}

fn parse_state(text: &str) -> Result<MilestoneState, PageError> {
    let names = || MilestoneState::ALL.map(MilestoneState::id).join(", ");
    MilestoneState::of_text(text)
        .ok_or_else(|| PageError::BadChoice(format!("“{text}” is no state of a milestone: {}.", names())))
}

struct MilestonesPage<'a> {
    agency: &'a str,
    ground: &'a PageContext,
    ask: &'a QueryParams,
    /// Of all programs.
    all: &'a [MilestoneLine],
    /// Of the program and owner that are asked for, in every state.
    fitting: &'a [MilestoneLine],
    state: Option<MilestoneState>,
}

impl MilestonesPage<'_> {
    fn render_content(&self) -> Markup {
        let trouble = self.fitting.iter().filter(|it| it.state.is_trouble()).count();
        let shown: Vec<&MilestoneLine> =
            self.fitting.iter().filter(|it| self.state.is_none_or(|state| state == it.state)).collect();
        html! {
            p.crumbs { a href=(PageLink::for_agency(self.agency, "plan").with_kept(&self.ground.kept)) { "Plan" } }
            h1 { (milestones_headline(self.fitting.len(), trouble)) }
            (self.choice_form())
            (self.states_tally())
            @if shown.is_empty() && !self.fitting.is_empty() { p { "None is in this state." } }
            @if !shown.is_empty() { (self.milestone_table(&shown)) }
        }
    }

    /// How many are in each state; each number leads to its milestones, and they add up to the first.
    fn states_tally(&self) -> Markup {
        let link = |state: Option<MilestoneState>| self.ask.link_with("state", state.map(MilestoneState::id));
        let of = |state: MilestoneState| self.fitting.iter().filter(|it| it.state == state).count();
        let counts = MilestoneState::ALL.into_iter().map(|state| (state, of(state))).filter(|(_, n)| *n > 0);
        let counts = counts.map(|(state, n)| (Some(state), n, state.name()));
        let all = std::iter::once((None, self.fitting.len(), "in all"));
        html! { @if !self.fitting.is_empty() {
            ul.tally { @for (state, n, name) in all.chain(counts) {
                @let now = state == self.state;
                li { a href=(link(state)) aria-current=[now.then_some("true")] { (format::count_text(n)) " " (name) } }
            } }
        } }
    }

    fn choice_form(&self) -> Markup {
        let list = |first: &str, of: fn(&MilestoneLine) -> Option<(&str, &str)>| {
            let mut found: Vec<(String, String)> =
                self.all.iter().filter_map(of).map(|(id, name)| (id.to_owned(), name.to_owned())).collect();
            found.sort_by(|a, b| (&a.1, &a.0).cmp(&(&b.1, &b.0)));
            found.dedup();
            [(String::new(), first.to_owned())].into_iter().chain(found).collect::<Vec<_>>()
        };
        let programs = list("All programs", |it| Some((&*it.program, &*it.program_name)));
        let owners = list("All owners", |it| it.owner.as_deref().zip(it.owner_name.as_deref()));
        let now = |name: &str| self.ask.chosen_value(name).unwrap_or_default();
        let states = self.state.map_or("", MilestoneState::id);
        ChoiceForm::new(PageLink::for_agency(self.agency, "milestones"))
            .add_select("program", "Program", &programs, now("program"), "")
            .add_select("owner", "Owner", &owners, now("owner"), "")
            // The state is chosen by the links below, and holds for another program.
            .add_hidden("state", states, "")
            .with_kept(&self.ground.kept)
            .render_form()
    }

    fn milestone_table(&self, shown: &[&MilestoneLine]) -> Markup {
        let columns = [
            ("Milestone", GridColumnKind::Words),
            ("State", GridColumnKind::Verdict),
            ("Planned end", GridColumnKind::Short),
            ("Next date", GridColumnKind::Short),
            ("Slipped", GridColumnKind::Figure),
            ("Program", GridColumnKind::Words),
            ("Owner", GridColumnKind::Words),
        ];
        let day = |date: Option<jiff::civil::Date>| html! { @if let Some(date) = date { (date) } };
        let program = |it: &MilestoneLine| {
            PageLink::for_agency(self.agency, "program").with_id(&it.program).with_kept(&self.ground.kept)
        };
        let line = |it: &&MilestoneLine| {
            vec![
                html! { (it.name) },
                milestone_of(it),
                day(it.planned_end),
                day(it.next),
                html! { @if let Some(days) = it.slipped { (slip_text(days)) } },
                html! { a href=(program(it)) { (it.program_name) } },
                html! { @if let Some((id, name)) = it.owner.as_deref().zip(it.owner_name.as_deref()) { a href=(self.ask.link_with("owner", Some(id))) { (name) } } },
            ]
        };
        let caption = html! { "Milestones on " (self.ground.snapshot.as_of) ", those that need a look first" };
        let rows = shown.iter().map(line).collect();
        html! {
            (ResponsiveTable { label: "Milestones", caption, columns: &columns, rows }.table_markup())
            @if shown.iter().any(|it| it.slipped.is_some()) { p.note { "Slipped: days by which the planned end moved since the first edition that had one." } }
        }
    }
}

/// `3 of 109 milestones need a look`.
pub(super) fn milestones_headline(all: usize, trouble: usize) -> String {
    match (all, trouble) {
        (0, _) => "No plan in force names a milestone here".to_owned(),
        (1, 0) => "One milestone: it needs no look".to_owned(),
        (all, 0) => format!("{} milestones: none needs a look", format::count_text(all)),
        (1, _) => "The one milestone needs a look".to_owned(),
        (all, 1) => format!("1 of {} milestones needs a look", format::count_text(all)),
        (all, trouble) => {
            format!("{} of {} milestones need a look", format::count_text(trouble), format::count_text(all))
        }
    }
}

/// `30 days later`.
fn slip_text(days: i32) -> String {
    let n = format::count_with_noun(days.unsigned_abs() as usize, "day", "days");
    format!("{n} {}", if days > 0 { "later" } else { "earlier" })
}

//! The frame around every page: where am I, whose plan is this, what are the data.

use headway_delivery::error::MeasureTrouble;
use headway_delivery::model::Period;
use headway_parts::{PageHead, simulated_notice, skip_link};
use headway_render::format;
use jiff::civil::Date;
use maud::{DOCTYPE, Markup, html};

use crate::ask::QueryParams;
use crate::assets::{SCRIPT_PATH, STYLE_PATH};
use crate::link::{PageLink, StickyParams};
use crate::parts::left_out;
use crate::viewer::PageViewer;

/// What the frame needs to know of a page.
pub(crate) struct PageFrame<'a> {
    /// The title, first in the browser's tab.
    pub(crate) title: &'a str,
    /// Which entry of the navigation is open.
    pub(crate) section: NavSection,
    /// The agency whose pages these are, and the others in the workspace.
    pub(crate) agencies: &'a [AgencyTab],
    /// The agency shown, where the page belongs to one.
    pub(crate) agency: Option<&'a AgencyTab>,
    /// The day and the period that were chosen.
    pub(crate) kept: &'a StickyParams,
    /// Periods that the page can be judged through, newest first; `None` where that changes nothing.
    pub(crate) periods: Option<&'a [Period]>,
    /// Measures that the page can't answer for.
    pub(crate) troubles: &'a [MeasureTrouble],
    /// What the figures speak of.
    pub(crate) known: Option<DataState<'a>>,
    /// What was searched for, where this is the answer.
    pub(crate) sought: &'a str,
    /// The page's own address, where it can be asked as of another day.
    pub(crate) here: Option<&'a QueryParams>,
    /// Who looks at it.
    pub(crate) viewer: &'a PageViewer,
    /// Whether there is anything to search for her.
    pub(crate) can_search: bool,
}

/// What the figures of a page speak of.
pub(crate) struct DataState<'a> {
    /// The day.
    pub(crate) day: Date,
    /// Something newer is being made ready.
    pub(crate) newer: bool,
    /// Why nothing newer can be read, where that is so.
    pub(crate) stuck: Option<&'a str>,
}

/// An agency in the frame.
#[derive(Clone, Debug)]
pub(crate) struct AgencyTab {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) simulated: bool,
    /// Whether all of its pages may be read.
    pub(crate) is_read: bool,
}

/// The entries of the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NavSection {
    Home,
    Plan,
    Track,
    Places,
    Groups,
    BrightSpots,
    Data,
    None,
}

const SECTIONS: [(NavSection, &str, &str); 7] = [
    (NavSection::Home, "Home", ""),
    (NavSection::Plan, "Plan", "plan"),
    (NavSection::Track, "Measures", "measures"),
    (NavSection::Places, "Places", "places"),
    (NavSection::Groups, "Groups", "groups"),
    (NavSection::BrightSpots, "Bright spots", "bright-spots"),
    (NavSection::Data, "Data", "data"),
];

/// The whole page: frame and content.
pub(crate) fn render_page(frame: &PageFrame<'_>, content: &Markup) -> Markup {
    let whose = frame.agency.map(|agency| format!(" – {}", agency.name)).unwrap_or_default();
    let title = format!("{}{whose} – Headway", frame.title);
    let head = PageHead { title: &title, style: &STYLE_PATH, icon: "/favicon.svg", script: &SCRIPT_PATH, policy: None };
    html! {
        (DOCTYPE)
        html lang="en" {
            (head.head_markup())
            body {
                (skip_link())
                (site_header(frame))
                (agency_bar(frame))
                @if frame.agency.is_some_and(|agency| agency.simulated) { (simulated_notice()) }
                @if let Some(why) = frame.known.as_ref().and_then(|known| known.stuck) {
                    aside.notice aria-label="Nothing newer can be read" { div.wrap {
                        strong { "These figures may not be the newest. " } "Headway shows what it had read before, because: " (why) ". It tries again by itself."
                    } }
                }
                @if let Some(day) = frame.kept.as_of {
                    aside.notice aria-label="As of an earlier day" { div.wrap {
                        strong { "As of " (day) ". " } "Results and targets that became known later are left out. "
                        @if let Some(here) = frame.here { a href=(here.link_with("as_of", None)) { "Back to today" } }
                    } }
                }
                (period_notice(frame))
                @if !frame.troubles.is_empty() {
                    aside.notice aria-label="Left out" { div.wrap { (left_out(frame.troubles)) } }
                }
                main id="content" tabindex="-1" { div.wrap { (content) } }
                footer { div.wrap {
                    "Headway keeps the plan, the numbers and the decisions in one place. "
                    span.links { a href="/about" { "About the methods" } }
                    @if let Some(known) = &frame.known {
                        " As known on " (known.day) "." @if known.newer { " Something newer came in and is being made ready: it shows within seconds." }
                    }
                } }
            }
        }
    }
}

fn site_header(frame: &PageFrame<'_>) -> Markup {
    let base = frame.agency.filter(|agency| agency.is_read).map(|agency| agency.id.as_str());
    html! {
        header.top { div.wrap {
            a.brand href="/" { "Head" span { "way" } }
            @if let Some(agency) = base {
                nav.main aria-label="Main" { ul {
                    @for (section, name, path) in SECTIONS {
                        li { a href=(PageLink::for_agency(agency, path).with_kept(frame.kept)) aria-current=[(section == frame.section).then_some("page")] { (name) } }
                    }
                } }
            }
            (own_links(frame.viewer))
            @if frame.can_search { form.search role="search" action="/search" {
                @for (name, value) in frame.kept.choice_pairs() { input type="hidden" name=(name) value=(value); }
                label.visually-hidden for="q" { "Search everything" }
                input #q type="search" name="q" value=(frame.sought) placeholder="Measure, place, program ..." autocomplete="off";
                button { "Search" }
            } }
        } }
    }
}

/// What belongs to whoever is signed in; the same for all, so that pages can be kept for several.
fn own_links(viewer: &PageViewer) -> Markup {
    html! {
        @if viewer.is_signed_in() {
            nav.own aria-label="You" { ul {
                @if viewer.manages_people() { li { a href="/admin" { "Admin" } } }
                li { a href="/account" { "Your account" } }
            } }
        }
    }
}

/// A page of no agency and of no day, for the server's own: signing in, accounts, people.
pub fn plain_page(title: &str, viewer: &PageViewer, content: &Markup) -> Markup {
    let frame = PageFrame {
        title,
        section: NavSection::None,
        agencies: &[],
        agency: None,
        kept: &StickyParams::default(),
        periods: None,
        troubles: &[],
        known: None,
        sought: "",
        here: None,
        viewer,
        can_search: viewer.is_signed_in() && viewer.reads_any_agency(),
    };
    render_page(&frame, content)
}

/// Whose plan, and as of which day: the two choices that hold for every page of an agency.
fn agency_bar(frame: &PageFrame<'_>) -> Markup {
    let read: Vec<&AgencyTab> = frame.agencies.iter().filter(|tab| tab.is_read).collect();
    if frame.agencies.is_empty() {
        return html! {};
    }
    html! {
        div.bar { div.wrap {
            @if read.len() > 1 {
                nav aria-label="Agencies" { ul {
                    @for tab in &read {
                        @let current = frame.agency.is_some_and(|agency| agency.id == tab.id);
                        li { a href=(PageLink::for_agency(&tab.id, "").with_kept(frame.kept)) aria-current=[current.then_some("true")] { (tab.name) } }
                    }
                } }
            }
            @if let [only] = read.as_slice() { nav.whose aria-label="Agency" { a href=(PageLink::for_agency(&only.id, "").with_kept(frame.kept)) { (only.name) } } }
            @if let Some(here) = frame.here {
                // Open where the screen has room (the style sheet); on a phone one line that opens.
                details.when { summary { "Another day or period" } (day_form(here, frame)) }
            }
        } }
    }
}

/// Said where an earlier period is judged as the latest.
fn period_notice(frame: &PageFrame<'_>) -> Markup {
    let Some(period) = frame.kept.period.as_ref().filter(|_| frame.periods.is_some()) else { return html! {} };
    html! {
        aside.notice aria-label="Judged through an earlier period" { div.wrap {
            "Judged as if " strong { (period) } " were the latest, on the day when its results were due; figures and targets are those known "
            @if let Some(day) = frame.kept.as_of { "on " (day) } @else { "today" } ". To see what was known then, choose a day. "
            @if let Some(here) = frame.here { a href=(here.link_with("period", None)) { "Back to the latest" } }
        } }
    }
}

fn day_form(here: &QueryParams, frame: &PageFrame<'_>) -> Markup {
    let day = frame.kept.as_of.map(|day| day.to_string()).unwrap_or_default();
    let periods = frame.periods.unwrap_or_default();
    let chosen = frame.kept.period.as_deref().unwrap_or_default();
    // A period that is not offered (written by hand, or another measure's) stays chosen.
    let other = Some(chosen).filter(|text| !text.is_empty() && !periods.iter().any(|p| p.to_string() == **text));
    let held: &[&str] = if periods.is_empty() { &["as_of", "page"] } else { &["as_of", "page", "period"] };
    html! {
        form.day aria-label="As of" action=(here.path()) {
            @for (name, value) in here.choices_except(held) { input type="hidden" name=(name) value=(value); }
            @if !periods.is_empty() {
                span {
                    label for="through" { "Judged through" }
                    select #through name="period" data-plain="" {
                        option value="" selected[chosen.is_empty()] { "the latest" }
                        @if let Some(other) = other { option value=(other) selected { (other) } }
                        @for p in periods { @let text = p.to_string(); option value=(text) selected[text == chosen] { (format::period_text(*p)) } }
                    }
                }
            }
            span {
                label for="as_of" { "As of" }
                input #as_of type="date" name="as_of" value=(day) data-plain="";
                button { "Show" }
            }
        }
    }
}

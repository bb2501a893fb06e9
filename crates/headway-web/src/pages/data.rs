//! Data: what came in, how fresh it is, what is expected next.

use axum::extract::{Path, State};
use axum::response::Html;
use headway_delivery::CatalogImport;
use headway_delivery::view::{AwaitedResult, DataView, ResultFreshness};
use headway_render::format;
use maud::{Markup, html};

use crate::SiteState;
use crate::ask::QueryParams;
use crate::error::PageError;
use crate::ground::PageContext;
use crate::layout::NavSection;
use crate::link::PageLink;
use crate::parts::{GridColumnKind, ResponsiveTable, period_text, source_link};

/// How many imports are shown, and how many more can be opened.
const LISTED: usize = 15;
const LISTED_BELOW: usize = 185;

/// `GET /{agency}/data`
pub(crate) async fn data_page(
    State(site): State<SiteState>,
    Path(agency): Path<String>,
    ask: QueryParams,
) -> Result<Html<String>, PageError> {
    let ground = site.bare_ground(&ask).await?;
    let view = ground.snapshot.data_view(&agency).await?;
    let content = html! {
        p.question { "What do we know, and since when?" }
        h1 { (data_headline(&view)) }
        (freshness_section(&agency, &ground, &view))
        (imports_section(&agency, &ground, &view))
        @if !view.unplanned.is_empty() {
            h2 { "In the data, in no plan" }
            p.note { "These measures have observations, and no plan of this workspace names them." }
            ul { @for m in &view.unplanned { li { code { (m.measure) } ", " (format::count_with_noun(m.rows as usize, "row", "rows")) } } }
        }
    };
    Ok(ground.html_answer(&agency, NavSection::Data, "Data", &content))
}

fn data_headline(view: &DataView) -> String {
    let late = view.freshness.iter().filter(|f| f.awaited.overdue_results().is_some()).count();
    let stopped = view.freshness.iter().filter(|f| f.awaited.stopped_results().is_some()).count();
    let late = match late {
        0 => "No result is overdue".to_owned(),
        1 => "One measure’s result is overdue".to_owned(),
        n => format!("The results of {n} measures are overdue"),
    };
    if stopped == 0 { late } else { format!("{late}; {}", stopped_words(stopped)) }
}

/// "4 measures may have ended": those that nobody promised a result of, and none came for a while.
pub(super) fn stopped_words(stopped: usize) -> String {
    match stopped {
        1 => "one measure may have ended".to_owned(),
        n => format!("{n} measures may have ended"),
    }
}

fn freshness_section(agency: &str, ground: &PageContext, view: &DataView) -> Markup {
    // What is overdue comes first, the longest overdue at the top.
    let mut known: Vec<_> =
        view.freshness.iter().filter(|f| f.latest.is_some() || f.awaited.overdue_results().is_some()).collect();
    known.sort_by_key(|f| match f.awaited {
        AwaitedResult::Overdue(overdue) => (0, Some(overdue.due.last_day())),
        AwaitedResult::Stopped(stopped) => (1, Some(stopped.latest.last_day())),
        AwaitedResult::Next(_, due) => (2, Some(due)),
        AwaitedResult::Nothing => (3, f.latest.map(|period| period.last_day())),
    });
    let columns = [
        ("Measure", GridColumnKind::Words),
        ("Latest period", GridColumnKind::Short),
        ("Awaited", GridColumnKind::Words),
        ("Rows", GridColumnKind::Figure),
    ];
    let line = |f: &ResultFreshness| {
        vec![
            html! { a href=(PageLink::for_agency(agency, "measure").with_id(&f.measure.id).with_kept(&ground.kept)) { (f.measure.name) } },
            html! { (period_text(f.latest)) },
            html! { @match f.awaited {
                AwaitedResult::Overdue(overdue) => { span.status.s-bad { "overdue" } " " span.note { (overdue.to_sentence()) } }
                AwaitedResult::Next(next, due) => { (period_text(Some(next))) ", due from " (due) }
                AwaitedResult::Stopped(stopped) => { span.status.s-none { "ended?" } " " span.note { (stopped.to_sentence()) } }
                AwaitedResult::Nothing => span.note { "not in the plan in force" },
            } },
            html! { (format::count_text(f.rows as usize)) },
        ]
    };
    html! {
        h2 { "How fresh the measures are" }
        @if known.is_empty() { p { "No result of this agency’s measures has come in: " code { "headway import FILE --profile PROFILE" } " brings them." } }
        @else { (ResponsiveTable { label: "Freshness", caption: html! { "Measures with results, or with results that were due" }, columns: &columns, rows: known.into_iter().map(line).collect() }.table_markup()) }
    }
}

fn imports_section(agency: &str, ground: &PageContext, view: &DataView) -> Markup {
    let known: Vec<&CatalogImport> = view.imports.iter().collect();
    let (newest, older) = known.split_at(known.len().min(LISTED));
    let (older, rest) = older.split_at(older.len().min(LISTED_BELOW));
    html! {
        h2 { "Imports" }
        @if known.is_empty() { p { "Nothing had been imported yet." } }
        @else { (import_table(agency, ground, "The newest imports", newest)) }
        @if !older.is_empty() { details { summary { "Older imports" } (import_table(agency, ground, "Older imports", older)) } }
        @if !rest.is_empty() { p.note { (format::count_with_noun(rest.len(), "more import is", "more imports are")) " listed by " code { "headway imports" } "." } }
    }
}

fn import_table(agency: &str, ground: &PageContext, caption: &str, imports: &[&CatalogImport]) -> Markup {
    let columns = [
        ("Source", GridColumnKind::Words),
        ("File", GridColumnKind::Words),
        ("Known from", GridColumnKind::Short),
        ("State", GridColumnKind::Short),
        ("No.", GridColumnKind::Figure),
    ];
    let line = |i: &&CatalogImport| {
        let vintage = &i.vintage;
        vec![
            html! { @if vintage.source.is_empty() { (vintage.file) } @else { (source_link(&ground.snapshot, &vintage.source)) } },
            html! { span.any { (vintage.file) } },
            html! { (vintage.known_from) },
            html! { (i.state.name()) @if vintage.provisional { ", preliminary" } },
            html! { a href=(PageLink::for_agency(agency, "import").with_id(&vintage.id.to_string()).with_kept(&ground.kept)) { (vintage.id) } },
        ]
    };
    let rows = imports.iter().map(line).collect();
    ResponsiveTable {
        label: caption,
        caption: html! { (caption) " with figures of this agency’s measures" },
        columns: &columns,
        rows,
    }
    .table_markup()
}

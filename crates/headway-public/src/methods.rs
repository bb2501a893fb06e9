//! How the site is made: what is hidden and why, how much, how a status comes about, where the figures are from.

use std::collections::BTreeMap;

use headway_model::cite::{cite_source, source_documents};
use headway_model::plan::Method;
use headway_model::status::Status;
use headway_parts::{GridColumn, GridColumnKind, ResponsiveTable, status_label, status_meaning, told_status};
use headway_release::{HiddenReason, ReleaseMeasure, ShownValue};
use headway_render::format;
use maud::{Markup, html};

use super::book::ReleaseView;

/// Why figures are hidden, in plain words.
const REASONS: [(HiddenReason, &str); 6] = [
    (
        HiddenReason::FewStudents,
        "Fewer students than the agency’s smallest number (n-size) are behind the figure. It could tell about a single student.",
    ),
    (
        HiddenReason::Complement,
        "All students less this group are fewer than that number. The others’ result would follow from the two.",
    ),
    (
        HiddenReason::Secondary,
        "With the figure, and with the sums that readers can do, a hidden figure of somebody else could be computed. It may itself be about few students, where even to say so would tell too much.",
    ),
    (HiddenReason::BySource, "The source that the agency has its figures from hides it."),
    (
        HiddenReason::Uncounted,
        "The source gives the result alone. Without the number of students nobody can tell whether it is about a few.",
    ),
    (
        HiddenReason::MadeOf,
        "The figure has no count of its own, such as a gap or an index. It may be made of figures of the same place that are hidden, and would tell of them.",
    ),
];

/// The words of a status that every plan may have; those of a method stand here where a measure is judged by it.
const USUAL: [Status; 13] = [
    Status::TargetMet,
    Status::TargetMissed,
    Status::Ahead,
    Status::OnTrack,
    Status::Near,
    Status::OffTrack,
    Status::MovingAway,
    Status::CannotTell,
    Status::NotReporting,
    Status::NotTested,
    Status::NotApplicable,
    Status::NotYetDue,
    Status::NoTarget,
];

/// How the figures of a measure are shown.
#[derive(Default)]
struct ShownCounts {
    exact: usize,
    range: usize,
    hidden: BTreeMap<HiddenReason, usize>,
    missing: usize,
}

impl ShownCounts {
    fn for_measure(measure: &ReleaseMeasure) -> Self {
        let mut shares = Self::default();
        for row in &measure.rows {
            match row.value.shown() {
                ShownValue::Exact(_) => shares.exact += 1,
                ShownValue::Range(_) => shares.range += 1,
                ShownValue::Hidden(reason) => *shares.hidden.entry(reason).or_default() += 1,
                ShownValue::Missing(_) => shares.missing += 1,
            }
        }
        shares
    }
}

/// The page.
pub(super) fn methods_page(book: &ReleaseView<'_>) -> Markup {
    let release = book.release;
    html! {
        h1 { "How this site is made" }
        p.lede { "Release " (release.number) ", made on " (release.made_on) " from what was known on " (release.as_of) "." }
        h2 #small-numbers { "Why some figures are hidden" }
        p { "Results of a handful of students can tell about one of them. Federal law (FERPA) protects that, so a figure is published only if nobody can learn from it, or from all of this site together, what is behind a small one. "
            "Three things are kept apart everywhere: a figure that is hidden, one that does not exist, and zero. A range is written as a range, never as its middle." }
        dl.facts { @for (reason, words) in REASONS { dt { "“" (reason.label_text()) "”" } dd { (words) } } }
        (rules_section(book))
        (how_many(book))
        (proof_section(book))
        h2 #status { "How a status comes about" }
        p { "A status is computed, never chosen. The latest completed result is held against the agreed path from baseline to target. "
            "Here it is computed from the published figures alone, so where a figure is hidden or a range, the status may be less certain than the agency’s own." }
        dl.facts {
            @for word in USUAL.into_iter().chain(words_of_methods(book)) { dt { (status_label(word)) } dd { (status_meaning(word)) } }
            dt { (told_status(Status::TooFewStudents)) } dd { "The latest result is not told, for one of the reasons above." }
        }
        (sources_section(book))
    }
}

/// The words of the methods that measures of the release are judged by, where these have words of their own.
fn words_of_methods(book: &ReleaseView<'_>) -> impl Iterator<Item = Status> {
    let used: Vec<Option<Method>> = book.measures.iter().map(|entry| entry.plan.method).collect();
    Status::all_statuses().filter(move |status| match status {
        Status::Gpra(_) => used.contains(&Some(Method::Gpra)),
        Status::Cagr(_) => used.contains(&Some(Method::Cagr)),
        Status::Trend(_) => used.contains(&Some(Method::Trend)),
        _ => false,
    })
}

/// The rules, each said once with the measures that it holds for.
fn rules_section(book: &ReleaseView<'_>) -> Markup {
    let mut rules: Vec<(String, Vec<&str>)> = Vec::new();
    for measure in &book.release.measures {
        let words = measure.rule.to_sentences();
        match rules.iter_mut().find(|(known, _)| *known == words) {
            Some((_, measures)) => measures.push(&measure.name),
            None => rules.push((words, vec![&measure.name])),
        }
    }
    let version = book.release.measures.first().map_or("", |m| m.rule.version);
    html! {
        h2 #rules { "The rules" }
        @if let [(words, _)] = rules.as_slice() { p { (words) } } @else {
            dl.facts { @for (words, measures) in &rules { dt { (measures.join("; ")) } dd { (words) } } }
        }
        p.meta { "Rules version " (version) "." }
    }
}

fn how_many(book: &ReleaseView<'_>) -> Markup {
    let reason =
        |shares: &ShownCounts, reason| format::count_text(shares.hidden.get(&reason).copied().unwrap_or_default());
    let reasons = REASONS.map(|(of, _)| (of.label_text(), GridColumnKind::Figure));
    let columns: Vec<GridColumn<'_>> = [
        ("Measure", GridColumnKind::Words),
        ("Figures", GridColumnKind::Figure),
        ("Exact", GridColumnKind::Figure),
        ("Ranges", GridColumnKind::Figure),
    ]
    .into_iter()
    .chain(reasons)
    .chain([("No figure", GridColumnKind::Figure)])
    .collect();
    let line = |measure: &ReleaseMeasure| {
        let shares = ShownCounts::for_measure(measure);
        let counts = [measure.rows.len(), shares.exact, shares.range].map(format::count_text);
        let hidden = REASONS.map(|(of, _)| reason(&shares, of));
        let figures = counts.into_iter().chain(hidden).chain([format::count_text(shares.missing)]);
        [html! { (measure.name) }].into_iter().chain(figures.map(|n| html! { (n) })).collect()
    };
    let caption = html! { "Figures of each measure: every place, student group, grade and period" };
    let rows = book.release.measures.iter().map(line).collect();
    html! {
        h2 #how-many { "How much is hidden" }
        div.matrix { (ResponsiveTable { label: "How much is hidden", caption, columns: &columns, rows }.table_markup()) }
    }
}

/// What the hidden figures that follow all the same follow from: a first release has none before it.
fn exposed_from(release: u32) -> &'static str {
    match release {
        1 => ", from figures of which no less can be told",
        _ => ", from what earlier releases told or from figures of which no less can be told",
    }
}

fn proof_section(book: &ReleaseView<'_>) -> Markup {
    let audit = &book.release.audit;
    let count = |n: u64| format::number_text(n as f64, 0);
    html! {
        h2 #audit { "How we know that it holds" }
        p { "Before a release goes out, everything in it is looked at together, with all earlier releases: every place, level, student group, grade and year, and the sums between them. "
            "For each protected figure a proof is searched: other counts, in whole numbers, under which a reader would see exactly the same." }
        dl.facts {
            dt { "Figures looked at" } dd { (count(audit.cells)) ", with " (count(audit.sums)) " sums between them" }
            dt { "Protected" } dd { (count(audit.protected)) }
            dt { "Proved safe" } dd { (count(audit.proved)) " in whole numbers" @if audit.algebra > 0 { ", " (count(audit.algebra)) " by linear algebra (nobody told the agency their number)" } }
            @if audit.unproved > 0 { dt { "Without a proof" } dd { (count(audit.unproved)) ", though nothing was found that they follow from" } }
            dt { "Following from what is published" } dd { (count(audit.exposed)) @if audit.exposed > 0 { (exposed_from(book.release.number)) } }
        }
        (sums_section(book))
        (given_up(book))
    }
}

/// Sums that a reader could take for known as well.
fn sums_section(book: &ReleaseView<'_>) -> Markup {
    let release = book.release;
    html! {
        @if !release.sums.is_empty() {
            h2 #sums { "Sums taken for known" }
            p { "Those that were found hold in nearly all figures that can be looked at." }
            ul { @for sum in &release.sums { li { (sum.to_line().trim_end()) } } }
        }
        @if release.late_below > 0 {
            p { "A revised figure of fewer than " (format::number_text(release.late_below as f64, 0)) " students that differs from the one told before by fewer students than the n-size is not told: the earlier figure stays, and so do its totals that differ by as few, so that nobody learns how those few did." }
        }
    }
}

/// How much less is told than single sums ask for.
fn given_up(book: &ReleaseView<'_>) -> Markup {
    let tables = &book.release.audit.given_up;
    html! {
        @if !tables.is_empty() {
            h2 #given-up { "What was given up" }
            p { "Where hidden figures would have followed all the same, less is told until nothing does." }
            ul { @for table in tables { li { (table.measure) " " (table.period) ": " (table.figures) " figures" } } }
        }
    }
}

/// A source in few words, with its address behind them.
fn source_link(text: &str) -> Markup {
    let cited = cite_source(text);
    html! { @match cited.url {
        Some(url) => a href=(url) title=(text) rel="noreferrer" { (cited.label) },
        None => (cited.label),
    } }
}

/// Every document of an import.
fn each_source(text: &str) -> Markup {
    let documents = source_documents(text);
    html! { @if documents.len() > 1 { (documents.len()) " documents: " }
        @for (at, document) in documents.into_iter().enumerate() { @if at > 0 { "; " } (source_link(document)) }
    }
}

fn sources_section(book: &ReleaseView<'_>) -> Markup {
    html! {
        h2 #sources { "Where the figures are from" }
        div.scroll tabindex="0" role="region" aria-label="Sources" { table {
            caption { "The imports that the figures came with" }
            thead { tr { th.n scope="col" { "Import" } th scope="col" { "Source" } th scope="col" { "Known from" } } }
            tbody { @for vintage in &book.release.sources { tr {
                td.n { (vintage.id) }
                td.any { (each_source(&vintage.source)) @if vintage.provisional { " " span.note { "(preliminary)" } } }
                td.p { (vintage.known_from) }
            } } }
        } }
    }
}

//! A status: shape and word, and never without what it rests on.

use headway_delivery::model::status::{Standing, Status, Tone};
use headway_delivery::view::Tally;
use headway_render::{format, status_mark};
use maud::{Markup, PreEscaped, html};

/// Shape and word. The word says it; shape and color only help.
pub(crate) fn status(status: Status) -> Markup {
    let class = match status.tone() {
        Tone::Good => "s-good",
        Tone::Watch => "s-watch",
        Tone::Bad => "s-bad",
        Tone::Unknown | Tone::Open => "s-none",
    };
    html! { span class={ "status " (class) } { @if let Some(mark) = status_mark(status.words()) { (PreEscaped(mark)) } (status.words()) } }
}

/// How a status came about: method and version, and what must be said beside it.
pub(crate) fn status_note(standing: &Standing) -> Markup {
    let method =
        serde_json::to_value(standing.method).ok().and_then(|m| m.as_str().map(str::to_owned)).unwrap_or_default();
    html! {
        p.meta { "Method " a href={ "/about#" (method) } { (method) } ", version " (standing.method_version) "." }
        @for note in &standing.notes { p.note { (note.text) } }
    }
}

/// How many promises are off track, of how many: "3 of 6 off track".
pub(crate) fn off(tally: &Tally) -> Markup {
    let (bad, judged, unknown) = (tally.of_tone(Tone::Bad), tally.judged(), tally.of_tone(Tone::Unknown));
    html! {
        @match (bad, judged) {
            (_, 0) => span.note { "nothing to judge" },
            (0, _) if unknown > 0 => span.status.s-none { "none of " (judged) " known to be off track" },
            (0, _) => span.status.s-good { "none of " (judged) " off track" },
            _ => span.status.s-bad { (bad) " of " (judged) " off track" },
        }
    }
}

/// So many of each status.
pub(crate) fn tally(tally: &Tally) -> Markup {
    html! {
        ul.tally {
            @for (which, n) in &tally.0 { li { span.count { (format::count(*n)) } " " (status(*which)) } }
        }
    }
}

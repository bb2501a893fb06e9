//! A status: shape and word, and never without what it rests on.

use headway_model::status::{Status, StatusTally, StatusTone, TargetAssessment};
use headway_render::{format, status_mark};
use maud::{Markup, PreEscaped, html};

/// Shape and word. The word says it; shape and color only help.
pub fn status_label(status: Status) -> Markup {
    let class = match status.tone() {
        StatusTone::Good => "s-good",
        StatusTone::Watch => "s-watch",
        StatusTone::Bad => "s-bad",
        StatusTone::Unknown | StatusTone::Open => "s-none",
    };
    html! { span class={ "status " (class) } { @if let Some(mark) = status_mark(status.label_text()) { (PreEscaped(mark)) } (status.label_text()) } }
}

/// How a status came about: method and version, and what must be said beside it.
pub fn status_note(standing: &TargetAssessment) -> Markup {
    let method =
        serde_json::to_value(standing.method).ok().and_then(|m| m.as_str().map(str::to_owned)).unwrap_or_default();
    html! {
        p.meta { "Method " a href={ "/about#" (method) } { (method) } ", version " (standing.method_version) "." }
        @for note in &standing.notes { p.note { (note.text) } }
    }
}

/// Status and sentence side by side, the status said once.
pub fn status_finding(status: Status, sentence: &str) -> Markup {
    html! { (self::status_label(status)) " – " (without_status(status, sentence)) }
}

/// A sentence without the status that it begins with or names.
fn without_status(status: Status, sentence: &str) -> String {
    let words = status.label_text();
    let named = sentence.get(..words.len()).is_some_and(|start| start.to_lowercase() == words.to_lowercase());
    if let Some(rest) = sentence.get(words.len()..).and_then(|rest| rest.strip_prefix(": ")).filter(|_| named) {
        return rest.to_owned();
    }
    sentence.replacen(&format!(", {words} on the path to "), ", beside the path to ", 1)
}

/// So many of each status.
pub fn tally_list(tally: &StatusTally) -> Markup {
    html! {
        ul.tally {
            @for (which, n) in &tally.0 { li { span.count { (format::count_text(*n)) } " " (status_label(*which)) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_said_once() {
        let check = |status: Status, sentence: &str, rest: &str| assert_eq!(without_status(status, sentence), rest);
        check(
            Status::OffTrack,
            "34.0% in 2025-26, 2.7 points above the path to 28%.",
            "34.0% in 2025-26, 2.7 points above the path to 28%.",
        );
        check(
            Status::OffTrack,
            "5 or less in 2025, off track on the path to 3 by 2030.",
            "5 or less in 2025, beside the path to 3 by 2030.",
        );
        check(Status::OffTrack, "Off track: 3 in 2025.", "3 in 2025.");
        check(Status::OffTrack, "", "");
    }
}

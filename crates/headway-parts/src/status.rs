//! A status: shape and word, and never without what it rests on.

use headway_model::status::{CagrStatus, GpraStatus, Status, StatusTally, StatusTone, TargetAssessment, TrendStatus};
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

/// The same of what is published, where a figure may be hidden for other reasons than its own few students.
pub fn told_status(status: Status) -> Markup {
    if status != Status::TooFewStudents {
        return status_label(status);
    }
    html! { span class="status s-none" { @if let Some(mark) = status_mark(status.label_text()) { (PreEscaped(mark)) } "hidden" } }
}

/// What a status means, in the words of its method.
pub fn status_meaning(status: Status) -> &'static str {
    use CagrStatus::{
        Deterioration, LimitedProgress, ModerateProgress, NotAvailable, SubstantialProgress, TargetAchieved,
    };
    use GpraStatus::{DidBetterThanTarget, DidNotMeetTarget, MadeProgress, MeasureNotInPlace, Pending, TargetExceeded};
    match status {
        Status::NoTarget => "No target with a figure is in force.",
        Status::NotReporting => "A period is over, its result was due, and nothing came.",
        Status::TooFewStudents => "The latest result is hidden because too few students are behind it.",
        Status::NotTested => "The latest result says that students were not tested.",
        Status::NotApplicable => "The latest result says that the measure does not apply here.",
        Status::NotYetDue => "No result after the baseline is due yet.",
        Status::TargetMet => "The target’s period is over and its result keeps the promise.",
        Status::TargetMissed => "The target’s period is over and its result does not keep the promise.",
        Status::CannotTell => "What is published allows more than one answer: a range, or a break in the series.",
        Status::Ahead => "Better than the path by more than the tolerance, or already past the final target.",
        Status::OnTrack => "On the path or better, within the tolerance.",
        Status::Near => "Below the path, within the tolerance.",
        Status::OffTrack => "Below the path by more than the tolerance.",
        Status::MovingAway => "Below the path, and worse than where it started.",
        Status::Gpra(MeasureNotInPlace) => "Method gpra: the year has no target.",
        Status::Gpra(Pending) => "Method gpra: the year has a target, and no actual has been released.",
        Status::Gpra(GpraStatus::TargetMet) => "Method gpra: the actual equals the target, or sets the baseline.",
        Status::Gpra(TargetExceeded) => "Method gpra: the actual is higher than the target, and more is better.",
        Status::Gpra(DidBetterThanTarget) => "Method gpra: the actual is lower than the target, and less is better.",
        Status::Gpra(MadeProgress) => "Method gpra: worse than the target, and better than the last actual.",
        Status::Gpra(DidNotMeetTarget) => "Method gpra: worse than the target, and no better than the last actual.",
        Status::Cagr(TargetAchieved) => "Method cagr: the latest result keeps the target.",
        Status::Cagr(SubstantialProgress) => "Method cagr: at least 95% of the growth rate that the target requires.",
        Status::Cagr(ModerateProgress) => "Method cagr: 60 to 95% of the growth rate that the target requires.",
        Status::Cagr(LimitedProgress) => "Method cagr: less than 60% of the growth rate that the target requires.",
        Status::Cagr(Deterioration) => "Method cagr: growth leads away from the target.",
        Status::Cagr(NotAvailable) => "Method cagr: no growth rate can be computed.",
        Status::Trend(TrendStatus::Sun) => {
            "Method trend: the trend reaches the target, or misses it by under 5% of the way left."
        }
        Status::Trend(TrendStatus::SlightlyCloudy) => {
            "Method trend: the trend misses the target by 5 to 20% of the way left."
        }
        Status::Trend(TrendStatus::Cloud) => {
            "Method trend: the trend misses the target by more than 20% of the way left."
        }
        Status::Trend(TrendStatus::Thunderstorm) => "Method trend: the trend leads away from the target.",
    }
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
    tally_markup(tally, status_label)
}

/// The same of what is published.
pub fn told_tally(tally: &StatusTally) -> Markup {
    tally_markup(tally, told_status)
}

fn tally_markup(tally: &StatusTally, label: fn(Status) -> Markup) -> Markup {
    html! {
        ul.tally {
            @for (which, n) in &tally.0 { li { span.count { (format::count_text(*n)) } " " (label(*which)) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_what_is_published_nobody_learns_for_whose_sake_it_is_hidden() {
        let tally = [Status::TooFewStudents, Status::NotTested].into_iter().collect();
        let told = told_tally(&tally).into_string();
        assert!(told.contains("hidden</span>") && told.contains("not tested") && !told.contains("too few"), "{told}");
        assert!(tally_list(&tally).into_string().contains("too few students"));
    }

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

//! Targets counted: how many of those for one kind of places and students are on track.

use headway_model::status::{Status, StatusTally, StatusTone};
use headway_render::format;
use maud::{Markup, html};

/// "12 of 40 on track, 3 overdue, 2 without a verdict": every target is counted once.
pub fn target_count(stand: &StatusTally) -> String {
    let total = stand.total();
    if total == 0 {
        return "no result yet".to_owned();
    }
    let on_track = stand.of_tone(StatusTone::Good);
    let judged = on_track + stand.of_tone(StatusTone::Watch) + stand.of_tone(StatusTone::Bad);
    let overdue: usize = stand.0.iter().filter(|(status, _)| *status == Status::NotReporting).map(|(_, n)| n).sum();
    let rest = total - judged - overdue;
    let said = [
        (judged, format!("{} of {} on track", format::count_text(on_track), format::count_text(judged))),
        (overdue, format!("{} overdue", format::count_text(overdue))),
        (rest, format!("{} without a verdict", format::count_text(rest))),
    ];
    said.into_iter().filter(|(n, _)| *n > 0).map(|(_, words)| words).collect::<Vec<_>>().join(", ")
}

/// A list of such counts: for whom, how they stand, and what else is said of them.
pub fn target_list(lines: impl IntoIterator<Item = (Markup, StatusTally, Markup)>) -> Markup {
    html! { ul.targets { @for (whom, stand, more) in lines { li { (whom) ": " (target_count(&stand)) (more) } } } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Status::{Ahead, Near, NotReporting, NotYetDue, OffTrack, TargetMet, TooFewStudents};

    #[test]
    fn every_target_is_counted_once() {
        let check = |statuses: &[Status], words: &str| {
            assert_eq!(target_count(&statuses.iter().copied().collect()), words);
        };
        check(&[], "no result yet");
        check(&[Ahead, TargetMet, Near, OffTrack], "2 of 4 on track");
        check(&[OffTrack, NotReporting], "0 of 1 on track, 1 overdue");
        check(&[NotYetDue, NotYetDue], "2 without a verdict");
        check(
            &[Ahead, OffTrack, NotReporting, TooFewStudents, NotYetDue],
            "1 of 2 on track, 1 overdue, 2 without a verdict",
        );
    }
}

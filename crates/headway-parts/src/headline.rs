//! Where the targets stand, in one sentence made from their statuses.

use headway_model::status::{CagrStatus, GpraStatus, Status, StatusTally, StatusTone};
use headway_render::format;

/// What a reader makes of a status, from what most needs attention on; each with the words that follow "is" or "are".
const KINDS: [&str; 12] = [
    "missed",
    "moving away from the target",
    "off track",
    "overdue for a result",
    "not clear from the figures",
    "hidden for too few students",
    "without a result since students were not tested",
    "close",
    "on track or ahead",
    "met",
    "not yet due",
    "not applicable",
];

fn headline_kind(status: Status) -> usize {
    use Status::{
        Cagr, Gpra, MovingAway, NotApplicable, NotReporting, NotTested, TargetMet, TargetMissed, TooFewStudents,
    };
    match status {
        TargetMissed | Gpra(GpraStatus::DidNotMeetTarget) => 0,
        MovingAway => 1,
        NotReporting => 3,
        TooFewStudents => 5,
        NotTested => 6,
        NotApplicable => 11,
        TargetMet
        | Gpra(GpraStatus::TargetMet | GpraStatus::TargetExceeded | GpraStatus::DidBetterThanTarget)
        | Cagr(CagrStatus::TargetAchieved) => 9,
        other => match other.tone() {
            StatusTone::Bad => 2,
            StatusTone::Unknown => 4,
            StatusTone::Watch => 7,
            StatusTone::Good => 8,
            StatusTone::Open => 10,
        },
    }
}

/// "Of 6 targets, 5 are off track and 1 is on track or ahead".
pub fn headline_from_statuses(statuses: impl IntoIterator<Item = Status>) -> String {
    headline_of(&statuses.into_iter().collect(), None)
}

/// The same where there are other targets than those of the whole agency, for student groups or places: it speaks of the agency's
/// own, and of the others where there are no own.
pub fn headline_of(own: &StatusTally, others: Option<&StatusTally>) -> String {
    headline_sentence(own, others, KINDS)
}

/// The same of what is published: a figure may be hidden for other reasons than its own few students.
pub fn headline_told(own: &StatusTally, others: Option<&StatusTally>) -> String {
    headline_sentence(own, others, KINDS.map(|words| if words.starts_with("hidden") { "hidden" } else { words }))
}

fn headline_sentence(own: &StatusTally, others: Option<&StatusTally>, kinds: [&str; KINDS.len()]) -> String {
    match (own.total(), others) {
        (0, None) => "No target with a figure is in force".to_owned(),
        (0, Some(others)) if others.total() == 0 => "No result has come yet for the targets in force".to_owned(),
        (0, Some(others)) => counted_sentence(others, ["target", "targets"], " for student groups and places", kinds),
        (_, Some(_)) => counted_sentence(own, ["agency-wide target", "agency-wide targets"], "", kinds),
        (1, None) => counted_sentence(own, ["target in force", ""], "", kinds),
        (_, None) => counted_sentence(own, ["target", "targets"], "", kinds),
    }
}

fn counted_sentence(stand: &StatusTally, [one, several]: [&str; 2], whose: &str, kinds: [&str; KINDS.len()]) -> String {
    let mut counts = [0usize; KINDS.len()];
    stand.0.iter().for_each(|(status, n)| counts[headline_kind(*status)] += n);
    let said: Vec<(usize, &str)> = counts.into_iter().zip(kinds).filter(|(n, _)| *n > 0).collect();
    let each = |(n, words): &(usize, &str)| {
        let is = if *n == 1 { "is" } else { "are" };
        format!("{} {is} {words}", format::count_text(*n))
    };
    match said.as_slice() {
        [] => String::new(),
        // A target is not hidden: its result is.
        [(1, "hidden")] => format!("The result of the one {one}{whose} is hidden"),
        [(n, "hidden")] => format!("The results of all {} {several}{whose} are hidden", format::count_text(*n)),
        [(1, words)] => format!("The one {one}{whose} is {words}"),
        [(n, words)] => format!("All {} {several}{whose} are {words}", format::count_text(*n)),
        [most @ .., last] => {
            let most: Vec<String> = most.iter().map(each).collect();
            format!("Of {} {several}{whose}, {} and {}", format::count_text(stand.total()), most.join(", "), each(last))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Status::{Ahead, MovingAway, Near, NotApplicable, NotReporting, NotYetDue, OffTrack, TargetMet};

    #[test]
    fn the_sentence_counts_every_target_once() {
        let check =
            |statuses: &[Status], words: &str| assert_eq!(headline_from_statuses(statuses.iter().copied()), words);
        check(&[], "No target with a figure is in force");
        check(&[TargetMet], "The one target in force is met");
        check(&[OffTrack, OffTrack], "All 2 targets are off track");
        check(&[OffTrack, MovingAway], "Of 2 targets, 1 is moving away from the target and 1 is off track");
        check(&[NotReporting, TargetMet], "Of 2 targets, 1 is overdue for a result and 1 is met");
        check(&[NotApplicable, NotYetDue], "Of 2 targets, 1 is not yet due and 1 is not applicable");
        check(
            &[Ahead, OffTrack, OffTrack, Near],
            "Of 4 targets, 2 are off track, 1 is close and 1 is on track or ahead",
        );
    }

    #[test]
    fn it_says_whose_targets_it_counts() {
        let check = |own: &[Status], others: &[Status], words: &str| {
            let [own, others]: [StatusTally; 2] = [own, others].map(|of| of.iter().copied().collect());
            assert_eq!(headline_of(&own, Some(&others)), words);
        };
        check(&[Near], &[OffTrack, TargetMet], "The one agency-wide target is close");
        check(&[Near, OffTrack], &[], "Of 2 agency-wide targets, 1 is off track and 1 is close");
        check(
            &[],
            &[OffTrack, OffTrack, TargetMet],
            "Of 3 targets for student groups and places, 2 are off track and 1 is met",
        );
        check(&[], &[TargetMet], "The one target for student groups and places is met");
        check(&[], &[], "No result has come yet for the targets in force");
    }

    #[test]
    fn what_is_published_gives_no_reason_for_hiding() {
        let hidden = std::iter::once(Status::TooFewStudents).collect();
        assert_eq!(headline_told(&hidden, None), "The result of the one target in force is hidden");
    }

    #[test]
    fn every_status_has_its_words() {
        Status::all_statuses().for_each(|status| assert!(headline_kind(status) < KINDS.len()));
    }
}

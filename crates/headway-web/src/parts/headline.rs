//! Where the promises stand, in one sentence made from their statuses.

use headway_delivery::model::status::{CagrStatus, GpraStatus, Status, Tone};

/// What a reader makes of a status, from what most needs attention on; each with the words that follow "is" or "are".
const KINDS: [&str; 11] = [
    "missed",
    "moving away from the target",
    "off track",
    "overdue for a result",
    "not to be told from what is published",
    "hidden for too few students",
    "without a result since students were not tested",
    "close",
    "on track or ahead",
    "met",
    "not yet due",
];

fn kind(status: Status) -> usize {
    use Status::{Cagr, Gpra, MovingAway, NotReporting, NotTested, TargetMet, TargetMissed, TooFewStudents};
    match status {
        TargetMissed | Gpra(GpraStatus::DidNotMeetTarget) => 0,
        MovingAway => 1,
        NotReporting => 3,
        TooFewStudents => 5,
        NotTested => 6,
        TargetMet
        | Gpra(GpraStatus::TargetMet | GpraStatus::TargetExceeded | GpraStatus::DidBetterThanTarget)
        | Cagr(CagrStatus::TargetAchieved) => 9,
        other => match other.tone() {
            Tone::Bad => 2,
            Tone::Unknown => 4,
            Tone::Watch => 7,
            Tone::Good => 8,
            Tone::Open => 10,
        },
    }
}

/// "Of 6 promises, 5 are off track and 1 is on track or ahead".
pub(crate) fn headline(statuses: impl IntoIterator<Item = Status>) -> String {
    let mut counts = [0usize; KINDS.len()];
    statuses.into_iter().for_each(|status| counts[kind(status)] += 1);
    let total: usize = counts.iter().sum();
    let some: Vec<(usize, &str)> = counts.into_iter().zip(KINDS).filter(|(n, _)| *n > 0).collect();
    let is = |n: usize| if n == 1 { "is" } else { "are" };
    match some.as_slice() {
        [] => "No promise with a figure is in force".to_owned(),
        [(1, words)] => format!("The one promise in force is {words}"),
        [(n, words)] => format!("All {n} promises are {words}"),
        [most @ .., last] => {
            let each = |(n, words): &(usize, &str)| format!("{n} {} {words}", is(*n));
            let most: Vec<String> = most.iter().map(each).collect();
            format!("Of {total} promises, {} and {}", most.join(", "), each(last))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Status::{Ahead, MovingAway, Near, NotReporting, OffTrack, TargetMet};

    #[test]
    fn the_sentence_counts_every_promise_once() {
        let check = |statuses: &[Status], words: &str| assert_eq!(headline(statuses.iter().copied()), words);
        check(&[], "No promise with a figure is in force");
        check(&[TargetMet], "The one promise in force is met");
        check(&[OffTrack, OffTrack], "All 2 promises are off track");
        check(&[OffTrack, MovingAway], "Of 2 promises, 1 is moving away from the target and 1 is off track");
        check(&[NotReporting, TargetMet], "Of 2 promises, 1 is overdue for a result and 1 is met");
        check(
            &[Ahead, OffTrack, OffTrack, Near],
            "Of 4 promises, 2 are off track, 1 is close and 1 is on track or ahead",
        );
    }

    #[test]
    fn every_status_has_its_words() {
        Status::all().for_each(|status| assert!(kind(status) < KINDS.len()));
    }
}

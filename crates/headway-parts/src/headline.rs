//! Where the promises stand, in one sentence made from their statuses.

use headway_model::status::{CagrStatus, GpraStatus, Status, StatusTally, Tone};
use headway_render::format;

/// What a reader makes of a status, from what most needs attention on; each with the words that follow "is" or "are".
const KINDS: [&str; 11] = [
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

/// A promise as the sentence takes it: one status, or several places' statuses with for whom they are ("for 40 districts").
pub enum Stands<'a> {
    /// One status.
    One(Status),
    /// For whom, and how many of each status.
    Many(&'a str, &'a StatusTally),
}

/// "Of 6 promises, 5 are off track and 1 is on track or ahead".
pub fn headline(statuses: impl IntoIterator<Item = Status>) -> String {
    headline_of(statuses.into_iter().map(Stands::One))
}

/// The same where some promises are each for several places: "Of 2 promises, 1 is met and 1 is for 40 districts (30 off track,
/// 10 met)".
pub fn headline_of<'a>(promises: impl IntoIterator<Item = Stands<'a>>) -> String {
    sentence(promises, KINDS)
}

/// The same of what is published: a figure may be hidden for other reasons than its own few students.
pub fn headline_told<'a>(promises: impl IntoIterator<Item = Stands<'a>>) -> String {
    sentence(promises, KINDS.map(|words| if words.starts_with("hidden") { "hidden" } else { words }))
}

fn sentence<'a>(promises: impl IntoIterator<Item = Stands<'a>>, kinds: [&str; KINDS.len()]) -> String {
    let mut counts = [0usize; KINDS.len()];
    let (mut many, mut below): (Vec<&str>, [usize; KINDS.len()]) = (Vec::new(), [0; KINDS.len()]);
    for promise in promises {
        match promise {
            Stands::One(status) => counts[kind(status)] += 1,
            Stands::Many(words, stand) => {
                many.push(words);
                stand.0.iter().for_each(|(status, n)| below[kind(*status)] += n);
            }
        }
    }
    let some = |counts: [usize; KINDS.len()]| counts.into_iter().zip(kinds).filter(|(n, _)| *n > 0);
    let total: usize = counts.iter().sum::<usize>() + many.len();
    let mut said: Vec<(usize, String)> = some(counts).map(|(n, words)| (n, words.to_owned())).collect();
    if !many.is_empty() {
        let whom = if let [words] = many.as_slice() { words } else { "for several places each" };
        let mut stand: Vec<String> = some(below).map(|(n, words)| format!("{} {words}", format::count(n))).collect();
        if stand.is_empty() {
            stand.push("no result yet".to_owned());
        }
        said.push((many.len(), format!("{whom} ({})", stand.join(", "))));
    }
    let is = |n: usize| if n == 1 { "is" } else { "are" };
    match said.as_slice() {
        [] => "No promise with a figure is in force".to_owned(),
        [(1, words)] => format!("The one promise in force is {words}"),
        [(n, words)] => format!("All {n} promises are {words}"),
        [most @ .., last] => {
            let each = |(n, words): &(usize, String)| format!("{n} {} {words}", is(*n));
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
    fn a_promise_for_several_places_is_one_promise() {
        let stand: StatusTally = [OffTrack, OffTrack, TargetMet].into_iter().collect();
        let many = || Stands::Many("for 3 districts", &stand);
        let check = |promises: Vec<Stands<'_>>, words: &str| assert_eq!(headline_of(promises), words);
        check(vec![many()], "The one promise in force is for 3 districts (2 off track, 1 met)");
        check(
            vec![Stands::One(Near), many()],
            "Of 2 promises, 1 is close and 1 is for 3 districts (2 off track, 1 met)",
        );
        let none = StatusTally::default();
        check(vec![Stands::Many("for districts", &none)], "The one promise in force is for districts (no result yet)");
        check(vec![many(), many()], "All 2 promises are for several places each (4 off track, 2 met)");
    }

    #[test]
    fn what_is_published_gives_no_reason_for_hiding() {
        let hidden = [Stands::One(Status::TooFewStudents)];
        assert_eq!(headline_told(hidden), "The one promise in force is hidden");
    }

    #[test]
    fn every_status_has_its_words() {
        Status::all().for_each(|status| assert!(kind(status) < KINDS.len()));
    }
}

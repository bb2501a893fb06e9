//! What is told as done or reported, and dated after the day on which it is told.

use jiff::civil::Date;

use super::{FindingCode, FindingList, PlanFinding};
use crate::plan::{Plan, Program};

/// What `plan` says is done or reported on a day after `day`, on which it is looked at.
pub fn check_on(plan: &Plan, day: Date) -> Vec<PlanFinding> {
    let mut found = FindingList::default();
    for (i, program) in plan.programs.iter().enumerate() {
        for told in told_dates(program, &format!("programs[{i}]")).filter(|told| told.date > day) {
            let message = format!(
                "{} of program “{}” {} on {}, a day still to come (today is {day}): mend the date, or make it a planned one",
                told.whose, program.id, told.what, told.date
            );
            found.add_warning(FindingCode::StillToCome, told.place, message);
        }
    }
    found.into_sorted()
}

/// A date on which something was, as the plan tells it.
struct StatedDate {
    date: Date,
    whose: String,
    what: &'static str,
    place: String,
}

/// What a program tells of the past: actual starts and ends, reports, ratings.
fn told_dates<'p>(program: &'p Program, place: &str) -> impl Iterator<Item = StatedDate> + use<'p> {
    let place = place.to_owned();
    let milestones = program.milestones.iter().enumerate().flat_map({
        let place = place.clone();
        move |(j, milestone)| {
            let at = format!("{place}.milestones[{j}]");
            let told = |date, what, field: &str| {
                let whose = format!("milestone “{}”", milestone.id);
                Some(StatedDate { date: date?, whose, what, place: format!("{at}.{field}") })
            };
            let actual = [
                told(milestone.actual_start, "started", "actual_start"),
                told(milestone.actual_end, "ended", "actual_end"),
            ];
            let reports = milestone.history.iter().enumerate();
            let reports =
                reports.filter_map(|(k, it)| told(Some(it.date), "was reported", &format!("history[{k}].date")));
            actual.into_iter().flatten().chain(reports).collect::<Vec<StatedDate>>()
        }
    });
    let ratings = program.ratings.iter().enumerate().map(move |(j, rating)| StatedDate {
        date: rating.date,
        whose: format!("“{}”", rating.element),
        what: "was rated",
        place: format!("{place}.ratings[{j}].date"),
    });
    milestones.chain(ratings)
}

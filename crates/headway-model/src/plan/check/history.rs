//! What was reported, rated or marked, oldest first and once each.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;

use super::{FindingCode, FindingList, FindingSeverity};
use crate::plan::{Break, Measure, PeriodLabel, Plan};

pub(super) fn check_history(plan: &Plan, found: &mut FindingList) {
    for (i, program) in plan.programs.iter().enumerate() {
        for (j, milestone) in program.milestones.iter().enumerate() {
            let dates: Vec<Date> = milestone.history.iter().map(|it| it.date).collect();
            let whose = format!("milestone “{}” of program “{}”", milestone.id, program.id);
            in_order(&dates, &whose, &format!("programs[{i}].milestones[{j}].history"), found);
        }
        let mut rated = HashSet::new();
        for (j, rating) in program.ratings.iter().enumerate() {
            if !rated.insert((rating.date, rating.element.as_str(), rating.by.as_deref())) {
                let message = format!(
                    "“{}” of program “{}” is rated twice on {}: keep one rating",
                    rating.element, program.id, rating.date
                );
                found.add_warning(FindingCode::SaidTwice, format!("programs[{i}].ratings[{j}].date"), message);
            }
        }
    }
    for (i, measure) in plan.measures.iter().enumerate() {
        marked_twice(measure, &format!("measures[{i}]"), found);
        marked_missing(measure, &format!("measures[{i}]"), found);
    }
}

/// Reports are told oldest first; of two on one day nobody can say which is the newest.
fn in_order(dates: &[Date], whose: &str, place: &str, found: &mut FindingList) {
    for (k, pair) in dates.windows(2).enumerate().filter(|(_, pair)| pair[1] <= pair[0]) {
        let place = format!("{place}[{}].date", k + 1);
        if pair[1] == pair[0] {
            let message = format!("{whose} has two reports of {}: keep the one that holds", pair[1]);
            found.add_warning(FindingCode::SaidTwice, place, message);
        } else {
            let message =
                format!("{whose} lists its report of {} after the one of {}: put the oldest first", pair[1], pair[0]);
            found.add_warning(FindingCode::HistoryOutOfOrder, place, message);
        }
    }
}

/// A period is marked once: as the first of a new series, or as one without a value.
fn marked_twice(measure: &Measure, place: &str, found: &mut FindingList) {
    let mut marked: HashMap<i32, (usize, Break)> = HashMap::new();
    for (k, mark) in measure.breaks.iter().enumerate() {
        let Ok(period) = mark.period.to_period(measure.period) else { continue };
        let Some(&(before, kind)) = marked.get(&period.ordinal) else {
            marked.insert(period.ordinal, (k, mark.kind));
            continue;
        };
        let advice = if kind == mark.kind {
            "twice: keep one mark"
        } else {
            "as the first of a new series and as one without a value: put the break at the first period that has a value"
        };
        let message = format!("measure “{}” marks {period} {advice}", measure.id);
        let at = |k: usize| format!("{place}.breaks[{k}].period");
        found.add_finding(FindingSeverity::Warning, FindingCode::SaidTwice, at(k), Some(at(before)), message);
    }
}

/// Figures that the plan itself gives for periods in which it says that there is none to use.
fn marked_missing(measure: &Measure, place: &str, found: &mut FindingList) {
    let ordinal = |label: &PeriodLabel| label.to_period(measure.period).map(|period| period.ordinal).ok();
    let marks = measure.breaks.iter().enumerate().filter(|(_, mark)| mark.kind == Break::Missing);
    let missing: Vec<(usize, i32)> = marks.filter_map(|(k, mark)| Some((k, ordinal(&mark.period)?))).collect();
    let mut ask = |label: &PeriodLabel, at: String, what: &str, advice: &str| {
        let Some((k, _)) = missing.iter().find(|(_, period)| Some(*period) == ordinal(label)) else { return };
        let message = format!(
            "measure “{}” has {what} for {label}, a period that is marked as one without a usable value: {advice}, or take the \
             mark back",
            measure.id
        );
        let against = Some(format!("{place}.breaks[{k}].period"));
        found.add_finding(
            FindingSeverity::Warning,
            FindingCode::MarkedMissing,
            format!("{at}.period"),
            against,
            message,
        );
    };
    for (j, target) in measure.targets.iter().enumerate() {
        let at = format!("{place}.targets[{j}]");
        if let Some(baseline) = &target.baseline {
            ask(&baseline.period, format!("{at}.baseline"), "a baseline", "mend the baseline's period");
        }
        if let Some(goal) = &target.target {
            ask(
                &goal.period,
                format!("{at}.target"),
                "a target",
                "nothing could show whether it was met; mend its period",
            );
        }
    }
}

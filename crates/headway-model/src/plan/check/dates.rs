//! Dates: editions, milestones, validity, result lags.

use jiff::Span;
use jiff::civil::Date;

use super::{FindingCode, FindingList};
use crate::plan::milestone::reversed_dates;
use crate::plan::{Measure, Milestone, Plan, Target};

pub(super) fn check_dates(plan: &Plan, found: &mut FindingList) {
    check_edition(&plan.plan.edition, found);
    for (i, program) in plan.programs.iter().enumerate() {
        for (j, milestone) in program.milestones.iter().enumerate() {
            milestone_dates(milestone, &program.id, &format!("programs[{i}].milestones[{j}]"), found);
        }
    }
    for (i, measure) in plan.measures.iter().enumerate() {
        if let Some(lag) = measure.result_lag.as_deref().filter(|lag| !is_lag(lag)) {
            let message = format!(
                "result lag “{lag}” of measure “{}” is no duration: write it like P13M, P1Y2M or P45D",
                measure.id
            );
            found.add_error(FindingCode::BadResultLag, format!("measures[{i}].result_lag"), message);
        }
        if let Some(lag) = measure.result_lag.as_deref().filter(|lag| is_lag(lag) && duration_years(lag) > LONGEST_LAG)
        {
            let message = format!(
                "result lag “{lag}” of measure “{}” is more than {LONGEST_LAG} years, so no result would be due for as long: \
                 write it like P13M, P1Y2M or P45D",
                measure.id
            );
            found.add_warning(FindingCode::BadResultLag, format!("measures[{i}].result_lag"), message);
        }
        if measure.year_ends.is_some() && !measure.period.has_year_end() {
            let message = format!(
                "measure “{}” says when its years end, but its periods are of the kind “{}”, which end on the same day \
                 everywhere: leave year_ends out, or mend the kind",
                measure.id,
                measure.period.name()
            );
            found.add_warning(FindingCode::YearEndUnused, format!("measures[{i}].year_ends"), message);
        }
        for (j, target) in measure.targets.iter().enumerate() {
            if let (Some(from), Some(to)) = (target.valid_from, target.valid_to)
                && to < from
            {
                let message = format!(
                    "a target of measure “{}” is in force from {from} until {to}, so never: swap the dates, or mend one",
                    measure.id
                );
                found.add_warning(
                    FindingCode::ValidityReversed,
                    format!("measures[{i}].targets[{j}].valid_to"),
                    message,
                );
            }
            valid_too_late(measure, target, &format!("measures[{i}].targets[{j}]"), found);
        }
    }
}

/// Years of a result lag from which it is asked about: rates of six-year cohorts come within this.
const LONGEST_LAG: f64 = 5.0;

/// A promise that nobody made before its own period was over decides nothing that could still be done.
fn valid_too_late(measure: &Measure, target: &Target, place: &str, found: &mut FindingList) {
    let Some((from, goal)) = target.valid_from.zip(target.target.as_ref()) else { return };
    let Ok(period) = goal.period.to_period(measure.period) else { return };
    let end = measure.period_end(period);
    if from <= end {
        return;
    }
    let message = format!(
        "a target of measure “{}” is for {period}, which ends on {end}, and comes into force on {from} only: mend the date, or \
         the target's period",
        measure.id
    );
    let against = Some(format!("{place}.target.period"));
    found.add_finding(
        super::FindingSeverity::Warning,
        FindingCode::ValidTooLate,
        format!("{place}.valid_from"),
        against,
        message,
    );
}

/// `2012`, `2012-12`, `2014-01-13`: a date, as exact as it is known.
fn check_edition(text: &str, found: &mut FindingList) {
    let whole = match text.len() {
        4 => format!("{text}-01-01"),
        7 => format!("{text}-01"),
        _ => text.to_owned(),
    };
    if whole.len() != 10 || whole.parse::<Date>().is_err() {
        let message = format!(
            "edition “{text}” is no date, so editions can't be ordered: write it like 2012, 2012-12 or 2014-01-13"
        );
        found.add_error(FindingCode::BadEdition, "plan.edition", message);
    }
}

fn milestone_dates(milestone: &Milestone, program: &str, place: &str, found: &mut FindingList) {
    let name = &milestone.id;
    let planned = (milestone.planned_start, milestone.planned_end);
    let actual = (milestone.actual_start, milestone.actual_end);
    for (dates, what, field) in [(planned, "is planned to end", "planned_end"), (actual, "ended", "actual_end")] {
        if let Some(words) = reversed_dates(dates, what) {
            let message = format!("milestone “{name}” of program “{program}” {words}: mend one of the dates");
            found.add_warning(FindingCode::MilestoneReversed, format!("{place}.{field}"), message);
        }
    }
    let reports: Vec<_> = milestone.history.iter().collect();
    // Dates that contradict each other say nothing against a report.
    let contradicted =
        if reversed_dates(actual, "").is_none() { milestone.contradicting_report(actual, &reports) } else { None };
    if let Some((report, field, words)) = contradicted {
        let i = milestone.history.iter().position(|it| std::ptr::eq(it, report)).unwrap_or_default();
        found.add_finding(
            super::FindingSeverity::Warning,
            FindingCode::ReportContradicts,
            format!("{place}.history[{i}].status"),
            Some(format!("{place}.{field}")),
            format!("of milestone “{name}” of program “{program}” {words}: mend the date, or add a newer report"),
        );
    }
    if let Some((report, words)) = milestone.early_start(&reports) {
        let i = milestone.history.iter().position(|it| std::ptr::eq(it, report)).unwrap_or_default();
        found.add_finding(
            super::FindingSeverity::Warning,
            FindingCode::StartedBeforePlanned,
            format!("{place}.history[{i}].status"),
            Some(format!("{place}.planned_start")),
            format!("milestone “{name}” of program “{program}” {words}: mend the status or the date"),
        );
    }
}

/// Length of a duration in years; 0 for what is none.
fn duration_years(text: &str) -> f64 {
    let relative = Date::constant(2000, 1, 1);
    let total = text.parse::<Span>().and_then(|span| span.total((jiff::Unit::Year, relative)));
    // What is longer than the calendar has an end of no day.
    total.unwrap_or(if is_lag(text) { f64::INFINITY } else { 0.0 })
}

fn is_lag(text: &str) -> bool {
    text.starts_with('P') && text.parse::<Span>().is_ok_and(|span| !span.is_negative())
}

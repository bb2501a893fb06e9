//! The goal in the plan's own words against the figures of its targets: "29 % by 2030" against a last target of 30.

use super::{FindingCode, FindingList, FindingSeverity};
use crate::plan::{Measure, Target};
use crate::{Direction, Period};

pub(super) fn check(measure: &Measure, place: &str, found: &mut FindingList) {
    let Some(text) = measure.goal_text.as_deref() else { return };
    check_goal_verb(measure, text, place, found);
    for claim in read_claims(text, measure) {
        check_claim(measure, &claim, place, found);
    }
}

/// What a goal's words promise: a value by a period.
#[derive(Debug, PartialEq)]
struct GoalClaim {
    value: f64,
    period: Period,
}

/// Every "... to VALUE by PERIOD" and "By PERIOD, VALUE % ..." of `text`.
fn read_claims(text: &str, measure: &Measure) -> Vec<GoalClaim> {
    let words: Vec<&str> =
        text.split_whitespace().map(|word| word.trim_matches(['(', ')', ',', ';', '.', '“', '”', '"'])).collect();
    let mut claims = Vec::new();
    for (i, word) in words.iter().enumerate() {
        if !word.eq_ignore_ascii_case("by") && !word.eq_ignore_ascii_case("in") {
            continue;
        }
        let Some((period, rest)) = period_after(&words[i + 1..], measure) else { continue };
        let value = if i == 0 { first_value(rest) } else { value_before(&words[..i]) };
        if let Some(value) = value {
            claims.push(GoalClaim { value, period });
        }
    }
    claims
}

/// The period right after "by", past "the end of" and the like, and the words behind it.
fn period_after<'w, 't>(words: &'w [&'t str], measure: &Measure) -> Option<(Period, &'w [&'t str])> {
    const PASSED_OVER: [&str; 7] = ["the", "end", "of", "school", "year", "fiscal", "spring"];
    let at = words.iter().position(|word| !PASSED_OVER.contains(&word.to_lowercase().as_str()))?;
    let word = words[at].trim_start_matches("FY").trim_start_matches("SY");
    Some((Period::parse(measure.period, word).ok()?, &words[at + 1..]))
}

const UNITS: [&str; 8] = ["%", "percent", "per", "cent", "students", "points", "schools", "days"];

/// The figure that stands before "by", past a word or two that name its unit.
fn value_before(words: &[&str]) -> Option<f64> {
    let last = words.iter().rposition(|word| !UNITS.contains(&word.to_lowercase().as_str()))?;
    level_at(words, last)
}

/// The first level in a goal that begins with its period.
fn first_value(words: &[&str]) -> Option<f64> {
    (0..words.len()).find_map(|at| level_at(words, at))
}

/// The figure at `at`, when it is a level and no change ("by 10 % by 2030") and no size of a part ("the lowest 5 %"): behind a
/// word such as "to", or a share behind anything else.
fn level_at(words: &[&str], at: usize) -> Option<f64> {
    const LEVEL: [&str; 9] = ["to", "least", "most", "reach", "of", "than", "from", "is", "at"];
    const NO_LEVEL: [&str; 12] =
        ["by", "additional", "another", "extra", "over", "top", "bottom", "lowest", "highest", "or", "and", "about"];
    let value = parse_number(words[at])?;
    let lead = if at == 0 { String::new() } else { words[at - 1].to_lowercase() };
    let next = words.get(at + 1).map(|word| word.to_lowercase()).unwrap_or_default();
    let share = words[at].ends_with('%') || ["%", "percent", "per"].contains(&next.as_str());
    let says_level = LEVEL.contains(&lead.as_str()) || (share && !NO_LEVEL.contains(&lead.as_str()));
    says_level.then_some(value)
}

/// `29%`, `500,000`, `$50,031`, `88.3`.
fn parse_number(word: &str) -> Option<f64> {
    let word = word.trim_start_matches('$').trim_end_matches('%').replace(',', "");
    word.starts_with(|c: char| c.is_ascii_digit()).then(|| word.parse().ok()).flatten()
}

/// The claim agrees with one of the measure's targets, at its goal or at a point of its path.
fn check_claim(measure: &Measure, claim: &GoalClaim, place: &str, found: &mut FindingList) {
    let series: Vec<(usize, Vec<(Period, f64)>)> = measure
        .targets
        .iter()
        .enumerate()
        .map(|(j, target)| (j, promised_points(measure, target)))
        .filter(|(_, it)| !it.is_empty())
        .collect();
    let agrees = series.iter().any(|(_, points)| points.contains(&(claim.period, claim.value)));
    let Some((j, points)) = series.first().filter(|_| !agrees) else { return };
    let of_period: Vec<String> =
        points.iter().filter(|(period, _)| *period == claim.period).map(|(_, value)| value.to_string()).collect();
    let (_, last) = points.last().expect("empty series are left out");
    let (last_period, _) = points.last().expect("empty series are left out");
    let targets = match of_period.as_slice() {
        [] => format!("the targets end at {last} in {last_period}"),
        values => format!("the target for {} is {}", claim.period, values.join(" and ")),
    };
    let elsewhere = points.iter().find(|(_, value)| *value == claim.value);
    let hint = elsewhere.map(|(period, value)| format!(" ({value} is the target for {period})")).unwrap_or_default();
    let message = format!(
        "the goal of measure “{}” says {} by {}, but {targets}{hint}: mend the text or the target",
        measure.id, claim.value, claim.period
    );
    let against = Some(format!("{place}.targets[{j}].target"));
    found.add_finding(
        FindingSeverity::Warning,
        FindingCode::GoalTextDiffers,
        format!("{place}.goal_text"),
        against,
        message,
    );
}

/// The figures of a target with their periods, in order; of a band or of parts, each figure.
fn promised_points(measure: &Measure, target: &Target) -> Vec<(Period, f64)> {
    let path = target.trajectory.iter().map(|point| (&point.period, point.value));
    let goal = target.target.iter().flat_map(|goal| {
        let single = [goal.value, goal.lo, goal.hi].into_iter().flatten();
        single.chain(goal.parts.iter().map(|part| part.value)).map(|value| (&goal.period, value))
    });
    let mut points: Vec<(Period, f64)> =
        path.chain(goal).filter_map(|(label, value)| Some((label.to_period(measure.period).ok()?, value))).collect();
    points.sort_by_key(|(period, _)| *period);
    points
}

/// The verb with which the goal begins says the same as the direction.
fn check_goal_verb(measure: &Measure, text: &str, place: &str, found: &mut FindingList) {
    let verb = text.split_whitespace().next().unwrap_or_default().trim_matches(',').to_lowercase();
    let said = match verb.as_str() {
        "increase" | "raise" | "grow" | "expand" => Direction::Increase,
        "decrease" | "reduce" | "lower" | "cut" => Direction::Decrease,
        "maintain" | "keep" => Direction::Maintain,
        _ => return,
    };
    if let Some(direction) = measure.direction.filter(|it| *it != said) {
        let message = format!(
            "the goal of measure “{}” begins with “{verb}”, but its direction is {}: mend the text or the direction",
            measure.id,
            match direction {
                Direction::Increase => "increase",
                Direction::Decrease => "decrease",
                Direction::Maintain => "maintain",
            }
        );
        found.add_finding(
            FindingSeverity::Warning,
            FindingCode::DirectionOpposed,
            format!("{place}.direction"),
            Some(format!("{place}.goal_text")),
            message,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PeriodKind;

    fn check(kind: PeriodKind, text: &str, expected: &[(f64, i32)]) {
        let measure: Measure =
            serde_json::from_value(serde_json::json!({ "id": "m", "name": "m", "period": kind })).unwrap();
        let found: Vec<(f64, i32)> =
            read_claims(text, &measure).iter().map(|it| (it.value, it.period.ordinal)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn reads_figures_and_years_and_nothing_else() {
        use PeriodKind::{Cohort, FiscalYear, SchoolYear};
        check(Cohort, "Increase the four-year rate to 92% by 2030.", &[(92.0, 2030)]);
        check(
            SchoolYear,
            "Increase the rate among 10th, 11th and 12th grade students to 29 % by 2029-30.",
            &[(29.0, 2030)],
        );
        check(SchoolYear, "pass an exam with a score of 3, 4, or 5 to 75% by 2030", &[(75.0, 2030)]);
        check(SchoolYear, "earn 500,000 a year", &[]);
        check(SchoolYear, "Increase credentials to 500,000 by the end of school year 2029-30.", &[(500_000.0, 2030)]);
        check(SchoolYear, "Increase per pupil funding by 10% (over 2023 levels) by 2030.", &[]);
        check(SchoolYear, "highest in the Southeast ($50,031 for 2023-24)", &[]);
        check(
            FiscalYear,
            "reach 60 percent by FY2025 and at least 75 percent by FY2027",
            &[(60.0, 2025), (75.0, 2027)],
        );
        check(SchoolYear, "29 % by 2030", &[(29.0, 2030)]);
        check(SchoolYear, "AP participation 29% by 2030", &[(29.0, 2030)]);
        check(SchoolYear, "By 2030, 80% of students will read at grade level", &[(80.0, 2030)]);
        check(SchoolYear, "By 2030, halve the gap of the lowest 5 % of schools", &[]);
        check(SchoolYear, "Reduce it by 10 % by 2030", &[]);
        check(SchoolYear, "By the end of 2030, reach 80", &[(80.0, 2030)]);
        check(SchoolYear, "By the end of 2030", &[]);
        check(SchoolYear, "Reduce the gap by half by 2017", &[]);
        check(SchoolYear, "", &[]);
    }
}

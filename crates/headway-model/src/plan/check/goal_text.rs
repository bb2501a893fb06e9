//! The goal in the plan's own words against the figures of its targets: "29 % by 2030" against a last target of 30.

use super::{Code, Findings, Severity};
use crate::plan::{Measure, Target};
use crate::{Direction, Period};

pub(super) fn check(measure: &Measure, place: &str, found: &mut Findings) {
    let Some(text) = measure.goal_text.as_deref() else { return };
    direction(measure, text, place, found);
    for claim in claims(text, measure) {
        figure(measure, &claim, place, found);
    }
}

/// What a goal's words promise: a value by a period.
#[derive(Debug, PartialEq)]
struct Claim {
    value: f64,
    period: Period,
}

/// Every "... to VALUE by PERIOD" of `text`.
fn claims(text: &str, measure: &Measure) -> Vec<Claim> {
    let words: Vec<&str> =
        text.split_whitespace().map(|word| word.trim_matches(['(', ')', ',', ';', '.', '“', '”', '"'])).collect();
    let mut claims = Vec::new();
    for (i, word) in words.iter().enumerate() {
        if !word.eq_ignore_ascii_case("by") && !word.eq_ignore_ascii_case("in") {
            continue;
        }
        let Some(period) = period_after(&words[i + 1..], measure) else { continue };
        if let Some(value) = value_before(&words[..i]) {
            claims.push(Claim { value, period });
        }
    }
    claims
}

/// The period right after "by", past "the end of" and the like.
fn period_after(words: &[&str], measure: &Measure) -> Option<Period> {
    const PASSED_OVER: [&str; 7] = ["the", "end", "of", "school", "year", "fiscal", "spring"];
    let word = words.iter().find(|word| !PASSED_OVER.contains(&word.to_lowercase().as_str()))?;
    let word = word.trim_start_matches("FY").trim_start_matches("SY");
    Period::parse(measure.period, word).ok()
}

/// The figure that stands before "by", past a word or two that name its unit; "by 10 % by 2030" is a change, not a level.
fn value_before(words: &[&str]) -> Option<f64> {
    const UNITS: [&str; 8] = ["%", "percent", "per", "cent", "students", "points", "schools", "days"];
    let (last, rest) = words
        .iter()
        .rposition(|word| !UNITS.contains(&word.to_lowercase().as_str()))
        .map(|i| (words[i], &words[..i]))?;
    let value = number(last)?;
    let lead = rest.last().map(|word| word.to_lowercase());
    let is_level =
        matches!(lead.as_deref(), Some("to" | "least" | "most" | "reach" | "of" | "than" | "from" | "is" | "at"));
    is_level.then_some(value)
}

/// `29%`, `500,000`, `$50,031`, `88.3`.
fn number(word: &str) -> Option<f64> {
    let word = word.trim_start_matches('$').trim_end_matches('%').replace(',', "");
    word.starts_with(|c: char| c.is_ascii_digit()).then(|| word.parse().ok()).flatten()
}

/// The claim agrees with one of the measure's targets, at its goal or at a point of its path.
fn figure(measure: &Measure, claim: &Claim, place: &str, found: &mut Findings) {
    let series: Vec<(usize, Vec<(Period, f64)>)> = measure
        .targets
        .iter()
        .enumerate()
        .map(|(j, target)| (j, promised(measure, target)))
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
    found.add(Severity::Warning, Code::GoalTextDiffers, format!("{place}.goal_text"), against, message);
}

/// The figures of a target with their periods, in order; of a band or of parts, each figure.
fn promised(measure: &Measure, target: &Target) -> Vec<(Period, f64)> {
    let path = target.trajectory.iter().map(|point| (&point.period, point.value));
    let goal = target.target.iter().flat_map(|goal| {
        let single = [goal.value, goal.lo, goal.hi].into_iter().flatten();
        single.chain(goal.parts.iter().map(|part| part.value)).map(|value| (&goal.period, value))
    });
    let mut points: Vec<(Period, f64)> =
        path.chain(goal).filter_map(|(label, value)| Some((label.resolve(measure.period).ok()?, value))).collect();
    points.sort_by_key(|(period, _)| *period);
    points
}

/// The verb with which the goal begins says the same as the direction.
fn direction(measure: &Measure, text: &str, place: &str, found: &mut Findings) {
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
        found.add(
            Severity::Warning,
            Code::DirectionOpposed,
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
        let found: Vec<(f64, i32)> = claims(text, &measure).iter().map(|it| (it.value, it.period.ordinal)).collect();
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
        check(SchoolYear, "Reduce the gap by half by 2017", &[]);
        check(SchoolYear, "", &[]);
    }
}

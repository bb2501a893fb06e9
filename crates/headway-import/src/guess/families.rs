//! Families of value columns: headers that differ in a group, a grade or a year, and what serves them.

use std::collections::BTreeMap;

use headway_model::StudentGroup;
use regex::Regex;

use super::rule::GuessedRule;
use super::sample::FileSample;
use super::scale::{GuessedScale, guess_scale};

/// `ALL_RATE_1112` with `ALL_COHORT_1112`.
pub(super) fn coded_groups(sample: &FileSample, left: &[usize]) -> Vec<GuessedRule> {
    by_pattern(sample, left, r"(?<group>[A-Z]{3})_RATE_(?<from>\d\d)(?<to>\d\d)")
        .map(|columns| GuessedRule {
            columns: with_serving(sample, left, columns, r"[A-Z]{3}_COHORT_\d{4}"),
            measure: "rate".into(),
            pattern: Some(r"(?<group>[A-Z]{3})_RATE_(?<from>\d\d)(?<to>\d\d)".into()),
            scale: GuessedScale::likely(
                "percent",
                "bounds such as GE95 are percents; rates from counts by their names",
            ),
            group: Some("{group}".into()),
            period: Some("20{to}".into()),
            denominator: Some("{group}_COHORT_{from}{to}".into()),
            ..GuessedRule::default()
        })
        .into_iter()
        .collect()
}

/// `ALL_MTH03PCTPROF_1213` with `ALL_MTH03NUMVALID_1213`: group, subject, grade (00 is all grades, HS high school), what, years.
pub(super) fn coded_assessments(sample: &FileSample, left: &[usize]) -> Vec<GuessedRule> {
    let mut rules = Vec::new();
    for (subject, name) in [("MTH", "math"), ("RLA", "reading"), ("SCI", "science")] {
        for (share, count, what) in [("PCTPROF", "NUMVALID", "proficient"), ("PCTPART", "NUMPART", "participation")] {
            let parts = |ending: &str| {
                format!(r"(?i)(?<group>[A-Z]{{1,3}})_{subject}(?<grade>\d\d|HS){ending}_(?<from>\d\d)(?<to>\d\d)")
            };
            let Some(columns) = by_pattern(sample, left, &parts(share)) else { continue };
            let counted = count_headers(sample, &parts(share)) == count_headers(sample, &parts(count));
            rules.push(GuessedRule {
                columns: with_serving(sample, left, columns, &parts(count)),
                measure: format!("{name}-{what}"),
                pattern: Some(parts(share)),
                scale: GuessedScale::likely("percent", "the header says percent, bounds such as GE95 are percents"),
                group: Some("{group}".into()),
                grade: Some(r#"{ from = "{grade}", map = { "00" = "all", "HS" = "high" } }"#.into()),
                period: Some("20{to}".into()),
                denominator: counted.then(|| format!("{{group}}_{subject}{{grade}}{count}_{{from}}{{to}}")),
                ..GuessedRule::default()
            });
        }
    }
    rules
}

/// The groups of a performance report.
const PERFORMANCE_GROUPS: &[(&str, &str)] = &[
    ("A", "all"),
    ("B", "mbl"),
    ("H", "mhi"),
    ("W", "mwh"),
    ("I", "mam"),
    ("3", "mas"),
    ("4", "mnp"),
    ("2", "mtr"),
    ("E", "ecd"),
    ("S", "cwd"),
    ("L", "lep"),
    ("R", "at-risk"),
    ("F", "female"),
    ("M", "male"),
];

/// `DA0AT18N`, `DA0AT18D`, `DA0AT18R`: level, group, what, year, and numerator, denominator or rate.
pub(super) fn performance_report(sample: &FileSample, left: &[usize]) -> Vec<GuessedRule> {
    let Ok(rate) = Regex::new(r"^[CDRS](.)(\w*?[A-Z]\w*?)(\d\d)R$") else { return Vec::new() };
    let has = |name: String| sample.header.names.contains(&name);
    let mut stems: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for &column in left {
        let name = &sample.header.names[column];
        if let Some(found) = rate.captures(name)
            && has(format!("{}N", &name[..name.len() - 1]))
            && has(format!("{}D", &name[..name.len() - 1]))
        {
            stems.entry(found[2].to_owned()).or_default().push(column);
        }
    }
    let families = stems.into_iter().filter(|(_, columns)| columns.len() > 5);
    families.map(|(stem, columns)| rate_family(sample, left, &stem, columns)).collect()
}

/// All columns of one rate of a performance report. A count that one of them lacks is left out for all.
fn rate_family(sample: &FileSample, left: &[usize], stem: &str, columns: Vec<usize>) -> GuessedRule {
    let pattern = format!(r"(?<level>[CDRS])(?<group>.){stem}(?<yy>\d\d)R");
    let taken = by_pattern(sample, left, &pattern).unwrap_or(columns);
    let beside = |ending: char| {
        let name = |column: usize| sample.header.names[column].trim_end_matches('R');
        taken.iter().all(|&column| sample.header.names.contains(&format!("{}{ending}", name(column))))
    };
    let count = |ending: char| beside(ending).then(|| format!("{{level}}{{group}}{stem}{{yy}}{ending}"));
    GuessedRule {
        measure: stem.to_lowercase(),
        pattern: Some(pattern),
        scale: GuessedScale::likely("percent", "numerator (N), denominator (D) and rate (R) share a name"),
        group: Some("{group}".into()),
        codes: Some(PERFORMANCE_GROUPS),
        period: Some("20{yy}".into()),
        numerator: count('N'),
        denominator: count('D'),
        columns: with_serving(sample, left, taken, &format!(r"[CDRS].{stem}\d\d[ND]")),
        ..GuessedRule::default()
    }
}

/// Years as columns.
pub(super) fn year_columns(sample: &FileSample, left: &[usize]) -> Vec<GuessedRule> {
    let pattern = r"(?<year>(?:19|20)\d\d(?:-\d\d)?)";
    by_pattern(sample, left, pattern)
        .map(|columns| {
            let scale = guess_scale(sample, &columns, &sample.header.names[columns[0]]);
            let school_years = columns.iter().all(|&column| sample.header.names[column].contains('-'));
            GuessedRule {
                columns,
                measure: "value".into(),
                pattern: Some(pattern.into()),
                scale,
                period: Some("{year}".into()),
                school_years,
                ..GuessedRule::default()
            }
        })
        .into_iter()
        .collect()
}

/// Endings of headers that are else a group, and the ending of the count that a share has beside it.
const ENDINGS: [(&str, Option<&str>); 11] = [
    (" %", Some(" #")),
    (" (%)", Some(" (#)")),
    ("_per", Some("_num")),
    ("_percent", Some("_number")),
    ("_pct", Some("_count")),
    (" #", None),
    (" (#)", None),
    ("_num", None),
    ("_number", None),
    ("_count", None),
    ("", None),
];

/// `Hispanic %`, `hispanic_per`, `Low Income #`: headers that are groups but for their ending.
pub(super) fn named_groups(sample: &FileSample, left: &[usize]) -> Vec<GuessedRule> {
    let mut left = left.to_vec();
    let mut rules = Vec::new();
    for (ending, of_count) in ENDINGS {
        let groups: Vec<(usize, &str)> =
            left.iter().filter_map(|&column| Some((column, group_of(sample, column, ending)?))).collect();
        if groups.len() < 3 {
            continue;
        }
        let counts: Option<Vec<usize>> = of_count.and_then(|count| {
            groups
                .iter()
                .map(|(_, stem)| sample.header.names.iter().position(|n| *n == format!("{stem}{count}")))
                .collect()
        });
        let stems: Vec<String> = groups.iter().map(|(_, stem)| regex::escape(stem)).collect();
        let shares: Vec<usize> = groups.iter().map(|(column, _)| *column).collect();
        let scale = guess_scale(sample, &shares, &format!("x{ending}"));
        let rule = GuessedRule {
            measure: if scale.id == "count" { "students".into() } else { "share".into() },
            pattern: Some(format!("(?<group>{}){}", stems.join("|"), regex::escape(ending))),
            scale,
            group: Some("{group}".into()),
            numerator: counts.as_ref().and(of_count).map(|count| format!("{{group}}{count}")),
            columns: groups.iter().map(|(column, _)| *column).chain(counts.into_iter().flatten()).collect(),
            ..GuessedRule::default()
        };
        left.retain(|column| !rule.columns.contains(column));
        rules.push(rule);
    }
    rules
}

/// Endings of headers that are else a grade.
const GRADE_ENDINGS: [&str; 5] = ["", " #", " %", " (#)", " (%)"];

/// `PK`, `K`, `1` to `12`, `Grade 3 %`: headers that are grades but for their ending. Numbers alone may be anything, so one of
/// them must be a grade in words or letters.
pub(super) fn named_grades(sample: &FileSample, left: &[usize]) -> Vec<GuessedRule> {
    let mut rules = Vec::new();
    for ending in GRADE_ENDINGS {
        let grade_of = |column: usize| {
            let stem = sample.header.names[column].strip_suffix(ending)?;
            let grade = headway_model::Grade::from_spelling(stem)?;
            (grade.code != headway_model::ALL).then_some((column, stem))
        };
        let grades: Vec<(usize, &str)> = left.iter().filter_map(|&column| grade_of(column)).collect();
        let in_words = grades.iter().any(|(_, stem)| stem.chars().any(char::is_alphabetic));
        if grades.len() < 3 || !in_words {
            continue;
        }
        let stems: Vec<String> = grades.iter().map(|(_, stem)| regex::escape(stem)).collect();
        let columns: Vec<usize> = grades.iter().map(|(column, _)| *column).collect();
        let scale = guess_scale(sample, &columns, &format!("x{ending}"));
        rules.push(GuessedRule {
            columns,
            measure: if scale.id == "count" { "students".into() } else { "value".into() },
            pattern: Some(format!("(?<grade>{}){}", stems.join("|"), regex::escape(ending))),
            scale,
            grade: Some("'{grade}'".into()),
            ..GuessedRule::default()
        });
    }
    rules
}

/// The group that a header names, but for its ending.
fn group_of<'s>(sample: &'s FileSample, column: usize, ending: &str) -> Option<&'s str> {
    let stem = sample.header.names[column].strip_suffix(ending)?;
    let group = StudentGroup::from_spelling(stem)?;
    (stem.chars().any(char::is_alphabetic) && group.code != headway_model::ALL).then_some(stem)
}

fn by_pattern(sample: &FileSample, left: &[usize], pattern: &str) -> Option<Vec<usize>> {
    let regex = Regex::new(&format!("^(?:{pattern})$")).ok()?;
    let columns: Vec<usize> = left.iter().copied().filter(|&c| regex.is_match(&sample.header.names[c])).collect();
    (columns.len() > 1).then_some(columns)
}

/// How many headers a pattern fits, whatever stands below them.
fn count_headers(sample: &FileSample, pattern: &str) -> usize {
    let regex = Regex::new(&format!("^(?:{pattern})$"));
    regex.map_or(0, |regex| sample.header.names.iter().filter(|name| regex.is_match(name)).count())
}

/// The columns, and those that serve them.
fn with_serving(sample: &FileSample, left: &[usize], mut columns: Vec<usize>, pattern: &str) -> Vec<usize> {
    columns.extend(by_pattern(sample, left, pattern).unwrap_or_default());
    columns
}

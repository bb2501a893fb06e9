//! Rules for the value columns: columns whose headers differ in a group or a year share one.

use std::collections::BTreeMap;

use headway_model::Group;
use regex::Regex;

use super::column::Role;
use super::sample::Sample;
use super::shares::{Share, share};
use crate::read::number;

/// One `[[values]]` of the guess.
#[derive(Clone, Debug, Default)]
pub(super) struct Rule {
    /// The columns it takes.
    pub(super) columns: Vec<usize>,
    pub(super) measure: String,
    /// A header pattern, when it takes several.
    pub(super) pattern: Option<String>,
    /// `?` when it is not proved.
    pub(super) scale: &'static str,
    pub(super) why: String,
    pub(super) group: Option<String>,
    pub(super) period: Option<String>,
    pub(super) numerator: Option<String>,
    pub(super) denominator: Option<String>,
    /// Only rows with this text in this column.
    pub(super) when: Option<(usize, String)>,
}

/// Rules for all value columns. Columns that serve as numerator or denominator of another get none of their own.
pub(super) fn rules(sample: &Sample, roles: &[Role]) -> Vec<Rule> {
    let values: Vec<usize> = sample.columns_of(roles, Role::Value).collect();
    let mut rules = Vec::new();
    let mut left = values.clone();
    for find in [coded_groups, performance_report, years, named_groups] {
        for rule in find(sample, &left) {
            left.retain(|column| !rule.columns.contains(column));
            rules.push(rule);
        }
    }
    let mut shares: BTreeMap<usize, Share> = BTreeMap::new();
    if left.len() <= 80 {
        shares.extend(left.iter().filter_map(|&column| Some((column, share(sample, column, &left)?))));
    }
    let counts: Vec<usize> = shares.values().flat_map(|s| [s.numerator, s.denominator]).collect();
    // Hundreds of columns are not for a person to go through: the families found must do, or the first ones.
    let most = match (left.len(), rules.is_empty()) {
        (0..=60, _) => left.len(),
        (_, true) => 20,
        (_, false) => 0,
    };
    for &column in left.iter().filter(|column| !counts.contains(column)).take(most) {
        rules.push(single(sample, column, shares.get(&column)));
    }
    let mut rules = match sample.columns_of(roles, Role::Format).next() {
        Some(format) => rules.iter().flat_map(|rule| by_format(sample, rule, format)).collect(),
        None => rules,
    };
    tell_apart(&mut rules);
    rules
}

/// A column beside the numbers says what they are (Percent, Number): one rule for each text in it.
fn by_format(sample: &Sample, rule: &Rule, column: usize) -> Vec<Rule> {
    let mut formats: BTreeMap<&str, Vec<Vec<String>>> = BTreeMap::new();
    for row in &sample.rows {
        if let Some(format) = row.get(column).filter(|format| !format.is_empty()) {
            formats.entry(format).or_default().push(row.clone());
        }
    }
    let of_format = |(format, rows): (&str, Vec<Vec<String>>)| {
        let part = sample.with_rows(rows);
        let (scale, why) = scale(&part, rule.columns[0], format);
        let measure = slug(&format!("{} {format}", rule.measure));
        Rule { measure, scale, why, when: Some((column, format.to_owned())), ..rule.clone() }
    };
    formats.into_iter().map(of_format).collect()
}

/// No two rules may have one measure: `<10th grade` and `10th grade` make the same id.
fn tell_apart(rules: &mut [Rule]) {
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for rule in rules {
        let count = times.entry(rule.measure.clone()).or_default();
        *count += 1;
        if *count > 1 {
            rule.measure = format!("{}-{count}", rule.measure);
        }
    }
}

/// `ALL_RATE_1112` with `ALL_COHORT_1112`.
fn coded_groups(sample: &Sample, left: &[usize]) -> Vec<Rule> {
    by_pattern(sample, left, r"(?<group>[A-Z]{3})_RATE_(?<from>\d\d)(?<to>\d\d)")
        .map(|columns| Rule {
            columns: with(sample, left, columns, r"[A-Z]{3}_COHORT_\d{4}"),
            measure: "rate".into(),
            pattern: Some(r"(?<group>[A-Z]{3})_RATE_(?<from>\d\d)(?<to>\d\d)".into()),
            scale: "percent",
            why: "bounds such as GE95 are percents".into(),
            group: Some("{group}".into()),
            period: Some("20{to}".into()),
            denominator: Some("{group}_COHORT_{from}{to}".into()),
            ..Rule::default()
        })
        .into_iter()
        .collect()
}

/// `DA0AT18N`, `DA0AT18D`, `DA0AT18R`: level, group, what, year, and numerator, denominator or rate.
fn performance_report(sample: &Sample, left: &[usize]) -> Vec<Rule> {
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
    stems
        .into_iter()
        .filter(|(_, columns)| columns.len() > 5)
        .map(|(stem, columns)| Rule {
            columns: with(sample, left, columns, &format!(r"[CDRS].{stem}\d\d[ND]")),
            measure: stem.to_lowercase(),
            pattern: Some(format!(r"(?<level>[CDRS])(?<group>.){stem}(?<yy>\d\d)R")),
            scale: "percent",
            why: "numerator (N), denominator (D) and rate (R) share a name".into(),
            group: Some("{group}".into()),
            period: Some("20{yy}".into()),
            numerator: Some(format!("{{level}}{{group}}{stem}{{yy}}N")),
            denominator: Some(format!("{{level}}{{group}}{stem}{{yy}}D")),
            when: None,
        })
        .collect()
}

/// Years as columns.
fn years(sample: &Sample, left: &[usize]) -> Vec<Rule> {
    let pattern = r"(?<year>(?:19|20)\d\d(?:-\d\d)?)";
    by_pattern(sample, left, pattern)
        .map(|columns| {
            let (scale, why) = scale(sample, columns[0], &sample.header.names[columns[0]]);
            Rule {
                columns,
                measure: "value".into(),
                pattern: Some(pattern.into()),
                scale,
                why,
                period: Some("{year}".into()),
                ..Rule::default()
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
fn named_groups(sample: &Sample, left: &[usize]) -> Vec<Rule> {
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
        let (scale, why) = scale(sample, groups[0].0, &format!("x{ending}"));
        let rule = Rule {
            measure: if scale == "count" { "students".into() } else { "share".into() },
            pattern: Some(format!("(?<group>{}){}", stems.join("|"), regex::escape(ending))),
            scale,
            why,
            group: Some("{group}".into()),
            numerator: counts.as_ref().and(of_count).map(|count| format!("{{group}}{count}")),
            columns: groups.iter().map(|(column, _)| *column).chain(counts.into_iter().flatten()).collect(),
            ..Rule::default()
        };
        left.retain(|column| !rule.columns.contains(column));
        rules.push(rule);
    }
    rules
}

/// The group that a header names, but for its ending.
fn group_of<'s>(sample: &'s Sample, column: usize, ending: &str) -> Option<&'s str> {
    let stem = sample.header.names[column].strip_suffix(ending)?;
    let group = Group::recognize(stem)?;
    (stem.chars().any(char::is_alphabetic) && group.code != headway_model::ALL).then_some(stem)
}

fn by_pattern(sample: &Sample, left: &[usize], pattern: &str) -> Option<Vec<usize>> {
    let regex = Regex::new(&format!("^(?:{pattern})$")).ok()?;
    let columns: Vec<usize> = left.iter().copied().filter(|&c| regex.is_match(&sample.header.names[c])).collect();
    (columns.len() > 1).then_some(columns)
}

/// The columns, and those that serve them.
fn with(sample: &Sample, left: &[usize], mut columns: Vec<usize>, pattern: &str) -> Vec<usize> {
    columns.extend(by_pattern(sample, left, pattern).unwrap_or_default());
    columns
}

/// A column by itself.
fn single(sample: &Sample, column: usize, share: Option<&Share>) -> Rule {
    let name = sample.header.names[column].clone();
    let mut rule = Rule { columns: vec![column], measure: slug(&name), ..Rule::default() };
    (rule.scale, rule.why) = match share {
        Some(share) => {
            let names = &sample.header.names;
            rule.columns.extend([share.numerator, share.denominator]);
            rule.numerator = Some(names[share.numerator].clone());
            rule.denominator = Some(names[share.denominator].clone());
            let signs = sample.texts(column).filter_map(number).any(|n| n.percent);
            (
                if share.percent || signs { "percent" } else { "fraction" },
                "proved: numerator / denominator in every row".into(),
            )
        }
        None => scale(sample, column, &name),
    };
    rule
}

/// The scale of a column, when its numbers and its header leave no choice.
fn scale(sample: &Sample, column: usize, header: &str) -> (&'static str, String) {
    let numbers: Vec<_> = sample.texts(column).filter_map(number).collect();
    let signs = numbers.iter().filter(|n| n.percent).count();
    let (low, high) = numbers
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), n| (low.min(n.value(0)), high.max(n.value(0))));
    let header = header.to_lowercase();
    let says_percent = ["%", "percent", "pct", "_per", "rate"].iter().any(|word| header.contains(word));
    let says_count = ["#", "number", "count", "_num", "_n", "total", "enroll", "students", "cohort"]
        .iter()
        .any(|word| header.contains(word));
    if numbers.is_empty() {
        ("?", "no plain number in the column".into())
    } else if signs == numbers.len() {
        ("percent", "every number has a percent sign".into())
    } else if signs > 0 && high <= 100.0 {
        let bare_high = numbers.iter().filter(|n| !n.percent).map(|n| n.value(0)).fold(0.0, f64::max);
        if bare_high <= 1.0 {
            ("signed", "with a percent sign percents, without fractions".into())
        } else {
            ("mixed", "percents with and without sign".into())
        }
    } else if says_percent && low >= 0.0 && high <= 100.0 && high > 1.5 {
        ("percent", format!("the header says percent, numbers go up to {high}"))
    } else if says_percent && low >= 0.0 && high <= 1.0 && numbers.iter().any(|n| n.value(0).fract() != 0.0) {
        ("fraction", format!("the header says percent, numbers go up to {high}"))
    } else if says_count && !says_percent && low >= 0.0 && numbers.iter().all(|n| n.value(0).fract() == 0.0) {
        ("count", "whole numbers, and the header counts".into())
    } else {
        ("?", format!("numbers from {low} to {high}: percent, fraction, signed, mixed, count, number or currency"))
    }
}

pub(super) fn slug(text: &str) -> String {
    let spelled = text.replace('%', " percent ").replace('#', " number ");
    let words = spelled.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_lowercase()
}

//! Rules for the value columns: columns whose headers differ in a group or a year share one.

use std::collections::BTreeMap;

use super::column::ColumnRole;
use super::families::{coded_assessments, coded_groups, named_grades, named_groups, performance_report, year_columns};
use super::rule::GuessedRule;
use super::sample::FileSample;
use super::scale::{GuessedScale, guess_scale};
use super::shares::{ProvedShare, find_shares};
use crate::read::parse_number;

/// Rules for all value columns. Columns that serve as numerator or denominator of another get none of their own.
pub(super) fn value_rules(sample: &FileSample, roles: &[ColumnRole]) -> Vec<GuessedRule> {
    let values: Vec<usize> = sample.columns_of(roles, ColumnRole::Value).collect();
    let mut rules = Vec::new();
    let mut left = values.clone();
    for find in [coded_groups, coded_assessments, performance_report, year_columns, named_grades, named_groups] {
        for rule in find(sample, &left) {
            left.retain(|column| !rule.columns.contains(column));
            rules.push(rule);
        }
    }
    // Hundreds of columns are not for a person to go through: the families found must do, or the first ones.
    let most = match (left.len(), rules.is_empty()) {
        (0..=60, _) => left.len(),
        (_, true) => 20,
        (_, false) => 0,
    };
    rules.extend(by_themselves(sample, &left, most));
    let mut rules = match sample.columns_of(roles, ColumnRole::Format).next() {
        Some(format) => rules.iter().flat_map(|rule| by_format(sample, rule, format)).collect(),
        None => rules,
    };
    tell_apart(&mut rules);
    rules
}

/// A rule for each value column by itself.
pub(super) fn single_rules(sample: &FileSample, roles: &[ColumnRole]) -> Vec<GuessedRule> {
    let values: Vec<usize> = sample.columns_of(roles, ColumnRole::Value).collect();
    by_themselves(sample, &values, values.len())
}

/// Rules for the first `most` of these columns, those left out that serve another as numerator or denominator.
fn by_themselves(sample: &FileSample, left: &[usize], most: usize) -> Vec<GuessedRule> {
    let mut proofs: BTreeMap<usize, ProvedShare> = BTreeMap::new();
    if left.len() <= 80 {
        proofs.extend(find_shares(sample, left));
    }
    let counts: Vec<usize> = proofs.values().flat_map(|s| [s.numerator, s.denominator]).collect();
    let own = left.iter().filter(|column| !counts.contains(column)).take(most);
    own.map(|&column| single_rule(sample, column, proofs.get(&column))).collect()
}

/// A column beside the numbers says what they are (Percent, Number): one rule for each text in it.
fn by_format(sample: &FileSample, rule: &GuessedRule, column: usize) -> Vec<GuessedRule> {
    let mut formats: BTreeMap<&str, Vec<Vec<String>>> = BTreeMap::new();
    for row in &sample.rows {
        if let Some(format) = row.get(column).filter(|format| !format.is_empty()) {
            formats.entry(format).or_default().push(row.clone());
        }
    }
    let of_format = |(format, rows): (&str, Vec<Vec<String>>)| {
        let part = sample.with_rows(rows);
        let scale = guess_scale(&part, &rule.columns[..1], format);
        let measure = make_slug(&format!("{} {format}", rule.measure));
        GuessedRule { measure, scale, when: Some((column, format.to_owned())), ..rule.clone() }
    };
    formats.into_iter().map(of_format).collect()
}

/// No two rules may have one measure: `<10th grade` and `10th grade` make the same id.
fn tell_apart(rules: &mut [GuessedRule]) {
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for rule in rules {
        let count = times.entry(rule.measure.clone()).or_default();
        *count += 1;
        if *count > 1 {
            rule.measure = format!("{}-{count}", rule.measure);
        }
    }
}

/// A column by itself.
fn single_rule(sample: &FileSample, column: usize, share: Option<&ProvedShare>) -> GuessedRule {
    let name = sample.header.names[column].clone();
    let mut rule = GuessedRule { columns: vec![column], measure: make_slug(&name), ..GuessedRule::default() };
    rule.scale = match share {
        Some(share) => {
            let names = &sample.header.names;
            rule.columns.extend([share.numerator, share.denominator]);
            rule.numerator = Some(names[share.numerator].clone());
            rule.denominator = Some(names[share.denominator].clone());
            let signs = sample.column_texts(column).filter_map(parse_number).any(|n| n.percent);
            let id = if share.percent || signs { "percent" } else { "fraction" };
            match &share.doubt {
                Some(doubt) => GuessedScale::likely(id, doubt.clone()),
                None => GuessedScale::proved(id, "proved: numerator / denominator in every row"),
            }
        }
        None => guess_scale(sample, &[column], &name),
    };
    rule
}

pub(super) fn make_slug(text: &str) -> String {
    let spelled = text.replace('%', " percent ").replace('#', " number ");
    let words = spelled.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_lowercase()
}

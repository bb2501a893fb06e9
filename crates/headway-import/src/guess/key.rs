//! The parts of the key: place, group, grade, period, and whether they tell the rows apart.

use std::collections::BTreeSet;

use super::column::{Role, period_kind};
use super::file_name::Found;
use super::repeat::repeated;
use super::rule::Rule;
use super::sample::Sample;
use super::toml::{hole, line, quoted};

pub(super) fn key(
    out: &mut String,
    sample: &Sample,
    roles: &[Role],
    rules: &[Rule],
    title: Option<&Found>,
    name: Option<&Found>,
) {
    let names = &sample.header.names;
    let leveled = rules.iter().any(|r| r.pattern.as_ref().is_some_and(|p| p.contains("(?<level>")));
    match unit_column(sample, roles) {
        Some(column) => {
            let lengths: Vec<usize> =
                sample.texts(column).filter(|t| t.bytes().all(|b| b.is_ascii_digit())).map(str::len).collect();
            let (short, long) =
                (lengths.iter().min().copied().unwrap_or(0), lengths.iter().max().copied().unwrap_or(0));
            if short < long && lengths.len() * 10 > sample.texts(column).count() * 9 {
                line!(
                    out,
                    "unit = {{ from = {}, digits = {long} }}   # ? some lost their leading zeros",
                    quoted(&hole(&names[column]))
                );
            } else {
                line!(out, "unit = {}", quoted(&hole(&names[column])));
            }
        }
        None if leveled => line!(out, "unit = '{{level}}'   # ? only the column names tell the level; name the place"),
        None => line!(out, "unit = \"?\"   # ? no column of places: name the place, such as \"mt\""),
    }
    let groups: Vec<String> = sample.columns_of(roles, Role::Group).map(|c| hole(&names[c])).collect();
    let in_headers = rules.iter().any(|rule| rule.group.is_some());
    match (groups.is_empty(), name.is_some_and(|n| n.group)) {
        (false, _) => line!(
            out,
            "group = {{ from = {}, blank = \"all\"{} }}",
            quoted(&groups.join("+")),
            unknown_groups(sample, roles)
        ),
        (true, true) => line!(out, "group = {{ from = '{{group}}', blank = \"all\" }}"),
        (true, false) if in_headers => {}
        (true, false) => line!(out, "# ? group: all students"),
    }
    match (sample.columns_of(roles, Role::Grade).next(), name.is_some_and(|n| n.grade)) {
        (Some(column), _) => line!(out, "grade = {}", quoted(&hole(&names[column]))),
        (None, true) => line!(out, "grade = '{{grade}}'"),
        (None, false) => line!(out, "# ? grade: all grades"),
    }
    period(out, sample, roles, rules, title, name);
    if let Some(found) = repeated(sample, roles, unit_column(sample, roles)) {
        let rows = found.rows;
        match found.column {
            Some(column) => line!(
                out,
                "# ? {rows} rows have the key of another row: {} tells them apart (grade, group, a part of the measure, `when`, or a level to leave out)",
                quoted(&names[column])
            ),
            None => line!(out, "# ? {rows} rows have the key of another row: a part of the key is missing"),
        }
    }
}

/// The map for names of groups that are not known; nothing when all are.
fn unknown_groups(sample: &Sample, roles: &[Role]) -> String {
    let mut unknown: Vec<String> = sample
        .columns_of(roles, Role::Group)
        .flat_map(|column| sample.texts(column))
        .filter(|text| headway_model::Group::recognize(text).is_none())
        .map(str::to_owned)
        .collect();
    unknown.sort();
    unknown.dedup();
    let entries: Vec<String> = unknown.iter().take(60).map(|text| format!("{text:?} = \"?\"")).collect();
    if entries.is_empty() { String::new() } else { format!(", map = {{ {} }}", entries.join(", ")) }
}

fn period(
    out: &mut String,
    sample: &Sample,
    roles: &[Role],
    rules: &[Rule],
    title: Option<&Found>,
    name: Option<&Found>,
) {
    const KINDS: &str = "school-year, fiscal-year, cohort or calendar-year";
    let in_rules = rules.iter().find_map(|rule| rule.period.clone());
    if let Some(column) = sample.columns_of(roles, Role::Period).next() {
        let texts: Vec<&str> = sample.texts(column).collect();
        let from = quoted(&hole(&sample.header.names[column]));
        match period_kind(&texts) {
            Some(Some(kind)) => line!(out, "period = {{ kind = \"{}\", from = {from} }}", kind_id(kind)),
            _ if texts.iter().any(|t| t.len() > 6) => {
                line!(
                    out,
                    "period = {{ kind = \"?\", from = {from}, pick = '(\\d{{4}})$' }}   # ? {KINDS}; several years in one, taken by the last"
                );
            }
            _ => line!(out, "period = {{ kind = \"?\", from = {from} }}   # ? {KINDS}"),
        }
    } else if let Some(from) = in_rules {
        line!(out, "period = {{ kind = \"?\", from = {} }}   # ? {KINDS}", quoted(&from));
    } else if title.is_some() || name.is_some_and(|n| n.year) {
        line!(out, "period = {{ kind = \"?\", from = '{{year}}' }}   # ? {KINDS}");
    } else {
        line!(
            out,
            "period = {{ kind = \"?\", from = \"?\" }}   # ? no year in columns, header, title or name; {KINDS}"
        );
    }
}

fn kind_id(kind: headway_model::PeriodKind) -> String {
    kind.name().replace(' ', "-")
}

/// The column of ids of the lowest level, else of names.
pub(super) fn unit_column(sample: &Sample, roles: &[Role]) -> Option<usize> {
    [Role::SchoolId, Role::DistrictId, Role::RegionId, Role::StateId, Role::Name]
        .into_iter()
        .find_map(|role| most_different(sample, sample.columns_of(roles, role)))
}

pub(super) fn name_column(sample: &Sample, roles: &[Role]) -> Option<usize> {
    most_different(sample, sample.columns_of(roles, Role::Name))
}

/// Of several columns the one with the most different texts, the first of equals: a school's name, not its district's.
fn most_different(sample: &Sample, columns: impl Iterator<Item = usize>) -> Option<usize> {
    columns.max_by_key(|&column| {
        let texts: BTreeSet<&str> = sample.texts(column).collect();
        (texts.len(), std::cmp::Reverse(column))
    })
}

//! Writes the guess as TOML that a person reads and finishes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::column::{Role, period_kind};
use super::convention::usual_meaning;
use super::file_name::{Found, of_name, of_title};
use super::sample::Sample;
use super::values::{Rule, slug};
use crate::profile::band;
use crate::read::number;
use crate::table::SourceFile;

/// The profile as text.
pub(super) fn profile(file: &SourceFile, sample: &Sample, roles: &[Role], rules: &[Rule]) -> String {
    let title = sample.header.titles.iter().find_map(|title| of_title(title));
    let own_period = rules.iter().any(|rule| rule.period.is_some());
    let has = |role: Role| sample.columns_of(roles, role).next().is_some();
    let want_year = !has(Role::Period) && title.is_none() && !own_period;
    let name = of_name(&file.name, want_year, !has(Role::Grade));
    let mut out = String::new();
    top(&mut out, file, sample, title.as_ref(), name.as_ref());
    table(&mut out, sample);
    key(&mut out, sample, roles, rules, title.as_ref(), name.as_ref());
    tokens_and_ignored(&mut out, sample, roles, rules);
    levels(&mut out, sample, roles);
    for rule in rules {
        value(&mut out, sample, roles, rule);
    }
    let open = out.matches("# ?").count();
    format!(
        "# Guessed from {}. {open} places marked # ? are left to you; a profile with a question mark in it is refused.\n\n{out}",
        file.name
    )
}

/// Text in TOML: single quotes keep backslashes as they are.
fn quoted(text: &str) -> String {
    if text.contains('\'') || text.contains('\n') { format!("{text:?}") } else { format!("'{text}'") }
}

fn line(out: &mut String, text: std::fmt::Arguments) {
    out.write_fmt(text).expect("a text takes what is written");
    out.push('\n');
}

macro_rules! line {
    ($out:expr, $($arg:tt)*) => { line($out, format_args!($($arg)*)) };
}

fn top(out: &mut String, file: &SourceFile, sample: &Sample, title: Option<&Found>, name: Option<&Found>) {
    let base = file.name.rsplit('/').next().unwrap_or(&file.name);
    let report = sample
        .header
        .titles
        .first()
        .map_or_else(|| base.rsplit_once('.').map_or(base, |(stem, _)| stem), String::as_str);
    line!(out, "name = {}   # ? the report's name", quoted(report.trim()));
    line!(out, "source = \"\"   # ? the publisher, and where it was found");
    if let Some(title) = title {
        line!(out, "title = {}", quoted(&title.pattern));
    }
    if let Some(name) = name {
        line!(out, "file = {}   # ? only the file's name says this", quoted(&name.pattern));
    }
}

fn table(out: &mut String, sample: &Sample) {
    let mut words = Vec::new();
    if let Some(sheet) = &sample.sheet
        && !sample.other_sheets.is_empty()
    {
        line!(out, "# ? other sheets: {}", sample.other_sheets.join(", "));
        words.push(format!("sheets = {}", quoted(&regex::escape(sheet))));
    }
    match sample.header_rows {
        0 => {
            let names: Vec<String> = sample.header.names.iter().map(|name| quoted(name)).collect();
            line!(out, "# ? no header: name the columns");
            words.push(format!("header = \"none\", names = [{}]", names.join(", ")));
        }
        1 => {}
        rows => words.push(format!("header = {rows}")),
    }
    if sample.short_rows > 0 && sample.header_rows > 0 && sample.short_rows < sample.rows.len() {
        line!(out, "# ? {} rows are shorter than the header: are the columns missing at the end?", sample.short_rows);
        words.push("short_rows = true".into());
    }
    if !words.is_empty() {
        line!(out, "table = {{ {} }}", words.join(", "));
    }
}

fn hole(name: &str) -> String {
    format!("{{{name}}}")
}

fn key(out: &mut String, sample: &Sample, roles: &[Role], rules: &[Rule], title: Option<&Found>, name: Option<&Found>) {
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
            "group = {{ from = {}, blank = \"all\", map = {{ {} }} }}",
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
}

/// Names of groups that are not known, for the map.
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
    entries.join(", ")
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
fn unit_column(sample: &Sample, roles: &[Role]) -> Option<usize> {
    [Role::SchoolId, Role::DistrictId, Role::RegionId, Role::StateId, Role::Name]
        .into_iter()
        .find_map(|role| most_different(sample, sample.columns_of(roles, role)))
}

fn name_column(sample: &Sample, roles: &[Role]) -> Option<usize> {
    most_different(sample, sample.columns_of(roles, Role::Name))
}

/// Of several columns the one with the most different texts, the first of equals: a school's name, not its district's.
fn most_different(sample: &Sample, columns: impl Iterator<Item = usize>) -> Option<usize> {
    columns.max_by_key(|&column| {
        let texts: BTreeSet<&str> = sample.texts(column).collect();
        (texts.len(), std::cmp::Reverse(column))
    })
}

fn tokens_and_ignored(out: &mut String, sample: &Sample, roles: &[Role], rules: &[Rule]) {
    let mut tokens: BTreeMap<&str, u64> = BTreeMap::new();
    let (mut bands, mut empty) = (false, 0u64);
    for column in rules.iter().flat_map(|rule| &rule.columns) {
        let positive = sample.texts(*column).filter_map(number).filter(|n| n.value(0) >= 0.0).count();
        for row in &sample.rows {
            let Some(text) = row.get(*column) else { continue };
            let negative =
                number(text).is_some_and(|n| n.value(0) < 0.0 && n.value(0).fract() == 0.0 && n.value(0) > -10.0);
            let whole_negatives = negative && positive > 0 && usual_meaning(text).is_some();
            match () {
                () if text.is_empty() => empty += 1,
                () if number(text).is_some() && !whole_negatives => {}
                () if band(text).is_some() => bands = true,
                () => *tokens.entry(text).or_default() += 1,
            }
        }
    }
    if bands {
        line!(out, "bands = true");
    }
    let used = |column: usize| {
        rules.iter().any(|r| r.columns.contains(&column))
            || matches!(roles[column], Role::Period | Role::Group | Role::Grade)
    };
    let unit = unit_column(sample, roles);
    let name = name_column(sample, roles);
    let ignored: Vec<String> = (0..sample.width())
        .filter(|&c| !used(c) && Some(c) != unit && Some(c) != name && !sample.header.names[c].is_empty())
        .filter(|&c| !matches!(roles[c], Role::Measure | Role::Format))
        .map(|c| quoted(&sample.header.names[c]))
        .collect();
    if ignored.len() > 60 {
        line!(out, "ignore_pattern = '.*'   # ? {} columns are not used", ignored.len());
    } else if !ignored.is_empty() {
        line!(out, "# ? not used");
        line!(out, "ignore = [{}]", ignored.join(", "));
    }
    if !tokens.is_empty() || empty > 0 {
        line!(out, "\n[tokens]");
        for (token, count) in tokens.iter().take(60) {
            match usual_meaning(token) {
                None if token.len() > 40 => line!(out, "# ? a row says {token:?}: leave it out with [[skip]]"),
                Some(meaning) => line!(out, "{token:?} = \"{meaning}\"   # ? as usual; {count} times"),
                None => line!(out, "{token:?} = \"?\"   # ? {count} times"),
            }
        }
        if empty > 0 {
            line!(
                out,
                "# ? \"\" = \"suppressed\" or \"missing\": {empty} empty cells are no observations unless you say so"
            );
        }
    }
}

fn levels(out: &mut String, sample: &Sample, roles: &[Role]) {
    let name = name_column(sample, roles).map(|c| quoted(&hole(&sample.header.names[c])));
    let unit = unit_column(sample, roles);
    let any = |test: &dyn Fn(&str) -> bool| unit.is_some_and(|column| sample.texts(column).any(test));
    let digits = |text: &str, n: usize| text.len() == n && text.bytes().all(|b| b.is_ascii_digit());
    let mut rule = |is: &str, id: Option<&str>, mark: &str| {
        line!(out, "\n[[level]]\nis = \"{is}\"{mark}");
        if let Some(id) = id {
            line!(out, "id = '{id}'");
        }
        if let Some(name) = &name {
            line!(out, "name = {name}");
        }
    };
    // Eight digits with a row of zeros only: state, districts and schools in one code.
    if any(&|text| text == "00000000") || any(&|text| digits(text, 8) && text.ends_with("0000")) {
        rule("state", Some("^0{8}$"), "   # ? and its id: unit = \"..\"");
        rule("district", Some(r"^\d{4}0000$"), "   # ?");
        return rule("school", Some(r"^\d{8}$"), "   # ?");
    }
    if any(&|text| text.ends_with("LEA")) || any(&|text| text == "NC-SEA") {
        rule("state", Some("SEA$"), "   # ? and its id: unit = \"..\"");
        rule("district", Some("LEA$"), "   # ?");
        return rule("school", Some(r"^\w{6}$"), "   # ?");
    }
    let is = match unit.map(|column| roles[column]) {
        Some(Role::SchoolId) => "school",
        Some(Role::DistrictId) => "district",
        Some(Role::RegionId) => "region",
        Some(Role::StateId) => "state",
        _ => "?",
    };
    rule(is, None, "   # ? all rows; totals of other levels need a rule of their own before this one");
}

fn value(out: &mut String, sample: &Sample, roles: &[Role], rule: &Rule) {
    let names = &sample.header.names;
    line!(out, "\n[[values]]");
    match sample.columns_of(roles, Role::Measure).next() {
        Some(column) => line!(
            out,
            "measure = {{ from = {}, slug = true }}   # ? the measure's id",
            quoted(&format!("{} {{{}}}", slug(&rule.measure), names[column]))
        ),
        None => line!(out, "measure = {}   # ? the measure's id", quoted(&rule.measure)),
    }
    match &rule.pattern {
        Some(pattern) => line!(out, "pattern = {}", quoted(pattern)),
        None => line!(out, "column = {}", quoted(&names[rule.columns[0]])),
    }
    let mark = if rule.scale == "?" { "# ?" } else { "#" };
    line!(out, "scale = \"{}\"   {mark} {}", rule.scale, rule.why);
    let unknown = unknown_codes(sample, rule);
    if !unknown.is_empty() {
        line!(out, "group = {{ from = '{{group}}', map = {{ {} }} }}   # ?", unknown.join(", "));
    }
    let group = if unknown.is_empty() { rule.group.clone() } else { None };
    for (word, text) in [("group", &group), ("numerator", &rule.numerator), ("denominator", &rule.denominator)] {
        if let Some(text) = text {
            line!(out, "{word} = {}", quoted(text));
        }
    }
    if let Some((column, format)) = &rule.when {
        line!(out, "when = {{ {:?} = {format:?} }}", names[*column]);
    }
}

/// Codes of groups in the headers of a rule that are not known.
fn unknown_codes(sample: &Sample, rule: &Rule) -> Vec<String> {
    let Some(regex) = rule.pattern.as_ref().and_then(|pattern| regex::Regex::new(&format!("^(?:{pattern})$")).ok())
    else {
        return Vec::new();
    };
    let codes: BTreeSet<&str> = rule
        .columns
        .iter()
        .filter_map(|&column| Some(regex.captures(&sample.header.names[column])?.name("group")?.as_str()))
        .filter(|code| headway_model::Group::recognize(code).is_none())
        .collect();
    codes.into_iter().map(|code| format!("{} = \"?\"", quoted(code))).collect()
}

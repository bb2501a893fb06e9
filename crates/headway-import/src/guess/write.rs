//! Writes the guess as TOML that a person reads and finishes.

use std::collections::BTreeMap;

use super::column::{ColumnRole, name_column, place_column};
use super::convention::usual_meaning;
use super::file_name::{NamePattern, of_name, of_title};
use super::key::{shared_codes, unknown_codes, write_key};
use super::rule::GuessedRule;
use super::sample::FileSample;
use super::toml::{hole_text, line, quote_text};
use super::values::make_slug;
use crate::profile::parse_band;
use crate::read::{parse_amount, parse_number};
use crate::report::group_thousands;

/// The profile as text.
pub(super) fn values_profile(file: &str, sample: &FileSample, roles: &[ColumnRole], rules: &[GuessedRule]) -> String {
    let own_period = rules.iter().any(|rule| rule.period.is_some());
    let has = |role: ColumnRole| sample.columns_of(roles, role).next().is_some();
    // Beside a column of periods a year in the title is another one: the day of printing.
    let title = sample.header.titles.iter().find_map(|title| of_title(title)).filter(|_| !has(ColumnRole::Period));
    let want_year = !has(ColumnRole::Period) && title.is_none() && !own_period;
    let name = if sample.typed { None } else { of_name(file, want_year, !has(ColumnRole::Grade)) };
    let mut out = String::new();
    write_top(&mut out, file, sample, title.as_ref(), name.as_ref());
    write_table(&mut out, sample);
    if let Some(decimal) = sample.marks.profile_line(sample.part_text().is_none()) {
        line!(&mut out, "{decimal}");
    }
    write_key(&mut out, sample, roles, rules, title.as_ref(), name.as_ref());
    tokens_and_ignored(&mut out, sample, roles, rules);
    write_levels(&mut out, sample, roles);
    let grouped = shared_codes(sample, rules).is_some();
    for rule in rules {
        write_value(&mut out, sample, roles, rule, grouped, name.as_ref().is_some_and(|name| name.subject));
    }
    with_introduction(file, sample, &out)
}

/// The guess with a first line that says what is left to do.
pub(super) fn with_introduction(file: &str, sample: &FileSample, guess: &str) -> String {
    let open = guess.matches("# ?").count();
    let from = match sample.files.len() {
        0 | 1 => file.to_owned(),
        more => format!("{more} files of one shape, the first {file}"),
    };
    let read = sample.part_text().unwrap_or_else(|| format!("all {} rows", group_thousands(sample.rows.len() as u64)));
    format!(
        "# Guessed from {from}: {read} were read. {open} places marked # ? are left to you; a profile with a question mark in it is refused.\n\n{guess}"
    )
}

pub(super) fn write_top(
    out: &mut String,
    file: &str,
    sample: &FileSample,
    title: Option<&NamePattern>,
    name: Option<&NamePattern>,
) {
    let base = file.rsplit('/').next().unwrap_or(file);
    let report = sample
        .header
        .titles
        .first()
        .map_or_else(|| base.rsplit_once('.').map_or(base, |(stem, _)| stem), String::as_str);
    line!(out, "name = {}   # ? the report's name", quote_text(report.trim()));
    line!(out, "source = \"\"   # ? the publisher, and where it was found");
    if let Some(title) = title {
        line!(out, "title = {}", quote_text(&title.pattern));
    }
    if let Some(name) = name {
        line!(out, "file = {}   # ? only the file's name says this", quote_text(&name.pattern));
    }
}

pub(super) fn write_table(out: &mut String, sample: &FileSample) {
    let mut words = Vec::new();
    if let Some(sheet) = &sample.sheet
        && !sample.other_sheets.is_empty()
    {
        line!(out, "# ? other sheets: {}", sample.other_sheets.join(", "));
        words.push(format!("sheets = {}", quote_text(&regex::escape(sheet))));
    }
    match sample.header_rows {
        0 => {
            let names: Vec<String> = sample.header.names.iter().map(|name| quote_text(name)).collect();
            line!(out, "# ? no header: name the columns");
            words.push(format!("header = \"none\", names = [{}]", names.join(", ")));
        }
        1 => {}
        rows => {
            line!(out, "# ? the header is taken to have {rows} rows");
            words.push(format!("header = {rows}"));
        }
    }
    if sample.short_rows > 0 && sample.header_rows > 0 && sample.short_rows < sample.rows.len() {
        line!(out, "# ? {} rows are shorter than the header: are the columns missing at the end?", sample.short_rows);
        words.push("short_rows = true".into());
    }
    if !words.is_empty() {
        line!(out, "table = {{ {} }}", words.join(", "));
    }
}

fn tokens_and_ignored(out: &mut String, sample: &FileSample, roles: &[ColumnRole], rules: &[GuessedRule]) {
    let mut tokens: BTreeMap<&str, u64> = BTreeMap::new();
    let (mut bands, mut empty) = (false, 0u64);
    for (rule, column) in rules.iter().flat_map(|rule| rule.columns.iter().map(move |column| (rule, column))) {
        let money = rule.scale.id == "currency";
        // Among other negative numbers (scores of progress) -1 is a number.
        let values = || sample.column_texts(*column).filter_map(parse_number).map(|n| n.shifted_value(0));
        let positive = values().any(|n| n >= 0.0) && !values().any(|n| n < 0.0 && n.fract() != 0.0);
        for row in &sample.rows {
            let Some(text) = row.get(*column) else { continue };
            let negative = parse_number(text).is_some_and(|n| {
                n.shifted_value(0) < 0.0 && n.shifted_value(0).fract() == 0.0 && n.shifted_value(0) > -10.0
            });
            let whole_negatives = negative && positive && usual_meaning(text).is_some();
            match () {
                () if text.is_empty() => empty += 1,
                () if (parse_number(text).is_some() || (money && parse_amount(text).is_some())) && !whole_negatives => {
                }
                () if parse_band(text).is_some() => bands = true,
                () => *tokens.entry(text).or_default() += 1,
            }
        }
    }
    if bands {
        line!(out, "bands = true");
    }
    let used = |column: usize| {
        rules.iter().any(|r| r.columns.contains(&column))
            || matches!(roles[column], ColumnRole::Period | ColumnRole::Group | ColumnRole::Grade)
    };
    let place = place_column(sample, roles);
    let name = name_column(sample, roles);
    let ignored: Vec<String> = (0..sample.width())
        .filter(|&c| !used(c) && Some(c) != place && Some(c) != name && !sample.header.names[c].is_empty())
        .filter(|&c| {
            ![ColumnRole::Measure, ColumnRole::Format].iter().any(|r| sample.columns_of(roles, *r).next() == Some(c))
        })
        .map(|c| quote_text(&sample.header.names[c]))
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

fn write_levels(out: &mut String, sample: &FileSample, roles: &[ColumnRole]) {
    let name = name_column(sample, roles).map(|c| quote_text(&hole_text(&sample.header.names[c])));
    let place = place_column(sample, roles);
    let any = |test: &dyn Fn(&str) -> bool| place.is_some_and(|column| sample.column_texts(column).any(test));
    let digits = |text: &str, n: usize| text.len() == n && text.bytes().all(|b| b.is_ascii_digit());
    let rule = |out: &mut String, is: &str, id: Option<&str>, mark: &str| {
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
        rule(out, "state", Some("^0{8}$"), "   # ? and its id: unit = \"..\"");
        rule(out, "district", Some(r"^\d{4}0000$"), "   # ?");
        return rule(out, "school", Some(r"^\d{8}$"), "   # ?");
    }
    if any(&|text| text.ends_with("LEA")) || any(&|text| text == "NC-SEA") {
        rule(out, "state", Some("SEA$"), "   # ? and its id: unit = \"..\"");
        rule(out, "district", Some("LEA$"), "   # ?");
        return rule(out, "school", Some(r"^\w{6}$"), "   # ?");
    }
    let is = match place.map(|column| roles[column]) {
        Some(ColumnRole::SchoolId) => "school",
        Some(ColumnRole::DistrictId) => "district",
        Some(ColumnRole::RegionId) => "region",
        Some(ColumnRole::StateId) => "state",
        _ => "?",
    };
    if let Some((words, texts)) = place.and_then(|column| find_totals(sample, column)) {
        line!(out, "\n[[level]]   # ? {words}: is that the whole? `wanted = false` leaves such rows out");
        line!(out, "is = \"state\"\nid = {}", quote_text(&format!("^(?i:{texts})$")));
        line!(out, "unit = \"?\"   # ? its id");
    }
    rule(out, is, None, "   # ? all rows; totals of other levels need a rule of their own before this one");
}

/// What a column of places says where a row is the whole.
const TOTALS: [&str; 12] = [
    "total",
    "totals",
    "grand total",
    "state total",
    "total state",
    "state",
    "statewide",
    "all",
    "all districts",
    "all schools",
    "district total",
    "sum",
];

/// The texts of a column of places that are no places like the others, in words and as a pattern.
fn find_totals(sample: &FileSample, column: usize) -> Option<(String, String)> {
    let mut found: Vec<&str> =
        sample.column_texts(column).filter(|text| TOTALS.contains(&crate::profile::fold_text(text).as_str())).collect();
    found.sort_unstable();
    found.dedup();
    let others = sample.column_texts(column).any(|text| !found.contains(&text));
    let words: Vec<String> = found.iter().map(|text| format!("{text:?}")).collect();
    let texts: Vec<String> = found.iter().map(|text| regex::escape(text)).collect();
    (others && !found.is_empty()).then(|| (words.join(" and "), texts.join("|")))
}

/// One `[[values]]`; `grouped` when its groups are said at the top, `subject` when the file's name says which.
fn write_value(
    out: &mut String,
    sample: &FileSample,
    roles: &[ColumnRole],
    rule: &GuessedRule,
    grouped: bool,
    subject: bool,
) {
    let names = &sample.header.names;
    line!(out, "\n[[values]]");
    match sample.columns_of(roles, ColumnRole::Measure).next() {
        Some(column) => line!(
            out,
            "measure = {{ from = {}, slug = true }}   # ? the measure's id",
            quote_text(&format!("{} {{{}}}", make_slug(&rule.measure), names[column]))
        ),
        None if subject => {
            line!(out, "measure = {{ from = '{{subject}} {}', slug = true }}   # ? the measure's id", rule.measure)
        }
        None => line!(out, "measure = {}   # ? the measure's id", quote_text(&rule.measure)),
    }
    match &rule.pattern {
        Some(pattern) => line!(out, "pattern = {}", quote_text(pattern)),
        None => line!(out, "column = {}", quote_text(&names[rule.columns[0]])),
    }
    match sample.part_text() {
        Some(part) => line!(out, "scale = \"{}\"   # ? {}; in {part}", rule.scale.id, rule.scale.why),
        None => {
            let mark = if rule.scale.proved { "#" } else { "# ?" };
            line!(out, "scale = \"{}\"   {mark} {}", rule.scale.id, rule.scale.why);
        }
    }
    let unknown = if grouped { Vec::new() } else { unknown_codes(sample, rule) };
    if !unknown.is_empty() {
        line!(out, "group = {{ from = '{{group}}', map = {{ {} }} }}   # ?", unknown.join(", "));
    }
    let group = if unknown.is_empty() && !grouped { rule.group.clone() } else { None };
    for (word, text) in [("group", &group), ("numerator", &rule.numerator), ("denominator", &rule.denominator)] {
        if let Some(text) = text {
            line!(out, "{word} = {}", quote_text(text));
        }
    }
    if let Some(grade) = &rule.grade {
        line!(out, "grade = {grade}");
    }
    if let Some((column, format)) = &rule.when {
        line!(out, "when = {{ {:?} = {format:?} }}", names[*column]);
    }
}

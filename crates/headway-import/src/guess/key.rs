//! The parts of the key: place, group, grade, period, and whether they tell the rows apart.

use std::collections::BTreeSet;

use super::column::{ColumnRole, is_year, period_kind, place_column, place_doubt};
use super::convention::header_words;
use super::file_name::NamePattern;
use super::repeat::find_repeated;
use super::rule::GuessedRule;
use super::sample::FileSample;
use super::toml::{hole_text, line, quote_text};

pub(super) fn write_key(
    out: &mut String,
    sample: &FileSample,
    roles: &[ColumnRole],
    rules: &[GuessedRule],
    title: Option<&NamePattern>,
    name: Option<&NamePattern>,
) {
    let names = &sample.header.names;
    let leveled = rules.iter().any(|r| r.pattern.as_ref().is_some_and(|p| p.contains("(?<level>")));
    match place_column(sample, roles) {
        Some(column) => write_place(out, sample, roles, column),
        None if leveled => line!(out, "unit = '{{level}}'   # ? only the column names tell the level; name the place"),
        None => line!(out, "unit = \"?\"   # ? no column of places: name the place, such as \"mt\""),
    }
    let groups: Vec<String> = sample.columns_of(roles, ColumnRole::Group).map(|c| hole_text(&names[c])).collect();
    let in_headers = rules.iter().any(|rule| rule.group.is_some());
    match (groups.is_empty(), name.is_some_and(|n| n.group)) {
        (false, _) => {
            let columns: Vec<usize> = sample.columns_of(roles, ColumnRole::Group).collect();
            // Only where it was met: elsewhere a row without a group is a fault.
            let met = sample.rows.iter().any(|row| cells_blank(row, &columns));
            let (from, blank) = (quote_text(&groups.join("+")), if met { ", blank = \"all\"" } else { "" });
            let (unknown, mark) = (unknown_groups(sample, roles), group_mark(sample, roles));
            match blank.is_empty() && unknown.is_empty() {
                true => line!(out, "group = {from}{mark}"),
                false => line!(out, "group = {{ from = {from}{blank}{unknown} }}{mark}"),
            }
        }
        (true, true) => {
            line!(
                out,
                "group = {{ from = '{{group}}', blank = \"all\" }}   # ? from the file's name; none there is all students"
            )
        }
        (true, false) if in_headers => {
            if let Some(codes) = shared_codes(sample, rules) {
                line!(
                    out,
                    "group = {{ from = '{{group}}', map = {{ {codes} }} }}   # ? codes of groups in the headers"
                );
            }
        }
        (true, false) => line!(out, "# ? group: all students"),
    }
    match (sample.columns_of(roles, ColumnRole::Grade).next(), name.is_some_and(|n| n.grade)) {
        (Some(column), _) => {
            line!(out, "grade = {}{}", quote_text(&hole_text(&names[column])), grade_mark(sample, column))
        }
        (None, true) => line!(out, "grade = '{{grade}}'   # ? from the file's name"),
        (None, false) if rules.iter().all(|rule| rule.grade.is_some()) => {}
        (None, false) => line!(out, "# ? grade: all grades"),
    }
    write_period(out, sample, roles, rules, title, name);
    if let Some(found) = find_repeated(sample, roles, place_column(sample, roles)) {
        let rows = found.rows;
        let by: Vec<String> = found.columns.iter().map(|&column| quote_text(&names[column])).collect();
        match by.len() {
            0 => line!(out, "# ? {rows} rows have the key of another row: a part of the key is missing"),
            1 => line!(
                out,
                "# ? {rows} rows have the key of another row: {} tells them apart (grade, group, a part of the measure, `when`, or a level to leave out)",
                by[0]
            ),
            _ => line!(
                out,
                "# ? {rows} rows have the key of another row: {} tell them apart together (parts of the measure, `when`, or levels to leave out)",
                by.join(" and ")
            ),
        }
    }
}

/// The place: its id as written, or with what programs that took it for a number did to it undone.
fn write_place(out: &mut String, sample: &FileSample, roles: &[ColumnRole], column: usize) {
    let texts = || sample.column_texts(column);
    let number = |text: &str| text.strip_suffix(".0").unwrap_or(text).to_owned();
    let codes: Vec<String> = texts().map(number).filter(|text| text.bytes().all(|b| b.is_ascii_digit())).collect();
    let floats = codes.len() == texts().count() && texts().any(|text| text.ends_with(".0"));
    let (short, long) = (codes.iter().map(String::len).min(), codes.iter().map(String::len).max());
    let padded = short < long && codes.len() * 10 > texts().count() * 9;
    let nowhere = sample.rows.len() - texts().count();
    let (mut words, mut why) = (String::new(), Vec::new());
    if floats {
        words += r", pick = '^(\d+)(?:\.0)?$'";
        why.push("written as a number".to_owned());
    }
    if let (true, Some(long)) = (padded, long) {
        words += &format!(", digits = {long}");
        why.push("some lost their leading zeros".to_owned());
    }
    if nowhere > 0 {
        words += ", blank = \"?\"";
        why.push(format!("{nowhere} rows name no place: the whole? without `blank` they are refused"));
    }
    why.extend(place_doubt(sample, roles, column));
    if let (Some(part), false) = (sample.part_text(), why.is_empty()) {
        why.push(format!("in {part}"));
    }
    let from = quote_text(&hole_text(&sample.header.names[column]));
    match words.is_empty() && why.is_empty() {
        true => line!(out, "unit = {from}"),
        false if words.is_empty() => line!(out, "unit = {from}   # ? {}", why.join("; ")),
        false => line!(out, "unit = {{ from = {from}{words} }}   # ? {}", why.join("; ")),
    }
}

/// The codes of groups that all rules take from their headers, when some are not known: said once, for all.
pub(super) fn shared_codes(sample: &FileSample, rules: &[GuessedRule]) -> Option<String> {
    let from_headers = |rule: &&GuessedRule| rule.group.as_deref() == Some("{group}");
    let mut codes: Vec<String> = rules.iter().flat_map(|rule| unknown_codes(sample, rule)).collect();
    codes.sort();
    codes.dedup();
    (!codes.is_empty() && rules.len() > 1 && rules.iter().all(|rule| from_headers(&rule))).then(|| codes.join(", "))
}

/// Codes of groups in the headers of a rule that are not known, as entries of a map.
pub(super) fn unknown_codes(sample: &FileSample, rule: &GuessedRule) -> Vec<String> {
    let Some(regex) = rule.pattern.as_ref().and_then(|pattern| regex::Regex::new(&format!("^(?:{pattern})$")).ok())
    else {
        return Vec::new();
    };
    let codes: BTreeSet<&str> = rule
        .columns
        .iter()
        .filter_map(|&column| Some(regex.captures(&sample.header.names[column])?.name("group")?.as_str()))
        .filter(|code| rule.codes.is_some() || headway_model::StudentGroup::from_spelling(code).is_none())
        .collect();
    let meaning = |code: &str| rule.codes.and_then(|codes| codes.iter().find(|(c, _)| *c == code)).map_or("?", |c| c.1);
    codes.into_iter().map(|code| format!("{} = \"{}\"", quote_text(code), meaning(code))).collect()
}

/// What a person has to look at in the columns of groups: names that are not known, rows without one.
fn group_mark(sample: &FileSample, roles: &[ColumnRole]) -> String {
    let columns: Vec<usize> = sample.columns_of(roles, ColumnRole::Group).collect();
    let unknown_text = |text: &&str| headway_model::StudentGroup::from_spelling(text).is_none();
    let unknown: BTreeSet<&str> =
        columns.iter().flat_map(|&column| sample.column_texts(column)).filter(unknown_text).collect();
    let blank = sample.rows.iter().filter(|row| cells_blank(row, &columns)).count();
    let mut marks = Vec::new();
    match unknown.len() {
        0 => {}
        1 => marks.push("1 name is not known".to_owned()),
        more => marks.push(format!("{more} names are not known")),
    }
    if blank > 0 {
        marks.push(format!("{blank} rows name no group: all students?"));
    }
    if let Some(part) = sample.part_text() {
        marks.push(format!("the groups of {part}"));
    }
    if marks.is_empty() { String::new() } else { format!("   # ? {}", marks.join("; ")) }
}

fn cells_blank(row: &[String], columns: &[usize]) -> bool {
    columns.iter().all(|&column| row.get(column).is_none_or(String::is_empty))
}

/// What a person has to look at in a column of grades.
fn grade_mark(sample: &FileSample, column: usize) -> String {
    let unknown: BTreeSet<&str> =
        sample.column_texts(column).filter(|text| headway_model::Grade::from_spelling(text).is_none()).collect();
    let blank = sample.rows.iter().filter(|row| cells_blank(row, &[column])).count();
    let mut marks = Vec::new();
    if let Some(first) = unknown.first() {
        marks.push(format!("{} of its texts are not known as grades, such as {first:?}", unknown.len()));
    }
    if blank > 0 {
        marks.push(format!("{blank} rows name no grade: all grades?"));
    }
    if marks.is_empty() { String::new() } else { format!("   # ? {}", marks.join("; ")) }
}

/// The map for names of groups that are not known; nothing when all are.
fn unknown_groups(sample: &FileSample, roles: &[ColumnRole]) -> String {
    let mut unknown: Vec<String> = sample
        .columns_of(roles, ColumnRole::Group)
        .flat_map(|column| sample.column_texts(column))
        .filter(|text| headway_model::StudentGroup::from_spelling(text).is_none())
        .map(str::to_owned)
        .collect();
    unknown.sort();
    unknown.dedup();
    let entries: Vec<String> = unknown.iter().take(60).map(|text| format!("{text:?} = \"?\"")).collect();
    if entries.is_empty() { String::new() } else { format!(", map = {{ {} }}", entries.join(", ")) }
}

fn write_period(
    out: &mut String,
    sample: &FileSample,
    roles: &[ColumnRole],
    rules: &[GuessedRule],
    title: Option<&NamePattern>,
    name: Option<&NamePattern>,
) {
    let names = &sample.header.names;
    const KINDS: &str = "school-year, fiscal-year, cohort or calendar-year";
    let in_rules = rules.iter().find_map(|rule| rule.period.clone());
    if let Some(column) = sample.columns_of(roles, ColumnRole::Period).next() {
        let texts: Vec<&str> = sample.column_texts(column).collect();
        let from = quote_text(&hole_text(&sample.header.names[column]));
        match period_kind(&texts) {
            Some(Some(headway_model::PeriodKind::Day)) if texts.iter().all(|text| is_first_of_month(text)) => line!(
                out,
                "period = {{ kind = \"month\", from = {from}, pick = '^(\\d{{4}}-\\d\\d)' }}   # ? the first of a month each: months, or days?"
            ),
            Some(Some(kind)) => {
                // A fiscal year is written as two years too: only the header tells.
                let header = header_words(&names[column]);
                let says = |word: &str| header.iter().any(|it| it == word);
                let school = says("school") || says("academic") || says("sy") || says("schoolyear");
                let mark = match kind {
                    headway_model::PeriodKind::SchoolYear if !school => {
                        "   # ? two years each: school years or fiscal years"
                    }
                    _ => "",
                };
                line!(out, "period = {{ kind = \"{}\", from = {from} }}{mark}", kind_id(kind));
            }
            None if period_rhythms(&texts).len() > 1 => line!(
                out,
                "period = {{ kind = \"?\", from = {from} }}   # ? several rhythms ({}): give each a [[values]] with its own measure and period, told apart by `when`",
                period_rhythms(&texts).join(", ")
            ),
            None if texts.iter().any(|text| !is_year(text)) => {
                let odd: BTreeSet<&str> = texts.iter().copied().filter(|text| !is_year(text)).collect();
                let entries: Vec<String> = odd.iter().map(|text| format!("{text:?} = \"?\"")).collect();
                line!(
                    out,
                    "period = {{ kind = \"?\", from = {from}, map = {{ {} }} }}   # ? {KINDS}; what is no year: say which it means, or leave it out with [[skip]]",
                    entries.join(", ")
                );
            }
            _ if texts.iter().any(|t| t.len() > 6) => {
                line!(
                    out,
                    "period = {{ kind = \"?\", from = {from}, pick = '(\\d{{4}})$' }}   # ? {KINDS}; several years in one, taken by the last"
                );
            }
            _ => line!(out, "period = {{ kind = \"?\", from = {from} }}   # ? {KINDS}"),
        }
    } else if let (Some(from), true) = (&in_rules, rules.iter().all(|rule| rule.school_years)) {
        line!(out, "period = {{ kind = \"school-year\", from = {} }}", quote_text(from));
    } else if let Some(from) = in_rules {
        line!(out, "period = {{ kind = \"?\", from = {} }}   # ? {KINDS}", quote_text(&from));
    } else if title.is_some() || name.is_some_and(|n| n.year) {
        line!(out, "period = {{ kind = \"?\", from = '{{year}}' }}   # ? {KINDS}");
    } else {
        line!(
            out,
            "period = {{ kind = \"?\", from = \"?\" }}   # ? no year in columns, header, title or name; {KINDS}"
        );
    }
}

/// Whether a text is a day as a month is kept in a cell of dates: its first (`2023-09-01`).
fn is_first_of_month(text: &str) -> bool {
    text.len() == 10 && text.ends_with("-01") && text.bytes().take(4).all(|b| b.is_ascii_digit())
}

/// Whether each text names a period of some kind.
pub(super) fn of_any_kind(texts: &BTreeSet<&str>) -> bool {
    let texts: Vec<&str> = texts.iter().copied().collect();
    !period_rhythms(&texts).is_empty()
}

/// The kinds of periods that texts name, each with its first text; nothing when one of them names none, or is the only one of its
/// kind (a cohort called `2006 Aug` among years).
fn period_rhythms(texts: &[&str]) -> Vec<String> {
    let mut found: Vec<(headway_model::PeriodKind, BTreeSet<&str>, &str)> = Vec::new();
    for text in texts {
        let kind = RHYTHMS.into_iter().find(|kind| headway_model::Period::parse(*kind, text).is_ok());
        let Some(kind) = kind else { return Vec::new() };
        match found.iter_mut().find(|(known, ..)| *known == kind) {
            Some((_, all, _)) => drop(all.insert(text)),
            None => found.push((kind, BTreeSet::from([*text]), text)),
        }
    }
    if found.iter().any(|(_, all, _)| all.len() < 2) {
        return Vec::new();
    }
    found.into_iter().map(|(.., text)| format!("{text:?}")).collect()
}

/// Kinds whose texts are told apart by how they are written.
const RHYTHMS: [headway_model::PeriodKind; 4] = [
    headway_model::PeriodKind::SchoolYear,
    headway_model::PeriodKind::Quarter,
    headway_model::PeriodKind::Month,
    headway_model::PeriodKind::Day,
];

fn kind_id(kind: headway_model::PeriodKind) -> String {
    kind.name().replace(' ', "-")
}

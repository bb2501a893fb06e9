//! What each column is, by its header and by what stands in it.

use std::collections::{BTreeSet, HashMap};

use headway_model::{Period, PeriodKind, StudentGroup};

use super::convention::{self, is_nearly_called};
use super::sample::FileSample;
use crate::read::parse_number;

/// What a column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ColumnRole {
    SchoolId,
    DistrictId,
    RegionId,
    StateId,
    Name,
    Period,
    Group,
    Grade,
    Measure,
    Format,
    /// Numbers.
    Value,
    /// Nothing of these, or nothing in it.
    Other,
}

/// What each column of a sample is.
pub(super) fn column_roles(sample: &FileSample) -> Vec<ColumnRole> {
    let mut roles: Vec<ColumnRole> = (0..sample.width()).map(|column| column_role(sample, column)).collect();
    if !roles.contains(&ColumnRole::Period) {
        // Texts that all name school years need no header that says so.
        let years = |&column: &usize| {
            let texts: BTreeSet<&str> = sample.column_texts(column).take(2_000).collect();
            roles[column] == ColumnRole::Other
                && !texts.is_empty()
                && period_kind(&texts) == Some(Some(PeriodKind::SchoolYear))
        };
        if let Some(column) = (0..sample.width()).find(years) {
            roles[column] = ColumnRole::Period;
        }
    }
    if !roles.iter().any(|role| is_id(*role)) {
        // No header says so: the first column of long digits that are all different, else the first of names.
        let free = |column: &usize| matches!(roles[*column], ColumnRole::Other | ColumnRole::Value);
        if let Some(column) = (0..sample.width()).filter(free).find(|&column| looks_like_ids(sample, column)) {
            roles[column] = ColumnRole::DistrictId;
        } else if let Some(column) =
            (0..sample.width()).filter(free).find(|&column| codes_of_names(sample, &roles, column))
        {
            roles[column] = ColumnRole::DistrictId;
        } else if let Some(column) = (0..sample.width())
            .find(|&column| free(&column) && is_nearly_called(&sample.header.names[column], convention::POSTAL_CODES))
        {
            // Postal codes are places only where nothing else is.
            roles[column] = ColumnRole::RegionId;
        }
    }
    if !roles.iter().any(|role| is_id(*role) || *role == ColumnRole::Name) {
        // A column that is called so, whatever its ids look like; of which level they are nobody can tell.
        let called_place = |&column: &usize| {
            roles[column] == ColumnRole::Other && is_nearly_called(&sample.header.names[column], convention::ANY_IDS)
        };
        if let Some(column) = (0..sample.width()).find(called_place) {
            roles[column] = ColumnRole::Name;
        }
    }
    if sample.header_rows == 0 && roles.iter().any(|role| is_id(*role)) && !roles.contains(&ColumnRole::Name) {
        // Without a header: words beside the ids, nearly all different, are the names.
        let names = |&column: &usize| roles[column] == ColumnRole::Other && all_different_words(sample, column);
        if let Some(column) = (0..sample.width()).find(names) {
            roles[column] = ColumnRole::Name;
        }
    }
    let place = place_column(sample, &roles);
    if let Some(place) = place.filter(|_| !roles.contains(&ColumnRole::Name)) {
        // A column that is called a name, and says one for each place.
        let name_of_place = |&column: &usize| {
            roles[column] == ColumnRole::Other
                && ends_in(&sample.header.names[column], &["name", "names"])
                && sample.numeric_share(column) < 0.5
                && belongs_to(sample, column, place)
        };
        if let Some(column) = (0..sample.width()).find(name_of_place) {
            roles[column] = ColumnRole::Name;
        }
    }
    for (column, role) in roles.iter_mut().enumerate() {
        if *role == ColumnRole::Group && place.is_some_and(|place| belongs_to(sample, column, place)) {
            *role = ColumnRole::Other;
        }
    }
    roles
}

/// Whether a column says something of the place (a school for girls) and not of the students in the row: texts differ, but never
/// those of one place; or all are the same and name no group.
fn belongs_to(sample: &FileSample, column: usize, place: usize) -> bool {
    let mut of_place: HashMap<&str, &str> = HashMap::new();
    for row in &sample.rows {
        if let (Some(place), Some(text)) = (row.get(place), row.get(column))
            && *of_place.entry(place).or_insert(text) != text
        {
            return false;
        }
    }
    let texts: BTreeSet<&str> = of_place.into_values().collect();
    texts.len() > 1 || texts.iter().all(|text| StudentGroup::from_spelling(text).is_none())
}

/// Whether a role names places by id.
pub(super) fn is_id(role: ColumnRole) -> bool {
    matches!(role, ColumnRole::SchoolId | ColumnRole::DistrictId | ColumnRole::RegionId | ColumnRole::StateId)
}

fn column_role(sample: &FileSample, column: usize) -> ColumnRole {
    let header = sample.header.names[column].as_str();
    let numeric = sample.numeric_share(column);
    let texts: BTreeSet<&str> = sample.column_texts(column).take(2_000).collect();
    if texts.is_empty() {
        // Without content the header alone can't say that a column holds numbers.
        return ColumnRole::Other;
    }
    // Names that are also ids ("SCHOOL", "DISTRICT") are told apart by whether they hold codes or words.
    let words = texts.iter().filter(|text| !is_code(text)).count();
    let codes = words * 10 < texts.len();
    // A header that says code or id stands above codes even where a row of the whole says "State".
    let says_code = codes || words <= 3 && words * 2 < texts.len() && ends_in(header, convention::ID_WORDS);
    if says_code {
        for (names, role) in [
            (convention::SCHOOL_IDS, ColumnRole::SchoolId),
            (convention::DISTRICT_IDS, ColumnRole::DistrictId),
            (convention::REGION_IDS, ColumnRole::RegionId),
            (convention::STATE_IDS, ColumnRole::StateId),
        ] {
            if is_nearly_called(header, names) {
                return role;
            }
        }
    }
    let periods = || period_kind(&texts).is_some() || mostly_years(&texts) || super::key::of_any_kind(&texts);
    if is_nearly_called(header, convention::PERIODS) && periods() {
        return ColumnRole::Period;
    }
    if is_nearly_called(header, convention::GRADES) && texts.len() < 40 {
        return ColumnRole::Grade;
    }
    if numeric < 0.5 {
        if is_nearly_called(header, convention::GROUPS) && texts.len() < 200 {
            return ColumnRole::Group;
        }
        if texts.len() > 2 && texts.len() < 200 && texts.iter().all(|text| StudentGroup::from_spelling(text).is_some())
        {
            return ColumnRole::Group;
        }
        if is_nearly_called(header, convention::FORMATS) && texts.len() < 10 {
            return ColumnRole::Format;
        }
        if is_nearly_called(header, convention::MEASURES) && texts.len() < 200 {
            return ColumnRole::Measure;
        }
        // A header that is also an id's ("STATE"), above words.
        let ids = [convention::SCHOOL_IDS, convention::DISTRICT_IDS, convention::REGION_IDS, convention::STATE_IDS];
        if is_nearly_called(header, convention::PLACE_NAMES)
            || (!codes && ids.iter().any(|names| is_nearly_called(header, names)))
        {
            return ColumnRole::Name;
        }
    }
    if is_no_result(header, &texts) {
        return ColumnRole::Other;
    }
    // Masked columns hold few numbers: a fifth is enough when the rest is a handful of tokens.
    let words: BTreeSet<&str> = texts.iter().copied().filter(|text| parse_number(text).is_none()).collect();
    let bands = words.iter().filter(|word| crate::profile::parse_band(word).is_some()).count();
    let few_words = words.len() - bands <= 6;
    let numbers = numeric > 0.5 || (few_words && (numeric > 0.05 || bands > 1));
    if numbers && !header.is_empty() && !(column == 0 && counts_rows(sample)) {
        ColumnRole::Value
    } else {
        ColumnRole::Other
    }
}

/// Whether a column of numbers tells something of the place (where it is, its codes, when it opened) and not how it does.
fn is_no_result(header: &str, texts: &BTreeSet<&str>) -> bool {
    let words = convention::header_words(header);
    let is = |names: &[&str]| words.iter().any(|word| names.contains(&word.as_str()));
    let numbers: Vec<f64> = texts.iter().filter_map(|text| parse_number(text)).map(|n| n.shifted_value(0)).collect();
    let within = |low: f64, high: f64| numbers.iter().all(|n| (low..=high).contains(n));
    let whole = numbers.iter().all(|n| n.fract() == 0.0);
    let dates =
        || texts.iter().all(|text| text.len() == 8 && Period::parse(PeriodKind::Day, &dashed_date(text)).is_ok());
    // The serial numbers that spreadsheets keep dates as, from 1954 to 2064.
    let serials = || is(&["date", "day", "opened", "closed"]) && whole && within(20_000.0, 60_000.0);
    let years = || is(&["year", "yr"]) && whole && within(1_700.0, 2_200.0);
    is(convention::PLACE_FACTS)
        || (ends_in(header, convention::ID_WORDS) && whole)
        || (is(&["lat", "latitude", "y"]) && words.len() <= 2 && within(-90.0, 90.0) && !whole)
        || (is(&["lon", "lng", "long", "longitude", "x"]) && words.len() <= 2 && within(-180.0, 180.0) && !whole)
        || (whole && dates())
        || serials()
        || years()
}

/// `20190501` as `2019-05-01`.
fn dashed_date(text: &str) -> String {
    match (text.get(..4), text.get(4..6), text.get(6..)) {
        (Some(year), Some(month), Some(day)) => format!("{year}-{month}-{day}"),
        _ => text.to_owned(),
    }
}

/// Whether a header's last word is one of these.
fn ends_in(header: &str, names: &[&str]) -> bool {
    convention::header_words(header).last().is_some_and(|word| names.contains(&word.as_str()))
}

/// Whether the first column only counts the rows, as programs write it that save tables.
fn counts_rows(sample: &FileSample) -> bool {
    let mut numbers =
        sample.rows.iter().map(|row| row.first().and_then(|text| parse_number(text)).map(|n| n.shifted_value(0)));
    let Some(Some(first)) = numbers.next() else { return false };
    let steps = numbers.zip(1u32..).all(|(number, step)| number == Some(first + f64::from(step)));
    (first == 0.0 || first == 1.0) && sample.rows.len() > 2 && steps
}

/// Whether a column is the code of a column of names: each name has one code, and each code one name.
fn codes_of_names(sample: &FileSample, roles: &[ColumnRole], column: usize) -> bool {
    let Some(name) = name_column(sample, roles) else { return false };
    let (mut of_name, mut of_code): (HashMap<&str, &str>, HashMap<&str, &str>) = (HashMap::new(), HashMap::new());
    for row in &sample.rows {
        let (Some(name), Some(code)) = (row.get(name), row.get(column)) else { continue };
        if name.is_empty() && code.is_empty() {
            continue;
        }
        if !is_code(code)
            || *of_name.entry(name).or_insert(code) != code
            || *of_code.entry(code).or_insert(name) != name
        {
            return false;
        }
    }
    // Numbers beside names that come once each are results as well as codes: the header or leading zeros must say so.
    let says = ends_in(&sample.header.names[column], convention::ID_WORDS)
        || is_nearly_called(&sample.header.names[column], convention::ANY_IDS)
        || of_code.keys().any(|code| code.len() > 1 && code.starts_with('0') && !code.contains('.'));
    of_code.len() >= 2 && says
}

/// How sure a column of places is: what speaks against it, nothing when its header says so and codes stand in it.
pub(super) fn place_doubt(sample: &FileSample, roles: &[ColumnRole], column: usize) -> Option<String> {
    let header = sample.header.names[column].as_str();
    let texts: BTreeSet<&str> = sample.column_texts(column).collect();
    let words: Vec<&str> = texts.iter().copied().filter(|text| !is_code(text)).take(3).collect();
    let ids = [convention::SCHOOL_IDS, convention::DISTRICT_IDS, convention::REGION_IDS, convention::STATE_IDS];
    if is_nearly_called(header, convention::POSTAL_CODES) {
        return Some("postal codes: is there an id of the place?".to_owned());
    }
    if roles[column] == ColumnRole::Name {
        return Some("names, no column of ids was found: places are told apart by their names".to_owned());
    }
    if let [first, ..] = words.as_slice() {
        return Some(format!("codes, and {first:?}: what is that place?"));
    }
    if !ids.iter().any(|names| convention::is_called(header, names)) {
        return Some("looks like ids, the header does not say so".to_owned());
    }
    None
}

fn all_different_words(sample: &FileSample, column: usize) -> bool {
    let texts: Vec<&str> = sample.column_texts(column).take(2_000).collect();
    let different: BTreeSet<&str> = texts.iter().copied().collect();
    let words = texts.iter().filter(|text| text.chars().filter(|c| c.is_alphabetic()).count() >= 3).count();
    different.len() * 10 > texts.len() * 9 && words * 10 > texts.len() * 9
}

/// A code has no spaces, and a digit or at most three letters. Programs that take it for a number write `.0` behind it.
fn is_code(text: &str) -> bool {
    let text = text.trim_start_matches('\'');
    let text = text.strip_suffix(".0").unwrap_or(text);
    let plain = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '/');
    plain && (text.chars().any(|c| c.is_ascii_digit()) || text.len() <= 3 || text == "NC-SEA")
}

fn looks_like_ids(sample: &FileSample, column: usize) -> bool {
    let texts: Vec<&str> = sample.column_texts(column).take(1_000).collect();
    let distinct: BTreeSet<&str> = texts.iter().copied().collect();
    let digits = texts.iter().all(|text| text.len() >= 4 && text.bytes().all(|b| b.is_ascii_digit()));
    let same_length = texts.iter().all(|text| text.len() == texts[0].len());
    // Counts can look like this too: codes stand first, or have leading zeros.
    let zeros = texts.iter().any(|text| text.starts_with('0'));
    // A place comes once, or once a year and group; counts don't keep a leading zero.
    let once = distinct.len() * 10 > texts.len() * 9 && (column == 0 || zeros);
    let named = is_nearly_called(&sample.header.names[column], convention::ANY_IDS);
    let again = (column == 0 || named) && zeros && distinct.len() >= 5;
    texts.len() >= 10 && digits && same_length && (once || again)
}

/// Whether all but a few of several texts are years (cohorts 2003 to 2006, and "2006 Aug").
fn mostly_years(texts: &BTreeSet<&str>) -> bool {
    let odd = texts.iter().filter(|text| !is_year(text)).count();
    odd < 4 && odd * 3 <= texts.len()
}

/// A plain year or school year.
pub(super) fn is_year(text: &str) -> bool {
    Period::parse(PeriodKind::SchoolYear, text).is_ok()
}

/// The kind of period that all of these texts name, when only one kind writes them so.
pub(super) fn period_kind<'t>(texts: impl IntoIterator<Item = &'t &'t str> + Clone) -> Option<Option<PeriodKind>> {
    let all = |kind| texts.clone().into_iter().all(|text| Period::parse(kind, text).is_ok());
    let two = |text: &&str| {
        text.contains(['-', '–', '/']) || (matches!(text.len(), 6 | 8) && text.bytes().all(|b| b.is_ascii_digit()))
    };
    let two_years = texts.clone().into_iter().all(two);
    if all(PeriodKind::SchoolYear) {
        // A plain year may be a school year, a fiscal year, a cohort or a calendar year: nobody can tell from here.
        return Some(two_years.then_some(PeriodKind::SchoolYear));
    }
    for kind in [PeriodKind::Quarter, PeriodKind::Month, PeriodKind::Day] {
        let marked = kind != PeriodKind::Quarter || texts.clone().into_iter().all(|text| text.contains(['Q', 'q']));
        if marked && all(kind) {
            return Some(Some(kind));
        }
    }
    let spans = |text: &&str| {
        text.rsplit(['-', '–'])
            .next()
            .is_some_and(|end| end.len() == 4 && Period::parse(PeriodKind::CalendarYear, end).is_ok())
    };
    texts.clone().into_iter().all(spans).then_some(None)
}

/// The column of ids of the lowest level, else of names.
pub(super) fn place_column(sample: &FileSample, roles: &[ColumnRole]) -> Option<usize> {
    [ColumnRole::SchoolId, ColumnRole::DistrictId, ColumnRole::RegionId, ColumnRole::StateId, ColumnRole::Name]
        .into_iter()
        .find_map(|role| most_different(sample, sample.columns_of(roles, role)))
}

pub(super) fn name_column(sample: &FileSample, roles: &[ColumnRole]) -> Option<usize> {
    most_different(sample, sample.columns_of(roles, ColumnRole::Name))
}

/// Of several columns the one with the most different texts, the first of equals: a school's name, not its district's.
fn most_different(sample: &FileSample, columns: impl Iterator<Item = usize>) -> Option<usize> {
    columns.max_by_key(|&column| {
        let texts: BTreeSet<&str> = sample.column_texts(column).collect();
        (texts.len(), std::cmp::Reverse(column))
    })
}

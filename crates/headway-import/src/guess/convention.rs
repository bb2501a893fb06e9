//! What headers and tokens are usually called. A convention is a suggestion, never a proof: what comes from here is marked.

use crate::profile::fold_text;

pub(super) const SCHOOL_IDS: &[&str] = &[
    "school code",
    "school id",
    "ncessch",
    "dese id",
    "dbn",
    "urn",
    "org code",
    "orgcode",
    "campus",
    "unit_code",
    "agency_code",
    "school number",
    "dese school id",
    "school_code",
    "school",
    "schoolid",
    "sch_id",
    "schid",
    "building code",
    "campus number",
    "campus id",
];
pub(super) const DISTRICT_IDS: &[&str] = &[
    "district code",
    "district id",
    "leaid",
    "lea id",
    "district",
    "lea_id",
    "fed_id",
    "lea",
    "district_code",
    "district/school code",
    "dese district id",
    "distid",
    "dist_id",
    "district number",
    "agency code",
    "corporation id",
];
pub(super) const REGION_IDS: &[&str] = &[
    "region",
    "region code",
    "county id",
    "county number",
    "county code",
    "county",
    "tea region",
    "fips",
    "county fips",
    "geocode",
    "geography code",
    "geo code",
];
/// Places where nothing else is; beside ids of places they only say where those are.
pub(super) const POSTAL_CODES: &[&str] = &["postal code", "zip code", "zipcode", "zip"];
/// Last words of headers above ids.
pub(super) const ID_WORDS: &[&str] = &["code", "codes", "id", "ids", "identifier", "fips", "nces", "zip"];
/// Words of headers above numbers that tell of a place and are no results.
pub(super) const PLACE_FACTS: &[&str] =
    &["latitude", "longitude", "zip", "zipcode", "phone", "telephone", "fax", "postal", "easting", "northing"];
pub(super) const STATE_IDS: &[&str] = &["fipst", "state", "st", "state code", "stnam"];
/// Headers of ids of no level in particular.
pub(super) const ANY_IDS: &[&str] = &["unit", "place", "id", "code", "unit id", "place id"];
pub(super) const PLACE_NAMES: &[&str] = &[
    "school name",
    "schnam",
    "schname",
    "school",
    "district name",
    "leanm",
    "lea_name",
    "leaname",
    "name",
    "distname",
    "regnname",
    "county name",
    "location",
    "state name",
    "stnam",
    "district/school name",
    "school_name",
    "district",
    "tea region",
    "schoolname",
    "state",
    "county",
    "region",
    "institution name",
    "name of school",
    "name of district",
    "place",
    "geography",
];
pub(super) const PERIODS: &[&str] = &[
    "year",
    "school year",
    "academic year",
    "timeframe",
    "time frame",
    "schoolyear",
    "fiscal year",
    "graduation_year",
    "cohort year",
    "reporting year",
    "period",
    "date",
    "month",
    "quarter",
    "sy",
    "school_year",
    "cohort",
];
pub(super) const GROUPS: &[&str] = &[
    "subgroup",
    "group",
    "student group",
    "race ethnicity",
    "race/ethnicity",
    "race",
    "ethnicity",
    "gender",
    "sex",
    "economic_status",
    "economic status",
    "student subgroup",
    "demographic",
    "demographics",
    "student category",
    "disaggregation",
];
pub(super) const GRADES: &[&str] = &["grade", "grade level", "grades", "tested grade"];
pub(super) const MEASURES: &[&str] = &[
    "subject",
    "score",
    "measure",
    "indicator",
    "part_targets",
    "test",
    "poverty level",
    "standard",
    "concentrator",
    "category",
    "subject area",
    "content area",
    "assessment",
];
/// Columns that say how the number beside them is to be read.
pub(super) const FORMATS: &[&str] = &["dataformat", "data format", "unit", "value type"];

/// Whether a header is one of these names, or nearly.
pub(super) fn is_nearly_called(header: &str, names: &[&str]) -> bool {
    let header = fold_text(header);
    let spaced = |text: &str| text.replace(['_', '-', '.'], " ");
    names.iter().any(|name| {
        header == *name
            || spaced(&header) == spaced(name)
            || strsim::normalized_damerau_levenshtein(&header, name) > 0.86
    })
}

/// Whether a header is one of these names to the letter, but for case and the signs between words.
pub(super) fn is_called(header: &str, names: &[&str]) -> bool {
    let words = header_words(header);
    names.iter().any(|name| self::header_words(name) == words)
}

/// The words of a header in lower case: `DistrictCode`, `district_code` and `District Code` have the same two.
pub(super) fn header_words(header: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut open = false;
    let mut lower = false;
    for c in header.chars() {
        if !c.is_alphanumeric() {
            open = false;
            continue;
        }
        if !open || (c.is_uppercase() && lower) {
            words.push(String::new());
            open = true;
        }
        lower = c.is_lowercase();
        if let Some(word) = words.last_mut() {
            word.extend(c.to_lowercase());
        }
    }
    words
}

/// What a token usually means.
pub(super) fn usual_meaning(token: &str) -> Option<&'static str> {
    Some(match token.to_ascii_lowercase().as_str() {
        "*" | "**" | "***" | "s" | "ps" | "supp" | "suppressed" | "lowcov" | "dnr" | "<n" | "ds" | "tfs" | "ts"
        | "‡" | "-1" | "-2" | "-3" => "suppressed",
        "n/a" | "ne" | "not applicable" | "†" => "not-applicable",
        "nt" | "not tested" => "not-tested",
        "np" | "nr" | "not reported" | "#####" | "#value!" | "#n/a" | "#div/0!" | "#ref!" | "#¡valor!" => {
            "not-reported"
        }
        "." | "na" | "-" | "--" | "–" | "—" | "nan" | "null" => "missing",
        // "n<10": fewer students than may be shown.
        small if small.strip_prefix("n<").is_some_and(|n| n.trim().parse::<u32>().is_ok()) => "suppressed",
        _ => return None,
    })
}

//! What a file's name or its title says of the year and the grade.

use regex::Regex;

/// A pattern that picks parts out of a text, and the names of the parts.
#[derive(Default)]
pub(super) struct NamePattern {
    pub(super) pattern: String,
    pub(super) year: bool,
    pub(super) grade: bool,
    pub(super) group: bool,
    pub(super) subject: bool,
}

const YEAR: &str = r"(?:19|20)\d\d(?:-(?:20)?\d\d)?";

/// A title that begins with or holds a year: its words become the pattern, so that another report is refused.
pub(super) fn of_title(title: &str) -> Option<NamePattern> {
    let year = Regex::new(&format!(r"\b{YEAR}\b")).ok()?.find(title)?;
    let (before, after) = (regex::escape(&title[..year.start()]), &title[year.end()..]);
    // The words right behind the year say which report it is; later ones may name a group or a level.
    let words: String = after.split_inclusive(' ').take(4).collect();
    let digits = if year.len() == 4 {
        r"\d{4}"
    } else if year.len() == 7 {
        r"\d{4}-\d\d"
    } else {
        r"\d{4}-\d{4}"
    };
    // Other years in it ("Fall 1996") move on with the report.
    let others =
        |text: &str| Regex::new(r"\b(?:19|20)\d\d\b").map(|years| years.replace_all(text, r"\d{4}").into_owned());
    let (before, words) = (others(&before).ok()?, others(&regex::escape(words.trim_end())).ok()?);
    Some(NamePattern { pattern: format!("{before}(?<year>{digits}){words}"), year: true, ..NamePattern::default() })
}

/// A name that holds one year or one grade.
pub(super) fn of_name(name: &str, want_year: bool, want_grade: bool) -> Option<NamePattern> {
    let base = name.rsplit('/').next().unwrap_or(name);
    let years = Regex::new(YEAR).ok()?;
    if want_grade {
        let grade = Regex::new(r"(?i)grade[-_ ]?(\d{1,2})\b").ok()?;
        if grade.is_match(base) {
            return Some(NamePattern {
                pattern: r"(?i)grade[-_ ]?(?<grade>\d{1,2})\b".into(),
                grade: true,
                ..NamePattern::default()
            });
        }
        let words = Regex::new(r"^\w+ ([\d&-]+) (ELA|Math|Science)").ok()?;
        if words.is_match(base) {
            let pattern = r"^(?:.*/)?\w+ (?<grade>[\d&-]+) (?<subject>ELA|Math|Science) ?(?<group>.*?) ?\d{4}-\d{4}";
            return Some(NamePattern {
                pattern: pattern.into(),
                grade: true,
                group: true,
                subject: true,
                ..NamePattern::default()
            });
        }
    }
    if want_year {
        if years.find_iter(base).count() == 1 {
            return Some(NamePattern {
                pattern: r"(?<year>(?:19|20)\d\d(?:-(?:20)?\d\d)?)[^/]*$".into(),
                year: true,
                ..NamePattern::default()
            });
        }
        let folder = Regex::new(r"(?:^|/)(?:19|20)\d\d(?:-(?:20)?\d\d)?/[^0-9]*$").ok()?;
        if folder.is_match(name) {
            return Some(NamePattern {
                pattern: r"(?:^|/)(?<year>(?:19|20)\d\d(?:-(?:20)?\d\d)?)/[^/]*(?:/[^/]*)?$".into(),
                year: true,
                ..NamePattern::default()
            });
        }
    }
    None
}

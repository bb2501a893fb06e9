//! School grades with their codes, and the many ways in which files write them.

use std::borrow::Cow;

/// A school grade, or a band of grades, by its code.
///
/// Codes are `all`, `pk`, `tk`, `k`, `1` to `13`, `ug` (ungraded), `sp` (special education beyond grade 12), `ae` (adult education),
/// `elementary`, `middle`, `high`, bands of two of the first ones (`3-8`, `k-5`), and several of them together (`5+8`). Spellings are those of EDFacts and CEDS (`KG`, `03`, `UG`) and of agencies' files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grade {
    /// The code that data, plans and addresses use.
    pub code: Cow<'static, str>,
}

/// (code, spellings in lower case besides the code), in the order of schooling.
const TABLE: &[(&str, &[&str])] = &[
    ("pk", &["pre-k", "prek", "pre k", "p", "pr", "preschool", "pre-school", "prekindergarten", "pre-kindergarten"]),
    ("tk", &["transitional kindergarten"]),
    ("k", &["kg", "0", "00", "kindergarten", "kinder", "kdg"]),
    ("1", &["01", "1st", "first", "one"]),
    ("2", &["02", "2nd", "second", "two"]),
    ("3", &["03", "3rd", "third", "three"]),
    ("4", &["04", "4th", "fourth", "four"]),
    ("5", &["05", "5th", "fifth", "five"]),
    ("6", &["06", "6th", "sixth", "six"]),
    ("7", &["07", "7th", "seventh", "seven"]),
    ("8", &["08", "8th", "eighth", "eight"]),
    ("9", &["09", "9th", "ninth", "nine"]),
    ("10", &["10th", "tenth", "ten"]),
    ("11", &["11th", "eleventh", "eleven"]),
    ("12", &["12th", "twelfth", "twelve"]),
    ("13", &["13th"]),
];

/// The same for what stands for several grades or for none, and is no end of a band.
const OTHERS: &[(&str, &[&str])] = &[
    ("all", &["all grades", "all grade", "all grade levels", "total", "total grades", "grades all", "all students"]),
    ("ug", &["ungraded", "un"]),
    ("sp", &["beyond grade 12"]),
    ("ae", &["adult", "adult education", "adult ed"]),
    ("elementary", &["elementary school", "es", "elem"]),
    ("middle", &["middle school", "ms"]),
    ("high", &["high school", "hs"]),
];

/// Grades with names of their own.
const NAMES: [(&str, &str); 10] = [
    ("pk", "Prekindergarten"),
    ("tk", "Transitional kindergarten"),
    ("k", "Kindergarten"),
    ("all", "All grades"),
    ("ug", "Ungraded"),
    ("sp", "Beyond grade 12"),
    ("ae", "Adult education"),
    ("elementary", "Elementary school"),
    ("middle", "Middle school"),
    ("high", "High school"),
];

/// What may stand before a grade, and behind it.
const BEFORE: &[&str] = &["grades", "grade level", "grade", "grd", "gr.", "gr", "g"];
const BEHIND: &[&str] = &["graders", "grader", "grades", "grade"];

impl Grade {
    /// The grade that a file calls `text`; `None` for what is none: `12-Sep`, which a spreadsheet made of `9-12`, is a date.
    pub fn from_spelling(text: &str) -> Option<Self> {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        if let Some(code) = find_code(OTHERS, &text).or_else(|| find_code(TABLE, &text)) {
            return Some(Self { code: Cow::Borrowed(code) });
        }
        let bare = without_words(&text);
        if let Some(code) = single_grade(bare).or_else(|| find_code(OTHERS, bare)) {
            return Some(Self { code: Cow::Borrowed(code) });
        }
        grade_band(bare).or_else(|| grade_list(bare)).map(|code| Self { code: Cow::Owned(code) })
    }

    /// The same inside a sentence: "grade 3", "kindergarten"; a code that is none that is known is quoted as "grade AP".
    pub fn in_words(code: &str) -> String {
        let name = Self::name_of(code);
        let mut letters = name.chars();
        match letters.next() {
            Some(first) if name != code => first.to_lowercase().chain(letters).collect(),
            _ => format!("grade {code}"),
        }
    }

    /// What a code is called: "Grade 3", "Kindergarten", "Grades 3-8"; a code that is none that is known stays as it is.
    pub fn name_of(code: &str) -> String {
        let own = NAMES.iter().find(|(known, _)| *known == code).map(|(_, name)| (*name).to_owned());
        let several = |sign: char, between: &str| {
            let ends: Vec<&str> = code.split(sign).collect();
            let known = ends.len() > 1 && ends.iter().all(|end| find_code(TABLE, end) == Some(*end));
            known.then(|| format!("Grades {}", ends.join(between).to_uppercase().replace(" AND ", " and ")))
        };
        let one = || (find_code(TABLE, code) == Some(code)).then(|| format!("Grade {code}"));
        own.or_else(one)
            .or_else(|| several('-', "-"))
            .or_else(|| several('+', " and "))
            .unwrap_or_else(|| code.to_owned())
    }

    /// The code of the grade that `text` means; the text itself where it means none that is known.
    pub fn code_of(text: &str) -> String {
        Self::from_spelling(text).map_or_else(|| text.to_owned(), |grade| grade.code.into_owned())
    }

    /// Whether a grade, or a band of them, is a part of others, by their codes: `3` of `3-8`, of `3+8` and of `all`, `3-5` of `3-8`.
    /// Where schools draw the line (`elementary`) nobody can say.
    pub fn is_part(part: &str, whole: &str) -> bool {
        if part == whole || part == crate::ALL {
            return false;
        }
        let grades = |code: &str| -> Option<Vec<usize>> {
            match code.split_once('-') {
                Some((from, to)) => Some((grade_order(from)?..=grade_order(to)?).collect()),
                None => code.split('+').map(grade_order).collect(),
            }
        };
        (whole == crate::ALL && (grades(part).is_some() || ["elementary", "middle", "high"].contains(&part)))
            || grades(part)
                .zip(grades(whole))
                .is_some_and(|(part, whole)| part.len() < whole.len() && part.iter().all(|grade| whole.contains(grade)))
    }
}

fn find_code(table: &[(&'static str, &[&str])], text: &str) -> Option<&'static str> {
    table.iter().find(|(code, spellings)| *code == text || spellings.contains(&text)).map(|(code, _)| *code)
}

/// `Grade 3`, `3rd grade`, `G03` without the word.
fn without_words(text: &str) -> &str {
    let after = |word: &&str| text.strip_prefix(*word).map(|rest| rest.trim_start_matches([' ', '-', '_', ':']));
    let before = |word: &&str| text.strip_suffix(*word).map(|rest| rest.trim_end_matches([' ', '-', '_']));
    BEFORE.iter().find_map(after).or_else(|| BEHIND.iter().find_map(before)).unwrap_or(text)
}

/// One grade. A whole number that a program wrote with a decimal (`3.0`) is that number.
fn single_grade(text: &str) -> Option<&'static str> {
    find_code(TABLE, text.strip_suffix(".0").unwrap_or(text))
}

/// `3-8`, `K to 5`, `03–08`: from a lower grade to a higher one.
fn grade_band(text: &str) -> Option<String> {
    let (from, to) =
        [" to ", " through ", " thru ", "-", "–", "—"].into_iter().find_map(|mark| text.split_once(mark))?;
    let (from, to) = (grade_order(from)?, grade_order(to)?);
    (from < to).then(|| format!("{}-{}", TABLE[from].0, TABLE[to].0))
}

/// `5&8`, `5, 8 and 11`: several grades together, each higher than the one before.
fn grade_list(text: &str) -> Option<String> {
    let text = text.replace(" and ", "&");
    let places: Option<Vec<usize>> = text.split(['&', ',', '+']).map(grade_order).collect();
    let places = places.filter(|places| places.len() > 1 && places.is_sorted_by(|a, b| a < b))?;
    Some(places.iter().map(|place| TABLE[*place].0).collect::<Vec<_>>().join("+"))
}

/// Where a grade stands in the order of schooling.
fn grade_order(text: &str) -> Option<usize> {
    let code = find_code(TABLE, without_words(text.trim()))?;
    TABLE.iter().position(|(known, _)| *known == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grades_have_words() {
        let check = |code: &str, words: &str| assert_eq!(Grade::in_words(code), words);
        check("3", "grade 3");
        check("k", "kindergarten");
        check("3-8", "grades 3-8");
        check("high", "high school");
        check("AP", "grade AP");
    }

    #[test]
    fn codes_have_names() {
        let check = |code: &str, name: &str| assert_eq!(Grade::name_of(code), name, "{code}");
        check("3", "Grade 3");
        check("k", "Kindergarten");
        check("all", "All grades");
        check("3-8", "Grades 3-8");
        check("k-5", "Grades K-5");
        check("5+8", "Grades 5 and 8");
        check("high", "High school");
        check("track-b", "track-b");
    }

    fn check(texts: &[&str], code: Option<&str>) {
        for text in texts {
            assert_eq!(Grade::from_spelling(text).map(|grade| grade.code).as_deref(), code, "{text}");
        }
    }

    #[test]
    fn grades_are_known_by_many_spellings() {
        check(
            &["3", "03", "3rd", "Grade 3", "grade-03", "Gr. 3", "G3", "3rd Grade", "third grade", "3.0", " 3 "],
            Some("3"),
        );
        check(&["PK", "Pre-K", "Prekindergarten", "preschool"], Some("pk"));
        check(&["K", "KG", "00", "0", "Kindergarten", "Grade K"], Some("k"));
        check(&["All", "All Grades", "all  grades", "Total", "Grades all"], Some("all"));
        check(&["12", "12th", "Grade 12", "12th graders"], Some("12"));
        check(&["13"], Some("13"));
        check(&["UG", "ungraded"], Some("ug"));
        check(&["AE"], Some("ae"));
        check(&["HS", "High School"], Some("high"));
        check(&["3-8", "03-08", "3 – 8", "Grades 3-8", "3 to 8", "grade 3 through grade 8"], Some("3-8"));
        check(&["PK-12", "pk–12"], Some("pk-12"));
        check(&["K-5"], Some("k-5"));
        check(&["9-12"], Some("9-12"));
        check(&["5&8", "5 and 8", "Grades 5, 8", "05+08"], Some("5+8"));
    }

    #[test]
    fn grades_are_parts_of_bands() {
        for (part, whole) in
            [("3", "3-8"), ("8", "3-8"), ("3-5", "3-8"), ("3", "all"), ("k-5", "all"), ("5", "5+8"), ("k", "k-5")]
        {
            assert!(Grade::is_part(part, whole) && !Grade::is_part(whole, part), "{part} {whole}");
        }
        for (part, whole) in
            [("9", "3-8"), ("all", "all"), ("3", "4"), ("3-5", "4-8"), ("3", "elementary"), ("3-8", "3-8")]
        {
            assert!(!Grade::is_part(part, whole), "{part} {whole}");
        }
        assert!(Grade::is_part("elementary", "all"));
    }

    #[test]
    fn dates_and_numbers_are_no_grades() {
        check(&["12-Sep", "8-Jun", "Sep-12", "2024-09-12", "9/12/2024", "45547", "45547.0"], None);
        check(&["14", "-3", "3.5", "8-3", "3-3", "", "-", "s", "grade", "g", "Algebra I", "3-8-9", "8&5", "5,"], None);
    }
}

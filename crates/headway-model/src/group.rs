//! Student groups with their EDFacts/CEDS codes.

use crate::GroupCode;
use std::borrow::Cow;

/// What a student group is about: the reference group of a gap lies in the same category.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GroupCategory {
    /// All students.
    All,
    /// Race and ethnicity.
    Race,
    /// Sex.
    Sex,
    /// Disability, English learner, economic and other program status.
    Status,
    /// A group that the agency defined itself.
    Other,
}

/// A student group: its code in Headway, its name, and what it is about.
///
/// Codes are the EDFacts ones in lower case, as in the public graduation files (`ALL`, `MBL`, `CWD`, ...).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StudentGroup {
    /// The code that data, plans and addresses use.
    pub code: Cow<'static, str>,
    /// The name that people read.
    pub name: Cow<'static, str>,
    /// What the group is about.
    pub category: GroupCategory,
    /// The group that a gap is measured against, where the field has an agreed one.
    pub reference: Option<&'static str>,
}

/// (code, name, category, reference group, other spellings in lower case)
type GroupRow = (&'static str, &'static str, GroupCategory, Option<&'static str>, &'static [&'static str]);

use GroupCategory::{All, Race, Sex, Status};

const TABLE: &[GroupRow] = &[
    ("all", "All students", All, None, &["all students", "total", "state", "all_students", "total - gender"]),
    (
        "ecd",
        "Economically disadvantaged",
        Status,
        Some("all"),
        &["economically disadvantaged", "eds", "econ dis", "economically disadvantaged students", "econ. disadv."],
    ),
    ("low", "Low income", Status, Some("all"), &["low income", "low-income", "low_income"]),
    ("hns", "High needs", Status, Some("all"), &["high needs", "high_needs"]),
    (
        "cwd",
        "Students with disabilities",
        Status,
        Some("all"),
        &[
            "children with disabilities",
            "students with disabilities",
            "swd",
            "stud w disab",
            "students_with_disabilities",
            "special education",
            "wdis",
            "disabilities",
        ],
    ),
    (
        "lep",
        "English learners",
        Status,
        Some("all"),
        &[
            "english learners",
            "english learner",
            "el",
            "ell",
            "els",
            "english language learners",
            "english language learner",
            "limited english proficient",
            "english_learners",
            "lim eng prof",
        ],
    ),
    ("mig", "Migrant", Status, Some("all"), &["migrant", "migrant students", "migratory"]),
    ("hom", "Homeless", Status, Some("all"), &["homeless", "homeless students"]),
    ("fcs", "Foster care", Status, Some("all"), &["foster care", "foster", "fos"]),
    ("mil", "Military connected", Status, Some("all"), &["military connected", "military", "military-connected"]),
    (
        "mam",
        "American Indian or Alaska Native",
        Race,
        Some("mwh"),
        &[
            "american indian or alaska native",
            "american indian",
            "american_indian",
            "am. ind. or alaska nat.",
            "amer. ind. or alaska nat.",
            "american indian/alaska native",
            "american indian or alaskan native",
            "native american",
            "am",
        ],
    ),
    ("mas", "Asian", Race, Some("mwh"), &["asian", "as"]),
    ("mpi", "Asian or Pacific Islander", Race, Some("mwh"), &["asian/pacific islander", "asian or pacific islander"]),
    (
        "mnp",
        "Native Hawaiian or Pacific Islander",
        Race,
        Some("mwh"),
        &[
            "native hawaiian or pacific islander",
            "pacific islander",
            "pacific_islander",
            "nat. haw. or pacif. isl.",
            "native hawaiian or other pacific islander",
            "native hawaiian/pacific islander",
            "native hawaiian, pacific islander",
            "hp",
        ],
    ),
    (
        "mbl",
        "Black or African American",
        Race,
        Some("mwh"),
        &[
            "black or african american",
            "black",
            "african american",
            "african american/black",
            "afr. amer./black",
            "african american or black",
            "bl",
            "black/african american",
        ],
    ),
    (
        "mhi",
        "Hispanic or Latino",
        Race,
        Some("mwh"),
        &[
            "hispanic or latino",
            "hispanic",
            "hispanic/latino",
            "hispanic or latino of any race",
            "latino",
            "hi",
            "latinx",
            "hispanic or latinx",
        ],
    ),
    (
        "mtr",
        "Two or more races",
        Race,
        Some("mwh"),
        &[
            "two or more races",
            "multi race",
            "multi_race",
            "multiracial",
            "multi-race, non-hispanic",
            "multi-race non-hispanic",
            "multi-race, non-hisp./lat.",
            "multi-race,non-hispanic",
            "multi-race, not hispanic or latino",
            "mu",
            "two or more",
        ],
    ),
    ("mwh", "White", Race, None, &["white", "wh", "white, non-hispanic", "white or caucasian"]),
    ("female", "Female", Sex, Some("male"), &["female", "females", "girls", "f", "women", "women+"]),
    ("non-binary", "Non-binary", Sex, Some("male"), &["nonbinary", "non binary"]),
    ("male", "Male", Sex, None, &["male", "males", "boys", "m", "men", "men+"]),
];

impl StudentGroup {
    /// The standing groups, in the order in which they are shown.
    pub fn standing_groups() -> impl Iterator<Item = Self> {
        TABLE.iter().map(from_row)
    }

    /// The standing group of this code.
    pub fn of_code(code: &str) -> Option<Self> {
        TABLE.iter().find(|row| row.0 == code).map(from_row)
    }

    /// The standing group that a file calls `text`, by code, name or a known other spelling.
    pub fn from_spelling(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        TABLE
            .iter()
            .find(|row| row.0 == text || row.1.eq_ignore_ascii_case(&text) || row.4.contains(&&*text))
            .map(from_row)
    }

    /// A group's code as data, plans and addresses have it. One that crosses several (`mhi+female`) has the codes of them in the order
    /// of the alphabet, each once: the students are the same in whatever order the words stand. All students and a group are that group.
    pub fn canonical_code(code: &str) -> Cow<'_, str> {
        if !code.contains('+') {
            return Cow::Borrowed(code);
        }
        let all = |word: &&str| !word.is_empty() && *word != crate::ALL;
        let mut words: Vec<&str> = code.split('+').map(str::trim).filter(all).collect();
        words.sort_unstable();
        words.dedup();
        match words.join("+") {
            joined if joined == code => Cow::Borrowed(code),
            none if none.is_empty() => Cow::Borrowed(crate::ALL),
            joined => Cow::Owned(joined),
        }
    }

    /// The words of a code that are no standing groups.
    pub fn unknown_words(code: &str) -> impl Iterator<Item = &str> {
        code.split('+').filter(|word| Self::of_code(word).is_none())
    }

    /// The group that a code is compared with; of a code outside the standing ones, all students.
    pub fn reference_of(code: &str) -> Option<&'static str> {
        TABLE.iter().find(|row| row.0 == code).map_or(Some(crate::ALL), |row| row.3)
    }

    /// The name of a group code; a code that is not known is its own name.
    pub fn name_of(code: &str) -> Cow<'_, str> {
        let standing = TABLE.iter().find(|row| row.0 == code).map(|row| row.1);
        let other = || OTHER_NAMES.iter().find(|(known, _)| *known == code).map(|(_, name)| *name);
        Cow::Borrowed(standing.or_else(other).unwrap_or(code))
    }

    /// Codes in the order in which they are shown: the standing groups first.
    pub fn sort_for_display(mut codes: Vec<GroupCode>) -> Vec<GroupCode> {
        let standing: Vec<String> = Self::standing_groups().map(|g| g.code.into_owned()).collect();
        codes.sort_by_key(|g| (standing.iter().position(|s| s == g).unwrap_or(usize::MAX), g.clone()));
        codes
    }

    /// The students of a group inside a sentence: "students with disabilities", "Asian students", "English learners".
    pub fn students_of(code: &str) -> String {
        let name = Self::name_of(code);
        let small = || {
            let mut letters = name.chars();
            letters.next().into_iter().flat_map(char::to_lowercase).chain(letters).collect::<String>()
        };
        match Self::of_code(code).map(|group| group.category) {
            _ if code == "lep" => name.into_owned(),
            Some(All) => small(),
            Some(Status) if name.starts_with("Students ") => small(),
            Some(Sex | Status) => format!("{} students", small()),
            Some(Race) => format!("{name} students"),
            _ => format!("the group “{name}”"),
        }
    }
}

/// Names of codes outside the standing ones that agencies' reports have.
const OTHER_NAMES: [(&str, &str); 3] =
    [("lep-former", "English learners and former ones"), ("not-low", "Not low income"), ("urban", "Urban")];

fn from_row(row: &GroupRow) -> StudentGroup {
    StudentGroup { code: Cow::Borrowed(row.0), name: Cow::Borrowed(row.1), category: row.2, reference: row.3 }
}

#[cfg(test)]
mod tests {
    use super::StudentGroup;

    #[test]
    fn a_crossed_group_has_one_code() {
        for (code, want) in [
            ("all", "all"),
            ("female", "female"),
            ("female+mhi", "female+mhi"),
            ("mhi+female", "female+mhi"),
            ("mhi + female", "female+mhi"),
            ("lep+mhi+ecd", "ecd+lep+mhi"),
            ("female+female", "female"),
            ("female+all", "female"),
            ("all+all", "all"),
        ] {
            assert_eq!(StudentGroup::canonical_code(code), want, "{code}");
        }
        assert_eq!(StudentGroup::unknown_words("female+own").collect::<Vec<_>>(), ["own"]);
        assert_eq!(StudentGroup::unknown_words("female+mhi").count(), 0);
    }

    #[test]
    fn the_students_of_a_group_fit_into_a_sentence() {
        for (code, words) in [
            ("all", "all students"),
            ("ecd", "economically disadvantaged students"),
            ("cwd", "students with disabilities"),
            ("lep", "English learners"),
            ("mas", "Asian students"),
            ("urban", "the group “Urban”"),
        ] {
            assert_eq!(StudentGroup::students_of(code), words);
        }
    }
}

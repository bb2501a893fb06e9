//! A profile: how the files of one report kind are read. One TOML file, reviewable, reusable next year; `docs/profiles.md`
//! describes every word.

mod counted;
mod error;
mod marks;
mod meaning;
mod part;
mod table;
mod template;
mod values;

use std::collections::BTreeMap;

use headway_model::{MeasureId, Period, YearEnd, whole_on};
use jiff::civil::Date;
use serde::Deserialize;

pub use counted::FigureKind;
pub use error::ProfileError;
pub use marks::FigureMark;
pub use meaning::TokenMeaning;
pub(crate) use meaning::parse_band;
pub(crate) use part::fold_text;
pub use part::{LevelRule, PartRule, PeriodPart, PlaceRule};
pub use table::{HeaderRows, OneOrMany, SkipRule, TableRule};
pub use template::{NamedPattern, TextTemplate};
pub(crate) use template::{TemplatePiece, pad_with_zeros};
pub use values::{DecimalMark, MaskRule, NumberScale, ValueRule};

/// How the files of one report kind are read.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportProfile {
    /// What the report is called.
    pub name: String,
    /// The publisher and, where known, the address of the report.
    #[serde(default)]
    pub source: String,
    /// Whether the figures are final or preliminary.
    #[serde(default)]
    pub release: ReleaseStage,
    /// From how many days after the end of its period on a figure tells of the whole period; those that became known earlier are
    /// partial, and stay so while the plan's year end stays. Without it a figure counts once its period is over.
    pub whole_from: Option<u16>,
    /// From which day on the figures are known, for [`Self::whole_from`]; the file itself can't say it.
    #[serde(skip)]
    pub known_from: Option<Date>,
    /// By measure, the end of its years where the plan in force says one, for [`Self::whole_from`].
    #[serde(skip)]
    pub year_ends: BTreeMap<MeasureId, YearEnd>,
    /// How the sheet is laid out.
    #[serde(default)]
    pub table: TableRule,
    /// Picks named parts out of the file's name, with its folders as given (`grade-(?<grade>\d+)`).
    pub file: Option<NamedPattern>,
    /// Picks named parts out of the sheet's name.
    pub sheet: Option<NamedPattern>,
    /// Picks named parts out of a cell above the header.
    pub title: Option<NamedPattern>,
    /// Short names for columns: the headers that each may have.
    #[serde(default)]
    pub columns: BTreeMap<String, OneOrMany>,
    /// Columns that are not wanted; every column must be used or named here.
    #[serde(default)]
    pub ignore: Vec<String>,
    /// Columns that are not wanted, by header pattern.
    pub ignore_pattern: Option<NamedPattern>,
    /// The place.
    #[serde(rename = "unit", default = "part::empty_part")]
    pub place: PartRule,
    /// The student group.
    #[serde(default = "part::part_for_all")]
    pub group: PartRule,
    /// The grade.
    #[serde(default = "part::part_for_all")]
    pub grade: PartRule,
    /// The period and its kind.
    #[serde(default)]
    pub period: PeriodPart,
    /// What level a place is of: the first rule that fits.
    #[serde(default)]
    pub level: Vec<LevelRule>,
    /// Places that a row tells of besides its own (its district, its state).
    #[serde(rename = "place", default)]
    pub other_places: Vec<PlaceRule>,
    /// What each value column holds. A profile with [[place]] rules and no values reads a register of places.
    #[serde(default)]
    pub values: Vec<ValueRule>,
    /// Rows that are left out, with the reason.
    #[serde(default)]
    pub skip: Vec<SkipRule>,
    /// What texts that are no numbers mean. `""` is the empty cell; without it an empty cell is no observation.
    #[serde(default)]
    pub tokens: BTreeMap<String, TokenMeaning>,
    /// What marks beside a figure mean: `p` is provisional, `b` a break of the series.
    #[serde(default)]
    pub marks: BTreeMap<String, FigureMark>,
    /// The decimal mark of all numbers.
    #[serde(default)]
    pub decimal: DecimalMark,
    /// Whether bounds such as `GE95`, `LT50`, `21-39`, `<10` are read as what they say.
    #[serde(default)]
    pub bands: bool,
}

/// Whether figures are final.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReleaseStage {
    /// As the publisher will leave them.
    #[default]
    Final,
    /// Published ahead; every value is flagged provisional.
    Preliminary,
}

/// No id has more digits; padding to more would only fill the memory.
const MOST_DIGITS: usize = 40;

impl ImportProfile {
    /// Reads a profile. `file` is the name that errors carry.
    ///
    /// # Errors
    /// [`ProfileError`] with the line, when the text is no TOML, a word is unknown, or two parts contradict each other.
    pub fn parse(text: &str, file: &str) -> Result<Self, ProfileError> {
        let profile: Self = toml::from_str(text).map_err(|e| ProfileError::of_toml(&e, text, file))?;
        profile.check_rules().map_err(|(word, message)| ProfileError::at_word(&word, message, text, file))?;
        Ok(profile)
    }

    /// From which day on figures of a measure's period are of the whole of it, by `whole_from`; `None` where the profile does not
    /// say it. [`Self::year_ends`] tells when the measure's years end.
    pub fn whole_on(&self, measure: &str, period: Period) -> Option<Date> {
        Some(whole_on(period, self.year_ends.get(measure).copied(), self.whole_from?))
    }

    /// Whether a figure of a measure's period is partial: known, as far as that is said, before it can tell of the whole.
    pub fn is_partial(&self, measure: &str, period: Period) -> bool {
        self.whole_on(measure, period).zip(self.known_from).is_some_and(|(whole, known)| known < whole)
    }

    /// What serde can't see. The first text is a word to look for, so that the error finds its line.
    fn check_rules(&self) -> Result<(), (String, String)> {
        if self.values.is_empty() && self.other_places.is_empty() {
            return Err(("values".into(), "neither [[values]] nor [[place]]: nothing would be read".into()));
        }
        if !self.values.is_empty() && self.other_places.iter().any(PlaceRule::is_dated) {
            let why =
                "from, opened, closed, into and out_of belong to a register of places, a profile without [[values]]";
            return Err(("place".into(), why.into()));
        }
        for rule in &self.values {
            rule.check_rule().map_err(|message| ("[[values]]".into(), message))?;
        }
        if self.marks.keys().any(|mark| mark.trim().is_empty()) {
            return Err(("[marks]".into(), "an empty text can't be a mark".into()));
        }
        if self.marks.is_empty() && self.values.iter().any(|rule| rule.marks.is_some()) {
            return Err(("marks".into(), "a column of marks needs a table [marks] that says what they mean".into()));
        }
        for rule in &self.skip {
            rule.check_rule().map_err(|message| ("[[skip]]".into(), message))?;
        }
        let own = self.values.iter().flat_map(|rule| [&rule.place, &rule.group, &rule.grade].into_iter().flatten());
        let places = self.other_places.iter().flat_map(|rule| std::iter::once(&rule.id).chain(&rule.parent));
        let measures = self.values.iter().map(|rule| &rule.measure);
        let mut parts = [&self.place, &self.group, &self.grade].into_iter().chain(own).chain(places).chain(measures);
        if parts.any(|part| part.digits.is_some_and(|digits| digits > MOST_DIGITS)) {
            return Err(("digits".into(), format!("digits: an id has {MOST_DIGITS} digits at most")));
        }
        if self.level.is_empty() && !self.values.is_empty() {
            return Err((
                "level".into(),
                "no [[level]]: say at least `is = \"school\"` (or district, state, ...)".into(),
            ));
        }
        self.table.check_header().map_err(|message| ("[table]".into(), message))?;
        for name in self.columns.keys() {
            for (what, pattern) in [("file", &self.file), ("sheet", &self.sheet), ("title", &self.title)] {
                if pattern.as_ref().is_some_and(|p| p.group_names().any(|n| n == name)) {
                    return Err((
                        name.clone(),
                        format!("“{name}” is named twice: a column and a part of the {what} pattern"),
                    ));
                }
            }
        }
        Ok(())
    }
}

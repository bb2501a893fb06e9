//! Where a part of the key comes from, and how its text becomes a code.

use std::collections::BTreeMap;
use std::fmt;

use headway_model::{Level, PeriodKind};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserializer, MapAccess, Visitor};

use super::{NamedPattern, TextTemplate};

/// Where a part of the key (place, group, grade, measure) comes from: `"{School Code}"`, or a table with more to say.
#[derive(Clone, Debug)]
pub struct PartRule {
    /// The text, with holes for columns, header parts, file, sheet and title parts.
    pub from: TextTemplate,
    /// Takes only this out of the text: group 1, or the whole match. A text in which it is not found is refused.
    pub pick: Option<NamedPattern>,
    /// What texts are called here (compared without regard to case). For groups, each text between `+` signs is looked up.
    pub map: BTreeMap<String, String>,
    /// What an empty text means; without it the row is refused.
    pub blank: Option<String>,
    /// Pads with zeros on the left to so many digits: spreadsheets drop leading zeros. A longer number is refused.
    pub digits: Option<usize>,
    /// Put before the id.
    pub prefix: String,
    /// Put behind the id.
    pub suffix: String,
    /// Makes an id of words: lower case, a dash between them (`Mathematics Grade 10` becomes `mathematics-grade-10`).
    pub slug: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LongPart {
    from: TextTemplate,
    pick: Option<NamedPattern>,
    #[serde(default)]
    map: BTreeMap<String, String>,
    blank: Option<String>,
    digits: Option<usize>,
    #[serde(default)]
    prefix: String,
    #[serde(default)]
    suffix: String,
    #[serde(default)]
    slug: bool,
}

impl<'de> Deserialize<'de> for PartRule {
    /// A text is the short form. (An untagged enum would say of every fault only that nothing fits.)
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PartVisitor;
        impl<'de> Visitor<'de> for PartVisitor {
            type Value = PartRule;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text such as \"{School Code}\", or a table with `from`")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<PartRule, E> {
                TextTemplate::try_from(text.to_owned()).map(PartRule::from_template).map_err(E::custom)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<PartRule, A::Error> {
                LongPart::deserialize(MapAccessDeserializer::new(map)).map(PartRule::from)
            }
        }
        deserializer.deserialize_any(PartVisitor)
    }
}

impl From<LongPart> for PartRule {
    fn from(long: LongPart) -> Self {
        Self {
            from: long.from,
            pick: long.pick,
            map: long.map.into_iter().map(|(k, v)| (fold_text(&k), v)).collect(),
            blank: long.blank,
            digits: long.digits,
            prefix: long.prefix,
            suffix: long.suffix,
            slug: long.slug,
        }
    }
}

impl PartRule {
    fn from_template(from: TextTemplate) -> Self {
        Self {
            from,
            pick: None,
            map: BTreeMap::new(),
            blank: None,
            digits: None,
            prefix: String::new(),
            suffix: String::new(),
            slug: false,
        }
    }
}

/// The default of group and grade.
pub(super) fn part_for_all() -> PartRule {
    PartRule::from_template(TextTemplate::constant(headway_model::ALL))
}

/// The place where a profile names none: every row is refused then.
pub(super) fn empty_part() -> PartRule {
    PartRule::from_template(TextTemplate::default())
}

/// Texts of a map are compared in lower case with single spaces.
pub(crate) fn fold_text(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Where the period comes from.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeriodPart {
    /// What a period is here.
    pub kind: PeriodKind,
    /// Its text.
    pub from: TextTemplate,
    /// Takes only this out of the text.
    pub pick: Option<NamedPattern>,
    /// Put before it (`20` before `17`).
    #[serde(default)]
    pub prefix: String,
    /// What texts are called here.
    #[serde(default)]
    pub map: BTreeMap<String, String>,
}

/// The period where a profile names none: every row is refused then.
impl Default for PeriodPart {
    fn default() -> Self {
        Self {
            kind: PeriodKind::SchoolYear,
            from: TextTemplate::default(),
            pick: None,
            prefix: String::new(),
            map: BTreeMap::new(),
        }
    }
}

/// What level a place is of. The first rule that fits is taken; a place that none fits is refused.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelRule {
    /// The level.
    pub is: Level,
    /// Fits ids in which this is found; without it every id.
    pub id: Option<NamedPattern>,
    /// The id to use instead; `{1}` is the first group of `id`.
    #[serde(rename = "unit")]
    pub place: Option<TextTemplate>,
    /// The id of the place it belongs to; `{1}` is the first group of `id`.
    pub parent: Option<TextTemplate>,
    /// Its name.
    pub name: Option<TextTemplate>,
    /// Whether rows of this level are wanted; else they are left out as totals.
    #[serde(default = "default_wanted")]
    pub wanted: bool,
}

/// A place that rows tell of besides their own.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlaceRule {
    /// Its level.
    pub is: Level,
    /// Its id; rows where it is empty tell of none. It must fit the pattern of a [[level]] of its level, where there is one.
    pub id: PartRule,
    /// Its name.
    pub name: TextTemplate,
    /// The id of the place it belongs to.
    pub parent: Option<PartRule>,
    /// In a register: the first day for which its name and parent are said, as a date or a school year.
    pub from: Option<TextTemplate>,
    /// In a register: its first day.
    pub opened: Option<TextTemplate>,
    /// In a register: its last day.
    pub closed: Option<TextTemplate>,
    /// In a register: the ids of the places that took it in when it closed, with `;` between.
    pub into: Option<TextTemplate>,
    /// In a register: the ids of the places that it was made of, with `;` between.
    pub out_of: Option<TextTemplate>,
}

impl PlaceRule {
    /// Whether it says anything that only a register can say.
    pub(super) fn is_dated(&self) -> bool {
        [&self.from, &self.opened, &self.closed, &self.into, &self.out_of].into_iter().any(Option::is_some)
    }
}

fn default_wanted() -> bool {
    true
}

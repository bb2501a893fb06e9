//! Ids: each kind of thing has a type of its own, so that none stands where another belongs, and one rule says what an id may be.

use std::borrow::{Borrow, Cow};
use std::fmt;
use std::ops::Deref;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

/// The most letters of an id that stands in addresses and file names.
pub(crate) const LONGEST_NAME: usize = 64;
/// The most letters of the code of a place, student group or grade: other people's registers give them.
const LONGEST_CODE: usize = 200;
/// What Windows takes for a device, whatever its ending.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// What is wrong with an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdFault {
    /// Nothing stands there.
    #[error("it is empty")]
    Empty,
    /// Longer than the rule allows, in letters.
    #[error("it is longer than {0} letters")]
    TooLong(usize),
    /// A tab, a line end or another control character.
    #[error("it contains a control character, such as a tab or a line end")]
    Control,
    /// Neither an address nor a file could bear it.
    #[error(
        "it can't be part of an address or the name of a file: use letters, digits, “-”, “_”, and “.” between them"
    )]
    NotAName,
}

/// Whether an id can stand in an address and be the name of a file or folder: letters, digits, `-` and `_`, and `.` inside, 64
/// at most, and none that a system takes for a device.
///
/// ```
/// use headway_model::is_id;
/// assert!(is_id("grad-5yr") && is_id("2026.1") && is_id("año"));
/// assert!(!is_id("../up") && !is_id("a/b") && !is_id(".git") && !is_id("..") && !is_id("a b") && !is_id("nul.x"));
/// ```
pub fn is_id(id: &str) -> bool {
    check_name(id).is_ok()
}

/// The rule for ids that a plan gives: they stand in addresses and file names.
fn check_name(id: &str) -> Result<(), IdFault> {
    let is_plain = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.');
    match id {
        "" => Err(IdFault::Empty),
        long if long.chars().count() > LONGEST_NAME => Err(IdFault::TooLong(LONGEST_NAME)),
        id if id.chars().all(is_plain) && !id.starts_with('.') && !id.ends_with('.') && !is_device(id) => Ok(()),
        _ => Err(IdFault::NotAName),
    }
}

fn is_device(id: &str) -> bool {
    let stem = id.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let port = stem.strip_prefix("com").or(stem.strip_prefix("lpt"));
    DEVICES.contains(&stem.as_str())
        || port.is_some_and(|number| number.len() == 1 && number.bytes().all(|b| b.is_ascii_digit()))
}

/// The rule for codes that other people's registers give: they stand in files of the lake, one to a line.
fn check_code(code: &str) -> Result<(), IdFault> {
    match code {
        "" => Err(IdFault::Empty),
        long if long.chars().count() > LONGEST_CODE => Err(IdFault::TooLong(LONGEST_CODE)),
        code if code.chars().any(char::is_control) => Err(IdFault::Control),
        _ => Ok(()),
    }
}

/// One type for each kind of id. `From` takes an id as it was read, so that `plan check` can say what is wrong with it beside
/// everything else; `parse` takes only what the rule allows.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident by $rule:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The id that a text names.
            ///
            /// # Errors
            /// [`IdFault`] when it is none.
            pub fn parse(text: &str) -> Result<Self, IdFault> {
                $rule(text).map(|()| Self(text.to_owned()))
            }

            /// What is wrong with it, if anything.
            ///
            /// # Errors
            /// [`IdFault`], as [`Self::parse`] has it.
            pub fn check_id(&self) -> Result<(), IdFault> {
                $rule(&self.0)
            }

            /// It as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }
        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }
        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
        impl Deref for $name {
            type Target = str;
            fn deref(&self) -> &str {
                &self.0
            }
        }
        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.0 == other
            }
        }
        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.0 == *other
            }
        }
        impl PartialEq<String> for $name {
            fn eq(&self, other: &String) -> bool {
                self.0 == *other
            }
        }
        impl PartialEq<$name> for String {
            fn eq(&self, other: &$name) -> bool {
                *self == other.0
            }
        }
        impl PartialEq<$name> for str {
            fn eq(&self, other: &$name) -> bool {
                self == other.0
            }
        }
        impl PartialEq<$name> for &str {
            fn eq(&self, other: &$name) -> bool {
                *self == other.0
            }
        }
        /// As a text: files and answers hold the id alone.
        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                String::schema_name()
            }
            fn inline_schema() -> bool {
                String::inline_schema()
            }
            fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                String::json_schema(generator)
            }
        }
    )+};
}

ids! {
    /// An agency: a state department, a district, an office.
    AgencyId by check_name;
    /// A plan of an agency, the same in every edition.
    PlanId by check_name;
    /// A measure of an agency.
    MeasureId by check_name;
    /// A program of a plan.
    ProgramId by check_name;
    /// A strategy of a plan.
    StrategyId by check_name;
    /// A person or role that answers for something (an owner of a plan).
    PersonId by check_name;
    /// A place (state, district, school, county), by the code that its register gives.
    PlaceId by check_code;
    /// A student group (`all`, `female`, `female+mhi`).
    GroupCode by check_code;
    /// A grade (`all`, `KG`, `3`).
    GradeCode by check_code;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_rule_for_names_and_one_for_codes() {
        let check = |text: &str, as_name: Result<(), IdFault>, as_code: Result<(), IdFault>| {
            assert_eq!(MeasureId::parse(text).map(|id| assert_eq!(id, text)), as_name, "{text:?} as a measure");
            assert_eq!(PlaceId::parse(text).map(|id| assert_eq!(id, text)), as_code, "{text:?} as a place");
        };
        check("grad-5yr", Ok(()), Ok(()));
        check("", Err(IdFault::Empty), Err(IdFault::Empty));
        check("001 - 23", Err(IdFault::NotAName), Ok(()));
        check("a\tb", Err(IdFault::NotAName), Err(IdFault::Control));
        check(&"x".repeat(65), Err(IdFault::TooLong(64)), Ok(()));
        check(&"x".repeat(201), Err(IdFault::TooLong(64)), Err(IdFault::TooLong(200)));
        check("lpt1.csv", Err(IdFault::NotAName), Ok(()));
        assert!(is_id("grad-5yr") && is_id("2026.1") && is_id("año") && is_id("com"));
    }

    #[test]
    fn files_hold_the_id_alone() {
        let id: PlaceId = serde_json::from_str("\"0010\"").expect("an id");
        assert_eq!((id.as_str(), serde_json::to_string(&id).expect("a text")), ("0010", "\"0010\"".to_owned()));
    }
}

//! A published value: what a public reader sees of a figure, and nothing else.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

/// A figure as the public sees it (invariant 3). Only the suppression step makes one, and what is hidden is not in it: there
/// is no way back to the number, because the number was left behind.
///
/// `Debug`, `Display` and JSON say what a reader may see:
/// `{"shown": "exact", "value": 87.5}`, `{"shown": "range", "lo": 0, "hi": 5, "label": "5 or less"}`,
/// `{"shown": "hidden", "why": "few-students", "label": "too few students"}`, `{"shown": "missing", "why": "not-tested", "label": "not tested"}`.
///
/// ```compile_fail
/// // Nobody else can make one out of a number.
/// let value = headway_disclosure::PublishedValue(headway_disclosure::ShownValue::Exact(3.0));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PublishedValue(ShownValue);

/// What a public reader sees: all that a [`PublishedValue`] holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ShownValue {
    /// The figure itself.
    Exact(f64),
    /// Somewhere between two bounds.
    Range(ValueRange),
    /// Known to the agency and not told.
    Hidden(HiddenReason),
    /// There is no figure.
    Missing(AbsenceReason),
}

/// The bounds of a figure, in the measure's unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ValueRange {
    /// The lowest it can be; minus infinity where nothing is said.
    pub lo: f64,
    /// The highest it can be; infinity where nothing is said.
    pub hi: f64,
    /// Whether the bounds themselves are excluded: (`lo`, `hi`).
    pub without: (bool, bool),
    /// Whether a bound is an end of the scale, so that the other one says all: "5 or less", "95 or more".
    pub ends: (bool, bool),
}

/// Why a figure is hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HiddenReason {
    /// Fewer students than the agency's n-size.
    FewStudents,
    /// All students less this group are fewer than the n-size, and would follow.
    Complement,
    /// A hidden figure of somebody else would follow from it.
    Secondary,
    /// The agency's own source hides it.
    BySource,
    /// Nobody knows here how many students are behind it.
    Uncounted,
    /// It has no count of its own, and may be made of figures that are hidden here.
    MadeOf,
}

/// Why there is no figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AbsenceReason {
    /// The students were not tested.
    NotTested,
    /// The measure does not apply here.
    NotApplicable,
    /// Due, and not reported.
    NotReported,
    /// Nothing is known of it.
    Unknown,
}

impl PublishedValue {
    pub(super) fn exact(value: f64) -> Self {
        Self(ShownValue::Exact(value))
    }

    pub(super) fn range(range: ValueRange) -> Self {
        Self(ShownValue::Range(range))
    }

    pub(super) fn hidden(reason: HiddenReason) -> Self {
        Self(ShownValue::Hidden(reason))
    }

    pub(super) fn missing(absence: AbsenceReason) -> Self {
        Self(ShownValue::Missing(absence))
    }

    /// What the reader sees.
    pub fn shown(&self) -> ShownValue {
        self.0
    }

    /// The text for a cell of a table: the number, the bounds, or why there is none.
    pub fn label_text(&self) -> String {
        match self.0 {
            ShownValue::Exact(value) => number_text(value),
            ShownValue::Range(range) => range.label_text(),
            ShownValue::Hidden(reason) => reason.label_text().to_owned(),
            ShownValue::Missing(absence) => absence.label_text().to_owned(),
        }
    }

    /// Which of the four it is, as JSON and CSV write it.
    pub fn id(&self) -> &'static str {
        match self.0 {
            ShownValue::Exact(_) => "exact",
            ShownValue::Range(_) => "range",
            ShownValue::Hidden(_) => "hidden",
            ShownValue::Missing(_) => "missing",
        }
    }

    /// Why there is no figure, as JSON and CSV write it; nothing where there is one.
    pub fn reason_id(&self) -> Option<&'static str> {
        match self.0 {
            ShownValue::Hidden(reason) => Some(reason.id()),
            ShownValue::Missing(absence) => Some(absence.id()),
            ShownValue::Exact(_) | ShownValue::Range(_) => None,
        }
    }
}

impl std::fmt::Display for PublishedValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.label_text())
    }
}

impl Serialize for PublishedValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("shown", self.id())?;
        match self.0 {
            ShownValue::Exact(value) => map.serialize_entry("value", &value)?,
            ShownValue::Range(range) => {
                map.serialize_entry("lo", &range.lo.is_finite().then_some(range.lo))?;
                map.serialize_entry("hi", &range.hi.is_finite().then_some(range.hi))?;
                map.serialize_entry("label", &range.label_text())?;
            }
            ShownValue::Hidden(_) | ShownValue::Missing(_) => {
                map.serialize_entry("why", &self.reason_id())?;
                map.serialize_entry("label", &self.label_text())?;
            }
        }
        map.end()
    }
}

impl ValueRange {
    /// The bounds in words: `5 or less`, `95 or more`, `20 to 40`, `20 to under 30`.
    pub fn label_text(&self) -> String {
        let (lo, hi) = (number_text(self.lo), number_text(self.hi));
        let open = (self.ends.0 || !self.lo.is_finite(), self.ends.1 || !self.hi.is_finite());
        match (open, self.without) {
            ((true, false), (_, true)) => format!("under {hi}"),
            ((true, false), _) => format!("{hi} or less"),
            ((false, true), (true, _)) => format!("over {lo}"),
            ((false, true), _) => format!("{lo} or more"),
            ((false, false), (false, false)) => format!("{lo} to {hi}"),
            ((false, false), (false, true)) => format!("{lo} to under {hi}"),
            ((false, false), (true, false)) => format!("over {lo} to {hi}"),
            ((false, false), (true, true)) => format!("over {lo} to under {hi}"),
            ((true, true), _) => "not told".to_owned(),
        }
    }
}

impl HiddenReason {
    /// Every reason.
    pub const ALL: [Self; 6] =
        [Self::FewStudents, Self::Complement, Self::Secondary, Self::BySource, Self::Uncounted, Self::MadeOf];

    /// The reason as JSON and CSV write it.
    pub fn id(self) -> &'static str {
        match self {
            Self::FewStudents => "few-students",
            Self::Complement => "complement",
            Self::Secondary => "secondary",
            Self::BySource => "by-source",
            Self::Uncounted => "uncounted",
            Self::MadeOf => "made-of",
        }
    }

    /// The reason for a reader.
    pub fn label_text(self) -> &'static str {
        match self {
            Self::FewStudents => "too few students",
            Self::Complement => "hidden: too few other students",
            Self::Secondary => "hidden to protect others",
            Self::BySource => "not published by the source",
            Self::Uncounted => "number of students not known",
            Self::MadeOf => "may be made of hidden figures",
        }
    }
}

impl AbsenceReason {
    /// The absence as JSON and CSV write it.
    pub fn id(self) -> &'static str {
        match self {
            Self::NotTested => "not-tested",
            Self::NotApplicable => "not-applicable",
            Self::NotReported => "not-reported",
            Self::Unknown => "missing",
        }
    }

    /// The absence for a reader.
    pub fn label_text(self) -> &'static str {
        match self {
            Self::NotTested => "not tested",
            Self::NotApplicable => "does not apply",
            Self::NotReported => "not reported",
            Self::Unknown => "no figure",
        }
    }
}

/// A number as short as it can be said, thousands apart.
fn number_text(value: f64) -> String {
    let text = format!("{value}");
    let (whole, rest) = text.split_once('.').map_or((text.as_str(), None), |(w, r)| (w, Some(r)));
    let digits = whole.trim_start_matches('-');
    if digits.len() < 5 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return text;
    }
    let mut parts: Vec<&str> = Vec::new();
    let mut end = digits.len();
    while end > 3 {
        parts.push(&digits[end - 3..end]);
        end -= 3;
    }
    parts.push(&digits[..end]);
    parts.reverse();
    let sign = if whole.starts_with('-') { "-" } else { "" };
    format!("{sign}{}{}", parts.join(","), rest.map(|r| format!(".{r}")).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_a_reader_may_see_and_nothing_else() {
        let range = |lo, hi, without, ends| PublishedValue::range(ValueRange { lo, hi, without, ends });
        let closed = (false, false);
        for (value, json, label) in [
            (PublishedValue::exact(87.5), r#"{"shown":"exact","value":87.5}"#, "87.5"),
            (PublishedValue::exact(1_234_567.0), r#"{"shown":"exact","value":1234567.0}"#, "1,234,567"),
            (
                range(0.0, 5.0, closed, (true, false)),
                r#"{"shown":"range","lo":0.0,"hi":5.0,"label":"5 or less"}"#,
                "5 or less",
            ),
            (
                range(20.0, 30.0, (false, true), closed),
                r#"{"shown":"range","lo":20.0,"hi":30.0,"label":"20 to under 30"}"#,
                "20 to under 30",
            ),
            (
                PublishedValue::hidden(HiddenReason::FewStudents),
                r#"{"shown":"hidden","why":"few-students","label":"too few students"}"#,
                "too few students",
            ),
            (
                PublishedValue::missing(AbsenceReason::NotTested),
                r#"{"shown":"missing","why":"not-tested","label":"not tested"}"#,
                "not tested",
            ),
        ] {
            assert_eq!(serde_json::to_string(&value).unwrap(), json);
            assert_eq!(value.to_string(), label);
        }
        let hidden = format!("{:?}", PublishedValue::hidden(HiddenReason::Secondary));
        assert!(!hidden.bytes().any(|b| b.is_ascii_digit()), "{hidden}");
    }
}

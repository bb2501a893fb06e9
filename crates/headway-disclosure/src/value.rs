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
/// let value = headway_disclosure::Published(headway_disclosure::Shown::Exact(3.0));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Published(Shown);

/// What a public reader sees: all that a [`Published`] holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shown {
    /// The figure itself.
    Exact(f64),
    /// Somewhere between two bounds.
    Range(Range),
    /// Known to the agency and not told.
    Hidden(Reason),
    /// There is no figure.
    Missing(Absence),
}

/// The bounds of a figure, in the measure's unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
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
pub enum Reason {
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
pub enum Absence {
    /// The students were not tested.
    NotTested,
    /// The measure does not apply here.
    NotApplicable,
    /// Due, and not reported.
    NotReported,
    /// Nothing is known of it.
    Unknown,
}

impl Published {
    pub(super) fn exact(value: f64) -> Self {
        Self(Shown::Exact(value))
    }

    pub(super) fn range(range: Range) -> Self {
        Self(Shown::Range(range))
    }

    pub(super) fn hidden(reason: Reason) -> Self {
        Self(Shown::Hidden(reason))
    }

    pub(super) fn missing(absence: Absence) -> Self {
        Self(Shown::Missing(absence))
    }

    /// What the reader sees.
    pub fn shown(&self) -> Shown {
        self.0
    }

    /// The text for a cell of a table: the number, the bounds, or why there is none.
    pub fn label(&self) -> String {
        match self.0 {
            Shown::Exact(value) => number(value),
            Shown::Range(range) => range.label(),
            Shown::Hidden(reason) => reason.words().to_owned(),
            Shown::Missing(absence) => absence.words().to_owned(),
        }
    }

    /// Which of the four it is, as JSON and CSV write it.
    pub fn id(&self) -> &'static str {
        match self.0 {
            Shown::Exact(_) => "exact",
            Shown::Range(_) => "range",
            Shown::Hidden(_) => "hidden",
            Shown::Missing(_) => "missing",
        }
    }

    /// Why there is no figure, as JSON and CSV write it; nothing where there is one.
    pub fn why(&self) -> Option<&'static str> {
        match self.0 {
            Shown::Hidden(reason) => Some(reason.id()),
            Shown::Missing(absence) => Some(absence.id()),
            Shown::Exact(_) | Shown::Range(_) => None,
        }
    }
}

impl std::fmt::Display for Published {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.label())
    }
}

impl Serialize for Published {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("shown", self.id())?;
        match self.0 {
            Shown::Exact(value) => map.serialize_entry("value", &value)?,
            Shown::Range(range) => {
                map.serialize_entry("lo", &range.lo.is_finite().then_some(range.lo))?;
                map.serialize_entry("hi", &range.hi.is_finite().then_some(range.hi))?;
                map.serialize_entry("label", &range.label())?;
            }
            Shown::Hidden(_) | Shown::Missing(_) => {
                map.serialize_entry("why", &self.why())?;
                map.serialize_entry("label", &self.label())?;
            }
        }
        map.end()
    }
}

impl Range {
    /// The bounds in words: `5 or less`, `95 or more`, `20 to 40`, `20 to under 30`.
    pub fn label(&self) -> String {
        let (lo, hi) = (number(self.lo), number(self.hi));
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

impl Reason {
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
    pub fn words(self) -> &'static str {
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

impl Absence {
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
    pub fn words(self) -> &'static str {
        match self {
            Self::NotTested => "not tested",
            Self::NotApplicable => "does not apply",
            Self::NotReported => "not reported",
            Self::Unknown => "no figure",
        }
    }
}

/// A number as short as it can be said, thousands apart.
fn number(value: f64) -> String {
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
        let range = |lo, hi, without, ends| Published::range(Range { lo, hi, without, ends });
        let closed = (false, false);
        for (value, json, label) in [
            (Published::exact(87.5), r#"{"shown":"exact","value":87.5}"#, "87.5"),
            (Published::exact(1_234_567.0), r#"{"shown":"exact","value":1234567.0}"#, "1,234,567"),
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
                Published::hidden(Reason::FewStudents),
                r#"{"shown":"hidden","why":"few-students","label":"too few students"}"#,
                "too few students",
            ),
            (
                Published::missing(Absence::NotTested),
                r#"{"shown":"missing","why":"not-tested","label":"not tested"}"#,
                "not tested",
            ),
        ] {
            assert_eq!(serde_json::to_string(&value).unwrap(), json);
            assert_eq!(value.to_string(), label);
        }
        let hidden = format!("{:?}", Published::hidden(Reason::Secondary));
        assert!(!hidden.bytes().any(|b| b.is_ascii_digit()), "{hidden}");
    }
}

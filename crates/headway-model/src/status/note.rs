//! What a reader must know beside a status.

use serde::Serialize;

/// A note: what it is about, and the words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StatusNote {
    /// What it is about.
    pub kind: NoteKind,
    /// The words, one sentence.
    pub text: String,
}

/// What a note is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoteKind {
    /// Which period the target speaks of, when its result is due, which result is the latest.
    TargetPeriod,
    /// The value is past the final target before its date.
    AlreadyPast,
    /// A later result says something else than that of the target's own period, or stands in for it.
    OwnPeriod,
    /// How often results are expected.
    Rhythm,
    /// The series breaks.
    Break,
    /// The value is a range or bound whose ends give different statuses.
    Range,
    /// How the baseline was found, or that it was not.
    Baseline,
    /// The result of the baseline's period is not what the plan states.
    OtherBaseline,
    /// Results without a usable value.
    Unusable,
    /// A period marked as having no usable value.
    Gap,
    /// Other targets for the same series: revised, later, earlier.
    OtherTargets,
    /// The value is preliminary, or stands in for a mask.
    Quality,
    /// What the method had to assume.
    Method,
    /// A later edition of the plan dropped the measure.
    Dropped,
    /// The place took in another, was made of others, or belonged elsewhere.
    Places,
}

impl StatusNote {
    /// A note.
    pub fn new(kind: NoteKind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into() }
    }
}

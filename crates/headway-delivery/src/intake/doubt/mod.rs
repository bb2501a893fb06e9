//! What a careful reader would ask before believing a file: each question is a [`ImportDoubt`], said once, with its count and its first
//! example. Most are told; some hold the import back until an option answers them.

mod again;
mod alike;
mod baseline;
mod below;
mod beyond;
mod broken_counts;
mod closed;
mod copied;
mod decimal_point;
mod earlier;
mod early;
mod evidence;
mod exchanged;
mod figures;
mod group_rates;
mod hash;
mod jumps;
mod labels;
mod levels;
mod odd;
mod opposite;
mod orphans;
mod pairs;
mod partly;
mod parts;
mod per_period;
mod period;
mod placeholder;
mod planned;
mod register;
mod relabeled;
mod revised;
mod sample;
mod scale;
mod shocks;
mod slices;
mod slid;
mod twin_places;
mod twins;
mod walk;
mod wholes;
mod within;

use headway_model::MeasureId;
use std::fmt;

use serde::Serialize;

pub(super) use again::of_same_bytes;
pub(super) use alike::alike_ids_doubt;
pub(super) use earlier::{LastOfKind, missing_doubts};
pub use levels::{LevelSum, SummedFigure, sums_in_words};
pub(super) use orphans::orphan_doubt;
pub(super) use planned::{middle_of_target, target_values};
pub(super) use sample::median;
pub(super) use scale::scale_factor;
pub(super) use walk::{CatalogMeasure, CheckContext, LookalikeMeasure, ask_questions, number_text};

/// One cause of doubt about an import.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ImportDoubt {
    /// What it is about.
    pub kind: DoubtKind,
    /// The measures it was found in; empty where it is about the files as such.
    pub measures: Vec<MeasureId>,
    /// What is odd, in words.
    pub cause: String,
    /// How many figures (places, groups) it concerns.
    pub count: u64,
    /// Of how many that were looked at; `None` where that says nothing.
    pub of: Option<u64>,
    /// The first example, in words; empty where the cause is example enough.
    pub first: String,
    /// What to do, or what was done, in words.
    pub advice: String,
    /// The option that lets the import in all the same; `None` where the doubt is told only.
    pub until: Option<DoubtAnswer>,
}

/// What a doubt is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DoubtKind {
    /// The same bytes are in already, read in another way.
    Again,
    /// Nearly every figure known before has another value.
    Revised,
    /// The figures are on another scale than those of other periods.
    Scale,
    /// A few figures are on another scale than all others of the file.
    OddScale,
    /// The figures are those of another period, group or measure.
    Copied,
    /// Shares are 100 less what they were.
    Opposite,
    /// Preliminary figures come after final ones.
    Early,
    /// Counts are ten times what they were, or a tenth.
    Jump,
    /// Nearly all counts are one share of what they were: of other students.
    Size,
    /// Figures outside of what the plan holds possible.
    Bounds,
    /// One number in many places whose past is elsewhere.
    Placeholder,
    /// The plan's baselines are not what the figures of their periods say.
    Baseline,
    /// What the last import of this kind had is not there, or places are there under other ids.
    Missing,
    /// Student groups do not add up to all students.
    Parts,
    /// A part is larger than its whole: a group than all students, a school than its district.
    Larger,
    /// Every group has all students' number of students.
    Shares,
    /// A place that was closed, or not open yet.
    Closed,
    /// A period that is not over, or has not begun.
    Period,
    /// All places moved together in one period.
    Shock,
}

/// The option that answers a doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum DoubtAnswer {
    /// The figures are right, whatever was known before.
    #[serde(rename = "--revises")]
    Revises,
    /// The import takes another's place.
    #[serde(rename = "--replaces")]
    Replaces,
}

impl DoubtAnswer {
    /// The option as it is written.
    pub fn option_name(self) -> &'static str {
        match self {
            Self::Revises => "--revises",
            Self::Replaces => "--replaces",
        }
    }
}

/// How many measures a line names.
const NAMED: usize = 3;

impl fmt::Display for ImportDoubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named: Vec<&str> = self.measures.iter().take(NAMED).map(MeasureId::as_str).collect();
        if !named.is_empty() {
            f.write_str(&named.join(", "))?;
            match self.measures.len() - named.len() {
                0 => {}
                more => write!(f, " and {more} more measures")?,
            }
            f.write_str(": ")?;
        }
        f.write_str(&self.cause)?;
        let counted = match self.of {
            Some(of) => Some(format!("{} of {}", count_text(self.count), count_text(of))),
            None if self.count == 1 => Some("1 figure".to_owned()),
            None => (self.count > 0).then(|| format!("{} figures", count_text(self.count))),
        };
        let first = (!self.first.is_empty()).then(|| format!("first: {}", self.first));
        let beside: Vec<String> = counted.into_iter().chain(first).collect();
        if !beside.is_empty() {
            write!(f, " ({})", beside.join("; "))?;
        }
        f.write_str(".")?;
        if !self.advice.is_empty() {
            write!(f, " {}.", self.advice)?;
        }
        Ok(())
    }
}

/// `12,345`.
fn count_text(count: u64) -> String {
    walk::number_text(count as f64)
}

/// One doubt a cause: those that differ in their measures only are one.
pub(super) fn gather_doubts(doubts: Vec<ImportDoubt>) -> Vec<ImportDoubt> {
    let mut gathered: Vec<ImportDoubt> = Vec::new();
    for doubt in doubts {
        let alike = |have: &&mut ImportDoubt| {
            have.kind == doubt.kind
                && have.cause == doubt.cause
                && have.advice == doubt.advice
                && have.until == doubt.until
        };
        match gathered.iter_mut().find(alike) {
            None => gathered.push(doubt),
            Some(have) => {
                have.measures.extend(doubt.measures);
                have.count += doubt.count;
                have.of = have.of.zip(doubt.of).map(|(a, b)| a + b);
            }
        }
    }
    gathered.sort_by_key(|doubt| doubt.kind);
    gathered
}

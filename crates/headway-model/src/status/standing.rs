//! Where one promise stands, with everything that the status rests on.

use jiff::civil::Date;
use serde::{Serialize, Serializer};

use super::{GpraStatus, NoteKind, Status, StatusNote, TargetCondition, ValueInterval};
use crate::plan::{Method, Target};
use crate::{Period, ValueState};

/// Where one promise stands. A status never travels without its method, version and inputs (invariant 2), so they are all
/// here. What is not known is null in JSON, never left out.
///
/// Field names are those of `track --format json`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TargetAssessment {
    /// The status, in the words of its method.
    pub status: Status,
    /// The method.
    pub method: Method,
    /// Its version.
    pub method_version: u32,
    /// The period of the result that the status speaks of. Where nothing is to be judged yet, or a result is missing
    /// (`missing_period`), that of the last one known.
    #[serde(serialize_with = "serialize_period")]
    pub period: Option<Period>,
    /// The value of that period.
    pub value: ValueInterval,
    /// The value's state; null where there is no observation.
    pub state: Option<ValueState>,
    /// Whether a bound of the value is excluded: less than 5, not 5 or less.
    pub strict: bool,
    /// The latest period with a number, whatever the status speaks of.
    #[serde(serialize_with = "serialize_period")]
    pub latest_period: Option<Period>,
    /// Its value.
    pub latest_value: ValueInterval,
    /// Whether a bound of that value is excluded, as [`TargetAssessment::strict`].
    pub latest_strict: bool,
    /// The period whose result is due and not in.
    #[serde(serialize_with = "serialize_period")]
    pub missing_period: Option<Period>,
    /// The first period after the target's own whose result keeps a promise that was missed.
    #[serde(serialize_with = "serialize_period")]
    pub reached_period: Option<Period>,
    /// The baseline's period.
    #[serde(serialize_with = "serialize_period")]
    pub baseline_period: Option<Period>,
    /// The baseline.
    pub baseline: ValueInterval,
    /// The target that is in force: one figure, or the ends of a band.
    pub target: ValueInterval,
    /// What keeps the promise, for computing: `target` with its side.
    #[serde(skip)]
    pub aim: Option<TargetCondition>,
    /// The period that the target speaks of.
    #[serde(serialize_with = "serialize_period")]
    pub target_period: Option<Period>,
    /// From this day on the target's result is due.
    pub target_due: Option<Date>,
    /// What the path (or, for `gpra`, the year's target) asks for at `period`.
    pub expected: ValueInterval,
    /// Distance to that, in the measure's unit, d (y - tau): positive is the good side whatever the direction.
    pub distance: ValueInterval,
    /// Whether the series breaks between the baseline and the value: nothing is told from the one to the other.
    #[serde(skip)]
    pub over_break: bool,
    /// How far off the path is still near, in the measure's unit.
    pub tolerance: Option<f64>,
    /// Pace needed from here to the target, in units a year; null once its period is over.
    pub pace_needed: ValueInterval,
    /// The next period whose result is not yet due.
    #[serde(serialize_with = "serialize_period")]
    pub next_period: Option<Period>,
    /// From this day on it is due.
    pub next_due: Option<Date>,
    /// `cagr`: p, the share of required growth, or growth a year in the desired direction.
    pub progress: Option<f64>,
    /// `cagr`: the score from -5 to 5.
    pub score: Option<f64>,
    /// `trend`: the value at the target's period if the last years' change goes on.
    pub projected: Option<f64>,
    /// `gpra`: whether the year's figure is released; null where there is none.
    pub released: Option<bool>,
    /// `gpra`: every year's status, oldest first.
    pub years: Vec<YearStatus>,
    /// The parts of a compound target; the status of the whole is the worst of theirs.
    pub parts: Vec<PartAssessment>,
    /// The document that the target comes from.
    pub source: Option<String>,
    /// Other targets for the same series: revised, earlier, later.
    pub other_targets: Vec<Target>,
    /// What a reader must know beside the status.
    pub notes: Vec<StatusNote>,
    /// Whether targets of the measure are in force, none of them for these students and this place.
    #[serde(skip)]
    pub for_others: bool,
    /// The unit that values are in (`percent`).
    pub measured_in: Option<String>,
}

/// The status of one year of a federal report.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct YearStatus {
    /// The year.
    #[serde(serialize_with = "shown_always")]
    pub period: Period,
    /// Its status.
    pub status: Status,
    /// What came out, where it is exactly known.
    pub actual: Option<f64>,
    /// Whether that is released; null where there is none.
    pub released: Option<bool>,
}

/// Where one part of a compound target stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PartAssessment {
    /// The part's id in the measure.
    pub part: String,
    /// Its name.
    pub name: String,
    /// Where it stands.
    #[serde(flatten)]
    pub standing: TargetAssessment,
}

impl TargetAssessment {
    /// How far a value lies outside of a promised band, 0 inside; `None` where the target has one side. Of two values the one that
    /// lies less far outside is better, whatever the measure's direction.
    pub fn outside_band(&self, value: f64) -> Option<f64> {
        let ValueInterval { lo, hi } = self.target;
        (lo < hi && lo.is_finite() && hi.is_finite()).then(|| (lo - value).max(value - hi).max(0.0))
    }

    /// Whether there is no path: the baseline had passed the target already, so that a value is held against the target itself.
    pub fn is_to_be_kept(&self) -> bool {
        self.first_note(NoteKind::AlreadyPast).is_some() && self.expected == self.target
    }

    /// A standing that knows nothing yet.
    pub(super) fn blank_standing(method: Method, measured_in: Option<&str>) -> Self {
        let (status, method_version) = match method {
            Method::Trajectory => (Status::NoTarget, super::TRAJECTORY_VERSION),
            Method::Gpra => (Status::Gpra(GpraStatus::MeasureNotInPlace), super::GPRA_VERSION),
            Method::Cagr => (Status::NoTarget, super::CAGR_VERSION),
            Method::Trend => (Status::NoTarget, super::TREND_VERSION),
        };
        Self {
            status,
            method,
            method_version,
            period: None,
            value: ValueInterval::NONE,
            state: None,
            strict: false,
            latest_period: None,
            latest_value: ValueInterval::NONE,
            latest_strict: false,
            missing_period: None,
            reached_period: None,
            baseline_period: None,
            baseline: ValueInterval::NONE,
            target: ValueInterval::NONE,
            aim: None,
            target_period: None,
            target_due: None,
            expected: ValueInterval::NONE,
            distance: ValueInterval::NONE,
            over_break: false,
            tolerance: None,
            pace_needed: ValueInterval::NONE,
            next_period: None,
            next_due: None,
            progress: None,
            score: None,
            projected: None,
            released: None,
            years: Vec::new(),
            parts: Vec::new(),
            source: None,
            other_targets: Vec::new(),
            notes: Vec::new(),
            for_others: false,
            measured_in: measured_in.map(str::to_owned),
        }
    }

    /// What the value is in one word ([`ValueState::kind_id`]): `less-than` and `more-than` where its bound is excluded.
    pub fn kind_id(&self) -> Option<&'static str> {
        self.state.map(|state| state.kind_id(self.strict))
    }

    pub(super) fn add_note(&mut self, kind: NoteKind, text: impl Into<String>) {
        self.notes.push(StatusNote::new(kind, text));
    }

    /// The first note of a kind.
    pub fn first_note(&self, kind: NoteKind) -> Option<&str> {
        self.notes.iter().find(|n| n.kind == kind).map(|n| n.text.as_str())
    }
}

fn serialize_period<S: Serializer>(period: &Option<Period>, serializer: S) -> Result<S::Ok, S::Error> {
    match period {
        Some(period) => serializer.collect_str(period),
        None => serializer.serialize_none(),
    }
}

fn shown_always<S: Serializer>(period: &Period, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(period)
}

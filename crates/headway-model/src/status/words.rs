//! The words of status.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::ValueState;

/// Where a promise stands, in the words of its method. Never travels without method, version and inputs (invariant 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// No target with a figure is in force.
    NoTarget,
    /// A result was due and is not in.
    NotReporting,
    /// The latest result is hidden because too few students are behind it.
    TooFewStudents,
    /// The latest result says that the students were not tested.
    NotTested,
    /// The latest result says that the measure does not apply here.
    NotApplicable,
    /// No result after the baseline is due yet.
    NotYetDue,
    /// The target's period is over and the value keeps the promise.
    TargetMet,
    /// The target's period is over and the value does not keep the promise.
    TargetMissed,
    /// What is known allows more than one status.
    CannotTell,
    /// Better than the path by more than the tolerance, or already past the final target.
    Ahead,
    /// On the path or better, within the tolerance.
    OnTrack,
    /// Worse than the path, within the tolerance.
    Near,
    /// Worse than the path by more than the tolerance, and worse than the baseline.
    MovingAway,
    /// Worse than the path by more than the tolerance.
    OffTrack,
    /// In the words of US federal performance reports.
    Gpra(GpraStatus),
    /// In the words of Statistics Canada and Open SDG.
    Cagr(CagrStatus),
    /// In the words of the German sustainability strategy.
    Trend(TrendStatus),
}

/// Status in US federal performance reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GpraStatus {
    /// The year has no target.
    MeasureNotInPlace,
    /// The year has a target, and no released actual.
    Pending,
    /// The actual equals the target, or the year was for setting a baseline and has an actual.
    TargetMet,
    /// Better than the target; more is better.
    TargetExceeded,
    /// Better than the target; less is better.
    DidBetterThanTarget,
    /// Worse than the target, strictly better than the last actual.
    MadeProgress,
    /// Worse than the target, no better than the last actual.
    DidNotMeetTarget,
}

/// Status by growth rates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CagrStatus {
    /// The current value keeps the promise.
    TargetAchieved,
    /// At or above the upper cut-off.
    SubstantialProgress,
    /// At or above the middle cut-off.
    ModerateProgress,
    /// At or above zero.
    LimitedProgress,
    /// Below zero.
    Deterioration,
    /// Growth can't be computed.
    NotAvailable,
}

/// Status by the extended trend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TrendStatus {
    /// The trend reaches the target, or falls short by less than 5 % of the remaining distance.
    Sun,
    /// Falls short by 5 to 20 %.
    SlightlyCloudy,
    /// Falls short by more than 20 %.
    Cloud,
    /// The trend leads away from the target.
    Thunderstorm,
}

/// How a status is to be felt: the one thing that colors and shapes may depend on, whatever the method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StatusTone {
    /// The promise is being kept.
    Good,
    /// Close, or kept only in part.
    Watch,
    /// The promise is not being kept.
    Bad,
    /// Not known, and somebody should do something about it.
    Unknown,
    /// Nothing to judge yet.
    Open,
}

/// (status, id in JSON and CSV, words for people, tone); from the one that most needs attention to the one that least does.
const TABLE: [(Status, &str, &str, StatusTone); 31] = {
    use Status::*;
    [
        (MovingAway, "moving away", "moving away", StatusTone::Bad),
        (Trend(TrendStatus::Thunderstorm), "thunderstorm", "thunderstorm", StatusTone::Bad),
        (Cagr(CagrStatus::Deterioration), "deterioration", "deterioration", StatusTone::Bad),
        (OffTrack, "off track", "off track", StatusTone::Bad),
        (Trend(TrendStatus::Cloud), "cloud", "cloud", StatusTone::Bad),
        (TargetMissed, "target missed", "target missed", StatusTone::Bad),
        (Gpra(GpraStatus::DidNotMeetTarget), "Did Not Meet Target", "Did Not Meet Target", StatusTone::Bad),
        (NotReporting, "not reporting", "not reporting", StatusTone::Unknown),
        (CannotTell, "cannot tell", "cannot tell", StatusTone::Unknown),
        (Cagr(CagrStatus::LimitedProgress), "limited_progress", "limited progress", StatusTone::Watch),
        (
            Gpra(GpraStatus::MadeProgress),
            "Made Progress From Prior Year",
            "Made Progress From Prior Year",
            StatusTone::Watch,
        ),
        (Near, "near", "near", StatusTone::Watch),
        (Trend(TrendStatus::SlightlyCloudy), "slightly cloudy", "slightly cloudy", StatusTone::Watch),
        (Cagr(CagrStatus::ModerateProgress), "moderate_progress", "moderate progress", StatusTone::Watch),
        (TooFewStudents, "too few students", "too few students", StatusTone::Unknown),
        (NotTested, "not tested", "not tested", StatusTone::Unknown),
        (Cagr(CagrStatus::NotAvailable), "not_available", "not available", StatusTone::Unknown),
        (NotApplicable, "not applicable", "not applicable", StatusTone::Open),
        (NoTarget, "no target", "no target", StatusTone::Open),
        (Gpra(GpraStatus::MeasureNotInPlace), "Measure not in place", "Measure not in place", StatusTone::Open),
        (NotYetDue, "not yet due", "not yet due", StatusTone::Open),
        (Gpra(GpraStatus::Pending), "Pending", "Pending", StatusTone::Open),
        (OnTrack, "on track", "on track", StatusTone::Good),
        (Cagr(CagrStatus::SubstantialProgress), "substantial_progress", "substantial progress", StatusTone::Good),
        (Trend(TrendStatus::Sun), "sun", "sun", StatusTone::Good),
        (Ahead, "ahead", "ahead", StatusTone::Good),
        (TargetMet, "target met", "target met", StatusTone::Good),
        (Gpra(GpraStatus::TargetMet), "Target Met", "Target Met", StatusTone::Good),
        (Gpra(GpraStatus::TargetExceeded), "Target Exceeded", "Target Exceeded", StatusTone::Good),
        (Gpra(GpraStatus::DidBetterThanTarget), "Did Better Than Target", "Did Better Than Target", StatusTone::Good),
        (Cagr(CagrStatus::TargetAchieved), "target_achieved", "target achieved", StatusTone::Good),
    ]
};

impl Status {
    /// Every status of every method, from the one that most needs attention to the one that least does.
    pub fn all_statuses() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|row| row.0)
    }

    fn table_row(self) -> usize {
        TABLE.iter().position(|row| row.0 == self).expect("every status has its row; a test walks them all")
    }

    /// The status in JSON and CSV, exactly as its method writes it.
    pub fn id(self) -> &'static str {
        TABLE[self.table_row()].1
    }

    /// The status of a result that is there and holds no number; `None` where it holds one, or nothing came.
    pub fn without_figure(state: ValueState) -> Option<Self> {
        match state {
            ValueState::Suppressed => Some(Self::TooFewStudents),
            ValueState::NotTested => Some(Self::NotTested),
            ValueState::NotApplicable => Some(Self::NotApplicable),
            _ => None,
        }
    }

    /// The status of this id.
    pub fn of_id(id: &str) -> Option<Self> {
        TABLE.iter().find(|row| row.1 == id).map(|row| row.0)
    }

    /// The status in words for people.
    pub fn label_text(self) -> &'static str {
        TABLE[self.table_row()].2
    }

    /// How it is to be felt.
    pub fn tone(self) -> StatusTone {
        TABLE[self.table_row()].3
    }

    /// How much it needs attention: the higher, the more. Sort by it; the status of a compound target is the one of its
    /// parts with the highest. Stable inside a version only: keep the id, not the number.
    pub fn severity(self) -> u8 {
        (TABLE.len() - self.table_row()) as u8
    }
}

impl Serialize for Status {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

impl<'de> Deserialize<'de> for Status {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id = String::deserialize(deserializer)?;
        Self::of_id(&id).ok_or_else(|| serde::de::Error::custom(format!("“{id}” is no status")))
    }
}

//! What is told of a gap after its last exact figures: one side within bounds, or hidden.

use headway_model::{Period, Value};
use headway_render::MeasureUnit;
use headway_stats::gap::GroupShare;
use serde::Serialize;

use super::{GapCourse, GapJudgement, GapLine, ObservedPair, is_less};
use crate::{MeasureAssessment, SeriesObservation};

/// The gap of a period after the last for which both sides are exactly known.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NewerGap {
    /// The period: the last for which something was published of both.
    #[serde(serialize_with = "super::serialize_period")]
    pub period: Period,
    /// How far the group is behind at least and at most, in the measure's unit; null where a side is hidden.
    pub behind: Option<Ends>,
    /// The same in words, with the period.
    pub words: String,
    #[serde(skip)]
    pair: ObservedPair,
}

/// The ends of an interval; null where it is open.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Ends {
    /// The lower end.
    pub lo: Option<f64>,
    /// The upper end.
    pub hi: Option<f64>,
}

impl NewerGap {
    /// What was published of both sides after a period; `None` where nothing was, or where the two meet in no such period.
    pub(super) fn after_period(
        scored: &MeasureAssessment,
        (group, reference): (&str, &str),
        grade: &str,
        place: &str,
        after: Period,
    ) -> Option<Self> {
        let newer = |code: &str| -> Option<Vec<SeriesObservation>> {
            let observed = scored.observations_of(scored.find_series(code, grade, place)?);
            Some(
                observed
                    .into_iter()
                    .filter(|o| o.is_result() && o.value != Value::Missing && o.period > after)
                    .collect(),
            )
        };
        let (own, other) = (newer(group)?, newer(reference)?);
        let both = |o: &SeriesObservation| Some((*o, *other.iter().find(|r| r.period == o.period)?));
        let pair: ObservedPair = own.iter().rev().find_map(both)?;
        let behind = gap_bounds(scored, &pair);
        let period = pair.0.period;
        Some(Self { period, behind, words: newer_gap_text(scored, &pair, behind), pair })
    }

    /// Whether either side begins a new series, with which nothing before can be compared.
    fn has_new_series(&self) -> bool {
        self.pair.0.starts || self.pair.1.starts
    }

    /// The pair as shares of students, with the group as little behind as can be, and as much.
    fn share_bounds(&self, scored: &MeasureAssessment) -> Option<[(f64, GroupShare, GroupShare); 2]> {
        let (own, other) = self.pair;
        let ((own_lo, own_hi), (other_lo, other_hi)) = (percent_bounds(&own)?, percent_bounds(&other)?);
        let share = |o: &SeriesObservation, percent: f64| {
            o.denominator.filter(|n| *n > 0.0).map(|n| GroupShare { k: percent * n / 100.0, n })
        };
        let year = f64::from(own.period.ordinal);
        Some(if is_less(scored) {
            [
                (year, share(&own, own_lo)?, share(&other, other_hi)?),
                (year, share(&own, own_hi)?, share(&other, other_lo)?),
            ]
        } else {
            [
                (year, share(&other, other_lo)?, share(&own, own_hi)?),
                (year, share(&other, other_hi)?, share(&own, own_lo)?),
            ]
        })
    }
}

impl GapLine {
    /// Lets the newer period speak of where the gap goes: closing or widening where it is so at both ends of the interval.
    pub(super) fn led_on(
        mut self,
        scored: &MeasureAssessment,
        newer: NewerGap,
        counts: &[(f64, GroupShare, GroupShare)],
    ) -> Self {
        if newer.behind.is_some() {
            let judged = newer.share_bounds(scored).filter(|_| self.interval.is_some() && !newer.has_new_series()).map(
                |shares| {
                    shares.map(|last| {
                        GapJudgement::from_counts(&counts.iter().copied().chain([last]).collect::<Vec<_>>())
                    })
                },
            );
            self.trend = judged.as_ref().and_then(|[least, most]| {
                let both = least.trend.zip(most.trend)?;
                let course = if both.0 == both.1 { both.0 } else { GapCourse::NoClearChange };
                let now = newer.behind.and_then(|ends| if course == GapCourse::Closing { ends.hi } else { ends.lo });
                course.turned(self.behind_first, now)
            });
            self.trend_odds = None;
            self.change_interval = judged.map(|[least, most]| (least.change.0, most.change.1));
        }
        self.newer = Some(newer);
        self
    }
}

/// The lowest and highest percent that a side may have.
fn percent_bounds(o: &SeriesObservation) -> Option<(f64, f64)> {
    o.value.bounds().map(|(lo, hi)| (lo.max(0.0), hi.min(100.0)))
}

fn gap_bounds(scored: &MeasureAssessment, (own, other): &ObservedPair) -> Option<Ends> {
    let percent = MeasureUnit::of_plan(scored.planned.measure.unit.as_deref()) == MeasureUnit::Percent;
    let of = |o: &SeriesObservation| if percent { percent_bounds(o) } else { o.value.bounds() };
    let (own, other) = (of(own)?, of(other)?);
    let (more, less) = if is_less(scored) { (own, other) } else { (other, own) };
    let known = |end: f64| end.is_finite().then_some(end);
    Some(Ends { lo: known(more.0 - less.1), hi: known(more.1 - less.0) })
}

fn newer_gap_text(scored: &MeasureAssessment, (own, other): &ObservedPair, behind: Option<Ends>) -> String {
    let unit = MeasureUnit::of_plan(scored.planned.measure.unit.as_deref());
    let far = |end: f64| unit.difference_text(end);
    let told = match behind {
        Some(Ends { lo: Some(lo), hi: Some(hi) }) if far(lo) == far(hi) => far(lo),
        Some(Ends { lo: Some(lo), hi: Some(hi) }) => {
            format!("{} to {}", far(lo).trim_end_matches(" points"), far(hi))
        }
        Some(Ends { lo: Some(lo), hi: None }) => format!("{} or more", far(lo)),
        Some(Ends { lo: None, hi: Some(hi) }) => format!("{} or less", far(hi)),
        Some(Ends { lo: None, hi: None }) => "anywhere".to_owned(),
        None if [own, other].iter().any(|o| o.value == Value::Suppressed) => "too few students".to_owned(),
        None => "no result".to_owned(),
    };
    format!("{told} in {}", own.period)
}

//! A score for people: its figures carried over, with what must be said beside them.

use super::{AssessmentInputs, value_of};
use crate::ValueFlags;
use crate::status::rhythm::{ResultRhythm, SaidBy};
use crate::status::score::{StatusReason, breaks_ahead, is_over_break};
use crate::status::sentence::{period_phrase, result_in_words, stay_text};
use crate::status::{
    NoteKind, PathStart, ResultHorizon, Status, StatusScore, TargetAssessment, TargetCondition, TargetTrajectory,
    ValueInterval, score_series,
};

pub(super) const BREAKS_AHEAD: &str =
    "The series breaks between the latest result and the target’s period: no pace leads from one to the other.";

/// Whether a value is to stay between two figures.
fn is_band(aim: TargetCondition) -> bool {
    matches!(aim, TargetCondition::Within { lo, hi } if lo < hi)
}

impl AssessmentInputs<'_> {
    /// Carries a score over, with what must be said about it.
    pub(super) fn fill_standing(
        &self,
        standing: &mut TargetAssessment,
        promise: &TargetTrajectory,
        score: &StatusScore,
    ) {
        standing.status = score.status;
        standing.baseline_period = score.baseline_period.map(|p| self.period_of(p));
        standing.baseline = score.baseline;
        standing.expected = score.expected;
        standing.distance = score.distance;
        standing.tolerance = (!score.tolerance.is_nan()).then_some(score.tolerance);
        standing.pace_needed = score.pace_needed;
        standing.over_break =
            score.period.is_some_and(|p| is_over_break(promise, &self.series, score.baseline_period, p));
        let missing = score.status == Status::NotReporting;
        standing.missing_period = score.period.filter(|_| missing).map(|p| self.period_of(p));
        // The last result stays in view where there is none to judge.
        if let Some(p) = score.period.filter(|_| !missing).or_else(|| self.latest_result()) {
            (standing.period, standing.value, standing.state, standing.released) =
                (None, ValueInterval::NONE, None, None);
            self.put_value(standing, p);
        }
        self.keep_time(standing, promise);
        self.explain_reason(standing, promise, score);
    }

    /// What is not measured every period is next due when its rhythm says so.
    fn keep_time(&self, standing: &mut TargetAssessment, promise: &TargetTrajectory) {
        let Some(rhythm) = ResultRhythm::for_series(promise, &self.series, self.horizon.completed) else { return };
        let every = promise.every.is_none().then_some(rhythm.step);
        self.put_next(standing, rhythm.first_expected_from(self.last_in_hand() + 1));
        let (Some(step), Some(next)) = (every, standing.next_period) else { return };
        let read_from = match rhythm.said_by {
            SaidBy::Path => "the figures of the plan’s path",
            SaidBy::Results => "the results so far",
            SaidBy::Plan => return,
        };
        let text = format!(
            "A result is expected every {step} periods, next {}: so it is read from {read_from}. State `every` in the plan \
             if that is wrong.",
            period_phrase(next)
        );
        standing.add_note(NoteKind::Rhythm, text);
    }

    fn explain_reason(&self, standing: &mut TargetAssessment, promise: &TargetTrajectory, score: &StatusScore) {
        match score.reason {
            StatusReason::Figures => {}
            StatusReason::Break => standing.add_note(
                NoteKind::Break,
                "The series breaks between the baseline and the latest result, and the plan carries no bridged baseline.",
            ),
            StatusReason::Ends => standing.add_note(
                NoteKind::Range,
                "The published value is a range or bound, and its ends give different statuses.",
            ),
            StatusReason::Baseline => {
                let period = score.baseline_period.map_or(String::new(), |p| format!(" ({})", self.period_of(p)));
                standing.add_note(NoteKind::Baseline, format!("The baseline{period} is not known: no figure was given or found."));
            }
            StatusReason::Unusable => standing.add_note(NoteKind::Unusable, "No result since the baseline has a usable value."),
            StatusReason::Past | StatusReason::Held if self.is_held(promise, score) => {
                let unit = standing.measured_in.as_deref();
                let base = result_in_words(score.baseline, unit, &standing.rounding_marks());
                let was = if is_band(promise.aim) { "inside the band" } else { "past the target" };
                let text = format!(
                    "The baseline ({base}) was {was} already: there is no path, and the promise is to {}.",
                    stay_text(promise.aim, unit)
                );
                standing.add_note(NoteKind::AlreadyPast, text);
            }
            StatusReason::Past | StatusReason::Held => {
                let text = if is_band(promise.aim) {
                    "The value is inside the target’s band already, before its date."
                } else {
                    "The value is already past the final target, before its date."
                };
                standing.add_note(NoteKind::AlreadyPast, text);
            }
        }
        match (promise.start, score.baseline_period) {
            (PathStart::First, Some(p)) => {
                let text = format!("The plan states no baseline: the first result ({}) is taken.", self.period_of(p));
                standing.add_note(NoteKind::Baseline, text);
            }
            (PathStart::At(p), _) if !score.baseline.is_none() => {
                standing.add_note(
                    NoteKind::Baseline,
                    format!("The baseline is read from the results ({}).", self.period_of(p)),
                );
            }
            _ => {}
        }
        let ahead = score.period.is_some_and(|p| !score.value.is_none() && breaks_ahead(promise, &self.series, p));
        if ahead && score.status != Status::CannotTell {
            standing.add_note(NoteKind::Break, BREAKS_AHEAD);
        }
        if promise.bridged {
            standing
                .add_note(NoteKind::Break, "The baseline was recomputed on the new scale after a break in the series.");
        }
        self.own_period(standing, promise, score);
    }

    fn is_held(&self, promise: &TargetTrajectory, score: &StatusScore) -> bool {
        let base = score.baseline_period.zip(score.baseline.exact_number());
        promise.is_past_at_start(base)
    }

    /// A target is met or missed by its own period: what later results say is beside it, and a later one that had to stand in
    /// is named.
    fn own_period(&self, standing: &mut TargetAssessment, promise: &TargetTrajectory, score: &StatusScore) {
        let Some(p) = score.period.filter(|p| *p >= promise.period && !score.value.is_none()) else { return };
        if p > promise.period {
            let (own, next) = (self.period_of(promise.period), self.period_of(p));
            let text =
                format!("The target’s own period ({own}) has no result: the next one ({next}) stands in for it.");
            standing.add_note(NoteKind::OwnPeriod, text);
        }
        let differs = |later: &i32| {
            let judged = self.judged_alone(promise, *later);
            matches!(judged, Status::TargetMet | Status::TargetMissed) && judged != score.status
        };
        let later = |i: &usize| self.series.period[*i] > p && self.series.period[*i] <= self.horizon.completed;
        let mut since: Vec<i32> = (0..self.series.len()).filter(later).map(|i| self.series.period[i]).collect();
        since.sort_unstable();
        let value = |p: i32| {
            let point = self.point_at(p);
            let strict = point.is_some_and(|point| point.flags.has_all(ValueFlags::STRICT));
            format!(
                "{} {}",
                standing.published_text(point.map_or(ValueInterval::NONE, value_of), strict),
                period_phrase(self.period_of(p))
            )
        };
        match score.status {
            Status::TargetMissed => {
                let Some(reached) = since.into_iter().find(differs) else { return };
                let text = format!("The target was reached later: {}.", value(reached));
                standing.reached_period = Some(self.period_of(reached));
                standing.add_note(NoteKind::OwnPeriod, text);
            }
            Status::TargetMet => {
                let Some(lost) = since.into_iter().next_back().filter(differs) else { return };
                let text = format!("The latest result does not keep it: {}.", value(lost));
                standing.add_note(NoteKind::OwnPeriod, text);
            }
            _ => {}
        }
    }

    /// What the result of a later period would say if it were the target's own.
    fn judged_alone(&self, promise: &TargetTrajectory, p: i32) -> Status {
        let later = TargetTrajectory { period: p, path: Vec::new(), ..promise.clone() };
        score_series(&later, ResultHorizon::through_period(p), &self.series).status
    }
}

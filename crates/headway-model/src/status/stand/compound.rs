//! Compound targets: every part is a promise of its own, and all must be kept.

use super::{AssessmentInputs, AssessmentRequest, judge_standing};
use crate::plan::{Baseline, Goal, Measure, Target};
use crate::status::{PartAssessment, TargetAssessment, TrajectoryError, ValueInterval};

impl AssessmentInputs<'_> {
    /// Each part by itself; the whole is as bad as its worst part.
    pub(super) fn judge_parts(
        &self,
        mut whole: TargetAssessment,
        target: &Target,
        goal: &Goal,
    ) -> Result<TargetAssessment, TrajectoryError> {
        let measure = self.question.measure;
        (whole.period, whole.value, whole.state, whole.released) = (None, ValueInterval::NONE, None, None);
        (whole.latest_period, whole.latest_value, whole.latest_strict) = (None, ValueInterval::NONE, false);
        for promised in &goal.parts {
            let described = measure.parts.iter().find(|p| p.id == promised.part);
            let own_unit = described.and_then(|p| p.unit.clone());
            let part = Measure {
                id: format!("{}.{}", measure.id, promised.part).into(),
                direction: described.and_then(|p| p.direction).or(measure.direction),
                tolerance: if own_unit.is_some() { None } else { measure.tolerance },
                bounds: if own_unit.is_some() { None } else { measure.bounds },
                unit: own_unit.or_else(|| measure.unit.clone()),
                parts: Vec::new(),
                targets: Vec::new(),
                ..measure.clone()
            };
            let baseline = target.baseline.clone().map(|b| Baseline { value: None, ..b });
            let figure = Goal { value: Some(promised.value), parts: Vec::new(), ..goal.clone() };
            let of_part = Target { target: Some(figure), baseline, trajectory: Vec::new(), ..target.clone() };
            let points = self.question.parts.iter().find(|(id, _)| *id == promised.part).map_or(&[][..], |(_, p)| *p);
            let question =
                AssessmentRequest { measure: &part, targets: &[&of_part], points, parts: &[], ..*self.question };
            let name = described.map_or_else(|| promised.part.clone(), |p| p.name.clone());
            whole.parts.push(PartAssessment {
                part: promised.part.clone(),
                name,
                standing: judge_standing(&question)?,
            });
        }
        let worst = whole.parts.iter().max_by_key(|p| p.standing.status.severity()).map(|p| &p.standing);
        if let Some((status, period, missing)) = worst.map(|s| (s.status, s.period, s.missing_period)) {
            (whole.status, whole.period, whole.missing_period) = (status, period, missing);
        }
        Ok(whole)
    }
}

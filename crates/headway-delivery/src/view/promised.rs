//! The targets of a measure, each with the series that keep it. Which targets there are says `StatedPromise`: one for each place
//! or level, student group and grade that the plan names.

use headway_analytics::MeasureAssessment;
use headway_model::plan::{PlannedMeasure, Target};
use headway_model::status::{
    StatedTarget, Status, StatusTally, TargetAssessment, TargetReach, ValueInterval, in_force,
};
use headway_model::{GradeCode, GroupCode, Level, Period};

use super::summary::own_series;
use crate::track::TrackRow;
use crate::{Result, Snapshot};

/// For whom a target is.
#[derive(Clone, Debug, PartialEq)]
pub enum TargetScope {
    /// The agency's own place, all students.
    Own,
    /// One series that is not that: another place, a student group, a grade; in words ("for District A").
    One(String),
    /// Every place of a level.
    Many(PromisedPlaces),
}

/// A target for every place of a level.
#[derive(Clone, Debug, PartialEq)]
pub struct PromisedPlaces {
    /// For whom, in words: "for 40 districts".
    pub words: String,
    /// Student group and grade.
    pub of: (GroupCode, GradeCode),
    /// The level.
    pub level: Option<Level>,
    /// How they stand; empty where none of them has a result.
    pub stand: StatusTally,
    /// The target, where it is one for all of them.
    pub target: Option<(ValueInterval, Period)>,
}

/// A target with the series that keep it.
pub(super) struct TargetSeries<'a> {
    stated: StatedTarget<'a>,
    series: Vec<usize>,
}

impl<'a> TargetSeries<'a> {
    /// The targets of a measure, in the plan's order. One whose place has closed is none; one for a level of which nothing came is.
    pub(super) fn all_of_measure(scored: &'a MeasureAssessment) -> Vec<Self> {
        let of = |stated: StatedTarget<'a>| {
            let replaced = stated.replaced_places(&scored.planned.measure, scored.as_of);
            let here = |i: &usize| match stated.level() {
                Some(level) => scored.level_of(*i) == Some(level) && !replaced.contains(scored.key_of(*i).2),
                None => scored.key_of(*i).2 == stated.place,
            };
            let named: Vec<usize> = scored.all_of_group(stated.group, stated.grade).filter(here).collect();
            let kept = named.iter().copied().filter(|&i| scored.status_of(i) != Status::NoTarget).collect::<Vec<_>>();
            let waits = named.is_empty() && replaced.is_empty() && stated.level().is_some();
            (waits || !kept.is_empty()).then_some(Self { stated, series: kept })
        };
        StatedTarget::in_force_on(&scored.planned.measure, scored.as_of).into_iter().filter_map(of).collect()
    }

    /// The one series that keeps it; none where every place of a level does.
    pub(super) fn one_series(&self) -> Option<usize> {
        if let [one] = self.series[..] { Some(one) } else { None }
    }

    /// The series that keep it.
    pub(super) fn keeping_series(&self) -> impl Iterator<Item = usize> {
        self.series.iter().copied()
    }

    /// In which line it is counted.
    pub(super) fn target_reach(&self, scored: &MeasureAssessment) -> TargetReach {
        let home = scored.home.as_deref();
        let own = self.one_series().is_some_and(|one| Some(scored.key_of(one).2) == home);
        let level = self.stated.level().or_else(|| self.one_series().and_then(|one| scored.level_of(one)));
        TargetReach::of_target(&self.stated, own, level)
    }

    /// For whom it is.
    ///
    /// # Errors
    /// As [`MeasureAssessment::standing`].
    pub(super) fn find_whom(
        &self,
        scored: &MeasureAssessment,
        name: impl FnOnce(usize) -> String,
    ) -> Result<TargetScope> {
        let home = scored.home.as_deref().unwrap_or_default();
        if let Some(one) = self.one_series() {
            let place = (scored.key_of(one).2 != home).then(|| name(one));
            return Ok(self.stated.for_one(place.as_deref()).map_or(TargetScope::Own, TargetScope::One));
        }
        Ok(TargetScope::Many(PromisedPlaces {
            words: self.stated.for_many(self.series.len()),
            of: (self.stated.group.into(), self.stated.grade.into()),
            level: self.stated.level(),
            stand: self.series.iter().map(|&i| scored.status_of(i)).collect(),
            target: self.common_target(scored)?,
        }))
    }

    /// The target where it is one for all: always, but where the plan has targets for several years and places are at different
    /// ones.
    fn common_target(&self, scored: &MeasureAssessment) -> Result<Option<(ValueInterval, Period)>> {
        let of = |standing: TargetAssessment| standing.target_period.map(|period| (standing.target, period));
        let Some((&first, rest)) = self.series.split_first() else { return self.of_plan(scored) };
        let target = of(scored.standing_of(first, None)?);
        if self.stated_targets(scored).count() > 1 {
            for &i in rest {
                if of(scored.standing_of(i, None)?) != target {
                    return Ok(None);
                }
            }
        }
        Ok(target)
    }

    /// The figure that the plan names where no place has a result to be judged.
    fn of_plan(&self, scored: &MeasureAssessment) -> Result<Option<(ValueInterval, Period)>> {
        let goal = self.stated_targets(scored).filter_map(|t| t.target.as_ref()).next();
        let Some(goal) = goal else { return Ok(None) };
        let period = goal.period.to_period(scored.period_kind()).map_err(|e| crate::Error::Refused(e.to_string()))?;
        let end = |own: Option<f64>, open: f64| own.or(goal.value).unwrap_or(open);
        let target = ValueInterval { lo: end(goal.lo, f64::NEG_INFINITY), hi: end(goal.hi, f64::INFINITY) };
        Ok((goal.parts.is_empty()).then_some((target, period)))
    }

    fn stated_targets<'s>(&'s self, scored: &'s MeasureAssessment) -> impl Iterator<Item = &'s Target> + 's {
        let own =
            |t: &&Target| t.place == self.stated.place && t.group == self.stated.group && t.grade == self.stated.grade;
        scored.planned.measure.targets.iter().filter(own).filter(|t| in_force(t, scored.as_of))
    }
}

/// A target in a line of its measure's page.
#[derive(Clone, Debug)]
pub struct TargetSummary {
    /// For whom it is.
    pub whom: TargetScope,
    /// Where that place and group stand; the agency's own place, all students, where it is for several places.
    pub row: TrackRow,
}

impl TargetSummary {
    /// For whom it is, in words, where that is not the agency's own place and all students.
    pub fn for_whom(&self) -> Option<&str> {
        match &self.whom {
            TargetScope::Own => None,
            TargetScope::One(words) => Some(words),
            TargetScope::Many(places) => Some(&places.words),
        }
    }

    /// The places of a level that it is for.
    pub fn many_places(&self) -> Option<&PromisedPlaces> {
        match &self.whom {
            TargetScope::Many(places) => Some(places),
            TargetScope::Own | TargetScope::One(_) => None,
        }
    }
}

impl Snapshot {
    /// Every target of a measure in a line, in the plan's order.
    ///
    /// # Errors
    /// [`crate::Error::Measure`] when it can't be read or judged.
    pub async fn targets_of(&self, planned: &PlannedMeasure) -> Result<Vec<TargetSummary>> {
        let scored = self.scored_measure(&planned.measure.id).await?;
        let Some(own) = own_series(&scored) else { return Ok(Vec::new()) };
        let line = |promised: &TargetSeries<'_>| {
            let whom = promised.find_whom(&scored, |i| self.place_ref(&scored, i).name)?;
            Ok(TargetSummary { whom, row: self.track_row(&scored, promised.one_series().unwrap_or(own), None)? })
        };
        TargetSeries::all_of_measure(&scored).iter().map(line).collect()
    }
}

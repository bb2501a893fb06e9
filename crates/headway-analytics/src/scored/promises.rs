//! The promises of a measure in numbers: found once, asked for every series.

use std::collections::HashMap;

use headway_model::plan::{Measure, Target};
use headway_model::status::{self, TargetTrajectory};
use headway_model::{GradeCode, GroupCode, Level};
use jiff::civil::Date;

use super::refused_error;
use crate::Result;

/// The promises of a measure in numbers, by place or level, group and grade; of each the nearest target first.
pub struct MeasureTargets(TargetsByGroup);

/// Group and grade -> place or level -> its promises, the nearest target first.
type TargetsByGroup = HashMap<(GroupCode, GradeCode), Vec<(String, Vec<TargetTrajectory>)>>;

impl MeasureTargets {
    /// The promises in force on a day.
    ///
    /// # Errors
    /// [`crate::Error::Refused`] when the plan's figures can't be computed with.
    pub fn for_measure(measure: &Measure, as_of: Date) -> Result<Self> {
        let mut found = TargetsByGroup::new();
        let mut targets: Vec<&Target> = measure.targets.iter().filter(|t| status::in_force(t, as_of)).collect();
        targets.sort_by_key(|t| t.valid_from);
        for target in targets {
            let of_key = found.entry((target.group.clone(), target.grade.clone())).or_default();
            let at = of_key.iter().position(|(place, _)| *place == target.place).unwrap_or_else(|| {
                of_key.push((target.place.clone(), Vec::new()));
                of_key.len() - 1
            });
            // A target without a figure promises nothing, and still stands for its place in the level's stead.
            let Some(promise) = TargetTrajectory::for_target(measure, target).map_err(refused_error)? else { continue };
            let promises = &mut of_key[at].1;
            promises.retain(|p| p.period != promise.period); // in force since later: takes the earlier one's place
            promises.push(promise);
            promises.sort_by_key(|p| p.period);
        }
        Ok(Self(found))
    }

    /// The promises of a series: those of its place, else those of its level; `None` where its targets name no figure.
    pub fn of_series(
        &self,
        place: &str,
        level: Option<Level>,
        group: &str,
        grade: &str,
    ) -> Option<&[TargetTrajectory]> {
        let found = self.find_promises(place, group, grade).or_else(|| self.find_promises(level?.id(), group, grade));
        found.filter(|promises| !promises.is_empty())
    }

    fn find_promises(&self, place: &str, group: &str, grade: &str) -> Option<&[TargetTrajectory]> {
        let of_key = self.0.get(&(group.into(), grade.into()))?;
        of_key.iter().find(|(of, _)| of == place).map(|(_, promises)| promises.as_slice())
    }
}

/// Of a key's promises the one to judge by: the nearest that is not before the latest result, else the last.
pub fn nearest_promise(promises: &[TargetTrajectory], latest: Option<i32>) -> &TargetTrajectory {
    let ahead = promises.iter().find(|promise| latest.is_none_or(|period| promise.period >= period));
    ahead.or(promises.last()).expect("a key without a promise is not kept")
}

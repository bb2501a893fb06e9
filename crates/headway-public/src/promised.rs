//! The targets of a measure, judged from what is published. Which there are says `StatedPromise`, as on the agency's own pages.

use std::collections::BTreeMap;

use headway_model::status::{StatedTarget, StatusTally, TargetAssessment, TargetReach, ValueInterval};
use headway_model::{ALL, Level, Period};
use headway_release::PublishedRow;

use super::book::{PublicMeasure, ReleaseView};
use crate::Error;

/// A target, or a measure without one, in a line.
pub(super) struct PublicTarget<'a> {
    pub(super) entry: &'a PublicMeasure<'a>,
    /// For whom, where it is not the agency's own place and all students.
    pub(super) words: Option<String>,
    /// In which line it is counted.
    pub(super) reach: TargetReach,
    /// Of several places: of the agency's own.
    pub(super) rows: &'a [PublishedRow],
    pub(super) standing: TargetAssessment,
    /// How several places stand that share a target.
    pub(super) many: Option<TargetPlaces>,
}

/// The places of a level that share a target.
pub(super) struct TargetPlaces {
    pub(super) stand: StatusTally,
    /// The target where it is one for all of them.
    pub(super) target: Option<(ValueInterval, Period)>,
}

/// A measure in a line: the agency's own place, and its other targets counted.
pub(super) struct Summary<'a> {
    pub(super) own: PublicTarget<'a>,
    /// The targets for student groups, grades and other places, those of one kind together.
    pub(super) others: BTreeMap<TargetReach, StatusTally>,
}

impl PublicTarget<'_> {
    /// Whether there is a target.
    pub(super) fn has_target(&self) -> bool {
        self.many.is_some() || has_target(&self.standing)
    }

    /// How it stands: one status, or those of several places; nothing without a target.
    pub(super) fn status_tally(&self) -> StatusTally {
        match &self.many {
            Some(places) => places.stand.clone(),
            None => self.has_target().then_some(self.standing.status).into_iter().collect(),
        }
    }

    /// What is to be reached, and by when.
    pub(super) fn target_and_period(&self) -> Option<(ValueInterval, Period)> {
        match &self.many {
            Some(places) => places.target,
            None => target_of(&self.standing),
        }
    }
}

/// Whether there is a target with a figure.
pub(super) fn has_target(standing: &TargetAssessment) -> bool {
    !standing.target.is_none() || !standing.parts.is_empty()
}

fn target_of(standing: &TargetAssessment) -> Option<(ValueInterval, Period)> {
    standing.target_period.filter(|_| !standing.target.is_none()).map(|period| (standing.target, period))
}

impl<'a> ReleaseView<'a> {
    /// The targets of a measure, in the plan's order; the line of the agency's own place, all students, where there is none.
    pub(super) fn promised_lines(&'a self, entry: &'a PublicMeasure<'a>) -> Result<Vec<PublicTarget<'a>>, Error> {
        let mut lines = Vec::new();
        for stated in self.stated_promises(entry) {
            lines.extend(self.line_of(entry, &stated)?);
        }
        if lines.is_empty() {
            lines.push(self.line_of_series(entry, (ALL, ALL), self.home_place().unwrap_or_default(), None)?);
        }
        Ok(lines)
    }

    /// A measure in a line, from the lines of its targets.
    pub(super) fn measure_summary(
        &'a self,
        entry: &'a PublicMeasure<'a>,
        lines: &[PublicTarget<'a>],
    ) -> Result<Summary<'a>, Error> {
        let mut others: BTreeMap<TargetReach, StatusTally> = BTreeMap::new();
        for line in lines.iter().filter(|line| line.reach != TargetReach::OWN) {
            let stand = others.entry(line.reach).or_default();
            *stand = stand.0.iter().chain(&line.status_tally().0).copied().collect();
        }
        let own = self.line_of_series(entry, (ALL, ALL), self.home_place().unwrap_or_default(), None)?;
        Ok(Summary { own, others })
    }

    /// The targets that a place keeps, those for its student groups too.
    pub(super) fn promised_at(
        &'a self,
        entry: &'a PublicMeasure<'a>,
        place: &str,
    ) -> Result<Vec<PublicTarget<'a>>, Error> {
        let stated =
            self.stated_promises(entry).into_iter().filter(|stated| self.is_target_of_place(entry, stated, place));
        let line = |stated: StatedTarget<'a>| {
            self.line_of_series(entry, group_and_grade(&stated), place, stated.for_one(None))
        };
        stated.map(line).collect()
    }

    fn stated_promises(&self, entry: &PublicMeasure<'a>) -> Vec<StatedTarget<'a>> {
        StatedTarget::in_force_on(entry.plan, self.release.as_of)
    }

    /// Whether a target is one of a place: that which it names, or one of its level that has a result and no target of its own. The
    /// agency's own place owes a result also where none ever came.
    fn is_target_of_place(&self, entry: &PublicMeasure<'a>, stated: &StatedTarget<'_>, place: &str) -> bool {
        let Some(level) = stated.level() else { return stated.place == place };
        let own = self.home_place() == Some(place);
        let here = self.level(place).or(own.then_some(Level::State)) == Some(level);
        let (group, grade) = group_and_grade(stated);
        let has_rows = || entry.release_measures().any(|m| !m.series(group, grade, place).is_empty());
        here && (own || has_rows()) && !stated.is_replaced_at(entry.plan, place, self.release.as_of)
    }

    /// A target in a line: that of the one place that keeps it, or of several. None where each place has a target of its own.
    fn line_of(
        &'a self,
        entry: &'a PublicMeasure<'a>,
        stated: &StatedTarget<'a>,
    ) -> Result<Option<PublicTarget<'a>>, Error> {
        let mut places: Vec<&str> =
            self.places().filter(|place| self.is_target_of_place(entry, stated, place)).collect();
        let Some(level) = stated.level() else {
            return self.line_of_place(entry, stated, stated.place).map(Some);
        };
        places.sort_unstable();
        if let [one] = places[..] {
            return self.line_of_place(entry, stated, one).map(Some);
        }
        let replaced = |place: &&str| self.level(place) == Some(level);
        if places.is_empty()
            && self.places().filter(replaced).any(|p| stated.is_replaced_at(entry.plan, p, self.release.as_of))
        {
            return Ok(None);
        }
        let standing = |place: &&str| self.standing_at(entry, group_and_grade(stated), place);
        let standings = places.iter().map(standing).collect::<Result<Vec<TargetAssessment>, Error>>()?;
        let target =
            standings.first().and_then(target_of).filter(|t| standings.iter().all(|s| target_of(s) == Some(*t)));
        let stand = standings.iter().map(|standing| standing.status).collect();
        let words = Some(stated.for_many(places.len()));
        let line = self.line_of_series(entry, (ALL, ALL), self.home_place().unwrap_or_default(), words)?;
        let reach = TargetReach::of_target(stated, false, Some(level));
        Ok(Some(PublicTarget { reach, many: Some(TargetPlaces { stand, target }), ..line }))
    }

    fn line_of_place(
        &'a self,
        entry: &'a PublicMeasure<'a>,
        stated: &StatedTarget<'a>,
        place: &'a str,
    ) -> Result<PublicTarget<'a>, Error> {
        let own = self.home_place() == Some(place);
        let line = self.line_of_series(
            entry,
            group_and_grade(stated),
            place,
            stated.for_one((!own).then(|| self.place_name(place))),
        )?;
        let reach = TargetReach::of_target(stated, own, stated.level().or_else(|| self.level(place)));
        Ok(PublicTarget { reach, ..line })
    }

    /// The line of one series: its student group and grade, and its place.
    pub(super) fn line_of_series(
        &'a self,
        entry: &'a PublicMeasure<'a>,
        (group, grade): (&str, &str),
        place: &str,
        words: Option<String>,
    ) -> Result<PublicTarget<'a>, Error> {
        let rows = entry.whole.map_or(&[][..], |m| m.series(group, grade, place));
        let standing = self.standing_at(entry, (group, grade), place)?;
        Ok(PublicTarget { entry, words, reach: TargetReach::OWN, rows, standing, many: None })
    }
}

fn group_and_grade<'a>(stated: &StatedTarget<'a>) -> (&'a str, &'a str) {
    (stated.group, stated.grade)
}

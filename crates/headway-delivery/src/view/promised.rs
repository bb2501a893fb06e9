//! For whom a measure's figures are promised: the agency's own place and all its students, or only a student group, a place, a
//! level of places. Every one of them is a promise.

use std::collections::BTreeMap;

use headway_analytics::Scored;
use headway_model::plan::Target;
use headway_model::status::{Interval, Status, StatusTally, in_force};
use headway_model::{ALL, Grade, Group, Level, Period};

use super::MeasureSummary;
use crate::track::TrackRow;

/// So many places of one level are named one by one; more are one promise for all of them.
const NAMED: usize = 3;

/// For whom a figure is promised.
#[derive(Clone, Debug, PartialEq)]
pub enum Whom {
    /// The agency's own place, all students.
    Own,
    /// One series that is not that: another place, a student group, a grade; in words ("for District A").
    One(String),
    /// Several places of a level.
    Many(PromisedPlaces),
}

/// A promise for several places.
#[derive(Clone, Debug, PartialEq)]
pub struct PromisedPlaces {
    /// For whom, in words: "for 40 districts".
    pub words: String,
    /// Whether it is for all their students.
    pub of_all: bool,
    /// How they stand.
    pub stand: StatusTally,
    /// The target, where it is one for all of them.
    pub target: Option<(Interval, Period)>,
}

/// A series, or several, with a promise of its own.
pub(super) struct Promised {
    pub(super) whom: Whom,
    /// The series that is shown; none where several places share the promise.
    pub(super) series: Option<usize>,
    /// Group and grade.
    pub(super) of: (String, String),
}

impl Promised {
    /// The promises of a measure as they are told: that of the agency's own place for all students alone where there is one; else
    /// each of the others.
    pub(super) fn all(scored: &Scored, name: impl Fn(usize) -> String) -> Vec<Self> {
        let home = scored.home.as_deref().unwrap_or_default();
        if scored.find(ALL, ALL, home).is_some_and(|own| scored.status(own) != Status::NoTarget) {
            return Vec::new();
        }
        let mut found: BTreeMap<(String, String, Option<Level>), Vec<usize>> = BTreeMap::new();
        let figures =
            |t: &&Target| in_force(t, scored.as_of) && t.target.as_ref().is_some_and(|goal| goal.has_figure());
        let mut of: Vec<(&str, &str)> = Vec::new();
        for target in scored.planned.measure.targets.iter().filter(figures) {
            if !of.contains(&(&target.group, &target.grade)) {
                of.push((&target.group, &target.grade));
            }
        }
        for (group, grade) in of {
            for i in (0..scored.len()).filter(|&i| scored.key(i).0 == group && scored.key(i).1 == grade) {
                if scored.status(i) != Status::NoTarget {
                    found.entry((group.to_owned(), grade.to_owned(), scored.level(i))).or_default().push(i);
                }
            }
        }
        let mut told: Vec<Promised> = Vec::new();
        for ((group, grade, level), series) in found {
            let students = students(&group, &grade);
            if series.len() > NAMED {
                // Below the promise of the agency's own place they stand in its line, as for all students.
                let own = |p: &Promised| {
                    p.of == (group.clone(), grade.clone()) && p.series.is_some_and(|i| scored.key(i).2 == home)
                };
                if !told.iter().any(own) {
                    let places = format!("for {} {}", series.len(), level.map_or("places", |level| level.nouns().1));
                    let of_all = students.is_none();
                    let words = students.map_or(places.clone(), |students| format!("{places}, {students}"));
                    let stand = series.iter().map(|&i| scored.status(i)).collect();
                    let target = one_target(scored, &series);
                    let whom = Whom::Many(PromisedPlaces { words, of_all, stand, target });
                    told.push(Promised { whom, series: None, of: (group, grade) });
                }
                continue;
            }
            for i in series {
                let place = (scored.key(i).2 != home).then(|| name(i));
                let words = match (&students, place) {
                    (Some(students), Some(place)) => format!("for {students} in {place}"),
                    (Some(students), None) => format!("for {students}"),
                    (None, Some(place)) => format!("for {place}"),
                    (None, None) => continue,
                };
                told.push(Promised { whom: Whom::One(words), series: Some(i), of: (group.clone(), grade.clone()) });
            }
        }
        told
    }
}

/// The target of several series where it is one.
fn one_target(scored: &Scored, series: &[usize]) -> Option<(Interval, Period)> {
    let mut targets = series.iter().map(|&i| {
        let standing = scored.standing(i, None).ok()?;
        Some((standing.target, standing.target_period?))
    });
    let first = targets.next()??;
    targets.all(|other| other == Some(first)).then_some(first)
}

/// Who is meant where it is not all students: "students with disabilities, grade 3".
fn students(group: &str, grade: &str) -> Option<String> {
    let group = (group != ALL).then(|| Group::students_of(group));
    let grade = (grade != ALL).then(|| Grade::name_of(grade).to_lowercase());
    match (group, grade) {
        (Some(group), Some(grade)) => Some(format!("{group}, {grade}")),
        (group, grade) => group.or(grade),
    }
}

impl MeasureSummary {
    /// For whom the figure is promised, in words, where it is not the agency's own place and all students.
    pub fn for_whom(&self) -> Option<&str> {
        match &self.whom {
            Whom::Own => None,
            Whom::One(words) => Some(words),
            Whom::Many(places) => Some(&places.words),
        }
    }

    /// The several places that the figure is promised for.
    pub fn many(&self) -> Option<&PromisedPlaces> {
        match &self.whom {
            Whom::Many(places) => Some(places),
            Whom::Own | Whom::One(_) => None,
        }
    }

    /// The row that is judged; none where several places are.
    pub fn judged_row(&self) -> Option<&TrackRow> {
        self.many().is_none().then_some(&self.row)
    }

    /// How the promise stands: one status, or those of several places.
    pub fn stands(&self) -> StatusTally {
        match self.many() {
            Some(places) => places.stand.clone(),
            None => std::iter::once(self.row.standing.status).collect(),
        }
    }

    /// How much the promise needs attention.
    pub fn severity(&self) -> u8 {
        self.stands().0.first().map_or(0, |(status, _)| status.severity())
    }
}

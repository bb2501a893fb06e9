//! Which promises a measure makes. A promise is stated once: of a measure, for a place or for every place of a level, for a student
//! group and a grade. However many targets for other years stand beside it, and however many places a level has, it is one.

use std::collections::HashSet;

use jiff::civil::Date;

use super::in_force;
use crate::plan::{Measure, Target};
use crate::{ALL, Grade, Level, StudentGroup};

/// A promise as the plan states it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StatedTarget<'a> {
    /// The place's id, or a level: then it is for every place of that level that has no target of its own.
    pub place: &'a str,
    /// The student group's code.
    pub group: &'a str,
    /// The grade.
    pub grade: &'a str,
}

impl<'a> StatedTarget<'a> {
    /// The promises of a measure on a day, in the plan's order: every target in force that has a figure, each once.
    pub fn in_force_on(measure: &'a Measure, as_of: Date) -> Vec<Self> {
        let mut found: Vec<Self> = Vec::new();
        let figure = |t: &&Target| in_force(t, as_of) && t.target.as_ref().is_some_and(|goal| goal.has_figure());
        for target in measure.targets.iter().filter(figure) {
            let stated = Self { place: &target.place, group: &target.group, grade: &target.grade };
            if !found.contains(&stated) {
                found.push(stated);
            }
        }
        found
    }

    /// The level that it is for; none where it names a place.
    pub fn level(&self) -> Option<Level> {
        Level::of_id(self.place)
    }

    /// Whether it is for all students of all grades.
    pub fn is_of_all(&self) -> bool {
        self.group == ALL && self.grade == ALL
    }

    /// Whether a place is judged by a target of its own instead.
    pub fn is_replaced_at(&self, measure: &Measure, place: &str, as_of: Date) -> bool {
        let same = |t: &Target| t.place == place && t.group == self.group && t.grade == self.grade;
        self.level().is_some() && measure.targets.iter().any(|t| same(t) && in_force(t, as_of))
    }

    /// The places that are judged by a target of their own instead, of the same group and grade; none for one that names a place.
    pub fn replaced_places(&self, measure: &'a Measure, as_of: Date) -> HashSet<&'a str> {
        if self.level().is_none() {
            return HashSet::new();
        }
        let same = |t: &&Target| t.group == self.group && t.grade == self.grade && in_force(t, as_of);
        let places = measure.targets.iter().filter(same).map(|t| t.place.as_str());
        places.filter(|place| Level::of_id(place).is_none()).collect()
    }

    /// For whom, where one place keeps it: "for students with disabilities in District A". `place` is its name, none for the
    /// agency's own; nothing for all students there.
    pub fn for_one(&self, place: Option<&str>) -> Option<String> {
        match (self.students_meant(), place) {
            (Some(students), Some(place)) => Some(format!("for {students} in {place}")),
            (Some(students), None) => Some(format!("for {students}")),
            (None, Some(place)) => Some(format!("for {place}")),
            (None, None) => None,
        }
    }

    /// For whom, where several places keep it: "for 40 districts, students with disabilities".
    pub fn for_many(&self, places: usize) -> String {
        let noun = self.level().map_or("places", |level| level.place_nouns().1);
        // Of a level without any result it is not known how many places there are.
        let whom = if places == 0 { format!("for {noun}") } else { format!("for {places} {noun}") };
        self.students_meant().map_or(whom.clone(), |students| format!("{whom}, {students}"))
    }

    /// Who is meant where it is not all students: "students with disabilities, grade 3".
    fn students_meant(&self) -> Option<String> {
        let group = (self.group != ALL).then(|| StudentGroup::students_of(self.group));
        let grade = (self.grade != ALL).then(|| Grade::in_words(self.grade));
        match (group, grade) {
            (Some(group), Some(grade)) => Some(format!("{group}, {grade}")),
            (group, grade) => group.or(grade),
        }
    }
}

//! For whom targets are, where many are counted together: a plan may hold ten student groups at three levels to a figure of one
//! measure, and a reader wants a line for each kind, not thirty.

use super::StatedTarget;
use crate::{ALL, Level};

/// The places of a line of targets, in the order in which pages list them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReachPlaces {
    /// The agency's own place.
    Own,
    /// Places of a level.
    Level(Level),
    /// Places of which no level is known.
    Other,
}

/// The students of a line of targets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReachStudents {
    /// All of them.
    All,
    /// Student groups, all grades.
    Groups,
    /// Grades, of all students or of a group.
    Grades,
}

/// For whom a line of targets is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TargetReach {
    /// Which places.
    pub places: ReachPlaces,
    /// Which of their students.
    pub students: ReachStudents,
}

impl TargetReach {
    /// All students of the agency's own place.
    pub const OWN: Self = Self { places: ReachPlaces::Own, students: ReachStudents::All };

    /// In which line a target is counted. `own` says whether the agency's own place alone keeps it; `level` is that of the places
    /// that do.
    pub fn of_target(stated: &StatedTarget<'_>, own: bool, level: Option<Level>) -> Self {
        let places = match level {
            _ if own => ReachPlaces::Own,
            Some(level) => ReachPlaces::Level(level),
            None => ReachPlaces::Other,
        };
        let students = match (stated.group, stated.grade) {
            (ALL, ALL) => ReachStudents::All,
            (_, ALL) => ReachStudents::Groups,
            _ => ReachStudents::Grades,
        };
        Self { places, students }
    }

    /// The level whose places it is for, all their students.
    pub fn whole_level(self) -> Option<Level> {
        match self {
            Self { places: ReachPlaces::Level(level), students: ReachStudents::All } => Some(level),
            _ => None,
        }
    }

    /// In words, before its count: "districts", "student groups in districts".
    pub fn label_text(self) -> String {
        let noun = match self.places {
            ReachPlaces::Own => None,
            ReachPlaces::Level(level) => Some(level.place_nouns().1),
            ReachPlaces::Other => Some("other places"),
        };
        let students = match self.students {
            ReachStudents::All => None,
            ReachStudents::Groups => Some("student groups"),
            ReachStudents::Grades => Some("grades"),
        };
        match (students, noun) {
            (None, None) => "all students".to_owned(),
            (Some(students), None) => students.to_owned(),
            (None, Some(noun)) => noun.to_owned(),
            (Some(students), Some(noun)) => format!("{students} in {noun}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_has_its_line() {
        let check = |place: &str, group: &str, grade: &str, own: bool, level: Option<Level>, words: &str| {
            let stated = StatedTarget { place, group, grade };
            assert_eq!(TargetReach::of_target(&stated, own, level).label_text(), words);
        };
        check("st", ALL, ALL, true, Some(Level::State), "all students");
        check("st", "lep", ALL, true, Some(Level::State), "student groups");
        check("st", ALL, "3", true, None, "grades");
        check("district", ALL, ALL, false, Some(Level::District), "districts");
        check("district", "lep", ALL, false, Some(Level::District), "student groups in districts");
        check("S1", "lep", "3", false, Some(Level::School), "grades in schools");
        check("X", ALL, ALL, false, None, "other places");
    }

    #[test]
    fn lines_stand_from_the_agency_down() {
        let of = |places, students| TargetReach { places, students };
        let districts = ReachPlaces::Level(Level::District);
        let mut lines = vec![
            of(ReachPlaces::Level(Level::School), ReachStudents::All),
            of(districts, ReachStudents::Groups),
            of(districts, ReachStudents::All),
            of(ReachPlaces::Own, ReachStudents::Groups),
            TargetReach::OWN,
        ];
        lines.sort();
        let words: Vec<String> = lines.into_iter().map(TargetReach::label_text).collect();
        assert_eq!(words, ["all students", "student groups", "districts", "student groups in districts", "schools"]);
    }
}

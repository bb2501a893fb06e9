//! One school's students and how many of them reach the goal.

use crate::random::RandomStream;
use crate::state::{GroupTotals, SIMULATED_GROUPS};

/// Students, and those of them that reached the goal.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct StudentCount {
    pub(crate) students: u64,
    pub(crate) reached: u64,
}

/// A district: its number, the number of its first school, and how many schools.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SimulatedDistrict {
    pub(crate) number: u32,
    pub(crate) first_school: u32,
    pub(crate) schools: u32,
}

/// Which of a school's students: of how many grades of equal size the one, counted from 1; or all of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SchoolClass {
    pub(crate) grade: u32,
    pub(crate) of: u32,
}

impl SchoolClass {
    /// All students, drawn as one.
    pub(crate) const WHOLE: Self = Self { grade: 0, of: 1 };
}

/// Races: share of students, and points above or below the school's own level.
const RACES: [(usize, f64, f64); 6] =
    [(1, 0.01, -9.0), (2, 0.07, 9.0), (3, 0.13, -13.0), (4, 0.22, -9.0), (5, 0.05, -1.0), (6, 0.52, 6.0)];
/// Groups that cut across: share of students, and points.
const OTHERS: [(usize, f64, f64); 3] = [(7, 0.15, -26.0), (8, 0.42, -11.0), (9, 0.10, -21.0)];

/// What a draw is for; keeps the streams apart.
#[derive(Clone, Copy)]
enum StreamPurpose {
    District,
    School,
    Year,
    Group,
    Grade,
}

impl SimulatedDistrict {
    pub(crate) fn id(&self) -> String {
        format!("{:05}000", self.number + 1)
    }

    pub(crate) fn school_id(&self, school: u32) -> String {
        format!("{:05}{:03}", self.number + 1, school + 1)
    }

    /// The counts of a school's class in the year `years` after the first, `dip` points lower than it would be.
    pub(crate) fn school_counts(
        &self,
        seed: u64,
        school: u32,
        years: i32,
        dip: f64,
        class: SchoolClass,
    ) -> GroupTotals {
        let school = u64::from(self.first_school + school);
        let random =
            |what: StreamPurpose, more: [u64; 2]| RandomStream::from_seed(seed, [what as u64, more[0], more[1]]);
        let (mut district, mut own) =
            (random(StreamPurpose::District, [self.number.into(), 0]), random(StreamPurpose::School, [school, 0]));
        let level = 62.0 + 9.0 * district.draw_normal() + 6.0 * own.draw_normal();
        let slope = 0.5 + 0.6 * district.draw_normal() + 0.4 * own.draw_normal();
        let size = (5.0 + 0.8 * own.draw_normal()).exp() / f64::from(class.of);
        let mut year = random(StreamPurpose::Year, [school, years as u64]);
        let mut level = level + slope * f64::from(years) - dip + 1.5 * year.draw_normal();
        if class.grade > 0 {
            level += 2.0 * random(StreamPurpose::Grade, [school, class.grade.into()]).draw_normal();
        }
        // Grades have draws of their own; without grades this changes nothing.
        let place = |group: usize| school * 16 + group as u64 + (u64::from(class.grade) << 48);

        let mut counts = GroupTotals::default();
        for (group, share, points) in RACES {
            let mut draw = random(StreamPurpose::Group, [place(group), years as u64]);
            // The school's own mix stays, its size goes up and down a little.
            let mix = (0.7 * random(StreamPurpose::Group, [school * 16 + group as u64, u64::MAX]).draw_normal()).exp();
            let students = (size * share * mix * (1.0 + 0.04 * draw.draw_normal())).round().max(0.0) as u32;
            counts[group] = draw_reached(&mut draw, students, level + points);
            counts[0].students += counts[group].students;
            counts[0].reached += counts[group].reached;
        }
        for (group, share, points) in OTHERS {
            let mut draw = random(StreamPurpose::Group, [place(group), years as u64]);
            let students = draw.draw_binomial(counts[0].students as u32, share);
            counts[group] = limit_to_whole(draw_reached(&mut draw, students, level + points), counts[0]);
        }
        counts
    }
}

fn draw_reached(draw: &mut RandomStream, students: u32, percent: f64) -> StudentCount {
    let share = (percent + 2.0 * draw.draw_normal()).clamp(2.0, 98.0) / 100.0;
    StudentCount { students: students.into(), reached: draw.draw_binomial(students, share).into() }
}

/// A part of the students can't hold more who reached the goal than there are, nor more who did not.
fn limit_to_whole(part: StudentCount, all: StudentCount) -> StudentCount {
    let least = part.students.saturating_sub(all.students - all.reached);
    StudentCount { reached: part.reached.clamp(least, all.reached.min(part.students)), ..part }
}

pub(crate) fn add_counts(
    total: &mut [StudentCount; SIMULATED_GROUPS.len()],
    counts: &[StudentCount; SIMULATED_GROUPS.len()],
) {
    for (total, count) in total.iter_mut().zip(counts) {
        total.students += count.students;
        total.reached += count.reached;
    }
}

//! Numbers of students added up over places, groups and grades, to be held against those of a measure that shares no row.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use headway_model::{ALL, PeriodKind};

use super::super::super::atlas::{CodeNumbers, PeriodHierarchies};
use super::super::super::formulas::KnownSums;
use super::{SAME, StudentCounts, StudentKey};

/// So many places further up, by which sum of groups, and over all grades or not.
type RolledRoute = (usize, Option<usize>, bool);
/// What is added up; nothing where a part is not known.
type RolledSums = BTreeMap<RolledRoute, HashMap<StudentKey, Option<u64>>>;

/// The most places that lie above each other.
const UP: usize = 3;
/// So many periods that both have are looked at, the newest first.
const PERIODS: usize = 3;
/// Over so many codes at once a sum may go, of both measures together.
const STEPS: usize = 2;

/// What numbers of students may be added up by.
#[derive(Clone, Copy)]
pub(crate) struct RollingRules<'a> {
    pub(crate) atlas: &'a CodeNumbers,
    pub(crate) forest: &'a PeriodHierarchies,
    pub(crate) formulas: &'a KnownSums,
}

impl RollingRules<'_> {
    /// Whether two measures without a common row count the same students: what one says, or its parts add up to, is what the parts of
    /// the other add up to, more often than not.
    pub(super) fn count_the_same(&self, kind: PeriodKind, one: &StudentCounts, other: &StudentCounts) -> bool {
        let periods = |of: &StudentCounts| of.keys().map(|key| key.3).collect::<BTreeSet<i32>>();
        let (first, second) = (periods(one), periods(other));
        let both: Vec<i32> = first.into_iter().rev().filter(|period| second.contains(period)).take(PERIODS).collect();
        if both.is_empty() {
            return false;
        }
        let (one, other) = (self.roll_up(kind, one, &both), self.roll_up(kind, other, &both));
        one.iter().any(|(route, one)| {
            let within = |way: &RolledRoute| route != way && steps_of(*route) + steps_of(*way) <= STEPS;
            other.iter().any(|(way, other)| within(way) && agree_mostly(one, other))
        })
    }

    /// All sums of the rows of these periods, and the rows.
    fn roll_up(&self, kind: PeriodKind, rows: &StudentCounts, periods: &[i32]) -> RolledSums {
        let (all, all_grades) = (self.atlas.groups.find_number(ALL), self.atlas.grades.find_number(ALL));
        let mut sums = RolledSums::new();
        for (&(place, group, grade, period), &n) in rows.iter().filter(|(key, _)| periods.contains(&key.3)) {
            let above = self.forest.tree_in(kind, period).map_or(&[][..], |tree| tree.places_above(place));
            let places = [place].into_iter().chain(above.iter().copied().take(UP));
            let in_all = all.into_iter().flat_map(|all| self.sums_to_all(group, all));
            let groups: Vec<(Option<usize>, u32)> = [(None, group)].into_iter().chain(in_all).collect();
            let in_all_grades = all_grades.filter(|all| *all != grade).map(|all| (true, all));
            let grades: Vec<(bool, u32)> = [(false, grade)].into_iter().chain(in_all_grades).collect();
            for (up, place) in places.enumerate() {
                for &(by_groups, group) in &groups {
                    for &(by_grades, grade) in &grades {
                        let route = (up, by_groups, by_grades);
                        if steps_of(route) <= STEPS {
                            let of_route = sums.entry(route).or_default();
                            let sum = of_route.entry((place, group, grade, period)).or_insert(Some(0));
                            *sum = sum.zip(n).map(|(sum, n)| sum + n);
                        }
                    }
                }
            }
        }
        sums
    }

    /// The sums to all students that a group is in.
    fn sums_to_all(&self, group: u32, all: u32) -> Vec<(Option<usize>, u32)> {
        let partitions = self.formulas.partitions.iter().enumerate();
        let with =
            partitions.filter(|(_, p)| p.total == all && (p.parts.contains(&group) || p.coarse.contains(&group)));
        with.map(|(number, _)| (Some(number), all)).collect()
    }
}

/// Over how many codes at once it goes.
fn steps_of((up, by_groups, by_grades): RolledRoute) -> usize {
    usize::from(up > 0) + usize::from(by_groups.is_some()) + usize::from(by_grades)
}

/// Whether two sets of numbers are the same more often than not, where both have one that is not zero.
fn agree_mostly(one: &StudentCounts, other: &StudentCounts) -> bool {
    let (few, many) = if one.len() < other.len() { (one, other) } else { (other, one) };
    let (mut common, mut same) = (0, 0);
    for (key, n) in few {
        let Some((a, b)) = n.zip(many.get(key).copied().flatten()).filter(|(a, b)| a + b > 0) else { continue };
        common += 1;
        same += u64::from(a == b);
    }
    common > 0 && same * 10 > common * SAME
}

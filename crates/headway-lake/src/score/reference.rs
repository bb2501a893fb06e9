//! First and latest value of the reference group, by grade and unit, sorted: two figures a unit and nothing more.

use std::ops::Range;

use headway_model::Segment;
use rayon::prelude::*;

use super::{Scoring, Values, scan};
use crate::{Columns, Lake, Result};

/// The figures of the reference group.
#[derive(Debug, Default)]
pub(super) struct Reference {
    /// Grades in order, each with its places.
    grades: Vec<(String, Range<usize>)>,
    /// The ids of the units, one after the other, in order inside a grade.
    units: String,
    /// Where each ends.
    ends: Vec<u32>,
    figures: Vec<Beside>,
}

/// First and latest value of the reference group in one unit and grade.
#[derive(Clone, Copy, Debug)]
pub(super) struct Beside {
    pub(super) base: f64,
    pub(super) base_period: i32,
    pub(super) latest: f64,
    pub(super) latest_period: i32,
}

/// A place in the table that moves along with the units asked for.
#[derive(Debug)]
pub(super) struct Place {
    grade: usize,
    unit: usize,
}

impl Reference {
    pub(super) fn read(lake: &Lake, segments: &[Segment], scoring: &Scoring<'_>) -> Result<Self> {
        let mut filter = scoring.filter.clone();
        filter.groups = Some([scoring.reference.to_owned()].into());
        let scan = scan(lake, segments, scoring, filter, Columns::LO)?;
        let tables: Vec<Self> = scan
            .parts()
            .par_iter()
            .map(|part| {
                let (mut table, mut values) = (Self::default(), Values::default());
                scan.visit(part, &mut |series| {
                    let Some(facts) = values.facts(&series, scoring) else { return };
                    let (base, base_period) = (facts.base, facts.base_period);
                    let (latest, latest_period) = (facts.latest, facts.latest_period);
                    let beside = Beside { base, base_period, latest, latest_period };
                    table.push(series.grade, series.unit, beside);
                })?;
                Ok(table)
            })
            .collect::<Result<_>>()?;
        let mut whole = Self::default();
        for table in &tables {
            for (grade, places) in &table.grades {
                places.clone().for_each(|place| whole.push(grade, table.unit(place), table.figures[place]));
            }
        }
        Ok(whole)
    }

    fn push(&mut self, grade: &str, unit: &str, beside: Beside) {
        let place = self.figures.len();
        match self.grades.last_mut() {
            Some((last, places)) if last == grade => places.end = place + 1,
            _ => self.grades.push((grade.to_owned(), place..place + 1)),
        }
        self.units.push_str(unit);
        self.ends.push(u32::try_from(self.units.len()).expect("the ids of a group's units stay below 4 GiB"));
        self.figures.push(beside);
    }

    fn unit(&self, place: usize) -> &str {
        let start = if place == 0 { 0 } else { self.ends[place - 1] as usize };
        &self.units[start..self.ends[place] as usize]
    }

    pub(super) fn start(&self) -> Place {
        Place { grade: usize::MAX, unit: 0 }
    }

    /// The figures of a unit, quickly when units are asked for in order.
    pub(super) fn find(&self, place: &mut Place, grade: &str, unit: &str) -> Option<Beside> {
        if self.grades.get(place.grade).is_none_or(|(known, _)| known != grade) {
            place.grade = self.grades.binary_search_by(|(known, _)| known.as_str().cmp(grade)).ok()?;
            place.unit = self.grades[place.grade].1.start;
        }
        let places = self.grades[place.grade].1.clone();
        if place.unit > places.start && self.unit(place.unit - 1) >= unit {
            // A new group begins: the units start again.
            place.unit = places.start;
        }
        // The unit is mostly the next one; else the rest is searched by halves.
        let near = (place.unit + 4).min(places.end);
        let step = (place.unit..near).find(|&p| self.unit(p) >= unit);
        place.unit = step.unwrap_or_else(|| partition(near..places.end, |p| self.unit(p) < unit));
        let found = place.unit < places.end && self.unit(place.unit) == unit;
        found.then(|| self.figures[place.unit])
    }
}

/// The first place for which `before` is no longer true.
fn partition(places: Range<usize>, before: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (places.start, places.end);
    while low < high {
        let middle = usize::midpoint(low, high);
        if before(middle) { low = middle + 1 } else { high = middle }
    }
    low
}

//! First and latest value of the reference group, by grade and place, sorted: two figures a place and nothing more.

use std::ops::Range;

use headway_model::LakeSegment;
use rayon::prelude::*;

use super::{ExactValues, ScoringOptions, open_scan};
use crate::{Lake, Result, ScanColumns};

/// The figures of the reference group.
#[derive(Debug, Default)]
pub(super) struct ReferenceGroup {
    /// Grades in order, each with its places.
    grades: Vec<(String, Range<usize>)>,
    /// The ids of the places, one after the other, in order inside a grade.
    places: String,
    /// Where each ends.
    ends: Vec<u32>,
    figures: Vec<ReferenceValues>,
}

/// First and latest value of the reference group in one place and grade.
#[derive(Clone, Copy, Debug)]
pub(super) struct ReferenceValues {
    pub(super) base: f64,
    pub(super) base_period: i32,
    pub(super) latest: f64,
    pub(super) latest_period: i32,
}

/// A place in the table that moves along with the places asked for.
#[derive(Debug)]
pub(super) struct ReferenceCursor {
    grade: usize,
    place: usize,
}

impl ReferenceGroup {
    pub(super) fn read_group(lake: &Lake, segments: &[LakeSegment], scoring: &ScoringOptions<'_>) -> Result<Self> {
        let mut filter = scoring.filter.clone();
        filter.groups = Some([scoring.reference.to_owned()].into());
        let scan = open_scan(lake, segments, scoring, filter, ScanColumns { flags: true, ..ScanColumns::LO })?;
        let tables: Vec<Self> = scan
            .split_into_parts()
            .par_iter()
            .map(|part| {
                let (mut table, mut values) = (Self::default(), ExactValues::default());
                scan.visit_part(part, &mut |series| {
                    let Some(facts) = values.summarize_series(&series, scoring) else { return };
                    let (base, base_period) = (facts.base, facts.base_period);
                    let (latest, latest_period) = (facts.latest, facts.latest_period);
                    let beside = ReferenceValues { base, base_period, latest, latest_period };
                    table.push_values(series.grade, series.place, beside);
                })?;
                Ok(table)
            })
            .collect::<Result<_>>()?;
        let mut whole = Self::default();
        for table in &tables {
            for (grade, places) in &table.grades {
                places.clone().for_each(|at| whole.push_values(grade, table.place(at), table.figures[at]));
            }
        }
        Ok(whole)
    }

    fn push_values(&mut self, grade: &str, place: &str, beside: ReferenceValues) {
        let at = self.figures.len();
        match self.grades.last_mut() {
            Some((last, places)) if last == grade => places.end = at + 1,
            _ => self.grades.push((grade.to_owned(), at..at + 1)),
        }
        self.places.push_str(place);
        self.ends.push(u32::try_from(self.places.len()).expect("the ids of a group's places stay below 4 GiB"));
        self.figures.push(beside);
    }

    fn place(&self, at: usize) -> &str {
        let start = if at == 0 { 0 } else { self.ends[at - 1] as usize };
        &self.places[start..self.ends[at] as usize]
    }

    pub(super) fn start_cursor(&self) -> ReferenceCursor {
        ReferenceCursor { grade: usize::MAX, place: 0 }
    }

    /// The figures of a place, quickly when places are asked for in order.
    pub(super) fn find_values(
        &self,
        cursor: &mut ReferenceCursor,
        grade: &str,
        place: &str,
    ) -> Option<ReferenceValues> {
        if self.grades.get(cursor.grade).is_none_or(|(known, _)| known != grade) {
            cursor.grade = self.grades.binary_search_by(|(known, _)| known.as_str().cmp(grade)).ok()?;
            cursor.place = self.grades[cursor.grade].1.start;
        }
        let places = self.grades[cursor.grade].1.clone();
        if cursor.place > places.start && self.place(cursor.place - 1) >= place {
            // A new group begins: the places start again.
            cursor.place = places.start;
        }
        // The place is mostly the next one; else the rest is searched by halves.
        let near = (cursor.place + 4).min(places.end);
        let step = (cursor.place..near).find(|&p| self.place(p) >= place);
        cursor.place = step.unwrap_or_else(|| find_partition(near..places.end, |p| self.place(p) < place));
        let found = cursor.place < places.end && self.place(cursor.place) == place;
        found.then(|| self.figures[cursor.place])
    }
}

/// The first place for which `before` is no longer true.
fn find_partition(places: Range<usize>, before: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (places.start, places.end);
    while low < high {
        let middle = usize::midpoint(low, high);
        if before(middle) { low = middle + 1 } else { high = middle }
    }
    low
}

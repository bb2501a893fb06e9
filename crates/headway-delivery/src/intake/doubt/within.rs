//! Parts beside their wholes within a place: a grade against the grades it is one of, a crossed group against one of its groups; and
//! single grades, or women and men of a group, against their whole together.
//! (Groups are held against all students in `parts`, and places against the place above in `levels`.)

use std::collections::{BTreeSet, HashMap};

use headway_import::ReportSlice;
use headway_lake::{SeriesFilter, WrittenSegment};
use headway_model::SeriesRows;
use headway_model::{ALL, Grade, StudentGroup, ValueState};

use super::figures::{ComparedFigures, PriorFigures};
use super::hash::fnv_hash;
use super::walk::{CatalogMeasure, CheckedMeasure, number_text};
use super::{DoubtKind, ImportDoubt};
use crate::Result;

/// How many figures are held in one pass over the file; they take some 60 MB.
const FIGURES_AT_ONCE: u64 = 1_000_000;
/// A part is larger than its whole by more than a rounded half.
const HALF: f64 = 0.5;

/// What is counted.
const WHAT: [&str; 3] = ["students", "numerators", "counts"];
/// What the parts are: one that is larger than its whole, then all together.
const PARTS: [&str; 4] = [
    "grades with more than the grades that they are a part of",
    "crossed groups with more than one of the groups that they are a part of",
    "grades that have more together than the grades that they are a part of",
    "women and men of a group who are more together than the group",
];
/// Where a part was counted twice, as a student who moved: one in a hundred, two at least.
const TWICE: (f64, f64) = (0.01, 2.0);

/// The figures of one slice at one place and period.
struct SliceRow {
    slice: u32,
    figures: [f64; 3],
    new: bool,
}

/// Slices by number, and what each is a part of.
struct NestedSlices {
    all: Vec<(String, String)>,
    wholes: Vec<Vec<(u32, usize)>>,
    /// Of each, the slices that have nobody in common and are parts of it, of each kind.
    disjoint: Vec<[Vec<u32>; 2]>,
}

#[derive(Default)]
struct LargerParts {
    count: u64,
    first: Option<String>,
}

/// The parts of a measure that are larger than their whole; of grades and of groups one line each, with the figure that shows it
/// first.
pub(super) fn part_doubts(
    about: &CheckedMeasure<'_>,
    new: &WrittenSegment,
    seen: &CatalogMeasure,
    beside: &PriorFigures,
) -> Result<Vec<ImportDoubt>> {
    let report = || about.ground.report.slices_of(about.measure);
    let slices = NestedSlices::from_report(report(), &beside.slices);
    let counted = about.counts || report().any(|slice| slice.denominators > 0 || slice.numerators > 0);
    if !counted || slices.wholes.iter().all(Vec::is_empty) {
        return Ok(Vec::new());
    }
    let periods = beside.periods.filter(|_| beside.known).map(|(first, last)| first..=last);
    let filter = SeriesFilter { periods, ..SeriesFilter::default() };
    let figures = ComparedFigures { about, new, seen: beside.known.then_some(seen), filter };
    let passes = new.segment.rows.max(1).div_ceil(FIGURES_AT_ONCE);
    let mut found = LargerByKind::default();
    for pass in 0..passes {
        slices.check_places(&figures, (pass, passes), &mut found)?;
    }
    Ok(found.into_iter().enumerate().filter_map(|(kind, found)| larger_part_doubt(about, kind, found)).collect())
}

/// What was found of each of [`PARTS`], by what is counted.
type LargerByKind = [[LargerParts; 3]; 4];

fn larger_part_doubt(about: &CheckedMeasure<'_>, kind: usize, found: [LargerParts; 3]) -> Option<ImportDoubt> {
    let (what, larger) = found.into_iter().enumerate().find(|(_, larger)| larger.count > 0)?;
    Some(ImportDoubt {
        kind: DoubtKind::Larger,
        measures: vec![about.measure.into()],
        cause: format!("{} ({})", PARTS[kind], WHAT[what]),
        count: larger.count,
        of: None,
        first: larger.first.unwrap_or_default(),
        advice: String::new(),
        until: None,
    })
}

impl NestedSlices {
    fn from_report<'a>(report: impl Iterator<Item = &'a ReportSlice>, known: &BTreeSet<(String, String)>) -> Self {
        let own = report.map(|slice| (slice.group.clone(), slice.grade.clone()));
        let all: BTreeSet<(String, String)> = own.chain(known.iter().cloned()).collect();
        let all: Vec<(String, String)> = all.into_iter().collect();
        let at = |group: &str, grade: &str| {
            let found = all.binary_search_by(|(g, d)| (g.as_str(), d.as_str()).cmp(&(group, grade)));
            found.ok().and_then(|at| u32::try_from(at).ok())
        };
        let grades: BTreeSet<&str> = all.iter().map(|(_, grade)| grade.as_str()).collect();
        let wholes = |(group, grade): &(String, String)| {
            let above = grades.iter().filter(|whole| Grade::is_part(grade, whole));
            let by_grade = above.filter_map(|whole| Some((at(group, whole)?, 0)));
            let mut wholes: Vec<(u32, usize)> = by_grade.collect();
            wholes.extend(less_crossed(group).iter().filter_map(|whole| Some((at(whole, grade)?, 1))));
            wholes
        };
        let wholes: Vec<Vec<(u32, usize)>> = all.iter().map(wholes).collect();
        let mut disjoint = vec![[Vec::new(), Vec::new()]; all.len()];
        for (part, ((group, grade), wholes)) in (0..).zip(all.iter().zip(&wholes)) {
            for (whole, kind) in wholes {
                let of = &mut disjoint[*whole as usize][*kind];
                // Bands have grades in common; one grade has none with another.
                if (*kind == 0 && is_single(grade)) || (*kind == 1 && is_sex_of(group, &all[*whole as usize].0)) {
                    of.push(part);
                }
            }
        }
        Self { all, wholes, disjoint }
    }

    fn check_places(&self, of: &ComparedFigures<'_>, turn: (u64, u64), found: &mut LargerByKind) -> Result<()> {
        let mut place_ids = headway_model::Names::default();
        let mut places: HashMap<(u32, i32), Vec<SliceRow>> = HashMap::new();
        of.each_row(of.filter.clone(), &mut |series, row, new| {
            if turn.1 > 1 && fnv_hash(series.place) % turn.1 != turn.0 {
                return;
            }
            let own = (series.group, series.grade);
            let Ok(slice) = self.all.binary_search_by(|(g, d)| (g.as_str(), d.as_str()).cmp(&own)) else { return };
            let row_of = SliceRow { slice: slice as u32, figures: row_figures(of.about, series, row), new };
            places.entry((place_ids.intern_text(series.place), series.period[row])).or_default().push(row_of);
        })?;
        let mut places: Vec<_> = places.into_iter().collect();
        places.sort_unstable_by_key(|(at, _)| *at);
        // Where the row of each slice is, of the place that is looked at.
        let mut own: Vec<Option<usize>> = vec![None; self.all.len()];
        for ((place, period), rows) in places {
            rows.iter().enumerate().for_each(|(at, row)| own[row.slice as usize] = Some(at));
            let row_of = |slice: &u32| own[*slice as usize].map(|at| &rows[at]);
            for part in &rows {
                for (whole, kind) in &self.wholes[part.slice as usize] {
                    let Some(whole) = row_of(whole) else { continue };
                    if part.new || whole.new {
                        let example = |what: usize| {
                            self.part_example(of.about, (place_ids.text_by_number(place), period), [part, whole], what)
                        };
                        count_larger(&mut found[*kind], part, whole, &example);
                    }
                }
            }
            for whole in &rows {
                for (kind, parts) in self.disjoint[whole.slice as usize].iter().enumerate() {
                    let sum = |what: usize, rows: &[&SliceRow]| {
                        self.sum_example(of.about, (place_ids.text_by_number(place), period), (rows, whole), what)
                    };
                    count_together(&mut found[PARTS.len() / 2 + kind], whole, || parts.iter().filter_map(row_of), &sum);
                }
            }
            rows.iter().for_each(|row| own[row.slice as usize] = None);
        }
        Ok(())
    }

    /// `Alder (0001), 2021-22: grade 3 300 + grade 4 300 = 600 of grades 3-4 500`.
    fn sum_example(
        &self,
        about: &CheckedMeasure<'_>,
        (place, period): (&str, i32),
        rows: (&[&SliceRow], &SliceRow),
        what: usize,
    ) -> String {
        let (parts, whole) = rows;
        let slice = |row: &SliceRow| &self.all[row.slice as usize];
        let by_grade = slice(parts[0]).1 != slice(whole).1;
        let named = |row: &SliceRow| {
            let (group, grade) = slice(row);
            match (by_grade, grade.as_str()) {
                (false, _) => StudentGroup::name_of(group).into_owned(),
                (true, ALL) => "all grades".to_owned(),
                (true, grade) => Grade::in_words(grade),
            }
        };
        let (group, grade) = if by_grade { (slice(whole).0.as_str(), ALL) } else { (ALL, slice(whole).1.as_str()) };
        let each: Vec<String> =
            parts.iter().map(|row| format!("{} {}", named(row), number_text(row.figures[what]))).collect();
        format!(
            "{}, {}: {} = {} of {} {}",
            about.series_label(place, group, grade),
            about.period_at(period),
            each.join(" + "),
            number_text(parts.iter().map(|row| row.figures[what]).sum()),
            named(whole),
            number_text(whole.figures[what])
        )
    }

    /// `Alder (0001), 2021-22: grade 3 600 of all grades 500`.
    fn part_example(
        &self,
        about: &CheckedMeasure<'_>,
        (place_id, period): (&str, i32),
        rows: [&SliceRow; 2],
        what: usize,
    ) -> String {
        let [part, whole] = rows.map(|row| (&self.all[row.slice as usize], number_text(row.figures[what])));
        let name = |(group, grade): &(String, String)| {
            let of_grade = if grade == ALL { "all grades".to_owned() } else { Grade::in_words(grade) };
            if part.0.1 == whole.0.1 { StudentGroup::name_of(group).into_owned() } else { of_grade }
        };
        let (group, grade) = if part.0.1 == whole.0.1 { (ALL, part.0.1.as_str()) } else { (part.0.0.as_str(), ALL) };
        let place = about.series_label(place_id, group, grade);
        format!("{place}, {}: {} {} of {} {}", about.period_at(period), name(part.0), part.1, name(whole.0), whole.1)
    }
}

fn count_larger(found: &mut [LargerParts; 3], part: &SliceRow, whole: &SliceRow, example: &dyn Fn(usize) -> String) {
    for (what, larger) in found.iter_mut().enumerate() {
        if part.figures[what] - whole.figures[what] > HALF {
            larger.count += 1;
            larger.first.get_or_insert_with(|| example(what));
        }
    }
}

/// Whether a grade is one and no band: no student is in two of them.
fn is_single(grade: &str) -> bool {
    !grade.contains(['-', '+']) && !["elementary", "middle", "high"].contains(&grade)
}

/// Whether a group is the women, or the men, of another.
fn is_sex_of(part: &str, whole: &str) -> bool {
    ["female", "male"].into_iter().any(|sex| {
        let left: Vec<&str> = part.split('+').filter(|word| *word != sex).collect();
        left.len() + 1 == part.split('+').count() && left.join("+") == whole
    })
}

/// The parts of a whole that have more together than it; one that is larger alone was told already.
fn count_together<'a, P: Iterator<Item = &'a SliceRow>>(
    found: &mut [LargerParts; 3],
    whole: &SliceRow,
    parts: impl Fn() -> P,
    example: &dyn Fn(usize, &[&SliceRow]) -> String,
) {
    if !whole.new && !parts().any(|row| row.new) {
        return;
    }
    for (what, larger) in found.iter_mut().enumerate() {
        let all = whole.figures[what];
        let known = || parts().filter(|row| !row.figures[what].is_nan());
        let (sum, most) = known().fold((0.0, 0.0_f64), |(sum, most), row| {
            let figure = row.figures[what];
            (sum + figure, most.max(figure))
        });
        if sum - all > (TWICE.0 * all).max(TWICE.1) && most - all <= HALF {
            larger.count += 1;
            larger.first.get_or_insert_with(|| example(what, &known().collect::<Vec<_>>()));
        }
    }
}

/// The groups that a crossed group is a part of: without one of its words, and each word alone.
fn less_crossed(group: &str) -> BTreeSet<String> {
    let words: Vec<&str> = group.split('+').collect();
    if words.len() < 2 {
        return BTreeSet::new();
    }
    let without = |at: usize| {
        let left: Vec<&str> = words.iter().enumerate().filter(|(n, _)| *n != at).map(|(_, word)| *word).collect();
        left.join("+")
    };
    let singles = words.iter().map(|word| (*word).to_owned());
    (0..words.len()).map(without).chain(singles).collect()
}

/// Number of students, numerator, and the value where it is a count itself.
fn row_figures(about: &CheckedMeasure<'_>, series: &SeriesRows<'_>, row: usize) -> [f64; 3] {
    let count = about.counts && series.state_at(row) == ValueState::Exact;
    [series.denominator[row], series.numerator[row], if count { series.lo[row] } else { f64::NAN }]
}

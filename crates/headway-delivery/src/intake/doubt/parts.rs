//! Student groups against all students: sexes and races that do not add up, and groups that all have everybody's number.
//!
//! A set of groups is a whole when its parts were meant to be one: women and men always are; races are where nine in ten of the
//! complete ones (twenty or more) add up exactly, of the import or of what was known before. Parts that make more than the whole, or miss most of a large one, are doubted
//! wherever they stand. A part that is hidden or absent explains a sum that is too small; one or two students more or less are a
//! group that was not recorded.

use std::collections::BTreeMap;

use headway_lake::{SeriesFilter, WrittenSegment};
use headway_model::SeriesRows;
use headway_model::{ALL, GroupCategory, StudentGroup, ValueState};

use super::figures::{ComparedFigures, PriorFigures};
use super::group_rates::{GroupRates, SetRates};
use super::hash::fnv_hash;
use super::walk::{CatalogMeasure, CheckedMeasure, number_text};
use super::wholes::WholeSeries;
use super::{DoubtKind, ImportDoubt};
use crate::Result;

/// How many places, grades and periods are looked at in one pass over the file; what is kept of them takes some 60 MB.
const KEYS_AT_ONCE: u64 = 300_000;
/// From so many complete sets on their sums say whether the groups make a whole.
const ENOUGH: u64 = 20;
/// The share of them that must add up.
const WHOLE: f64 = 0.9;
/// A part is larger than its whole by more than a rounded half.
const HALF: f64 = 0.5;
/// Parts that are too few to be published are left out of many files: up to ten students in each of seven groups.
const LEFT_OUT: f64 = 70.0;

/// The sets whose groups make all students.
pub(super) const SETS: [GroupCategory; 2] = [GroupCategory::Sex, GroupCategory::Race];

/// What is added up.
const WHAT: [&str; 3] = ["students", "numerators", "counts"];

/// A place, grade and period: all students, and the groups of each set.
#[derive(Clone, Copy)]
struct GroupFigures {
    all: [f64; 3],
    sums: [[f64; 3]; 2],
    rate: f64,
    rates: [SetRates; 2],
    /// How many groups of each set have each figure, and whether one is hidden.
    parts: [[u8; 3]; 2],
    hidden: [bool; 2],
    /// Groups with a number of students, and those of them that have everybody's.
    groups: u8,
    equal: u8,
    /// Whether a group has more of each figure than all students.
    larger: [bool; 3],
    /// Whether a figure is the import's own: that of all students, of any group, of each set.
    new_all: bool,
    new: bool,
    new_of: [bool; 2],
}

impl Default for GroupFigures {
    fn default() -> Self {
        let (all, sums, parts) = ([f64::NAN; 3], [[0.0; 3]; 2], [[0; 3]; 2]);
        let (new_all, new, new_of) = (false, false, [false; 2]);
        let (rate, rates) = (f64::NAN, [SetRates::default(); 2]);
        Self {
            all,
            sums,
            rate,
            rates,
            parts,
            hidden: [false; 2],
            groups: 0,
            equal: 0,
            larger: [false; 3],
            new_all,
            new,
            new_of,
        }
    }
}

/// Grade, place and period, as numbers and texts of the walk.
pub(super) type GradePlacePeriod = (u32, u32, i32);

/// What was found of one set and one figure.
#[derive(Default)]
struct SetSums {
    complete: u64,
    exact: u64,
    /// The same of what was known before, in these periods and the one before them.
    stored: [u64; 2],
    beyond: OddSums,
    odd: OddSums,
    missing: OddSums,
}

/// Sums that are odd: how many, and the first.
#[derive(Default)]
struct OddSums {
    count: u64,
    first: Option<GradePlacePeriod>,
}

impl OddSums {
    fn add_place(&mut self, place: GradePlacePeriod) {
        self.count += 1;
        self.first = Some(self.first.map_or(place, |first| first.min(place)));
    }
}

/// The doubts about the groups of one measure.
pub(super) fn group_doubts(
    about: &CheckedMeasure<'_>,
    new: &WrittenSegment,
    seen: &CatalogMeasure,
    beside: &PriorFigures,
) -> Result<Vec<ImportDoubt>> {
    let slices = || about.ground.report.slices_of(about.measure);
    let own: u64 = slices().filter(|s| s.group == ALL).flat_map(|s| s.cells.values()).sum();
    let counted = about.counts || slices().any(|s| s.denominators > 0 || s.numerators > 0);
    // What was known before shows whether its groups add up.
    let known = beside.known || beside.before.is_some();
    let keys = own.max(beside.alls) + beside.alls_before;
    if keys == 0 || !(counted || about.shares) || (!beside.known && slices().all(|s| s.group == ALL)) {
        return Ok(Vec::new());
    }
    let periods = beside.periods.filter(|_| known).map(|(first, last)| beside.before.unwrap_or(first)..=last);
    let filter = SeriesFilter { periods, ..SeriesFilter::default() };
    let figures = ComparedFigures { about, new, seen: known.then_some(seen), filter };
    let mut found = GroupCheck::default();
    let passes = keys.div_ceil(KEYS_AT_ONCE);
    for pass in 0..passes {
        found.check_places(&figures, (pass, passes))?;
    }
    found.into_doubts(&figures)
}

#[derive(Default)]
struct GroupCheck {
    places: headway_model::Names,
    grades: headway_model::Names,
    sums: BTreeMap<(usize, usize), SetSums>,
    rates: GroupRates,
    /// Where several groups have a number of students: in how many all have everybody's, and the first.
    several: u64,
    shares: OddSums,
    /// Places, grades and periods, and those of them in which a group has more of a figure than all students.
    met: u64,
    larger: [OddSums; 3],
}

impl GroupCheck {
    /// Looks at the places whose turn it is.
    fn check_places(&mut self, of: &ComparedFigures<'_>, turn: (u64, u64)) -> Result<()> {
        let mut keys: WholeSeries<GroupFigures> = WholeSeries::default();
        of.each_series(of.filter.clone(), &mut |series| {
            if turn.1 > 1 && fnv_hash(series.place) % turn.1 != turn.0 {
                return;
            }
            if series.group == ALL {
                keys.begin_series(series.grade, series.place);
                for (row, new) in of.holding_rows(series) {
                    let key = GroupFigures {
                        all: row_figures(of.about, series, row),
                        rate: row_rate(of.about, series, row),
                        new_all: new,
                        new,
                        ..GroupFigures::default()
                    };
                    keys.push(series.period[row], key);
                }
                return;
            }
            let Some(mut own) = keys.find_series(series.grade, series.place) else { return };
            let set = set_of(series.group);
            for (row, new) in of.holding_rows(series) {
                if let Some(key) = own.next_of(series.period[row]) {
                    key.new |= new;
                    let rate = row_rate(of.about, series, row);
                    key.add_group(set, (row_figures(of.about, series, row), rate), new);
                }
            }
        })?;
        // What was known of a place before was asked about then.
        for (grade, place, all) in keys.iter() {
            let (grade, place) = (self.grades.intern_text(grade), self.places.intern_text(place));
            for (period, key) in all {
                if key.new { self.take_key((grade, place, *period), *key) } else { self.take_stored(key) }
            }
        }
        Ok(())
    }

    fn take_key(&mut self, place: GradePlacePeriod, key: GroupFigures) {
        self.met += 1;
        for (larger, _) in self.larger.iter_mut().zip(key.larger).filter(|(_, is)| *is) {
            larger.add_place(place);
        }
        let together = (0..2).any(|set| key.parts[set][0] >= 2);
        if key.groups >= 3 || (key.groups >= 2 && together) {
            self.several += 1;
            if key.equal == key.groups && key.all[0] > 0.0 {
                self.shares.add_place(place);
            }
        }
        for (set, category) in SETS.iter().enumerate().filter(|(set, _)| key.new_all || key.new_of[*set]) {
            let counted = !key.all[1].is_nan();
            self.rates.take_rates(place, set, &key.rates[set], (key.rate, key.all[0], counted));
            for what in 0..WHAT.len() {
                let (all, sum, parts) = (key.all[what], key.sums[set][what], key.parts[set][what]);
                if all.is_nan() || parts < 2 {
                    continue;
                }
                let sums = self.sums.entry((set, what)).or_default();
                let over = sum - all;
                let near = (0.01 * all).max(2.0);
                if !key.hidden[set] {
                    sums.complete += 1;
                    sums.exact += u64::from(over.abs() < 0.5);
                    if over.abs() > (0.005 * all).max(2.0) {
                        sums.odd.add_place(place);
                    }
                    if -over > (0.5 * all).max(LEFT_OUT) || (*category == GroupCategory::Sex && -over > near) {
                        sums.missing.add_place(place);
                    }
                }
                if over > near {
                    sums.beyond.add_place(place);
                }
            }
        }
    }

    /// What was known before: whether the groups of a place added up.
    fn take_stored(&mut self, key: &GroupFigures) {
        for set in 0..SETS.len() {
            for what in 0..WHAT.len() {
                let (all, parts) = (key.all[what], key.parts[set][what]);
                if !all.is_nan() && parts >= 2 && !key.hidden[set] {
                    let [complete, exact] = &mut self.sums.entry((set, what)).or_default().stored;
                    *complete += 1;
                    *exact += u64::from((key.sums[set][what] - all).abs() < HALF);
                }
            }
        }
    }

    fn into_doubts(mut self, of: &ComparedFigures<'_>) -> Result<Vec<ImportDoubt>> {
        let about = of.about;
        let rates = std::mem::take(&mut self.rates);
        let named = |(grade, place, period): GradePlacePeriod| {
            let (place, grade) = (self.places.text_by_number(place), self.grades.text_by_number(grade));
            format!("{}, {}", about.series_label(place, ALL, grade), about.period_at(period))
        };
        let mut doubts = rates.into_doubts(about, &named);
        let shares = self.shares.count as f64 >= WHOLE * self.several as f64;
        if let Some((_, place_id, period)) = self.shares.first.filter(|_| shares) {
            doubts.push(ImportDoubt {
                kind: DoubtKind::Shares,
                measures: vec![about.measure.into()],
                cause: "all groups have all students' number of students (denominator)".to_owned(),
                count: self.shares.count,
                of: Some(self.several),
                first: format!(
                    "{}, {}",
                    about.place_label(self.places.text_by_number(place_id)),
                    about.period_at(period)
                ),
                advice: "The figures look like shares of all students, not rates of each group: gaps between them \
                         would say nothing. Check the denominator in the profile"
                    .to_owned(),
                until: None,
            });
        }
        for (what, larger) in self.larger.iter().enumerate() {
            let Some(place) = larger.first else { continue };
            doubts.push(ImportDoubt {
                kind: DoubtKind::Larger,
                measures: vec![about.measure.into()],
                cause: format!("groups with more than all students ({})", WHAT[what]),
                count: larger.count,
                of: Some(self.met),
                first: self.larger_example(of, what, place)?,
                advice: String::new(),
                until: None,
            });
        }
        for ((set, what), sums) in &self.sums {
            // That all have everybody's number was told as a whole.
            if shares && self.several > 0 && *what == 0 {
                continue;
            }
            let whole = are_whole([sums.complete, sums.exact]) || are_whole(sums.stored);
            let odd = if whole { [&sums.odd, &sums.beyond] } else { [&sums.beyond, &sums.missing] };
            let Some(odd) = odd.into_iter().find(|odd| odd.count > 0) else { continue };
            let Some((grade, place_id, period)) = odd.first else { continue };
            let (place_id, grade) = (self.places.text_by_number(place_id), self.grades.text_by_number(grade));
            let name = if SETS[*set] == GroupCategory::Sex { "women and men" } else { "the races" };
            doubts.push(ImportDoubt {
                kind: DoubtKind::Parts,
                measures: vec![about.measure.into()],
                cause: format!("{name} do not add up to all students ({})", WHAT[*what]),
                count: odd.count,
                of: Some(sums.complete.max(odd.count)),
                first: sum_example(of, SETS[*set], *what, (place_id, grade, period))?,
                advice: String::new(),
                until: None,
            });
        }
        Ok(doubts)
    }

    /// `Alder (0001), 2021-22: Female 1,200 of 1,000`.
    fn larger_example(
        &self,
        of: &ComparedFigures<'_>,
        what: usize,
        (grade, place_id, period): GradePlacePeriod,
    ) -> Result<String> {
        let about = of.about;
        let (place_id, grade) = (self.places.text_by_number(place_id), self.grades.text_by_number(grade));
        let (mut all, mut found) = (f64::NAN, None);
        each_group(of, (place_id, grade, period), &mut |group, figures| {
            if group == ALL {
                all = figures[what];
            } else if found.is_none() && figures[what] - all > HALF {
                found = Some((StudentGroup::name_of(group).into_owned(), figures[what]));
            }
        })?;
        let (name, figure) = found.unwrap_or_default();
        let place = about.series_label(place_id, ALL, grade);
        Ok(format!("{place}, {}: {name} {} of {}", about.period_at(period), number_text(figure), number_text(all)))
    }
}

impl GroupFigures {
    fn add_group(&mut self, set: Option<usize>, (figures, rate): ([f64; 3], f64), new: bool) {
        // What was known of both was told then.
        for (what, larger) in self.larger.iter_mut().enumerate().filter(|_| new || self.new_all) {
            *larger |= figures[what] - self.all[what] > HALF;
        }
        if !figures[0].is_nan() {
            self.groups = self.groups.saturating_add(1);
            self.equal = self.equal.saturating_add(u8::from(figures[0] == self.all[0]));
        }
        let Some(set) = set else { return };
        self.new_of[set] |= new;
        self.rates[set].add_group(rate, figures[0]);
        for (what, figure) in figures.into_iter().enumerate() {
            if figure.is_nan() {
                self.hidden[set] |= !self.all[what].is_nan();
            } else {
                self.sums[set][what] += figure;
                self.parts[set][what] += 1;
            }
        }
    }
}

/// The set of a group. A group that is the sum of two others (Asian or Pacific Islander) is in none.
fn set_of(group: &str) -> Option<usize> {
    if group == "mpi" {
        return None;
    }
    let category = StudentGroup::of_code(group)?.category;
    SETS.iter().position(|set| *set == category)
}

/// Number of students, numerator, and the value where it is a count itself.
fn row_figures(about: &CheckedMeasure<'_>, series: &SeriesRows<'_>, row: usize) -> [f64; 3] {
    let count = about.counts && series.state_at(row) == ValueState::Exact;
    [series.denominator[row], series.numerator[row], if count { series.lo[row] } else { f64::NAN }]
}

/// A rate, in percent; not a number where there is none.
fn row_rate(about: &CheckedMeasure<'_>, series: &SeriesRows<'_>, row: usize) -> f64 {
    if about.shares && series.state_at(row) == ValueState::Exact { series.lo[row] } else { f64::NAN }
}

/// Whether of so many complete sums enough add up exactly: then the groups make a whole.
fn are_whole([complete, exact]: [u64; 2]) -> bool {
    complete >= ENOUGH && exact as f64 >= WHOLE * complete as f64
}

/// The figures of each group of one place, grade and period, all students first.
fn each_group(
    of: &ComparedFigures<'_>,
    (place, grade, period): (&str, &str, i32),
    see: &mut dyn FnMut(&str, [f64; 3]),
) -> Result<()> {
    let filter = SeriesFilter::default().places([place]).with_grades([grade]).with_periods(period..=period);
    of.each_row(filter, &mut |series, row, _| see(series.group, row_figures(of.about, series, row)))
}

/// `Alder (0001), 2021-22: Female 520 + Male 440 = 960 of 1,000`.
fn sum_example(
    of: &ComparedFigures<'_>,
    set: GroupCategory,
    what: usize,
    (place, grade, period): (&str, &str, i32),
) -> Result<String> {
    let (mut all, mut parts) = (f64::NAN, Vec::new());
    each_group(of, (place, grade, period), &mut |group, figures| {
        let figure = figures[what];
        if group == ALL {
            all = figure;
        } else if set_of(group).is_some_and(|of| SETS[of] == set) && !figure.is_nan() {
            parts.push((StudentGroup::name_of(group).into_owned(), figure));
        }
    })?;
    let about = of.about;
    let sum: f64 = parts.iter().map(|(_, figure)| figure).sum();
    let parts: Vec<String> = parts.iter().map(|(name, figure)| format!("{name} {}", number_text(*figure))).collect();
    Ok(format!(
        "{}, {}: {} = {} of {}",
        about.series_label(place, ALL, grade),
        about.period_at(period),
        parts.join(" + "),
        number_text(sum),
        number_text(all)
    ))
}

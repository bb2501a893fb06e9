//! Levels against each other: a place's own figures beside the sums of the places below it, for all students and all grades.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

use headway_model::SeriesRows;
use headway_model::{ALL, Level, MeasureId, PlaceId, ValueState};
use serde::Serialize;

use super::walk::{CheckedMeasure, PeriodRows, number_text};
use super::{DoubtKind, ImportDoubt};

/// How one level of a measure stands to the sums of the level below it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LevelSum {
    /// The measure.
    pub measure: MeasureId,
    /// The level of the places that are beside sums; `None` where no place above came with the files.
    pub level: Option<Level>,
    /// The level that is summed.
    pub parts: Level,
    /// What is summed.
    pub what: SummedFigure,
    /// Places and periods in which figure and sum agree, or can't be held together since a part is not known.
    pub agree: u64,
    /// Those in which they differ.
    pub differ: u64,
    /// The one that is told: the first that differs, of the latest period; else the latest of all.
    pub place: String,
    /// Its period.
    pub period: String,
    /// Its own figure; `None` where there is none.
    pub whole: Option<f64>,
    /// What its parts add up to.
    pub sum: f64,
    /// How many parts it has, and of how many the figure is known.
    pub counted: (u64, u64),
}

/// What is summed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SummedFigure {
    /// Denominators.
    Students,
    /// Numerators.
    Numerators,
    /// Values that are counts themselves.
    Counts,
}

impl SummedFigure {
    /// The word behind a figure.
    fn figure_word(self) -> &'static str {
        match self {
            Self::Students => " students",
            Self::Numerators => " counted (numerator)",
            Self::Counts => "",
        }
    }

    /// The same in the words of a comparison.
    fn larger_words(self) -> &'static str {
        match self {
            Self::Students => "more students",
            Self::Numerators => "larger numerators",
            Self::Counts => "larger counts",
        }
    }
}

/// Figures and sums of one measure, gathered series by series.
#[derive(Default)]
pub(super) struct LevelCheck {
    own: HashMap<PlaceId, BTreeMap<i32, [f64; 3]>>,
    /// By parent and the parts' level; the parent is empty where the files say none.
    sums: BTreeMap<(PlaceId, Level), BTreeMap<i32, [PlaceSum; 3]>>,
    /// The periods that the import has figures of.
    periods: BTreeSet<i32>,
}

#[derive(Clone, Default)]
struct PlaceSum {
    sum: f64,
    known: u64,
    of: u64,
    /// The largest part, and whose it is.
    largest: Option<(f64, Box<str>)>,
}

const WHAT: [SummedFigure; 3] = [SummedFigure::Students, SummedFigure::Numerators, SummedFigure::Counts];

/// What differs by no more than this is one figure: sums of decimals.
const ROUNDING: f64 = 1e-6;
/// A part is larger than its whole by more than a rounded half.
const HALF: f64 = 0.5;

impl LevelCheck {
    pub(super) fn take_series(&mut self, about: &CheckedMeasure<'_>, series: &SeriesRows<'_>, cells: &[PeriodRows]) {
        if series.group != ALL || series.grade != ALL {
            return;
        }
        for cell in cells {
            // What will hold: rows of earlier imports too, where the new one leaves them.
            let Some(row) = cell.new.or(cell.held) else { continue };
            // Where it belonged then: a school that moved since is a part of its old district.
            let Some(place) = about.place_in(series.place, cell.period) else { continue };
            if cell.new.is_some() {
                self.periods.insert(cell.period);
            }
            let exact = about.counts && series.state_at(row) == ValueState::Exact;
            let count = if exact { series.lo[row] } else { f64::NAN };
            let figures = [series.denominator[row], series.numerator[row], count];
            if place.level < Level::School {
                self.own.entry(place.id.clone()).or_default().insert(cell.period, figures);
            }
            let parent = place.parent.clone().unwrap_or_default();
            let sums = self.sums.entry((parent, place.level)).or_default().entry(cell.period).or_default();
            for (sum, figure) in sums.iter_mut().zip(figures) {
                sum.of += 1;
                if !figure.is_nan() {
                    sum.sum += figure;
                    sum.known += 1;
                    if sum.largest.as_ref().is_none_or(|(most, _)| figure > *most) {
                        sum.largest = Some((figure, series.place.into()));
                    }
                }
            }
        }
    }

    /// One entry for each pair of levels and each thing that is summed; and the parts that are larger than their whole.
    pub(super) fn into_sums_and_doubts(mut self, about: &CheckedMeasure<'_>) -> (Vec<LevelSum>, Vec<ImportDoubt>) {
        self.find_parents(about);
        let larger = self.larger_doubts(about);
        let mut found: BTreeMap<(Option<Level>, Level, SummedFigure), LevelSum> = BTreeMap::new();
        let top = self.own.keys().filter_map(|id| about.place_level(id)).min();
        for ((parent, level), periods) in &self.sums {
            let own = self.own.get(parent);
            if own.is_none() && top.is_some_and(|top| top < *level) {
                continue; // some places above have figures, and this one does not: nothing to hold it against
            }
            for (period, sums) in periods.iter().rev().filter(|(period, _)| self.periods.contains(*period)) {
                for (at, what) in WHAT.into_iter().enumerate() {
                    let whole = own.and_then(|own| own.get(period)).map(|own| own[at]).filter(|x| !x.is_nan());
                    if sums[at].known == 0 || (own.is_some() && whole.is_none()) {
                        continue;
                    }
                    let key = (own.and_then(|_| about.place_level(parent)), *level, what);
                    let period = about.period_at(*period).to_string();
                    let entry = found.entry(key).or_insert_with(|| LevelSum {
                        measure: about.measure.into(),
                        level: key.0,
                        parts: *level,
                        what,
                        agree: 0,
                        differ: 0,
                        place: String::new(),
                        period: String::new(),
                        whole: None,
                        sum: 0.0,
                        counted: (0, 0),
                    });
                    entry.take_figures(about, parent, period, whole, &sums[at]);
                }
            }
        }
        // The districts' own total is not news where their state's row is beside it.
        let told = found.into_values().filter(|sum| sum.level.is_some() || sum.parts != Level::State);
        (told.collect(), larger)
    }

    /// Places with more students (or a larger count) than the place that they are a part of; of each pair of levels and each
    /// thing that is counted one doubt.
    fn larger_doubts(&self, about: &CheckedMeasure<'_>) -> Vec<ImportDoubt> {
        let mut found: BTreeMap<(Level, SummedFigure), (u64, String)> = BTreeMap::new();
        for ((parent, level), periods) in &self.sums {
            let Some(own) = self.own.get(parent) else { continue };
            for (period, sums) in periods.iter().filter(|(period, _)| self.periods.contains(*period)) {
                for (at, what) in WHAT.into_iter().enumerate() {
                    let Some((figure, part)) = &sums[at].largest else { continue };
                    let Some(whole) = own.get(period).map(|own| own[at]).filter(|whole| figure - whole > HALF) else {
                        continue;
                    };
                    let first = || {
                        let (part, parent, period) =
                            (about.place_label(part), about.place_label(parent), about.period_at(*period));
                        format!("{part}, {period}: {}, and {parent} has {}", number_text(*figure), number_text(whole))
                    };
                    found.entry((*level, what)).or_insert_with(|| (0, first())).0 += 1;
                }
            }
        }
        let doubt = |((level, what), (count, first)): ((Level, SummedFigure), (u64, String))| ImportDoubt {
            kind: DoubtKind::Larger,
            measures: vec![about.measure.into()],
            cause: format!("{} with {} than the place they are a part of", level.place_nouns().1, what.larger_words()),
            count,
            of: None,
            first,
            advice: String::new(),
            until: None,
        };
        found.into_iter().map(doubt).collect()
    }

    /// Places without a parent belong to the only place above them, where there is only one.
    fn find_parents(&mut self, about: &CheckedMeasure<'_>) {
        let orphans: Vec<Level> = self.sums.keys().filter(|(p, _)| p.is_empty()).map(|(_, level)| *level).collect();
        for level in orphans {
            let mut above = self.own.keys().filter(|id| about.place_level(id).is_some_and(|own| own < level));
            if let (Some(only), None) = (above.next().cloned(), above.next())
                && let Some(sums) = self.sums.remove(&(PlaceId::default(), level))
            {
                let known = self.sums.entry((only, level)).or_default();
                for (period, sums) in sums {
                    for (known, sum) in known.entry(period).or_default().iter_mut().zip(sums) {
                        known.add_sum(sum);
                    }
                }
            }
        }
    }
}

impl PlaceSum {
    fn add_sum(&mut self, other: Self) {
        self.sum += other.sum;
        self.known += other.known;
        self.of += other.of;
        let most = |of: &Option<(f64, Box<str>)>| of.as_ref().map_or(f64::NEG_INFINITY, |(most, _)| *most);
        if most(&other.largest) > most(&self.largest) {
            self.largest = other.largest;
        }
    }
}

impl LevelSum {
    /// Takes the figures of one place and period in; periods come latest first.
    fn take_figures(
        &mut self,
        about: &CheckedMeasure<'_>,
        parent: &str,
        period: String,
        whole: Option<f64>,
        sum: &PlaceSum,
    ) {
        let differs = whole.is_some_and(|whole| {
            let by = sum.sum - whole;
            // Where a part is not known the sum may be less.
            by.abs() > ROUNDING * whole.abs().max(1.0) && (sum.known == sum.of || by > 0.0)
        });
        let newer = period > self.period;
        if self.agree + self.differ == 0 || (differs && (self.differ == 0 || newer)) || (self.differ == 0 && newer) {
            self.place = if parent.is_empty() { String::new() } else { about.place_label(parent) };
            (self.period, self.whole, self.sum, self.counted) = (period, whole, sum.sum, (sum.of, sum.known));
        } else if whole.is_none() && self.period == period {
            // Nobody above has a figure: all parts of the latest period are one sum.
            self.sum += sum.sum;
            self.counted = (self.counted.0 + sum.of, self.counted.1 + sum.known);
            self.place.clear();
        }
        if differs { self.differ += 1 } else { self.agree += 1 }
    }

    /// What figure and sum differ by.
    pub fn difference(&self) -> Option<f64> {
        self.whole.map(|whole| self.sum - whole)
    }
}

/// Sums beyond this many times the figure, or below this share of it, are no parts of a whole.
const PLAUSIBLE: [f64; 2] = [0.5, 2.0];

impl LevelSum {
    /// Whether figure and sum are near enough to be about the same.
    fn is_plausible(&self) -> bool {
        let [low, high] = PLAUSIBLE;
        self.whole.is_none_or(|whole| self.sum >= low * whole && self.sum <= high * whole)
    }

    fn of_same(&self, other: &Self) -> bool {
        (&self.measure, self.level, self.parts) == (&other.measure, other.level, other.parts)
    }
}

/// The sums in few lines: those that differ, the first of each other kind, and how many more there are.
pub fn sums_in_words(sums: &[LevelSum]) -> Vec<String> {
    const SHOWN: usize = 3;
    // A numerator is news only where the students agree.
    let told = |sum: &&LevelSum| {
        let students = sums.iter().find(|other| other.what == SummedFigure::Students && other.of_same(sum));
        sum.what != SummedFigure::Numerators || students.is_none_or(|students| students.differ == 0 && sum.differ > 0)
    };
    let told: Vec<&LevelSum> = sums.iter().filter(told).collect();
    let kinds: [(IsKind, usize, &str); 4] = [
        (&|sum| sum.differ > 0 && sum.is_plausible(), SHOWN, "that differ"),
        (&|sum| sum.differ > 0 && !sum.is_plausible(), 1, "where the parts are no parts of the whole"),
        (&|sum| sum.differ == 0 && sum.level.is_some(), 1, "that agree"),
        (&|sum| sum.differ == 0 && sum.level.is_none(), 1, "without a row above"),
    ];
    let mut lines = Vec::new();
    for (of_kind, most, words) in kinds {
        let found: Vec<&&LevelSum> = told.iter().filter(|sum| of_kind(sum)).collect();
        for (at, sum) in found.iter().take(most).enumerate() {
            let more = found.len().saturating_sub(most);
            let last = at + 1 == most.min(found.len());
            let more = if last && more > 0 { format!(" (and {more} more {words})") } else { String::new() };
            lines.push(format!("{sum}{more}"));
        }
    }
    lines
}

/// Whether a sum is of one of the kinds that are told together.
type IsKind<'a> = &'a dyn Fn(&LevelSum) -> bool;

impl fmt::Display for LevelSum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { measure, what, period, agree, differ, .. } = self;
        let (of, known) = self.counted;
        let (one, many) = self.parts.place_nouns();
        let parts = if of == 1 { format!("1 {one}") } else { format!("{} {many}", number_text(of as f64)) };
        let unknown = if known < of { format!(", {} of them unknown", of - known) } else { String::new() };
        let (sum, word) = (number_text(self.sum), what.figure_word());
        let Some((level, whole)) = self.level.zip(self.whole) else {
            let row = Level::State.place_nouns().0;
            return write!(f, "{measure}: no row of the {row}; {parts} add up to {sum}{word} in {period}{unknown}");
        };
        let by = self.difference().unwrap_or_default();
        let total = agree + differ;
        if total > 1 {
            let (_, places) = level.place_nouns();
            let each = if level < Level::District { "periods".to_owned() } else { format!("{places} and periods") };
            write!(f, "{measure}: {agree} of {total} {each} agree with the sum of their {many}; ")?;
            f.write_str(if *differ > 0 { "first that differs: " } else { "latest: " })?;
        } else {
            write!(f, "{measure}: ")?;
        }
        write!(f, "{}, {period}: {}{word}, its {parts} add up to {sum}", self.place, number_text(whole))?;
        if *differ > 0 {
            let sign = if by > 0.0 { "+" } else { "" };
            write!(f, " ({sign}{}", number_text(by))?;
            match 100.0 * by / whole {
                share if !share.is_finite() => {}
                share if share.abs() < 0.1 => f.write_str(", less than 0.1 %")?,
                share => write!(f, ", {sign}{} %", number_text((share * 10.0).round() / 10.0))?,
            }
            f.write_str(")")?;
        }
        f.write_str(&unknown)
    }
}

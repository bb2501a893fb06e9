//! Student groups and rates of places beside those of the places below them: a state's row of a group that is not what its districts
//! make, a rate that the parts can't have.
//!
//! (The sums of all students are told in `levels`, right or wrong.) A group's row is doubted where it stands otherwise to its parts
//! than all students' row does; too few parts only where every part with students has a row of the group. A rate lies between those of
//! its parts; where their numbers of students are known it is what these make, and what is hidden leaves room. Groups are looked at
//! from districts up, all students at every level.

use std::collections::{BTreeMap, HashMap};

use headway_model::{ALL, Level, PlaceId, SeriesRows, ValueState};

use super::walk::{CheckedMeasure, PeriodRows, number_text};
use super::{DoubtKind, ImportDoubt};

/// How far a group's row may stand otherwise to the sum of its parts than all students' row does, as a natural logarithm, and by
/// how many students at least.
const OTHERWISE: f64 = 0.05;
const STUDENTS: f64 = 10.0;
/// Sums beyond this many times the figure, or below this share of it, are no parts of a whole.
const PLAUSIBLE: [f64; 2] = [0.5, 2.0];
/// How far a rate may lie from what its parts make: two rounded halves.
const ROUNDED: f64 = 1.0;
/// So many parts show where a rate can lie; the fewer there are, the more one that is missing may have moved it, in points.
const ENOUGH: u64 = 3;
const MISSING: f64 = 10.0;

/// What is counted.
const WHAT: [&str; 3] = ["students", "numerators", "counts"];

/// Places beside those below them, one group and grade after the other.
#[derive(Default)]
pub(super) struct BelowCheck {
    group: String,
    grade: String,
    own: HashMap<PlaceId, BTreeMap<i32, OwnFigures>>,
    /// By parent and the parts' level; the parent is empty where nothing says it.
    below: BTreeMap<(PlaceId, Level), BTreeMap<i32, BelowFigures>>,
    /// Of all students: how the sum stands to the place's own figure, and how many parts there are.
    alls: HashMap<(PlaceId, Level, i32), ([f64; 3], u64)>,
    sums: Vec<OddSum>,
    rates: OddRates,
}

/// What a place says of itself: students, numerator, count; and its rate.
#[derive(Clone, Copy)]
struct OwnFigures {
    figures: [f64; 3],
    rate: f64,
    new: bool,
}

/// What the places below it say.
#[derive(Clone, Copy)]
struct BelowFigures {
    of: u64,
    sums: [f64; 3],
    known: [u64; 3],
    rates: u64,
    /// The lowest and the highest rate.
    range: [f64; 2],
    /// Students of those whose rate is known, and what their rates make of them.
    weighted: [f64; 2],
    new: bool,
}

impl Default for BelowFigures {
    fn default() -> Self {
        let (sums, range) = ([0.0; 3], [f64::INFINITY, f64::NEG_INFINITY]);
        Self { of: 0, sums, known: [0; 3], rates: 0, range, weighted: [0.0; 2], new: false }
    }
}

/// A group's row that differs from the sum of its parts.
struct OddSum {
    at: (PlaceId, Level, i32),
    what: usize,
    whole: f64,
    sum: f64,
    /// How many parts have the figure; all of those that have a row.
    known: u64,
    complete: bool,
    group: String,
    grade: String,
}

#[derive(Default)]
struct OddRates {
    met: u64,
    odd: u64,
    first: Option<String>,
}

impl BelowCheck {
    pub(super) fn take_series(&mut self, about: &CheckedMeasure<'_>, series: &SeriesRows<'_>, cells: &[PeriodRows]) {
        if self.group != series.group || self.grade != series.grade {
            self.finish_slice(about);
            (self.group, self.grade) = (series.group.to_owned(), series.grade.to_owned());
        }
        let whole = series.group == ALL && series.grade == ALL;
        // Schools are most of a lake: of their groups too much would have to be kept.
        if !whole && about.place_level(series.place).is_none_or(|level| level >= Level::School) {
            return;
        }
        for cell in cells {
            let Some(row) = cell.new.or(cell.held) else { continue };
            let Some(place) = about.place_in(series.place, cell.period) else { continue };
            let exact = series.state_at(row) == ValueState::Exact;
            let count = if about.counts && exact { series.lo[row] } else { f64::NAN };
            let rate = if about.shares && exact { series.lo[row] } else { f64::NAN };
            let figures = [series.denominator[row], series.numerator[row], count];
            let own = OwnFigures { figures, rate, new: cell.new.is_some() };
            if place.level < Level::School {
                self.own.entry(place.id.clone()).or_default().insert(cell.period, own);
            }
            if place.level > Level::State {
                let parent = place.parent.clone().unwrap_or_default();
                let below = self.below.entry((parent, place.level)).or_default();
                below.entry(cell.period).or_default().add_part(&own);
            }
        }
    }

    /// Holds the places of a group and grade against those below them.
    fn finish_slice(&mut self, about: &CheckedMeasure<'_>) {
        let (own, below) = (std::mem::take(&mut self.own), std::mem::take(&mut self.below));
        let whole = self.group == ALL && self.grade == ALL;
        for ((parent, level), periods) in below {
            let Some(parent) = find_parent(about, parent, level, &own) else { continue };
            let Some(wholes) = own.get(&parent) else { continue };
            for (period, below) in periods {
                let Some(own) = wholes.get(&period) else { continue };
                let at = (parent.clone(), level, period);
                if whole {
                    let ratio = |what: usize| (below.sums[what] / own.figures[what]).ln();
                    self.alls.insert(at.clone(), ([0, 1, 2].map(ratio), below.of));
                }
                if own.new || below.new {
                    if !whole {
                        self.take_sums(&at, own, &below);
                    }
                    self.take_rate(about, &at, own, &below);
                }
            }
        }
    }

    fn take_sums(&mut self, at: &(PlaceId, Level, i32), own: &OwnFigures, below: &BelowFigures) {
        for what in 0..WHAT.len() {
            let (whole, sum, known) = (own.figures[what], below.sums[what], below.known[what]);
            let near = (sum - whole).abs() <= STUDENTS.max(OTHERWISE * whole);
            if known > 0 && whole > 0.0 && !near {
                let (group, grade) = (self.group.clone(), self.grade.clone());
                let complete = known == below.of;
                self.sums.push(OddSum { at: at.clone(), what, whole, sum, known, complete, group, grade });
                return;
            }
        }
    }

    fn take_rate(
        &mut self,
        about: &CheckedMeasure<'_>,
        at: &(PlaceId, Level, i32),
        own: &OwnFigures,
        below: &BelowFigures,
    ) {
        if own.rate.is_nan() || below.rates == 0 {
            return;
        }
        let parts = self.alls.get(at).map_or(below.of, |(_, parts)| *parts);
        let Some(words) = below.judge_rate(own, parts, at.1) else { return };
        self.rates.met += 1;
        let Some(words) = words else { return };
        self.rates.odd += 1;
        let (parent, _, period) = at;
        self.rates.first.get_or_insert_with(|| {
            let place = about.series_label(parent, &self.group, &self.grade);
            format!("{place}, {}: {}, {words}", about.period_at(*period), number_text(own.rate))
        });
    }

    /// The doubts: rows of groups, and rates.
    pub(super) fn into_doubts(mut self, about: &CheckedMeasure<'_>) -> Vec<ImportDoubt> {
        self.finish_slice(about);
        let odd: Vec<&OddSum> = self.sums.iter().filter(|sum| sum.is_odd(&self.alls)).collect();
        let sums = odd.first().map(|first| ImportDoubt {
            kind: DoubtKind::Parts,
            measures: vec![about.measure.into()],
            cause: format!(
                "student groups are not what the places below make, where all students are ({})",
                WHAT[first.what]
            ),
            count: odd.len() as u64,
            of: None,
            first: first.to_words(about),
            advice: String::new(),
            until: None,
        });
        let OddRates { met, odd, first } = self.rates;
        let rates = first.map(|first| ImportDoubt {
            kind: DoubtKind::Parts,
            measures: vec![about.measure.into()],
            cause: "rates that the places below can't make".to_owned(),
            count: odd,
            of: Some(met),
            first,
            advice: String::new(),
            until: None,
        });
        sums.into_iter().chain(rates).collect()
    }
}

/// A place without a parent belongs to the only one above, where there is only one.
fn find_parent(
    about: &CheckedMeasure<'_>,
    parent: PlaceId,
    level: Level,
    own: &HashMap<PlaceId, BTreeMap<i32, OwnFigures>>,
) -> Option<PlaceId> {
    if !parent.is_empty() {
        return Some(parent);
    }
    let mut above = own.keys().filter(|id| about.place_level(id).is_some_and(|own| own < level));
    above.next().filter(|_| above.next().is_none()).cloned()
}

impl BelowFigures {
    fn add_part(&mut self, part: &OwnFigures) {
        self.of += 1;
        self.new |= part.new;
        for (what, figure) in part.figures.into_iter().enumerate().filter(|(_, figure)| !figure.is_nan()) {
            self.sums[what] += figure;
            self.known[what] += 1;
        }
        if part.rate.is_nan() {
            return;
        }
        self.rates += 1;
        self.range = [self.range[0].min(part.rate), self.range[1].max(part.rate)];
        if !part.figures[0].is_nan() {
            self.weighted[0] += part.figures[0];
            self.weighted[1] += part.figures[0] * part.rate;
        }
    }

    /// What is wrong with the rate of the whole, which has so many parts in all: `None` where nothing can be said, `Some(None)`
    /// where nothing is.
    fn judge_rate(&self, own: &OwnFigures, parts: u64, level: Level) -> Option<Option<String>> {
        let (rate, students) = (own.rate, own.figures[0]);
        let [counted, made] = self.weighted;
        let (one, many) = level.place_nouns();
        let places = if self.rates == 1 { one } else { many };
        if students > 0.0 && counted > 0.0 {
            // Who is in no part, or in a hidden one, may have any rate.
            let share = (counted / students).min(1.0);
            let twice = 100.0 * (counted / students - 1.0).max(0.0);
            let least = share * made / counted;
            let odd = rate < least - ROUNDED - twice || rate > least + 100.0 * (1.0 - share) + ROUNDED + twice;
            let plausible = counted <= PLAUSIBLE[1] * students;
            return plausible.then(|| {
                odd.then(|| format!("and its {} {places} would make {}", self.rates, number_text(made / counted)))
            });
        }
        // Where rows are missing, those that are there do not show where the rate can lie.
        if self.rates < self.of || self.rates < ENOUGH || 2 * self.rates < parts {
            return None;
        }
        let [lowest, highest] = self.range;
        let off = (lowest - rate).max(rate - highest);
        let words =
            || format!("and its {} {places} have {} to {}", self.rates, number_text(lowest), number_text(highest));
        Some((off > ROUNDED + MISSING / self.rates as f64).then(words))
    }
}

impl OddSum {
    /// Whether the group stands otherwise to its parts than all students do.
    fn is_odd(&self, alls: &HashMap<(PlaceId, Level, i32), ([f64; 3], u64)>) -> bool {
        let Some((ratios, parts)) = alls.get(&self.at) else { return false };
        let usual = ratios[self.what];
        let plausible = (PLAUSIBLE[0].ln()..=PLAUSIBLE[1].ln()).contains(&usual);
        let off = (self.sum / self.whole).ln() - usual;
        plausible && off.abs() > OTHERWISE && (off > 0.0 || (self.complete && self.known == *parts))
    }

    /// `The state (ST), Female, 2021-22: 2,300, and its 60 districts add up to 5,799`.
    fn to_words(&self, about: &CheckedMeasure<'_>) -> String {
        let (parent, level, period) = &self.at;
        let place = about.series_label(parent, &self.group, &self.grade);
        let (one, many) = level.place_nouns();
        let parts = if self.known == 1 { one } else { many };
        format!(
            "{place}, {}: {}, and its {} {parts} add up to {}",
            about.period_at(*period),
            number_text(self.whole),
            number_text(self.known as f64),
            number_text(self.sum)
        )
    }
}

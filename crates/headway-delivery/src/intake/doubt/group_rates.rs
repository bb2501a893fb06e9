//! The rate of all students beside those of the races, or of women and men, at the same place: it lies between them, and is what
//! their numbers of students make of them.

use headway_model::GroupCategory;

use super::parts::{GradePlacePeriod, SETS};
use super::walk::{CheckedMeasure, number_text};
use super::{DoubtKind, ImportDoubt};

/// How far a rate may lie from what its groups make: three rounded halves.
const MADE: f64 = 1.5;
/// Two rounded halves.
const ROUNDED: f64 = 1.01;
/// Where nothing tells the students, a group that was left out may be the reason: so many places, and such a share of them, show
/// that it is not.
const ENOUGH: u64 = 5;
const SHARE: f64 = 0.25;

/// The rates of the groups of a set at one place, grade and period.
#[derive(Clone, Copy)]
pub(super) struct SetRates {
    known: u8,
    range: [f64; 2],
    /// Students of those whose rate is known, and what their rates make of them.
    weighted: [f64; 2],
    hidden: bool,
}

impl Default for SetRates {
    fn default() -> Self {
        Self { known: 0, range: [f64::INFINITY, f64::NEG_INFINITY], weighted: [0.0; 2], hidden: false }
    }
}

impl SetRates {
    /// Adds a group: its rate, not a number where it has none, and its students.
    pub(super) fn add_group(&mut self, rate: f64, students: f64) {
        if rate.is_nan() {
            self.hidden = true;
            return;
        }
        self.known += 1;
        self.range = [self.range[0].min(rate), self.range[1].max(rate)];
        if !students.is_nan() {
            self.weighted = [self.weighted[0] + students, self.weighted[1] + students * rate];
        }
    }
}

/// Rates that are not what their groups make.
#[derive(Default)]
pub(super) struct RateTally {
    met: u64,
    odd: u64,
    first: Option<(GradePlacePeriod, [f64; 2])>,
}

/// What was found, of each set.
#[derive(Default)]
pub(super) struct GroupRates {
    /// By the students of the groups.
    made: [RateTally; 2],
    /// Of races, where nothing tells those.
    outside: RateTally,
}

impl GroupRates {
    /// Holds the rate of all students against those of a set; of counted rates the counts themselves are held, in `parts`.
    pub(super) fn take_rates(
        &mut self,
        place: GradePlacePeriod,
        set: usize,
        rates: &SetRates,
        (rate, students, counted): (f64, f64, bool),
    ) {
        if rate.is_nan() || counted || rates.hidden || rates.known < 2 {
            return;
        }
        let [of, made] = rates.weighted;
        if of > 0.0 && (of - students).abs() <= (0.01 * students).max(2.0) {
            self.made[set].add_rate(place, rate, made / of, MADE);
        } else if of == 0.0 && SETS[set] == GroupCategory::Race {
            let [lowest, highest] = rates.range;
            self.outside.add_rate(place, rate, rate.clamp(lowest, highest), ROUNDED);
        }
    }

    /// The doubts; `named` gives a place, grade and period in words.
    pub(super) fn into_doubts(
        self,
        about: &CheckedMeasure<'_>,
        named: &dyn Fn(GradePlacePeriod) -> String,
    ) -> Vec<ImportDoubt> {
        let doubt = |cause: String, tally: &RateTally, beside: &str| {
            let (place, [rate, other]) = tally.first?;
            Some(ImportDoubt {
                kind: DoubtKind::Parts,
                measures: vec![about.measure.into()],
                cause,
                count: tally.odd,
                of: Some(tally.met),
                first: format!("{}: {}, {beside} {}", named(place), number_text(rate), number_text(other)),
                advice: String::new(),
                until: None,
            })
        };
        let mut doubts = Vec::new();
        for (set, tally) in self.made.iter().enumerate() {
            let name = if SETS[set] == GroupCategory::Sex { "women and men" } else { "the races" };
            doubts.extend(doubt(
                format!("all students' rate is not what {name} make by their students"),
                tally,
                "and they make",
            ));
        }
        let tally = &self.outside;
        if tally.odd >= ENOUGH && tally.odd as f64 >= SHARE * tally.met as f64 {
            doubts.extend(doubt(
                "all students' rate lies on one side of all races'".to_owned(),
                tally,
                "and the nearest race has",
            ));
        }
        doubts
    }
}

impl RateTally {
    fn add_rate(&mut self, place: GradePlacePeriod, rate: f64, other: f64, near: f64) {
        self.met += 1;
        if (rate - other).abs() > near {
            self.odd += 1;
            if self.first.is_none_or(|(first, _)| place < first) {
                self.first = Some((place, [rate, other]));
            }
        }
    }
}

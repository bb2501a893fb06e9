//! Which of two measures is made of the other, where each could be said of either.

use headway_model::Value;

use super::super::figures::{CountKind, MeasureFigures};
use super::DerivationForm;

/// Of ten figures so many are a whole number of the students behind them, if they are a share of these.
const WHOLE: usize = 9;
/// Figures that are rounded to more than this much of a student say nothing of that.
const ROOM: f64 = 0.2;

/// How far a measure is from counting its students itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// It counts: students, or a share of them.
    Counts,
    /// It is told as a share and is no number of its students.
    NoCount,
    /// A mean over students.
    Mean,
    /// Nobody knows of how many students it is.
    Uncounted,
}

/// The ranks of all measures.
pub(super) struct Order {
    ranks: Vec<Rank>,
    /// How many measures are the agency's own; they come first.
    own: usize,
}

impl Order {
    pub(super) fn from_figures(figures: &[MeasureFigures], own: usize) -> Self {
        Self { ranks: figures.iter().map(counting_rank).collect(), own }
    }

    /// Whether a measure of the agency may be looked at as made of another one. Of two that count the later one of the plan is;
    /// of one's own and another agency's one's own.
    pub(super) fn made_of(&self, m: usize, other: usize) -> bool {
        let (rank, of) = (self.ranks[m], self.ranks[other]);
        let comes_before = of < rank || of == rank && (other < m || other >= self.own);
        m != other && (rank > Rank::NoCount || comes_before)
    }

    /// Whether a measure counts its students, or is a share of them.
    pub(super) fn counts(&self, m: usize) -> bool {
        self.ranks[m] == Rank::Counts
    }

    /// Whether a measure's figures and what they are made of are counts that add up: that is a sum like others, looked for as such.
    pub(super) fn is_sum(&self, m: usize, form: &DerivationForm) -> bool {
        match self.ranks[m] {
            Rank::Counts => form.is_plain(),
            Rank::NoCount => form.is_plain() && form.is_here(),
            Rank::Mean | Rank::Uncounted => false,
        }
    }
}

fn counting_rank(figures: &MeasureFigures) -> Rank {
    let counted = figures.rows.iter().any(|row| row.n.is_some());
    match figures.shape {
        CountKind::Count => Rank::Counts,
        CountKind::Mean if counted => Rank::Mean,
        CountKind::Share if counted && is_whole(figures) => Rank::Counts,
        CountKind::Share if counted => Rank::NoCount,
        CountKind::Mean | CountKind::Share => Rank::Uncounted,
    }
}

/// Whether nine of ten figures, times their students, are a whole number of them, up to rounding; those with a numerator are.
fn is_whole(figures: &MeasureFigures) -> bool {
    let places = |value: f64| format!("{value}").split_once('.').map_or(0, |(_, places)| places.len().min(9));
    let values = figures.rows.iter().filter(|row| !row.numerator).filter_map(|row| match (row.value, row.n) {
        (Value::Exact { value }, Some(n)) if n > 0 => Some((value, n as f64)),
        _ => None,
    });
    let values: Vec<(f64, f64)> = values.collect();
    let half = 0.5 * 10f64.powi(-(values.iter().map(|(value, _)| places(*value)).max().unwrap_or(0) as i32));
    let off = values.iter().filter_map(|(value, n)| {
        let (room, count) = (half * n / figures.scale, value * n / figures.scale);
        (room <= ROOM).then(|| (count - count.round()).abs() > room + 1e-6 || !(0.0..=n + 0.5).contains(&count))
    });
    let off: Vec<bool> = off.collect();
    10 * off.iter().filter(|off| !**off).count() >= WHOLE * off.len()
}

//! A measure's figures by where they stand, as exact numbers with half the unit that they are rounded to.

use std::collections::{HashMap, HashSet};

use headway_model::Value;

use super::super::figures::{CountKind, CountedFigure, MeasureFigures};
use super::DerivationContext;
use super::terms::{Among, DerivedTerm, TermKey, TermPlace, What};

/// A number and half its unit, where it is known.
pub(super) type Cell = Option<(f64, f64)>;

/// The figures of one measure.
pub(super) struct FigureTable<'a> {
    figures: &'a MeasureFigures,
    rows: HashMap<TermKey, usize>,
    /// Period, group and grade of any of its rows.
    there: HashSet<(i32, u32, u32)>,
    half: f64,
}

impl<'a> FigureTable<'a> {
    pub(super) fn from_figures(figures: &'a MeasureFigures) -> Self {
        let key = |f: &CountedFigure| (f.period, f.place, f.group, f.grade);
        let rows = figures.rows.iter().zip(0..).map(|(figure, at)| (key(figure), at)).collect();
        let there = figures.rows.iter().map(|f| (f.period, f.group, f.grade)).collect();
        let places = figures.rows.iter().filter_map(|figure| match figure.value {
            Value::Exact { value } => Some(format!("{value}").split_once('.').map_or(0, |(_, places)| places.len())),
            _ => None,
        });
        let half = 0.5 * 10f64.powi(-(places.max().unwrap_or(0).min(9) as i32));
        Self { figures, rows, there, half }
    }

    /// The row of a place.
    pub(super) fn row_at(&self, key: TermKey) -> Option<usize> {
        self.rows.get(&key).copied()
    }

    /// Whether the measure has no row there, though it has rows of other places for the same period, group and grade.
    pub(super) fn lacks_row(&self, key: TermKey) -> bool {
        !self.rows.contains_key(&key) && self.there.contains(&(key.0, key.2, key.3))
    }

    /// The number there; nothing where it is not known exactly.
    fn number_at(&self, key: TermKey, what: What) -> Cell {
        self.number_of(&self.figures.rows[self.row_at(key)?], what)
    }

    /// The same of a row.
    pub(super) fn number_of(&self, figure: &CountedFigure, what: What) -> Cell {
        match what {
            What::Students => return figure.n.map(|n| (n as f64, 0.0)),
            What::Reached => return figure.amount.map(|k| (k as f64, 0.0)),
            What::Figure => {}
        }
        let Value::Exact { value } = figure.value else { return None };
        Some(match (self.figures.shape, figure.n, figure.amount) {
            // Counts are finer than the share that is made of them.
            (CountKind::Share, Some(n), Some(k)) if figure.numerator && n > 0 => {
                (self.figures.scale * k as f64 / n as f64, 0.0)
            }
            (CountKind::Count, ..) if self.figures.whole.is_none() => (value, 0.0),
            _ => (value, self.half),
        })
    }
}

impl DerivedTerm {
    /// Its number for a row; of places below only where all that have a row are known, and they are two or more.
    pub(super) fn number_for_row(
        &self,
        row: &CountedFigure,
        of: &DerivationContext<'_>,
        table: &FigureTable<'_>,
    ) -> Cell {
        let mut keys = self.keys_for_row(row, of);
        let TermPlace::Below(among) = self.of else { return table.number_at(keys.next()?, self.what) };
        let there = keys.filter(|key| table.row_at(*key).is_some()).map(|key| table.number_at(key, self.what));
        let all: Vec<(f64, f64)> = there.collect::<Option<_>>()?;
        let many = all.len() as f64;
        let half = all.iter().map(|(_, half)| half).sum::<f64>() / many;
        let values = || all.iter().map(|(value, _)| *value);
        let value = match among {
            Among::Mean => values().sum::<f64>() / many,
            Among::Most => values().fold(f64::NEG_INFINITY, f64::max),
            Among::Least => values().fold(f64::INFINITY, f64::min),
        };
        (all.len() > 1).then_some((value, half))
    }
}

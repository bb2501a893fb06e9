//! A measure's figures by where they stand, as exact numbers with half the unit that they are rounded to.

use std::collections::HashMap;

use headway_model::Value;

use super::super::figures::{Figure, Figures, Shape};
use super::terms::Key;

/// The figures of one measure.
pub(super) struct Table<'a> {
    figures: &'a Figures,
    rows: HashMap<Key, usize>,
    half: f64,
}

impl<'a> Table<'a> {
    pub(super) fn of(figures: &'a Figures) -> Self {
        let key = |f: &Figure| (f.period, f.place, f.group, f.grade);
        let rows = figures.rows.iter().zip(0..).map(|(figure, at)| (key(figure), at)).collect();
        let places = figures.rows.iter().filter_map(|figure| match figure.value {
            Value::Exact { value } => Some(format!("{value}").split_once('.').map_or(0, |(_, places)| places.len())),
            _ => None,
        });
        let half = 0.5 * 10f64.powi(-(places.max().unwrap_or(0).min(9) as i32));
        Self { figures, rows, half }
    }

    /// The row of a place.
    pub(super) fn row(&self, key: Key) -> Option<usize> {
        self.rows.get(&key).copied()
    }

    /// The number there, or how many students are behind it, and half its unit; nothing where it is not known exactly.
    pub(super) fn number(&self, key: Key, students: bool) -> Option<(f64, f64)> {
        let figure = &self.figures.rows[self.row(key)?];
        self.number_of(figure, students)
    }

    /// The same of a row.
    pub(super) fn number_of(&self, figure: &Figure, students: bool) -> Option<(f64, f64)> {
        if students {
            return figure.n.map(|n| (n as f64, 0.0));
        }
        let Value::Exact { value } = figure.value else { return None };
        Some(match (self.figures.shape, figure.n, figure.amount) {
            // Counts are finer than the share that is made of them.
            (Shape::Share, Some(n), Some(k)) if figure.numerator && n > 0 => {
                (self.figures.scale * k as f64 / n as f64, 0.0)
            }
            (Shape::Count, ..) if self.figures.whole.is_none() => (value, 0.0),
            _ => (value, self.half),
        })
    }
}

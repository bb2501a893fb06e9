//! A panel as it was known at an origin.

use super::super::Panel;
use super::TRIED;

/// Rows that are tried, evenly spread.
pub(super) fn thinned_rows(many: usize) -> Vec<usize> {
    (0..many.min(TRIED)).map(|i| i * many / many.min(TRIED)).collect()
}

/// Some rows of a panel, cut to the periods before an origin.
pub(super) struct PanelCut<'a> {
    periods: usize,
    values: Vec<f64>,
    counts: Option<Vec<f64>>,
    breaks: Option<Vec<bool>>,
    of: Panel<'a>,
}

impl<'a> PanelCut<'a> {
    pub(super) fn from_panel(panel: &Panel<'a>, rows: &[usize], origin: usize) -> PanelCut<'a> {
        fn cut<T: Copy>(cells: &[T], rows: &[usize], periods: usize, origin: usize) -> Vec<T> {
            rows.iter().flat_map(|row| &cells[row * periods..row * periods + origin]).copied().collect()
        }
        PanelCut {
            periods: origin,
            values: cut(panel.values, rows, panel.periods, origin),
            counts: panel.counts.map(|c| cut(c, rows, panel.periods, origin)),
            breaks: panel.breaks.map(|b| cut(b, rows, panel.periods, origin)),
            of: *panel,
        }
    }

    pub(super) fn as_panel(&self) -> Panel<'_> {
        Panel {
            periods: self.periods,
            values: &self.values,
            counts: self.counts.as_deref(),
            breaks: self.breaks.as_deref(),
            ..self.of
        }
    }
}

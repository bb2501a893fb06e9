//! Periods in which all places of a level moved together: a changed definition, another scale, a fault; or the world.

use std::collections::BTreeMap;

use headway_model::SeriesRows;
use headway_model::{ALL, Level, ValueFlags, ValueState};
use headway_stats::shock::{self, SharedShock, ShockKind};

use super::sample::ThinnedSample;
use super::walk::{CheckedMeasure, PeriodRows, number_text};
use super::{DoubtKind, ImportDoubt};

/// Of a series: period, value, whether it breaks with what was before.
type ShockPoints = Vec<(i32, f64, bool)>;

/// The series of all students and all grades by level.
#[derive(Default)]
pub(super) struct ShockCheck {
    levels: BTreeMap<Level, ThinnedSample<ShockPoints>>,
    /// The first and last period that the import has figures of.
    news: Option<(i32, i32)>,
}

impl ShockCheck {
    pub(super) fn take_series(&mut self, level: Option<Level>, series: &SeriesRows<'_>, cells: &[PeriodRows]) {
        if series.group != ALL || series.grade != ALL {
            return;
        }
        let Some(level) = level else { return };
        for period in cells.iter().filter(|cell| cell.new.is_some()).map(|cell| cell.period) {
            let (first, last) = self.news.unwrap_or((period, period));
            self.news = Some((first.min(period), last.max(period)));
        }
        let point = |cell: &PeriodRows| {
            let row = cell.new.or(cell.held).filter(|row| series.state_at(*row) == ValueState::Exact)?;
            Some((cell.period, series.lo[row], series.flags_at(row).has_all(ValueFlags::BREAK)))
        };
        let points = || cells.iter().filter_map(point);
        if points().nth(1).is_some() {
            self.levels.entry(level).or_default().push_with(|| points().collect());
        }
    }

    pub(super) fn into_doubts(self, about: &CheckedMeasure<'_>, marked: &[i32]) -> Vec<ImportDoubt> {
        let Some((first, last)) = self.news else { return Vec::new() };
        let mut doubts = Vec::new();
        for (level, series) in self.levels {
            let points = || series.kept_items().iter().flatten();
            let (Some(from), Some(to)) = (points().map(|p| p.0).min(), points().map(|p| p.0).max()) else { continue };
            let periods = (to - from) as usize + 1;
            let mut values = vec![f64::NAN; periods * series.kept_items().len()];
            let mut breaks = vec![false; values.len()];
            for (row, points) in values.chunks_exact_mut(periods).zip(series.kept_items()) {
                points.iter().for_each(|(period, value, _)| row[(period - from) as usize] = *value);
            }
            for (row, points) in breaks.chunks_exact_mut(periods).zip(series.kept_items()) {
                points.iter().for_each(|(period, _, breaks)| row[(period - from) as usize] = *breaks);
            }
            let found = shock::find_shocks(&values, periods, Some(&breaks));
            // Of what was known before nothing new is to be asked.
            let new = found.iter().filter(|s| (first..=last + 1).contains(&(from + s.until as i32)));
            let new = new.filter(|s| !(s.period..=s.until).any(|at| marked.contains(&(from + at as i32))));
            doubts.extend(new.map(|shock| shock_doubt(about, level, from, shock)));
        }
        doubts
    }
}

fn shock_doubt(about: &CheckedMeasure<'_>, level: Level, from: i32, shock: &SharedShock) -> ImportDoubt {
    let period = |at: usize| about.period_at(from + at as i32);
    let (_, places) = level.place_nouns();
    let size = number_text((shock.size * 10.0).round() / 10.0);
    let then = match shock.kind {
        ShockKind::Passing => format!(", and came back after {}", period(shock.until)),
        ShockKind::Level => ", and stayed there".to_owned(),
        ShockKind::Slope => " in each year from then on".to_owned(),
        ShockKind::Open => String::new(),
    };
    ImportDoubt {
        kind: DoubtKind::Shock,
        measures: vec![about.measure.into()],
        cause: format!("nearly all {places} moved together in {}, by {size} in the middle{then}", period(shock.period)),
        count: shock.moved as u64,
        of: Some(shock.series as u64),
        first: String::new(),
        advice: "If the definition changed, mark the period in the plan (`breaks`); if the file is at fault, ask the \
                 publisher; if it happened, nothing is to be done"
            .to_owned(),
        until: None,
    }
}

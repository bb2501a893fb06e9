//! The panel that a series is judged in: same measure, level, student group and grade, the same completed periods.

use std::sync::Arc;

use headway_model::plan::{Break, Measure, Part};
use headway_model::{Direction, GradeCode, GroupCode, Level, Period, ValueFlags, percent_of};
use headway_render::MeasureUnit;
use headway_stats::forecast::TargetSide;
use headway_stats::forecast::panel::Panel;

use crate::{MeasureAssessment, SeriesObservation};

/// A figure is what its counts make within this: it is computed by the same rule.
const MADE_WITHIN: f64 = 1e-9;

/// Which kin: level, group, grade; of a compound measure the number of the part.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PeerKey {
    /// The level of places.
    pub level: Option<Level>,
    /// Code of the student group.
    pub group: GroupCode,
    /// The grade.
    pub grade: GradeCode,
    /// The part of a compound measure, by its number.
    pub part: Option<usize>,
}

/// The panel, a row a series. Only exact results of completed periods count; all else is missing (NaN).
#[derive(Debug)]
pub struct PeerResults {
    /// Numbers of the series in their `Scored`, ascending.
    pub(crate) series: Vec<usize>,
    /// Ordinal of the first period.
    pub first: i32,
    /// How many periods; the last is the newest with any result.
    pub periods: usize,
    /// Results as published.
    pub(crate) values: Vec<f64>,
    /// Numerators.
    pub(crate) hits: Vec<f64>,
    /// Denominators.
    pub(crate) counts: Vec<f64>,
    /// Where a result can't be compared with those before it.
    pub(crate) breaks: Vec<bool>,
    /// Whether values are shares of what is counted, so that numerators and denominators say how sure they are.
    pub(crate) shares: bool,
    /// The least and greatest possible value.
    pub(crate) bounds: (Option<f64>, Option<f64>),
}

/// The least and greatest possible value: the plan's, else those of the unit.
pub fn measure_bounds(measure: &Measure) -> (Option<f64>, Option<f64>) {
    match measure.bounds {
        Some([lo, hi]) if lo < hi => (Some(lo), Some(hi)),
        _ => MeasureUnit::of_plan(measure.unit.as_deref()).natural_bounds(),
    }
}

impl MeasureAssessment {
    /// The key of a series' kin.
    pub fn kin_key(&self, series: usize) -> PeerKey {
        let (group, grade, _) = self.key_of(series);
        PeerKey { level: self.level_of(series), group: group.into(), grade: grade.into(), part: None }
    }

    /// The kin of this key; it may be empty.
    pub fn kin_for(&self, key: &PeerKey) -> Arc<PeerResults> {
        self.judged.kin.get(key.clone(), || PeerResults::gather_series(self, key))
    }

    /// The exact results of a series that can be compared with its newest: completed, no marked gap, since the last break.
    pub fn comparable_results(&self, series: usize) -> Vec<SeriesObservation> {
        let kin = self.kin_for(&self.kin_key(series));
        let Some(row) = kin.row_of(series).filter(|_| kin.periods > 0) else { return Vec::new() };
        let (cells, start) = (kin.since_break(row), kin.row_cells(row).start);
        let counts = |o: &SeriesObservation| {
            let period = o.period.ordinal - kin.first;
            (0..kin.periods as i32).contains(&period) && {
                let cell = start + period as usize;
                cells.contains(&cell) && kin.values[cell].is_finite()
            }
        };
        self.observations_of(series).into_iter().filter(counts).collect()
    }

    /// What reaching a target means. Where neither side is better, chances of a side are chances of being above.
    pub(crate) fn reaching_side(&self, key: &PeerKey) -> TargetSide {
        match self.described_part(key).and_then(|p| p.direction).or(self.planned.measure.direction) {
            Some(Direction::Decrease) => TargetSide::AtOrBelow,
            _ => TargetSide::AtOrAbove,
        }
    }

    fn described_part(&self, key: &PeerKey) -> Option<&Part> {
        self.planned.measure.parts.get(key.part?)
    }

    /// Unit, least and greatest possible value. A part with a unit of its own has that unit's bounds.
    fn unit_and_bounds(&self, key: &PeerKey) -> (MeasureUnit, (Option<f64>, Option<f64>)) {
        let measure = &self.planned.measure;
        let own = self.described_part(key).and_then(|p| p.unit.as_deref());
        let unit = MeasureUnit::of_plan(own.or(measure.unit.as_deref()));
        let bounds = if own.is_none() { measure_bounds(measure) } else { unit.natural_bounds() };
        (unit, bounds)
    }

    /// The numbers and observations of the series of a key.
    fn series_alike(&self, key: &PeerKey) -> (Vec<usize>, Vec<Vec<SeriesObservation>>) {
        let series: Vec<usize> = match key.part {
            None => self.of_group(&key.group, &key.grade).filter(|&i| self.level_of(i) == key.level).collect(),
            Some(_) => {
                let own = |i: &usize| {
                    let (group, grade, _) = self.key_of(*i);
                    group == key.group && grade == key.grade && self.level_of(*i) == key.level
                };
                (0..self.len()).filter(own).collect()
            }
        };
        let observed =
            |&i: &usize| key.part.map_or_else(|| self.observations_of(i), |part| self.part_observed(i, part));
        let observed = series.iter().map(observed).collect();
        (series, observed)
    }
}

/// Whether a figure is the percent that its own counts make: shares are kept so from the import on.
pub(super) fn is_made(observed: &SeriesObservation) -> bool {
    let counts = observed.numerator.zip(observed.denominator).filter(|(_, denominator)| *denominator > 0.0);
    let percent = counts.map(|(numerator, denominator)| percent_of(numerator, denominator));
    observed.value.exact_number().zip(percent).is_some_and(|(value, percent)| (value - percent).abs() <= MADE_WITHIN)
}

impl PeerResults {
    fn gather_series(scored: &MeasureAssessment, key: &PeerKey) -> Self {
        let measure = &scored.planned.measure;
        let broken = measure.marked_periods(Break::Break);
        let counts_for = |o: &SeriesObservation| o.is_result() && o.value.exact_number().is_some();
        let (series, observed) = scored.series_alike(key);
        let (unit, bounds) = scored.unit_and_bounds(key);
        let ordinals = || observed.iter().flatten().filter(|o| counts_for(o)).map(|o| o.period.ordinal);
        // Without a plan nobody says that they are percents: figures that are what their counts make are.
        let figures = || observed.iter().flatten().filter(|o| counts_for(o));
        let shares = unit == MeasureUnit::Percent || (figures().next().is_some() && figures().all(is_made));
        let (Some(first), Some(last)) = (ordinals().min(), ordinals().max()) else {
            let none = Vec::new;
            return Self {
                series,
                first: 0,
                periods: 0,
                values: none(),
                hits: none(),
                counts: none(),
                breaks: Vec::new(),
                shares,
                bounds,
            };
        };
        let periods = (last - first + 1) as usize;
        let cells = series.len() * periods;
        let (mut values, mut hits, mut counts) = (vec![f64::NAN; cells], vec![f64::NAN; cells], vec![f64::NAN; cells]);
        let mut breaks = vec![false; cells];
        for (row, own) in observed.iter().enumerate() {
            let at = |ordinal: i32| row * periods + (ordinal - first) as usize;
            broken.iter().filter(|p| (first..=last).contains(*p)).for_each(|p| breaks[at(*p)] = true);
            for o in own.iter().filter(|o| (first..=last).contains(&o.period.ordinal)) {
                let cell = at(o.period.ordinal);
                breaks[cell] |= o.flags.has_all(ValueFlags::BREAK);
                if counts_for(o) {
                    values[cell] = o.value.exact_number().expect("only exact results count");
                    hits[cell] = o.numerator.unwrap_or(f64::NAN);
                    counts[cell] = o.denominator.unwrap_or(f64::NAN);
                }
            }
        }
        Self { series, first, periods, values, hits, counts, breaks, shares, bounds }
    }

    /// The row of a series.
    pub(crate) fn row_of(&self, series: usize) -> Option<usize> {
        self.series.binary_search(&series).ok()
    }

    /// The cells of a row.
    pub(crate) fn row_cells(&self, row: usize) -> std::ops::Range<usize> {
        row * self.periods..(row + 1) * self.periods
    }

    /// Where a row's newest comparable stretch begins: its last break, or its start.
    pub(crate) fn since_break(&self, row: usize) -> std::ops::Range<usize> {
        let cells = self.row_cells(row);
        let from = self.breaks[cells.clone()].iter().rposition(|b| *b).unwrap_or(0);
        cells.start + from..cells.end
    }

    /// The last period.
    pub fn last_period(&self) -> i32 {
        self.first + self.periods as i32 - 1
    }

    /// The period of a cell, of the kind of `like`.
    pub(crate) fn period_of_cell(&self, cell: usize, kind: headway_model::PeriodKind) -> Period {
        Period { kind, ordinal: self.first + (cell % self.periods) as i32 }
    }

    /// The panel as the forecast methods take it.
    pub(crate) fn forecast_panel(&self, reached: TargetSide) -> Panel<'_> {
        let counted = self.counts.iter().any(|n| *n > 0.0);
        let broken = self.breaks.iter().any(|b| *b);
        Panel {
            periods: self.periods,
            values: &self.values,
            counts: counted.then_some(&self.counts),
            breaks: broken.then_some(&self.breaks),
            bounds: self.bounds,
            reached,
        }
    }

    /// Periods and results of each row, for spans of `steps` periods. What follows a break is put too far away on the line of
    /// time for any span to reach across.
    pub(crate) fn row_histories(&self, steps: i32) -> Vec<(Vec<i32>, Vec<f64>)> {
        let away = steps + self.periods as i32;
        let history = |row: usize| {
            let mut stretch = 0;
            let known = self.row_cells(row).enumerate().filter_map(|(t, cell)| {
                stretch += i32::from(self.breaks[cell]);
                let value = self.values[cell];
                value.is_finite().then_some((self.first + t as i32 + stretch * away, value))
            });
            known.unzip()
        };
        (0..self.series.len()).map(history).collect()
    }
}

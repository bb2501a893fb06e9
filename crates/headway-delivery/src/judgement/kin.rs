//! The panel that a series is judged in: same measure, level, student group and grade, the same completed periods.

use std::sync::Arc;

use headway_model::plan::Break;
use headway_model::{Flags, Level, Period};
use headway_render::Unit;
use headway_stats::forecast::Reached;
use headway_stats::forecast::panel::Panel;

use crate::scored::{Observed, Scored};

/// Which kin: level, group, grade.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct KinKey {
    pub(crate) level: Option<Level>,
    pub(crate) group: String,
    pub(crate) grade: String,
}

/// The panel, a row a series. Only exact results of completed periods count; all else is missing (NaN).
#[derive(Debug)]
pub(crate) struct Kin {
    /// Numbers of the series in their `Scored`, ascending.
    pub(crate) series: Vec<usize>,
    /// Ordinal of the first period.
    pub(crate) first: i32,
    /// How many periods; the last is the newest with any result.
    pub(crate) periods: usize,
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
}

impl Scored {
    /// The key of a series' kin.
    pub(crate) fn kin_key(&self, series: usize) -> KinKey {
        let (group, grade, _) = self.key(series);
        KinKey { level: self.level(series), group: group.to_owned(), grade: grade.to_owned() }
    }

    /// The kin of this key; it may be empty.
    pub(crate) fn kin(&self, key: &KinKey) -> Arc<Kin> {
        self.judged.kin.get(key.clone(), || Kin::gather(self, key))
    }

    /// The exact results of a series that can be compared with its newest: completed, no marked gap, since the last break.
    pub(crate) fn comparable(&self, series: usize) -> Vec<Observed> {
        let kin = self.kin(&self.kin_key(series));
        let Some(row) = kin.row(series).filter(|_| kin.periods > 0) else { return Vec::new() };
        let (cells, start) = (kin.since_break(row), kin.cells(row).start);
        let counts = |o: &Observed| {
            let period = o.period.ordinal - kin.first;
            (0..kin.periods as i32).contains(&period) && {
                let cell = start + period as usize;
                cells.contains(&cell) && kin.values[cell].is_finite()
            }
        };
        self.observed(series).into_iter().filter(counts).collect()
    }

    /// The least and greatest possible value.
    pub(crate) fn bounds(&self) -> (Option<f64>, Option<f64>) {
        let measure = &self.planned.measure;
        match measure.bounds {
            Some([lo, hi]) if lo < hi => (Some(lo), Some(hi)),
            _ => Unit::of_plan(measure.unit.as_deref()).natural_bounds(),
        }
    }

    /// What reaching a target means; `None` where neither side is the better one.
    pub(crate) fn reached(&self) -> Option<Reached> {
        match self.planned.measure.direction?.sign()? {
            sign if sign > 0.0 => Some(Reached::AtOrAbove),
            _ => Some(Reached::AtOrBelow),
        }
    }
}

impl Kin {
    fn gather(scored: &Scored, key: &KinKey) -> Self {
        let measure = &scored.planned.measure;
        let marked = |kind: Break| -> Vec<i32> {
            let of_kind = measure.breaks.iter().filter(|b| b.kind == kind);
            of_kind.filter_map(|b| Some(b.period.resolve(measure.period).ok()?.ordinal)).collect()
        };
        let (missing, broken) = (marked(Break::Missing), marked(Break::Break));
        let counts_for = |o: &Observed| {
            o.period.end() < scored.as_of && o.value.exact().is_some() && !missing.contains(&o.period.ordinal)
        };
        let series: Vec<usize> =
            scored.of_group(&key.group, &key.grade).filter(|&i| scored.level(i) == key.level).collect();
        let observed: Vec<Vec<Observed>> = series.iter().map(|&i| scored.observed(i)).collect();
        let ordinals = || observed.iter().flatten().filter(|o| counts_for(o)).map(|o| o.period.ordinal);
        let shares = Unit::of_plan(measure.unit.as_deref()) == Unit::Percent;
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
                breaks[cell] |= o.flags.has(Flags::BREAK);
                if counts_for(o) {
                    values[cell] = o.value.exact().expect("only exact results count");
                    hits[cell] = o.numerator.unwrap_or(f64::NAN);
                    counts[cell] = o.denominator.unwrap_or(f64::NAN);
                }
            }
        }
        Self { series, first, periods, values, hits, counts, breaks, shares }
    }

    /// The row of a series.
    pub(crate) fn row(&self, series: usize) -> Option<usize> {
        self.series.binary_search(&series).ok()
    }

    /// The cells of a row.
    pub(crate) fn cells(&self, row: usize) -> std::ops::Range<usize> {
        row * self.periods..(row + 1) * self.periods
    }

    /// Where a row's newest comparable stretch begins: its last break, or its start.
    pub(crate) fn since_break(&self, row: usize) -> std::ops::Range<usize> {
        let cells = self.cells(row);
        let from = self.breaks[cells.clone()].iter().rposition(|b| *b).unwrap_or(0);
        cells.start + from..cells.end
    }

    /// The last period.
    pub(crate) fn last(&self) -> i32 {
        self.first + self.periods as i32 - 1
    }

    /// The period of a cell, of the kind of `like`.
    pub(crate) fn period(&self, cell: usize, kind: headway_model::PeriodKind) -> Period {
        Period { kind, ordinal: self.first + (cell % self.periods) as i32 }
    }

    /// The panel as the forecast methods take it.
    pub(crate) fn panel(&self, bounds: (Option<f64>, Option<f64>), reached: Reached) -> Panel<'_> {
        let counted = self.counts.iter().any(|n| *n > 0.0);
        let broken = self.breaks.iter().any(|b| *b);
        Panel {
            periods: self.periods,
            values: &self.values,
            counts: counted.then_some(&self.counts),
            breaks: broken.then_some(&self.breaks),
            bounds,
            reached,
        }
    }
}

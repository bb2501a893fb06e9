//! From data to pixels: a straight scale with round ticks, and a scale of periods.

use headway_model::{LARGEST_FIGURE, Period, PeriodKind};

use crate::{MeasureUnit, format, metrics::text_width};

/// A straight scale with its ticks.
#[derive(Clone, Debug)]
pub(crate) struct AxisScale {
    pub(crate) lo: f64,
    pub(crate) hi: f64,
    pub(crate) step: f64,
    from: f64,
    to: f64,
}

impl AxisScale {
    /// A scale over all `values` that are figures and a little more, with about `ticks` round ticks, drawn from pixel `from` to `to`.
    /// It does not pass the unit's natural bounds unless a value does. Without values it runs over the natural bounds or 0 to 1.
    pub(crate) fn over_values(
        values: impl IntoIterator<Item = f64>,
        unit: &MeasureUnit,
        ticks: f64,
        (from, to): (f64, f64),
    ) -> Self {
        let (floor, ceiling) = unit.natural_bounds();
        let (mut lo, mut hi) = values
            .into_iter()
            .filter(|v| v.abs() <= LARGEST_FIGURE)
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), v| (lo.min(v), hi.max(v)));
        let empty = lo > hi;
        if empty {
            (lo, hi) = (floor.unwrap_or(0.0), ceiling.unwrap_or(1.0));
        }
        let (data_lo, data_hi) = (lo, hi);
        // A flat series still needs a scale; a twentieth of its size keeps the ticks round and the line in the middle.
        if empty {
            // Nothing to keep away from the edges.
        } else if hi - lo < 1e-9 * hi.abs().max(1.0) {
            let pad = (hi.abs() * 0.05).max(if *unit == MeasureUnit::Percent { 2.0 } else { 1.0 });
            (lo, hi) = (lo - pad, hi + pad);
        } else {
            let pad = (hi - lo) * 0.04;
            (lo, hi) = (lo - pad, hi + pad);
        }
        if let Some(floor) = floor.filter(|&f| data_lo >= f) {
            lo = lo.max(floor);
        }
        if let Some(ceiling) = ceiling.filter(|&c| data_hi <= c) {
            hi = hi.min(ceiling);
        }
        let step = round_step((hi - lo) / ticks.max(1.0));
        Self { lo, hi, step, from, to }
    }

    /// The same, ending at round ticks on both sides.
    pub(crate) fn with_round_ends(
        values: impl IntoIterator<Item = f64>,
        unit: &MeasureUnit,
        ticks: f64,
        pixels: (f64, f64),
    ) -> Self {
        let Self { lo, hi, step, from, to } = Self::over_values(values, unit, ticks, pixels);
        Self { lo: (lo / step).floor() * step, hi: (hi / step).ceil() * step, step, from, to }
    }

    /// The pixel of a value; one that is no figure lies off the picture.
    pub(crate) fn pixel_at(&self, value: f64) -> f64 {
        let value = value.clamp(-LARGEST_FIGURE, LARGEST_FIGURE);
        self.from + (value - self.lo) / (self.hi - self.lo) * (self.to - self.from)
    }

    /// How many pixels it covers.
    pub(crate) fn pixel_span(&self) -> f64 {
        (self.to - self.from).abs()
    }

    /// The values of the ticks.
    pub(crate) fn tick_values(&self) -> Vec<f64> {
        let first = (self.lo / self.step - 1e-6).ceil();
        let n = (self.hi / self.step + 1e-6).floor() - first;
        (0..=n.clamp(0.0, 100.0) as usize).map(|i| (first + i as f64) * self.step).collect()
    }
}

/// The next of 1, 2, 2.5, 5, 10 times a power of ten.
fn round_step(step: f64) -> f64 {
    let power = 10_f64.powf(step.log10().floor());
    let mantissa = step / power;
    power * [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().find(|&m| mantissa <= m + 1e-9).unwrap_or(10.0)
}

/// A scale of periods of one kind.
#[derive(Clone, Debug)]
pub(crate) struct PeriodAxis {
    pub(crate) kind: PeriodKind,
    pub(crate) first: i32,
    pub(crate) last: i32,
    from: f64,
    to: f64,
}

impl PeriodAxis {
    /// From the first to the last of the `periods`, drawn from pixel `from` to `to`; `None` when there are none.
    pub(crate) fn over_periods(periods: impl IntoIterator<Item = Period>, (from, to): (f64, f64)) -> Option<Self> {
        let mut periods = periods.into_iter();
        let start = periods.next()?;
        let (first, last) =
            periods.fold((start.ordinal, start.ordinal), |(a, b), p| (a.min(p.ordinal), b.max(p.ordinal)));
        Some(Self { kind: start.kind, first, last, from, to })
    }

    /// The pixel of an ordinal (between two periods, a half); a lone period stands in the middle.
    pub(crate) fn pixel_at(&self, ordinal: f64) -> f64 {
        if self.first == self.last {
            return (self.from + self.to) / 2.0 + (ordinal - f64::from(self.first)) * 20.0;
        }
        self.from + (ordinal - f64::from(self.first)) / f64::from(self.last - self.first) * (self.to - self.from)
    }

    /// The pixel of a period.
    pub(crate) fn pixel_of(&self, period: Period) -> f64 {
        self.pixel_at(f64::from(period.ordinal))
    }

    /// Pixels from one period to the next.
    pub(crate) fn pixel_step(&self) -> f64 {
        if self.first == self.last { self.to - self.from } else { self.pixel_at(1.0) - self.pixel_at(0.0) }
    }

    /// Labels with their pixels, as many as fit at that font size without touching; the first period always has one.
    pub(crate) fn fitting_labels(&self, size: f64) -> Vec<(f64, String)> {
        let strides: &[i32] = match self.kind {
            PeriodKind::Month => &[1, 2, 3, 6, 12, 24, 60, 120],
            PeriodKind::Quarter => &[1, 2, 4, 8, 20, 40],
            PeriodKind::Day => &[1, 7, 14, 28, 91, 182, 365, 730, 1826, 3652],
            _ => &[1, 2, 5, 10, 20, 50, 100],
        };
        let text = |ordinal| format::period_axis(Period { kind: self.kind, ordinal });
        let width = text_width(&text(self.first), size, false).max(text_width(&text(self.last), size, false)) + 10.0;
        let fits = |stride: &&i32| f64::from(**stride) * self.pixel_step() >= width;
        let stride = strides.iter().find(fits).copied().unwrap_or((self.last - self.first).max(1));
        (self.first..=self.last).step_by(stride as usize).map(|o| (self.pixel_at(f64::from(o)), text(o))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(values: &[f64], unit: &MeasureUnit, lo: f64, hi: f64) {
        let scale = AxisScale::with_round_ends(values.iter().copied(), unit, 5.0, (0.0, 100.0));
        assert_eq!((scale.lo, scale.hi), (lo, hi), "{values:?}");
    }

    #[test]
    fn scales_are_round_and_keep_to_natural_bounds() {
        check(&[54.1, 70.0], &MeasureUnit::Percent, 50.0, 75.0);
        check(&[97.0, 99.9], &MeasureUnit::Percent, 96.0, 100.0);
        check(&[97.0, 104.0], &MeasureUnit::Percent, 96.0, 106.0);
        check(&[0.0, 0.0], &MeasureUnit::Percent, 0.0, 2.0);
        check(&[], &MeasureUnit::Percent, 0.0, 100.0);
        check(&[f64::NAN], &MeasureUnit::Score, 0.0, 1.0);
        check(&[-3.0, 4.0], &MeasureUnit::Score, -4.0, 6.0);
    }

    #[test]
    fn what_is_no_figure_stretches_no_scale() {
        check(&[97.0, 99.9, 1e308, f64::INFINITY], &MeasureUnit::Percent, 96.0, 100.0);
        let scale = AxisScale::over_values([0.4, 0.5, 1e308, -1e308], &MeasureUnit::Score, 5.0, (0.0, 100.0));
        assert!(scale.pixel_at(1e308).is_finite() && scale.pixel_at(-1e308) < scale.pixel_at(0.4));
        let widest = AxisScale::over_values([-LARGEST_FIGURE, LARGEST_FIGURE], &MeasureUnit::Score, 5.0, (0.0, 100.0));
        assert!((0.0..=100.0).contains(&widest.pixel_at(LARGEST_FIGURE)) && widest.step.is_finite());
    }
}

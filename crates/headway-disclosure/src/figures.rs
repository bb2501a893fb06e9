//! The figures of an agency's measures, as counts.

use std::sync::Arc;

use headway_model::plan::Measure;
use headway_model::{MeasureId, PeriodKind, SeriesPanel, Value, VintageId};

use super::PublishingRule;
use super::atlas::CodeNumbers;
use super::scale::{self, PERCENT};

/// What the counts of a measure are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CountKind {
    /// A share of students.
    Share,
    /// A mean over students (score, days): the amount is the mean times the students, in thousandths.
    Mean,
    /// The value is itself a number of students.
    Count,
}

/// What the counts of a measure are, and on what scale it tells a share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct MeasureScale {
    pub(super) shape: CountKind,
    /// As [`MeasureFigures::scale`].
    pub(super) scale: f64,
}

/// One figure.
#[derive(Clone, Copy, Debug)]
pub(super) struct CountedFigure {
    pub(super) place: u32,
    pub(super) group: u32,
    pub(super) grade: u32,
    pub(super) period: i32,
    pub(super) value: Value,
    pub(super) strict: bool,
    /// Students behind it, where known.
    pub(super) n: Option<u64>,
    /// How many of them reached it, or the sum that the mean is made of; where known.
    pub(super) amount: Option<i64>,
    /// The source gave the numerator.
    pub(super) numerator: bool,
    /// Its source called it preliminary.
    pub(super) preliminary: bool,
    /// It became known before its period ended.
    pub(super) so_far: bool,
    pub(super) vintage: VintageId,
    /// Of a share of all students by group: how many these are; then `n` is the group's own number.
    pub(super) whole: Option<u64>,
    /// It is made of figures that are not all told: it is not told either.
    pub(super) protect: bool,
    /// It follows from what another agency told: with its students it is known.
    pub(super) known: bool,
    /// An earlier release's figure stays, as this one differs from it by too few students.
    pub(super) kept: bool,
    /// The import that an earlier figure which stays was told from.
    pub(super) told_from: Option<VintageId>,
}

/// The figures of one measure, or of one part of a compound one, in the order of (group, grade, place, period).
pub(super) struct MeasureFigures {
    pub(super) id: MeasureId,
    pub(super) name: String,
    pub(super) plan: Arc<Measure>,
    pub(super) rule: PublishingRule,
    pub(super) kind: PeriodKind,
    pub(super) shape: CountKind,
    /// What all students would be, where it is a share: 100 for percent, 1,000 for a rate per 1,000.
    pub(super) scale: f64,
    /// Of a share of all students by group: where the figures of all students are.
    pub(super) whole: Option<usize>,
    /// It is in no file: the students of places, by which another measure's shares are told.
    pub(super) hidden: bool,
    pub(super) rows: Vec<CountedFigure>,
}

impl MeasureFigures {
    /// The figures of a panel; its places, groups and grades get their numbers in `atlas`.
    pub(super) fn from_panel(
        (id, name): (MeasureId, String),
        plan: &Arc<Measure>,
        form: MeasureScale,
        rule: PublishingRule,
        panel: &SeriesPanel,
        atlas: &mut CodeNumbers,
    ) -> Self {
        let MeasureScale { shape, scale } = form;
        let mut rows = Vec::with_capacity(panel.period.len());
        for series in panel.iter() {
            let key = (atlas.places.intern_text(series.place), atlas.groups.intern_text(series.group));
            let (place, group) = key;
            let grade = atlas.grades.intern_text(series.grade);
            for at in 0..series.len() {
                let value = series.value_at(at);
                let n = match (shape, value) {
                    (CountKind::Count, Value::Exact { value }) => whole_count(value),
                    _ => whole_count(series.denominator[at]),
                };
                let numerator = whole_count(series.numerator[at]);
                let amount = figure_amount(shape, scale, value, (numerator, n));
                rows.push(CountedFigure {
                    place,
                    group,
                    grade,
                    period: series.period[at],
                    value,
                    strict: series.flags_at(at).has_all(headway_model::ValueFlags::STRICT),
                    n,
                    amount,
                    numerator: numerator.is_some(),
                    preliminary: series.flags_at(at).has_all(headway_model::ValueFlags::PROVISIONAL),
                    so_far: series.flags_at(at).has_all(headway_model::ValueFlags::SO_FAR),
                    vintage: series.vintage[at],
                    whole: None,
                    protect: false,
                    known: false,
                    kept: false,
                    told_from: None,
                });
            }
        }
        let kind = panel.period_kind.unwrap_or(plan.period);
        let rule = PublishingRule { shares: shape == CountKind::Share, ..rule };
        Self { id, name, plan: Arc::clone(plan), rule, kind, shape, scale, whole: None, hidden: false, rows }
    }
}

/// A count of students; fractions (full-time equivalents) are rounded.
fn whole_count(x: f64) -> Option<u64> {
    (x.is_finite() && x >= 0.0).then(|| x.round() as u64)
}

impl MeasureScale {
    /// What the counts of a measure in this unit are, and on what scale it tells a share.
    pub(super) fn from_panel(unit: Option<&str>, panel: &SeriesPanel) -> Self {
        let shape = |shape| Self { shape, scale: PERCENT };
        if unit == Some("count") && !panel.denominator.iter().any(|n| n.is_finite()) {
            return shape(CountKind::Count);
        }
        let mut exact: Vec<(f64, f64, f64)> = Vec::new();
        for series in panel.iter() {
            exact.extend((0..series.len()).filter_map(|at| match series.value_at(at) {
                Value::Exact { value } => Some((value, series.numerator[at], series.denominator[at])),
                _ => None,
            }));
        }
        if unit == Some("percent") {
            let values = || exact.iter().map(|(value, _, _)| *value);
            // What can be below zero is a difference of shares, and what often is above all of them a quotient.
            let above = values().filter(|value| *value > PERCENT).count();
            let no_share = values().any(|value| value < 0.0) || 10 * above > exact.len();
            return shape(if no_share { CountKind::Mean } else { CountKind::Share });
        }
        exact.retain(|(_, _, n)| n.is_finite());
        if panel.numerator.iter().any(|n| n.is_finite()) {
            exact.retain(|(_, k, _)| k.is_finite());
            return Self { shape: CountKind::Share, scale: scale::of_counts(&exact) };
        }
        let pairs: Vec<scale::ValuePair> = exact.into_iter().map(|(value, _, n)| (value, n)).collect();
        scale::counting_scale(&pairs).map_or(shape(CountKind::Mean), |scale| Self { shape: CountKind::Share, scale })
    }
}

/// The count of a figure: how many of its students, by numerator or value.
pub(super) fn figure_amount(
    shape: CountKind,
    scale: f64,
    value: Value,
    (numerator, n): (Option<u64>, Option<u64>),
) -> Option<i64> {
    let n = n?;
    match (shape, value, numerator) {
        (CountKind::Count, ..) => None,
        (CountKind::Share, Value::Exact { .. }, Some(k)) => Some(k.min(n) as i64),
        (CountKind::Share, Value::Exact { value }, None) => {
            Some((value * n as f64 / scale).round().clamp(0.0, n as f64) as i64)
        }
        (CountKind::Mean, Value::Exact { value }, _) => Some((value * n as f64 * 1000.0).round() as i64),
        _ => None,
    }
}

impl CountedFigure {
    /// Whether its rate is another than its own counts make, on this scale: its source made it in another way (`tolerance` of its
    /// profile), and it is judged and told as it stands. A figure of before was told by its counts.
    pub(super) fn is_own_rate(&self, scale: f64) -> bool {
        let counts = match self.whole {
            Some(whole) => self.n.map(|k| k as f64).zip(Some(whole)),
            None => self.amount.map(|k| k as f64).zip(self.n),
        };
        let Some((k, n)) = counts.filter(|(_, n)| self.numerator && !self.kept && *n > 0) else { return false };
        self.value.exact_number().is_some_and(|value| (value - scale * k / n as f64).abs() > 1e-9 * scale)
    }

    /// Whether its source published a bound of it, and nothing here knows how many students are behind it.
    pub(super) fn is_uncounted_bound(&self) -> bool {
        self.n.is_none() && matches!(self.value, Value::Range { .. } | Value::AtLeast { .. } | Value::AtMost { .. })
    }

    /// What the source tells of a result that it does not tell exactly: the least and the most of its students. A percent of a
    /// band may be rounded, and stands for half a point more; `scale` is that of the measure.
    pub(super) fn source_band(&self, scale: f64) -> Option<(i64, i64)> {
        let rounded = scale / 200.0;
        let (lo, hi) = match self.value {
            Value::Range { lo, hi } => (lo, hi),
            Value::AtLeast { lo } => (lo, scale),
            Value::AtMost { hi } => (0.0, hi),
            _ => return None,
        };
        let n = self.n? as f64;
        let (least, most) = ((lo - rounded).max(0.0) * n / scale, (hi + rounded).min(scale) * n / scale);
        let band = ((least - 1e-9).ceil() as i64, (most + 1e-9).floor() as i64);
        (band.0 <= band.1).then_some(band)
    }
}

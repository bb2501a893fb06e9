//! One observation of a series, as it was published.

use headway_model::plan::{Break, Measure};
use headway_model::status::SeriesPoint;
use headway_model::{NO_VALUE, Period, SeriesPanel, Value, ValueFlags, VintageId, breaks_between};
use jiff::civil::Date;

/// One observation of a series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SeriesObservation {
    /// The period.
    pub period: Period,
    /// What was published.
    pub value: Value,
    /// Numerator, where known.
    pub numerator: Option<f64>,
    /// Denominator, where known.
    pub denominator: Option<f64>,
    /// What else is known.
    pub flags: ValueFlags,
    /// The import it came with.
    pub vintage: VintageId,
    /// Whether it tells of a period that was over: over on the day, and when the figure became known. What came of a period in
    /// progress decides nothing, then or later.
    pub over: bool,
    /// Whether the plan marks its period as one without a usable value: what came for it is kept, and judged by nobody.
    pub no_value: bool,
    /// Whether it is the first of a new series: marked in the plan or by its source. It is comparable with none before it.
    pub starts: bool,
}

impl SeriesObservation {
    /// Whether it counts as a result: its period is over, and has a usable value.
    pub fn is_result(&self) -> bool {
        self.over && !self.no_value
    }

    /// What else is known of it, in words.
    pub fn remark_text(&self) -> String {
        let own = self.flags.label_text();
        let apart = if own.is_empty() { "" } else { "; " };
        if self.no_value { format!("{own}{apart}{NO_VALUE}") } else { own }
    }

    /// The latest of a series, oldest first: the newest result that there is, of a period that is over. A status may speak of an
    /// earlier one: a target is judged by its own period.
    pub fn latest_result(observed: &[Self]) -> Option<&Self> {
        observed.iter().rev().find(|o| o.is_result() && o.value != Value::Missing)
    }
}

/// The first `seen` observations of a series, oldest first.
pub(super) fn first_observations(
    panel: &SeriesPanel,
    at: usize,
    seen: usize,
    measure: &Measure,
    as_of: Date,
) -> Vec<SeriesObservation> {
    let series = panel.get(at);
    let known = |x: f64| (!x.is_nan()).then_some(x);
    let (breaks, missing) = (measure.marked_periods(Break::Break), measure.marked_periods(Break::Missing));
    let starts = |k: usize| {
        let before = k.checked_sub(1).map(|before| series.period[before]);
        let marked = |b: &i32| before.is_some_and(|before| breaks_between(b, &before, &series.period[k]));
        series.flags_at(k).has_all(ValueFlags::BREAK) || breaks.iter().any(marked)
    };
    (0..seen)
        .map(|k| (Period { kind: measure.period, ordinal: series.period[k] }, k))
        .map(|(period, k)| SeriesObservation {
            period,
            value: series.value_at(k),
            numerator: known(series.numerator[k]),
            denominator: known(series.denominator[k]),
            flags: series.flags_at(k),
            vintage: series.vintage[k],
            starts: starts(k),
            no_value: missing.contains(&period.ordinal),
            over: measure.is_over(period, as_of) && !series.flags_at(k).has_all(ValueFlags::SO_FAR),
        })
        .collect()
}

/// What the methods of status look at: no figures so far.
pub(super) fn status_points(observed: &[SeriesObservation]) -> Vec<SeriesPoint> {
    let point = |o: &SeriesObservation| SeriesPoint { flags: o.flags, ..SeriesPoint::new(o.period, o.value) };
    observed.iter().filter(|o| !o.flags.has_all(ValueFlags::SO_FAR)).map(point).collect()
}

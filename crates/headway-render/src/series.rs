//! One measure's results over time, and the words that describe them.

use headway_model::{Period, Value, breaks_between};

use crate::{MeasureUnit, format};

/// One published result.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChartPoint {
    /// Its period.
    pub period: Period,
    /// What was published. A suppressed value holds no number, so no chart can give one away.
    pub value: Value,
    /// Published as preliminary: drawn hollow, and said.
    pub provisional: bool,
    /// Its bound is excluded: less than 5, not 5 or less.
    pub strict: bool,
    /// The first result of a new series: not comparable with those before it.
    pub starts: bool,
}

/// Why a period has no result ("no 2020 test"). Neighboring periods with the same reason are annotated once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartGap {
    /// The period without a result.
    pub period: Period,
    /// Why, in a few words.
    pub reason: String,
}

/// From this period on, values are not comparable with the ones before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartBreak {
    /// The first period of the new series.
    pub period: Period,
    /// Why, in a few words ("new test").
    pub reason: String,
}

impl ChartPoint {
    /// A final result.
    pub fn new(period: Period, value: Value) -> Self {
        Self { period, value, provisional: false, strict: false, starts: false }
    }

    /// An exact, final result.
    pub fn exact_result(period: Period, value: f64) -> Self {
        Self::new(period, Value::Exact { value })
    }

    /// What was published, in words, on its side of `marks`.
    pub(crate) fn published_text(&self, unit: &MeasureUnit, marks: &[f64]) -> String {
        unit.published_beside(self.value, self.strict, marks)
    }

    fn finite_or_missing(self) -> Self {
        let finite = match self.value {
            Value::Exact { value } => value.is_finite(),
            Value::Range { lo, hi } => lo.is_finite() && hi.is_finite(),
            Value::AtLeast { lo: bound } | Value::AtMost { hi: bound } => bound.is_finite(),
            _ => true,
        };
        if finite { self } else { Self { value: Value::Missing, ..self } }
    }

    /// The finite numbers in it: one, or the ends of its range.
    pub(crate) fn finite_numbers(self) -> impl Iterator<Item = f64> {
        let (lo, hi) = self.value.bounds().unwrap_or((f64::NAN, f64::NAN));
        [lo, hi].into_iter().filter(|v| v.is_finite())
    }
}

/// The points by period; what claims to be a number and is none (NaN) counts as missing.
pub(crate) fn sorted_points(points: &[ChartPoint]) -> Vec<ChartPoint> {
    let mut points: Vec<ChartPoint> = points.iter().map(|p| p.finite_or_missing()).collect();
    points.sort_by_key(|p| p.period.ordinal);
    points
}

/// Stretches of exact values that one line may join: never over a period without an exact value, nor over a break.
pub(crate) fn exact_runs(points: &[ChartPoint], every: i32, breaks: &[ChartBreak]) -> Vec<Vec<(Period, f64)>> {
    let mut runs: Vec<Vec<(Period, f64)>> = Vec::new();
    let mut started = false;
    for point in points {
        started |= point.starts;
        let Some(value) = point.value.exact_number() else { continue };
        let at = point.period.ordinal;
        let own = std::mem::take(&mut started);
        let joins = runs.last().and_then(|run| run.last()).is_some_and(|&(before, _)| {
            let before = before.ordinal;
            !own && at - before <= every.max(1)
                && !breaks.iter().any(|b| breaks_between(&b.period.ordinal, &before, &at))
        });
        match runs.last_mut() {
            Some(run) if joins => run.push((point.period, value)),
            _ => runs.push(vec![(point.period, value)]),
        }
    }
    runs
}

/// Neighboring periods with the same words.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PeriodSpan {
    pub(crate) first: Period,
    pub(crate) last: Period,
    pub(crate) words: String,
}

impl PeriodSpan {
    /// `2020: no test`, `2020 to 2021: no test`.
    pub(crate) fn to_sentence(&self) -> String {
        let first = format::period_text(self.first);
        if self.first == self.last {
            return format!("{first}: {}", self.words);
        }
        format!("{first} to {}: {}", format::period_text(self.last), self.words)
    }
}

/// Periods without a number, with their reason: the one given, or the published state in words.
pub(crate) fn gap_spans(points: &[ChartPoint], gaps: &[ChartGap]) -> Vec<PeriodSpan> {
    let given = gaps.iter().map(|g| (g.period, g.reason.clone()));
    let stated = points
        .iter()
        .filter(|p| matches!(p.value, Value::NotTested | Value::NotApplicable | Value::NotReported))
        .filter(|p| !gaps.iter().any(|g| g.period == p.period))
        .map(|p| (p.period, MeasureUnit::Score.published_text(p.value)));
    merge_spans(given.chain(stated).collect())
}

/// Periods with a suppressed value.
pub(crate) fn suppressed_spans(points: &[ChartPoint]) -> Vec<PeriodSpan> {
    let hidden = points.iter().filter(|p| p.value == Value::Suppressed);
    merge_spans(hidden.map(|p| (p.period, MeasureUnit::Score.published_text(p.value))).collect())
}

fn merge_spans(mut periods: Vec<(Period, String)>) -> Vec<PeriodSpan> {
    periods.sort_by_key(|p| p.0.ordinal);
    let mut out: Vec<PeriodSpan> = Vec::new();
    for (period, words) in periods {
        match out.last_mut() {
            Some(span) if span.words == words && period.ordinal - span.last.ordinal <= 1 => span.last = period,
            _ => out.push(PeriodSpan { first: period, last: period, words }),
        }
    }
    out
}

/// The last exact value.
pub(crate) fn last_exact(points: &[ChartPoint]) -> Option<(Period, f64)> {
    points.iter().rev().find_map(|p| Some((p.period, p.value.exact_number()?)))
}

/// The results in a sentence or two: how many, first and last, lowest and highest; what is hidden or only a range. Where the
/// series breaks, only those since the last break are held against each other, and the others are counted.
/// Figures keep to their side of `marks`: a target.
pub(crate) fn results_sentence(
    points: &[ChartPoint],
    unit: &MeasureUnit,
    breaks: &[ChartBreak],
    marks: &[f64],
) -> String {
    let marked = breaks.iter().map(|b| b.period).filter(|b| points.iter().any(|p| p.period >= *b));
    let start = points.iter().filter(|p| p.starts).map(|p| p.period).chain(marked).max();
    let is_own = |p: &&ChartPoint| start.is_none_or(|start| p.period >= start);
    let exact: Vec<(Period, f64)> =
        points.iter().filter(is_own).filter_map(|p| Some((p.period, p.value.exact_number()?))).collect();
    let before = points.iter().filter(|p| !is_own(p) && p.value.exact_number().is_some()).count();
    // Those that are named together keep apart as well: a fall from 50 to 49.96 is not one from 50.0 to 50.0.
    let named = |with: &[(Period, f64)], (period, value): (Period, f64)| {
        let marks: Vec<f64> = marks.iter().copied().chain(with.iter().map(|it| it.1)).collect();
        format!("{} in {}", unit.value_beside(value, &marks), format::period_text(period))
    };
    let mut out = match &*exact {
        [] => "No exact result yet.".to_owned(),
        [only] => format!("One result: {}.", named(&[], *only)),
        [first, .., last] => {
            let lowest = exact.iter().min_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or(first);
            let highest = exact.iter().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or(last);
            let together = [*first, *last, *lowest, *highest];
            let said = |it: &(Period, f64)| named(&together, *it);
            let span = format!("{} results, from {} to {}", exact.len(), said(first), said(last));
            if lowest.1 == highest.1 {
                format!("{span}, all the same.")
            } else {
                format!("{span}; lowest {}, highest {}.", said(lowest), said(highest))
            }
        }
    };
    if before > 0 {
        out += &format!(
            " {} before a break in the series, not comparable.",
            format::count_with_noun(before, "result", "results")
        );
    }
    let bounded =
        points.iter().filter(|p| matches!(p.value, Value::Range { .. } | Value::AtLeast { .. } | Value::AtMost { .. }));
    for point in bounded {
        out += &format!(" {}: {}.", format::period_text(point.period), point.published_text(unit, marks));
    }
    if points.iter().any(|p| p.provisional) {
        out += &format!(" {}.", provisional_note(points));
    }
    out
}

/// Which results are preliminary.
pub(crate) fn provisional_note(points: &[ChartPoint]) -> String {
    let periods: Vec<String> = points.iter().filter(|p| p.provisional).map(|p| format::period_text(p.period)).collect();
    format!("Preliminary: {}", periods.join(", "))
}

#[cfg(test)]
mod tests {
    use headway_model::PeriodKind;

    use super::*;

    fn year(ordinal: i32) -> Period {
        Period { kind: PeriodKind::CalendarYear, ordinal }
    }

    #[test]
    fn lines_stay_open_over_gaps_and_breaks() {
        let mut points: Vec<ChartPoint> =
            [2014, 2015, 2017, 2018, 2019].map(|y| ChartPoint::exact_result(year(y), 1.0)).into();
        points.push(ChartPoint::new(year(2016), Value::Suppressed));
        let breaks = [ChartBreak { period: year(2019), reason: "new test".to_owned() }];
        let lengths = |every, breaks: &[ChartBreak]| {
            exact_runs(&sorted_points(&points), every, breaks).iter().map(Vec::len).collect::<Vec<_>>()
        };
        assert_eq!(lengths(1, &[]), [2, 3]);
        assert_eq!(lengths(2, &[]), [5]);
        assert_eq!(lengths(1, &breaks), [2, 2, 1]);
        points.iter_mut().filter(|p| p.period == year(2018)).for_each(|p| p.starts = true);
        let lengths = exact_runs(&sorted_points(&points), 1, &[]).iter().map(Vec::len).collect::<Vec<_>>();
        assert_eq!(lengths, [2, 1, 2]);
    }

    #[test]
    fn no_sentence_compares_over_a_break() {
        let mut points: Vec<ChartPoint> = [(2014, 10.0), (2015, 12.0), (2016, 60.0), (2017, 55.0)]
            .map(|(y, value)| ChartPoint::exact_result(year(y), value))
            .into();
        let marked = [ChartBreak { period: year(2016), reason: "new test".to_owned() }];
        let said = "2 results, from 60.0% in 2016 to 55.0% in 2017; lowest 55.0% in 2017, highest 60.0% in 2016. \
                    2 results before a break in the series, not comparable.";
        assert_eq!(results_sentence(&points, &MeasureUnit::Percent, &marked, &[]), said);
        points[2].starts = true;
        assert_eq!(results_sentence(&points, &MeasureUnit::Percent, &[], &[]), said);
        let ahead = [ChartBreak { period: year(2018), reason: "new test".to_owned() }];
        points[2].starts = false;
        assert!(results_sentence(&points, &MeasureUnit::Percent, &ahead, &[]).starts_with("4 results, from 10.0%"));
    }

    /// Those that are named beside each other are not rounded onto each other.
    #[test]
    fn a_fall_is_seen_in_the_figures() {
        let at =
            |ordinal, value| ChartPoint::new(Period { kind: PeriodKind::SchoolYear, ordinal }, Value::Exact { value });
        let said = results_sentence(&[at(2022, 50.0), at(2026, 49.96)], &MeasureUnit::Percent, &[], &[66.0]);
        assert!(said.starts_with("2 results, from 50.0% in 2021-22 to 49.96% in 2025-26; lowest 49.96%"), "{said}");
    }

    #[test]
    fn reasons_given_win_over_states_and_neighbors_are_said_once() {
        let points = [ChartPoint::new(year(2020), Value::NotTested), ChartPoint::new(year(2022), Value::NotReported)];
        let gaps = [2020, 2021].map(|y| ChartGap { period: year(y), reason: "no test".to_owned() });
        let said: Vec<String> = gap_spans(&points, &gaps).iter().map(PeriodSpan::to_sentence).collect();
        assert_eq!(said, ["2020 to 2021: no test", "2022: not reported"]);
    }
}

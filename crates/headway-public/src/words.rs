//! Published values in words and for charts. A range stays a range, what is hidden stays hidden, and nothing becomes a zero.

use headway_model::plan::Measure;
use headway_model::status::TargetAssessment;
use headway_model::{Period, Value, breaks_between, decimals_written};
use headway_release::{AbsenceReason, HiddenReason, PublishedRow, PublishedValue, ShownValue, ValueRange};
use headway_render::{ChartGap, ChartPoint, MeasureUnit, format, interval_text};
use maud::{Markup, html};

/// The value as methods and charts take it: no more than what is shown.
pub(super) fn published_value(published: &PublishedValue) -> Value {
    match published.shown() {
        ShownValue::Exact(value) => Value::Exact { value },
        ShownValue::Range(range) => match open_ends(&range) {
            (false, false) => Value::Range { lo: range.lo, hi: range.hi },
            (false, true) => Value::AtLeast { lo: range.lo },
            (true, false) => Value::AtMost { hi: range.hi },
            (true, true) => Value::Missing,
        },
        ShownValue::Hidden(_) => Value::Suppressed,
        ShownValue::Missing(AbsenceReason::NotTested) => Value::NotTested,
        ShownValue::Missing(AbsenceReason::NotApplicable) => Value::NotApplicable,
        ShownValue::Missing(AbsenceReason::NotReported) => Value::NotReported,
        ShownValue::Missing(AbsenceReason::Unknown) => Value::Missing,
    }
}

/// The figure of a row as methods and charts take it. A percent whose counts are told is what they make, to the last digit: files
/// tell it with one decimal, and 65.96 must not meet a target of 66 here that it misses on the agency's own pages. One that its
/// source made in another way is what it says, as there.
pub(super) fn row_value(row: &PublishedRow) -> Value {
    let told = |published: &PublishedValue| published_value(published).exact_number();
    let shown = published_value(&row.value);
    if row.own_rate {
        return shown;
    }
    let counted = shown.by_counts(told(&row.numerator), told(&row.denominator));
    let rounded =
        shown.exact_number().zip(counted.exact_number()).is_some_and(|(shown, exact)| is_rounded(shown, exact));
    if rounded { counted } else { shown }
}

/// Whether `shown` is `exact` with the decimals that it is written with, one at least: what is told on another scale than percent
/// is not.
fn is_rounded(shown: f64, exact: f64) -> bool {
    let decimals = decimals_written(shown).unwrap_or_default().max(1);
    (shown - exact).abs() <= 0.5 * 10f64.powi(-(decimals as i32)) + 1e-9
}

/// Whether a bound of what is shown is excluded.
pub(super) fn is_strict(published: &PublishedValue) -> bool {
    matches!(published.shown(), ShownValue::Range(range) if range.without.0 || range.without.1)
}

/// Which ends of a range say nothing: there is no bound, or it is the end of the scale.
fn open_ends(range: &ValueRange) -> (bool, bool) {
    (range.ends.0 || !range.lo.is_finite(), range.ends.1 || !range.hi.is_finite())
}

/// A figure in the measure's unit, beside figures that it is held against; else what is known of it, or why it is not told.
fn figure_text(unit: &MeasureUnit, row: &PublishedRow, marks: &[f64]) -> String {
    let published = &row.value;
    match published.shown() {
        ShownValue::Range(range) => {
            let (lo, hi) = (unit.trimmed_text(range.lo), unit.trimmed_text(range.hi));
            match (open_ends(&range), range.without) {
                ((true, false), (_, true)) => format!("under {hi}"),
                ((false, true), (true, _)) => format!("over {lo}"),
                ((false, false), (false, true)) => format!("{lo} to under {hi}"),
                ((false, false), (true, false)) => format!("over {lo} to {hi}"),
                ((false, false), (true, true)) => format!("over {lo} to under {hi}"),
                ((true, true), _) => published.label_text(),
                _ => unit.published_beside(published_value(published), false, marks),
            }
        }
        ShownValue::Exact(_) => unit.published_beside(row_value(row), false, marks),
        ShownValue::Hidden(_) | ShownValue::Missing(_) => published.label_text(),
    }
}

/// A figure in a cell of a table, beside figures that it is held against (none where there are none).
pub(super) fn figure_cell(unit: &MeasureUnit, row: Option<&PublishedRow>, marks: &[f64]) -> Markup {
    let Some(row) = row else { return html! { span.note { "no figure" } } };
    let exact = matches!(row.value.shown(), ShownValue::Exact(_));
    html! {
        @if exact { (figure_text(unit, row, marks)) } @else { span.words { (figure_text(unit, row, marks)) } }
        @if !matches!(row.value.shown(), ShownValue::Hidden(_) | ShownValue::Missing(_)) {
            @if row.preliminary { " " span.note { "(preliminary)" } }
            @if row.as_told_before { " " span.note { "(as told before)" } }
            @if row.no_value { " " span.note { "(not judged: the plan marks no usable value)" } }
        }
    }
}

/// The baseline, or that it is not shown, as its result is not told in full. None where there is none.
pub(super) fn baseline_text(unit: &MeasureUnit, standing: &TargetAssessment, rows: &[PublishedRow]) -> Option<String> {
    if !standing.baseline.is_none() {
        return Some(interval_text(unit, standing.baseline));
    }
    let row = standing.baseline_period.and_then(|period| of_period(rows, period)).filter(|row| !row.is_told())?;
    let why = match row.value.shown() {
        ShownValue::Hidden(reason) => reason.label_text(),
        ShownValue::Exact(_) | ShownValue::Range(_) | ShownValue::Missing(_) => HiddenReason::FewStudents.label_text(),
    };
    Some(format!("not shown: {why}"))
}

/// How many students, as published; nothing of a count, which says itself how many.
pub(super) fn students_text(unit: &MeasureUnit, row: Option<&PublishedRow>) -> String {
    row.map_or_else(String::new, |row| match row.denominator.shown() {
        ShownValue::Exact(n) => format::number_text(n, 0),
        _ if *unit == MeasureUnit::Count => String::new(),
        ShownValue::Missing(_) => "not known".to_owned(),
        ShownValue::Range(_) | ShownValue::Hidden(_) => row.denominator.label_text(),
    })
}

/// The points of a chart, and the periods that it leaves open with the reason.
pub(super) fn chart_points(measure: &Measure, rows: &[PublishedRow]) -> (Vec<ChartPoint>, Vec<ChartGap>) {
    let (mut points, mut gaps) = (Vec::<ChartPoint>::new(), Vec::new());
    let breaks: Vec<Period> = headway_render::breaks_and_gaps(measure).0.into_iter().map(|b| b.period).collect();
    for row in rows {
        match row.value.shown() {
            ShownValue::Hidden(reason) if reason != HiddenReason::FewStudents => {
                gaps.push(ChartGap { period: row.period, reason: reason.label_text().to_owned() });
            }
            ShownValue::Missing(AbsenceReason::Unknown) => {}
            _ if row.no_value => {}
            _ => {
                let before = points.last().map(|point| point.period);
                let starts =
                    breaks.iter().any(|b| before.is_some_and(|before| breaks_between(b, &before, &row.period)));
                let point = ChartPoint::new(row.period, row_value(row));
                points.push(ChartPoint {
                    strict: is_strict(&row.value),
                    provisional: row.preliminary,
                    starts,
                    ..point
                });
            }
        }
    }
    (points, gaps)
}

/// The latest row of a series that says anything, a hidden figure too; none of a period without a usable value.
pub(super) fn latest_row(rows: &[PublishedRow]) -> Option<&PublishedRow> {
    rows.iter()
        .rev()
        .find(|row| !row.no_value && !matches!(row.value.shown(), ShownValue::Missing(AbsenceReason::Unknown)))
}

/// The row of a period.
pub(super) fn of_period(rows: &[PublishedRow], period: Period) -> Option<&PublishedRow> {
    rows.iter().find(|row| row.period == period)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rounded_percent_is_told_from_another_scale() {
        for (shown, exact, rounded) in [
            (65.7, 65.7, true),
            (66.0, 65.96, true),
            (33.3, 100.0 / 3.0, true),
            (33.33, 100.0 / 3.0, true),
            (66.0, 65.7, false),
            (0.04, 0.004, false),
            (657.0, 65.7, false),
            (0.0, 0.0, true),
        ] {
            assert_eq!(is_rounded(shown, exact), rounded, "{shown} for {exact}");
        }
    }
}

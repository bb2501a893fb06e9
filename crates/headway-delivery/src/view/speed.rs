//! How fast a series moves, beside how fast it would have to.

use headway_analytics::SeriesObservation;
use headway_model::PeriodKind;

use super::SeriesView;

/// Points of the line, newest first.
const POINTS: usize = 4;
/// Fewer make no line.
const LEAST: usize = 3;

/// How fast a series moved lately.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RecentSpeed {
    /// Slope of a line through its latest results, in the measure's unit a year.
    pub a_year: f64,
    /// How many results.
    pub results: usize,
}

impl SeriesView {
    /// How fast it moved: by its last four exact results that were over, since its last break; three will do.
    pub fn recent_speed(&self) -> Option<RecentSpeed> {
        speed_of_results(self.observed.iter())
    }
}

fn speed_of_results<'a>(observed: impl DoubleEndedIterator<Item = &'a SeriesObservation>) -> Option<RecentSpeed> {
    let mut points: Vec<(f64, f64)> = Vec::new();
    for o in observed.rev() {
        if let Some(value) = o.value.exact_number().filter(|_| o.is_result()) {
            points.push((f64::from(o.period.ordinal) / a_year(o.period.kind), value));
        }
        // What lies before a break is measured otherwise.
        if points.len() == POINTS || o.starts {
            break;
        }
    }
    if points.len() < LEAST {
        return None;
    }
    let n = points.len() as f64;
    let (x, y) = points.iter().fold((0.0, 0.0), |(x, y), p| (x + p.0 / n, y + p.1 / n));
    let (xy, xx) = points.iter().fold((0.0, 0.0), |(xy, xx), p| (xy + (p.0 - x) * (p.1 - y), xx + (p.0 - x).powi(2)));
    Some(RecentSpeed { a_year: xy / xx, results: points.len() })
}

/// Periods a year.
fn a_year(kind: PeriodKind) -> f64 {
    match kind {
        PeriodKind::Quarter => 4.0,
        PeriodKind::Month => 12.0,
        PeriodKind::Day => 365.25,
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use headway_model::{Period, Value, ValueFlags};

    use super::*;

    #[test]
    fn the_line_goes_through_the_last_four_since_a_break() {
        let check = |kind: PeriodKind, values: &[f64], breaks: &[i32], found: Option<(f64, usize)>| {
            let one = |(i, value): (usize, &f64)| SeriesObservation {
                period: Period { kind, ordinal: 2010 + i as i32 },
                value: Value::Exact { value: *value },
                numerator: None,
                denominator: None,
                flags: ValueFlags::default(),
                vintage: 1,
                over: true,
                no_value: false,
                starts: breaks.contains(&(2010 + i as i32)),
            };
            let observed: Vec<SeriesObservation> = values.iter().enumerate().map(one).collect();
            let speed = speed_of_results(observed.iter()).map(|s| ((s.a_year * 1e9).round() / 1e9, s.results));
            assert_eq!(speed, found, "{values:?} {breaks:?}");
        };
        let year = PeriodKind::SchoolYear;
        check(year, &[9.0, 1.0, 2.0, 3.0, 4.0], &[], Some((1.0, 4)));
        check(year, &[9.0, 3.0, 2.0, 1.0], &[2011], Some((-1.0, 3)));
        check(year, &[9.0, 3.0, 2.0, 1.0], &[2012], None);
        check(year, &[1.0, 2.0], &[], None);
        check(PeriodKind::Quarter, &[1.0, 2.0, 3.0], &[], Some((4.0, 3)));
    }
}

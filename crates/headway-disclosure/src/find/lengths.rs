//! Counts of shorter periods that make up a longer one: quarters or months of a year, months of a quarter.

use headway_model::{Period, PeriodKind};

use super::super::figures::MeasureFigures;
use super::super::formulas::{KnownSums, SumOrigin, amount_of, measure_of, students_of};
use super::super::ties::{Column, CountTie, add};
use super::SumFinder;
use super::series::{CodeAxis, CountSeries, TrialTerms, holds};
use super::shared::SharedRows;

/// How many periods of the shorter kind one of the longer kind has.
fn per(long: PeriodKind, short: PeriodKind) -> Option<i32> {
    let (months, of_short) = (months(long)?, months(short)?);
    (months > of_short).then_some(months / of_short)
}

fn months(kind: PeriodKind) -> Option<i32> {
    match kind {
        PeriodKind::SchoolYear | PeriodKind::FiscalYear | PeriodKind::Cohort | PeriodKind::CalendarYear => Some(12),
        PeriodKind::Quarter => Some(3),
        PeriodKind::Month => Some(1),
        PeriodKind::Day => None,
    }
}

impl SumFinder<'_> {
    /// Longer periods of one measure as sums of shorter ones of another, among the first so many measures. The year may begin with
    /// any of its parts, and lack some (months without school). What holds in all of too few rows is assumed.
    pub(super) fn lengths(&self, many: usize, to: &mut Vec<CountTie>) {
        let kind = |series: &CountSeries| self.measures[measure_of(series.column.term).0].kind;
        let kinds = self.measures[..many].iter().map(|measure| measure.kind);
        if kinds.clone().all(|kind| Some(kind) == kinds.clone().next()) {
            return;
        }
        for all in self.series(many, CodeAxis::None, &|_| true).values() {
            for single in all {
                let longer = |whole: &&CountSeries| per(kind(whole), kind(single)).is_some();
                let wholes: Vec<&CountSeries> = all.iter().filter(longer).collect();
                for length in [3, 4, 12] {
                    let of: Vec<&CountSeries> =
                        wholes.iter().copied().filter(|w| per(kind(w), kind(single)) == Some(length)).collect();
                    if !of.is_empty() {
                        let tried = (all.len() * all.len()) as f64 * f64::from(length + 1);
                        look(&of, &PeriodParts::of(single, length), tried, to);
                    }
                }
            }
        }
    }
}

/// A series of shorter periods, one for each place in the longer one: all first quarters, all second ones.
struct PeriodParts {
    per: i32,
    by_place: Vec<CountSeries>,
}

impl PeriodParts {
    fn of(single: &CountSeries, per: i32) -> Self {
        let part = |place: i32| {
            let rows = single.rows.iter().zip(&single.counts).filter(|(row, _)| row.0.rem_euclid(per) == place);
            let counted =
                rows.map(|(row, &count)| ((row.0.div_euclid(per), row.1, row.2, row.3), count)).collect::<Vec<_>>();
            CountSeries::of(single.column, single.codes, counted)
        };
        Self { per, by_place: (0..per).map(part).collect() }
    }

    /// The part of number `at`, counted from the first of the longer period's number, and how many longer periods it is back.
    fn at(&self, at: i32) -> (&CountSeries, i32) {
        (&self.by_place[at.rem_euclid(self.per) as usize], -at.div_euclid(self.per))
    }
}

/// Adds the sums of these parts that are one of `wholes`.
fn look(wholes: &[&CountSeries], parts: &PeriodParts, tried: f64, to: &mut Vec<CountTie>) {
    for whole in wholes {
        for first in -parts.per..=0 {
            let there: Vec<i32> = (first..first + parts.per).filter(|&at| !parts.at(at).0.rows.is_empty()).collect();
            if there.len() < 2 {
                continue;
            }
            let terms = there.iter().map(|&at| (parts.at(at).0, parts.at(at).1, 1));
            let terms: Vec<(&CountSeries, i32, i32)> = [(*whole, 0, -1)].into_iter().chain(terms).collect();
            if let Some(origin) = holds(&terms, tried).or_else(|| assumed(&terms)) {
                let columns = there.iter().map(|&at| parts.at(at).0.back(-at));
                add(to, CountTie::of_parts(whole.column, columns, parts.per, origin));
            }
        }
    }
}

/// It holds wherever all of its terms are known, and says something there.
fn assumed(terms: &TrialTerms<'_>) -> Option<SumOrigin> {
    let mut says_something = false;
    let holds = SharedRows::of(terms).all(|(own, rest)| {
        says_something |= own != 0;
        own + rest == 0
    });
    (holds && says_something).then_some(SumOrigin::Assumed)
}

/// Sums over shorter periods that the plan states: the last of them ends with the longer one.
pub(crate) fn stated(figures: &[MeasureFigures], formulas: &mut KnownSums) {
    for (m, whole) in figures.iter().enumerate() {
        let Some(sums) = &whole.plan.publishing.sums else { continue };
        let Some(single) = figures.iter().position(|other| other.id == sums.measure) else { continue };
        let (Some(per), Ok(periods)) = (per(whole.kind, figures[single].kind), i32::try_from(sums.periods)) else {
            continue;
        };
        let year = 2000;
        let end = whole.plan.period_end(Period { kind: whole.kind, ordinal: year });
        let month = 12 * i32::from(end.year()) + i32::from(end.month()) - 1;
        let last = month.div_euclid(months(figures[single].kind).unwrap_or(1)) - per * year;
        for term in [students_of, amount_of] {
            let column = |m: usize, back: i32| Column { back, ..Column::own(term(m)) };
            let parts = (last + 1 - periods..=last).map(|at| column(single, -at));
            add(&mut formulas.ties, CountTie::of_parts(column(m, 0), parts, per, SumOrigin::Stated));
        }
    }
}

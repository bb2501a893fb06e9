//! Counts of shorter periods that make up a longer one: quarters or months of a year, months of a quarter.

use headway_model::{Period, PeriodKind};

use super::super::figures::MeasureFigures;
use super::super::formulas::{KnownSums, SumOrigin, amount_of, measure_of, students_of};
use super::super::ties::{Column, CountTie, add_tie};
use super::SumFinder;
use super::series::{CodeAxis, CountSeries, TrialTerms, found_origin};
use super::shared::SharedRows;

/// How many periods of the shorter kind one of the longer kind has.
fn periods_within(long: PeriodKind, short: PeriodKind) -> Option<i32> {
    let (months, of_short) = (months_in(long)?, months_in(short)?);
    (months > of_short).then_some(months / of_short)
}

fn months_in(kind: PeriodKind) -> Option<i32> {
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
    pub(super) fn find_longer_periods(&self, many: usize, to: &mut Vec<CountTie>) {
        let kind = |series: &CountSeries| self.measures[measure_of(series.column.term).0].kind;
        let kinds = self.measures[..many].iter().map(|measure| measure.kind);
        if kinds.clone().all(|kind| Some(kind) == kinds.clone().next()) {
            return;
        }
        for all in self.series_by_rank(many, CodeAxis::None, &|_| true).values() {
            for single in all {
                let longer = |whole: &&CountSeries| periods_within(kind(whole), kind(single)).is_some();
                let wholes: Vec<&CountSeries> = all.iter().filter(longer).collect();
                for length in [3, 4, 12] {
                    let of: Vec<&CountSeries> = wholes
                        .iter()
                        .copied()
                        .filter(|w| periods_within(kind(w), kind(single)) == Some(length))
                        .collect();
                    if !of.is_empty() {
                        let tried = (all.len() * all.len()) as f64 * f64::from(length + 1);
                        find_part_sums(&of, &PeriodParts::from_series(single, length), tried, to);
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
    fn from_series(single: &CountSeries, per: i32) -> Self {
        let part = |place: i32| {
            let rows = single.rows.iter().zip(&single.counts).filter(|(row, _)| row.0.rem_euclid(per) == place);
            let counted =
                rows.map(|(row, &count)| ((row.0.div_euclid(per), row.1, row.2, row.3), count)).collect::<Vec<_>>();
            CountSeries::from_counts(single.column, single.codes, counted)
        };
        Self { per, by_place: (0..per).map(part).collect() }
    }

    /// The part of number `at`, counted from the first of the longer period's number, and how many longer periods it is back.
    fn part_at(&self, at: i32) -> (&CountSeries, i32) {
        (&self.by_place[at.rem_euclid(self.per) as usize], -at.div_euclid(self.per))
    }
}

/// Adds the sums of these parts that are one of `wholes`.
fn find_part_sums(wholes: &[&CountSeries], parts: &PeriodParts, tried: f64, to: &mut Vec<CountTie>) {
    for whole in wholes {
        for first in -parts.per..=0 {
            let there: Vec<i32> =
                (first..first + parts.per).filter(|&at| !parts.part_at(at).0.rows.is_empty()).collect();
            if there.len() < 2 {
                continue;
            }
            let terms = there.iter().map(|&at| (parts.part_at(at).0, parts.part_at(at).1, 1));
            let terms: Vec<(&CountSeries, i32, i32)> = [(*whole, 0, -1)].into_iter().chain(terms).collect();
            if let Some(origin) = found_origin(&terms, tried).or_else(|| assumed_origin(&terms)) {
                let columns = there.iter().map(|&at| parts.part_at(at).0.column_back(-at));
                add_tie(to, CountTie::of_parts(whole.column, columns, parts.per, origin));
            }
        }
    }
}

/// It holds wherever all of its terms are known, and says something there.
fn assumed_origin(terms: &TrialTerms<'_>) -> Option<SumOrigin> {
    let mut says_something = false;
    let holds = SharedRows::for_terms(terms).all(|(own, rest)| {
        says_something |= own != 0;
        own + rest == 0
    });
    (holds && says_something).then_some(SumOrigin::Assumed)
}

/// Sums over shorter periods that the plan states: the last of them ends with the longer one.
pub(crate) fn add_stated_lengths(figures: &[MeasureFigures], formulas: &mut KnownSums) {
    for (m, whole) in figures.iter().enumerate() {
        let Some(sums) = &whole.plan.publishing.sums else { continue };
        let Some(single) = figures.iter().position(|other| other.id == sums.measure) else { continue };
        let (Some(per), Ok(periods)) = (periods_within(whole.kind, figures[single].kind), i32::try_from(sums.periods))
        else {
            continue;
        };
        let year = 2000;
        let end = whole.plan.period_end(Period { kind: whole.kind, ordinal: year });
        let month = 12 * i32::from(end.year()) + i32::from(end.month()) - 1;
        let last = month.div_euclid(months_in(figures[single].kind).unwrap_or(1)) - per * year;
        for term in [students_of, amount_of] {
            let column = |m: usize, back: i32| Column { back, ..Column::own_count(term(m)) };
            let parts = (last + 1 - periods..=last).map(|at| column(single, -at));
            add_tie(&mut formulas.ties, CountTie::of_parts(column(m, 0), parts, per, SumOrigin::Stated));
        }
    }
}

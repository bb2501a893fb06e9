//! A register that comes after the results: what is stored of its places is held against it, as results that come after it are.

use std::collections::BTreeSet;

use headway_lake::{LakeScan, SeriesFilter};
use headway_model::{ALL, Period, PlaceId};

use super::ImportDoubt;
use super::closed::ClosureCheck;
use super::levels::{LevelCheck, LevelSum};
use super::walk::{CheckContext, CheckedMeasure, PeriodRows, series_in};
use crate::Result;

/// Stored figures of periods in which `told` places were closed, parts of them that are larger than their whole, and the sums that
/// differ from the place above.
///
/// # Errors
/// When a measure's files can't be read.
pub(super) fn stored_doubts(
    ground: &CheckContext<'_>,
    told: &BTreeSet<PlaceId>,
) -> Result<(Vec<ImportDoubt>, Vec<LevelSum>)> {
    let (mut doubts, mut sums) = (Vec::new(), Vec::new());
    let lives = told.iter().any(|id| ground.places.place_life(id).is_some());
    let parts = told.iter().any(|id| ground.places.get(id).is_some_and(|place| place.parent.is_some()));
    for other in ground.others.iter().filter(|_| lives || parts) {
        let Some(kind) = other.segments.first().map(|segment| segment.period_kind) else { continue };
        // The register says nothing of what is measured: only students and numerators are added up.
        let measure = other.measure.as_str();
        let about = CheckedMeasure { ground, measure, kind, counts: false, shares: false, bare_shares: false };
        let (mut closed, mut levels, mut cells) = (ClosureCheck::default(), LevelCheck::default(), Vec::new());
        let rank = |vintage| other.ranks.rank_of(vintage);
        let whole = SeriesFilter::default().with_groups([ALL]).with_grades([ALL]);
        let filter = if lives { SeriesFilter::default() } else { whole };
        LakeScan::new(ground.lake, &other.segments)?.with_filter(filter).with_ranking(&rank).for_each(|series| {
            if parts && (series.group, series.grade) == (ALL, ALL) {
                cells.clear();
                let cell =
                    |row: usize| PeriodRows { period: series.period[row], new: Some(row), known: None, held: None };
                cells.extend((0..series.len()).map(cell));
                levels.take_series(&about, &series, &cells);
            }
            let Some(life) = ground.places.place_life(series.place).filter(|_| told.contains(series.place)) else {
                return;
            };
            for row in (0..series.len()).filter(|row| series.value_at(*row).bounds().is_some()) {
                let period = Period { kind, ordinal: series.period[row] };
                closed.check_figure(life, period, &|| {
                    series_in(ground.places, [series.place, series.group, series.grade])
                });
            }
        })?;
        doubts.extend(closed.into_doubts(measure));
        let (added, larger) = levels.into_sums_and_doubts(&about);
        sums.extend(added.into_iter().filter(|sum| sum.differ > 0));
        doubts.extend(larger);
    }
    Ok((doubts, sums))
}

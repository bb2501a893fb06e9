//! What a place was given: the shares of student groups, read from the denominators of the groups of the same measure.

use std::collections::HashMap;

use headway_model::{ALL, GroupCategory, GroupCode, StudentGroup};

use super::{PeerKey, PeerResults};
use crate::MeasureAssessment;

/// A group's share is used where at least this share of the places publishes it in some year.
const KNOWN_BY: f64 = 0.7;
/// Places for each share that is used.
const PLACES_A_SHARE: usize = 10;

/// Shares of student groups, by row and column of a kin.
#[derive(Debug, Default)]
pub(super) struct StudentComposition {
    /// Codes of the groups.
    pub(super) groups: Vec<GroupCode>,
    /// How many places lack a published share of some group in all years; the middle share of the others stands in.
    pub(super) filled: usize,
    /// One table a group: row after row, a share a period.
    shares: Vec<Vec<f64>>,
}

impl StudentComposition {
    /// The shares that the measure's own panel knows for the places of `kin`.
    pub(super) fn for_kin(scored: &MeasureAssessment, key: &PeerKey, kin: &PeerResults) -> Self {
        let all = scored.kin_for(&PeerKey { group: ALL.into(), ..key.clone() });
        let whole = PeerCounts::for_places(scored, &all, kin);
        let mut found = Self::default();
        let mut filled = vec![false; kin.series.len()];
        let mut standing: Vec<StudentGroup> = StudentGroup::standing_groups().filter(is_intake).collect();
        standing.retain(|g| scored.group_codes().iter().any(|known| *known == *g.code));
        for group in standing {
            if (found.groups.len() + 1) * PLACES_A_SHARE > kin.series.len() {
                break;
            }
            let part = scored.kin_for(&PeerKey { group: group.code.to_string().into(), ..key.clone() });
            let part = PeerCounts::for_places(scored, &part, kin);
            let share = |row: usize, period: usize| {
                let ordinal = kin.first + period as i32;
                part.count_at(row, ordinal) / whole.count_at(row, ordinal)
            };
            let mut table: Vec<f64> =
                (0..kin.values.len()).map(|cell| share(cell / kin.periods, cell % kin.periods)).collect();
            if let Some(lacking) = fill_missing_years(&mut table, kin.periods) {
                lacking.iter().for_each(|row| filled[*row] = true);
                found.groups.push(group.code.into_owned().into());
                found.shares.push(table);
            }
        }
        found.filled = filled.iter().filter(|f| **f).count();
        found
    }

    /// The shares of a cell.
    pub(super) fn shares_at(&self, cell: usize) -> Vec<f64> {
        self.shares.iter().map(|table| table[cell]).collect()
    }
}

/// Whom a school was given: not sex, and not the group that the others of its kind are compared with.
fn is_intake(group: &StudentGroup) -> bool {
    match group.category {
        GroupCategory::Status => true,
        GroupCategory::Race => group.reference.is_some(),
        GroupCategory::All | GroupCategory::Sex | GroupCategory::Other => false,
    }
}

/// Fills a year without a share with the mean of the place's other years, and a place without any with the middle place's.
/// Gives the rows without any, or `None` where too few places have one.
fn fill_missing_years(table: &mut [f64], periods: usize) -> Option<Vec<usize>> {
    let mean = |row: &[f64]| {
        let known = || row.iter().filter(|v| v.is_finite());
        known().sum::<f64>() / known().count() as f64
    };
    let means: Vec<f64> = table.chunks_exact(periods).map(mean).collect();
    let mut known: Vec<f64> = means.iter().copied().filter(|m| m.is_finite()).collect();
    if (known.len() as f64) < KNOWN_BY * means.len() as f64 || known.is_empty() {
        return None;
    }
    known.sort_by(f64::total_cmp);
    let middle = known[known.len() / 2];
    for (row, mean) in table.chunks_exact_mut(periods).zip(&means) {
        let stand_in = if mean.is_finite() { *mean } else { middle };
        row.iter_mut().filter(|v| !v.is_finite()).for_each(|v| *v = stand_in);
    }
    Some((0..means.len()).filter(|row| !means[*row].is_finite()).collect())
}

/// The counts of one kin at the places of another.
struct PeerCounts<'a> {
    kin: &'a PeerResults,
    /// Its row for each row of the other; none where it lacks the place.
    rows: Vec<Option<usize>>,
}

impl<'a> PeerCounts<'a> {
    fn for_places(scored: &MeasureAssessment, kin: &'a PeerResults, at: &PeerResults) -> Self {
        let by_place: HashMap<&str, usize> =
            kin.series.iter().enumerate().map(|(row, series)| (scored.key_of(*series).2, row)).collect();
        let rows = at.series.iter().map(|series| by_place.get(scored.key_of(*series).2).copied()).collect();
        Self { kin, rows }
    }

    /// NaN where it is not known.
    fn count_at(&self, row: usize, ordinal: i32) -> f64 {
        let period = ordinal - self.kin.first;
        match self.rows[row] {
            Some(row) if (0..self.kin.periods as i32).contains(&period) => {
                self.kin.counts[row * self.kin.periods + period as usize]
            }
            _ => f64::NAN,
        }
    }
}

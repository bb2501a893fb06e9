//! Where a figure came from, and which file of the lake holds it.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{MeasureId, PeriodKind};

/// The number of an import in the catalog, given in the order of loading. Which of two imports holds is not said by it, but by
/// [`Vintage::became_known`].
pub type VintageId = i64;

/// The place of an import in the order in which imports became known; the highest holds.
pub type VintageRank = i64;

/// One import: which file, known from when, loaded when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Vintage {
    /// Its number.
    pub id: VintageId,
    /// The name of the file, without its folder.
    pub file: String,
    /// SHA-256 of the file's bytes, in hexadecimal.
    pub sha256: String,
    /// The profile that read it.
    pub profile: String,
    /// The publisher's own name for the report, with its address where known.
    pub source: String,
    /// The day from which on the figures were known; an as-of question looks at this day.
    pub known_from: Date,
    /// Published as preliminary.
    pub provisional: bool,
    /// When it was loaded.
    pub loaded_at: Timestamp,
    /// When it was taken back; then no question sees it any more.
    pub undone_at: Option<Timestamp>,
}

impl Vintage {
    /// What imports are ordered by: the day on which their figures became known; of one day the preliminary before the final
    /// ones; then the order of loading. Filling in an old year after a newer one is loaded changes nothing of the newer one.
    pub fn became_known(&self) -> (Date, bool, VintageId) {
        (self.known_from, !self.provisional, self.id)
    }
}

/// The imports that are seen, each with its rank: where two say something about one figure or place, the higher holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VintageRanks {
    /// Ascending by number, which is how they are found.
    ranks: Vec<(VintageId, VintageRank)>,
}

impl VintageRanks {
    /// The ranks of the imports that are seen, in any order.
    pub fn from_vintages<'v>(seen: impl IntoIterator<Item = &'v Vintage>) -> Self {
        let mut keys: Vec<_> = seen.into_iter().map(Vintage::became_known).collect();
        keys.sort_unstable();
        keys.dedup();
        Self::in_order(keys.into_iter().map(|(_, _, id)| id))
    }

    /// The ranks of imports that are given in the order in which they became known.
    pub fn in_order(ids: impl IntoIterator<Item = VintageId>) -> Self {
        let mut ranks: Vec<_> = ids.into_iter().zip(0..).collect();
        ranks.sort_unstable();
        Self { ranks }
    }

    /// The rank of an import; `None` when it is not seen.
    pub fn rank_of(&self, id: VintageId) -> Option<VintageRank> {
        let at = self.ranks.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        Some(self.ranks[at].1)
    }

    /// The imports that are seen, ascending by number.
    pub fn import_ids(&self) -> impl Iterator<Item = VintageId> {
        self.ranks.iter().map(|(id, _)| *id)
    }
}

/// One immutable file of the lake: observations of one measure, sorted by (group, grade, place, period, vintage).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LakeSegment {
    /// Its path below the lake's root.
    pub path: String,
    /// The measure.
    pub measure: MeasureId,
    /// The kind of its periods.
    pub period_kind: PeriodKind,
    /// The imports whose rows it holds: one, or several after compaction.
    pub vintages: Vec<VintageId>,
    /// How many rows.
    pub rows: u64,
    /// How many bytes.
    pub bytes: u64,
    /// Ordinal of the first period in it.
    pub first_period: i32,
    /// Ordinal of the last period in it.
    pub last_period: i32,
    /// By which a reader sees that the file is what was written; `None` for one from before there were seals.
    pub seal: Option<String>,
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn vintage(id: VintageId, known_from: Date, provisional: bool) -> Vintage {
        let text = String::new;
        let loaded_at = Timestamp::UNIX_EPOCH;
        let (file, sha256, profile, source) = (text(), text(), text(), text());
        Vintage { id, file, sha256, profile, source, known_from, provisional, loaded_at, undone_at: None }
    }

    #[test]
    fn what_became_known_last_holds() {
        let newest = |imports: &[(Date, bool)]| {
            let numbered = imports.iter().zip(1..);
            let all: Vec<Vintage> = numbered.map(|((day, early), id)| vintage(id, *day, *early)).collect();
            let ranks = VintageRanks::from_vintages(&all);
            all.iter().map(|v| v.id).max_by_key(|id| ranks.rank_of(*id))
        };
        let check = |imports: &[(Date, bool)], want| assert_eq!(newest(imports), Some(want), "{imports:?}");
        let (older, newer) = (date(2023, 6, 15), date(2026, 1, 15));
        check(&[(older, false), (newer, false)], 2);
        check(&[(newer, false), (older, false)], 1);
        check(&[(newer, true), (older, false)], 1); // a later preliminary release corrects an earlier final one
        check(&[(newer, false), (newer, true)], 1); // of one day the final one holds
        check(&[(newer, false), (newer, false)], 2); // else the one that was loaded last
    }

    #[test]
    fn what_is_not_seen_has_no_rank() {
        let ranks = VintageRanks::in_order([7, 3]);
        assert_eq!([3, 5, 7].map(|id| ranks.rank_of(id)), [Some(1), None, Some(0)]);
        assert_eq!(ranks.import_ids().collect::<Vec<_>>(), [3, 7]);
    }
}

//! Which figures tell of whole periods: an import that became known before a period ended knows a part of it only.

use headway_model::{Vintage, VintageId};
use jiff::civil::Date;

/// The last period (ordinal) that had ended when each import became known. What came of later ones are figures so far: they
/// decide nothing, however much time has passed, until an import that became known after the end says them again.
#[derive(Clone, Debug)]
pub(crate) struct WholePeriods {
    /// Ascending by number.
    last: Vec<(VintageId, i32)>,
}

impl WholePeriods {
    /// `completed` gives the last period that had ended by the end of a day.
    pub(super) fn new<'v>(imports: impl Iterator<Item = &'v Vintage>, completed: impl Fn(Date) -> i32) -> Self {
        let mut last: Vec<_> = imports.map(|vintage| (vintage.id, completed(vintage.known_from))).collect();
        last.sort_unstable();
        Self { last }
    }

    /// The last period of which an import knows the whole.
    pub(crate) fn last(&self, import: VintageId) -> i32 {
        let at = self.last.binary_search_by_key(&import, |(id, _)| *id);
        at.map_or(i32::MAX, |at| self.last[at].1)
    }
}

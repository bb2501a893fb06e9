//! How many figures of a release are told, and how.

use serde_json::Value as Json;

use super::{HiddenReason, PublishedRow, ShownValue};

/// How many figures of each kind there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DisclosureTally {
    /// Told exactly.
    pub exact: u64,
    /// Told as a range.
    pub range: u64,
    /// Hidden, by reason, in the order of [`HiddenReason::ALL`].
    pub hidden: [u64; HiddenReason::ALL.len()],
    /// Not there.
    pub missing: u64,
}

impl DisclosureTally {
    /// Counts rows by what is told of their values.
    pub fn from_rows(rows: &[PublishedRow]) -> Self {
        let mut tally = Self::default();
        for row in rows {
            match row.value.shown() {
                ShownValue::Exact(_) => tally.exact += 1,
                ShownValue::Range(_) => tally.range += 1,
                ShownValue::Hidden(reason) => tally.hidden[reason as usize] += 1,
                ShownValue::Missing(_) => tally.missing += 1,
            }
        }
        tally
    }

    /// The counts by the names that files use.
    pub fn to_json(&self) -> Json {
        let mut map = serde_json::Map::new();
        map.insert("exact".to_owned(), self.exact.into());
        map.insert("range".to_owned(), self.range.into());
        for reason in HiddenReason::ALL {
            map.insert(reason.id().to_owned(), self.hidden[reason as usize].into());
        }
        map.insert("missing".to_owned(), self.missing.into());
        Json::Object(map)
    }
}

//! Sources as the plans name them.

pub use headway_model::cite::*;

use crate::Snapshot;

impl Snapshot {
    /// A source in few words: by the title that a plan gives this address, else as [`cite`].
    pub fn cite_source<'a>(&self, source: &'a str) -> SourceCitation<'a> {
        let cited = cite_source(source);
        let mut known = self.book.agencies.iter().flat_map(|a| &a.editions).flat_map(|plan| &plan.sources);
        match cited.url.and_then(|url| known.find(|s| s.url.as_deref() == Some(url))) {
            Some(source) => SourceCitation { label: source.title.clone(), ..cited },
            None => cited,
        }
    }
}

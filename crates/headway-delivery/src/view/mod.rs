//! What pages and long answers show: plain data, one file a page. Everything is asked of a [`crate::Snapshot`].

mod data;
mod groups;
mod home;
mod measure;
mod place;
mod plan;
mod search;

pub use data::{DataView, Freshness};
pub use groups::{GroupCell, GroupsView};
pub use home::{HomeView, MeasureSummary, MilestoneDue};
pub use measure::{GroupLine, MeasureChoice, MeasureView, PlaceLine, SeriesView};
pub use place::{PlaceLineOfMeasure, PlaceView, PlacesView};
pub use plan::{PlanView, ProgramView, StrategyNode, StrategyView};
pub use search::{Found, SearchView};

use headway_model::status::Status;

/// How many series have each status, the ones that most need attention first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally(pub Vec<(Status, usize)>);

impl FromIterator<Status> for Tally {
    fn from_iter<I: IntoIterator<Item = Status>>(statuses: I) -> Self {
        let mut counts: Vec<(Status, usize)> = Vec::new();
        for status in statuses {
            match counts.iter_mut().find(|(s, _)| *s == status) {
                Some((_, n)) => *n += 1,
                None => counts.push((status, 1)),
            }
        }
        counts.sort_by_key(|(status, _)| std::cmp::Reverse(status.severity()));
        Self(counts)
    }
}

impl Tally {
    /// How many altogether.
    pub fn total(&self) -> usize {
        self.0.iter().map(|(_, n)| n).sum()
    }
}

//! What pages and long answers show: plain data, one file a page. Everything is asked of a [`crate::Snapshot`].

mod data;
mod groups;
mod home;
mod import;
mod listing;
mod measure;
mod milestones;
mod overdue;
mod place;
mod plan;
mod search;
mod series;
mod serving;
mod speed;
mod tally;
mod values;
mod which;
mod whose;

pub use data::{DataView, Freshness};
pub(crate) use groups::shared_period;
pub use groups::{GroupCell, GroupsView, common_period};
pub use home::{HomeView, MeasureSummary, MilestoneDue};
pub use import::{ImportChanges, ImportView};
pub use listing::MeasureLine;
pub(crate) use measure::ordered;
pub use measure::{GroupLine, MeasureChoice, MeasureView, PLACES_A_PAGE, PlaceLine};
pub use milestones::{MilestoneFilter, MilestoneLine};
pub use overdue::{Awaited, OverdueResults};
pub use place::{PlaceLineOfMeasure, PlaceView, PlacesView};
pub use plan::{PlanView, ProgramView, StrategyNode, StrategyView};
pub use search::{Found, PLACES_FOUND, SearchItem, SearchKind, SearchView, SearchWords};
pub use series::SeriesView;
pub use serving::{MeasureWork, OwnerView};
pub use speed::RecentSpeed;
pub use tally::{Outlooks, PlaceOutlook, PlaceTally, Tally};
pub use which::Which;

//! Words and rules of delivery: plans, places, student groups, periods, values, and where a value stands.
//!
//! Nothing here does IO, reads a clock or makes a random number (invariant 1): dates come in as arguments.

mod batch;
mod breaks;
pub mod cite;
mod direction;
mod figure;
mod grade;
mod group;
mod id;
mod mail;
mod observation;
mod panel;
mod period;
mod place;
pub mod plan;
mod seen;
mod series;
mod so_far;
pub mod status;
mod value;
mod vintage;

pub use batch::ObservationBatch;
pub use breaks::{NO_VALUE, breaks_between};
pub use direction::Direction;
pub use figure::{LARGEST_FIGURE, decimal_text, decimals_beside, decimals_written};
pub use grade::Grade;
pub use group::{GroupCategory, StudentGroup};
pub use headway_names::Names;
pub use id::{
    AgencyId, GradeCode, GroupCode, IdFault, MeasureId, PersonId, PlaceId, PlanId, ProgramId, StrategyId, is_id,
};
pub use mail::{MailAddress, MailFault};
pub use observation::{ALL, Observation, SeriesKey};
pub use panel::{PanelSeries, SeriesPanel};
pub use period::{Period, PeriodError, PeriodKind, YearEnd, YearEndError, common_period};
pub use place::{
    DEEPEST_PATH, Level, Place, PlaceChange, PlaceDirectory, PlaceEvent, PlaceHistory, PlaceLife, PlaceStatement,
    PlaceTimeline, SaidPlace, StatedPlaces, name_order, said_outside,
};
pub use seen::seen_text;
pub use series::SeriesRows;
pub use so_far::{SoFar, WholeFrom, whole_on};
pub use value::{Value, ValueFlags, ValueState, percent_of};
pub use vintage::{LakeSegment, Vintage, VintageId, VintageRank, VintageRanks};

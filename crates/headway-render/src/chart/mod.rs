//! One chart a module.

mod distribution;
mod funnel;
mod gaps;
mod multiples;
mod persistence;
mod reliability;
mod sparkline;
mod trajectory;
mod xmr;

pub use distribution::{Distribution, PlaceValue, spread_headline};
pub use funnel::{Funnel, FunnelFlag, FunnelLimit, FunnelPlace};
pub use gaps::{GapRow, Gaps, gap_cell};
pub use multiples::{Panel, SmallMultiples};
pub use persistence::{Persistence, PersistentPlace, YearMark};
pub use reliability::{Reliability, ReliabilityBin};
pub use sparkline::Sparkline;
pub use trajectory::{Forecast, ForecastStep, TargetPath, Trajectory};
pub use xmr::{Signal, Xmr, XmrLimits, XmrPoint};

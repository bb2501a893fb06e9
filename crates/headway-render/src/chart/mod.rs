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

pub use distribution::{DistributionChart, PlaceValue, spread_headline};
pub use funnel::{FunnelChart, FunnelFlag, FunnelLimit, FunnelPlace};
pub use gaps::{GapChart, GapRow, gap_cell};
pub use multiples::{ChartPanel, SmallMultiples};
pub use persistence::{PersistenceChart, PersistentPlace, YearMark};
pub use reliability::{ReliabilityBin, ReliabilityChart};
pub use sparkline::SparklineChart;
pub use trajectory::{ChartForecast, ForecastStep, TargetPath, TrajectoryChart};
pub use xmr::{ChartSignal, ProcessChart, XmrLimits, XmrPoint};

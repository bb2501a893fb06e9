//! One chart a module.

mod distribution;
mod multiples;
mod sparkline;
mod trajectory;

pub use distribution::{Distribution, PlaceValue};
pub use multiples::{Panel, SmallMultiples};
pub use sparkline::Sparkline;
pub use trajectory::{Forecast, ForecastStep, TargetPath, Trajectory};

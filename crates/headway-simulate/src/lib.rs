//! Made-up agencies of any size, for demonstrations, tests and timing: the same seed gives the same bytes. Nothing here is a
//! model of a real place.

mod file;
mod random;
mod school;
mod state;

pub use file::{SimulationError, SimulationSize, write_simulation};
pub use state::{SIMULATED_GROUPS, Simulation};

//! A made-up state or nation of any size, written to a file: the same seed gives the same bytes.

use std::path::{Path, PathBuf};

use headway_lake::{write_csv, write_parquet};
use headway_model::status::{ResultHorizon, ResultLag};
use headway_model::{ObservationBatch, PeriodKind};
use jiff::civil::Date;

use crate::state::{SIMULATED_GROUPS, Simulation};

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum SimulationError {
    /// A size that can't be; the text says which can.
    #[error("at least one school, 1 to 150 years, 1 to {} groups, and 1 to {MOST_GRADES} grades", SIMULATED_GROUPS.len())]
    Size,
    /// The name of the file does not say its format.
    #[error("{}: give the file the ending .csv or .parquet", .0.display())]
    Ending(PathBuf),
    /// The file can't be written.
    #[error(transparent)]
    Write(#[from] headway_lake::LakeError),
}

/// How large.
#[derive(Clone, Copy, Debug)]
pub struct SimulationSize {
    /// Schools.
    pub places: u32,
    /// Student groups, the first of them all students.
    pub groups: u32,
    /// Grades, the first of them all grades together.
    pub grades: u32,
    /// School years up to the last completed one.
    pub years: u32,
    /// Seed.
    pub seed: u64,
}

/// Schools in a district, about: what a state of 400 districts and 1,800 schools has.
const SCHOOLS_A_DISTRICT: f64 = 4.5;

/// All grades together, and grades 1 to 12.
const MOST_GRADES: u32 = 13;

/// Writes the simulation to a `.csv` or `.parquet` file, whole or not at all. Gives how many rows.
///
/// # Errors
/// [`SimulationError`] for a size or an ending that can't be; when the file can't be written.
pub fn write_simulation(size: &SimulationSize, today: Date, path: &Path) -> Result<u64, SimulationError> {
    let groups = size.groups as usize;
    let possible = (1..=SIMULATED_GROUPS.len()).contains(&groups)
        && (1..=MOST_GRADES).contains(&size.grades)
        && (1..=150).contains(&size.years)
        && size.places > 0;
    if !possible {
        return Err(SimulationError::Size);
    }
    let last = ResultHorizon::on_day(PeriodKind::SchoolYear, ResultLag::default(), today).completed;
    let years = i32::try_from(size.years).expect("at most 150");
    let mut simulation = Simulation::for_state(size.seed, "simulated");
    simulation.schools = size.places;
    simulation.grades = size.grades - 1;
    simulation.districts = ((f64::from(size.places) / SCHOOLS_A_DISTRICT).round() as u32).max(1);
    simulation.years = last - years + 1..=last;
    let mut rows = 0;
    let kept =
        simulation.batches().map(|batch| first_groups(batch, groups)).inspect(|batch| rows += batch.len() as u64);
    match path.extension().and_then(|e| e.to_str()) {
        Some("csv") => write_csv(kept, path)?,
        Some("parquet") => write_parquet(kept, path)?,
        _ => return Err(SimulationError::Ending(path.to_owned())),
    }
    Ok(rows)
}

/// The rows of the first groups of [`SIMULATED_GROUPS`].
fn first_groups(batch: ObservationBatch, groups: usize) -> ObservationBatch {
    if groups == SIMULATED_GROUPS.len() {
        return batch;
    }
    let wanted = |code: &str| SIMULATED_GROUPS[..groups].contains(&code);
    let texts: Vec<bool> = batch.groups.all_texts().map(wanted).collect();
    let keep: Vec<bool> = batch.group.iter().map(|&g| texts[g as usize]).collect();
    batch.filter_rows(&keep)
}

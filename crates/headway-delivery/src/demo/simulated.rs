//! The simulated state: 400 districts, 1,800 schools, ten student groups, ten years.

use headway_model::plan::Measure;
use headway_model::status::{ResultHorizon, ResultLag};
use headway_model::{Direction, ObservationBatch, Place, percent_of};
use headway_simulate::Simulation;
use jiff::civil::Date;

use super::DemoImport;
use crate::{Error, Result};

/// How many school years the simulated state knows.
const YEARS: i32 = 10;

/// Its places.
pub(super) fn simulated_places() -> Vec<Place> {
    Simulation::for_state(1, "places").places().collect()
}

/// One measure: ten years up to the last whose result is due today. What the plan wants low is the other share.
pub(super) fn simulated_parcel(measure: &Measure, today: Date) -> Result<DemoImport> {
    let lag = measure.result_lag.as_deref().unwrap_or("P0D");
    let lag = ResultLag::parse(lag).map_err(|e| Error::Refused(e.to_string()))?;
    let last = ResultHorizon::on_day(measure.period, lag, today).due;
    let mut simulation = Simulation::for_state(seed_from_id(&measure.id), measure.id.clone());
    simulation.years = last - YEARS + 1..=last;
    simulation.interrupted = (!measure.breaks.is_empty()).then_some(2020);
    let mirrored = measure.direction == Some(Direction::Decrease);
    let known_from = lag.due_date(headway_model::Period { kind: measure.period, ordinal: last });
    let all: Vec<ObservationBatch> =
        simulation.batches().map(|batch| if mirrored { mirror_batch(batch) } else { batch }).map(by_counts).collect();
    Ok(DemoImport {
        file: format!("{}.simulated", measure.id),
        source: "Simulated data: made up to show what Headway does".to_owned(),
        known_from: known_from.min(today),
        batches: Box::new(all.into_iter()),
    })
}

/// The share that did not, in the place of the share that did.
fn mirror_batch(mut batch: ObservationBatch) -> ObservationBatch {
    for i in 0..batch.len() {
        (batch.lo[i], batch.hi[i]) = (100.0 - batch.hi[i], 100.0 - batch.lo[i]);
        batch.numerator[i] = batch.denominator[i] - batch.numerator[i];
    }
    batch
}

/// Rates as their counts make them, as those of every import are.
fn by_counts(mut batch: ObservationBatch) -> ObservationBatch {
    for i in 0..batch.len() {
        if batch.numerator[i].is_finite() && batch.denominator[i] > 0.0 {
            batch.lo[i] = percent_of(batch.numerator[i], batch.denominator[i]);
            batch.hi[i] = batch.lo[i];
        }
    }
    batch
}

/// Another measure, other figures (FNV-1a of its id).
fn seed_from_id(id: &str) -> u64 {
    id.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

//! Measures and places by name, as answers show them.

use headway_model::plan::Measure;
use headway_model::{Direction, Level, MeasureId, PlaceId};

/// A measure by name, with what is needed to show its values.
#[derive(Clone, Debug, PartialEq)]
pub struct MeasureRef {
    /// Its id.
    pub id: MeasureId,
    /// Its name.
    pub name: String,
    /// Unit of its values.
    pub unit: Option<String>,
    /// Which way is better.
    pub direction: Option<Direction>,
}

/// A place by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceRef {
    /// Its id.
    pub id: PlaceId,
    /// Its name; the id where no name is known.
    pub name: String,
    /// Its level, where known.
    pub level: Option<Level>,
}

impl MeasureRef {
    /// The name of a measure.
    pub fn for_measure(measure: &Measure) -> Self {
        let measure = measure.clone();
        Self { id: measure.id, name: measure.name, unit: measure.unit, direction: measure.direction }
    }
}

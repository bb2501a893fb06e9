//! What must hold for every chart, whatever its data.

mod charts;
mod svg;

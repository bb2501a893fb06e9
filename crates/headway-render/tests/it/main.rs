//! What must hold for every chart, whatever its data.

mod charts;
mod random;
mod svg;
mod words;

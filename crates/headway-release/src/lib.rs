//! What the public may see of a release, and nothing else: the public site is built from this crate, so that it can't name
//! anything that holds a hidden count (invariant 3).

pub use headway_disclosure::{
    Absence, AuditSummary, Counts, DEFAULT_N_SIZE, GivenUp, Published, Range, Reason, Release, ReleaseMeasure,
    ReleasePlace, ReleasePlaces, Row, Rule, Shown, SumTaken, Tally, VERSION, csv_cell, file_name, name_apart,
};

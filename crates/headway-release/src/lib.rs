//! What the public may see of a release, and nothing else: the public site is built from this crate, so that it can't name
//! anything that holds a hidden count (invariant 3).

pub use headway_disclosure::{
    AbsenceReason, AuditSummary, DEFAULT_N_SIZE, DisclosureTally, GivenUp, HiddenReason, PublishedRow, PublishedValue,
    PublishingRule, Release, ReleaseMeasure, ReleasePlace, ReleasePlaces, ShownValue, StudentCoverage, SumTaken,
    VERSION, ValueRange, csv_cell, file_name, name_apart,
};

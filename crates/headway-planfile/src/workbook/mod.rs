//! A plan as a workbook: one sheet a kind of thing, one row each.
//!
//! The sheets and their columns follow from the schema, so a new field of the plan has its column at once. A sheet of things
//! that belong to others (targets to measures) begins with columns that say to which: `of measure`, by id, and where that has
//! none, by the number in its `nr` column.

mod cell;
mod layout;
mod read;
mod room;
mod write;

pub(super) use read::read_workbook;
pub(super) use write::write_workbook;

//! From rows of text to observations: what a profile makes of one sheet.

mod cell;
mod chunk;
mod codes;
mod counts;
mod header;
mod ids;
mod keys;
mod look;
mod marks;
mod number;
mod parts;
mod places;
mod plan;
mod raw;
mod register;
mod rows;
mod shares;
mod values;

pub(crate) use chunk::{Chunk, Doubt, Observed, Refusal, Told};
pub use counts::MOST as MOST_COUNTED;
pub(crate) use header::{HEAD_ROWS, HeadRow, Header, MOST_COLUMNS};
pub(crate) use number::{amount, number, number_in};
pub(crate) use places::Year;
pub(crate) use plan::Plan;
pub use raw::RawPlan;
pub(crate) use rows::RowReader;
pub(crate) use shares::{ColumnShares, Shares};

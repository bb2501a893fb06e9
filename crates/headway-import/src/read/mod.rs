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

pub(crate) use chunk::{ChunkDoubt, CodedObservation, PlaceMention, ReadRefusal, RowChunk};
pub use counts::MOST as MOST_COUNTED;
pub(crate) use header::{HEAD_ROWS, HeadRow, MOST_COLUMNS, SheetHeader};
pub(crate) use number::{number_in, parse_amount, parse_number};
pub(crate) use places::PeriodNumber;
pub(crate) use plan::BoundProfile;
pub use raw::RawPlan;
pub(crate) use rows::RowReader;
pub(crate) use shares::{ColumnShares, Shares};

//! Files on disk, read and written with care: small ones are read up to a limit, written ones are there whole or not at all.

pub mod output;
pub mod part;
pub mod small;

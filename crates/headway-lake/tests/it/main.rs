//! The lake against a plain model of it: whatever was imported, in whatever order, the answers are the same.

mod changes;
mod damage;
mod foreign;
mod imports;
mod large;
mod orders;
#[cfg(feature = "s3")]
mod s3;
mod scoring;
mod support;
mod vintages;

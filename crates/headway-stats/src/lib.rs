//! Numeric methods: slices in, numbers out. No domain word, no clock, no randomness, no IO.

pub mod audit;
pub mod bands;
pub mod change;
pub mod fdr;
pub mod forecast;
pub mod funnel;
pub mod gap;
pub mod mixed;
pub mod moderated;
pub mod normal;
pub mod quantile;
pub mod relations;
pub mod shock;
mod simplex;
pub mod special;
mod sum;
pub mod suppress;
pub mod xmr;

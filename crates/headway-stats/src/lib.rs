//! Numeric methods: slices in, numbers out. No domain word, no clock, no randomness, no IO.

pub mod forecast;
mod sum;
pub mod xmr;

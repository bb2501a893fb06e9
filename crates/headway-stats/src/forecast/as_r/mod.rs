//! Frozen: searches that walk as R's do, step for step. Short series have flat valleys, where the place at which a search
//! stops is part of the answer; a better search would find other weights than the reference, and forecasts that agree with
//! nobody's. Change nothing here but to follow R, with the difference shown in METHODS.md and a new version of the methods.

mod bounded;
mod optimum;
mod wolfe;

pub(super) use bounded::minimize_bounded;
pub(super) use optimum::nelder_mead;

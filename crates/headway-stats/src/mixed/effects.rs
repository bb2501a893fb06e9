//! What is asked of all units together.

use crate::{fdr, normal};

/// False discovery rates of effects over their standard errors: (has rows, effect, standard error) by unit. NaN for a unit
/// without rows, or where the standard error is 0 since no variance between units was found.
pub(super) fn false_discoveries(effects: impl Iterator<Item = (bool, f64, f64)>) -> Vec<f64> {
    let p: Vec<f64> = effects
        .map(|(known, effect, se)| if known && se > 0.0 { normal::two_sided(effect / se) } else { f64::NAN })
        .collect();
    fdr::q_values(&p)
}

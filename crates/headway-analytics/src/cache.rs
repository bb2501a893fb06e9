//! What was learned of a measure's panels, each once.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use headway_stats::forecast::panel::Fitted;
use headway_stats::shock::Shock;

use super::backtest::{Backtest, NoBacktest};
use super::bright::{Bright, NoBright};
use super::gaps::{GapPlaces, NoGapPlaces};
use super::odds::Proof;
use super::{Kin, KinKey, NoSignal, Signal};

/// The caches of one measure as known on one day.
#[derive(Debug, Default)]
pub(crate) struct Judged {
    pub(super) kin: Once<KinKey, Kin>,
    /// By kin and periods ahead; none where the panel is too small.
    pub(super) fits: Once<(KinKey, usize), Option<Fitted>>,
    /// One a row of the kin.
    pub(super) signals: Once<KinKey, Vec<std::result::Result<Signal, NoSignal>>>,
    /// By level and grade: how chances did in a backtest.
    pub(super) proofs: Once<KinKey, Proof>,
    /// What all of a kin moved by together.
    pub(super) shocks: Once<KinKey, Vec<Shock>>,
    pub(super) bright: Once<KinKey, Result<Bright, NoBright>>,
    pub(super) backtests: Once<KinKey, Result<Backtest, NoBacktest>>,
    pub(super) funnels: Once<KinKey, Option<super::limits::Limits>>,
    /// By level, group and grade.
    pub(super) gap_places: Once<KinKey, Result<GapPlaces, NoGapPlaces>>,
}

/// Makes each value once, different ones at the same time.
#[derive(Debug)]
pub(super) struct Once<K, V>(Mutex<HashMap<K, Arc<OnceLock<Arc<V>>>>>);

impl<K, V> Default for Once<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Hash + Eq, V> Once<K, V> {
    pub(super) fn get(&self, key: K, make: impl FnOnce() -> V) -> Arc<V> {
        let cell = {
            let mut cells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(cells.entry(key).or_default())
        };
        Arc::clone(cell.get_or_init(|| Arc::new(make())))
    }
}

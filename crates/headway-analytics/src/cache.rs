//! What was learned of a measure's panels, each once.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use headway_stats::forecast::panel::FittedPanel;
use headway_stats::shock::SharedShock;

use super::backtest::{NoBacktest, PanelBacktest};
use super::bright::{BrightAnalysis, NoBright};
use super::gaps::{GapPlaces, NoGapPlaces};
use super::odds::OddsProof;
use super::{NoSignal, PeerKey, PeerResults, ResultSignal};

/// The caches of one measure as known on one day.
#[derive(Debug, Default)]
pub(crate) struct AssessmentCache {
    pub(super) kin: OnceMap<PeerKey, PeerResults>,
    /// By kin and periods ahead; none where the panel is too small.
    pub(super) fits: OnceMap<(PeerKey, usize), Option<FittedPanel>>,
    /// One a row of the kin.
    pub(super) signals: OnceMap<PeerKey, Vec<std::result::Result<ResultSignal, NoSignal>>>,
    /// By level and grade: how chances did in a backtest.
    pub(super) proofs: OnceMap<PeerKey, OddsProof>,
    /// What all of a kin moved by together.
    pub(super) shocks: OnceMap<PeerKey, Vec<SharedShock>>,
    pub(super) bright: OnceMap<PeerKey, Result<BrightAnalysis, NoBright>>,
    pub(super) backtests: OnceMap<PeerKey, Result<PanelBacktest, NoBacktest>>,
    pub(super) funnels: OnceMap<PeerKey, Option<super::limits::ChanceLimits>>,
    /// By level, group and grade.
    pub(super) gap_places: OnceMap<PeerKey, Result<GapPlaces, NoGapPlaces>>,
}

/// Makes each value once, different ones at the same time.
#[derive(Debug)]
pub(super) struct OnceMap<K, V>(Mutex<HashMap<K, Arc<OnceLock<Arc<V>>>>>);

impl<K, V> Default for OnceMap<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Hash + Eq, V> OnceMap<K, V> {
    pub(super) fn get(&self, key: K, make: impl FnOnce() -> V) -> Arc<V> {
        let cell = {
            let mut cells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(cells.entry(key).or_default())
        };
        Arc::clone(cell.get_or_init(|| Arc::new(make())))
    }
}

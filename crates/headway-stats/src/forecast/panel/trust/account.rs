//! What was won and what may still be lost, by the period up to which forecasts are counted: a promise that holds whenever
//! somebody looks must hold at every one of them.

/// What was won in the years that are over, and forecasts made before whose year is not over.
pub(super) struct LossAccount<const SCENES: usize> {
    /// Periods that are over.
    origin: usize,
    settled: f64,
    /// For each period ahead, of the forecasts for it and for those before it: what they are allowed to lose, and what they may
    /// lose in each of the first scenes.
    open: Vec<(f64, [f64; SCENES])>,
}

impl<const SCENES: usize> LossAccount<SCENES> {
    pub(super) fn new(origin: usize, ahead: usize) -> Self {
        Self { origin, settled: 0.0, open: vec![(0.0, [0.0; SCENES]); ahead] }
    }

    /// A year is over: what was allowed, less what was lost.
    pub(super) fn settle_year(&mut self, left: f64) {
        self.settled += left;
    }

    /// A forecast for a period that is not over, or has no result.
    pub(super) fn add_pending(&mut self, period: usize, allowed: f64, lost: impl Fn(usize) -> f64) {
        for (open, flying) in self.open.iter_mut().skip(period.saturating_sub(self.origin)) {
            *open += allowed;
            for (scene, flying) in flying.iter_mut().enumerate() {
                *flying += lost(scene).max(0.0);
            }
        }
    }

    /// Whether a scene can be borne up to each period; `steps` are what is lost in it one, two, ... periods ahead and what is
    /// allowed.
    pub(super) fn can_bear(&self, scene: usize, steps: impl Iterator<Item = (f64, f64)>) -> bool {
        let (mut lost, mut allowed) = (0.0, 0.0);
        steps.zip(&self.open).all(|((more, of_it), (open, flying))| {
            lost += more;
            allowed += of_it;
            let left = (self.settled + open + allowed).max(0.0);
            lost <= 0.0 || lost + flying.get(scene).unwrap_or(&0.0) <= left
        })
    }
}

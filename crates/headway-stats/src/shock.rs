//! Whether all series of a panel moved together in one period by more than they usually do (method `common-shock`).
//!
//! The change of a period is the median over the series. A period is a shock where four of five series move the same way
//! against the panel's usual change, by at least as much as a single series usually moves on its own, and by four times what
//! the panel moves together in its other periods. Whether the change was undone, stayed, or went on tells the kinds apart.

use crate::quantile::median;

/// Name of the method.
pub const METHOD: &str = "common-shock";
/// Its version.
pub const VERSION: &str = "1";

/// Series with a change that a period needs.
const LEAST_SERIES: usize = 10;
/// Changes of the whole panel that are needed to know what is usual.
const LEAST_STEPS: usize = 3;
/// Share of the series that move the same way.
const TOGETHER: f64 = 0.8;
/// How many times as far as in the other periods.
const UNUSUAL: f64 = 4.0;
/// A change counts as undone where what is left of it is no more than this share.
const LEFT: f64 = 0.4;
/// Periods after which a return is another change.
const LONGEST: usize = 2;
/// Least usual movement of the whole panel, as a share of what a series moves by on its own.
const CALM: f64 = 0.2;

/// What became of a change that all series shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShockKind {
    /// Undone within two periods.
    Passing,
    /// It stayed: a new level.
    Level,
    /// The yearly change is another from here on.
    Slope,
    /// It lies in the newest period: nobody knows yet whether it stays.
    Open,
}

/// A change that all series shared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SharedShock {
    /// The first period that is off (from 0).
    pub period: usize,
    /// The last period that is off: of a passing shock the one before the return, else `period`.
    pub until: usize,
    /// What became of it.
    pub kind: ShockKind,
    /// Median change over the series beyond the usual one, in their unit; of a new slope, by how much the yearly change is
    /// another.
    pub size: f64,
    /// Series that moved this way against the usual change.
    pub moved: usize,
    /// Series with a result before and after.
    pub series: usize,
    /// How far apart series moved, as a multiple of what is usual.
    pub uneven: f64,
}

/// Shocks of a panel in the order of time. `values` holds `periods` values a series, NaN where missing; `breaks` is true
/// where a value can't be compared with those before it, and such changes don't count.
///
/// ```
/// use headway_stats::shock::{ShockKind, find_shocks};
/// // Forty districts that move by up to 2 points on their own; in the sixth year all of them fell by 12, and came back.
/// let value = |i: usize| (i * i * 7 % 5) as f64 - if i % 8 == 5 { 12.0 } else { 0.0 };
/// let values: Vec<f64> = (0..40 * 8).map(|i| 60.0 + (i / 8) as f64 + value(i)).collect();
/// let shocks = find_shocks(&values, 8, None);
/// assert_eq!((shocks.len(), shocks[0].kind, shocks[0].period), (1, ShockKind::Passing, 5));
/// assert!((shocks[0].size + 12.0).abs() < 2.0 && shocks[0].moved == 40);
/// ```
#[must_use]
pub fn find_shocks(values: &[f64], periods: usize, breaks: Option<&[bool]>) -> Vec<SharedShock> {
    if periods <= LEAST_STEPS {
        return Vec::new();
    }
    let steps = panel_steps(values, periods, breaks);
    if steps.len() < LEAST_STEPS {
        return Vec::new();
    }
    let own = median(&steps.iter().map(|step| step.own).collect::<Vec<f64>>());
    if let Some(slope) = slope_change(&steps, own) {
        return vec![slope];
    }
    let (usual, odd) = odd_steps(&steps, own);
    classify_shocks(&steps, usual, own, &odd, periods - 1)
}

/// The change of the whole panel into a period.
struct PanelStep {
    period: usize,
    /// Periods since the panel was last seen.
    length: f64,
    /// Sorted changes.
    changes: Vec<f64>,
    middle: f64,
    /// Median distance of a change from the middle.
    own: f64,
}

impl PanelStep {
    /// The change beyond the usual one.
    fn beyond_usual(&self, usual: f64) -> f64 {
        self.middle - usual * self.length
    }

    /// Series that moved the way the middle did, against the usual change.
    fn count_moved(&self, usual: f64) -> usize {
        let at = usual * self.length;
        if self.middle > at {
            self.changes.len() - self.changes.partition_point(|c| *c <= at)
        } else {
            self.changes.partition_point(|c| *c < at)
        }
    }

    /// Whether enough series moved that way, of those that moved at all.
    fn is_together(&self, usual: f64) -> bool {
        let still = self.changes.partition_point(|c| *c <= 0.0) - self.changes.partition_point(|c| *c < 0.0);
        2 * still < self.changes.len()
            && self.count_moved(usual) as f64 >= TOGETHER * (self.changes.len() - still) as f64
    }

    fn to_shock(&self, until: usize, kind: ShockKind, usual: f64, own: f64) -> SharedShock {
        SharedShock {
            period: self.period,
            until,
            kind,
            size: self.beyond_usual(usual),
            moved: self.count_moved(usual),
            series: self.changes.len(),
            uneven: if own > 0.0 { self.own / own } else { 1.0 },
        }
    }
}

fn panel_steps(values: &[f64], periods: usize, breaks: Option<&[bool]>) -> Vec<PanelStep> {
    let seen =
        |t: usize| values.iter().skip(t).step_by(periods).filter(|v| v.is_finite()).nth(LEAST_SERIES - 1).is_some();
    let known: Vec<usize> = (0..periods).filter(|t| seen(*t)).collect();
    let step = |pair: &[usize]| {
        let (from, to) = (pair[0], pair[1]);
        let rows = values.chunks_exact(periods).enumerate();
        let kept = rows.filter(|(row, _)| {
            breaks.is_none_or(|breaks| !breaks[row * periods + from + 1..=row * periods + to].contains(&true))
        });
        let mut changes: Vec<f64> = kept.map(|(_, row)| row[to] - row[from]).filter(|c| c.is_finite()).collect();
        if changes.len() < LEAST_SERIES {
            return None;
        }
        changes.sort_unstable_by(f64::total_cmp);
        let middle = crate::quantile::sorted_quantile(&changes, 0.5);
        let own = median(&changes.iter().map(|c| (c - middle).abs()).collect::<Vec<f64>>());
        Some(PanelStep { period: to, length: (to - from) as f64, changes, middle, own })
    };
    known.windows(2).filter_map(step).collect()
}

/// The usual yearly change, and which steps are odd beside it: from the largest on, as long as more than half are not.
fn odd_steps(steps: &[PanelStep], own: f64) -> (f64, Vec<bool>) {
    let usual = median(&steps.iter().map(|s| s.middle / s.length).collect::<Vec<f64>>());
    let mut order: Vec<usize> = (0..steps.len()).collect();
    order.sort_by(|a, b| steps[*b].beyond_usual(usual).abs().total_cmp(&steps[*a].beyond_usual(usual).abs()));
    let calm: Vec<usize> = order[steps.len() / 2..].to_vec();
    // The most that the calmer half of the periods moved by.
    let most = calm.iter().map(|i| steps[*i].beyond_usual(usual).abs()).fold(CALM * own, f64::max);
    let mut odd = vec![false; steps.len()];
    for i in &order[..steps.len() / 2] {
        let size = steps[*i].beyond_usual(usual).abs();
        odd[*i] = size >= own && size > UNUSUAL * most && steps[*i].is_together(usual);
    }
    (usual, odd)
}

/// Tells apart what was undone, what stayed and what is open.
fn classify_shocks(steps: &[PanelStep], usual: f64, own: f64, odd: &[bool], last: usize) -> Vec<SharedShock> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < steps.len() {
        if !odd[at] {
            at += 1;
            continue;
        }
        let size = steps[at].beyond_usual(usual);
        let undone = (at + 1..steps.len())
            .take_while(|next| steps[*next].period - steps[at].period <= LONGEST)
            .find(|next| odd[*next] && (size + steps[*next].beyond_usual(usual)).abs() <= LEFT * size.abs());
        if let Some(back) = undone {
            found.push(steps[at].to_shock(steps[back].period - 1, ShockKind::Passing, usual, own));
            at = back + 1;
        } else {
            let kind = if steps[at].period == last { ShockKind::Open } else { ShockKind::Level };
            found.push(steps[at].to_shock(steps[at].period, kind, usual, own));
            at += 1;
        }
    }
    found
}

/// A yearly change that is another from some period on, and holds on both sides for two steps or more.
fn slope_change(steps: &[PanelStep], own: f64) -> Option<SharedShock> {
    let rate = |s: &PanelStep| s.middle / s.length;
    let side = |side: &[PanelStep]| {
        let middle = median(&side.iter().map(rate).collect::<Vec<f64>>());
        (middle, side.iter().map(|s| (rate(s) - middle).abs()).fold(0.0, f64::max))
    };
    let tried = (2..steps.len().saturating_sub(1)).filter_map(|at| {
        let ((before, off_before), (after, off_after)) = (side(&steps[..at]), side(&steps[at..]));
        let (size, off) = (after - before, off_before.max(off_after).max(CALM * own));
        let together = steps[at..].iter().all(|s| s.is_together(before) && (rate(s) > before) == (size > 0.0));
        (size.abs() > UNUSUAL * off && size.abs() >= own && together).then_some((size.abs() / off, at, before, size))
    });
    let (_, at, before, size) = tried.max_by(|a, b| a.0.total_cmp(&b.0))?;
    Some(SharedShock { size, ..steps[at].to_shock(steps[at].period, ShockKind::Slope, before, own) })
}

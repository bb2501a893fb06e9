//! Funnel limits: which units lie further from the target than their size and the usual spread between units explain?
//! Overdispersion as in Spiegelhalter (2005) and the NHS's mortality indicator (SHMI); reference: R's FunnelPlotR
//! 0.6.0, but for its faults (see METHODS.md): CQC limits are squared back to the scale they are compared on (there:
//! left on the square-root scale); a standardized ratio may carry its own variance, for outcomes of yes or no (there:
//! always Poisson); proportions without overdispersion are judged by exact binomial limits; a count ratio's limits use
//! the standard error of its z (there: a proportion's); a proportion's limits end at 0 and 1 (there: the sine
//! folds some of them back).

mod exact;
mod scale;

pub use exact::{binomial_limit, poisson_limits};
use scale::FunnelScale;

use std::collections::HashMap;

use crate::quantile;

/// Name of the method.
pub const METHOD: &str = "funnel";
/// Version of the method.
pub const VERSION: &str = "1";

/// What numerator and denominator are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FunnelKind {
    /// Hits of counted.
    Proportion,
    /// Observed over expected, log scale, extremes left out of the spread (SHMI).
    RatioShmi,
    /// Observed over expected, square-root scale, extremes drawn in (CQC).
    RatioCqc,
    /// One count over another.
    CountRatio,
}

/// One unit.
#[derive(Clone, Copy, Debug)]
pub struct FunnelInput {
    /// Hits, observed, or the first count.
    pub numerator: f64,
    /// Counted, expected, or the second count.
    pub denominator: f64,
    /// For a standardized ratio: variance of the numerator, such as the sum of p (1 - p) for outcomes of yes or no;
    /// `None` is the Poisson's, which equals the expected number.
    pub variance: Option<f64>,
}

/// Options.
#[derive(Clone, Copy, Debug)]
pub struct FunnelOptions {
    /// What the figures are.
    pub kind: FunnelKind,
    /// Judge by 99.8 % limits (else 95 %).
    pub wide: bool,
    /// Share of units at each end whose z is drawn in (0 to .5), or left out (SHMI).
    pub trim: f64,
    /// Widen the limits for overdispersion.
    pub adjust: bool,
    /// Draw limits as FunnelPlotR does where that is wrong, only to agree with its figures: a count ratio's with
    /// 1 / (2 sqrt n) instead of the standard error that its z rests on (far too narrow), a tiny proportion's folded
    /// back from beyond 0 and 100 % instead of ending there (0 of 2 is flagged).
    pub drawn_as_reference: bool,
}

/// An error in the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FunnelError {
    /// There is no unit.
    Empty,
    /// The unit at this place has figures that its kind does not allow: negative, not finite, nothing counted, or more
    /// hits than counted.
    BadUnit(usize),
    /// All hit or none did, so that there is no spread to judge by.
    NoSpread,
    /// `trim` is not within 0 to .5.
    BadTrim,
}

impl std::fmt::Display for FunnelError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Empty => write!(f, "there is no unit"),
            Self::BadUnit(i) => {
                write!(f, "unit {i} has figures that can't be a numerator and denominator of this kind")
            }
            Self::NoSpread => write!(f, "the target is 0, or all of all: there are no limits around it"),
            Self::BadTrim => write!(f, "the share to trim must be from 0 to .5"),
        }
    }
}

impl std::error::Error for FunnelError {}

/// Limits around the target, on the scale of the ratio.
#[derive(Clone, Copy, Debug)]
pub struct FunnelLimits {
    /// 95 %: lower, upper.
    pub p95: [f64; 2],
    /// 99.8 %: lower, upper.
    pub p998: [f64; 2],
}

/// What is said of one unit.
#[derive(Clone, Copy, Debug)]
pub struct FunnelPoint {
    /// Numerator over denominator.
    pub ratio: f64,
    /// Value on the scale where the spread is even.
    pub y: f64,
    /// Its standard error there.
    pub s: f64,
    /// Distance from the target in standard errors, before trimming.
    pub z: f64,
    /// The z that counts for the spread: drawn in to that of the trimmed share; NaN where it is left out.
    pub trimmed_z: f64,
    /// Left out of the spread, or at or beyond the z that others are drawn in to.
    pub trimmed: bool,
    /// Limits widened for overdispersion.
    pub adjusted: FunnelLimits,
    /// Limits of chance alone: exact Poisson for a Poisson ratio, else on the even scale.
    pub unadjusted: FunnelLimits,
    /// Exact binomial limits (interpolated); proportions only.
    pub binomial: Option<FunnelLimits>,
    /// Outside the limits it is judged by; on the limit is inside.
    pub outlier: bool,
}

/// A funnel.
#[derive(Clone, Debug)]
pub struct FunnelPlot {
    /// The target all units are compared with.
    pub target: f64,
    /// The target on the even scale.
    pub even_target: f64,
    /// Overdispersion: mean of squared z; 0 where it is not asked for.
    pub phi: f64,
    /// Variance between units on the even scale.
    pub tau2: f64,
    /// One a unit, in order.
    pub places: Vec<FunnelPoint>,
}

/// The funnel of `units`.
///
/// ```
/// use headway_stats::funnel::{FunnelInput, FunnelKind, FunnelOptions, build_funnel};
/// let place = |numerator, denominator| FunnelInput { numerator, denominator, variance: None };
/// let kind = FunnelKind::Proportion;
/// let options = FunnelOptions { kind, wide: true, trim: 0.1, adjust: false, drawn_as_reference: false };
/// // All together 1,200 of 2,000: .6. Two of 10 may be chance, 80 of 190 are not.
/// let funnel = build_funnel(&[place(2.0, 10.0), place(80.0, 190.0), place(1118.0, 1800.0)], &options).unwrap();
/// assert!((funnel.target - 0.6).abs() < 1e-12);
/// assert_eq!(funnel.places.iter().map(|p| p.outlier).collect::<Vec<bool>>(), [false, true, false]);
/// ```
pub fn build_funnel(units: &[FunnelInput], options: &FunnelOptions) -> Result<FunnelPlot, FunnelError> {
    check_units(units, options)?;
    let scale = FunnelScale::new(options, units);
    if !scale.is_usable() {
        return Err(FunnelError::NoSpread);
    }
    let spots: Vec<scale::EvenPoint> = units.iter().map(|u| scale.unit_spot(u)).collect();
    let z: Vec<f64> = spots.iter().map(|s| (s.y - scale.even_target()) / s.s).collect();
    let (kept, trimmed) = trim_scores(&z, options);
    let (phi, tau2) = if options.adjust { estimate_spread(&kept, &spots) } else { (0.0, 0.0) };
    let widen = phi > 1.0;
    // Exact limits take most of the time, and depend on the size alone.
    let mut exact: HashMap<u64, Option<FunnelLimits>> = HashMap::new();
    let places = (0..units.len())
        .map(|i| {
            let spot = scale.drawn_spot(&spots[i], &units[i]);
            let adjusted = scale.funnel_limits(&spot, tau2);
            let unadjusted = scale.chance_limits(&units[i], &spot);
            let size = units[i].denominator.to_bits();
            let binomial = *exact.entry(size).or_insert_with(|| scale.binomial_limits(&units[i]));
            let judge = if widen { adjusted } else { binomial.unwrap_or(unadjusted) };
            let [low, high] = if options.wide { judge.p998 } else { judge.p95 };
            let ratio = units[i].numerator / units[i].denominator;
            let outlier = ratio < low || ratio > high;
            let (y, s, z, trimmed_z, trimmed) = (spot.y, spot.s, z[i], kept[i], trimmed[i]);
            FunnelPoint { ratio, y, s, z, trimmed_z, trimmed, adjusted, unadjusted, binomial, outlier }
        })
        .collect();
    Ok(FunnelPlot { target: scale.target(), even_target: scale.even_target(), phi, tau2, places })
}

fn check_units(units: &[FunnelInput], options: &FunnelOptions) -> Result<(), FunnelError> {
    if units.is_empty() {
        return Err(FunnelError::Empty);
    }
    if !(0.0..=0.5).contains(&options.trim) {
        return Err(FunnelError::BadTrim);
    }
    let bad = |u: &FunnelInput| {
        let figures = u.numerator >= 0.0 && u.denominator > 0.0 && u.numerator.is_finite() && u.denominator.is_finite();
        let hits = options.kind != FunnelKind::Proportion || u.numerator <= u.denominator;
        let variance = u.variance.is_none_or(|v| v > 0.0 && v.is_finite());
        !(figures && hits && variance)
    };
    units.iter().position(bad).map_or(Ok(()), |i| Err(FunnelError::BadUnit(i)))
}

/// z that counts for the spread by unit, NaN where it is left out, and which were left out or drawn in.
fn trim_scores(z: &[f64], options: &FunnelOptions) -> (Vec<f64>, Vec<bool>) {
    if options.kind == FunnelKind::RatioShmi {
        return leave_out(z, options.trim);
    }
    let sorted = quantile::sort_finite(z);
    let low = quantile::sorted_quantile(&sorted, options.trim);
    let high = quantile::sorted_quantile(&sorted, 1.0 - options.trim);
    let kept = z.iter().map(|z| z.clamp(low, high)).collect();
    (kept, z.iter().map(|&z| !(low < z && z < high)).collect())
}

/// Leaves out the lowest and highest share by rank (the SHMI's rule: the first and last of ten groups); equal z have equal
/// ranks, the mean of their places.
fn leave_out(z: &[f64], share: f64) -> (Vec<f64>, Vec<bool>) {
    let mut order: Vec<usize> = (0..z.len()).collect();
    order.sort_by(|&a, &b| z[a].total_cmp(&z[b]));
    let (groups, mut out, mut before) = (1.0 / share, vec![false; z.len()], 0);
    for tie in order.chunk_by(|&a, &b| z[a] == z[b]) {
        let rank = before as f64 + (tie.len() + 1) as f64 / 2.0;
        let group = (rank * groups / (z.len() + 1) as f64).floor();
        let inner = share == 0.0 || (group > 0.0 && group < groups - 1.0);
        tie.iter().for_each(|&i| out[i] = !inner);
        before += tie.len();
    }
    // A unit without a hit has z of minus infinity on a log scale: it says nothing of the spread.
    let kept = (0..z.len()).map(|i| if out[i] || z[i].is_infinite() { f64::NAN } else { z[i] }).collect();
    (kept, out)
}

/// Overdispersion and the variance between units (DerSimonian & Laird's moments on the trimmed z).
fn estimate_spread(kept: &[f64], spots: &[scale::EvenPoint]) -> (f64, f64) {
    let known = || std::iter::zip(kept, spots).filter(|(z, _)| !z.is_nan());
    let m = known().count() as f64;
    if m == 0.0 {
        return (0.0, 0.0);
    }
    let q: f64 = known().map(|(z, _)| z * z).sum();
    let weights = || known().map(|(_, spot)| spot.s.powi(-2));
    let sum: f64 = weights().sum();
    let squares: f64 = weights().map(|w| w * w).sum();
    let room = sum - squares / sum;
    // One unit differs from no other: what is left of `room` is rounding.
    let tau2 = if m < 2.0 || q < m - 1.0 || room <= 0.0 { 0.0 } else { (q - (m - 1.0)) / room };
    (q / m, tau2)
}

/// Normal quantiles of the two limits, to the six decimals of the method's definition.
const Z: [f64; 2] = [1.959964, 3.090232];

fn both_limits(limit: impl Fn(f64) -> [f64; 2]) -> FunnelLimits {
    FunnelLimits { p95: limit(Z[0]), p998: limit(Z[1]) }
}

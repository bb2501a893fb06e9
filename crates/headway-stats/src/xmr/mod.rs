//! XmR chart with the rules of NHS England's *Making Data Count*: is a change in a series more than its usual
//! variation? Limits from moving ranges (Shewhart; Wheeler's 2.66 and 3.267), rules and icons as in the R package
//! NHSRplotthedots 0.2.2, but for two faults it has: a gap inside a series ends a run (there: an error), and a series
//! whose screened ranges are all zero takes its limits from the unscreened ones (there: every point is flagged).

mod latest;
mod limits;
mod names;
mod rules;

pub use latest::{LatestPoint, judge_latest};
pub use limits::ControlLimits;
pub use rules::PointLabel;

/// Name of the method, as it stands beside each figure it makes.
pub const METHOD: &str = "xmr";
/// Version of the method.
pub const VERSION: &str = "1";

/// The fewest points that limits may be fixed on.
pub const FIX_AT_LEAST: usize = 12;
/// The fewest points of a segment whose limits are worth drawing (Wheeler, Understanding Variation: five or six values).
pub const DRAW_AT_LEAST: usize = 5;
/// A segment with fewer usable points has trial limits.
const SHORT_BELOW: usize = 13;

/// Which way is better.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum XmrDirection {
    /// More is better.
    Increase,
    /// Less is better.
    Decrease,
    /// Neither: changes are told, not judged.
    #[default]
    Neutral,
}

/// What the chart is told besides the values.
#[derive(Clone, Debug)]
pub struct XmrOptions {
    /// Which way is better.
    pub direction: XmrDirection,
    /// The target at the latest point, in the units of the values.
    pub target: Option<f64>,
    /// Mean and limits come from this many first points of each segment; at least [`FIX_AT_LEAST`].
    pub fix_after: Option<usize>,
    /// Places (from 0) where a new segment starts; place 0 always does.
    pub rebase: Vec<usize>,
    /// Leave moving ranges that are out of their own limit out of the mean range, once.
    pub screen: bool,
}

impl Default for XmrOptions {
    fn default() -> Self {
        Self { direction: XmrDirection::Neutral, target: None, fix_after: None, rebase: Vec::new(), screen: true }
    }
}

/// Options that contradict the method or the series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum XmrError {
    /// `fix_after` is below [`FIX_AT_LEAST`].
    FixTooShort(usize),
    /// A rebase place lies outside the series.
    RebaseOutside(usize),
}

impl std::fmt::Display for XmrError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::FixTooShort(n) => {
                write!(f, "limits can't be fixed on {n} points: at least {FIX_AT_LEAST} are needed")
            }
            Self::RebaseOutside(i) => write!(f, "rebase place {i} lies outside the series"),
        }
    }
}

impl std::error::Error for XmrError {}

/// How a point reads, given which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PointKind {
    /// Usual variation.
    CommonCause,
    /// A signal in the better direction.
    Improvement,
    /// A signal in the worse direction.
    Concern,
    /// A high signal where neither direction is better.
    NeutralHigh,
    /// A low signal where neither direction is better.
    NeutralLow,
}

/// Variation icon: how the latest point reads, and on which side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VariationIcon {
    /// Usual variation.
    CommonCause,
    /// Better, and high.
    ImprovementHigh,
    /// Better, and low.
    ImprovementLow,
    /// Worse, and high.
    ConcernHigh,
    /// Worse, and low.
    ConcernLow,
    /// High; neither direction is better.
    NeutralHigh,
    /// Low; neither direction is better.
    NeutralLow,
}

/// Assurance icon: will usual variation meet the target?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssuranceIcon {
    /// The target lies beyond the limit on the better side: it will not be met without change.
    Fail,
    /// The target lies beyond the limit on the worse side: it will be met.
    Pass,
    /// The target lies within the limits: hit and miss.
    Inconsistent,
}

/// One point of the chart. Numbers that can't be computed are NaN, answers that can't be given are `None`.
#[derive(Clone, Copy, Debug)]
pub struct ControlPoint {
    /// The value; NaN is missing.
    pub y: f64,
    /// Segment, from 0.
    pub segment: usize,
    /// The segment has fewer than 13 usable points: its limits are trial limits.
    pub trial_limits: bool,
    /// Mean and limits of the segment.
    pub limits: ControlLimits,
    /// Strictly outside the process limits.
    pub outside: Option<bool>,
    /// Side of the mean: 1, 0, -1.
    pub side: Option<i8>,
    /// Inside the process limits but beyond two thirds of the way to them.
    pub close: Option<bool>,
    /// Which rule marks the point.
    pub label: PointLabel,
    /// How that reads.
    pub kind: PointKind,
}

/// A whole chart: a byte a point beside the values themselves, so that a million of them are no matter.
#[derive(Clone, Debug)]
pub struct XmrChart<'y> {
    y: &'y [f64],
    labels: Vec<PointLabel>,
    segments: Vec<XmrSegment>,
    direction: XmrDirection,
    /// Variation icon of the last point; `None` for an empty series.
    pub variation: Option<VariationIcon>,
    /// Assurance icon: `None` without target, direction or limits.
    pub assurance: Option<AssuranceIcon>,
}

/// Points between two rebases.
#[derive(Clone, Copy, Debug)]
struct XmrSegment {
    /// Place of its first point.
    start: usize,
    limits: ControlLimits,
    trial_limits: bool,
}

/// The chart of a series ordered by date. A value that is not finite is missing. O(points).
///
/// ```
/// use headway_stats::xmr::{AssuranceIcon, XmrDirection, XmrOptions, xmr_chart};
/// let options = XmrOptions { direction: XmrDirection::Increase, target: Some(18.0), ..XmrOptions::default() };
/// // The mean is 11 and every moving range 2: limits at 11 +- 2.66 (2). A target of 18 lies beyond them.
/// let chart = xmr_chart(&[10.0, 12.0, 10.0, 12.0, 10.0, 12.0], &options).unwrap();
/// let limits = chart.point_at(0).limits;
/// assert!((limits.lpl - 5.68).abs() < 1e-12 && (limits.upl - 16.32).abs() < 1e-12);
/// assert_eq!(chart.assurance, Some(AssuranceIcon::Fail));
/// ```
///
/// # Errors
/// [`XmrError`] for options that contradict the method or the series.
pub fn xmr_chart<'y>(y: &'y [f64], options: &XmrOptions) -> Result<XmrChart<'y>, XmrError> {
    if let Some(n) = options.fix_after.filter(|&n| n < FIX_AT_LEAST) {
        return Err(XmrError::FixTooShort(n));
    }
    if let Some(&place) = options.rebase.iter().find(|&&place| place >= y.len()) {
        return Err(XmrError::RebaseOutside(place));
    }
    let mut starts = options.rebase.clone();
    starts.push(0);
    starts.sort_unstable();
    starts.dedup();

    let mut labels = Vec::with_capacity(y.len());
    let mut segments = Vec::with_capacity(starts.len());
    for (i, &start) in starts.iter().enumerate() {
        let part = &y[start..starts.get(i + 1).copied().unwrap_or(y.len())];
        let limits = ControlLimits::from_segment(part, options.fix_after, options.screen);
        let trial_limits = part.iter().filter(|v| v.is_finite()).count() < SHORT_BELOW;
        rules::add_labels(part, &limits, &mut labels);
        segments.push(XmrSegment { start, limits, trial_limits });
    }
    let direction = options.direction;
    let mut chart = XmrChart { y, labels, segments, direction, variation: None, assurance: None };
    if let Some(last) = chart.points().last() {
        chart.variation = Some(point_variation(&last, direction));
        chart.assurance = target_assurance(&last.limits, options);
    }
    Ok(chart)
}

impl XmrChart<'_> {
    /// The points, one a value, in order.
    ///
    /// ```
    /// use headway_stats::xmr::{PointLabel, XmrOptions, xmr_chart};
    /// // Seven in a row that rise.
    /// let y = [5.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0];
    /// let chart = xmr_chart(&y, &XmrOptions::default()).unwrap();
    /// assert_eq!(chart.points().filter(|point| point.label == PointLabel::Rising).count(), 7);
    /// ```
    pub fn points(&self) -> impl ExactSizeIterator<Item = ControlPoint> + DoubleEndedIterator {
        (0..self.y.len()).map(|place| self.point_at(place))
    }

    /// The place, from 0, of a point in its segment.
    ///
    /// ```
    /// use headway_stats::xmr::{XmrOptions, xmr_chart};
    /// // Segments of three and two points.
    /// let options = XmrOptions { rebase: vec![3], ..XmrOptions::default() };
    /// let chart = xmr_chart(&[5.0, 6.0, 5.0, 8.0, 9.0], &options).unwrap();
    /// assert_eq!((chart.place_in_segment(2), chart.place_in_segment(4)), (2, 1));
    /// ```
    pub fn place_in_segment(&self, place: usize) -> usize {
        place - self.segments[self.segment_at(place)].start
    }

    fn segment_at(&self, place: usize) -> usize {
        self.segments.partition_point(|segment| segment.start <= place) - 1
    }

    /// The point of a place, from 0.
    ///
    /// ```
    /// use headway_stats::xmr::{XmrOptions, xmr_chart};
    /// // The second of two segments has a mean of its own.
    /// let options = XmrOptions { rebase: vec![3], ..XmrOptions::default() };
    /// let point = xmr_chart(&[5.0, 6.0, 5.0, 8.0, 9.0], &options).unwrap().point_at(4);
    /// assert_eq!((point.segment, point.limits.mean, point.side), (1, 8.5, Some(1)));
    /// ```
    pub fn point_at(&self, place: usize) -> ControlPoint {
        let segment = self.segment_at(place);
        let XmrSegment { limits, trial_limits, .. } = self.segments[segment];
        let (y, label) = (self.y[place], self.labels[place]);
        ControlPoint {
            y,
            segment,
            trial_limits,
            limits,
            outside: limits.is_outside(y),
            side: limits.side_of_mean(y),
            close: limits.is_close(y),
            label,
            kind: point_kind(label, self.direction),
        }
    }
}

fn point_kind(label: PointLabel, direction: XmrDirection) -> PointKind {
    match (label.side(), direction) {
        (0, _) => PointKind::CommonCause,
        (1, XmrDirection::Increase) | (-1, XmrDirection::Decrease) => PointKind::Improvement,
        (1, XmrDirection::Neutral) => PointKind::NeutralHigh,
        (_, XmrDirection::Neutral) => PointKind::NeutralLow,
        _ => PointKind::Concern,
    }
}

fn point_variation(point: &ControlPoint, direction: XmrDirection) -> VariationIcon {
    let high = direction == XmrDirection::Increase;
    match point.kind {
        PointKind::CommonCause => VariationIcon::CommonCause,
        PointKind::NeutralHigh => VariationIcon::NeutralHigh,
        PointKind::NeutralLow => VariationIcon::NeutralLow,
        PointKind::Improvement if high => VariationIcon::ImprovementHigh,
        PointKind::Improvement => VariationIcon::ImprovementLow,
        PointKind::Concern if high => VariationIcon::ConcernLow,
        PointKind::Concern => VariationIcon::ConcernHigh,
    }
}

fn target_assurance(limits: &ControlLimits, options: &XmrOptions) -> Option<AssuranceIcon> {
    let target = options.target?;
    let (above, below) = match options.direction {
        XmrDirection::Increase => (AssuranceIcon::Fail, AssuranceIcon::Pass),
        XmrDirection::Decrease => (AssuranceIcon::Pass, AssuranceIcon::Fail),
        XmrDirection::Neutral => return None,
    };
    if !limits.is_known() || !target.is_finite() {
        return None;
    }
    Some(if target > limits.upl {
        above
    } else if target < limits.lpl {
        below
    } else {
        AssuranceIcon::Inconsistent
    })
}

//! `calc xmr`: the chart of one series.

use headway_stats::xmr::{
    AssuranceIcon, ControlPoint, PointLabel, VariationIcon, XmrChart, XmrDirection, XmrError, XmrOptions, xmr_chart,
};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::{CalcError, JsonInput};

/// The chart of `y`, which is `$.y` of the input.
pub(super) fn calc_xmr(input: &JsonInput<'_>, y: Vec<f64>) -> Result<ChartAnswer, CalcError> {
    let given = input.optional_field("options")?;
    let options = given.as_ref().map_or(Ok(XmrOptions::default()), read_options)?;
    // Looked at here, so that the answer can be written without holding it.
    xmr_chart(&y, &options).map_err(|error| {
        let place = given.as_ref().unwrap_or(input);
        match error {
            XmrError::RebaseOutside(i) => {
                place.fault(format!("rebase_at_index_1based: {} lies outside the series", i + 1))
            }
            other => place.fault(other.to_string()),
        }
    })?;
    Ok(ChartAnswer { y, options })
}

/// The answer, written point by point: a chart of a million points is never held as JSON.
pub(super) struct ChartAnswer {
    y: Vec<f64>,
    options: XmrOptions,
}

impl Serialize for ChartAnswer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let chart = xmr_chart(&self.y, &self.options).map_err(serde::ser::Error::custom)?;
        let mut answer = serializer.serialize_map(None)?;
        answer.serialize_entry("variation_icon", &chart.variation.map(VariationIcon::name))?;
        answer.serialize_entry("assurance_type", &chart.assurance.map(AssuranceIcon::name))?;
        answer.serialize_entry("points", &PointSequence { chart: &chart, fix_after: self.options.fix_after })?;
        answer.serialize_entry("method", headway_stats::xmr::METHOD)?;
        answer.serialize_entry("method_version", headway_stats::xmr::VERSION)?;
        let note = self.note_text(&chart);
        if !note.is_empty() {
            answer.serialize_entry("note", &note)?;
        }
        answer.end()
    }
}

impl ChartAnswer {
    /// Why something is null.
    fn note_text(&self, chart: &XmrChart<'_>) -> String {
        let of_series = match chart.points().last() {
            None => Some("the series is empty"),
            Some(last) if !last.limits.is_known() => Some(no_limits(chart, last.segment)),
            Some(_) if self.y.iter().any(|y| y.is_nan()) => {
                Some("a missing value ends runs and trends, and has no moving range")
            }
            Some(_) => None,
        };
        let unaimed = self.options.target.is_none() || self.options.direction == XmrDirection::Neutral;
        let of_target = unaimed.then_some("assurance needs a target and a better direction");
        of_series.into_iter().chain(of_target).collect::<Vec<_>>().join("; ")
    }
}

struct PointSequence<'a> {
    chart: &'a XmrChart<'a>,
    fix_after: Option<usize>,
}

impl Serialize for PointSequence<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let fixed = |place| self.fix_after.is_none_or(|n| self.chart.place_in_segment(place) < n);
        serializer
            .collect_seq(self.chart.points().enumerate().map(|(place, p)| point_answer(place + 1, &p, fixed(place))))
    }
}

/// Why the points of the last segment have no limits.
fn no_limits(chart: &XmrChart<'_>, segment: usize) -> &'static str {
    let known = chart.points().rev().take_while(|p| p.segment == segment).filter(|p| !p.y.is_nan()).count();
    if known < 2 { "too few points for limits" } else { "no two neighboring values differ: no limits" }
}

fn read_options(given: &JsonInput<'_>) -> Result<XmrOptions, CalcError> {
    let mut options = XmrOptions::default();
    if let Some(direction) = given.optional_field("improvement_direction")? {
        options.direction = direction.one_of_words(&[
            ("increase", XmrDirection::Increase),
            ("decrease", XmrDirection::Decrease),
            ("neutral", XmrDirection::Neutral),
        ])?;
    }
    options.target = given.optional_field("target")?.map(|t| t.to_number()).transpose()?;
    options.fix_after =
        given.optional_field("fix_after_n_points")?.map(|n| n.to_count()).transpose()?.map(|n| n as usize);
    if let Some(screen) = given.optional_field("screen_outliers")? {
        options.screen = screen.to_bool()?;
    }
    for place in given.optional_field("rebase_at_index_1based")?.map_or(Ok(Vec::new()), |r| r.array_items())? {
        let index = place.to_count()?;
        options.rebase.push(index.checked_sub(1).ok_or_else(|| place.fault("places are counted from 1"))? as usize);
    }
    Ok(options)
}

/// One point as it is written.
#[derive(Serialize)]
struct PointAnswer {
    i: usize,
    y: f64,
    fix_y: Option<f64>,
    mean: f64,
    lpl: f64,
    upl: f64,
    nlpl: f64,
    nupl: f64,
    outside_limits: Option<bool>,
    relative_to_mean: Option<i8>,
    close_to_limits: Option<bool>,
    special_cause_type: &'static str,
    special_cause_flag: bool,
    point_type: &'static str,
    rebase_group: usize,
    short_group_warning: bool,
}

/// `fixed`: the point is one that mean and limits are made from.
fn point_answer(i: usize, p: &ControlPoint, fixed: bool) -> PointAnswer {
    PointAnswer {
        i,
        y: p.y,
        fix_y: fixed.then_some(p.y),
        mean: p.limits.mean,
        lpl: p.limits.lpl,
        upl: p.limits.upl,
        nlpl: p.limits.near_lpl,
        nupl: p.limits.near_upl,
        outside_limits: p.outside,
        relative_to_mean: p.side,
        close_to_limits: p.close,
        special_cause_type: p.label.name(),
        special_cause_flag: p.label != PointLabel::CommonCause,
        point_type: p.kind.name(),
        rebase_group: p.segment,
        short_group_warning: p.trial_limits,
    }
}

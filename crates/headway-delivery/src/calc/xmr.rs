//! `calc xmr`: the chart of one series.

use headway_stats::xmr::{Assurance, Direction, Error, Label, Options, Point, Variation, chart};
use serde_json::{Value, json};

use super::{CalcError, Input, noted};

pub(super) fn xmr(input: &Input<'_>) -> Result<Value, CalcError> {
    let y = input.field("y")?.numbers()?;
    let given = input.maybe("options")?;
    let options = given.as_ref().map_or(Ok(Options::default()), options)?;
    let chart = chart(&y, &options).map_err(|error| {
        let place = given.as_ref().unwrap_or(input);
        match error {
            Error::RebaseOutside(i) => {
                place.fault(format!("rebase_at_index_1based: {} lies outside the series", i + 1))
            }
            other => place.fault(other.to_string()),
        }
    })?;
    let mut points = Vec::with_capacity(chart.points.len());
    for segment in chart.points.chunk_by(|a, b| a.segment == b.segment) {
        for (place, p) in segment.iter().enumerate() {
            let fixed = options.fix_after.is_none_or(|n| place < n);
            points.push(point(points.len() + 1, p, fixed));
        }
    }
    let answer = json!({
        "variation_icon": chart.variation.map(Variation::name),
        "assurance_type": chart.assurance.map(Assurance::name),
        "points": points,
        "method": headway_stats::xmr::METHOD,
        "method_version": headway_stats::xmr::VERSION,
    });
    let note = match chart.points.last() {
        None => Some("the series is empty"),
        Some(last) if !last.limits.known() => Some(no_limits(&chart.points)),
        Some(_) if chart.points.iter().any(|p| p.y.is_nan()) => {
            Some("a missing value ends runs and trends, and has no moving range")
        }
        Some(_) => None,
    };
    let answer = note.into_iter().fold(answer, noted);
    Ok(if options.target.is_none() || options.direction == Direction::Neutral {
        noted(answer, "assurance needs a target and a better direction")
    } else {
        answer
    })
}

/// Why the latest points have no limits.
fn no_limits(points: &[Point]) -> &'static str {
    let segment = points.last().map(|last| last.segment);
    let known = points.iter().filter(|p| Some(p.segment) == segment && !p.y.is_nan()).count();
    if known < 2 { "too few points for limits" } else { "no two neighboring values differ: no limits" }
}

fn options(given: &Input<'_>) -> Result<Options, CalcError> {
    let mut options = Options::default();
    if let Some(direction) = given.maybe("improvement_direction")? {
        options.direction = direction.word(&[
            ("increase", Direction::Increase),
            ("decrease", Direction::Decrease),
            ("neutral", Direction::Neutral),
        ])?;
    }
    options.target = given.maybe("target")?.map(|t| t.number()).transpose()?;
    options.fix_after = given.maybe("fix_after_n_points")?.map(|n| n.count()).transpose()?.map(|n| n as usize);
    if let Some(screen) = given.maybe("screen_outliers")? {
        options.screen = screen.truth()?;
    }
    for place in given.maybe("rebase_at_index_1based")?.map_or(Ok(Vec::new()), |r| r.items())? {
        let index = place.count()?;
        options.rebase.push(index.checked_sub(1).ok_or_else(|| place.fault("places are counted from 1"))? as usize);
    }
    Ok(options)
}

/// `fixed`: the point is one that mean and limits are made from.
fn point(i: usize, p: &Point, fixed: bool) -> Value {
    json!({
        "i": i,
        "y": p.y,
        "fix_y": fixed.then_some(p.y),
        "mean": p.limits.mean,
        "lpl": p.limits.lpl,
        "upl": p.limits.upl,
        "nlpl": p.limits.near_lpl,
        "nupl": p.limits.near_upl,
        "outside_limits": p.outside,
        "relative_to_mean": p.side,
        "close_to_limits": p.close,
        "special_cause_type": p.label.name(),
        "special_cause_flag": p.label != Label::CommonCause,
        "point_type": p.kind.name(),
        "rebase_group": p.segment,
        "short_group_warning": p.trial_limits,
    })
}

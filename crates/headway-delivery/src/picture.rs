//! Charts of judgement: the finding in words as headline.

use headway_analytics::backtest::PanelBacktest;
use headway_analytics::bright::{BrightAnalysis, ExpectationSide};
pub use headway_analytics::gaps::reference_words;
use headway_analytics::gaps::{GapComparison, GapPlaces};
use headway_analytics::limits::ChanceLimits;
use headway_analytics::{PlaceRef, SeriesObservation};
use headway_model::plan::{Break, Measure};
use headway_model::{Direction, StudentGroup, Value, ValueFlags};
use headway_render::{
    ChartFrame, ChartSignal, DistributionChart, FunnelChart, FunnelFlag, FunnelLimit, FunnelPlace, GapChart, GapRow,
    PlaceValue, ProcessChart, ReliabilityBin, ReliabilityChart, XmrLimits, XmrPoint,
};
use headway_stats::xmr::{self, PointLabel};

use crate::chart::measure_unit;
use crate::view::{BacktestView, BrightView, GapPlacesView, GapsView, SeriesView};

/// Limits drawn in a funnel, at most.
const LIMITS: usize = 60;

/// The results of a series against the natural limits of their own past (XmR, NHS rules): the chart's own signals. Results
/// between two breaks have limits from 5 on ([`xmr::DRAW_AT_LEAST`]). `None` under three results.
pub fn process_chart(id: &str, measure: &Measure, series: &SeriesView) -> Option<ProcessChart> {
    let broken = measure.marked_periods(Break::Break);
    let usable = |o: &&SeriesObservation| o.value.exact_number().is_some() && !o.no_value;
    let results: Vec<&SeriesObservation> = series.observed.iter().filter(usable).collect();
    let y: Vec<f64> = results.iter().filter_map(|o| o.value.exact_number()).collect();
    if y.len() < 3 {
        return None;
    }
    // A break may lie in a period without a result.
    let told = series.observed.iter().filter(|o| o.flags.has_all(ValueFlags::BREAK)).map(|o| o.period.ordinal);
    let broken: Vec<i32> = broken.into_iter().chain(told).collect();
    let between = |i: usize| results[i - 1].period.ordinal + 1..=results[i].period.ordinal;
    let rebase = (1..results.len()).filter(|&i| broken.iter().any(|b| between(i).contains(b))).collect();
    let found = xmr::xmr_chart(&y, &xmr::XmrOptions { rebase, ..xmr::XmrOptions::default() }).ok()?;
    let standing = &series.row.standing;
    let better = |o: &SeriesObservation, p: &xmr::ControlPoint| {
        let off = |value: Option<f64>| standing.outside_band(value?);
        match (off(o.value.exact_number()), off(Some(p.limits.mean))) {
            // Beside a band what lies nearer to it than the average is better.
            (Some(here), Some(usual)) => (here != usual).then_some(here < usual),
            _ => measure.direction.and_then(Direction::sign).map(|up| f64::from(p.label.side()) * up > 0.0),
        }
    };
    let judged: Vec<xmr::ControlPoint> = found.points().collect();
    let of_segment = |p: &xmr::ControlPoint| judged.iter().filter(|other| other.segment == p.segment).count();
    let enough = |p: &xmr::ControlPoint| of_segment(p) >= xmr::DRAW_AT_LEAST;
    let points: Vec<XmrPoint> = std::iter::zip(&results, &judged)
        .map(|(o, p)| XmrPoint {
            period: o.period,
            value: o.value.exact_number(),
            limits: (p.limits.is_known() && enough(p)).then_some(XmrLimits {
                lower: p.limits.lpl,
                average: p.limits.mean,
                upper: p.limits.upl,
            }),
            signal: rule_text(p.label)
                .filter(|_| enough(p))
                .map(|words| ChartSignal { better: better(o, p), words: words.to_owned() }),
        })
        .collect();
    let most = judged.iter().map(of_segment).max().unwrap_or(0);
    let labels: Vec<PointLabel> = judged.iter().filter(|p| enough(p)).map(|p| p.label).collect();
    let headline = if most < xmr::DRAW_AT_LEAST {
        let needed = xmr::DRAW_AT_LEAST;
        format!("Too few results for natural limits: {needed} that can be compared are needed, {most} are known")
    } else if points.iter().all(|p| p.limits.is_none()) {
        "The results never moved, so there are no natural limits".to_owned()
    } else {
        signals_in_words(&labels, points.len())
    };
    let subtitle = format!("{}, {}, {}", measure.name, series.row.place.name, StudentGroup::name_of(&series.row.group));
    let frame = ChartFrame::new(id, headline, subtitle);
    Some(ProcessChart {
        frame,
        unit: measure_unit(measure),
        points,
        every: 1,
        target: series.row.standing.target.exact_number(),
    })
}

/// How many results lie beyond the limits, and how many more are part of what else is a signal. `labels` are those of the
/// results that have limits, of `all`.
fn signals_in_words(labels: &[PointLabel], all: usize) -> String {
    let count = |of: &[PointLabel]| labels.iter().filter(|label| of.contains(label)).count();
    let beyond = count(&[PointLabel::AboveLimit, PointLabel::BelowLimit]);
    let others = [
        (count(&[PointLabel::Rising, PointLabel::Falling]), "a trend"),
        (count(&[PointLabel::RunAbove, PointLabel::RunBelow]), "a run on one side of the average"),
        (count(&[PointLabel::TwoOfThreeAbove, PointLabel::TwoOfThreeBelow]), "two of three near a limit"),
    ];
    let more: usize = others.iter().map(|(n, _)| n).sum();
    let kinds: Vec<&str> = others.iter().filter(|(n, _)| *n > 0).map(|(_, kind)| *kind).collect();
    let (of, is) = (labels.len(), |n: usize| if n == 1 { "is" } else { "are" });
    let that_have = if of < all { " that have natural limits" } else { "" };
    let mut text = match (beyond, more) {
        (0, 0) if of < all => return "Every result that has natural limits lies within them".to_owned(),
        (0, 0) => return "Every result lies within the natural limits of the series".to_owned(),
        (0, _) => "No result lies beyond the natural limits of the series".to_owned(),
        (1, _) => format!("One of {of} results{that_have} lies beyond them"),
        (n, _) => format!("{n} of {of} results{that_have} lie beyond them"),
    };
    if of == all {
        text = text.replace("beyond them", "beyond the natural limits of the series");
    }
    if more > 0 {
        let which = if beyond > 0 { format!("{more} more") } else { more.to_string() };
        text.push_str(&format!("; {which} {} part of {}", is(more), kinds.join(", or ")));
    }
    text
}

fn rule_text(label: PointLabel) -> Option<&'static str> {
    Some(match label {
        PointLabel::CommonCause => return None,
        PointLabel::AboveLimit => "above the upper limit",
        PointLabel::BelowLimit => "below the lower limit",
        PointLabel::Rising => "trend: rising 6 times or more in a row",
        PointLabel::Falling => "trend: falling 6 times or more in a row",
        PointLabel::TwoOfThreeAbove => "2 of 3 near the upper limit",
        PointLabel::TwoOfThreeBelow => "2 of 3 near the lower limit",
        PointLabel::RunAbove => "run: 7 or more in a row above average",
        PointLabel::RunBelow => "run: 7 or more in a row below average",
    })
}

/// The places of the last year by size, before anything is expected of them; the bright spots are marked. `None` without counts.
pub fn funnel_chart(id: &str, view: &BrightView, found: &BrightAnalysis) -> Option<FunnelChart> {
    let measure = &view.planned.measure;
    let noun = view.level?.place_nouns();
    let ChanceLimits { counted, judged } = view.limits.as_ref().as_ref()?;
    let more = measure.direction != Some(Direction::Decrease);
    let places = std::iter::zip(counted, &judged.places)
        .map(|((i, figures), place)| FunnelPlace {
            name: view.names[*i].name.clone(),
            size: figures.denominator,
            value: 100.0 * place.ratio,
            flag: match place.outlier {
                false => FunnelFlag::Within,
                true if (place.ratio > judged.target) == more => FunnelFlag::Better,
                true => FunnelFlag::Worse,
            },
            highlight: found.places[*i].bright,
        })
        .collect();
    let mut order: Vec<usize> = (0..counted.len()).collect();
    order.sort_by(|a, b| counted[*a].1.denominator.total_cmp(&counted[*b].1.denominator));
    let every = order.len().div_ceil(LIMITS).max(1);
    let kept = order.iter().enumerate().filter(|(i, _)| i % every == 0 || i + 1 == order.len()).map(|(_, at)| *at);
    let percent = |ends: [f64; 2]| (100.0 * ends[0], 100.0 * ends[1]);
    let limits = kept
        .map(|at| {
            let of = if judged.phi > 1.0 { judged.places[at].adjusted } else { judged.places[at].unadjusted };
            FunnelLimit { size: counted[at].1.denominator, limits_95: percent(of.p95), limits_998: percent(of.p998) }
        })
        .collect();
    let year = headway_render::format::period_text(*found.years.last()?);
    let headline = found.headline_text(noun);
    let subtitle =
        format!("{}, {}, {year}: results by size, before intake", measure.name, StudentGroup::name_of(&view.group));
    Some(FunnelChart {
        frame: ChartFrame::new(id, headline, subtitle),
        unit: measure_unit(measure),
        size_label: "Students".to_owned(),
        noun: (noun.0.to_owned(), noun.1.to_owned()),
        places,
        center: ("All together".to_owned(), 100.0 * judged.target),
        limits,
    })
}

/// Each group beside its reference.
pub fn gaps_chart(id: &str, view: &GapsView) -> Option<GapChart> {
    let measure = &view.planned.measure;
    let rows: Vec<GapRow> = view
        .lines
        .iter()
        .map(|l| GapRow {
            group: StudentGroup::name_of(&l.group).into_owned(),
            reference: StudentGroup::name_of(&l.reference).into_owned(),
            value: Value::Exact { value: l.value },
            reference_value: Value::Exact { value: l.reference_value },
            gap: Some(l.signed_difference()),
            change: Some(l.full_course_text()),
        })
        .collect();
    let far = |line: &headway_analytics::gaps::GapLine| if line.has_sides() { line.behind } else { line.behind.abs() };
    let furthest = view.lines.iter().max_by(|a, b| far(a).total_cmp(&far(b)))?;
    let unit = measure_unit(measure);
    let size = unit.difference_text(furthest.behind.abs());
    let size = size.trim_start_matches('+');
    let group = StudentGroup::name_of(&furthest.group);
    let headline = if far(furthest) > 0.0 {
        let to = reference_words(&furthest.reference);
        format!("{group}: {size} {} {to}, {}", furthest.side_words(), furthest.full_course_text())
    } else {
        "No group is behind the one that it is compared with".to_owned()
    };
    let frame = ChartFrame::new(id, headline, format!("{} – {}", measure.name, view.place.name));
    Some(GapChart { frame, unit, rows })
}

/// Who stood out in which year: the first `most` places. `None` where nobody did.
pub fn persistence_chart(id: &str, view: &BrightView, most: usize) -> Option<headway_render::PersistenceChart> {
    let map = view.persistence.as_ref().filter(|map| !map.rows.is_empty())?;
    let noun = view.level.map_or(("place", "places"), headway_model::Level::place_nouns);
    let mark = |year: &headway_analytics::bright::YearStanding| headway_render::YearMark {
        stands_out: match year.side {
            ExpectationSide::Better => Some(true),
            ExpectationSide::Worse => Some(false),
            ExpectationSide::Within => None,
        },
        distance: year.distance,
    };
    let row = |row: &headway_analytics::bright::PersistenceRow| headway_render::PersistentPlace {
        name: row.place.name.clone(),
        bright: row.bright,
        years: row.years.iter().map(|year| year.as_ref().map(mark)).collect(),
    };
    let rows = map.rows.iter().take(most).map(row).collect();
    let (first, last) = (map.years.first()?, map.years.last()?);
    let period = headway_render::format::period_text;
    let subtitle = format!(
        "{}, {}, {} to {}: {} beside what is expected of them",
        view.planned.measure.name,
        StudentGroup::name_of(&view.group),
        period(*first),
        period(*last),
        noun.1
    );
    Some(headway_render::PersistenceChart {
        frame: ChartFrame::new(id, persistence_headline(map, noun), subtitle),
        unit: measure_unit(&view.planned.measure),
        years: map.years.clone(),
        rows,
        more: map.rows.len().saturating_sub(most),
    })
}

/// How many stood out as better in all years, or in most, and how many would by chance: every one that did, however near to what
/// was expected of it. Bright spots are those of them that lie far enough above it; their count has one place, [`headway_analytics::bright::Bright::headline`].
fn persistence_headline(map: &headway_analytics::bright::PersistenceMap, noun: (&str, &str)) -> String {
    let years = map.years.len();
    let from = |least: usize| map.counts.iter().skip(least).fold((0, 0.0), |(n, by), (m, chance)| (n + m, by + chance));
    let ((all, by_chance), half) = (from(years), years.div_ceil(2).max(2));
    let chance = |expected: f64| match expected {
        e if e < 0.5 => "if the years had nothing to do with each other, none would".to_owned(),
        e => format!(
            "if the years had nothing to do with each other, about {} would",
            headway_render::format::number_text(e, 0)
        ),
    };
    if all > 0 {
        let who = headway_render::format::count_with_noun(all, noun.0, noun.1);
        return format!("{who} stood out in all {years} years, by any distance; {}", chance(by_chance));
    }
    let (some, by_chance) = from(half);
    let who = if some == 0 {
        format!("No {}", noun.0)
    } else {
        headway_render::format::count_with_noun(some, noun.0, noun.1)
    };
    format!("{who} stood out in {half} of {years} years or more, by any distance; {}", chance(by_chance))
}

/// How far a group is behind in each place, with the agency's own gap marked.
pub fn gap_places(id: &str, view: &GapPlacesView, found: &GapPlaces) -> Option<DistributionChart> {
    let measure = &view.planned.measure;
    let noun = view.level?.place_nouns();
    let unit = match measure_unit(measure) {
        headway_render::MeasureUnit::Percent => headway_render::MeasureUnit::Other("points".to_owned()),
        other => other,
    };
    let place = |(p, name): (&headway_analytics::gaps::PlaceGap, &PlaceRef)| PlaceValue {
        name: name.name.clone(),
        value: Value::Exact { value: p.line.behind },
        strict: false,
    };
    let places: Vec<PlaceValue> = found.places.iter().zip(&view.names).map(place).collect();
    let (group, to) = (StudentGroup::name_of(&view.group), reference_words(&found.whole.reference));
    let what = if found.whole.has_sides() {
        format!("how far {group} are behind {to}; below zero they are ahead")
    } else {
        format!("how much lower {group} are than {to}; below zero they are higher")
    };
    let subtitle = format!("{}, {}: {what}", measure.name, headway_render::format::period_text(found.period));
    let mut chart =
        DistributionChart::new(ChartFrame::new(id, gap_places_headline(view, found), subtitle), unit, noun, places);
    chart.state = Some((view.home.name.clone(), found.whole.behind));
    Some(chart)
}

/// In how many places the gap is clearly another than the agency's own, in words.
pub fn gap_places_headline(view: &GapPlacesView, found: &GapPlaces) -> String {
    let (one, many) = view.level.map_or(("place", "places"), headway_model::Level::place_nouns);
    let of = headway_render::format::count_with_noun(found.places.len(), one, many);
    let group = StudentGroup::name_of(&view.group);
    if found.places.iter().all(|p| p.than.is_none()) {
        return format!("{group}: numbers of students are not known, so no gap can be told from chance");
    }
    match (found.count_places(GapComparison::Larger), found.count_places(GapComparison::Smaller)) {
        (0, 0) => format!("{group}: in none of {of} is the gap clearly larger or smaller than in {}", view.home.name),
        (l, s) => {
            let [l, s] = [l, s].map(|n| if n == 0 { "none".to_owned() } else { n.to_string() });
            format!(
                "{group}: the gap is clearly larger than in {} in {l} of {of}, clearly smaller in {s}",
                view.home.name
            )
        }
    }
}

/// Every place's gap beside the agency's own, for a file: plain numbers.
pub fn gap_places_table(view: &GapPlacesView, found: &GapPlaces) -> headway_render::DataTable {
    use headway_render::TableColumn;
    let text = ["place", "name"].map(TableColumn::text_column);
    let figures = [
        "value",
        "reference_value",
        "behind",
        "behind_lo95",
        "behind_hi95",
        "beyond",
        "beyond_lo95",
        "beyond_hi95",
        "q",
    ];
    let columns = text
        .into_iter()
        .chain(figures.map(TableColumn::number_column))
        .chain(["gap", "course"].map(TableColumn::text_column))
        .collect();
    let figure = |x: f64| format!("{x:.4}");
    let known = |x: Option<f64>| x.map(figure).unwrap_or_default();
    let row = |(p, name): (&headway_analytics::gaps::PlaceGap, &PlaceRef)| {
        vec![
            name.id.to_string(),
            name.name.clone(),
            figure(p.line.value),
            figure(p.line.reference_value),
            figure(p.line.behind),
            known(p.line.interval.map(|i| i.0)),
            known(p.line.interval.map(|i| i.1)),
            figure(p.beyond),
            known(p.beyond_interval.map(|i| i.0)),
            known(p.beyond_interval.map(|i| i.1)),
            known(p.q),
            p.than.map(GapComparison::label_text).unwrap_or_default().into(),
            p.line.full_course_text(),
        ]
    };
    let rows = found.places.iter().zip(&view.names).map(row).collect();
    headway_render::DataTable { caption: gap_places_headline(view, found), columns, rows }
}

/// Whether the odds of our method meant what they said.
pub fn reliability_chart(id: &str, view: &BacktestView, found: &PanelBacktest) -> Option<ReliabilityChart> {
    let own = found.methods.first()?;
    let bins = own.reliability.iter().filter_map(|t| {
        let (said, came) = (t.chance?, t.reached?);
        let count = headway_stats::change::HitCount::new((came * t.n as f64).round() as u64, t.n)?;
        let wilson = headway_stats::change::wilson(count);
        Some(ReliabilityBin { said, came, count: t.n as usize, interval: Some((wilson.lo, wilson.hi)) })
    });
    let bins: Vec<ReliabilityBin> = bins.collect();
    let total: usize = bins.iter().map(|b| b.count).sum();
    let off = bins.iter().map(|b| b.count as f64 * (b.said - b.came).abs()).sum::<f64>() / total.max(1) as f64;
    let headline = format!("What was said and what came differ by {:.0} points on average", 100.0 * off);
    let subtitle = format!(
        "{}, {}: {} forecasts of the past, {}",
        view.planned.measure.name,
        StudentGroup::name_of(&view.group),
        headway_render::format::count_text(total),
        view.level.map_or("", |l| l.place_nouns().1)
    );
    Some(ReliabilityChart { frame: ChartFrame::new(id, headline, subtitle), bins })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_results_beyond_the_limits_are_counted_as_such() {
        use PointLabel::{AboveLimit, BelowLimit, CommonCause, Falling, Rising, RunAbove, TwoOfThreeBelow};
        let check = |labels: &[PointLabel], all: usize, words: &str| {
            assert_eq!(signals_in_words(labels, all), words, "{labels:?}")
        };
        check(&[CommonCause; 6], 6, "Every result lies within the natural limits of the series");
        check(&[CommonCause; 6], 8, "Every result that has natural limits lies within them");
        let beyond = [AboveLimit, CommonCause, CommonCause, CommonCause, CommonCause];
        check(&beyond, 5, "One of 5 results lies beyond the natural limits of the series");
        check(&beyond, 9, "One of 5 results that have natural limits lies beyond them");
        check(
            &[BelowLimit, BelowLimit, Rising, Rising, Rising, AboveLimit],
            6,
            "3 of 6 results lie beyond the natural limits of the series; 3 more are part of a trend",
        );
        check(
            &[CommonCause, TwoOfThreeBelow, Falling, RunAbove],
            4,
            "No result lies beyond the natural limits of the series; 3 are part of a trend, or a run on one side of the \
             average, or two of three near a limit",
        );
    }
}

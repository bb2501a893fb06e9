//! Where a measure stands against its promise: results, the path to the target, and what may come.

mod draw;
mod words;

use headway_model::{Period, Value};

use crate::{
    Chart, ChartBreak, ChartFrame, ChartGap, ChartPoint, DataTable, MeasureUnit,
    canvas::{SvgCanvas, SvgPath},
    frame::{EDGE, draw_grid, draw_periods, tick_room},
    palette,
    scale::{AxisScale, PeriodAxis},
    series::{self, sorted_points},
    side::{self, SideLabel},
};

/// Results over time with the path to the target, and a forecast where there is one.
///
/// Exact results are dots joined by a line, open over gaps and breaks; ranges are bars, bounds are arrows, suppressed values
/// hollow squares on the axis with their words.
#[derive(Clone, Debug, PartialEq)]
pub struct TrajectoryChart {
    /// Headline, subtitle, source, id.
    pub frame: ChartFrame,
    /// Unit of all values.
    pub unit: MeasureUnit,
    /// The results, in any order, all of one kind of period.
    pub points: Vec<ChartPoint>,
    /// Periods from one due result to the next: 1 where every period has one, 2 for a test every other year.
    pub every: i32,
    /// Why periods have no result.
    pub gaps: Vec<ChartGap>,
    /// Where the series breaks.
    pub breaks: Vec<ChartBreak>,
    /// The targets, of this edition of the plan and of earlier ones.
    pub targets: Vec<TargetPath>,
    /// What may come.
    pub forecast: Option<ChartForecast>,
}

/// The agreed path to a target.
#[derive(Clone, Debug, PartialEq)]
pub struct TargetPath {
    /// What the label says before the figure: `Target`, `2014 plan`.
    pub label: String,
    /// The path, straight between its points; the last one is the target. One point is a target without a path.
    pub path: Vec<(Period, f64)>,
    /// The band that keeps the promise at the target's period, for a banded target (lowest, highest).
    pub band: Option<(f64, f64)>,
    /// In force; one of an earlier edition is drawn fainter.
    pub current: bool,
    /// The chance that it will be met, in words (`about 3 in 10`).
    pub chance: Option<String>,
}

/// A forecast with its ranges.
#[derive(Clone, Debug, PartialEq)]
pub struct ChartForecast {
    /// Its steps, in order of time.
    pub steps: Vec<ForecastStep>,
}

/// One period of a forecast.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ForecastStep {
    /// The period.
    pub period: Period,
    /// The middle of what is expected.
    pub mid: f64,
    /// The range that holds 80 of 100 outcomes (lowest, highest).
    pub range_80: (f64, f64),
    /// The range that holds 95 of 100 outcomes.
    pub range_95: (f64, f64),
}

impl TargetPath {
    /// A target in force, labelled `Target`.
    pub fn new(path: Vec<(Period, f64)>) -> Self {
        Self { label: "Target".to_owned(), path, band: None, current: true, chance: None }
    }

    /// The path's value at a period, straight between its points; `None` outside of it.
    pub fn value_at(&self, period: Period) -> Option<f64> {
        let at = f64::from(period.ordinal);
        if let Some(&(_, value)) = self.path.iter().find(|(p, _)| *p == period) {
            return Some(value);
        }
        self.path.windows(2).find_map(|pair| {
            let ((p0, v0), (p1, v1)) = (pair[0], pair[1]);
            let (t0, t1) = (f64::from(p0.ordinal), f64::from(p1.ordinal));
            (t0 < at && at < t1).then(|| v0 + (v1 - v0) * (at - t0) / (t1 - t0))
        })
    }

    /// What keeps to the path where it is at `value`, on the way to a band: from the edge that it leads to up to the other one.
    fn corridor_at(&self, value: f64, (lo, hi): (f64, f64)) -> (f64, f64) {
        match self.path.last() {
            Some((_, end)) if *end <= lo => (value, hi),
            Some((_, end)) if *end >= hi => (lo, value),
            _ => (value, value),
        }
    }

    /// Its finite points in order of time; a target that is no number has none.
    fn clean_copy(&self) -> Self {
        let mut path: Vec<(Period, f64)> = self.path.iter().copied().filter(|p| p.1.is_finite()).collect();
        path.sort_by_key(|p| p.0.ordinal);
        let band = self.band.filter(|b| b.0.is_finite() && b.1.is_finite());
        Self { path, band, ..self.clone() }
    }
}

impl ForecastStep {
    fn step_numbers(self) -> [f64; 5] {
        [self.range_95.0, self.range_80.0, self.mid, self.range_80.1, self.range_95.1]
    }
}

impl TrajectoryChart {
    /// Results only; targets, gaps and a forecast can be set in the fields.
    pub fn new(frame: ChartFrame, unit: MeasureUnit, points: Vec<ChartPoint>) -> Self {
        Self {
            frame,
            unit,
            points,
            every: 1,
            gaps: Vec::new(),
            breaks: Vec::new(),
            targets: Vec::new(),
            forecast: None,
        }
    }

    /// The same with everything in order of time and nothing that is not a number.
    fn clean_copy(&self) -> Self {
        let targets = self.targets.iter().map(TargetPath::clean_copy).filter(|t| !t.path.is_empty()).collect();
        let steps = self.forecast.iter().flat_map(|f| &f.steps).copied();
        let mut steps: Vec<_> = steps.filter(|s| s.step_numbers().iter().all(|v| v.is_finite())).collect();
        steps.sort_by_key(|s| s.period.ordinal);
        let forecast = (!steps.is_empty()).then_some(ChartForecast { steps });
        Self { points: sorted_points(&self.points), targets, forecast, ..self.clone() }
    }

    fn all_periods(&self) -> impl Iterator<Item = Period> {
        let points = self.points.iter().map(|p| p.period);
        let targets = self.targets.iter().flat_map(|t| t.path.iter().map(|p| p.0));
        let steps = self.forecast.iter().flat_map(|f| f.steps.iter().map(|s| s.period));
        points.chain(targets).chain(steps).chain(self.gaps.iter().map(|g| g.period))
    }

    fn all_numbers(&self) -> impl Iterator<Item = f64> {
        let points = self.points.iter().flat_map(|p| p.finite_numbers());
        let targets = self.targets.iter().flat_map(|t| {
            let band = t.band.into_iter().flat_map(|(lo, hi)| [lo, hi]);
            t.path.iter().map(|p| p.1).chain(band)
        });
        let steps = self.forecast.iter().flat_map(|f| f.steps.iter().flat_map(|s| s.step_numbers()));
        points.chain(targets).chain(steps)
    }

    /// Whether some value has to be said on the axis because it is no number.
    fn has_suppressed(&self) -> bool {
        self.points.iter().any(|p| p.value == Value::Suppressed)
    }
}

impl Chart for TrajectoryChart {
    fn to_svg(&self, width: f64) -> String {
        self.clean_copy().draw_chart(width.max(240.0))
    }

    fn text_alternative(&self) -> String {
        let chart = self.clean_copy();
        chart.frame.full_text(&chart.describe_data())
    }

    fn data_table(&self) -> DataTable {
        self.clean_copy().build_table()
    }
}

impl TrajectoryChart {
    fn draw_chart(&self, width: f64) -> String {
        let (mut canvas, top) = self.frame.open_picture(width);
        let top = top + 10.0;
        let Some(last) = self.all_periods().map(|p| p.ordinal).max() else {
            return draw::draw_nothing(self, canvas, width, top);
        };
        let sides = self.side_labels(last, side::widest_label(width));
        // Without any number there is little to see, and no scale.
        let known = self.all_numbers().next().is_some();
        let usual = if known { (width * 0.34).clamp(150.0, 270.0) } else { 60.0 };
        let plot = usual.max(side::total_height(sides.iter().map(|s| &s.1)));
        let bottom = top + plot;
        let values = AxisScale::with_round_ends(self.all_numbers(), &self.unit, plot / 45.0, (bottom, top));
        let x0 = if known { tick_room(&values, &self.unit) } else { 2.0 * EDGE };
        let x1 = (width - side::room_for_labels(sides.iter().map(|s| &s.1))).max(x0 + 60.0);
        // The first and last result keep a little space from the frame, so that their dots are whole.
        let periods =
            PeriodAxis::over_periods(self.all_periods(), (x0 + 8.0, x1 - 4.0)).expect("a last period was found");

        if known {
            draw_grid(&mut canvas, &values, &self.unit, (x0, x1));
        } else {
            canvas.draw_path(SvgPath::new().add_horizontal(x0, x1, bottom), &format!("stroke=\"{}\"", palette::AXIS));
        }
        draw_periods(
            &mut canvas,
            &periods,
            bottom + if self.has_suppressed() { 6.0 } else { 0.0 },
            (EDGE, width - EDGE),
        );
        let mut notes = draw::draw_all(self, &mut canvas, &periods, &values, (x0, x1));
        let placed: Vec<(f64, SideLabel)> =
            sides.into_iter().map(|(value, side)| (values.pixel_at(value), side)).collect();
        side::draw_labels(&mut canvas, x1, &placed, (top - 6.0, bottom + 6.0));
        if self.points.iter().any(|p| p.provisional) {
            notes.push(series::provisional_note(&self.points) + " (hollow)");
        }
        let below = if self.has_suppressed() { 26.0 } else { 20.0 };
        self.frame.close_picture(canvas, width, bottom + below, &notes, &self.frame.detail_text(&self.describe_data()))
    }

    /// What ends at the right edge, with the value at which it ends.
    fn side_labels(&self, last: i32, max: f64) -> Vec<(f64, SideLabel)> {
        let mut sides = Vec::new();
        for target in &self.targets {
            if let Some(&(period, value)) = target.path.last()
                && (period.ordinal == last || target.current)
            {
                sides.push((value, SideLabel::new(&self.target_lines(target, period.ordinal < last), max)));
            }
        }
        if let Some(step) = self.forecast.as_ref().and_then(|f| f.steps.last()) {
            sides.push((step.mid, SideLabel::new(&self.forecast_lines(step), max)));
        }
        if let Some((period, value)) = series::last_exact(&self.points)
            && period.ordinal == last
        {
            sides.push((value, SideLabel::new(&self.result_lines(period, value), max)));
        }
        sides
    }
}

/// A canvas to draw on with its scales: what the parts of the drawing share.
struct TrajectoryPlot<'a> {
    canvas: &'a mut SvgCanvas,
    periods: &'a PeriodAxis,
    values: &'a AxisScale,
}

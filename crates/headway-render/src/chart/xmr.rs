//! A process behavior chart: each result against the natural limits of its series, with the signals named.

use headway_model::Period;

use crate::{
    Chart, ChartFrame, DataTable, MeasureUnit, TableColumn,
    canvas::{SvgCanvas, SvgPath, TextAnchor, TextStyle},
    format,
    frame::{EDGE, draw_grid, draw_periods, end_sentence, tick_room},
    labels::{LabelRect, LabelRoom, centers_around},
    palette,
    scale::{AxisScale, PeriodAxis},
    side::{self, SideLabel},
};

/// Results over time with their average and natural limits; what is more than noise is marked and named.
#[derive(Clone, Debug, PartialEq)]
pub struct ProcessChart {
    /// Headline, subtitle, source, id.
    pub frame: ChartFrame,
    /// Unit of all values.
    pub unit: MeasureUnit,
    /// The results in order of time.
    pub points: Vec<XmrPoint>,
    /// Periods from one due result to the next.
    pub every: i32,
    /// The target's value, where there is one.
    pub target: Option<f64>,
}

/// One result with the limits that hold for it.
#[derive(Clone, Debug, PartialEq)]
pub struct XmrPoint {
    /// Its period.
    pub period: Period,
    /// Its value; none where there is no exact one.
    pub value: Option<f64>,
    /// The limits; they change where the series is rebased, and are unknown where it is too short.
    pub limits: Option<XmrLimits>,
    /// What makes it more than noise.
    pub signal: Option<ChartSignal>,
}

/// Average and natural process limits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct XmrLimits {
    /// Lower natural process limit.
    pub lower: f64,
    /// Average.
    pub average: f64,
    /// Upper natural process limit.
    pub upper: f64,
}

/// A result that is more than noise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartSignal {
    /// Whether it is the better side; `None` where the measure has none.
    pub better: Option<bool>,
    /// Which rule it meets, in a few words (`below the lower limit`, `8 in a row above average`).
    pub words: String,
}

impl ChartSignal {
    fn color(&self) -> &'static str {
        match self.better {
            Some(true) => palette::GOOD,
            Some(false) => palette::BAD,
            None => palette::INK,
        }
    }

    fn side_words(&self) -> &'static str {
        match self.better {
            Some(true) => ", better",
            Some(false) => ", worse",
            None => "",
        }
    }
}

/// Points with the same limits, one after the other: first and last period, the limits.
type LimitSegment = (Period, Period, XmrLimits);

impl ProcessChart {
    /// The same in order of time and without what is no number.
    fn clean_copy(&self) -> Self {
        let finite = |l: &XmrLimits| [l.lower, l.average, l.upper].iter().all(|v| v.is_finite());
        let mut points = self.points.clone();
        for point in &mut points {
            point.value = point.value.filter(|v| v.is_finite());
            point.limits = point.limits.filter(finite);
        }
        points.sort_by_key(|p| p.period.ordinal);
        Self { points, target: self.target.filter(|t| t.is_finite()), ..self.clone() }
    }

    fn limit_segments(&self) -> Vec<LimitSegment> {
        let mut out: Vec<LimitSegment> = Vec::new();
        for (period, limits) in self.points.iter().filter_map(|p| Some((p.period, p.limits?))) {
            match out.last_mut() {
                Some(last) if last.2 == limits => last.1 = period,
                _ => out.push((period, period, limits)),
            }
        }
        out
    }

    /// Signals that follow each other with the same words: (first period, last period, value of the last, signal).
    fn joined_signals(&self) -> Vec<(Period, Period, f64, &ChartSignal)> {
        let mut out: Vec<(Period, Period, f64, &ChartSignal)> = Vec::new();
        let mut joined = false;
        for point in self.points.iter().filter(|p| p.value.is_some()) {
            match (&point.signal, out.last_mut(), point.value) {
                (Some(signal), Some(last), Some(value)) if joined && last.3 == signal => {
                    (last.1, last.2) = (point.period, value);
                }
                (Some(signal), _, Some(value)) => out.push((point.period, point.period, value, signal)),
                _ => {}
            }
            joined = point.signal.is_some();
        }
        out
    }

    /// A limit as it is drawn: a share is never more than all, so its axis ends there.
    fn within_bounds(&self, limit: f64) -> f64 {
        let (floor, ceiling) = self.unit.natural_bounds();
        limit.max(floor.unwrap_or(limit)).min(ceiling.unwrap_or(limit))
    }

    /// A figure on its side of the target.
    fn value_beside_target(&self, value: f64) -> String {
        self.unit.value_beside(value, self.target.as_slice())
    }

    fn side_labels(&self, max: f64) -> Vec<(f64, SideLabel)> {
        let mut sides = Vec::new();
        let (floor, ceiling) = self.unit.natural_bounds();
        let line = |name: &str, value: f64, style: TextStyle| {
            let shown = self.within_bounds(value);
            let figure = match (floor, ceiling) {
                (Some(floor), _) if value < floor => format!("below {}", self.unit.trimmed_text(floor)),
                (_, Some(ceiling)) if value > ceiling => format!("above {}", self.unit.trimmed_text(ceiling)),
                _ if self.target == Some(value) => self.unit.trimmed_text(value),
                _ => self.value_beside_target(value),
            };
            (shown, SideLabel::new(&[(style, format!("{name} {figure}"))], max))
        };
        if let Some((_, _, limits)) = self.limit_segments().last() {
            sides.push(line("Upper limit", limits.upper, TextStyle::detail(palette::MUTED)));
            sides.push(line("Average", limits.average, TextStyle::detail(palette::INK)));
            sides.push(line("Lower limit", limits.lower, TextStyle::detail(palette::MUTED)));
        }
        sides.extend(self.target.map(|t| line("Target", t, TextStyle::label(palette::TARGET))));
        sides
    }

    fn describe_data(&self) -> String {
        let values = self.points.iter().filter_map(|p| p.value).count();
        let mut out = vec![format!("{}.", format::count_with_noun(values, "result", "results"))];
        if let Some((first, last, limits)) = self.limit_segments().last() {
            out.push(format!(
                "From {} to {}: average {}, natural limits {} to {}.",
                format::period_text(*first),
                format::period_text(*last),
                self.value_beside_target(limits.average),
                self.value_beside_target(limits.lower),
                self.value_beside_target(limits.upper)
            ));
        }
        let signals = self.joined_signals();
        let limited = self.points.iter().filter(|p| p.value.is_some() && p.limits.is_some()).count();
        match limited {
            _ if !signals.is_empty() => {}
            0 => out.push("There are no natural limits to hold a result against.".to_owned()),
            n if n < values => out.push("No result that has limits stands out.".to_owned()),
            _ => out.push("No result stands out from the others.".to_owned()),
        }
        out.extend(signals.iter().map(|s| end_sentence(&signal_sentence(s))));
        out.extend(self.target.map(|t| format!("Target {}.", self.unit.trimmed_text(t))));
        out.join(" ")
    }

    fn draw_chart(&self, width: f64) -> String {
        let (mut canvas, top) = self.frame.open_picture(width);
        let top = top + 10.0;
        let sides = self.side_labels(side::widest_label(width));
        let height = (width * 0.28).clamp(150.0, 220.0).max(side::total_height(sides.iter().map(|s| &s.1)));
        let bottom = top + height;
        let limits =
            self.points.iter().filter_map(|p| p.limits).flat_map(|l| [l.lower, l.upper].map(|v| self.within_bounds(v)));
        let numbers = self.points.iter().filter_map(|p| p.value).chain(limits).chain(self.target);
        let values = AxisScale::with_round_ends(numbers, &self.unit, height / 40.0, (bottom, top));
        let x0 = tick_room(&values, &self.unit);
        let x1 = (width - side::room_for_labels(sides.iter().map(|s| &s.1))).max(x0 + 60.0);
        let Some(periods) = PeriodAxis::over_periods(self.points.iter().map(|p| p.period), (x0 + 8.0, x1 - 6.0)) else {
            canvas.draw_text(width / 2.0, top + 20.0, TextAnchor::Middle, TextStyle::SUB, "No results yet");
            return self.frame.close_picture(
                canvas,
                width,
                top + 30.0,
                &[],
                &self.frame.detail_text(&self.describe_data()),
            );
        };
        self.draw_limits(&mut canvas, &periods, &values, (x0, x1));
        draw_grid(&mut canvas, &values, &self.unit, (x0, x1));
        draw_periods(&mut canvas, &periods, bottom, (EDGE, width - EDGE));
        let mut room = LabelRoom::new(LabelRect { x0, y0: top - 8.0, x1, y1: bottom - 1.0 });
        self.draw_results(&mut canvas, &periods, &values, &mut room);
        let notes = self.name_signals(&mut canvas, &periods, &values, &mut room);
        let placed: Vec<(f64, SideLabel)> =
            sides.into_iter().map(|(value, side)| (values.pixel_at(value), side)).collect();
        side::draw_labels(&mut canvas, x1, &placed, (top - 6.0, bottom + 6.0));
        self.frame.close_picture(canvas, width, bottom + 20.0, &notes, &self.frame.detail_text(&self.describe_data()))
    }

    /// The band between the limits, its edges and the average, of each segment.
    fn draw_limits(&self, canvas: &mut SvgCanvas, periods: &PeriodAxis, values: &AxisScale, (x0, x1): (f64, f64)) {
        let (mut band, mut edges, mut average) = (SvgPath::new(), SvgPath::new(), SvgPath::new());
        for (first, last, limits) in self.limit_segments() {
            let from =
                if first.ordinal == periods.first { x0 } else { periods.pixel_at(f64::from(first.ordinal) - 0.5) };
            let to = if last.ordinal == periods.last { x1 } else { periods.pixel_at(f64::from(last.ordinal) + 0.5) };
            let [lower, middle, upper] =
                [limits.lower, limits.average, limits.upper].map(|v| values.pixel_at(self.within_bounds(v)));
            band.add_area([(from, lower), (from, upper), (to, upper), (to, lower)]);
            edges.add_horizontal(from, to, lower).add_horizontal(from, to, upper);
            average.add_horizontal(from, to, middle);
        }
        canvas.draw_path(&band, &format!("class=\"hw-band\" fill=\"{}\"", palette::BAND));
        canvas.draw_path(&edges, &format!("class=\"hw-limit\" stroke=\"{}\" stroke-dasharray=\"5 4\"", palette::AXIS));
        canvas.draw_path(&average, &format!("class=\"hw-average\" stroke=\"{}\" stroke-width=\"1.2\"", palette::INK));
        if let Some(target) = self.target {
            let dashes = format!("stroke=\"{}\" stroke-width=\"2\" stroke-dasharray=\"7 4\"", palette::TARGET);
            canvas.draw_path(SvgPath::new().add_horizontal(x0, x1, values.pixel_at(target)), &dashes);
        }
    }

    fn draw_results(&self, canvas: &mut SvgCanvas, periods: &PeriodAxis, values: &AxisScale, room: &mut LabelRoom) {
        let mut line = SvgPath::new();
        let mut stretch: Vec<(f64, f64)> = Vec::new();
        let mut before = None;
        for point in self.points.iter().filter(|p| p.value.is_some()) {
            let Some(value) = point.value else { continue };
            if before.is_some_and(|b| point.period.ordinal - b > self.every.max(1)) {
                line.add_line(stretch.drain(..));
            }
            let at = (periods.pixel_of(point.period), values.pixel_at(value));
            if let Some(&last) = stretch.last() {
                room.take_line(last, at);
            }
            stretch.push(at);
            before = Some(point.period.ordinal);
        }
        line.add_line(stretch);
        let stroke = "fill=\"none\" stroke-width=\"2\" stroke-linejoin=\"round\"";
        canvas.draw_path(&line, &format!("class=\"hw-actual\" stroke=\"{}\" {stroke}", palette::ACTUAL));
        let small = periods.pixel_step() * f64::from(self.every.max(1)) < 10.0;
        let places =
            self.points.iter().filter_map(|p| Some((p, periods.pixel_of(p.period), values.pixel_at(p.value?))));
        for (point, x, y) in places {
            room.take_rect(LabelRect::centered_at(x, y, 5.0, 5.0));
            let mut shape = SvgPath::new();
            match &point.signal {
                None => {
                    let r = if small { 2.0 } else { 3.5 };
                    canvas.draw_dot(x, y, r, &format!("fill=\"{}\" stroke=\"#fff\"", palette::ACTUAL), "");
                    continue;
                }
                // Diamond for better, triangle for worse, square where no side is better: the color only repeats it.
                Some(ChartSignal { better: Some(true), .. }) => {
                    shape.add_area([(x - 6.0, y), (x, y - 6.0), (x + 6.0, y), (x, y + 6.0)])
                }
                Some(ChartSignal { better: Some(false), .. }) => {
                    shape.add_area([(x - 6.0, y + 5.0), (x, y - 6.0), (x + 6.0, y + 5.0)])
                }
                Some(_) => {
                    shape.add_area([(x - 4.5, y - 4.5), (x + 4.5, y - 4.5), (x + 4.5, y + 4.5), (x - 4.5, y + 4.5)])
                }
            };
            let color = point.signal.as_ref().map_or(palette::ACTUAL, ChartSignal::color);
            canvas.draw_path(&shape, &format!("fill=\"{color}\" stroke=\"#fff\""));
        }
    }

    /// Names the latest signals beside their marks; the ones without room become notes.
    fn name_signals(
        &self,
        canvas: &mut SvgCanvas,
        periods: &PeriodAxis,
        values: &AxisScale,
        room: &mut LabelRoom,
    ) -> Vec<String> {
        const NAMED: usize = 4;
        let signals = self.joined_signals();
        let mut notes = Vec::new();
        for signal in signals.iter().rev().take(NAMED) {
            let (first, last, value, what) = signal;
            let when = if first == last { *last } else { *first };
            let since = if first == last { "" } else { "from " };
            let text = format!("Stands out{}: {since}{}", what.side_words(), format::period_axis(when));
            let style = TextStyle::label(what.color());
            let (x, y, half) = (periods.pixel_of(*last), values.pixel_at(*value), style.text_width(&text) / 2.0);
            match room.place_box((2.0 * half, 13.0), centers_around((x, y), half, &[16.0, 24.0, 34.0])) {
                Some((cx, cy)) => canvas.text_mid(cx, cy, TextAnchor::Middle, style, &text),
                None => notes.push(signal_sentence(signal)),
            }
        }
        if signals.len() > NAMED {
            notes.push(format!("{} earlier ones are in the table", signals.len() - NAMED));
        }
        notes
    }
}

fn signal_sentence((first, last, _, signal): &(Period, Period, f64, &ChartSignal)) -> String {
    let to = if first == last { String::new() } else { format!(" to {}", format::period_text(*last)) };
    format!("Stands out{} in {}{to}: {}", signal.side_words(), format::period_text(*first), signal.words)
}

impl Chart for ProcessChart {
    fn to_svg(&self, width: f64) -> String {
        self.clean_copy().draw_chart(width.max(240.0))
    }

    fn text_alternative(&self) -> String {
        let chart = self.clean_copy();
        chart.frame.full_text(&chart.describe_data())
    }

    fn data_table(&self) -> DataTable {
        let chart = self.clean_copy();
        let row = |p: &XmrPoint| {
            let show = |v: Option<f64>| v.map(|v| chart.value_beside_target(v)).unwrap_or_default();
            let limit = |f: fn(&XmrLimits) -> f64| show(p.limits.as_ref().map(f));
            let signal = p.signal.as_ref().map(|s| format!("{}{}", s.words, s.side_words())).unwrap_or_default();
            vec![
                format::period_text(p.period),
                show(p.value),
                limit(|l| l.lower),
                limit(|l| l.average),
                limit(|l| l.upper),
                signal,
            ]
        };
        let mut columns = vec![TableColumn::text_column("Period")];
        columns.extend(["Result", "Lower limit", "Average", "Upper limit"].map(TableColumn::number_column));
        columns.push(TableColumn::text_column("Signal"));
        DataTable { caption: chart.frame.headline.clone(), columns, rows: chart.points.iter().map(row).collect() }
    }
}

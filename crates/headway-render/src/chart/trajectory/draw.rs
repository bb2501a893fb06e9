//! The marks of a trajectory, back to front, and the notes inside the plot where there is room.

use headway_model::Value;

use super::{TargetPath, TrajectoryChart, TrajectoryPlot};
use crate::{
    canvas::{SvgCanvas, SvgPath, TextAnchor, TextStyle},
    format,
    labels::{LabelRect, LabelRoom, centers_around, same_side},
    palette,
    scale::{AxisScale, PeriodAxis},
    series::{self, PeriodSpan},
};

/// A chart without any period: it says so.
pub(super) fn draw_nothing(chart: &TrajectoryChart, mut canvas: SvgCanvas, width: f64, top: f64) -> String {
    canvas.draw_text(width / 2.0, top + 30.0, TextAnchor::Middle, TextStyle::SUB, "No results yet");
    chart.frame.close_picture(canvas, width, top + 50.0, &[], &chart.frame.detail_text(&chart.describe_data()))
}

/// Draws everything between the axes; what found no room is handed back as notes.
pub(super) fn draw_all(
    chart: &TrajectoryChart,
    canvas: &mut SvgCanvas,
    periods: &PeriodAxis,
    values: &AxisScale,
    (x0, x1): (f64, f64),
) -> Vec<String> {
    let (bottom, top) = (values.pixel_at(values.lo), values.pixel_at(values.hi));
    let mut room = LabelRoom::new(LabelRect { x0, y0: top - 8.0, x1: x1 + 4.0, y1: bottom - 2.0 });
    let mut plot = TrajectoryPlot { canvas, periods, values };
    plot.draw_fan(chart, &mut room);
    plot.break_lines(chart, (top, bottom), &mut room);
    plot.draw_targets(chart, &mut room);
    plot.draw_results(chart, &mut room);
    plot.draw_bounded(chart, &mut room);
    plot.draw_suppressed(chart, bottom, &mut room);

    plot.last_value(chart, &mut room);
    let mut notes = plot.break_words(chart, top, &mut room);
    notes.extend(plot.old_targets(chart, &mut room));
    notes.extend(plot.draw_spans(&series::gap_spans(&chart.points, &chart.gaps), chart, &mut room, None));
    notes.extend(plot.draw_spans(&series::suppressed_spans(&chart.points), chart, &mut room, Some(bottom)));
    notes
}

impl TrajectoryPlot<'_> {
    fn draw_fan(&mut self, chart: &TrajectoryChart, room: &mut LabelRoom) {
        let Some(forecast) = &chart.forecast else { return };
        let (Some(first), Some(last)) = (forecast.steps.first(), forecast.steps.last()) else { return };
        // The fan opens at the last result, where nothing is uncertain yet.
        let start = series::last_exact(&chart.points).filter(|(p, _)| p.ordinal < first.period.ordinal);
        let start = start.map(|(p, v)| (self.periods.pixel_of(p), self.values.pixel_at(v)));
        let through = |value: &dyn Fn(&super::ForecastStep) -> f64| -> Vec<(f64, f64)> {
            let steps =
                forecast.steps.iter().map(|s| (self.periods.pixel_of(s.period), self.values.pixel_at(value(s))));
            start.into_iter().chain(steps).collect()
        };
        let mid = through(&|s| s.mid);
        let (lo_80, hi_80) = (through(&|s| s.range_80.0), through(&|s| s.range_80.1));
        let (lo_95, hi_95) = (through(&|s| s.range_95.0), through(&|s| s.range_95.1));
        let between = |lo: &[(f64, f64)], hi: &[(f64, f64)]| {
            let mut path = SvgPath::new();
            path.add_area(hi.iter().chain(lo.iter().rev()).copied());
            path
        };
        self.canvas.draw_path(&between(&lo_95, &hi_95), &format!("class=\"hw-fan95\" fill=\"{}\"", palette::FAN_95));
        self.canvas.draw_path(&between(&lo_80, &hi_80), &format!("class=\"hw-fan80\" fill=\"{}\"", palette::FAN_80));
        let mut edges = SvgPath::new();
        edges.add_line(lo_80.iter().copied()).add_line(hi_80.iter().copied());
        let edge = format!("fill=\"none\" stroke=\"{}\" stroke-width=\".8\"", palette::FAN_EDGE);
        self.canvas.draw_path(&edges, &edge);
        let dots = format!("fill=\"none\" stroke=\"{}\" stroke-width=\"2\" stroke-dasharray=\"2 3\"", palette::ACTUAL);
        self.canvas.draw_path(SvgPath::new().add_line(mid.iter().copied()), &dots);
        if forecast.steps.len() == 1 && start.is_none() {
            // A lone step has no lines to see: its ranges as a bar.
            let x = self.periods.pixel_of(last.period);
            self.canvas.draw_path(SvgPath::new().add_vertical(x, lo_95[0].1, hi_95[0].1), &edge);
            self.canvas.draw_dot(x, mid[0].1, 3.0, &format!("fill=\"{}\"", palette::ACTUAL), "");
        }
        for line in [mid, lo_80, hi_80] {
            line.windows(2).for_each(|pair| room.take_line(pair[0], pair[1]));
        }
    }

    /// A target's path as it is drawn.
    fn path_of(&self, target: &TargetPath) -> Vec<(f64, f64)> {
        target.path.iter().map(|&(p, v)| (self.periods.pixel_of(p), self.values.pixel_at(v))).collect()
    }

    fn draw_targets(&mut self, chart: &TrajectoryChart, room: &mut LabelRoom) {
        // Earlier editions first, so that the target in force lies on top.
        let mut targets: Vec<_> = chart.targets.iter().collect();
        targets.sort_by_key(|t| t.current);
        for target in targets {
            let color = if target.current { palette::TARGET } else { palette::OLD_TARGET };
            let (wide, dash) = if target.current { (2.5, "7 4") } else { (1.5, "3 4") };
            let line = self.path_of(target);
            let stroke = format!("fill=\"none\" stroke=\"{color}\" stroke-width=\"{wide}\"");
            if line.len() > 1 {
                let dashed = format!("class=\"hw-target\" {stroke} stroke-dasharray=\"{dash}\"");
                self.canvas.draw_path(SvgPath::new().add_line(line.iter().copied()), &dashed);
            }
            line.windows(2).for_each(|pair| room.take_line(pair[0], pair[1]));
            let Some(&(x, y)) = line.last() else { continue };
            if let Some((lo, hi)) = target.band {
                let (lo, hi) = (self.values.pixel_at(lo), self.values.pixel_at(hi));
                let mut bracket = SvgPath::new();
                bracket.add_line([(x - 5.0, lo), (x, lo), (x, hi), (x - 5.0, hi)]);
                self.canvas.draw_path(&bracket, &stroke);
                room.take_line((x, lo), (x, hi));
                continue;
            }
            // A diamond where the promise is due: a lone target would not be seen without it.
            let diamond = [(x - 4.5, y), (x, y - 4.5), (x + 4.5, y), (x, y + 4.5)];
            self.canvas.draw_path(SvgPath::new().add_area(diamond), &format!("fill=\"{color}\""));
            room.take_rect(LabelRect::centered_at(x, y, 5.0, 5.0));
        }
    }

    fn draw_results(&mut self, chart: &TrajectoryChart, room: &mut LabelRoom) {
        let runs = series::exact_runs(&chart.points, chart.every, &chart.breaks);
        let place = |(p, v): (headway_model::Period, f64)| (self.periods.pixel_of(p), self.values.pixel_at(v));
        let mut line = SvgPath::new();
        for run in runs.iter().filter(|r| r.len() > 1) {
            line.add_line(run.iter().map(|&r| place(r)));
            run.windows(2).for_each(|pair| room.take_line(place(pair[0]), place(pair[1])));
        }
        let stroke = "fill=\"none\" stroke-width=\"2.2\" stroke-linejoin=\"round\"";
        self.canvas.draw_path(&line, &format!("class=\"hw-actual\" stroke=\"{}\" {stroke}", palette::ACTUAL));

        // Dots that would run together are left out, but for the ends of each stretch.
        let crowded = self.periods.pixel_step() * f64::from(chart.every.max(1)) < 9.0;
        let mut dots = Vec::new();
        for run in &runs {
            let ends = [run.first(), run.last()];
            dots.extend(run.iter().filter(|r| !crowded || ends.contains(&Some(r))).map(|&r| (r, place(r))));
        }
        let hollow = format!("fill=\"#fff\" stroke=\"{}\" stroke-width=\"2\"", palette::ACTUAL);
        let provisional = |p| chart.points.iter().any(|q| q.period == p && q.provisional);
        self.canvas.draw_group(
            &format!("fill=\"{}\" stroke=\"#fff\" stroke-width=\"1.3\"", palette::ACTUAL),
            |canvas| {
                for ((period, value), (x, y)) in dots {
                    let title = format!(
                        "{}: {}",
                        format::period_text(period),
                        chart.unit.value_beside(value, &chart.rounding_marks(period))
                    );
                    canvas.draw_dot(x, y, 4.0, if provisional(period) { &hollow } else { "" }, &title);
                    room.take_rect(LabelRect::centered_at(x, y, 5.0, 5.0));
                }
            },
        );
    }

    /// Ranges as bars with ends, bounds as a bar and an arrow to the open side.
    fn draw_bounded(&mut self, chart: &TrajectoryChart, room: &mut LabelRoom) {
        let mut path = SvgPath::new();
        for point in &chart.points {
            let x = self.periods.pixel_of(point.period);
            let tick = |path: &mut SvgPath, y| {
                path.add_horizontal(x - 4.0, x + 4.0, y);
            };
            let (y0, y1) = match point.value {
                Value::Range { lo, hi } => {
                    let (lo, hi) = (self.values.pixel_at(lo), self.values.pixel_at(hi));
                    tick(&mut path, lo);
                    tick(&mut path, hi);
                    (lo, hi)
                }
                Value::AtLeast { lo } => (self.values.pixel_at(lo), self.values.pixel_at(lo) - 16.0),
                Value::AtMost { hi } => (self.values.pixel_at(hi), self.values.pixel_at(hi) + 16.0),
                _ => continue,
            };
            path.add_vertical(x, y0, y1);
            if !matches!(point.value, Value::Range { .. }) {
                let back = if y1 < y0 { 5.0 } else { -5.0 };
                tick(&mut path, y0);
                path.add_line([(x - 4.0, y1 + back), (x, y1), (x + 4.0, y1 + back)]);
            }
            room.take_rect(LabelRect { x0: x - 5.0, y0: y0.min(y1), x1: x + 5.0, y1: y0.max(y1) });
        }
        self.canvas.draw_path(
            &path,
            &format!("class=\"hw-range\" fill=\"none\" stroke=\"{}\" stroke-width=\"2\"", palette::ACTUAL),
        );
    }

    fn draw_suppressed(&mut self, chart: &TrajectoryChart, bottom: f64, room: &mut LabelRoom) {
        let mut squares = SvgPath::new();
        for point in chart.points.iter().filter(|p| p.value == Value::Suppressed) {
            let x = self.periods.pixel_of(point.period);
            squares.add_area([
                (x - 4.0, bottom - 4.0),
                (x + 4.0, bottom - 4.0),
                (x + 4.0, bottom + 4.0),
                (x - 4.0, bottom + 4.0),
            ]);
            room.take_rect(LabelRect::centered_at(x, bottom, 5.0, 5.0));
        }
        self.canvas.draw_path(
            &squares,
            &format!("class=\"hw-suppressed\" fill=\"#fff\" stroke=\"{}\" stroke-width=\"1.5\"", palette::MUTED),
        );
    }

    fn break_lines(&mut self, chart: &TrajectoryChart, (top, bottom): (f64, f64), room: &mut LabelRoom) {
        let mut lines = SvgPath::new();
        for x in chart.breaks.iter().filter_map(|b| self.break_x(b)) {
            lines.add_vertical(x, top - 6.0, bottom);
            room.take_line((x, top - 6.0), (x, bottom));
        }
        self.canvas
            .draw_path(&lines, &format!("class=\"hw-break\" stroke=\"{}\" stroke-dasharray=\"2 2\"", palette::AXIS));
    }

    /// Just before the first period of the new series; a break outside of the picture has no line.
    fn break_x(&self, b: &crate::ChartBreak) -> Option<f64> {
        let at = b.period.ordinal;
        (self.periods.first < at && at <= self.periods.last).then(|| self.periods.pixel_at(f64::from(at) - 0.5))
    }

    fn break_words(&mut self, chart: &TrajectoryChart, top: f64, room: &mut LabelRoom) -> Vec<String> {
        let mut notes = Vec::new();
        for b in &chart.breaks {
            let Some(x) = self.break_x(b) else { continue };
            let lines = TextStyle::NOTE.wrap_text(&b.reason, 130.0);
            let half = lines.iter().map(|l| TextStyle::NOTE.text_width(l)).fold(0.0, f64::max) / 2.0;
            let height = 13.0 * lines.len() as f64;
            let heights = (0..8).map(|i| top - 6.0 + height / 2.0 + 14.0 * f64::from(i));
            let centers = heights.flat_map(|y| [(x + half + 6.0, y), (x - half - 6.0, y)]);
            match room.place_box((2.0 * half, height), centers) {
                Some(center) => self.canvas.draw_block(center, TextAnchor::Middle, TextStyle::NOTE, &lines, 13.0),
                None => notes.push(format!("From {}: {}", format::period_text(b.period), b.reason)),
            }
        }
        notes
    }

    /// The last result's figure beside its dot, when it does not stand at the right edge where it has a label of its own.
    fn last_value(&mut self, chart: &TrajectoryChart, room: &mut LabelRoom) {
        let Some((period, value)) = series::last_exact(&chart.points) else { return };
        if period.ordinal == self.periods.last {
            return;
        }
        let (x, y) = (self.periods.pixel_of(period), self.values.pixel_at(value));
        let text = chart.unit.value_beside(value, &chart.rounding_marks(period));
        let style = TextStyle::label(palette::ACTUAL);
        let half = style.text_width(&text) / 2.0;
        let paths: Vec<Vec<(f64, f64)>> = chart.targets.iter().map(|target| self.path_of(target)).collect();
        // Above or below rather than beside: the target path usually goes on from here.
        let centers = centers_around((x, y), half, &[14.0, 20.0, 28.0, 38.0, 50.0]).skip(2);
        let centers = centers.filter(|label| paths.iter().all(|path| same_side((x, y), *label, path)));
        if let Some((cx, cy)) = room.place_box((2.0 * half, 13.0), centers) {
            if (cy - y).abs() > 24.0 {
                let near = if cy < y { 7.0 } else { -7.0 };
                let stroke = format!("stroke=\"{}\"", palette::AXIS);
                self.canvas.draw_path(
                    SvgPath::new().add_line([(cx.clamp(x - half, x + half), cy + near), (x, y - near)]),
                    &stroke,
                );
            }
            self.canvas.text_mid(cx, cy, TextAnchor::Middle, style, &text);
        }
    }

    /// Labels of targets of earlier editions that end inside the picture.
    fn old_targets(&mut self, chart: &TrajectoryChart, room: &mut LabelRoom) -> Vec<String> {
        let mut notes = Vec::new();
        for target in chart.targets.iter().filter(|t| !t.current) {
            let Some(&(period, value)) = target.path.last() else { continue };
            if period.ordinal == self.periods.last {
                continue;
            }
            let text = format!("{} {}", target.label, chart.unit.trimmed_text(value));
            let (x, y) = (self.periods.pixel_of(period), self.values.pixel_at(value));
            let half = TextStyle::NOTE.text_width(&text) / 2.0;
            let near =
                [(half + 8.0, 0.0), (0.0, -12.0), (0.0, 12.0), (-half, -12.0), (half, 12.0), (0.0, -24.0), (0.0, 24.0)];
            match room.place_box((2.0 * half, 12.0), near.map(|(dx, dy)| (x + dx, y + dy))) {
                Some((cx, cy)) => self.canvas.text_mid(cx, cy, TextAnchor::Middle, TextStyle::NOTE, &text),
                None => notes.push(format!("{text} by {}", format::period_text(period))),
            }
        }
        notes
    }

    /// Words for periods without a number: between the results around them, or above the axis.
    fn draw_spans(
        &mut self,
        spans: &[PeriodSpan],
        chart: &TrajectoryChart,
        room: &mut LabelRoom,
        axis: Option<f64>,
    ) -> Vec<String> {
        let mut notes = Vec::new();
        for span in spans {
            let x = (self.periods.pixel_of(span.first) + self.periods.pixel_of(span.last)) / 2.0;
            let before = chart
                .points
                .iter()
                .rfind(|p| p.period.ordinal < span.first.ordinal && p.value.exact_number().is_some());
            let after =
                chart.points.iter().find(|p| p.period.ordinal > span.last.ordinal && p.value.exact_number().is_some());
            let around: Vec<f64> =
                [before, after].into_iter().flatten().filter_map(|p| p.value.exact_number()).collect();
            let middle = (self.values.pixel_at(self.values.lo) + self.values.pixel_at(self.values.hi)) / 2.0;
            let y = match (axis, &*around) {
                (Some(bottom), _) => bottom - 14.0,
                (None, []) => middle,
                (None, known) => self.values.pixel_at(known.iter().sum::<f64>() / known.len() as f64),
            };
            let half = TextStyle::NOTE.text_width(&span.words) / 2.0;
            let offsets = [0.0, -14.0, 14.0, -28.0, 28.0, -42.0, 42.0, -56.0, 56.0];
            let centers = offsets.into_iter().flat_map(|dy| [0.0, -half, half].map(|dx| (x + dx, y + dy)));
            match room.place_box((2.0 * half, 12.0), centers) {
                Some((cx, cy)) => self.canvas.text_mid(cx, cy, TextAnchor::Middle, TextStyle::NOTE, &span.words),
                None => notes.push(span.to_sentence()),
            }
        }
        notes
    }
}

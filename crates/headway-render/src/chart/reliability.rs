//! Whether odds mean what they say: how often what was given a chance came true.

use crate::{
    Chart, ChartFrame, DataTable, MeasureUnit, TableColumn,
    canvas::{SvgCanvas, SvgPath, TextAnchor, TextStyle},
    format::{count_text, number_text},
    frame::{EDGE, draw_grid, draw_ticks, tick_room},
    labels::{LabelRect, LabelRoom},
    palette,
    scale::AxisScale,
};

/// Chances that were said against the share that came true; on the diagonal both agree.
#[derive(Clone, Debug, PartialEq)]
pub struct ReliabilityChart {
    /// Headline, subtitle, source, id.
    pub frame: ChartFrame,
    /// The bins, in order of the chance.
    pub bins: Vec<ReliabilityBin>,
}

/// Forecasts that gave about the same chance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReliabilityBin {
    /// The mean chance that was said, 0 to 1.
    pub said: f64,
    /// The share that came true, 0 to 1.
    pub came: f64,
    /// How many forecasts.
    pub count: usize,
    /// The 95 % interval of the share (lowest, highest), where known.
    pub interval: Option<(f64, f64)>,
}

impl ReliabilityChart {
    fn valid_bins(&self) -> impl Iterator<Item = ReliabilityBin> {
        let share = |v: f64| (0.0..=1.0).contains(&v);
        self.bins
            .iter()
            .copied()
            .filter(move |b| share(b.said) && share(b.came) && b.count > 0)
            .map(move |b| ReliabilityBin { interval: b.interval.filter(|i| share(i.0) && share(i.1)), ..b })
    }

    fn describe_data(&self) -> String {
        let percent = |v: f64| number_text(100.0 * v, 0) + "%";
        let bin = |b: ReliabilityBin| {
            let (said, came) = (percent(b.said), percent(b.came));
            format!("Of {} given a chance of about {said}, {came} came true.", count_text(b.count))
        };
        let words: Vec<String> = self.valid_bins().map(bin).collect();
        if words.is_empty() { "No forecast has been judged yet.".to_owned() } else { words.join(" ") }
    }

    fn draw_chart(&self, width: f64) -> String {
        let (mut canvas, top) = self.frame.open_picture(width);
        let size = (width - 90.0).clamp(140.0, 340.0);
        // The vertical axis has its title above it, level: sideways text is hard to read.
        canvas.draw_text(EDGE, top + 8.0, TextAnchor::Start, TextStyle::AXIS, "Share that came true");
        let (top, bottom) = (top + 22.0, top + 22.0 + size);
        let ends = [0.0, 100.0];
        let shares = AxisScale::with_round_ends(ends, &MeasureUnit::Percent, 5.0, (bottom, top));
        let x0 = tick_room(&shares, &MeasureUnit::Percent);
        let chances = AxisScale::with_round_ends(ends, &MeasureUnit::Percent, 5.0, (x0, x0 + size));
        draw_grid(&mut canvas, &shares, &MeasureUnit::Percent, (x0, x0 + size));
        draw_ticks(&mut canvas, &chances, &MeasureUnit::Percent, bottom, (EDGE, width - EDGE));
        canvas.draw_text(x0 + size, bottom + 32.0, TextAnchor::End, TextStyle::AXIS, "Chance that was said");
        let (start, end) = ((x0, bottom), (x0 + size, top));
        let dashes = format!("stroke=\"{}\" stroke-dasharray=\"5 4\"", palette::AXIS);
        canvas.draw_path(SvgPath::new().add_line([start, end]), &dashes);
        let mut room = LabelRoom::new(LabelRect { x0, y0: top - 6.0, x1: width - EDGE, y1: bottom - 2.0 });
        room.take_line(start, end);
        self.draw_marks(&mut canvas, &chances, &shares, &mut room);
        if self.valid_bins().next().is_none() {
            canvas.draw_text(x0 + size / 2.0, top + 30.0, TextAnchor::Middle, TextStyle::SUB, "Not judged yet");
        }
        let notes =
            ["On the dashed line, odds mean what they say. Figures: number of forecasts; bars: 95% interval"
                .to_owned()];
        self.frame.close_picture(canvas, width, bottom + 36.0, &notes, &self.frame.detail_text(&self.describe_data()))
    }

    fn draw_marks(&self, canvas: &mut SvgCanvas, chances: &AxisScale, shares: &AxisScale, room: &mut LabelRoom) {
        let places: Vec<(f64, f64, ReliabilityBin)> =
            self.valid_bins().map(|b| (chances.pixel_at(100.0 * b.said), shares.pixel_at(100.0 * b.came), b)).collect();
        let mut bars = SvgPath::new();
        for (x, _, bin) in &places {
            if let Some((lo, hi)) = bin.interval {
                let (lo, hi) = (shares.pixel_at(100.0 * lo), shares.pixel_at(100.0 * hi));
                bars.add_vertical(*x, lo, hi).add_horizontal(x - 3.0, x + 3.0, lo).add_horizontal(x - 3.0, x + 3.0, hi);
                room.take_line((*x, lo), (*x, hi));
            }
        }
        canvas.draw_path(&bars, &format!("stroke=\"{}\" stroke-width=\"1.3\"", palette::FAN_EDGE));
        let line: Vec<(f64, f64)> = places.iter().map(|p| (p.0, p.1)).collect();
        line.windows(2).for_each(|pair| room.take_line(pair[0], pair[1]));
        canvas.draw_path(
            SvgPath::new().add_line(line),
            &format!("fill=\"none\" stroke=\"{}\" stroke-width=\"1.6\"", palette::ACTUAL),
        );
        for (x, y, _) in &places {
            canvas.draw_dot(*x, *y, 4.5, &format!("fill=\"{}\" stroke=\"#fff\"", palette::ACTUAL), "");
            room.take_rect(LabelRect::centered_at(*x, *y, 5.0, 5.0));
        }
        for (x, y, bin) in &places {
            let text = count_text(bin.count);
            let half = TextStyle::NOTE.text_width(&text) / 2.0;
            let beside =
                [6.0, -6.0, 14.0, -14.0, -22.0].into_iter().flat_map(|dy| [(half + 8.0, dy), (-half - 8.0, -dy)]);
            let near = beside.map(|(dx, dy)| (x + dx, y + dy));
            if let Some((cx, cy)) = room.place_box((2.0 * half, 11.0), near) {
                canvas.text_mid(cx, cy, TextAnchor::Middle, TextStyle::NOTE, &text);
            }
        }
    }
}

impl Chart for ReliabilityChart {
    fn to_svg(&self, width: f64) -> String {
        self.draw_chart(width.max(240.0))
    }

    fn text_alternative(&self) -> String {
        self.frame.full_text(&self.describe_data())
    }

    fn data_table(&self) -> DataTable {
        let percent = |v: f64| MeasureUnit::Percent.value_text(100.0 * v);
        let row = |b: &ReliabilityBin| {
            let interval =
                b.interval.map(|(lo, hi)| MeasureUnit::Percent.range_text(100.0 * lo, 100.0 * hi)).unwrap_or_default();
            vec![percent(b.said), percent(b.came), interval, count_text(b.count)]
        };
        DataTable {
            caption: self.frame.headline.clone(),
            columns: ["Chance that was said", "Share that came true", "95% interval", "Forecasts"]
                .map(TableColumn::number_column)
                .into(),
            rows: self.bins.iter().map(row).collect(),
        }
    }
}

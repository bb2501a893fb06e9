//! Groups beside their reference group: how far apart, how sure, and whether it closes.

use headway_model::Value;

use crate::{
    Chart, ChartFrame, DataTable, MeasureUnit, TableColumn,
    canvas::{SvgCanvas, SvgPath, TextAnchor, TextStyle, px},
    frame::{EDGE, draw_ticks},
    palette,
    scale::AxisScale,
};

/// One row a gap: the group's dot, its reference's ring, the gap between them with its interval.
#[derive(Clone, Debug, PartialEq)]
pub struct GapChart {
    /// Headline, subtitle, source, id.
    pub frame: ChartFrame,
    /// Unit of the values.
    pub unit: MeasureUnit,
    /// The gaps, from top to bottom.
    pub rows: Vec<GapRow>,
}

/// One gap of [`GapChart`].
#[derive(Clone, Debug, PartialEq)]
pub struct GapRow {
    /// The group's name.
    pub group: String,
    /// The reference group's name.
    pub reference: String,
    /// The group's result.
    pub value: Value,
    /// The reference group's result.
    pub reference_value: Value,
    /// The gap, group less reference, with its 95 % interval (lowest, highest) where known.
    pub gap: Option<(f64, Option<(f64, f64)>)>,
    /// Whether it changes, in words (`closing`, `no clear change`).
    pub change: Option<String>,
}

impl GapRow {
    /// Group's and reference's value where both are exact.
    fn exact_values(&self) -> Option<(f64, f64)> {
        let both = (self.value.exact_number()?, self.reference_value.exact_number()?);
        (both.0.is_finite() && both.1.is_finite()).then_some(both)
    }

    fn finite_gap(&self) -> Option<(f64, Option<(f64, f64)>)> {
        let (gap, interval) = self.gap?;
        gap.is_finite().then(|| (gap, interval.filter(|i| i.0.is_finite() && i.1.is_finite())))
    }

    /// Where the interval of the gap lies on the axis of the values.
    fn interval_on_axis(&self) -> Option<(f64, f64)> {
        let (_, reference) = self.exact_values()?;
        let (lo, hi) = self.finite_gap()?.1?;
        Some((reference + lo, reference + hi))
    }

    fn gap_words(&self, unit: &MeasureUnit) -> String {
        let Some((gap, interval)) = self.finite_gap() else {
            return if self.exact_values().is_some() { String::new() } else { unit.published_text(self.value) };
        };
        let interval = interval.map(|(lo, hi)| {
            let bare = |v: f64| unit.difference_text(v).replace(" points", "");
            format!(" ({} to {})", bare(lo), bare(hi))
        });
        format!("{}{}", unit.difference_text(gap), interval.unwrap_or_default())
    }
}

const NAME: TextStyle = TextStyle::title(12.0);
const TRACK: f64 = 18.0;

impl GapChart {
    fn describe_data(&self) -> String {
        let row = |r: &GapRow| {
            let change = r.change.as_ref().map(|c| format!(", {c}")).unwrap_or_default();
            let values = format!(
                "{} against {}",
                self.unit.published_text(r.value),
                self.unit.published_text(r.reference_value)
            );
            let gap =
                if r.finite_gap().is_some() { format!(", gap {}", r.gap_words(&self.unit)) } else { String::new() };
            format!("{} and {}: {values}{gap}{change}.", r.group, r.reference)
        };
        self.rows.iter().map(row).collect::<Vec<_>>().join(" ")
    }

    fn draw_chart(&self, width: f64) -> String {
        let (mut canvas, top) = self.frame.open_picture(width);
        let both = self.rows.iter().filter_map(GapRow::exact_values).flat_map(|(a, b)| [a, b]);
        let intervals = self.rows.iter().filter_map(GapRow::interval_on_axis).flat_map(|(lo, hi)| [lo, hi]);
        // Room for a figure on either side of the outermost dots.
        let figures = self.rows.iter().filter_map(GapRow::exact_values).flat_map(|(a, b)| [a, b]);
        let side = figures
            .map(|v| TextStyle::AXIS.text_width(&self.unit.value_text(v)))
            .fold(10.0, f64::max)
            .min(width * 0.25)
            + 14.0;
        let scale =
            AxisScale::over_values(both.chain(intervals), &self.unit, (width / 90.0).floor(), (side, width - side));

        let mut rails = SvgPath::new();
        let mut y = top;
        let mut tracks = Vec::new();
        for row in &self.rows {
            y += self.draw_head(&mut canvas, row, width, y);
            rails.add_horizontal(EDGE, width - EDGE, y + TRACK / 2.0);
            tracks.push((row, y + TRACK / 2.0));
            y += TRACK + 8.0;
        }
        canvas.draw_path(&rails, &format!("class=\"hw-grid\" stroke=\"{}\"", palette::GRID));
        for (row, y) in tracks {
            self.draw_track(&mut canvas, row, &scale, width, y);
        }
        draw_ticks(&mut canvas, &scale, &self.unit, y - 4.0, (EDGE, width - EDGE));
        let notes = ["Dot: the group, ring: its reference, thin bar: 95% interval of the gap".to_owned()];
        self.frame.close_picture(canvas, width, y + 16.0, &notes, &self.frame.detail_text(&self.describe_data()))
    }

    /// Name at the left and gap at the right, on one line where both fit; gives the height used.
    fn draw_head(&self, canvas: &mut SvgCanvas, row: &GapRow, width: f64, y: f64) -> f64 {
        let against = format!("{} against {}", row.group, row.reference);
        let change = row.change.as_ref().filter(|_| row.finite_gap().is_some());
        let change = change.map(|c| format!(", {c}")).unwrap_or_default();
        let figure = row.gap_words(&self.unit) + &change;
        let style = TextStyle::detail(palette::INK);
        let inner = width - 2.0 * EDGE;
        let mut names = NAME.wrap_text(&against, inner);
        if names.len() == 1 && NAME.text_width(&against) + style.text_width(&figure) + 16.0 <= inner {
            canvas.draw_text(EDGE, y + 14.0, TextAnchor::Start, NAME, &against);
            canvas.draw_text(width - EDGE, y + 14.0, TextAnchor::End, style, &figure);
            return 19.0;
        }
        let mut at = y;
        for name in names.drain(..) {
            at += 14.0;
            canvas.draw_text(EDGE, at, TextAnchor::Start, NAME, &name);
        }
        for line in style.wrap_text(&figure, inner) {
            at += 14.0;
            canvas.draw_text(EDGE, at, TextAnchor::Start, style, &line);
        }
        at - y + 5.0
    }

    fn draw_track(&self, canvas: &mut SvgCanvas, row: &GapRow, scale: &AxisScale, width: f64, y: f64) {
        let Some((value, reference)) = row.exact_values() else {
            let words =
                format!("{} / {}", self.unit.published_text(row.value), self.unit.published_text(row.reference_value));
            let words = TextStyle::NOTE.elide_text(&words, width - 4.0 * EDGE);
            let half = TextStyle::NOTE.text_width(&words) / 2.0 + 4.0;
            canvas.draw_rect((width / 2.0 - half, y - 7.0, 2.0 * half, 14.0), "fill=\"#fff\"");
            canvas.text_mid(width / 2.0, y, TextAnchor::Middle, TextStyle::NOTE, &words);
            return;
        };
        let (x, ring) = (scale.pixel_at(value), scale.pixel_at(reference));
        let line = format!("stroke=\"{}\" stroke-width=\"3\"", palette::FAN_EDGE);
        canvas.draw_path(SvgPath::new().add_horizontal(x, ring, y), &line);
        let (mut left, mut right) = (x.min(ring) - 8.0, x.max(ring) + 8.0);
        if let Some((lo, hi)) = row.interval_on_axis() {
            let (lo, hi) = (scale.pixel_at(lo), scale.pixel_at(hi));
            let bar = SvgPath::new()
                .add_horizontal(lo, hi, y)
                .add_vertical(lo, y - 4.0, y + 4.0)
                .add_vertical(hi, y - 4.0, y + 4.0)
                .clone();
            canvas.draw_path(&bar, &format!("stroke=\"{}\" stroke-width=\"1.3\"", palette::INK));
            (left, right) = (left.min(lo - 5.0), right.max(hi + 5.0));
        }
        canvas.draw_dot(ring, y, 5.0, &format!("fill=\"#fff\" stroke=\"{}\" stroke-width=\"2\"", palette::INK), "");
        canvas.draw_dot(x, y, 5.0, &format!("fill=\"{}\" stroke=\"#fff\"", palette::ACTUAL), "");
        let (group, other) = (self.unit.value_text(value), self.unit.value_text(reference));
        let (low, high) = if value <= reference { (group, other) } else { (other, group) };
        canvas.text_mid(left, y, TextAnchor::End, TextStyle::AXIS, &TextStyle::AXIS.elide_text(&low, left - EDGE));
        canvas.text_mid(
            right,
            y,
            TextAnchor::Start,
            TextStyle::AXIS,
            &TextStyle::AXIS.elide_text(&high, width - EDGE - right),
        );
    }
}

impl Chart for GapChart {
    fn to_svg(&self, width: f64) -> String {
        self.draw_chart(width.max(240.0))
    }

    fn text_alternative(&self) -> String {
        self.frame.full_text(&self.describe_data())
    }

    fn data_table(&self) -> DataTable {
        let row = |r: &GapRow| {
            let gap = r.finite_gap();
            let interval = gap.and_then(|g| g.1);
            vec![
                r.group.clone(),
                r.reference.clone(),
                self.unit.published_text(r.value),
                self.unit.published_text(r.reference_value),
                gap.map(|g| self.unit.difference_text(g.0)).unwrap_or_default(),
                interval
                    .map(|(lo, hi)| format!("{} to {}", self.unit.difference_text(lo), self.unit.difference_text(hi)))
                    .unwrap_or_default(),
                r.change.clone().unwrap_or_default(),
            ]
        };
        let mut columns = vec![TableColumn::text_column("Group"), TableColumn::text_column("Reference")];
        columns.extend(["Result", "Reference result", "Gap", "95% interval"].map(TableColumn::number_column));
        columns.push(TableColumn::text_column("Change"));
        DataTable { caption: self.frame.headline.clone(), columns, rows: self.rows.iter().map(row).collect() }
    }
}

/// A gap as a small picture for the cell of a matrix, whose figure stands beside it as text: a bar from the middle (no gap)
/// to the gap, with its 95 % interval. `most` is the gap, up or down, that fills half the width; all cells of a matrix share it.
/// Hidden from screen readers. Empty when gap or `most` is no number or `most` is not above zero.
pub fn gap_cell(gap: f64, interval: Option<(f64, f64)>, most: f64, width: f64) -> String {
    if !gap.is_finite() || !most.is_finite() || most <= 0.0 || !width.is_finite() {
        return String::new();
    }
    let (width, middle) = (width.max(30.0), 8.0);
    let at = |v: f64| width / 2.0 + (v / most).clamp(-1.0, 1.0) * (width / 2.0 - 3.0);
    let mut canvas = SvgCanvas::new();
    canvas.draw_path(SvgPath::new().add_vertical(width / 2.0, 1.0, 15.0), &format!("stroke=\"{}\"", palette::AXIS));
    canvas.draw_path(
        SvgPath::new().add_horizontal(at(0.0), at(gap), middle),
        &format!("stroke=\"{}\" stroke-width=\"7\"", palette::FAN_EDGE),
    );
    if let Some((lo, hi)) = interval.filter(|i| i.0.is_finite() && i.1.is_finite()) {
        let bar = SvgPath::new()
            .add_horizontal(at(lo), at(hi), middle)
            .add_vertical(at(lo), 5.0, 11.0)
            .add_vertical(at(hi), 5.0, 11.0)
            .clone();
        canvas.draw_path(&bar, &format!("stroke=\"{}\"", palette::INK));
    }
    let width = px(width);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"hw-gap-cell\" width=\"{width}\" height=\"16\" viewBox=\"0 0 {width} 16\" \
         aria-hidden=\"true\" focusable=\"false\">{}</svg>",
        canvas.into_svg()
    )
}

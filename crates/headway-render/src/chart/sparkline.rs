//! A line as small as a word, for a row of a table. The figures stand beside it as text.

use crate::{
    Chart, ChartFrame, ChartPoint, DataTable, MeasureUnit, TableColumn,
    canvas::{SvgCanvas, SvgPath, escape_xml, px},
    format, palette,
    scale::{AxisScale, PeriodAxis},
    series::{exact_runs, results_sentence, sorted_points},
};

/// A line as small as a word: the shape of a series, its last dot, its target as a dashed line.
#[derive(Clone, Debug, PartialEq)]
pub struct SparklineChart {
    /// Unique in the page.
    pub id: String,
    /// What it is the line of, for those who don't see it (`Attendance, Springfield`).
    pub label: String,
    /// Unit of all values.
    pub unit: MeasureUnit,
    /// The results, in any order.
    pub points: Vec<ChartPoint>,
    /// Periods from one due result to the next.
    pub every: i32,
    /// The target's value, where there is one.
    pub target: Option<f64>,
    /// Other figures that results are held against: the ends of a band, what a path asks for. Written figures keep to their side.
    pub marks: Vec<f64>,
}

impl SparklineChart {
    /// Results only.
    pub fn new(id: impl Into<String>, label: impl Into<String>, unit: MeasureUnit, points: Vec<ChartPoint>) -> Self {
        Self { id: id.into(), label: label.into(), unit, points, every: 1, target: None, marks: Vec::new() }
    }

    fn finite_target(&self) -> Option<f64> {
        self.target.filter(|t| t.is_finite())
    }

    /// All figures that results are held against.
    fn rounding_marks(&self) -> Vec<f64> {
        self.finite_target().into_iter().chain(self.marks.iter().copied()).collect()
    }
}

impl Chart for SparklineChart {
    /// 24 pixels high; any width from 40 on.
    fn to_svg(&self, width: f64) -> String {
        let (width, height) = (width.max(40.0), 24.0);
        let points = sorted_points(&self.points);
        let numbers = points.iter().flat_map(|p| p.finite_numbers()).chain(self.finite_target());
        let values = AxisScale::over_values(numbers, &MeasureUnit::Score, 4.0, (height - 4.0, 4.0));
        let mut canvas = SvgCanvas::new();
        if let Some(periods) = PeriodAxis::over_periods(points.iter().map(|p| p.period), (4.0, width - 4.0)) {
            if let Some(target) = self.finite_target() {
                let dashes = format!("stroke=\"{}\" stroke-width=\"1.2\" stroke-dasharray=\"4 3\"", palette::TARGET);
                canvas.draw_path(SvgPath::new().add_horizontal(2.0, width - 2.0, values.pixel_at(target)), &dashes);
            }
            let mut line = SvgPath::new();
            let runs = exact_runs(&points, self.every, &[]);
            let fill = format!("fill=\"{}\"", palette::ACTUAL);
            let place = |&(p, v): &(headway_model::Period, f64)| (periods.pixel_of(p), values.pixel_at(v));
            for run in &runs {
                match &**run {
                    [only] => {
                        let (x, y) = place(only);
                        canvas.draw_dot(x, y, 1.7, &fill, "");
                    }
                    run => {
                        line.add_line(run.iter().map(place));
                    }
                }
            }
            let stroke = "fill=\"none\" stroke-width=\"1.6\" stroke-linecap=\"round\" stroke-linejoin=\"round\"";
            canvas.draw_path(&line, &format!("stroke=\"{}\" {stroke}", palette::ACTUAL));
            let mut bars = SvgPath::new();
            for point in points.iter().filter(|p| p.value.exact_number().is_none()) {
                if let [lo, hi] = *point.finite_numbers().collect::<Vec<_>>() {
                    bars.add_vertical(periods.pixel_of(point.period), values.pixel_at(lo), values.pixel_at(hi));
                }
            }
            canvas.draw_path(&bars, &format!("stroke=\"{}\" stroke-width=\"2\"", palette::FAN_EDGE));
            if let Some(last) = runs.last().and_then(|run| run.last()) {
                let (x, y) = place(last);
                canvas.draw_dot(x, y, 2.5, &fill, "");
            }
        }
        let (width, height) = (px(width), px(height));
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"hw-spark\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"{id}-t\"><title id=\"{id}-t\">{}</title>{}</svg>",
            escape_xml(&self.text_alternative()),
            canvas.into_svg(),
            id = ChartFrame::new(&*self.id, "", "").safe_id(&width),
        )
    }

    fn text_alternative(&self) -> String {
        let target =
            self.finite_target().map(|t| format!(" Target {}.", self.unit.trimmed_text(t))).unwrap_or_default();
        format!(
            "{}: {}{target}",
            self.label,
            results_sentence(&sorted_points(&self.points), &self.unit, &[], &self.rounding_marks())
        )
    }

    fn data_table(&self) -> DataTable {
        DataTable {
            caption: self.label.clone(),
            columns: vec![TableColumn::text_column("Period"), TableColumn::number_column("Result")],
            rows: sorted_points(&self.points)
                .iter()
                .map(|p| vec![format::period_text(p.period), p.published_text(&self.unit, &self.rounding_marks())])
                .collect(),
        }
    }
}

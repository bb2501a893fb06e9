//! What stands around every chart: headline, subtitle, notes, source, and the words for those who don't see it.

use crate::{
    MeasureUnit,
    canvas::{SvgCanvas, TextAnchor, TextStyle, escape_xml, px},
    palette,
    scale::{AxisScale, PeriodAxis},
};

/// What stands around a chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartFrame {
    /// Unique in the page; the ids inside the SVG begin with it.
    pub id: String,
    /// The finding, a sentence made from the data.
    pub headline: String,
    /// What is shown: measure, unit, group, place.
    pub subtitle: String,
    /// Source and vintage, shown small below the chart; may be empty.
    pub source: String,
    /// Whether headline and subtitle are drawn. A page that has them as text of its own leaves them out of the picture; they
    /// stay in its text alternative.
    pub heading: bool,
}

pub(crate) const LINE: f64 = 14.0;
/// Free pixels at the left and right edge.
pub(crate) const EDGE: f64 = 4.0;

impl ChartFrame {
    /// A frame with the heading drawn and no source.
    pub fn new(id: impl Into<String>, headline: impl Into<String>, subtitle: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            headline: headline.into(),
            subtitle: subtitle.into(),
            source: String::new(),
            heading: true,
        }
    }

    /// With this source and vintage.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<String>) -> Self {
        self.source = source.into();
        self
    }

    /// With headline and subtitle left to the page.
    #[must_use]
    pub fn without_heading(mut self) -> Self {
        self.heading = false;
        self
    }

    /// Starts a picture: what is written so far, and the height at which the chart itself may begin.
    pub(crate) fn open_picture(&self, width: f64) -> (SvgCanvas, f64) {
        let mut canvas = SvgCanvas::new();
        let mut y = 4.0;
        if self.heading {
            let head = TextStyle::head(if width < 480.0 { 15.0 } else { 17.0 });
            for line in head.wrap_evenly(&self.headline, width - 2.0 * EDGE) {
                y += head.size + 4.0;
                canvas.draw_text(EDGE, y - 3.0, TextAnchor::Start, head, &line);
            }
            y += 3.0;
            for line in TextStyle::SUB.wrap_text(&self.subtitle, width - 2.0 * EDGE) {
                y += 16.0;
                canvas.draw_text(EDGE, y - 2.0, TextAnchor::Start, TextStyle::SUB, &line);
            }
            y += 10.0;
        }
        (canvas, y)
    }

    /// Ends a picture: notes and source below `bottom`, then the element around all with its title and description.
    pub(crate) fn close_picture(
        &self,
        mut canvas: SvgCanvas,
        width: f64,
        bottom: f64,
        notes: &[String],
        description: &str,
    ) -> String {
        let mut y = bottom + 2.0;
        let below = [notes.join(". "), self.source.clone()];
        for text in below.iter().filter(|t| !t.is_empty()) {
            y += 2.0;
            for line in TextStyle::NOTE.wrap_text(text, width - 2.0 * EDGE) {
                y += LINE;
                canvas.draw_text(EDGE, y - 2.0, TextAnchor::Start, TextStyle::NOTE, &line);
            }
        }
        let (width, height) = (px(width), px((y + 4.0).ceil()));
        let id = self.safe_id(&width);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"hw-chart\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\" \
             font-family=\"system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif\">\
             <title id=\"{id}-t\">{}</title><desc id=\"{id}-d\">{}</desc>{}</svg>",
            escape_xml(&self.headline),
            escape_xml(description),
            canvas.into_svg()
        )
    }

    /// The id with what an id can't hold replaced, and the width, so that one page can hold a chart in two widths.
    pub(crate) fn safe_id(&self, width: &str) -> String {
        let safe = |c: char| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '-' };
        format!("{}-{}", self.id.chars().map(safe).collect::<String>(), width.replace('.', "-"))
    }

    /// Headline, subtitle and what the chart adds, as one text.
    pub(crate) fn full_text(&self, chart: &str) -> String {
        format!("{} {}", end_sentence(&self.headline), self.detail_text(chart))
    }

    /// Subtitle and what the chart adds: the description beside the title.
    pub(crate) fn detail_text(&self, chart: &str) -> String {
        [end_sentence(&self.subtitle), chart.trim().to_owned(), end_sentence(&self.source)]
            .into_iter()
            .filter(|t| !t.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// A text that ends like a sentence.
pub(crate) fn end_sentence(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() || text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

/// Pixels that the tick labels of a vertical scale need, with the space beside them.
pub(crate) fn tick_room(scale: &AxisScale, unit: &MeasureUnit) -> f64 {
    let widest = scale
        .tick_values()
        .iter()
        .map(|&t| TextStyle::AXIS.text_width(&unit.tick_text(t, scale.step)))
        .fold(0.0, f64::max);
    EDGE + widest + 8.0
}

/// Grid lines with labels at their left; the lowest is the axis.
pub(crate) fn draw_grid(canvas: &mut SvgCanvas, scale: &AxisScale, unit: &MeasureUnit, (x0, x1): (f64, f64)) {
    let ticks = scale.tick_values();
    let mut grid = crate::canvas::SvgPath::new();
    let mut axis = crate::canvas::SvgPath::new();
    for (i, &tick) in ticks.iter().enumerate() {
        let path = if i == 0 { &mut axis } else { &mut grid };
        path.add_horizontal(x0, x1, scale.pixel_at(tick));
    }
    canvas.draw_path(&grid, &format!("class=\"hw-grid\" stroke=\"{}\"", palette::GRID));
    canvas.draw_path(&axis, &format!("stroke=\"{}\"", palette::AXIS));
    for &tick in &ticks {
        canvas.text_mid(
            x0 - 8.0,
            scale.pixel_at(tick),
            TextAnchor::End,
            TextStyle::AXIS,
            &unit.tick_text(tick, scale.step),
        );
    }
}

/// Period labels below an axis at height y, kept between the edges of the picture.
pub(crate) fn draw_periods(canvas: &mut SvgCanvas, periods: &PeriodAxis, y: f64, edges: (f64, f64)) {
    draw_along(canvas, periods.fitting_labels(TextStyle::AXIS.size), y, edges);
}

/// The tick labels of a level scale, below an axis at height y.
pub(crate) fn draw_ticks(canvas: &mut SvgCanvas, scale: &AxisScale, unit: &MeasureUnit, y: f64, edges: (f64, f64)) {
    let ticks = scale.tick_values().into_iter().map(|t| (scale.pixel_at(t), unit.tick_text(t, scale.step)));
    draw_along(canvas, ticks.collect(), y, edges);
}

/// Labels below an axis, moved inward where they would leave the picture; one that would then touch its neighbor is left out.
fn draw_along(canvas: &mut SvgCanvas, labels: Vec<(f64, String)>, y: f64, (left, right): (f64, f64)) {
    let mut free_from = left;
    for (x, text) in labels {
        let half = TextStyle::AXIS.text_width(&text) / 2.0;
        let x = x.clamp(left + half, (right - half).max(left + half));
        if x - half >= free_from {
            canvas.draw_text(x, y + 16.0, TextAnchor::Middle, TextStyle::AXIS, &text);
            free_from = x + half + 4.0;
        }
    }
}

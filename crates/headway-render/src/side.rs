//! Direct labels in the column beside a chart: near what they name, never on one another.

use crate::{
    canvas::{SvgCanvas, SvgPath, TextAnchor, TextStyle},
    frame::{EDGE, LINE},
    labels::spread_labels,
    palette,
};

/// A label of a few lines that names what ends at height `y`.
#[derive(Clone, Debug)]
pub(crate) struct SideLabel {
    lines: Vec<(TextStyle, String)>,
}

/// From the chart to its labels, with room for a leader line.
const SPACE: f64 = 10.0;
/// Between two labels.
const GAP: f64 = 3.0;

impl SideLabel {
    /// A label from texts, wrapped to at most `max` pixels.
    pub(crate) fn new(texts: &[(TextStyle, String)], max: f64) -> Self {
        let wrapped =
            texts.iter().flat_map(|(style, text)| style.wrap_text(text, max).into_iter().map(|line| (*style, line)));
        Self { lines: wrapped.collect() }
    }

    pub(crate) fn label_height(&self) -> f64 {
        LINE * self.lines.len() as f64
    }
}

/// The widest that labels may be in a picture of that width.
pub(crate) fn widest_label(width: f64) -> f64 {
    (width * 0.27).clamp(80.0, 160.0)
}

/// Pixels at the right edge that the labels need.
pub(crate) fn room_for_labels<'a>(sides: impl IntoIterator<Item = &'a SideLabel>) -> f64 {
    let lines = sides.into_iter().flat_map(|s| &s.lines);
    let widest = lines.map(|(style, text)| style.text_width(text)).fold(0.0, f64::max);
    if widest == 0.0 { 2.0 * EDGE } else { SPACE + widest + EDGE }
}

/// Height that the labels need, all together.
pub(crate) fn total_height<'a>(sides: impl IntoIterator<Item = &'a SideLabel>) -> f64 {
    sides.into_iter().map(|s| s.label_height() + GAP).sum()
}

/// Draws the labels right of `x`, each as near as can be to the height it names, within `lo..hi` (which must hold them all).
pub(crate) fn draw_labels(canvas: &mut SvgCanvas, x: f64, sides: &[(f64, SideLabel)], (lo, hi): (f64, f64)) {
    let wanted: Vec<(f64, f64)> = sides.iter().map(|(y, side)| (*y, side.label_height())).collect();
    let centers = spread_labels(&wanted, GAP, lo, hi.max(lo + total_height(sides.iter().map(|s| &s.1))))
        .expect("the bounds were widened to hold every label");
    let mut leaders = SvgPath::new();
    for ((y, _), center) in sides.iter().zip(&centers) {
        if (y - center).abs() > 5.0 {
            leaders.add_line([(x + 1.0, *y), (x + SPACE - 2.0, *center)]);
        }
    }
    canvas.draw_path(&leaders, &format!("stroke=\"{}\" fill=\"none\"", palette::AXIS));
    for ((_, side), center) in sides.iter().zip(&centers) {
        let top = center - side.label_height() / 2.0 + LINE / 2.0;
        for (i, (style, text)) in side.lines.iter().enumerate() {
            canvas.text_mid(x + SPACE, top + LINE * i as f64, TextAnchor::Start, *style, text);
        }
    }
}

//! Writes SVG, as short as it can be: numbers with one decimal, neighboring texts of one style in one group.

use std::fmt::Write as _;

use crate::palette;

/// How a text looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct TextStyle {
    class: &'static str,
    pub(crate) size: f64,
    pub(crate) bold: bool,
    color: &'static str,
}

impl TextStyle {
    pub(crate) const SUB: Self = Self { class: "hw-sub", size: 12.5, bold: false, color: palette::MUTED };
    pub(crate) const AXIS: Self = Self { class: "hw-axis", size: 11.5, bold: false, color: palette::MUTED };
    pub(crate) const NOTE: Self = Self { class: "hw-note", size: 11.0, bold: false, color: palette::MUTED };

    pub(crate) const fn head(size: f64) -> Self {
        Self { class: "hw-head", size, bold: true, color: palette::INK }
    }

    /// The name of a panel or row.
    pub(crate) const fn title(size: f64) -> Self {
        Self { class: "hw-title", size, bold: true, color: palette::INK }
    }

    /// A direct label in the color of what it names.
    pub(crate) const fn label(color: &'static str) -> Self {
        Self { class: "hw-label", size: 12.0, bold: true, color }
    }

    /// The second line of a label.
    pub(crate) const fn detail(color: &'static str) -> Self {
        Self { class: "hw-detail", size: 11.5, bold: false, color }
    }

    pub(crate) fn text_width(self, text: &str) -> f64 {
        crate::metrics::text_width(text, self.size, self.bold)
    }

    pub(crate) fn wrap_evenly(self, text: &str, max: f64) -> Vec<String> {
        crate::metrics::wrap_evenly(text, self.size, self.bold, max)
    }

    pub(crate) fn elide_text(self, text: &str, max: f64) -> String {
        crate::metrics::elide_text(text, self.size, self.bold, max)
    }

    pub(crate) fn wrap_text(self, text: &str, max: f64) -> Vec<String> {
        crate::metrics::wrap_text(text, self.size, self.bold, max)
    }
}

/// Which point of a text its x names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextAnchor {
    Start,
    Middle,
    End,
}

/// The inside of an SVG element, as it is written.
pub(crate) struct SvgCanvas {
    out: String,
    open: Option<(TextStyle, TextAnchor)>,
}

impl SvgCanvas {
    pub(crate) fn new() -> Self {
        Self { out: String::with_capacity(4096), open: None }
    }

    /// A text with its baseline at y.
    pub(crate) fn draw_text(&mut self, x: f64, y: f64, anchor: TextAnchor, style: TextStyle, text: &str) {
        if self.open != Some((style, anchor)) {
            self.close_text();
            let weight = if style.bold { " font-weight=\"bold\"" } else { "" };
            let anchor_attribute = match anchor {
                TextAnchor::Start => "",
                TextAnchor::Middle => " text-anchor=\"middle\"",
                TextAnchor::End => " text-anchor=\"end\"",
            };
            let TextStyle { class, size, color, .. } = style;
            self.push_svg(&format!(
                "<g class=\"{class}\" font-size=\"{size}\" fill=\"{color}\"{weight}{anchor_attribute}>"
            ));
            self.open = Some((style, anchor));
        }
        self.push_svg(&format!("<text x=\"{}\" y=\"{}\">{}</text>", px(x), px(y), escape_xml(text)));
    }

    /// A text whose middle is at height y.
    pub(crate) fn text_mid(&mut self, x: f64, y: f64, anchor: TextAnchor, style: TextStyle, text: &str) {
        self.draw_text(x, y + style.size * 0.36, anchor, style, text);
    }

    /// Lines of text around a center, `line` pixels apart.
    pub(crate) fn draw_block(
        &mut self,
        (x, y): (f64, f64),
        anchor: TextAnchor,
        style: TextStyle,
        lines: &[String],
        line: f64,
    ) {
        let top = y - line * (lines.len().max(1) - 1) as f64 / 2.0;
        for (i, text) in lines.iter().enumerate() {
            self.text_mid(x, top + line * i as f64, anchor, style, text);
        }
    }

    /// A path with its attributes; nothing when the path is empty.
    pub(crate) fn draw_path(&mut self, path: &SvgPath, attributes: &str) {
        if !path.0.is_empty() {
            self.put_shape(&format!("<path d=\"{}\" {attributes}/>", path.0));
        }
    }

    /// A group of shapes with common attributes.
    pub(crate) fn draw_group(&mut self, attributes: &str, inside: impl FnOnce(&mut Self)) {
        self.put_shape(&format!("<g {attributes}>"));
        inside(self);
        self.put_shape("</g>");
    }

    /// A dot; `title` is shown to a pointer.
    pub(crate) fn draw_dot(&mut self, x: f64, y: f64, r: f64, attributes: &str, title: &str) {
        let space = if attributes.is_empty() { "" } else { " " };
        let inside =
            if title.is_empty() { "/>".to_owned() } else { format!("><title>{}</title></circle>", escape_xml(title)) };
        self.put_shape(&format!(
            "<circle cx=\"{}\" cy=\"{}\" r=\"{}\"{space}{attributes}{inside}",
            px(x),
            px(y),
            px(r)
        ));
    }

    pub(crate) fn draw_rect(&mut self, (x, y, width, height): (f64, f64, f64, f64), attributes: &str) {
        let (x, y, width, height) = (px(x), px(y), px(width), px(height));
        self.put_shape(&format!("<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" {attributes}/>"));
    }

    /// Ready-made SVG.
    pub(crate) fn draw_raw(&mut self, svg: &str) {
        self.put_shape(svg);
    }

    /// What was drawn.
    pub(crate) fn into_svg(mut self) -> String {
        self.close_text();
        self.out
    }

    fn put_shape(&mut self, svg: &str) {
        self.close_text();
        self.push_svg(svg);
    }

    fn close_text(&mut self) {
        if self.open.take().is_some() {
            self.push_svg("</g>");
        }
    }

    fn push_svg(&mut self, svg: &str) {
        self.out.push_str(svg);
    }
}

/// The data of a path element.
#[derive(Clone, Debug, Default)]
pub(crate) struct SvgPath(String);

impl SvgPath {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// A line through the points, in a new stretch.
    pub(crate) fn add_line(&mut self, points: impl IntoIterator<Item = (f64, f64)>) -> &mut Self {
        for (i, (x, y)) in points.into_iter().enumerate() {
            let _ = write!(self.0, "{}{} {}", if i == 0 { 'M' } else { 'L' }, px(x), px(y));
        }
        self
    }

    /// A closed area around the points.
    pub(crate) fn add_area(&mut self, points: impl IntoIterator<Item = (f64, f64)>) -> &mut Self {
        self.add_line(points);
        self.0.push('Z');
        self
    }

    /// A stretch of no length: a dot, when the stroke has round ends.
    pub(crate) fn add_point(&mut self, x: f64, y: f64) -> &mut Self {
        let _ = write!(self.0, "M{} {}h0", px(x), px(y));
        self
    }

    pub(crate) fn add_horizontal(&mut self, x0: f64, x1: f64, y: f64) -> &mut Self {
        let _ = write!(self.0, "M{} {}H{}", px(x0), px(y), px(x1));
        self
    }

    pub(crate) fn add_vertical(&mut self, x: f64, y0: f64, y1: f64) -> &mut Self {
        let _ = write!(self.0, "M{} {}V{}", px(x), px(y0), px(y1));
        self
    }
}

/// A number of pixels with one decimal at most.
pub(crate) fn px(value: f64) -> String {
    debug_assert!(value.is_finite(), "only finite numbers reach the picture");
    let tenths = if value.is_finite() { (value * 10.0).round() as i64 } else { 0 };
    let sign = if tenths < 0 { "-" } else { "" };
    let (whole, tenth) = (tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10);
    if tenth == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{tenth}") }
}

/// Text as XML: marks escaped, control characters (which XML can't hold) left out.
pub(crate) fn escape_xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(' '),
            c if c.is_control() || c == '\u{fffe}' || c == '\u{ffff}' => {}
            c => out.push(c),
        }
    }
    out
}

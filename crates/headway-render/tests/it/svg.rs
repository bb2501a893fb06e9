//! Reads an SVG back and checks what a reader would see.

use std::fmt;

use headway_render::{Chart, text_width};
use resvg::usvg::roxmltree::{Document, Node};

/// A text as it lies in the picture.
struct TextBox {
    text: String,
    x0: f64,
    y0: f64,
    x1: f64,
    y1: f64,
}

/// The attribute of the node or of the nearest node around it.
fn inherited<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    node.ancestors().find_map(|n| n.attribute(name))
}

fn number(text: Option<&str>) -> f64 {
    text.expect("the attribute is there").parse().expect("the attribute is a number")
}

impl fmt::Display for TextBox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { text, x0, y0, x1, y1 } = self;
        write!(f, "“{text}” at {x0:.1} {y0:.1} to {x1:.1} {y1:.1}")
    }
}

fn texts(document: &Document<'_>) -> Vec<TextBox> {
    let texts = document.descendants().filter(|n| n.has_tag_name(("http://www.w3.org/2000/svg", "text")));
    let text_box = |node: Node<'_, '_>| {
        let text: String = node.text().unwrap_or_default().to_owned();
        let size = number(inherited(node, "font-size"));
        let width = text_width(&text, size, inherited(node, "font-weight") == Some("bold"));
        let (x, y) = (number(node.attribute("x")), number(node.attribute("y")));
        let x0 = match inherited(node, "text-anchor") {
            Some("middle") => x - width / 2.0,
            Some("end") => x - width,
            _ => x,
        };
        TextBox { text, x0, y0: y - 0.72 * size, x1: x0 + width, y1: y + 0.1 * size }
    };
    texts.map(text_box).collect()
}

/// Well-formed, no NaN, text inside the picture, no text on another; title and description there, ids unique.
pub(crate) fn check(chart: &dyn Chart, width: f64) -> Result<String, String> {
    let svg = chart.to_svg(width);
    let document = Document::parse(&svg).map_err(|e| format!("{e} in {svg}"))?;
    let figures = ["d", "x", "y", "cx", "cy", "r", "x1", "x2", "y1", "y2", "width", "height", "viewBox", "transform"];
    for figure in document.descendants().flat_map(|n| figures.map(|name| n.attribute(name).unwrap_or_default())) {
        if figure.contains("NaN") || figure.contains("inf") {
            return Err(format!("{figure} in {svg}"));
        }
    }
    let root = document.root_element();
    let (width, height) = (number(root.attribute("width")), number(root.attribute("height")));
    let ids = root.attribute("aria-labelledby").unwrap_or_default().split(' ');
    for id in ids {
        let named = document.descendants().filter(|n| n.attribute("id") == Some(id)).count();
        if named != 1 {
            return Err(format!("id {id} is there {named} times"));
        }
    }
    let texts = texts(&document);
    for (i, a) in texts.iter().enumerate() {
        if a.x0 < -0.5 || a.y0 < -0.5 || a.x1 > width + 0.5 || a.y1 > height + 0.5 {
            return Err(format!("leaves the picture of {width} x {height}: {a}\n{svg}"));
        }
        for b in &texts[..i] {
            if a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1 {
                return Err(format!("overlap at {width}: {a} and {b}\n{svg}"));
            }
        }
    }
    Ok(svg)
}

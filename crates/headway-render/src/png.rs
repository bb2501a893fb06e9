//! PNG from SVG, with a font of its own: a fresh machine has none.

use std::sync::{Arc, LazyLock};

use resvg::{tiny_skia, usvg};

/// Why a picture could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PngError {
    /// The SVG can't be read.
    #[error("the SVG can't be read: {0}")]
    Svg(#[from] usvg::Error),
    /// The picture would have no size or more than 100 million pixels.
    #[error("a picture of {width} x {height} pixels can't be made")]
    Size {
        /// Pixels across.
        width: f32,
        /// Pixels down.
        height: f32,
    },
    /// The picture can't be written as PNG.
    #[error("the picture can't be written as PNG: {0}")]
    Encode(String),
}

/// Noto Sans, regular and bold (SIL Open Font License 1.1), read once.
static FONTS: LazyLock<Arc<usvg::fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = usvg::fontdb::Database::new();
    fonts.load_font_data(notosans::REGULAR_TTF.to_vec());
    fonts.load_font_data(notosans::BOLD_TTF.to_vec());
    fonts.set_sans_serif_family("Noto Sans");
    Arc::new(fonts)
});

/// Most pixels of a picture: 400 MB of memory.
const MOST_PIXELS: f32 = 1e8;

/// An SVG as PNG on white, `scale` pixels to the SVG's pixel (2 for sharp print). Uses no font of the machine, so that the
/// same SVG gives the same bytes everywhere.
///
/// # Errors
/// When the SVG is not well-formed or the picture would be empty or too large.
pub fn svg_to_png(svg: &str, scale: f64) -> Result<Vec<u8>, PngError> {
    let options =
        usvg::Options { fontdb: FONTS.clone(), font_family: "Noto Sans".to_owned(), ..usvg::Options::default() };
    let tree = usvg::Tree::from_str(svg, &options)?;
    let scale = scale as f32;
    let (width, height) = ((tree.size().width() * scale).ceil(), (tree.size().height() * scale).ceil());
    let pixels = width * height;
    let too_large = pixels.is_nan() || pixels > MOST_PIXELS;
    let mut pixmap = if too_large { None } else { tiny_skia::Pixmap::new(width as u32, height as u32) }
        .ok_or(PngError::Size { width, height })?;
    pixmap.fill(tiny_skia::Color::WHITE);
    resvg::render(&tree, tiny_skia::Transform::from_scale(scale, scale), &mut pixmap.as_mut());
    pixmap.encode_png().map_err(|e| PngError::Encode(e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_shows_without_any_font_of_the_machine() {
        let picture = |text: &str| {
            let svg = format!(
                "<svg xmlns='http://www.w3.org/2000/svg' width='90' height='20' font-family='system-ui,sans-serif'>\
                 <text x='2' y='15'>{text}</text></svg>"
            );
            svg_to_png(&svg, 1.0).unwrap()
        };
        assert_ne!(picture("60.7%"), picture(""));
        assert_ne!(picture("60.7%"), picture("60.8%"));
    }

    #[test]
    fn what_can_not_be_drawn_is_an_error() {
        assert!(matches!(svg_to_png("<svg", 1.0), Err(PngError::Svg(_))));
        let svg = "<svg xmlns='http://www.w3.org/2000/svg' width='90' height='20'/>";
        assert!(matches!(svg_to_png(svg, 1e5), Err(PngError::Size { .. })));
        assert!(matches!(svg_to_png(svg, f64::NAN), Err(PngError::Size { .. })));
    }
}

//! The colors, all on white: text reaches 4.5:1 and marks 3:1 (WCAG 2.2 AA); a test measures them.

/// Headlines and values.
pub const INK: &str = "#1a2233";
/// Subtitles, axes, notes.
pub const MUTED: &str = "#5b6472";
/// Grid lines: decoration, nothing depends on seeing them.
pub const GRID: &str = "#e4e8ef";
/// The zero line and axes.
pub const AXIS: &str = "#858c9b";
/// Results and forecasts.
pub const ACTUAL: &str = "#0b5cab";
/// Targets.
pub const TARGET: &str = "#b93a06";
/// Targets of earlier editions.
pub const OLD_TARGET: &str = "#a5714f";
/// The 80 % range of a forecast, which lies on the 95 % range.
pub const FAN_80: &str = "#a9c6e4";
/// The 95 % range of a forecast.
pub const FAN_95: &str = "#dce8f4";
/// Between natural limits: decoration, the limits have lines.
pub const BAND: &str = "#f1f5fa";
/// Edges of ranges, where a reader must find them.
pub const FAN_EDGE: &str = "#5b8fc7";
/// The many places among which one is shown.
pub const CROWD: &str = "#7d8ea6";
/// Better than expected.
pub const GOOD: &str = "#0f6e5c";
/// Worse than expected.
pub const BAD: &str = "#b42318";
/// Needs a look.
pub const WARN: &str = "#8a5a00";

#[cfg(test)]
mod tests {
    use super::*;

    /// Contrast with white after WCAG 2.2 (relative luminance).
    fn contrast(color: &str) -> f64 {
        let channel = |i: usize| {
            let c = f64::from(u8::from_str_radix(&color[i..i + 2], 16).unwrap()) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        1.05 / (0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5) + 0.05)
    }

    #[test]
    fn text_and_marks_stand_out_from_white() {
        for text in [INK, MUTED, ACTUAL, TARGET, GOOD, BAD, WARN] {
            assert!(contrast(text) >= 4.5, "{text}: {}", contrast(text));
        }
        for mark in [AXIS, OLD_TARGET, FAN_EDGE, CROWD] {
            assert!(contrast(mark) >= 3.0, "{mark}: {}", contrast(mark));
        }
    }
}

//! Shapes for the words of a status: each its own shape, so that none depends on color.

use headway_model::status::{Status, StatusTone};

use crate::palette;

/// The words of a status (model: computed, in this order).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StatusMark {
    /// `no target`
    NoTarget,
    /// `not reporting`: a result was due and is not in.
    NotReporting,
    /// `too few students`
    TooFewStudents,
    /// `not tested`
    NotTested,
    /// `not applicable`
    NotApplicable,
    /// `not yet due`
    NotYetDue,
    /// `target met`
    TargetMet,
    /// `target missed`
    TargetMissed,
    /// `cannot tell`: a range that lies on both sides.
    CannotTell,
    /// `ahead`
    Ahead,
    /// `on track`
    OnTrack,
    /// `near`: within the stated tolerance.
    Near,
    /// `off track`
    OffTrack,
    /// `moving away`: worse than the baseline.
    MovingAway,
}

/// mark, word, color, shape on a field of 16 by 16: paths are drawn in the color, 2 wide; `solid` ones are filled too, and
/// what lies on them is white
type MarkRow = (StatusMark, &'static str, &'static str, MarkShape);

/// The outline, whether it is filled, and what lies on it in white.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct MarkShape {
    outline: &'static str,
    solid: bool,
    on_it: &'static str,
}

const fn hollow_shape(outline: &'static str) -> MarkShape {
    MarkShape { outline, solid: false, on_it: "" }
}

const fn solid_shape(outline: &'static str, on_it: &'static str) -> MarkShape {
    MarkShape { outline, solid: true, on_it }
}

/// A circle of radius 6 in the middle.
const CIRCLE: &str = "M2 8A6 6 0 1 1 14 8A6 6 0 1 1 2 8Z";

#[rustfmt::skip]
const TABLE: [MarkRow; 14] = [
    (StatusMark::NoTarget, "no target", palette::MUTED, hollow_shape("M3 8H13")),
    (StatusMark::NotReporting, "not reporting", palette::WARN, hollow_shape("M4.5 2H2V14H4.5M11.5 2H14V14H11.5M7 8H9")),
    (StatusMark::TooFewStudents, "too few students", palette::MUTED, hollow_shape("M3 3H13V13H3Z")),
    (StatusMark::NotTested, "not tested", palette::MUTED, hollow_shape("M3 3H13V13H3ZM3 13L13 3")),
    (StatusMark::NotApplicable, "not applicable", palette::MUTED, hollow_shape("M2 8A6 6 0 1 1 14 8A6 6 0 1 1 2 8ZM3.8 12.2L12.2 3.8")),
    (StatusMark::NotYetDue, "not yet due", palette::MUTED, hollow_shape("M2 8A6 6 0 1 1 14 8A6 6 0 1 1 2 8ZM8 4.5V8L10.5 9.5")),
    (StatusMark::TargetMet, "target met", palette::GOOD, solid_shape(CIRCLE, "M4.8 8.2L7 10.4L11.2 5.8")),
    (StatusMark::TargetMissed, "target missed", palette::BAD, solid_shape("M3 3H13V13H3Z", "M5.5 5.5L10.5 10.5M10.5 5.5L5.5 10.5")),
    (StatusMark::CannotTell, "cannot tell", palette::MUTED, solid_shape(CIRCLE, "M5.8 6.2A2.2 2.2 0 1 1 8 8.4V9M8 12V12")),
    (StatusMark::Ahead, "ahead", palette::GOOD, hollow_shape("M3 3L8 8L3 13M8.5 3L13.5 8L8.5 13")),
    (StatusMark::OnTrack, "on track", palette::GOOD, hollow_shape("M2.5 8.5L6.5 12.5L13.5 4")),
    (StatusMark::Near, "near", palette::WARN, hollow_shape("M2.5 6Q5.2 3.5 8 6T13.5 6M2.5 11Q5.2 8.5 8 11T13.5 11")),
    (StatusMark::OffTrack, "off track", palette::BAD, solid_shape("M8 2.5L14.5 13.5H1.5Z", "M8 6.5V9.2M8 12V12")),
    (StatusMark::MovingAway, "moving away", palette::BAD, hollow_shape("M13 3L8 8L13 13M7.5 3L2.5 8L7.5 13")),
];

impl StatusMark {
    /// Every mark, in the order in which a status is decided.
    pub fn all_marks() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|row| row.0)
    }

    /// The mark of a status word; `None` for a word that is none.
    pub fn of_word(word: &str) -> Option<Self> {
        TABLE.iter().find(|row| row.1 == word).map(|row| row.0)
    }

    /// The mark of a status of any method: its own where the words agree, else the shape of its tone. The words beside the
    /// shape are the status's own ([`Status::words`]).
    pub fn for_status(status: Status) -> Self {
        Self::of_word(&status.label_text().to_lowercase()).unwrap_or(match status.tone() {
            StatusTone::Good => Self::OnTrack,
            StatusTone::Watch => Self::Near,
            StatusTone::Bad => Self::OffTrack,
            StatusTone::Unknown => Self::CannotTell,
            StatusTone::Open => Self::NotYetDue,
        })
    }

    /// The word.
    pub fn word(self) -> &'static str {
        self.table_row().1
    }

    /// The color, which reaches 4.5:1 on white and can be the word's too.
    pub fn color(self) -> &'static str {
        self.table_row().2
    }

    /// The shape as an inline SVG, 14 pixels high, hidden from screen readers: the word stands beside it, always.
    /// Its class is `hw-mark` and the word with hyphens (`hw-off-track`).
    pub fn to_svg(self) -> String {
        format!(
            "<svg class=\"hw-mark hw-{}\" width=\"14\" height=\"14\" viewBox=\"0 0 16 16\" aria-hidden=\"true\" \
             focusable=\"false\">{}</svg>",
            self.word().replace(' ', "-"),
            self.svg_shapes()
        )
    }

    /// The shape alone, on a field of 16 by 16.
    pub(crate) fn svg_shapes(self) -> String {
        let (color, shape) = (self.color(), self.table_row().3);
        let fill = if shape.solid { color } else { "none" };
        let white = match shape.on_it {
            "" => String::new(),
            path => format!("<path d=\"{path}\" fill=\"none\" stroke=\"#fff\"/>"),
        };
        format!(
            "<g fill=\"{fill}\" stroke=\"{color}\" stroke-width=\"2\" stroke-linecap=\"round\" \
             stroke-linejoin=\"round\"><path d=\"{}\"/>{white}</g>",
            shape.outline
        )
    }

    fn table_row(self) -> &'static MarkRow {
        TABLE.iter().find(|row| row.0 == self).expect("every mark has a row")
    }
}

/// The shape of a status word as an inline SVG, or `None` when there is no such word. See [`StatusMark::svg`].
pub fn status_mark(word: &str) -> Option<String> {
    StatusMark::of_word(word).map(StatusMark::to_svg)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_status_has_a_word_and_a_shape_of_its_own() {
        let shapes: HashSet<MarkShape> = TABLE.iter().map(|row| row.3).collect();
        assert_eq!(shapes.len(), 14);
        for mark in StatusMark::all_marks() {
            assert_eq!(StatusMark::of_word(mark.word()), Some(mark));
            let svg = mark.to_svg();
            resvg::usvg::roxmltree::Document::parse(&svg).unwrap_or_else(|e| panic!("{e}: {svg}"));
        }
        assert_eq!(status_mark("green"), None);
    }

    #[test]
    fn every_status_of_the_model_has_a_mark_and_its_own_one_where_the_words_agree() {
        let own: HashSet<StatusMark> = Status::all_statuses().map(StatusMark::for_status).collect();
        assert_eq!(own.len(), 14, "each mark is some status's");
        for mark in StatusMark::all_marks() {
            assert_eq!(Status::of_id(mark.word()).map(StatusMark::for_status), Some(mark));
        }
    }
}

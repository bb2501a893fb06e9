//! What is said of a measure in a cell.

use headway_model::Period;
use headway_model::status::TargetAssessment;
use headway_render::{MeasureUnit, format};
use maud::{Markup, html};

/// Beside the name of a measure: that the plan no longer has it.
pub fn dropped_note(edition: Option<&str>) -> Markup {
    html! { @if let Some(edition) = edition { " " span.note { "(dropped in edition " (edition) ")" } } }
}

/// "2 parts": what stands in the place of a compound measure's figure.
pub fn parts_text(parts: usize) -> String {
    format::count_with_noun(parts, "part", "parts")
}

/// A period in words.
pub fn period_text(period: Option<Period>) -> String {
    period.map_or_else(String::new, format::period_text)
}

/// How far a series is from its path.
pub fn distance_cell(unit: &MeasureUnit, standing: &TargetAssessment) -> Markup {
    html! { @if let Some(distance) = standing.distance.exact_number() { (distance_words(unit, distance)) } }
}

/// "short by 2.3 points", "ahead by 1.2 points"; `distance` has the better side up.
pub fn distance_words(unit: &MeasureUnit, distance: f64) -> String {
    let far = unit.difference_text(distance.abs());
    match far.strip_prefix('+') {
        None => "on the path".to_owned(),
        Some(far) if distance < 0.0 => format!("short by {far}"),
        Some(far) => format!("ahead by {far}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distance_has_a_word_for_its_side() {
        let check = |distance: f64, words: &str| assert_eq!(distance_words(&MeasureUnit::Percent, distance), words);
        check(-2.34, "short by 2.3 points");
        check(1.2, "ahead by 1.2 points");
        check(0.0, "on the path");
    }
}

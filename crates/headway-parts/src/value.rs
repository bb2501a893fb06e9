//! What is said of a measure in a cell.

use headway_model::Period;
use headway_model::status::Standing;
use headway_render::{Unit, format};
use maud::{Markup, html};

/// Beside the name of a measure: that the plan no longer has it.
pub fn dropped(edition: Option<&str>) -> Markup {
    html! { @if let Some(edition) = edition { " " span.note { "(dropped in edition " (edition) ")" } } }
}

/// A period in words.
pub fn period(period: Option<Period>) -> String {
    period.map_or_else(String::new, format::period)
}

/// The distance to the path in the measure's unit, and which side that is.
pub fn distance(unit: &Unit, standing: &Standing) -> Markup {
    let Some(distance) = standing.distance.exact() else { return html! {} };
    html! { (unit.difference(distance)) }
}

//! What a page of several measures leaves out: those that can't be answered for.

use headway_delivery::error::MeasureTrouble;
use maud::{Markup, html};

/// A line a measure: which, and why. The others stand on the page.
pub(crate) fn left_out(troubles: &[MeasureTrouble]) -> Markup {
    html! { @for trouble in troubles { p.note { strong { "Left out: " } (trouble.to_string()) "." } } }
}

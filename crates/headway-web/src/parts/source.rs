//! Where figures come from: a short label, linked to its address.

use headway_delivery::Snapshot;
use maud::{Markup, html};

/// A source in few words; the whole of it is the link's title.
pub(crate) fn source(snapshot: &Snapshot, text: &str) -> Markup {
    let cited = snapshot.cite(text);
    html! {
        @match cited.url {
            Some(url) => a href=(url) title=(text) rel="noreferrer" { (cited.label) },
            None => (cited.label),
        }
    }
}

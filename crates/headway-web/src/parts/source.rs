//! Where figures come from: a short label, linked to its address.

use headway_delivery::Snapshot;
use headway_delivery::cite::documents;
use maud::{Markup, html};

/// A source in few words; the whole of it is the link's title.
pub(crate) fn source(snapshot: &Snapshot, text: &str) -> Markup {
    let cited = snapshot.cite(text);
    html! {
        @match cited.url {
            Some(url) => a href=(url) title=(text) rel="noreferrer" { (cited.label) },
            None if cited.label != text => span title=(text) { (cited.label) },
            None => (cited.label),
        }
    }
}

/// Every document of a source.
pub(crate) fn sources(snapshot: &Snapshot, text: &str) -> Markup {
    let documents = documents(text);
    html! { @match documents.as_slice() {
        [] | [_] => (source(snapshot, text)),
        many => { (many.len()) " documents:" ul { @for document in many { li { (source(snapshot, document)) } } } }
    } }
}

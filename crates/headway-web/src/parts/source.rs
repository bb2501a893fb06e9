//! Where figures come from: a short label, linked to its address.

use headway_delivery::Snapshot;
use headway_delivery::cite::{is_link, source_documents};
use headway_delivery::model::plan::Source;
use maud::{Markup, html};

/// A source in few words; the whole of it is the link's title.
pub(crate) fn source_link(snapshot: &Snapshot, text: &str) -> Markup {
    let cited = snapshot.cite_source(text);
    html! {
        @match cited.url {
            Some(url) => a href=(url) title=(text) rel="noreferrer" { (cited.label) },
            None if cited.label != text => span title=(text) { (cited.label) },
            None => (cited.label),
        }
    }
}

/// Every document of a source.
pub(crate) fn source_links(snapshot: &Snapshot, text: &str) -> Markup {
    let documents = source_documents(text);
    html! { @match documents.as_slice() {
        [] | [_] => (source_link(snapshot, text)),
        many => { (many.len()) " documents:" ul { @for document in many { li { (source_link(snapshot, document)) } } } }
    } }
}

/// A source of the plan by its title, linked where its address is one of the web.
pub(crate) fn planned_source(source: &Source) -> Markup {
    html! { @match &source.url {
        Some(url) if is_link(url) => a href=(url) rel="noreferrer" { (source.title) },
        Some(other) => { (source.title) " (" (other) ")" }
        None => (source.title),
    } }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, expected: &str) {
        let source = serde_json::from_value(serde_json::json!({ "id": "s", "title": "Report", "url": url }));
        assert_eq!(planned_source(&source.expect("a source")).into_string(), expected);
    }

    #[test]
    fn only_addresses_of_web_and_mail_are_linked() {
        check("https://a.gov/r", "<a href=\"https://a.gov/r\" rel=\"noreferrer\">Report</a>");
        check("MAILTO:a@b.gov", "<a href=\"MAILTO:a@b.gov\" rel=\"noreferrer\">Report</a>");
        check("javascript:alert(1)//", "Report (javascript:alert(1)//)");
        check("data:text/html,<b>", "Report (data:text/html,&lt;b&gt;)");
        check(" https://a.gov", "Report ( https://a.gov)");
        check("//a.gov", "Report (//a.gov)");
    }
}

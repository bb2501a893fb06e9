//! The frame around every public page. All links are relative, so that the site works in any folder, from a disk too.

use headway_parts::{PageHead, simulated_notice, skip_link};
use maud::{DOCTYPE, Markup, html};

/// What the frame needs to know of a page.
pub(super) struct PublicFrame<'a> {
    /// The title, first in the browser's tab.
    pub(super) title: &'a str,
    /// The way to the site's first page: empty on it, `../` one folder down.
    pub(super) root: &'static str,
    /// Which entry of the navigation is open.
    pub(super) section: PublicSection,
    /// Whose site it is.
    pub(super) agency: &'a str,
    /// What the figures are as of, in words.
    pub(super) as_of: &'a str,
    /// Whether the figures are made up.
    pub(super) simulated: bool,
}

/// The entries of the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PublicSection {
    Measures,
    Places,
    Methods,
    Data,
}

const SECTIONS: [(PublicSection, &str, &str); 4] = [
    (PublicSection::Measures, "Measures", "index.html"),
    (PublicSection::Places, "Places", "places.html"),
    (PublicSection::Methods, "How it is made", "methods.html"),
    (PublicSection::Data, "Data", "data.html"),
];

/// What a page may load: its own folder alone, from a server or from a disk.
const POLICY: &str = "default-src 'none'; style-src 'self' 'unsafe-inline' file:; script-src 'self' file:; img-src 'self' data: \
                      file:; base-uri 'none'; form-action 'none'";

/// The whole page: frame and content.
pub(super) fn framed_page(frame: &PublicFrame<'_>, content: &Markup) -> Vec<u8> {
    let root = frame.root;
    let [style, icon, script] = ["style.css", "icon.svg", "site.js"].map(|file| format!("{root}{file}"));
    let title = format!("{} – {}", frame.title, frame.agency);
    let head = PageHead { title: &title, style: &style, icon: &icon, script: &script, policy: Some(POLICY) };
    html! {
        (DOCTYPE)
        html lang="en" {
            (head.head_markup())
            body data-root=(root) {
                (skip_link())
                header.top { div.wrap {
                    a.brand href={ (root) "index.html" } { (frame.agency) }
                    nav.main aria-label="Main" { ul {
                        @for (section, name, path) in SECTIONS {
                            li { a href={ (root) (path) } aria-current=[(section == frame.section).then_some("page")] { (name) } }
                        }
                    } }
                } }
                @if frame.simulated { (simulated_notice()) }
                main id="content" tabindex="-1" { div.wrap { (content) } }
                footer { div.wrap {
                    p { (frame.as_of) " Figures about few students are hidden: " a href={ (root) "methods.html#small-numbers" } { "what is hidden, and why" } "." }
                } }
            }
        }
    }
    .into_string()
    .into_bytes()
}

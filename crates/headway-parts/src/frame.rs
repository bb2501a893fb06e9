//! What every page has around it, whoever it is for: its head, the way past the navigation, and the word that data are made up.

use maud::{Markup, html};

/// The head of a page.
pub struct PageHead<'a> {
    /// What the browser's tab says.
    pub title: &'a str,
    /// Where the style sheet is.
    pub style: &'a str,
    /// Where the icon is.
    pub icon: &'a str,
    /// Where the script is.
    pub script: &'a str,
    /// What the page may load, where no server says it.
    pub policy: Option<&'a str>,
}

impl PageHead<'_> {
    /// The head, in the form of a page.
    pub fn head_markup(&self) -> Markup {
        html! { head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            @if let Some(policy) = self.policy { meta http-equiv="Content-Security-Policy" content=(policy); }
            title { (self.title) }
            link rel="stylesheet" href=(self.style);
            link rel="icon" href=(self.icon) type="image/svg+xml";
            script src=(self.script) defer {}
        } }
    }
}

/// The first link of a page: past the navigation.
pub fn skip_link() -> Markup {
    html! { a.skip href="#content" { "Skip to content" } }
}

/// Said above every page of an agency whose data are made up.
pub fn simulated_notice() -> Markup {
    html! { aside.notice aria-label="Simulated data" { div.wrap {
        strong { "Simulated data. " } "This agency, its places and all its figures are made up to show what Headway does."
    } } }
}

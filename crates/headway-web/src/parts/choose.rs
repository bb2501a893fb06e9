//! Forms of choices: plain GET forms, so that every view has an address.

use jiff::civil::Date;
use maud::{Markup, html};

use crate::link::Link;

/// A form of choices on a page.
pub(crate) struct Choose {
    action: Link,
    fields: Vec<Markup>,
}

impl Choose {
    /// A form that leads back to `action`, a page without choices.
    pub(crate) fn new(action: Link) -> Self {
        Self { action, fields: Vec::new() }
    }

    /// A list to choose from: (value, words). The list is left out when there is nothing to choose.
    pub(crate) fn select(
        mut self,
        name: &str,
        label: &str,
        options: &[(String, String)],
        now: &str,
        plain: &str,
    ) -> Self {
        if options.len() > 1 {
            self.fields.push(html! { div {
                label for={ "choose-" (name) } { (label) }
                select id={ "choose-" (name) } name=(name) data-plain=(plain) {
                    @for (value, words) in options { option value=(value) selected[value == now] { (words) } }
                }
            } });
        } else if now != plain {
            self.fields.push(html! { input type="hidden" name=(name) value=(now); });
        }
        self
    }

    /// A place, by its name or id. A script suggests names from `from`; without it the server finds what is meant.
    pub(crate) fn place(mut self, now: &str, from: &Link) -> Self {
        self.fields.push(html! { div {
            label for="choose-unit" { "Place (name or id)" }
            input #choose-unit type="text" name="unit" value=(now) data-plain="" data-places=(from) list="places-named" size="24" autocomplete="off";
            datalist #places-named {}
        } });
        self
    }

    /// The day as of which the page speaks stays as it is: it is chosen above.
    #[expect(clippy::wrong_self_convention, reason = "“as of” is the field’s word, and converts nothing")]
    pub(crate) fn as_of(mut self, day: Option<Date>) -> Self {
        if let Some(day) = day {
            self.fields.push(html! { input type="hidden" name="as_of" value=(day); });
        }
        self
    }

    /// The form.
    pub(crate) fn form(self) -> Markup {
        html! { form.choose action=(self.action) { @for field in &self.fields { (field) } div { button { "Show" } } } }
    }
}

/// Links to the pages of a long list; nothing for a single page.
pub(crate) fn pager(page: usize, pages: usize, link: impl Fn(usize) -> Link) -> Markup {
    html! {
        @if pages > 1 {
            nav.pages aria-label="Pages of the list" {
                @if page > 0 { a href=(link(page - 1)) rel="prev" { "Previous" } }
                span { "Page " (page + 1) " of " (pages) }
                @if page + 1 < pages { a href=(link(page + 1)) rel="next" { "Next" } }
            }
        }
    }
}

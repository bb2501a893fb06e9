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

    /// A text field.
    pub(crate) fn text(mut self, name: &str, label: &str, now: &str) -> Self {
        self.fields.push(html! { div {
            label for={ "choose-" (name) } { (label) }
            input id={ "choose-" (name) } type="text" name=(name) value=(now) data-plain="" size="14";
        } });
        self
    }

    /// The day as of which the page speaks.
    #[expect(clippy::wrong_self_convention, reason = "“as of” is the field’s word, and converts nothing")]
    pub(crate) fn as_of(mut self, day: Option<Date>) -> Self {
        let value = day.map(|day| day.to_string()).unwrap_or_default();
        self.fields.push(html! { div {
            label for="choose-as_of" { "As of (today when empty)" }
            input #choose-as_of type="date" name="as_of" value=(value) data-plain="";
        } });
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

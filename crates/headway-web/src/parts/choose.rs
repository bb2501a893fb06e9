//! Forms of choices: plain GET forms, so that every view has an address.

use maud::{Markup, html};

use crate::link::{PageLink, StickyParams};

/// A form of choices on a page.
pub(crate) struct ChoiceForm {
    action: PageLink,
    fields: Vec<Markup>,
    /// Whether anything can be chosen.
    is_open: bool,
}

impl ChoiceForm {
    /// A form that leads back to `action`, a page without choices.
    pub(crate) fn new(action: PageLink) -> Self {
        Self { action, fields: Vec::new(), is_open: false }
    }

    /// A list to choose from: (value, words). The list is left out when there is nothing to choose.
    pub(crate) fn add_select(
        mut self,
        name: &str,
        label: &str,
        options: &[(impl AsRef<str>, String)],
        now: &str,
        plain: &str,
    ) -> Self {
        if options.len() > 1 {
            self.is_open = true;
            self.fields.push(html! { div {
                label for={ "choose-" (name) } { (label) }
                select id={ "choose-" (name) } name=(name) data-plain=(plain) {
                    @for (value, words) in options { option value=(value.as_ref()) selected[value.as_ref() == now] { (words) } }
                }
            } });
            return self;
        }
        self.add_hidden(name, now, plain)
    }

    /// What was chosen elsewhere and stays as it is.
    pub(crate) fn add_hidden(mut self, name: &str, now: &str, plain: &str) -> Self {
        if now != plain {
            self.fields.push(html! { input type="hidden" name=(name) value=(now); });
        }
        self
    }

    /// A place, by its name or id. A script suggests names from `from`; without it the server finds what is meant.
    pub(crate) fn add_place(mut self, now: &str, from: &PageLink) -> Self {
        self.is_open = true;
        self.fields.push(html! { div {
            label for="choose-place" { "Place (name or id)" }
            input #choose-place type="text" name="unit" value=(now) data-plain="" data-places=(from) list="places-named" size="24" autocomplete="off";
            datalist #places-named {}
        } });
        self
    }

    /// The choices that hold from page to page stay as they are: they are made above.
    pub(crate) fn with_kept(mut self, kept: &StickyParams) -> Self {
        self.fields
            .extend(kept.choice_pairs().map(|(name, value)| html! { input type="hidden" name=(name) value=(value); }));
        self
    }

    /// The form; none where nothing can be chosen.
    pub(crate) fn render_form(self) -> Markup {
        html! { @if self.is_open { form.choose action=(self.action) { @for field in &self.fields { (field) } div { button { "Show" } } } } }
    }
}

/// Links to the pages of a long list; nothing for a single page.
pub(crate) fn page_links(page: usize, pages: usize, link: impl Fn(usize) -> PageLink) -> Markup {
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

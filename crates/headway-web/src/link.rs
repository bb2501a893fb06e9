//! Addresses of pages: every choice (place, group, period, as-of) is in the address, so that any view can be linked.

use std::fmt::{self, Write as _};

use jiff::civil::Date;
use maud::Render;

/// What holds from page to page once it is chosen: the day as of which is asked, the period that is judged as the latest.
#[derive(Clone, Debug, Default)]
pub(crate) struct StickyParams {
    pub(crate) as_of: Option<Date>,
    pub(crate) period: Option<String>,
}

impl StickyParams {
    /// The choices made, by the names that addresses have for them.
    pub(crate) fn choice_pairs(&self) -> impl Iterator<Item = (&'static str, String)> {
        let period = self.period.clone().map(|period| ("period", period));
        period.into_iter().chain(self.as_of.map(|day| ("as_of", day.to_string())))
    }
}

/// The address of a page, built part by part; everything is escaped.
#[derive(Clone, Debug)]
pub(crate) struct PageLink {
    path: String,
    query: String,
    /// A part of the page, after `#`; one of our own words.
    part: &'static str,
}

impl PageLink {
    /// An address's path as a browser sent it, to one of the router's pages. A browser may send a quotation mark as it is.
    pub(crate) fn from_sent(path: &str) -> Self {
        let mut link = Self { path: String::new(), query: String::new(), part: "" };
        link.push_sent(path);
        link
    }

    /// The same for a part of a path.
    pub(crate) fn then_sent(mut self, path: &str) -> Self {
        if !path.is_empty() {
            self.path.push('/');
            self.push_sent(path);
        }
        self
    }

    fn push_sent(&mut self, path: &str) {
        for part in path.split_inclusive(['/', '%']) {
            let (text, mark) = part.split_at(part.len() - usize::from(part.ends_with(['/', '%'])));
            percent_encode(&mut self.path, text);
            self.path.push_str(mark);
        }
    }

    /// A page of an agency: `/a/AGENCY/PATH`. `path` is one of the router's own words.
    pub(crate) fn for_agency(agency: &str, path: &str) -> Self {
        let mut link = Self { path: String::from("/a/"), query: String::new(), part: "" };
        percent_encode(&mut link.path, agency);
        if !path.is_empty() {
            link.path.push('/');
            link.path.push_str(path);
        }
        link
    }

    /// One more part of the path: an id.
    pub(crate) fn with_id(mut self, id: &str) -> Self {
        self.path.push('/');
        percent_encode(&mut self.path, id);
        self
    }

    /// One more word of the router's own.
    pub(crate) fn with_word(mut self, word: &str) -> Self {
        self.path.push('/');
        self.path.push_str(word);
        self
    }

    /// To a part of the page.
    pub(crate) fn with_fragment(mut self, id: &'static str) -> Self {
        self.part = id;
        self
    }

    /// A choice.
    pub(crate) fn with_choice(mut self, name: &str, value: &str) -> Self {
        self.query.push(if self.query.is_empty() { '?' } else { '&' });
        self.query.push_str(name);
        self.query.push('=');
        percent_encode(&mut self.query, value);
        self
    }

    /// A choice, unless it is the plain one.
    pub(crate) fn with_unless(self, name: &str, value: &str, plain: &str) -> Self {
        if value == plain { self } else { self.with_choice(name, value) }
    }

    /// With the choices that hold from page to page.
    pub(crate) fn with_kept(self, kept: &StickyParams) -> Self {
        kept.choice_pairs().fold(self, |link, (name, value)| link.with_choice(name, &value))
    }
}

impl fmt::Display for PageLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.part.is_empty() { "" } else { "#" };
        write!(f, "{}{}{mark}{}", self.path, self.query, self.part)
    }
}

impl Render for PageLink {
    fn render_to(&self, buffer: &mut String) {
        // Escaped to letters, digits and `-._~%/?&=`: of these only & means something in HTML.
        let _ = write!(buffer, "{}", self.to_string().replace('&', "&amp;"));
    }
}

/// Percent-encodes all but RFC 3986's unreserved characters.
fn percent_encode(out: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaves_its_place() {
        let link = PageLink::for_agency("a/b", "measure")
            .with_id("grad 5yr&x")
            .with_choice("q", "<ä=1>")
            .with_unless("group", "all", "all");
        assert_eq!(link.to_string(), "/a/a%2Fb/measure/grad%205yr%26x?q=%3C%C3%A4%3D1%3E");
        assert_eq!(PageLink::from_sent("/a/b%2Fc/\"x\"{}").to_string(), "/a/b%2Fc/%22x%22%7B%7D");
        assert_eq!(PageLink::for_agency("a", "").then_sent("place/%C3%A4\">").to_string(), "/a/a/place/%C3%A4%22%3E");
    }
}

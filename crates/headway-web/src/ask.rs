//! What an address asks: choices that every page knows, read with clear errors.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, Query, RawPathParams};
use axum::http::request::Parts;
use headway_delivery::model;
use jiff::civil::Date;

use crate::error::PageError;
use crate::link::PageLink;
use crate::viewer::PageViewer;

/// The choices in an address. What is empty (a form's untouched field) is no choice; what is said twice counts as said last.
#[derive(Clone, Debug, Default)]
pub(crate) struct QueryParams {
    path: String,
    /// What stands in the path, by the router's own names.
    parts: Vec<(String, String)>,
    pairs: Vec<(String, String)>,
    /// Who asks.
    pub(crate) viewer: PageViewer,
}

impl<S: Send + Sync> FromRequestParts<S> for QueryParams {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        // An address that the router does not know has no parts; one that is no text is refused by its page.
        let named = RawPathParams::from_request_parts(parts, state).await;
        let named = named.iter().flatten().map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
        let pairs = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri).map(|query| query.0);
        let mut pairs = pairs.unwrap_or_default();
        pairs.iter_mut().for_each(in_order);
        let viewer = parts.extensions.get::<PageViewer>().cloned().unwrap_or_default();
        Ok(Self { path: parts.uri.path().to_owned(), parts: named, pairs, viewer })
    }
}

/// Of crossed groups the code in its one order, so that an address in any order finds the same.
fn in_order((name, text): &mut (String, String)) {
    if name == "group" {
        *text = model::StudentGroup::canonical_code(text).into_owned();
    }
}

impl QueryParams {
    /// The same reader, asking for nothing.
    pub(crate) fn without_choices(&self) -> Self {
        Self { viewer: self.viewer.clone(), ..Self::default() }
    }

    /// A choice that was made: text that is not empty.
    pub(crate) fn chosen_value(&self, name: &str) -> Option<&str> {
        let said = self.pairs.iter().rfind(|(n, _)| n == name);
        said.map(|(_, text)| text.trim()).filter(|text| !text.is_empty())
    }

    /// Whether the address is one of the router's that name an agency.
    pub(crate) fn is_routed(&self) -> bool {
        self.path_part("agency").is_some()
    }

    /// A part of the path, by the router's own name for it.
    pub(crate) fn path_part(&self, name: &str) -> Option<&str> {
        self.parts.iter().find(|(n, _)| n == name).map(|(_, text)| text.as_str())
    }

    /// The same address at another agency.
    pub(crate) fn of_agency(&self, agency: &str) -> PageLink {
        let rest = self.path.splitn(4, '/').nth(3).unwrap_or_default();
        self.choices_except(&[])
            .fold(PageLink::for_agency(agency, "").then_sent(rest), |link, (n, v)| link.with_choice(n, v))
    }

    /// The level that is asked for.
    pub(crate) fn chosen_level(&self) -> Result<Option<model::Level>, PageError> {
        let Some(text) = self.chosen_value("level") else { return Ok(None) };
        let level = model::Level::of_id(text);
        let bad = || PageError::BadChoice(format!("“{text}” is no level: nation, state, region, district or school."));
        level.map(Some).ok_or_else(bad)
    }

    /// Which page of a list, from 0.
    pub(crate) fn page_number(&self) -> Result<usize, PageError> {
        let Some(text) = self.chosen_value("page") else { return Ok(0) };
        text.parse()
            .map_err(|_| PageError::BadChoice(format!("“{text}” is no page of a list: write a number from 0 on.")))
    }

    /// The day as of which is asked.
    pub(crate) fn as_of(&self) -> Result<Option<Date>, PageError> {
        let Some(text) = self.chosen_value("as_of") else { return Ok(None) };
        let bad = |_| PageError::BadChoice(format!("“{text}” is no day: write it like 2015-10-01."));
        text.parse().map(Some).map_err(bad)
    }

    /// The path of the address, as it was sent.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// Where this address is now, if it is one of before agencies had a part of their own: `/AGENCY/…` is `/a/AGENCY/…`.
    pub(crate) fn moved_link<'a>(&self, agencies: impl Iterator<Item = &'a str> + Clone) -> Option<PageLink> {
        let known = |part: &str| agencies.clone().any(|id| PageLink::for_agency(id, "").to_string()[3..] == *part);
        let mut parts = self.path.split('/').skip(1);
        let (first, second) = (parts.next()?, parts.next().unwrap_or_default());
        let is_new = first == "a" && known(second);
        (!is_new && known(first)).then(|| {
            let there = PageLink::from_sent("/a").then_sent(self.path.trim_start_matches('/'));
            self.choices_except(&[]).fold(there, |link, (name, value)| link.with_choice(name, value))
        })
    }

    /// The choices made, but for these.
    pub(crate) fn choices_except<'a>(&'a self, names: &'a [&str]) -> impl Iterator<Item = (&'a str, &'a str)> {
        let kept = self.pairs.iter().filter(|(name, text)| !text.is_empty() && !names.contains(&name.as_str()));
        kept.map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// This address with another choice; with none of that name when `value` is `None`.
    pub(crate) fn link_with(&self, name: &str, value: Option<&str>) -> PageLink {
        let link = self
            .choices_except(&[name, "page"])
            .fold(PageLink::from_sent(&self.path), |link, (n, v)| link.with_choice(n, v));
        value.map_or(link.clone(), |value| link.with_choice(name, value))
    }
}

#[cfg(test)]
mod tests {
    use super::in_order;

    #[test]
    fn a_crossed_group_is_asked_for_in_any_order() {
        for (name, text, want) in [
            ("group", "mhi+female", "female+mhi"),
            ("group", "female+mhi", "female+mhi"),
            ("q", "mhi+female", "mhi+female"),
        ] {
            let mut pair = (name.to_owned(), text.to_owned());
            in_order(&mut pair);
            assert_eq!(pair.1, want, "{name}={text}");
        }
    }
}

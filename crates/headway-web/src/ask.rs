//! What an address asks: choices that every page knows, read with clear errors.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use headway_delivery::view::Which;
use headway_delivery::{Snapshot, model};
use jiff::civil::Date;

use crate::Site;
use crate::error::PageError;
use crate::layout::{AgencyTab, Frame, Section, page};
use crate::link::{Kept, Link};

/// The choices in an address. What is empty (a form's untouched field) is no choice; what is said twice counts as said last.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ask {
    path: String,
    pairs: Vec<(String, String)>,
}

/// A page's ground: the day that it speaks of and everything known then.
pub(crate) struct Ground {
    pub(crate) snapshot: Arc<Snapshot>,
    /// The day and the period, when the address names them.
    pub(crate) kept: Kept,
    pub(crate) tabs: Vec<AgencyTab>,
    /// Something newer is being made ready.
    newer: bool,
    /// Periods that the page can be judged through, newest first; none on a page on which a period changes nothing.
    periods: Option<Vec<model::Period>>,
    here: Ask,
}

impl<S: Send + Sync> FromRequestParts<S> for Ask {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let pairs = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri).map(|query| query.0);
        Ok(Self { path: parts.uri.path().to_owned(), pairs: pairs.unwrap_or_default() })
    }
}

impl Ask {
    /// A choice that was made: text that is not empty.
    pub(crate) fn chosen(&self, name: &str) -> Option<&str> {
        let said = self.pairs.iter().rfind(|(n, _)| n == name);
        said.map(|(_, text)| text.trim()).filter(|text| !text.is_empty())
    }

    /// The level that is asked for.
    pub(crate) fn level(&self) -> Result<Option<model::Level>, PageError> {
        let Some(text) = self.chosen("level") else { return Ok(None) };
        let level = model::Level::of_id(text);
        let bad = || PageError::BadChoice(format!("“{text}” is no level: nation, state, region, district or school."));
        level.map(Some).ok_or_else(bad)
    }

    /// Which page of a list, from 0.
    pub(crate) fn page(&self) -> Result<usize, PageError> {
        let Some(text) = self.chosen("page") else { return Ok(0) };
        text.parse()
            .map_err(|_| PageError::BadChoice(format!("“{text}” is no page of a list: write a number from 0 on.")))
    }

    /// The day as of which is asked.
    pub(crate) fn as_of(&self) -> Result<Option<Date>, PageError> {
        let Some(text) = self.chosen("as_of") else { return Ok(None) };
        let bad = |_| PageError::BadChoice(format!("“{text}” is no day: write it like 2015-10-01."));
        text.parse().map(Some).map_err(bad)
    }

    /// The path of the address, as it was sent.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// The choices made, but for these.
    pub(crate) fn but<'a>(&'a self, names: &'a [&str]) -> impl Iterator<Item = (&'a str, &'a str)> {
        let kept = self.pairs.iter().filter(|(name, text)| !text.is_empty() && !names.contains(&name.as_str()));
        kept.map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// This address with another choice; with none of that name when `value` is `None`.
    pub(crate) fn link(&self, name: &str, value: Option<&str>) -> Link {
        let link = self.but(&[name, "page"]).fold(Link::sent(&self.path), |link, (n, v)| link.with(n, v));
        value.map_or(link.clone(), |value| link.with(name, value))
    }
}

impl Site {
    /// The ground for an address.
    pub(crate) async fn ground(&self, ask: &Ask) -> Result<Ground, PageError> {
        let mut ground = self.bare_ground(ask).await?;
        let first = ask.path().split('/').nth(1).unwrap_or_default();
        let agency = ground.tabs.iter().find(|tab| Link::agency(&tab.id, "").to_string()[1..] == *first);
        if let Some(agency) = agency {
            ground.periods = Some(ground.snapshot.periods(&agency.id).await?);
        }
        if let Some(text) = &ground.kept.period {
            let kinds: Vec<model::PeriodKind> = ground.periods.iter().flatten().take(1).map(|p| p.kind).collect();
            ground.snapshot = ground.snapshot.through(Snapshot::last_day(text, &kinds)?);
        }
        Ok(ground)
    }

    /// The ground of a measure's page: the period is one of the measure's own kind, where it can be read so.
    pub(crate) async fn ground_of(&self, ask: &Ask, measure: &str) -> Result<Ground, PageError> {
        let mut ground = self.bare_ground(ask).await?;
        ground.periods = Some(Vec::new());
        if let Some(text) = &ground.kept.period {
            let kind = ground.snapshot.measure(measure)?.1.measure.period;
            ground.snapshot = ground.snapshot.through(Snapshot::last_day(text, &[kind])?);
        }
        Ok(ground)
    }

    /// The ground of a page on which a period changes nothing: what was known on the day. A period that was chosen is kept.
    pub(crate) async fn bare_ground(&self, ask: &Ask) -> Result<Ground, PageError> {
        let as_of = ask.as_of()?;
        let (snapshot, newer) = match as_of {
            Some(day) => (self.headway.snapshot(day).await?, false),
            None => {
                let ready = self.headway.ready((self.today)()).await?;
                (ready.snapshot, ready.newer)
            }
        };
        let tab = |a: &headway_delivery::book::AgencyBook| AgencyTab {
            id: a.agency.id.clone(),
            name: a.agency.name.clone(),
            simulated: a.agency.simulated,
        };
        let tabs = snapshot.book.agencies.iter().map(tab).collect();
        let kept = Kept { as_of, period: ask.chosen("period").map(str::to_owned) };
        Ok(Ground { snapshot, kept, tabs, newer, periods: None, here: ask.clone() })
    }
}

impl Ground {
    /// The whole page of an agency.
    pub(crate) fn page(&self, agency: &str, section: Section, title: &str, content: &maud::Markup) -> maud::Markup {
        let agency = self.tabs.iter().find(|tab| tab.id == agency);
        let here = agency.map(|_| &self.here);
        let known = Some((self.snapshot.as_of, self.newer));
        let (kept, periods) = (&self.kept, self.periods.as_deref());
        let sought = self.here.chosen("q").filter(|_| agency.is_none()).unwrap_or_default();
        page(&Frame { title, section, agencies: &self.tabs, agency, kept, periods, known, sought, here }, content)
    }

    /// The whole page of no agency.
    pub(crate) fn common(&self, title: &str, content: &maud::Markup) -> maud::Markup {
        self.page("", Section::None, title, content)
    }

    /// The place that `unit` in the address means: an id, or a name. A name leads to the address with the id; one that
    /// several places have lets the reader choose. What is no known place is passed on: the data may have it.
    pub(crate) fn place(&self, agency: &str) -> Result<Option<String>, PageError> {
        let Some(text) = self.here.chosen("unit") else { return Ok(None) };
        let here = |id: &str| self.here.link("unit", Some(id));
        match self.snapshot.which_place(agency, text)? {
            Which::One(id) if id == text => Ok(Some(id)),
            Which::One(id) => Err(PageError::Elsewhere(here(&id))),
            Which::None => Ok(Some(text.to_owned())),
            Which::Several(places, n) => {
                let choice =
                    |p: &headway_delivery::track::PlaceRef| (here(&p.id), self.snapshot.full_name(&p.id), p.id.clone());
                let first = if n > places.len() { format!("; the first {} are", places.len()) } else { String::new() };
                let text = format!("“{text}” fits {n} places{first}:");
                Err(PageError::Several { text, choices: places.iter().map(choice).collect() })
            }
        }
    }
}

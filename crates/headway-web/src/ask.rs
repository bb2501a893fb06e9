//! What an address asks: choices that every page knows, read with clear errors.

use std::sync::Arc;

use headway_delivery::{Snapshot, model};
use jiff::civil::Date;
use serde::Deserialize;

use crate::Site;
use crate::error::PageError;
use crate::layout::{AgencyTab, Frame, Section, page};

/// The choices in an address. What is empty (a form's untouched field) is no choice.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Ask {
    pub(crate) as_of: Option<String>,
    pub(crate) unit: Option<String>,
    pub(crate) measure: Option<String>,
    pub(crate) group: Option<String>,
    pub(crate) grade: Option<String>,
    pub(crate) level: Option<String>,
    pub(crate) page: Option<usize>,
    pub(crate) plan: Option<String>,
    pub(crate) edition: Option<String>,
    pub(crate) q: Option<String>,
}

/// A page's ground: the day that it speaks of and everything known then.
pub(crate) struct Ground {
    pub(crate) snapshot: Arc<Snapshot>,
    /// The day, when the address names one.
    pub(crate) as_of: Option<Date>,
    pub(crate) tabs: Vec<AgencyTab>,
}

/// A choice that was made: text that is not empty.
pub(crate) fn chosen(choice: &Option<String>) -> Option<&str> {
    choice.as_deref().map(str::trim).filter(|text| !text.is_empty())
}

impl Ask {
    /// The level that is asked for.
    pub(crate) fn level(&self) -> Result<Option<model::Level>, PageError> {
        let Some(text) = chosen(&self.level) else { return Ok(None) };
        let level = model::Level::of_id(text);
        let bad = || PageError::BadChoice(format!("“{text}” is no level: nation, state, region, district or school."));
        level.map(Some).ok_or_else(bad)
    }

    fn as_of(&self) -> Result<Option<Date>, PageError> {
        let Some(text) = chosen(&self.as_of) else { return Ok(None) };
        let bad = |_| PageError::BadChoice(format!("“{text}” is no day: write it like 2015-10-01."));
        text.parse().map(Some).map_err(bad)
    }
}

impl Site {
    /// The ground for an address.
    pub(crate) async fn ground(&self, ask: &Ask) -> Result<Ground, PageError> {
        let as_of = ask.as_of()?;
        let snapshot = self.headway.snapshot(as_of.unwrap_or_else(|| (self.today)())).await?;
        let tab = |a: &headway_delivery::book::AgencyBook| AgencyTab {
            id: a.agency.id.clone(),
            name: a.agency.name.clone(),
            simulated: a.agency.simulated,
        };
        let tabs = snapshot.book.agencies.iter().map(tab).collect();
        Ok(Ground { snapshot, as_of, tabs })
    }
}

impl Ground {
    /// The whole page of an agency.
    pub(crate) fn page(&self, agency: &str, section: Section, title: &str, content: &maud::Markup) -> maud::Markup {
        let agency = self.tabs.iter().find(|tab| tab.id == agency);
        page(&Frame { title, section, agencies: &self.tabs, agency, as_of: self.as_of }, content)
    }
}

//! What a page stands on: the day that it speaks of, everything known then, and the frame around it.

use std::sync::Arc;

use axum::response::Html;
use headway_delivery::error::MeasureTrouble;
use headway_delivery::view::PlaceMatch;
use headway_delivery::{Snapshot, model};

use crate::ask::QueryParams;
use crate::error::PageError;
use crate::layout::{AgencyTab, DataState, NavSection, PageFrame, render_page};
use crate::link::StickyParams;
use crate::{SiteState, whose};

/// A page's ground: the day that it speaks of and everything known then.
pub(crate) struct PageContext {
    pub(crate) snapshot: Arc<Snapshot>,
    /// The day and the period, when the address names them.
    pub(crate) kept: StickyParams,
    pub(crate) tabs: Vec<AgencyTab>,
    /// Something newer is being made ready.
    pub(crate) newer: bool,
    /// Why nothing newer can be read.
    pub(crate) stuck: Option<Arc<str>>,
    /// Periods that the page can be judged through, newest first; none on a page on which a period changes nothing.
    periods: Option<Vec<model::Period>>,
    /// Measures of the agency that can't be answered for: a page of figures that says nothing of them would say that there is none.
    troubles: Vec<MeasureTrouble>,
    here: QueryParams,
}

impl SiteState {
    /// The ground for an address.
    pub(crate) async fn load_ground(&self, ask: &QueryParams) -> Result<PageContext, PageError> {
        let mut ground = self.bare_ground(ask).await?;
        if let Some(agency) = ask.path_part("agency") {
            ground.periods = Some(ground.snapshot.agency_periods(agency).await?);
        }
        if let Some(text) = &ground.kept.period {
            let kinds: Vec<model::PeriodKind> = ground.periods.iter().flatten().take(1).map(|p| p.kind).collect();
            ground.snapshot = ground.snapshot.through_day(Snapshot::last_day(text, &kinds)?);
        }
        if let Some(agency) = ask.path_part("agency") {
            ground.troubles = ground.snapshot.measure_troubles(Some(agency)).await?;
        }
        Ok(ground)
    }

    /// The ground of a measure's page: the period is one of the measure's own kind, where it can be read so.
    pub(crate) async fn ground_of(&self, ask: &QueryParams, measure: &str) -> Result<PageContext, PageError> {
        let mut ground = self.bare_ground(ask).await?;
        ground.periods = Some(Vec::new());
        if let Some(text) = &ground.kept.period {
            let kind = ground.snapshot.measure(measure)?.1.measure.period;
            ground.snapshot = ground.snapshot.through_day(Snapshot::last_day(text, &[kind])?);
        }
        Ok(ground)
    }

    /// The ground of a page on which a period changes nothing: what was known on the day. A period that was chosen is kept.
    pub(crate) async fn bare_ground(&self, ask: &QueryParams) -> Result<PageContext, PageError> {
        let ground = self.known_ground(ask).await?;
        whose::check_address(&ground.snapshot, ask).await?;
        Ok(ground)
    }

    /// What was known on the day that the address names, whatever else it says.
    pub(crate) async fn known_ground(&self, ask: &QueryParams) -> Result<PageContext, PageError> {
        let as_of = ask.as_of()?;
        let ready = match as_of {
            Some(day) => self.headway.current().ready_as_of(day).await?,
            None => self.headway.current().ready_state((self.today)()).await?,
        };
        let snapshot = ready.snapshot;
        let tab = |a: &headway_delivery::model::plan::AgencyPlans| AgencyTab {
            id: a.agency.id.to_string(),
            name: a.agency.name.clone(),
            simulated: a.agency.simulated,
            is_read: ask.viewer.reads_agency(&a.agency.id),
        };
        // Who reads one place alone is told whose it is, and led nowhere else.
        let is_shown = |tab: &AgencyTab| tab.is_read || ask.path_part("agency") == Some(&*tab.id);
        let tabs = snapshot.book.agencies.iter().map(tab).filter(is_shown).collect();
        let kept = StickyParams { as_of, period: ask.chosen_value("period").map(str::to_owned) };
        Ok(PageContext {
            snapshot,
            kept,
            tabs,
            newer: ready.newer,
            stuck: ready.stuck,
            periods: None,
            troubles: Vec::new(),
            here: ask.clone(),
        })
    }
}

impl PageContext {
    /// The whole page of an agency.
    pub(crate) fn agency_page(
        &self,
        agency: &str,
        section: NavSection,
        title: &str,
        content: &maud::Markup,
    ) -> maud::Markup {
        let agency = self.tabs.iter().find(|tab| tab.id == agency);
        let here = agency.map(|_| &self.here);
        let known = Some(DataState { day: self.snapshot.as_of, newer: self.newer, stuck: self.stuck.as_deref() });
        let (kept, periods) = (&self.kept, self.periods.as_deref());
        let sought = self.here.chosen_value("q").filter(|_| agency.is_none()).unwrap_or_default();
        let (agencies, troubles) = (self.tabs.as_slice(), self.troubles.as_slice());
        let (viewer, can_search) = (&self.here.viewer, self.here.viewer.reads_any_agency());
        render_page(
            &PageFrame {
                title,
                section,
                agencies,
                agency,
                kept,
                periods,
                troubles,
                known,
                sought,
                here,
                viewer,
                can_search,
            },
            content,
        )
    }

    /// The same as the answer to a reader: how the pages of an agency end.
    pub(crate) fn html_answer(
        &self,
        agency: &str,
        section: NavSection,
        title: &str,
        content: &maud::Markup,
    ) -> Html<String> {
        Html(self.agency_page(agency, section, title, content).into_string())
    }

    /// The whole page of no agency.
    pub(crate) fn common_page(&self, title: &str, content: &maud::Markup) -> maud::Markup {
        self.agency_page("", NavSection::None, title, content)
    }

    /// The place that `unit` in the address means: an id, or a name. A name leads to the address with the id; one that
    /// several places have lets the reader choose. What is no known place is passed on: the data may have it.
    pub(crate) fn chosen_place(&self, agency: &str) -> Result<Option<String>, PageError> {
        let Some(text) = self.here.chosen_value("unit") else { return Ok(None) };
        let here = |id: &str| self.here.link_with("unit", Some(id));
        match self.snapshot.which_place(agency, text)? {
            PlaceMatch::One(id) if id == text => Ok(Some(id)),
            PlaceMatch::One(id) => Err(PageError::Elsewhere(here(&id))),
            PlaceMatch::None => Ok(Some(text.to_owned())),
            PlaceMatch::Several(places, n) => {
                let choice =
                    |p: &headway_analytics::PlaceRef| (here(&p.id), self.snapshot.full_name(&p.id), p.id.to_string());
                let first = if n > places.len() { format!("; the first {} are", places.len()) } else { String::new() };
                let text = format!("“{text}” fits {n} places{first}:");
                Err(PageError::Several { text, choices: places.iter().map(choice).collect() })
            }
        }
    }
}

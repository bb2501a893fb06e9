//! Search over measures, places, strategies, programs, owners and student groups.

mod words;

use headway_analytics::{MeasureRef, PlaceRef};
use headway_model::plan::AgencyPlans;
use headway_model::{AgencyId, GroupCode, MeasureId, StudentGroup};

use super::serving::plan_owners;
use crate::{Result, Snapshot};
pub use words::SearchWords;

/// How many places an answer lists.
pub const PLACES_FOUND: usize = 40;

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct SearchView {
    /// Nothing has the very words: these have them but for a letter.
    pub near: bool,
    /// Measures, with the agency whose plan they are in.
    pub measures: Vec<SearchHit<MeasureRef>>,
    /// Strategies, programs, owners and student groups, in this order.
    pub items: Vec<SearchHit<SearchItem>>,
    /// Places, with the agency that they belong to.
    pub places: Vec<SearchHit<PlaceRef>>,
}

/// Something found, and whose it is.
#[derive(Clone, Debug)]
pub struct SearchHit<T> {
    /// The agency's id.
    pub agency: AgencyId,
    /// The agency's name.
    pub agency_name: String,
    /// Whether the agency and all its figures are made up.
    pub simulated: bool,
    /// What was found.
    pub item: T,
}

/// A strategy, a program, an owner or a student group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchItem {
    /// What it is.
    pub kind: SearchKind,
    /// Its id or code.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// What something found is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchKind {
    /// A strategy.
    Strategy,
    /// A program.
    Program,
    /// Who answers for something.
    Owner,
    /// A student group.
    Group,
}

impl SearchView {
    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.measures.is_empty() && self.items.is_empty() && self.places.is_empty()
    }
}

impl<T> SearchHit<T> {
    fn in_agency(agency: &AgencyPlans, item: T) -> Self {
        let own = &agency.agency;
        Self { agency: own.id.clone(), agency_name: own.name.clone(), simulated: own.simulated, item }
    }
}

impl Snapshot {
    /// What has every word of `text` in its name, its id or the names that the plans have or had for it; where nothing has,
    /// what has them but for one letter.
    ///
    /// # Errors
    /// When the lake can't be read.
    pub async fn search(&self, text: &str) -> Result<SearchView> {
        let words = SearchWords::new(text);
        if words.is_empty() {
            return Ok(SearchView::default());
        }
        let exact = self.search_for(text, &words, self.places.search_places(text, PLACES_FOUND)).await?;
        if !exact.is_empty() {
            return Ok(exact);
        }
        let words = words.with_near_words();
        let hit = |place: &&headway_model::Place| words.are_in([place.name.as_str(), &place.id]);
        let places = self.places.iter().filter(hit).take(PLACES_FOUND).collect();
        Ok(SearchView { near: true, ..self.search_for(text, &words, places).await? })
    }

    async fn search_for(
        &self,
        text: &str,
        words: &SearchWords,
        places: Vec<&headway_model::Place>,
    ) -> Result<SearchView> {
        let mut found = SearchView::default();
        for agency in &self.book.agencies {
            found.measures.extend(matching_measures(agency, words).map(|item| SearchHit::in_agency(agency, item)));
            found.items.extend(plan_items(agency, words).into_iter().map(|item| SearchHit::in_agency(agency, item)));
            found.items.extend(
                self.groups_found(agency, (text, words))
                    .await?
                    .into_iter()
                    .map(|item| SearchHit::in_agency(agency, item)),
            );
        }
        let whose = |place: &headway_model::Place| {
            let own = self.agencies_above(&place.id).into_iter().next();
            own.or_else(|| {
                self.book.agencies.iter().find(|a| self.is_place_of(&a.agency.id, &place.id).is_ok_and(|own| own))
            })
        };
        found.places = places
            .into_iter()
            .filter_map(|place| {
                let item = PlaceRef { id: place.id.clone(), name: place.name.clone(), level: Some(place.level) };
                Some(SearchHit::in_agency(whose(place)?, item))
            })
            .collect();
        Ok(found)
    }

    /// The student groups that an agency's measures have, by their names and other spellings.
    async fn groups_found(&self, agency: &AgencyPlans, (text, words): (&str, &SearchWords)) -> Result<Vec<SearchItem>> {
        let mut codes = std::collections::BTreeSet::new();
        for planned in agency.measures.iter().filter(|m| m.current) {
            codes.extend(
                self.newest_if_sound(&planned.measure.id).await?.iter().flat_map(|scored| scored.group_codes()),
            );
        }
        let meant = StudentGroup::from_spelling(text).map(|group| group.code.into_owned());
        let hit = |code: &GroupCode| {
            let name = StudentGroup::name_of(code);
            words.are_in([code.as_str(), &name]) || meant.as_deref() == Some(code.as_str())
        };
        let item = |code: GroupCode| SearchItem {
            kind: SearchKind::Group,
            name: StudentGroup::name_of(&code).into_owned(),
            id: code.into(),
        };
        Ok(StudentGroup::sort_for_display(codes.into_iter().filter(hit).collect()).into_iter().map(item).collect())
    }
}

/// Measures by what any edition calls them: their names, ids, the ids that they were renamed from, and whom they are for.
fn matching_measures(agency: &AgencyPlans, words: &SearchWords) -> impl Iterator<Item = MeasureRef> {
    let hit = |planned: &&headway_model::plan::PlannedMeasure| {
        let own = &planned.measure;
        let named = |m: &&headway_model::plan::Measure| planned.ids.contains(&m.id);
        let earlier = agency.editions.iter().flat_map(|plan| &plan.measures).filter(named).map(|m| m.name.as_str());
        let texts = earlier.chain(planned.ids.iter().map(MeasureId::as_str)).chain([own.name.as_str()]);
        words.are_in(texts) || own.definition.as_deref().is_some_and(|text| words.are_in([text, own.name.as_str()]))
    };
    agency
        .measures
        .iter()
        .filter(hit)
        .map(|planned| MeasureRef::for_measure(&planned.measure))
        .collect::<Vec<_>>()
        .into_iter()
}

/// Strategies and programs of every edition, by the newest that names them, and the owners of the editions in force.
fn plan_items(agency: &AgencyPlans, words: &SearchWords) -> Vec<SearchItem> {
    let item = |kind, id: &str, name: &str| SearchItem { kind, id: id.to_owned(), name: name.to_owned() };
    let plans = || agency.editions.iter().rev();
    let strategies = plans().flat_map(|plan| &plan.strategies).map(|s| item(SearchKind::Strategy, &s.id, &s.name));
    let programs = plans().flat_map(|plan| &plan.programs).map(|p| item(SearchKind::Program, &p.id, &p.name));
    let owners = plan_owners(agency).map(|o| item(SearchKind::Owner, &o.id, &o.name));
    let mut found: Vec<SearchItem> = Vec::new();
    for item in strategies.chain(programs).chain(owners) {
        if words.are_in([item.name.as_str(), &item.id])
            && !found.iter().any(|f| (f.kind, &f.id) == (item.kind, &item.id))
        {
            found.push(item);
        }
    }
    found
}

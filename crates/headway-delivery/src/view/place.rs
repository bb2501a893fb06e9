//! Place: one district or school, every measure.

use std::collections::HashMap;
use std::sync::Arc;

use headway_analytics::{MeasureAssessment, PlaceRef, SeriesObservation};
use headway_model::status::{Status, StatusTally, StatusTone};
use headway_model::{ALL, GroupCode, Level, Place, StudentGroup, name_order};

use super::measure::is_judged;
use super::promised::TargetSeries;
use super::{OutlookState, PlaceTally};
use crate::track::TrackRow;
use crate::{Error, Result, Snapshot};

/// How many places a list shows.
const PLACES_A_PAGE: usize = 100;

/// A place's page.
#[derive(Clone, Debug)]
pub struct PlaceView {
    /// The place.
    pub place: PlaceRef,
    /// From the top down to the place.
    pub path: Vec<Place>,
    /// The places directly below it, with their promises; the tally is empty where nothing is judged.
    pub children: Vec<PlaceTally>,
    /// The student groups that any measure has here.
    pub groups: Vec<GroupCode>,
    /// The group shown.
    pub group: GroupCode,
    /// Every measure of the agency that has results here.
    pub measures: Vec<PlaceLineOfMeasure>,
    /// How they stand.
    pub tally: StatusTally,
}

/// One measure at one place, beside the agency's own place.
#[derive(Clone, Debug)]
pub struct PlaceLineOfMeasure {
    /// Where it stands here.
    pub row: TrackRow,
    /// Observations here.
    pub observed: Vec<SeriesObservation>,
    /// The same group and period at the agency's own place.
    pub home: Option<SeriesObservation>,
    /// Groups with a result here in the same period: code, name, latest.
    pub groups: Vec<(GroupCode, String, SeriesObservation)>,
}

/// The list of places.
#[derive(Clone, Debug)]
pub struct PlacesView {
    /// The places of the page, with their promises; the tally is empty where nothing is judged.
    pub places: Vec<PlaceTally>,
    /// Whether they are in the order of their names; else those with most promises off track come first.
    pub by_name: bool,
    /// Levels that there are, with how many places each.
    pub levels: Vec<(Level, usize)>,
    /// The level shown.
    pub level: Option<Level>,
    /// Places of that level with anything to judge, and those of them with more than half of their promises off track.
    pub judged: usize,
    /// See [`PlacesView::judged`].
    pub mostly_off: usize,
    /// Which page, from 0, and of how many.
    pub page: (usize, usize),
}

impl Snapshot {
    /// A place's page: `place` as one of `agency`'s places, for one student group.
    pub async fn place_view(self: &Arc<Self>, agency: &str, place_id: &str, group: Option<&str>) -> Result<PlaceView> {
        let book = self.agency(agency)?;
        let group = group.unwrap_or(ALL).to_owned();
        let mut groups = std::collections::BTreeSet::new();
        let mut measures = Vec::new();
        for planned in &book.measures {
            let Some(scored) = self.scored_if_sound(&planned.measure.id).await? else { continue };
            let here =
                |g: &str| scored.find_series(g, ALL, place_id).filter(|&i| !scored.observations_of(i).is_empty());
            let with_results: Vec<GroupCode> = scored.group_codes().into_iter().filter(|g| here(g).is_some()).collect();
            groups.extend(with_results.iter().cloned());
            for at in series_at(&scored, place_id, &group) {
                measures.push(self.line_at(&scored, at, &with_results)?);
            }
        }
        if measures.is_empty() && group != ALL && StudentGroup::of_code(&group).is_none() {
            let known = groups.iter().map(|g| (g.as_str(), g.as_str()));
            return Err(Error::not_among("student group", &group, known));
        }
        let known = self.places.get(place_id);
        let own = book.agency.place.as_deref() == Some(place_id);
        if measures.is_empty() && known.is_none() && !own && groups.is_empty() {
            return Err(Error::not_found("place", place_id));
        }
        let in_force = measures.iter().filter(|m| m.row.dropped.is_none());
        let tally = in_force.map(|m| m.row.standing.status).filter(|s| is_judged(*s)).collect();
        let level = known.map(|p| p.level).or(own.then_some(Level::State));
        let mut children = self.tally_places(agency, self.places.open_children(place_id)).await?;
        self.add_outlooks(agency, &mut children)?;
        Ok(PlaceView {
            place: PlaceRef { id: place_id.into(), name: self.places.display_name(place_id).to_owned(), level },
            path: self.places.path_to(place_id).into_iter().cloned().collect(),
            children,
            groups: StudentGroup::sort_for_display(groups.into_iter().collect()),
            group: group.into(),
            measures,
            tally,
        })
    }

    /// A series of a place beside the agency's own; `with_results` are the groups that have a result there.
    fn line_at(&self, scored: &MeasureAssessment, at: usize, with_results: &[GroupCode]) -> Result<PlaceLineOfMeasure> {
        let (group, grade, place) = scored.key_of(at);
        let latest = scored.latest_result(at);
        let same =
            |i: usize| scored.observations_of(i).into_iter().find(|o| Some(o.period) == latest.map(|l| l.period));
        let home = scored.home.as_deref().filter(|h| *h != place).and_then(|h| scored.find_series(group, grade, h));
        let others =
            StudentGroup::sort_for_display(with_results.to_vec()).into_iter().filter(|g| *g != group && grade == ALL);
        let groups = others
            .filter_map(|g| {
                let latest = same(scored.find_series(&g, ALL, place)?)?;
                Some((g.clone(), StudentGroup::name_of(&g).into_owned(), latest))
            })
            .collect();
        let row = self.track_row(scored, at, None)?;
        Ok(PlaceLineOfMeasure { row, observed: scored.observations_of(at), home: home.and_then(same), groups })
    }

    /// Places with their promises.
    async fn tally_places(&self, agency: &str, places: Vec<&Place>) -> Result<Vec<PlaceTally>> {
        let known = self.place_tallies(agency).await?;
        let by_id: HashMap<&str, &PlaceTally> = known.iter().map(|t| (t.place.id.as_str(), t)).collect();
        let tallied = |place: &Place| match by_id.get(place.id.as_str()) {
            Some(known) => (*known).clone(),
            None => {
                let place = PlaceRef { id: place.id.clone(), name: place.name.clone(), level: Some(place.level) };
                PlaceTally { place, tally: StatusTally::default(), outlook: OutlookState::NotAsked }
            }
        };
        Ok(places.into_iter().map(tallied).collect())
    }

    /// Says of each place what may come of its targets, as far as that is known.
    pub(super) fn add_outlooks(self: &Arc<Self>, agency: &str, places: &mut [PlaceTally]) -> Result<()> {
        for tally in places.iter_mut().filter(|t| t.tally.total() > 0) {
            let Some(level) = tally.place.level else { continue };
            tally.outlook = match self.known_outlooks(agency, level)? {
                None => OutlookState::Computing,
                Some(known) => OutlookState::Known(known.places.get(&tally.place.id).copied().unwrap_or_default()),
            };
        }
        Ok(())
    }

    /// The places of an agency, level by level: by name, or those with most promises off track first.
    pub async fn places_view(
        self: &Arc<Self>,
        agency: &str,
        level: Option<Level>,
        by_name: bool,
        page: usize,
    ) -> Result<PlacesView> {
        self.agency(agency)?;
        let own = |place: &&Place| self.is_place_of(agency, &place.id).is_ok_and(|own| own);
        let mut places: Vec<&Place> = self.places.iter().filter(own).filter(|p| self.places.is_open(&p.id)).collect();
        let count = |level: Level| (level, places.iter().filter(|p| p.level == level).count());
        let levels: Vec<(Level, usize)> = Level::ALL.into_iter().map(count).filter(|(_, n)| *n > 0).collect();
        let chosen = level.filter(|l| levels.iter().any(|(has, _)| has == l));
        if let Some(missing) = level.filter(|_| chosen.is_none() && !levels.is_empty()) {
            let has: Vec<&str> = levels.iter().map(|(level, _)| level.place_nouns().1).collect();
            let nouns = missing.place_nouns().1;
            return Err(Error::NoResult(format!("no {nouns} are known here: there are {}", has.join(", "))));
        }
        let usual = || levels.iter().find(|(l, _)| *l == Level::District).or(levels.first()).map(|(l, _)| *l);
        let level = chosen.or_else(usual);
        places.retain(|p| Some(p.level) == level);
        places.sort_by_cached_key(|place| (name_order(&place.name), place.id.clone()));
        let known = self.place_tallies(agency).await?;
        let here = known.iter().filter(|t| level.is_some() && t.place.level == level && t.tally.judged_count() > 0);
        let (judged, mostly_off) = here.fold((0, 0), |(judged, off), t| {
            (judged + 1, off + usize::from(2 * t.tally.of_tone(StatusTone::Bad) > t.tally.judged_count()))
        });
        if !by_name {
            let need: HashMap<&str, usize> = known.iter().enumerate().map(|(i, t)| (t.place.id.as_str(), i)).collect();
            places.sort_by_key(|p| need.get(p.id.as_str()).copied().unwrap_or(usize::MAX));
        }
        let pages = places.len().div_ceil(PLACES_A_PAGE).max(1);
        let page = page.min(pages - 1);
        let of_page = places.into_iter().skip(page * PLACES_A_PAGE).take(PLACES_A_PAGE).collect();
        let mut places = self.tally_places(agency, of_page).await?;
        self.add_outlooks(agency, &mut places)?;
        Ok(PlacesView { places, by_name, levels, level, judged, mostly_off, page: (page, pages) })
    }
}

/// The series of a measure at a place that a page for a group shows: that of the group, and each that a figure is promised for. The
/// page for all students has the targets for student groups too: they are targets of the place.
fn series_at(scored: &MeasureAssessment, place_id: &str, group: &str) -> Vec<usize> {
    let plain = scored.find_series(group, ALL, place_id);
    let told = plain.filter(|&i| scored.status_of(i) != Status::NoTarget || !scored.observations_of(i).is_empty());
    let of_group = |&i: &usize| {
        let (own, _, place) = scored.key_of(i);
        place == place_id && (group == ALL || own == group) && Some(i) != plain
    };
    let targets = TargetSeries::all_of_measure(scored);
    told.into_iter().chain(targets.iter().flat_map(TargetSeries::keeping_series).filter(of_group)).collect()
}

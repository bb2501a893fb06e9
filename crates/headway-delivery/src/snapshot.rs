//! Everything as it was known on one day: plans, places, and where each measure stands. Immutable, shared, kept for a while.

mod among;
mod catalog;
mod known;
mod narrow;
mod said;
mod through;

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, PoisonError};

use headway_analytics::MeasureAssessment;
use headway_lake::{Lake, LakeScan, SeriesFilter};
use headway_model::plan::{AgencyPlans, Measure, PlannedMeasure, PlansInForce};
use headway_model::{
    AgencyId, LakeSegment, Level, MeasureId, Period, PeriodKind, PlaceDirectory, PlaceHistory, PlanId, SeriesPanel,
    SoFar, Vintage, VintageId, VintageRanks, WholeFrom, YearEnd,
};
use headway_store::{CatalogImport, ImportState, Store};
use jiff::civil::Date;
use tokio::sync::OnceCell;

use crate::editions::read_plans;
use crate::error::MeasureTrouble;
use crate::periods::refuse_other_kinds;
use crate::places::read_history;
use crate::view::{OutlookCell, PlaceTally};
use crate::{Error, Result, Workspace};
use catalog::CatalogView;
use known::AssessedMeasure;
use through::{CutoffSnapshots, LatestCutoff};

/// How many snapshots are kept: today's, and a few other days that somebody looks at.
const KEPT: usize = 4;

/// What was known on a day.
pub struct Snapshot {
    /// The day.
    pub as_of: Date,
    /// The plans.
    pub book: Arc<PlansInForce>,
    /// The places as of the day, or as of the period that is judged as the latest.
    pub places: Arc<PlaceDirectory>,
    history: Arc<PlaceHistory>,
    /// Every import, oldest first, those taken back or not yet known too.
    pub imports: Arc<Vec<CatalogImport>>,
    /// The imports that are seen on the day, and which of two holds.
    pub(crate) ranks: Arc<VintageRanks>,
    pub(crate) store: Store,
    pub(crate) lake: Lake,
    newest: Arc<HashMap<MeasureId, OnceCell<AssessedMeasure>>>,
    catalog: Arc<OnceCell<CatalogView>>,
    /// What is read of a measure where nothing else is asked for.
    only: SeriesFilter,
    /// Panels that were read when the snapshot was made, by the ids that they have the figures of.
    at_hand: Arc<HashMap<Vec<MeasureId>, SeriesPanel>>,
    /// Where it is judged as if an earlier period were the latest.
    until: Option<LatestCutoff>,
    earlier: CutoffSnapshots,
    pub(crate) tallies: TalliesByAgency,
    pub(crate) outlooks: OutlooksByLevel,
    /// Grows whenever this state, or what it is through an earlier period, has learned outlooks.
    pub(crate) learned: Arc<AtomicUsize>,
}

/// By agency.
type TalliesByAgency = HashMap<AgencyId, OnceCell<Arc<Vec<PlaceTally>>>>;
/// By agency and level.
type OutlooksByLevel = HashMap<(AgencyId, Level), OutlookCell>;

/// Where tallies and outlooks will be kept.
fn empty_cells(book: &PlansInForce) -> (TalliesByAgency, OutlooksByLevel) {
    let tallies = book.agencies.iter().map(|a| (a.agency.id.clone(), OnceCell::new())).collect();
    let each = book.agencies.iter().flat_map(|a| Level::ALL.map(|level| (a.agency.id.clone(), level)));
    (tallies, each.map(|key| (key, OutlookCell::default())).collect())
}

/// The snapshots kept, each with the version of the store that it was made from.
#[derive(Clone, Default)]
pub(crate) struct SnapshotCache {
    kept: Arc<Mutex<Vec<CachedSnapshot>>>,
}

/// A snapshot, or the place where it is being made: whoever asks meanwhile waits for it.
#[derive(Clone)]
struct CachedSnapshot {
    version: i64,
    as_of: Date,
    snapshot: Arc<OnceCell<Arc<Snapshot>>>,
}

impl SnapshotCache {
    /// The newest snapshot of a day that is in memory, whether or not something was written since.
    pub(crate) fn newest_kept(&self, as_of: Date) -> Option<Arc<Snapshot>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().rev().filter(|kept| kept.as_of == as_of).find_map(|kept| kept.snapshot.get().cloned())
    }

    /// The snapshot of a day as the store is now, made once however many ask.
    pub(crate) async fn get(&self, headway: &Workspace, as_of: Date) -> Result<Arc<Snapshot>> {
        let version = headway.store.figures_version().await?;
        let before = self.newest_kept(as_of);
        let cell = self.cell_for_day(version, as_of);
        let made = cell.get_or_try_init(|| async {
            let snapshot = Snapshot::read_as_of(headway, as_of).await?;
            if let Some(before) = before {
                snapshot.take_over(&before).await;
            }
            Ok(Arc::new(snapshot))
        });
        made.await.map(Arc::clone)
    }

    fn cell_for_day(&self, version: i64, as_of: Date) -> Arc<OnceCell<Arc<Snapshot>>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|kept| kept.version == version);
        let at = kept.iter().position(|kept| kept.as_of == as_of);
        let found = at.map(|at| kept.remove(at));
        let found = found.unwrap_or_else(|| CachedSnapshot { version, as_of, snapshot: Arc::default() });
        kept.push(found.clone());
        if kept.len() > KEPT {
            kept.remove(0);
        }
        found.snapshot
    }
}

impl Snapshot {
    async fn read_as_of(headway: &Workspace, as_of: Date) -> Result<Self> {
        let snapshot = Self::without_places(headway, as_of).await?;
        let history = read_history(&headway.store, &snapshot.imports, &snapshot.ranks, as_of).await?;
        Ok(snapshot.with_places(history))
    }

    fn with_places(self, history: PlaceHistory) -> Self {
        Self { places: Arc::clone(history.current_places()), history: Arc::new(history), ..self }
    }

    async fn without_places(headway: &Workspace, as_of: Date) -> Result<Self> {
        let book = read_plans(&headway.store, as_of).await?;
        let imports = headway.store.all_imports().await?;
        let seen = seen_on(&imports, as_of).into_iter().map(|import| &import.vintage);
        let ranks = VintageRanks::from_vintages(seen);
        let history = PlaceHistory::from_statements(std::iter::empty(), as_of);
        let mut scored: HashMap<_, _> =
            book.all_measures().map(|(_, m)| (m.measure.id.clone(), OnceCell::new())).collect();
        for part in book.all_measures().flat_map(|(_, m)| part_ids(&m.measure)) {
            scored.remove(&part);
        }
        let (tallies, outlooks) = empty_cells(&book);
        Ok(Self {
            as_of,
            book: Arc::new(book),
            places: Arc::clone(history.current_places()),
            history: Arc::new(history),
            imports: Arc::new(imports),
            ranks: Arc::new(ranks),
            store: headway.store.clone(),
            lake: headway.lake.clone(),
            newest: Arc::new(scored),
            catalog: Arc::default(),
            only: SeriesFilter::default(),
            at_hand: Arc::default(),
            until: None,
            earlier: CutoffSnapshots::default(),
            tallies,
            outlooks,
            learned: Arc::default(),
        })
    }

    /// The agency of this id.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn agency(&self, id: &str) -> Result<&AgencyPlans> {
        let known = || self.book.agencies.iter().map(|a| (a.agency.id.as_str(), a.agency.name.as_str()));
        self.book.find_agency(id).ok_or_else(|| Error::not_among("agency", id, known()))
    }

    /// The measure of this id, with its agency.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn measure(&self, id: &str) -> Result<(&AgencyPlans, &PlannedMeasure)> {
        self.book.find_measure(id).ok_or_else(|| self.no_measure(id))
    }

    /// What is said of a measure that no plan names.
    pub(crate) fn no_measure(&self, id: &str) -> Error {
        let known = self.book.all_measures().map(|(_, m)| (m.measure.id.as_str(), m.measure.name.as_str()));
        Error::not_among("measure", id, known)
    }

    /// Where every series of a measure stands: read and judged once, at the first question.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a measure that no plan names; [`Error::Measure`] for one that can't be read or judged.
    pub async fn scored_measure(&self, measure: &str) -> Result<Arc<MeasureAssessment>> {
        let newest = self.newest_scored(measure).await?;
        match &self.until {
            None => Ok(newest),
            Some(until) => {
                let scored = until.scored_measure(&newest, &self.history).await;
                scored.map_err(|error| MeasureTrouble::from_error(&newest.planned.measure, error))
            }
        }
    }

    /// The same with all that is known, also where an earlier period is to be judged as the latest.
    pub(crate) async fn newest_scored(&self, measure: &str) -> Result<Arc<MeasureAssessment>> {
        let (agency, planned) = self.measure(measure)?;
        let cell = self.newest.get(&planned.measure.id).ok_or_else(|| Error::not_found("measure", measure))?;
        let made = cell.get_or_try_init(|| self.read_known(agency, planned)).await;
        made.map(|known| Arc::clone(&known.scored)).map_err(|error| MeasureTrouble::from_error(&planned.measure, error))
    }

    /// A measure that the lake has and no plan names, judged as one that promises nothing.
    pub(crate) async fn score_unplanned(&self, id: &str) -> Result<MeasureAssessment> {
        let Some(found) = self.catalog_view().await?.unplanned.iter().find(|m| m.measure == id) else {
            return Err(self.explain_measure(id).await);
        };
        let planned = PlannedMeasure {
            measure: Arc::new(Measure::without_plan(id, found.period_kind)),
            plan: PlanId::default(),
            edition: String::new(),
            current: false,
            dropped: None,
            target_editions: Vec::new(),
            ids: vec![id.into()],
        };
        // Its places are the agency's where there is only one.
        let home = match self.book.agencies.as_slice() {
            [only] => only.agency.place.clone(),
            _ => None,
        };
        let panel = self.measure_panel(&planned.ids, &planned.measure, SeriesFilter::default()).await?;
        Ok(MeasureAssessment::new(&planned, home, self.as_of, &self.places, panel, Vec::new())?)
    }

    /// The observations of a measure as they were known on the day: its own and those of the ids it was renamed from.
    ///
    /// # Errors
    /// [`Error::Refused`] when files have periods of another kind; when the lake can't be read.
    pub(crate) async fn measure_panel(
        &self,
        ids: &[MeasureId],
        measure: &Measure,
        filter: SeriesFilter,
    ) -> Result<SeriesPanel> {
        if filter == SeriesFilter::default()
            && let Some(panel) = self.at_hand.get(ids)
        {
            return Ok(panel.clone());
        }
        let segments = self.visible_segments(ids, measure.period).await?;
        self.read_panel(measure, segments, if filter == SeriesFilter::default() { self.only.clone() } else { filter })
            .await
    }

    /// The observations of these files, or those that were read when the snapshot was made.
    async fn panel_from(
        &self,
        ids: &[MeasureId],
        measure: &Measure,
        segments: Vec<LakeSegment>,
    ) -> Result<SeriesPanel> {
        match self.at_hand.get(ids) {
            Some(panel) => Ok(panel.clone()),
            None => self.read_panel(measure, segments, self.only.clone()).await,
        }
    }

    async fn read_panel(
        &self,
        measure: &Measure,
        segments: Vec<LakeSegment>,
        filter: SeriesFilter,
    ) -> Result<SeriesPanel> {
        let so_far = self.so_far((measure.period, measure.year_ends), &segments);
        let (lake, ranks) = (self.lake.clone(), Arc::clone(&self.ranks));
        let read = move || -> Result<SeriesPanel> {
            let rank = |vintage: VintageId| ranks.rank_of(vintage);
            Ok(LakeScan::new(&lake, &segments)?.with_ranking(&rank).so_far(&so_far).with_filter(filter).read_panel()?)
        };
        tokio::task::spawn_blocking(read).await.expect("reading the lake does not panic")
    }

    /// Which figures in these files are figures so far, by the profiles that read them and the plan's year end.
    pub(crate) fn so_far(&self, years: (PeriodKind, Option<YearEnd>), segments: &[LakeSegment]) -> SoFar {
        let said = self.imports.iter().filter_map(|import| {
            let Vintage { id, known_from, .. } = import.vintage;
            Some(WholeFrom { vintage: id, known_from, days: import.whole_from? })
        });
        let first = segments.iter().map(|segment| segment.first_period).min().unwrap_or_default();
        let last = segments.iter().map(|segment| segment.last_period).max().unwrap_or_default();
        SoFar::from_imports(said, years, &(first..=last))
    }

    /// The files with anything of these measures that is seen on the day. `ids` has the newest id first; its files come last, so
    /// that they hold where one import has a figure under two ids.
    ///
    /// # Errors
    /// [`Error::Refused`] when files have periods of another kind.
    pub(crate) async fn visible_segments(&self, ids: &[MeasureId], kind: PeriodKind) -> Result<Vec<LakeSegment>> {
        let mut segments = Vec::new();
        for id in ids.iter().rev() {
            segments.extend(self.store.visible_segments(id, self.as_of).await?.segments);
        }
        refuse_other_kinds(&segments, kind)?;
        Ok(segments)
    }

    /// The first edition after `day` that names a measure.
    pub(crate) async fn first_edition_with(&self, id: &str, day: &str) -> Result<Option<String>> {
        for row in self.store.all_editions().await?.into_iter().filter(|row| row.edition.as_str() > day) {
            let plan = self
                .store
                .find_plan(&row.agency, &row.plan, headway_store::EditionChoice::Edition(&row.edition))
                .await?;
            if plan.is_some_and(|plan| plan.measures.iter().any(|m| m.id == id)) {
                return Ok(Some(row.edition));
            }
        }
        Ok(None)
    }

    /// An import that is visible on the day.
    pub fn visible_import(&self, id: VintageId) -> Option<&CatalogImport> {
        self.imports.iter().find(|i| i.vintage.id == id)
    }

    /// The imports that are seen on the day, the one that became known last first.
    pub fn visible_imports(&self) -> impl Iterator<Item = &CatalogImport> {
        let mut seen = seen_on(&self.imports, self.as_of);
        seen.sort_by_key(|import| std::cmp::Reverse(import.vintage.became_known()));
        seen.into_iter()
    }

    pub(crate) fn place_history(&self) -> &PlaceHistory {
        &self.history
    }

    /// The places as they were in a period: the names, levels and parents that held for most of it. The same `Arc` where nothing
    /// differs.
    pub fn places_in(&self, period: Period) -> Arc<PlaceDirectory> {
        self.history.places_as_of(period.middle_day())
    }
}

/// The imports that are seen as of a day: in force, known by then, and not replaced by another that is.
fn seen_on(imports: &[CatalogImport], as_of: Date) -> Vec<&CatalogImport> {
    let known = |i: &&CatalogImport| i.state == ImportState::Published && i.vintage.known_from <= as_of;
    let replaced: BTreeSet<VintageId> = imports.iter().filter(known).filter_map(|i| i.replaces).collect();
    imports.iter().filter(known).filter(|i| !replaced.contains(&i.vintage.id)).collect()
}

/// The ids under which the lake has the parts of a compound measure.
pub(crate) fn part_ids(measure: &Measure) -> Vec<MeasureId> {
    measure.parts.iter().map(|part| format!("{}.{}", measure.id, part.id).into()).collect()
}

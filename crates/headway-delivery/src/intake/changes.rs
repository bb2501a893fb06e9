//! What an import changes, measure by measure, and what is to be doubted about it.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use headway_import::ReleaseStage;
use headway_lake::{FigureDiff, LakeScan, diff_import};
use headway_model::{DEEPEST_PATH, Level, PlaceId, PlaceStatement, VintageId, VintageRanks};
use headway_store::{CatalogImport, ImportState};
use jiff::civil::Date;

use super::doubt::{self, CatalogMeasure, CheckContext, LastOfKind, LookalikeMeasure};
use super::known::KnownPlaces;
use super::outcome::{ChangedFigure, ImportOutcome, MeasureChanges};
use super::{ImportRequest, ParsedFiles, PendingImport};
use crate::editions::read_plans;
use crate::{Error, Result, Workspace};

/// How many changed figures of a measure an import's report keeps.
const CHANGES_KEPT: usize = 20;
/// How many figures that the files do not have.
const GONE_KEPT: usize = 5;
/// How many earlier reports are opened at most to find the last one about the same measures.
const REPORTS_READ: usize = 4;

impl Workspace {
    /// Fills in what the files say that was not known, and what there is to ask.
    pub(super) async fn compare_with_known(
        &self,
        request: &ImportRequest,
        arrival: &PendingImport,
        read: &ParsedFiles,
        number: VintageId,
        outcome: &mut ImportOutcome,
    ) -> Result<()> {
        let mut seen = Vec::new();
        let book = read_plans(&self.store, Date::MAX).await?;
        for new in read.written.segments() {
            let measure = &new.segment.measure;
            let any = self.store.visible_segments(measure, Date::MAX).await?;
            let known = self.store.visible_segments(measure, request.known_from).await?;
            let planned = book.find_measure(measure).map(|(_, planned)| Arc::clone(&planned.measure));
            // A dry run of files that are in already is compared with what there was besides.
            let besides = |vintages: Vec<VintageId>| {
                VintageRanks::in_order(vintages.into_iter().filter(|vintage| Some(*vintage) != arrival.already))
            };
            seen.push(CatalogMeasure {
                segments: any.segments,
                any: besides(any.vintages),
                known: besides(known.vintages),
                planned,
            });
        }
        let beside = read.register || seen.iter().any(|seen| !seen.segments.is_empty());
        let provisional = arrival.profile.release == ReleaseStage::Preliminary;
        let places = self.place_news(request, (number, provisional), &read.places, beside, outcome).await?;
        refuse_circles(&places, read)?;
        refuse_chains(&places, read)?;
        let vintages = self.vintages_with(request, number, provisional, outcome).await?;
        let imports = self.in_force(request.replaces).await?;
        let last = self.last_of_kind(request, arrival, read, &imports).await?;
        let others = self.other_measures(read).await?;
        let told = || read.places.iter().map(|statement| statement.place).collect::<BTreeSet<PlaceId>>();
        let register = read.register.then(told);
        let ground = CheckContext {
            lake: &self.lake,
            written: &read.written,
            places: &places,
            report: &read.report,
            profile: &arrival.profile,
            number,
            replaces: request.replaces,
            known_from: request.known_from,
            order: &VintageRanks::from_vintages(&vintages),
            last: last.as_ref(),
            register: register.as_ref(),
            others: &others,
        };
        let found = doubt::ask_questions(&ground, &seen)?;
        for ((new, seen), withdrawn) in read.written.segments().iter().zip(&seen).zip(found.withdrawn) {
            outcome.measures.push(self.measure_changes(new, seen, request.replaces, withdrawn)?);
        }
        outcome.measures.extend(self.withdrawn_whole(request, read).await?);
        outcome.sums = found.sums;
        outcome.doubts.extend(self.read_before(arrival, &seen, &imports).await?);
        outcome.doubts.extend(found.doubts);
        outcome.doubts.extend(alike_places(&places, read));
        outcome.doubts.extend(self.misnamed_by_plans(read, &seen, outcome.places.0 > 0).await?);
        outcome.doubts.extend(self.without_a_parent(&places, read).await?);
        if let Some(last) = &last {
            outcome.doubts.extend(doubt::missing_doubts(&read.report.slices, last, &found.exchanged));
        }
        Ok(())
    }

    /// New places and measures that a plan may mean by another id.
    async fn misnamed_by_plans(
        &self,
        read: &ParsedFiles,
        seen: &[CatalogMeasure],
        new_places: bool,
    ) -> Result<Vec<doubt::ImportDoubt>> {
        let new = read.written.segments().iter().zip(seen).filter(|(_, seen)| seen.segments.is_empty());
        let measures: BTreeSet<String> = new.map(|(new, _)| new.segment.measure.to_string()).collect();
        if !new_places && measures.is_empty() {
            return Ok(Vec::new());
        }
        let stated = read.places.iter().filter(|_| new_places).map(|statement| statement.place.to_string());
        self.names_beside_plans(&stated.collect(), &measures).await
    }

    /// The measures of the lake that the files say nothing of.
    async fn other_measures(&self, read: &ParsedFiles) -> Result<Vec<LookalikeMeasure>> {
        let mut others = Vec::new();
        if read.written.segments().is_empty() && !read.register {
            return Ok(others);
        }
        for known in self.store.lake_measures(Date::MAX).await? {
            let measure = known.measure;
            if read.written.segments().iter().all(|new| new.segment.measure != measure) {
                let visible = self.store.visible_segments(&measure, Date::MAX).await?;
                let ranks = VintageRanks::in_order(visible.vintages);
                others.push(LookalikeMeasure { measure, segments: visible.segments, ranks });
            }
        }
        Ok(others)
    }

    /// Places of the files whose parent nobody knows: neither they nor any import, plan or register.
    async fn without_a_parent(&self, places: &KnownPlaces, read: &ParsedFiles) -> Result<Option<doubt::ImportDoubt>> {
        // By level, and thus few: places may be a million.
        let mut parents: HashMap<PlaceId, BTreeSet<Level>> = HashMap::new();
        for said in read.places.iter() {
            let Some(parent) = said.parent else { continue };
            match parents.get_mut(&parent) {
                Some(levels) => {
                    levels.insert(said.level);
                }
                None => {
                    parents.insert(parent, BTreeSet::from([said.level]));
                }
            }
        }
        let mut unknown: BTreeSet<&str> = parents.keys().map(PlaceId::as_str).collect();
        unknown.retain(|id| places.get(id).is_none());
        if unknown.is_empty() {
            return Ok(None);
        }
        let ids: Vec<PlaceId> = unknown.iter().map(|id| PlaceId::from(*id)).collect();
        for stored in self.store.statements_of(&ids, Date::MAX).await? {
            unknown.remove(stored.statement.place.as_str());
        }
        for place in self.store.all_places().await? {
            unknown.remove(place.id.as_str());
        }
        // Levels of which no parent is known, or none is unknown, have nothing to tell.
        let levels_of = |is_unknown: bool| -> BTreeSet<Level> {
            let such = parents.iter().filter(|(id, _)| unknown.contains(id.as_str()) == is_unknown);
            such.flat_map(|(_, levels)| levels).copied().collect()
        };
        let levels = &levels_of(true) & &levels_of(false);
        if levels.is_empty() {
            return Ok(None);
        }
        let child = |said: PlaceStatement| Some((said.place, said.level, said.parent?));
        let children: BTreeSet<(PlaceId, Level, PlaceId)> =
            read.places.iter().filter(|said| levels.contains(&said.level)).filter_map(child).collect();
        let children = children.iter().map(|(place, level, parent)| (place.as_str(), *level, parent.as_str()));
        Ok(doubt::orphan_doubt(children, |id| !unknown.contains(id)))
    }

    fn measure_changes(
        &self,
        new: &headway_lake::WrittenSegment,
        seen: &CatalogMeasure,
        replaces: Option<VintageId>,
        withdrawn: u64,
    ) -> Result<MeasureChanges> {
        let (mut changed, mut gone, mut replaced) = (Vec::new(), Vec::new(), 0);
        let known = |vintage: VintageId| seen.known.rank_of(vintage);
        let diff: FigureDiff = diff_import(&self.lake, new, &seen.segments, &known, |change| {
            if change.after.is_none() && Some(change.vintage) == replaces {
                replaced += 1;
                return;
            }
            let (kept, most) =
                if change.after.is_some() { (&mut changed, CHANGES_KEPT) } else { (&mut gone, GONE_KEPT) };
            if kept.len() < most {
                kept.push(change.to_owned());
            }
        })?;
        let FigureDiff { added, changed: revised, same, gone: all_gone } = diff;
        let examples = changed
            .into_iter()
            .chain(gone)
            .map(|it| ChangedFigure::from_changed(it, new.segment.period_kind))
            .collect();
        let (measure, gone) = (new.segment.measure.clone(), all_gone - replaced);
        Ok(MeasureChanges { measure, added, changed: revised, same, gone, withdrawn, examples })
    }

    /// Measures of the replaced import that the new one says nothing of: all their figures are withdrawn.
    async fn withdrawn_whole(&self, request: &ImportRequest, read: &ParsedFiles) -> Result<Vec<MeasureChanges>> {
        let Some(replaced) = request.replaces else { return Ok(Vec::new()) };
        let mut measures = Vec::new();
        for known in self.store.lake_measures(request.known_from).await? {
            let measure = known.measure;
            if read.written.segments().iter().any(|new| new.segment.measure == measure) {
                continue;
            }
            let visible = self.store.visible_segments(&measure, request.known_from).await?;
            if !visible.vintages.contains(&replaced) {
                continue;
            }
            let ranks = VintageRanks::in_order(visible.vintages);
            let rank = |vintage: VintageId| ranks.rank_of(vintage);
            let mut withdrawn = 0;
            LakeScan::new(&self.lake, &visible.segments)?.with_ranking(&rank).for_each(|series| {
                withdrawn += series.vintage.iter().filter(|vintage| **vintage == replaced).count() as u64;
            })?;
            let examples = Vec::new();
            measures.push(MeasureChanges { measure, added: 0, changed: 0, same: 0, gone: 0, withdrawn, examples });
        }
        Ok(measures)
    }

    /// The imports in force but for those whose place another took, newest first; the one to be replaced is among them.
    pub(super) async fn in_force(&self, replaces: Option<VintageId>) -> Result<Vec<CatalogImport>> {
        let replaced = self.store.replaced_imports().await?;
        let stands = |import: &CatalogImport| {
            let id = import.vintage.id;
            import.state == ImportState::Published && (replaces == Some(id) || replaced.iter().all(|(of, _)| *of != id))
        };
        let mut imports = self.store.all_imports().await?;
        imports.retain(stands);
        imports.sort_by_key(|import| std::cmp::Reverse((import.vintage.known_from, import.vintage.id)));
        Ok(imports)
    }

    /// Whether these bytes are in already, by another reading.
    async fn read_before(
        &self,
        arrival: &PendingImport,
        seen: &[CatalogMeasure],
        imports: &[CatalogImport],
    ) -> Result<Option<doubt::ImportDoubt>> {
        let others = self.store.imports_of_bytes(&arrival.sha256).await?;
        let other = |import: &CatalogImport| {
            // The same reading with another standing is another statement, and no other reading.
            arrival.profile_id != import.vintage.profile && imports.iter().any(|i| i.vintage.id == import.vintage.id)
        };
        let others: Vec<CatalogImport> = others.into_iter().filter(|import| other(import)).collect();
        let shared = |import: &CatalogImport| seen.iter().any(|seen| seen.any.rank_of(import.vintage.id).is_some());
        Ok(doubt::of_same_bytes(&others, &arrival.profile_id, &shared))
    }

    /// The last import of the same profile that was about the same measures.
    async fn last_of_kind(
        &self,
        request: &ImportRequest,
        arrival: &PendingImport,
        read: &ParsedFiles,
        imports: &[CatalogImport],
    ) -> Result<Option<LastOfKind>> {
        let kind = format!("{}@", arrival.profile.name);
        let alike = |import: &&CatalogImport| {
            import.vintage.profile.starts_with(&kind) && arrival.already != Some(import.vintage.id)
        };
        // The one whose place it takes; else the last one that was known before, else the newest.
        let mut earlier: Vec<&CatalogImport> = imports.iter().filter(alike).collect();
        earlier.sort_by_key(|i| (request.replaces != Some(i.vintage.id), i.vintage.known_from > request.known_from));
        for import in earlier.into_iter().take(REPORTS_READ) {
            let report = self.store.import_report(import.vintage.id).await?;
            let last = LastOfKind::from_import(import, &report);
            if last.is_about(&read.report.slices) {
                return Ok(Some(last));
            }
        }
        Ok(None)
    }
}

/// Places of the files whose ids are those of another place but for white space.
fn alike_places(places: &KnownPlaces, read: &ParsedFiles) -> Option<doubt::ImportDoubt> {
    let spaced = places.place_ids().any(|id| id.contains(char::is_whitespace));
    if !spaced {
        return None;
    }
    let statements: Vec<PlaceId> = read.places.iter().map(|statement| statement.place).collect();
    doubt::alike_ids_doubt(places.place_ids(), &statements.iter().map(PlaceId::as_str).collect())
}

/// Refuses places that belong to themselves by way of others: no sum and no page could end.
fn refuse_circles(places: &KnownPlaces, read: &ParsedFiles) -> Result<()> {
    let is_told = |id: &str| read.places.iter().any(|statement| statement.place == id);
    let circle = places.find_circle(is_told);
    let Some(first) = circle.first() else { return Ok(()) };
    let path: Vec<&str> = circle.iter().skip(1).chain([first]).copied().collect();
    Err(Error::Refused(format!(
        "places in a circle; nothing was imported: {first} belongs to {}. Correct the parents in the file",
        path.join(", which belongs to ")
    )))
}

/// Refuses places below places below places: every level would be a column of the other's rows.
fn refuse_chains(places: &KnownPlaces, read: &ParsedFiles) -> Result<()> {
    let told = OnceCell::new();
    let said = || read.places.iter().map(|statement| statement.place).collect::<HashSet<PlaceId>>();
    let chain = places.find_chain(|id| told.get_or_init(said).contains(id));
    let [first, second, third, ..] = chain.as_slice() else { return Ok(()) };
    Err(Error::Refused(format!(
        "more than {DEEPEST_PATH} places lie above each other; nothing was imported: {first} belongs to {second}, which belongs to \
         {third}, and so on. From nation to school there are five levels; a column of parents that slid by a row looks like this. \
         Correct the parents in the file"
    )))
}

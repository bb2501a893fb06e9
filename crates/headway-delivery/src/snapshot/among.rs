//! One place among all others: what its series are compared with, and not what teaches nothing of them.
//!
//! A series of one row shows no change, so that no signal, pace or forecast learns anything of it. Of a million places most may have
//! but one result: they are passed over, and what is said of them is not read. All that they still say is which periods there are.

use std::collections::{BTreeSet, HashMap};
use std::ops::RangeInclusive;
use std::sync::Arc;

use headway_analytics::{MeasureAssessment, NoOdds, PeerKey, TargetOdds};
use headway_lake::{LakeScan, SeriesFilter};
use headway_model::{
    GradeCode, GroupCode, MeasureId, PeriodKind, PlaceHistory, PlaceId, SeriesPanel, SeriesRows, VintageId, YearEnd,
};
use headway_stats::forecast::panel;
use jiff::civil::Date;

use super::{Snapshot, part_ids};
use crate::track::{SeriesSelection, TrackRow};
use crate::{Result, Workspace};

/// With more places to compare with, everything is read at once.
const MOST: usize = 20_000;

/// Id of a measure or a part, group and grade.
type MeasureGroupKey = (MeasureId, GroupCode, GradeCode);
/// The kind of periods, and the end of its years where the plan says one.
type YearCalendar = (PeriodKind, Option<YearEnd>);
/// The first and the last period of the series of one row that were passed over.
type SkippedPeriods = HashMap<MeasureGroupKey, RangeInclusive<i32>>;

/// A snapshot that answers for one place.
pub(super) struct PlaceSnapshot {
    pub(super) snapshot: Snapshot,
    passed: SkippedPeriods,
}

impl PlaceSnapshot {
    /// What the series of `place` that a selection takes need. `None` where that is not much less than everything, or where something
    /// can't be read: a snapshot of everything says what.
    pub(super) async fn read_needed(
        headway: &Workspace,
        as_of: Date,
        place: &str,
        selection: &SeriesSelection,
        filter: &SeriesFilter,
    ) -> Result<Option<Self>> {
        let snapshot = Snapshot::without_places(headway, as_of).await?;
        let (mut panels, mut passed, mut places) = (HashMap::new(), SkippedPeriods::new(), BTreeSet::new());
        for (ids, years) in snapshot.asked_for(selection).await? {
            let Ok(Some(panel)) = snapshot.panel_among(&ids, years, filter, place, &mut passed).await else {
                return Ok(None);
            };
            places.extend(panel.places.all_texts().map(Into::into));
            if places.len() > MOST {
                return Ok(None);
            }
            panels.insert(ids, panel);
        }
        let (mut said, asked) = snapshot.said_of_path(&headway.store, place).await?;
        let others: Vec<PlaceId> = places.difference(&asked).cloned().collect();
        said.extend(snapshot.said_of(&headway.store, &others).await?);
        let snapshot = Snapshot { at_hand: Arc::new(panels), ..snapshot };
        Ok(Some(Self {
            snapshot: snapshot.with_places(PlaceHistory::from_statements(said.into_iter(), as_of)),
            passed,
        }))
    }

    /// Whether a row is what it would be with everything: those passed over have no period that the others lack, and no odds were
    /// learned from a panel, which takes a sample of all that are there.
    pub(super) fn covers_row(&self, scored: &MeasureAssessment, row: &TrackRow) -> bool {
        let planned = &scored.planned;
        let own = planned.ids.first().cloned().into_iter().map(|id| (None, id));
        let parts = part_ids(&planned.measure).into_iter().enumerate().map(|(number, id)| (Some(number), id));
        let mut passed = own.chain(parts).filter_map(|(part, id)| {
            let periods = self.passed.get(&(id, row.group.clone(), row.grade.clone()))?;
            Some((PeerKey { part, ..scored.kin_key(row.series) }, periods))
        });
        let alone = |odds: &std::result::Result<TargetOdds, NoOdds>| {
            odds.is_err() || odds.is_ok_and(|o| o.method == panel::ALONE)
        };
        let alone = alone(&row.odds) && row.parts.iter().all(|part| alone(&part.odds));
        passed.all(|(key, periods)| {
            let kin = scored.kin_for(&key);
            alone && kin.periods > 0 && kin.first <= *periods.start() && *periods.end() <= kin.last_period()
        })
    }
}

impl Snapshot {
    /// The ids, the kind of periods and the end of years of each measure, and of each part, that a selection takes.
    async fn asked_for(&self, selection: &SeriesSelection) -> Result<Vec<(Vec<MeasureId>, YearCalendar)>> {
        if let Some(id) = selection.measure.as_ref().filter(|id| self.book.find_measure(id).is_none()) {
            let found = self.catalog_view().await?.unplanned.iter().find(|m| m.measure == *id);
            return Ok(found.map(|m| (vec![m.measure.clone()], (m.period_kind, None))).into_iter().collect());
        }
        let of_agency = |id: &str| selection.agency.as_deref().is_none_or(|wanted| wanted == id);
        let planned = self.book.all_measures().filter(|(agency, planned)| {
            selection.measure.as_ref().is_none_or(|id| planned.ids.iter().any(|own| own == id))
                && of_agency(&agency.agency.id)
        });
        let with_parts = planned.flat_map(|(_, planned)| {
            let parts = part_ids(&planned.measure).into_iter().map(|id| vec![id]);
            std::iter::once(planned.ids.clone())
                .chain(parts)
                .map(|ids| (ids, (planned.measure.period, planned.measure.year_ends)))
        });
        Ok(with_parts.collect())
    }

    /// The series of a place, and all others of several rows. What is passed over is noted.
    async fn panel_among(
        &self,
        ids: &[MeasureId],
        years: YearCalendar,
        filter: &SeriesFilter,
        place: &str,
        passed: &mut SkippedPeriods,
    ) -> Result<Option<SeriesPanel>> {
        let segments = self.visible_segments(ids, years.0).await?;
        let so_far = self.so_far(years, &segments);
        let (lake, ranks, filter, place) =
            (self.lake.clone(), Arc::clone(&self.ranks), filter.clone(), place.to_owned());
        let id = ids.first().cloned().unwrap_or_default();
        let read = move || -> Result<(Option<SeriesPanel>, SkippedPeriods)> {
            let rank = |vintage: VintageId| ranks.rank_of(vintage);
            let mut passed = PassedOver { id, last: None, passed: SkippedPeriods::new() };
            let keep = |series: &SeriesRows<'_>| {
                let keep = series.len() > 1 || series.place == place;
                if !keep {
                    passed.add_series(series);
                }
                keep
            };
            let panel = LakeScan::new(&lake, &segments)?
                .with_ranking(&rank)
                .so_far(&so_far)
                .with_filter(filter)
                .panel_of(MOST, keep)?;
            Ok((panel, passed.into_passed()))
        };
        let (panel, over) = tokio::task::spawn_blocking(read).await.expect("reading the lake does not panic")?;
        passed.extend(over);
        Ok(panel)
    }
}

/// Series of one group and grade follow each other: their periods are gathered until the next begins.
struct PassedOver {
    id: MeasureId,
    last: Option<(MeasureGroupKey, RangeInclusive<i32>)>,
    passed: SkippedPeriods,
}

impl PassedOver {
    fn add_series(&mut self, series: &SeriesRows<'_>) {
        let Some(&period) = series.period.first() else { return };
        match &mut self.last {
            Some(((_, group, grade), periods)) if group == series.group && grade == series.grade => {
                *periods = period.min(*periods.start())..=period.max(*periods.end());
            }
            _ => {
                self.passed.extend(self.last.take());
                let key = (self.id.clone(), series.group.into(), series.grade.into());
                self.last = Some((key, period..=period));
            }
        }
    }

    fn into_passed(mut self) -> SkippedPeriods {
        self.passed.extend(self.last);
        self.passed
    }
}

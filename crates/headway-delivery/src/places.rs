//! Places as the store has them, and what a reader must know who compares figures over a change of them.

use std::collections::HashMap;

use headway_analytics::SeriesObservation;
use headway_model::status::{NoteKind, ResultHorizon, ResultLag, StatusNote};
use headway_model::{
    Period, PeriodKind, PlaceChange, PlaceEvent, PlaceHistory, PlaceId, SaidPlace, VintageRanks, said_outside,
};
use headway_store::{CatalogImport, Store, StoredStatement};
use jiff::ToSpan as _;
use jiff::civil::Date;
use tokio::task::spawn_blocking;

use crate::{Result, Snapshot};

/// Reads what is known as of a day. `imports` has every import.
pub(crate) async fn read_history(
    store: &Store,
    imports: &[CatalogImport],
    ranks: &VintageRanks,
    as_of: Date,
) -> Result<PlaceHistory> {
    let outside: Vec<SaidPlace> = store.all_places().await?.into_iter().map(said_outside).collect();
    let stated = store.place_statements(as_of).await?;
    let known: HashMap<_, _> = imports.iter().map(|i| (i.vintage.id, i.vintage.known_from)).collect();
    let ranked = ranks.clone();
    let resolve = move || {
        let by_imports = stated.into_iter().filter_map(|StoredStatement { import, statement }| {
            Some(SaidPlace { by: Some((ranked.rank_of(import)?, *known.get(&import)?)), statement })
        });
        PlaceHistory::from_statements(outside.into_iter().chain(by_imports), as_of)
    };
    Ok(spawn_blocking(resolve).await.expect("resolving places does not panic"))
}

/// The period of a kind in which a day lies.
fn period_of(kind: PeriodKind, day: Date) -> Period {
    Period { kind, ordinal: ResultHorizon::on_day(kind, ResultLag::default(), day).completed + 1 }
}

/// The event in a sentence, with what it means for figures before and after.
fn event_sentence(event: &PlaceEvent, history: &PlaceHistory, place: &str, period: Period) -> String {
    let (before, after) = (history.places_as_of(event.day.saturating_sub(1.day())), history.places_as_of(event.day));
    let named = |id: &PlaceId| before.get(id).or(after.get(id)).map_or(id.to_string(), |other| other.name.clone());
    let others = event.others.iter().map(named).collect::<Vec<_>>().join(" and ");
    let own = match event.what {
        PlaceChange::MadeOf => after.display_name(place),
        _ => before.display_name(place),
    };
    match event.what {
        PlaceChange::TookIn => format!("{own} took in {others} in {period}: figures before are of {own} alone."),
        PlaceChange::BecamePart => format!("{own} became part of {others} in {period}: later figures are there."),
        PlaceChange::Closed => format!("{own} closed: {period} is the first period without it."),
        PlaceChange::MadeOf => format!("{own} was made of {others} in {period}: earlier figures are theirs."),
        PlaceChange::GaveUp => format!("{others} was made out of {own} in {period}: figures before include it."),
    }
}
impl Snapshot {
    /// What a reader must know of a place who compares these observations.
    pub(crate) fn place_notes(&self, place: &str, kind: PeriodKind, observed: &[SeriesObservation]) -> Vec<StatusNote> {
        let (Some(first), Some(last)) = (observed.first(), observed.last()) else { return Vec::new() };
        let events = self.place_history().events_at(place).iter().filter_map(|event| {
            let period = period_of(kind, event.day);
            let (before, after) = (first.period < period, last.period >= period);
            let told = match event.what {
                PlaceChange::TookIn | PlaceChange::GaveUp => before && after,
                PlaceChange::BecamePart | PlaceChange::Closed => before && event.day <= self.as_of,
                PlaceChange::MadeOf => after,
            };
            told.then(|| StatusNote::new(NoteKind::Places, event_sentence(event, self.place_history(), place, period)))
        });
        events.collect()
    }
}

//! Getting ready before anybody asks. A state that is new (something was written, a day began) is read and judged while pages
//! still answer from the one before; then it takes that one's place. Nobody waits, and nobody sees half of it.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use headway_analytics::MeasureAssessment;
use headway_model::{ALL, Level, MeasureId};
use jiff::civil::Date;
use tokio::time::timeout;

use crate::{Error, Result, Snapshot, Workspace};

/// How long the database may take to say whether something was written, and to read another day.
const PATIENCE: Duration = Duration::from_secs(10);

/// What pages are made from.
#[derive(Clone)]
pub struct ReadySnapshot {
    /// Everything as it was known on a day.
    pub snapshot: Arc<Snapshot>,
    /// Something newer came in, or another day began, and is being made ready.
    pub newer: bool,
    /// Why nothing newer can be read, where that is so: this is the last state that could.
    pub stuck: Option<Arc<str>>,
    version: i64,
}

/// The state that is ready, where somebody keeps it so.
#[derive(Clone, Default)]
pub(crate) struct CurrentSnapshot(Arc<Mutex<Option<ReadySnapshot>>>);

impl CurrentSnapshot {
    fn get(&self) -> Option<ReadySnapshot> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_ready(&self, ready: Option<ReadySnapshot>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = ready;
    }

    fn holds_snapshot(&self, snapshot: &Arc<Snapshot>) -> bool {
        self.get().is_some_and(|ready| Arc::ptr_eq(&ready.snapshot, snapshot))
    }
}

impl Workspace {
    /// The newest state that is ready. Where nobody keeps one ready, the state as of `today`, read at once.
    ///
    /// # Errors
    /// When a store can't be read.
    pub async fn ready_state(&self, today: Date) -> Result<ReadySnapshot> {
        match self.keeper.get() {
            Some(ready) => Ok(ready),
            None => self.ready_as_of(today).await,
        }
    }

    /// The state as of any day. While the database does not answer, it is one that is still in memory.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the database does not answer and the day is not in memory; when a store can't be read.
    pub async fn ready_as_of(&self, day: Date) -> Result<ReadySnapshot> {
        let made = |snapshot, stuck| ReadySnapshot { snapshot, newer: false, stuck, version: 0 };
        if let Some(why) = self.keeper.get().and_then(|ready| ready.stuck) {
            let kept = self.shelf.newest_kept(day).ok_or_else(|| Error::Unavailable(why.to_string()))?;
            return Ok(made(kept, Some(why)));
        }
        let why = match timeout(PATIENCE, self.snapshot(day)).await {
            Ok(Ok(snapshot)) => return Ok(made(snapshot, None)),
            Ok(Err(error)) => error.unavailable_reason().ok_or(error)?,
            Err(_) => NO_ANSWER.to_owned(),
        };
        let kept = self.shelf.newest_kept(day).ok_or_else(|| Error::Unavailable(why.clone()))?;
        Ok(made(kept, Some(why.into())))
    }

    /// One look at whether something was written, by whomever, or another day began, since the last. If so the new state is
    /// made ready and put in the old one's place; what most readers don't ask for is learned after that, in the background.
    /// To be called every second or so. Gives whether anything was new.
    ///
    /// # Errors
    /// When a store can't be read; the state before stays in its place, see [`Workspace::keep_failed`].
    pub async fn keep_ready(&self, today: Date) -> Result<bool> {
        let asked = timeout(PATIENCE, self.store.figures_version()).await;
        let version = asked.map_err(|_| Error::Unavailable(NO_ANSWER.to_owned()))??;
        let before = self.keeper.get();
        if let Some(ready) = before.as_ref().filter(|ready| ready.version == version && ready.snapshot.as_of == today) {
            if ready.stuck.is_some() {
                self.keeper.set_ready(Some(ReadySnapshot { newer: false, stuck: None, ..ready.clone() }));
            }
            return Ok(false);
        }
        self.keeper.set_ready(before.map(|ready| ReadySnapshot { newer: true, ..ready }));
        let snapshot = self.snapshot(today).await?;
        prepare_snapshot(&snapshot).await?;
        self.keeper.set_ready(Some(ReadySnapshot {
            snapshot: Arc::clone(&snapshot),
            newer: false,
            stuck: None,
            version,
        }));
        let keeper = self.keeper.clone();
        tokio::spawn(async move {
            if let Err(error) = learn_the_rest(&keeper, &snapshot).await {
                tracing::warn!(%error, "some pages could not be made ready ahead of their first reader");
            }
        });
        Ok(true)
    }

    /// Keeps nothing ready any more: what is still learned of it in the background is given up.
    pub(crate) fn stop_keeping(&self) {
        self.keeper.set_ready(None);
    }

    /// Says why nothing newer could be made ready: pages go on from the state before, where there is one, and say so.
    pub fn keep_failed(&self, why: &str) {
        let stuck = |ready: ReadySnapshot| ReadySnapshot { newer: false, stuck: Some(why.into()), ..ready };
        self.keeper.set_ready(self.keeper.get().map(stuck));
    }
}

/// What is said of a server that keeps its connection and is silent.
const NO_ANSWER: &str = "the database does not answer";

/// What most readers ask for first: every measure judged; of all students the signals, odds and bright spots down to the
/// districts. Schools are many: they come right after, when the new state is in its place.
async fn prepare_snapshot(snapshot: &Arc<Snapshot>) -> Result<()> {
    for agency in &snapshot.book.agencies {
        snapshot.summaries_of(agency).await?;
        snapshot.place_tallies(&agency.agency.id).await?;
    }
    for planned in current_measures(snapshot) {
        let Some(scored) = snapshot.scored_if_sound(&planned).await? else { continue };
        learn_kin(snapshot, scored, |group, level| group == ALL && level < Some(Level::School)).await?;
    }
    for agency in &snapshot.book.agencies {
        snapshot.place_outlooks(&agency.agency.id, Level::District).await?;
    }
    // From here on pages need the database for old days and single imports only.
    snapshot.catalog_view().await?;
    Ok(())
}

/// The same for schools and for each student group, and the gaps place by place; given up when a newer state has taken the
/// place.
async fn learn_the_rest(keeper: &CurrentSnapshot, snapshot: &Arc<Snapshot>) -> Result<()> {
    for planned in current_measures(snapshot) {
        let Some(scored) = snapshot.scored_if_sound(&planned).await? else { continue };
        learn_kin(snapshot, scored, |group, level| group == ALL && level >= Some(Level::School)).await?;
    }
    for agency in &snapshot.book.agencies {
        snapshot.place_outlooks(&agency.agency.id, Level::School).await?;
    }
    for planned in current_measures(snapshot) {
        let Some(scored) = snapshot.scored_if_sound(&planned).await? else { continue };
        for group in scored.group_codes() {
            if !keeper.holds_snapshot(snapshot) {
                return Ok(());
            }
            learn_kin(snapshot, Arc::clone(&scored), |code, _| code == group).await?;
        }
    }
    for agency in &snapshot.book.agencies {
        snapshot.groups_view(&agency.agency.id, None).await?;
    }
    Ok(())
}

fn current_measures(snapshot: &Snapshot) -> Vec<MeasureId> {
    snapshot.book.all_measures().filter(|(_, m)| m.current).map(|(_, m)| m.measure.id.clone()).collect()
}

/// What one series of each kin teaches its kin: signals, odds, pace; and the bright spots of its level. It takes a while of pure
/// computing: not on the threads that answer requests.
async fn learn_kin(
    snapshot: &Arc<Snapshot>,
    scored: Arc<MeasureAssessment>,
    wanted: impl Fn(&str, Option<Level>) -> bool,
) -> Result<()> {
    let mut seen = HashSet::new();
    let mut chosen = Vec::new();
    for series in 0..scored.len() {
        let (group, grade, _) = scored.key_of(series);
        if !wanted(group, scored.level_of(series)) {
            continue;
        }
        if seen.insert((scored.level_of(series), group.to_owned(), grade.to_owned())) {
            chosen.push(series);
        }
        // A kin's odds depend on how far its target is: of the first series with a path they are asked too.
        if scored.distance_to_path(series).is_some()
            && seen.insert((scored.level_of(series), group.to_owned(), format!("{grade} with a path")))
        {
            chosen.push(series);
        }
    }
    let snapshot = Arc::clone(snapshot);
    let work = move || -> Result<()> {
        for series in chosen {
            snapshot.track_row(&scored, series, None)?;
            let (group, grade, _) = scored.key_of(series);
            if let Some(level) = scored.level_of(series).filter(|level| *level > Level::State) {
                scored.bright_spots(level, group, grade, None);
                scored.gap_places(level, group, grade);
            }
        }
        Ok(())
    };
    tokio::task::spawn_blocking(work).await.expect("judging does not panic")
}

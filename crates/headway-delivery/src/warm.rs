//! Getting ready before anybody asks. A state that is new (something was written, a day began) is read and judged while pages
//! still answer from the one before; then it takes that one's place. Nobody waits, and nobody sees half of it.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use headway_analytics::Scored;
use headway_model::{ALL, Level, MeasureId};
use jiff::civil::Date;
use tokio::time::timeout;

use crate::{Error, Headway, Result, Snapshot};

/// How long the database may take to say whether something was written, and to read another day.
const PATIENCE: Duration = Duration::from_secs(10);

/// What pages are made from.
#[derive(Clone)]
pub struct Ready {
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
pub(crate) struct Keeper(Arc<Mutex<Option<Ready>>>);

impl Keeper {
    fn get(&self) -> Option<Ready> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn put(&self, ready: Option<Ready>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = ready;
    }

    fn holds(&self, snapshot: &Arc<Snapshot>) -> bool {
        self.get().is_some_and(|ready| Arc::ptr_eq(&ready.snapshot, snapshot))
    }
}

impl Headway {
    /// The newest state that is ready. Where nobody keeps one ready, the state as of `today`, read at once.
    ///
    /// # Errors
    /// When a store can't be read.
    pub async fn ready(&self, today: Date) -> Result<Ready> {
        match self.keeper.get() {
            Some(ready) => Ok(ready),
            None => self.ready_as_of(today).await,
        }
    }

    /// The state as of any day. While the database does not answer, it is one that is still in memory.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the database does not answer and the day is not in memory; when a store can't be read.
    pub async fn ready_as_of(&self, day: Date) -> Result<Ready> {
        let made = |snapshot, stuck| Ready { snapshot, newer: false, stuck, version: 0 };
        if let Some(why) = self.keeper.get().and_then(|ready| ready.stuck) {
            let kept = self.shelf.kept(day).ok_or_else(|| Error::Unavailable(why.to_string()))?;
            return Ok(made(kept, Some(why)));
        }
        let why = match timeout(PATIENCE, self.snapshot(day)).await {
            Ok(Ok(snapshot)) => return Ok(made(snapshot, None)),
            Ok(Err(error)) => error.unavailable().ok_or(error)?,
            Err(_) => NO_ANSWER.to_owned(),
        };
        let kept = self.shelf.kept(day).ok_or_else(|| Error::Unavailable(why.clone()))?;
        Ok(made(kept, Some(why.into())))
    }

    /// One look at whether something was written, by whomever, or another day began, since the last. If so the new state is
    /// made ready and put in the old one's place; what most readers don't ask for is learned after that, in the background.
    /// To be called every second or so. Gives whether anything was new.
    ///
    /// # Errors
    /// When a store can't be read; the state before stays in its place, see [`Headway::keep_failed`].
    pub async fn keep_ready(&self, today: Date) -> Result<bool> {
        let asked = timeout(PATIENCE, self.store.figures_version()).await;
        let version = asked.map_err(|_| Error::Unavailable(NO_ANSWER.to_owned()))??;
        let before = self.keeper.get();
        if let Some(ready) = before.as_ref().filter(|ready| ready.version == version && ready.snapshot.as_of == today) {
            if ready.stuck.is_some() {
                self.keeper.put(Some(Ready { newer: false, stuck: None, ..ready.clone() }));
            }
            return Ok(false);
        }
        self.keeper.put(before.map(|ready| Ready { newer: true, ..ready }));
        let snapshot = self.snapshot(today).await?;
        prepare(&snapshot).await?;
        self.keeper.put(Some(Ready { snapshot: Arc::clone(&snapshot), newer: false, stuck: None, version }));
        let keeper = self.keeper.clone();
        tokio::spawn(async move {
            if let Err(error) = learn_the_rest(&keeper, &snapshot).await {
                tracing::warn!(%error, "some pages could not be made ready ahead of their first reader");
            }
        });
        Ok(true)
    }

    /// Says why nothing newer could be made ready: pages go on from the state before, where there is one, and say so.
    pub fn keep_failed(&self, why: &str) {
        let stuck = |ready: Ready| Ready { newer: false, stuck: Some(why.into()), ..ready };
        self.keeper.put(self.keeper.get().map(stuck));
    }
}

/// What is said of a server that keeps its connection and is silent.
const NO_ANSWER: &str = "the database does not answer";

/// What most readers ask for first: every measure judged; of all students the signals, odds and bright spots down to the
/// districts. Schools are many: they come right after, when the new state is in its place.
async fn prepare(snapshot: &Arc<Snapshot>) -> Result<()> {
    for agency in &snapshot.book.agencies {
        snapshot.summaries_of(agency).await?;
        snapshot.place_tallies(&agency.agency.id).await?;
    }
    for planned in current(snapshot) {
        let Some(scored) = snapshot.scored_if_sound(&planned).await? else { continue };
        learn(snapshot, scored, |group, level| group == ALL && level < Some(Level::School)).await?;
    }
    for agency in &snapshot.book.agencies {
        snapshot.place_outlooks(&agency.agency.id, Level::District).await?;
    }
    // From here on pages need the database for old days and single imports only.
    snapshot.catalog().await?;
    Ok(())
}

/// The same for schools and for each student group, and the gaps place by place; given up when a newer state has taken the
/// place.
async fn learn_the_rest(keeper: &Keeper, snapshot: &Arc<Snapshot>) -> Result<()> {
    for planned in current(snapshot) {
        let Some(scored) = snapshot.scored_if_sound(&planned).await? else { continue };
        learn(snapshot, scored, |group, level| group == ALL && level >= Some(Level::School)).await?;
    }
    for agency in &snapshot.book.agencies {
        snapshot.place_outlooks(&agency.agency.id, Level::School).await?;
    }
    for planned in current(snapshot) {
        let Some(scored) = snapshot.scored_if_sound(&planned).await? else { continue };
        for group in scored.groups() {
            if !keeper.holds(snapshot) {
                return Ok(());
            }
            learn(snapshot, Arc::clone(&scored), |code, _| code == group).await?;
        }
    }
    for agency in &snapshot.book.agencies {
        snapshot.groups_view(&agency.agency.id, None).await?;
    }
    Ok(())
}

fn current(snapshot: &Snapshot) -> Vec<MeasureId> {
    snapshot.book.measures().filter(|(_, m)| m.current).map(|(_, m)| m.measure.id.clone()).collect()
}

/// What one series of each kin teaches its kin: signals, odds, pace; and the bright spots of its level. It takes a while of pure
/// computing: not on the threads that answer requests.
async fn learn(
    snapshot: &Arc<Snapshot>,
    scored: Arc<Scored>,
    wanted: impl Fn(&str, Option<Level>) -> bool,
) -> Result<()> {
    let mut seen = HashSet::new();
    let mut chosen = Vec::new();
    for series in 0..scored.len() {
        let (group, grade, _) = scored.key(series);
        if !wanted(group, scored.level(series)) {
            continue;
        }
        if seen.insert((scored.level(series), group.to_owned(), grade.to_owned())) {
            chosen.push(series);
        }
        // A kin's odds depend on how far its target is: of the first series with a path they are asked too.
        if scored.distance(series).is_some()
            && seen.insert((scored.level(series), group.to_owned(), format!("{grade} with a path")))
        {
            chosen.push(series);
        }
    }
    let snapshot = Arc::clone(snapshot);
    let work = move || -> Result<()> {
        for series in chosen {
            snapshot.row(&scored, series, None)?;
            let (group, grade, _) = scored.key(series);
            if let Some(level) = scored.level(series).filter(|level| *level > Level::State) {
                scored.bright(level, group, grade, None);
                scored.gap_places(level, group, grade);
            }
        }
        Ok(())
    };
    tokio::task::spawn_blocking(work).await.expect("judging does not panic")
}

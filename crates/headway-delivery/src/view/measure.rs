//! Measure: one promise in full, by student group and by place.

use headway_model::plan::{Source, Target};
use headway_model::status::{Status, Tone};
use headway_model::{ALL, Group, Level, Period};
use headway_store::Import;

use super::Tally;
use crate::book::PlannedMeasure;
use crate::judgement::{NoOdds, Outlook};
use crate::scored::{Observed, Scored};
use crate::track::{PlaceRef, TrackRow};
use crate::{Error, Result, Snapshot};

/// How many places a page lists.
pub(super) const PLACES_A_PAGE: usize = 50;

/// What is chosen on the page; `None` is the plain choice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MeasureChoice {
    /// The place.
    pub unit: Option<String>,
    /// The student group.
    pub group: Option<String>,
    /// The grade.
    pub grade: Option<String>,
    /// The level of the list of places.
    pub level: Option<Level>,
    /// Which page of that list, from 0.
    pub page: usize,
}

/// A measure's page.
#[derive(Clone, Debug)]
pub struct MeasureView {
    /// The measure in its plan.
    pub planned: PlannedMeasure,
    /// The chosen series.
    pub series: SeriesView,
    /// Student groups that can be chosen.
    pub groups: Vec<String>,
    /// Grades that can be chosen.
    pub grades: Vec<String>,
    /// The same place and grade, group by group.
    pub by_group: Vec<GroupLine>,
    /// Levels that the list of places can show.
    pub levels: Vec<Level>,
    /// The level shown.
    pub level: Option<Level>,
    /// One page of the places of that level, those that most need attention first.
    pub places: Vec<PlaceLine>,
    /// How many places there are on all pages, and how they stand.
    pub tally: Tally,
    /// All of them, in the order of the pages.
    pub all_places: Vec<PlaceLine>,
    /// Those with a result in [`MeasureView::places_period`].
    pub values: Vec<PlaceLine>,
    /// The period that the distribution of places is of.
    pub places_period: Option<Period>,
    /// The page shown, from 0.
    pub page: usize,
    /// Documents that the plan names for the measure.
    pub sources: Vec<Source>,
}

/// One series in full.
#[derive(Clone, Debug)]
pub struct SeriesView {
    /// Where it stands.
    pub row: TrackRow,
    /// Every observation, oldest first.
    pub observed: Vec<Observed>,
    /// The targets that hold for it, those no longer in force too.
    pub targets: Vec<Target>,
    /// The imports that its observations came with, newest first.
    pub imports: Vec<Import>,
    /// What may come until the target, or why that can't be said.
    pub outlook: std::result::Result<Outlook, NoOdds>,
}

/// One student group in a line.
#[derive(Clone, Debug)]
pub struct GroupLine {
    /// The group's code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub row: TrackRow,
    /// Its observations.
    pub observed: Vec<Observed>,
}

/// One place in a line.
#[derive(Clone, Debug)]
pub struct PlaceLine {
    /// The place.
    pub place: PlaceRef,
    /// Its status.
    pub status: Status,
    /// Its latest completed observation.
    pub latest: Option<Observed>,
}

impl Snapshot {
    /// One series in full.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the measure has no such series; the text says which places, groups or grades it has.
    pub async fn series(&self, measure: &str, unit: Option<&str>, group: &str, grade: &str) -> Result<SeriesView> {
        let scored = self.scored(measure).await?;
        let at = self.choose(&scored, unit, group, grade)?;
        self.series_view(&scored, at)
    }

    /// A measure's page.
    pub async fn measure_view(&self, measure: &str, choice: &MeasureChoice) -> Result<MeasureView> {
        let (agency, planned) = self.measure(measure)?;
        let scored = self.scored(measure).await?;
        let [group, grade] = [&choice.group, &choice.grade].map(|c| c.as_deref().unwrap_or(ALL));
        let at = self.choose(&scored, choice.unit.as_deref(), group, grade)?;
        let (group, grade, unit) = scored.key(at);

        let mut by_group = Vec::new();
        for code in ordered(scored.groups()) {
            let Some(series) = scored.find(&code, grade, unit) else { continue };
            let (row, observed) = (self.row(&scored, series, None)?, scored.observed(series));
            by_group.push(GroupLine { name: Group::name_of(&code).into_owned(), code, row, observed });
        }

        let near: Vec<usize> = scored.of_group(group, grade).collect();
        let levels: Vec<Level> = Level::ALL
            .into_iter()
            .filter(|l| near.iter().filter(|&&i| scored.level(i) == Some(*l)).nth(1).is_some())
            .collect();
        let level = choice.level.filter(|l| levels.contains(l)).or_else(|| levels.first().copied());
        let of_level = near.into_iter().filter(|&i| level.is_some() && scored.level(i) == level);
        let mut lines: Vec<PlaceLine> = of_level.map(|i| self.place_line(&scored, i)).collect();
        lines.sort_by(|a, b| {
            b.status.severity().cmp(&a.status.severity()).then_with(|| a.place.name.cmp(&b.place.name))
        });
        let tally = lines.iter().map(|line| line.status).collect();
        let places_period = lines.iter().filter_map(|l| Some(l.latest?.period)).max();
        let in_period = |l: &&PlaceLine| l.latest.is_some_and(|o| Some(o.period) == places_period);
        let values = lines.iter().filter(in_period).cloned().collect();
        let page = choice.page.min(lines.len().saturating_sub(1) / PLACES_A_PAGE);
        let places = lines.iter().skip(page * PLACES_A_PAGE).take(PLACES_A_PAGE).cloned().collect();

        let named = |s: &&Source| planned.measure.source.contains(&s.id);
        let sources = agency.editions.iter().rev().flat_map(|p| &p.sources).filter(named).cloned();
        let mut seen = std::collections::HashSet::new();
        Ok(MeasureView {
            planned: planned.clone(),
            series: self.series_view(&scored, at)?,
            groups: ordered(scored.groups()),
            grades: scored.grades(),
            by_group,
            levels,
            level,
            places,
            tally,
            all_places: lines,
            values,
            places_period,
            page,
            sources: sources.filter(|s| seen.insert(s.id.clone())).collect(),
        })
    }

    fn place_line(&self, scored: &Scored, series: usize) -> PlaceLine {
        let place = self.place_ref(scored, series);
        PlaceLine { place, status: scored.status(series), latest: scored.latest(series) }
    }

    pub(crate) fn series_view(&self, scored: &Scored, series: usize) -> Result<SeriesView> {
        let observed = scored.observed(series);
        let mut ids: Vec<i64> = observed.iter().map(|o| o.vintage).collect();
        ids.sort_unstable_by(|a, b| b.cmp(a));
        ids.dedup();
        let row = self.row(scored, series, None)?;
        Ok(SeriesView {
            outlook: scored.outlook(series, &row.standing),
            row,
            targets: scored.targets(series).into_iter().cloned().collect(),
            imports: ids.into_iter().filter_map(|id| self.vintage(id)).cloned().collect(),
            observed,
        })
    }

    /// The series that is asked for: of the agency's own place when none is named, else of the first place there is.
    fn choose(&self, scored: &Scored, unit: Option<&str>, group: &str, grade: &str) -> Result<usize> {
        let home = scored.home.as_deref().unwrap_or_default();
        if let Some(at) = scored.find(group, grade, unit.unwrap_or(home)) {
            return Ok(at);
        }
        let plain = unit.is_none() && group == ALL && grade == ALL;
        if plain && !scored.is_empty() {
            // The most general series there is: all students and grades first, and the highest level.
            let rank = |&i: &usize| {
                let (group, grade, _) = scored.key(i);
                (group != ALL, grade != ALL, scored.level(i).is_none(), scored.level(i))
            };
            return Ok((0..scored.len()).min_by_key(rank).expect("it is not empty"));
        }
        let id = format!(
            "{} / {} / group {group} / grade {grade} (groups: {}; grades: {})",
            scored.planned.measure.id,
            unit.unwrap_or(home),
            scored.groups().join(", "),
            scored.grades().join(", ")
        );
        Err(Error::NotFound { what: "series", id })
    }
}

/// Groups in the order in which they are shown: the standing ones first.
pub(super) fn ordered(groups: Vec<String>) -> Vec<String> {
    let standing: Vec<String> = Group::standing().map(|g| g.code.into_owned()).collect();
    let mut groups = groups;
    groups.sort_by_key(|g| (standing.iter().position(|s| s == g).unwrap_or(usize::MAX), g.clone()));
    groups
}

/// Whether anything can be said of a status yet.
pub(super) fn is_judged(status: Status) -> bool {
    status.tone() != Tone::Open
}

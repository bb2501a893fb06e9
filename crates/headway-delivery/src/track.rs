//! “Where do we stand”: one row a series, for everything or a selection.

use std::sync::Arc;

use headway_analytics::{
    MeasureAssessment, MeasureRef, NoOdds, NoSignal, PlaceRef, ResultSignal, SeriesObservation, TargetOdds,
};
use headway_model::plan::{AgencyPlans, Method};
use headway_model::status::{PacePrecedent, TargetAssessment};
use headway_model::{GradeCode, GroupCode, Level, Period, PlaceDirectory};
use serde::{Serialize, Serializer};

use crate::snapshot::Snapshot;
use crate::{Error, Result};

/// Which series are asked for; `None` is all.
#[derive(Clone, Debug, Default)]
pub struct SeriesSelection {
    /// The agency's id.
    pub agency: Option<String>,
    /// The measure's id.
    pub measure: Option<String>,
    /// The place's id.
    pub place: Option<String>,
    /// The id of a place: it and the places below it.
    pub within: Option<String>,
    /// The level of places.
    pub level: Option<Level>,
    /// The student group's code.
    pub group: Option<String>,
    /// The method; each measure's own when `None`.
    pub method: Option<Method>,
}

/// Where one measure stands for one place, group and grade. Serializes to the contract of `track --format json`
/// (docs/json.md): what is not known is null, never left out.
#[derive(Clone, Debug)]
pub struct TrackRow {
    /// The measure.
    pub measure: MeasureRef,
    /// The edition of the plan that dropped the measure, where one did.
    pub dropped: Option<String>,
    /// The place.
    pub place: PlaceRef,
    /// Code of the student group.
    pub group: GroupCode,
    /// The grade.
    pub grade: GradeCode,
    /// The edition that states the target, which may be an earlier one than names the measure; none without a target.
    pub target_edition: Option<String>,
    /// The observation that the status speaks of; none where nothing came.
    pub observed: Option<SeriesObservation>,
    /// The computed status with its method and inputs (invariant 2).
    pub standing: TargetAssessment,
    /// Whether the latest result is more than noise, or why that can't be said.
    pub signal: std::result::Result<ResultSignal, NoSignal>,
    /// How likely the target is met, or why that can't be said.
    pub odds: std::result::Result<TargetOdds, NoOdds>,
    /// The same for the parts of a compound target, in the order of `standing.parts`.
    pub parts: Vec<SignalAndOdds>,
    /// How often comparable places kept the pace that is needed.
    pub precedent: Option<PacePrecedent>,
    /// Number of the series in its [`MeasureAssessment`].
    pub series: usize,
}

impl TrackRow {
    /// The result that the status speaks of, where a later one is in: a target is judged by its own period.
    pub fn judged_before(&self, observed: &[SeriesObservation]) -> Option<&SeriesObservation> {
        let judged = self.observed.as_ref()?;
        SeriesObservation::latest_result(observed).filter(|latest| latest.period > judged.period).map(|_| judged)
    }
}

/// Signal and odds of a series, or of one part of a compound target.
#[derive(Clone, Copy, Debug)]
pub struct SignalAndOdds {
    /// As [`TrackRow::signal`].
    pub signal: std::result::Result<ResultSignal, NoSignal>,
    /// As [`TrackRow::odds`].
    pub odds: std::result::Result<TargetOdds, NoOdds>,
}

/// Signal and odds, each with the reason where there is none.
#[derive(Serialize)]
struct SignalOddsFields {
    signal: Option<ResultSignal>,
    no_signal: Option<String>,
    odds: Option<TargetOdds>,
    no_odds: Option<String>,
}

impl SignalOddsFields {
    fn from_signal_and_odds(
        signal: std::result::Result<ResultSignal, NoSignal>,
        odds: std::result::Result<TargetOdds, NoOdds>,
    ) -> Self {
        Self {
            signal: signal.ok(),
            no_signal: signal.err().map(NoSignal::reason_text),
            odds: odds.ok(),
            no_odds: odds.err().map(NoOdds::reason_text),
        }
    }
}

#[derive(Serialize)]
struct TrackRowFields<'a> {
    measure: &'a str,
    place: &'a str,
    /// The place, by the name that it had before.
    unit: &'a str,
    group: &'a str,
    grade: &'a str,
    numerator: Option<f64>,
    denominator: Option<f64>,
    precedent: Option<PacePrecedent>,
    #[serde(flatten)]
    judgement: SignalOddsFields,
    vintage: Option<i64>,
    verdict: String,
    dropped_in: Option<&'a str>,
    target_edition: Option<&'a str>,
    #[serde(flatten)]
    standing: &'a TargetAssessment,
}

impl Serialize for TrackRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let wire = TrackRowFields {
            measure: &self.measure.id,
            place: &self.place.id,
            unit: &self.place.id,
            group: &self.group,
            grade: &self.grade,
            numerator: self.observed.and_then(|o| o.numerator),
            denominator: self.observed.and_then(|o| o.denominator),
            precedent: self.precedent,
            judgement: SignalOddsFields::from_signal_and_odds(self.signal, self.odds),
            vintage: self.observed.map(|o| o.vintage),
            verdict: self.verdict_sentence(),
            dropped_in: self.dropped.as_deref(),
            target_edition: self.target_edition.as_deref(),
            standing: &self.standing,
        };
        if self.parts.is_empty() {
            return wire.serialize(serializer);
        }
        // A standing knows nothing of signals and odds: they are put into its parts here.
        let failed = <S::Error as serde::ser::Error>::custom;
        let mut json = serde_json::to_value(wire).map_err(failed)?;
        let parts = json["parts"].as_array_mut().into_iter().flatten().filter_map(serde_json::Value::as_object_mut);
        for (part, judged) in parts.zip(&self.parts) {
            let judged = serde_json::to_value(SignalOddsFields::from_signal_and_odds(judged.signal, judged.odds))
                .map_err(failed)?;
            part.extend(judged.as_object().cloned().unwrap_or_default());
        }
        json.serialize(serializer)
    }
}

impl TrackRow {
    /// "Graduation (dropped in edition 2014-01-13)": the measure's name, and that the plan no longer has it.
    pub fn measure_title(&self) -> String {
        match &self.dropped {
            Some(edition) => format!("{} (dropped in edition {edition})", self.measure.name),
            None => self.measure.name.clone(),
        }
    }
}

impl Snapshot {
    /// The rows of a selection: by agency and measure as planned, then by group, grade and place.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an agency, measure, place or group that nothing knows; when the lake can't be read.
    /// A measure that no plan names has the rows of its results, with nothing promised.
    pub async fn track_selection(&self, selection: &SeriesSelection) -> Result<Vec<TrackRow>> {
        if let Some(agency) = &selection.agency {
            let own = &self.agency(agency)?.measures;
            let is_own = |id: &String| own.iter().any(|planned| planned.ids.iter().any(|has| has == id));
            if let Some(id) =
                selection.measure.as_ref().filter(|id| self.book.find_measure(id).is_some() && !is_own(id))
            {
                let known = own.iter().map(|m| (m.measure.id.as_str(), m.measure.name.as_str()));
                return Err(Error::not_among("measure", id, known));
            }
        }
        if let Some(within) = &selection.within
            && self.places.get(within).is_none()
        {
            return Err(self.no_place(within));
        }
        let mut judged = Vec::new();
        match &selection.measure {
            Some(measure) if self.book.find_measure(measure).is_none() => {
                judged.push(Arc::new(self.score_unplanned(measure).await?))
            }
            wanted => {
                let planned = self
                    .book
                    .all_measures()
                    .filter(|(_, m)| wanted.as_ref().is_none_or(|w| m.ids.iter().any(|id| id == w)));
                let of_agency = |a: &AgencyPlans| selection.agency.as_deref().is_none_or(|id| id == a.agency.id);
                for (_, planned) in planned.filter(|(a, _)| of_agency(a)) {
                    match self.scored_measure(&planned.measure.id).await {
                        // Of several measures the rest is answered; `Snapshot::troubles` says which can't be, and why.
                        Err(Error::Measure(_)) if wanted.is_none() => {}
                        scored => judged.push(scored?),
                    }
                }
            }
        }
        let mut rows = Vec::new();
        for scored in judged {
            for series in (0..scored.len()).filter(|&i| selection.matches_series(&scored, i, &self.places)) {
                rows.push(self.track_row(&scored, series, selection.method)?);
            }
        }
        if rows.is_empty() {
            self.explain_nothing(selection).await?;
        }
        Ok(rows)
    }

    /// One row.
    pub fn track_row(&self, scored: &MeasureAssessment, series: usize, method: Option<Method>) -> Result<TrackRow> {
        let mut standing = scored.standing_of(series, method)?;
        let (group, grade, place_id) = scored.key_of(series);
        let observed = scored.observations_of(series);
        standing.notes.extend(self.place_notes(place_id, scored.period_kind(), &observed));
        let of_period = |p: Period| observed.iter().find(|o| o.period == p).copied();
        Ok(TrackRow {
            measure: MeasureRef::for_measure(&scored.planned.measure),
            dropped: scored.planned.dropped.clone(),
            target_edition: target_edition(scored, series, &standing),
            place: self.place_ref(scored, series),
            group: group.into(),
            grade: grade.into(),
            observed: standing.period.and_then(of_period),
            signal: scored.signal_of(series),
            odds: scored.outlook_for(series, &standing).map(|outlook| outlook.odds),
            parts: standing
                .parts
                .iter()
                .map(|part| SignalAndOdds {
                    signal: scored.part_signal(series, &part.part),
                    odds: scored.part_odds(series, part),
                })
                .collect(),
            precedent: scored.pace_precedent(series, &standing),
            standing,
            series,
        })
        .inspect(|row: &TrackRow| debug_assert_eq!(row.place.id, place_id))
    }

    /// The place of a series, with the agency's own name for its home place when the directory has none.
    pub fn place_ref(&self, scored: &MeasureAssessment, series: usize) -> PlaceRef {
        let (_, _, place) = scored.key_of(series);
        PlaceRef { id: place.into(), name: self.places.display_name(place).to_owned(), level: scored.level_of(series) }
    }

    /// An empty answer to a question about something that nobody knows is a mistake in the question.
    async fn explain_nothing(&self, selection: &SeriesSelection) -> Result<()> {
        if let Some(place) = &selection.place
            && self.places.get(place).is_none()
        {
            return Err(self.no_place(place));
        }
        if let Some(agency) = &selection.agency {
            for place in selection.place.iter().chain(&selection.within) {
                if !self.shows_place(agency, place).await? {
                    return Err(Error::NoResult(format!(
                        "“{place}” is no place of the agency “{agency}”: `headway places` lists all places, and without --agency the \
                         places of all agencies are looked through"
                    )));
                }
            }
        }
        if let Some(group) = &selection.group
            && headway_model::StudentGroup::of_code(group).is_none()
        {
            let known: Vec<_> = headway_model::StudentGroup::standing_groups().map(|g| (g.code, g.name)).collect();
            return Err(Error::not_among("student group", group, known.iter().map(|(code, name)| (&**code, &**name))));
        }
        Ok(())
    }
}

/// The edition that states the target by which a series is judged: of its targets the one that is no other.
fn target_edition(scored: &MeasureAssessment, series: usize, standing: &TargetAssessment) -> Option<String> {
    standing.target_period?;
    let targets = scored.targets_of(series);
    let chosen = targets.into_iter().find(|target| !standing.other_targets.contains(target))?;
    scored.planned.edition_of(chosen).map(str::to_owned)
}

impl SeriesSelection {
    fn matches_series(&self, scored: &MeasureAssessment, series: usize, places: &PlaceDirectory) -> bool {
        let (group, _, place) = scored.key_of(series);
        self.place.as_deref().is_none_or(|u| u == place)
            && self.within.as_deref().is_none_or(|top| places.is_within(place, top))
            && self.group.as_deref().is_none_or(|g| g == group)
            && self.level.is_none_or(|level| scored.level_of(series) == Some(level))
    }
}

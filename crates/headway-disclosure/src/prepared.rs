//! A release made from what was read: decided, laid out as the public sees it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use headway_model::plan::{AgencyPlans, Measure};
use headway_model::{MeasureId, Period, PlaceDirectory, Vintage};
use jiff::civil::Date;
use serde_json::{Value as Json, json};

use super::atlas::{CodeNumbers, PeriodHierarchies};
use super::derived::{self, DerivationContext, Withheld};
use super::earlier::{self, ReleaseHistory};
use super::figures::{CountedFigure, MeasureFigures};
use super::find::{SumFinder, lengths};
use super::formulas::{KnownSums, SumFormula, SumOrigin, add_formula, amount_of, students_of};
use super::lay_out::lay_out;
use super::layer::ProtectionDemands;
use super::made_of::MadeOfCheck;
use super::reading::{ReleaseFigures, stated_period_sums};
use super::stay::RevisionFilter;
use super::step::{RollingRules, StepDecisions, SuppressionStep, find_populations, is_hidden_by_source};
use super::taken::{OwnCodes, of_places_and_periods};
use super::told::{Disclosure, PriorDisclosure, encode_told};
use super::{
    DisclosureTally, GivenUp, Release, ReleaseMeasure, Result, StepWeakness, SumTaken, notes, shares, stated, ties,
};

/// So many counts stay possible for a hidden one where nobody says another number.
pub const LEAST_WIDTH: u32 = 4;
/// Revised figures of fewer students are told only with a difference of none or many, where nobody says another number.
pub const LATE_BELOW: u32 = 1000;

/// A release that was made and is not out yet, with the decisions behind it, which are for the agency only.
pub struct PreparedRelease {
    /// What the public will see.
    pub release: Release,
    /// What somebody should know before it goes out, one line a cause.
    pub notes: Vec<String>,
    pub(super) atlas: CodeNumbers,
    pub(super) figures: Vec<MeasureFigures>,
    pub(super) decided: StepDecisions,
    sums: Json,
    weakness: StepWeakness,
}

/// How a release is made.
#[derive(Clone, Debug, Default)]
pub struct ReleaseOptions {
    /// Also with results of periods that are not over.
    pub unfinished: bool,
    /// Ids of measures that are left out on purpose, the agency's own or those of others.
    pub without: Vec<String>,
    /// Parts of the step that are left out, in tests.
    pub weakness: StepWeakness,
}

/// What stands around the figures of a release.
pub struct ReleaseContext {
    /// The agency, and its measures.
    pub agency: AgencyPlans,
    /// The day as of which the figures are known.
    pub as_of: Date,
    /// The day on which it is made.
    pub made_on: Date,
    /// The imports that figures came with.
    pub imports: Vec<Vintage>,
    /// The places of the day.
    pub places: Arc<PlaceDirectory>,
    /// Those of each period of [`ReleaseFigures::periods`].
    pub trees: BTreeMap<Period, Arc<PlaceDirectory>>,
}

/// Makes a release: what is told of every figure is decided over all of them together, and over what earlier releases told.
/// Takes time: a state is minutes of work.
///
/// # Errors
/// [`super::Error::Refused`] when the sums of an earlier release can't be read.
pub fn prepare_release(
    mut reading: ReleaseFigures,
    mut history: ReleaseHistory,
    scene: &ReleaseContext,
    weakness: StepWeakness,
) -> Result<PreparedRelease> {
    if weakness.no_earlier {
        history.releases.clear();
    }
    let (number, (groups, grades), without) = (history.next, reading.codes, reading.without.clone());
    let atlas = std::mem::take(&mut reading.atlas);
    let publishing = &scene.agency.agency.publishing;
    let made = decide_release(atlas, reading, history, &scene.trees, publishing, (weakness, scene.as_of))?;
    let DecidedRelease { atlas, figures, decided, formulas, listed, sums, of_periods, mut notes, demands, late_below } =
        made;
    let mut release = lay_out(scene, number, &atlas, &figures, &decided);
    release.awaited = awaited_measures(&scene.agency, &release.measures, &without);
    notes.extend(notes::of_stated(&stated::withhold_stated(&mut release.measures, &release.places)));
    let ids: Vec<MeasureId> = figures.iter().map(|f| f.id.clone()).collect();
    release.sums = of_places_and_periods(&decided.of_places, &figures, &of_periods);
    release.sums.extend(formulas.list_nested_groups(&atlas, groups));
    release.sums.extend(formulas.list_sums(&atlas, &OwnCodes { measures: &ids, groups, grades }));
    release.sums.extend(listed);
    release.late_below = late_below;
    release.least_width = demands.least_width.max(0) as u64;
    release.insiders = demands.insiders.is_some();
    Ok(PreparedRelease { release, notes, atlas, figures, decided, sums, weakness })
}

/// The measures of the editions in force that have no result in the release, but for those that are left out on purpose.
fn awaited_measures(plans: &AgencyPlans, told: &[ReleaseMeasure], without: &[String]) -> Vec<Arc<Measure>> {
    let is_told = |id: &str| told.iter().any(|measure| measure.plan.id == id);
    let missing = plans.measures.iter().filter(|planned| planned.current && !is_told(&planned.measure.id));
    let missing = missing.filter(|planned| !without.iter().any(|id| *id == planned.measure.id));
    missing.map(|planned| Arc::clone(&planned.measure)).collect()
}

impl PreparedRelease {
    /// Its sums, as later releases must know them.
    pub fn sums_json(&self) -> &Json {
        &self.sums
    }

    /// Whether the whole step was done: what parts were left out of is for tests alone.
    pub fn is_whole(&self) -> bool {
        self.weakness == StepWeakness::default()
    }

    /// Rules and counts of the release: what the store keeps for people, and what the command answers.
    pub fn summary_json(&self) -> Json {
        let release = &self.release;
        let measures = release.measures.iter().map(
            |m| json!({ "measure": m.id, "rule": m.rule, "shown": DisclosureTally::from_rows(&m.rows).to_json() }),
        );
        json!({
            "agency": release.agency, "release": release.number, "as_of": release.as_of, "made_on": release.made_on,
            "simulated": release.simulated, "measures": measures.collect::<Vec<Json>>(), "audit": release.audit,
        })
    }

    /// What is told of each figure, by measure, as the store keeps it.
    pub fn told_by_measure(&self) -> Vec<(MeasureId, String)> {
        let lines = |(figures, how): (&MeasureFigures, &Vec<Option<Disclosure>>)| {
            let told: Vec<PriorDisclosure> = figures
                .rows
                .iter()
                .zip(how)
                .filter_map(|(figure, how)| Some(figure.told_form((*how)?, figures.scale)))
                .collect();
            (figures.id.clone(), encode_told(told.iter(), &self.atlas))
        };
        self.figures.iter().zip(&self.decided.how).map(lines).collect()
    }
}

/// What became of a release before it is laid out.
struct DecidedRelease {
    atlas: CodeNumbers,
    figures: Vec<MeasureFigures>,
    decided: StepDecisions,
    formulas: KnownSums,
    /// What figures are made of, in words.
    listed: Vec<SumTaken>,
    sums: Json,
    /// For each measure the one whose counts it adds up, and over how many periods.
    of_periods: Vec<Option<(usize, i32)>>,
    notes: Vec<String>,
    demands: ProtectionDemands,
    late_below: u64,
}

/// Everything between reading and laying out.
fn decide_release(
    mut atlas: CodeNumbers,
    mut read: ReleaseFigures,
    history: ReleaseHistory,
    trees: &BTreeMap<Period, Arc<PlaceDirectory>>,
    publishing: &headway_model::plan::Publishing,
    (weakness, day): (StepWeakness, Date),
) -> Result<DecidedRelease> {
    let periods = trees.keys().map(|period| (period.kind, period.ordinal)).collect();
    let forest = PeriodHierarchies::for_periods(&atlas, &periods, |period| Arc::clone(&trees[&period]));
    let mut formulas = KnownSums::from_codes(&atlas);
    add_stated_sums(&read.figures, &mut formulas);
    lengths::add_stated_lengths(&read.figures, &mut formulas);
    let newest = history.newest;
    let mut earlier = history.into_earlier(&read, &mut atlas, (&forest, &formulas))?;
    let populations =
        find_populations(&read.figures, &earlier, RollingRules { atlas: &atlas, forest: &forest, formulas: &formulas });
    let finder = SumFinder {
        measures: &read.figures,
        own: read.own,
        populations: &populations,
        atlas: &atlas,
        forest: &forest,
        earlier: if weakness.no_past_sums { &[] } else { &earlier },
    };
    if !weakness.no_finding {
        finder.find_sums(&mut formulas);
    }
    if weakness.no_ties {
        formulas.ties.clear();
    }
    shares::protect_none(&mut read.figures, &formulas, &populations);
    formulas.add_sums_in_groups(&atlas);
    let mut notes = notes::of_reading(&read);
    notes.extend(notes::of_an_earlier_day(day, newest));
    // The sums of earlier releases were looked for in the figures of their day; what is found now held then too.
    for edition in &mut earlier {
        formulas.measures.iter().for_each(|formula| add_formula(&mut edition.formulas.measures, formula.clone()));
        formulas.groups.iter().for_each(|formula| add_formula(&mut edition.formulas.groups, formula.clone()));
        formulas.grades.iter().for_each(|formula| add_formula(&mut edition.formulas.grades, formula.clone()));
        formulas.ties.iter().for_each(|tie| ties::add_tie(&mut edition.formulas.ties, tie.clone()));
    }
    let late_below = u64::from(publishing.late_below.unwrap_or(LATE_BELOW));
    let own = read.own;
    let gone: Vec<bool> =
        read.figures.iter().enumerate().map(|(m, figures)| m >= own && figures.rows.is_empty()).collect();
    // Looked for in the figures of all agencies, as they are before any of them stays as it was told.
    let made_of =
        if weakness.no_derived { Vec::new() } else { as_figured(&read.figures, &atlas, &forest).find_derived(own) };
    let withheld = Withheld::from_figures(&read.figures, own, &earlier);
    let elsewhere = match weakness.no_derived {
        true => Vec::new(),
        false => as_figured(&read.figures, &atlas, &forest).told_elsewhere(own, &earlier),
    };
    derived::rows_that_follow(&elsewhere).for_each(|(m, row)| read.figures[m].rows[row].known = true);
    for figures in &mut read.figures[own..] {
        figures.rows.clear();
    }
    let staying = RevisionFilter {
        earlier: &earlier,
        atlas: &atlas,
        forest: &forest,
        formulas: &formulas,
        below: late_below,
        day,
        totals_fresh: weakness.no_kept_totals,
    };
    notes.extend(notes::of_stayed(staying.keep_as_told(&mut read.figures[..own]), late_below));
    let insiders = publishing.insiders.unwrap_or(true).then(|| forest.observers_by_place(atlas.places.len()));
    let least_width = i64::from(publishing.least_width.unwrap_or(LEAST_WIDTH));
    let demands = ProtectionDemands { weakness, least_width, insiders };
    let of_periods = stated_period_sums(&read.figures);
    let step = SuppressionStep {
        atlas: &atlas,
        forest: &forest,
        formulas: &formulas,
        measures: &[],
        populations: &populations,
        earlier: &earlier,
        sums: &of_periods,
        demands: &demands,
    };
    let beside = MadeOfCheck { figures: &[], own, gone: &gone, atlas: &atlas, forest: &forest, earlier: &earlier };
    let hide = |figures: &[MeasureFigures], decided: &mut StepDecisions| {
        let beside = MadeOfCheck { figures, ..beside };
        if !weakness.no_made_of {
            beside.hide_made_of(decided);
        }
        let of = as_figured(figures, &atlas, &forest);
        let more = derived::telling_too_much(&made_of, &of, (&decided.how, &withheld));
        let mut before = beside.told_before(decided, &more);
        let open = derived::no_longer_told(&elsewhere, &of, decided);
        before.extend(open.map(|figure| (figure.measure, figure.place_key())));
        (before, more)
    };
    let mut work = SuppressionStep { measures: &read.figures, ..step }.solve_all();
    let mut decided = work.to_decided();
    let (mut before, mut left) = hide(&read.figures, &mut decided);
    if !left.is_empty() {
        left.iter().for_each(|&(m, row)| read.figures[m].rows[row].protect = true);
        SuppressionStep { measures: &read.figures, ..step }.solve_again(&mut work, &left);
        decided = work.to_decided();
        (before, left) = hide(&read.figures, &mut decided);
        derived::hide_rows(&left, &read.figures, &mut decided);
    }
    drop(work);
    let listed = derived::list_derived(&made_of, &as_figured(&read.figures, &atlas, &forest), own);
    notes.extend(notes::of_made_of(&decided, &read.figures));
    let (beside, hold) = (MadeOfCheck { figures: &read.figures, ..beside }, publishing.hold_back.unwrap_or(false));
    decided.audit.made_of_hidden = beside.hold_back(hold, before, &mut decided, &mut notes);
    notes.extend(notes::of_sums(&decided.unsound, &read.figures, &atlas));
    notes.extend(notes::of_past(&decided, &read.figures, &atlas, earlier.is_empty()));
    notes.extend(notes::of_found(&formulas, &read.figures[..own]));
    decided.audit.given_up = given_up(&decided, &read.figures);
    let sums = earlier::sums_to_json(&forest, &formulas, &atlas, &read.figures);
    let mut figures = read.figures;
    figures.truncate(own);
    decided.how.truncate(own);
    Ok(DecidedRelease { atlas, figures, decided, formulas, listed, sums, of_periods, notes, demands, late_below })
}

fn as_figured<'a>(
    figures: &'a [MeasureFigures],
    atlas: &'a CodeNumbers,
    forest: &'a PeriodHierarchies,
) -> DerivationContext<'a> {
    DerivationContext { figures, atlas, forest }
}

/// Sums between measures that the plan states.
fn add_stated_sums(figures: &[MeasureFigures], formulas: &mut KnownSums) {
    let mut wholes: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (m, figures) in figures.iter().enumerate() {
        // A part of a compound measure has the plan of the whole one: its own word would be said of all of them.
        if let Some(whole) = figures.plan.publishing.whole.as_deref().filter(|_| figures.id == figures.plan.id) {
            wholes.entry(whole).or_default().push(m);
        }
    }
    for parts in wholes.into_values().filter(|parts| parts.len() > 1) {
        let terms = parts.iter().map(|&m| amount_of(m));
        add_formula(&mut formulas.measures, SumFormula::from_parts(terms, students_of(parts[0]), SumOrigin::Stated));
    }
}

/// How much each table gave up.
fn given_up(decided: &StepDecisions, figures: &[MeasureFigures]) -> Vec<GivenUp> {
    let mut tables: BTreeMap<(usize, i32), BTreeSet<usize>> = BTreeMap::new();
    for &(m, row) in &decided.given_up {
        tables.entry((m, figures[m].rows[row].period)).or_default().insert(row);
    }
    let line = |((m, ordinal), rows): ((usize, i32), BTreeSet<usize>)| GivenUp {
        measure: figures[m].id.clone(),
        period: Period { kind: figures[m].kind, ordinal }.to_string(),
        figures: rows.len() as u64,
    };
    tables.into_iter().map(line).collect()
}

impl CountedFigure {
    /// What a release keeps of it; `scale` is that of its measure.
    pub(super) fn told_form(&self, how: Disclosure, scale: f64) -> PriorDisclosure {
        let Self { place, group, grade, period, n, amount, value, .. } = *self;
        let vintage = Some(self.told_from.unwrap_or(self.vintage));
        let how = if how == Disclosure::Source && !is_hidden_by_source(value) { Disclosure::Absent } else { how };
        let band = self.source_band(scale).filter(|_| how == Disclosure::Source);
        PriorDisclosure { place, group, grade, period, n, amount, how, band, kept: self.kept, vintage }
    }
}

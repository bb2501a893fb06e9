//! Faults in a part of a file (one region's sheet): in some places two groups or grades have each other's figures, or shares are 100
//! less what they were, and in the others they are not.
//!
//! Each place is held against its own past: how much better the fault explains its figures than a year's change does. Together the
//! places show a fault where it explains them beyond chance if a share of them has it, a seventh at least, and the others are where they
//! were in the middle: a change that all share is none of a part. What a year's change is must be known of half of the places, since
//! small ones move far. Of each level the same 64 places are looked at, as in `labels`.

use headway_model::{Grade, StudentGroup};

use super::evidence::{UsualChange, needed_evidence};
use super::labels::{LabelCheck, LevelSlice, SlicePlaceRow};
use super::sample::median;
use super::walk::{CheckedMeasure, number_text};
use super::{DoubtAnswer, DoubtKind, ImportDoubt};

/// The shares of the places that may have a fault.
const SHARES: [f64; 8] = [0.15, 0.25, 0.35, 0.5, 0.65, 0.8, 0.9, 0.97];
/// One place alone decides no more than this, as a natural logarithm.
const MOST: f64 = 6.0;
/// The places of a slice move together in part: what they say counts half.
const TOGETHER: f64 = 0.5;
/// A place shows a fault from here on; so many at least must.
const SHOWS: f64 = 2.0;
const ENOUGH: usize = 5;
/// Of more labels than this, pairs are not looked at.
const MANY: usize = 40;
/// How far the other places may have moved in the middle: a share of how far those with the fault did, or so many points.
const STAYS: f64 = 0.25;
const LEAST: f64 = 3.0;
/// How far from its opposite a share may lie, in points.
const NEAR: f64 = 10.0;
/// A change that is none of a year, in points; or so many of the places lie on either side of one half.
const FAR: f64 = 30.0;
const SIDE: f64 = 0.1;

/// Places that show a fault, of those looked at.
struct FaultyPlaces<'a> {
    shown: Vec<&'a SlicePlaceRow>,
    met: usize,
    /// How much better the fault explains the places than their own past, as a natural logarithm.
    evidence: f64,
}

/// What two slices differ by.
#[derive(Clone, Copy, PartialEq)]
enum LabelKind {
    Group,
    Grade,
}

/// The fault that explains a part of the places best: two slices with each other's figures, or one with the opposite ones.
/// `marked`: the periods of which the plan says that they break the series or have no value, which explains what changed there.
pub(super) fn partly_doubt(about: &CheckedMeasure<'_>, labels: &LabelCheck, marked: &[i32]) -> Option<ImportDoubt> {
    let mut all = labels.all_slices();
    all.retain(|slice| has_changes(slice) && !is_explained(slice, marked));
    let best = |found: Vec<(f64, ImportDoubt)>| found.into_iter().max_by(|a, b| a.0.total_cmp(&b.0));
    let exchanged = best(exchanged_slices(about, &all));
    let opposite = best(opposite_slices(about, &all));
    // Of an exchange two slices speak.
    let both = [exchanged.map(|(evidence, doubt)| (evidence / 2.0, doubt)), opposite];
    best(both.into_iter().flatten().collect()).map(|(_, doubt)| doubt)
}

/// Whether earlier changes are known of half of the places, so that they tell how far these move.
fn has_changes(slice: &LevelSlice<'_>) -> bool {
    let rows = &slice.figures.rows;
    let told = rows.iter().filter(|row| row.change.iter().any(|change| change.is_finite()));
    2 * told.count() >= rows.len()
}

/// Whether a marked period lies between a slice's figures and those that they are held against.
fn is_explained(slice: &LevelSlice<'_>, marked: &[i32]) -> bool {
    let mut beside = slice.figures.rows.iter().filter_map(|row| row.before.map(|(period, _)| period));
    beside.any(|before| {
        let between = before.min(slice.period)..=before.max(slice.period);
        marked.iter().any(|period| between.contains(period))
    })
}

/// Groups, or grades, that have each other's figures in a part of the places, each with the evidence for it.
fn exchanged_slices(about: &CheckedMeasure<'_>, all: &[LevelSlice<'_>]) -> Vec<(f64, ImportDoubt)> {
    let mut found = Vec::new();
    for slices in all.chunk_by(|a, b| (a.period, a.level) == (b.period, b.level)) {
        let new: Vec<&LevelSlice<'_>> = slices.iter().filter(|at| at.is_new()).take(MANY).collect();
        for (at, own) in new.iter().enumerate() {
            for other in &new[at + 1..] {
                let kind = match (own.group == other.group, own.grade == other.grade) {
                    (false, true) => LabelKind::Group,
                    (true, false) => LabelKind::Grade,
                    _ => continue,
                };
                let places = exchanged_places(own, other, new.len());
                found.extend(places.map(|places| (places.evidence, label_doubt(about, (own, other), kind, &places))));
            }
        }
    }
    found
}

/// The places in which two slices have each other's figures, where chance does not make them.
fn exchanged_places<'a>(own: &LevelSlice<'a>, other: &LevelSlice<'a>, slices: usize) -> Option<FaultyPlaces<'a>> {
    let changes = own.figures.rows.iter().chain(&other.figures.rows).map(|row| &row.change);
    let usual = UsualChange::from_changes(changes);
    let pairs = own.figures.row_pairs(other.figures).filter_map(|(a, b)| {
        let (was_a, was_b) = (a.before?.1, b.before?.1);
        let first = usual.log_likelihood_ratio(a.now, was_a, was_b)?;
        let rather = first + usual.log_likelihood_ratio(b.now, was_b, was_a)?;
        // An exchange does not only fit better: both figures are where the other's were.
        let both = usual.is_likely(a.now, was_b) && usual.is_likely(b.now, was_a);
        Some((a, if both { rather } else { rather.min(0.0) }))
    });
    show_fault(pairs, 2.0 * (slices as f64).ln())
}

/// Slices whose shares are 100 less what they were in a part of the places, each with the evidence for it.
fn opposite_slices(about: &CheckedMeasure<'_>, all: &[LevelSlice<'_>]) -> Vec<(f64, ImportDoubt)> {
    let opposite = |slice: &LevelSlice<'_>| {
        let usual = UsualChange::from_changes(slice.figures.rows.iter().map(|row| &row.change));
        let rows = slice.figures.rows.iter().filter_map(|row| {
            let before = row.before?.1;
            let opposite = [before[0], 100.0 - before[1]];
            let rather = usual.log_likelihood_ratio(row.now, before, opposite)?;
            let near = (row.now[1] - opposite[1]).abs() <= NEAR;
            Some((row, if near { rather } else { rather.min(0.0) }))
        });
        let found = show_fault(rows, (all.len() as f64).ln()).filter(is_no_change)?;
        let doubt = part_doubt(
            about,
            slice,
            &found,
            DoubtKind::Opposite,
            format!("a part of the figures of {} is 100 less what it was", about.period_at(slice.period)),
            "Are they those who did not reach it? Take the right column or file; if the figures are right, import with --revises",
        );
        Some((found.evidence, doubt))
    };
    all.iter().filter(|at| about.shares && at.is_new()).filter_map(opposite).collect()
}

/// Whether places that show the opposite lie on both sides of one half, or moved farther than a year moves them.
fn is_no_change(found: &FaultyPlaces<'_>) -> bool {
    let before = || found.shown.iter().filter_map(|row| row.before.map(|(_, before)| (before[1], row.now[1])));
    let high = before().filter(|(was, _)| *was > 50.0).count() as f64 / found.shown.len() as f64;
    let moved = median(before().map(|(was, now)| (now - was).abs()));
    (SIDE..=1.0 - SIDE).contains(&high) || moved.is_some_and(|moved| moved >= FAR)
}

/// The places that show a fault, by how much better it explains each than its own past, where all together do beyond chance and the
/// others are where they were in the middle. `possible`: the logarithm of how many faults could have been found.
fn show_fault<'a>(places: impl Iterator<Item = (&'a SlicePlaceRow, f64)>, possible: f64) -> Option<FaultyPlaces<'a>> {
    let places: Vec<(&SlicePlaceRow, f64)> = places.map(|(row, rather)| (row, rather.clamp(-MOST, MOST))).collect();
    let mixed = |share: f64| places.iter().map(|(_, rather)| (1.0 - share + share * rather.exp()).ln()).sum::<f64>();
    let most = SHARES.into_iter().map(mixed).fold(0.0, f64::max);
    let rows = |shows: bool| places.iter().filter(move |(_, rather)| (*rather >= SHOWS) == shows).map(|(row, _)| *row);
    let shown: Vec<&SlicePlaceRow> = rows(true).collect();
    let moved = |row: &SlicePlaceRow| row.before.map_or(0.0, |(_, before)| row.now[1] - before[1]);
    let others = median(rows(false).map(moved)).unwrap_or_default().abs();
    let far = median(shown.iter().map(|row| moved(row).abs()))?;
    let enough = shown.len() >= ENOUGH && shown.len() as f64 >= SHARES[0] * places.len() as f64;
    let beyond = TOGETHER * most >= needed_evidence(possible);
    let stay = others <= (STAYS * far).max(LEAST);
    (enough && beyond && stay).then_some(FaultyPlaces { met: places.len(), shown, evidence: most })
}

fn label_doubt(
    about: &CheckedMeasure<'_>,
    (own, other): (&LevelSlice<'_>, &LevelSlice<'_>),
    kind: LabelKind,
    found: &FaultyPlaces<'_>,
) -> ImportDoubt {
    let name = |at: &LevelSlice<'_>| match kind {
        LabelKind::Group => StudentGroup::name_of(at.group).into_owned(),
        LabelKind::Grade => Grade::in_words(at.grade),
    };
    part_doubt(
        about,
        own,
        found,
        DoubtKind::Copied,
        format!(
            "{} and {} have each other's figures in a part of the places in {}",
            name(own),
            name(other),
            about.period_at(own.period)
        ),
        "Were labels or columns exchanged? Correct the file or the profile's map; if the figures are right, import with --revises",
    )
}

fn part_doubt(
    about: &CheckedMeasure<'_>,
    at: &LevelSlice<'_>,
    found: &FaultyPlaces<'_>,
    kind: DoubtKind,
    cause: String,
    advice: &str,
) -> ImportDoubt {
    let first = found.shown.first().and_then(|row| {
        let (beside, before) = row.before?;
        Some(format!(
            "{}: {} in {}, {} in {}",
            about.series_label(&row.id, at.group, at.grade),
            number_text(before[1]),
            about.period_at(beside),
            number_text(row.now[1]),
            about.period_at(at.period)
        ))
    });
    ImportDoubt {
        kind,
        measures: vec![about.measure.into()],
        cause,
        count: found.shown.len() as u64,
        of: Some(found.met as u64),
        first: first.unwrap_or_default(),
        advice: advice.to_owned(),
        until: Some(DoubtAnswer::Revises),
    }
}

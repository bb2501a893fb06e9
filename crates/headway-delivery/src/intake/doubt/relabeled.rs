//! Groups, grades or measures that have each other's figures: two labels that were exchanged, or more in a circle.
//!
//! Each label whose places moved far is held against the last figures of the others, place by place. It has those of another where
//! they fit better beyond chance, students and values together, and lie half as far in the middle; asked about is a circle of
//! labels that all have another's.

use headway_model::{Grade, MeasureId, StudentGroup};

use super::evidence::{UsualChange, figure_distance, needed_evidence};
use super::labels::{LabelCheck, LevelSlice};
use super::walk::{CheckContext, CheckedMeasure, number_text};
use super::{DoubtAnswer, DoubtKind, ImportDoubt};

/// Where more slices than this moved far, no labels are the reason.
const MANY: usize = 40;
/// How much nearer the middle place must be to the other label's past.
const NEARER: f64 = 0.5;
/// One place alone decides no more than this.
const MOST: f64 = 6.0;
/// The places of a label move together in part: what they say counts half.
const TOGETHER: f64 = 0.5;

/// What the labels of a measure tell apart.
#[derive(Clone, Copy)]
enum RelabelKind {
    Group,
    Grade,
}

/// The slices of a measure that moved far, to be held against those of other measures.
pub(in crate::intake) struct MovedSlices {
    measure: MeasureId,
    labels: LabelCheck,
}

impl MovedSlices {
    /// Those of a measure; of most there are none.
    pub(super) fn from_labels(measure: &str, labels: LabelCheck) -> Option<Self> {
        let labels = labels.into_strange();
        (!labels.is_empty()).then(|| Self { measure: measure.into(), labels })
    }
}

/// Groups, or grades, of a measure that have each other's figures in a new period; the first of them.
pub(super) fn relabeled_slice_doubt(about: &CheckedMeasure<'_>, labels: &LabelCheck) -> Option<ImportDoubt> {
    let all = labels.all_slices();
    all.chunk_by(|a, b| (a.period, a.level) == (b.period, b.level)).find_map(|slices| {
        let strange: Vec<LevelSlice<'_>> = slices.iter().filter(|at| at.is_strange()).copied().collect();
        if strange.len() > MANY {
            return None;
        }
        [RelabelKind::Group, RelabelKind::Grade].into_iter().find_map(|label| {
            strange.iter().find_map(|first| {
                let kin = strange.iter().filter(|at| match label {
                    RelabelKind::Group => at.grade == first.grade,
                    RelabelKind::Grade => at.group == first.group,
                });
                let kin: Vec<LevelSlice<'_>> = kin.copied().collect();
                let circle = find_circle(&kin, slices.len())?;
                let names = circle.iter().map(|at| match label {
                    RelabelKind::Group => StudentGroup::name_of(kin[*at].group).into_owned(),
                    RelabelKind::Grade => Grade::in_words(kin[*at].grade),
                });
                Some(relabeled_doubt(about, &kin[circle[0]], &names.collect::<Vec<_>>()))
            })
        })
    })
}

/// Measures of the import that have each other's figures.
pub(super) fn relabeled_measure_doubt(ground: &CheckContext<'_>, strange: &[MovedSlices]) -> Option<ImportDoubt> {
    let all: Vec<(&str, Vec<LevelSlice<'_>>)> =
        strange.iter().map(|of| (of.measure.as_str(), of.labels.all_slices())).collect();
    let (_, firsts) = all.split_last()?;
    firsts.iter().enumerate().flat_map(|(place, (_, own))| own.iter().map(move |at| (place, at))).find_map(
        |(place, first)| {
            let here = |at: &&LevelSlice<'_>| (at.group, at.grade, at.period, at.level) == first.slice_key();
            let kin = all[place..].iter().filter_map(|(measure, slices)| Some((*measure, *slices.iter().find(here)?)));
            let (names, kin): (Vec<&str>, Vec<LevelSlice<'_>>) = kin.take(MANY).unzip();
            let circle = find_circle(&kin, strange.len() * all.iter().map(|(_, slices)| slices.len()).max()?)?;
            let names: Vec<String> = circle.iter().map(|at| names[*at].to_owned()).collect();
            let written = ground.written.segments().iter().find(|new| new.segment.measure == names[0])?;
            Some(relabeled_doubt(&CheckedMeasure::for_segment(ground, written), &kin[circle[0]], &names))
        },
    )
}

/// Labels of which each has the figures of the next one, and the last those of the first; `met` slices could have been found.
fn find_circle(kin: &[LevelSlice<'_>], met: usize) -> Option<Vec<usize>> {
    let needed = needed_evidence(2.0 * (met as f64).ln());
    let next: Vec<Option<usize>> = kin.iter().map(|own| best_match(own, kin, needed)).collect();
    (0..kin.len()).find_map(|start| {
        let mut circle = vec![start];
        while let Some(at) = next[*circle.last()?] {
            if at == start {
                return (circle.len() > 1).then_some(circle);
            }
            if circle.contains(&at) {
                return None;
            }
            circle.push(at);
        }
        None
    })
}

/// The label whose last figures a slice continues rather than its own, beyond chance; of several the one that fits best, all
/// measured by one usual change: a label that moves less from year to year would seem to fit better.
fn best_match(own: &LevelSlice<'_>, kin: &[LevelSlice<'_>], needed: f64) -> Option<usize> {
    let changes = || own.figures.rows.iter().map(|row| &row.change);
    let usual = UsualChange::from_changes(changes());
    let fits = kin.iter().enumerate().filter(|(_, other)| own.differs_from(other) && is_nearer(own, other));
    let fits = fits.filter(|(_, other)| {
        let both = UsualChange::from_changes(changes().chain(other.figures.rows.iter().map(|row| &row.change)));
        TOGETHER * total_evidence(own, other, &both, MOST) >= needed
    });
    let fits = fits.map(|(at, other)| (at, total_evidence(own, other, &usual, f64::INFINITY)));
    fits.max_by(|a, b| a.1.total_cmp(&b.1)).map(|(at, _)| at)
}

/// How much better the figures of a slice continue those of another than their own, by what changes usually are, over all places, of
/// which each counts no more than `most`.
fn total_evidence(own: &LevelSlice<'_>, other: &LevelSlice<'_>, usual: &UsualChange, most: f64) -> f64 {
    let rows = own.figures.row_pairs(other.figures);
    let each = rows.filter_map(|(row, other)| usual.log_likelihood_ratio(row.now, row.before?.1, other.before?.1));
    each.map(|rather| rather.clamp(-most, most)).sum()
}

/// Whether the middle place lies nearer to the other's past, by what moved far.
fn is_nearer(own: &LevelSlice<'_>, other: &LevelSlice<'_>) -> bool {
    (0..2).any(|what| {
        let pairs = own.figures.row_pairs(other.figures).filter_map(|(row, other)| Some((row.now, other.before?.1)));
        let near =
            super::labels::median_of_enough(pairs.map(|(now, before)| figure_distance(what, now[what], before[what])));
        near.zip(own.far_move(what)).is_some_and(|(near, moved)| near <= NEARER * moved)
    })
}

fn relabeled_doubt(about: &CheckedMeasure<'_>, at: &LevelSlice<'_>, names: &[String]) -> ImportDoubt {
    let period = about.period_at(at.period);
    let cause = match names {
        [a, b] => format!("{a} and {b} have each other's figures in {period}"),
        names => {
            let next = names.iter().cycle().skip(1);
            let each: Vec<String> =
                names.iter().zip(next).map(|(own, other)| format!("those of {own} are {other}'s")).collect();
            format!("figures have other labels in {period}: {}", each.join(", "))
        }
    };
    let first = at.example_row().map_or_else(String::new, |(beside, what, row)| {
        format!(
            "{}: {}{} in {}, {} in {period}",
            about.series_label(&row.id, at.group, at.grade),
            number_text(row.before.map_or(f64::NAN, |(_, before)| before[what])),
            if what == 0 { " students" } else { "" },
            about.period_at(beside),
            number_text(row.now[what]),
        )
    });
    ImportDoubt {
        kind: DoubtKind::Copied,
        measures: vec![about.measure.into()],
        cause,
        count: 0,
        of: None,
        first,
        advice: "Were labels or columns exchanged? Correct the file or the profile's map; if the figures are right, \
                 import with --revises"
            .to_owned(),
        until: Some(DoubtAnswer::Revises),
    }
}

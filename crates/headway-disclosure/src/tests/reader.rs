//! Tables of several measures, periods and places, and a reader who knows all that is told of them and their sums.

use std::collections::BTreeMap;

use headway_model::{Level, MeasureId, PeriodKind, Place, PlaceDirectory, Value};
use headway_stats::audit::{find_determined, narrow_bounds};
use headway_stats::suppress::RelationSystem;

use super::super::atlas::{CodeNumbers, PeriodHierarchies};
use super::super::figures::MeasureFigures;
use super::super::find::SumFinder;
use super::super::formulas::KnownSums;
use super::super::layer::ProtectionDemands;
use super::super::step::{RollingRules, StepDecisions, SuppressionStep, find_populations};
use super::super::told::Disclosure;
use super::super::{HiddenReason, PublishingRule, StepWeakness, coding};
use super::figures;

/// Period, place, group, grade, students, reached.
pub(super) type Row = (i32, String, &'static str, &'static str, u64, u64);
/// Those who reached it, where the source hides them and the students.
pub(super) const BY_SOURCE: u64 = u64::MAX;
pub(super) type Tables = Vec<(&'static str, Vec<Row>)>;
/// A count: measure, period, place, group, grade; and whether it is the students or those who reached it.
pub(super) type Count = (&'static str, i32, String, &'static str, &'static str, bool);
pub(super) type Sum = Vec<(Count, i32)>;

fn measures(tables: &Tables, atlas: &mut CodeNumbers) -> Vec<MeasureFigures> {
    let one = |(id, rows): &(&'static str, Vec<Row>)| {
        let mut measure = figures(id, &PublishingRule::default(), &[], atlas);
        measure.kind = match id {
            id if id.ends_with("by-quarter") => PeriodKind::Quarter,
            id if id.ends_with("by-month") => PeriodKind::Month,
            _ => PeriodKind::SchoolYear,
        };
        for (period, place, group, grade, n, k) in rows {
            let line = figures(id, &PublishingRule::default(), &[("st", group, *n, *k)], atlas);
            let mut figure = line.rows[0];
            figure.place = atlas.places.intern_text(place);
            figure.grade = atlas.grades.intern_text(grade);
            figure.period = *period;
            if *k == BY_SOURCE {
                (figure.n, figure.amount, figure.value) = (None, None, Value::Suppressed);
            }
            measure.rows.push(figure);
        }
        measure
    };
    tables.iter().map(one).collect()
}

/// Decides over a first release; and the sums under other codes and over periods that were found.
pub(super) fn decide(places: &PlaceDirectory, tables: &Tables, weakness: StepWeakness) -> (StepDecisions, Vec<String>) {
    let mut atlas = CodeNumbers::default();
    let measures = measures(tables, &mut atlas);
    atlas.groups.intern_text(headway_model::ALL);
    atlas.add_wholes();
    let (forest, mut formulas) = (PeriodHierarchies::for_all_periods(&atlas, places), KnownSums::from_codes(&atlas));
    let populations =
        find_populations(&measures, &[], RollingRules { atlas: &atlas, forest: &forest, formulas: &formulas });
    let (measures, own) = (&measures[..], measures.len());
    let (populations, atlas, forest) = (&populations[..], &atlas, &forest);
    SumFinder { measures, own, populations, atlas, forest, earlier: &[] }.find_sums(&mut formulas);
    if weakness.no_ties {
        formulas.ties.clear();
    }
    let ids: Vec<MeasureId> = tables.iter().map(|(id, _)| MeasureId::from(*id)).collect();
    let words = formulas.ties.iter().map(|tie| tie.equation_text(atlas, &ids)).collect();
    let (demands, sums) = (ProtectionDemands { weakness, least_width: 0, insiders: None }, vec![None; own]);
    let (formulas, earlier, demands, sums) = (&formulas, &[][..], &demands, &sums[..]);
    (
        SuppressionStep { atlas, forest, formulas, measures, populations, earlier, sums, demands }
            .solve_all()
            .to_decided(),
        words,
    )
}

/// Everything that the tables tell, and what a reader makes of it with these sums. Gives the secrets that follow.
pub(super) fn attacked(tables: &Tables, how: &[Vec<Option<Disclosure>>], sums: &[Sum]) -> Vec<Count> {
    let rule = PublishingRule::default();
    let mut at: BTreeMap<Count, u32> = BTreeMap::new();
    let (mut bounds, mut secret, mut rows) = (Vec::new(), Vec::new(), Vec::<Vec<(u32, i32)>>::new());
    for ((id, lines), hows) in tables.iter().zip(how) {
        for ((period, place, group, grade, n, k), how) in lines.iter().zip(hows) {
            let how = how.expect("every line has counts");
            let few = *n >= 1 && *n < rule.effective_n_size();
            let hides = *k == BY_SOURCE;
            let open = match how {
                Disclosure::Hidden(HiddenReason::FewStudents) => (1.0, 9.0),
                _ if hides => (1.0, f64::INFINITY),
                _ => (0.0, f64::INFINITY),
            };
            let students = if how.tells_students() && !hides { (*n as f64, *n as f64) } else { open };
            let reached = match how {
                Disclosure::Shown => (*k as f64, *k as f64),
                Disclosure::Range(lo, hi) => (lo as f64, hi as f64),
                _ => (0.0, students.1),
            };
            let first = bounds.len() as u32;
            at.insert((id, *period, place.clone(), group, grade, false), first);
            at.insert((id, *period, place.clone(), group, grade, true), first + 1);
            bounds.extend([students, reached, (0.0, f64::INFINITY)]);
            secret.extend([
                few,
                hides || few || coding::code_extreme(&rule, *n, (*k).min(*n) as i64).is_some() && *n > 0,
                false,
            ]);
            rows.push(vec![(first + 1, 1), (first + 2, 1), (first, -1)]);
        }
    }
    for sum in sums {
        for (count, _) in sum {
            // What has no row is a count like any other, and nobody may find it.
            at.entry(count.clone()).or_insert_with(|| {
                bounds.push((0.0, f64::INFINITY));
                secret.push(true);
                bounds.len() as u32 - 1
            });
        }
        rows.push(sum.iter().map(|(count, k)| (at[count], *k)).collect());
    }
    let system = RelationSystem::new(bounds.len(), &rows);
    let hidden: Vec<bool> = bounds.iter().map(|b: &(f64, f64)| b.0 != b.1).collect();
    let follows = find_determined(&system, &hidden);
    narrow_bounds(&system, &mut bounds);
    let found = |&(_, &c): &(&Count, &u32)| {
        let c = c as usize;
        secret[c] && hidden[c] && (follows[c] || bounds[c].0 == bounds[c].1)
    };
    at.iter().filter(found).map(|(count, _)| count.clone()).collect()
}

/// Made numbers, the same each time.
pub(super) fn draws() -> impl FnMut(u64) -> u64 {
    let mut state = 5u64;
    move |below| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    }
}

pub(super) const DISTRICTS: usize = 12;

pub(super) fn district(at: usize) -> String {
    format!("{at:04}")
}

pub(super) fn districts() -> PlaceDirectory {
    let place = |at| Place { id: district(at).into(), name: district(at), level: Level::District, parent: None };
    PlaceDirectory::new((0..4 * DISTRICTS).map(place).collect())
}

//! What was decided, laid out as the public sees it.

use std::collections::BTreeSet;
use std::sync::Arc;

use headway_model::plan::Break;
use headway_model::{Period, PlaceDirectory, Value, Vintage, VintageId};

use super::atlas::CodeNumbers;
use super::coding::{self, CodedShare as Coded};
use super::figures::{CountKind, CountedFigure, MeasureFigures};
use super::prepared::ReleaseContext;
use super::shares::ShareTotals;
use super::step::StepDecisions;
use super::told::Disclosure;
use super::{
    AbsenceReason, AuditSummary, HiddenReason, PublishedRow, PublishedValue, Release, ReleaseMeasure, ReleasePlace,
    ReleasePlaces, ShownValue, ValueRange,
};

/// The release, for the public.
pub(super) fn lay_out(
    scene: &ReleaseContext,
    number: u32,
    atlas: &CodeNumbers,
    figures: &[MeasureFigures],
    decided: &StepDecisions,
) -> Release {
    let book = &scene.agency;
    let texts = |names: &headway_model::Names| -> Vec<Arc<str>> { names.all_texts().map(Arc::from).collect() };
    let (places, groups, grades) = (texts(&atlas.places), texts(&atlas.groups), texts(&atlas.grades));
    let mut used: BTreeSet<u32> = BTreeSet::new();
    let mut vintages: BTreeSet<VintageId> = BTreeSet::new();
    let mut measures = Vec::with_capacity(figures.len());
    for (m, (f, how)) in figures.iter().zip(&decided.how).enumerate().filter(|(_, (f, _))| !f.hidden) {
        let missing = f.plan.marked_periods(Break::Missing);
        let whole = f.whole.map(|at| ShareTotals::from_figures(&figures[at], &decided.how[at]));
        let row = |(at, (figure, how)): (usize, (&CountedFigure, &Option<Disclosure>))| {
            used.insert(figure.place);
            let all = &*groups[figure.group as usize] == headway_model::ALL;
            let (value, numerator, denominator) = match (&whole, how) {
                _ if decided.made_of.contains(&(m, at)) => f.made_of_hidden(figure, *how),
                (Some(whole), Some(how)) => whole.publish_share(f, figure, *how),
                _ => f.publish_figure(figure, *how, all),
            };
            // Of a hidden figure nobody learns that it was revised.
            let kept = figure.kept && matches!(value.shown(), ShownValue::Exact(_) | ShownValue::Range(_));
            let vintage = figure.told_from.filter(|_| kept).unwrap_or(figure.vintage);
            vintages.insert(vintage);
            PublishedRow {
                group: Arc::clone(&groups[figure.group as usize]),
                grade: Arc::clone(&grades[figure.grade as usize]),
                place: Arc::clone(&places[figure.place as usize]),
                period: Period { kind: f.kind, ordinal: figure.period },
                value,
                numerator,
                denominator,
                preliminary: figure.preliminary,
                as_told_before: kept,
                own_rate: figure.is_own_rate(f.scale),
                no_value: missing.contains(&figure.period),
                vintage,
            }
        };
        let rows = f.rows.iter().zip(how).enumerate().map(row).collect();
        let plan = Arc::clone(&f.plan);
        let dropped = book.measures.iter().find(|m| m.measure.id == plan.id).and_then(|m| m.dropped.clone());
        measures.push(ReleaseMeasure {
            id: f.id.clone(),
            name: f.name.clone(),
            plan,
            dropped,
            rule: f.rule.clone(),
            rows,
        });
    }
    let mut sources: Vec<Vintage> = scene.imports.iter().filter(|v| vintages.contains(&v.id)).cloned().collect();
    // Oldest first, whatever the order of loading.
    sources.sort_by_key(|source| (source.known_from, source.id));
    let ids: Vec<&Arc<str>> = used.into_iter().map(|place| &places[place as usize]).collect();
    let known = places_of(&scene.places, &ids);
    let mut earlier_places: Vec<(Period, Arc<ReleasePlaces>)> = Vec::new();
    let mut laid_out: Vec<(&Arc<PlaceDirectory>, Arc<ReleasePlaces>)> = Vec::new();
    for (period, then) in scene.trees.iter().filter(|(_, then)| !Arc::ptr_eq(then, &scene.places)) {
        let same = laid_out.iter().find(|(places, _)| Arc::ptr_eq(places, then)).map(|(_, made)| Arc::clone(made));
        let made = same.unwrap_or_else(|| Arc::new(places_of(then, &ids)));
        laid_out.push((then, Arc::clone(&made)));
        earlier_places.push((*period, made));
    }
    Release {
        agency: book.agency.id.clone(),
        agency_name: book.agency.name.clone(),
        home: book.agency.place.clone(),
        simulated: book.agency.simulated,
        number,
        as_of: scene.as_of,
        made_on: scene.made_on,
        recorded_at: None,
        places: known,
        earlier_places,
        measures,
        awaited: Vec::new(),
        sums: Vec::new(),
        late_below: 0,
        least_width: 0,
        insiders: false,
        sources,
        audit: AuditSummary { exposed: decided.audit.exposed, ..decided.audit.clone() },
    }
}

/// The places of these ids and those above them.
fn places_of(all: &PlaceDirectory, ids: &[&Arc<str>]) -> ReleasePlaces {
    let mut known: ReleasePlaces = ReleasePlaces::new();
    for &id in ids {
        let path = all.path_to(id);
        for place in &path {
            let line =
                ReleasePlace { name: place.name.clone(), level: Some(place.level), parent: place.parent.clone() };
            known.insert(Arc::from(place.id.as_str()), line);
        }
        if path.is_empty() {
            known.insert(Arc::clone(id), ReleasePlace { name: id.to_string(), level: None, parent: None });
        }
    }
    known
}

impl MeasureFigures {
    /// Value, numerator and denominator as the public sees them. The only place where a figure becomes a [`PublishedValue`].
    fn publish_figure(
        &self,
        figure: &CountedFigure,
        how: Option<Disclosure>,
        all_students: bool,
    ) -> (PublishedValue, PublishedValue, PublishedValue) {
        let none = PublishedValue::missing(AbsenceReason::Unknown);
        // A count is its own number: nobody else is behind it.
        let n = figure.n.filter(|_| self.shape != CountKind::Count);
        let students = || n.map_or(none, |n| PublishedValue::exact(n as f64));
        let Some(how) = how else {
            let value = self.as_the_source(figure);
            // Without a number of students nobody can tell whether it is of a few.
            return match value.shown() {
                ShownValue::Exact(_) | ShownValue::Range(_) if self.rule.people && !self.rule.uncounted => {
                    (PublishedValue::hidden(HiddenReason::Uncounted), none, none)
                }
                _ => (value, none, none),
            };
        };
        let hidden = PublishedValue::hidden;
        match how {
            // A bound that the source published stands where results without a number of students are told.
            Disclosure::Hidden(HiddenReason::BySource) if self.tells_bound(figure) => {
                (self.as_the_source(figure), none, none)
            }
            Disclosure::Hidden(reason) => (hidden(reason), hidden(reason), hidden(reason)),
            Disclosure::Source | Disclosure::Absent => {
                let value = self.as_the_source(figure);
                let numerator =
                    if matches!(value.shown(), ShownValue::Missing(_)) { none } else { hidden(HiddenReason::BySource) };
                (value, numerator, students())
            }
            Disclosure::Wide => (hidden(HiddenReason::Secondary), hidden(HiddenReason::Secondary), students()),
            Disclosure::Range(..) => match figure.n.zip(figure.amount) {
                Some((n, k)) => {
                    let value = match self.code_share(n, k, all_students).told {
                        Coded::Range(range) => PublishedValue::range(ValueRange {
                            lo: self.in_unit(range.lo),
                            hi: self.in_unit(range.hi),
                            ..range
                        }),
                        Coded::Percent(percent) => PublishedValue::exact(self.in_unit(percent)),
                    };
                    let few = coding::code_extreme(&self.rule, n, k).is_some();
                    (value, hidden(if few { HiddenReason::FewStudents } else { HiddenReason::Secondary }), students())
                }
                None => (hidden(HiddenReason::Secondary), hidden(HiddenReason::Secondary), students()),
            },
            Disclosure::Shown => {
                let value = match (self.shape, figure.n, figure.amount) {
                    (CountKind::Share, Some(n), Some(k)) if figure.numerator && n > 0 => {
                        PublishedValue::exact(self.rate_in_unit(figure, k, n))
                    }
                    _ => self.as_the_source(figure),
                };
                let numerator = match figure.amount {
                    Some(k) if figure.numerator && self.shape == CountKind::Share => PublishedValue::exact(k as f64),
                    _ => none,
                };
                (value, numerator, students())
            }
        }
    }

    /// Whether the source's bound of a figure is told though nothing here knows its students.
    pub(super) fn tells_bound(&self, figure: &CountedFigure) -> bool {
        figure.is_uncounted_bound() && (self.rule.uncounted || !self.rule.people)
    }

    /// A figure that may be made of hidden ones, and its students where they are told.
    fn made_of_hidden(
        &self,
        figure: &CountedFigure,
        how: Option<Disclosure>,
    ) -> (PublishedValue, PublishedValue, PublishedValue) {
        let (hidden, none) =
            (PublishedValue::hidden(HiddenReason::MadeOf), PublishedValue::missing(AbsenceReason::Unknown));
        let counted = self.shape != CountKind::Count && how.is_some_and(Disclosure::tells_students);
        let told = figure.n.filter(|_| counted);
        (hidden, none, told.map_or(none, |n| PublishedValue::exact(n as f64)))
    }

    /// The figure as its source published it.
    fn as_the_source(&self, figure: &CountedFigure) -> PublishedValue {
        let range = |lo: f64, hi: f64, without| {
            PublishedValue::range(ValueRange { lo, hi, without, ends: (!lo.is_finite(), !hi.is_finite()) })
        };
        match figure.value {
            Value::Exact { value } => PublishedValue::exact(value),
            Value::Range { lo, hi } => range(lo, hi, (false, false)),
            Value::AtLeast { lo } => range(lo, f64::INFINITY, (figure.strict, false)),
            Value::AtMost { hi } => range(f64::NEG_INFINITY, hi, (false, figure.strict)),
            Value::Suppressed => PublishedValue::hidden(HiddenReason::BySource),
            Value::NotTested => PublishedValue::missing(AbsenceReason::NotTested),
            Value::NotApplicable => PublishedValue::missing(AbsenceReason::NotApplicable),
            Value::NotReported => PublishedValue::missing(AbsenceReason::NotReported),
            Value::Missing => PublishedValue::missing(AbsenceReason::Unknown),
        }
    }
}

//! What was decided, laid out as the public sees it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use headway_model::{Period, Value, VintageId};
use jiff::civil::Date;

use super::coding::{self, Told as Coded};
use super::figures::{Figure, Figures, Shape};
use super::links::Atlas;
use super::step::Decided;
use super::told::How;
use super::{Absence, AuditSummary, Published, Range, Reason, Release, ReleaseMeasure, ReleasePlace, Row, Shown};
use crate::book::AgencyBook;
use crate::snapshot::Snapshot;

/// The release, for the public.
pub(super) fn lay_out(
    snapshot: &Snapshot,
    book: &AgencyBook,
    (number, made_on): (u32, Date),
    atlas: &Atlas,
    figures: &[Figures],
    decided: &Decided,
) -> Release {
    let texts = |names: &headway_model::Names| -> Vec<Arc<str>> { names.texts().map(Arc::from).collect() };
    let (places, groups, grades) = (texts(&atlas.places), texts(&atlas.groups), texts(&atlas.grades));
    let mut used: BTreeSet<u32> = BTreeSet::new();
    let mut vintages: BTreeSet<VintageId> = BTreeSet::new();
    let mut measures = Vec::with_capacity(figures.len());
    for (f, how) in figures.iter().zip(&decided.how) {
        let row = |(figure, how): (&Figure, &Option<How>)| {
            used.insert(figure.place);
            vintages.insert(figure.vintage);
            let all = &*groups[figure.group as usize] == headway_model::ALL;
            let (value, numerator, denominator) = f.publish(figure, *how, all);
            Row {
                group: Arc::clone(&groups[figure.group as usize]),
                grade: Arc::clone(&grades[figure.grade as usize]),
                place: Arc::clone(&places[figure.place as usize]),
                period: Period { kind: f.kind, ordinal: figure.period },
                value,
                numerator,
                denominator,
                vintage: figure.vintage,
            }
        };
        let rows = f.rows.iter().zip(how).map(row).collect();
        let plan = Arc::clone(&f.plan);
        measures.push(ReleaseMeasure { id: f.id.clone(), name: f.name.clone(), plan, rule: f.rule.clone(), rows });
    }
    let mut known: BTreeMap<Arc<str>, ReleasePlace> = BTreeMap::new();
    for id in used.into_iter().map(|place| &places[place as usize]) {
        let mut found: Vec<(Arc<str>, ReleasePlace)> = Vec::new();
        for place in snapshot.places.path(id) {
            let line =
                ReleasePlace { name: place.name.clone(), level: Some(place.level), parent: place.parent.clone() };
            found.push((Arc::from(place.id.as_str()), line));
        }
        if found.is_empty() {
            let line = ReleasePlace { name: id.to_string(), level: None, parent: None };
            found.push((Arc::clone(id), line));
        }
        known.extend(found);
    }
    Release {
        agency: book.agency.id.clone(),
        agency_name: book.agency.name.clone(),
        home: book.agency.unit.clone(),
        simulated: book.agency.simulated,
        number,
        as_of: snapshot.as_of,
        made_on,
        recorded_at: None,
        places: known,
        measures,
        sources: snapshot
            .imports
            .iter()
            .filter(|i| vintages.contains(&i.vintage.id))
            .map(|i| i.vintage.clone())
            .collect(),
        audit: AuditSummary { exposed: decided.audit.exposed, ..decided.audit.clone() },
    }
}

impl Figures {
    /// Value, numerator and denominator as the public sees them. The only place where a figure becomes a [`Published`].
    fn publish(&self, figure: &Figure, how: Option<How>, all_students: bool) -> (Published, Published, Published) {
        let none = Published::missing(Absence::Unknown);
        let students = || figure.n.map_or(none, |n| Published::exact(n as f64));
        let Some(how) = how else { return (self.as_the_source(figure), none, none) };
        let hidden = Published::hidden;
        match how {
            How::Hidden(reason) => (hidden(reason), hidden(reason), hidden(reason)),
            How::Source => {
                let value = self.as_the_source(figure);
                let numerator =
                    if matches!(value.shown(), Shown::Missing(_)) { none } else { hidden(Reason::BySource) };
                (value, numerator, students())
            }
            How::Wide => (hidden(Reason::Secondary), hidden(Reason::Secondary), students()),
            How::Range(..) => match figure.n.zip(figure.amount) {
                Some((n, k)) => {
                    let value = match self.code(n, k, all_students).told {
                        Coded::Range(range) => Published::range(range),
                        Coded::Percent(percent) => Published::exact(percent),
                    };
                    let few = coding::extreme(&self.rule, n, k).is_some();
                    (value, hidden(if few { Reason::FewStudents } else { Reason::Secondary }), students())
                }
                None => (hidden(Reason::Secondary), hidden(Reason::Secondary), students()),
            },
            How::Shown => {
                let value = match (self.shape, figure.n, figure.amount) {
                    (Shape::Share, Some(n), Some(k)) if figure.numerator && n > 0 => {
                        Published::exact((1000.0 * k as f64 / n as f64).round() / 10.0)
                    }
                    _ => self.as_the_source(figure),
                };
                let numerator = match figure.amount {
                    Some(k) if figure.numerator && self.shape == Shape::Share => Published::exact(k as f64),
                    _ => none,
                };
                (value, numerator, students())
            }
        }
    }

    /// The figure as its source published it.
    fn as_the_source(&self, figure: &Figure) -> Published {
        let range = |lo: f64, hi: f64, without| {
            Published::range(Range { lo, hi, without, ends: (!lo.is_finite(), !hi.is_finite()) })
        };
        match figure.value {
            Value::Exact { value } => Published::exact(value),
            Value::Range { lo, hi } => range(lo, hi, (false, false)),
            Value::AtLeast { lo } => range(lo, f64::INFINITY, (figure.strict, false)),
            Value::AtMost { hi } => range(f64::NEG_INFINITY, hi, (false, figure.strict)),
            Value::Suppressed => Published::hidden(Reason::BySource),
            Value::NotTested => Published::missing(Absence::NotTested),
            Value::NotApplicable => Published::missing(Absence::NotApplicable),
            Value::NotReported => Published::missing(Absence::NotReported),
            Value::Missing => Published::missing(Absence::Unknown),
        }
    }
}

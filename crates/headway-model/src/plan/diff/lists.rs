//! What a plan says beside its strategies, programs and measures: the agency, the edition, documents and people.

use serde::Serialize;

use super::{ChangeSubject, PlanChange, SubjectKind, fields};
use crate::plan::{Owner, Plan, Source, Stakeholder};

pub(super) fn diff_lists(earlier: &Plan, later: &Plan, changes: &mut Vec<PlanChange>) {
    let agency =
        ChangeSubject { kind: SubjectKind::Agency, id: later.agency.id.to_string(), name: later.agency.name.clone() };
    fields::diff_fields(&agency, &earlier.agency, &later.agency, &[], changes);
    let name = later.plan.name.clone().unwrap_or_else(|| later.plan.id.to_string());
    let plan = ChangeSubject { kind: SubjectKind::Plan, id: later.plan.id.to_string(), name };
    // Two editions are compared: that they are two is no change.
    fields::diff_fields(&plan, &earlier.plan, &later.plan, &["edition"], changes);
    diff_list(&earlier.sources, &later.sources, changes);
    diff_list(&earlier.owners, &later.owners, changes);
    diff_list(&earlier.stakeholders, &later.stakeholders, changes);
}

/// Something of a list that has an id and a name.
trait ListedItem: Serialize {
    const KIND: SubjectKind;
    /// Fields that hold its id and name.
    const CALLED: [&'static str; 2];

    fn id_and_name(&self) -> (&str, &str);

    fn to_thing(&self) -> ChangeSubject {
        let (id, name) = self.id_and_name();
        ChangeSubject { kind: Self::KIND, id: id.to_owned(), name: name.to_owned() }
    }
}

impl ListedItem for Source {
    const KIND: SubjectKind = SubjectKind::Source;
    const CALLED: [&'static str; 2] = ["id", "title"];

    fn id_and_name(&self) -> (&str, &str) {
        (&self.id, &self.title)
    }
}

impl ListedItem for Owner {
    const KIND: SubjectKind = SubjectKind::Owner;
    const CALLED: [&'static str; 2] = ["id", "name"];

    fn id_and_name(&self) -> (&str, &str) {
        (&self.id, &self.name)
    }
}

impl ListedItem for Stakeholder {
    const KIND: SubjectKind = SubjectKind::Stakeholder;
    const CALLED: [&'static str; 2] = ["id", "name"];

    fn id_and_name(&self) -> (&str, &str) {
        (&self.id, &self.name)
    }
}

/// One is the same when its id is, else when its name is and nobody else has either.
fn diff_list<T: ListedItem>(was: &[T], is: &[T], changes: &mut Vec<PlanChange>) {
    let by_id = |items: &'_ [T], id: &str| items.iter().position(|it| it.id_and_name().0 == id);
    let before = |it: &T| {
        by_id(was, it.id_and_name().0).or_else(|| {
            let same = |old: &T| old.id_and_name().1 == it.id_and_name().1 && by_id(is, old.id_and_name().0).is_none();
            was.iter().position(same)
        })
    };
    let mut found = Vec::new();
    for it in is {
        match before(it) {
            Some(at) => {
                found.push(at);
                if was[at].id_and_name() != it.id_and_name() {
                    changes.push(PlanChange::Renamed { from: was[at].to_thing(), to: it.to_thing() });
                }
                fields::diff_fields(&it.to_thing(), &was[at], it, &T::CALLED, changes);
            }
            None => changes.push(PlanChange::Added { thing: it.to_thing() }),
        }
    }
    let gone = was.iter().enumerate().filter(|(at, _)| !found.contains(at));
    changes.extend(gone.map(|(_, it)| PlanChange::Dropped { thing: it.to_thing() }));
}

//! Who names whom: ids that nothing has, and things that nothing names.

use std::collections::HashSet;

use super::{FindingCode, FindingList, list_ids};
use crate::MeasureId;
use crate::cite::is_link;
use crate::plan::{MeasureKind, Plan};

pub(super) fn check_references(plan: &Plan, found: &mut FindingList) {
    check_dangling_ids(plan, found);
    check_parent_cycles(plan, found);
    never_named(plan, found);
    check_addresses(plan, found);
}

/// Addresses that pages can't link to.
fn check_addresses(plan: &Plan, found: &mut FindingList) {
    for (i, source) in plan.sources.iter().enumerate() {
        if source.url.as_deref().is_some_and(|url| !is_link(url)) {
            let message = format!(
                "the address of source “{}” becomes no link: write one that begins with https://, http:// or mailto:",
                source.id
            );
            found.add_warning(FindingCode::BadAddress, format!("sources[{i}].url"), message);
        }
    }
}

/// The ids of each kind, as references are looked up in them.
struct KnownIds<'a> {
    what: &'static str,
    ids: HashSet<&'a str>,
}

impl<'a> KnownIds<'a> {
    fn new(what: &'static str, ids: impl Iterator<Item = &'a str>) -> Self {
        Self { what, ids: ids.collect() }
    }

    fn require_id(&self, id: &str, place: String, found: &mut FindingList) {
        if !self.ids.contains(id) {
            let mut ids: Vec<&str> = self.ids.iter().copied().collect();
            ids.sort_unstable();
            let (what, known) = (self.what, list_ids(ids.into_iter()));
            found.add_error(
                FindingCode::UnknownReference,
                place,
                format!("there is no {what} “{id}” (there are: {known}): add it, or name another"),
            );
        }
    }

    fn require_all(&self, ids: &[impl AsRef<str>], place: &str, found: &mut FindingList) {
        for (i, id) in ids.iter().enumerate() {
            self.require_id(id.as_ref(), format!("{place}[{i}]"), found);
        }
    }

    fn require_some(&self, id: Option<&str>, place: String, found: &mut FindingList) {
        if let Some(id) = id {
            self.require_id(id, place, found);
        }
    }
}

fn check_dangling_ids(plan: &Plan, found: &mut FindingList) {
    let sources = KnownIds::new("source", plan.sources.iter().map(|it| it.id.as_str()));
    let owners = KnownIds::new("owner", plan.owners.iter().map(|it| it.id.as_str()));
    let stakeholders = KnownIds::new("stakeholder", plan.stakeholders.iter().map(|it| it.id.as_str()));
    let strategies = KnownIds::new("strategy", plan.strategies.iter().map(|it| it.id.as_str()));
    let measures = KnownIds::new("measure", plan.measures.iter().map(|it| it.id.as_str()));

    sources.require_some(plan.plan.source.as_deref(), "plan.source".to_owned(), found);
    for (i, strategy) in plan.strategies.iter().enumerate() {
        let place = format!("strategies[{i}]");
        strategies.require_some(strategy.parent.as_deref(), format!("{place}.parent"), found);
        owners.require_some(strategy.owner.as_deref(), format!("{place}.owner"), found);
        sources.require_some(strategy.source.as_deref(), format!("{place}.source"), found);
    }
    for (i, program) in plan.programs.iter().enumerate() {
        let place = format!("programs[{i}]");
        strategies.require_all(&program.serves, &format!("{place}.serves"), found);
        measures.require_all(&program.measures, &format!("{place}.measures"), found);
        stakeholders.require_all(&program.stakeholders, &format!("{place}.stakeholders"), found);
        owners.require_some(program.owner.as_deref(), format!("{place}.owner"), found);
        sources.require_some(program.source.as_deref(), format!("{place}.source"), found);
    }
    for (i, measure) in plan.measures.iter().enumerate() {
        let place = format!("measures[{i}]");
        strategies.require_all(&measure.serves, &format!("{place}.serves"), found);
        sources.require_all(&measure.source, &format!("{place}.source"), found);
        owners.require_some(measure.owner.as_deref(), format!("{place}.owner"), found);
        for (j, target) in measure.targets.iter().enumerate() {
            sources.require_some(target.source.as_deref(), format!("{place}.targets[{j}].source"), found);
        }
    }
}

/// A strategy that is part of itself, however many steps it takes.
fn check_parent_cycles(plan: &Plan, found: &mut FindingList) {
    let parent_of = |id: &str| plan.strategies.iter().find(|it| it.id == id).and_then(|it| it.parent.as_deref());
    for (i, strategy) in plan.strategies.iter().enumerate() {
        let mut above = strategy.parent.as_deref();
        let mut steps = 0;
        while let Some(id) = above
            && steps <= plan.strategies.len()
        {
            if id == strategy.id {
                let message = format!("strategy “{id}” is part of itself: name another parent, or none");
                found.add_error(FindingCode::ParentCycle, format!("strategies[{i}].parent"), message);
                break;
            }
            above = parent_of(id);
            steps += 1;
        }
    }
}

fn never_named(plan: &Plan, found: &mut FindingList) {
    let owners: HashSet<&str> = (plan.strategies.iter().filter_map(|it| it.owner.as_deref()))
        .chain(plan.programs.iter().filter_map(|it| it.owner.as_deref()))
        .chain(plan.measures.iter().filter_map(|it| it.owner.as_deref()))
        .collect();
    for (i, owner) in plan.owners.iter().enumerate().filter(|(_, it)| !owners.contains(it.id.as_str())) {
        let message = format!("owner “{}” answers for nothing: name it where it owns, or leave it out", owner.id);
        found.add_warning(FindingCode::NeverNamed, format!("owners[{i}]"), message);
    }
    let involved: HashSet<&String> = plan.programs.iter().flat_map(|it| &it.stakeholders).collect();
    for (i, body) in plan.stakeholders.iter().enumerate().filter(|(_, it)| !involved.contains(&it.id)) {
        let message = format!("no program names stakeholder “{}”: name it there, or leave it out", body.id);
        found.add_warning(FindingCode::NeverNamed, format!("stakeholders[{i}]"), message);
    }
    unserved_strategies(plan, found);
    lonely_measures(plan, found);
}

/// Strategies that no program and no measure serves, neither directly nor through a strategy below them. A plan that has
/// neither programs nor measures is a list of strategies, and no contradiction.
fn unserved_strategies(plan: &Plan, found: &mut FindingList) {
    if plan.programs.is_empty() && plan.measures.is_empty() {
        return;
    }
    let mut served: HashSet<&str> = (plan.programs.iter().flat_map(|it| &it.serves))
        .chain(plan.measures.iter().flat_map(|it| &it.serves))
        .map(|id| id.as_str())
        .collect();
    loop {
        let before = served.len();
        let above: Vec<&str> = (plan.strategies.iter().filter(|it| served.contains(it.id.as_str())))
            .filter_map(|it| it.parent.as_deref())
            .collect();
        served.extend(above);
        if served.len() == before {
            break;
        }
    }
    for (i, strategy) in plan.strategies.iter().enumerate().filter(|(_, it)| !served.contains(it.id.as_str())) {
        let message =
            format!("no program and no measure serves strategy “{}”: nothing says how it is kept", strategy.id);
        found.add_warning(FindingCode::NeverNamed, format!("strategies[{i}]"), message);
    }
}

/// Measures that serve no strategy and that no program is to move, where the plan has any; and goals without a target.
fn lonely_measures(plan: &Plan, found: &mut FindingList) {
    let moved: HashSet<&MeasureId> = plan.programs.iter().flat_map(|it| &it.measures).collect();
    let has_structure = !plan.strategies.is_empty() || !plan.programs.is_empty();
    for (i, measure) in plan.measures.iter().enumerate() {
        let id = &measure.id;
        if has_structure && measure.serves.is_empty() && !moved.contains(id) {
            let message = format!("measure “{id}” serves no strategy and no program names it: say what it is for");
            found.add_warning(FindingCode::NeverNamed, format!("measures[{i}]"), message);
        }
        let is_goal = matches!(measure.kind, None | Some(MeasureKind::Goal));
        if is_goal && measure.targets.is_empty() {
            let message = format!(
                "measure “{id}” is a goal without a target: say what is promised, or make it a progress measure"
            );
            found.add_warning(FindingCode::NoTarget, format!("measures[{i}].targets"), message);
        }
    }
}

//! A plan taken apart into items and put together again, without a loss. No database here.

use std::collections::HashSet;

use headway_model::plan::{Agency, Edition, Measure, Plan, Program};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::{Result, StoreError};

/// One row of `plan_item`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PlanItemRow {
    pub(crate) kind: &'static str,
    /// Empty for what stands by itself.
    pub(crate) parent: String,
    /// Its own id, or its number inside the parent.
    pub(crate) id: String,
    pub(crate) position: i64,
    pub(crate) body: Value,
}

const SOURCE: &str = "source";
const OWNER: &str = "owner";
const STAKEHOLDER: &str = "stakeholder";
const STRATEGY: &str = "strategy";
const PROGRAM: &str = "program";
const MILESTONE: &str = "milestone";
const CHAIN_LINK: &str = "chain-link";
const RATING: &str = "rating";
pub(crate) const MEASURE: &str = "measure";
const TARGET: &str = "target";

/// Every kind of item; what a row of the table may say.
pub(crate) const KINDS: [&str; 10] =
    [SOURCE, OWNER, STAKEHOLDER, STRATEGY, PROGRAM, MILESTONE, CHAIN_LINK, RATING, MEASURE, TARGET];

/// The plan's items, parents before children, in the plan's order.
///
/// # Errors
/// [`StoreError::DuplicateId`]: two items of one kind and parent can't have one id.
pub(crate) fn take_apart(plan: &Plan) -> Result<Vec<PlanItemRow>> {
    let mut items = PlanItemList::default();
    for source in &plan.sources {
        items.add_named(SOURCE, "", &source.id, source)?;
    }
    for owner in &plan.owners {
        items.add_named(OWNER, "", &owner.id, owner)?;
    }
    for stakeholder in &plan.stakeholders {
        items.add_named(STAKEHOLDER, "", &stakeholder.id, stakeholder)?;
    }
    for strategy in &plan.strategies {
        items.add_named(STRATEGY, "", &strategy.id, strategy)?;
    }
    for program in &plan.programs {
        items.add_program(program)?;
    }
    for measure in &plan.measures {
        let alone = Measure { targets: Vec::new(), ..measure.clone() };
        items.add_named(MEASURE, "", &measure.id, &alone)?;
        items.add_numbered(TARGET, &measure.id, &measure.targets);
    }
    Ok(items.list)
}

#[derive(Default)]
struct PlanItemList {
    list: Vec<PlanItemRow>,
    seen: HashSet<(&'static str, String, String)>,
}

impl PlanItemList {
    fn add_program(&mut self, program: &Program) -> Result<()> {
        let alone =
            Program { milestones: Vec::new(), delivery_chain: Vec::new(), ratings: Vec::new(), ..program.clone() };
        self.add_named(PROGRAM, "", &program.id, &alone)?;
        for milestone in &program.milestones {
            self.add_named(MILESTONE, &program.id, &milestone.id, milestone)?;
        }
        self.add_numbered(CHAIN_LINK, &program.id, &program.delivery_chain);
        self.add_numbered(RATING, &program.id, &program.ratings);
        Ok(())
    }

    fn add_named(&mut self, kind: &'static str, parent: &str, id: &str, body: &impl Serialize) -> Result<()> {
        if !self.seen.insert((kind, parent.to_owned(), id.to_owned())) {
            let parent = (!parent.is_empty()).then(|| parent.to_owned());
            return Err(StoreError::DuplicateId { kind, id: id.to_owned(), parent });
        }
        self.push(kind, parent, id.to_owned(), body);
        Ok(())
    }

    fn add_numbered<T: Serialize>(&mut self, kind: &'static str, parent: &str, bodies: &[T]) {
        for (index, body) in bodies.iter().enumerate() {
            self.push(kind, parent, (index + 1).to_string(), body);
        }
    }

    /// Positions count through the whole plan: only their order means something.
    fn push(&mut self, kind: &'static str, parent: &str, id: String, body: &impl Serialize) {
        let position = i64::try_from(self.list.len()).expect("a plan has fewer than 2^63 items");
        let body = serde_json::to_value(body).expect("a plan's types have text keys and no failing serializer");
        self.list.push(PlanItemRow { kind, parent: parent.to_owned(), id, position, body });
    }
}

/// The plan that these items, in the order of their positions, are.
///
/// # Errors
/// [`StoreError::Broken`] when a body is not what its kind says, or a child has no parent.
pub(crate) fn put_together(agency: Agency, edition: Edition, items: Vec<PlanItemRow>) -> Result<Plan> {
    let mut plan = Plan {
        agency,
        plan: edition,
        sources: Vec::new(),
        owners: Vec::new(),
        stakeholders: Vec::new(),
        strategies: Vec::new(),
        programs: Vec::new(),
        measures: Vec::new(),
    };
    for item in items {
        let orphan =
            || StoreError::broken_data(format!("{} {}", item.kind, item.id), format!("no parent “{}”", item.parent));
        match item.kind {
            SOURCE => plan.sources.push(read_body(&item)?),
            OWNER => plan.owners.push(read_body(&item)?),
            STAKEHOLDER => plan.stakeholders.push(read_body(&item)?),
            STRATEGY => plan.strategies.push(read_body(&item)?),
            PROGRAM => plan.programs.push(read_body(&item)?),
            MEASURE => plan.measures.push(read_body(&item)?),
            TARGET => {
                let measure = plan.measures.iter_mut().rfind(|m| m.id == item.parent).ok_or_else(orphan)?;
                measure.targets.push(read_body(&item)?);
            }
            MILESTONE | CHAIN_LINK | RATING => {
                let program = plan.programs.iter_mut().rfind(|p| p.id == item.parent).ok_or_else(orphan)?;
                match item.kind {
                    MILESTONE => program.milestones.push(read_body(&item)?),
                    CHAIN_LINK => program.delivery_chain.push(read_body(&item)?),
                    _ => program.ratings.push(read_body(&item)?),
                }
            }
            other => return Err(StoreError::broken_data("a plan", format!("an item of unknown kind “{other}”"))),
        }
    }
    Ok(plan)
}

fn read_body<T: DeserializeOwned>(item: &PlanItemRow) -> Result<T> {
    T::deserialize(&item.body).map_err(|error| StoreError::broken_data(format!("{} {}", item.kind, item.id), error))
}

/// How two lists of items differ: counts, and the items as they were and as they are (for the activity row).
#[derive(Debug, Default)]
pub(crate) struct ItemDifference {
    pub(crate) added: usize,
    pub(crate) changed: usize,
    pub(crate) removed: usize,
    pub(crate) same: usize,
    pub(crate) before: Vec<Value>,
    pub(crate) after: Vec<Value>,
}

pub(crate) fn compare_items(old: &[PlanItemRow], new: &[PlanItemRow]) -> ItemDifference {
    fn item_key(item: &PlanItemRow) -> (&str, &str, &str) {
        (item.kind, &item.parent, &item.id)
    }
    fn item_json(item: &PlanItemRow) -> Value {
        json!({ "kind": item.kind, "parent": item.parent, "id": item.id, "body": item.body })
    }
    let was: std::collections::HashMap<_, _> = old.iter().map(|item| (item_key(item), item)).collect();
    let is: HashSet<_> = new.iter().map(item_key).collect();
    let mut difference = ItemDifference::default();
    for item in new {
        match was.get(&item_key(item)) {
            Some(old) if old.body == item.body => difference.same += 1,
            Some(old) => {
                difference.changed += 1;
                difference.before.push(item_json(old));
                difference.after.push(item_json(item));
            }
            None => {
                difference.added += 1;
                difference.after.push(item_json(item));
            }
        }
    }
    for item in old.iter().filter(|item| !is.contains(&item_key(item))) {
        difference.removed += 1;
        difference.before.push(item_json(item));
    }
    difference
}

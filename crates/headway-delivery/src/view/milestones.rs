//! The milestones of the plans in force, by state.

use headway_model::{AgencyId, PersonId, PlanId, ProgramId};
use std::collections::HashSet;

use headway_model::plan::{AgencyPlans, Milestone, MilestoneState, Plan, Program};
use jiff::civil::Date;
use serde::Serialize;

use crate::{Error, Result, Snapshot};

/// Which milestones are asked for; `None` is all.
#[derive(Clone, Debug, Default)]
pub struct MilestoneFilter {
    /// The agency's id.
    pub agency: Option<String>,
    /// Id of a strategy: programs that serve it, or one below it.
    pub strategy: Option<String>,
    /// Id of a program.
    pub program: Option<String>,
    /// Id of the owner of the program.
    pub owner: Option<String>,
    /// The state.
    pub state: Option<MilestoneState>,
}

/// One milestone on a day. What is not known is null in JSON, never left out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MilestoneLine {
    /// The agency's id.
    pub agency: AgencyId,
    /// The plan's id.
    pub plan: PlanId,
    /// The edition in force.
    pub edition: String,
    /// The program's id.
    pub program: ProgramId,
    /// The program's name.
    pub program_name: String,
    /// The id of the program's owner.
    pub owner: Option<PersonId>,
    /// The owner's name; the id where the plan names none.
    pub owner_name: Option<String>,
    /// The milestone's id with its program's, as a file of statuses names it: `ewis/launch`.
    pub milestone: String,
    /// Its name.
    pub name: String,
    /// Its state.
    pub state: MilestoneState,
    /// Days by which it is late.
    pub days_late: Option<i32>,
    /// Days by which its planned end moved since the first edition that had one: later where above zero.
    pub slipped: Option<i32>,
    /// Planned start.
    pub planned_start: Option<Date>,
    /// Planned end.
    pub planned_end: Option<Date>,
    /// The planned date that comes next.
    pub next: Option<Date>,
    /// The newest status that was reported.
    pub status: Option<String>,
    /// The day of that report.
    pub reported: Option<Date>,
    /// The note with that report.
    pub note: Option<String>,
    /// What the dates and the reports say against each other.
    pub doubt: Option<String>,
}

impl Snapshot {
    /// The milestones of the editions in force that fit, by state (what needs a look first), then by the date that comes next.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an agency, strategy, program or owner that no plan in force has.
    pub fn milestone_lines(&self, filter: &MilestoneFilter) -> Result<Vec<MilestoneLine>> {
        if let Some(agency) = &filter.agency {
            self.agency(agency)?;
        }
        let wanted = |agency: &&AgencyPlans| filter.agency.as_ref().is_none_or(|id| *id == agency.agency.id);
        let agencies: Vec<&AgencyPlans> = self.book.agencies.iter().filter(wanted).collect();
        let plans =
            || agencies.iter().flat_map(|agency| agency.in_force().into_iter().map(move |plan| (*agency, plan)));
        for (what, id, known) in [
            (
                "strategy",
                &filter.strategy,
                (|plan, id| plan.strategies.iter().any(|it| it.id == id)) as fn(&Plan, &str) -> bool,
            ),
            ("program", &filter.program, |plan, id| plan.programs.iter().any(|it| it.id == id)),
            ("owner", &filter.owner, |plan, id| plan.owners.iter().any(|it| it.id == id)),
        ] {
            if let Some(id) = id
                && !plans().any(|(_, plan)| known(plan, id))
            {
                return Err(Error::not_found(what, id.clone()));
            }
        }
        let mut lines = Vec::new();
        for (agency, plan) in plans() {
            for program in plan.programs.iter().filter(|program| filter.matches_program(plan, program)) {
                lines.extend(program.milestones.iter().map(|it| self.milestone_line(agency, plan, program, it)));
            }
        }
        lines.retain(|line| filter.state.is_none_or(|state| state == line.state));
        lines.sort_by_key(|line| (line.state, line.next.or(line.planned_end).unwrap_or(Date::MAX)));
        Ok(lines)
    }

    fn milestone_line(
        &self,
        agency: &AgencyPlans,
        plan: &Plan,
        program: &Program,
        milestone: &Milestone,
    ) -> MilestoneLine {
        let standing = milestone.standing_on(self.as_of);
        let newest = milestone.reports_until(self.as_of).last().copied();
        let owner_name = program
            .owner
            .as_ref()
            .map(|id| plan.owners.iter().find(|it| it.id == *id).map_or_else(|| id.to_string(), |it| it.name.clone()));
        MilestoneLine {
            agency: agency.agency.id.clone(),
            plan: plan.plan.id.clone(),
            edition: plan.plan.edition.clone(),
            program: program.id.clone(),
            program_name: program.name.clone(),
            owner: program.owner.clone(),
            owner_name,
            milestone: format!("{}/{}", program.id, milestone.id),
            name: milestone.name.clone(),
            state: standing.state,
            days_late: standing.days_late,
            slipped: days_slipped(agency, plan, program, milestone),
            planned_start: milestone.planned_start,
            planned_end: milestone.planned_end,
            next: standing.next,
            status: newest.map(|report| report.status.clone()),
            reported: newest.map(|report| report.date),
            note: newest.and_then(|report| report.note.clone()),
            doubt: standing.doubt,
        }
    }
}

impl MilestoneFilter {
    fn matches_program(&self, plan: &Plan, program: &Program) -> bool {
        let serves = |top: &String| {
            let below = strategies_below(plan, top);
            program.serves.iter().any(|id| below.contains(id.as_str()))
        };
        self.program.as_ref().is_none_or(|id| *id == program.id)
            && self.owner.as_ref().is_none_or(|id| program.owner.as_deref() == Some(id))
            && self.strategy.as_ref().is_none_or(serves)
    }
}

/// A strategy and all that are part of it.
fn strategies_below<'p>(plan: &'p Plan, top: &'p str) -> HashSet<&'p str> {
    let mut found = HashSet::from([top]);
    loop {
        let parts = plan.strategies.iter().filter(|it| it.parent.as_deref().is_some_and(|up| found.contains(up)));
        let more: Vec<&str> = parts.map(|it| it.id.as_str()).filter(|id| !found.contains(id)).collect();
        if more.is_empty() {
            return found;
        }
        found.extend(more);
    }
}

/// Days from the planned end of the first edition that had one to that of the edition in force; none where it did not move.
fn days_slipped(agency: &AgencyPlans, plan: &Plan, program: &Program, milestone: &Milestone) -> Option<i32> {
    let editions = agency.editions.iter().filter(|it| it.plan.id == plan.plan.id);
    let first = editions
        .filter_map(|it| it.programs.iter().find(|it| it.id == program.id))
        .filter_map(|it| it.milestones.iter().find(|it| it.id == milestone.id))
        .find_map(|it| it.planned_end)?;
    Some((milestone.planned_end? - first).get_days()).filter(|days| *days != 0)
}

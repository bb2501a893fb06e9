//! Where a role is to hold, from a form: resolved against the plans and places that there are.

use headway_delivery::Snapshot;
use headway_delivery::access::{AccessArea, PartKind, PersonRole, PlanPart};
use headway_delivery::model::AgencyId;
use headway_work::{SignedIn, WorkError};
use serde::Deserialize;

use crate::WebServer;

/// The fields of a role, as they were sent.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct AreaForm {
    #[serde(default)]
    pub(super) role: String,
    #[serde(default)]
    pub(super) agency: String,
    #[serde(default)]
    pub(super) place: String,
    #[serde(default)]
    pub(super) part_kind: String,
    #[serde(default)]
    pub(super) part: String,
}

impl AreaForm {
    /// The role that was chosen.
    pub(super) fn role(&self) -> Result<PersonRole, WorkError> {
        PersonRole::from_id(&self.role).ok_or_else(|| invalid("role", "choose a role"))
    }

    /// The area, of things that are there.
    pub(super) async fn area(&self, server: &WebServer) -> Result<AccessArea, WorkError> {
        let [agency, place, part] = [&self.agency, &self.place, &self.part].map(|text| text.trim());
        if agency.is_empty() {
            let alone = place.is_empty() && part.is_empty() && self.part_kind.is_empty();
            return alone.then_some(AccessArea::Workspace).ok_or_else(|| invalid("agency", "choose the agency too"));
        }
        let snapshot = newest(server).await?;
        if snapshot.agency(agency).is_err() {
            return Err(invalid("agency", &format!("there is no agency “{agency}” here")));
        }
        let id = AgencyId::from(agency);
        match (place, PartKind::from_id(&self.part_kind), part) {
            ("", None, "") => Ok(AccessArea::Agency { agency: id }),
            ("", Some(kind), part) if has_part(&snapshot, agency, kind, part) => {
                Ok(AccessArea::Part { agency: id, part: PlanPart { kind, id: part.to_owned() } })
            }
            ("", Some(kind), part) => {
                Err(invalid("part", &format!("there is no {} “{part}” in the plans of this agency", kind.id())))
            }
            ("", None, _) => Err(invalid("part_kind", "say what part of the plan this is")),
            (place, None, "") => match snapshot.shows_place(agency, place).await {
                Ok(true) => Ok(AccessArea::Place { agency: id, place: place.into() }),
                _ => Err(invalid("place", &format!("this agency has no place “{place}”: write its id"))),
            },
            _ => Err(invalid("place", "choose a place or a part of the plan, not both")),
        }
    }
}

/// The agencies that somebody manages people of, and whether she does so everywhere: ids and names.
pub(super) async fn managed_agencies(
    server: &WebServer,
    signed_in: &SignedIn,
) -> Result<(bool, Vec<(String, String)>), WorkError> {
    use headway_delivery::access::AccessAction::ManagePeople;
    let managed: Vec<&AccessArea> = signed_in
        .scope
        .grants()
        .filter(|grant| grant.gives(ManagePeople, &grant.area))
        .map(|grant| &grant.area)
        .collect();
    let everywhere = managed.contains(&&AccessArea::Workspace);
    let snapshot = newest(server).await?;
    let is_managed = |id: &AgencyId| everywhere || managed.iter().any(|area| area.agency() == Some(id));
    let agencies = snapshot.book.agencies.iter().map(|plans| &plans.agency).filter(|agency| is_managed(&agency.id));
    Ok((everywhere, agencies.map(|agency| (agency.id.to_string(), agency.name.clone())).collect()))
}

async fn newest(server: &WebServer) -> Result<std::sync::Arc<Snapshot>, WorkError> {
    let ready = server.headway.current().ready_state((server.inputs.today)()).await;
    ready.map(|ready| ready.snapshot).map_err(|error| invalid("agency", &format!("the plans can't be read: {error}")))
}

fn has_part(snapshot: &Snapshot, agency: &str, kind: PartKind, id: &str) -> bool {
    let plans = snapshot.agency(agency).map(|plans| plans.editions.as_slice()).unwrap_or_default();
    plans.iter().any(|plan| match kind {
        PartKind::Strategy => plan.strategies.iter().any(|strategy| strategy.id == id),
        PartKind::Program => plan.programs.iter().any(|program| program.id == id),
        PartKind::Measure => plan.measures.iter().any(|measure| measure.id == id),
    })
}

fn invalid(field: &'static str, why: &str) -> WorkError {
    WorkError::Invalid { field, why: why.to_owned() }
}

//! The people of a sample workspace: one for each role, named by it, signed in as by one button. Nobody real is among them.

use headway_access::{AccessArea, KeepStore, Permit, PersonRole};
use headway_model::{AgencyId, PersonId, PlaceId};
use headway_store::{PersonRow, SetSetting};
use jiff::Timestamp;

use crate::{NewMember, Result, SecretToken, StartedSession, TeamService, WorkError};

/// The setting of a workspace that has them.
const SETTING: &str = "demo_people";
/// Where their addresses are: a name that no mail ever reaches (RFC 2606).
const NOWHERE: &str = "demo.invalid";

const SEATS: [(PersonRole, &str); 9] = [
    (PersonRole::Leader, "Commissioner"),
    (PersonRole::Delivery, "Delivery lead"),
    (PersonRole::Contributor, "Program owner"),
    (PersonRole::Reviewer, "Reviewer"),
    (PersonRole::Data, "Data office"),
    (PersonRole::Grants, "Grants manager"),
    (PersonRole::District, "Superintendent"),
    (PersonRole::Viewer, "Viewer"),
    (PersonRole::Admin, "Admin"),
];

impl TeamService {
    /// Puts a person for each role into a sample workspace, where there is nobody yet. The superintendent's is `place` of `agency`;
    /// the others have their roles everywhere. Passwords are random and told to nobody.
    ///
    /// # Errors
    /// When the store can't be written.
    pub async fn lay_out_people(
        &self,
        permit: &Permit<KeepStore>,
        now: Timestamp,
        (agency, place): (&AgencyId, &PlaceId),
        random: &(dyn Fn() -> [u8; 32] + Send + Sync),
    ) -> Result<()> {
        for (role, name) in SEATS {
            let area = match role {
                PersonRole::District => AccessArea::Place { agency: agency.clone(), place: place.clone() },
                _ => AccessArea::Workspace,
            };
            let (link, password) = (SecretToken::from_random(random()), SecretToken::from_random(random()));
            let mail = &format!("{role}@{NOWHERE}");
            self.invite_member(&permit.for_step(), now, &NewMember { name, mail, role, area }, &link).await?;
            self.accept_invitation(now, &link, password.reveal(), random()).await?;
        }
        let is_demo = SetSetting { name: SETTING, value: &true.into() };
        self.store.write(&permit.for_step(), now, is_demo).await?;
        Ok(())
    }

    /// The people of a sample workspace, in the order of their buttons; nobody in any other workspace.
    ///
    /// # Errors
    /// When the store can't be read.
    pub async fn demo_people(&self) -> Result<Vec<PersonRow>> {
        if self.store.setting_value(SETTING).await? != serde_json::Value::Bool(true) {
            return Ok(Vec::new());
        }
        let people = self.store.people().await?;
        let is_seat = |person: &PersonRow| {
            person.closed_at.is_none() && person.mail.as_str().rsplit_once('@').is_some_and(|(_, host)| host == NOWHERE)
        };
        Ok(people.into_iter().filter(is_seat).collect())
    }

    /// Signs in as one of the people of a sample workspace.
    ///
    /// # Errors
    /// [`WorkError::Invalid`] for anybody else, and in any other workspace.
    pub async fn demo_sign_in(
        &self,
        now: Timestamp,
        person: &PersonId,
        client: &str,
        token: &SecretToken,
    ) -> Result<StartedSession> {
        if !self.demo_people().await?.iter().any(|seat| seat.id == *person) {
            return Err(WorkError::invalid(
                "person",
                "only the people of a sample workspace are signed in by a button",
            ));
        }
        self.begin_session(now, person, client, token).await
    }
}

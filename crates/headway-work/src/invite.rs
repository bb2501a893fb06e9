//! People are asked in by a link that lives for some days and is used once.

use headway_access::{AccessArea, AccessScope, ManagePeople, Permit, PersonRole, SignIn};
use headway_model::{MailAddress, PersonId};
use headway_store::{AcceptInvitation, InvitationRow, InviteAgain, InvitePerson, PersonRow};
use jiff::{SignedDuration, Timestamp};

use crate::password::check_password;
use crate::{Result, SecretToken, TeamService, WorkError};

/// For how many days an invitation holds.
pub const INVITATION_DAYS: i64 = 14;
/// The most letters of a name.
const LONGEST_NAME: usize = 200;

/// Somebody who is to be asked in.
#[derive(Clone, Debug)]
pub struct NewMember<'a> {
    /// The name, as others read it.
    pub name: &'a str,
    /// The address of mail.
    pub mail: &'a str,
    /// The first role.
    pub role: PersonRole,
    /// Where it holds.
    pub area: AccessArea,
}

/// An invitation that can be accepted, and who it is for.
#[derive(Clone, Debug)]
pub struct OpenInvitation {
    /// The invitation.
    pub invitation: InvitationRow,
    /// The person.
    pub person: PersonRow,
}

impl TeamService {
    /// Asks somebody in. `token` goes into the link, which is shown to whoever asks, once.
    ///
    /// # Errors
    /// [`WorkError::Invalid`] for a name or address that is none; when the address has an account, the role does not fit the area,
    /// or the permit does not reach it.
    pub async fn invite_member(
        &self,
        permit: &Permit<ManagePeople>,
        now: Timestamp,
        member: &NewMember<'_>,
        token: &SecretToken,
    ) -> Result<PersonId> {
        let name = checked_name(member.name)?;
        let mail = MailAddress::parse(member.mail)?;
        let invite = InvitePerson {
            name: &name,
            mail: &mail,
            role: member.role,
            area: &member.area,
            token_hash: &token.hash(),
            expires_at: expires_at(now),
        };
        Ok(self.store.write(permit, now, invite).await?)
    }

    /// Asks somebody in anew: for an invitation that ran out, and for a password that was forgotten.
    ///
    /// # Errors
    /// When the account is closed, or has roles outside of the permit's reach.
    pub async fn invite_again(
        &self,
        permit: &Permit<ManagePeople>,
        now: Timestamp,
        person: &PersonId,
        token: &SecretToken,
    ) -> Result<()> {
        let again = InviteAgain { person, token_hash: &token.hash(), expires_at: expires_at(now) };
        Ok(self.store.write(permit, now, again).await?)
    }

    /// The invitation that a link holds, if it can be accepted. Looking at it changes nothing: programs that look through mail open
    /// every link.
    ///
    /// # Errors
    /// When the store can't be read.
    pub async fn find_invitation(&self, now: Timestamp, token: &SecretToken) -> Result<Option<OpenInvitation>> {
        let Some(invitation) = self.store.invitation(&token.hash()).await?.filter(|it| it.is_open(now)) else {
            return Ok(None);
        };
        let person = self.store.person(&invitation.person).await?;
        Ok(Some(OpenInvitation { invitation, person }).filter(|open| open.person.closed_at.is_none()))
    }

    /// Accepts an invitation with a password. Gives who signs in with it from now on.
    ///
    /// # Errors
    /// [`WorkError::Invalid`] for a password that is too weak; when the invitation can't be accepted any more.
    pub async fn accept_invitation(
        &self,
        now: Timestamp,
        token: &SecretToken,
        password: &str,
        random: [u8; 32],
    ) -> Result<PersonRow> {
        let open = self.find_invitation(now, token).await?;
        let person = open.ok_or(headway_store::StoreError::NoInvitation)?.person;
        check_password(password, &[person.mail.as_str(), &person.name])?;
        let password_hash = &self.hash_password(password, random).await;
        let accept = AcceptInvitation { token_hash: &token.hash(), password_hash };
        self.store.write(&signing_in(&person.id)?, now, accept).await?;
        Ok(person)
    }
}

/// The permit of somebody who has shown who she is: by an invitation's token, or by her password.
#[expect(
    clippy::disallowed_methods,
    reason = "a token or a password was right, and nothing but signing in is asked for"
)]
pub(crate) fn signing_in(person: &PersonId) -> Result<Permit<SignIn>> {
    Ok(AccessScope::of_person(person.clone(), Vec::new()).permit(AccessArea::Workspace)?)
}

fn expires_at(now: Timestamp) -> Timestamp {
    now.saturating_add(SignedDuration::from_hours(24 * INVITATION_DAYS)).unwrap_or(Timestamp::MAX)
}

fn checked_name(text: &str) -> Result<String> {
    let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let why = match name.chars().count() {
        0 => "write the person's name",
        n if n > LONGEST_NAME => "the name is longer than 200 letters",
        _ if name.chars().any(char::is_control) => "the name contains a control character",
        _ => return Ok(name),
    };
    Err(WorkError::invalid("name", why))
}

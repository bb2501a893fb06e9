//! Signing in by password, sessions, and one's own account.

use headway_access::{AccessArea, AccessScope, Permit, SignIn, UseAccount};
use headway_model::{MailAddress, PersonId};
use headway_store::{
    BeginSession, ChangePassword, EndSession, ForgetAttempts, NoteAttempt, PersonRow, SessionRow, SignInLimits,
    TouchSession,
};
use jiff::{SignedDuration, Timestamp};

use crate::invite::signing_in;
use crate::password::check_password;
use crate::token::hash_text;
use crate::{Result, SecretToken, TeamService, WorkError};

/// For how many days a session holds at most.
pub const SESSION_DAYS: i64 = 7;
/// After so many hours without use it ends.
const IDLE_HOURS: i64 = 24;
/// Its last use is noted to so many minutes.
const NOTED_MINUTES: i64 = 5;
/// The most letters that are kept of what a browser calls itself.
const LONGEST_CLIENT: usize = 200;
/// An office shares one address; somebody who forgot a password tries a few times.
const LIMITS: SignInLimits = SignInLimits { per_account: 10, per_address: 50, seconds: 15 * 60 };

/// Somebody tries to sign in.
#[derive(Clone, Copy)]
pub struct SignInRequest<'a> {
    /// The address of mail, as it was written.
    pub mail: &'a str,
    /// The password.
    pub password: &'a str,
    /// Where the request comes from.
    pub client_address: &'a str,
    /// What the browser calls itself.
    pub client: &'a str,
}

/// What became of it.
#[derive(Debug)]
pub enum SignInResult {
    /// A session was begun.
    Started(StartedSession),
    /// Address and password do not belong together; which of them is wrong is not said.
    Wrong,
    /// Too many tries: so many seconds are to be waited.
    TooMany(i64),
}

/// A session that was begun.
#[derive(Clone, Debug)]
pub struct StartedSession {
    /// Its number.
    pub number: i64,
    /// Whose.
    pub person: PersonId,
}

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The session.
    pub session: SessionRow,
    /// The person.
    pub person: PersonRow,
    /// What she may do.
    pub scope: AccessScope,
}

impl TeamService {
    /// Signs somebody in, if the password is hers. `token` goes into the session's cookie.
    ///
    /// # Errors
    /// When the store can't be read or written.
    pub async fn sign_in(
        &self,
        now: Timestamp,
        request: SignInRequest<'_>,
        token: &SecretToken,
    ) -> Result<SignInResult> {
        let mail = MailAddress::parse(request.mail).ok();
        let written = mail.as_ref().map_or(request.mail.trim(), MailAddress::as_str);
        let account_key = &hash_text(written);
        let note = NoteAttempt { account_key, client_address: request.client_address, limits: LIMITS };
        let visitor = visitors_permit()?;
        if let Err(seconds) = self.store.write(&visitor, now, note).await? {
            return Ok(SignInResult::TooMany(seconds));
        }
        let account = match &mail {
            Some(mail) => self.store.account_of_mail(mail).await?,
            None => None,
        };
        let hash = account.as_ref().map(|account| account.password_hash.clone());
        let is_right = self.verify_password(request.password, hash).await;
        let Some(account) = account.filter(|_| is_right) else { return Ok(SignInResult::Wrong) };
        self.store.write(&visitor, now, ForgetAttempts { account_key }).await?;
        self.begin_session(now, &account.person, request.client, token).await.map(SignInResult::Started)
    }

    /// Begins the session of somebody who has just shown who she is.
    ///
    /// # Errors
    /// When the account is closed; when the store can't be written.
    pub async fn begin_session(
        &self,
        now: Timestamp,
        person: &PersonId,
        client: &str,
        token: &SecretToken,
    ) -> Result<StartedSession> {
        let days = SignedDuration::from_hours(24 * SESSION_DAYS);
        let client: String = client.chars().filter(|letter| !letter.is_control()).take(LONGEST_CLIENT).collect();
        let begin = BeginSession {
            token_hash: &token.hash(),
            client: &client,
            expires_at: now.saturating_add(days).unwrap_or(Timestamp::MAX),
        };
        let number = self.store.write(&signing_in(person)?, now, begin).await?;
        Ok(StartedSession { number, person: person.clone() })
    }

    /// Who is signed in by a cookie's token, if the session holds at `now`.
    ///
    /// # Errors
    /// When the store can't be read.
    #[expect(clippy::disallowed_methods, reason = "the scope of a person is made of the store's own rows")]
    pub async fn signed_in(&self, now: Timestamp, token: &SecretToken) -> Result<Option<SignedIn>> {
        let Some((session, person, grants)) = self.store.session(&token.hash()).await? else { return Ok(None) };
        if person.closed_at.is_some() || !holds(&session, now) {
            return Ok(None);
        }
        let scope = AccessScope::of_person(person.id.clone(), grants);
        if now.duration_since(session.used_at) >= SignedDuration::from_mins(NOTED_MINUTES) {
            // Where nothing can be written (a full disk) people still read.
            let touched = self.store.write(&own_account(&scope)?, now, TouchSession { number: session.number }).await;
            if let Err(error) = touched {
                tracing::warn!(%error, "when a session was last used could not be noted");
            }
        }
        Ok(Some(SignedIn { session, person, scope }))
    }

    /// Where a person is signed in now, the newest first.
    ///
    /// # Errors
    /// When the store can't be read.
    pub async fn open_sessions(&self, now: Timestamp, person: &PersonId) -> Result<Vec<SessionRow>> {
        let sessions = self.store.sessions_of(person).await?;
        Ok(sessions.into_iter().filter(|session| holds(session, now)).collect())
    }

    /// Ends a session of one's own. Gives whether it was one that held.
    ///
    /// # Errors
    /// When the store can't be written.
    pub async fn end_session(&self, now: Timestamp, scope: &AccessScope, number: i64) -> Result<bool> {
        Ok(self.store.write(&own_account(scope)?, now, EndSession { number }).await?)
    }

    /// Changes one's own password, and ends one's other sessions.
    ///
    /// # Errors
    /// [`WorkError::Invalid`] when the present password is not right (field `present`) or the new one is too weak (`password`);
    /// after too many tries too.
    pub async fn change_password(
        &self,
        now: Timestamp,
        signed_in: &SignedIn,
        (present, password): (&str, &str),
        random: [u8; 32],
    ) -> Result<()> {
        let person = &signed_in.person;
        let account_key = &hash_text(person.mail.as_str());
        let visitor = visitors_permit()?;
        let client_address = &format!("person:{}", person.id);
        let note = NoteAttempt { account_key, client_address, limits: LIMITS };
        if self.store.write(&visitor, now, note).await?.is_err() {
            return Err(WorkError::invalid("present", "too many tries: wait a quarter of an hour"));
        }
        let hash = self.store.account_of(&person.id).await?.map(|account| account.password_hash);
        if !self.verify_password(present, hash).await {
            return Err(WorkError::invalid("present", "this is not your present password"));
        }
        self.store.write(&visitor, now, ForgetAttempts { account_key }).await?;
        check_password(password, &[person.mail.as_str(), &person.name])?;
        let password_hash = &self.hash_password(password, random).await;
        let change = ChangePassword { password_hash, session: signed_in.session.number };
        Ok(self.store.write(&own_account(&signed_in.scope)?, now, change).await?)
    }
}

fn holds(session: &SessionRow, now: Timestamp) -> bool {
    let idle = SignedDuration::from_hours(IDLE_HOURS);
    session.ended_at.is_none() && now < session.expires_at && now.duration_since(session.used_at) < idle
}

fn own_account(scope: &AccessScope) -> Result<Permit<UseAccount>> {
    Ok(scope.permit(AccessArea::Workspace)?)
}

#[expect(clippy::disallowed_methods, reason = "nobody is signed in yet, and nothing but a try is noted")]
fn visitors_permit() -> Result<Permit<SignIn>> {
    Ok(AccessScope::visitor().permit(AccessArea::Workspace)?)
}

//! Invitations: a link that is used once, within its days.

use headway_access::{AccessArea, ManagePeople, SignIn};
use headway_model::PersonId;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::accounts::set_password;
use super::grants::check_reach;
use super::persons::open_person;
use super::{PERSON, acting_person, maybe_time_in, next_number, sessions, time_in};
use crate::operation::{ActivityChange, OperationContext, OperationResult};
use crate::sql::{SqlRow, StoreTransaction};
use crate::{Operation, Result, Store, StoreError};

/// Asks somebody in anew: with another link, which also sets a new password. Earlier links end.
#[derive(Clone, Copy, Debug)]
pub struct InviteAgain<'a> {
    /// Whom.
    pub person: &'a PersonId,
    /// SHA-256 of the token, in hexadecimal.
    pub token_hash: &'a str,
    /// Until when it holds.
    pub expires_at: Timestamp,
}

/// Accepts an invitation: the person who acts gets a password, and every session of hers ends.
#[derive(Clone, Copy, Debug)]
pub struct AcceptInvitation<'a> {
    /// SHA-256 of the token, in hexadecimal.
    pub token_hash: &'a str,
    /// The password's Argon2id hash, in PHC form.
    pub password_hash: &'a str,
}

/// An invitation, without its token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvitationRow {
    /// Its number.
    pub number: i64,
    /// Who is asked in.
    pub person: PersonId,
    /// Who asked: as activity names people.
    pub invited_by: String,
    /// Since when.
    pub made_at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
    /// When it was accepted.
    pub accepted_at: Option<Timestamp>,
    /// When it was withdrawn, or another took its place.
    pub withdrawn_at: Option<Timestamp>,
}

impl InvitationRow {
    /// Whether it can be accepted at `now`.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.accepted_at.is_none() && self.withdrawn_at.is_none() && now < self.expires_at
    }
}

pub(super) struct NewInvitation<'a> {
    pub(super) person: &'a PersonId,
    pub(super) token_hash: &'a str,
    pub(super) expires_at: Timestamp,
}

impl Operation for InviteAgain<'_> {
    type Output = ();
    type Right = ManagePeople;
    const NAME: &'static str = "invite again";

    fn area(&self) -> Option<AccessArea> {
        None // held against her roles below
    }

    async fn run_operation(self, tx: &mut StoreTransaction, deed: OperationContext<'_>) -> Result<OperationResult<()>> {
        open_person(tx, self.person).await?;
        check_reach(tx, deed, self.person).await?;
        let now = deed.now.to_string();
        let sql = "UPDATE invitation SET withdrawn_at = $1
            WHERE person = $2 AND accepted_at IS NULL AND withdrawn_at IS NULL";
        tx.run_statement(sql, &[(&now).into(), self.person.as_str().into()]).await?;
        let invitation =
            NewInvitation { person: self.person, token_hash: self.token_hash, expires_at: self.expires_at };
        insert_invitation(tx, deed, invitation).await?;
        let after = json!({ "invited_until": self.expires_at.to_string() });
        Ok(OperationResult::with_change(
            (),
            ActivityChange { kind: PERSON, id: self.person.to_string(), before: Value::Null, after },
        ))
    }
}

impl Operation for AcceptInvitation<'_> {
    type Output = ();
    type Right = SignIn;
    const NAME: &'static str = "accept invitation";

    fn area(&self) -> Option<AccessArea> {
        None // of the person who acts alone
    }

    async fn run_operation(self, tx: &mut StoreTransaction, deed: OperationContext<'_>) -> Result<OperationResult<()>> {
        let person = acting_person(deed)?;
        open_person(tx, person).await?;
        let invitation = by_token(tx, self.token_hash).await?;
        let Some(invitation) = invitation.filter(|it| it.person == *person && it.is_open(deed.now)) else {
            return Err(StoreError::NoInvitation);
        };
        let now = deed.now.to_string();
        let sql = "UPDATE invitation SET accepted_at = $1 WHERE number = $2";
        tx.run_statement(sql, &[(&now).into(), invitation.number.into()]).await?;
        set_password(tx, deed, person, self.password_hash).await?;
        sessions::end_all(tx, deed, person, None).await?;
        let after = json!({ "invitation": invitation.number, "accepted_at": now });
        Ok(OperationResult::with_change(
            (),
            ActivityChange { kind: PERSON, id: person.to_string(), before: Value::Null, after },
        ))
    }
}

impl Store {
    /// The invitation that a token belongs to, by the token's SHA-256.
    pub async fn invitation(&self, token_hash: &str) -> Result<Option<InvitationRow>> {
        by_token(self.begin_read().await?.tx(), token_hash).await
    }

    /// The open or expired invitations that somebody made and nobody accepted, by who made them as activity names it.
    pub async fn invitations_by(&self, inviter: &str) -> Result<Vec<InvitationRow>> {
        let sql = sqlx::AssertSqlSafe(format!(
            "{COLUMNS} WHERE invited_by = $1 AND accepted_at IS NULL AND withdrawn_at IS NULL ORDER BY number"
        ));
        self.begin_read().await?.fetch_rows(sql, &[inviter.into()]).await?.iter().map(invitation_in).collect()
    }
}

const COLUMNS: &str =
    "SELECT number, person, invited_by, made_at, expires_at, accepted_at, withdrawn_at FROM invitation";

pub(super) async fn insert_invitation(
    tx: &mut StoreTransaction,
    deed: OperationContext<'_>,
    new: NewInvitation<'_>,
) -> Result<()> {
    let number = next_number(tx, "invitation").await?;
    let (made_at, expires_at) = (deed.now.to_string(), new.expires_at.to_string());
    let sql = "INSERT INTO invitation (number, person, token_hash, invited_by, made_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6)";
    let args = [
        number.into(),
        new.person.as_str().into(),
        new.token_hash.into(),
        deed.who.name().into(),
        (&made_at).into(),
        (&expires_at).into(),
    ];
    tx.run_statement(sql, &args).await?;
    Ok(())
}

pub(super) async fn last_invitation(tx: &mut StoreTransaction, person: &PersonId) -> Result<Option<InvitationRow>> {
    let sql = sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE person = $1 ORDER BY number DESC LIMIT 1"));
    tx.fetch_row(sql, &[person.as_str().into()]).await?.as_ref().map(invitation_in).transpose()
}

async fn by_token(tx: &mut StoreTransaction, token_hash: &str) -> Result<Option<InvitationRow>> {
    let sql = sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE token_hash = $1"));
    tx.fetch_row(sql, &[token_hash.into()]).await?.as_ref().map(invitation_in).transpose()
}

fn invitation_in(row: &SqlRow) -> Result<InvitationRow> {
    Ok(InvitationRow {
        number: row.get("number")?,
        person: row.get::<String>("person")?.into(),
        invited_by: row.get("invited_by")?,
        made_at: time_in(row, "made_at")?,
        expires_at: time_in(row, "expires_at")?,
        accepted_at: maybe_time_in(row, "accepted_at")?,
        withdrawn_at: maybe_time_in(row, "withdrawn_at")?,
    })
}

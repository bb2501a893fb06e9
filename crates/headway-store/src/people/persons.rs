//! Persons: asked in, listed, closed.

use headway_access::{AccessArea, ManagePeople, PersonRole};
use headway_model::{MailAddress, PersonId};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::grants::{check_reach, insert_grant};
use super::invitations::{InvitationRow, NewInvitation, insert_invitation, last_invitation};
use super::{PERSON, maybe_time_in, sessions, time_in};
use crate::operation::{ActivityChange, OperationContext, OperationResult};
use crate::sql::{SqlRow, StoreTransaction};
use crate::{Operation, Result, Store, StoreError};

/// Asks somebody in: a person with a first role and an invitation. Gives the person's id.
#[derive(Clone, Copy, Debug)]
pub struct InvitePerson<'a> {
    /// The name, as others read it.
    pub name: &'a str,
    /// The address of mail.
    pub mail: &'a MailAddress,
    /// The first role.
    pub role: PersonRole,
    /// Where it holds.
    pub area: &'a AccessArea,
    /// SHA-256 of the invitation's token, in hexadecimal.
    pub token_hash: &'a str,
    /// Until when the invitation holds.
    pub expires_at: Timestamp,
}

/// Closes a person's account: roles, sessions and open invitations end; the person stays in history. Gives how many roles ended.
#[derive(Clone, Copy, Debug)]
pub struct ClosePerson<'a> {
    /// Whose.
    pub person: &'a PersonId,
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonRow {
    /// The id, `p1`, `p2`, ...
    pub id: PersonId,
    /// The name.
    pub name: String,
    /// The address of mail.
    pub mail: MailAddress,
    /// Since when.
    pub added_at: Timestamp,
    /// Since when the account is closed.
    pub closed_at: Option<Timestamp>,
    /// Whether a password was ever set.
    pub has_account: bool,
    /// The last invitation.
    pub invitation: Option<InvitationRow>,
}

impl Operation for InvitePerson<'_> {
    type Output = PersonId;
    type Right = ManagePeople;
    const NAME: &'static str = "invite person";

    fn area(&self) -> Option<AccessArea> {
        Some(self.area.clone())
    }

    async fn run_operation(
        self,
        tx: &mut StoreTransaction,
        deed: OperationContext<'_>,
    ) -> Result<OperationResult<PersonId>> {
        if let Some(taken) = by_mail(tx, self.mail).await? {
            return Err(StoreError::MailTaken { mail: self.mail.to_string(), person: taken.name });
        }
        let row = tx.fetch_row("SELECT COUNT(*) + 1 AS n FROM person", &[]).await?;
        let number: i64 = row.map_or(Ok(1), |row| row.get("n"))?;
        let id = PersonId::from(format!("p{number}"));
        let now = deed.now.to_string();
        let sql = "INSERT INTO person (id, name, mail, added_at) VALUES ($1, $2, $3, $4)";
        tx.run_statement(sql, &[id.as_str().into(), self.name.into(), self.mail.as_str().into(), (&now).into()])
            .await?;
        insert_grant(tx, deed, &id, self.role, self.area).await?;
        let invitation = NewInvitation { person: &id, token_hash: self.token_hash, expires_at: self.expires_at };
        insert_invitation(tx, deed, invitation).await?;
        let after = json!({
            "name": self.name, "mail": self.mail, "role": self.role, "area": self.area,
            "invited_until": self.expires_at.to_string(),
        });
        let change = ActivityChange { kind: PERSON, id: id.to_string(), before: Value::Null, after };
        Ok(OperationResult::with_change(id, change))
    }
}

impl Operation for ClosePerson<'_> {
    type Output = u64;
    type Right = ManagePeople;
    const NAME: &'static str = "close account";

    fn area(&self) -> Option<AccessArea> {
        None // held against her roles below
    }

    async fn run_operation(
        self,
        tx: &mut StoreTransaction,
        deed: OperationContext<'_>,
    ) -> Result<OperationResult<u64>> {
        let person = open_person(tx, self.person).await?;
        check_reach(tx, deed, self.person).await?;
        let now = deed.now.to_string();
        let args = [(&now).into(), self.person.as_str().into()];
        tx.run_statement("UPDATE person SET closed_at = $1 WHERE id = $2", &args).await?;
        tx.run_statement("DELETE FROM account WHERE person = $1", &args[1..]).await?;
        let open = "UPDATE invitation SET withdrawn_at = $1 WHERE person = $2 AND accepted_at IS NULL AND withdrawn_at IS NULL";
        tx.run_statement(open, &args).await?;
        sessions::end_all(tx, deed, self.person, None).await?;
        let ending = "UPDATE role_grant SET ended_at = $1, ended_by = $3 WHERE person = $2 AND ended_at IS NULL";
        let ended = tx.run_statement(ending, &[args[0], args[1], deed.who.name().into()]).await?;
        let before = json!({ "name": person.name, "mail": person.mail });
        let after = json!({ "closed_at": now, "roles_ended": ended });
        let change = ActivityChange { kind: PERSON, id: self.person.to_string(), before, after };
        Ok(OperationResult::with_change(ended, change))
    }
}

const COLUMNS: &str = "SELECT p.id, p.name, p.mail, p.added_at, p.closed_at,
    EXISTS (SELECT 1 FROM account a WHERE a.person = p.id) AS has_account FROM person p";

impl Store {
    /// Whether anybody was ever asked in. From then on pages ask who is there.
    pub async fn has_people(&self) -> Result<bool> {
        Ok(self.begin_read().await?.fetch_row("SELECT id FROM person LIMIT 1", &[]).await?.is_some())
    }

    /// Everybody, in the order in which they were asked in, closed accounts too.
    pub async fn people(&self) -> Result<Vec<PersonRow>> {
        let mut reading = self.begin_read().await?;
        let sql = sqlx::AssertSqlSafe(format!("{COLUMNS} ORDER BY p.added_at, p.id"));
        let mut people = Vec::new();
        for row in reading.fetch_rows(sql, &[]).await? {
            people.push(with_invitation(reading.tx(), &row).await?);
        }
        Ok(people)
    }

    /// One person.
    ///
    /// # Errors
    /// [`StoreError::NoSuchPerson`].
    pub async fn person(&self, id: &PersonId) -> Result<PersonRow> {
        find_person(self.begin_read().await?.tx(), id).await
    }

    /// The person whose account is open and has this address.
    pub async fn person_of_mail(&self, mail: &MailAddress) -> Result<Option<PersonRow>> {
        by_mail(self.begin_read().await?.tx(), mail).await
    }
}

async fn with_invitation(tx: &mut StoreTransaction, row: &SqlRow) -> Result<PersonRow> {
    let id = PersonId::from(row.get::<String>("id")?);
    let mail: String = row.get("mail")?;
    Ok(PersonRow {
        invitation: last_invitation(tx, &id).await?,
        id,
        name: row.get("name")?,
        mail: MailAddress::parse(&mail).map_err(|error| StoreError::broken_data("a person", error))?,
        added_at: time_in(row, "added_at")?,
        closed_at: maybe_time_in(row, "closed_at")?,
        has_account: row.get("has_account")?,
    })
}

pub(super) async fn find_person(tx: &mut StoreTransaction, id: &PersonId) -> Result<PersonRow> {
    let sql = sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE p.id = $1"));
    match tx.fetch_row(sql, &[id.as_str().into()]).await? {
        Some(row) => with_invitation(tx, &row).await,
        None => Err(StoreError::NoSuchPerson { person: id.to_string() }),
    }
}

/// The person, whose account is open.
pub(super) async fn open_person(tx: &mut StoreTransaction, id: &PersonId) -> Result<PersonRow> {
    let person = find_person(tx, id).await?;
    match person.closed_at {
        None => Ok(person),
        Some(_) => Err(StoreError::PersonClosed { person: person.name }),
    }
}

async fn by_mail(tx: &mut StoreTransaction, mail: &MailAddress) -> Result<Option<PersonRow>> {
    let sql = sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE p.mail = $1 AND p.closed_at IS NULL"));
    match tx.fetch_row(sql, &[mail.as_str().into()]).await? {
        Some(row) => Ok(Some(with_invitation(tx, &row).await?)),
        None => Ok(None),
    }
}

//! Sessions: where people are signed in.

use headway_access::{AccessArea, RoleGrant, SignIn, UseAccount};
use headway_model::PersonId;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::grants::grants_of;
use super::persons::{PersonRow, find_person, open_person};
use super::{SESSION, acting_person, maybe_time_in, next_number, time_in};
use crate::operation::{ActivityChange, OperationContext, OperationResult};
use crate::sql::{SqlRow, StoreTransaction};
use crate::{Operation, Result, Store};

/// Begins a session of the person who acts. Gives its number.
#[derive(Clone, Copy, Debug)]
pub struct BeginSession<'a> {
    /// SHA-256 of the token, in hexadecimal.
    pub token_hash: &'a str,
    /// What the browser calls itself.
    pub client: &'a str,
    /// Until when it holds at most.
    pub expires_at: Timestamp,
}

/// Ends a session of the person who acts. Gives whether it was one of hers and held.
#[derive(Clone, Copy, Debug)]
pub struct EndSession {
    /// Its number.
    pub number: i64,
}

/// Notes that a session of the person who acts was used.
#[derive(Clone, Copy, Debug)]
pub struct TouchSession {
    /// Its number.
    pub number: i64,
}

/// A session, without its token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// Its number.
    pub number: i64,
    /// Whose.
    pub person: PersonId,
    /// What the browser calls itself.
    pub client: String,
    /// Since when.
    pub begun_at: Timestamp,
    /// When it was last seen to be used, to some minutes.
    pub used_at: Timestamp,
    /// Until when it holds at most.
    pub expires_at: Timestamp,
    /// When it was ended.
    pub ended_at: Option<Timestamp>,
}

impl Operation for BeginSession<'_> {
    type Output = i64;
    type Right = SignIn;
    const NAME: &'static str = "sign in";

    fn area(&self) -> Option<AccessArea> {
        None // of the person who acts alone
    }

    async fn run_operation(
        self,
        tx: &mut StoreTransaction,
        deed: OperationContext<'_>,
    ) -> Result<OperationResult<i64>> {
        let person = acting_person(deed)?;
        open_person(tx, person).await?;
        let number = next_number(tx, "session").await?;
        let (now, expires_at) = (deed.now.to_string(), self.expires_at.to_string());
        let sql = "INSERT INTO session (number, person, token_hash, client, begun_at, used_at, expires_at)
            VALUES ($1, $2, $3, $4, $5, $5, $6)";
        let args = [
            number.into(),
            person.as_str().into(),
            self.token_hash.into(),
            self.client.into(),
            (&now).into(),
            (&expires_at).into(),
        ];
        tx.run_statement(sql, &args).await?;
        let after = json!({ "session": number, "expires_at": expires_at });
        Ok(OperationResult::with_change(
            number,
            ActivityChange { kind: SESSION, id: person.to_string(), before: Value::Null, after },
        ))
    }
}

impl Operation for EndSession {
    type Output = bool;
    type Right = UseAccount;
    const NAME: &'static str = "end session";

    fn area(&self) -> Option<AccessArea> {
        None // of the person who acts alone
    }

    async fn run_operation(
        self,
        tx: &mut StoreTransaction,
        deed: OperationContext<'_>,
    ) -> Result<OperationResult<bool>> {
        let person = acting_person(deed)?;
        let now = deed.now.to_string();
        let sql = "UPDATE session SET ended_at = $1 WHERE number = $2 AND person = $3 AND ended_at IS NULL";
        if tx.run_statement(sql, &[(&now).into(), self.number.into(), person.as_str().into()]).await? == 0 {
            return Ok(OperationResult::without_change(false));
        }
        let after = json!({ "session": self.number, "ended_at": now });
        Ok(OperationResult::with_change(
            true,
            ActivityChange { kind: SESSION, id: person.to_string(), before: Value::Null, after },
        ))
    }
}

impl Operation for TouchSession {
    type Output = ();
    type Right = UseAccount;
    const NAME: &'static str = "use session";

    fn area(&self) -> Option<AccessArea> {
        None // of the person who acts alone
    }

    async fn run_operation(self, tx: &mut StoreTransaction, deed: OperationContext<'_>) -> Result<OperationResult<()>> {
        let now = deed.now.to_string();
        let sql = "UPDATE session SET used_at = $1 WHERE number = $2 AND person = $3";
        tx.run_statement(sql, &[(&now).into(), self.number.into(), acting_person(deed)?.as_str().into()]).await?;
        Ok(OperationResult::noted(()))
    }
}

const COLUMNS: &str = "SELECT number, person, client, begun_at, used_at, expires_at, ended_at FROM session";

impl Store {
    /// The session that a token belongs to, by the token's SHA-256, with the person and her roles, all of one moment.
    pub async fn session(&self, token_hash: &str) -> Result<Option<(SessionRow, PersonRow, Vec<RoleGrant>)>> {
        let mut reading = self.begin_read().await?;
        let sql = sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE token_hash = $1"));
        let Some(row) = reading.fetch_row(sql, &[token_hash.into()]).await? else { return Ok(None) };
        let session = session_in(&row)?;
        let person = find_person(reading.tx(), &session.person).await?;
        let grants = grants_of(reading.tx(), Some(&session.person)).await?;
        Ok(Some((session, person, grants)))
    }

    /// The sessions of a person that were not ended, newest first; those that ran out too.
    pub async fn sessions_of(&self, person: &PersonId) -> Result<Vec<SessionRow>> {
        let sql = sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE person = $1 AND ended_at IS NULL ORDER BY number DESC"));
        self.begin_read().await?.fetch_rows(sql, &[person.as_str().into()]).await?.iter().map(session_in).collect()
    }
}

/// Ends the sessions of a person, but for one; gives how many.
pub(super) async fn end_all(
    tx: &mut StoreTransaction,
    deed: OperationContext<'_>,
    person: &PersonId,
    but: Option<i64>,
) -> Result<u64> {
    let now = deed.now.to_string();
    let sql =
        "UPDATE session SET ended_at = $1 WHERE person = $2 AND ended_at IS NULL AND ($3 IS NULL OR number <> $3)";
    tx.run_statement(sql, &[(&now).into(), person.as_str().into(), but.into()]).await
}

/// Ends everybody's sessions: what was ended after a backup was made would hold again in what is restored from it.
pub(crate) async fn end_everybodys(tx: &mut StoreTransaction, deed: OperationContext<'_>) -> Result<u64> {
    let now = deed.now.to_string();
    tx.run_statement("UPDATE session SET ended_at = $1 WHERE ended_at IS NULL", &[(&now).into()]).await
}

fn session_in(row: &SqlRow) -> Result<SessionRow> {
    Ok(SessionRow {
        number: row.get("number")?,
        person: row.get::<String>("person")?.into(),
        client: row.get("client")?,
        begun_at: time_in(row, "begun_at")?,
        used_at: time_in(row, "used_at")?,
        expires_at: time_in(row, "expires_at")?,
        ended_at: maybe_time_in(row, "ended_at")?,
    })
}

//! Accounts: how a person signs in.

use std::fmt;

use headway_access::{AccessArea, UseAccount};
use headway_model::{MailAddress, PersonId};
use serde_json::{Value, json};

use super::persons::open_person;
use super::{PERSON, acting_person, sessions};
use crate::operation::{ActivityChange, OperationContext, OperationResult};
use crate::sql::StoreTransaction;
use crate::{Operation, Result, Store};

/// Sets another password for the person who acts, and ends her other sessions.
#[derive(Clone, Copy, Debug)]
pub struct ChangePassword<'a> {
    /// The password's Argon2id hash, in PHC form.
    pub password_hash: &'a str,
    /// The session that goes on.
    pub session: i64,
}

/// An open account.
#[derive(Clone, PartialEq, Eq)]
pub struct AccountRow {
    /// Whose.
    pub person: PersonId,
    /// The password's Argon2id hash, in PHC form.
    pub password_hash: String,
}

/// Without the hash: what is written to a log stays there.
impl fmt::Debug for AccountRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccountRow").field("person", &self.person).finish_non_exhaustive()
    }
}

impl Operation for ChangePassword<'_> {
    type Output = ();
    type Right = UseAccount;
    const NAME: &'static str = "change password";

    fn area(&self) -> Option<AccessArea> {
        None // of the person who acts alone
    }

    async fn run_operation(self, tx: &mut StoreTransaction, deed: OperationContext<'_>) -> Result<OperationResult<()>> {
        let person = acting_person(deed)?;
        open_person(tx, person).await?;
        set_password(tx, deed, person, self.password_hash).await?;
        let ended = sessions::end_all(tx, deed, person, Some(self.session)).await?;
        let after = json!({ "other_sessions_ended": ended });
        Ok(OperationResult::with_change(
            (),
            ActivityChange { kind: PERSON, id: person.to_string(), before: Value::Null, after },
        ))
    }
}

impl Store {
    /// The open account of an address.
    pub async fn account_of_mail(&self, mail: &MailAddress) -> Result<Option<AccountRow>> {
        let sql = "SELECT a.person, a.password_hash FROM account a JOIN person p ON p.id = a.person
            WHERE p.mail = $1 AND p.closed_at IS NULL";
        self.account_where(sql, mail.as_str()).await
    }

    /// The open account of a person.
    pub async fn account_of(&self, person: &PersonId) -> Result<Option<AccountRow>> {
        let sql = "SELECT a.person, a.password_hash FROM account a JOIN person p ON p.id = a.person
            WHERE p.id = $1 AND p.closed_at IS NULL";
        self.account_where(sql, person).await
    }

    async fn account_where(&self, sql: &'static str, which: &str) -> Result<Option<AccountRow>> {
        let row = self.begin_read().await?.fetch_row(sql, &[which.into()]).await?;
        row.map(|row| {
            Ok(AccountRow { person: row.get::<String>("person")?.into(), password_hash: row.get("password_hash")? })
        })
        .transpose()
    }
}

pub(super) async fn set_password(
    tx: &mut StoreTransaction,
    deed: OperationContext<'_>,
    person: &PersonId,
    hash: &str,
) -> Result<()> {
    let now = deed.now.to_string();
    let sql = "INSERT INTO account (person, password_hash, changed_at) VALUES ($1, $2, $3)
        ON CONFLICT (person) DO UPDATE SET password_hash = excluded.password_hash, changed_at = excluded.changed_at";
    tx.run_statement(sql, &[person.as_str().into(), hash.into(), (&now).into()]).await?;
    Ok(())
}

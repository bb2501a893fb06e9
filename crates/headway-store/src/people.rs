//! People: who they are, how they are asked in, which roles they have, where they are signed in.
//!
//! Of passwords and tokens the store keeps hashes alone, and no activity row names one.

mod accounts;
mod attempts;
mod grants;
mod invitations;
mod persons;
mod sessions;

pub use accounts::{AccountRow, ChangePassword};
pub use attempts::{ForgetAttempts, NoteAttempt, SignInLimits};
pub use grants::{EndGrant, GrantRole};
pub use invitations::{AcceptInvitation, InvitationRow, InviteAgain};
pub use persons::{ClosePerson, InvitePerson, PersonRow};
pub(crate) use sessions::end_everybodys;
pub use sessions::{BeginSession, EndSession, SessionRow, TouchSession};

use headway_model::PersonId;
use jiff::Timestamp;

use crate::operation::OperationContext;
use crate::sql::{SqlRow, StoreTransaction};
use crate::{Result, StoreError, activity};

/// What activity calls changes of people and of their roles and invitations.
pub(crate) const PERSON: &str = "person";
/// What activity calls signing in and out.
pub(crate) const SESSION: &str = "session";

/// The number of the next row of a table.
async fn next_number(tx: &mut StoreTransaction, table: &'static str) -> Result<i64> {
    let sql = sqlx::AssertSqlSafe(format!("SELECT COALESCE(MAX(number), 0) + 1 AS number FROM {table}"));
    tx.fetch_row(sql, &[]).await?.map_or(Ok(1), |row| row.get("number"))
}

/// The person who acts.
fn acting_person<'d>(deed: OperationContext<'d>) -> Result<&'d PersonId> {
    deed.person.ok_or(StoreError::NoAccount)
}

fn time_in(row: &SqlRow, column: &str) -> Result<Timestamp> {
    activity::time_of(&row.get::<String>(column)?, PERSON)
}

fn maybe_time_in(row: &SqlRow, column: &str) -> Result<Option<Timestamp>> {
    row.get::<Option<String>>(column)?.map(|text| activity::time_of(&text, PERSON)).transpose()
}

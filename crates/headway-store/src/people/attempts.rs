//! Tries to sign in, counted so that nobody guesses passwords: by account and by address.

use headway_access::{AccessArea, SignIn};

use super::next_number;
use crate::operation::{OperationContext, OperationResult};
use crate::sql::StoreTransaction;
use crate::{Operation, Result};

/// How many tries without success are allowed in which time.
#[derive(Clone, Copy, Debug)]
pub struct SignInLimits {
    /// For one account.
    pub per_account: i64,
    /// From one address.
    pub per_address: i64,
    /// In so many seconds.
    pub seconds: i64,
}

/// Notes a try before it is looked at, so that tries at once are counted too. Gives its number, or for how many seconds nobody may
/// try: then it was not noted.
#[derive(Clone, Copy, Debug)]
pub struct NoteAttempt<'a> {
    /// SHA-256 of the address of mail that was written, in hexadecimal.
    pub account_key: &'a str,
    /// Where it comes from.
    pub client_address: &'a str,
    /// What is allowed.
    pub limits: SignInLimits,
}

/// Takes back what was noted of an account: it was signed in to.
#[derive(Clone, Copy, Debug)]
pub struct ForgetAttempts<'a> {
    /// As [`NoteAttempt`] has it.
    pub account_key: &'a str,
}

impl Operation for NoteAttempt<'_> {
    type Output = std::result::Result<i64, i64>;
    type Right = SignIn;
    const NAME: &'static str = "try to sign in";

    fn area(&self) -> Option<AccessArea> {
        None
    }

    async fn run_operation(
        self,
        tx: &mut StoreTransaction,
        deed: OperationContext<'_>,
    ) -> Result<OperationResult<Self::Output>> {
        let now = deed.now.as_second();
        let first = now - self.limits.seconds;
        tx.run_statement("DELETE FROM sign_in_attempt WHERE at_second <= $1", &[first.into()]).await?;
        for (column, key, most) in [
            ("account_key", self.account_key, self.limits.per_account),
            ("client_address", self.client_address, self.limits.per_address),
        ] {
            let sql = sqlx::AssertSqlSafe(format!(
                "SELECT COUNT(*) AS n, COALESCE(MIN(at_second), 0) AS first FROM sign_in_attempt WHERE {column} = $1"
            ));
            let Some(row) = tx.fetch_row(sql, &[key.into()]).await? else { continue };
            if row.get::<i64>("n")? >= most {
                let until = row.get::<i64>("first")? + self.limits.seconds;
                return Ok(OperationResult::noted(Err((until - now).max(1))));
            }
        }
        let number = next_number(tx, "sign_in_attempt").await?;
        let sql =
            "INSERT INTO sign_in_attempt (number, account_key, client_address, at_second) VALUES ($1, $2, $3, $4)";
        tx.run_statement(sql, &[number.into(), self.account_key.into(), self.client_address.into(), now.into()])
            .await?;
        Ok(OperationResult::noted(Ok(number)))
    }
}

impl Operation for ForgetAttempts<'_> {
    type Output = ();
    type Right = SignIn;
    const NAME: &'static str = "forget tries";

    fn area(&self) -> Option<AccessArea> {
        None
    }

    async fn run_operation(self, tx: &mut StoreTransaction, _: OperationContext<'_>) -> Result<OperationResult<()>> {
        tx.run_statement("DELETE FROM sign_in_attempt WHERE account_key = $1", &[self.account_key.into()]).await?;
        Ok(OperationResult::noted(()))
    }
}

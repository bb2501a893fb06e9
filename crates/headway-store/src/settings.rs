//! Profiles of imports, and settings of the workspace.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::activity::{json_of, time_of};
use crate::operation::{ActivityChange, OperationContext, OperationResult};
use crate::sql::{SqlRow, StoreTransaction};
use crate::{Operation, Result, Store};

/// Keeps an import profile under its name. Gives whether it differs from what was kept; earlier texts stay in the
/// activity rows.
#[derive(Clone, Copy, Debug)]
pub struct SaveProfile<'a> {
    /// Its name.
    pub name: &'a str,
    /// SHA-256 of the text, in hexadecimal.
    pub sha256: &'a str,
    /// The profile, as it was written (TOML).
    pub text: &'a str,
}

/// Sets a setting; null takes it away. Gives whether it was something else before.
#[derive(Clone, Copy, Debug)]
pub struct SetSetting<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its value.
    pub value: &'a Value,
}

/// A kept import profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedProfile {
    /// Its name.
    pub name: String,
    /// SHA-256 of the text, in hexadecimal.
    pub sha256: String,
    /// The profile, as it was written.
    pub text: String,
    /// Since when it is so.
    pub saved_at: Timestamp,
}

impl Operation for SaveProfile<'_> {
    type Output = bool;
    type Right = headway_access::ImportData;
    const NAME: &'static str = "save profile";

    async fn run_operation(
        self,
        tx: &mut StoreTransaction,
        deed: OperationContext<'_>,
    ) -> Result<OperationResult<bool>> {
        let old = read_profile(tx, self.name).await?;
        if old.as_ref().is_some_and(|old| old.text == self.text && old.sha256 == self.sha256) {
            return Ok(OperationResult::without_change(false));
        }
        let sql = "INSERT INTO profile (name, sha256, body, saved_at) VALUES ($1, $2, $3, $4)
            ON CONFLICT (name) DO UPDATE SET sha256 = excluded.sha256, body = excluded.body, saved_at = excluded.saved_at";
        let now = deed.now.to_string();
        tx.run_statement(sql, &[self.name.into(), self.sha256.into(), self.text.into(), (&now).into()]).await?;
        let before = old.map_or(Value::Null, |old| json!({ "sha256": old.sha256, "text": old.text }));
        let after = json!({ "sha256": self.sha256, "text": self.text });
        Ok(OperationResult::with_change(
            true,
            ActivityChange { kind: "profile", id: self.name.to_owned(), before, after },
        ))
    }
}

impl Operation for SetSetting<'_> {
    type Output = bool;
    type Right = headway_access::ChangeSettings;
    const NAME: &'static str = "set setting";

    async fn run_operation(self, tx: &mut StoreTransaction, _: OperationContext<'_>) -> Result<OperationResult<bool>> {
        let before = read_setting(tx, self.name).await?;
        if before == *self.value {
            return Ok(OperationResult::without_change(false));
        }
        if self.value.is_null() {
            tx.run_statement("DELETE FROM setting WHERE name = $1", &[self.name.into()]).await?;
        } else {
            let sql = "INSERT INTO setting (name, body) VALUES ($1, $2)
                ON CONFLICT (name) DO UPDATE SET body = excluded.body";
            tx.run_statement(sql, &[self.name.into(), (&self.value.to_string()).into()]).await?;
        }
        let change = ActivityChange { kind: "setting", id: self.name.to_owned(), before, after: self.value.clone() };
        Ok(OperationResult::with_change(true, change))
    }
}

impl Store {
    /// The import profile of this name.
    pub async fn find_profile(&self, name: &str) -> Result<Option<SavedProfile>> {
        read_profile(self.begin_read().await?.tx(), name).await
    }

    /// Every import profile, by name.
    pub async fn all_profiles(&self) -> Result<Vec<SavedProfile>> {
        let sql = "SELECT name, sha256, body, saved_at FROM profile ORDER BY name";
        self.begin_read().await?.fetch_rows(sql, &[]).await?.iter().map(profile_of).collect()
    }

    /// The value of a setting; null when it is not set.
    pub async fn setting_value(&self, name: &str) -> Result<Value> {
        read_setting(self.begin_read().await?.tx(), name).await
    }
}

async fn read_profile(tx: &mut StoreTransaction, name: &str) -> Result<Option<SavedProfile>> {
    let sql = "SELECT name, sha256, body, saved_at FROM profile WHERE name = $1";
    tx.fetch_row(sql, &[name.into()]).await?.as_ref().map(profile_of).transpose()
}

async fn read_setting(tx: &mut StoreTransaction, name: &str) -> Result<Value> {
    let row = tx.fetch_row("SELECT body FROM setting WHERE name = $1", &[name.into()]).await?;
    json_of(row.map(|row| row.get("body")).transpose()?, || format!("setting {name}"))
}

fn profile_of(row: &SqlRow) -> Result<SavedProfile> {
    Ok(SavedProfile {
        name: row.get("name")?,
        sha256: row.get("sha256")?,
        text: row.get("body")?,
        saved_at: time_of(&row.get::<String>("saved_at")?, "a profile")?,
    })
}

//! Profiles of imports, and settings of the workspace.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::activity::{json_of, time_of};
use crate::operation::{Change, Deed, Done};
use crate::sql::{Row, Tx};
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
pub struct Profile {
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

    async fn run(self, tx: &mut Tx, deed: Deed<'_>) -> Result<Done<bool>> {
        let old = profile(tx, self.name).await?;
        if old.as_ref().is_some_and(|old| old.text == self.text && old.sha256 == self.sha256) {
            return Ok(Done::nothing(false));
        }
        let sql = "INSERT INTO profile (name, sha256, body, saved_at) VALUES ($1, $2, $3, $4)
            ON CONFLICT (name) DO UPDATE SET sha256 = excluded.sha256, body = excluded.body, saved_at = excluded.saved_at";
        let now = deed.now.to_string();
        tx.run(sql, &[self.name.into(), self.sha256.into(), self.text.into(), (&now).into()]).await?;
        let before = old.map_or(Value::Null, |old| json!({ "sha256": old.sha256, "text": old.text }));
        let after = json!({ "sha256": self.sha256, "text": self.text });
        Ok(Done::changed(true, Change { kind: "profile", id: self.name.to_owned(), before, after }))
    }
}

impl Operation for SetSetting<'_> {
    type Output = bool;
    type Right = headway_access::ChangeSettings;
    const NAME: &'static str = "set setting";

    async fn run(self, tx: &mut Tx, _: Deed<'_>) -> Result<Done<bool>> {
        let before = setting(tx, self.name).await?;
        if before == *self.value {
            return Ok(Done::nothing(false));
        }
        if self.value.is_null() {
            tx.run("DELETE FROM setting WHERE name = $1", &[self.name.into()]).await?;
        } else {
            let sql = "INSERT INTO setting (name, body) VALUES ($1, $2)
                ON CONFLICT (name) DO UPDATE SET body = excluded.body";
            tx.run(sql, &[self.name.into(), (&self.value.to_string()).into()]).await?;
        }
        let change = Change { kind: "setting", id: self.name.to_owned(), before, after: self.value.clone() };
        Ok(Done::changed(true, change))
    }
}

impl Store {
    /// The import profile of this name.
    pub async fn profile(&self, name: &str) -> Result<Option<Profile>> {
        profile(self.read().await?.tx(), name).await
    }

    /// Every import profile, by name.
    pub async fn profiles(&self) -> Result<Vec<Profile>> {
        let sql = "SELECT name, sha256, body, saved_at FROM profile ORDER BY name";
        self.read().await?.rows(sql, &[]).await?.iter().map(profile_of).collect()
    }

    /// The value of a setting; null when it is not set.
    pub async fn setting(&self, name: &str) -> Result<Value> {
        setting(self.read().await?.tx(), name).await
    }
}

async fn profile(tx: &mut Tx, name: &str) -> Result<Option<Profile>> {
    let sql = "SELECT name, sha256, body, saved_at FROM profile WHERE name = $1";
    tx.row(sql, &[name.into()]).await?.as_ref().map(profile_of).transpose()
}

async fn setting(tx: &mut Tx, name: &str) -> Result<Value> {
    let row = tx.row("SELECT body FROM setting WHERE name = $1", &[name.into()]).await?;
    json_of(row.map(|row| row.get("body")).transpose()?, || format!("setting {name}"))
}

fn profile_of(row: &Row) -> Result<Profile> {
    Ok(Profile {
        name: row.get("name")?,
        sha256: row.get("sha256")?,
        text: row.get("body")?,
        saved_at: time_of(&row.get::<String>("saved_at")?, "a profile")?,
    })
}

//! Who did what, when; what was before and what is after.

use jiff::Timestamp;
use serde_json::Value;

use crate::operation::{ActivityEntry, OperationContext};
use crate::sql::{SqlRow, StoreTransaction};
use crate::{Result, Store, StoreError};

/// One change that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActivityRecord {
    /// Its number: 1, 2, 3, ... without a gap, in the order in which changes were made.
    pub number: i64,
    /// Who made it.
    pub who: String,
    /// When.
    pub at: Timestamp,
    /// Which operation (`load edition`).
    pub operation: String,
    /// What kind of thing was changed (`edition`, `places`, `import`, ...).
    pub subject_kind: String,
    /// Which one.
    pub subject_id: String,
}

/// A change with what was before and what is after; null where there was or is nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct ActivityDetail {
    /// The change.
    pub activity: ActivityRecord,
    /// What was before.
    pub before: Value,
    /// What is after.
    pub after: Value,
}

/// Which changes are wanted; everything when empty.
#[derive(Clone, Copy, Debug, Default)]
pub struct ActivityFilter<'a> {
    /// Of one kind of thing.
    pub subject_kind: Option<&'a str>,
    /// Of one thing.
    pub subject_id: Option<&'a str>,
    /// Only those before this number (the next page of a list).
    pub before: Option<i64>,
}

impl Store {
    /// The version of everything in the store: the number of changes made so far. A cache that was filled at this version
    /// holds until it changes. Costs one look at the end of an index.
    pub async fn version(&self) -> Result<i64> {
        current_version(self.begin_read().await?.tx()).await
    }

    /// The version of all that figures and plans are made from: the number of the last change of anything but people and their
    /// sessions. Signing in makes no page anew.
    pub async fn figures_version(&self) -> Result<i64> {
        // Word for word the condition of the index that the people's migration makes.
        let sql =
            "SELECT COALESCE(MAX(number), 0) AS number FROM activity WHERE subject_kind NOT IN ('person', 'session')";
        self.begin_read().await?.fetch_row(sql, &[]).await?.map_or(Ok(0), |row| row.get("number"))
    }

    /// Changes, newest first, at most `limit`.
    pub async fn list_activity(&self, filter: ActivityFilter<'_>, limit: u32) -> Result<Vec<ActivityRecord>> {
        let sql = "SELECT number, who, at, operation, subject_kind, subject_id FROM activity
            WHERE ($1 IS NULL OR subject_kind = $1) AND ($2 IS NULL OR subject_id = $2) AND number < $3
            ORDER BY number DESC LIMIT $4";
        let before = filter.before.unwrap_or(i64::MAX);
        let args = [filter.subject_kind.into(), filter.subject_id.into(), before.into(), i64::from(limit).into()];
        self.begin_read().await?.fetch_rows(sql, &args).await?.iter().map(activity_of).collect()
    }

    /// The latest time that any change says; `None` when nothing was changed yet. It is not that of the last change where a
    /// clock stood behind.
    pub async fn latest_change(&self) -> Result<Option<Timestamp>> {
        // Times as text are ordered as times, but for parts of one second.
        let row = self.begin_read().await?.fetch_row("SELECT MAX(at) AS at FROM activity", &[]).await?;
        let at = row.map_or(Ok(None), |row| row.get::<Option<String>>("at"))?;
        at.map(|at| time_of(&at, "an activity")).transpose()
    }

    /// One change, with what was before and after.
    pub async fn activity_detail(&self, number: i64) -> Result<Option<ActivityDetail>> {
        let sql = "SELECT number, who, at, operation, subject_kind, subject_id, before_json, after_json
            FROM activity WHERE number = $1";
        let Some(row) = self.begin_read().await?.fetch_row(sql, &[number.into()]).await? else { return Ok(None) };
        let side = |column| json_of(row.get::<Option<String>>(column)?, || format!("activity {number}"));
        Ok(Some(ActivityDetail {
            activity: activity_of(&row)?,
            before: side("before_json")?,
            after: side("after_json")?,
        }))
    }
}

pub(crate) async fn current_version(tx: &mut StoreTransaction) -> Result<i64> {
    let row = tx.fetch_row("SELECT COALESCE(MAX(number), 0) AS number FROM activity", &[]).await?;
    row.map_or(Ok(0), |row| row.get("number"))
}

/// Writes the activity row. Numbers have no gap because writers take turns.
pub(crate) async fn record_activity(
    tx: &mut StoreTransaction,
    deed: OperationContext<'_>,
    operation: &str,
    change: &ActivityEntry,
) -> Result<()> {
    let number = current_version(tx).await? + 1;
    let at = deed.now.to_string();
    let args = [
        number.into(),
        deed.who.name().into(),
        (&at).into(),
        operation.into(),
        change.kind.into(),
        (&change.id).into(),
        change.before.as_deref().into(),
        change.after.as_deref().into(),
    ];
    let sql = "INSERT INTO activity (number, who, at, operation, subject_kind, subject_id, before_json, after_json)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    tx.run_statement(sql, &args).await?;
    Ok(())
}

fn activity_of(row: &SqlRow) -> Result<ActivityRecord> {
    Ok(ActivityRecord {
        number: row.get("number")?,
        who: row.get("who")?,
        at: time_of(&row.get::<String>("at")?, "an activity")?,
        operation: row.get("operation")?,
        subject_kind: row.get("subject_kind")?,
        subject_id: row.get("subject_id")?,
    })
}

pub(crate) fn time_of(text: &str, what: &str) -> Result<Timestamp> {
    text.parse().map_err(|error| StoreError::broken_data(format!("the time of {what}"), error))
}

/// The JSON of a column that may be empty.
pub(crate) fn json_of(text: Option<String>, what: impl FnOnce() -> String) -> Result<Value> {
    text.map_or(Ok(Value::Null), |text| {
        serde_json::from_str(&text).map_err(|error| StoreError::broken_data(what(), error))
    })
}

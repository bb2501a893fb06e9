//! Plans and their editions.

use headway_access::AccessArea;
use headway_model::plan::{Agency, Edition, Plan};
use headway_model::{AgencyId, PlanId};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::activity::time_of;
use crate::operation::{ActivityChange, OperationContext, OperationResult};
use crate::plan_items::{KINDS, PlanItemRow, compare_items, put_together, take_apart};
use crate::sql::{SqlArg, SqlRow, StoreTransaction, row_placeholders};
use crate::{Operation, Result, Store, StoreError};

/// Loads an edition of a plan; the same edition that is there already is replaced.
#[derive(Clone, Copy, Debug)]
pub struct LoadEdition<'a> {
    /// The plan, with its agency and edition.
    pub plan: &'a Plan,
}

/// Takes an edition away, with everything that it lists (it was loaded under a wrong name). The activity row keeps it.
#[derive(Clone, Copy, Debug)]
pub struct RemoveEdition<'a> {
    /// The agency's id.
    pub agency: &'a str,
    /// The plan's id.
    pub plan: &'a str,
    /// The edition.
    pub edition: &'a str,
}

/// What loading an edition did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoadedEdition {
    /// Whether it was new.
    pub outcome: LoadOutcome,
    /// Items that were not in the edition before.
    pub added: usize,
    /// Items that say something else now.
    pub changed: usize,
    /// Items that are not in the edition any more.
    pub removed: usize,
    /// Items that are as they were.
    pub same: usize,
}

/// Whether an edition was new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoadOutcome {
    /// There was no such edition.
    Added,
    /// There was, and it differed.
    Replaced,
    /// There was, and it is the same: nothing was written.
    Unchanged,
}

/// Which edition of a plan.
#[derive(Clone, Copy, Debug)]
pub enum EditionChoice<'a> {
    /// The one of this name.
    Edition(&'a str),
    /// The one in force on a day: the latest that is not dated after it.
    AsOf(Date),
    /// The latest, whatever its date.
    Newest,
}

/// An edition in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditionRow {
    /// The agency's id.
    pub agency: AgencyId,
    /// The plan's id.
    pub plan: PlanId,
    /// The edition.
    pub edition: String,
    /// When it was loaded.
    pub loaded_at: Timestamp,
    /// By whom.
    pub loaded_by: String,
    /// How many items it lists.
    pub items: i64,
}

impl Operation for LoadEdition<'_> {
    type Output = LoadedEdition;
    type Right = headway_access::EditPlan;
    const NAME: &'static str = "load edition";

    fn area(&self) -> Option<AccessArea> {
        Some(AccessArea::of_agency(&self.plan.agency.id))
    }

    async fn run_operation(
        self,
        tx: &mut StoreTransaction,
        deed: OperationContext<'_>,
    ) -> Result<OperationResult<LoadedEdition>> {
        let plan = self.plan;
        let key = EditionKey { agency: &plan.agency.id, plan: &plan.plan.id, edition: &plan.plan.edition };
        check_plan(plan)?;
        let new = take_apart(plan)?;
        let old = read_header(tx, key).await?;
        let old_items = if old.is_some() { read_items(tx, key).await? } else { Vec::new() };
        let difference = compare_items(&old_items, &new);
        let mut loaded = LoadedEdition {
            outcome: if old.is_some() { LoadOutcome::Replaced } else { LoadOutcome::Added },
            added: difference.added,
            changed: difference.changed,
            removed: difference.removed,
            same: difference.same,
        };
        if old
            .as_ref()
            .is_some_and(|(agency, edition)| *agency == plan.agency && *edition == plan.plan && old_items == new)
        {
            loaded.outcome = LoadOutcome::Unchanged;
            return Ok(OperationResult::without_change(loaded));
        }
        name_agency(tx, plan).await?;
        delete_edition(tx, key).await?;
        insert_edition(tx, plan, deed, &new).await?;
        let before = match &old {
            Some((agency, edition)) => json!({ "agency": agency, "plan": edition, "items": difference.before }),
            None => Value::Null,
        };
        let after = json!({ "agency": plan.agency, "plan": plan.plan, "items": difference.after });
        Ok(OperationResult::with_change(loaded, ActivityChange { kind: "edition", id: key.key_text(), before, after }))
    }
}

impl Operation for RemoveEdition<'_> {
    type Output = ();
    type Right = headway_access::EditPlan;
    const NAME: &'static str = "remove edition";

    fn area(&self) -> Option<AccessArea> {
        Some(AccessArea::Agency { agency: self.agency.into() })
    }

    async fn run_operation(self, tx: &mut StoreTransaction, _: OperationContext<'_>) -> Result<OperationResult<()>> {
        let key = EditionKey { agency: self.agency, plan: self.plan, edition: self.edition };
        let Some((agency, edition)) = read_header(tx, key).await? else {
            let [agency, plan, edition] = [key.agency, key.plan, key.edition].map(str::to_owned);
            return Err(StoreError::NoSuchEdition { agency, plan, edition });
        };
        let gone = compare_items(&read_items(tx, key).await?, &[]);
        delete_edition(tx, key).await?;
        let before = json!({ "agency": agency, "plan": edition, "items": gone.before });
        Ok(OperationResult::with_change(
            (),
            ActivityChange { kind: "edition", id: key.key_text(), before, after: Value::Null },
        ))
    }
}

impl Store {
    /// Every agency, as its newest edition names it.
    pub async fn all_agencies(&self) -> Result<Vec<Agency>> {
        let rows = self.begin_read().await?.fetch_rows("SELECT body FROM agency ORDER BY id", &[]).await?;
        rows.iter().map(|row| body_of(row, "body", "an agency")).collect()
    }

    /// Every edition, by agency and plan, oldest first.
    pub async fn all_editions(&self) -> Result<Vec<EditionRow>> {
        let sql = "SELECT e.agency, e.plan, e.edition, e.loaded_at, e.loaded_by, COUNT(i.id) AS items
            FROM plan_edition e LEFT JOIN plan_item i USING (agency, plan, edition)
            GROUP BY e.agency, e.plan, e.edition, e.loaded_at, e.loaded_by ORDER BY e.agency, e.plan, e.edition";
        let rows = self.begin_read().await?.fetch_rows(sql, &[]).await?;
        rows.iter().map(edition_of).collect()
    }

    /// An edition of a plan, as it was loaded. `None` when there is no such plan or edition.
    pub async fn find_plan(&self, agency: &str, plan: &str, when: EditionChoice<'_>) -> Result<Option<Plan>> {
        let mut reading = self.begin_read().await?;
        let sql = match when {
            EditionChoice::Edition(_) => {
                "SELECT edition FROM plan_edition WHERE agency = $1 AND plan = $2 AND edition = $3"
            }
            // `2012` and `2012-12` stand before every day of theirs, as texts do.
            EditionChoice::AsOf(_) => {
                "SELECT edition FROM plan_edition WHERE agency = $1 AND plan = $2 AND edition <= $3
                 ORDER BY edition DESC LIMIT 1"
            }
            EditionChoice::Newest => {
                "SELECT edition FROM plan_edition WHERE agency = $1 AND plan = $2 AND $3 = ''
                 ORDER BY edition DESC LIMIT 1"
            }
        };
        let which = match when {
            EditionChoice::Edition(edition) => edition.to_owned(),
            EditionChoice::AsOf(day) => day.to_string(),
            EditionChoice::Newest => String::new(),
        };
        let Some(row) = reading.fetch_row(sql, &[agency.into(), plan.into(), (&which).into()]).await? else {
            return Ok(None);
        };
        let edition: String = row.get("edition")?;
        read_plan(reading.tx(), EditionKey { agency, plan, edition: &edition }).await
    }

    /// The edition in force on `as_of` of every plan of every agency.
    pub async fn current_plans(&self, as_of: Date) -> Result<Vec<Plan>> {
        let mut reading = self.begin_read().await?;
        let sql = "SELECT agency, plan, MAX(edition) AS edition FROM plan_edition WHERE edition <= $1
            GROUP BY agency, plan ORDER BY agency, plan";
        let mut plans = Vec::new();
        for row in reading.fetch_rows(sql, &[(&as_of.to_string()).into()]).await? {
            let [agency, plan, edition] = [row.get::<String>("agency")?, row.get("plan")?, row.get("edition")?];
            let key = EditionKey { agency: &agency, plan: &plan, edition: &edition };
            plans.extend(read_plan(reading.tx(), key).await?);
        }
        Ok(plans)
    }
}

#[derive(Clone, Copy)]
struct EditionKey<'a> {
    agency: &'a str,
    plan: &'a str,
    edition: &'a str,
}

impl EditionKey<'_> {
    fn key_text(self) -> String {
        format!("{}/{}@{}", self.agency, self.plan, self.edition)
    }
}

/// What may never be saved: an edition without a date, a measure without a direction (invariant 9).
fn check_plan(plan: &Plan) -> Result<()> {
    let edition = &plan.plan.edition;
    let day = match edition.len() {
        4 => format!("{edition}-01-01"),
        7 => format!("{edition}-01"),
        _ => edition.clone(),
    };
    if day.parse::<Date>().is_err() || day.len() != 10 {
        return Err(StoreError::EditionName { edition: edition.clone() });
    }
    let measures: Vec<_> =
        plan.measures.iter().filter(|m| m.direction.is_none()).map(|measure| measure.id.clone()).collect();
    if measures.is_empty() { Ok(()) } else { Err(StoreError::NoDirection { measures }) }
}

/// The agency is called what its newest edition calls it; an older edition that is loaded later does not rename it.
async fn name_agency(tx: &mut StoreTransaction, plan: &Plan) -> Result<()> {
    let body = text_of(&plan.agency);
    let sql = "INSERT INTO agency (id, body) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET body = excluded.body
        WHERE NOT EXISTS (SELECT 1 FROM plan_edition WHERE agency = $1 AND edition > $3)";
    tx.run_statement(sql, &[(&plan.agency.id).into(), (&body).into(), (&plan.plan.edition).into()]).await?;
    Ok(())
}

async fn delete_edition(tx: &mut StoreTransaction, key: EditionKey<'_>) -> Result<()> {
    let args = [key.agency.into(), key.plan.into(), key.edition.into()];
    tx.run_statement("DELETE FROM plan_item WHERE agency = $1 AND plan = $2 AND edition = $3", &args).await?;
    tx.run_statement("DELETE FROM plan_edition WHERE agency = $1 AND plan = $2 AND edition = $3", &args).await?;
    Ok(())
}

async fn insert_edition(
    tx: &mut StoreTransaction,
    plan: &Plan,
    deed: OperationContext<'_>,
    items: &[PlanItemRow],
) -> Result<()> {
    let [agency, name, edition] = [plan.agency.id.as_str(), plan.plan.id.as_str(), plan.plan.edition.as_str()];
    let (agency_body, body, now) = (text_of(&plan.agency), text_of(&plan.plan), deed.now.to_string());
    let sql = "INSERT INTO plan_edition (agency, plan, edition, agency_body, body, loaded_at, loaded_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let args = [agency, name, edition, &agency_body, &body, &now].map(Into::into);
    let mut args = args.to_vec();
    args.push(deed.who.name().into());
    tx.run_statement(sql, &args).await?;
    for chunk in items.chunks(200) {
        let bodies: Vec<_> = chunk.iter().map(|item| item.body.to_string()).collect();
        let mut args = Vec::with_capacity(chunk.len() * 8);
        for (item, body) in chunk.iter().zip(&bodies) {
            args.extend::<[SqlArg<'_>; 4]>([agency.into(), name.into(), edition.into(), item.kind.into()]);
            args.extend::<[SqlArg<'_>; 4]>([
                (&item.parent).into(),
                (&item.id).into(),
                item.position.into(),
                body.into(),
            ]);
        }
        let sql = format!(
            "INSERT INTO plan_item (agency, plan, edition, kind, parent, id, position, body) VALUES {}",
            row_placeholders(chunk.len(), 8)
        );
        tx.run_statement(sqlx::AssertSqlSafe(sql), &args).await?;
    }
    Ok(())
}

async fn read_plan(tx: &mut StoreTransaction, key: EditionKey<'_>) -> Result<Option<Plan>> {
    let Some((agency, edition)) = read_header(tx, key).await? else { return Ok(None) };
    Ok(Some(put_together(agency, edition, read_items(tx, key).await?)?))
}

async fn read_header(tx: &mut StoreTransaction, key: EditionKey<'_>) -> Result<Option<(Agency, Edition)>> {
    let sql = "SELECT agency_body, body FROM plan_edition WHERE agency = $1 AND plan = $2 AND edition = $3";
    let row = tx.fetch_row(sql, &[key.agency.into(), key.plan.into(), key.edition.into()]).await?;
    row.map(|row| Ok((body_of(&row, "agency_body", "an agency")?, body_of(&row, "body", "an edition")?))).transpose()
}

async fn read_items(tx: &mut StoreTransaction, key: EditionKey<'_>) -> Result<Vec<PlanItemRow>> {
    let sql = "SELECT kind, parent, id, position, body FROM plan_item
        WHERE agency = $1 AND plan = $2 AND edition = $3 ORDER BY position";
    let rows = tx.fetch_rows(sql, &[key.agency.into(), key.plan.into(), key.edition.into()]).await?;
    rows.iter().map(item_of).collect()
}

fn item_of(row: &SqlRow) -> Result<PlanItemRow> {
    let written: String = row.get("kind")?;
    let kind = KINDS.into_iter().find(|kind| *kind == written);
    let kind = kind.ok_or_else(|| StoreError::broken_data("a plan", format!("an item of unknown kind “{written}”")))?;
    let body = body_of(row, "body", kind)?;
    Ok(PlanItemRow { kind, parent: row.get("parent")?, id: row.get("id")?, position: row.get("position")?, body })
}

fn edition_of(row: &SqlRow) -> Result<EditionRow> {
    Ok(EditionRow {
        agency: row.get::<String>("agency")?.into(),
        plan: row.get::<String>("plan")?.into(),
        edition: row.get("edition")?,
        loaded_at: time_of(&row.get::<String>("loaded_at")?, "an edition")?,
        loaded_by: row.get("loaded_by")?,
        items: row.get("items")?,
    })
}

fn text_of(body: &impl serde::Serialize) -> String {
    serde_json::to_string(body).expect("a plan's types have text keys and no failing serializer")
}

pub(crate) fn body_of<T: DeserializeOwned>(row: &SqlRow, column: &str, what: &str) -> Result<T> {
    serde_json::from_str(row.get(column)?).map_err(|error| StoreError::broken_data(what, error))
}

//! Roles that people were granted.

use headway_access::{AccessArea, ManagePeople, PartKind, PersonRole, PlanPart, RoleGrant};
use headway_model::PersonId;
use serde_json::{Value, json};

use super::persons::open_person;
use super::{PERSON, maybe_time_in, next_number, time_in};
use crate::operation::{ActivityChange, OperationContext, OperationResult};
use crate::sql::{SqlArg, SqlRow, StoreTransaction};
use crate::{Operation, Result, Store, StoreError};

/// Grants a role. Gives its number; that of the row that grants it already, where there is one.
#[derive(Clone, Copy, Debug)]
pub struct GrantRole<'a> {
    /// To whom.
    pub person: &'a PersonId,
    /// Which.
    pub role: PersonRole,
    /// Where.
    pub area: &'a AccessArea,
}

/// Ends a role that was granted. Gives whether it still held.
#[derive(Clone, Copy, Debug)]
pub struct EndGrant {
    /// Its number.
    pub number: i64,
}

impl Operation for GrantRole<'_> {
    type Output = i64;
    type Right = ManagePeople;
    const NAME: &'static str = "grant role";

    fn area(&self) -> Option<AccessArea> {
        Some(self.area.clone())
    }

    async fn run_operation(
        self,
        tx: &mut StoreTransaction,
        deed: OperationContext<'_>,
    ) -> Result<OperationResult<i64>> {
        open_person(tx, self.person).await?;
        let held = grants_of(tx, Some(self.person)).await?;
        let same = |grant: &&RoleGrant| grant.ended_at.is_none() && grant.role == self.role && grant.area == *self.area;
        if let Some(grant) = held.iter().find(same) {
            return Ok(OperationResult::without_change(grant.number));
        }
        let number = insert_grant(tx, deed, self.person, self.role, self.area).await?;
        let after = json!({ "grant": number, "role": self.role, "area": self.area });
        let change = ActivityChange { kind: PERSON, id: self.person.to_string(), before: Value::Null, after };
        Ok(OperationResult::with_change(number, change))
    }
}

impl Operation for EndGrant {
    type Output = bool;
    type Right = ManagePeople;
    const NAME: &'static str = "end role";

    fn area(&self) -> Option<AccessArea> {
        None // held against the row below
    }

    async fn run_operation(
        self,
        tx: &mut StoreTransaction,
        deed: OperationContext<'_>,
    ) -> Result<OperationResult<bool>> {
        let grant = grants_of(tx, None).await?.into_iter().find(|grant| grant.number == self.number);
        let Some(grant) = grant else { return Err(StoreError::NoSuchGrant { number: self.number }) };
        if !deed.area.includes(&grant.area) {
            return Err(StoreError::Outside { asked: grant.area, held: deed.area.clone() });
        }
        if grant.ended_at.is_some() {
            return Ok(OperationResult::without_change(false));
        }
        let now = deed.now.to_string();
        let sql = "UPDATE role_grant SET ended_at = $1, ended_by = $2 WHERE number = $3";
        tx.run_statement(sql, &[(&now).into(), deed.who.name().into(), self.number.into()]).await?;
        let before = json!({ "grant": grant.number, "role": grant.role, "area": grant.area });
        let change =
            ActivityChange { kind: PERSON, id: grant.person.to_string(), before, after: json!({ "ended_at": now }) };
        Ok(OperationResult::with_change(true, change))
    }
}

impl Store {
    /// Every role that a person was granted, or that anybody was; those that ended too.
    pub async fn role_grants(&self, person: Option<&PersonId>) -> Result<Vec<RoleGrant>> {
        grants_of(self.begin_read().await?.tx(), person).await
    }
}

/// Writes a role, if it can be granted there.
pub(super) async fn insert_grant(
    tx: &mut StoreTransaction,
    deed: OperationContext<'_>,
    person: &PersonId,
    role: PersonRole,
    area: &AccessArea,
) -> Result<i64> {
    if !role.fits(area) {
        return Err(StoreError::RoleElsewhere { role, area: area.clone() });
    }
    let number = next_number(tx, "role_grant").await?;
    let (place, part) = match area {
        AccessArea::Place { place, .. } => (Some(place.as_str()), None),
        AccessArea::Part { part, .. } => (None, Some(part)),
        AccessArea::Workspace | AccessArea::Agency { .. } => (None, None),
    };
    let now = deed.now.to_string();
    let args: [SqlArg<'_>; 9] = [
        number.into(),
        person.as_str().into(),
        role.id().into(),
        area.agency().map(|agency| agency.as_str()).into(),
        place.into(),
        part.map(|part| part.kind.id()).into(),
        part.map(|part| part.id.as_str()).into(),
        (&now).into(),
        deed.who.name().into(),
    ];
    let sql = "INSERT INTO role_grant (number, person, role, agency, place, part_kind, part, granted_at, granted_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    tx.run_statement(sql, &args).await?;
    Ok(number)
}

/// Refuses to touch the account of somebody who has, or had, roles outside of the permit's area: who can set another's password
/// can do what she can.
pub(super) async fn check_reach(
    tx: &mut StoreTransaction,
    deed: OperationContext<'_>,
    person: &PersonId,
) -> Result<()> {
    let outside = grants_of(tx, Some(person)).await?.into_iter().find(|grant| !deed.area.includes(&grant.area));
    outside.map_or(Ok(()), |grant| Err(StoreError::Outside { asked: grant.area, held: deed.area.clone() }))
}

pub(super) async fn grants_of(tx: &mut StoreTransaction, person: Option<&PersonId>) -> Result<Vec<RoleGrant>> {
    let sql = "SELECT number, person, role, agency, place, part_kind, part, granted_at, granted_by, ended_at, ended_by
        FROM role_grant WHERE ($1 IS NULL OR person = $1) ORDER BY number";
    tx.fetch_rows(sql, &[person.map(|person| person.as_str()).into()]).await?.iter().map(grant_in).collect()
}

fn grant_in(row: &SqlRow) -> Result<RoleGrant> {
    let number: i64 = row.get("number")?;
    let role: String = row.get("role")?;
    let what = || format!("role grant {number}");
    Ok(RoleGrant {
        number,
        person: row.get::<String>("person")?.into(),
        role: PersonRole::from_id(&role)
            .ok_or_else(|| StoreError::broken_data(what(), format!("unknown role “{role}”")))?,
        area: area_in(row)?.ok_or_else(|| StoreError::broken_data(what(), "where it holds"))?,
        granted_at: time_in(row, "granted_at")?,
        granted_by: row.get("granted_by")?,
        ended_at: maybe_time_in(row, "ended_at")?,
        ended_by: row.get("ended_by")?,
    })
}

/// `None` where the columns fit no area.
fn area_in(row: &SqlRow) -> Result<Option<AccessArea>> {
    let text = |column: &str| row.get::<Option<String>>(column);
    Ok(match (text("agency")?, text("place")?, text("part_kind")?, text("part")?) {
        (None, None, None, None) => Some(AccessArea::Workspace),
        (Some(agency), None, None, None) => Some(AccessArea::Agency { agency: agency.into() }),
        (Some(agency), Some(place), None, None) => {
            Some(AccessArea::Place { agency: agency.into(), place: place.into() })
        }
        (Some(agency), None, Some(kind), Some(id)) => {
            PartKind::from_id(&kind).map(|kind| AccessArea::Part { agency: agency.into(), part: PlanPart { kind, id } })
        }
        _ => None,
    })
}

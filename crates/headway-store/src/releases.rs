//! What was published, release by release: what the public saw once, it knows.

use headway_access::AccessArea;
use headway_model::{AgencyId, MeasureId};
use jiff::civil::Date;
use serde_json::{Value, json};

use crate::activity::json_of;
use crate::operation::{ActivityChange, OperationContext, OperationResult};
use crate::sql::{SqlRow, StoreTransaction};
use crate::{Operation, Result, Store, StoreError};

/// Keeps what a release told, before it goes out. Refused when another release of the agency came in between.
#[derive(Clone, Debug)]
pub struct RecordRelease<'a> {
    /// The agency.
    pub agency: &'a str,
    /// Its number: one more than the agency's last.
    pub number: u32,
    /// The day on which it was made.
    pub made_on: Date,
    /// The day as of which the figures were known.
    pub as_of: Date,
    /// Rules and counts, for people.
    pub summary: &'a Value,
    /// What a reader could take for sums on its day, in the publishing step's own words.
    pub sums: &'a Value,
    /// For each measure what was told and hidden, in the lines of the publishing step.
    pub cells: &'a [(MeasureId, String)],
}

/// A release that went out.
#[derive(Clone, Debug, PartialEq)]
pub struct ReleaseRow {
    /// The agency.
    pub agency: AgencyId,
    /// Its number.
    pub number: u32,
    /// The day on which it was made.
    pub made_on: Date,
    /// The day as of which the figures were known.
    pub as_of: Date,
    /// When it was taken down.
    pub recorded_at: String,
    /// Rules and counts.
    pub summary: Value,
    /// What a reader could take for sums on its day; null where an older program did not take it down.
    pub sums: Value,
}

impl Operation for RecordRelease<'_> {
    type Output = ();
    type Right = headway_access::PublishRelease;
    const NAME: &'static str = "record release";

    fn area(&self) -> Option<AccessArea> {
        Some(AccessArea::Agency { agency: self.agency.into() })
    }

    async fn run_operation(self, tx: &mut StoreTransaction, deed: OperationContext<'_>) -> Result<OperationResult<()>> {
        let last = last_number(tx, self.agency).await?;
        if last + 1 != self.number {
            return Err(StoreError::ReleaseInBetween { agency: self.agency.to_owned(), number: self.number, last });
        }
        let sql = "INSERT INTO public_release (agency, number, made_on, as_of, summary, recorded_at, recorded_by, sums)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        let (made_on, as_of) = (self.made_on.to_string(), self.as_of.to_string());
        let (summary, sums, now) = (self.summary.to_string(), self.sums.to_string(), deed.now.to_string());
        let args = [
            self.agency.into(),
            i64::from(self.number).into(),
            (&made_on).into(),
            (&as_of).into(),
            (&summary).into(),
            (&now).into(),
            deed.who.name().into(),
            (&sums).into(),
        ];
        tx.run_statement(sql, &args).await?;
        for (measure, body) in self.cells {
            let sql = "INSERT INTO public_release_cells (agency, number, measure, body) VALUES ($1, $2, $3, $4)";
            tx.run_statement(sql, &[self.agency.into(), i64::from(self.number).into(), measure.into(), body.into()])
                .await?;
        }
        let after = json!({ "made_on": made_on, "as_of": as_of, "summary": self.summary });
        let id = format!("{} {}", self.agency, self.number);
        Ok(OperationResult::with_change((), ActivityChange { kind: "release", id, before: Value::Null, after }))
    }
}

impl Store {
    /// The releases of an agency, oldest first.
    pub async fn agency_releases(&self, agency: &str) -> Result<Vec<ReleaseRow>> {
        let sql = "SELECT agency, number, made_on, as_of, recorded_at, summary, sums FROM public_release
            WHERE agency = $1 ORDER BY number";
        self.begin_read().await?.fetch_rows(sql, &[agency.into()]).await?.iter().map(release_of).collect()
    }

    /// The releases of all agencies, in the order in which they were taken down.
    pub async fn all_releases(&self) -> Result<Vec<ReleaseRow>> {
        let sql = "SELECT agency, number, made_on, as_of, recorded_at, summary, sums FROM public_release
            ORDER BY recorded_at, agency, number";
        self.begin_read().await?.fetch_rows(sql, &[]).await?.iter().map(release_of).collect()
    }

    /// What a release told, by measure.
    pub async fn release_cells(&self, agency: &str, release: u32) -> Result<Vec<(MeasureId, String)>> {
        let sql = "SELECT measure, body FROM public_release_cells WHERE agency = $1 AND number = $2 ORDER BY measure";
        let rows = self.begin_read().await?.fetch_rows(sql, &[agency.into(), i64::from(release).into()]).await?;
        rows.iter().map(|row| Ok((row.get::<String>("measure")?.into(), row.get("body")?))).collect()
    }
}

fn release_of(row: &SqlRow) -> Result<ReleaseRow> {
    let (agency, number): (String, u32) = (row.get("agency")?, release_number(row.get("number")?)?);
    let what = || format!("release {number} of {agency}");
    let day = |column: &str| -> Result<Date> {
        row.get::<String>(column)?.parse().map_err(|error| StoreError::broken_data(what(), error))
    };
    let summary = json_of(Some(row.get("summary")?), what)?;
    let sums = json_of(row.get("sums")?, what)?;
    let (made_on, as_of) = (day("made_on")?, day("as_of")?);
    Ok(ReleaseRow {
        made_on,
        as_of,
        recorded_at: row.get("recorded_at")?,
        summary,
        sums,
        agency: agency.into(),
        number,
    })
}

async fn last_number(tx: &mut StoreTransaction, agency: &str) -> Result<u32> {
    let sql = "SELECT COALESCE(MAX(number), 0) AS number FROM public_release WHERE agency = $1";
    let row = tx.fetch_row(sql, &[agency.into()]).await?;
    release_number(row.map_or(Ok(0), |row| row.get("number"))?)
}

fn release_number(stored: i64) -> Result<u32> {
    u32::try_from(stored).map_err(|_| StoreError::broken_data("a release".to_owned(), "its number is out of range"))
}

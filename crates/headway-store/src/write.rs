//! The one write path (invariant 6).

use jiff::Timestamp;

use crate::operation::{Actor, Operation, OperationContext};
use crate::{Result, Store, activity};

impl Store {
    /// Does `operation` for `who` at `now`, in one transaction with its activity row: both are there afterwards, or
    /// neither is. Writers take turns.
    ///
    /// # Errors
    /// What the operation refuses, [`Error::Busy`] when another writer does not finish, or what the database says.
    pub async fn write<O: Operation>(&self, who: &Actor, now: Timestamp, operation: O) -> Result<O::Output> {
        let mut tx = self.begin_write().await?;
        let done = match operation.run_operation(&mut tx, OperationContext { who, now }).await {
            Ok(done) => done,
            Err(error) => {
                // A database that is out of room has taken everything back by itself, and then refuses to do it again: what is
                // told is why the operation failed.
                let _ = tx.rollback().await;
                return Err(error.with_store_name(self.database_location()));
            }
        };
        let Some(change) = done.change else {
            tx.rollback().await?;
            return Ok(done.output);
        };
        let recorded = activity::record_activity(&mut tx, OperationContext { who, now }, O::NAME, &change).await;
        recorded.map_err(|error| error.with_store_name(self.database_location()))?;
        tx.commit().await.map_err(|error| error.with_store_name(self.database_location()))?;
        Ok(done.output)
    }
}

//! The one write path (invariant 6).

use headway_access::Permit;
use jiff::Timestamp;

use crate::operation::{Actor, Operation, OperationContext};
use crate::{Result, Store, StoreError, activity};

impl Store {
    /// Does `operation` at `now` for whoever the permit was given to, in one transaction with its activity row: both are there
    /// afterwards, or neither is. Writers take turns.
    ///
    /// # Errors
    /// [`StoreError::Outside`] when the permit does not hold there, what the operation refuses, [`StoreError::Busy`] when another writer does
    /// not finish, or what the database says.
    pub async fn write<O: Operation>(
        &self,
        permit: &Permit<O::Right>,
        now: Timestamp,
        operation: O,
    ) -> Result<O::Output> {
        if let Some(asked) = operation.area().filter(|asked| !permit.area().includes(asked)) {
            return Err(StoreError::Outside { asked, held: permit.area().clone() });
        }
        let who = &Actor::of(permit);
        let deed = OperationContext { who, now, area: permit.area(), person: permit.person() };
        let mut tx = self.begin_write().await?;
        let done = match operation.run_operation(&mut tx, deed).await {
            Ok(done) => done,
            Err(error) => {
                // A database that is out of room has taken everything back by itself, and then refuses to do it again: what is
                // told is why the operation failed.
                let _ = tx.rollback().await;
                return Err(error.with_store_name(self.database_location()));
            }
        };
        let Some(change) = done.change else {
            let ended = if done.noted { tx.commit().await } else { tx.rollback().await };
            ended.map_err(|error| error.with_store_name(self.database_location()))?;
            return Ok(done.output);
        };
        let recorded = activity::record_activity(&mut tx, deed, O::NAME, &change).await;
        recorded.map_err(|error| error.with_store_name(self.database_location()))?;
        tx.commit().await.map_err(|error| error.with_store_name(self.database_location()))?;
        Ok(done.output)
    }
}

//! The one write path (invariant 6).

use headway_access::Permit;
use jiff::Timestamp;

use crate::operation::{Deed, Operation, Who};
use crate::{Error, Result, Store, activity};

impl Store {
    /// Does `operation` at `now` for whoever the permit was given to, in one transaction with its activity row: both are there
    /// afterwards, or neither is. Writers take turns.
    ///
    /// # Errors
    /// [`Error::Outside`] when the permit does not hold there, what the operation refuses, [`Error::Busy`] when another writer does
    /// not finish, or what the database says.
    pub async fn write<O: Operation>(
        &self,
        permit: &Permit<O::Right>,
        now: Timestamp,
        operation: O,
    ) -> Result<O::Output> {
        if let Some(asked) = operation.area().filter(|asked| !permit.area().includes(asked)) {
            return Err(Error::Outside { asked, held: permit.area().clone() });
        }
        let who = &Who::of(permit);
        let deed = Deed { who, now, area: permit.area(), person: permit.person() };
        let mut tx = self.begin_write().await?;
        let done = match operation.run(&mut tx, deed).await {
            Ok(done) => done,
            Err(error) => {
                // A database that is out of room has taken everything back by itself, and then refuses to do it again: what is
                // told is why the operation failed.
                let _ = tx.rollback().await;
                return Err(error.at(self.place()));
            }
        };
        let Some(change) = done.change else {
            let ended = if done.noted { tx.commit().await } else { tx.rollback().await };
            ended.map_err(|error| error.at(self.place()))?;
            return Ok(done.output);
        };
        let recorded = activity::record(&mut tx, deed, O::NAME, &change).await;
        recorded.map_err(|error| error.at(self.place()))?;
        tx.commit().await.map_err(|error| error.at(self.place()))?;
        Ok(done.output)
    }
}

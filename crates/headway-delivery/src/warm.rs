//! Getting ready before anybody asks: what the first question of a day would otherwise wait for.

use std::collections::HashSet;

use jiff::civil::Date;

use crate::{Headway, Result};

impl Headway {
    /// Reads and judges every measure of the plans in force as of a day, and learns what its panels teach (odds, signals),
    /// series of all students first. The pages answer meanwhile; what is ready is kept with the snapshot of that day.
    ///
    /// # Errors
    /// When a store can't be read.
    pub async fn warm(&self, as_of: Date) -> Result<()> {
        let snapshot = self.snapshot(as_of).await?;
        for agency in &snapshot.book.agencies {
            snapshot.home(&agency.agency.id).await?;
        }
        let measures: Vec<_> = snapshot.book.measures().filter(|(_, m)| m.current).map(|(_, m)| m).collect();
        for all_students in [true, false] {
            for planned in &measures {
                let scored = snapshot.scored(&planned.measure.id).await?;
                let snapshot = std::sync::Arc::clone(&snapshot);
                // The panels take a while of pure computing: not on the threads that answer requests.
                let learn = move || {
                    let mut seen = HashSet::new();
                    for series in 0..scored.len() {
                        let (group, grade, _) = scored.key(series);
                        let kin = (scored.level(series), group, grade);
                        if (group == headway_model::ALL) == all_students
                            && scored.distance(series).is_some()
                            && seen.insert(kin)
                        {
                            snapshot.row(&scored, series, None)?;
                        }
                    }
                    Ok::<(), crate::Error>(())
                };
                tokio::task::spawn_blocking(learn).await.expect("judging does not panic")?;
            }
        }
        Ok(())
    }
}

//! What is said of some places only, read by their ids: a nation has a million, and a question about one need not wait for all.

use std::collections::{BTreeSet, HashMap};

use headway_model::{PlaceId, SaidPlace, VintageId, said_outside};
use headway_store::Store;
use jiff::civil::Date;

use super::Snapshot;
use crate::Result;

/// From the place up to its nation there are not more than so many steps.
const DEEPEST: usize = 8;

impl Snapshot {
    /// What is said of a place, of every place that it was ever said to belong to, and of those that it merged with or was made of.
    /// With the ids that were asked for.
    pub(super) async fn said_of_path(&self, store: &Store, place: &str) -> Result<(Vec<SaidPlace>, BTreeSet<PlaceId>)> {
        let (mut all, mut asked) = (Vec::new(), BTreeSet::new());
        let mut next = store.places_naming(place, self.as_of).await?;
        next.push(place.into());
        for _ in 0..DEEPEST {
            next.retain(|id| !asked.contains(id));
            if next.is_empty() {
                break;
            }
            let said = self.said_of(store, &next).await?;
            asked.extend(next);
            let named = |said: &SaidPlace| {
                let statement = &said.statement;
                let life = &statement.life;
                let others =
                    (statement.place == place).then(|| life.into.iter().chain(&life.out_of)).into_iter().flatten();
                others.chain(&statement.parent).cloned().collect::<Vec<_>>()
            };
            next = said.iter().flat_map(named).collect();
            next.sort_unstable();
            next.dedup();
            all.extend(said);
        }
        Ok((all, asked))
    }

    /// What is said of these places.
    pub(super) async fn said_of(&self, store: &Store, places: &[PlaceId]) -> Result<Vec<SaidPlace>> {
        let known: HashMap<VintageId, Date> =
            self.imports.iter().map(|i| (i.vintage.id, i.vintage.known_from)).collect();
        let outside = store.places_of(places).await?.into_iter().map(said_outside);
        let stated = store.statements_of(places, self.as_of).await?;
        let by_imports = stated.into_iter().filter_map(|stored| {
            let by = (self.ranks.rank_of(stored.import)?, *known.get(&stored.import)?);
            Some(SaidPlace { by: Some(by), statement: stored.statement })
        });
        Ok(outside.chain(by_imports).collect())
    }
}

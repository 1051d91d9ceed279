//! The end of a pass over everything: what it did not list is gone.
//!
//! A pass over content has moved the read time of everything that it listed, so what lies before its
//! beginning was not listed. A pass over ids has written nothing: whoever made it knows what it listed.
//! Either way rows go in chunks, and an idle sweep only reads.

use super::entity::tombstones;
use super::store::{Store, db};
use super::table::{self, Mirrored, Table};
use super::upsert::{IDS, column, remove_all};
use portico_contract::{Kind, Result};
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;
use uuid::Uuid;

/// Keys that are looked through at a time.
const KEYS: u64 = 20_000;

/// A finished pass over a backend's rows.
#[derive(Debug, Clone, Copy)]
pub struct Sweep {
    pub backend: Uuid,
    /// Rows that were read after this stay.
    pub began: i64,
}

impl Store {
    /// Ends a pass over content: rows of these kinds that it did not list, and that no later read has
    /// confirmed, are gone. Returns how many there were.
    pub async fn sweep(&self, sweep: Sweep, kinds: &[Kind]) -> Result<usize> {
        let mut gone = 0;
        for table in kinds.iter().filter_map(|kind| table::of(*kind)) {
            loop {
                let ids = (table.missing)(&self.read, &sweep).await?;
                gone += self.take_out(table, sweep, &ids).await?;
                if ids.len() < IDS {
                    break;
                }
            }
        }
        Ok(gone)
    }

    /// Ends a pass over ids, of which `listed` knows.
    pub async fn sweep_ids(
        &self,
        sweep: Sweep,
        kinds: &[Kind],
        listed: &(dyn Fn(Kind, &str) -> bool + Send + Sync),
    ) -> Result<usize> {
        let mut gone = 0;
        for table in kinds.iter().filter_map(|kind| table::of(*kind)) {
            let mut after = String::new();
            loop {
                let keys = (table.keys)(&self.read, &sweep, &after).await?;
                let Some(last) = keys.last() else { break };
                after.clone_from(last);
                let missing: Vec<String> = keys.into_iter().filter(|key| !listed(table.kind, key)).collect();
                for chunk in missing.chunks(IDS) {
                    let ids = (table.ids)(&self.read, &sweep, chunk).await?;
                    gone += self.take_out(table, sweep, &ids).await?;
                }
            }
        }
        Ok(gone)
    }

    /// Forgets what was read as gone before then: no read that began earlier is still on its way.
    pub async fn forget_gone(&self, before: i64) -> Result<u64> {
        let old = tombstones::Entity::delete_many().filter(tombstones::Column::ReadAt.lt(before));
        Ok(old.exec(&self.write).await.map_err(db)?.rows_affected)
    }

    async fn take_out(&self, table: &Table, sweep: Sweep, ids: &[Uuid]) -> Result<usize> {
        if ids.is_empty() {
            return Ok(0);
        }
        let tx = self.begin().await?;
        let changes = remove_all(&tx, HashMap::from([(table.kind, ids.to_vec())]), sweep.began).await?;
        tx.commit().await.map_err(db)?;
        self.known.changed(changes.iter().map(|change| change.kind));
        Ok(changes.len())
    }
}

/// Some rows of a backend that a finished pass over content did not list.
pub(super) async fn missing<E: Mirrored>(conn: &DatabaseConnection, sweep: &Sweep) -> Result<Vec<Uuid>> {
    E::find()
        .select_only()
        .column(column::<E>("id")?)
        .filter(column::<E>("backend_id")?.eq(sweep.backend))
        .filter(column::<E>("read_at")?.lte(sweep.began))
        .limit(u64::try_from(IDS).unwrap_or(u64::MAX))
        .into_tuple()
        .all(conn)
        .await
        .map_err(db)
}

/// The native keys of a backend's rows, in order: the index holds all that this asks for.
pub(super) async fn keys<E: Mirrored>(conn: &DatabaseConnection, sweep: &Sweep, after: &str) -> Result<Vec<String>> {
    let key = column::<E>("native_key")?;
    E::find()
        .select_only()
        .column(key)
        .filter(column::<E>("backend_id")?.eq(sweep.backend))
        .filter(key.gt(after))
        .order_by_asc(key)
        .limit(KEYS)
        .into_tuple()
        .all(conn)
        .await
        .map_err(db)
}

/// The rows that have these native keys.
pub(super) async fn ids<E: Mirrored>(conn: &DatabaseConnection, sweep: &Sweep, keys: &[String]) -> Result<Vec<Uuid>> {
    E::find()
        .select_only()
        .column(column::<E>("id")?)
        .filter(column::<E>("backend_id")?.eq(sweep.backend))
        .filter(column::<E>("native_key")?.is_in(keys.iter().map(String::as_str)))
        .filter(column::<E>("read_at")?.lte(sweep.began))
        .into_tuple()
        .all(conn)
        .await
        .map_err(db)
}

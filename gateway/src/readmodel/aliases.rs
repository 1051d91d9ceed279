//! The ids that things go by beside the derived ones: what was made through Portico keeps the id of its command, and
//! what the service's account posted keeps who really wrote it.

use super::entity::{aliases, attributions};
use super::ids::{Refs, derived};
use super::store::{Store, db};
use super::table::{self, Entry};
use super::upsert::IDS;
use portico_contract::{Kind, NativeId, Result, Snapshot};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

impl Store {
    /// The id by which something of a PSA is known here.
    pub async fn known_as(&self, backend: Uuid, native: &NativeId) -> Result<Uuid> {
        let named = aliases::Entity::find()
            .filter(aliases::Column::BackendId.eq(backend))
            .filter(aliases::Column::Kind.eq(native.kind.as_str()))
            .filter(aliases::Column::NativeKey.eq(native.key.as_str()));
        let row = named.one(&self.read).await.map_err(db)?;
        Ok(row.map_or_else(|| derived(backend, native), |row| row.id))
    }
}

/// What the ids that these snapshots name stand for.
pub(super) async fn of(tx: &DatabaseTransaction, backend: Uuid, snapshots: &[Snapshot]) -> Result<Refs> {
    let any = aliases::Entity::find().filter(aliases::Column::BackendId.eq(backend)).one(tx).await.map_err(db)?;
    if any.is_none() {
        return Ok(Refs::new(backend, HashMap::new()));
    }
    // Rows are made once only to learn which ids they name.
    let probe = Refs::probe(backend);
    for snapshot in snapshots {
        for record in &snapshot.records {
            if let Some(table) = table::of(record.kind()) {
                (table.row_id)(Entry { record, snapshot }, &probe);
            }
        }
    }
    let named = known(tx, backend, &probe.asked()).await?;
    let authors = authors(tx, &named).await?;
    Ok(Refs::new(backend, named).with_authors(authors))
}

/// Who really wrote the comments among these.
async fn authors(
    tx: &DatabaseTransaction,
    known: &HashMap<NativeId, Uuid>,
) -> Result<HashMap<Uuid, [Option<Uuid>; 2]>> {
    let comments: Vec<Uuid> = known.iter().filter(|(id, _)| id.kind == Kind::Comment).map(|(_, id)| *id).collect();
    let mut authors = HashMap::new();
    for chunk in comments.chunks(IDS) {
        let these = attributions::Column::Id.is_in(chunk.iter().copied());
        for row in attributions::Entity::find().filter(these).all(tx).await.map_err(db)? {
            authors.insert(row.id, [row.contact_id, row.agent_id]);
        }
    }
    Ok(authors)
}

/// The ones of these that have an alias.
pub(super) async fn known(
    tx: &DatabaseTransaction,
    backend: Uuid,
    ids: &[NativeId],
) -> Result<HashMap<NativeId, Uuid>> {
    let mut known = HashMap::new();
    for chunk in ids.chunks(IDS) {
        let wanted: HashSet<&NativeId> = chunk.iter().collect();
        let rows = aliases::Entity::find()
            .filter(aliases::Column::BackendId.eq(backend))
            .filter(aliases::Column::NativeKey.is_in(chunk.iter().map(|id| id.key.as_str())))
            .all(tx)
            .await
            .map_err(db)?;
        for row in rows {
            let Ok(kind) = row.kind.parse() else { continue };
            let id = NativeId { kind, key: row.native_key };
            if wanted.contains(&id) {
                known.insert(id, row.id);
            }
        }
    }
    Ok(known)
}

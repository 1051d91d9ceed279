//! A record that a pull brings and that Portico made: by its marker, or by its key once that is known, it gets the id
//! of its command before it is stored, in the same transaction. It becomes the pending row and never shows beside it.
//!
//! Whoever can write in a PSA can write a marker. So one counts only for a command that may have been sent, that has
//! not been found yet, and that asked for this kind of thing at this account or on this ticket.

use super::entity::aliases;
use super::entity::journal_commands::{self as commands, Column as C, State};
use super::ids::derived;
use super::pending;
use super::store::db;
use super::table;
use super::upsert::{IDS, Removal, publish};
use portico_contract::{Kind, NativeId, Record, Result, Snapshot};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter,
};
use std::collections::HashMap;
use uuid::Uuid;

/// What a record says of where it belongs: an account, or a ticket.
fn marked(record: &Record) -> Option<(Uuid, &NativeId, &NativeId)> {
    let (marker, id, owner) = match record {
        Record::Ticket(ticket) => (ticket.marker.as_deref()?, &ticket.id, &ticket.account),
        Record::Comment(comment) => (comment.marker.as_deref()?, &comment.id, &comment.ticket),
        _ => return None,
    };
    Some((Uuid::try_parse(marker).ok()?, id, owner))
}

/// Gives records that carry the marker of a command its id.
pub(super) async fn adopt(tx: &DatabaseTransaction, backend: Uuid, snapshots: &[Snapshot], began: i64) -> Result<()> {
    let records = snapshots.iter().flat_map(|snapshot| &snapshot.records).filter_map(marked);
    let marked: HashMap<Uuid, (&NativeId, &NativeId)> = records.map(|(id, own, owner)| (id, (own, owner))).collect();
    let ids: Vec<Uuid> = marked.keys().copied().collect();
    for ids in ids.chunks(IDS) {
        let sought = commands::Entity::find()
            .filter(C::Id.is_in(ids.iter().copied()))
            .filter(C::BackendId.eq(backend))
            .filter(C::SentAt.is_not_null())
            .filter(C::TargetKey.is_null())
            .all(tx)
            .await
            .map_err(db)?;
        for command in sought {
            let Some((native, owner)) = marked.get(&command.id) else { continue };
            if pending::made_by(&command.kind) == Some(native.kind) && belongs(tx, &command, owner).await? {
                bind(tx, &command, native, began).await?;
                found(tx, command, native, began).await?;
            }
        }
    }
    Ok(())
}

/// Whether a command asked for something there.
async fn belongs(tx: &DatabaseTransaction, command: &commands::Model, owner: &NativeId) -> Result<bool> {
    let asked = if owner.kind == Kind::Account { command.account_id } else { command.object_id };
    let key = (command.backend_id, owner.kind.as_str().to_owned(), owner.key.clone());
    let alias = aliases::Entity::find_by_id(key).one(tx).await.map_err(db)?;
    Ok(alias.map_or_else(|| derived(command.backend_id, owner), |alias| alias.id) == asked)
}

async fn found(tx: &DatabaseTransaction, command: commands::Model, native: &NativeId, at: i64) -> Result<()> {
    // Whoever is sending it right now ends it; of what nobody knew, this is the answer, and it is not sent again.
    let settled = matches!(command.state, State::Queued | State::Checking | State::Uncertain);
    let mut row = command.into_active_model();
    row.target_kind = Set(Some(native.kind.as_str().to_owned()));
    row.target_key = Set(Some(native.key.clone()));
    if settled {
        row.state = Set(State::Applied);
        row.settled_at = Set(Some(at));
        row.intent = Set("{}".to_owned());
        row.next_at = Set(None);
        row.detail = Set(None);
        // Who was about to work on it has it no longer.
        (row.lease_owner, row.lease_until) = (Set(None), Set(None));
    }
    row.update(tx).await.map_err(db)?;
    Ok(())
}

/// From now on this key is this command's object. What was stored of it under another id goes.
pub(crate) async fn bind(
    tx: &DatabaseTransaction,
    command: &commands::Model,
    native: &NativeId,
    since: i64,
) -> Result<()> {
    let alias = aliases::ActiveModel {
        backend_id: Set(command.backend_id),
        kind: Set(native.kind.as_str().to_owned()),
        native_key: Set(native.key.clone()),
        id: Set(command.id),
    };
    let key = [aliases::Column::BackendId, aliases::Column::Kind, aliases::Column::NativeKey];
    let known = OnConflict::columns(key).do_nothing().to_owned();
    aliases::Entity::insert(alias).on_conflict(known).exec_without_returning(tx).await.map_err(db)?;
    let stranger = derived(command.backend_id, native);
    if let Some(table) = table::of(native.kind) {
        let gone = (table.remove)(tx, &Removal { ids: &[stranger], began: pending::FAR - 1 }).await?;
        super::search::follow(tx, &gone).await?;
        publish(tx, &gone, since).await?;
    }
    // A read that begins in the very moment of the sending counts.
    pending::release(tx, command, &native.key, since).await
}

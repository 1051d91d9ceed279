//! Which read wins, and what it changes.
//!
//! A snapshot is one moment of one thing with its children. It is stored whole or not at all: if a
//! read that *began later* has already been stored, this one is too old. Vendor stamps never order
//! reads. A row whose content is the same only has its read time moved; a row that differs gets a
//! higher version and one outbox event in the same transaction.

use super::aliases;
use super::entity::{outbox, tombstones};
use super::ids::Refs;
use super::parts::{self, DETAIL, DETAIL_AT, LAST, THIN};
use super::protection::veil::{self, Veil};
use super::search;
use super::store::{Store, db};
use super::table::{self, Entry, Mirrored, Table};
use super::twin;
use portico_contract::{Error, Kind, NativeId, Result, Snapshot};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, OnConflict, Query};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr,
    EntityTrait, IdenStatic, Iterable, ModelTrait, QueryFilter, QuerySelect, Value,
};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Bound values in one statement. Connections keep their last hundred statements prepared, and each
/// length is another one: large ones would cost more memory than everything else.
pub(super) const BINDS: usize = 4_000;
/// Ids in one `IN` list; small for the same reason.
pub(super) const IDS: usize = 1_000;

/// What happened to one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub kind: Kind,
    pub id: Uuid,
    pub account: Option<Uuid>,
    pub version: i64,
    pub gone: bool,
    /// Whose child it is, and whose it was before it moved.
    pub parents: Vec<Uuid>,
}

/// Records of one kind on their way into a table.
#[derive(Debug)]
pub struct Incoming<'a> {
    pub entries: Vec<Entry<'a>>,
    /// Parents whose children of this kind are all in `entries`.
    pub whole_parents: Vec<Uuid>,
    pub began: i64,
    pub refs: &'a Refs,
    pub veil: &'a Veil,
}

#[derive(Debug)]
pub struct Removal<'a> {
    pub ids: &'a [Uuid],
    pub began: i64,
}

impl Store {
    /// Stores what one upstream read brought. `began` is when that read began.
    pub async fn apply(&self, backend: Uuid, began: i64, snapshots: &[Snapshot]) -> Result<Vec<Change>> {
        self.apply_for(backend, began, snapshots, false).await
    }

    /// The same; with `opening`, bodies that are not stored are held for those who opened the object.
    pub async fn apply_for(
        &self,
        backend: Uuid,
        began: i64,
        snapshots: &[Snapshot],
        opening: bool,
    ) -> Result<Vec<Change>> {
        if snapshots.is_empty() {
            return Ok(Vec::new());
        }
        let tx = self.begin().await?;
        twin::adopt(&tx, backend, snapshots, began).await?;
        let refs = aliases::of(&tx, backend, snapshots).await?;
        let mut changes = Vec::new();
        let veil = Veil::of(&tx, backend, &self.rules, self.now().timestamp_millis()).await?.opening(opening);
        let mut fresh = newest(&tx, &refs, began, snapshots).await?;
        fresh.retain(|snapshot| veil.admits(snapshot, &refs));
        for table in table::TABLES {
            let incoming = incoming(table, &fresh, began, &refs, &veil);
            if !incoming.entries.is_empty() || !incoming.whole_parents.is_empty() {
                changes.extend((table.upsert)(&tx, &incoming).await?);
            }
        }
        search::follow(&tx, &changes).await?;
        publish(&tx, &changes, began).await?;
        tx.commit().await.map_err(db)?;
        self.known.changed(changes.iter().map(|change| change.kind));
        for (id, cells) in veil.into_bodies() {
            self.rules.bodies.keep(id, cells, began);
        }
        Ok(changes)
    }

    /// Records that these are gone, as a read that began at `began` saw.
    pub async fn remove(&self, backend: Uuid, began: i64, gone: &[NativeId]) -> Result<Vec<Change>> {
        let tx = self.begin().await?;
        let known = aliases::known(&tx, backend, gone).await?;
        let refs = Refs::new(backend, known);
        let mut by_kind: HashMap<Kind, Vec<Uuid>> = HashMap::new();
        for id in gone {
            by_kind.entry(id.kind).or_default().push(refs.id(id));
        }
        // Also what was never stored: a read that began earlier may still be on its way.
        for chunk in by_kind.values().flat_map(|ids| ids.chunks(IDS)) {
            bury(&tx, chunk, began).await?;
        }
        let changes = remove_all(&tx, by_kind, began).await?;
        tx.commit().await.map_err(db)?;
        self.known.changed(changes.iter().map(|change| change.kind));
        Ok(changes)
    }
}

pub(super) async fn remove_all(
    tx: &DatabaseTransaction,
    by_kind: HashMap<Kind, Vec<Uuid>>,
    began: i64,
) -> Result<Vec<Change>> {
    let mut changes = Vec::new();
    for table in table::TABLES {
        for ids in by_kind.get(&table.kind).into_iter().flat_map(|ids| ids.chunks(IDS)) {
            changes.extend((table.remove)(tx, &Removal { ids, began }).await?);
        }
    }
    search::follow(tx, &changes).await?;
    publish(tx, &changes, began).await?;
    Ok(changes)
}

/// The snapshots that no later read has overtaken.
async fn newest<'a>(
    tx: &DatabaseTransaction,
    refs: &Refs,
    began: i64,
    snapshots: &'a [Snapshot],
) -> Result<Vec<&'a Snapshot>> {
    let roots: Vec<Uuid> = snapshots.iter().filter_map(|s| s.records.first()).map(|r| refs.id(r.id())).collect();
    let mut later = HashSet::new();
    for chunk in roots.chunks(IDS) {
        let overtaken: Vec<Uuid> = tombstones::Entity::find()
            .select_only()
            .column(tombstones::Column::Id)
            .filter(tombstones::Column::Id.is_in(chunk.iter().copied()))
            .filter(tombstones::Column::ReadAt.gt(began))
            .into_tuple()
            .all(tx)
            .await
            .map_err(db)?;
        later.extend(overtaken);
    }
    let mut last = HashMap::new();
    for (at, id) in roots.iter().enumerate() {
        last.insert(*id, at);
    }
    let mut fresh = Vec::with_capacity(snapshots.len());
    for (at, (snapshot, id)) in snapshots.iter().filter(|s| !s.records.is_empty()).zip(&roots).enumerate() {
        // A page that names one thing twice: the later place wins.
        if !later.contains(id) && last.get(id) == Some(&at) {
            fresh.push(snapshot);
        }
    }
    drop_overtaken(tx, refs, began, &mut fresh).await?;
    Ok(fresh)
}

async fn drop_overtaken(tx: &DatabaseTransaction, refs: &Refs, began: i64, fresh: &mut Vec<&Snapshot>) -> Result<()> {
    let mut later = HashSet::new();
    for table in table::TABLES {
        let ids: Vec<Uuid> = fresh
            .iter()
            .filter_map(|s| s.records.first())
            .filter(|r| r.kind() == table.kind)
            .map(|r| refs.id(r.id()))
            .collect();
        for chunk in ids.chunks(IDS) {
            later.extend((table.later)(tx, chunk, began).await?);
        }
    }
    fresh.retain(|s| s.records.first().is_some_and(|r| !later.contains(&refs.id(r.id()))));
    Ok(())
}

fn incoming<'a>(table: &Table, fresh: &[&'a Snapshot], began: i64, refs: &'a Refs, veil: &'a Veil) -> Incoming<'a> {
    let mut entries = Vec::new();
    let mut whole_parents = Vec::new();
    for snapshot in fresh {
        entries.extend(
            snapshot
                .records
                .iter()
                .filter(|record| record.kind() == table.kind && veil.keeps(record))
                .map(|record| Entry { record, snapshot }),
        );
        if let (true, Some(root)) = (snapshot.complete.contains(&table.kind), snapshot.records.first()) {
            whole_parents.push(refs.id(root.id()));
        }
    }
    Incoming { entries, whole_parents, began, refs, veil }
}

/// Puts who really wrote a comment in the place of the service's account.
fn attribute<E: Mirrored>(model: &mut E::Model, [contact, agent]: [Option<Uuid>; 2]) -> Result<()> {
    let name = Value::String(None);
    let cells = [("author_contact_id", contact.into()), ("author_agent_id", agent.into()), ("author_name", name)];
    for (name, value) in cells {
        model.try_set(column::<E>(name)?, value).map_err(db)?;
    }
    Ok(())
}

pub(super) async fn publish(tx: &DatabaseTransaction, changes: &[Change], at: i64) -> Result<()> {
    for chunk in changes.chunks(BINDS / 8) {
        let rows = chunk.iter().map(|change| outbox::ActiveModel {
            seq: sea_orm::ActiveValue::NotSet,
            kind: Set(change.kind.as_str().to_owned()),
            object_id: Set(change.id),
            account_id: Set(change.account),
            version: Set(change.version),
            change: Set(if change.gone { "GONE" } else { "CHANGED" }.to_owned()),
            at: Set(at),
        });
        outbox::Entity::insert_many(rows).exec(tx).await.map_err(db)?;
    }
    Ok(())
}

/// A column every mirror has; the migration and the entities are checked against each other.
pub(super) fn column<E: Mirrored>(name: &str) -> Result<E::Column> {
    E::column(name).ok_or_else(|| Error::internal(format!("{} has no column {name}", E::default().table_name())))
}

/// What a table already holds of an object.
#[derive(Debug, Clone, Copy)]
struct Held {
    hash: i64,
    version: i64,
    read_at: i64,
    parent: Option<Uuid>,
    last: Option<Uuid>,
}

async fn held<E: Mirrored>(tx: &DatabaseTransaction, filter: Condition) -> Result<HashMap<Uuid, Held>> {
    let id = column::<E>("id")?;
    let rows: Vec<(Uuid, i64, i64, i64, Uuid, Option<Uuid>)> = E::find()
        .select_only()
        .columns([id, column::<E>("hash")?, column::<E>("version")?, column::<E>("read_at")?])
        .column_as(E::parent().unwrap_or(id), "parent")
        .column_as(E::column(LAST).unwrap_or(id), "last")
        .filter(filter)
        .into_tuple()
        .all(tx)
        .await
        .map_err(db)?;
    let (child, threaded) = (E::parent().is_some(), E::column(LAST).is_some());
    Ok(rows
        .into_iter()
        .map(|(id, hash, version, read_at, parent, last)| {
            let last = last.filter(|_| threaded);
            (id, Held { hash, version, read_at, parent: child.then_some(parent), last })
        })
        .collect())
}

/// Ids of rows whose last read began after `began`.
pub(super) async fn later<E: Mirrored>(tx: &DatabaseTransaction, ids: &[Uuid], began: i64) -> Result<Vec<Uuid>> {
    E::find()
        .select_only()
        .column(column::<E>("id")?)
        .filter(column::<E>("id")?.is_in(ids.iter().copied()))
        .filter(column::<E>("read_at")?.gt(began))
        .into_tuple()
        .all(tx)
        .await
        .map_err(db)
}

pub(super) async fn upsert<E: Mirrored>(tx: &DatabaseTransaction, incoming: &Incoming<'_>) -> Result<Vec<Change>> {
    let (mut models, mut unknown) = (HashMap::new(), HashMap::new());
    let mut whole = HashSet::new();
    for entry in &incoming.entries {
        if let Some(mut model) = E::row(*entry, incoming.refs) {
            let id = incoming.refs.id(entry.record.id());
            if let (Some(author), Kind::Comment) = (incoming.refs.author(id), E::KIND) {
                attribute::<E>(&mut model, author)?;
            }
            incoming.veil.cover::<E>(&mut model, veil::account_of(entry.snapshot, incoming.refs));
            if !entry.snapshot.complete.is_empty() {
                whole.insert(id);
            }
            let root = entry.snapshot.records.first().is_some_and(|root| root.id() == entry.record.id());
            if root && !entry.snapshot.unknown.is_empty() {
                unknown.insert(id, entry.snapshot.unknown.as_slice());
            }
            models.insert(id, model);
        }
    }
    parts::keep_unknown::<E>(tx, &mut models, &unknown).await?;
    let hashed = |(id, model)| (id, (parts::hash::<E>(&model, incoming.veil.is_index()), model));
    let mut models: HashMap<Uuid, (i64, E::Model)> = models.into_iter().map(hashed).collect();
    let held = held_for::<E>(tx, incoming, models.keys().copied().collect()).await?;
    // A child that has moved to another parent came with that one's later read, and stays there.
    models.retain(|id, _| held.get(id).is_none_or(|row| row.read_at <= incoming.began));
    let parents: HashSet<Uuid> = incoming.whole_parents.iter().copied().collect();
    let missing: Vec<Uuid> = held
        .iter()
        .filter(|(id, row)| !models.contains_key(id) && row.parent.is_some_and(|p| parents.contains(&p)))
        .map(|(id, _)| *id)
        .collect();
    let mut changes = Vec::new();
    for chunk in missing.chunks(IDS) {
        changes.extend(remove::<E>(tx, &Removal { ids: chunk, began: incoming.began }).await?);
    }
    let (same, differing): (Vec<_>, Vec<_>) = models.into_iter().partition(|(id, (hash, model))| {
        // A thin snapshot says nothing of what came last.
        held.get(id).is_some_and(|row| row.hash == *hash && (!whole.contains(id) || row.last == last::<E>(model)))
    });
    touch::<E>(tx, &same.iter().map(|(id, _)| *id).collect::<Vec<_>>(), &whole, incoming.began).await?;
    let (thin, full): (Vec<_>, Vec<_>) = differing.into_iter().partition(|(id, _)| !whole.contains(id));
    for (rows, complete) in [(full, true), (thin, false)] {
        changes.extend(write::<E>(tx, rows, &held, incoming.began, complete).await?);
    }
    Ok(changes)
}

async fn held_for<E: Mirrored>(
    tx: &DatabaseTransaction,
    incoming: &Incoming<'_>,
    ids: Vec<Uuid>,
) -> Result<HashMap<Uuid, Held>> {
    let mut rows = HashMap::new();
    for chunk in ids.chunks(IDS) {
        let filter = Condition::all().add(column::<E>("id")?.is_in(chunk.iter().copied()));
        rows.extend(held::<E>(tx, filter).await?);
    }
    if let Some(parent) = E::parent() {
        for chunk in incoming.whole_parents.chunks(IDS) {
            let filter = Condition::all().add(parent.is_in(chunk.iter().copied()));
            rows.extend(held::<E>(tx, filter).await?);
        }
    }
    Ok(rows)
}

fn last<E: Mirrored>(model: &E::Model) -> Option<Uuid> {
    match E::column(LAST).map(|column| model.get(column)) {
        Some(Value::Uuid(last)) => last,
        _ => None,
    }
}

/// Same content, read again: only the read time moves.
async fn touch<E: Mirrored>(tx: &DatabaseTransaction, ids: &[Uuid], whole: &HashSet<Uuid>, began: i64) -> Result<()> {
    let detail = E::column(DETAIL_AT);
    let (full, thin): (Vec<Uuid>, Vec<Uuid>) = ids.iter().partition(|id| whole.contains(id));
    for (ids, detail) in [(full, detail), (thin, None)] {
        for chunk in ids.chunks(IDS) {
            let mut update = E::update_many()
                .col_expr(column::<E>("read_at")?, Expr::value(began))
                .filter(column::<E>("id")?.is_in(chunk.iter().copied()));
            if let Some(detail) = detail {
                update = update.col_expr(detail, Expr::value(began));
                update = update.col_expr(column::<E>(THIN)?, Expr::value(Option::<i64>::None));
            }
            update.exec(tx).await.map_err(db)?;
        }
    }
    Ok(())
}

async fn write<E: Mirrored>(
    tx: &DatabaseTransaction,
    rows: Vec<(Uuid, (i64, E::Model))>,
    held: &HashMap<Uuid, Held>,
    began: i64,
    complete: bool,
) -> Result<Vec<Change>> {
    let mut changes = Vec::with_capacity(rows.len());
    let mut models = Vec::with_capacity(rows.len());
    for (id, (hash, model)) in rows {
        // A new row starts at the time of its read, so that no version of an object comes twice.
        let version = held.get(&id).map_or(began, |row| row.version + 1);
        let left = held.get(&id).and_then(|row| row.parent);
        let parents = parent::<E>(&model).into_iter().chain(left).collect();
        changes.push(Change { kind: E::KIND, id, account: account::<E>(&model, id), version, gone: false, parents });
        let mut model: E::ActiveModel = model.into();
        model.set(column::<E>("hash")?, Value::BigInt(Some(hash)));
        model.set(column::<E>("version")?, Value::BigInt(Some(version)));
        model.set(column::<E>("read_at")?, Value::BigInt(Some(began)));
        if let Some(at) = E::column(if complete { DETAIL_AT } else { THIN }) {
            model.set(at, Value::BigInt(Some(began)));
        }
        models.push(model);
    }
    let columns = E::Column::iter().count();
    let updated: Vec<E::Column> =
        E::Column::iter().filter(|c| c.as_str() != "id" && (complete || !DETAIL.contains(&c.as_str()))).collect();
    let mut models = models.into_iter().peekable();
    while models.peek().is_some() {
        let chunk: Vec<E::ActiveModel> = models.by_ref().take((BINDS / columns).max(1)).collect();
        let conflict = OnConflict::column(column::<E>("id")?).update_columns(updated.iter().copied()).to_owned();
        E::insert_many(chunk).on_conflict(conflict).exec_without_returning(tx).await.map_err(db)?;
    }
    Ok(changes)
}

pub(super) fn account<E: Mirrored>(model: &E::Model, id: Uuid) -> Option<Uuid> {
    match E::column("account_id").map(|column| model.get(column)) {
        Some(Value::Uuid(account)) => account,
        _ => (E::KIND == Kind::Account).then_some(id),
    }
}

pub(super) fn parent<E: Mirrored>(model: &E::Model) -> Option<Uuid> {
    match E::parent().map(|column| model.get(column)) {
        Some(Value::Uuid(parent)) => parent,
        _ => None,
    }
}

pub(super) async fn remove<E: Mirrored>(tx: &DatabaseTransaction, removal: &Removal<'_>) -> Result<Vec<Change>> {
    let (id, version, parent) = (column::<E>("id")?, column::<E>("version")?, E::parent());
    // An account is its own.
    let account = E::column("account_id").or((E::KIND == Kind::Account).then_some(id)).unwrap_or(version);
    let delete = Query::delete()
        .from_table(E::default().table_ref())
        .and_where(id.is_in(removal.ids.iter().copied()))
        .and_where(column::<E>("read_at")?.lte(removal.began))
        .returning(Query::returning().exprs([
            Expr::col(id),
            Expr::col(version),
            // Named by their places: they may be the same once more.
            Expr::col(account),
            Expr::col(parent.unwrap_or(version)),
        ]))
        .to_owned();
    let (owned, child) = (account.as_str() != version.as_str(), parent.is_some());
    let rows = tx.query_all(&delete).await.map_err(db)?;
    let changes = rows
        .iter()
        .map(|row| {
            let account = if owned { row.try_get_by_index(2)? } else { None };
            let parents: Option<Uuid> = if child { row.try_get_by_index(3)? } else { None };
            let parents = parents.into_iter().collect();
            let (id, version): (Uuid, i64) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
            Ok(Change { kind: E::KIND, id, account, version: version + 1, gone: true, parents })
        })
        .collect::<Result<Vec<Change>, DbErr>>()
        .map_err(db)?;
    if changes.is_empty() {
        return Ok(changes);
    }
    let gone: Vec<Uuid> = changes.iter().map(|change| change.id).collect();
    for child in table::children(E::KIND) {
        (child.orphans)(tx, &gone).await?;
    }
    bury(tx, &gone, removal.began).await?;
    Ok(changes)
}

async fn bury(tx: &DatabaseTransaction, ids: &[Uuid], began: i64) -> Result<()> {
    let rows = ids.iter().map(|id| tombstones::ActiveModel { id: Set(*id), read_at: Set(began) });
    let read_at = |table: &'static str| Expr::col((Alias::new(table), tombstones::Column::ReadAt));
    let conflict = OnConflict::column(tombstones::Column::Id)
        .update_column(tombstones::Column::ReadAt)
        .action_and_where(read_at("mirror_tombstones").lt(read_at("excluded")))
        .to_owned();
    tombstones::Entity::insert_many(rows).on_conflict(conflict).exec_without_returning(tx).await.map_err(db)?;
    Ok(())
}

/// Children go with their parent; its tombstone speaks for them.
pub(super) async fn orphans<E: Mirrored>(tx: &DatabaseTransaction, parents: &[Uuid]) -> Result<()> {
    let Some(parent) = E::parent() else { return Ok(()) };
    E::delete_many().filter(parent.is_in(parents.iter().copied())).exec(tx).await.map_err(db)?;
    Ok(())
}

pub(super) async fn clear<E: Mirrored>(tx: &DatabaseTransaction) -> Result<()> {
    let delete = Query::delete().from_table(E::default().table_ref()).to_owned();
    tx.execute(&delete).await.map_err(db)?;
    Ok(())
}

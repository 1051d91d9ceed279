//! The veil drawn over rows that are stored already, a few at a time.

use super::veil::Veil;
use crate::readmodel::store::{Store, db};
use crate::readmodel::table::{self, Mirrored, TABLES};
use crate::readmodel::upsert::{self, Change, column};
use crate::readmodel::{protection::bodies, search};
use futures_util::future::BoxFuture;
use portico_contract::{Kind, Result};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, Iterable, ModelTrait, QueryFilter, QueryOrder,
    QuerySelect, Value,
};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// Rows that are read in one transaction.
const ROWS: u64 = 500;

type Job<'a, T> = BoxFuture<'a, Result<T>>;

/// Rows of a table that come next, and what was changed among them.
#[derive(Debug, Default)]
pub struct Step {
    pub changes: Vec<Change>,
    pub last: Option<Uuid>,
}

/// Whose rows are.
type Accounts = for<'a> fn(&'a DatabaseTransaction, &'a [Uuid]) -> Job<'a, HashMap<Uuid, Uuid>>;

/// What protection does to a table.
#[derive(Debug)]
pub struct Verbs {
    pub cover: for<'a> fn(&'a DatabaseTransaction, &'a Veil, Uuid, Option<Uuid>) -> Job<'a, Step>,
    pub accounts: Accounts,
    pub of_account: for<'a> fn(&'a DatabaseTransaction, Uuid) -> Job<'a, Vec<Uuid>>,
    pub older: for<'a> fn(&'a DatabaseTransaction, &'static str, Value) -> Job<'a, Vec<Uuid>>,
}

#[must_use]
pub const fn verbs<E: Mirrored>() -> Verbs {
    Verbs {
        cover: |tx, veil, backend, after| Box::pin(cover::<E>(tx, veil, backend, after)),
        accounts: |tx, ids| Box::pin(accounts::<E>(tx, ids)),
        of_account: |tx, account| Box::pin(of_account::<E>(tx, account)),
        older: |tx, name, cutoff| Box::pin(older::<E>(tx, name, cutoff)),
    }
}

fn id_of<E: Mirrored>(row: &E::Model) -> Result<Uuid> {
    match row.get(column::<E>("id")?) {
        Value::Uuid(Some(id)) => Ok(id),
        _ => Err(portico_contract::Error::internal("a row has no id")),
    }
}

async fn cover<E: Mirrored>(tx: &DatabaseTransaction, veil: &Veil, backend: Uuid, after: Option<Uuid>) -> Result<Step> {
    let id = column::<E>("id")?;
    let mut select = E::find().filter(column::<E>("backend_id")?.eq(backend)).order_by_asc(id).limit(ROWS);
    if let Some(after) = after {
        select = select.filter(id.gt(after));
    }
    if veil.is_index() {
        let Some(held) = bodies::held::<E>() else { return Ok(Step::default()) };
        select = select.filter(held);
    }
    let rows = select.all(tx).await.map_err(db)?;
    let parents: Vec<Uuid> = rows.iter().filter_map(|row| upsert::parent::<E>(row)).collect();
    let accounts = match E::KIND.parent().and_then(table::of) {
        Some(parent) => (parent.verbs.accounts)(tx, &parents).await?,
        None => HashMap::new(),
    };
    let mut step = Step::default();
    for row in rows {
        let id = id_of::<E>(&row)?;
        step.last = Some(id);
        let parent = upsert::parent::<E>(&row);
        let account = upsert::account::<E>(&row, id).or_else(|| accounts.get(&parent?).copied());
        let mut clean = row.clone();
        veil.cover::<E>(&mut clean, account);
        if let Some(version) = rewrite::<E>(tx, id, &row, &clean).await? {
            let parents = parent.into_iter().collect();
            step.changes.push(Change { kind: E::KIND, id, account, version, gone: false, parents });
        }
    }
    Ok(step)
}

/// Writes the cells that differ; gives the row's new version, or `None` if nothing differs.
async fn rewrite<E: Mirrored>(
    tx: &DatabaseTransaction,
    id: Uuid,
    row: &E::Model,
    clean: &E::Model,
) -> Result<Option<i64>> {
    let differing: Vec<_> =
        E::Column::iter().map(|c| (c, clean.get(c))).filter(|(c, value)| row.get(*c) != *value).collect();
    if differing.is_empty() {
        return Ok(None);
    }
    let version = match row.get(column::<E>("version")?) {
        Value::BigInt(Some(version)) => version + 1,
        _ => 1,
    };
    let mut update = Query::update();
    update.table(E::default().table_ref()).and_where(column::<E>("id")?.eq(id));
    update.value(column::<E>("version")?, version);
    for (column, value) in differing {
        update.value(column, Expr::val(value));
    }
    tx.execute(&update).await.map_err(db)?;
    Ok(Some(version))
}

async fn accounts<E: Mirrored>(tx: &DatabaseTransaction, ids: &[Uuid]) -> Result<HashMap<Uuid, Uuid>> {
    let Some(account) = E::column("account_id") else { return Ok(HashMap::new()) };
    let id = column::<E>("id")?;
    let select = E::find().select_only().columns([id, account]).filter(id.is_in(ids.iter().copied()));
    let rows: Vec<(Uuid, Uuid)> = select.into_tuple().all(tx).await.map_err(db)?;
    Ok(rows.into_iter().collect())
}

async fn of_account<E: Mirrored>(tx: &DatabaseTransaction, account: Uuid) -> Result<Vec<Uuid>> {
    let id = column::<E>("id")?;
    let own = match E::column("account_id") {
        Some(column) => column.eq(account),
        None if E::KIND == Kind::Account => id.eq(account),
        None => return Ok(Vec::new()),
    };
    E::find().select_only().column(id).filter(own).into_tuple().all(tx).await.map_err(db)
}

async fn older<E: Mirrored>(tx: &DatabaseTransaction, name: &'static str, cutoff: Value) -> Result<Vec<Uuid>> {
    let (id, at) = (column::<E>("id")?, column::<E>(name)?);
    let mut old = Condition::all().add(at.is_not_null()).add(at.into_expr().lt(Expr::val(cutoff.clone())));
    if let Value::String(_) = cutoff {
        // No date at all.
        old = old.add(at.ne(""));
    }
    E::find().select_only().column(id).filter(old).limit(ROWS).into_tuple().all(tx).await.map_err(db)
}

/// How many rows of each kind were changed or removed.
pub type Counts = BTreeMap<&'static str, u64>;

pub(super) fn count(counts: &mut Counts, changes: &[Change]) {
    for change in changes {
        *counts.entry(change.kind.as_str()).or_default() += 1;
    }
}

impl Store {
    /// Ends a step: with its changes told, or as if nothing had been.
    pub(super) async fn settle(&self, tx: DatabaseTransaction, changes: &[Change], dry: bool) -> Result<()> {
        if dry {
            return tx.rollback().await.map_err(db);
        }
        search::follow(&tx, changes).await?;
        upsert::publish(&tx, changes, self.now().timestamp_millis()).await?;
        tx.commit().await.map_err(db)?;
        self.known.changed(changes.iter().map(|change| change.kind));
        Ok(())
    }

    /// Draws a veil over everything that is stored of a backend.
    pub(super) async fn cover(&self, veil: &Veil, backend: Uuid, dry: bool) -> Result<Counts> {
        let mut counts = Counts::new();
        for table in TABLES {
            let mut last = None;
            loop {
                let tx = self.begin().await?;
                let step = (table.verbs.cover)(&tx, veil, backend, last).await?;
                count(&mut counts, &step.changes);
                self.settle(tx, &step.changes, dry).await?;
                if step.last.is_none() {
                    break;
                }
                last = step.last;
            }
        }
        Ok(counts)
    }

    pub(super) async fn cover_bodies(&self, backend: Uuid) -> Result<u64> {
        Ok(self.cover(&Veil::over_bodies(), backend, false).await?.values().sum())
    }
}

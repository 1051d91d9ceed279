//! Rows of commands: which are due, and who works on one.
//!
//! A command is worked on by whoever has its lease, taken by one conditional statement: a name that nobody else has,
//! and an end on the clock that all replicas share. What is written later is written under that name only.

use super::{CommandRow, State};
use crate::readmodel::entity::journal_commands::{self as commands, Column as C, Entity};
use crate::readmodel::store::{Store, db};
use portico_contract::Result;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};
use uuid::Uuid;

/// A command and the name under which it is worked on.
#[derive(Debug, Clone)]
pub struct Held {
    pub command: CommandRow,
    pub token: String,
}

/// States in which later commands about the same object wait.
pub const OPEN: [State; 3] = [State::Queued, State::Sending, State::Checking];
/// States in which there is something to do once its time has come: an applied one is read back.
const DUE: [State; 3] = [State::Queued, State::Checking, State::Applied];

/// The next place in the order. Writers queue, so nobody else has it.
pub async fn next_seq(tx: &impl ConnectionTrait) -> Result<i64> {
    let last = Entity::find().select_only().column_as(C::Seq.max(), "seq").into_query();
    let row = tx.query_one(&last).await.map_err(db)?;
    let last: Option<i64> = row.map_or(Ok(None), |row| row.try_get("", "seq")).map_err(db)?;
    Ok(last.unwrap_or_default() + 1)
}

/// An earlier command about the same object that is not settled.
fn earlier() -> SelectStatement {
    let other = Alias::new("earlier");
    let its = |column: C| Expr::col((other.clone(), column));
    Query::select()
        .expr(Expr::val(1))
        .from_as(Entity, other.clone())
        .and_where(its(C::ObjectId).equals((Entity, C::ObjectId)))
        .and_where(its(C::Seq).lt(Expr::col((Entity, C::Seq))))
        .and_where(its(C::State).is_in(OPEN))
        .to_owned()
}

/// Its time has come, nobody works on it, and none comes before it.
fn is_due(now: i64) -> Condition {
    Condition::all()
        .add(C::State.is_in(DUE))
        .add(C::NextAt.lte(now))
        .add(Condition::any().add(C::LeaseUntil.is_null()).add(C::LeaseUntil.lte(now)))
        .add(Condition::any().add(C::State.ne(State::Queued)).add(Expr::exists(earlier()).not()))
}

/// Some commands of a backend that are due, in order.
pub async fn due(store: &Store, backend: Uuid, now: i64, limit: u64) -> Result<Vec<Uuid>> {
    Entity::find()
        .select_only()
        .column(C::Id)
        .filter(C::BackendId.eq(backend))
        .filter(is_due(now))
        .order_by_asc(C::Seq)
        .limit(limit)
        .into_tuple()
        .all(&store.read)
        .await
        .map_err(db)
}

/// Takes a command, if it is due and nobody has it.
pub async fn claim(store: &Store, id: Uuid, now: i64, until: i64) -> Result<Option<Held>> {
    let token = Uuid::new_v4().to_string();
    let taken = Entity::update_many()
        .col_expr(C::LeaseOwner, Expr::value(token.as_str()))
        .col_expr(C::LeaseUntil, Expr::value(until))
        .col_expr(C::Attempts, Expr::col(C::Attempts).add(1))
        .filter(C::Id.eq(id))
        .filter(is_due(now))
        .exec_with_returning(&store.write)
        .await
        .map_err(db)?;
    Ok(taken.into_iter().next().map(|command| Held { command, token }))
}

/// Writes what has become of a command, if it is still held; `false`: somebody else has it now.
pub async fn save(on: &impl ConnectionTrait, held: &Held, row: commands::ActiveModel) -> Result<bool> {
    let saved = Entity::update_many()
        .set(row)
        .filter(C::Id.eq(held.command.id))
        .filter(C::LeaseOwner.eq(held.token.as_str()))
        .exec(on)
        .await
        .map_err(db)?;
    Ok(saved.rows_affected > 0)
}

//! What staff can do with a command: try it again, or give it up. Both are in the audit.

use super::settle::withdraw;
use super::{CommandRow, Journal, State};
use crate::audit::{Act, Action, record};
use crate::readmodel::entity::journal_commands::{self as commands, ActiveModel, Column as C};
use crate::readmodel::store::db;
use crate::readmodel::{NOT_FOUND, pending};
use portico_contract::{Error, ErrorKind, Kind, Result};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, DatabaseTransaction, EntityTrait, QueryFilter};
use uuid::Uuid;

fn conflict(text: &str) -> Error {
    Error::new(ErrorKind::Conflict, text)
}

impl Journal {
    /// Sends a command again that was refused or that nobody could tell of, or sends a waiting one now.
    pub async fn retry(&self, actor: Uuid, id: Uuid) -> Result<()> {
        let now = self.now().await?;
        let tx = self.0.store.begin().await?;
        let command = find(&tx, id).await?;
        if !matches!(command.state, State::Queued | State::Rejected | State::Uncertain) {
            return Err(conflict("Only a command that waits, was refused or is uncertain can be sent again."));
        }
        let row = ActiveModel {
            state: Set(State::Queued),
            next_at: Set(Some(now)),
            settled_at: Set(None),
            ..ActiveModel::default()
        };
        change(&tx, &command, row, now).await?;
        match command.state {
            State::Rejected => {
                let again = commands::Entity::find_by_id(id).one(&tx).await.map_err(db)?;
                let again = again.ok_or_else(|| Error::internal("a command went away"))?;
                pending::put(&self.0.store, &tx, &again).await?;
            }
            _ => pending::say(&tx, &command, "QUEUED").await?,
        }
        record(&tx, now, actor, &[act(Action::CommandRetried, &command)]).await?;
        tx.commit().await.map_err(db)?;
        self.resume(command.backend_id);
        self.0.wake.notify_one();
        Ok(())
    }

    /// Gives a command up: it is not sent, and what it would have made is not shown.
    pub async fn discard(&self, actor: Uuid, id: Uuid) -> Result<()> {
        let now = self.now().await?;
        let tx = self.0.store.begin().await?;
        let command = find(&tx, id).await?;
        if !matches!(command.state, State::Queued | State::Rejected | State::Uncertain) {
            return Err(conflict("Only a command that waits, was refused or is uncertain can be given up."));
        }
        let row = ActiveModel {
            state: Set(State::Discarded),
            intent: Set("{}".to_owned()),
            next_at: Set(None),
            settled_at: Set(Some(now)),
            ..ActiveModel::default()
        };
        change(&tx, &command, row, now).await?;
        withdraw(&tx, &command, now).await?;
        record(&tx, now, actor, &[act(Action::CommandDiscarded, &command)]).await?;
        tx.commit().await.map_err(db)?;
        self.0.wake.notify_one();
        Ok(())
    }
}

async fn find(tx: &DatabaseTransaction, id: Uuid) -> Result<CommandRow> {
    let command = commands::Entity::find_by_id(id).one(tx).await.map_err(db)?;
    command.ok_or_else(|| Error::new(ErrorKind::NotFound, NOT_FOUND))
}

/// Changes a command that nobody is working on.
async fn change(tx: &DatabaseTransaction, command: &CommandRow, row: ActiveModel, now: i64) -> Result<()> {
    let free = Condition::any().add(C::LeaseUntil.is_null()).add(C::LeaseUntil.lte(now));
    let changed = commands::Entity::update_many()
        .set(row)
        .col_expr(C::LeaseOwner, Expr::value(Option::<String>::None))
        .col_expr(C::LeaseUntil, Expr::value(Option::<i64>::None))
        .filter(C::Id.eq(command.id))
        .filter(C::State.eq(command.state))
        .filter(free)
        .exec(tx)
        .await
        .map_err(db)?;
    if changed.rows_affected == 0 {
        return Err(conflict("It is being sent right now. Look again in a moment."));
    }
    Ok(())
}

fn act(action: Action, command: &CommandRow) -> Act {
    let kind = command.object_kind.parse().unwrap_or(Kind::Ticket);
    Act::on(action, kind, &[command.object_id]).detail(format!("command {} {}", command.id, command.kind))
}

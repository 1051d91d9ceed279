//! How a command ends, or goes on: each in one transaction with what is shown of it.

use super::store::{Held, save};
use super::{CommandRow, Journal, State};
use crate::readmodel::entity::attributions;
use crate::readmodel::entity::journal_commands::{self as commands, ActiveModel, Column as C};
use crate::readmodel::store::db;
use crate::readmodel::{pending, twin, uploads};
use portico_contract::{Error, NativeId, Result};
use sea_orm::{ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};

/// Nobody works on it any more.
pub(super) fn free() -> ActiveModel {
    ActiveModel { lease_owner: Set(None), lease_until: Set(None), ..Default::default() }
}

/// Free, with why it did not succeed.
fn failed(error: &Error) -> ActiveModel {
    ActiveModel {
        error_code: Set(Some(error.kind.as_str().to_owned())),
        error_text: Set(Some(error.public.clone())),
        detail: Set(Some(error.log().to_string())),
        ..free()
    }
}

impl Journal {
    /// It is tried again then. Whether an earlier attempt may have reached the PSA stays as it is.
    pub(super) async fn put_off(&self, held: &Held, at: i64, error: Option<&Error>) -> Result<()> {
        let row = error.map_or_else(free, failed);
        let row = ActiveModel { state: Set(State::Queued), next_at: Set(Some(at)), ..row };
        save(&self.0.store.write, held, row).await.map(drop)
    }

    /// This attempt did not reach the PSA, for sure: it is tried again then.
    pub(super) async fn not_sent(&self, held: &Held, at: i64, error: &Error, before: Option<i64>) -> Result<()> {
        let row = failed(error);
        let row = ActiveModel { state: Set(State::Queued), next_at: Set(Some(at)), sent_at: Set(before), ..row };
        save(&self.0.store.write, held, row).await.map(drop)
    }

    /// It may have happened: then the PSA is asked.
    pub(super) async fn ask_later(&self, held: &Held, at: i64, error: Option<&Error>) -> Result<()> {
        let row = error.map_or_else(free, failed);
        let row = ActiveModel { state: Set(State::Checking), next_at: Set(Some(at)), ..row };
        save(&self.0.store.write, held, row).await.map(drop)
    }

    /// The PSA has it, as this object. Then it is read back.
    pub(super) async fn applied(&self, held: &Held, target: &NativeId) -> Result<()> {
        let (command, now) = (&held.command, self.now().await?);
        let tx = self.0.store.begin().await?;
        let made = pending::made_by(&command.kind) == Some(target.kind);
        if made || (command.object_id == command.id) {
            twin::bind(&tx, command, target, command.sent_at.unwrap_or(now)).await?;
        }
        let target_kind = Set(Some(target.kind.as_str().to_owned()));
        let target_key = Set(Some(target.key.clone()));
        let row = ActiveModel {
            state: Set(State::Applied),
            intent: Set("{}".to_owned()),
            settled_at: Set(Some(now)),
            next_at: Set(Some(now)),
            target_kind: target_kind.clone(),
            target_key: target_key.clone(),
            error_code: Set(None),
            error_text: Set(None),
            detail: Set(None),
            ..ActiveModel::default()
        };
        // Still held by this attempt, so that it reads back what it has written.
        let settled = save(&tx, held, row.clone()).await?
            || late(&tx, command, row, ActiveModel { target_kind, target_key, ..ActiveModel::default() }).await?;
        if settled {
            uploads::forget(&tx, command.id).await?;
        }
        tx.commit().await.map_err(db)
    }

    /// The PSA refused it.
    pub(super) async fn rejected(&self, held: &Held, error: &Error) -> Result<()> {
        let now = self.now().await?;
        let tx = self.0.store.begin().await?;
        let row = ActiveModel {
            state: Set(State::Rejected),
            settled_at: Set(Some(now)),
            next_at: Set(None),
            sent_at: Set(None),
            ..failed(error)
        };
        if save(&tx, held, row).await? {
            withdraw(&tx, &held.command, now).await?;
        }
        tx.commit().await.map_err(db)
    }

    /// It may have happened and nobody can tell: staff decide.
    pub(super) async fn uncertain(&self, held: &Held, error: Option<&Error>) -> Result<()> {
        let now = self.now().await?;
        tracing::warn!(command = %held.command.id, kind = held.command.kind, "nobody can tell whether a command was done");
        let tx = self.0.store.begin().await?;
        let row = error.map_or_else(free, failed);
        let row = ActiveModel { state: Set(State::Uncertain), settled_at: Set(Some(now)), next_at: Set(None), ..row };
        if save(&tx, held, row).await? {
            pending::say(&tx, &held.command, "UNCERTAIN").await?;
        }
        tx.commit().await.map_err(db)
    }
}

/// What it would have made is not shown any more.
pub(super) async fn withdraw(tx: &DatabaseTransaction, command: &CommandRow, now: i64) -> Result<()> {
    uploads::forget(tx, command.id).await?;
    pending::drop(tx, command, now).await
}

/// Who wrote it is of no interest once it is not there.
pub(super) async fn forget_authors(tx: &DatabaseTransaction, ids: &[uuid::Uuid]) -> Result<()> {
    let these = attributions::Column::Id.is_in(ids.iter().copied());
    attributions::Entity::delete_many().filter(these).exec(tx).await.map_err(db)?;
    Ok(())
}

/// The attempt took so long that its lease had ended. What it did counts all the same: nobody needs to send it again,
/// and whoever is sending it right now learns where it is. `false`: somebody is, and settles it.
async fn late(
    tx: &DatabaseTransaction,
    command: &CommandRow,
    applied: ActiveModel,
    found: ActiveModel,
) -> Result<bool> {
    let waiting = [State::Queued, State::Checking, State::Uncertain];
    let of = || commands::Entity::update_many().filter(C::Id.eq(command.id));
    let applied = ActiveModel { lease_owner: Set(None), lease_until: Set(None), ..applied };
    let done = of().set(applied).filter(C::State.is_in(waiting)).exec(tx).await.map_err(db)?;
    if done.rows_affected == 0 {
        of().set(found).exec(tx).await.map_err(db)?;
    }
    Ok(done.rows_affected > 0)
}

//! Erasure in the journal: what somebody asked for, or what was asked for them, goes with them, and what others wrote
//! loses every trace of them. What may have reached a PSA already is looked for no more.

use super::veil::Veil;
use crate::readmodel::entity::attributions;
use crate::readmodel::entity::journal_commands::{self as commands, ActiveModel, Column as C, State};
use crate::readmodel::store::{Store, db};
use crate::readmodel::{pending, uploads};
use portico_contract::Result;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, DatabaseTransaction, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait,
};
use uuid::Uuid;

/// Rows that are read in one transaction.
const ROWS: u64 = 500;

/// Gives up what a contact asked for and what was asked for them.
pub(super) async fn forget_contact(tx: &DatabaseTransaction, contact: Uuid, now: i64) -> Result<()> {
    let written = attributions::Entity::find().select_only().column(attributions::Column::Id);
    let written = written.filter(attributions::Column::ContactId.eq(contact)).into_query();
    let theirs = Condition::any().add(C::ContactId.eq(contact)).add(C::Id.in_subquery(written));
    for command in commands::Entity::find().filter(theirs).all(tx).await.map_err(db)? {
        let open = matches!(command.state, State::Queued | State::Sending | State::Checking | State::Uncertain);
        pending::drop(tx, &command, now).await?;
        uploads::forget(tx, command.id).await?;
        let mut row = ActiveModel {
            id: Set(command.id),
            intent: Set("{}".to_owned()),
            contact_id: Set(None),
            error_text: Set(None),
            detail: Set(None),
            ..Default::default()
        };
        if open {
            row.state = Set(State::Discarded);
            (row.next_at, row.settled_at) = (Set(None), Set(Some(now)));
            (row.lease_owner, row.lease_until) = (Set(None), Set(None));
        }
        row.update(tx).await.map_err(db)?;
    }
    let theirs = attributions::Column::ContactId.eq(contact);
    attributions::Entity::delete_many().filter(theirs).exec(tx).await.map_err(db)?;
    Ok(())
}

/// Forgets what was asked for at an account.
pub(super) async fn forget_account(tx: &DatabaseTransaction, account: Uuid, now: i64) -> Result<()> {
    for command in commands::Entity::find().filter(C::AccountId.eq(account)).all(tx).await.map_err(db)? {
        pending::drop(tx, &command, now).await?;
        uploads::forget(tx, command.id).await?;
    }
    commands::Entity::delete_many().filter(C::AccountId.eq(account)).exec(tx).await.map_err(db)?;
    Ok(())
}

impl Store {
    /// Draws a veil over what is kept of commands of a backend.
    pub(super) async fn cover_commands(&self, veil: &Veil, backend: Uuid, dry: bool) -> Result<()> {
        let mut last = 0;
        loop {
            let tx = self.begin().await?;
            let select = commands::Entity::find().filter(C::BackendId.eq(backend)).filter(C::Seq.gt(last));
            let rows = select.order_by_asc(C::Seq).limit(ROWS).all(&tx).await.map_err(db)?;
            let Some(end) = rows.last() else { return Ok(()) };
            last = end.seq;
            for row in rows {
                let clean = |text: &str| veil.clean(text, row.account_id);
                let (intent, detail) = (clean(&row.intent), row.detail.as_deref().and_then(clean));
                if intent.is_none() && detail.is_none() {
                    continue;
                }
                let change = ActiveModel {
                    id: Set(row.id),
                    intent: Set(intent.unwrap_or(row.intent)),
                    detail: Set(detail.or(row.detail)),
                    ..Default::default()
                };
                change.update(&tx).await.map_err(db)?;
            }
            let done = if dry { tx.rollback().await } else { tx.commit().await };
            done.map_err(db)?;
        }
    }
}

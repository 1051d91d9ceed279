//! What a person makes of a proposal.

use super::accounts::join;
use super::{Links, conflict, not_found};
use crate::audit::{Act, Action, record};
use crate::readmodel::entity::account_link_proposals::{self as proposals, State};
use crate::readmodel::store::db;
use portico_contract::{Kind, Result};
use sea_orm::{ActiveEnum, ActiveModelTrait, ActiveValue::Set, DatabaseTransaction, EntityTrait, IntoActiveModel};
use uuid::Uuid;

impl Links {
    /// Links the accounts of a proposal. Again: nothing changes.
    pub async fn confirm(&self, actor: Uuid, proposal: Uuid) -> Result<()> {
        self.decide(actor, proposal, State::Confirmed).await
    }

    /// Leaves the accounts of a proposal as they are, for good. Again: nothing changes.
    pub async fn decline(&self, actor: Uuid, proposal: Uuid) -> Result<()> {
        self.decide(actor, proposal, State::Declined).await
    }

    async fn decide(&self, actor: Uuid, proposal: Uuid, decision: State) -> Result<()> {
        let (tx, now) = (self.store.begin().await?, self.now());
        let found = proposals::Entity::find_by_id(proposal).one(&tx).await.map_err(db)?;
        let row = found.ok_or_else(not_found)?;
        match row.state {
            state if state == decision => return Ok(()),
            State::Proposed => {}
            State::Confirmed => {
                return Err(conflict("This proposal was confirmed. Undo the link with unlinkAccounts."));
            }
            State::Declined => {
                return Err(conflict("This proposal was declined. Link its accounts with linkAccounts."));
            }
        }
        let action = if decision == State::Confirmed {
            join(&tx, now, actor, [row.account_id, row.other_id]).await?;
            Action::AccountLinkConfirmed
        } else {
            Action::AccountLinkDeclined
        };
        write(&tx, now, actor, row, decision, action).await?;
        self.commit(tx).await
    }
}

async fn write(
    tx: &DatabaseTransaction,
    now: i64,
    actor: Uuid,
    row: proposals::Model,
    decision: State,
    action: Action,
) -> Result<()> {
    let act = Act::on(action, Kind::Account, &[row.account_id, row.other_id]);
    // Not the evidence: it can name people, and what is written here stays.
    let act = act.detail(row.rule.to_value());
    let mut decided = row.into_active_model();
    decided.state = Set(decision);
    decided.decided_at = Set(Some(now));
    decided.decided_by = Set(Some(actor));
    decided.update(tx).await.map_err(db)?;
    record(tx, now, actor, &[act]).await
}

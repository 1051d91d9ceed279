//! Making accounts one customer, and undoing it.

use super::{Links, conflict, moved, not_found};
use crate::audit::{Act, Action, record};
use crate::readmodel::entity::account_link_proposals::{self as proposals, State};
use crate::readmodel::entity::{account_links as links, accounts, contact_links};
use crate::readmodel::linked::MOST;
use crate::readmodel::store::db;
use portico_contract::{Error, Kind, Result};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect};
use std::collections::BTreeMap;
use uuid::Uuid;

impl Links {
    /// Makes two accounts of different backends one customer. Again: nothing changes.
    pub async fn link_accounts(&self, actor: Uuid, one: Uuid, other: Uuid) -> Result<()> {
        let (tx, now) = (self.store.begin().await?, self.now());
        if join(&tx, now, actor, [one, other]).await? {
            settle(&tx, now, actor, one, &[other], State::Confirmed).await?;
            record(&tx, now, actor, &[Act::on(Action::AccountsLinked, Kind::Account, &[one, other])]).await?;
        }
        self.commit(tx).await
    }

    /// Takes an account out of its customer. The links of its contacts end with it.
    pub async fn unlink_account(&self, actor: Uuid, account: Uuid) -> Result<()> {
        let (tx, now) = (self.store.begin().await?, self.now());
        let others = others(&tx, account).await?;
        if others.is_empty() {
            return Ok(());
        }
        let all: Vec<Uuid> = [account].into_iter().chain(others.iter().copied()).collect();
        moved(&tx, &all).await?;
        // Nobody is a customer together with themselves alone.
        let leaving = if others.len() == 1 { all.as_slice() } else { &[account] };
        let leave = links::Entity::delete_many().filter(links::Column::AccountId.is_in(leaving.iter().copied()));
        leave.exec(&tx).await.map_err(db)?;
        let mut acts = vec![Act::on(Action::AccountsUnlinked, Kind::Account, &all)];
        for (contact, linked) in end_contact_links(&tx, account).await? {
            let act = Act::on(Action::ContactsUnlinked, Kind::Contact, &[contact, linked]);
            acts.push(act.detail("their accounts are no longer linked"));
        }
        settle(&tx, now, actor, account, &others, State::Declined).await?;
        record(&tx, now, actor, &acts).await?;
        self.commit(tx).await
    }
}

/// Makes the two one customer. False: they are already.
pub(super) async fn join(tx: &DatabaseTransaction, now: i64, actor: Uuid, pair: [Uuid; 2]) -> Result<bool> {
    let backends = backends(tx, pair).await?;
    let [one, other] = pair;
    let known = links::Entity::find().filter(links::Column::AccountId.is_in(pair)).all(tx).await.map_err(db)?;
    let customer = |account: Uuid| known.iter().find(|link| link.account_id == account).map(|link| link.customer_id);
    let (customer, joining) = match (customer(one), customer(other)) {
        (Some(one), Some(other)) if one == other => return Ok(false),
        (Some(_), Some(_)) => {
            return Err(conflict(
                "Each of these accounts is linked to others already. Take one of them out with unlinkAccounts first.",
            ));
        }
        (Some(customer), None) => (customer, vec![other]),
        (None, Some(customer)) => (customer, vec![one]),
        (None, None) => (Uuid::new_v4(), vec![one, other]),
    };
    let rows: Vec<_> = joining
        .into_iter()
        .filter_map(|account| {
            Some(links::ActiveModel {
                account_id: Set(account),
                customer_id: Set(customer),
                backend_id: Set(*backends.get(&account)?),
                linked_at: Set(now),
                linked_by: Set(actor),
            })
        })
        .collect();
    links::Entity::insert_many(rows).exec_without_returning(tx).await.map_err(db)?;
    let mut all = others(tx, one).await?;
    all.push(one);
    if u64::try_from(all.len()).is_ok_and(|count| count > MOST) {
        return Err(Error::invalid(format!("At most {MOST} accounts can be one customer.")));
    }
    moved(tx, &all).await?;
    Ok(true)
}

/// The backend of each of the two, which must differ.
async fn backends(tx: &DatabaseTransaction, pair: [Uuid; 2]) -> Result<BTreeMap<Uuid, Uuid>> {
    let known: Vec<(Uuid, Uuid)> = accounts::Entity::find()
        .select_only()
        .columns([accounts::Column::Id, accounts::Column::BackendId])
        .filter(accounts::Column::Id.is_in(pair))
        .into_tuple()
        .all(tx)
        .await
        .map_err(db)?;
    let known: BTreeMap<Uuid, Uuid> = known.into_iter().collect();
    match pair.map(|account| known.get(&account)) {
        [Some(one), Some(other)] if one != other => Ok(known),
        [Some(_), Some(_)] => Err(Error::invalid("Accounts are linked with those of another backend.")),
        _ => Err(not_found()),
    }
}

/// The other accounts of an account's customer.
pub(super) async fn others(tx: &DatabaseTransaction, account: Uuid) -> Result<Vec<Uuid>> {
    let Some(link) = links::Entity::find_by_id(account).one(tx).await.map_err(db)? else { return Ok(Vec::new()) };
    links::Entity::find()
        .select_only()
        .column(links::Column::AccountId)
        .filter(links::Column::CustomerId.eq(link.customer_id))
        .filter(links::Column::AccountId.ne(account))
        .into_tuple()
        .all(tx)
        .await
        .map_err(db)
}

/// Ends the links of the contacts that were linked at this account; gives each pair once.
async fn end_contact_links(tx: &DatabaseTransaction, account: Uuid) -> Result<Vec<(Uuid, Uuid)>> {
    use contact_links::Column as C;
    let ended: Vec<(Uuid, Uuid)> = contact_links::Entity::find()
        .select_only()
        .columns([C::ContactId, C::LinkedId])
        .filter(C::AccountId.eq(account))
        .into_tuple()
        .all(tx)
        .await
        .map_err(db)?;
    let either = Condition::any().add(C::AccountId.eq(account)).add(C::LinkedAccountId.eq(account));
    contact_links::Entity::delete_many().filter(either).exec(tx).await.map_err(db)?;
    Ok(ended)
}

/// What becomes of the proposals of these pairs once somebody has acted without them.
async fn settle(
    tx: &DatabaseTransaction,
    now: i64,
    actor: Uuid,
    account: Uuid,
    others: &[Uuid],
    state: State,
) -> Result<()> {
    use proposals::Column as C;
    let pairs = others.iter().fold(Condition::any(), |any, other| {
        let (small, large) = (account.min(*other), account.max(*other));
        any.add(Condition::all().add(C::AccountId.eq(small)).add(C::OtherId.eq(large)))
    });
    let mut settle = proposals::Entity::update_many()
        .col_expr(C::State, Expr::value(state))
        .col_expr(C::DecidedAt, Expr::value(now))
        .col_expr(C::DecidedBy, Expr::value(actor))
        .filter(pairs);
    if state == State::Declined {
        // What nobody has decided stays open.
        settle = settle.filter(C::State.eq(State::Confirmed));
    }
    settle.exec(tx).await.map_err(db)?;
    Ok(())
}

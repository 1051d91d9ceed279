//! Making contacts one person, and undoing it.

use super::accounts::others;
use super::{Links, moved, not_found};
use crate::audit::{Act, Action, record};
use crate::readmodel::entity::{contact_links as links, contacts};
use crate::readmodel::linked::MOST;
use crate::readmodel::store::db;
use portico_contract::{Error, Kind, Result};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter,
};
use uuid::Uuid;

impl Links {
    /// Makes two contacts of linked accounts one person: who is bound to one of them has the rights of the other
    /// as well, as its own PSA gives them. Again: nothing changes.
    pub async fn link_contacts(&self, actor: Uuid, one: Uuid, other: Uuid) -> Result<()> {
        let (tx, now) = (self.store.begin().await?, self.now());
        let (one, other) = pair(&tx, one, other).await?;
        if !others(&tx, one.account_id).await?.contains(&other.account_id) {
            return Err(Error::invalid("Their accounts are not linked. Link them with linkAccounts first."));
        }
        let known = links::Entity::find_by_id((one.id, other.id)).one(&tx).await.map_err(db)?;
        if known.is_some_and(|it| (it.account_id, it.linked_account_id) == (one.account_id, other.account_id)) {
            return Ok(());
        }
        let row = |from: &contacts::Model, to: &contacts::Model| links::ActiveModel {
            contact_id: Set(from.id),
            linked_id: Set(to.id),
            account_id: Set(from.account_id),
            linked_account_id: Set(to.account_id),
            linked_at: Set(now),
            linked_by: Set(actor),
        };
        // One of them may have been at another account when they were linked before.
        let again = OnConflict::columns([links::Column::ContactId, links::Column::LinkedId])
            .update_columns([
                links::Column::AccountId,
                links::Column::LinkedAccountId,
                links::Column::LinkedAt,
                links::Column::LinkedBy,
            ])
            .to_owned();
        let rows = [row(&one, &other), row(&other, &one)];
        links::Entity::insert_many(rows).on_conflict(again).exec_without_returning(&tx).await.map_err(db)?;
        for contact in [one.id, other.id] {
            let linked = links::Entity::find().filter(links::Column::ContactId.eq(contact));
            if linked.count(&tx).await.map_err(db)? > MOST {
                return Err(Error::invalid(format!("A contact can be linked to at most {MOST} others.")));
            }
        }
        moved(&tx, &[one.account_id, other.account_id]).await?;
        record(&tx, now, actor, &[Act::on(Action::ContactsLinked, Kind::Contact, &[one.id, other.id])]).await?;
        self.commit(tx).await
    }

    /// Makes two contacts two persons again. Again: nothing changes.
    pub async fn unlink_contacts(&self, actor: Uuid, one: Uuid, other: Uuid) -> Result<()> {
        let (tx, now) = (self.store.begin().await?, self.now());
        let Some(link) = links::Entity::find_by_id((one, other)).one(&tx).await.map_err(db)? else { return Ok(()) };
        moved(&tx, &[link.account_id, link.linked_account_id]).await?;
        let either = Condition::any()
            .add(Condition::all().add(links::Column::ContactId.eq(one)).add(links::Column::LinkedId.eq(other)))
            .add(Condition::all().add(links::Column::ContactId.eq(other)).add(links::Column::LinkedId.eq(one)));
        links::Entity::delete_many().filter(either).exec(&tx).await.map_err(db)?;
        record(&tx, now, actor, &[Act::on(Action::ContactsUnlinked, Kind::Contact, &[one, other])]).await?;
        self.commit(tx).await
    }
}

/// The two contacts, of different backends.
async fn pair(tx: &DatabaseTransaction, one: Uuid, other: Uuid) -> Result<(contacts::Model, contacts::Model)> {
    let find = |id: Uuid| contacts::Entity::find_by_id(id).one(tx);
    let one = find(one).await.map_err(db)?.ok_or_else(not_found)?;
    let other = find(other).await.map_err(db)?.ok_or_else(not_found)?;
    if one.backend_id == other.backend_id {
        return Err(Error::invalid("Contacts are linked with those of another backend."));
    }
    Ok((one, other))
}

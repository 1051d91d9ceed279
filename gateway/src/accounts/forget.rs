//! Erasure: users who were nobody but an erased contact go, with all that is theirs.

use super::audit;
use super::entity::{all, sessions, user_contacts, user_roles, users};
use super::store::{AccountStore, db};
use crate::readmodel::uploads;
use portico_contract::Result;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use std::collections::HashSet;
use uuid::Uuid;

/// Contacts in one statement.
const CHUNK: usize = 5_000;

/// Who lost a contact, and who is gone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Forgotten {
    pub unlinked: usize,
    pub removed: usize,
}

impl AccountStore {
    /// Takes these contacts from everybody. Who has no other contact and no role is removed. `dry`: only counts.
    pub async fn forget_contacts(&self, contacts: &[Uuid], dry: bool) -> Result<Forgotten> {
        let mut forgotten = Forgotten::default();
        let tx = self.begin().await?;
        for contacts in contacts.chunks(CHUNK) {
            let theirs = user_contacts::Column::ContactId.is_in(contacts.iter().copied());
            let touched: Vec<Uuid> = all::<user_contacts::Entity>()
                .select_only()
                .column(user_contacts::Column::UserId)
                .distinct()
                .filter(theirs.clone())
                .into_tuple()
                .all(&tx)
                .await
                .map_err(db)?;
            user_contacts::Entity::delete_many().filter(theirs).exec(&tx).await.map_err(db)?;
            let left: Vec<Uuid> = all::<user_contacts::Entity>()
                .select_only()
                .column(user_contacts::Column::UserId)
                .filter(user_contacts::Column::UserId.is_in(touched.iter().copied()))
                .into_tuple()
                .all(&tx)
                .await
                .map_err(db)?;
            let roles: Vec<Uuid> = all::<user_roles::Entity>()
                .select_only()
                .column(user_roles::Column::UserId)
                .filter(user_roles::Column::UserId.is_in(touched.iter().copied()))
                .into_tuple()
                .all(&tx)
                .await
                .map_err(db)?;
            let stay: HashSet<Uuid> = left.into_iter().chain(roles).collect();
            let (stay, go): (Vec<Uuid>, Vec<Uuid>) = touched.into_iter().partition(|user| stay.contains(user));
            // What they may see has changed.
            users::Entity::update_many()
                .col_expr(users::Column::RightsVersion, Expr::col(users::Column::RightsVersion).add(1))
                .filter(users::Column::Id.is_in(stay.iter().copied()))
                .exec(&tx)
                .await
                .map_err(db)?;
            sessions::Entity::delete_many()
                .filter(sessions::Column::UserId.is_in(go.iter().copied()))
                .exec(&tx)
                .await
                .map_err(db)?;
            uploads::forget_users(&tx, &go).await?;
            users::Entity::delete_many()
                .filter(users::Column::Id.is_in(go.iter().copied()))
                .exec(&tx)
                .await
                .map_err(db)?;
            forgotten.unlinked += stay.len();
            forgotten.removed += go.len();
            if !dry {
                go.iter().for_each(|user| audit::changed("user_erased", *user));
                stay.iter().for_each(|user| audit::changed("contact_unlinked", *user));
            }
        }
        if dry {
            tx.rollback().await.map_err(db)?;
        } else {
            tx.commit().await.map_err(db)?;
            self.sessions.forget();
        }
        Ok(forgotten)
    }
}

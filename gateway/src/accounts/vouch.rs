//! The first sign-in of somebody whose password a PSA knows.
//!
//! A PSA is asked only when no password of Portico's fits, and says which contacts it would let in. From then on the
//! password is Portico's own: hashed anew, and the PSA is not asked for this person again. What ties somebody to a
//! contact is the contact itself: a login that is taken here by anybody else is not handed over.
//!
//! Everybody who fails costs the same: where a PSA must not be asked, it is asked for a login that nobody has.

use super::audit;
use super::entity::{all, user_contacts, users};
use super::people::{ContactLink, insert_contact, taken};
use super::realm::Realm;
use super::store::{AccountStore, db};
use super::token;
use async_trait::async_trait;
use portico_contract::{Error, ErrorKind, Result};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use secrecy::SecretString;
use std::fmt::Debug;
use std::sync::Arc;
use uuid::Uuid;

/// A contact whom a PSA would let in, as it is there now.
#[derive(Debug, Clone)]
pub struct Vouched {
    pub link: ContactLink,
    pub name: String,
    pub email: String,
}

/// The PSAs that know their contacts' passwords.
#[async_trait]
pub trait Vouchers: Send + Sync + Debug {
    /// The contacts that may come in with this login and this password.
    async fn vouch(&self, login: &str, password: &SecretString) -> Result<Vec<Vouched>>;
}

impl AccountStore {
    /// The customer whom a PSA vouches for, with the password as Portico's own from now on.
    pub(super) async fn vouched_for(&self, login: &str, password: &SecretString) -> Result<Option<users::Model>> {
        let Some(vouchers) = self.vouchers.get() else { return Ok(None) };
        let local = self.users_of(login).await?.into_iter().find(|user| user.realm == Realm::Customer);
        let open = local.as_ref().is_none_or(|user| !user.disabled && user.password_hash.is_none());
        let asked = if open { login.to_owned() } else { nobody()? };
        let vouched = self.ask(vouchers, asked, password).await?;
        if vouched.is_empty() || !open {
            return Ok(None);
        }
        let Some(place) = self.place(local, &vouched).await? else { return Ok(None) };
        let turn = self.hasher.turn().await?;
        let hash = self.hasher.hash(turn, password).await?;
        match place {
            Place::Known(user) => self.adopt(user, hash).await,
            Place::New(contacts) => self.enrol(login, &contacts, hash).await,
        }
    }

    /// In a task of its own: the turn ends with the work, also if nobody waits for the answer any more.
    async fn ask(&self, vouchers: &Arc<dyn Vouchers>, login: String, password: &SecretString) -> Result<Vec<Vouched>> {
        let turn = self.hasher.turn().await?;
        let (vouchers, password) = (Arc::clone(vouchers), password.clone());
        let asked = tokio::spawn(async move {
            let _turn = turn;
            vouchers.vouch(&login, &password).await
        });
        match asked.await.map_err(|error| Error::internal("asking a PSA for a password").with_source(error))? {
            Ok(vouched) => Ok(vouched),
            // Said to all who fail alike, whether they are known or not.
            Err(error) if error.is_temporary() => Err(Error::new(
                ErrorKind::Unavailable,
                "The login or the password is wrong, or it cannot be checked just now. Try again later.",
            )
            .with_source(error)),
            Err(error) => {
                tracing::warn!(error = %error.log(), "a PSA cannot be asked for passwords");
                Ok(Vec::new())
            }
        }
    }

    /// Whose these contacts are: somebody's who has no password yet, or nobody's.
    async fn place(&self, local: Option<users::Model>, vouched: &[Vouched]) -> Result<Option<Place>> {
        let contacts: Vec<Uuid> = vouched.iter().map(|one| one.link.contact_id).collect();
        let links = all::<user_contacts::Entity>()
            .filter(user_contacts::Column::ContactId.is_in(contacts))
            .order_by_asc(user_contacts::Column::UserId)
            .all(&self.read)
            .await
            .map_err(db)?;
        let bound = |link: &ContactLink, row: &user_contacts::Model| {
            row.contact_id == link.contact_id && row.backend_id == link.backend_id
        };
        if let Some(local) = local {
            let theirs =
                links.iter().any(|row| row.user_id == local.id && vouched.iter().any(|one| bound(&one.link, row)));
            return Ok(theirs.then_some(Place::Known(local)));
        }
        let free: Vec<Vouched> =
            vouched.iter().filter(|one| !links.iter().any(|row| bound(&one.link, row))).cloned().collect();
        if !free.is_empty() {
            return Ok(Some(Place::New(free)));
        }
        // The contact's address has moved; the person is the same.
        for link in links {
            if let Some(user) = self.user_row(link.user_id).await?
                && user.realm == Realm::Customer
                && !user.disabled
                && user.password_hash.is_none()
            {
                return Ok(Some(Place::Known(user)));
            }
        }
        Ok(None)
    }

    /// Gives somebody without a password the one that a PSA vouched for.
    async fn adopt(&self, user: users::Model, hash: String) -> Result<Option<users::Model>> {
        let done = users::Entity::update_many()
            .col_expr(users::Column::PasswordHash, Expr::value(hash))
            .col_expr(users::Column::PasswordChangedAt, Expr::value(self.now()))
            .filter(users::Column::Id.eq(user.id))
            .filter(users::Column::PasswordHash.is_null())
            .filter(users::Column::Disabled.eq(false))
            .exec(&self.write)
            .await
            .map_err(db)?;
        if done.rows_affected == 0 {
            return Ok(None);
        }
        audit::changed("password_adopted", user.id);
        self.user_row(user.id).await
    }

    /// A new customer, bound to these contacts.
    async fn enrol(&self, login: &str, contacts: &[Vouched], hash: String) -> Result<Option<users::Model>> {
        let Some(first) = contacts.first() else { return Ok(None) };
        let now = self.now();
        let user = users::Model {
            id: Uuid::new_v4(),
            realm: Realm::Customer,
            name: first.name.trim().to_owned(),
            email: first.email.trim().to_owned(),
            login: login.to_owned(),
            disabled: false,
            rights_version: 0,
            created_at: now,
            password_hash: Some(hash),
            password_changed_at: Some(now),
        };
        let row = users::ActiveModel {
            id: Set(user.id),
            realm: Set(user.realm),
            name: Set(user.name.clone()),
            email: Set(user.email.clone()),
            login: Set(user.login.clone()),
            disabled: Set(user.disabled),
            rights_version: Set(user.rights_version),
            created_at: Set(user.created_at),
            password_hash: Set(user.password_hash.clone()),
            password_changed_at: Set(user.password_changed_at),
        };
        let tx = self.begin().await?;
        users::Entity::insert(row).exec_without_returning(&tx).await.map_err(taken)?;
        for contact in contacts {
            insert_contact(&tx, user.id, contact.link).await?;
        }
        tx.commit().await.map_err(db)?;
        audit::changed("user_enrolled", user.id);
        Ok(Some(user))
    }
}

/// Where a password that a PSA vouched for belongs.
#[derive(Debug)]
enum Place {
    Known(users::Model),
    New(Vec<Vouched>),
}

/// A login that nobody has.
fn nobody() -> Result<String> {
    let mut random = [0_u8; 16];
    token::random(&mut random)?;
    Ok(format!("{}@nobody.invalid", token::hex(&random)))
}

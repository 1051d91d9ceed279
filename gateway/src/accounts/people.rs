//! Users: who they are, which contacts and roles are theirs, whether they may sign in.

use super::audit;
use super::entity::{all, user_contacts, user_roles, users};
use super::realm::{Realm, SessionKind};
use super::sign_in::SignedIn;
use super::store::{AccountStore, db, normal};
use portico_contract::{Error, ErrorKind, Result, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, SelectStatement};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, SqlErr,
};
use secrecy::SecretString;
use std::collections::BTreeSet;
use uuid::Uuid;

/// A contact of a backend whose rights a user has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContactLink {
    pub backend_id: Uuid,
    /// The UUID of the contact's global id.
    pub contact_id: Uuid,
}

/// Somebody who shall be able to sign in.
#[derive(Debug, Clone)]
pub struct NewUser {
    pub realm: Realm,
    pub name: String,
    pub email: String,
    pub login: String,
    /// None: cannot sign in with a password until one is set.
    pub password: Option<SecretString>,
    pub contacts: Vec<ContactLink>,
    pub roles: Vec<String>,
}

/// Somebody who can sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    pub id: Uuid,
    pub realm: Realm,
    pub name: String,
    pub email: String,
    pub login: String,
    pub disabled: bool,
    pub has_password: bool,
    pub rights_version: i64,
    pub created_at: Timestamp,
}

impl From<users::Model> for User {
    fn from(row: users::Model) -> Self {
        Self {
            id: row.id,
            realm: row.realm,
            name: row.name,
            email: row.email,
            login: row.login,
            disabled: row.disabled,
            has_password: row.password_hash.is_some(),
            rights_version: row.rights_version,
            created_at: Timestamp::from_timestamp_millis(row.created_at).unwrap_or_default(),
        }
    }
}

const LONGEST: usize = 254;

impl AccountStore {
    pub async fn create_user(&self, new: NewUser) -> Result<Uuid> {
        let login = normal(&new.login);
        check_text("name", &new.name)?;
        check_text("login", &login)?;
        if login.chars().any(char::is_whitespace) {
            return Err(Error::invalid("The login must not contain spaces."));
        }
        let password_hash = match &new.password {
            Some(password) => Some(self.checked_hash(password, &login, &new.email, &new.name).await?),
            None => None,
        };
        let now = self.now();
        let id = Uuid::new_v4();
        let row = users::ActiveModel {
            id: Set(id),
            realm: Set(new.realm),
            name: Set(new.name.trim().to_owned()),
            email: Set(new.email.trim().to_owned()),
            login: Set(login),
            disabled: Set(false),
            rights_version: Set(0),
            created_at: Set(now),
            password_changed_at: Set(password_hash.is_some().then_some(now)),
            password_hash: Set(password_hash),
        };
        let tx = self.begin().await?;
        users::Entity::insert(row).exec_without_returning(&tx).await.map_err(taken)?;
        for link in new.contacts {
            insert_contact(&tx, id, link).await?;
        }
        insert_roles(&tx, id, &new.roles).await?;
        tx.commit().await.map_err(db)?;
        audit::changed("user_created", id);
        Ok(id)
    }

    /// Adds a contact whose rights the user has from now on.
    pub async fn link_contact(&self, user_id: Uuid, link: ContactLink) -> Result<()> {
        let tx = self.begin().await?;
        moved(&tx, user_id).await?;
        insert_contact(&tx, user_id, link).await?;
        tx.commit().await.map_err(db)?;
        self.sessions.forget();
        audit::changed("contact_linked", user_id);
        Ok(())
    }

    /// Takes a contact, and the rights that came with it, away.
    pub async fn unlink_contact(&self, user_id: Uuid, contact_id: Uuid) -> Result<()> {
        let tx = self.begin().await?;
        moved(&tx, user_id).await?;
        user_contacts::Entity::delete_many()
            .filter(user_contacts::Column::UserId.eq(user_id))
            .filter(user_contacts::Column::ContactId.eq(contact_id))
            .exec(&tx)
            .await
            .map_err(db)?;
        tx.commit().await.map_err(db)?;
        self.sessions.forget();
        audit::changed("contact_unlinked", user_id);
        Ok(())
    }

    /// Replaces the roles given in Portico.
    pub async fn set_roles(&self, user_id: Uuid, roles: &[String]) -> Result<()> {
        let tx = self.begin().await?;
        moved(&tx, user_id).await?;
        user_roles::Entity::delete_many().filter(user_roles::Column::UserId.eq(user_id)).exec(&tx).await.map_err(db)?;
        insert_roles(&tx, user_id, roles).await?;
        tx.commit().await.map_err(db)?;
        self.sessions.forget();
        audit::changed("roles_set", user_id);
        Ok(())
    }

    /// Takes access away: no sign-in, and every session ends.
    pub async fn disable(&self, user_id: Uuid) -> Result<()> {
        self.switch(user_id, true, "access_disabled").await
    }

    /// Gives access back. Ended sessions stay ended.
    pub async fn enable(&self, user_id: Uuid) -> Result<()> {
        self.switch(user_id, false, "access_enabled").await
    }

    async fn switch(&self, user_id: Uuid, disabled: bool, event: &'static str) -> Result<()> {
        let tx = self.begin().await?;
        moved(&tx, user_id).await?;
        users::Entity::update_many()
            .col_expr(users::Column::Disabled, Expr::value(disabled))
            .filter(users::Column::Id.eq(user_id))
            .exec(&tx)
            .await
            .map_err(db)?;
        if disabled {
            self.revoke_sessions(&tx, user_id, None).await?;
        }
        tx.commit().await.map_err(db)?;
        self.sessions.forget();
        audit::changed(event, user_id);
        Ok(())
    }

    /// Says that the rights of a user must be computed anew.
    pub async fn bump_rights(&self, user_id: Uuid) -> Result<()> {
        moved(&self.write, user_id).await?;
        self.sessions.forget();
        Ok(())
    }

    /// A token for a dashboard or a script, with the rights of its user.
    pub async fn service_token(&self, user_id: Uuid, name: &str, days: u32) -> Result<SignedIn> {
        check_text("name", name)?;
        if days == 0 {
            return Err(Error::invalid("A token must last at least one day."));
        }
        let user = self.user(user_id).await?.filter(|user| !user.disabled).ok_or_else(no_user)?;
        let token =
            self.open_session(&self.write, user.id, SessionKind::Service, Some(name.trim().to_owned()), days).await?;
        audit::changed("service_token_created", user_id);
        Ok(token)
    }

    pub async fn find_user(&self, realm: Realm, login: &str) -> Result<Option<User>> {
        let row = all::<users::Entity>()
            .filter(users::Column::Realm.eq(realm))
            .filter(users::Column::Login.eq(normal(login)))
            .one(&self.read)
            .await
            .map_err(db)?;
        Ok(row.map(User::from))
    }

    pub async fn user(&self, user_id: Uuid) -> Result<Option<User>> {
        Ok(self.user_row(user_id).await?.map(User::from))
    }

    pub(super) async fn user_row(&self, user_id: Uuid) -> Result<Option<users::Model>> {
        all::<users::Entity>().filter(users::Column::Id.eq(user_id)).one(&self.read).await.map_err(db)
    }

    pub async fn contacts_of(&self, user_id: Uuid) -> Result<Vec<ContactLink>> {
        let rows = all::<user_contacts::Entity>()
            .filter(user_contacts::Column::UserId.eq(user_id))
            .order_by_asc(user_contacts::Column::ContactId)
            .all(&self.read)
            .await
            .map_err(db)?;
        Ok(rows.into_iter().map(|row| ContactLink { backend_id: row.backend_id, contact_id: row.contact_id }).collect())
    }

    pub async fn roles_of(&self, user_id: Uuid) -> Result<Vec<String>> {
        let rows = all::<user_roles::Entity>()
            .filter(user_roles::Column::UserId.eq(user_id))
            .order_by_asc(user_roles::Column::RoleKey)
            .all(&self.read)
            .await
            .map_err(db)?;
        Ok(rows.into_iter().map(|row| row.role_key).collect())
    }
}

/// The user's rights have moved. It is the first statement of each change, so that a change of
/// nobody is found out before anything is written.
async fn moved(on: &impl ConnectionTrait, user_id: Uuid) -> Result<()> {
    let done = users::Entity::update_many()
        .col_expr(users::Column::RightsVersion, Expr::col(users::Column::RightsVersion).add(1_i64))
        .filter(users::Column::Id.eq(user_id))
        .exec(on)
        .await
        .map_err(db)?;
    if done.rows_affected == 0 { Err(no_user()) } else { Ok(()) }
}

/// The rights of everybody who is bound to one of these contacts have moved.
pub(crate) async fn rights_moved(on: &impl ConnectionTrait, contacts: SelectStatement) -> Result<()> {
    let bound = all::<user_contacts::Entity>()
        .select_only()
        .column(user_contacts::Column::UserId)
        .filter(user_contacts::Column::ContactId.in_subquery(contacts));
    users::Entity::update_many()
        .col_expr(users::Column::RightsVersion, Expr::col(users::Column::RightsVersion).add(1_i64))
        .filter(users::Column::Id.in_subquery(bound.into_query()))
        .exec(on)
        .await
        .map_err(db)?;
    Ok(())
}

pub(super) async fn insert_contact(tx: &impl ConnectionTrait, user_id: Uuid, link: ContactLink) -> Result<()> {
    let row = user_contacts::ActiveModel {
        user_id: Set(user_id),
        contact_id: Set(link.contact_id),
        backend_id: Set(link.backend_id),
    };
    let again = OnConflict::columns([user_contacts::Column::UserId, user_contacts::Column::ContactId])
        .update_column(user_contacts::Column::BackendId)
        .to_owned();
    user_contacts::Entity::insert(row).on_conflict(again).exec_without_returning(tx).await.map_err(db)?;
    Ok(())
}

async fn insert_roles(tx: &impl ConnectionTrait, user_id: Uuid, roles: &[String]) -> Result<()> {
    let keys: BTreeSet<&str> = roles.iter().map(|role| role.trim()).collect();
    for key in &keys {
        check_text("role", key)?;
    }
    let rows: Vec<_> = keys
        .into_iter()
        .map(|key| user_roles::ActiveModel { user_id: Set(user_id), role_key: Set(key.to_owned()) })
        .collect();
    if !rows.is_empty() {
        user_roles::Entity::insert_many(rows).exec_without_returning(tx).await.map_err(db)?;
    }
    Ok(())
}

fn check_text(what: &str, text: &str) -> Result<()> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > LONGEST || text.chars().any(char::is_control) {
        return Err(Error::invalid(format!("The {what} must have 1 to {LONGEST} printable letters.")));
    }
    Ok(())
}

pub(super) fn no_user() -> Error {
    Error::new(ErrorKind::NotFound, "There is no such user.")
}

pub(super) fn taken(error: DbErr) -> Error {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => {
            Error::new(ErrorKind::Conflict, "This login is taken. Choose another.")
        }
        _ => db(error),
    }
}

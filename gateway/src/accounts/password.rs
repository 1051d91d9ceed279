//! Setting and changing passwords.

use super::audit;
use super::back_off::Admission;
use super::entity::users;
use super::people::no_user;
use super::policy::Owner;
use super::sign_in::SignInRefused;
use super::store::{AccountStore, db};
use portico_contract::{Error, ErrorKind, Result};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

impl AccountStore {
    /// Sets a password without asking for the old one: for administrators and links sent by mail.
    /// Every other session and token of the user ends; `keep` is the session that goes on.
    pub async fn set_password(&self, user_id: Uuid, new: &SecretString, keep: Option<Uuid>) -> Result<()> {
        let user = self.user_row(user_id).await?.ok_or_else(no_user)?;
        self.store_password(&user, new, keep).await
    }

    /// Changes one's own password. A wrong old one counts like a failed sign-in.
    pub async fn change_password(
        &self,
        user_id: Uuid,
        old: &SecretString,
        new: &SecretString,
        keep: Option<Uuid>,
    ) -> Result<()> {
        let user = self.user_row(user_id).await?.ok_or_else(no_user)?;
        let turn = self.hasher.turn().await?;
        let admitted = match self.admit(&user.login, None).await? {
            Admission::Admitted(admitted) => admitted,
            Admission::Wait(seconds) => return Err(SignInRefused::RateLimited { seconds }.into()),
        };
        let fits = self.hasher.verify(turn, old, vec![user.password_hash.clone()]).await?;
        if !fits.contains(&true) {
            audit::refused(&user.login, "wrong_old_password", None);
            return Err(Error::new(ErrorKind::Forbidden, "The present password is wrong."));
        }
        self.forgive(&self.write, &admitted).await?;
        self.store_password(&user, new, keep).await
    }

    async fn store_password(&self, user: &users::Model, new: &SecretString, keep: Option<Uuid>) -> Result<()> {
        let hash = self.checked_hash(new, &user.login, &user.email, &user.name).await?;
        let tx = self.begin().await?;
        users::Entity::update_many()
            .col_expr(users::Column::PasswordHash, Expr::value(hash))
            .col_expr(users::Column::PasswordChangedAt, Expr::value(self.now()))
            .filter(users::Column::Id.eq(user.id))
            .exec(&tx)
            .await
            .map_err(db)?;
        self.revoke_sessions(&tx, user.id, keep).await?;
        tx.commit().await.map_err(db)?;
        self.sessions.forget();
        audit::changed("password_set", user.id);
        Ok(())
    }

    /// The hash of a password that follows the rules; otherwise every broken rule is said.
    pub(super) async fn checked_hash(
        &self,
        password: &SecretString,
        login: &str,
        email: &str,
        name: &str,
    ) -> Result<String> {
        let broken = self.policy().check(password.expose_secret(), Owner { login, email, name });
        if !broken.is_empty() {
            let rules: Vec<String> = broken.iter().map(ToString::to_string).collect();
            return Err(Error::invalid(rules.join(" ")));
        }
        let turn = self.hasher.turn().await?;
        self.hasher.hash(turn, password).await
    }
}

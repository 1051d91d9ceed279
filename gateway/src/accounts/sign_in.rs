//! From a login and a password to a session.
//!
//! Unknown logins, disabled users, users without a password and wrong passwords cost the same work
//! and get the same answer.

use super::audit;
use super::back_off::{Admission, Admitted};
use super::entity::{all, users};
use super::realm::{Realm, SessionKind};
use super::store::{AccountStore, db, normal};
use portico_contract::{Error, ErrorKind, Timestamp};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use sea_orm::{ConnectionTrait, sea_query::Expr};
use secrecy::SecretString;
use std::net::IpAddr;
use std::time::Duration;
use uuid::Uuid;

/// An attempt to sign in.
#[derive(Debug, Clone, Default)]
pub struct SignIn {
    pub login: String,
    pub password: SecretString,
    /// A login may exist in both realms. None: the one whose password it is.
    pub realm: Option<Realm>,
    pub remember: bool,
    pub kind: SessionKind,
    /// Address of the caller, for back-off.
    pub peer: Option<IpAddr>,
}

/// A new session. The token is shown here and never again.
#[derive(Debug)]
pub struct SignedIn {
    pub user_id: Uuid,
    pub session_id: Uuid,
    pub token: SecretString,
    pub expires_at: Timestamp,
}

/// Why somebody was not signed in.
#[derive(Debug)]
pub enum SignInRefused {
    /// Login or password; never which of them.
    Wrong,
    /// Too many failures: wait so many seconds.
    RateLimited { seconds: u64 },
    /// The password is right in both realms: only somebody who knows it gets this answer.
    ChooseRealm,
    /// Nothing was decided.
    Failed(Error),
}

impl From<Error> for SignInRefused {
    fn from(error: Error) -> Self {
        match (error.kind, error.retry_after) {
            (ErrorKind::RateLimited, Some(wait)) => Self::RateLimited { seconds: wait.as_secs().max(1) },
            _ => Self::Failed(error),
        }
    }
}

impl From<SignInRefused> for Error {
    fn from(refused: SignInRefused) -> Self {
        match refused {
            SignInRefused::Wrong => Self::new(ErrorKind::Unauthenticated, "The login or the password is wrong."),
            SignInRefused::RateLimited { seconds } => {
                let text = format!("Too many attempts to sign in. Try again in {seconds} s.");
                let mut error = Self::new(ErrorKind::RateLimited, text);
                error.retry_after = Some(Duration::from_secs(seconds));
                error
            }
            SignInRefused::ChooseRealm => Self::invalid("This login exists for customers and for staff. Say which."),
            SignInRefused::Failed(error) => error,
        }
    }
}

impl SignInRefused {
    /// A word for the audit log.
    fn word(&self) -> &'static str {
        match self {
            Self::Wrong => "wrong",
            Self::RateLimited { .. } => "rate_limited",
            Self::ChooseRealm => "choose_realm",
            Self::Failed(_) => "failed",
        }
    }
}

impl AccountStore {
    /// Checks a password and opens a session.
    pub async fn sign_in(&self, attempt: SignIn) -> Result<SignedIn, SignInRefused> {
        let login = normal(&attempt.login);
        let outcome = self.try_sign_in(&login, &attempt).await;
        if let Err(refused) = &outcome {
            audit::refused(&login, refused.word(), attempt.peer);
        }
        outcome
    }

    async fn try_sign_in(&self, login: &str, attempt: &SignIn) -> Result<SignedIn, SignInRefused> {
        // The turn comes before the count: whoever waits for a turn has not been admitted yet.
        let turn = self.hasher.turn().await?;
        let admitted = match self.admit(login, attempt.peer).await? {
            Admission::Admitted(admitted) => admitted,
            Admission::Wait(seconds) => return Err(SignInRefused::RateLimited { seconds }),
        };
        let realms = attempt.realm.as_ref().map_or(Realm::ALL, std::slice::from_ref);
        let mut found = self.users_of(login).await?;
        let candidates: Vec<Option<users::Model>> = realms
            .iter()
            .map(|realm| {
                let place = found.iter().position(|user| user.realm == *realm && !user.disabled)?;
                Some(found.swap_remove(place))
            })
            .collect();
        let hashes = candidates.iter().map(|user| user.as_ref()?.password_hash.clone()).collect();
        let fits = self.hasher.verify(turn, &attempt.password, hashes).await?;
        let mut right = candidates.into_iter().zip(fits).filter_map(|(user, fits)| user.filter(|_| fits));
        match (right.next(), right.next()) {
            (Some(user), None) => self.let_in(&user, attempt, &admitted).await,
            (Some(_), Some(_)) => Err(SignInRefused::ChooseRealm),
            (None, _) if realms.contains(&Realm::Customer) => {
                let user = self.vouched_for(login, &attempt.password).await?.ok_or(SignInRefused::Wrong)?;
                self.let_in(&user, attempt, &admitted).await
            }
            (None, _) => Err(SignInRefused::Wrong),
        }
    }

    pub(super) async fn users_of(&self, login: &str) -> portico_contract::Result<Vec<users::Model>> {
        all::<users::Entity>().filter(users::Column::Login.eq(login)).all(&self.read).await.map_err(db)
    }

    pub(super) async fn let_in(
        &self,
        user: &users::Model,
        attempt: &SignIn,
        admitted: &Admitted,
    ) -> Result<SignedIn, SignInRefused> {
        let hash = self.present_hash(user, &attempt.password).await?;
        let days = if attempt.remember { self.settings.remember_days } else { self.settings.session_days };
        let tx = self.begin().await?;
        self.forgive(&tx, admitted).await?;
        if !still_right(&tx, user, hash).await? {
            return Err(SignInRefused::Wrong);
        }
        let signed_in = self.open_session(&tx, user.id, attempt.kind, None, days).await?;
        tx.commit().await.map_err(db)?;
        audit::signed_in(user.id, user.realm, attempt.kind, attempt.peer);
        Ok(signed_in)
    }

    /// The hash to keep: a new one if the cost that is set has changed.
    async fn present_hash(&self, user: &users::Model, password: &SecretString) -> Result<Option<String>, Error> {
        match &user.password_hash {
            Some(hash) if self.hasher.is_outdated(hash) => {
                let turn = self.hasher.turn().await?;
                self.hasher.hash(turn, password).await.map(Some)
            }
            hash => Ok(hash.clone()),
        }
    }
}

/// Whether neither password nor access have changed while the hash was computed. Holds the row, so
/// that a change that ends all sessions comes wholly before or wholly after this one opens.
async fn still_right(
    tx: &impl ConnectionTrait,
    user: &users::Model,
    hash: Option<String>,
) -> portico_contract::Result<bool> {
    let done = users::Entity::update_many()
        .col_expr(users::Column::PasswordHash, Expr::value(hash))
        .filter(users::Column::Id.eq(user.id))
        .filter(users::Column::PasswordHash.eq(user.password_hash.clone()))
        .filter(users::Column::Disabled.eq(false))
        .exec(tx)
        .await
        .map_err(db)?;
    Ok(done.rows_affected == 1)
}

//! From a token to the person behind it: one statement, or the memory of one that is under 3 s old.

use super::audit;
use super::entity::{all, sessions, users};
use super::realm::{Realm, SessionKind};
use super::sign_in::SignedIn;
use super::store::{AccountStore, db};
use super::token::{self, TokenHash};
use chrono::{DateTime, TimeDelta};
use moka::sync::Cache as Moka;
use portico_contract::{Error, Result, Timestamp};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect,
    RelationTrait, UpdateMany,
};
use secrecy::SecretString;
use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use uuid::Uuid;

/// How long another process may go on with a session that was revoked here.
const MEMORY: Duration = Duration::from_secs(3);
const REMEMBERED: u64 = 10_000;
/// `last_seen_at` is exact to this.
const SEEN_EVERY: i64 = 60_000;

/// A session that is valid now, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub session_id: Uuid,
    pub kind: SessionKind,
    pub user_id: Uuid,
    pub realm: Realm,
    pub name: String,
    pub email: String,
    /// Moves whenever contacts, roles or access change.
    pub rights_version: i64,
    pub expires_at: Timestamp,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    kind: SessionKind,
    user_id: Uuid,
    expires_at: i64,
    last_seen_at: i64,
    realm: Realm,
    name: String,
    email: String,
    rights_version: i64,
}

#[derive(Clone)]
struct Remembered {
    session: Arc<Session>,
    read_at: i64,
    generation: u64,
}

/// Sessions read in the last seconds, and those that were seen but not written down yet.
pub struct Cache {
    sessions: Moka<TokenHash, Remembered>,
    /// Moves with every revocation in this process; what was read before one is not used after it.
    generation: AtomicU64,
    seen: Mutex<HashMap<Uuid, i64>>,
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache").field("sessions", &self.sessions.entry_count()).finish_non_exhaustive()
    }
}

impl Cache {
    pub fn new() -> Self {
        // Their age is told by the clock; this only clears away what nobody asks for.
        let sessions = Moka::builder().max_capacity(REMEMBERED).time_to_live(MEMORY * 10).build();
        Self { sessions, generation: AtomicU64::new(0), seen: Mutex::default() }
    }

    /// Nothing that was read until now counts any more.
    pub fn forget(&self) {
        self.generation.fetch_add(1, Ordering::SeqCst);
    }

    fn generation(&self) -> u64 {
        self.generation.load(Ordering::SeqCst)
    }

    fn recall(&self, token: &TokenHash, now: i64) -> Option<Arc<Session>> {
        let memory = self.sessions.get(token)?;
        let age = now.checked_sub(memory.read_at).and_then(|age| u64::try_from(age).ok())?;
        let fresh = age < MEMORY.as_millis() as u64 && memory.generation == self.generation();
        (fresh && now < memory.session.expires_at.timestamp_millis()).then_some(memory.session)
    }

    fn see(&self, session: Uuid, now: i64) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() < REMEMBERED as usize {
            seen.insert(session, now);
        }
    }

    /// The sessions seen since the last call.
    pub fn take_seen(&self) -> HashMap<Uuid, i64> {
        std::mem::take(&mut *self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl AccountStore {
    /// The session of a token. `None`: unknown, expired, revoked, or its user is disabled.
    pub async fn session(&self, token: &SecretString) -> Result<Option<Arc<Session>>> {
        let Some(hash) = TokenHash::of(token) else { return Ok(None) };
        let now = self.now();
        if let Some(session) = self.sessions.recall(&hash, now) {
            return Ok(Some(session));
        }
        let generation = self.sessions.generation();
        let Some(row) = self.session_row(&hash, now).await? else { return Ok(None) };
        if now - row.last_seen_at >= SEEN_EVERY {
            self.sessions.see(row.id, now);
        }
        let session = Arc::new(Session::from(row));
        let memory = Remembered { session: session.clone(), read_at: now, generation };
        self.sessions.sessions.insert(hash, memory);
        Ok(Some(session))
    }

    async fn session_row(&self, hash: &TokenHash, now: i64) -> Result<Option<Row>> {
        use sessions::Column;
        all::<sessions::Entity>()
            .select_only()
            .columns([Column::Id, Column::Kind, Column::UserId, Column::ExpiresAt, Column::LastSeenAt])
            .columns([users::Column::Realm, users::Column::Name, users::Column::Email, users::Column::RightsVersion])
            .join(JoinType::InnerJoin, sessions::Relation::User.def())
            .filter(Column::TokenHash.eq(hash.hex()))
            .filter(Column::RevokedAt.is_null())
            .filter(Column::ExpiresAt.gt(now))
            .filter(users::Column::Disabled.eq(false))
            .into_model::<Row>()
            .one(&self.read)
            .await
            .map_err(db)
    }

    pub(super) async fn open_session(
        &self,
        tx: &impl ConnectionTrait,
        user_id: Uuid,
        kind: SessionKind,
        name: Option<String>,
        days: u32,
    ) -> Result<SignedIn> {
        let (token, hash) = token::issue()?;
        let now = self.clock.now();
        let expires_at = now
            .checked_add_signed(TimeDelta::days(days.into()))
            .ok_or_else(|| Error::invalid("A session cannot last that long. Give fewer days."))?;
        let session_id = Uuid::new_v4();
        let row = sessions::ActiveModel {
            id: Set(session_id),
            token_hash: Set(hash.hex()),
            user_id: Set(user_id),
            kind: Set(kind),
            created_at: Set(now.timestamp_millis()),
            last_seen_at: Set(now.timestamp_millis()),
            expires_at: Set(expires_at.timestamp_millis()),
            revoked_at: Set(None),
            name: Set(name),
        };
        sessions::Entity::insert(row).exec_without_returning(tx).await.map_err(db)?;
        Ok(SignedIn { user_id, session_id, token, expires_at })
    }

    /// Rights were moved by another room: nothing that was read until now counts any more.
    pub fn forget_sessions(&self) {
        self.sessions.forget();
    }

    /// Ends one session, in this process at once, in others within 3 s.
    pub async fn sign_out(&self, session_id: Uuid) -> Result<()> {
        self.revoke(&self.write, |revoke| revoke.filter(sessions::Column::Id.eq(session_id))).await?;
        self.sessions.forget();
        Ok(())
    }

    /// Ends every session and service token of a user.
    pub async fn revoke_all(&self, user_id: Uuid) -> Result<()> {
        self.revoke_sessions(&self.write, user_id, None).await?;
        self.sessions.forget();
        audit::changed("sessions_revoked", user_id);
        Ok(())
    }

    /// Ends the sessions of a user but one. The caller forgets what is remembered once this is committed.
    pub(super) async fn revoke_sessions(
        &self,
        on: &impl ConnectionTrait,
        user_id: Uuid,
        keep: Option<Uuid>,
    ) -> Result<()> {
        self.revoke(on, |revoke| {
            let revoke = revoke.filter(sessions::Column::UserId.eq(user_id));
            match keep {
                Some(keep) => revoke.filter(sessions::Column::Id.ne(keep)),
                None => revoke,
            }
        })
        .await
    }

    async fn revoke(
        &self,
        on: &impl ConnectionTrait,
        which: impl FnOnce(UpdateMany<sessions::Entity>) -> UpdateMany<sessions::Entity>,
    ) -> Result<()> {
        let revoke = sessions::Entity::update_many()
            .col_expr(sessions::Column::RevokedAt, Expr::value(self.now()))
            .filter(sessions::Column::RevokedAt.is_null());
        which(revoke).exec(on).await.map_err(db)?;
        Ok(())
    }
}

impl From<Row> for Session {
    fn from(row: Row) -> Self {
        Self {
            session_id: row.id,
            kind: row.kind,
            user_id: row.user_id,
            realm: row.realm,
            name: row.name,
            email: row.email,
            rights_version: row.rights_version,
            expires_at: DateTime::from_timestamp_millis(row.expires_at).unwrap_or_default(),
        }
    }
}

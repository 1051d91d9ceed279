//! Idempotency keys: a wish that is sent again is known by its key, and by the hash of what was asked for.

use crate::readmodel::entity::idempotency_keys::{self as keys, Column as C};
use crate::readmodel::store::db;
use portico_contract::{Error, ErrorKind, Result};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use uuid::Uuid;

/// A key of one user and one mutation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    user: Uuid,
    mutation: &'static str,
    key: String,
    input: String,
}

fn hash(text: &str) -> String {
    Sha256::digest(text).iter().fold(String::with_capacity(64), |mut hash, byte| {
        let _ = write!(hash, "{byte:02x}");
        hash
    })
}

impl Key {
    /// `input`: everything that was asked for, as it was coerced.
    #[must_use]
    pub fn new(user: Uuid, mutation: &'static str, key: &str, input: &str) -> Self {
        Self { user, mutation, key: hash(key), input: hash(input) }
    }

    /// The command that this key led to; an error if something else was asked for by it.
    pub async fn known(&self, on: &impl ConnectionTrait) -> Result<Option<Uuid>> {
        let id = (self.user, self.mutation.to_owned(), self.key.clone());
        match keys::Entity::find_by_id(id).one(on).await.map_err(db)? {
            Some(row) if row.input == self.input => Ok(Some(row.command_id)),
            Some(_) => Err(Error::new(
                ErrorKind::Conflict,
                "This idempotencyKey was used for something else. Take a new key for every new wish.",
            )),
            None => Ok(None),
        }
    }

    pub(super) async fn remember(&self, on: &impl ConnectionTrait, command: Uuid, now: i64) -> Result<()> {
        let row = keys::ActiveModel {
            user_id: Set(self.user),
            mutation: Set(self.mutation.to_owned()),
            key: Set(self.key.clone()),
            input: Set(self.input.clone()),
            command_id: Set(command),
            created_at: Set(now),
        };
        keys::Entity::insert(row).exec_without_returning(on).await.map_err(db)?;
        Ok(())
    }
}

/// Forgets keys that are older than this.
pub(super) async fn forget(on: &impl ConnectionTrait, before: i64) -> Result<u64> {
    let old = keys::Entity::delete_many().filter(C::CreatedAt.lt(before));
    Ok(old.exec(on).await.map_err(db)?.rows_affected)
}

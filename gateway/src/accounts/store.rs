//! The handle on people and sessions.

use super::hasher::Hasher;
use super::policy::PasswordPolicy;
use super::session::Cache;
use super::vouch::Vouchers;
use crate::config::AuthSettings;
use portico_contract::{Clock, Error, Result};
use sea_orm::{
    DatabaseConnection, DatabaseTransaction, DbErr, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use std::sync::{Arc, OnceLock};

/// Users, sessions and sign-in. One per process, shared.
#[derive(Debug)]
pub struct AccountStore {
    pub(super) read: DatabaseConnection,
    /// On SQLite a pool of one: inside a transaction only the transaction may be used.
    pub(super) write: DatabaseConnection,
    pub(super) clock: Clock,
    pub(super) settings: AuthSettings,
    pub(super) hasher: Hasher,
    pub(super) sessions: Cache,
    /// The PSAs that know passwords, once they are there.
    pub(super) vouchers: OnceLock<Arc<dyn Vouchers>>,
}

impl AccountStore {
    /// `read` and `write` lead to the same, migrated database.
    pub async fn new(
        read: DatabaseConnection,
        write: DatabaseConnection,
        clock: Clock,
        settings: AuthSettings,
    ) -> Result<Self> {
        let hasher = Hasher::new(&settings).await?;
        Ok(Self { read, write, clock, settings, hasher, sessions: Cache::new(), vouchers: OnceLock::new() })
    }

    /// Lets these vouch for people at their first sign-in. The first call counts.
    pub fn trust(&self, vouchers: Arc<dyn Vouchers>) {
        self.vouchers.get_or_init(|| vouchers);
    }

    #[must_use]
    pub fn settings(&self) -> &AuthSettings {
        &self.settings
    }

    #[must_use]
    pub fn policy(&self) -> PasswordPolicy {
        PasswordPolicy::new(&self.settings)
    }

    pub(super) fn now(&self) -> i64 {
        self.clock.now().timestamp_millis()
    }

    /// A transaction that takes the write lock at once.
    pub(super) async fn begin(&self) -> Result<DatabaseTransaction> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        self.write.begin_with_options(options).await.map_err(db)
    }
}

/// A failure of our own database is ours to mend.
pub(super) fn db(error: DbErr) -> Error {
    Error::internal("database of accounts").with_source(error)
}

/// Logins are compared trimmed and in lower case.
pub(super) fn normal(login: &str) -> String {
    login.trim().to_lowercase()
}

//! A store on a fresh SQLite file with a clock that tests move.

use super::{AccountStore, NewUser, Realm, SignIn};
use crate::config::AuthSettings;
use portico_contract::{Clock, Timestamp};
use portico_migrations::Migrator;
use sea_orm::{ConnectOptions, Database, DatabaseConnection};
use sea_orm_migration::MigratorTrait;
use secrecy::SecretString;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tempfile::TempDir;
use uuid::Uuid;

pub const PASSWORD: &str = "tidal-kettle-42-moss";

/// Hashes that cost next to nothing.
pub fn cheap() -> AuthSettings {
    AuthSettings { argon2_memory_kib: 8, argon2_iterations: 1, ..AuthSettings::default() }
}

#[derive(Debug)]
pub struct World {
    pub store: AccountStore,
    pub clock: Clock,
    /// SQL statements so far.
    pub statements: Arc<AtomicU64>,
    dir: TempDir,
}

impl World {
    pub async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let statements = Arc::new(AtomicU64::new(0));
        let url = format!("sqlite://{}/test.sqlite?mode=rwc", dir.path().display());
        let write = connect(&url, 1, &statements).await;
        Migrator::up(&write, None).await.unwrap();
        let read = connect(&url, 4, &statements).await;
        Self::on(read, write, statements, dir).await
    }

    /// A world on any migrated database.
    async fn on(read: DatabaseConnection, write: DatabaseConnection, statements: Arc<AtomicU64>, dir: TempDir) -> Self {
        let clock = Clock::fake(Timestamp::from_timestamp_millis(1_800_000_000_000).unwrap());
        let store = AccountStore::new(read, write, clock.clone(), cheap()).await.unwrap();
        Self { store, clock, statements, dir }
    }

    /// A second process on the same database.
    pub async fn second(&self) -> AccountStore {
        let url = format!("sqlite://{}/test.sqlite", self.dir.path().display());
        let write = connect(&url, 1, &self.statements).await;
        let read = connect(&url, 4, &self.statements).await;
        AccountStore::new(read, write, self.clock.clone(), cheap()).await.unwrap()
    }

    pub fn advance(&self, seconds: u64) {
        self.clock.advance(std::time::Duration::from_secs(seconds));
    }

    /// How many statements something takes.
    pub async fn statements_of<T>(&self, work: impl Future<Output = T>) -> (T, u64) {
        let before = self.statements.load(Ordering::SeqCst);
        let done = work.await;
        (done, self.statements.load(Ordering::SeqCst) - before)
    }

    pub async fn user(&self, realm: Realm, login: &str, password: &str) -> Uuid {
        let new = NewUser {
            realm,
            name: "Some Body".into(),
            email: "mail@example.com".into(),
            login: login.into(),
            password: Some(SecretString::from(password)),
            contacts: Vec::new(),
            roles: Vec::new(),
        };
        self.store.create_user(new).await.unwrap()
    }

    /// Everything in the database files, for searches for what must not be there.
    pub fn bytes(&self) -> Vec<u8> {
        let files = std::fs::read_dir(self.dir.path()).unwrap();
        files.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
    }
}

async fn connect(url: &str, most: u32, statements: &Arc<AtomicU64>) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(most).sqlx_logging(false).map_sqlx_sqlite_opts(|sqlite| {
        sqlite.pragma("journal_mode", "WAL").busy_timeout(std::time::Duration::from_secs(5))
    });
    let mut connection = Database::connect(options).await.unwrap();
    let statements = statements.clone();
    connection.set_metric_callback(move |_| {
        statements.fetch_add(1, Ordering::SeqCst);
    });
    connection
}

pub fn attempt(login: &str, password: &str) -> SignIn {
    SignIn { login: login.into(), password: SecretString::from(password), ..SignIn::default() }
}

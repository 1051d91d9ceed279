//! Replicas of Portico over one database, each with its own synchroniser.

use anyhow::Result;
use futures_util::future::LocalBoxFuture;
use portico::app::say;
use portico::readmodel::Store;
use portico::sync::{Source, Sync, SyncSettings};
use portico_contract::{Backend, Clock, Kind, NativeId, Stream};
use portico_tests::{ThinPsa, servers};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};
use std::sync::Arc;
use tempfile::TempDir;

/// A rule that holds on any database, given its address.
pub type Rule = fn(String) -> LocalBoxFuture<'static, Result<()>>;

/// On SQLite, and on PostgreSQL where there is one.
pub async fn on_both(rule: Rule) -> Result<()> {
    let dir = tempfile::tempdir()?;
    rule(sqlite(&dir)).await?;
    match servers::postgres().await {
        Some(server) => rule(server.fresh_database().await?).await,
        None => Ok(()),
    }
}

pub fn sqlite(dir: &TempDir) -> String {
    format!("sqlite://{}?mode=rwc", dir.path().join("replicas.sqlite").display())
}

/// A handle on the database.
pub async fn store(url: &str, clock: &Clock) -> Result<Store> {
    Store::open(url, 4, clock.clone()).await.map_err(|e| say(&e))
}

/// One replica.
pub async fn replica(url: &str, psa: Arc<dyn Backend>, clock: &Clock, settings: SyncSettings) -> Result<Sync> {
    Sync::new(store(url, clock).await?, vec![psa], settings).await.map_err(|e| say(&e))
}

pub fn thin(psa: &ThinPsa) -> Arc<dyn Backend> {
    Arc::new(psa.clone())
}

pub fn source(sync: &Sync) -> Result<&Source> {
    anyhow::Context::context(sync.sources().first(), "no backend")
}

/// The tickets as the synchroniser's operations name them.
pub fn opened(sync: &Sync, ticket: i64) -> Result<portico::sync::Opened> {
    let (backend, native) = (source(sync)?.id, NativeId::new(Kind::Ticket, ticket));
    let id = portico::readmodel::GlobalId::new(Kind::Ticket, portico::readmodel::ids::derived(backend, &native));
    Ok(portico::sync::Opened { id, backend, native, confirmed_at: 0 })
}

/// The same, with when its whole was last read.
pub async fn opened_now(url: &str, sync: &Sync, ticket: i64) -> Result<portico::sync::Opened> {
    let read = format!("SELECT COALESCE(MAX(detail_at), 0) FROM mirror_tickets WHERE native_key = '{ticket}'");
    Ok(portico::sync::Opened { confirmed_at: number(url, &read).await?, ..opened(sync, ticket)? })
}

/// A number that the database itself gives.
pub async fn number(url: &str, sql: &str) -> Result<i64> {
    let conn: DatabaseConnection = Database::connect(url).await?;
    let row = conn.query_one_raw(Statement::from_string(conn.get_database_backend(), sql)).await?;
    let number = anyhow::Context::context(row, "no row")?.try_get_by_index(0)?;
    conn.close().await?;
    Ok(number)
}

pub const TICKETS: Stream = Stream::Tickets;

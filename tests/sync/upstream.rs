//! What the PSA itself says: by SQL on its own tables, and by reading it afresh.

use crate::mirror::{self, Mirror};
use anyhow::{Context, Result, ensure};
use portico::app::say;
use portico::readmodel::Store;
use portico::readmodel::entity::backends;
use portico::registry;
use portico::sync::{Sync, SyncSettings};
use portico_contract::{Clock, Kind};
use portico_tests::House;
use sea_orm::{ActiveValue::Set, ConnectionTrait, Database, EntityTrait, Statement};
use std::collections::BTreeSet;

/// A ticket that customers may see at all.
pub const LIVE: &str = "ticket_archived_at IS NULL AND ticket_client_id > 0";

/// The first column, as text, of rows of the PSA's own tables.
pub async fn words(house: &House, sql: &str) -> Result<Vec<String>> {
    let conn = house.sandbox.conn();
    let rows = conn.query_all_raw(Statement::from_string(conn.get_database_backend(), sql)).await?;
    rows.iter().map(|row| row.try_get_by_index::<String>(0).context("a column that is no text")).collect()
}

/// The global ids of rows of the PSA's own tables.
pub async fn ids(house: &House, kind: Kind, column: &str, from: &str) -> Result<BTreeSet<String>> {
    let keys = words(house, &format!("SELECT CAST({column} AS CHAR) FROM {from}")).await?;
    keys.into_iter().map(|key| house.id(kind, key)).collect()
}

pub async fn tickets(house: &House, which: &str) -> Result<BTreeSet<String>> {
    ids(house, Kind::Ticket, "ticket_id", &format!("tickets WHERE {LIVE} AND {which}")).await
}

/// Invoices that customers may see.
pub async fn invoices(house: &House, which: &str) -> Result<BTreeSet<String>> {
    let live = "invoice_archived_at IS NULL AND invoice_status <> 'Draft'";
    ids(house, Kind::Invoice, "invoice_id", &format!("invoices WHERE {live} AND {which}")).await
}

/// Comments on a ticket that customers may see.
pub async fn comments(house: &House, ticket: i32) -> Result<BTreeSet<String>> {
    let live = "ticket_reply_archived_at IS NULL AND ticket_reply_type IN ('Public', 'Client')";
    let from = format!("ticket_replies WHERE {live} AND ticket_reply_ticket_id = {ticket}");
    ids(house, Kind::Comment, "ticket_reply_id", &from).await
}

/// What a Portico that has never seen this PSA makes of it.
pub async fn afresh(house: &House) -> Result<Mirror> {
    let dir = tempfile::tempdir()?;
    let url = format!("sqlite://{}?mode=rwc", dir.path().join("fresh.sqlite").display());
    let clock = Clock::fake(house.clock.now());
    let store = Store::open(&url, 2, clock.clone()).await.map_err(|e| say(&e))?;
    let conn = Database::connect(&url).await?;
    // Ids are derived from the backend's: both must give the same.
    for source in house.app.sync.sources() {
        let info = source.backend.info();
        let row = backends::ActiveModel {
            id: Set(source.id),
            instance: Set(info.instance.clone()),
            kind: Set(info.kind.to_owned()),
            created_at: Set(0),
            absent: Set(None),
        };
        backends::Entity::insert(row).exec_without_returning(&conn).await?;
    }
    let backends = registry::backends(&house.config.backends, &clock)?;
    let sync = Sync::new(store, backends, SyncSettings::default()).await.map_err(|e| say(&e))?;
    sync.fill(false, None).await.map_err(|e| say(&e))?;
    mirror::rows(&conn).await
}

/// The read model is what a fresh reading gives, but for read times and versions.
pub async fn agrees(house: &House) -> Result<()> {
    const OWN: &[&str] = &["read_at", "detail_at", "version"];
    let ours = mirror::without(mirror::rows(&mirror::open(house).await?).await?, OWN);
    let theirs = mirror::without(afresh(house).await?, OWN);
    let differences = mirror::differences(&ours, &theirs);
    ensure!(differences.is_empty(), "the read model differs from the PSA:\n{}", differences.join("\n"));
    ensure!(!ours.is_empty(), "nothing was compared");
    Ok(())
}

/// Everything was read whole just now.
pub async fn sweep(house: &House) -> Result<()> {
    house.beat().await;
    for stream in house.source()?.streams() {
        house.sweep(stream).await?;
    }
    Ok(())
}

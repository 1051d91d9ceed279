//! The main rules once more: with PostgreSQL below the read model, and with MariaDB as the PSA's database.

use crate::{
    cost, interrupted, lean, mirror, order, protection, random, restored, rights, search, seen, threads, tickets,
    upstream,
};
use anyhow::{Context, Result};
use futures_util::future::LocalBoxFuture;
use portico::app::say;
use portico_contract::{Kind, Record, Snapshot};
use portico_tests::house::PRIMARY;
use portico_tests::{House, Options, servers};
use sea_orm::{ConnectionTrait, TransactionTrait};
use std::sync::Arc;

type Rule = (&'static str, fn(Options) -> LocalBoxFuture<'static, Result<()>>);

const RULES: &[Rule] = &[
    ("a primary moves", |options| Box::pin(rights::primary_moves(options))),
    ("a comment turns internal", |options| Box::pin(threads::comment_turns(options))),
    ("a new ticket appears", |options| Box::pin(tickets::new_ticket(options))),
    ("a deleted ticket goes", |options| Box::pin(tickets::deleted_ticket(options))),
    ("a late page undoes no change", |options| Box::pin(order::late_page_keeps_change(options))),
    ("a late page shows nothing hidden", |options| Box::pin(order::late_page_keeps_hidden(options))),
    ("a late page brings nothing back", |options| Box::pin(order::late_page_keeps_deletion(options))),
    ("a late page moves nothing back", |options| Box::pin(order::late_page_keeps_move(options))),
    ("equal content writes nothing", |options| Box::pin(order::equal_content(options))),
    ("a change makes one event", |options| Box::pin(order::one_event(options))),
    ("an idle sweep writes nothing", |options| Box::pin(lean::idle(options))),
    ("a pass over ids finds deletions", |options| Box::pin(lean::deleted(options))),
    ("an interrupted pass goes on", |options| Box::pin(interrupted::goes_on(options))),
    ("a restored database is followed", |options| Box::pin(restored::followed(options))),
    ("what changes is found as it is now", |options| Box::pin(search::follows(options))),
    ("an older database gets its index", |options| Box::pin(search::fills(options))),
    ("an erased contact is nowhere", |options| Box::pin(protection::contact_is_nowhere(options))),
    ("an erased account is nowhere", |options| Box::pin(protection::account_is_nowhere(options))),
    ("operations cost the same", |options| Box::pin(cost::table(options))),
    ("random edits end in agreement", |options| Box::pin(random::converges(21, options))),
];

#[tokio::test]
async fn the_rules_hold_on_postgresql() -> Result<()> {
    let Some(server) = servers::postgres().await else { return Ok(()) };
    for (name, rule) in RULES {
        let database_url = Some(server.fresh_database().await?);
        rule(Options { database_url, ..Options::default() }).await.with_context(|| (*name).to_owned())?;
    }
    Ok(())
}

#[tokio::test]
async fn the_rules_hold_with_mariadb_as_the_psa() -> Result<()> {
    let Some(server) = servers::mariadb().await else { return Ok(()) };
    for (name, rule) in RULES {
        let psa_url = Some(server.fresh_database().await?);
        rule(Options { psa_url, ..Options::default() }).await.with_context(|| (*name).to_owned())?;
    }
    Ok(())
}

#[tokio::test]
async fn both_servers_together_agree() -> Result<()> {
    let (Some(postgres), Some(mariadb)) = (servers::postgres().await, servers::mariadb().await) else {
        return Ok(());
    };
    let (database_url, psa_url) = (postgres.fresh_database().await?, mariadb.fresh_database().await?);
    let both = Options { database_url: Some(database_url), psa_url: Some(psa_url), ..Options::default() };
    tickets::new_ticket(both).await
}

/// A snapshot of some ticket with another subject.
async fn renamed(house: &House, subject: &str) -> Result<Snapshot> {
    let native = portico_contract::NativeId::new(Kind::Ticket, tickets::some_ticket(house)?);
    let cx = portico_contract::CallCx::new(portico_contract::Lane::Interactive, std::time::Duration::from_secs(5));
    let read = house.source()?.backend.read(&cx, &native).await.map_err(|e| say(&e))?;
    let mut snapshot = read.context("no such ticket")?;
    for record in &mut snapshot.records {
        if let Record::Ticket(ticket) = record {
            subject.clone_into(&mut ticket.subject);
        }
    }
    Ok(snapshot)
}

/// Where writers do not queue by themselves, what a read may overwrite must still be decided and
/// written as one.
#[tokio::test]
async fn two_reads_that_are_stored_at_once_end_with_the_later_one() -> Result<()> {
    let Some(server) = servers::postgres().await else { return Ok(()) };
    let options = Options { database_url: Some(server.fresh_database().await?), ..Options::default() };
    let house = Arc::new(House::with(options).await?);
    let (older, newer) = (renamed(&house, "Older").await?, renamed(&house, "Newer").await?);
    let began = house.clock.now().timestamp_millis();
    let conn = mirror::open(&house).await?;
    let block = conn.begin().await?;
    block.execute_unprepared("LOCK TABLE mirror_tickets IN SHARE MODE").await?;
    let store = |snapshot: Snapshot, began: i64| {
        let house = Arc::clone(&house);
        tokio::spawn(
            async move { house.app.store.apply(house.backend()?, began, &[snapshot]).await.map_err(|e| say(&e)) },
        )
    };
    let first = store(newer, began + 2_000);
    waits(&conn, 1).await?;
    let second = store(older, began + 1_000);
    waits(&conn, 2).await?;
    block.commit().await?;
    first.await??;
    second.await??;
    let id = house.id(Kind::Ticket, tickets::some_ticket(&house)?)?;
    let told = house.data(PRIMARY, &format!("{{ nodes(ids: [\"{id}\"]) {{ ... on Ticket {{ subject }} }} }}")).await?;
    assert_eq!(told["nodes"][0]["subject"], "Newer");
    upstream::sweep(&house).await?;
    assert!(!seen::tickets(&house, PRIMARY).await?.is_empty());
    upstream::agrees(&house).await
}

/// Returns once so many sessions of this database wait for a lock.
async fn waits(conn: &impl ConnectionTrait, sessions: i64) -> Result<()> {
    let sql = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    loop {
        let statement = sea_orm::Statement::from_string(conn.get_database_backend(), sql);
        let row = conn.query_one_raw(statement).await?.context("no row")?;
        if row.try_get_by_index::<i64>(0)? >= sessions {
            return Ok(());
        }
        tokio::task::yield_now().await;
    }
}

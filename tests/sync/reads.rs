//! Lists on PostgreSQL are read over connections that outlive their statement: what becomes of one that is cut, and of
//! one whose reader goes away.

use crate::mirror;
use anyhow::{Context, Result};
use futures_util::future::{join, join_all};
use portico_tests::house::PRIMARY;
use portico_tests::{House, Options, servers};
use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, Statement, TransactionTrait};
use serde_json::Value;
use std::time::Duration;

const LIST: &str = "{ tickets(first: 20) { nodes { id subject lastComment { body } } } }";
/// Other sessions of this database.
const OTHERS: &str = "datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'";

async fn house() -> Result<Option<(House, DatabaseConnection)>> {
    let Some(server) = servers::postgres().await else { return Ok(None) };
    let house =
        House::with(Options { database_url: Some(server.fresh_database().await?), ..Options::default() }).await?;
    let conn = mirror::open(&house).await?;
    Ok(Some((house, conn)))
}

async fn number(conn: &impl ConnectionTrait, sql: String) -> Result<i64> {
    let row = conn.query_one_raw(Statement::from_string(conn.get_database_backend(), sql)).await?.context("no row")?;
    Ok(row.try_get_by_index(0)?)
}

async fn list(house: &House) -> Result<Value> {
    house.data(PRIMARY, LIST).await
}

async fn release_once_two_wait(conn: &DatabaseConnection, block: DatabaseTransaction) -> Result<()> {
    let waiting = format!("SELECT COUNT(*) FROM pg_stat_activity WHERE {OTHERS} AND wait_event_type = 'Lock'");
    while number(conn, waiting.clone()).await? < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Ok(block.commit().await?)
}

#[tokio::test]
async fn a_server_that_restarts_costs_nobody_an_answer() -> Result<()> {
    let Some((house, conn)) = house().await? else { return Ok(()) };
    let before = list(&house).await?;
    for _ in 0..3 {
        let (lists, block) = (join_all((0..20).map(|_| list(&house))), conn.begin().await?);
        block.execute_unprepared("LOCK TABLE mirror_tickets IN ACCESS EXCLUSIVE MODE").await?;
        let (lists, released) = join(lists, release_once_two_wait(&conn, block)).await;
        lists.into_iter().collect::<Result<Vec<_>>>()?;
        released?;
        let cut =
            number(&conn, format!("SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE {OTHERS}"));
        assert!(cut.await? > 1, "lists were read at once");
        assert_eq!(list(&house).await?, before);
    }
    Ok(())
}

#[tokio::test]
async fn a_reader_that_goes_away_leaves_nothing_for_the_next() -> Result<()> {
    let Some((house, conn)) = house().await? else { return Ok(()) };
    let before = list(&house).await?;
    for table in ["mirror_tickets", "mirror_comments"] {
        let block = conn.begin().await?;
        block.execute_unprepared(&format!("LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")).await?;
        let waiting = list(&house);
        assert!(tokio::time::timeout(Duration::from_millis(300), waiting).await.is_err(), "{table} is locked");
        block.commit().await?;
        let other = house.data(PRIMARY, "{ tickets(first: 3) { nodes { number } } }").await?;
        assert_eq!(other["tickets"]["nodes"].as_array().map(Vec::len), Some(3));
        assert_eq!(list(&house).await?, before);
    }
    Ok(())
}

#[tokio::test]
async fn lists_take_no_more_connections_than_may_be_had() -> Result<()> {
    let Some((house, conn)) = house().await? else { return Ok(()) };
    join_all((0..60).map(|_| list(&house))).await.into_iter().collect::<Result<Vec<_>>>()?;
    let open = number(&conn, format!("SELECT COUNT(*) FROM pg_stat_activity WHERE {OTHERS}")).await?;
    let most = i64::from(house.config.database.max_connections);
    assert!((2..=most).contains(&open), "{open} of {most}");
    Ok(())
}

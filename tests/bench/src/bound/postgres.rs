//! The bound on PostgreSQL: as many connections as Portico has, statements prepared on each, requests
//! pipelined onto them in turn.

use super::json::{Cells, Page, answer};
use super::sqlite::failed;
use super::{PAGE, RICH, THREAD, TICKET};
use anyhow::{Context, Result};
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio_postgres::{Client, NoTls, Row, Statement};
use uuid::Uuid;

const CONNECTIONS: usize = 10;

struct Db {
    client: Client,
    page: Statement,
    rich: Statement,
    ticket: Statement,
    thread: Statement,
}

struct Pool {
    all: Vec<Db>,
    turn: AtomicUsize,
}

impl Pool {
    fn next(&self) -> Result<&Db> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        self.all.get(turn % self.all.len().max(1)).context("no connection")
    }
}

impl Cells for Row {
    fn text(&self, at: usize) -> Option<&str> {
        self.try_get(at).ok().flatten()
    }

    fn number(&self, at: usize) -> Option<i64> {
        self.try_get(at).ok().flatten()
    }

    fn id(&self, at: usize) -> [u8; 16] {
        self.try_get::<_, Uuid>(at).unwrap_or_default().into_bytes()
    }
}

async fn open(url: &str) -> Result<Db> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    let (page, rich) = (client.prepare(PAGE).await?, client.prepare(RICH).await?);
    let (ticket, thread) = (client.prepare(TICKET).await?, client.prepare(THREAD).await?);
    Ok(Db { client, page, rich, ticket, thread })
}

pub async fn router(url: &str) -> Result<Router> {
    let mut all = Vec::new();
    for _ in 0..CONNECTIONS {
        all.push(open(url).await?);
    }
    Ok(Router::new()
        .route("/page/{id}", get(async |State(pool), Path(id)| done(page(&pool, id).await)))
        .route("/rich/{id}", get(async |State(pool), Path(id)| done(rich(&pool, id).await)))
        .route("/ticket/{id}", get(async |State(pool), Path(id)| done(ticket(&pool, id).await)))
        .with_state(Arc::new(Pool { all, turn: AtomicUsize::new(0) })))
}

type Shared = Arc<Pool>;

fn done(written: Result<Vec<u8>>) -> axum::http::Response<axum::body::Body> {
    written.map_or_else(|error| failed(&error), answer)
}

async fn page(pool: &Shared, account: Uuid) -> Result<Vec<u8>> {
    let db = pool.next()?;
    let mut out = Page::new(r#"{"data":{"tickets":{"nodes":["#);
    db.client.query(&db.page, &[&account]).await?.iter().for_each(|row| out.plain(row));
    Ok(out.end("]}}}"))
}

async fn rich(pool: &Shared, account: Uuid) -> Result<Vec<u8>> {
    let db = pool.next()?;
    let mut out = Page::new(r#"{"data":{"tickets":{"nodes":["#);
    db.client.query(&db.rich, &[&account]).await?.iter().for_each(|row| out.rich(row));
    Ok(out.end("]}}}"))
}

async fn ticket(pool: &Shared, ticket: Uuid) -> Result<Vec<u8>> {
    let db = pool.next()?;
    let key: &[&(dyn tokio_postgres::types::ToSql + Sync)] = &[&ticket];
    // Both are sent at once: neither needs the other's answer.
    let (head, thread) = tokio::try_join!(db.client.query(&db.ticket, key), db.client.query(&db.thread, key))?;
    let mut out = Page::new(r#"{"data":{"ticket":"#);
    head.iter().for_each(|row| out.ticket(row));
    thread.iter().for_each(|row| out.comment(row));
    Ok(out.end("]}}}}"))
}

//! The bound on SQLite: one connection per thread, its statements prepared once, run where the
//! request is handled. A page of rows takes less time than handing it to another thread would.

use super::json::{Cells, Page, answer};
use super::{PAGE, RICH, THREAD, TICKET};
use anyhow::{Context, Result};
use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::{Response, StatusCode};
use axum::routing::get;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, Row, Statement};
use std::cell::RefCell;
use std::sync::OnceLock;
use uuid::Uuid;

static FILE: OnceLock<String> = OnceLock::new();

thread_local! {
    static DB: RefCell<Option<Db>> = const { RefCell::new(None) };
}

/// The statements of one thread. Its connection lives as long as the process.
struct Db {
    page: Statement<'static>,
    rich: Statement<'static>,
    ticket: Statement<'static>,
    thread: Statement<'static>,
}

impl Db {
    fn open() -> Result<Self> {
        let file = FILE.get().context("no file")?;
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection: &'static Connection = Box::leak(Box::new(Connection::open_with_flags(file, flags)?));
        // As much as Portico gives each of its connections.
        connection.execute_batch("PRAGMA cache_size = -16000")?;
        let prepare = |sql| connection.prepare(sql);
        Ok(Self { page: prepare(PAGE)?, rich: prepare(RICH)?, ticket: prepare(TICKET)?, thread: prepare(THREAD)? })
    }
}

impl Cells for Row<'_> {
    fn text(&self, at: usize) -> Option<&str> {
        self.get_ref(at).ok().and_then(|value| value.as_str().ok())
    }

    fn number(&self, at: usize) -> Option<i64> {
        self.get_ref(at).ok().and_then(|value| value.as_i64().ok())
    }

    fn id(&self, at: usize) -> [u8; 16] {
        match self.get_ref(at) {
            Ok(ValueRef::Blob(bytes)) => bytes.try_into().unwrap_or_default(),
            _ => [0; 16],
        }
    }
}

pub fn router(url: &str) -> Result<Router> {
    let file = url.trim_start_matches("sqlite:").trim_start_matches("//");
    let file = file.split_once('?').map_or(file, |(file, _)| file);
    FILE.set(file.to_owned()).ok().context("one file")?;
    Ok(Router::new()
        .route("/page/{id}", get(|id| handle(id, page)))
        .route("/rich/{id}", get(|id| handle(id, rich)))
        .route("/ticket/{id}", get(|id| handle(id, ticket))))
}

type Work = fn(&mut Db, Uuid) -> Result<Vec<u8>>;

async fn handle(Path(id): Path<Uuid>, work: Work) -> Response<Body> {
    let done = DB.with_borrow_mut(|db| {
        if db.is_none() {
            *db = Some(Db::open()?);
        }
        work(db.as_mut().context("no database")?, id)
    });
    done.map_or_else(|error| failed(&error), answer)
}

pub fn failed(error: &anyhow::Error) -> Response<Body> {
    eprintln!("{error:#}");
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}

/// Every row of a statement, written while the statement stands on it.
fn each(statement: &mut Statement<'static>, id: Uuid, mut write: impl FnMut(&Row<'_>)) -> Result<()> {
    let mut rows = statement.query([id.as_bytes().as_slice()])?;
    while let Some(row) = rows.next()? {
        write(row);
    }
    Ok(())
}

fn page(db: &mut Db, account: Uuid) -> Result<Vec<u8>> {
    let mut out = Page::new(r#"{"data":{"tickets":{"nodes":["#);
    each(&mut db.page, account, |row| out.plain(row))?;
    Ok(out.end("]}}}"))
}

fn rich(db: &mut Db, account: Uuid) -> Result<Vec<u8>> {
    let mut out = Page::new(r#"{"data":{"tickets":{"nodes":["#);
    each(&mut db.rich, account, |row| out.rich(row))?;
    Ok(out.end("]}}}"))
}

fn ticket(db: &mut Db, ticket: Uuid) -> Result<Vec<u8>> {
    let mut out = Page::new(r#"{"data":{"ticket":"#);
    each(&mut db.ticket, ticket, |row| out.ticket(row))?;
    each(&mut db.thread, ticket, |row| out.comment(row))?;
    Ok(out.end("]}}}}"))
}

//! Reads of PostgreSQL on connections that are not asked after each statement whether they still work.
//!
//! The pool does ask: a second exchange with the server, in a task of its own, for every statement. Here a connection
//! that did what it was told is taken to work; one that lay idle is asked before it is used, and one that failed, or
//! whose reader went away in the middle, is not used again.

use super::Of;
use crate::readmodel::columns::Cells;
use crate::readmodel::store::{IDLE, WAIT, prepared};
use futures_util::TryStreamExt;
use portico_contract::Result;
use sea_orm::Value;
use sea_orm::sea_query::ArrayType;
use sea_orm::sqlx::postgres::{PgArguments, PgConnectOptions, PgRow, PgValueRef};
use sea_orm::sqlx::{self, AssertSqlSafe, ConnectOptions, Connection, Decode, Error, PgConnection, Row, ValueRef};
use std::pin::pin;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use uuid::Uuid;

/// A connection is not used for longer: its process on the server grows with what it keeps.
const AGE: Duration = Duration::from_secs(30 * 60);

#[derive(Debug)]
pub struct Postgres {
    options: PgConnectOptions,
    /// As many as may be lent.
    lent: Semaphore,
    free: Mutex<Vec<Reader>>,
}

#[derive(Debug)]
struct Reader {
    connection: PgConnection,
    opened: Instant,
    used: Instant,
}

impl Postgres {
    #[must_use]
    pub fn of(url: &str, connections: u32) -> Option<Self> {
        let options: PgConnectOptions = url.starts_with("postgres").then(|| url.parse().ok()).flatten()?;
        let lent = Semaphore::new(usize::try_from(connections).ok().filter(|count| *count > 0)?);
        Some(Self { options: options.disable_statement_logging(), lent, free: Mutex::default() })
    }

    pub async fn rows<T: Send>(&self, sql: &str, values: &[Value], of: impl Of<T>) -> Result<Option<Vec<T>>> {
        let Ok(Ok(_lent)) = timeout(WAIT, self.lent.acquire()).await else { return Ok(None) };
        // A server that went away took along all connections that it had: the second try is over a new one.
        for reader in [self.idle().await, None] {
            let Some(arguments) = bind(values) else { return Ok(None) };
            match self.read(reader, sql, arguments, &of).await {
                Ok(rows) => return rows.map(Some),
                Err(error) => tracing::warn!(%error, "a read of the database is tried once more"),
            }
        }
        Ok(None)
    }

    async fn read<T: Send>(
        &self,
        reader: Option<Reader>,
        sql: &str,
        arguments: PgArguments,
        of: &impl Of<T>,
    ) -> Result<Result<Vec<T>>, Error> {
        let mut reader = match reader {
            Some(reader) => reader,
            None => timeout(WAIT, Reader::open(&self.options)).await.map_err(|_| Error::PoolTimedOut)??,
        };
        let rows = read(&mut reader.connection, sql, arguments, of).await?;
        reader.used = Instant::now();
        self.free.lock().unwrap_or_else(PoisonError::into_inner).push(reader);
        Ok(rows)
    }

    /// A connection that is open and works, as far as is known.
    async fn idle(&self) -> Option<Reader> {
        loop {
            let mut reader = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop()?;
            let is_young = reader.opened.elapsed() < AGE;
            let works = is_young
                && (reader.used.elapsed() <= IDLE
                    || matches!(timeout(WAIT, reader.connection.ping()).await, Ok(Ok(()))));
            if works {
                return Some(reader);
            }
        }
    }
}

impl Reader {
    async fn open(options: &PgConnectOptions) -> Result<Self, Error> {
        let mut connection = PgConnection::connect_with(options).await?;
        prepared(&mut connection).await?;
        let now = Instant::now();
        Ok(Self { connection, opened: now, used: now })
    }
}

/// The outer failure is the connection's, the inner one a cell of another type than its column's.
async fn read<T: Send>(
    connection: &mut PgConnection,
    sql: &str,
    arguments: PgArguments,
    of: &impl Of<T>,
) -> Result<Result<Vec<T>>, Error> {
    let mut rows = pin!(sqlx::query_with(AssertSqlSafe(sql), arguments).fetch(connection));
    let mut read = Ok(Vec::new());
    // To its end, whatever is in it: then the connection is free for the next statement.
    while let Some(row) = rows.try_next().await? {
        if let Ok(made) = &mut read {
            match of(&row) {
                Ok(one) => made.push(one),
                Err(error) => read = Err(error),
            }
        }
    }
    Ok(read)
}

/// The values as the pool's driver would bind them; nothing where there is one that no list is asked with.
fn bind(values: &[Value]) -> Option<PgArguments> {
    use sqlx::Arguments;
    let mut arguments = PgArguments::default();
    for value in values {
        let bound = match value {
            Value::Bool(Some(yes)) => arguments.add(*yes),
            Value::Int(Some(number)) => arguments.add(*number),
            Value::BigInt(Some(number)) => arguments.add(*number),
            Value::BigUnsigned(Some(number)) => arguments.add(i64::try_from(*number).ok()?),
            Value::String(Some(text)) => arguments.add(text.as_str()),
            Value::Uuid(Some(id)) => arguments.add(*id),
            Value::Array(ArrayType::Uuid, Some(ids)) => arguments.add(uuids(ids)?),
            _ => return None,
        };
        bound.ok()?;
    }
    Some(arguments)
}

fn uuids(values: &[Value]) -> Option<Vec<Uuid>> {
    values.iter().map(|value| if let Value::Uuid(id) = value { *id } else { None }).collect()
}

impl Cells for PgRow {
    fn cell(&self, at: usize, kind: &ArrayType) -> Option<Option<Value>> {
        let raw = self.try_get_raw(at).ok()?;
        if raw.is_null() {
            return Some(None);
        }
        let value = match kind {
            ArrayType::Uuid => decoded::<Uuid>(raw),
            ArrayType::String => decoded::<&str>(raw),
            ArrayType::BigInt => decoded::<i64>(raw),
            ArrayType::Bool => decoded::<bool>(raw),
            _ => None,
        };
        value.map(Some)
    }
}

fn decoded<'r, T: Decode<'r, sqlx::Postgres> + Into<Value>>(raw: PgValueRef<'r>) -> Option<Value> {
    T::decode(raw).ok().map(Into::into)
}

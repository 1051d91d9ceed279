//! Short reads of SQLite, run where they are asked for.
//!
//! The pool hands every statement to a thread of its own and every row back through a channel. For a page of rows that
//! takes several times as long as the statement itself. So lists are read on the spot, with connections that are lent
//! for one statement; what turns out to be long is stopped there and left to the pool, where it holds nobody up.

use super::Of;
use crate::readmodel::columns::Cells;
use portico_contract::Result;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, Row, Statement, params_from_iter};
use sea_orm::Value;
use sea_orm::sea_query::ArrayType;
use sea_orm::sqlx::sqlite::SqliteConnectOptions;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use uuid::Uuid;

/// Steps of SQLite's machine after which it asks whether it may go on.
const STEPS: i32 = 2_000;
/// How often it may, unless told otherwise: about as many steps as a full page with everything beside it takes, ten
/// times over. That is a few milliseconds.
const ASKED: u32 = 20;
/// Statements that a connection keeps prepared.
const PREPARED: usize = 100;

/// Connections that are lent for one statement each: no more than there are threads that ask.
#[derive(Debug)]
pub struct Sqlite {
    file: PathBuf,
    asked: u32,
    free: Mutex<Vec<Reader>>,
}

#[derive(Debug)]
struct Reader {
    connection: Connection,
    /// How often the present statement may still go on.
    left: Arc<AtomicU32>,
}

impl Sqlite {
    /// For a database in a file; nothing for any other.
    #[must_use]
    pub fn of(url: &str) -> Option<Self> {
        let options: SqliteConnectOptions = url.starts_with("sqlite:").then(|| url.parse().ok()).flatten()?;
        let file = options.get_filename();
        let in_memory = url.contains(":memory:") || url.contains("mode=memory");
        (!in_memory).then(|| Self { file: file.to_owned(), asked: ASKED, free: Mutex::default() })
    }

    /// What is made of the rows of a statement; nothing where the pool has to run it.
    pub fn rows<T>(&self, sql: &str, values: &[Value], of: impl Of<T>) -> Result<Option<Vec<T>>> {
        let Some(bound) = values.iter().map(bind).collect::<Option<Vec<_>>>() else { return Ok(None) };
        let Ok(reader) = self.take() else { return Ok(None) };
        reader.left.store(self.asked, Ordering::Relaxed);
        let rows = read(&reader.connection, sql, bound, of);
        match rows {
            Ok(rows) => {
                self.give_back(reader);
                rows.map(Some)
            }
            Err(error) => {
                let stopped = error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted);
                if stopped {
                    self.give_back(reader);
                } else {
                    tracing::warn!(%error, "a read of the database is tried once more");
                }
                Ok(None)
            }
        }
    }

    fn take(&self) -> rusqlite::Result<Reader> {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop();
        free.map_or_else(|| Reader::open(&self.file), Ok)
    }

    fn give_back(&self, reader: Reader) {
        self.free.lock().unwrap_or_else(PoisonError::into_inner).push(reader);
    }
}

impl Reader {
    fn open(file: &PathBuf) -> rusqlite::Result<Self> {
        let connection =
            Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        // The pool waits for whoever holds the database; nobody waits here.
        connection.busy_timeout(Duration::ZERO)?;
        connection.execute_batch("PRAGMA query_only = 1; PRAGMA cache_size = -16000;")?;
        connection.set_prepared_statement_cache_capacity(PREPARED);
        let left = Arc::new(AtomicU32::new(0));
        let mine = Arc::clone(&left);
        let is_over =
            move || mine.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_err();
        connection.progress_handler(STEPS, Some(is_over))?;
        Ok(Self { connection, left })
    }
}

/// The outer failure is SQLite's, the inner one a cell of another type than its column's.
fn read<T>(
    connection: &Connection,
    sql: &str,
    bound: Vec<ToSqlOutput<'_>>,
    of: impl Of<T>,
) -> rusqlite::Result<Result<Vec<T>>> {
    let mut statement = connection.prepare_cached(sql)?;
    let statement: &mut Statement<'_> = &mut statement;
    let mut rows = statement.query(params_from_iter(bound))?;
    let mut made = Vec::new();
    while let Some(row) = rows.next()? {
        match of(row) {
            Ok(one) => made.push(one),
            Err(error) => return Ok(Err(error)),
        }
    }
    Ok(Ok(made))
}

/// A value as the pool's driver would bind it; nothing for one that no list is asked with.
fn bind(value: &Value) -> Option<ToSqlOutput<'_>> {
    let bound = match value {
        Value::Bool(Some(yes)) => ValueRef::Integer(i64::from(*yes)),
        Value::Int(Some(number)) => ValueRef::Integer(i64::from(*number)),
        Value::BigInt(Some(number)) => ValueRef::Integer(*number),
        Value::BigUnsigned(Some(number)) => ValueRef::Integer(i64::try_from(*number).ok()?),
        Value::String(Some(text)) => ValueRef::Text(text.as_bytes()),
        Value::Uuid(Some(id)) => ValueRef::Blob(id.as_bytes()),
        _ => return None,
    };
    Some(ToSqlOutput::Borrowed(bound))
}

impl Cells for Row<'_> {
    fn cell(&self, at: usize, kind: &ArrayType) -> Option<Option<Value>> {
        Some(Some(match (kind, self.get_ref(at).ok()?) {
            (_, ValueRef::Null) => return Some(None),
            (ArrayType::Uuid, ValueRef::Blob(bytes)) => Value::from(Uuid::from_slice(bytes).ok()?),
            (ArrayType::String, ValueRef::Text(text)) => Value::from(std::str::from_utf8(text).ok()?),
            (ArrayType::BigInt, ValueRef::Integer(number)) => Value::from(number),
            (ArrayType::Bool, ValueRef::Integer(number)) => Value::from(number != 0),
            _ => return None,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::readmodel::columns::{Cell, sparse};
    use crate::readmodel::entity::tickets::{Column, Entity, Model};
    use sea_orm::ModelTrait;

    const SQL: &str = "SELECT id, subject, created_at, billable FROM mirror_tickets WHERE account_id = ? ORDER BY id";

    fn cells() -> Vec<Cell<Entity>> {
        [Column::Id, Column::Subject, Column::CreatedAt, Column::Billable]
            .map(|column| (column, Model::get_value_type(column)))
            .to_vec()
    }

    fn read_with(
        direct: &Sqlite,
        sql: &str,
        values: &[Value],
        cells: &[Cell<Entity>],
    ) -> Result<Option<Vec<Arc<Model>>>> {
        direct.rows(sql, values, |row: &dyn Cells| sparse::<Entity>(cells, 0, row))
    }

    /// A table as the pool's driver fills it.
    fn database(rows: u32) -> (tempfile::TempDir, Sqlite) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("some file.sqlite");
        let connection = Connection::open(&file).unwrap();
        connection
            .execute_batch("CREATE TABLE mirror_tickets (id BLOB, subject TEXT, created_at INTEGER, billable INTEGER, account_id BLOB)")
            .unwrap();
        for number in 0..rows {
            let (id, account) = (Uuid::from_u128(u128::from(number)), Uuid::nil());
            connection
                .execute(
                    "INSERT INTO mirror_tickets VALUES (?, ?, ?, ?, ?)",
                    (
                        id.as_bytes(),
                        format!("Ticket {number}"),
                        i64::from(number),
                        (number % 2 == 0).then_some(true),
                        account.as_bytes(),
                    ),
                )
                .unwrap();
        }
        let direct = Sqlite::of(&format!("sqlite://{}?mode=rwc", file.display())).unwrap();
        (folder, direct)
    }

    #[test]
    fn cells_are_read_as_what_their_columns_hold() {
        let (_folder, direct) = database(2);
        let rows = read_with(&direct, SQL, &[Value::from(Uuid::nil())], &cells()).unwrap().unwrap();
        assert_eq!(rows.iter().map(|row| row.id.as_u128()).collect::<Vec<_>>(), [0, 1]);
        assert_eq!(rows.iter().map(|row| row.subject.as_str()).collect::<Vec<_>>(), ["Ticket 0", "Ticket 1"]);
        assert_eq!(rows.iter().map(|row| row.billable).collect::<Vec<_>>(), [Some(true), None]);
        assert_eq!(rows[1].created_at, 1);
    }

    #[test]
    fn what_is_long_is_left_to_the_pool() {
        let (_folder, mut direct) = database(2_000);
        direct.asked = 1;
        let ask = |direct: &Sqlite| read_with(direct, SQL, &[Value::from(Uuid::nil())], &cells()).unwrap();
        assert!(ask(&direct).is_none());
        direct.asked = 1_000;
        assert_eq!(ask(&direct).unwrap().len(), 2_000, "the same connection goes on");
    }

    #[test]
    fn a_cell_of_another_type_is_an_error_and_not_a_blank() {
        let (_folder, direct) = database(1);
        let wrong = [(Column::Subject, ArrayType::BigInt)];
        let sql = "SELECT subject FROM mirror_tickets";
        assert!(read_with(&direct, sql, &[], &wrong).is_err());
    }

    #[test]
    fn only_a_file_is_read_on_the_spot() {
        assert!(Sqlite::of("sqlite::memory:").is_none());
        assert!(Sqlite::of("sqlite://file.db?mode=memory").is_none());
        assert!(Sqlite::of("postgres://localhost/portico").is_none());
    }
}

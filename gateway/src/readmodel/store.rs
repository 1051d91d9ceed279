//! The database: one pool to read, one to write, and a count of statements.

use super::direct::{Direct, Of};
use super::known::Known;
use super::protection::Rules;
use crate::readmodel::entity::backends;
use portico_contract::{Clock, Error, Kind, Result, Timestamp};
use portico_migrations::Migrator;
use sea_orm::sea_query::extension::postgres::PgExpr;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, SelectStatement, SimpleExpr};
use sea_orm::sqlx::{Executor as _, PgConnection};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction,
    DbBackend, DbErr, EntityTrait, QueryFilter, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use uuid::Uuid;

tokio::task_local! {
    static COUNT: Arc<AtomicU64>;
}

/// The lock in which writers of mirrors queue on PostgreSQL.
const WRITERS: i64 = 0x706f_7274_6963_6f01;

/// A connection that was idle for so long is tried before it is used.
pub(super) const IDLE: Duration = Duration::from_secs(1);
/// How long a connection is waited for.
pub(super) const WAIT: Duration = Duration::from_secs(5);
/// Rows that SQLite's thread hands over before it waits for their reader.
const ROWS: usize = 256;

/// Counts the SQL statements that run inside a future.
#[derive(Debug, Clone, Default)]
pub struct Statements(Arc<AtomicU64>);

impl Statements {
    pub async fn of<T>(&self, work: impl Future<Output = T>) -> T {
        COUNT.scope(self.0.clone(), work).await
    }

    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

fn count() {
    let _ = COUNT.try_with(|count| count.fetch_add(1, Ordering::Relaxed));
}

/// Portico's database. Resolvers never see it: they get a [`super::Desk`].
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) read: DatabaseConnection,
    /// SQLite: a pool of one, so that writers queue here and readers never wait.
    pub(crate) write: DatabaseConnection,
    direct: Option<Arc<Direct>>,
    pub(crate) clock: Clock,
    pub(super) known: Known,
    pub(super) rules: Rules,
}

impl Store {
    /// Opens the database and brings its shape up to date.
    pub async fn open(url: &str, max_connections: u32, clock: Clock) -> Result<Self> {
        let (write, read) = if url.starts_with("sqlite:") {
            (connect(url, 1, WRITER).await?, connect(url, readers(max_connections), READER).await?)
        } else {
            let both = connect(url, max_connections - max_connections / 2, READER).await?;
            (both.clone(), both)
        };
        let direct = Direct::of(url, max_connections / 2).map(Arc::new);
        let store = Self { read, write, direct, clock, known: Known::default(), rules: Rules::default() };
        store.migrate().await?;
        Ok(store)
    }

    /// Brings the shape up to date, wholly or not at all: a start can be cut short, and two can come at once.
    async fn migrate(&self) -> Result<()> {
        let tx = self.begin().await?;
        Migrator::up(&tx, None)
            .await
            .map_err(|e| Error::internal("the database could not be brought to this version's shape").with_source(e))?;
        super::search::complete(&tx).await?;
        tx.commit().await.map_err(db)
    }

    /// Whether a database server answers; nothing is changed there.
    pub async fn reach(url: &str) -> Result<()> {
        connect(url, 1, READER).await?.ping().await.map_err(db)
    }

    /// The moment at which an upstream read begins, on the clock that all replicas share.
    pub async fn begin_time(&self) -> Result<i64> {
        if self.clock.is_fake() || self.write.get_database_backend() != DbBackend::Postgres {
            return Ok(self.clock.now().timestamp_millis());
        }
        let sql = "SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::BIGINT AS now";
        let row = self.read.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await.map_err(db)?;
        row.ok_or_else(|| Error::internal("no time from the database"))?.try_get("", "now").map_err(db)
    }

    /// What is made of the rows of a list: past the pool, where the database allows it and it is short.
    pub(super) async fn rows<T: Send>(&self, statement: &SelectStatement, of: impl Of<T>) -> Result<Vec<T>> {
        let statement = self.read.get_database_backend().build(statement);
        if let Some(direct) = &self.direct
            && let Some(rows) = direct.rows(&statement, &of).await?
        {
            count();
            return Ok(rows);
        }
        let rows = self.read.query_all_raw(statement).await.map_err(db)?;
        rows.iter().map(|row| of(row)).collect()
    }

    /// Ids of which a column holds one. PostgreSQL takes a list as one value. SQLite takes each by itself: there their
    /// number is rounded up with one that is there already, so that it sees few different statements.
    pub(super) fn among<C: ColumnTrait>(&self, column: C, ids: &[Uuid]) -> SimpleExpr {
        if self.read.get_database_backend() == DbBackend::Postgres {
            return column.into_expr().eq_any(ids.iter().copied());
        }
        let last = ids.last().copied().into_iter().cycle();
        column.is_in(ids.iter().copied().chain(last.take(ids.len().next_power_of_two() - ids.len())))
    }

    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A transaction that changes mirrors. Writers queue, as SQLite makes them: which read wins is decided before
    /// it is written, and nobody may come in between.
    pub(crate) async fn begin(&self) -> Result<DatabaseTransaction> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let tx = self.write.begin_with_options(options).await.map_err(db)?;
        if tx.get_database_backend() == DbBackend::Postgres {
            let queue = format!("SELECT pg_advisory_xact_lock({WRITERS})");
            tx.execute_raw(Statement::from_string(DbBackend::Postgres, queue)).await.map_err(db)?;
        }
        Ok(tx)
    }

    /// The id of a configured backend, given at its first start and kept for ever.
    pub async fn register_backend(&self, instance: &str, kind: &str) -> Result<Uuid> {
        let known = backends::Entity::find().filter(backends::Column::Instance.eq(instance));
        match known.clone().one(&self.write).await.map_err(db)? {
            Some(row) if row.kind == kind => Ok(row.id),
            Some(row) => Err(Error::credentials(format!(
                "Backend {instance:?} was set up as {:?} and cannot become {kind:?}. Give the new backend another id.",
                row.kind
            ))),
            None => {
                let row = backends::ActiveModel {
                    id: Set(Uuid::new_v4()),
                    instance: Set(instance.to_owned()),
                    kind: Set(kind.to_owned()),
                    created_at: Set(self.clock.now().timestamp_millis()),
                    absent: Set(None),
                };
                // Another replica may start at the same time: the first one's id stands.
                let conflict = OnConflict::column(backends::Column::Instance).do_nothing().to_owned();
                let insert = backends::Entity::insert(row).on_conflict(conflict);
                insert.exec_without_returning(&self.write).await.map_err(db)?;
                let row = known.one(&self.write).await.map_err(db)?;
                row.map(|row| row.id).ok_or_else(|| Error::internal("the backend was not registered"))
            }
        }
    }

    /// Throws away everything that can be pulled again. Ids, users and rights stay.
    pub async fn drop_mirror(&self) -> Result<()> {
        let tx = self.begin().await?;
        for table in super::table::TABLES {
            (table.clear)(&tx).await?;
        }
        super::search::clear(&tx).await?;
        super::entity::streams::Entity::delete_many().filter(Expr::val(1).eq(1)).exec(&tx).await.map_err(db)?;
        super::entity::tombstones::Entity::delete_many().filter(Expr::val(1).eq(1)).exec(&tx).await.map_err(db)?;
        super::pending::restore(self, &tx).await?;
        tx.commit().await.map_err(db)?;
        self.known.changed([Kind::Account]);
        Ok(())
    }
}

/// Each reader of SQLite is a thread that computes: more of them than cores only get into each other's way.
fn readers(max_connections: u32) -> u32 {
    let cores = std::thread::available_parallelism().map_or(1, |cores| u32::try_from(cores.get()).unwrap_or(u32::MAX));
    cores.saturating_mul(2).clamp(1, max_connections)
}

/// KiB of pages that a connection to SQLite keeps: what writes has to have the index of search at hand, and what reads here
/// reads much of a table once. Lists have connections of their own.
const WRITER: u32 = 16_000;
const READER: u32 = 4_000;

async fn connect(url: &str, max_connections: u32, cache: u32) -> Result<DatabaseConnection> {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(max_connections)
        .connect_timeout(WAIT)
        .acquire_timeout(WAIT)
        .sqlx_logging(false)
        .test_before_acquire_if_idle_for(IDLE)
        .map_sqlx_postgres_pool_opts(|pool| pool.after_connect(|connection, _| Box::pin(prepared(connection))))
        .map_sqlx_sqlite_opts(move |sqlite| {
            sqlite
                .create_if_missing(true)
                .foreign_keys(true)
                .busy_timeout(WAIT)
                .pragma("journal_mode", "WAL")
                .pragma("synchronous", "FULL")
                .pragma("cache_size", format!("-{cache}"))
                // What is deleted from a page that is written anyway is overwritten there.
                .pragma("secure_delete", "FAST")
                // A page of a list comes over in one go.
                .row_buffer_size(ROWS)
        });
    let mut connection = Database::connect(options).await.map_err(|e| {
        Error::credentials("The database of Portico cannot be opened. Check database.url and that it is reachable.")
            .with_source(e)
    })?;
    connection.set_metric_callback(|_| count());
    Ok(connection)
}

/// Brings a new connection to PostgreSQL into shape. The statements are short, and what they are thought to cost is not:
/// compiling a search takes fifty times as long as making it.
pub(super) async fn prepared(connection: &mut PgConnection) -> std::result::Result<(), sea_orm::sqlx::Error> {
    connection.execute("SET jit = off").await.map(drop)
}

/// A failure of our own database is ours to mend.
pub(crate) fn db(error: DbErr) -> Error {
    Error::internal("database").with_source(error)
}

//! The one door to ITFlow's database: pool, deadlines and errors.
//!
//! The pool is made at the first call and connects when it must, so that a backend whose database
//! is down can be built, asked and waited for.

use crate::config::{ItflowConfig, Source};
use crate::fault::{self, Account, READER, WRITER};
use portico_contract::{CallCx, Error, Result};
use sea_orm::sea_query::SelectStatement;
use sea_orm::sqlx::mysql::{MySqlConnection, MySqlPoolOptions};
use sea_orm::sqlx::sqlite::SqlitePoolOptions;
use sea_orm::sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, MySqlPool};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, FromQueryResult, SqliteTransactionMode,
    SqlxMySqlConnector, SqlxSqliteConnector, TransactionOptions, TransactionTrait,
};
use std::fmt;
use std::time::Duration;
use tokio::sync::OnceCell;

pub(crate) struct Client {
    source: Source,
    account: &'static Account,
    pool: OnceCell<Pool>,
    max_connections: u32,
    call_timeout: Duration,
    #[cfg(test)]
    pub(crate) statements: std::sync::Arc<std::sync::Mutex<Vec<String>>>,
}

#[derive(Clone)]
struct Pool {
    database: DatabaseConnection,
    /// Beside the handle above, to ask how many connections there are.
    mysql: Option<MySqlPool>,
}

/// Says nothing about where the database is: the URL holds a password.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("call_timeout", &self.call_timeout).finish_non_exhaustive()
    }
}

impl Client {
    pub(crate) fn new(config: &ItflowConfig) -> Result<Self> {
        config.check()?;
        Ok(Self::to(config.source().map_err(Error::credentials)?, &READER, config))
    }

    /// With the account that may write, where there is one.
    pub(crate) fn writing(config: &ItflowConfig) -> Result<Option<Self>> {
        let source = config.write_source().transpose().map_err(Error::credentials)?;
        Ok(source.map(|source| Self::to(source, &WRITER, config)))
    }

    fn to(source: Source, account: &'static Account, config: &ItflowConfig) -> Self {
        Self {
            source,
            account,
            pool: OnceCell::new(),
            max_connections: config.max_connections,
            call_timeout: config.call_timeout(),
            #[cfg(test)]
            statements: std::sync::Arc::default(),
        }
    }

    /// An error of the database, in the words for this account.
    pub(crate) fn fault(&self, what: &str, error: &sea_orm::DbErr) -> Error {
        fault::from_db(self.account, what, error)
    }

    /// A transaction that writes. SQLite takes the lock at once, so that what was read still holds at the write.
    pub(crate) async fn begin(&self, cx: &CallCx, what: &str) -> Result<DatabaseTransaction> {
        let begin = async {
            let mode = matches!(self.source, Source::Sqlite(_)).then_some(SqliteTransactionMode::Immediate);
            let options = TransactionOptions { sqlite_transaction_mode: mode, ..TransactionOptions::default() };
            let database = self.database(what).await?;
            database.begin_with_options(options).await.map_err(|error| self.fault(what, &error))
        };
        self.within(cx, what, begin).await
    }

    /// Whether the source is a server with accounts and grants.
    pub(crate) fn has_grants(&self) -> bool {
        matches!(self.source, Source::MySql(_))
    }

    /// The rows of one statement, decoded. `what` names the tables for those who must grant them.
    pub(crate) async fn rows<T: FromQueryResult>(
        &self,
        cx: &CallCx,
        what: &str,
        select: &SelectStatement,
    ) -> Result<Vec<T>> {
        let rows = async {
            let database = self.database(what).await?;
            database.query_all(select).await.map_err(|error| self.fault(what, &error))
        };
        let rows = self.within(cx, what, rows).await?;
        rows.iter().map(|row| T::from_query_result(row, "").map_err(|error| self.fault(what, &error))).collect()
    }

    /// What the database says to a write on one of this client's own connections.
    #[cfg(test)]
    pub(crate) async fn try_write(
        &self,
        cx: &CallCx,
        insert: &sea_orm::sea_query::InsertStatement,
    ) -> Result<(), String> {
        let write = async {
            self.database("clients").await?.execute(insert).await.map_err(|error| Error::internal(error.to_string()))
        };
        self.within(cx, "clients", write).await.map(|_| ()).map_err(|error| error.log().to_string())
    }

    /// Ends with the call's deadline or the backend's own, whichever comes first.
    pub(crate) async fn within<T>(&self, cx: &CallCx, what: &str, work: impl Future<Output = Result<T>>) -> Result<T> {
        let limit = cx.left().min(self.call_timeout);
        if limit.is_zero() {
            return Err(Error::unavailable(format!("{what}: no time was left to ask")));
        }
        match tokio::time::timeout(limit, work).await {
            Ok(answer) => answer,
            Err(_) => Err(Error::unavailable(format!("{what}: no answer within {} ms", limit.as_millis()))),
        }
    }

    async fn database(&self, what: &str) -> Result<DatabaseConnection> {
        let pool = self.pool.get_or_init(|| async { self.open() }).await;
        if let (Some(mysql), Source::MySql(options)) = (&pool.mysql, &self.source)
            && mysql.size() == 0
        {
            // The pool waits out its whole timeout when a server refuses, and forgets why. One plain
            // connection says at once what is wrong.
            let plain = options.connect().await.map_err(|error| fault::from_sqlx(self.account, what, &error))?;
            plain.close().await.ok();
        }
        Ok(pool.database.clone())
    }

    /// Makes the pool without connecting. Built through the driver rather than by URL: the ORM's own
    /// way shows the URL to the tracing of its spans.
    fn open(&self) -> Pool {
        let (seconds, writes) = (self.call_timeout.as_secs(), self.account.writes);
        #[cfg_attr(not(test), expect(unused_mut, reason = "tests watch the statements"))]
        let mut pool = match &self.source {
            Source::MySql(options) => {
                let mysql = MySqlPoolOptions::new()
                    .max_connections(self.max_connections)
                    .acquire_timeout(self.call_timeout)
                    .after_connect(move |connection, _| {
                        Box::pin(async move {
                            guard(connection, seconds, writes).await;
                            Ok(())
                        })
                    })
                    .connect_lazy_with(options.as_ref().clone().charset("utf8mb4").disable_statement_logging());
                Pool { database: SqlxMySqlConnector::from_sqlx_mysql_pool(mysql.clone()), mysql: Some(mysql) }
            }
            Source::Sqlite(options) => {
                let options = options
                    .as_ref()
                    .clone()
                    .pragma("query_only", if writes { "OFF" } else { "ON" })
                    .busy_timeout(self.call_timeout);
                let sqlite = SqlitePoolOptions::new()
                    .max_connections(self.max_connections)
                    .acquire_timeout(self.call_timeout)
                    .connect_lazy_with(options.disable_statement_logging());
                Pool { database: SqlxSqliteConnector::from_sqlx_sqlite_pool(sqlite), mysql: None }
            }
        };
        #[cfg(test)]
        {
            let statements = self.statements.clone();
            pool.database.set_metric_callback(move |info| {
                statements.lock().unwrap().push(info.statement.to_string());
            });
        }
        pool
    }
}

/// Makes a session that only reads refuse writes, and every session give up on statements that nobody waits for any
/// more. Servers know one of the two names for the time limit, so errors are passed over.
async fn guard(connection: &mut MySqlConnection, seconds: u64, writes: bool) {
    let access = if writes { "READ WRITE" } else { "READ ONLY" };
    for statement in [
        format!("SET SESSION TRANSACTION {access}"),
        format!("SET SESSION innodb_lock_wait_timeout = {seconds}"),
        format!("SET SESSION max_statement_time = {seconds}"),
        format!("SET SESSION max_execution_time = {}", seconds.saturating_mul(1_000)),
    ] {
        connection.execute(AssertSqlSafe(statement)).await.ok();
    }
}

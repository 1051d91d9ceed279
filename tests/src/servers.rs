//! Database servers of the tests' own: PostgreSQL and MariaDB in a temporary folder, on a free port
//! of the loopback address, gone when the tests are.
//!
//! [`postgres`] and [`mariadb`] give one server per test process. Where `./x test` has started the
//! servers already (`servers run`), its address stands in the environment and that server is used.
//! Either way each test takes a database of its own from [`Server::fresh_database`].
//!
//! A machine without the binaries gets `None` and a printed word, unless
//! `PORTICO_TEST_SERVERS=required`: then it is an error, so that a run meant to be full cannot pass
//! by leaving tests out.

mod find;
mod kind;
mod process;

use anyhow::{Context as _, Result, bail, ensure};
use sea_orm::{ConnectOptions, ConnectionTrait as _, Database};
use std::time::Duration;
use tokio::sync::OnceCell;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

pub use kind::Kind;
use process::Running;

/// How long a server may take to answer for the first time, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// A free port can be lost between choosing it and listening on it.
const ATTEMPTS: usize = 3;

/// One database server that tests may fill.
#[derive(Debug)]
pub struct Server {
    kind: Kind,
    /// The address of a user who may create databases.
    admin: String,
    /// Nothing when somebody else started the server and stops it.
    _running: Option<Running>,
}

static POSTGRES: OnceCell<Option<Server>> = OnceCell::const_new();
static MARIADB: OnceCell<Option<Server>> = OnceCell::const_new();

/// This process's PostgreSQL, or nothing on a machine without one.
///
/// # Panics
/// When the server is there and does not start.
pub async fn postgres() -> Option<&'static Server> {
    shared(&POSTGRES, Kind::Postgres).await
}

/// This process's MariaDB, or nothing on a machine without one.
///
/// # Panics
/// When the server is there and does not start.
pub async fn mariadb() -> Option<&'static Server> {
    shared(&MARIADB, Kind::MariaDb).await
}

#[expect(clippy::panic, reason = "a server that does not start must fail the test, not skip it")]
async fn shared(cell: &'static OnceCell<Option<Server>>, kind: Kind) -> Option<&'static Server> {
    match cell.get_or_try_init(|| Server::start(kind)).await {
        Ok(server) => server.as_ref(),
        Err(error) => panic!("{} did not start: {error:#}", kind.name()),
    }
}

impl Server {
    /// Takes the server named in the environment, or starts one. `None`: there are no binaries.
    pub async fn start(kind: Kind) -> Result<Option<Self>> {
        if let Some(admin) = setting(kind.url_setting()) {
            return Ok(Some(Self { kind, admin, _running: None }));
        }
        let Some(programs) = kind.programs() else {
            ensure!(setting("PORTICO_TEST_SERVERS").as_deref() != Some("required"), "no binaries on this machine");
            println!("{} is not on this machine: the tests that need it are left out", kind.name());
            return Ok(None);
        };
        aside(move || async move {
            for _ in 1..ATTEMPTS {
                match launch(kind, &programs).await {
                    Ok(server) => return Ok(Some(server)),
                    Err(error) => println!("{}: {error:#}; trying again", kind.name()),
                }
            }
            launch(kind, &programs).await.map(Some)
        })
        .await
    }

    /// The address of the user who may create databases.
    pub fn admin_url(&self) -> &str {
        &self.admin
    }

    /// The address of one database of this server.
    pub fn url(&self, database: &str) -> String {
        let (address, query) = self.admin.split_once('?').unwrap_or((&self.admin, ""));
        let server = address.rsplit_once('/').map_or(address, |(server, _)| server);
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{server}/{database}{mark}{query}")
    }

    /// An empty database by this name; its address.
    pub async fn create_database(&self, name: &str) -> Result<String> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        ensure!(!name.is_empty() && name.chars().all(plain), "{name:?} is no name for a test database");
        let (admin, statement) = (self.admin.clone(), self.kind.create_statement(name));
        aside(move || async move { execute(&admin, &statement).await }).await?;
        Ok(self.url(name))
    }

    /// An empty database that no other test has; its address.
    pub async fn fresh_database(&self) -> Result<String> {
        self.create_database(&format!("t_{}", Uuid::new_v4().simple())).await
    }
}

async fn launch(kind: Kind, programs: &find::Programs) -> Result<Server> {
    let (mut running, admin) = kind.launch(programs)?;
    let deadline = Instant::now() + PATIENCE;
    loop {
        let Err(error) = execute(&admin, "SELECT 1").await else {
            return Ok(Server { kind, admin, _running: Some(running) });
        };
        if running.has_ended()? {
            bail!("the server ended while starting; its log says:\n{}", running.log());
        }
        if Instant::now() > deadline {
            return Err(error).with_context(|| format!("no answer in {PATIENCE:?}; its log says:\n{}", running.log()));
        }
        // Another process gets ready: there is nothing to wait on but its answer.
        sleep(Duration::from_millis(30)).await;
    }
}

async fn execute(url: &str, statement: &str) -> Result<()> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).connect_timeout(Duration::from_secs(5)).sqlx_logging(false);
    let db = Database::connect(options).await?;
    let done = db.execute_unprepared(statement).await;
    db.close().await?;
    done.map(drop).map_err(Into::into)
}

/// Runs on a thread and runtime of its own: a test may have stopped its clock, and a server's start
/// takes real time.
async fn aside<T, F>(work: impl FnOnce() -> F + Send + 'static) -> Result<T>
where
    T: Send + 'static,
    F: Future<Output = Result<T>>,
{
    tokio::task::spawn_blocking(move || {
        tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work())
    })
    .await?
}

/// A database for a read model that asks for none: on PostgreSQL where `PORTICO_TEST_READ_MODEL=postgres`
/// puts the whole suite there, else nothing.
pub async fn read_model() -> Result<Option<String>> {
    if setting("PORTICO_TEST_READ_MODEL").as_deref() != Some("postgres") {
        return Ok(None);
    }
    let server = postgres().await.context("PORTICO_TEST_READ_MODEL names PostgreSQL, which is not on this machine")?;
    server.fresh_database().await.map(Some)
}

#[expect(clippy::disallowed_methods, reason = "these are settings of the test run, not of the product")]
fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(admin: &str) -> Server {
        Server { kind: Kind::Postgres, admin: admin.to_owned(), _running: None }
    }

    #[test]
    fn the_database_is_replaced_and_the_rest_of_the_address_kept() {
        assert_eq!(named("postgres://u:p@h:5/postgres").url("a"), "postgres://u:p@h:5/a");
        assert_eq!(named("mysql://u@h/mysql?ssl-mode=DISABLED").url("a"), "mysql://u@h/a?ssl-mode=DISABLED");
    }

    #[tokio::test]
    async fn a_name_that_could_be_a_statement_is_refused() {
        let error = named("postgres://u@h/postgres").create_database("a; drop table b").await.unwrap_err();
        assert!(error.to_string().contains("no name"), "{error}");
    }

    async fn each_database_is_its_own(server: Option<&'static Server>) {
        let Some(server) = server else { return };
        let (one, other) = (server.fresh_database().await.unwrap(), server.fresh_database().await.unwrap());
        assert_ne!(one, other);
        for (url, table) in [(one.clone(), "kept"), (other, "kept"), (one, "second")] {
            let statement = format!("CREATE TABLE {table} (id INT)");
            aside(move || async move { execute(&url, &statement).await }).await.unwrap();
        }
    }

    #[tokio::test]
    async fn postgres_gives_databases() {
        each_database_is_its_own(postgres().await).await;
    }

    #[tokio::test]
    async fn mariadb_gives_databases() {
        each_database_is_its_own(mariadb().await).await;
    }

    #[tokio::test]
    async fn a_server_of_ones_own_ends_with_its_guard() {
        for kind in [Kind::Postgres, Kind::MariaDb] {
            let Some(programs) = kind.programs() else { continue };
            let server = launch(kind, &programs).await.unwrap();
            let address = server.admin.split(['@', '/']).nth(3).unwrap().to_owned();
            assert!(std::net::TcpStream::connect(&address).is_ok());
            let room = server._running.as_ref().unwrap().room().to_owned();
            let mode = std::os::unix::fs::PermissionsExt::mode(&room.metadata().unwrap().permissions());
            assert_eq!(mode & 0o077, 0, "others may look into {}", room.display());
            drop(server);
            assert!(!room.exists());
            assert!(std::net::TcpStream::connect(&address).is_err());
        }
    }
}

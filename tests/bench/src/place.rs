//! A filled Portico: its folder, its database, and somebody who may ask.

use crate::keep;
use crate::process::{self, Taken};
use crate::world::World;
use anyhow::{Context, Result, ensure};
use portico_tests::servers::Server;
use sea_orm::{ConnectOptions, ConnectionTrait, Database as Orm, DatabaseConnection, DbBackend, Statement};
use serde::{Deserialize, Serialize};
use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Database {
    Sqlite,
    Postgres,
}

impl Database {
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// What the first fill took.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Fill {
    pub tickets: usize,
    /// Rows of every mirrored kind.
    pub records: i64,
    pub seconds: f64,
    pub cpu_seconds: f64,
    /// Most memory of the process, in MB.
    pub memory: f64,
    /// The sources that it was made with.
    made_from: u64,
    token: String,
}

impl Fill {
    pub fn rate(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
        let records = self.records as f64;
        records / self.seconds.max(0.001)
    }
}

/// A Portico that was filled from a world.
#[derive(Debug, Clone)]
pub struct Place {
    pub database: Database,
    pub folder: PathBuf,
    pub url: String,
    pub token: String,
    pub fill: Fill,
    /// Whether the fill was an earlier run's.
    pub kept: bool,
}

/// What the content of a filled database depends on; what only reads it may change.
const SOURCES: &[&str] =
    &["migrations/src", "gateway/src/readmodel/map", "gateway/src/readmodel/upsert.rs", "backends"];
/// Where a place keeps what is known of it, and a server's rows.
const FACTS: &str = "fill.json";
const KEPT: &str = "rows";
/// The viewer is the first contact of the first client, who sees all that is their account's.
const CONTACT: &str = "main:1";
const LOGIN: &str = "viewer@harbour.example.com";
const PASSWORD: &str = "correct horse battery staple";

impl Place {
    pub fn config(&self) -> PathBuf {
        self.folder.join("portico.toml")
    }

    /// The filled Portico of an earlier run, or a new one.
    pub async fn of(dir: &Path, world: &World, server: Option<&Server>) -> Result<Self> {
        let database = if server.is_some() { Database::Postgres } else { Database::Sqlite };
        let folder = dir.join(format!("{}-{}", database.name().to_lowercase(), world.tickets));
        let url = match server {
            Some(server) => server.create_database(&format!("bench_{}", world.tickets)).await?,
            None => format!("sqlite://{}?mode=rwc", folder.join("portico.sqlite").display()),
        };
        let made_from = fingerprint(SOURCES)?;
        let known = fs::read(folder.join(FACTS)).ok().and_then(|bytes| serde_json::from_slice::<Fill>(&bytes).ok());
        if let Some(fill) = known.filter(|fill| fill.made_from == made_from) {
            let place = Self { database, folder, url, token: fill.token.clone(), fill, kept: true };
            place.wake(&world.url).await?;
            return Ok(place);
        }
        Self::filled(database, folder, url, world, made_from).await
    }

    /// A server's database is new with the server, at an address of its own.
    async fn wake(&self, world: &str) -> Result<()> {
        if self.database == Database::Postgres {
            println!("copying what {} had from {} tickets", self.database.name(), self.fill.tickets);
            fs::write(self.config(), config(&self.folder, &self.url, world)?)?;
            ensure!(portico(&self.folder)?.arg("migrate").stdout(Stdio::null()).status()?.success(), "no migration");
            keep::load(&self.url, &self.folder.join(KEPT)).await?;
            settle(&self.url).await?;
        }
        Ok(())
    }

    async fn filled(database: Database, folder: PathBuf, url: String, world: &World, made_from: u64) -> Result<Self> {
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("portico.toml"), config(&folder, &url, &world.url)?)?;
        println!("filling {} from {} tickets", database.name(), world.tickets);
        let mut sync = portico(&folder)?;
        let taken = process::watched(sync.arg("sync").stdout(Stdio::null()));
        let taken = tokio::select! {
            taken = taken => taken?,
            failed = housekeeping(database, &url) => failed?,
        };
        let token = viewer(&folder)?;
        let fill = fill(world, taken, settle(&url).await?, made_from, &token);
        if database == Database::Postgres {
            keep::save(&url, &folder.join(KEPT)).await?;
        }
        fs::write(folder.join(FACTS), serde_json::to_vec_pretty(&fill)?)?;
        Ok(Self { database, folder, url, token, fill, kept: false })
    }

    /// The server of this place.
    pub fn serve(&self) -> Result<process::Server> {
        process::Server::start(portico(&self.folder)?.arg("serve"))
    }
}

fn fill(world: &World, taken: Taken, records: i64, made_from: u64, token: &str) -> Fill {
    Fill {
        tickets: world.tickets,
        records,
        seconds: taken.wall.as_secs_f64(),
        cpu_seconds: taken.cpu.as_secs_f64(),
        memory: taken.memory,
        made_from,
        token: token.to_owned(),
    }
}

/// The product's own binary lies beside this one.
fn portico(folder: &Path) -> Result<Command> {
    let own = std::env::current_exe()?;
    let binary = own.with_file_name("portico");
    ensure!(binary.exists(), "{} is not built", binary.display());
    let mut command = Command::new(binary);
    command.env_clear().current_dir(folder).arg("--config").arg(folder.join("portico.toml"));
    Ok(command)
}

/// Nothing runs beside the measured queries: no pull is due for a day.
fn config(folder: &Path, url: &str, world: &str) -> Result<String> {
    let (folder, url, world) = (toml::Value::from(folder.to_str().context("folder")?), toml::Value::from(url), world);
    let world = toml::Value::from(world);
    Ok(format!(
        "[server]\nlisten = \"127.0.0.1:0\"\n[data]\ndir = {folder}\n[database]\nurl = {url}\n[log]\nlevel = \"error\"\n\
         [sync]\nenabled = false\nevery_seconds = 86400\nfull_every_seconds = 604800\nmax_age_seconds = 86400\n\
         max_staleness_seconds = 604800\n[auth]\nrights_max_age_seconds = 604800\n\
         [[backends]]\nid = \"main\"\nkind = \"itflow\"\ndatabase_url = {world}\ntimezone = \"UTC\"\n"
    ))
}

fn viewer(folder: &Path) -> Result<String> {
    let mut add = portico(folder)?;
    add.args(["user", "add", "--name", "Viewer", "--email", LOGIN, "--contact", CONTACT]);
    let mut child = add.stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
    child.stdin.take().context("no standard input")?.write_all(PASSWORD.as_bytes())?;
    ensure!(child.wait()?.success(), "the viewer could not be made");
    let token = portico(folder)?.args(["user", "token", "--login", LOGIN, "--days", "3650"]).output()?;
    ensure!(token.status.success(), "no token: {}", String::from_utf8_lossy(&token.stderr));
    Ok(String::from_utf8(token.stdout)?.trim().to_owned())
}

pub async fn connect(url: &str) -> Result<DatabaseConnection> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Ok(Orm::connect(options).await?)
}

pub async fn number(db: &DatabaseConnection, sql: &str) -> Result<i64> {
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await?;
    Ok(row.context("no row")?.try_get_by_index(0)?)
}

/// How often a server looks at its tables by itself, unless told otherwise.
const ROUND: Duration = Duration::from_secs(60);

/// What a server does by itself while its tables grow; the one that tests run on does not.
async fn housekeeping(database: Database, url: &str) -> Result<Taken> {
    if database == Database::Sqlite {
        return std::future::pending().await;
    }
    let db = connect(url).await?;
    loop {
        tokio::time::sleep(ROUND).await;
        db.execute_unprepared("ANALYZE").await?;
    }
}

/// How many records there are; a server's statistics are made, as its own housekeeping would in time.
async fn settle(url: &str) -> Result<i64> {
    let db = connect(url).await?;
    let tables = match db.get_database_backend() {
        DbBackend::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'mirror~_%' ESCAPE '~'",
        _ => "SELECT CAST(tablename AS text) FROM pg_tables WHERE tablename LIKE 'mirror~_%' ESCAPE '~'",
    };
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), tables)).await?;
    let mut records = 0;
    for row in rows {
        let table: String = row.try_get_by_index(0)?;
        // Streams are no records; neither is what search keeps of them.
        if table != "mirror_streams" && !table.starts_with("mirror_search") {
            records += number(&db, &format!("SELECT COUNT(*) FROM {table}")).await?;
        }
    }
    if db.get_database_backend() == DbBackend::Postgres {
        db.execute_unprepared("VACUUM ANALYZE").await?;
    }
    db.close().await?;
    Ok(records)
}

/// A number that changes when one of these sources of the project does.
pub fn fingerprint(sources: &[&str]) -> Result<u64> {
    let mut hasher = DefaultHasher::new();
    for source in sources {
        digest(&portico_tests::binary::project().join(source), &mut hasher)?;
    }
    Ok(hasher.finish())
}

fn digest(path: &Path, hasher: &mut DefaultHasher) -> Result<()> {
    if !path.is_dir() {
        fs::read(path).with_context(|| path.display().to_string())?.hash(hasher);
        return Ok(());
    }
    let mut inside = fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    inside.sort();
    inside.iter().try_for_each(|path| digest(path, hasher))
}

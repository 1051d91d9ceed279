//! An ITFlow database that stands by itself.

use crate::error::Result;
use crate::itflow::api::{Api, Now};
use crate::itflow::edit::Editor;
use crate::itflow::{Dialect, create_schema, write};
use crate::world::World;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};
use std::path::Path;

/// An ITFlow in a box: a database with a world in it.
#[derive(Debug, Clone)]
pub struct ItflowSandbox {
    url: String,
    conn: DatabaseConnection,
}

impl ItflowSandbox {
    /// Makes `DIR/itflow.sqlite` with this world in it, replacing what it held.
    pub async fn create(dir: &Path, world: &World) -> Result<Self> {
        std::fs::create_dir_all(dir)?;
        // An empty file is a database; from then on a missing one is an error, not a new one.
        std::fs::OpenOptions::new().append(true).create(true).open(dir.join("itflow.sqlite"))?;
        Self::filled(Self::url_in(dir), world).await
    }

    /// The URL of `DIR/itflow.sqlite`, whatever letters the folder's name has.
    #[must_use]
    pub fn url_in(dir: &Path) -> String {
        let file = dir.join("itflow.sqlite").to_string_lossy().into_owned();
        let file = file.replace('%', "%25").replace('?', "%3F").replace('#', "%23");
        format!("sqlite://{file}?mode=rw")
    }

    /// Writes this world into a database that is there (`mysql://…` or `sqlite://…`), replacing
    /// ITFlow's tables in it.
    pub async fn on(url: &str, world: &World) -> Result<Self> {
        Self::filled(url.to_owned(), world).await
    }

    /// The database as it is, without writing anything.
    pub async fn open(url: &str) -> Result<Self> {
        Ok(Self { conn: connect(url).await?, url: url.to_owned() })
    }

    async fn filled(url: String, world: &World) -> Result<Self> {
        let conn = connect(&url).await?;
        if Dialect::of(&conn)? == Dialect::Sqlite {
            // Readers go on while an editor writes; a lost sandbox is made again, so no waiting for the disk.
            conn.execute_unprepared("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF").await?;
        }
        create_schema(&conn).await?;
        write(&conn, world).await?;
        Ok(Self { url, conn })
    }

    /// Ends the connection: the file is whole then, and may be moved.
    pub async fn close(self) -> Result<()> {
        Ok(self.conn.close().await?)
    }

    /// Where an adapter finds it.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    #[must_use]
    pub fn conn(&self) -> &DatabaseConnection {
        &self.conn
    }

    /// Its HTTP API on a free port of this machine, over the same rows. The clock says the database server's time.
    pub async fn api(&self, now: Now) -> Result<Api> {
        Api::start(connect(&self.url).await?, now).await
    }

    /// Somebody who works in it.
    #[must_use]
    pub fn editor(&self) -> Editor {
        Editor::new(self.conn.clone())
    }
}

async fn connect(url: &str) -> Result<DatabaseConnection> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Ok(Database::connect(options).await?)
}

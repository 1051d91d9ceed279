//! Lists, read past the pools: on connections of their own, cell by cell into rows.
//!
//! What cannot be read here is left to the pool, which says what is wrong with it.

mod postgres;
mod sqlite;

use super::columns::Cells;
use portico_contract::Result;
use postgres::Postgres;
use sea_orm::Statement;
use sqlite::Sqlite;

/// Makes something of a row's cells.
pub(super) trait Of<T>: Fn(&dyn Cells) -> Result<T> + Send + Sync {}
impl<T, F: Fn(&dyn Cells) -> Result<T> + Send + Sync> Of<T> for F {}

#[derive(Debug)]
pub enum Direct {
    Sqlite(Sqlite),
    Postgres(Box<Postgres>),
}

impl Direct {
    /// For a database in a file, and for a server of which this many connections may be had here.
    #[must_use]
    pub fn of(url: &str, connections: u32) -> Option<Self> {
        let on_server = || Postgres::of(url, connections).map(Box::new).map(Self::Postgres);
        Sqlite::of(url).map(Self::Sqlite).or_else(on_server)
    }

    /// What is made of the rows of a statement; nothing where the pool has to run it.
    pub async fn rows<T: Send>(&self, statement: &Statement, of: impl Of<T>) -> Result<Option<Vec<T>>> {
        let values = statement.values.as_ref().map_or(&[][..], |values| &values.0);
        match self {
            Self::Sqlite(direct) => direct.rows(&statement.sql, values, of),
            Self::Postgres(direct) => direct.rows(&statement.sql, values, of).await,
        }
    }
}

//! Lists, read past the pools: on connections of their own, cell by cell into rows.
//!
//! What cannot be read here is left to the pool, which says what is wrong with it.

mod postgres;
mod sqlite;

use super::columns::Cell;
use super::table::Mirrored;
use portico_contract::Result;
use postgres::Postgres;
use sea_orm::{EntityTrait, Statement};
use sqlite::Sqlite;
use std::sync::Arc;

/// What a statement read: rows that are shared from their birth.
pub(super) type Rows<E> = Vec<Arc<<E as EntityTrait>::Model>>;

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

    /// The rows of a statement whose first columns are these; nothing where the pool has to run it.
    pub async fn rows<E: Mirrored>(&self, statement: &Statement, cells: &[Cell<E>]) -> Result<Option<Rows<E>>> {
        let values = statement.values.as_ref().map_or(&[][..], |values| &values.0);
        match self {
            Self::Sqlite(direct) => direct.rows::<E>(&statement.sql, values, cells),
            Self::Postgres(direct) => direct.rows::<E>(&statement.sql, values, cells).await,
        }
    }
}

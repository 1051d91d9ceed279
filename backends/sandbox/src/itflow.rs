//! The world as ITFlow keeps it: its tables in SQLite or MariaDB, and what people do in it; and its HTTP API.

pub mod api;
pub mod bulk;
pub mod edit;
mod load;
mod rows;
mod statement;
mod table;
mod tables;
#[cfg(test)]
mod tests;

pub use load::{create_schema, empty, write};
pub use table::{Column, Shape, Table};
pub use tables::TABLES;

use crate::error::{Error, Result};
use sea_orm::{ConnectionTrait, DbBackend};

/// The two kinds of database that ITFlow's tables are made for here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    Sqlite,
    MariaDb,
}

impl Dialect {
    pub fn of<C: ConnectionTrait>(conn: &C) -> Result<Self> {
        match conn.get_database_backend() {
            DbBackend::Sqlite => Ok(Self::Sqlite),
            DbBackend::MySql => Ok(Self::MariaDb),
            _ => Err(Error::Dialect("another one")),
        }
    }
}

//! What people do upstream, in ITFlow's own pages: for tests that let the world move on.
//!
//! Every change takes the time it happens at. The stamp that MariaDB would set at a change is always
//! set here, to that time, so both databases tell the same.

mod books;
mod desk;
mod parties;

pub use books::{NewInvoice, NewLine};
pub use desk::{NewReply, NewTicket, TicketChange};
pub use parties::{Flags, NewContact};

use super::Dialect;
use super::load::{empty, fill};
use super::statement::{Cell, cell, change, insert, run};
use super::table::Shape;
use super::tables::TABLES;
use crate::error::Result;
use crate::world::World;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, TransactionTrait, Value};

/// Hands on an ITFlow database.
#[derive(Debug, Clone)]
pub struct Editor {
    conn: DatabaseConnection,
}

impl Editor {
    #[must_use]
    pub fn new(conn: DatabaseConnection) -> Self {
        Self { conn }
    }

    /// An editor with a connection of its own.
    pub async fn open(url: &str) -> Result<Self> {
        let mut options = ConnectOptions::new(url);
        options.max_connections(1).sqlx_logging(false);
        Ok(Self::new(Database::connect(options).await?))
    }

    #[must_use]
    pub fn conn(&self) -> &DatabaseConnection {
        &self.conn
    }

    /// The database is put back to an older (or any other) state: what came since is gone, and the
    /// ids it had are given out again.
    pub async fn restore(&self, world: &World) -> Result<()> {
        let transaction = self.conn.begin().await?;
        empty(&transaction).await?;
        fill(&transaction, world).await?;
        transaction.commit().await?;
        if Dialect::of(&self.conn)? == Dialect::MariaDb {
            let counted = |columns: &[super::Column]| columns.first().is_some_and(|first| first.shape == Shape::Id);
            for table in TABLES.iter().filter(|table| counted(table.columns)) {
                self.conn.execute_unprepared(&format!("ALTER TABLE {} AUTO_INCREMENT = 1", table.name)).await?;
            }
        }
        Ok(())
    }

    /// Any statement with `?` places, for what no method here does.
    pub async fn run(&self, sql: &str, values: Vec<Value>) -> Result<u64> {
        Ok(run(&self.conn, sql, values).await?.rows_affected())
    }

    async fn add(&self, table: &str, cells: Vec<Cell>) -> Result<i32> {
        insert(&self.conn, table, cells).await
    }

    async fn ticket(&self, id: i32, cells: Vec<Cell>) -> Result<()> {
        change(&self.conn, "tickets", "ticket_id", id, cells).await
    }

    async fn reply(&self, id: i32, cells: Vec<Cell>) -> Result<()> {
        change(&self.conn, "ticket_replies", "ticket_reply_id", id, cells).await
    }

    async fn contact(&self, id: i32, cells: Vec<Cell>) -> Result<()> {
        change(&self.conn, "contacts", "contact_id", id, cells).await
    }

    async fn client(&self, id: i32, cells: Vec<Cell>) -> Result<()> {
        change(&self.conn, "clients", "client_id", id, cells).await
    }

    async fn invoice(&self, id: i32, cells: Vec<Cell>) -> Result<()> {
        change(&self.conn, "invoices", "invoice_id", id, cells).await
    }

    /// Removes the rows of a table that have this id in this column.
    async fn remove(&self, table: &str, column: &str, id: i32) -> Result<()> {
        run(&self.conn, &format!("DELETE FROM {table} WHERE {column} = ?"), vec![id.into()]).await?;
        Ok(())
    }
}

/// The next number of a series in the settings, taken from it.
pub(super) async fn take_number<C: ConnectionTrait>(conn: &C, series: &str) -> Result<i32> {
    run(conn, &format!("UPDATE settings SET {series} = {series} + 1 WHERE company_id = 1"), Vec::new()).await?;
    let sql = format!("SELECT CAST({series} AS SIGNED) FROM settings WHERE company_id = 1");
    let next = super::statement::number(conn, &sql, Vec::new()).await?;
    Ok(i32::try_from(next - 1).unwrap_or(i32::MAX))
}

/// The stamp of a change.
fn stamped(name: &'static str, at: chrono::NaiveDateTime) -> Cell {
    cell(name, at)
}

//! Makes the tables and fills them with a world, in batches.

use super::Dialect;
use super::rows::Row;
use super::statement::{Cell, run};
use super::table::Table;
use super::tables::TABLES;
use crate::error::Result;
use crate::world::World;
use sea_orm::{ConnectionTrait, TransactionSession, TransactionTrait, Value};

const ROWS_AT_ONCE: usize = 500;
/// Below the limits of both databases (SQLite 32,766, MariaDB 65,535).
const VALUES_AT_ONCE: usize = 30_000;

/// Makes every table, replacing those that are there.
pub async fn create_schema<C: ConnectionTrait>(conn: &C) -> Result<()> {
    let dialect = Dialect::of(conn)?;
    for table in TABLES {
        conn.execute_unprepared(&format!("DROP TABLE IF EXISTS {}", table.name)).await?;
        for sql in table.ddl(dialect) {
            conn.execute_unprepared(&sql).await?;
        }
    }
    Ok(())
}

/// Fills empty tables with this world, in one transaction.
pub async fn write<C: ConnectionTrait + TransactionTrait>(conn: &C, world: &World) -> Result<()> {
    let transaction = conn.begin().await?;
    fill(&transaction, world).await?;
    transaction.commit().await?;
    Ok(())
}

/// Removes every row, and the memory of used ids as far as the database forgets it in a transaction.
pub async fn empty<C: ConnectionTrait>(conn: &C) -> Result<()> {
    for table in TABLES {
        conn.execute_unprepared(&format!("DELETE FROM {}", table.name)).await?;
    }
    if Dialect::of(conn)? == Dialect::Sqlite {
        conn.execute_unprepared("DELETE FROM sqlite_sequence").await?;
    }
    Ok(())
}

pub(super) async fn fill<C: ConnectionTrait>(conn: &C, world: &World) -> Result<()> {
    use super::rows::{Company, DocumentFile, Settings};
    insert(conn, [Settings(&world.firm)]).await?;
    insert(conn, [Company(&world.firm)]).await?;
    insert(conn, &world.roles).await?;
    insert(conn, &world.users).await?;
    insert(conn, &world.statuses).await?;
    insert(conn, &world.categories).await?;
    insert(conn, &world.slas).await?;
    insert(conn, &world.sla_rules).await?;
    insert(conn, &world.links).await?;
    insert(conn, &world.clients).await?;
    insert(conn, &world.locations).await?;
    insert(conn, &world.contacts).await?;
    insert(conn, &world.tickets).await?;
    insert(conn, &world.replies).await?;
    insert(conn, &world.attachments).await?;
    insert(conn, &world.watchers).await?;
    insert(conn, &world.history).await?;
    insert(conn, &world.tasks).await?;
    insert(conn, &world.approvals).await?;
    insert(conn, &world.taxes).await?;
    insert(conn, &world.invoices).await?;
    insert(conn, &world.lines).await?;
    insert(conn, &world.payments).await?;
    insert(conn, &world.recurring).await?;
    insert(conn, &world.quotes).await?;
    insert(conn, &world.providers).await?;
    insert(conn, &world.cards).await?;
    insert(conn, &world.card_rules).await?;
    insert(conn, &world.vendors).await?;
    insert(conn, &world.assets).await?;
    insert(conn, &world.interfaces).await?;
    insert(conn, &world.domains).await?;
    insert(conn, &world.certificates).await?;
    insert(conn, &world.folders).await?;
    insert(conn, &world.documents).await?;
    insert(conn, &world.files).await?;
    insert(conn, world.files.iter().filter(|file| file.document != 0).map(DocumentFile)).await
}

/// Rows on their way into one table.
struct Batch {
    table: &'static Table,
    names: Vec<&'static str>,
    values: Vec<Value>,
    rows: usize,
}

/// Adds rows, many per statement. Neighbours of one table travel together.
pub(super) async fn insert<C: ConnectionTrait, R: Row>(conn: &C, rows: impl IntoIterator<Item = R>) -> Result<()> {
    let mut open: Vec<Batch> = Vec::new();
    for row in rows {
        let table = row.table();
        let batch = match open.iter_mut().position(|batch| std::ptr::eq(batch.table, table)) {
            Some(at) => open.get_mut(at),
            None => {
                open.push(Batch { table, names: Vec::new(), values: Vec::new(), rows: 0 });
                open.last_mut()
            }
        };
        let Some(batch) = batch else { continue };
        batch.add(row.cells());
        if batch.full() {
            batch.send(conn).await?;
        }
    }
    for batch in &mut open {
        batch.send(conn).await?;
    }
    Ok(())
}

impl Batch {
    fn add(&mut self, cells: Vec<Cell>) {
        if self.rows == 0 {
            self.names = cells.iter().map(|(name, _)| *name).collect();
        }
        self.values.extend(cells.into_iter().map(|(_, value)| value));
        self.rows += 1;
    }

    fn full(&self) -> bool {
        self.rows >= ROWS_AT_ONCE || self.values.len() + self.names.len() > VALUES_AT_ONCE
    }

    async fn send<C: ConnectionTrait>(&mut self, conn: &C) -> Result<()> {
        if self.rows == 0 {
            return Ok(());
        }
        let row = format!("({})", vec!["?"; self.names.len()].join(","));
        let rows = vec![row.as_str(); self.rows].join(",");
        let sql = format!("INSERT INTO {} ({}) VALUES {rows}", self.table.name, self.names.join(", "));
        self.rows = 0;
        run(conn, &sql, std::mem::take(&mut self.values)).await?;
        Ok(())
    }
}

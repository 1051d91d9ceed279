//! One transaction on ITFlow's tables.

use super::gone;
use crate::backend::Itflow;
use crate::client::Client;
use crate::map::value::Zone;
use chrono::{DateTime, NaiveDateTime, Offset, SubsecRound, TimeZone};
use portico_contract::{CallCx, Error, Result, Sent};
use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, FromQueryResult, Value};

/// A column and what goes into it.
pub(super) type Cell = (&'static str, Value);

/// What a column can take here.
pub(super) trait IntoCell {
    fn value(self) -> Value;
}

impl IntoCell for i64 {
    fn value(self) -> Value {
        self.into()
    }
}
impl IntoCell for bool {
    fn value(self) -> Value {
        i64::from(self).into()
    }
}
impl IntoCell for &str {
    fn value(self) -> Value {
        self.into()
    }
}
impl IntoCell for String {
    fn value(self) -> Value {
        self.into()
    }
}
impl IntoCell for NaiveDateTime {
    fn value(self) -> Value {
        stamp(self).into()
    }
}
impl<T: IntoCell> IntoCell for Option<T> {
    fn value(self) -> Value {
        self.map_or(Value::String(None), IntoCell::value)
    }
}

pub(super) fn cell(column: &'static str, value: impl IntoCell) -> Cell {
    (column, value.value())
}

/// A time as both databases take it.
pub(super) fn stamp(at: NaiveDateTime) -> String {
    at.format("%Y-%m-%d %H:%M:%S").to_string()
}

/// At most so many characters, as ITFlow's columns take them.
pub(super) fn clipped(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

/// Dropped without [`commit`](Self::commit) it leaves nothing behind.
pub(super) struct Tx<'a> {
    client: &'a Client,
    cx: &'a CallCx,
    transaction: DatabaseTransaction,
    /// Now, in ITFlow's zone.
    pub(super) now: NaiveDateTime,
}

impl Itflow {
    /// The account that writes, if there is one.
    pub(super) fn writer(&self) -> Result<&Client> {
        let missing = || {
            Error::unsupported("this kind of change")
                .with_detail("`write_url` is not set, and the HTTP API cannot do it")
        };
        self.writer.as_ref().ok_or_else(missing)
    }

    pub(super) async fn begin<'a>(&'a self, cx: &'a CallCx) -> Result<Tx<'a>> {
        let client = self.writer()?;
        let Zone(zone) = self.zone(cx).await?;
        let now = self.clock.now().with_timezone(&zone);
        let offset = zone.offset_from_utc_datetime(&now.naive_utc()).fix();
        let transaction = client.begin(cx, "tickets").await?;
        let tx = Tx { client, cx, transaction, now: local(&now) };
        if client.has_grants() {
            // What the database stamps by itself then agrees with ITFlow's own pages.
            tx.run("the session", tx.transaction.execute_unprepared(&format!("SET time_zone = '{offset}'"))).await?;
        }
        Ok(tx)
    }
}

fn local(now: &DateTime<chrono_tz::Tz>) -> NaiveDateTime {
    now.naive_local().trunc_subsecs(0)
}

impl Tx<'_> {
    async fn run<T>(&self, what: &str, work: impl Future<Output = Result<T, DbErr>>) -> Result<T> {
        let work = async { work.await.map_err(|error| self.client.fault(what, &error)) };
        self.client.within(self.cx, what, work).await
    }

    pub(super) async fn rows<T: FromQueryResult>(&self, what: &str, select: &SelectStatement) -> Result<Vec<T>> {
        let rows = self.run(what, self.transaction.query_all(select)).await?;
        rows.iter().map(|row| T::from_query_result(row, "").map_err(|error| self.client.fault(what, &error))).collect()
    }

    /// The one row that must be there.
    pub(super) async fn one<T: FromQueryResult>(&self, what: &str, select: &SelectStatement) -> Result<T> {
        self.rows(what, select).await?.into_iter().next().ok_or_else(|| gone(what))
    }

    /// Adds a row; gives its id.
    pub(super) async fn add(&self, table: &'static str, cells: Vec<Cell>) -> Result<i64> {
        let (columns, values): (Vec<&str>, Vec<Value>) = cells.into_iter().unzip();
        let mut insert = Query::insert();
        insert.into_table(table).columns(columns);
        let filled = insert.values(values.into_iter().map(Expr::val));
        let filled = filled.map_err(|error| Error::internal(format!("{table}: {error}")))?;
        let done = self.run(table, self.transaction.execute(filled)).await?;
        i64::try_from(done.last_insert_id()).map_err(|_| Error::contract(format!("{table}: an id beyond all numbers")))
    }

    /// Adds the rows of a select.
    pub(super) async fn fill(
        &self,
        table: &'static str,
        columns: &[&'static str],
        from: SelectStatement,
    ) -> Result<()> {
        let mut insert = Query::insert();
        insert.into_table(table).columns(columns.iter().copied());
        let filled = insert.select_from(from).map_err(|error| Error::internal(format!("{table}: {error}")))?;
        self.run(table, self.transaction.execute(filled)).await.map(|_| ())
    }

    /// Sets columns where a condition holds; says of how many rows it held.
    pub(super) async fn change(&self, table: &'static str, cells: Vec<Cell>, at: Expr) -> Result<u64> {
        let mut update = Query::update();
        update.table(table).and_where(at);
        for (column, value) in cells {
            update.value(column, value);
        }
        Ok(self.run(table, self.transaction.execute(&update)).await?.rows_affected())
    }

    /// From here on it may have happened, also when the answer is an error.
    pub(super) async fn commit(self) -> Result<()> {
        let Self { client, cx, transaction, .. } = self;
        let commit = async { transaction.commit().await.map_err(|error| client.fault("commit", &error)) };
        client.within(cx, "commit", commit).await.map_err(|error| error.sent(Sent::Maybe))
    }
}

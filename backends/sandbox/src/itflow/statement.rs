//! Values as ITFlow's columns take them, and statements that run on both databases.

use crate::error::{Error, Result};
use crate::world::model::Stamp;
use chrono::{NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;
use sea_orm::{ConnectionTrait, ExecResult, Statement, Value};

/// A column's name and the value for it.
pub(super) type Cell = (&'static str, Value);

/// Names a value.
pub(super) fn cell(name: &'static str, value: impl Sql) -> Cell {
    (name, value.sql())
}

/// What a value is to the database: numbers, text or nothing. Dates and decimals travel as text,
/// which both databases take.
pub(super) trait Sql {
    fn sql(self) -> Value;
}

impl Sql for i32 {
    fn sql(self) -> Value {
        self.into()
    }
}
impl Sql for i64 {
    fn sql(self) -> Value {
        self.into()
    }
}
impl Sql for bool {
    fn sql(self) -> Value {
        i32::from(self).into()
    }
}
impl Sql for &str {
    fn sql(self) -> Value {
        self.into()
    }
}
impl Sql for &String {
    fn sql(self) -> Value {
        self.as_str().into()
    }
}
impl Sql for String {
    fn sql(self) -> Value {
        self.into()
    }
}
impl Sql for Decimal {
    fn sql(self) -> Value {
        format!("{self:.2}").into()
    }
}
impl Sql for NaiveDate {
    fn sql(self) -> Value {
        self.format("%Y-%m-%d").to_string().into()
    }
}
impl Sql for NaiveDateTime {
    fn sql(self) -> Value {
        self.format("%Y-%m-%d %H:%M:%S").to_string().into()
    }
}
impl Sql for Stamp {
    fn sql(self) -> Value {
        match self {
            Self::Never => Value::String(None),
            Self::Zero => "0000-00-00 00:00:00".into(),
            Self::At(at) => at.sql(),
        }
    }
}
impl<T: Sql> Sql for Option<T> {
    fn sql(self) -> Value {
        self.map_or(Value::String(None), Sql::sql)
    }
}
impl<'a, T> Sql for &'a Option<T>
where
    &'a T: Sql,
{
    fn sql(self) -> Value {
        self.as_ref().sql()
    }
}

/// Runs one statement with `?` places.
pub(super) async fn run<C: ConnectionTrait>(conn: &C, sql: &str, values: Vec<Value>) -> Result<ExecResult> {
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    Ok(conn.execute_raw(statement).await?)
}

/// Adds one row; gives its id.
pub(super) async fn insert<C: ConnectionTrait>(conn: &C, table: &str, cells: Vec<Cell>) -> Result<i32> {
    let (names, values): (Vec<&str>, Vec<Value>) = cells.into_iter().unzip();
    let places = vec!["?"; names.len()].join(", ");
    let sql = format!("INSERT INTO {table} ({}) VALUES ({places})", names.join(", "));
    let id = run(conn, &sql, values).await?.last_insert_id();
    i32::try_from(id).map_err(|_| Error::Id(id))
}

/// Changes the row with this key. A row that is not there is an error: upstream, somebody saw it.
pub(super) async fn change<C: ConnectionTrait>(
    conn: &C,
    table: &'static str,
    key: &'static str,
    id: i32,
    cells: Vec<Cell>,
) -> Result<()> {
    if find(conn, table, key, id).await? == 0 {
        return Err(Error::Missing { table, id });
    }
    let (names, mut values): (Vec<&str>, Vec<Value>) = cells.into_iter().unzip();
    let sets: Vec<String> = names.iter().map(|name| format!("{name} = ?")).collect();
    values.push(id.into());
    run(conn, &format!("UPDATE {table} SET {} WHERE {key} = ?", sets.join(", ")), values).await?;
    Ok(())
}

/// How many rows have this value in this column.
async fn find<C: ConnectionTrait>(conn: &C, table: &str, column: &str, value: i32) -> Result<i64> {
    number(conn, &format!("SELECT COUNT(*) FROM {table} WHERE {column} = ?"), vec![value.into()]).await
}

/// The one number that a statement asks for.
pub(super) async fn number<C: ConnectionTrait>(conn: &C, sql: &str, values: Vec<Value>) -> Result<i64> {
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    let row = conn.query_one_raw(statement).await?;
    row.map_or(Ok(0), |row| Ok(row.try_get_by_index(0)?))
}

/// The texts that a statement asks for.
pub(super) async fn words<C: ConnectionTrait>(conn: &C, sql: &str, values: Vec<Value>) -> Result<Vec<String>> {
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    let rows = conn.query_all_raw(statement).await?;
    rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}

/// The first text that a statement asks for.
pub(super) async fn word<C: ConnectionTrait>(conn: &C, sql: &str, values: Vec<Value>) -> Result<Option<String>> {
    Ok(words(conn, sql, values).await?.into_iter().next())
}

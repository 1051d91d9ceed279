//! The vendor's shape: rows as ITFlow's tables hold them, and the column lists that fill them.
//!
//! A field has the name of its column. What the two databases would decode differently (dates,
//! times, decimals) is read as text.

pub(crate) mod account;
pub(crate) mod approval;
pub(crate) mod choice;
pub(crate) mod document;
pub(crate) mod estate;
pub(crate) mod invoice;
pub(crate) mod password;
pub(crate) mod person;
pub(crate) mod quote;
pub(crate) mod recurring;
pub(crate) mod ticket;

use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};

/// How a column is read.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Column {
    Plain(&'static str),
    /// By `CAST(… AS CHAR)`, which is text in MariaDB and in SQLite.
    Text(&'static str),
}

/// A select of these columns from a table.
pub(crate) fn select(table: &'static str, columns: &[Column]) -> SelectStatement {
    let mut select = Query::select();
    for column in columns {
        match *column {
            Column::Plain(name) => select.column(name),
            Column::Text(name) => select.expr_as(text(name), name),
        };
    }
    select.from(table);
    select
}

pub(crate) fn text(column: &'static str) -> Expr {
    Expr::col(column).cast_as("CHAR")
}

/// The id of a row, under one name for every table.
#[derive(Debug, FromQueryResult)]
pub(crate) struct IdRow {
    pub id: i64,
}

/// The highest id and stamps of a table; two stamps, because many rows have never been updated.
#[derive(Debug, FromQueryResult)]
pub(crate) struct TopRow {
    pub source: i64,
    pub id: Option<i64>,
    pub created: Option<String>,
    pub updated: Option<String>,
}

/// The answer of an aggregate that was asked as text.
#[derive(Debug, FromQueryResult)]
pub(crate) struct TextRow {
    pub value: Option<String>,
}

/// Two sums over a table, as text, that together move when a row of it comes, goes or changes.
#[derive(Debug, FromQueryResult)]
pub(crate) struct SumsRow {
    pub one: Option<String>,
    pub other: Option<String>,
}

/// Who is there: the columns of `settings` that are not secret.
#[derive(Debug, FromQueryResult)]
pub(crate) struct SettingsRow {
    pub config_current_database_version: String,
    pub config_timezone: Option<String>,
}

pub(crate) const SETTINGS: &[Column] =
    &[Column::Plain("config_current_database_version"), Column::Plain("config_timezone")];

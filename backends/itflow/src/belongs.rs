//! Whether what a ticket names is of its customer. ITFlow takes any number.

use crate::backend::Itflow;
use crate::map::value::is_set;
use crate::wire::Column::{self, Plain, Text};
use crate::write::number;
use portico_contract::{CallCx, Error, ErrorKind, NativeId, Result};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Expr, ExprTrait};

/// Whose a row is, and whether it is put away.
#[derive(Debug, FromQueryResult)]
struct Owner {
    client: i64,
    archived: Option<String>,
}

/// A table, its key, the column of the client, the column of the archive.
#[derive(Debug)]
pub(crate) struct Table {
    name: &'static str,
    key: &'static str,
    client: &'static str,
    archived: &'static str,
    what: &'static str,
}

pub(crate) const CLIENTS: Table =
    Table { name: "clients", key: "client_id", client: "client_id", archived: "client_archived_at", what: "customer" };
pub(crate) const CONTACTS: Table = Table {
    name: "contacts",
    key: "contact_id",
    client: "contact_client_id",
    archived: "contact_archived_at",
    what: "contact",
};
pub(crate) const ASSETS: Table =
    Table { name: "assets", key: "asset_id", client: "asset_client_id", archived: "asset_archived_at", what: "asset" };
pub(crate) const SITES: Table = Table {
    name: "locations",
    key: "location_id",
    client: "location_client_id",
    archived: "location_archived_at",
    what: "site",
};

#[derive(Debug, FromQueryResult)]
pub(crate) struct TicketState {
    pub(crate) ticket_client_id: i64,
    pub(crate) ticket_status: i64,
    pub(crate) ticket_resolved_at: Option<String>,
    ticket_archived_at: Option<String>,
}

const STATE: &[Column] =
    &[Plain("ticket_client_id"), Plain("ticket_status"), Text("ticket_resolved_at"), Text("ticket_archived_at")];

impl Itflow {
    /// The number of something that is there and belongs to the client.
    pub(crate) async fn owned(&self, cx: &CallCx, table: &Table, id: &NativeId, client: i64) -> Result<i64> {
        let key = number(id)?;
        let mut select = sea_orm::sea_query::Query::select();
        select.expr_as(Expr::col(table.client), "client");
        select.expr_as(crate::wire::text(table.archived), "archived");
        select.from(table.name).and_where(Expr::col(table.key).eq(key));
        let rows: Vec<Owner> = self.client.rows(cx, table.name, &select).await?;
        let there = rows.first().is_some_and(|row| row.client == client && !is_set(row.archived.as_deref()));
        let what = table.what;
        if there { Ok(key) } else { Err(Error::invalid(format!("This {what} is not of this customer, or no longer."))) }
    }

    /// A customer that is there.
    pub(crate) async fn customer(&self, cx: &CallCx, id: &NativeId) -> Result<i64> {
        self.owned(cx, &CLIENTS, id, number(id)?).await
    }

    /// How a ticket stands now.
    pub(crate) async fn state_of(&self, cx: &CallCx, ticket: &NativeId) -> Result<TicketState> {
        let mut select = crate::wire::select("tickets", STATE);
        select.and_where(Expr::col("ticket_id").eq(number(ticket)?));
        let rows: Vec<TicketState> = self.client.rows(cx, "tickets", &select).await?;
        let there = |row: &TicketState| row.ticket_client_id > 0 && !is_set(row.ticket_archived_at.as_deref());
        rows.into_iter().find(there).ok_or_else(|| crate::write::gone("tickets"))
    }

    /// A live category of tickets.
    pub(crate) async fn ticket_category(&self, cx: &CallCx, word: &str) -> Result<i64> {
        let id: i64 = word.trim().trim_start_matches("category:").parse().unwrap_or_default();
        let mut select = crate::wire::choice::categories();
        select.and_where(Expr::col("category_id").eq(id));
        let rows: Vec<crate::wire::choice::CategoryRow> = self.client.rows(cx, "categories", &select).await?;
        let live = rows.first().is_some_and(|row| !is_set(row.category_archived_at.as_deref()));
        if live { Ok(id) } else { Err(Error::new(ErrorKind::Invalid, "There is no such category of tickets.")) }
    }
}

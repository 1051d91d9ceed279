//! `clients`: the customer organisations.

use super::Column::{self, Plain, Text};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::SelectStatement;

#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct ClientRow {
    pub client_id: i64,
    pub client_lead: Option<bool>,
    pub client_name: String,
    pub client_website: Option<String>,
    pub client_currency_code: Option<String>,
    pub client_notes: Option<String>,
    pub client_created_at: Option<String>,
    pub client_archived_at: Option<String>,
}

pub(crate) const CLIENTS: &[Column] = &[
    Plain("client_id"),
    Plain("client_lead"),
    Plain("client_name"),
    Plain("client_website"),
    Plain("client_currency_code"),
    Plain("client_notes"),
    Text("client_created_at"),
    Text("client_archived_at"),
];

pub(crate) fn clients() -> SelectStatement {
    super::select("clients", CLIENTS)
}

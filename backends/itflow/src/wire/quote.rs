//! `quotes`; their lines are read as those of invoices.

use super::Column::{self, Plain, Text};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::SelectStatement;

#[derive(Debug, Clone, Default, FromQueryResult)]
pub(crate) struct QuoteRow {
    pub quote_id: i64,
    pub quote_prefix: Option<String>,
    pub quote_number: i64,
    pub quote_scope: Option<String>,
    pub quote_status: String,
    pub quote_discount_amount: Option<String>,
    pub quote_date: Option<String>,
    pub quote_expire: Option<String>,
    pub quote_amount: Option<String>,
    pub quote_currency_code: Option<String>,
    pub quote_note: Option<String>,
    pub quote_archived_at: Option<String>,
    pub quote_client_id: i64,
}

pub(crate) const QUOTES: &[Column] = &[
    Plain("quote_id"),
    Plain("quote_prefix"),
    Plain("quote_number"),
    Plain("quote_scope"),
    Plain("quote_status"),
    Text("quote_discount_amount"),
    Text("quote_date"),
    Text("quote_expire"),
    Text("quote_amount"),
    Plain("quote_currency_code"),
    Plain("quote_note"),
    Text("quote_archived_at"),
    Plain("quote_client_id"),
];

pub(crate) fn quotes() -> SelectStatement {
    super::select("quotes", QUOTES)
}

pub(crate) fn items() -> SelectStatement {
    super::invoice::items_of("quote_items", "item_quote_id")
}

//! `invoices`, `invoice_items` and `payments`.

use super::Column::{self, Plain, Text};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Expr, SelectStatement};

#[derive(Debug, Clone, Default, FromQueryResult)]
pub(crate) struct InvoiceRow {
    pub invoice_id: i64,
    pub invoice_prefix: Option<String>,
    pub invoice_number: i64,
    pub invoice_scope: Option<String>,
    pub invoice_status: String,
    pub invoice_date: Option<String>,
    pub invoice_due: Option<String>,
    pub invoice_discount_amount: Option<String>,
    pub invoice_amount: Option<String>,
    pub invoice_currency_code: Option<String>,
    pub invoice_note: Option<String>,
    pub invoice_archived_at: Option<String>,
    pub invoice_recurring_invoice_id: i64,
    pub invoice_client_id: i64,
}

pub(crate) const INVOICES: &[Column] = &[
    Plain("invoice_id"),
    Plain("invoice_prefix"),
    Plain("invoice_number"),
    Plain("invoice_scope"),
    Plain("invoice_status"),
    Text("invoice_date"),
    Text("invoice_due"),
    Text("invoice_discount_amount"),
    Text("invoice_amount"),
    Plain("invoice_currency_code"),
    Plain("invoice_note"),
    Text("invoice_archived_at"),
    Plain("invoice_recurring_invoice_id"),
    Plain("invoice_client_id"),
];

pub(crate) fn invoices() -> SelectStatement {
    super::select("invoices", INVOICES)
}

#[derive(Debug, Clone, Default, FromQueryResult)]
pub(crate) struct ItemRow {
    pub item_id: i64,
    pub item_name: String,
    pub item_description: Option<String>,
    pub item_quantity: Option<String>,
    pub item_price: Option<String>,
    pub item_subtotal: Option<String>,
    pub item_tax: Option<String>,
    pub item_total: Option<String>,
    pub item_order: i64,
    pub item_archived_at: Option<String>,
    /// The invoice or quote.
    pub owner: i64,
}

pub(crate) const ITEMS: &[Column] = &[
    Plain("item_id"),
    Plain("item_name"),
    Plain("item_description"),
    Text("item_quantity"),
    Text("item_price"),
    Text("item_subtotal"),
    Text("item_tax"),
    Text("item_total"),
    Plain("item_order"),
    Text("item_archived_at"),
];

pub(crate) fn items() -> SelectStatement {
    items_of("invoice_items", "item_invoice_id")
}

/// Invoices and quotes keep their lines alike, but for the name of the owner.
pub(super) fn items_of(table: &'static str, owner: &'static str) -> SelectStatement {
    let mut select = super::select(table, ITEMS);
    select.expr_as(Expr::col(owner), "owner");
    select
}

#[derive(Debug, Clone, Default, FromQueryResult)]
pub(crate) struct PaymentRow {
    pub payment_id: i64,
    pub payment_date: Option<String>,
    pub payment_amount: Option<String>,
    pub payment_currency_code: Option<String>,
    pub payment_method: Option<String>,
    pub payment_reference: Option<String>,
    pub payment_invoice_id: i64,
}

pub(crate) const PAYMENTS: &[Column] = &[
    Plain("payment_id"),
    Text("payment_date"),
    Text("payment_amount"),
    Plain("payment_currency_code"),
    Plain("payment_method"),
    Plain("payment_reference"),
    Plain("payment_invoice_id"),
];

pub(crate) fn payments() -> SelectStatement {
    super::select("payments", PAYMENTS)
}

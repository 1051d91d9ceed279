//! `recurring_invoices`, and whether each is paid by itself.

use super::Column::{self, Plain, Text};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};

#[derive(Debug, Clone, Default, FromQueryResult)]
pub(crate) struct RecurringRow {
    pub recurring_invoice_id: i64,
    pub recurring_invoice_prefix: Option<String>,
    pub recurring_invoice_number: i64,
    pub recurring_invoice_scope: Option<String>,
    pub recurring_invoice_frequency: String,
    pub recurring_invoice_last_sent: Option<String>,
    pub recurring_invoice_next_date: Option<String>,
    pub recurring_invoice_status: i64,
    pub recurring_invoice_amount: Option<String>,
    pub recurring_invoice_currency_code: Option<String>,
    pub recurring_invoice_archived_at: Option<String>,
    pub recurring_invoice_client_id: i64,
    /// 1 where a row of `recurring_payments` names the invoice.
    pub autopay: i64,
}

pub(crate) const RECURRING: &[Column] = &[
    Plain("recurring_invoice_id"),
    Plain("recurring_invoice_prefix"),
    Plain("recurring_invoice_number"),
    Plain("recurring_invoice_scope"),
    Plain("recurring_invoice_frequency"),
    Text("recurring_invoice_last_sent"),
    Text("recurring_invoice_next_date"),
    Plain("recurring_invoice_status"),
    Text("recurring_invoice_amount"),
    Plain("recurring_invoice_currency_code"),
    Text("recurring_invoice_archived_at"),
    Plain("recurring_invoice_client_id"),
];

pub(crate) fn recurring() -> SelectStatement {
    let mut payment = Query::select();
    payment
        .expr_as(Expr::col("recurring_payment_id").count(), "payments")
        .from("recurring_payments")
        .and_where(Expr::col("recurring_payment_recurring_invoice_id").equals("recurring_invoice_id"));
    let paid = Expr::case(Expr::SubQuery(None, Box::new(payment.into())).gt(0), 1).finally(0);
    let mut select = super::select("recurring_invoices", RECURRING);
    select.expr_as(paid, "autopay");
    select
}

/// Two sums that move when automatic payment is set up, moved or ended: the row is deleted then, and
/// nothing touches the stamps of the recurring invoice.
pub(crate) fn payments() -> SelectStatement {
    let (id, owner) = ("recurring_payment_id", "recurring_payment_recurring_invoice_id");
    let mut select = Query::select();
    select
        .expr_as(Expr::col(id).sum().cast_as("CHAR"), "one")
        .expr_as(Expr::expr(Expr::col(id).mul(Expr::col(owner))).sum().cast_as("CHAR"), "other")
        .from("recurring_payments");
    select
}

//! Invoices and payments.

use super::{Editor, stamped, take_number};
use crate::canary::{Visibility, canary};
use crate::error::{Error, Result};
use crate::itflow::statement::{cell, word, words};
use crate::world::model::InvoiceStatus;
use chrono::{NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;

/// A line of a new invoice; the vendor computes the rest, each column rounded on its own.
#[derive(Debug, Clone, Default)]
pub struct NewLine {
    pub name: String,
    pub quantity: Decimal,
    pub price: Decimal,
    pub tax_percent: Decimal,
}

/// An invoice that somebody writes.
#[derive(Debug, Clone, Default)]
pub struct NewInvoice {
    pub client: i32,
    pub scope: Option<String>,
    pub status: InvoiceStatus,
    pub date: NaiveDate,
    pub due: NaiveDate,
    pub discount: Decimal,
    pub currency: String,
    pub note: Option<String>,
    pub lines: Vec<NewLine>,
}

const INVOICE_UPDATED: &str = "invoice_updated_at";
const INCOME: i32 = 5;

/// Subtotal, tax and total of a line.
fn totals(line: &NewLine) -> (Decimal, Decimal, Decimal) {
    let exact = line.quantity * line.price;
    let tax = exact * line.tax_percent / Decimal::ONE_HUNDRED;
    (exact.round_dp(2), tax.round_dp(2), (exact + tax).round_dp(2))
}

impl Editor {
    /// Writes an invoice under the next number; gives its id.
    pub async fn add_invoice(&self, new: &NewInvoice, at: NaiveDateTime) -> Result<i32> {
        let count = take_number(&self.conn, "config_invoice_next_number").await?;
        let amount: Decimal = new.lines.iter().map(|line| totals(line).2).sum();
        let url_key = canary("", new.client, &format!("number{count}"), "url_key", Visibility::Internal);
        let cells = vec![
            cell("invoice_prefix", "INV-"),
            cell("invoice_number", count),
            cell("invoice_scope", &new.scope),
            cell("invoice_status", new.status.word()),
            cell("invoice_date", new.date),
            cell("invoice_due", new.due),
            cell("invoice_discount_amount", new.discount),
            cell("invoice_amount", amount - new.discount),
            cell("invoice_currency_code", &new.currency),
            cell("invoice_note", &new.note),
            cell("invoice_url_key", url_key),
            cell("invoice_created_at", at),
            cell("invoice_category_id", INCOME),
            cell("invoice_client_id", new.client),
        ];
        let id = self.add("invoices", cells).await?;
        for (order, line) in (1..).zip(&new.lines) {
            self.add_line(id, order, line, at).await?;
        }
        Ok(id)
    }

    pub async fn set_invoice_status(&self, id: i32, status: InvoiceStatus, at: NaiveDateTime) -> Result<()> {
        self.invoice(id, vec![cell("invoice_status", status.word()), stamped(INVOICE_UPDATED, at)]).await
    }

    pub async fn set_invoice_note(&self, id: i32, note: &str, at: NaiveDateTime) -> Result<()> {
        self.invoice(id, vec![cell("invoice_note", note), stamped(INVOICE_UPDATED, at)]).await
    }

    pub async fn archive_invoice(&self, id: i32, at: NaiveDateTime) -> Result<()> {
        self.invoice(id, vec![cell("invoice_archived_at", at), stamped(INVOICE_UPDATED, at)]).await
    }

    /// Removes the invoice with its lines and payments.
    pub async fn delete_invoice(&self, id: i32) -> Result<()> {
        self.remove("payments", "payment_invoice_id", id).await?;
        self.remove("invoice_items", "item_invoice_id", id).await?;
        self.remove("invoices", "invoice_id", id).await
    }

    /// Enters a payment in the invoice's currency and moves the status along; gives its id.
    pub async fn add_payment(&self, invoice: i32, amount: Decimal, method: &str, at: NaiveDateTime) -> Result<i32> {
        let sql = "SELECT invoice_currency_code FROM invoices WHERE invoice_id = ?";
        let currency = word(&self.conn, sql, vec![invoice.into()]).await?;
        let currency = currency.ok_or(Error::Missing { table: "invoices", id: invoice })?;
        let cells = vec![
            cell("payment_date", at.date()),
            cell("payment_amount", amount),
            cell("payment_currency_code", currency),
            cell("payment_method", method),
            cell("payment_reference", canary("", 0, &format!("invoice{invoice}"), "reference", Visibility::Internal)),
            cell("payment_created_at", at),
            cell("payment_account_id", 1),
            cell("payment_invoice_id", invoice),
        ];
        let id = self.add("payments", cells).await?;
        self.settle(invoice, at).await?;
        Ok(id)
    }

    pub async fn delete_payment(&self, id: i32, at: NaiveDateTime) -> Result<()> {
        let sql = "SELECT CAST(payment_invoice_id AS CHAR) FROM payments WHERE payment_id = ?";
        let invoice = word(&self.conn, sql, vec![id.into()]).await?;
        let invoice = invoice.and_then(|id| id.parse().ok()).ok_or(Error::Missing { table: "payments", id })?;
        self.remove("payments", "payment_id", id).await?;
        self.settle(invoice, at).await
    }

    async fn add_line(&self, invoice: i32, order: i32, line: &NewLine, at: NaiveDateTime) -> Result<()> {
        let (subtotal, tax, total) = totals(line);
        let cells = vec![
            cell("item_name", &line.name),
            cell("item_quantity", line.quantity),
            cell("item_price", line.price),
            cell("item_subtotal", subtotal),
            cell("item_tax", tax),
            cell("item_total", total),
            cell("item_order", order),
            cell("item_created_at", at),
            cell("item_invoice_id", invoice),
        ];
        self.add("invoice_items", cells).await?;
        Ok(())
    }

    /// The status that the payments make; a draft and a cancelled invoice keep theirs.
    async fn settle(&self, invoice: i32, at: NaiveDateTime) -> Result<()> {
        let ask = |column: &str, table: &str, key: &str| {
            format!("SELECT CAST({column} AS CHAR) FROM {table} WHERE {key} = ?")
        };
        let sql = ask("invoice_status", "invoices", "invoice_id");
        let status = word(&self.conn, &sql, vec![invoice.into()]).await?.unwrap_or_default();
        if status.is_empty() || status == InvoiceStatus::Draft.word() || status == InvoiceStatus::Cancelled.word() {
            return Ok(());
        }
        let amount = self.sum(&ask("invoice_amount", "invoices", "invoice_id"), invoice).await?;
        let paid = self.sum(&ask("payment_amount", "payments", "payment_invoice_id"), invoice).await?;
        let status = if paid <= Decimal::ZERO {
            InvoiceStatus::Sent
        } else if paid >= amount {
            InvoiceStatus::Paid
        } else {
            InvoiceStatus::Partial
        };
        self.set_invoice_status(invoice, status, at).await
    }

    /// Added here, not in the database: SQLite would make floats of the amounts.
    async fn sum(&self, sql: &str, id: i32) -> Result<Decimal> {
        let amounts = words(&self.conn, sql, vec![id.into()]).await?;
        Ok(amounts.iter().filter_map(|amount| amount.parse::<Decimal>().ok()).sum())
    }
}

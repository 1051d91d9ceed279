//! Invoices, quotes and recurring invoices.

use crate::backend::Itflow;
use crate::map::{invoice, quote, recurring};
use crate::wire;
use crate::wire::invoice::{InvoiceRow, ItemRow, PaymentRow};
use crate::wire::quote::QuoteRow;
use crate::wire::recurring::RecurringRow;
use portico_contract::{CallCx, Result, Snapshot};
use sea_orm::sea_query::SelectStatement;
use std::collections::BTreeMap;

impl Itflow {
    pub(super) async fn invoices(&self, cx: &CallCx, ids: &[i64]) -> Result<Vec<(i64, Snapshot)>> {
        let rows: Vec<InvoiceRow> = self.among(cx, "invoices", wire::invoice::invoices(), "invoice_id", ids).await?;
        let mut items = self.items(cx, "invoice_items", wire::invoice::items(), "item_invoice_id", ids).await?;
        let keys = ("payment_invoice_id", "payment_id");
        let parent_of = |row: &PaymentRow| row.payment_invoice_id;
        let mut payments = self.children(cx, "payments", wire::invoice::payments(), keys, ids, parent_of).await?;
        let mut snapshots = Vec::with_capacity(rows.len());
        for row in &rows {
            let items = items.remove(&row.invoice_id).unwrap_or_default();
            let payments = payments.remove(&row.invoice_id).unwrap_or_default();
            if let Some(snapshot) = invoice::snapshot(row, &items, &payments)? {
                snapshots.push((row.invoice_id, snapshot));
            }
        }
        Ok(snapshots)
    }

    pub(super) async fn quotes(&self, cx: &CallCx, ids: &[i64]) -> Result<Vec<(i64, Snapshot)>> {
        let rows: Vec<QuoteRow> = self.among(cx, "quotes", wire::quote::quotes(), "quote_id", ids).await?;
        let mut items = self.items(cx, "quote_items", wire::quote::items(), "item_quote_id", ids).await?;
        let mut snapshots = Vec::with_capacity(rows.len());
        for row in &rows {
            let items = items.remove(&row.quote_id).unwrap_or_default();
            snapshots.extend(quote::quote(row, &items)?.map(|record| (row.quote_id, Snapshot::single(record))));
        }
        Ok(snapshots)
    }

    pub(super) async fn recurring_invoices(&self, cx: &CallCx, ids: &[i64]) -> Result<Vec<(i64, Snapshot)>> {
        let what = "recurring_invoices, recurring_payments";
        let rows: Vec<RecurringRow> =
            self.among(cx, what, wire::recurring::recurring(), "recurring_invoice_id", ids).await?;
        let mut snapshots = Vec::with_capacity(rows.len());
        for row in &rows {
            let record = recurring::recurring(row)?;
            snapshots.extend(record.map(|record| (row.recurring_invoice_id, Snapshot::single(record))));
        }
        Ok(snapshots)
    }

    async fn items(
        &self,
        cx: &CallCx,
        table: &str,
        select: SelectStatement,
        owner: &'static str,
        ids: &[i64],
    ) -> Result<BTreeMap<i64, Vec<ItemRow>>> {
        self.children(cx, table, select, (owner, "item_id"), ids, |row: &ItemRow| row.owner).await
    }
}

//! `recurring_invoices` → recurring invoices.

use super::estate::live;
use super::invoice::currency;
use super::value::{date, decimal, words};
use super::words as known;
use crate::wire::recurring::RecurringRow;
use portico_contract::record::{Record, RecurringInvoice};
use portico_contract::value::Money;
use portico_contract::{Kind, NativeId, Result};

/// `None` for one that is archived or belongs to no client.
pub(crate) fn recurring(row: &RecurringRow) -> Result<Option<Record>> {
    let archived = row.recurring_invoice_archived_at.as_deref();
    let Some(account) = live(row.recurring_invoice_client_id, archived) else { return Ok(None) };
    let prefix = row.recurring_invoice_prefix.as_deref().unwrap_or_default().trim();
    let what = format!("recurring invoice {}", row.recurring_invoice_id);
    Ok(Some(Record::RecurringInvoice(RecurringInvoice {
        id: NativeId::new(Kind::RecurringInvoice, row.recurring_invoice_id),
        account,
        number: Some(format!("{prefix}{}", row.recurring_invoice_number)),
        title: words(row.recurring_invoice_scope.as_deref()),
        amount: Money {
            amount: decimal(row.recurring_invoice_amount.as_deref(), &what)?,
            currency: currency(row.recurring_invoice_currency_code.as_deref()),
        },
        frequency: Some(known::frequency(&row.recurring_invoice_frequency).to_owned()),
        next_on: date(row.recurring_invoice_next_date.as_deref()),
        last_on: date(row.recurring_invoice_last_sent.as_deref()),
        autopay: Some(row.autopay == 1),
        active: row.recurring_invoice_status == 1,
    })))
}

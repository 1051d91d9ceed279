//! A payment that was made elsewhere. The processor's reference is what it is known by: one that is on the invoice already
//! is not recorded again.

use super::{gone, number};
use crate::backend::Halo;
use crate::client::row;
use crate::config::needed;
use crate::query::{INVOICE, PAYMENTS, Query};
use crate::wire::books::{InvoiceRow, PaymentRow};
use portico_contract::command::RecordPayment;
use portico_contract::{Applied, CallCx, Error, ErrorKind, NativeId, Result, Sent};
use portico_transport::Safety;
use rust_decimal::prelude::ToPrimitive;
use serde_json::json;

impl Halo {
    pub(super) async fn record_payment(&self, cx: &CallCx, wish: &RecordPayment) -> Result<Applied> {
        let method = needed(self.config.payment_method, "payment_method", "recording payments")?;
        let (id, invoice, payments) = self.invoice_paid(cx, &wish.invoice).await?;
        if paid_with(&payments, &wish.reference) > 0 {
            return Ok(Applied { target: wish.invoice.clone(), found: true });
        }
        let currencies = self.currencies(cx).await?;
        if currencies.code(invoice.currency_code, &invoice.currency_code_name).as_ref() != Some(&wish.amount.currency) {
            return Err(Error::invalid("This invoice is in another currency."));
        }
        if invoice.voided.yes() {
            return Err(Error::new(ErrorKind::Conflict, "This invoice was voided. Read again."));
        }
        let amount = wish.amount.amount.to_f64().ok_or_else(|| Error::invalid("This amount cannot be recorded."))?;
        let payment = json!({ "invoice_id": id, "amount": amount, "date": self.zone.text(self.clock.now()),
            "method": method, "thirdpartyid": wish.reference });
        let written = self.client.post(cx, &PAYMENTS, payment, Safety::Write).await?;
        let made: PaymentRow = row(&PAYMENTS, written).map_err(|error| error.sent(Sent::Maybe))?;
        if made.id.key().is_none() {
            return Err(Error::contract("a payment came back without its id").sent(Sent::Maybe));
        }
        Ok(Applied { target: wish.invoice.clone(), found: false })
    }

    /// An invoice, and what was paid for it.
    pub(crate) async fn invoice_paid(&self, cx: &CallCx, id: &NativeId) -> Result<(i64, InvoiceRow, Vec<PaymentRow>)> {
        let id = number(id)?;
        let query = Query::of(&INVOICE).with("includedetails", true);
        let value = self.client.one(cx, &query, id).await?.ok_or_else(|| gone("invoice"))?;
        let invoice: InvoiceRow = row(&INVOICE, value)?;
        let payments = self.payments(cx, &invoice).await?;
        Ok((id, invoice, payments))
    }
}

/// How many payments carry this reference.
pub(crate) fn paid_with(payments: &[PaymentRow], reference: &str) -> usize {
    payments.iter().filter(|payment| payment.thirdpartyid.as_str() == Some(reference.trim())).count()
}

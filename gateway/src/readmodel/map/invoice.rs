//! Invoices with their lines, and payments.

use super::{amount, date, json, millis};
use crate::readmodel::entity::{invoices, payments};
use crate::readmodel::ids::Refs;
use crate::readmodel::table::{Entry, Mirrored};
use portico_contract::{Kind, Record};
use sea_orm::EntityTrait;

impl Mirrored for invoices::Entity {
    const KIND: Kind = Kind::Invoice;

    fn row(entry: Entry<'_>, refs: &Refs) -> Option<invoices::Model> {
        let Record::Invoice(invoice) = entry.record else { return None };
        Some(invoices::Model {
            id: refs.id(&invoice.id),
            backend_id: refs.backend,
            native_key: invoice.id.key.clone(),
            hash: 0,
            version: 0,
            read_at: 0,
            account_id: refs.id(&invoice.account),
            number: invoice.number.clone(),
            status_group: invoice.status.group.as_str().to_owned(),
            status_label: invoice.status.label.clone(),
            status_native: invoice.status.native_id.clone(),
            visibility: invoice.visibility.as_str().to_owned(),
            currency: invoice.currency.clone(),
            total: amount(invoice.total),
            issued_on: date(invoice.issued_on),
            due_on: date(invoice.due_on),
            lines: json(&invoice.lines),
            recurring_id: refs.opt(invoice.recurring.as_ref()),
            title: invoice.title.clone(),
            purchase_order: invoice.purchase_order.clone(),
            subtotal: invoice.subtotal.map(amount),
            tax: invoice.tax.map(amount),
            discount: invoice.discount.map(amount),
            paid: invoice.paid.map(amount),
            balance: invoice.balance.map(amount),
            note: invoice.note.as_ref().map(|text| refs.html(&text.0)),
            internal_note: invoice.internal_note.clone(),
            sales_representative: invoice.sales_representative.clone(),
            project: invoice.project.clone(),
            terms: invoice.terms.clone(),
            period_from: invoice.period_from.map(|d| d.to_string()),
            period_to: invoice.period_to.map(|d| d.to_string()),
            sent_at: millis(invoice.sent_at),
            detail_at: None,
            thin_at: None,
        })
    }
}

impl Mirrored for payments::Entity {
    const KIND: Kind = Kind::Payment;

    fn row(entry: Entry<'_>, refs: &Refs) -> Option<payments::Model> {
        let Record::Payment(payment) = entry.record else { return None };
        Some(payments::Model {
            id: refs.id(&payment.id),
            backend_id: refs.backend,
            native_key: payment.id.key.clone(),
            hash: 0,
            version: 0,
            read_at: 0,
            invoice_id: refs.id(&payment.invoice),
            amount: amount(payment.amount.amount),
            currency: payment.amount.currency.clone(),
            paid_on: date(payment.paid_on),
            method: payment.method.clone(),
            reference: payment.reference.clone(),
        })
    }

    fn parent() -> Option<<Self as EntityTrait>::Column> {
        Some(payments::Column::InvoiceId)
    }
}

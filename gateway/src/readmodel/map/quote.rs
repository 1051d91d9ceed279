//! Quotes with their lines, and recurring invoices.

use super::{amount, date, json};
use crate::readmodel::entity::{quotes, recurring_invoices};
use crate::readmodel::ids::Refs;
use crate::readmodel::table::{Entry, Mirrored};
use portico_contract::{Kind, Record};

impl Mirrored for quotes::Entity {
    const KIND: Kind = Kind::Quote;

    fn row(entry: Entry<'_>, refs: &Refs) -> Option<quotes::Model> {
        let Record::Quote(quote) = entry.record else { return None };
        Some(quotes::Model {
            id: refs.id(&quote.id),
            backend_id: refs.backend,
            native_key: quote.id.key.clone(),
            hash: 0,
            version: 0,
            read_at: 0,
            account_id: refs.id(&quote.account),
            number: quote.number.clone(),
            status_group: quote.status.group.as_str().to_owned(),
            status_label: quote.status.label.clone(),
            status_native: quote.status.native_id.clone(),
            visibility: quote.visibility.as_str().to_owned(),
            currency: quote.total.currency.clone(),
            total: amount(quote.total.amount),
            issued_on: date(quote.issued_on),
            expires_on: date(quote.expires_on),
            lines: json(&quote.lines),
            title: quote.title.clone(),
            discount: quote.discount.map(amount),
            note: quote.note.as_ref().map(|text| refs.html(&text.0)),
        })
    }
}

impl Mirrored for recurring_invoices::Entity {
    const KIND: Kind = Kind::RecurringInvoice;

    fn row(entry: Entry<'_>, refs: &Refs) -> Option<recurring_invoices::Model> {
        let Record::RecurringInvoice(recurring) = entry.record else { return None };
        Some(recurring_invoices::Model {
            id: refs.id(&recurring.id),
            backend_id: refs.backend,
            native_key: recurring.id.key.clone(),
            hash: 0,
            version: 0,
            read_at: 0,
            account_id: refs.id(&recurring.account),
            amount: amount(recurring.amount.amount),
            currency: recurring.amount.currency.clone(),
            next_on: date(recurring.next_on),
            last_on: date(recurring.last_on),
            active: recurring.active,
            number: recurring.number.clone(),
            title: recurring.title.clone(),
            frequency: recurring.frequency.clone(),
            autopay: recurring.autopay,
        })
    }
}

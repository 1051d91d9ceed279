//! The books' rows.

use super::Row;
use crate::itflow::statement::{Cell, cell};
use crate::itflow::table::Table;
use crate::itflow::tables::books;
use crate::world::model::{Card, CardRule, Invoice, Line, LineOwner, Payment, Provider, Quote, Recurring, Tax};

/// The ledger that payments go to.
const LEDGER: i32 = 1;

impl Row for Tax {
    fn table(&self) -> &'static Table {
        &books::TAXES
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            cell("tax_id", self.id),
            cell("tax_name", &self.name),
            cell("tax_percent", self.percent),
            cell("tax_created_at", self.created),
        ]
    }
}

impl Row for Invoice {
    fn table(&self) -> &'static Table {
        &books::INVOICES
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            cell("invoice_id", self.id),
            cell("invoice_prefix", &self.prefix),
            cell("invoice_number", self.number),
            cell("invoice_scope", &self.scope),
            cell("invoice_status", self.status.word()),
            cell("invoice_date", self.date),
            cell("invoice_due", self.due),
            cell("invoice_discount_amount", self.discount),
            cell("invoice_credit_amount", self.credit),
            cell("invoice_amount", self.amount),
            cell("invoice_currency_code", &self.currency),
            cell("invoice_note", &self.note),
            cell("invoice_url_key", &self.url_key),
            cell("invoice_created_at", self.created),
            cell("invoice_updated_at", self.updated),
            cell("invoice_archived_at", self.archived),
            cell("invoice_category_id", self.category),
            cell("invoice_recurring_invoice_id", self.recurring),
            cell("invoice_client_id", self.client),
        ]
    }
}

impl Row for Line {
    fn table(&self) -> &'static Table {
        match self.owner {
            LineOwner::Invoice(_) => &books::INVOICE_ITEMS,
            LineOwner::Quote(_) => &books::QUOTE_ITEMS,
            LineOwner::Recurring(_) => &books::RECURRING_INVOICE_ITEMS,
        }
    }

    fn cells(&self) -> Vec<Cell> {
        let (owner, id) = match self.owner {
            LineOwner::Invoice(id) => ("item_invoice_id", id),
            LineOwner::Quote(id) => ("item_quote_id", id),
            LineOwner::Recurring(id) => ("item_recurring_invoice_id", id),
        };
        vec![
            cell("item_id", self.id),
            cell("item_name", &self.name),
            cell("item_description", &self.description),
            cell("item_quantity", self.quantity),
            cell("item_price", self.price),
            cell("item_subtotal", self.subtotal),
            cell("item_tax", self.tax),
            cell("item_total", self.total),
            cell("item_order", self.order),
            cell("item_created_at", self.created),
            cell("item_tax_id", self.tax_id),
            cell(owner, id),
        ]
    }
}

impl Row for Payment {
    fn table(&self) -> &'static Table {
        &books::PAYMENTS
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            cell("payment_id", self.id),
            cell("payment_date", self.date),
            cell("payment_amount", self.amount),
            cell("payment_currency_code", &self.currency),
            cell("payment_method", &self.method),
            cell("payment_reference", &self.reference),
            cell("payment_created_at", self.created),
            cell("payment_archived_at", self.archived),
            cell("payment_account_id", LEDGER),
            cell("payment_invoice_id", self.invoice),
        ]
    }
}

impl Row for Recurring {
    fn table(&self) -> &'static Table {
        &books::RECURRING_INVOICES
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            cell("recurring_invoice_id", self.id),
            cell("recurring_invoice_prefix", &self.prefix),
            cell("recurring_invoice_number", self.number),
            cell("recurring_invoice_scope", &self.scope),
            cell("recurring_invoice_frequency", self.frequency.word()),
            cell("recurring_invoice_last_sent", self.last_sent),
            cell("recurring_invoice_next_date", self.next),
            cell("recurring_invoice_status", self.active),
            cell("recurring_invoice_amount", self.amount),
            cell("recurring_invoice_currency_code", &self.currency),
            cell("recurring_invoice_note", &self.note),
            cell("recurring_invoice_created_at", self.created),
            cell("recurring_invoice_category_id", self.category),
            cell("recurring_invoice_client_id", self.client),
        ]
    }
}

impl Row for Quote {
    fn table(&self) -> &'static Table {
        &books::QUOTES
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            cell("quote_id", self.id),
            cell("quote_prefix", &self.prefix),
            cell("quote_number", self.number),
            cell("quote_scope", &self.scope),
            cell("quote_status", &self.status),
            cell("quote_date", self.date),
            cell("quote_expire", self.expires),
            cell("quote_amount", self.amount),
            cell("quote_currency_code", &self.currency),
            cell("quote_note", &self.note),
            cell("quote_url_key", &self.url_key),
            cell("quote_created_at", self.created),
            cell("quote_category_id", self.category),
            cell("quote_client_id", self.client),
        ]
    }
}

impl Row for Provider {
    fn table(&self) -> &'static Table {
        &books::PAYMENT_PROVIDERS
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            cell("payment_provider_id", self.id),
            cell("payment_provider_name", &self.name),
            cell("payment_provider_public_key", &self.public_key),
            cell("payment_provider_private_key", &self.private_key),
            cell("payment_provider_active", self.active),
            cell("payment_provider_created_at", self.created),
        ]
    }
}

impl Row for Card {
    fn table(&self) -> &'static Table {
        &books::CLIENT_SAVED_PAYMENT_METHODS
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            cell("saved_payment_id", self.id),
            cell("saved_payment_provider_method", &self.method),
            cell("saved_payment_description", &self.description),
            cell("saved_payment_client_id", self.client),
            cell("saved_payment_provider_id", self.provider),
            cell("saved_payment_created_at", self.created),
        ]
    }
}

impl Row for CardRule {
    fn table(&self) -> &'static Table {
        &books::RECURRING_PAYMENTS
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            cell("recurring_payment_id", self.id),
            cell("recurring_payment_currency_code", &self.currency),
            cell("recurring_payment_method", &self.method),
            cell("recurring_payment_created_at", self.created),
            cell("recurring_payment_account_id", LEDGER),
            cell("recurring_payment_recurring_invoice_id", self.recurring),
            cell("recurring_payment_saved_payment_id", self.card),
        ]
    }
}

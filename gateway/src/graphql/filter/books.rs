//! Filters and orders of the books: invoices, payments, quotes, recurring invoices.

use super::{DateFilter, IdFilter, OrderDirection, StringFilter, group, list};
use crate::graphql::directive::reveals;
use crate::graphql::invoice::InvoiceGroup;
use crate::graphql::quote::QuoteGroup;
use crate::readmodel::entity::{invoices, payments, quotes, recurring_invoices};
use crate::readmodel::page::Order;
use async_graphql::{Enum, InputObject};
use portico_contract::Kind;
use portico_contract::value as words;
use sea_orm::{ColumnTrait, Condition};

/// Compares an invoice's status by its common meaning.
#[derive(Debug, Clone, Default, InputObject)]
pub struct InvoiceStatusFilter {
    /// This one.
    eq: Option<InvoiceGroup>,
    /// One of these.
    #[graphql(name = "in")]
    any: Option<Vec<InvoiceGroup>>,
}

/// Compares a quote's status by its common meaning.
#[derive(Debug, Clone, Default, InputObject)]
pub struct QuoteStatusFilter {
    /// This one.
    eq: Option<QuoteGroup>,
    /// One of these.
    #[graphql(name = "in")]
    any: Option<Vec<QuoteGroup>>,
}

fn invoice_word(group: InvoiceGroup) -> &'static str {
    words::InvoiceGroup::from(group).as_str()
}

fn quote_word(group: QuoteGroup) -> &'static str {
    words::QuoteGroup::from(group).as_str()
}

/// Narrows a list of invoices.
#[derive(Debug, Clone, Default, InputObject)]
pub struct InvoiceFilter {
    /// By the meaning of the status.
    #[graphql(directive = reveals::apply("Invoice.status".to_owned()))]
    status: Option<InvoiceStatusFilter>,
    /// By number.
    #[graphql(directive = reveals::apply("Invoice.number".to_owned()))]
    number: Option<StringFilter>,
    /// By day of issue.
    #[graphql(directive = reveals::apply("Invoice.issuedOn".to_owned()))]
    issued_on: Option<DateFilter>,
    /// By day due.
    #[graphql(directive = reveals::apply("Invoice.dueOn".to_owned()))]
    due_on: Option<DateFilter>,
    /// By account.
    #[graphql(directive = reveals::apply("Invoice.account".to_owned()))]
    account: Option<IdFilter>,
}

impl InvoiceFilter {
    #[must_use]
    pub fn condition(&self) -> Condition {
        use invoices::Column as C;
        let status =
            |f: &InvoiceStatusFilter| group(C::StatusGroup, f.eq.map(invoice_word), list(f.any.as_ref(), invoice_word));
        Condition::all()
            .add_option(self.status.as_ref().map(status))
            .add_option(self.number.as_ref().map(|f| f.on(C::Number)))
            .add_option(self.issued_on.as_ref().map(|f| f.on(C::IssuedOn)))
            .add_option(self.due_on.as_ref().map(|f| f.on(C::DueOn)))
            .add_option(self.account.as_ref().map(|f| f.on(Kind::Account, C::AccountId)))
    }
}

/// What a list of invoices can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum InvoiceOrderField {
    /// Day of issue.
    #[graphql(directive = reveals::apply("Invoice.issuedOn".to_owned()))]
    IssuedOn,
    /// Day due.
    #[graphql(directive = reveals::apply("Invoice.dueOn".to_owned()))]
    DueOn,
    /// Total, whatever the currency.
    #[graphql(directive = reveals::apply("Invoice.total".to_owned()))]
    Total,
}

/// Orders a list of invoices.
#[derive(Debug, Clone, InputObject)]
pub struct InvoiceOrder {
    /// By what.
    field: InvoiceOrderField,
    /// Which way.
    #[graphql(default_with = "OrderDirection::Desc")]
    direction: OrderDirection,
}

impl InvoiceOrder {
    #[must_use]
    pub fn order(this: Option<&Self>) -> Order<invoices::Column> {
        use invoices::Column as C;
        let field = this.map_or(InvoiceOrderField::IssuedOn, |order| order.field);
        let (word, column) = match field {
            InvoiceOrderField::IssuedOn => ("ISSUED_ON", C::IssuedOn),
            InvoiceOrderField::DueOn => ("DUE_ON", C::DueOn),
            InvoiceOrderField::Total => ("TOTAL", C::Total),
        };
        Order { word, column, descending: this.is_none_or(|order| order.direction == OrderDirection::Desc) }
    }
}

/// Narrows a list of payments.
#[derive(Debug, Clone, Default, InputObject)]
pub struct PaymentFilter {
    /// By day of payment.
    #[graphql(directive = reveals::apply("Payment.paidOn".to_owned()))]
    paid_on: Option<DateFilter>,
    /// By how it was paid.
    #[graphql(directive = reveals::apply("Payment.method".to_owned()))]
    method: Option<StringFilter>,
    /// By invoice.
    #[graphql(directive = reveals::apply("Payment.invoice".to_owned()))]
    invoice: Option<IdFilter>,
    /// By the account of the invoice.
    #[graphql(directive = reveals::apply("Invoice.account".to_owned()))]
    account: Option<IdFilter>,
}

impl PaymentFilter {
    /// The fence of payments joins their invoices.
    #[must_use]
    pub fn condition(&self) -> Condition {
        use payments::Column as C;
        Condition::all()
            .add_option(self.paid_on.as_ref().map(|f| f.on(C::PaidOn)))
            .add_option(self.method.as_ref().map(|f| f.on(C::Method)))
            .add_option(self.invoice.as_ref().map(|f| f.on(Kind::Invoice, C::InvoiceId)))
            .add_option(self.account.as_ref().map(|f| f.on(Kind::Account, invoices::Column::AccountId)))
    }
}

/// Narrows a list of quotes.
#[derive(Debug, Clone, Default, InputObject)]
pub struct QuoteFilter {
    /// By the meaning of the status.
    #[graphql(directive = reveals::apply("Quote.status".to_owned()))]
    status: Option<QuoteStatusFilter>,
    /// By number.
    #[graphql(directive = reveals::apply("Quote.number".to_owned()))]
    number: Option<StringFilter>,
    /// By day of issue.
    #[graphql(directive = reveals::apply("Quote.issuedOn".to_owned()))]
    issued_on: Option<DateFilter>,
    /// By last day of validity.
    #[graphql(directive = reveals::apply("Quote.expiresOn".to_owned()))]
    expires_on: Option<DateFilter>,
    /// By account.
    #[graphql(directive = reveals::apply("Quote.account".to_owned()))]
    account: Option<IdFilter>,
}

impl QuoteFilter {
    #[must_use]
    pub fn condition(&self) -> Condition {
        use quotes::Column as C;
        let status =
            |f: &QuoteStatusFilter| group(C::StatusGroup, f.eq.map(quote_word), list(f.any.as_ref(), quote_word));
        Condition::all()
            .add_option(self.status.as_ref().map(status))
            .add_option(self.number.as_ref().map(|f| f.on(C::Number)))
            .add_option(self.issued_on.as_ref().map(|f| f.on(C::IssuedOn)))
            .add_option(self.expires_on.as_ref().map(|f| f.on(C::ExpiresOn)))
            .add_option(self.account.as_ref().map(|f| f.on(Kind::Account, C::AccountId)))
    }
}

/// What a list of quotes can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum QuoteOrderField {
    /// Day of issue.
    #[graphql(directive = reveals::apply("Quote.issuedOn".to_owned()))]
    IssuedOn,
    /// Last day of validity.
    #[graphql(directive = reveals::apply("Quote.expiresOn".to_owned()))]
    ExpiresOn,
    /// Total, whatever the currency.
    #[graphql(directive = reveals::apply("Quote.total".to_owned()))]
    Total,
}

/// Orders a list of quotes.
#[derive(Debug, Clone, InputObject)]
pub struct QuoteOrder {
    /// By what.
    field: QuoteOrderField,
    /// Which way.
    #[graphql(default_with = "OrderDirection::Desc")]
    direction: OrderDirection,
}

impl QuoteOrder {
    #[must_use]
    pub fn order(this: Option<&Self>) -> Order<quotes::Column> {
        use quotes::Column as C;
        let (word, column) = match this.map_or(QuoteOrderField::IssuedOn, |order| order.field) {
            QuoteOrderField::IssuedOn => ("ISSUED_ON", C::IssuedOn),
            QuoteOrderField::ExpiresOn => ("EXPIRES_ON", C::ExpiresOn),
            QuoteOrderField::Total => ("TOTAL", C::Total),
        };
        Order { word, column, descending: this.is_none_or(|order| order.direction == OrderDirection::Desc) }
    }
}

/// Narrows a list of recurring invoices.
#[derive(Debug, Clone, Default, InputObject)]
pub struct RecurringInvoiceFilter {
    /// By whether it still recurs.
    #[graphql(directive = reveals::apply("RecurringInvoice.active".to_owned()))]
    active: Option<bool>,
    /// By whether it is paid by itself.
    #[graphql(directive = reveals::apply("RecurringInvoice.autopay".to_owned()))]
    autopay: Option<bool>,
    /// By the day of the next invoice.
    #[graphql(directive = reveals::apply("RecurringInvoice.nextOn".to_owned()))]
    next_on: Option<DateFilter>,
    /// By account.
    #[graphql(directive = reveals::apply("RecurringInvoice.account".to_owned()))]
    account: Option<IdFilter>,
}

impl RecurringInvoiceFilter {
    #[must_use]
    pub fn condition(&self) -> Condition {
        use recurring_invoices::Column as C;
        Condition::all()
            .add_option(self.active.map(|active| C::Active.eq(active)))
            .add_option(self.autopay.map(|autopay| C::Autopay.eq(autopay)))
            .add_option(self.next_on.as_ref().map(|f| f.on(C::NextOn)))
            .add_option(self.account.as_ref().map(|f| f.on(Kind::Account, C::AccountId)))
    }
}

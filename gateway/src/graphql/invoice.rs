//! Invoices with their lines, and payments.

use super::account::Account;
use super::connection::Connection;
use super::context::{children, id, related};
use super::directive::{inherits, requiresPermission, signedIn};
use super::quote::RecurringInvoice;
use super::row::Row;
use super::scalar::{Date, DateTime, Decimal, Html, Url};
use crate::authz::permission::Permission;
use crate::files::Addresses;
use crate::readmodel::GlobalId;
use crate::readmodel::entity::{accounts, invoices, payments, recurring_invoices};
use crate::readmodel::map::decimal;
use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use portico_contract::Kind;
use portico_contract::record;
use portico_contract::value as words;
use std::sync::Arc;

/// An amount in a currency.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct Money {
    /// The amount, exact.
    amount: Decimal,
    /// ISO 4217 code.
    currency: String,
}

impl Money {
    #[must_use]
    pub fn stored(amount: i64, currency: &str) -> Self {
        Self { amount: Decimal(decimal(amount)), currency: currency.to_owned() }
    }
}

impl From<words::Money> for Money {
    fn from(money: words::Money) -> Self {
        Self { amount: Decimal(money.amount), currency: money.currency }
    }
}

/// What an invoice's status means, whichever PSA it is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "words::InvoiceGroup", rename_items = "SCREAMING_SNAKE_CASE")]
pub enum InvoiceGroup {
    /// Not issued yet.
    Draft,
    /// Issued, nothing paid.
    Unpaid,
    /// Paid in part.
    Partial,
    /// Paid.
    Paid,
    /// Withdrawn.
    Cancelled,
    /// For the record only: nothing is owed.
    NonBillable,
    /// The PSA's own status has no common meaning.
    Other,
}

/// An invoice's status: the common meaning beside the PSA's own label.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct InvoiceStatus {
    /// The common meaning.
    group: InvoiceGroup,
    /// The PSA's own label.
    label: String,
}

/// A line of an invoice, with the figures the PSA stores: they are never recomputed.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct InvoiceLine {
    /// What is charged.
    name: String,
    /// More about it.
    description: Option<String>,
    /// How much of it.
    quantity: Decimal,
    /// Price of one.
    unit_price: Money,
    /// Before tax.
    subtotal: Option<Money>,
    /// Tax.
    tax: Option<Money>,
    /// With tax.
    total: Option<Money>,
}

impl InvoiceLine {
    /// The lines that a row holds, in their order.
    #[must_use]
    pub fn stored(text: &str, currency: &str) -> Vec<Self> {
        let lines: Vec<record::InvoiceLine> = serde_json::from_str(text).unwrap_or_default();
        lines.into_iter().map(|line| Self::new(line, currency)).collect()
    }

    fn new(line: record::InvoiceLine, currency: &str) -> Self {
        let money = |amount| Money { amount: Decimal(amount), currency: currency.to_owned() };
        Self {
            name: line.name,
            description: line.description,
            quantity: Decimal(line.quantity),
            unit_price: money(line.unit_price),
            subtotal: line.subtotal.map(money),
            tax: line.tax.map(money),
            total: line.total.map(money),
        }
    }
}

/// A bill to an account.
#[derive(Debug, Clone)]
pub struct Invoice(pub Arc<invoices::Model>);

impl Invoice {
    fn money(&self, amount: Option<i64>) -> Option<Money> {
        amount.map(|amount| Money::stored(amount, &self.0.currency))
    }
}

/// A bill to an account.
#[Object(directive = requiresPermission::apply(Permission::InvoicesRead))]
impl Invoice {
    /// Opaque and stable.
    #[graphql(directive = signedIn::apply())]
    pub async fn id(&self) -> ID {
        id(Kind::Invoice, self.0.id)
    }

    /// The number people use, such as `INV-7`.
    async fn number(&self) -> &str {
        &self.0.number
    }

    /// What it is for.
    async fn title(&self) -> Option<&str> {
        self.0.title.as_deref()
    }

    /// Where it stands.
    async fn status(&self) -> InvoiceStatus {
        let group = self.0.status_group.parse().unwrap_or(words::InvoiceGroup::Other);
        InvoiceStatus { group: group.into(), label: self.0.status_label.clone() }
    }

    /// The day it was issued.
    async fn issued_on(&self) -> Option<Date> {
        Date::stored(&self.0.issued_on)
    }

    /// The day it is due.
    async fn due_on(&self) -> Option<Date> {
        Date::stored(&self.0.due_on)
    }

    /// The customer's order number.
    async fn purchase_order(&self) -> Option<&str> {
        self.0.purchase_order.as_deref()
    }

    /// First day it covers.
    async fn period_from(&self) -> Option<Date> {
        self.0.period_from.as_deref().and_then(Date::stored)
    }

    /// Last day it covers.
    async fn period_to(&self) -> Option<Date> {
        self.0.period_to.as_deref().and_then(Date::stored)
    }

    /// Who sold it.
    async fn sales_representative(&self) -> Option<&str> {
        self.0.sales_representative.as_deref()
    }

    /// The project it belongs to.
    async fn project(&self) -> Option<&str> {
        self.0.project.as_deref()
    }

    /// Terms of payment.
    async fn terms(&self) -> Option<&str> {
        self.0.terms.as_deref()
    }

    /// When it was sent.
    async fn sent_at(&self) -> Option<DateTime> {
        DateTime::opt(self.0.sent_at)
    }

    /// Where it is as a PDF, for GET with the credentials of this API; null where its PSA makes none.
    async fn pdf(&self, ctx: &Context<'_>) -> Option<Url> {
        let file = GlobalId::new(Kind::Invoice, self.0.id);
        ctx.data_opt::<Addresses>()?.of(file, self.0.backend_id).map(Url)
    }

    /// Sum of the lines before tax and discount.
    async fn subtotal(&self) -> Option<Money> {
        self.money(self.0.subtotal)
    }

    /// Sum of the taxes.
    async fn tax(&self) -> Option<Money> {
        self.money(self.0.tax)
    }

    /// What was taken off.
    async fn discount(&self) -> Option<Money> {
        self.money(self.0.discount)
    }

    /// What is to be paid in all.
    async fn total(&self) -> Money {
        Money::stored(self.0.total, &self.0.currency)
    }

    /// What has been paid.
    async fn paid(&self) -> Option<Money> {
        self.money(self.0.paid)
    }

    /// What remains to be paid.
    async fn balance(&self) -> Option<Money> {
        self.money(self.0.balance)
    }

    /// A note to the customer, safe to show.
    async fn note(&self) -> Option<Html> {
        self.0.note.as_deref().map(Html::stored)
    }

    /// What is charged, in the invoice's order.
    async fn lines(&self) -> Vec<InvoiceLine> {
        InvoiceLine::stored(&self.0.lines, &self.0.currency)
    }

    /// Payments on this invoice, oldest first.
    #[graphql(directive = inherits::apply())]
    #[expect(unused_variables, reason = "the loader reads the window from the selection")]
    async fn payments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows from the start: 1 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end: 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor.")] before: Option<String>,
    ) -> Option<Row<Connection<Payment>>> {
        children::<payments::Entity, _>(ctx, self.0.id, Payment).map(Row)
    }

    /// The organisation it is for. Requires ACCOUNTS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::AccountsRead))]
    async fn account(&self, ctx: &Context<'_>) -> Option<Row<Account>> {
        related::<accounts::Entity>(ctx, Some(self.0.account_id)).map(Account).map(Row)
    }

    /// What it was issued from. Requires RECURRING_INVOICES_READ.
    #[graphql(directive = requiresPermission::apply(Permission::RecurringInvoicesRead))]
    async fn recurring_invoice(&self, ctx: &Context<'_>) -> Option<Row<RecurringInvoice>> {
        related::<recurring_invoices::Entity>(ctx, self.0.recurring_id).map(RecurringInvoice).map(Row)
    }

    /// The provider's own remarks. Requires INVOICES_INTERNAL_READ.
    #[graphql(directive = requiresPermission::apply(Permission::InvoicesInternalRead))]
    async fn internal_note(&self) -> Option<&str> {
        self.0.internal_note.as_deref()
    }
}

/// A payment on an invoice.
#[derive(Debug, Clone)]
pub struct Payment(pub Arc<payments::Model>);

/// A payment on an invoice.
#[Object(directive = requiresPermission::apply(Permission::InvoicesRead))]
impl Payment {
    /// Opaque and stable.
    #[graphql(directive = signedIn::apply())]
    pub async fn id(&self) -> ID {
        id(Kind::Payment, self.0.id)
    }

    /// What was paid.
    async fn amount(&self) -> Money {
        Money::stored(self.0.amount, &self.0.currency)
    }

    /// The day it was paid.
    async fn paid_on(&self) -> Option<Date> {
        Date::stored(&self.0.paid_on)
    }

    /// How it was paid, in the PSA's words.
    async fn method(&self) -> Option<&str> {
        self.0.method.as_deref()
    }

    /// Reference of the PSA or of a payment processor. Requires INVOICES_INTERNAL_READ.
    #[graphql(directive = requiresPermission::apply(Permission::InvoicesInternalRead))]
    async fn reference(&self) -> Option<&str> {
        self.0.reference.as_deref()
    }

    /// The invoice it is for.
    #[graphql(directive = inherits::apply())]
    async fn invoice(&self, ctx: &Context<'_>) -> Option<Row<Invoice>> {
        related::<invoices::Entity>(ctx, Some(self.0.invoice_id)).map(Invoice).map(Row)
    }
}

//! Quotes, and invoices that are issued again and again.

use super::account::Account;
use super::actions::{self, QuoteAction};
use super::context::{desk, id, related};
use super::directive::{inherits, requiresPermission, signedIn};
use super::invoice::{InvoiceLine, Money};
use super::row::Row;
use super::scalar::{Date, Html};
use crate::authz::permission::Permission;
use crate::readmodel::entity::{accounts, quotes, recurring_invoices};
use crate::sync::Sync;
use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use portico_contract::Kind;
use portico_contract::value as words;
use std::sync::Arc;

/// What a quote's status means, whichever PSA it is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "words::QuoteGroup", rename_items = "SCREAMING_SNAKE_CASE")]
pub enum QuoteGroup {
    /// Not issued yet.
    Draft,
    /// Waiting for an answer.
    Open,
    /// Accepted.
    Accepted,
    /// Declined.
    Declined,
    /// Turned into an invoice.
    Invoiced,
    /// The PSA's own status has no common meaning.
    Other,
}

/// A quote's status: the common meaning beside the PSA's own label.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct QuoteStatus {
    /// The common meaning.
    group: QuoteGroup,
    /// The PSA's own label.
    label: String,
}

/// An offer to an account.
#[derive(Debug, Clone)]
pub struct Quote(pub Arc<quotes::Model>);

/// An offer to an account.
#[Object(directive = requiresPermission::apply(Permission::QuotesRead))]
impl Quote {
    /// Opaque and stable.
    #[graphql(directive = signedIn::apply())]
    pub async fn id(&self) -> ID {
        id(Kind::Quote, self.0.id)
    }

    /// The number people use, such as `QUO-7`.
    async fn number(&self) -> &str {
        &self.0.number
    }

    /// What it is for.
    async fn title(&self) -> Option<&str> {
        self.0.title.as_deref()
    }

    /// Where it stands.
    async fn status(&self) -> QuoteStatus {
        let group = self.0.status_group.parse().unwrap_or(words::QuoteGroup::Other);
        QuoteStatus { group: group.into(), label: self.0.status_label.clone() }
    }

    /// The day it was issued.
    async fn issued_on(&self) -> Option<Date> {
        Date::stored(&self.0.issued_on)
    }

    /// The last day it holds.
    async fn expires_on(&self) -> Option<Date> {
        Date::stored(&self.0.expires_on)
    }

    /// What is to be paid in all.
    async fn total(&self) -> Money {
        Money::stored(self.0.total, &self.0.currency)
    }

    /// What was taken off.
    async fn discount(&self) -> Option<Money> {
        self.0.discount.map(|amount| Money::stored(amount, &self.0.currency))
    }

    /// A note to the customer, safe to show.
    async fn note(&self) -> Option<Html> {
        self.0.note.as_deref().map(Html::stored)
    }

    /// What is offered, in the quote's order.
    async fn lines(&self) -> Vec<InvoiceLine> {
        InvoiceLine::stored(&self.0.lines, &self.0.currency)
    }

    /// What you can do about it now.
    async fn available_actions(&self, ctx: &Context<'_>) -> Vec<QuoteAction> {
        match (ctx.data::<Sync>(), desk(ctx)) {
            (Ok(sync), Ok(desk)) => actions::of_quote(sync, &desk.scope, &self.0),
            _ => Vec::new(),
        }
    }

    /// The organisation it belongs to. Requires ACCOUNTS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::AccountsRead))]
    async fn account(&self, ctx: &Context<'_>) -> Option<Row<Account>> {
        related::<accounts::Entity>(ctx, Some(self.0.account_id)).map(Account).map(Row)
    }
}

/// An invoice that is issued again and again.
#[derive(Debug, Clone)]
pub struct RecurringInvoice(pub Arc<recurring_invoices::Model>);

/// An invoice that is issued again and again.
#[Object(directive = requiresPermission::apply(Permission::RecurringInvoicesRead))]
impl RecurringInvoice {
    /// Opaque and stable.
    #[graphql(directive = signedIn::apply())]
    pub async fn id(&self) -> ID {
        id(Kind::RecurringInvoice, self.0.id)
    }

    /// The number people use.
    async fn number(&self) -> Option<&str> {
        self.0.number.as_deref()
    }

    /// What it is for.
    async fn title(&self) -> Option<&str> {
        self.0.title.as_deref()
    }

    /// What each invoice amounts to.
    async fn amount(&self) -> Money {
        Money::stored(self.0.amount, &self.0.currency)
    }

    /// How often it is issued, in the words of the PSA.
    async fn frequency(&self) -> Option<&str> {
        self.0.frequency.as_deref()
    }

    /// The day of the next invoice.
    async fn next_on(&self) -> Option<Date> {
        Date::stored(&self.0.next_on)
    }

    /// The day of the last invoice.
    async fn last_on(&self) -> Option<Date> {
        Date::stored(&self.0.last_on)
    }

    /// Whether it is paid by itself; absent where the PSA does not say.
    async fn autopay(&self) -> Option<bool> {
        self.0.autopay
    }

    /// Whether it still recurs.
    async fn active(&self) -> bool {
        self.0.active
    }

    /// The organisation it belongs to. Requires ACCOUNTS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::AccountsRead))]
    async fn account(&self, ctx: &Context<'_>) -> Option<Row<Account>> {
        related::<accounts::Entity>(ctx, Some(self.0.account_id)).map(Account).map(Row)
    }
}

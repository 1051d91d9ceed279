//! Roots of the books: invoices, payments, quotes.

use super::list;
use crate::authz::permission::Permission;
use crate::graphql::connection::Connection;
use crate::graphql::context::{args, object, soft};
use crate::graphql::directive::requiresPermission;
use crate::graphql::filter::{
    InvoiceFilter, InvoiceOrder, PaymentFilter, QuoteFilter, QuoteOrder, RecurringInvoiceFilter,
};
use crate::graphql::invoice::{Invoice, Payment};
use crate::graphql::quote::{Quote, RecurringInvoice};
use crate::graphql::row::Row;
use crate::readmodel::entity::{invoices, payments, quotes, recurring_invoices};
use crate::readmodel::page::Order;
use async_graphql::{Context, ID, Object};

/// The books.
#[derive(Debug, Clone, Copy, Default)]
pub struct Books;

#[Object]
impl Books {
    /// Invoices, newest first unless ordered otherwise. Requires INVOICES_READ.
    #[graphql(directive = requiresPermission::apply(Permission::InvoicesRead))]
    #[expect(clippy::too_many_arguments, reason = "a list has a window, an order and a filter")]
    async fn invoices(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which invoices.")] filter: Option<InvoiceFilter>,
        #[graphql(desc = "In which order.")] order_by: Option<InvoiceOrder>,
        #[graphql(desc = "Rows from the start: 1 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end: 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor.")] before: Option<String>,
    ) -> Option<Connection<Invoice>> {
        let condition = filter.unwrap_or_default().condition();
        let order = InvoiceOrder::order(order_by.as_ref());
        let args = args(first, after, last, before);
        soft(ctx, list::<invoices::Entity, _>(ctx, condition, order, &args, Invoice).await)
    }

    /// One invoice. Requires INVOICES_READ.
    #[graphql(directive = requiresPermission::apply(Permission::InvoicesRead))]
    async fn invoice(&self, ctx: &Context<'_>, #[graphql(desc = "Id of the invoice.")] id: ID) -> Option<Row<Invoice>> {
        soft(ctx, object::<invoices::Entity>(ctx, &id).await).map(Invoice).map(Row)
    }

    /// Payments on visible invoices, newest first. Requires INVOICES_READ.
    #[graphql(directive = requiresPermission::apply(Permission::InvoicesRead))]
    async fn payments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which payments.")] filter: Option<PaymentFilter>,
        #[graphql(desc = "Rows from the start: 1 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end: 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor.")] before: Option<String>,
    ) -> Option<Connection<Payment>> {
        let condition = filter.unwrap_or_default().condition();
        let order = Order { word: "PAID_ON", column: payments::Column::PaidOn, descending: true };
        let args = args(first, after, last, before);
        soft(ctx, list::<payments::Entity, _>(ctx, condition, order, &args, Payment).await)
    }

    /// Quotes, newest first unless ordered otherwise. Requires QUOTES_READ.
    #[graphql(directive = requiresPermission::apply(Permission::QuotesRead))]
    #[expect(clippy::too_many_arguments, reason = "a list has a window, an order and a filter")]
    async fn quotes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which quotes.")] filter: Option<QuoteFilter>,
        #[graphql(desc = "In which order.")] order_by: Option<QuoteOrder>,
        #[graphql(desc = "Rows from the start: 1 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end: 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor.")] before: Option<String>,
    ) -> Option<Connection<Quote>> {
        let condition = filter.unwrap_or_default().condition();
        let order = QuoteOrder::order(order_by.as_ref());
        let args = args(first, after, last, before);
        soft(ctx, list::<quotes::Entity, _>(ctx, condition, order, &args, Quote).await)
    }

    /// One quote. Requires QUOTES_READ.
    #[graphql(directive = requiresPermission::apply(Permission::QuotesRead))]
    async fn quote(&self, ctx: &Context<'_>, #[graphql(desc = "Id of the quote.")] id: ID) -> Option<Quote> {
        soft(ctx, object::<quotes::Entity>(ctx, &id).await).map(Quote)
    }

    /// Invoices that are issued again and again, by the day of the next. Requires RECURRING_INVOICES_READ.
    #[graphql(directive = requiresPermission::apply(Permission::RecurringInvoicesRead))]
    async fn recurring_invoices(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which recurring invoices.")] filter: Option<RecurringInvoiceFilter>,
        #[graphql(desc = "Rows from the start: 1 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end: 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor.")] before: Option<String>,
    ) -> Option<Connection<RecurringInvoice>> {
        let condition = filter.unwrap_or_default().condition();
        let order = Order { word: "NEXT_ON", column: recurring_invoices::Column::NextOn, descending: false };
        let args = args(first, after, last, before);
        soft(ctx, list::<recurring_invoices::Entity, _>(ctx, condition, order, &args, RecurringInvoice).await)
    }

    /// One recurring invoice. Requires RECURRING_INVOICES_READ.
    #[graphql(directive = requiresPermission::apply(Permission::RecurringInvoicesRead))]
    async fn recurring_invoice(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id of the recurring invoice.")] id: ID,
    ) -> Option<Row<RecurringInvoice>> {
        soft(ctx, object::<recurring_invoices::Entity>(ctx, &id).await).map(RecurringInvoice).map(Row)
    }
}

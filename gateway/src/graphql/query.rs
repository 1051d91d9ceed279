//! The query root: where rows come from. Every select starts scoped, at the desk.

use super::account::Account;
use super::backend::Backend;
use super::connection::{Connection, Edge};
use super::contact::Contact;
use super::context::{NOT_FOUND, args, desk, object, place, report, selection, soft};
use super::directive::{inherits, public, requiresPermission, signedIn};
use super::filter::{AccountFilter, ContactFilter, InvoiceFilter, InvoiceOrder, TicketFilter, TicketOrder};
use super::invoice::Invoice;
use super::node::{self, Node};
use super::ticket::Ticket;
use super::viewer::{AccessExplanation, Viewer};
use crate::authz::permission::Permission;
use crate::readmodel::entity::{accounts, contacts, invoices, tickets};
use crate::readmodel::fence::Fenced;
use crate::readmodel::page::{MAX_PAGE, Order, PageArgs, Window};
use crate::readmodel::relation::Related;
use crate::sync::Sync;
use async_graphql::{Context, Enum, ID, Object, OutputType, SimpleObject};
use portico_contract::{Error, ErrorKind, Result};
use sea_orm::{ColumnTrait, Condition, FromQueryResult, QueryFilter};
use std::sync::Arc;

/// Everything that can be asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Query;

/// The provider that runs this deployment.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct Provider {
    /// Name of the provider.
    pub name: String,
}

/// Whose tickets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum TicketScope {
    /// Those I am the contact of.
    Mine,
    /// All that I may see.
    All,
}

/// One page of a fenced kind.
async fn list<E, T>(
    ctx: &Context<'_>,
    condition: Condition,
    order: Order<E::Column>,
    args: &PageArgs,
    wrap: impl Fn(Arc<E::Model>) -> T,
) -> Result<Connection<T>>
where
    E: Fenced,
    E::Model: Related + FromQueryResult,
    T: OutputType + Clone,
    Edge<T>: OutputType,
{
    let desk = desk(ctx)?;
    let window = Window::new(args, &order)?;
    let select = desk.select::<E>().filter(condition);
    let page = desk.page::<E>(select, &window, order, &selection(ctx), place(ctx)).await?;
    Ok(Connection::new(&page, wrap))
}

#[Object]
impl Query {
    /// The provider that runs this deployment.
    #[graphql(directive = public::apply())]
    async fn provider<'a>(&self, ctx: &Context<'a>) -> Option<&'a Provider> {
        ctx.data_opt::<Provider>()
    }

    /// Whoever asks.
    #[graphql(directive = signedIn::apply())]
    async fn viewer(&self, ctx: &Context<'_>) -> Option<Viewer> {
        soft(ctx, Viewer::load(ctx).await).flatten()
    }

    /// Why the viewer may or may not see a field, given as `Type.field`.
    #[graphql(directive = signedIn::apply())]
    async fn explain_access(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The field, such as `Ticket.timeEntries`.")] field: String,
    ) -> Option<AccessExplanation> {
        soft(ctx, AccessExplanation::of(ctx, &field))
    }

    /// Any object by its id.
    #[graphql(directive = signedIn::apply())]
    async fn node(&self, ctx: &Context<'_>, #[graphql(desc = "Id of the object.")] id: ID) -> Option<Node> {
        let found = soft(ctx, node::nodes(ctx, &[id]).await)?.into_iter().next().flatten();
        if found.is_none() {
            report(ctx, &Error::new(ErrorKind::NotFound, NOT_FOUND));
        }
        found
    }

    /// Several objects by their ids, in the order asked for; null where there is none.
    #[graphql(directive = signedIn::apply())]
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Ids of the objects, at most 100.")] ids: Vec<ID>,
    ) -> Option<Vec<Option<Node>>> {
        if u64::try_from(ids.len()).is_ok_and(|n| n > MAX_PAGE) {
            report(ctx, &Error::invalid(format!("Ask for at most {MAX_PAGE} ids at once.")));
            return None;
        }
        soft(ctx, node::nodes(ctx, &ids).await)
    }

    /// One account. Requires ACCOUNTS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::AccountsRead))]
    async fn account(&self, ctx: &Context<'_>, #[graphql(desc = "Id of the account.")] id: ID) -> Option<Account> {
        soft(ctx, object::<accounts::Entity>(ctx, &id).await).map(Account)
    }

    /// Accounts by name. Requires ACCOUNTS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::AccountsRead))]
    async fn accounts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which accounts.")] filter: Option<AccountFilter>,
        #[graphql(desc = "Rows from the start: 1 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end: 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor.")] before: Option<String>,
    ) -> Option<Connection<Account>> {
        let order = Order { word: "NAME", column: accounts::Column::Name, descending: false };
        let condition = filter.unwrap_or_default().condition();
        let args = args(first, after, last, before);
        soft(ctx, list::<accounts::Entity, _>(ctx, condition, order, &args, Account).await)
    }

    /// Contacts by name. Requires CONTACTS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::ContactsRead))]
    async fn contacts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which contacts.")] filter: Option<ContactFilter>,
        #[graphql(desc = "Rows from the start: 1 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end: 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor.")] before: Option<String>,
    ) -> Option<Connection<Contact>> {
        let order = Order { word: "NAME", column: contacts::Column::Name, descending: false };
        let condition = filter.unwrap_or_default().condition();
        let args = args(first, after, last, before);
        soft(ctx, list::<contacts::Entity, _>(ctx, condition, order, &args, Contact).await)
    }

    /// Tickets, newest first unless ordered otherwise. Requires TICKETS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::TicketsRead))]
    #[expect(clippy::too_many_arguments, reason = "a list has a window, an order and a filter")]
    async fn tickets(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose tickets.", default_with = "TicketScope::All")] scope: TicketScope,
        #[graphql(desc = "Which tickets.")] filter: Option<TicketFilter>,
        #[graphql(desc = "In which order.")] order_by: Option<TicketOrder>,
        #[graphql(desc = "Rows from the start: 1 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end: 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor.")] before: Option<String>,
    ) -> Option<Connection<Ticket>> {
        let mut condition = filter.unwrap_or_default().condition();
        if scope == TicketScope::Mine {
            let mine = soft(ctx, desk(ctx))?.scope.contacts.clone();
            condition = condition.add(tickets::Column::ContactId.is_in(mine));
        }
        let order = TicketOrder::order(order_by.as_ref());
        let args = args(first, after, last, before);
        soft(ctx, list::<tickets::Entity, _>(ctx, condition, order, &args, Ticket).await)
    }

    /// One ticket. Requires TICKETS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::TicketsRead))]
    async fn ticket(&self, ctx: &Context<'_>, #[graphql(desc = "Id of the ticket.")] id: ID) -> Option<Ticket> {
        soft(ctx, object::<tickets::Entity>(ctx, &id).await).map(Ticket)
    }

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
    async fn invoice(&self, ctx: &Context<'_>, #[graphql(desc = "Id of the invoice.")] id: ID) -> Option<Invoice> {
        soft(ctx, object::<invoices::Entity>(ctx, &id).await).map(Invoice)
    }

    /// The configured backends and how they are. Requires BACKENDS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::BackendsRead))]
    async fn backends(&self, ctx: &Context<'_>) -> Option<Vec<Backend>> {
        let sync = ctx.data_opt::<Sync>()?;
        Some(sync.sources().iter().map(|source| Backend::new(sync, source)).collect())
    }
}

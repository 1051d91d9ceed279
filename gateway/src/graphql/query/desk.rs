//! Roots of the service desk: tickets, approvals, pick lists.

use super::list;
use crate::authz::permission::Permission;
use crate::graphql::approval::Approval;
use crate::graphql::choice::{Choice, ChoiceList};
use crate::graphql::connection::Connection;
use crate::graphql::context::{args, desk, object, soft};
use crate::graphql::directive::requiresPermission;
use crate::graphql::filter::{ApprovalFilter, TicketFilter, TicketOrder};
use crate::graphql::row::Row;
use crate::graphql::ticket::Ticket;
use crate::readmodel::entity::{approvals, choices, tickets};
use crate::readmodel::page::Order;
use async_graphql::{Context, Enum, ID, Object};
use portico_contract::value as words;
use sea_orm::{ColumnTrait, Condition};

/// Whose tickets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum TicketScope {
    /// Those I am the contact of.
    Mine,
    /// All that I may see.
    All,
}

/// The service desk.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tickets;

#[Object]
impl Tickets {
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
        let desk = soft(ctx, desk(ctx))?;
        let mut condition = soft(ctx, filter.unwrap_or_default().condition(desk))?;
        if scope == TicketScope::Mine {
            let mine = desk.scope.contacts.clone();
            condition = condition.add(tickets::Column::ContactId.is_in(mine));
        }
        let order = TicketOrder::order(order_by.as_ref());
        let args = args(first, after, last, before);
        soft(ctx, list::<tickets::Entity, _>(ctx, condition, order, &args, Ticket).await)
    }

    /// One ticket. Requires TICKETS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::TicketsRead))]
    async fn ticket(&self, ctx: &Context<'_>, #[graphql(desc = "Id of the ticket.")] id: ID) -> Option<Row<Ticket>> {
        soft(ctx, object::<tickets::Entity>(ctx, &id).await).map(Ticket).map(Row)
    }

    /// Decisions that tickets wait for, newest first. Requires APPROVALS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::ApprovalsRead))]
    async fn approvals(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which approvals.")] filter: Option<ApprovalFilter>,
        #[graphql(desc = "Rows from the start: 1 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end: 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor.")] before: Option<String>,
    ) -> Option<Connection<Approval>> {
        let condition = filter.unwrap_or_default().condition();
        let order = Order { word: "CREATED_AT", column: approvals::Column::CreatedAt, descending: true };
        let args = args(first, after, last, before);
        soft(ctx, list::<approvals::Entity, _>(ctx, condition, order, &args, Approval).await)
    }

    /// The values of a pick list, or of all of them, in the PSA's order. Requires TICKETS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::TicketsRead))]
    async fn choices(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which list.")] list: Option<ChoiceList>,
        #[graphql(desc = "Rows from the start: 1 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end: 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor.")] before: Option<String>,
    ) -> Option<Connection<Choice>> {
        let of = |list: ChoiceList| choices::Column::List.eq(words::ChoiceList::from(list).as_str());
        let condition = Condition::all().add_option(list.map(of));
        let order = Order { word: "POSITION", column: choices::Column::Position, descending: false };
        let args = args(first, after, last, before);
        soft(ctx, super::list::<choices::Entity, _>(ctx, condition, order, &args, Choice).await)
    }
}

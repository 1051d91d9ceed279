//! The row predicate of every kind. No right: FALSE.
//!
//! A top-level kind is fenced by its own account, contact and site. A child has no scope of its
//! own: its select joins the parent's predicate and adds its own visibility.

mod books;
mod estate;
mod shelf;

use super::entity::{
    accounts, agents, approvals, attachments, comments, contacts, invoices, payments, teams, tickets, time_entries,
};
use super::table::Mirrored;
use crate::authz::permission::Permission;
use crate::authz::scope::{Rows, Scope};
use portico_contract::Visibility;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, EntityTrait, JoinType, QueryFilter, QuerySelect, RelationDef, Select};
use uuid::Uuid;

/// A kind whose rows are fenced.
pub trait Fenced: Mirrored {
    /// Without it, no row of this kind is seen.
    const READ: Permission;

    /// Narrows a select to the rows that this scope may see.
    fn fence(select: Select<Self>, scope: &Scope) -> Select<Self>;

    /// The same for children of parents that have just come through the fence: their own visibility is
    /// all that is left of it. Nothing where it hangs on more of the parent than that it is seen.
    fn fence_below(_select: Select<Self>, _scope: &Scope) -> Option<Select<Self>> {
        None
    }
}

pub(super) fn never() -> Condition {
    Condition::all().add(Expr::val(1).eq(0))
}

/// Which columns of a table say to whom a row belongs.
struct Owner<C> {
    account: C,
    contact: Option<C>,
    site: Option<C>,
}

fn rows<C: ColumnTrait>(rows: &Rows, owner: &Owner<C>) -> Condition {
    if rows.all {
        return Condition::all();
    }
    if rows.is_empty() {
        return never();
    }
    let mut any = Condition::any();
    if !rows.accounts.is_empty() {
        any = any.add(owner.account.is_in(rows.accounts.iter().copied()));
    }
    for (owned, column) in [(&rows.own, owner.contact), (&rows.sites, owner.site)] {
        if let Some(column) = column {
            for (id, account) in owned {
                any = any.add(Condition::all().add(column.eq(*id)).add(owner.account.eq(*account)));
            }
        }
    }
    if any.is_empty() { never() } else { any }
}

/// Public rows, and hidden ones where a permission opens them.
fn visible<V: ColumnTrait, C: ColumnTrait>(visibility: V, hidden: &Rows, owner: &Owner<C>) -> Condition {
    if hidden.all {
        return Condition::all();
    }
    let public = Condition::any().add(visibility.eq(Visibility::Public.as_str()));
    if hidden.is_empty() { public } else { public.add(rows(hidden, owner)) }
}

/// Rows in use, and those that are not where a permission opens them.
fn live<C: ColumnTrait>(active: C, retired: &Rows, owner: &Owner<C>) -> Condition {
    if retired.all {
        return Condition::all();
    }
    let live = Condition::any().add(active.eq(true));
    if retired.is_empty() { live } else { live.add(rows(retired, owner)) }
}

const TICKET: Owner<tickets::Column> = Owner {
    account: tickets::Column::AccountId,
    contact: Some(tickets::Column::ContactId),
    site: Some(tickets::Column::SiteId),
};
const INVOICE: Owner<invoices::Column> = Owner { account: invoices::Column::AccountId, contact: None, site: None };

impl Fenced for accounts::Entity {
    const READ: Permission = Permission::AccountsRead;

    fn fence(select: Select<Self>, scope: &Scope) -> Select<Self> {
        let owner = Owner { account: accounts::Column::Id, contact: None, site: None };
        select.filter(rows(scope.rows(Self::READ), &owner))
    }
}

/// The same for one account that is known already.
#[must_use]
pub fn admits(account: Uuid, scope: &Scope) -> bool {
    let rows = scope.rows(accounts::Entity::READ);
    rows.all || rows.accounts.contains(&account)
}

impl Fenced for contacts::Entity {
    const READ: Permission = Permission::ContactsRead;

    fn fence(select: Select<Self>, scope: &Scope) -> Select<Self> {
        let owner = Owner {
            account: contacts::Column::AccountId,
            contact: Some(contacts::Column::Id),
            site: Some(contacts::Column::SiteId),
        };
        let select = select.filter(rows(scope.rows(Self::READ), &owner));
        if scope.holds_all(Permission::ContactsInternalRead) {
            return select;
        }
        select.filter(contacts::Column::Active.eq(true))
    }
}

impl Fenced for agents::Entity {
    const READ: Permission = Permission::AgentsRead;

    fn fence(select: Select<Self>, scope: &Scope) -> Select<Self> {
        // Agents belong to no account: only a reach over everything opens them.
        select.filter(if scope.holds_all(Self::READ) { Condition::all() } else { never() })
    }
}

impl Fenced for teams::Entity {
    const READ: Permission = Permission::AgentsRead;

    fn fence(select: Select<Self>, scope: &Scope) -> Select<Self> {
        // Teams belong to no account either.
        select.filter(if scope.holds_all(Self::READ) { Condition::all() } else { never() })
    }
}

impl Fenced for tickets::Entity {
    const READ: Permission = Permission::TicketsRead;

    fn fence(select: Select<Self>, scope: &Scope) -> Select<Self> {
        select.filter(rows(scope.rows(Self::READ), &TICKET))
    }
}

impl Fenced for invoices::Entity {
    const READ: Permission = Permission::InvoicesRead;

    fn fence(select: Select<Self>, scope: &Scope) -> Select<Self> {
        select.filter(rows(scope.rows(Self::READ), &INVOICE)).filter(visible(
            invoices::Column::Visibility,
            scope.rows(Permission::InvoicesInternalRead),
            &INVOICE,
        ))
    }
}

fn on<C: EntityTrait, P: EntityTrait>(from: C::Column, to: P::Column) -> RelationDef {
    C::belongs_to(P::default()).from(from).to(to).into()
}

/// A child of a ticket: the ticket's fence, then the child's visibility.
fn of_ticket<E: Fenced>(select: Select<E>, scope: &Scope, ticket: E::Column, visibility: E::Column) -> Select<E> {
    select
        .join(JoinType::InnerJoin, on::<E, tickets::Entity>(ticket, tickets::Column::Id))
        .filter(rows(scope.rows(tickets::Entity::READ), &TICKET))
        .filter(visible(visibility, scope.rows(Permission::TicketsInternalRead), &TICKET))
}

/// Below a ticket that is seen: everything, or what is public.
fn below_ticket<E: Fenced>(select: Select<E>, scope: &Scope, visibility: E::Column) -> Option<Select<E>> {
    let hidden = scope.rows(Permission::TicketsInternalRead);
    if hidden.all {
        Some(select)
    } else if hidden.is_empty() {
        Some(select.filter(visibility.eq(Visibility::Public.as_str())))
    } else {
        None
    }
}

impl Fenced for comments::Entity {
    const READ: Permission = Permission::TicketsRead;

    fn fence(select: Select<Self>, scope: &Scope) -> Select<Self> {
        of_ticket(select, scope, comments::Column::TicketId, comments::Column::Visibility)
    }

    fn fence_below(select: Select<Self>, scope: &Scope) -> Option<Select<Self>> {
        below_ticket(select, scope, comments::Column::Visibility)
    }
}

impl Fenced for attachments::Entity {
    const READ: Permission = Permission::TicketsRead;

    fn fence(select: Select<Self>, scope: &Scope) -> Select<Self> {
        of_ticket(select, scope, attachments::Column::TicketId, attachments::Column::Visibility)
    }

    fn fence_below(select: Select<Self>, scope: &Scope) -> Option<Select<Self>> {
        below_ticket(select, scope, attachments::Column::Visibility)
    }
}

impl Fenced for time_entries::Entity {
    const READ: Permission = Permission::TimeEntriesRead;

    fn fence(select: Select<Self>, scope: &Scope) -> Select<Self> {
        of_ticket(select, scope, time_entries::Column::TicketId, time_entries::Column::Visibility)
            .filter(rows(scope.rows(Self::READ), &TICKET))
    }
}

impl Fenced for approvals::Entity {
    const READ: Permission = Permission::ApprovalsRead;

    fn fence(select: Select<Self>, scope: &Scope) -> Select<Self> {
        of_ticket(select, scope, approvals::Column::TicketId, approvals::Column::Visibility)
            .filter(rows(scope.rows(Self::READ), &TICKET))
    }
}

impl Fenced for payments::Entity {
    const READ: Permission = Permission::InvoicesRead;

    fn fence(select: Select<Self>, scope: &Scope) -> Select<Self> {
        select
            .join(JoinType::InnerJoin, on::<Self, invoices::Entity>(payments::Column::InvoiceId, invoices::Column::Id))
            .filter(rows(scope.rows(Self::READ), &INVOICE))
            .filter(visible(invoices::Column::Visibility, scope.rows(Permission::InvoicesInternalRead), &INVOICE))
    }
}

//! Filters and orders: typed comparators. Every search key names the output field it reveals.

use super::directive::reveals;
use super::invoice::InvoiceGroup;
use super::scalar::{Date, DateTime};
use super::ticket::{PriorityGroup, StatusGroup};
use crate::readmodel::GlobalId;
use crate::readmodel::entity::{accounts, contacts, invoices, tickets};
use crate::readmodel::page::Order;
use async_graphql::{Enum, ID, InputObject};
use portico_contract::Kind;
use portico_contract::value as words;
use sea_orm::sea_query::{Expr, ExprTrait, Func, LikeExpr};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

/// Compares text.
#[derive(Debug, Clone, Default, InputObject)]
pub struct StringFilter {
    /// Equal, letter by letter.
    eq: Option<String>,
    /// One of these.
    #[graphql(name = "in")]
    any: Option<Vec<String>>,
    /// Contains this, whatever the case of its letters.
    contains: Option<String>,
}

/// Compares ids. Ids that the viewer may not see match nothing, as unknown ones do.
#[derive(Debug, Clone, Default, InputObject)]
pub struct IdFilter {
    /// This one.
    eq: Option<ID>,
    /// One of these.
    #[graphql(name = "in")]
    any: Option<Vec<ID>>,
}

/// Compares moments; both ends belong to the range.
#[derive(Debug, Clone, Default, InputObject)]
pub struct DateTimeFilter {
    /// At or after.
    gte: Option<DateTime>,
    /// At or before.
    lte: Option<DateTime>,
}

/// Compares dates; both ends belong to the range.
#[derive(Debug, Clone, Default, InputObject)]
pub struct DateFilter {
    /// On or after.
    gte: Option<Date>,
    /// On or before.
    lte: Option<Date>,
}

/// Compares a ticket's status by its common meaning.
#[derive(Debug, Clone, Default, InputObject)]
pub struct StatusFilter {
    /// This one.
    eq: Option<StatusGroup>,
    /// One of these.
    #[graphql(name = "in")]
    any: Option<Vec<StatusGroup>>,
}

/// Compares a ticket's priority by its common meaning.
#[derive(Debug, Clone, Default, InputObject)]
pub struct PriorityFilter {
    /// This one.
    eq: Option<PriorityGroup>,
    /// One of these.
    #[graphql(name = "in")]
    any: Option<Vec<PriorityGroup>>,
}

/// Compares an invoice's status by its common meaning.
#[derive(Debug, Clone, Default, InputObject)]
pub struct InvoiceStatusFilter {
    /// This one.
    eq: Option<InvoiceGroup>,
    /// One of these.
    #[graphql(name = "in")]
    any: Option<Vec<InvoiceGroup>>,
}

/// Which way a list runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum OrderDirection {
    /// Smallest or oldest first.
    Asc,
    /// Largest or newest first.
    Desc,
}

fn folded<C: ColumnTrait>(column: C, text: &str) -> Expr {
    let escaped: String = text
        .to_lowercase()
        .chars()
        .flat_map(|c| matches!(c, '%' | '_' | '\\').then_some('\\').into_iter().chain([c]))
        .collect();
    Expr::expr(Func::lower(column.into_expr())).like(LikeExpr::new(format!("%{escaped}%")).escape('\\'))
}

impl StringFilter {
    fn on<C: ColumnTrait>(&self, column: C) -> Condition {
        Condition::all()
            .add_option(self.eq.as_ref().map(|text| column.eq(text.as_str())))
            .add_option(self.any.as_ref().map(|any| column.is_in(any.iter().map(String::as_str))))
            .add_option(self.contains.as_ref().map(|text| folded(column, text)))
    }
}

impl IdFilter {
    fn on<C: ColumnTrait>(&self, kind: Kind, column: C) -> Condition {
        // Another kind's id, or none at all, matches nothing: no different from an unknown id.
        let uuid = |id: &ID| id.parse::<GlobalId>().ok().filter(|id| id.kind == kind).map_or(Uuid::nil(), |id| id.uuid);
        Condition::all()
            .add_option(self.eq.as_ref().map(|id| column.eq(uuid(id))))
            .add_option(self.any.as_ref().map(|any| column.is_in(any.iter().map(uuid))))
    }
}

impl DateTimeFilter {
    fn on<C: ColumnTrait>(&self, column: C) -> Condition {
        Condition::all()
            .add_option(self.gte.map(|at| column.gte(at.0.timestamp_millis())))
            .add_option(self.lte.map(|at| column.lte(at.0.timestamp_millis())))
    }
}

impl DateFilter {
    fn on<C: ColumnTrait>(&self, column: C) -> Condition {
        // No date is stored as the empty text: it lies in no range.
        Condition::all()
            .add(column.ne(""))
            .add_option(self.gte.map(|on| column.gte(on.0.to_string())))
            .add_option(self.lte.map(|on| column.lte(on.0.to_string())))
    }
}

fn group<C: ColumnTrait>(column: C, eq: Option<&'static str>, any: Option<Vec<&'static str>>) -> Condition {
    Condition::all().add_option(eq.map(|word| column.eq(word))).add_option(any.map(|any| column.is_in(any)))
}

fn status_word(group: StatusGroup) -> &'static str {
    words::StatusGroup::from(group).as_str()
}

fn priority_word(group: PriorityGroup) -> &'static str {
    words::PriorityGroup::from(group).as_str()
}

fn invoice_word(group: InvoiceGroup) -> &'static str {
    words::InvoiceGroup::from(group).as_str()
}

fn list<G: Copy>(any: Option<&Vec<G>>, word: fn(G) -> &'static str) -> Option<Vec<&'static str>> {
    any.map(|any| any.iter().map(|group| word(*group)).collect())
}

/// Narrows a list of tickets.
#[derive(Debug, Clone, Default, InputObject)]
pub struct TicketFilter {
    /// By the meaning of the status.
    #[graphql(directive = reveals::apply("Ticket.status".to_owned()))]
    status: Option<StatusFilter>,
    /// True: neither resolved nor closed. False: resolved or closed.
    #[graphql(directive = reveals::apply("Ticket.status".to_owned()))]
    open: Option<bool>,
    /// By the meaning of the priority.
    #[graphql(directive = reveals::apply("Ticket.priority".to_owned()))]
    priority: Option<PriorityFilter>,
    /// By subject.
    #[graphql(directive = reveals::apply("Ticket.subject".to_owned()))]
    subject: Option<StringFilter>,
    /// By number.
    #[graphql(directive = reveals::apply("Ticket.number".to_owned()))]
    number: Option<StringFilter>,
    /// By time of opening.
    #[graphql(directive = reveals::apply("Ticket.createdAt".to_owned()))]
    created_at: Option<DateTimeFilter>,
    /// By time of last change.
    #[graphql(directive = reveals::apply("Ticket.updatedAt".to_owned()))]
    updated_at: Option<DateTimeFilter>,
    /// By account.
    #[graphql(directive = reveals::apply("Ticket.account".to_owned()))]
    account: Option<IdFilter>,
    /// By contact.
    #[graphql(directive = reveals::apply("Ticket.requester".to_owned()))]
    contact: Option<IdFilter>,
    /// By agent.
    #[graphql(directive = reveals::apply("Ticket.assignee".to_owned()))]
    assignee: Option<IdFilter>,
}

impl TicketFilter {
    #[must_use]
    pub fn condition(&self) -> Condition {
        use tickets::Column as C;
        let ended = [words::StatusGroup::Resolved.as_str(), words::StatusGroup::Closed.as_str()];
        let status = |f: &StatusFilter| group(C::StatusGroup, f.eq.map(status_word), list(f.any.as_ref(), status_word));
        let priority =
            |f: &PriorityFilter| group(C::PriorityGroup, f.eq.map(priority_word), list(f.any.as_ref(), priority_word));
        Condition::all()
            .add_option(self.status.as_ref().map(status))
            .add_option(self.open.map(
                |open| {
                    if open { C::StatusGroup.is_not_in(ended) } else { C::StatusGroup.is_in(ended) }
                },
            ))
            .add_option(self.priority.as_ref().map(priority))
            .add_option(self.subject.as_ref().map(|f| f.on(C::Subject)))
            .add_option(self.number.as_ref().map(|f| f.on(C::Number)))
            .add_option(self.created_at.as_ref().map(|f| f.on(C::CreatedAt)))
            .add_option(self.updated_at.as_ref().map(|f| f.on(C::UpdatedAt)))
            .add_option(self.account.as_ref().map(|f| f.on(Kind::Account, C::AccountId)))
            .add_option(self.contact.as_ref().map(|f| f.on(Kind::Contact, C::ContactId)))
            .add_option(self.assignee.as_ref().map(|f| f.on(Kind::Agent, C::AssigneeId)))
    }
}

/// What a list of tickets can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum TicketOrderField {
    /// Time of opening.
    #[graphql(directive = reveals::apply("Ticket.createdAt".to_owned()))]
    CreatedAt,
    /// Time of last change.
    #[graphql(directive = reveals::apply("Ticket.updatedAt".to_owned()))]
    UpdatedAt,
    /// Subject.
    #[graphql(directive = reveals::apply("Ticket.subject".to_owned()))]
    Subject,
}

/// Orders a list of tickets.
#[derive(Debug, Clone, InputObject)]
pub struct TicketOrder {
    /// By what.
    field: TicketOrderField,
    /// Which way.
    #[graphql(default_with = "OrderDirection::Desc")]
    direction: OrderDirection,
}

impl TicketOrder {
    #[must_use]
    pub fn order(this: Option<&Self>) -> Order<tickets::Column> {
        use tickets::Column as C;
        let field = this.map_or(TicketOrderField::CreatedAt, |order| order.field);
        let (word, column) = match field {
            TicketOrderField::CreatedAt => ("CREATED_AT", C::CreatedAt),
            TicketOrderField::UpdatedAt => ("UPDATED_AT", C::UpdatedAt),
            TicketOrderField::Subject => ("SUBJECT", C::Subject),
        };
        Order { word, column, descending: this.is_none_or(|order| order.direction == OrderDirection::Desc) }
    }
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

/// Narrows a list of contacts.
#[derive(Debug, Clone, Default, InputObject)]
pub struct ContactFilter {
    /// By name.
    #[graphql(directive = reveals::apply("Contact.name".to_owned()))]
    name: Option<StringFilter>,
    /// By e-mail address.
    #[graphql(directive = reveals::apply("Contact.email".to_owned()))]
    email: Option<StringFilter>,
    /// By whether the PSA lets them into a portal.
    #[graphql(directive = reveals::apply("Contact.portalAccess".to_owned()))]
    has_portal_access: Option<bool>,
    /// By account.
    #[graphql(directive = reveals::apply("Contact.account".to_owned()))]
    account: Option<IdFilter>,
}

impl ContactFilter {
    #[must_use]
    pub fn condition(&self) -> Condition {
        use contacts::Column as C;
        Condition::all()
            .add_option(self.name.as_ref().map(|f| f.on(C::Name)))
            .add_option(self.email.as_ref().map(|f| f.on(C::Email)))
            .add_option(self.has_portal_access.map(|has| C::PortalAccess.eq(has)))
            .add_option(self.account.as_ref().map(|f| f.on(Kind::Account, C::AccountId)))
    }
}

/// Narrows a list of accounts.
#[derive(Debug, Clone, Default, InputObject)]
pub struct AccountFilter {
    /// By name.
    #[graphql(directive = reveals::apply("Account.name".to_owned()))]
    name: Option<StringFilter>,
    /// By whether the provider still serves them.
    #[graphql(directive = reveals::apply("Account.active".to_owned()))]
    active: Option<bool>,
}

impl AccountFilter {
    #[must_use]
    pub fn condition(&self) -> Condition {
        use accounts::Column as C;
        Condition::all()
            .add_option(self.name.as_ref().map(|f| f.on(C::Name)))
            .add_option(self.active.map(|active| C::Active.eq(active)))
    }
}

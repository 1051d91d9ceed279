//! Filters and orders of tickets and approvals.

use super::{DateTimeFilter, IdFilter, OrderDirection, StringFilter, group, list};
use crate::graphql::approval::ApprovalGroup;
use crate::graphql::directive::reveals;
use crate::graphql::ticket::{PriorityGroup, StatusGroup};
use crate::readmodel::Desk;
use crate::readmodel::entity::{approvals, contacts, tickets};
use crate::readmodel::page::Order;
use crate::readmodel::search::Terms;
use async_graphql::{Enum, InputObject};
use portico_contract::value as words;
use portico_contract::{Kind, Result};
use sea_orm::{ColumnTrait, Condition, QueryFilter, QuerySelect, QueryTrait};

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

/// Compares an approval's status by its common meaning.
#[derive(Debug, Clone, Default, InputObject)]
pub struct ApprovalStatusFilter {
    /// This one.
    eq: Option<ApprovalGroup>,
    /// One of these.
    #[graphql(name = "in")]
    any: Option<Vec<ApprovalGroup>>,
}

fn status_word(group: StatusGroup) -> &'static str {
    words::StatusGroup::from(group).as_str()
}

fn priority_word(group: PriorityGroup) -> &'static str {
    words::PriorityGroup::from(group).as_str()
}

fn approval_word(group: ApprovalGroup) -> &'static str {
    words::ApprovalGroup::from(group).as_str()
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
    /// By words, as the search finds them: in the number, the subject, the description and the conversation.
    #[graphql(directive = reveals::apply("Ticket.subject".to_owned()))]
    text: Option<String>,
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
    /// By the e-mail address of the contact, where the viewer may see them.
    #[graphql(directive = reveals::apply("Contact.email".to_owned()))]
    requester_email: Option<StringFilter>,
    /// By agent.
    #[graphql(directive = reveals::apply("Ticket.assignee".to_owned()))]
    assignee: Option<IdFilter>,
}

impl TicketFilter {
    pub fn condition(&self, desk: &Desk) -> Result<Condition> {
        use tickets::Column as C;
        let ended = [words::StatusGroup::Resolved.as_str(), words::StatusGroup::Closed.as_str()];
        let status = |f: &StatusFilter| group(C::StatusGroup, f.eq.map(status_word), list(f.any.as_ref(), status_word));
        let priority =
            |f: &PriorityFilter| group(C::PriorityGroup, f.eq.map(priority_word), list(f.any.as_ref(), priority_word));
        let terms = self.text.as_deref().map(Terms::read).transpose()?;
        // Whoever may not see a contact may not learn their address from tickets either.
        let written_by = |f: &StringFilter| {
            let contacts = desk.select::<contacts::Entity>().filter(f.on(contacts::Column::Email));
            C::ContactId.in_subquery(contacts.select_only().column(contacts::Column::Id).into_query())
        };
        let condition = Condition::all()
            .add_option(self.status.as_ref().map(status))
            .add_option(self.open.map(
                |open| {
                    if open { C::StatusGroup.is_not_in(ended) } else { C::StatusGroup.is_in(ended) }
                },
            ))
            .add_option(self.priority.as_ref().map(priority))
            .add_option(self.subject.as_ref().map(|f| f.on(C::Subject)))
            .add_option(self.number.as_ref().map(|f| f.on(C::Number)))
            .add_option(terms.map(|terms| C::Id.in_subquery(desk.holding::<tickets::Entity>(&terms))))
            .add_option(self.created_at.as_ref().map(|f| f.on(C::CreatedAt)))
            .add_option(self.updated_at.as_ref().map(|f| f.on(C::UpdatedAt)))
            .add_option(self.account.as_ref().map(|f| f.on(Kind::Account, C::AccountId)))
            .add_option(self.contact.as_ref().map(|f| f.on(Kind::Contact, C::ContactId)))
            .add_option(self.requester_email.as_ref().map(written_by))
            .add_option(self.assignee.as_ref().map(|f| f.on(Kind::Agent, C::AssigneeId)));
        Ok(condition)
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

/// Narrows a list of approvals.
#[derive(Debug, Clone, Default, InputObject)]
pub struct ApprovalFilter {
    /// By the meaning of the status.
    #[graphql(directive = reveals::apply("Approval.status".to_owned()))]
    status: Option<ApprovalStatusFilter>,
    /// By ticket.
    #[graphql(directive = reveals::apply("Approval.ticket".to_owned()))]
    ticket: Option<IdFilter>,
}

impl ApprovalFilter {
    #[must_use]
    pub fn condition(&self) -> Condition {
        use approvals::Column as C;
        let status = |f: &ApprovalStatusFilter| {
            group(C::StatusGroup, f.eq.map(approval_word), list(f.any.as_ref(), approval_word))
        };
        Condition::all()
            .add_option(self.status.as_ref().map(status))
            .add_option(self.ticket.as_ref().map(|f| f.on(Kind::Ticket, C::TicketId)))
    }
}

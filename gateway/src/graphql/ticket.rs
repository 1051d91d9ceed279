//! Tickets.

use super::account::Account;
use super::comment::{Attachment, Comment, TimeEntry};
use super::connection::Connection;
use super::contact::Contact;
use super::context::{children, desk, id, related};
use super::directive::{inherits, requiresPermission, signedIn};
use super::person::Person;
use super::scalar::{DateTime, Html};
use crate::authz::permission::Permission;
use crate::readmodel::entity::{accounts, attachments, comments, contacts, tickets, time_entries};
use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use portico_contract::Kind;
use portico_contract::value as words;
use std::sync::Arc;

/// What a ticket's status means, whichever PSA it is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "words::StatusGroup", rename_items = "SCREAMING_SNAKE_CASE")]
pub enum StatusGroup {
    /// Nobody has looked at it yet.
    New,
    /// It is waiting to be worked on.
    Open,
    /// It is being worked on.
    InProgress,
    /// It is waiting for the customer.
    WaitingOnCustomer,
    /// It is waiting for a vendor or another third party.
    WaitingOnThirdParty,
    /// It is paused.
    OnHold,
    /// It is solved and may still be reopened by an answer.
    Resolved,
    /// It is closed.
    Closed,
    /// The PSA's own status has no common meaning.
    Other,
}

/// How urgent a ticket is, whichever PSA it is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "words::PriorityGroup", rename_items = "SCREAMING_SNAKE_CASE")]
pub enum PriorityGroup {
    /// Can wait.
    Low,
    /// The usual.
    Medium,
    /// Soon.
    High,
    /// Now.
    Urgent,
    /// The PSA's own priority has no common meaning.
    Other,
}

/// How a ticket came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "words::TicketSource", rename_items = "SCREAMING_SNAKE_CASE")]
pub enum TicketSource {
    /// Through a portal.
    Portal,
    /// By e-mail.
    Email,
    /// By telephone.
    Phone,
    /// Through a programming interface.
    Api,
    /// An agent opened it.
    Agent,
    /// It opens itself from time to time.
    Recurring,
    /// The PSA says something else, or nothing.
    Other,
}

/// A ticket's status: the common meaning beside the PSA's own label.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct TicketStatus {
    /// The common meaning.
    group: StatusGroup,
    /// The PSA's own label.
    label: String,
}

/// A ticket's priority: the common meaning beside the PSA's own label.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct TicketPriority {
    /// The common meaning.
    group: PriorityGroup,
    /// The PSA's own label.
    label: String,
}

/// Service-level targets and how they stand.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct ServiceLevel {
    /// Name of the agreement.
    name: Option<String>,
    /// First answer is due by then.
    response_due_at: Option<DateTime>,
    /// Solution is due by then.
    resolution_due_at: Option<DateTime>,
    /// First answer was given then.
    first_response_at: Option<DateTime>,
    /// Whether the first answer was in time.
    response_met: Option<bool>,
    /// Whether the solution was in time.
    resolution_met: Option<bool>,
    /// Whether the clock stands still.
    paused: Option<bool>,
}

/// A request of a customer.
#[derive(Debug, Clone)]
pub struct Ticket(pub Arc<tickets::Model>);

#[Object(directive = requiresPermission::apply(Permission::TicketsRead))]
impl Ticket {
    /// Opaque and stable.
    #[graphql(directive = signedIn::apply())]
    pub async fn id(&self) -> ID {
        id(Kind::Ticket, self.0.id)
    }

    /// The number people use, such as `TCK-42`.
    async fn number(&self) -> &str {
        &self.0.number
    }

    /// One line that says what it is about.
    async fn subject(&self) -> &str {
        &self.0.subject
    }

    /// What was asked for, safe to show.
    async fn description(&self) -> Html {
        Html::safe(&self.0.description)
    }

    /// Where it stands.
    async fn status(&self) -> TicketStatus {
        let group = self.0.status_group.parse().unwrap_or(words::StatusGroup::Other);
        TicketStatus { group: group.into(), label: self.0.status_label.clone() }
    }

    /// How urgent it is.
    async fn priority(&self) -> Option<TicketPriority> {
        let group = self.0.priority_group.as_deref()?.parse().unwrap_or(words::PriorityGroup::Other);
        Some(TicketPriority { group: group.into(), label: self.0.priority_label.clone().unwrap_or_default() })
    }

    /// The PSA's category.
    async fn category(&self) -> Option<&str> {
        self.0.category_label.as_deref()
    }

    /// How it came in.
    async fn source(&self) -> TicketSource {
        self.0.source.parse().unwrap_or(words::TicketSource::Other).into()
    }

    /// Service-level targets; absent where the PSA keeps none for this ticket.
    async fn service_level(&self) -> Option<ServiceLevel> {
        let row = &self.0;
        let any = row.sla_name.is_some() || row.response_due_at.or(row.resolution_due_at).is_some();
        any.then(|| ServiceLevel {
            name: row.sla_name.clone(),
            response_due_at: DateTime::opt(row.response_due_at),
            resolution_due_at: DateTime::opt(row.resolution_due_at),
            first_response_at: DateTime::opt(row.first_response_at),
            response_met: row.response_met,
            resolution_met: row.resolution_met,
            paused: row.sla_paused,
        })
    }

    /// What the requester said of the service.
    async fn feedback(&self) -> Option<&str> {
        self.0.feedback.as_deref()
    }

    /// When it was opened.
    async fn created_at(&self) -> Option<DateTime> {
        DateTime::stored(self.0.created_at)
    }

    /// When it last changed.
    async fn updated_at(&self) -> Option<DateTime> {
        DateTime::stored(self.0.updated_at)
    }

    /// When it is due.
    async fn due_at(&self) -> Option<DateTime> {
        DateTime::opt(self.0.due_at)
    }

    /// When it was solved.
    async fn resolved_at(&self) -> Option<DateTime> {
        DateTime::opt(self.0.resolved_at)
    }

    /// When it was closed.
    async fn closed_at(&self) -> Option<DateTime> {
        DateTime::opt(self.0.closed_at)
    }

    /// The organisation it belongs to. Requires ACCOUNTS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::AccountsRead))]
    async fn account(&self, ctx: &Context<'_>) -> Option<Account> {
        related::<accounts::Entity>(ctx, Some(self.0.account_id)).map(Account)
    }

    /// The contact it is for, where the viewer may see them. Requires CONTACTS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::ContactsRead))]
    async fn contact(&self, ctx: &Context<'_>) -> Option<Contact> {
        related::<contacts::Entity>(ctx, self.0.contact_id).map(Contact)
    }

    /// The name of whom it is for.
    #[graphql(directive = inherits::apply())]
    async fn requester(&self, ctx: &Context<'_>) -> Option<Person> {
        let id = self.0.contact_id?;
        Some(Person::contact(id, desk(ctx).ok()?.person(id)?))
    }

    /// Who works on it.
    #[graphql(directive = inherits::apply())]
    async fn assignee(&self, ctx: &Context<'_>) -> Option<Person> {
        let id = self.0.assignee_id?;
        Some(Person::agent(id, desk(ctx).ok()?.person(id)?))
    }

    /// The public comment that came last.
    #[graphql(directive = inherits::apply())]
    async fn last_comment(&self, ctx: &Context<'_>) -> Option<Comment> {
        related::<comments::Entity>(ctx, self.0.last_comment_id).map(Comment)
    }

    /// The conversation, oldest first.
    #[graphql(directive = inherits::apply())]
    #[expect(unused_variables, reason = "the loader reads the window from the selection")]
    async fn comments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows from the start: 1 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end: 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor.")] before: Option<String>,
    ) -> Option<Connection<Comment>> {
        children::<comments::Entity, _>(ctx, self.0.id, Comment)
    }

    /// Files on the ticket and on its comments, oldest first.
    #[graphql(directive = inherits::apply())]
    #[expect(unused_variables, reason = "the loader reads the window from the selection")]
    async fn attachments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows from the start: 1 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end: 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor.")] before: Option<String>,
    ) -> Option<Connection<Attachment>> {
        children::<attachments::Entity, _>(ctx, self.0.id, Attachment)
    }

    /// Time worked, oldest first. Requires TIME_ENTRIES_READ.
    #[graphql(directive = requiresPermission::apply(Permission::TimeEntriesRead))]
    #[expect(unused_variables, reason = "the loader reads the window from the selection")]
    async fn time_entries(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows from the start: 1 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end: 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor.")] before: Option<String>,
    ) -> Option<Connection<TimeEntry>> {
        children::<time_entries::Entity, _>(ctx, self.0.id, TimeEntry)
    }

    /// The provider's own remarks. Requires TICKETS_INTERNAL_READ.
    #[graphql(directive = requiresPermission::apply(Permission::TicketsInternalRead))]
    async fn internal_note(&self) -> Option<&str> {
        self.0.internal_note.as_deref()
    }

    /// Whether the work is billed. Requires TICKETS_INTERNAL_READ.
    #[graphql(directive = requiresPermission::apply(Permission::TicketsInternalRead))]
    async fn billable(&self) -> Option<bool> {
        self.0.billable
    }
}

//! How a ticket stands: status, priority, source, service level.

use crate::graphql::directive::inherits;
use crate::graphql::scalar::DateTime;
use async_graphql::{Enum, SimpleObject};
use portico_contract::value as words;

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
    pub group: StatusGroup,
    /// The PSA's own label.
    pub label: String,
}

/// A ticket's priority: the common meaning beside the PSA's own label.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct TicketPriority {
    /// The common meaning.
    pub group: PriorityGroup,
    /// The PSA's own label.
    pub label: String,
}

/// Service-level targets and how they stand.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct ServiceLevel {
    /// Name of the agreement.
    pub name: Option<String>,
    /// First answer is due by then.
    pub response_due_at: Option<DateTime>,
    /// Solution is due by then.
    pub resolution_due_at: Option<DateTime>,
    /// First answer was given then.
    pub first_response_at: Option<DateTime>,
    /// Whether the first answer was in time.
    pub response_met: Option<bool>,
    /// Whether the solution was in time.
    pub resolution_met: Option<bool>,
    /// Whether the clock stands still.
    pub paused: Option<bool>,
}

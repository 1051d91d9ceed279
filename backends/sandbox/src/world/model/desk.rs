//! The service desk: tickets and what hangs on them.

use super::Stamp;
use serde::Serialize;

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Ticket {
    pub id: i32,
    pub prefix: Option<String>,
    pub number: i32,
    pub source: Option<String>,
    /// Text that mostly holds an id.
    pub category: Option<String>,
    pub subject: String,
    /// HTML as somebody typed it.
    pub details: String,
    pub priority: Option<String>,
    pub status: i32,
    pub sla: i32,
    pub billable: bool,
    pub onsite: bool,
    pub vendor_number: Option<String>,
    pub feedback: Option<String>,
    pub url_key: Option<String>,
    pub client: i32,
    pub contact: i32,
    pub location: i32,
    pub asset: i32,
    pub invoice: i32,
    pub created_by: i32,
    pub assigned_to: i32,
    pub closed_by: i32,
    pub scheduled: Stamp,
    pub created: Stamp,
    pub updated: Stamp,
    pub due: Stamp,
    pub response_due: Stamp,
    pub resolution_due: Stamp,
    pub first_response: Stamp,
    pub response_met: Option<bool>,
    pub resolution_met: Option<bool>,
    pub resolved: Stamp,
    pub closed: Stamp,
    pub archived: Stamp,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub enum ReplyType {
    /// Written by a contact; `by` is a contact id.
    Client,
    /// Written by an agent for the customer; `by` is a user id.
    #[default]
    Public,
    /// Written by an agent for agents.
    Internal,
}

impl ReplyType {
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Client => "Client",
            Self::Public => "Public",
            Self::Internal => "Internal",
        }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Reply {
    pub id: i32,
    pub ticket: i32,
    pub body: String,
    pub reply_type: ReplyType,
    /// `HH:MM:SS`.
    pub time_worked: Option<String>,
    pub by: i32,
    pub created: Stamp,
    pub updated: Stamp,
    pub archived: Stamp,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Attachment {
    pub id: i32,
    pub ticket: i32,
    pub reply: Option<i32>,
    pub name: String,
    /// The name of the bytes on the PSA's disk.
    pub reference: String,
    pub created: Stamp,
}

/// Somebody who gets copies of the mail.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Watcher {
    pub id: i32,
    pub ticket: i32,
    pub name: Option<String>,
    pub email: String,
}

/// What the PSA logged about a ticket, for agents.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct History {
    pub id: i32,
    pub ticket: i32,
    pub status: String,
    pub description: String,
    pub created: Stamp,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Task {
    pub id: i32,
    pub ticket: i32,
    pub name: String,
    pub order: i32,
    pub completed: Stamp,
    pub completed_by: Option<i32>,
    pub created: Stamp,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Approval {
    pub id: i32,
    pub task: i32,
    /// `client` or `internal`.
    pub scope: String,
    /// `any`, `technical`, `billing`, `specific`.
    pub approval_type: String,
    pub required_user: Option<i32>,
    /// `pending`, `approved`, `declined`.
    pub status: String,
    pub created_by: i32,
    pub approved_by: Option<String>,
    pub url_key: String,
}

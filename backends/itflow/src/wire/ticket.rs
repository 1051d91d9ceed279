//! `tickets`, `ticket_replies` and `ticket_attachments`.

use super::Column::{self, Plain, Text};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Cond, Expr, ExprTrait, SelectStatement};

#[derive(Debug, Clone, Default, FromQueryResult)]
pub(crate) struct TicketRow {
    pub ticket_id: i64,
    pub ticket_prefix: Option<String>,
    pub ticket_number: i64,
    pub ticket_source: Option<String>,
    /// A varchar that holds an id; NULL, `''` and `'0'` mean none.
    pub ticket_category: Option<String>,
    pub ticket_subject: String,
    pub ticket_details: String,
    pub ticket_priority: Option<String>,
    pub ticket_status: i64,
    pub ticket_status_name: Option<String>,
    pub ticket_status_pauses_sla: Option<bool>,
    pub ticket_billable: Option<bool>,
    pub ticket_feedback: Option<String>,
    pub ticket_created_at: Option<String>,
    pub ticket_updated_at: Option<String>,
    pub ticket_due_at: Option<String>,
    pub ticket_resolved_at: Option<String>,
    pub ticket_archived_at: Option<String>,
    pub ticket_first_response_at: Option<String>,
    pub ticket_response_due_at: Option<String>,
    pub ticket_resolution_due_at: Option<String>,
    pub ticket_response_sla_met: Option<bool>,
    pub ticket_resolution_sla_met: Option<bool>,
    pub ticket_closed_at: Option<String>,
    pub ticket_assigned_to: i64,
    pub ticket_client_id: i64,
    pub ticket_contact_id: i64,
    pub ticket_location_id: i64,
    pub ticket_asset_id: i64,
}

pub(crate) const TICKETS: &[Column] = &[
    Plain("ticket_id"),
    Plain("ticket_prefix"),
    Plain("ticket_number"),
    Plain("ticket_source"),
    Plain("ticket_category"),
    Plain("ticket_subject"),
    Plain("ticket_details"),
    Plain("ticket_priority"),
    Plain("ticket_status"),
    Plain("ticket_status_name"),
    Plain("ticket_status_pauses_sla"),
    Plain("ticket_billable"),
    Plain("ticket_feedback"),
    Text("ticket_created_at"),
    Text("ticket_updated_at"),
    Text("ticket_due_at"),
    Text("ticket_resolved_at"),
    Text("ticket_archived_at"),
    Text("ticket_first_response_at"),
    Text("ticket_response_due_at"),
    Text("ticket_resolution_due_at"),
    Plain("ticket_response_sla_met"),
    Plain("ticket_resolution_sla_met"),
    Text("ticket_closed_at"),
    Plain("ticket_assigned_to"),
    Plain("ticket_client_id"),
    Plain("ticket_contact_id"),
    Plain("ticket_location_id"),
    Plain("ticket_asset_id"),
];

/// Tickets with their status; the join is outer because any number is accepted as a status.
pub(crate) fn tickets() -> SelectStatement {
    let mut select = super::select("tickets", TICKETS);
    select.left_join("ticket_statuses", Expr::col("ticket_status_id").equals("ticket_status"));
    select
}

#[derive(Debug, Clone, Default, FromQueryResult)]
pub(crate) struct ReplyRow {
    pub ticket_reply_id: i64,
    pub ticket_reply: String,
    pub ticket_reply_type: String,
    pub ticket_reply_time_worked: Option<String>,
    pub ticket_reply_created_at: Option<String>,
    pub ticket_reply_updated_at: Option<String>,
    pub ticket_reply_archived_at: Option<String>,
    /// A contact's id when the type is `Client`, else a user's; 0 for the system and for guests.
    pub ticket_reply_by: i64,
    pub ticket_reply_ticket_id: i64,
    pub user_name: Option<String>,
    pub contact_name: Option<String>,
}

pub(crate) const REPLIES: &[Column] = &[
    Plain("ticket_reply_id"),
    Plain("ticket_reply"),
    Plain("ticket_reply_type"),
    Text("ticket_reply_time_worked"),
    Text("ticket_reply_created_at"),
    Text("ticket_reply_updated_at"),
    Text("ticket_reply_archived_at"),
    Plain("ticket_reply_by"),
    Plain("ticket_reply_ticket_id"),
    Plain("user_name"),
    Plain("contact_name"),
];

pub(crate) fn replies() -> SelectStatement {
    let by = |person: &'static str| {
        Cond::all().add(Expr::col(person).equals("ticket_reply_by")).add(Expr::col("ticket_reply_by").gt(0))
    };
    let mut select = super::select("ticket_replies", REPLIES);
    select.left_join("users", by("user_id").add(Expr::col("ticket_reply_type").ne("Client")));
    select.left_join("contacts", by("contact_id").add(Expr::col("ticket_reply_type").eq("Client")));
    select
}

#[derive(Debug, Clone, Default, FromQueryResult)]
pub(crate) struct AttachmentRow {
    pub ticket_attachment_id: i64,
    pub ticket_attachment_name: String,
    pub ticket_attachment_reference_name: String,
    pub ticket_attachment_created_at: Option<String>,
    pub ticket_attachment_ticket_id: i64,
    /// `None` or 0: on the ticket itself.
    pub ticket_attachment_reply_id: Option<i64>,
}

pub(crate) const ATTACHMENTS: &[Column] = &[
    Plain("ticket_attachment_id"),
    Plain("ticket_attachment_name"),
    Plain("ticket_attachment_reference_name"),
    Text("ticket_attachment_created_at"),
    Plain("ticket_attachment_ticket_id"),
    Plain("ticket_attachment_reply_id"),
];

pub(crate) fn attachments() -> SelectStatement {
    super::select("ticket_attachments", ATTACHMENTS)
}

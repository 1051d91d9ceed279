//! Whether the account that writes may do what it must. Asked by statements that touch no row.

use super::level::{ASSIGNED, LEVEL};
use super::people::PERSON;
use super::sla::{HOURS, STRETCHES};
use super::standing::STANDING;
use crate::backend::Itflow;
use crate::wire::Column::{self, Plain, Text};
use portico_contract::{CallCx, Result};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Expr, ExprTrait, Query};

/// A table, what must be read of it, what must be set, and what must be filled in a new row.
type Right = (&'static str, &'static [Column], &'static [&'static str], &'static [&'static str]);
const RIGHTS: &[Right] = &[
    ("settings", HOURS, &[], &[]),
    ("settings", &[Plain("config_ticket_from_name"), Plain("config_ticket_from_email")], &[], &[]),
    ("clients", &[Plain("client_id"), Plain("client_name"), Text("client_archived_at")], &[], &[]),
    (
        "users",
        &[
            Plain("user_id"),
            Plain("user_name"),
            Plain("user_email"),
            Plain("user_type"),
            Plain("user_status"),
            Text("user_archived_at"),
        ],
        &[],
        &[],
    ),
    ("ticket_statuses", &[Plain("ticket_status_name"), Plain("ticket_status_pauses_sla")], &[], &[]),
    (
        "tickets",
        STANDING,
        &[
            "ticket_status",
            "ticket_resolved_at",
            "ticket_closed_at",
            "ticket_closed_by",
            "ticket_updated_at",
            "ticket_feedback",
            "ticket_category",
            "ticket_priority",
            "ticket_assigned_to",
            "ticket_sla_id",
            "ticket_response_due_at",
            "ticket_response_sla_met",
            "ticket_response_sla_alert_stage",
            "ticket_location_id",
            "ticket_resolution_due_at",
            "ticket_resolution_sla_met",
            "ticket_resolution_sla_alert_stage",
        ],
        &[],
    ),
    (
        "ticket_replies",
        &[Plain("ticket_reply_id"), Plain("ticket_reply"), Plain("ticket_reply_ticket_id")],
        &[],
        &["ticket_reply", "ticket_reply_type", "ticket_reply_created_at", "ticket_reply_by", "ticket_reply_ticket_id"],
    ),
    (
        "ticket_history",
        &[],
        &[],
        &[
            "ticket_history_status",
            "ticket_history_description",
            "ticket_history_created_at",
            "ticket_history_ticket_id",
        ],
    ),
    ("tickets", &[Text("ticket_first_response_at")], &[], &[]),
    ("slas", LEVEL, &[], &[]),
    ("sla_assignments", ASSIGNED, &[], &[]),
    (
        "sla_history",
        STRETCHES,
        &["sla_history_ended_at", "sla_history_minutes"],
        &["sla_history_started_at", "sla_history_ticket_id"],
    ),
    ("tasks", &[Plain("task_id"), Plain("task_name"), Plain("task_ticket_id")], &[], &[]),
    (
        "task_approvals",
        &[Plain("approval_id"), Plain("approval_type"), Plain("approval_required_user_id")],
        &["approval_status", "approval_approved_by"],
        &[],
    ),
    (
        "contacts",
        PERSON,
        &[
            "contact_name",
            "contact_email",
            "contact_phone",
            "contact_billing",
            "contact_technical",
            "contact_updated_at",
        ],
        &["contact_name", "contact_email", "contact_phone", "contact_client_id", "contact_created_at"],
    ),
    (
        "logs",
        &[],
        &[],
        &[
            "log_type",
            "log_action",
            "log_description",
            "log_user_agent",
            "log_created_at",
            "log_client_id",
            "log_user_id",
            "log_entity_id",
        ],
    ),
    (
        "notifications",
        &[],
        &[],
        &[
            "notification_type",
            "notification",
            "notification_action",
            "notification_timestamp",
            "notification_client_id",
            "notification_user_id",
            "notification_entity_id",
        ],
    ),
    (
        "email_queue",
        &[],
        &[],
        &[
            "email_recipient",
            "email_recipient_name",
            "email_from",
            "email_from_name",
            "email_subject",
            "email_content",
            "email_queued_at",
        ],
    ),
];

#[derive(Debug, FromQueryResult)]
struct Nothing {}

impl Itflow {
    /// What the account that writes may not do, one problem for each table. Nothing is written.
    pub(crate) async fn unwritable(&self, cx: &CallCx) -> Result<Vec<String>> {
        let mut problems: Vec<String> = Vec::new();
        if self.writer.is_none() {
            return Ok(problems);
        }
        for right in RIGHTS {
            match self.may_write(cx, right).await {
                Ok(()) => {}
                Err(error) if error.is_temporary() => return Err(error),
                Err(error) => {
                    tracing::warn!(error = %error.log(), "a table that is needed cannot be written");
                    let problem = format!("`{}` cannot be written, so changes will fail. {}", right.0, error.public);
                    if !problems.contains(&problem) {
                        problems.push(problem);
                    }
                }
            }
        }
        Ok(problems)
    }

    async fn may_write(&self, cx: &CallCx, (table, read, set, fill): &Right) -> Result<()> {
        let never = || Expr::val(1).eq(0);
        let tx = self.begin(cx).await?;
        if !read.is_empty() {
            let mut select = crate::wire::select(table, read);
            tx.rows::<Nothing>(table, select.and_where(never())).await?;
        }
        if !set.is_empty() {
            let cells = set.iter().map(|column| super::tx::cell(column, None::<&str>)).collect();
            tx.change(table, cells, never()).await?;
        }
        if !fill.is_empty() {
            let mut select = Query::select();
            select.exprs(fill.iter().map(|_| Expr::val(0))).and_where(never());
            tx.fill(table, fill, select).await?;
        }
        // Without a commit: it ends here.
        Ok(())
    }
}

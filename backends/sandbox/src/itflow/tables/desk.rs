//! Tickets and what hangs on them.

use crate::itflow::table::{Table, chars, choice, created, flag, hours, id, int, link, stamp, table, text, updated};

pub(crate) static TICKETS: Table = table(
    "tickets",
    &[
        id("ticket_id"),
        chars("ticket_prefix", 200).null(),
        int("ticket_number"),
        chars("ticket_source", 255).null(),
        chars("ticket_category", 200).null(),
        chars("ticket_subject", 500),
        text("ticket_details"),
        chars("ticket_priority", 200).null(),
        int("ticket_status"),
        link("ticket_sla_id"),
        flag("ticket_billable"),
        stamp("ticket_schedule"),
        flag("ticket_onsite"),
        chars("ticket_vendor_ticket_number", 255).null().internal(),
        chars("ticket_feedback", 200).null(),
        chars("ticket_url_key", 200).null().internal(),
        created("ticket_created_at"),
        updated("ticket_updated_at"),
        stamp("ticket_due_at"),
        stamp("ticket_resolved_at"),
        stamp("ticket_archived_at"),
        stamp("ticket_first_response_at"),
        stamp("ticket_response_due_at"),
        stamp("ticket_resolution_due_at"),
        flag("ticket_response_sla_met").unset(),
        flag("ticket_resolution_sla_met").unset(),
        flag("ticket_response_sla_alert_stage"),
        flag("ticket_resolution_sla_alert_stage"),
        stamp("ticket_closed_at"),
        link("ticket_created_by"),
        link("ticket_assigned_to"),
        link("ticket_closed_by"),
        link("ticket_vendor_id"),
        link("ticket_client_id"),
        link("ticket_contact_id"),
        link("ticket_location_id"),
        link("ticket_asset_id"),
        link("ticket_quote_id"),
        link("ticket_invoice_id"),
        link("ticket_project_id"),
        link("ticket_recurring_ticket_id").null(),
        link("ticket_order"),
    ],
)
.indexed(&["ticket_response_due_at", "ticket_resolution_due_at"]);
pub(crate) static TICKET_REPLIES: Table = table(
    "ticket_replies",
    &[
        id("ticket_reply_id"),
        text("ticket_reply"),
        chars("ticket_reply_type", 10),
        hours("ticket_reply_time_worked").null(),
        created("ticket_reply_created_at"),
        updated("ticket_reply_updated_at"),
        stamp("ticket_reply_archived_at"),
        int("ticket_reply_by"),
        int("ticket_reply_ticket_id"),
    ],
)
.indexed(&["ticket_reply_ticket_id"]);
pub(crate) static TICKET_ATTACHMENTS: Table = table(
    "ticket_attachments",
    &[
        id("ticket_attachment_id"),
        chars("ticket_attachment_name", 255),
        chars("ticket_attachment_reference_name", 255).internal(),
        created("ticket_attachment_created_at"),
        int("ticket_attachment_ticket_id"),
        int("ticket_attachment_reply_id").null(),
    ],
)
.indexed(&["ticket_attachment_reply_id"]);
pub(crate) static TICKET_WATCHERS: Table = table(
    "ticket_watchers",
    &[
        id("watcher_id"),
        chars("watcher_name", 255).null().internal(),
        chars("watcher_email", 255),
        int("watcher_ticket_id"),
    ],
);
pub(crate) static TICKET_HISTORY: Table = table(
    "ticket_history",
    &[
        id("ticket_history_id"),
        chars("ticket_history_status", 200),
        chars("ticket_history_description", 255).internal(),
        created("ticket_history_created_at"),
        int("ticket_history_ticket_id"),
    ],
);
/// When the clock of a ticket's solution ran.
pub(crate) static SLA_HISTORY: Table = table(
    "sla_history",
    &[
        id("sla_history_id"),
        stamp("sla_history_started_at"),
        stamp("sla_history_ended_at"),
        int("sla_history_minutes").null(),
        int("sla_history_ticket_id"),
    ],
)
.indexed(&["sla_history_ticket_id"]);
pub(crate) static TASKS: Table = table(
    "tasks",
    &[
        id("task_id"),
        chars("task_name", 255),
        chars("task_status", 255).null(),
        link("task_order"),
        link("task_completion_estimate"),
        stamp("task_completed_at"),
        int("task_completed_by").null(),
        created("task_created_at"),
        updated("task_updated_at"),
        int("task_ticket_id").null(),
    ],
);
pub(crate) static TASK_APPROVALS: Table = table(
    "task_approvals",
    &[
        id("approval_id"),
        choice("approval_scope", "'client','internal'"),
        choice("approval_type", "'any','technical','billing','specific'"),
        int("approval_required_user_id").null(),
        choice("approval_status", "'pending','approved','declined'"),
        int("approval_created_by"),
        chars("approval_approved_by", 255).null(),
        chars("approval_url_key", 200).internal(),
        int("approval_task_id"),
    ],
);

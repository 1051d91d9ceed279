//! The service desk's rows.

use super::Row;
use crate::itflow::statement::{Cell, cell};
use crate::itflow::table::Table;
use crate::itflow::tables::desk;
use crate::world::model::{Approval, Attachment, History, Reply, Task, Ticket, Watcher};

impl Row for Ticket {
    fn table(&self) -> &'static Table {
        &desk::TICKETS
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            cell("ticket_id", self.id),
            cell("ticket_prefix", &self.prefix),
            cell("ticket_number", self.number),
            cell("ticket_source", &self.source),
            cell("ticket_category", &self.category),
            cell("ticket_subject", &self.subject),
            cell("ticket_details", &self.details),
            cell("ticket_priority", &self.priority),
            cell("ticket_status", self.status),
            cell("ticket_sla_id", self.sla),
            cell("ticket_billable", self.billable),
            cell("ticket_schedule", self.scheduled),
            cell("ticket_onsite", self.onsite),
            cell("ticket_vendor_ticket_number", &self.vendor_number),
            cell("ticket_feedback", &self.feedback),
            cell("ticket_url_key", &self.url_key),
            cell("ticket_created_at", self.created),
            cell("ticket_updated_at", self.updated),
            cell("ticket_due_at", self.due),
            cell("ticket_resolved_at", self.resolved),
            cell("ticket_archived_at", self.archived),
            cell("ticket_first_response_at", self.first_response),
            cell("ticket_response_due_at", self.response_due),
            cell("ticket_resolution_due_at", self.resolution_due),
            cell("ticket_response_sla_met", self.response_met),
            cell("ticket_resolution_sla_met", self.resolution_met),
            cell("ticket_closed_at", self.closed),
            cell("ticket_created_by", self.created_by),
            cell("ticket_assigned_to", self.assigned_to),
            cell("ticket_closed_by", self.closed_by),
            cell("ticket_client_id", self.client),
            cell("ticket_contact_id", self.contact),
            cell("ticket_location_id", self.location),
            cell("ticket_asset_id", self.asset),
            cell("ticket_invoice_id", self.invoice),
        ]
    }
}

impl Row for Reply {
    fn table(&self) -> &'static Table {
        &desk::TICKET_REPLIES
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            cell("ticket_reply_id", self.id),
            cell("ticket_reply", &self.body),
            cell("ticket_reply_type", self.reply_type.word()),
            cell("ticket_reply_time_worked", &self.time_worked),
            cell("ticket_reply_created_at", self.created),
            cell("ticket_reply_updated_at", self.updated),
            cell("ticket_reply_archived_at", self.archived),
            cell("ticket_reply_by", self.by),
            cell("ticket_reply_ticket_id", self.ticket),
        ]
    }
}

impl Row for Attachment {
    fn table(&self) -> &'static Table {
        &desk::TICKET_ATTACHMENTS
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            cell("ticket_attachment_id", self.id),
            cell("ticket_attachment_name", &self.name),
            cell("ticket_attachment_reference_name", &self.reference),
            cell("ticket_attachment_created_at", self.created),
            cell("ticket_attachment_ticket_id", self.ticket),
            cell("ticket_attachment_reply_id", self.reply),
        ]
    }
}

impl Row for Watcher {
    fn table(&self) -> &'static Table {
        &desk::TICKET_WATCHERS
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            cell("watcher_id", self.id),
            cell("watcher_name", &self.name),
            cell("watcher_email", &self.email),
            cell("watcher_ticket_id", self.ticket),
        ]
    }
}

impl Row for History {
    fn table(&self) -> &'static Table {
        &desk::TICKET_HISTORY
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            cell("ticket_history_id", self.id),
            cell("ticket_history_status", &self.status),
            cell("ticket_history_description", &self.description),
            cell("ticket_history_created_at", self.created),
            cell("ticket_history_ticket_id", self.ticket),
        ]
    }
}

impl Row for Task {
    fn table(&self) -> &'static Table {
        &desk::TASKS
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            cell("task_id", self.id),
            cell("task_name", &self.name),
            cell("task_order", self.order),
            cell("task_completed_at", self.completed),
            cell("task_completed_by", self.completed_by),
            cell("task_created_at", self.created),
            cell("task_ticket_id", self.ticket),
        ]
    }
}

impl Row for Approval {
    fn table(&self) -> &'static Table {
        &desk::TASK_APPROVALS
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            cell("approval_id", self.id),
            cell("approval_scope", &self.scope),
            cell("approval_type", &self.approval_type),
            cell("approval_required_user_id", self.required_user),
            cell("approval_status", &self.status),
            cell("approval_created_by", self.created_by),
            cell("approval_approved_by", &self.approved_by),
            cell("approval_url_key", &self.url_key),
            cell("approval_task_id", self.task),
        ]
    }
}

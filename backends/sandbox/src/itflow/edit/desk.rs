//! Tickets and replies.

use super::{Editor, stamped, take_number};
use crate::canary::{Visibility, canary};
use crate::error::{Error, Result};
use crate::itflow::statement::{cell, number, run};
use crate::world::model::{ReplyType, Stamp};
use chrono::NaiveDateTime;

/// A ticket that somebody opens.
#[derive(Debug, Clone, Default)]
pub struct NewTicket {
    pub client: i32,
    /// 0 for none.
    pub contact: i32,
    pub subject: String,
    /// HTML.
    pub details: String,
    pub priority: Option<String>,
    pub category: Option<String>,
    /// 0 for none; with an agent the ticket begins as Open instead of New.
    pub assigned_to: i32,
    pub source: Option<String>,
}

/// What is changed on a ticket; `None` leaves it alone.
#[derive(Debug, Clone, Default)]
pub struct TicketChange {
    pub subject: Option<String>,
    pub details: Option<String>,
    pub status: Option<i32>,
    pub priority: Option<String>,
    pub category: Option<String>,
    pub assigned_to: Option<i32>,
    pub contact: Option<i32>,
    pub client: Option<i32>,
}

/// A reply that somebody writes.
#[derive(Debug, Clone, Default)]
pub struct NewReply {
    pub ticket: i32,
    pub reply_type: ReplyType,
    /// HTML.
    pub body: String,
    /// A contact id for the type `Client`, else a user id.
    pub by: i32,
    /// `HH:MM:SS`.
    pub time_worked: Option<String>,
}

const TICKET_UPDATED: &str = "ticket_updated_at";
const REPLY_UPDATED: &str = "ticket_reply_updated_at";
/// What goes with a ticket when it is deleted, and the column that names it.
const PARTS: [(&str, &str); 6] = [
    ("tasks", "task_ticket_id"),
    ("ticket_replies", "ticket_reply_ticket_id"),
    ("ticket_attachments", "ticket_attachment_ticket_id"),
    ("ticket_watchers", "watcher_ticket_id"),
    ("ticket_history", "ticket_history_ticket_id"),
    ("tickets", "ticket_id"),
];

impl Editor {
    /// Opens a ticket under the next number; gives its id.
    pub async fn add_ticket(&self, new: &NewTicket, at: NaiveDateTime) -> Result<i32> {
        let count = take_number(&self.conn, "config_ticket_next_number").await?;
        let url_key = canary("", new.client, &format!("number{count}"), "url_key", Visibility::Internal);
        self.add(
            "tickets",
            vec![
                cell("ticket_prefix", "TCK-"),
                cell("ticket_number", count),
                cell("ticket_source", new.source.as_deref().unwrap_or("Agent")),
                cell("ticket_category", &new.category),
                cell("ticket_subject", &new.subject),
                cell("ticket_details", &new.details),
                cell("ticket_priority", new.priority.as_deref().unwrap_or("Low")),
                cell("ticket_status", if new.assigned_to == 0 { 1 } else { 2 }),
                cell("ticket_url_key", url_key),
                cell("ticket_created_at", at),
                cell("ticket_created_by", new.assigned_to),
                cell("ticket_assigned_to", new.assigned_to),
                cell("ticket_client_id", new.client),
                cell("ticket_contact_id", new.contact),
            ],
        )
        .await
    }

    pub async fn update_ticket(&self, id: i32, new: &TicketChange, at: NaiveDateTime) -> Result<()> {
        let changes = [
            new.subject.as_ref().map(|value| cell("ticket_subject", value)),
            new.details.as_ref().map(|value| cell("ticket_details", value)),
            new.status.map(|value| cell("ticket_status", value)),
            new.priority.as_ref().map(|value| cell("ticket_priority", value)),
            new.category.as_ref().map(|value| cell("ticket_category", value)),
            new.assigned_to.map(|value| cell("ticket_assigned_to", value)),
            new.contact.map(|value| cell("ticket_contact_id", value)),
            new.client.map(|value| cell("ticket_client_id", value)),
            Some(stamped(TICKET_UPDATED, at)),
        ];
        self.ticket(id, changes.into_iter().flatten().collect()).await
    }

    pub async fn resolve_ticket(&self, id: i32, at: NaiveDateTime) -> Result<()> {
        let cells = vec![cell("ticket_status", 4), cell("ticket_resolved_at", at), stamped(TICKET_UPDATED, at)];
        self.ticket(id, cells).await?;
        self.log(id, "Resolved", at).await
    }

    pub async fn close_ticket(&self, id: i32, by: i32, at: NaiveDateTime) -> Result<()> {
        let cells = vec![
            cell("ticket_status", 5),
            cell("ticket_closed_at", at),
            cell("ticket_closed_by", by),
            stamped(TICKET_UPDATED, at),
        ];
        self.ticket(id, cells).await?;
        self.log(id, "Closed", at).await
    }

    pub async fn reopen_ticket(&self, id: i32, at: NaiveDateTime) -> Result<()> {
        let cells = vec![
            cell("ticket_status", 2),
            cell("ticket_resolved_at", Stamp::Never),
            cell("ticket_closed_at", Stamp::Never),
            stamped(TICKET_UPDATED, at),
        ];
        self.ticket(id, cells).await?;
        self.log(id, "Open", at).await
    }

    pub async fn archive_ticket(&self, id: i32, at: NaiveDateTime) -> Result<()> {
        self.ticket(id, vec![cell("ticket_archived_at", at), stamped(TICKET_UPDATED, at)]).await
    }

    /// Removes the ticket and everything on it, without a trace.
    pub async fn delete_ticket(&self, id: i32) -> Result<()> {
        for (table, column) in PARTS {
            self.remove(table, column, id).await?;
        }
        Ok(())
    }

    /// Writes a reply as the vendor's pages do: a contact's reply opens the ticket again, an agent's
    /// first public reply stamps the response, anything else leaves the ticket's row alone.
    pub async fn add_reply(&self, new: &NewReply, at: NaiveDateTime) -> Result<i32> {
        let sql = "SELECT COUNT(*) FROM tickets WHERE ticket_id = ?";
        if number(&self.conn, sql, vec![new.ticket.into()]).await? == 0 {
            return Err(Error::Missing { table: "tickets", id: new.ticket });
        }
        let cells = vec![
            cell("ticket_reply", &new.body),
            cell("ticket_reply_type", new.reply_type.word()),
            cell("ticket_reply_time_worked", &new.time_worked),
            cell("ticket_reply_created_at", at),
            cell("ticket_reply_by", new.by),
            cell("ticket_reply_ticket_id", new.ticket),
        ];
        let id = self.add("ticket_replies", cells).await?;
        match new.reply_type {
            ReplyType::Client => {
                self.ticket(new.ticket, vec![cell("ticket_status", 2), stamped(TICKET_UPDATED, at)]).await?;
            }
            ReplyType::Public => self.first_response(new.ticket, at).await?,
            ReplyType::Internal => {}
        }
        Ok(id)
    }

    /// Turns an internal note into a public reply, or the other way.
    pub async fn set_reply_type(&self, id: i32, reply_type: ReplyType, at: NaiveDateTime) -> Result<()> {
        self.reply(id, vec![cell("ticket_reply_type", reply_type.word()), stamped(REPLY_UPDATED, at)]).await
    }

    pub async fn edit_reply(&self, id: i32, body: &str, at: NaiveDateTime) -> Result<()> {
        self.reply(id, vec![cell("ticket_reply", body), stamped(REPLY_UPDATED, at)]).await
    }

    pub async fn archive_reply(&self, id: i32, at: NaiveDateTime) -> Result<()> {
        self.reply(id, vec![cell("ticket_reply_archived_at", at), stamped(REPLY_UPDATED, at)]).await
    }

    pub async fn delete_reply(&self, id: i32) -> Result<()> {
        self.remove("ticket_replies", "ticket_reply_id", id).await
    }

    /// Attaches a file to a ticket, or to one of its replies.
    pub async fn add_attachment(&self, ticket: i32, reply: Option<i32>, name: &str, at: NaiveDateTime) -> Result<i32> {
        let reference = canary("", 0, &format!("ticket{ticket}"), "reference", Visibility::Internal);
        let cells = vec![
            cell("ticket_attachment_name", name),
            cell("ticket_attachment_reference_name", reference),
            cell("ticket_attachment_created_at", at),
            cell("ticket_attachment_ticket_id", ticket),
            cell("ticket_attachment_reply_id", reply),
        ];
        self.add("ticket_attachments", cells).await
    }

    pub async fn delete_attachment(&self, id: i32) -> Result<()> {
        self.remove("ticket_attachments", "ticket_attachment_id", id).await
    }

    async fn first_response(&self, ticket: i32, at: NaiveDateTime) -> Result<()> {
        let sql = "UPDATE tickets SET ticket_first_response_at = ?, ticket_updated_at = ? \
                   WHERE ticket_id = ? AND ticket_first_response_at IS NULL";
        let (_, now) = cell("", at);
        run(&self.conn, sql, vec![now.clone(), now, ticket.into()]).await?;
        Ok(())
    }

    async fn log(&self, ticket: i32, status: &str, at: NaiveDateTime) -> Result<()> {
        let cells = vec![
            cell("ticket_history_status", status),
            cell(
                "ticket_history_description",
                canary("", 0, &format!("ticket{ticket}"), "history", Visibility::Internal),
            ),
            cell("ticket_history_created_at", at),
            cell("ticket_history_ticket_id", ticket),
        ];
        self.add("ticket_history", cells).await?;
        Ok(())
    }
}

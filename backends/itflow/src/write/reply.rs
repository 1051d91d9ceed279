//! A customer's reply: the ticket is open again, and its technician hears of it.

use super::standing::Standing;
use super::tx::{Tx, cell};
use crate::backend::Itflow;
use crate::map::words::OPEN;
use crate::seek;
use portico_contract::command::AddComment;
use portico_contract::marker;
use portico_contract::value::{Html, Visibility};
use portico_contract::{Applied, CallCx, Error, Kind, NativeId, Result};
use uuid::Uuid;

/// What ITFlow keeps of a comment, and what it cannot.
pub(crate) fn bearable(new: &AddComment) -> Result<()> {
    if !new.attachments.is_empty() {
        return Err(Error::unsupported("files with a comment"));
    }
    if new.body.0.trim().is_empty() {
        return Err(Error::invalid("Write something: the comment is empty."));
    }
    Ok(())
}

impl Itflow {
    pub(super) async fn reply(&self, cx: &CallCx, id: Uuid, contact: &NativeId, new: &AddComment) -> Result<Applied> {
        bearable(new)?;
        if new.visibility != Visibility::Public {
            return Err(Error::invalid(
                "A customer's comment cannot be hidden from customers. Write it as a public one.",
            ));
        }
        if new.seconds_worked.is_some_and(|seconds| seconds > 0) {
            return Err(Error::invalid("Only agents book time with a comment."));
        }
        let tx = self.begin(cx).await?;
        let ticket = tx.ticket(&new.ticket).await?;
        if let Some(reply) = tx.marked(&ticket, id).await? {
            return Ok(Applied { target: NativeId::new(Kind::Comment, reply), found: true });
        }
        let person = tx.person(contact, ticket.ticket_client_id).await?;
        ticket.must_be_open()?;
        let reply = tx.comment(&ticket, "Client", person.contact_id, &new.body, id).await?;
        let cells = vec![
            cell("ticket_status", OPEN),
            cell("ticket_resolved_at", None::<&str>),
            cell("ticket_updated_at", tx.now),
        ];
        tx.change("tickets", cells, ticket.row()).await?;
        tx.restart_clock(&ticket).await?;
        let name = person.contact_name.trim();
        if ticket.ticket_status != OPEN {
            let said = format!("{name} replied from the customer portal, reopening the ticket");
            tx.history(ticket.ticket_id, OPEN, &said).await?;
        }
        tx.mail_technician(&ticket, self.config.api_url.as_deref()).await?;
        tx.commit().await?;
        Ok(Applied { target: NativeId::new(Kind::Comment, reply), found: false })
    }
}

impl Tx<'_> {
    /// The reply that an earlier try of a command has left on the ticket.
    pub(super) async fn marked(&self, ticket: &Standing, id: Uuid) -> Result<Option<i64>> {
        let select = seek::replies_with(ticket.ticket_id, id);
        let rows: Vec<crate::wire::IdRow> = self.rows("ticket_replies", &select).await?;
        Ok(rows.first().map(|row| row.id))
    }

    /// Adds a reply that carries a command's marker.
    pub(super) async fn comment(&self, ticket: &Standing, kind: &str, by: i64, body: &Html, id: Uuid) -> Result<i64> {
        let cells = vec![
            cell("ticket_reply", marker::put(&body.0, id)),
            cell("ticket_reply_type", kind),
            cell("ticket_reply_created_at", self.now),
            cell("ticket_reply_by", by),
            cell("ticket_reply_ticket_id", ticket.ticket_id),
        ];
        self.add("ticket_replies", cells).await
    }
}

//! The turns of a ticket: resolved, reopened, closed.

use super::people::Who;
use super::standing::Standing;
use super::trace::Line;
use super::tx::{Cell, Tx, cell};
use crate::backend::Itflow;
use crate::map::value::escaped;
use crate::map::words::{CLOSED, OPEN, RESOLVED};
use chrono::NaiveDateTime;
use portico_contract::value::Html;
use portico_contract::{Applied, CallCx, Command, Error, NativeId, Result};

/// One turn, as data.
#[derive(Debug)]
pub(super) struct Turn {
    /// In a sentence: the ticket was …
    done: &'static str,
    status: i64,
    /// Whether the ticket stands so already.
    holds: fn(&Standing) -> bool,
    /// The stamps that go with it.
    stamps: fn(NaiveDateTime) -> Vec<Cell>,
}

pub(super) const RESOLVE: Turn = Turn {
    done: "resolved",
    status: RESOLVED,
    holds: Standing::is_resolved,
    stamps: |now| vec![cell("ticket_resolved_at", now)],
};

pub(super) const REOPEN: Turn = Turn {
    done: "reopened",
    status: OPEN,
    holds: |ticket| !ticket.is_resolved() && !ticket.is_closed() && ticket.ticket_resolved_at.is_none(),
    stamps: |_| vec![cell("ticket_resolved_at", None::<&str>)],
};

pub(super) const CLOSE: Turn = Turn {
    done: "closed",
    status: CLOSED,
    holds: Standing::is_closed,
    stamps: |now| vec![cell("ticket_closed_at", now)],
};

impl Itflow {
    pub(super) async fn turn(
        &self,
        cx: &CallCx,
        command: &Command,
        ticket: &NativeId,
        turn: &Turn,
        note: Option<&Html>,
    ) -> Result<Applied> {
        let note = note.filter(|note| !note.0.trim().is_empty());
        let tx = self.begin(cx).await?;
        let standing = tx.ticket(ticket).await?;
        let who = tx.who(&command.actor, standing.ticket_client_id).await?;
        let holds = (turn.holds)(&standing);
        if !holds {
            standing.must_be_open()?;
        }
        let unsaid = match note {
            Some(note) if tx.marked(&standing, command.id).await?.is_none() => Some(note),
            _ => None,
        };
        if let Some(note) = unsaid {
            let Who::Contact(person) = &who else {
                return Err(Error::invalid("Leave the words out here, and write them as a comment of their own."));
            };
            tx.comment(&standing, "Client", person.contact_id, note, command.id).await?;
        }
        if !holds {
            tx.carry_turn(&standing, &who, turn).await?;
        }
        tx.commit().await?;
        Ok(Applied { target: ticket.clone(), found: holds })
    }
}

impl Tx<'_> {
    async fn carry_turn(&self, ticket: &Standing, who: &Who, turn: &Turn) -> Result<()> {
        let mut cells = (turn.stamps)(self.now);
        cells.push(cell("ticket_status", turn.status));
        cells.push(cell("ticket_updated_at", self.now));
        if let (Who::Agent { user, .. }, CLOSED) = (who, turn.status) {
            cells.push(cell("ticket_closed_by", *user));
        }
        self.change("tickets", cells, ticket.row()).await?;
        match turn.status {
            RESOLVED => self.stop_clock(ticket).await?,
            OPEN => self.restart_clock(ticket).await?,
            _ => self.follow_clock(ticket).await?,
        }
        let (name, done, place) = (who.name(), turn.done, who.place());
        self.history(ticket.ticket_id, turn.status, &format!("{name} {done} the ticket{place}")).await?;
        let (kind, by) = who.of_reply();
        let said = format!("Ticket {done} by {}.", escaped(Some(name)).map(|name| name.0).unwrap_or_default());
        let cells = vec![
            cell("ticket_reply", said),
            cell("ticket_reply_type", kind),
            cell("ticket_reply_created_at", self.now),
            cell("ticket_reply_by", by),
            cell("ticket_reply_ticket_id", ticket.ticket_id),
        ];
        self.add("ticket_replies", cells).await?;
        let said = format!("{name} {done} ticket {}{place}", ticket.title());
        let (client, user, entity) = (ticket.ticket_client_id, who.user(), ticket.ticket_id);
        self.log(Line { kind: "Ticket", action: "Edit", said: &said, client, user, entity }).await
    }
}

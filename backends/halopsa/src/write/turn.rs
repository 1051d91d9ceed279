//! The turns of a ticket: resolved, closed, reopened. A note alone changes no status, so the status is set by itself.

use super::comment::{Said, is_by};
use crate::backend::Halo;
use crate::config::{HaloConfig, needed};
use crate::lists::Desk;
use crate::map::ticket::status;
use crate::query::TICKETS;
use crate::wire::desk::TicketRow;
use portico_contract::value::{Html, StatusGroup, Visibility};
use portico_contract::{Applied, CallCx, Command, Error, NativeId, Result, Sent};
use portico_transport::Safety;
use serde_json::json;

/// One turn, as data.
pub(crate) struct Turn {
    /// Whether a ticket stands so already.
    pub(crate) holds: fn(StatusGroup) -> bool,
    /// The status that it gets.
    status: fn(&HaloConfig, &Desk, &TicketRow) -> Result<i64>,
}

pub(crate) const RESOLVE: Turn = Turn {
    holds: |group| matches!(group, StatusGroup::Resolved | StatusGroup::Closed),
    status: |config, _, _| needed(config.resolved_status, "resolved_status", "resolving tickets"),
};

/// The one status that is closed; where there are several, a setting says which.
pub(crate) const CLOSE: Turn = Turn {
    holds: |group| group == StatusGroup::Closed,
    status: |config, desk, _| {
        let only = desk.closed.first().copied().filter(|_| desk.closed.len() == 1);
        needed(config.closed_status.or(only), "closed_status", "closing tickets")
    },
};

/// What the ticket's type says, unless a setting does.
pub(crate) const REOPEN: Turn = Turn {
    holds: |group| !matches!(group, StatusGroup::Resolved | StatusGroup::Closed),
    status: |config, desk, ticket| {
        let kind = ticket.tickettype_id.0.and_then(|id| desk.types.get(&id));
        let of_type = kind.and_then(|kind| kind.reopenedstatus.key());
        needed(config.reopened_status.or(of_type), "reopened_status", "reopening tickets")
    },
};

impl Halo {
    pub(super) async fn turn(
        &self,
        cx: &CallCx,
        command: &Command,
        ticket: &NativeId,
        turn: &Turn,
        note: Option<&Html>,
    ) -> Result<Applied> {
        let (id, row, _) = self.standing(cx, ticket).await?;
        let desk = self.desk(cx).await?;
        let holds = (turn.holds)(status(row.status_id, &desk).group);
        let wanted = if holds { None } else { Some((turn.status)(&self.config, &desk, &row)?) };
        if let Some(note) = note.filter(|note| !note.0.trim().is_empty()) {
            let said = self.actions(cx, id).await?.iter().any(|row| is_by(row, command.id));
            if !said {
                let said = Said { body: note, visibility: Visibility::Public, seconds: None, enclosed: None };
                self.say(cx, command, id, &row, said).await?;
            }
        }
        if let Some(wanted) = wanted {
            let change = json!({ "id": id, "status_id": wanted });
            let written = self.client.post(cx, &TICKETS, change, Safety::Idempotent).await?;
            let now: TicketRow = crate::client::row(&TICKETS, written).map_err(|error| error.sent(Sent::Maybe))?;
            if now.status_id.0.is_some_and(|now| now != wanted) {
                let public = "Halo did not change the status. Its workflow may not allow it.";
                return Err(Error::invalid(public).sent(Sent::Yes));
            }
        }
        Ok(Applied { target: ticket.clone(), found: holds })
    }
}

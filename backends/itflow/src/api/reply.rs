//! What agents say on a ticket, and resolving it.
//!
//! The author of a reply is the user of the key, whoever wrote it. Status 5 is never sent: it would close a ticket
//! without saying when.

use super::envelope::{Said, reworded};
use crate::backend::Itflow;
use crate::belongs::TicketState;
use crate::map::value::is_set;
use crate::map::words::{CLOSED, RESOLVED};
use crate::seek;
use crate::write::{bearable, number};
use portico_contract::command::{AddComment, ResolveTicket};
use portico_contract::marker;
use portico_contract::value::{Html, Visibility};
use portico_contract::{Actor, Applied, CallCx, Command, Error, ErrorKind, Kind, NativeId, Result};
use portico_transport::Request;
use serde_json::{Value, json};
use uuid::Uuid;

const REFUSED: &str = "ITFlow did not take this comment. Read the ticket again: it may be gone.";
const UNRESOLVED: &str = "ITFlow did not resolve this ticket. Read it again.";

/// ITFlow's own hours have three digits at most.
const MOST_SECONDS: i64 = 999 * 3_600;

/// A reply as the API takes it.
struct Reply<'a> {
    ticket: &'a NativeId,
    client: i64,
    text: &'a str,
    public: bool,
    seconds: i64,
    status: Option<i64>,
}

impl Itflow {
    pub(crate) async fn answer(&self, cx: &CallCx, id: Uuid, new: &AddComment) -> Result<Applied> {
        self.api()?;
        bearable(new)?;
        let seconds = new.seconds_worked.unwrap_or(0);
        if !(0..=MOST_SECONDS).contains(&seconds) {
            return Err(Error::invalid("This is no time that can be booked with a comment. Correct it."));
        }
        let state = self.open_state(cx, &new.ticket).await?;
        let public = new.visibility == Visibility::Public;
        let (ticket, client, text) = (&new.ticket, state.ticket_client_id, new.body.0.as_str());
        self.send_reply(cx, id, Reply { ticket, client, text, public, seconds, status: None }).await
    }

    /// By the API: in the name of the key's user.
    pub(crate) async fn resolve(&self, cx: &CallCx, command: &Command, it: &ResolveTicket) -> Result<Applied> {
        let api = self.api()?;
        let state = self.state_of(cx, &it.ticket).await?;
        let target = it.ticket.clone();
        if state.ticket_status == RESOLVED {
            return Ok(Applied { target, found: true });
        }
        not_closed(&state)?;
        let note = it.note.as_ref().map(|Html(note)| note.trim()).filter(|note| !note.is_empty());
        if note.is_some() && matches!(command.actor, Actor::Contact(_)) {
            let text = "Leave the words out here, and write them as a comment of their own.";
            return Err(Error::invalid(text).with_detail("a contact's words need `write_url`"));
        }
        // A stamp that an earlier reply left behind makes ITFlow refuse to resolve; a reply with the status does not.
        let stamped = is_set(state.ticket_resolved_at.as_deref());
        let (ticket, client, seconds) = (&it.ticket, state.ticket_client_id, 0);
        if note.is_some() || stamped {
            let (text, public) = (note.unwrap_or("Resolved."), note.is_some());
            let reply = Reply { ticket, client, text, public, seconds, status: Some(RESOLVED) };
            self.send_reply(cx, command.id, reply).await?;
            return Ok(Applied { target, found: false });
        }
        let body = json!({ "client_id": client, "ticket_id": number(ticket)? });
        let request = Request::post("itflow.tickets.resolve", "tickets/resolve.php").json(body);
        match api.send(cx, request).await? {
            Said::Changed => Ok(Applied { target, found: false }),
            // "No row changed" may mean that somebody was faster; and ITFlow says it of every ticket whose service level
            // sets a time for the solution, after it has resolved it.
            Said::Refused(error) => match self.state_of(cx, ticket).await?.ticket_status {
                RESOLVED => Ok(Applied { target, found: true }),
                _ => Err(reworded(error, ErrorKind::Conflict, UNRESOLVED)),
            },
            said => Err(said.unexpected(UNRESOLVED)),
        }
    }

    async fn send_reply(&self, cx: &CallCx, id: Uuid, reply: Reply<'_>) -> Result<Applied> {
        let (api, ticket) = (self.api()?, number(reply.ticket)?);
        let earlier: Vec<crate::wire::IdRow> =
            self.client.rows(cx, "ticket_replies", &seek::replies_with(ticket, id)).await?;
        if let Some(row) = earlier.first() {
            return Ok(Applied { target: NativeId::new(Kind::Comment, row.id), found: true });
        }
        let mut body = json!({
            "client_id": reply.client,
            "ticket_id": ticket,
            "ticket_reply": marker::put(reply.text, id),
            "ticket_reply_type": if reply.public { "Public" } else { "Internal" },
        });
        let mut put = |name: &str, value: Value| body.as_object_mut().map(|body| body.insert(name.to_owned(), value));
        if reply.seconds > 0 {
            put("ticket_reply_time_worked", clock_time(reply.seconds).into());
        }
        if let Some(status) = reply.status {
            put("ticket_status", status.into());
        }
        let request = Request::post("itflow.ticket_replies.create", "ticket_replies/create.php");
        let made = api.create(cx, request, body, REFUSED).await?;
        Ok(Applied { target: NativeId::new(Kind::Comment, made), found: false })
    }

    async fn open_state(&self, cx: &CallCx, ticket: &NativeId) -> Result<TicketState> {
        let state = self.state_of(cx, ticket).await?;
        not_closed(&state)?;
        Ok(state)
    }
}

fn not_closed(state: &TicketState) -> Result<()> {
    let closed = "This ticket is closed. Open a new one that names it.";
    if state.ticket_status == CLOSED { Err(Error::new(ErrorKind::Conflict, closed)) } else { Ok(()) }
}

fn clock_time(seconds: i64) -> String {
    format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

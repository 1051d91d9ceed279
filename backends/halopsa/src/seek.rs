//! What an unclear write has left behind. Reads only.
//!
//! A new ticket is looked for among those that its customer got since: by its marker, and where nobody has seen yet
//! whether this tenant keeps markers, by user and subject. That nothing was found counts only where there is nothing that
//! it could be.

use crate::backend::Halo;
use crate::client::rows;
use crate::map::action::key;
use crate::map::marker;
use crate::map::ticket::status;
use crate::query::{Query, TICKETS};
use crate::wire::Row;
use crate::wire::desk::{ActionRow, TicketRow};
use crate::write::{
    CLOSE, REOPEN, RESOLVE, Turn, addresses, as_ticket, is_by, number, paid_with, quote_decided, says, split, stands,
};
use chrono::TimeDelta;
use portico_contract::command::{AddComment, OpenTicket, UpsertContact};
use portico_contract::value::Html;
use portico_contract::{CallCx, Command, Error, ErrorKind, Intent, Kind, NativeId, Result, Sought, Timestamp};
use std::sync::atomic::Ordering;
use uuid::Uuid;

/// Whether this tenant keeps the marker of a ticket: not seen yet, seen, and seen that it does not.
pub(crate) const KEPT: u8 = 1;
pub(crate) const LOST: u8 = 2;

fn found_if(id: &NativeId, holds: bool) -> Sought {
    if holds { Sought::Found(id.clone()) } else { Sought::Absent }
}

impl Halo {
    pub(crate) async fn look_for(&self, cx: &CallCx, command: &Command, since: Timestamp) -> Result<Sought> {
        let since = since - TimeDelta::from_std(self.config.overlap()).unwrap_or_default();
        let id = command.id;
        match &command.intent {
            Intent::OpenTicket(it) => self.new_ticket(cx, id, it, since).await,
            Intent::AddComment(it) => self.new_comment(cx, id, it, since).await,
            Intent::UpdateTicket(it) => {
                let wanted = self.fields(cx, it).await?;
                self.ticket_is(cx, &it.ticket, |row| stands(row, &wanted)).await
            }
            Intent::ResolveTicket(it) => self.turned(cx, &it.ticket, &RESOLVE, it.note.as_ref(), since).await,
            Intent::CloseTicket(it) => self.turned(cx, &it.ticket, &CLOSE, None, since).await,
            Intent::ReopenTicket(it) => self.turned(cx, &it.ticket, &REOPEN, it.note.as_ref(), since).await,
            Intent::SetFollowers(it) => {
                let (_, head, value) = self.standing(cx, &it.ticket).await?;
                let wanted = self.copies(cx, &head, &value, &it.followers).await?;
                Ok(found_if(&it.ticket, addresses(&value) == split(&wanted)))
            }
            Intent::DecideApproval(it) => {
                let (_, _, row) = self.approval_row(cx, &it.approval).await?;
                Ok(decided(&it.approval, self.decision(&row, it.approve)))
            }
            Intent::DecideQuote(it) => {
                let (_, row) = self.quote_row(cx, &it.quote).await?;
                Ok(decided(&it.quote, quote_decided(&row, it.accept)))
            }
            Intent::UpsertContact(it) => self.contact_is(cx, it).await,
            Intent::RecordPayment(it) => {
                let (_, _, payments) = self.invoice_paid(cx, &it.invoice).await?;
                Ok(found_if(&it.invoice, paid_with(&payments, &it.reference) > 0))
            }
            // The list of ratings cannot be asked for one ticket.
            Intent::RateTicket(_) => Ok(Sought::Unclear),
            Intent::RequestItem(it) => self.new_ticket(cx, id, &as_ticket(it, None), since).await,
            Intent::SetAutopay(_) => Err(Error::unsupported(command.intent.kind().as_str())),
        }
    }

    async fn new_ticket(&self, cx: &CallCx, id: Uuid, wish: &OpenTicket, since: Timestamp) -> Result<Sought> {
        let Some(new) = self.tickets_since(cx, number(&wish.account)?, since).await? else {
            return Ok(Sought::Unclear);
        };
        let marked = |row: &&TicketRow| marker::of_field(row.third_party_id_string.as_str()) == Some(id.to_string());
        if let Some(found) = new.iter().find(marked).and_then(Row::key) {
            self.marker.store(KEPT, Ordering::SeqCst);
            return Ok(Sought::Found(NativeId::new(Kind::Ticket, found)));
        }
        if self.marker.load(Ordering::SeqCst) == KEPT {
            return Ok(Sought::Absent);
        }
        let user = wish.contact.as_ref().map(number).transpose()?;
        let by_user = |row: &&TicketRow| user.is_none() || row.user_id.0 == user;
        let own: Vec<&TicketRow> =
            new.iter().filter(by_user).filter(|row| row.third_party_id_string.0.is_none()).collect();
        let subject = wish.subject.trim();
        let same: Vec<i64> =
            own.iter().filter(|row| row.summary.as_str() == Some(subject)).filter_map(|row| row.key()).collect();
        Ok(match (same.as_slice(), own.is_empty()) {
            ([found], _) => Sought::Found(NativeId::new(Kind::Ticket, *found)),
            ([], true) => Sought::Absent,
            _ => Sought::Unclear,
        })
    }

    /// The tickets that a customer got since; `None` if there are more of them than one page.
    async fn tickets_since(&self, cx: &CallCx, client: i64, since: Timestamp) -> Result<Option<Vec<TicketRow>>> {
        let size = self.config.ticket_page;
        let query = Query::of(&TICKETS).with("client_id", client).with("includeclosed", true);
        let query = query.page(1, size).with("order", "id").with("orderdesc", true);
        let tickets: Vec<TicketRow> = rows(&TICKETS, self.client.list(cx, &query).await?.rows)?;
        if tickets.iter().any(|row| row.client_id.0 != Some(client)) {
            return Err(Error::contract("halopsa.tickets.list: tickets of another client than were asked for"));
        }
        let is_new = |row: &TicketRow| self.zone.moment(&row.dateoccurred).is_none_or(|at| at >= since);
        let full = tickets.len() >= usize::try_from(size).unwrap_or(usize::MAX);
        if full && tickets.iter().all(is_new) {
            return Ok(None);
        }
        Ok(Some(tickets.into_iter().filter(is_new).collect()))
    }

    /// By the marker in the text; where Halo has taken it out, an action that says the same. No new action at all means
    /// that nothing was written.
    async fn new_comment(&self, cx: &CallCx, id: Uuid, wish: &AddComment, since: Timestamp) -> Result<Sought> {
        let ticket = number(&wish.ticket)?;
        let (mine, new) = self.actions_since(cx, ticket, id, since).await?;
        if let Some(number) = mine {
            return Ok(Sought::Found(NativeId::new(Kind::Comment, key(ticket, number))));
        }
        let wanted = words(&wish.body.0);
        let text = |row: &ActionRow| row.note_html.as_str().or(row.note.as_str()).map(words).unwrap_or_default();
        let same: Vec<i64> = new.iter().filter(|row| text(row).ends_with(&wanted)).filter_map(Row::key).collect();
        Ok(match (same.as_slice(), new.is_empty()) {
            ([number], _) => Sought::Found(NativeId::new(Kind::Comment, key(ticket, *number))),
            ([], true) => Sought::Absent,
            _ => Sought::Unclear,
        })
    }

    /// The action that carries the marker, and all that were written since.
    async fn actions_since(
        &self,
        cx: &CallCx,
        ticket: i64,
        id: Uuid,
        since: Timestamp,
    ) -> Result<(Option<i64>, Vec<ActionRow>)> {
        let actions = self.actions(cx, ticket).await?;
        let mine = actions.iter().find(|row| is_by(row, id)).and_then(Row::key);
        let is_new = |row: &ActionRow| self.zone.moment(&row.datetime).is_none_or(|at| at >= since);
        Ok((mine, actions.into_iter().filter(is_new).collect()))
    }

    async fn ticket_is(&self, cx: &CallCx, id: &NativeId, so: impl Fn(&TicketRow) -> bool) -> Result<Sought> {
        let (_, row, _) = self.standing(cx, id).await?;
        Ok(found_if(id, so(&row)))
    }

    /// The words come before the turn, and are not said twice: a turn that has not happened may be made again, unless
    /// words were said since of which nobody knows whose they are.
    async fn turned(
        &self,
        cx: &CallCx,
        id: &NativeId,
        turn: &Turn,
        note: Option<&Html>,
        since: Timestamp,
    ) -> Result<Sought> {
        let (number, row, _) = self.standing(cx, id).await?;
        let desk = self.desk(cx).await?;
        if (turn.holds)(status(row.status_id, &desk).group) {
            return Ok(Sought::Found(id.clone()));
        }
        if note.is_none_or(|note| note.0.trim().is_empty()) {
            return Ok(Sought::Absent);
        }
        let (_, new) = self.actions_since(cx, number, Uuid::nil(), since).await?;
        let unsigned = new
            .iter()
            .any(|row| row.note_html.as_str().is_some_and(|text| portico_contract::marker::take(text).1.is_none()));
        Ok(if unsigned { Sought::Unclear } else { Sought::Absent })
    }

    /// A new one is known by its address, which a customer has once.
    async fn contact_is(&self, cx: &CallCx, wish: &UpsertContact) -> Result<Sought> {
        if let Some(id) = &wish.contact {
            return match self.user(cx, id).await {
                Ok(user) => Ok(found_if(id, says(&user, wish)?)),
                Err(error) if error.kind == ErrorKind::NotFound => Ok(Sought::Absent),
                Err(error) => Err(error),
            };
        }
        if wish.email.as_deref().is_none_or(|address| address.trim().is_empty()) {
            return Ok(Sought::Unclear);
        }
        let users = self.by_address(cx, number(&wish.account)?, wish).await?;
        Ok(match users.as_slice() {
            [] => Sought::Absent,
            [user] => user.key().map_or(Sought::Unclear, |id| Sought::Found(NativeId::new(Kind::Contact, id))),
            _ => Sought::Unclear,
        })
    }
}

/// Another decision than the one that was wanted is somebody else's.
fn decided(id: &NativeId, as_wanted: Option<bool>) -> Sought {
    match as_wanted {
        Some(true) => Sought::Found(id.clone()),
        Some(false) => Sought::Unclear,
        None => Sought::Absent,
    }
}

/// What a text says, without its markup: what a PSA does to markup makes no other text of it.
fn words(html: &str) -> String {
    let (mut text, mut inside) = (String::new(), false);
    for letter in portico_contract::marker::take(html).0.chars() {
        match letter {
            '<' => inside = true,
            '>' if inside => inside = false,
            letter if !inside && !letter.is_whitespace() => text.push(letter),
            _ => {}
        }
    }
    text
}

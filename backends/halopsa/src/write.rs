//! Commands. Halo knows no idempotency key and makes a second record of whatever comes without an id, so what makes
//! something is sent once: after an unclear answer `seek` looks for it. What sets a state looks at it first, names the id,
//! and may be sent again.
//!
//! The acting contact or agent is named with data fields: the token is the service's own.

mod approval;
mod comment;
mod contact;
mod enclosed;
mod follow;
mod open;
mod payment;
mod quote;
mod rating;
mod request;
mod turn;
mod update;

use crate::backend::Halo;
use crate::client::row;
use crate::config::HaloConfig;
use crate::query::{Query, USER};
use crate::wire::desk::TicketRow;
use crate::wire::parties::UserRow;
pub(crate) use comment::is_by;
pub(crate) use contact::says;
pub(crate) use follow::{addresses, split};
pub(crate) use payment::paid_with;
use portico_contract::{Applied, CallCx, Command, CommandKind, Error, ErrorKind, Files, Intent, NativeId, Result};
pub(crate) use quote::decided as quote_decided;
pub(crate) use request::as_ticket;
use serde_json::Value;
pub(crate) use turn::{CLOSE, REOPEN, RESOLVE, Turn};
pub(crate) use update::stands;

/// The commands, and the settings without which each is not served.
type Need = (&'static str, fn(&HaloConfig) -> bool);
const COMMANDS: &[(CommandKind, &[Need])] = &[
    (CommandKind::OpenTicket, &[]),
    (CommandKind::AddComment, &[("reply_outcome", |c| c.reply_outcome.is_some())]),
    (CommandKind::UpdateTicket, &[]),
    (CommandKind::ResolveTicket, &[("resolved_status", |c| c.resolved_status.is_some())]),
    (CommandKind::CloseTicket, &[]),
    (CommandKind::ReopenTicket, &[]),
    (CommandKind::SetFollowers, &[("followers_field", |c| c.followers_field.is_some())]),
    (
        CommandKind::RequestItem,
        &[("field_optional", |c| c.field_optional.is_some()), ("field_required", |c| c.field_required.is_some())],
    ),
    (
        CommandKind::DecideApproval,
        &[
            ("approval_approved", |c| c.approval_approved.is_some()),
            ("approval_declined", |c| c.approval_declined.is_some()),
        ],
    ),
    (CommandKind::DecideQuote, &[]),
    (CommandKind::UpsertContact, &[]),
    (CommandKind::RecordPayment, &[("payment_method", |c| c.payment_method.is_some())]),
    (CommandKind::RateTicket, &[("score_good", |c| c.score_good.is_some()), ("score_bad", |c| c.score_bad.is_some())]),
];

/// The commands that this configuration can carry out.
pub(crate) fn commands(config: &HaloConfig) -> impl Iterator<Item = CommandKind> {
    COMMANDS.iter().filter(|(_, needs)| needs.iter().all(|(_, set)| set(config))).map(|(kind, _)| *kind)
}

/// The settings that are missing, by name.
pub(crate) fn unset(config: &HaloConfig) -> Vec<&'static str> {
    COMMANDS.iter().flat_map(|(_, needs)| *needs).filter(|(_, set)| !set(config)).map(|(key, _)| *key).collect()
}

/// The number behind an id. A key that is no number was never one of ours.
pub(crate) fn number(id: &NativeId) -> Result<i64> {
    id.key.parse().ok().filter(|number| *number > 0).ok_or_else(|| gone(id.kind.as_str()))
}

pub(crate) fn gone(what: &str) -> Error {
    Error::new(ErrorKind::NotFound, "Halo no longer has this. Read again.").with_detail(what.to_owned())
}

/// A code that a choice of ours has as its value.
pub(crate) fn code(value: &str) -> Result<i64> {
    value.trim().parse().map_err(|_| Error::invalid("This value is none of the list. Read the list again."))
}

impl Halo {
    pub(crate) async fn carry_out(&self, cx: &CallCx, command: &Command, files: Option<&dyn Files>) -> Result<Applied> {
        match &command.intent {
            Intent::OpenTicket(new) => self.open_ticket(cx, command, new, files).await,
            Intent::AddComment(new) => self.comment(cx, command, new, files).await,
            Intent::UpdateTicket(it) => self.update_ticket(cx, it).await,
            Intent::ResolveTicket(it) => self.turn(cx, command, &it.ticket, &RESOLVE, it.note.as_ref()).await,
            Intent::CloseTicket(it) => self.turn(cx, command, &it.ticket, &CLOSE, None).await,
            Intent::ReopenTicket(it) => self.turn(cx, command, &it.ticket, &REOPEN, it.note.as_ref()).await,
            Intent::SetFollowers(it) => self.follow(cx, it).await,
            Intent::DecideApproval(it) => self.decide_approval(cx, command, it).await,
            Intent::DecideQuote(it) => self.decide_quote(cx, command, it).await,
            Intent::UpsertContact(it) => self.upsert_contact(cx, it).await,
            Intent::RecordPayment(it) => self.record_payment(cx, it).await,
            Intent::RateTicket(it) => self.rate(cx, it).await,
            Intent::RequestItem(it) => self.request_item(cx, command, it).await,
            Intent::SetAutopay(_) => Err(Error::unsupported(command.intent.kind().as_str())),
        }
    }

    /// The ticket as it is now, or that it is gone.
    pub(crate) async fn standing(&self, cx: &CallCx, ticket: &NativeId) -> Result<(i64, TicketRow, Value)> {
        let id = number(ticket)?;
        let (row, value) = self.ticket_row(cx, id).await?.ok_or_else(|| gone("ticket"))?;
        Ok((id, row, value))
    }

    pub(crate) async fn user(&self, cx: &CallCx, contact: &NativeId) -> Result<UserRow> {
        let query = Query::of(&USER).with("includedetails", true);
        let value = self.client.one(cx, &query, number(contact)?).await?.ok_or_else(|| gone("contact"))?;
        row(&USER, value)
    }
}

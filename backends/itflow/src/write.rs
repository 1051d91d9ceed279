//! Writes by SQL, with an account of its own that may do little else: what ITFlow's HTTP API cannot do.
//!
//! Each write is one transaction that does what ITFlow's own page does beside the row: the ticket's status and stamps,
//! its history, the log, the clock of its service level, the notice to agents, the mail to the technician. What a page
//! hands to a site's own action handler (`custom_action_handler.php`) is not done: that is PHP on ITFlow's server.
//!
//! A state is set by looking at it first, under the row's lock, so a command that is sent twice changes nothing the
//! second time; what makes a row carries the command's marker and looks for it. An error before the commit leaves
//! nothing behind; one of the commit itself may.
//!
//! Times are those of our clock in ITFlow's zone, and the session has that zone too, for the stamps that the database
//! sets by itself.

mod decision;
mod dress;
mod hours;
mod level;
mod mail;
pub(crate) mod people;
mod person;
mod rating;
mod reply;
mod rights;
mod sla;
mod standing;
mod trace;
mod turn;
mod tx;
mod update;

use crate::api::BY_API;
use crate::backend::Itflow;
use crate::config::ItflowConfig;
pub(crate) use decision::word as decision_word;
use portico_contract::{
    Actor, Applied, Backend, CallCx, Command, CommandKind, Error, ErrorKind, Intent, NativeId, Result,
};
pub(crate) use rating::word as rating_word;
pub(crate) use reply::bearable;
use turn::{CLOSE, REOPEN, RESOLVE};
pub(crate) use update::{Present, Wanted};

/// What the account that writes adds to the commands.
const BY_SQL: &[CommandKind] = &[
    CommandKind::AddComment,
    CommandKind::UpdateTicket,
    CommandKind::ResolveTicket,
    CommandKind::CloseTicket,
    CommandKind::ReopenTicket,
    CommandKind::RateTicket,
    CommandKind::DecideApproval,
    CommandKind::UpsertContact,
];

/// The commands that this configuration can carry out.
pub(crate) fn commands(config: &ItflowConfig) -> impl Iterator<Item = CommandKind> {
    let by_sql = if config.write_url.is_some() { BY_SQL } else { &[] };
    let by_api = if config.api().is_some() { BY_API } else { &[] };
    by_sql.iter().chain(by_api).copied()
}

/// The number behind an id. A key that is no number was never one of ours.
pub(crate) fn number(id: &NativeId) -> Result<i64> {
    id.key.parse().ok().filter(|number| *number > 0).ok_or_else(|| gone(id.kind.as_str()))
}

pub(crate) fn gone(what: &str) -> Error {
    Error::new(ErrorKind::NotFound, "ITFlow no longer has this. Read again.").with_detail(what.to_owned())
}

impl Itflow {
    /// What is not declared is refused, also where some of it could be done.
    pub(crate) fn can(&self, kind: CommandKind) -> Result<()> {
        let declared = self.capabilities().commands.contains(&kind);
        declared.then_some(()).ok_or_else(|| Error::unsupported(kind.as_str()))
    }

    /// A customer acts by SQL where that is set up, under his own name; agents act through the API.
    pub(crate) async fn carry_out(&self, cx: &CallCx, command: &Command) -> Result<Applied> {
        self.can(command.intent.kind())?;
        let by_sql = self.writer.is_some();
        let by_contact = matches!(command.actor, Actor::Contact(_));
        match &command.intent {
            Intent::OpenTicket(it) => self.open_ticket(cx, command, it).await,
            Intent::AddComment(it) => match &command.actor {
                Actor::Contact(contact) => self.reply(cx, command.id, contact, it).await,
                Actor::Agent(_) => self.answer(cx, command.id, it).await,
            },
            Intent::ResolveTicket(it) if self.api.is_some() && !(by_sql && by_contact) => {
                self.resolve(cx, command, it).await
            }
            Intent::ResolveTicket(it) => self.turn(cx, command, &it.ticket, &RESOLVE, it.note.as_ref()).await,
            Intent::CloseTicket(it) => self.turn(cx, command, &it.ticket, &CLOSE, None).await,
            Intent::ReopenTicket(it) => self.turn(cx, command, &it.ticket, &REOPEN, it.note.as_ref()).await,
            Intent::UpdateTicket(it) => self.update(cx, command, it).await,
            Intent::RateTicket(it) => self.rate(cx, command, it).await,
            Intent::DecideApproval(it) => self.decide(cx, command, it).await,
            Intent::UpsertContact(it) if self.api.is_some() => self.contact_by_api(cx, command, it).await,
            Intent::UpsertContact(it) => self.contact_by_sql(cx, command, it).await,
            other => Err(Error::unsupported(other.kind().as_str())),
        }
    }
}

//! What can be done to a ticket, as a table: the right it takes, the command it becomes, and the states it fits.

use super::super::write::{Checked, Field, Writer, Wrong, text};
use crate::authz::permission::Permission;
use crate::journal::{CommandRow, Draft, Key};
use crate::readmodel::GlobalId;
use crate::readmodel::entity::tickets;
use async_graphql::{Enum, InputObject};
use portico_contract::command::{CloseTicket, RateTicket, ReopenTicket, ResolveTicket};
use portico_contract::value::StatusGroup;
use portico_contract::{CommandKind, ErrorKind, Html, Intent, Kind, NativeId};
use std::sync::Arc;
use uuid::Uuid;

/// Something that can be done to a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(name = "TicketAction")]
pub enum Act {
    /// Answer it: addTicketComment.
    Comment,
    /// Say that it is solved: resolveTicket.
    Resolve,
    /// Say that it is done with: closeTicket.
    Close,
    /// Say that it is not solved: reopenTicket.
    Reopen,
    /// Say how it was dealt with: rateTicket.
    Rate,
    /// Say who follows it: setTicketFollowers.
    Follow,
    /// Change it: updateTicket.
    Update,
}

/// How a ticket stands, as far as it matters for what can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Open,
    Resolved,
    Closed,
}

/// A line of the table.
#[derive(Debug)]
pub struct Rule {
    pub act: Act,
    pub permission: Permission,
    pub command: CommandKind,
    pub when: &'static [Standing],
    /// What to do where the state does not fit.
    pub otherwise: &'static str,
}

use Standing::{Closed, Open, Resolved};

const fn rule(
    act: Act,
    permission: Permission,
    command: CommandKind,
    when: &'static [Standing],
    otherwise: &'static str,
) -> Rule {
    Rule { act, permission, command, when, otherwise }
}

const CLOSED: &str = "The ticket is closed. Open a new one.";
const NOT_OPEN: &str = "The ticket is not open. Read it again.";
const NOT_RESOLVED: &str = "The ticket is not solved. Read it again.";
const NOT_CLOSED: &str = "The ticket is not closed yet. Rate it when it is.";

pub const RULES: &[Rule] = &[
    rule(Act::Comment, Permission::TicketsComment, CommandKind::AddComment, &[Open, Resolved], CLOSED),
    rule(Act::Resolve, Permission::TicketsResolve, CommandKind::ResolveTicket, &[Open], NOT_OPEN),
    rule(Act::Close, Permission::TicketsResolve, CommandKind::CloseTicket, &[Open, Resolved], CLOSED),
    rule(Act::Reopen, Permission::TicketsResolve, CommandKind::ReopenTicket, &[Resolved], NOT_RESOLVED),
    rule(Act::Rate, Permission::TicketsRate, CommandKind::RateTicket, &[Closed], NOT_CLOSED),
    rule(Act::Follow, Permission::TicketsFollow, CommandKind::SetFollowers, &[Open, Resolved], CLOSED),
    rule(Act::Update, Permission::TicketsUpdate, CommandKind::UpdateTicket, &[Open, Resolved], CLOSED),
];

impl Act {
    pub fn rule(self) -> &'static Rule {
        RULES.iter().find(|rule| rule.act == self).unwrap_or(&STRICTEST)
    }
}

/// Stands in where the table has no line: a test holds it to the enum.
const STRICTEST: Rule = rule(Act::Update, Permission::TicketsUpdate, CommandKind::UpdateTicket, &[], CLOSED);

/// A PSA may say it by the status or by a time alone.
#[must_use]
pub fn standing(row: &tickets::Model) -> Standing {
    match row.status_group.parse() {
        Ok(StatusGroup::Closed) => Closed,
        _ if row.closed_at.is_some() => Closed,
        Ok(StatusGroup::Resolved) => Resolved,
        _ if row.resolved_at.is_some() => Resolved,
        _ => Open,
    }
}

/// What [`standing`] and the rights are told by.
pub const COLUMNS: &[tickets::Column] = &[
    tickets::Column::BackendId,
    tickets::Column::NativeKey,
    tickets::Column::AccountId,
    tickets::Column::ContactId,
    tickets::Column::SiteId,
    tickets::Column::StatusGroup,
    tickets::Column::ResolvedAt,
    tickets::Column::ClosedAt,
];

/// The ticket that something is done to.
#[derive(Debug, Clone)]
pub struct Subject(Arc<tickets::Model>);

impl Subject {
    pub fn owner(&self) -> (Uuid, Option<Uuid>, Option<Uuid>) {
        (self.0.account_id, self.0.contact_id, self.0.site_id)
    }

    pub fn backend(&self) -> Uuid {
        self.0.backend_id
    }
}

const ID_FIELD: Field = &["id"];

/// The ticket, if the viewer may see it and do this to it.
pub async fn subject(writer: &Writer<'_>, id: &str, act: Act) -> Checked<Subject> {
    let subject = Subject(writer.row::<tickets::Entity>(ID_FIELD, id, COLUMNS).await?);
    writer.may(ID_FIELD, act.rule().permission, subject.owner())?;
    Ok(subject)
}

/// Does it, unless it was done by this key before, or the state does not fit, or the backend cannot.
pub async fn send(
    writer: &Writer<'_>,
    subject: Subject,
    act: Act,
    key: Option<Key>,
    intent: impl FnOnce(NativeId) -> Intent,
) -> Checked<CommandRow> {
    let (row, rule) = (&subject.0, act.rule());
    let author = writer.author(row.backend_id, row.account_id, rule.permission).await?;
    if let Some(command) = writer.before(key.as_ref()).await? {
        return Ok(command);
    }
    writer.can(row.backend_id, rule.command)?;
    if !rule.when.contains(&standing(row)) {
        return Err(Wrong::at(ID_FIELD, ErrorKind::Conflict, rule.otherwise));
    }
    let draft = Draft {
        backend: row.backend_id,
        object: Some(GlobalId::new(Kind::Ticket, row.id)),
        user: writer.who.user,
        account: row.account_id,
        contact: row.contact_id,
        author,
        intent: intent(NativeId { kind: Kind::Ticket, key: row.native_key.clone() }),
        key,
    };
    writer.submit(draft).await
}

/// What there is to say about a solution.
#[derive(Debug, Default, InputObject)]
pub struct ResolveTicketInput {
    /// Said to everybody who sees the ticket: text, or HTML, which is made safe.
    note: Option<String>,
    /// Any text that is different for every wish: sent again with the same input, nothing is done twice.
    idempotency_key: Option<String>,
}

/// What there is to say about closing.
#[derive(Debug, Default, InputObject)]
pub struct CloseTicketInput {
    /// Any text that is different for every wish: sent again with the same input, nothing is done twice.
    idempotency_key: Option<String>,
}

/// What there is to say about opening again.
#[derive(Debug, Default, InputObject)]
pub struct ReopenTicketInput {
    /// Said to everybody who sees the ticket: text, or HTML, which is made safe.
    note: Option<String>,
    /// Any text that is different for every wish: sent again with the same input, nothing is done twice.
    idempotency_key: Option<String>,
}

/// How a ticket was dealt with.
#[derive(Debug, InputObject)]
pub struct RateTicketInput {
    /// Whether it was good.
    positive: bool,
    /// What there is to say: one line of text.
    note: Option<String>,
    /// Any text that is different for every wish: sent again with the same input, nothing is done twice.
    idempotency_key: Option<String>,
}

const NOTE: Field = &["input", "note"];

fn note(given: Option<&str>) -> Checked<Option<Html>> {
    given.map(|note| text(NOTE, note)).transpose()
}

pub async fn resolve(writer: &Writer<'_>, id: &str, input: ResolveTicketInput) -> Checked<CommandRow> {
    let subject = subject(writer, id, Act::Resolve).await?;
    let key = writer.key("resolveTicket", input.idempotency_key.as_deref(), id, &input)?;
    let note = note(input.note.as_deref())?;
    send(writer, subject, Act::Resolve, key, |ticket| Intent::ResolveTicket(ResolveTicket { ticket, note })).await
}

pub async fn close(writer: &Writer<'_>, id: &str, input: CloseTicketInput) -> Checked<CommandRow> {
    let subject = subject(writer, id, Act::Close).await?;
    let key = writer.key("closeTicket", input.idempotency_key.as_deref(), id, &input)?;
    send(writer, subject, Act::Close, key, |ticket| Intent::CloseTicket(CloseTicket { ticket })).await
}

pub async fn reopen(writer: &Writer<'_>, id: &str, input: ReopenTicketInput) -> Checked<CommandRow> {
    let subject = subject(writer, id, Act::Reopen).await?;
    let key = writer.key("reopenTicket", input.idempotency_key.as_deref(), id, &input)?;
    let note = note(input.note.as_deref())?;
    send(writer, subject, Act::Reopen, key, |ticket| Intent::ReopenTicket(ReopenTicket { ticket, note })).await
}

pub async fn rate(writer: &Writer<'_>, id: &str, input: RateTicketInput) -> Checked<CommandRow> {
    let subject = subject(writer, id, Act::Rate).await?;
    let key = writer.key("rateTicket", input.idempotency_key.as_deref(), id, &input)?;
    let note = input.note.as_deref().map(|note| super::super::write::line(NOTE, note, 1_000)).transpose()?;
    let positive = input.positive;
    send(writer, subject, Act::Rate, key, |ticket| Intent::RateTicket(RateTicket { ticket, positive, note })).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::resolver_utils::EnumType;

    #[test]
    fn every_act_has_its_rule() {
        assert_eq!(RULES.len(), Act::items().len());
        for item in Act::items() {
            assert_eq!(item.value.rule().act, item.value);
        }
    }

    #[test]
    fn a_status_or_a_time_says_how_it_stands() {
        let row = |group: &str, resolved: Option<i64>, closed: Option<i64>| tickets::Model {
            status_group: group.into(),
            resolved_at: resolved,
            closed_at: closed,
            ..tickets::Model::default()
        };
        assert_eq!(standing(&row("OPEN", None, None)), Open);
        assert_eq!(standing(&row("OPEN", Some(1), None)), Resolved);
        assert_eq!(standing(&row("RESOLVED", None, None)), Resolved);
        assert_eq!(standing(&row("OTHER", Some(1), Some(2))), Closed);
        assert_eq!(standing(&row("CLOSED", None, None)), Closed);
    }
}

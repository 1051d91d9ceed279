//! The adapter on a sandbox, and somebody at work in ITFlow.

use super::decisions::{approval, decide, wish};
use super::fixture::cx;
use super::place::{PRIMARY, Place, STANDARD, command, contact};
use super::writes::{close, rate, reopen, resolve, says};
use crate::backend::Itflow;
use async_trait::async_trait;
use bytes::Bytes;
use chrono::{NaiveDateTime, TimeDelta};
use portico_contract::command::{UpdateTicket, UpsertContact};
use portico_contract::{
    Actor, Backend, CallCx, Command, CommandKind, Intent, Kind, NativeFile, NativeId, Pass, Stream, Timestamp,
};
use portico_sandbox::itflow::edit::{NewContact, NewReply, NewTicket, TicketChange};
use portico_sandbox::world::model::ReplyType;
use portico_sandbox::{Editor, Seed};
use portico_testkit::FaultProxy;
use portico_testkit::conformance::{Bench, Broken, Edit};
use std::sync::atomic::{AtomicI64, Ordering};
use tempfile::TempDir;

const FILE: &[u8] = b"some bytes \x00\xff of a file";

pub(super) struct ItflowBench {
    place: Place,
    editor: Editor,
    proxy: Option<FaultProxy>,
    _uploads: TempDir,
    /// Some tickets, a client, and a contact of whom nothing else speaks.
    tickets: Vec<i32>,
    client: i32,
    contact: i32,
    minutes: AtomicI64,
}

/// The keys on the first page of a stream.
async fn some(backend: &Itflow, stream: Stream) -> Vec<i32> {
    let batch = backend.pull(&cx(), stream, Pass::Full, None).await.unwrap();
    batch.snapshots.iter().map(|snapshot| snapshot.records[0].id().key.parse().unwrap()).collect()
}

fn failed(error: impl std::fmt::Display) -> Broken {
    Broken(error.to_string())
}

impl ItflowBench {
    /// With small pages, so that every pass has several. What is written through the API goes through a proxy.
    pub(super) async fn on(mut place: Place) -> Self {
        let mut settings = place.settings();
        let uploads = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(uploads.path().join("tickets/12")).unwrap();
        std::fs::write(uploads.path().join("tickets/12/a.bin"), FILE).unwrap();
        (settings.batch, settings.uploads_dir) = (7, Some(uploads.path().to_owned()));
        let mut proxy = None;
        if let Some(api) = &place.api {
            let address = api.url().trim_start_matches("http://").parse().unwrap();
            let before = FaultProxy::start(address).await.unwrap();
            settings.api_url = Some(before.url());
            proxy = Some(before);
        }
        place.backend = Itflow::new("box", settings, place.clock.clone()).unwrap();
        let tickets = some(&place.backend, Stream::Tickets).await;
        let client = some(&place.backend, Stream::Accounts).await[0];
        let editor = place.sandbox.editor();
        let spare = NewContact { client, name: "Spare".to_owned(), ..NewContact::default() };
        let contact = editor.add_contact(&spare, Seed::default().start).await.unwrap();
        let minutes = AtomicI64::new(1);
        Self { place, editor, proxy, _uploads: uploads, tickets, client, contact, minutes }
    }

    /// A minute after the last time.
    fn now(&self) -> NaiveDateTime {
        let local = self.place.clock.now().naive_utc() + TimeDelta::hours(1);
        local + TimeDelta::minutes(self.minutes.fetch_add(1, Ordering::SeqCst))
    }

    /// Who acts: an agent acts through the API, where there is one.
    fn actor(&self) -> Actor {
        if self.proxy.is_some() { Actor::Agent(NativeId::new(Kind::Agent, 2)) } else { contact(STANDARD) }
    }

    async fn acting(&self, kind: CommandKind) -> Result<Option<(Actor, Intent)>, Broken> {
        let number = |ticket: &NativeId| ticket.key.parse::<i32>().unwrap_or_default();
        let unique = self.minutes.fetch_add(1, Ordering::SeqCst);
        Ok(Some(match kind {
            CommandKind::OpenTicket => {
                let mut new = super::api::new();
                new.subject = format!("Conforming {unique}");
                (contact(STANDARD), Intent::OpenTicket(new))
            }
            CommandKind::AddComment => (self.actor(), says(&self.place.ticket().await, "<p>Said</p>")),
            CommandKind::ResolveTicket => (self.actor(), resolve(&self.place.ticket().await, None)),
            CommandKind::CloseTicket => (contact(STANDARD), close(&self.place.ticket().await)),
            CommandKind::ReopenTicket => {
                let ticket = self.place.ticket().await;
                self.editor.resolve_ticket(number(&ticket), self.place.yesterday()).await.map_err(failed)?;
                (contact(STANDARD), reopen(&ticket))
            }
            CommandKind::RateTicket => {
                let ticket = self.place.ticket().await;
                self.editor.close_ticket(number(&ticket), 2, self.place.yesterday()).await.map_err(failed)?;
                (contact(STANDARD), rate(&ticket, true))
            }
            CommandKind::UpdateTicket => {
                let ticket = self.place.ticket().await;
                let wish = UpdateTicket {
                    ticket,
                    assignee: Some(NativeId::new(Kind::Agent, 3)),
                    team: None,
                    priority: Some("High".to_owned()),
                    status: None,
                    category: None,
                };
                (Actor::Agent(NativeId::new(Kind::Agent, 2)), Intent::UpdateTicket(wish))
            }
            CommandKind::DecideApproval => {
                (contact(STANDARD), decide(&approval(&self.place, "any", None).await, true, None))
            }
            CommandKind::UpsertContact => {
                let email = Some(format!("ada{unique}@harbour.example.com"));
                let new = UpsertContact { name: Some(format!("Ada {unique}")), email, ..wish(None) };
                (contact(PRIMARY), Intent::UpsertContact(new))
            }
            _ => return Ok(None),
        }))
    }

    /// One of many things that people do. What does not fit is not done.
    async fn bustle(&self, number: u64, ticket: i32, reply: i32) {
        let (editor, at, client) = (&self.editor, self.now(), self.client);
        let text = format!("Random {number}");
        let reply_of = |reply_type| NewReply { ticket, reply_type, body: text.clone(), by: 2, time_worked: None };
        let change = TicketChange { subject: Some(text.clone()), ..TicketChange::default() };
        let kind = if number.is_multiple_of(2) { ReplyType::Public } else { ReplyType::Internal };
        let _fits = match number % 11 {
            0 | 7 => {
                let new = NewTicket { client, subject: text.clone(), ..NewTicket::default() };
                editor.add_ticket(&new, at).await.map(drop)
            }
            1 => editor.update_ticket(ticket, &change, at).await,
            2 => editor.add_reply(&reply_of(ReplyType::Public), at).await.map(drop),
            3 => editor.add_reply(&reply_of(ReplyType::Internal), at).await.map(drop),
            4 => editor.set_reply_type(reply, kind, at).await,
            5 => editor.close_ticket(ticket, 2, at).await,
            6 => editor.delete_ticket(ticket).await,
            8 => editor.archive_ticket(ticket, at).await,
            9 => editor.add_attachment(ticket, None, "log.txt", at).await.map(drop),
            _ => {
                let new = NewContact { client, name: text.clone(), ..NewContact::default() };
                editor.add_contact(&new, at).await.map(drop)
            }
        };
    }

    async fn any(&self, column: &str, table: &str, number: u64) -> i32 {
        let ids = self.place.rows(&[column], &format!("{table} ORDER BY {column}")).await;
        let at = usize::try_from(number.wrapping_mul(0x9E37_79B1) >> 8).unwrap_or(0) % ids.len().max(1);
        ids.get(at).and_then(|id| id.parse().ok()).unwrap_or(0)
    }
}

#[async_trait]
impl Bench for ItflowBench {
    fn backend(&self) -> &dyn Backend {
        &self.place.backend
    }

    async fn edit(&self, turn: usize) -> Result<Option<Edit>, Broken> {
        let (editor, at, tickets) = (&self.editor, self.now(), &self.tickets);
        let (client, contact) = (self.client, self.contact);
        let subject = format!("Changed {turn}");
        let (what, kind, key, stays) = match turn {
            0 => {
                let new = NewTicket { client, subject, ..NewTicket::default() };
                ("a new ticket", Kind::Ticket, editor.add_ticket(&new, at).await, true)
            }
            1 => {
                let change = TicketChange { subject: Some(subject), ..TicketChange::default() };
                let done = editor.update_ticket(tickets[0], &change, at).await;
                ("a new subject", Kind::Ticket, done.map(|()| tickets[0]), true)
            }
            2 => {
                let (ticket, body) = (tickets[1], "<p>More</p>".to_owned());
                let new = NewReply { ticket, reply_type: ReplyType::Internal, body, by: 2, time_worked: None };
                ("an internal note", Kind::Ticket, editor.add_reply(&new, at).await.map(|_| ticket), true)
            }
            3 => {
                let done = editor.add_attachment(tickets[2], None, "log.txt", at).await;
                ("a file", Kind::Ticket, done.map(|_| tickets[2]), true)
            }
            4 => ("closing", Kind::Ticket, editor.close_ticket(tickets[3], 2, at).await.map(|()| tickets[3]), true),
            5 => ("deleting", Kind::Ticket, editor.delete_ticket(tickets[4]).await.map(|()| tickets[4]), false),
            6 => ("archiving", Kind::Ticket, editor.archive_ticket(tickets[5], at).await.map(|()| tickets[5]), false),
            7 => ("a new name", Kind::Account, editor.rename_client(client, &subject, at).await.map(|()| client), true),
            8 => {
                let new = NewContact { client, name: subject, ..NewContact::default() };
                ("a new contact", Kind::Contact, editor.add_contact(&new, at).await, true)
            }
            9 => ("no contact", Kind::Contact, editor.delete_contact(contact).await.map(|()| contact), false),
            _ => return Ok(None),
        };
        let ids = vec![NativeId::new(kind, key.map_err(failed)?)];
        let (changed, gone) = if stays { (ids, Vec::new()) } else { (Vec::new(), ids) };
        Ok(Some(Edit { what: what.to_owned(), changed, gone }))
    }

    async fn random(&self, number: u64) -> Result<bool, Broken> {
        let ticket = self.any("ticket_id", "tickets", number).await;
        let reply = self.any("ticket_reply_id", "ticket_replies", number).await;
        self.bustle(number, ticket, reply).await;
        Ok(true)
    }

    fn proxy(&self) -> Option<&FaultProxy> {
        self.proxy.as_ref()
    }

    /// What is read comes from the database: only writes go through the proxy.
    async fn call(&self, cx: &CallCx) -> portico_contract::Result<()> {
        let command = self.command(CommandKind::OpenTicket).await.ok().flatten();
        match command {
            Some(command) => self.place.backend.apply(cx, &command).await.map(drop),
            None => Err(portico_contract::Error::internal("no command")),
        }
    }

    fn since(&self) -> Timestamp {
        self.place.clock.now()
    }

    async fn command(&self, kind: CommandKind) -> Result<Option<Command>, Broken> {
        Ok(self.acting(kind).await?.map(|(actor, intent)| command(actor, intent)))
    }

    async fn made(&self, command: &Command) -> Result<Option<usize>, Broken> {
        let of = match &command.intent {
            Intent::OpenTicket(_) => format!("tickets WHERE ticket_details LIKE '%{}%'", command.id),
            Intent::AddComment(_) => format!("ticket_replies WHERE ticket_reply LIKE '%{}%'", command.id),
            Intent::UpsertContact(it) => {
                format!("contacts WHERE contact_email = '{}'", it.email.as_deref().unwrap_or_default())
            }
            Intent::RateTicket(it) => {
                format!("tickets WHERE ticket_id = {} AND ticket_feedback IS NOT NULL", it.ticket.key)
            }
            _ => return Ok(None),
        };
        self.place.count(&of).await.parse().map(Some).map_err(failed)
    }

    async fn file(&self) -> Result<Option<(NativeFile, Bytes)>, Broken> {
        let file = NativeFile { owner: NativeId::new(Kind::Attachment, 1), reference: "12/a.bin".to_owned() };
        Ok(Some((file, Bytes::from_static(FILE))))
    }

    fn secrets(&self) -> Vec<String> {
        self.place.api.iter().map(|api| api.keys().technician.to_owned()).collect()
    }
}

//! The rules that every backend keeps, asked of this one on the sandbox's world.

use super::fixture::{clock, config, cx};
use crate::backend::Itflow;
use async_trait::async_trait;
use portico_contract::{Backend, Kind, NativeId, Pass, Stream};
use portico_sandbox::itflow::edit::{NewContact, NewReply, NewTicket, TicketChange};
use portico_sandbox::world::model::ReplyType;
use portico_sandbox::{Editor, ItflowSandbox, Seed, World};
use portico_testkit::conformance::{Bench, Broken, Edit, run};

/// The adapter on a sandbox, and somebody at work in ITFlow.
struct ItflowBench {
    backend: Itflow,
    editor: Editor,
    /// Some tickets, a client, and a contact of whom nothing else speaks.
    tickets: Vec<i32>,
    client: i32,
    contact: i32,
    now: chrono::NaiveDateTime,
}

impl ItflowBench {
    async fn new(sandbox: &ItflowSandbox, now: chrono::NaiveDateTime) -> Self {
        // Small pages, so that every pass has several.
        let mut settings = config(sandbox.url());
        settings.batch = 7;
        let backend = Itflow::new("box", settings, clock()).unwrap();
        let tickets = some(&backend, Stream::Tickets).await;
        let client = some(&backend, Stream::Accounts).await[0];
        let editor = sandbox.editor();
        let spare = NewContact { client, name: "Spare".to_owned(), ..NewContact::default() };
        let contact = editor.add_contact(&spare, now).await.unwrap();
        Self { backend, editor, tickets, client, contact, now }
    }
}

/// The keys on the first page of a stream.
async fn some(backend: &Itflow, stream: Stream) -> Vec<i32> {
    let batch = backend.pull(&cx(), stream, Pass::Full, None).await.unwrap();
    batch.snapshots.iter().map(|snapshot| snapshot.records[0].id().key.parse().unwrap()).collect()
}

fn failed(error: impl std::fmt::Display) -> Broken {
    Broken(error.to_string())
}

#[async_trait]
impl Bench for ItflowBench {
    fn backend(&self) -> &dyn Backend {
        &self.backend
    }

    async fn edit(&self, turn: usize) -> Result<Option<Edit>, Broken> {
        let (editor, at, tickets) = (&self.editor, self.now + chrono::TimeDelta::minutes(turn as i64), &self.tickets);
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
}

#[tokio::test]
async fn the_adapter_keeps_the_rules_of_every_backend() {
    let folder = tempfile::tempdir().unwrap();
    let seed = Seed { timezone: "Europe/Berlin".to_owned(), ..Seed::default() };
    let sandbox = ItflowSandbox::create(folder.path(), &World::seeded(&seed)).await.unwrap();
    let report = run(&ItflowBench::new(&sandbox, seed.start).await).await;
    assert!(report.broken().is_empty(), "{report}");
    // Reading goes to a database: no proxy stands in that way. What is written has tests of its own.
    let without_http = [
        "a_fault_is_a_typed_error_in_time_and_passes",
        "a_psa_that_is_down_is_unavailable",
        "a_command_does_what_it_says",
        "an_unclear_answer_is_told_truly",
    ];
    assert_eq!(report.not_asked(), without_http, "{report}");
}

//! The adapter against the sandbox's world: nothing internal shows, and both databases read alike.

use super::fixture::{clock, config, cx};
use super::mariadb::server;
use crate::backend::Itflow;
use portico_contract::value::Visibility;
use portico_contract::{Backend, Batch, HealthState, Pass, Record, Stream};
use portico_sandbox::{ItflowSandbox, Seed, World};
use sea_orm::{ConnectionTrait, Database};

fn world() -> World {
    World::seeded(&Seed { timezone: "Europe/Berlin".to_owned(), ..Seed::default() })
}

async fn everything(url: &str) -> Vec<(Stream, Batch)> {
    let mut settings = config(url);
    settings.batch = 11;
    let backend = Itflow::new("box", settings, clock()).unwrap();
    let mut streams = Vec::new();
    for stream in backend.capabilities().streams.keys() {
        let mut whole = backend.pull(&cx(), *stream, Pass::Full, None).await.unwrap();
        while whole.more {
            let page = backend.pull(&cx(), *stream, Pass::Full, Some(&whole.next)).await.unwrap();
            whole.snapshots.extend(page.snapshots);
            (whole.next, whole.more) = (page.next, page.more);
        }
        streams.push((*stream, whole));
    }
    streams
}

/// What a customer may come to see of a record; `None` where all of it is hidden.
fn shown(record: &Record) -> Option<String> {
    let mut record = record.clone();
    let seen = match &mut record {
        Record::Account(account) => account.notes.take().is_none_or(|_| true),
        Record::Contact(contact) => contact.notes.take().is_none_or(|_| true),
        Record::Payment(payment) => payment.reference.take().is_none_or(|_| true),
        Record::Comment(comment) => comment.visibility == Visibility::Public,
        Record::TimeEntry(entry) => entry.visibility == Visibility::Public,
        Record::Attachment(file) => {
            file.reference.clear();
            file.visibility == Visibility::Public
        }
        Record::Invoice(invoice) => invoice.visibility == Visibility::Public,
        Record::Quote(quote) => quote.visibility == Visibility::Public,
        // ITFlow shows customers the active ones only.
        Record::RecurringInvoice(recurring) => recurring.active,
        Record::Approval(approval) => approval.visibility == Visibility::Public,
        Record::Document(document) => document.visibility == Visibility::Public,
        Record::Site(site) => site.notes.take().is_none_or(|_| true),
        Record::Domain(domain) => domain.notes.take().is_none_or(|_| true),
        Record::Certificate(certificate) => certificate.notes.take().is_none_or(|_| true),
        Record::Asset(asset) => {
            asset.notes = None;
            asset.key_fields.retain(|field| field.visibility == Visibility::Public);
            true
        }
        _ => true,
    };
    seen.then(|| serde_json::to_string(&record).unwrap())
}

#[tokio::test]
async fn nothing_internal_is_in_what_may_be_shown() {
    let folder = tempfile::tempdir().unwrap();
    let sandbox = ItflowSandbox::create(folder.path(), &world()).await.unwrap();
    let streams = everything(sandbox.url()).await;
    let records = || streams.iter().flat_map(|(_, batch)| &batch.snapshots).flat_map(|snapshot| &snapshot.records);
    let internal =
        records().map(|record| serde_json::to_string(record).unwrap()).filter(|text| text.contains("-internal"));
    assert!(internal.count() > 0, "the world plants internal texts, and staff read them");
    for text in records().filter_map(shown) {
        assert!(!text.contains("-internal"), "{text}");
    }
}

#[tokio::test]
async fn the_box_is_healthy_and_read_whole() {
    let folder = tempfile::tempdir().unwrap();
    let world = world();
    let sandbox = ItflowSandbox::create(folder.path(), &world).await.unwrap();
    let backend = Itflow::new("box", config(sandbox.url()), clock()).unwrap();
    let health = backend.probe(&cx()).await.unwrap();
    assert_eq!((health.state, health.problems), (HealthState::Ok, Vec::new()));
    for (stream, batch) in everything(sandbox.url()).await {
        let expected = match stream {
            Stream::Accounts => world.clients.iter().filter(|client| !client.lead).count(),
            Stream::Contacts => world.contacts.iter().filter(|contact| contact.client > 0).count(),
            Stream::Tickets => world.tickets.iter().filter(|t| !t.archived.is_set() && t.client > 0).count(),
            Stream::Invoices => world.invoices.iter().filter(|i| !i.archived.is_set() && i.client > 0).count(),
            Stream::Sites => world.locations.iter().filter(|site| site.client > 0).count(),
            Stream::Assets => world.assets.iter().filter(|a| !a.archived.is_set() && a.client > 0).count(),
            Stream::Quotes => world.quotes.iter().filter(|quote| quote.client > 0).count(),
            Stream::Documents => world.documents.iter().filter(|d| !d.archived.is_set() && d.client > 0).count(),
            Stream::Domains => world.domains.iter().filter(|d| !d.archived.is_set() && d.client > 0).count(),
            Stream::Certificates => world.certificates.iter().filter(|c| !c.archived.is_set() && c.client > 0).count(),
            _ => batch.snapshots.len(),
        };
        assert!(expected > 0, "{stream}");
        assert_eq!(batch.snapshots.len(), expected, "{stream}");
    }
}

#[tokio::test]
async fn mariadb_and_sqlite_read_alike() {
    let Some(url) = server() else { return };
    let (place, _) = url.rsplit_once('/').expect("the URL names a database");
    let root = Database::connect(&url).await.unwrap();
    root.execute_unprepared("CREATE DATABASE IF NOT EXISTS portico_box CHARACTER SET utf8mb4").await.unwrap();
    let (folder, world) = (tempfile::tempdir().unwrap(), world());
    let in_file = ItflowSandbox::create(folder.path(), &world).await.unwrap();
    let on_server = ItflowSandbox::on(&format!("{place}/portico_box"), &world).await.unwrap();
    let expected = everything(in_file.url()).await;
    for ((stream, found), (_, expected)) in everything(on_server.url()).await.into_iter().zip(expected) {
        assert_eq!(found.snapshots, expected.snapshots, "{stream}");
        assert_eq!(found.next, expected.next, "{stream}");
    }
}

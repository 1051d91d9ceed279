//! ITFlow's tables: written, read back, and edited; on SQLite always, on MariaDB where one is named
//! in `PORTICO_TEST_MARIADB_URL` (a database that the test may overwrite).

use crate::canary::{found_in, visibility_of};
use crate::itflow::edit::{Flags, NewContact, NewInvoice, NewLine, NewReply, NewTicket, TicketChange};
use crate::itflow::{Shape, TABLES};
use crate::world::model::{InvoiceStatus, LineOwner, ReplyType, Stamp};
use crate::{Error, ItflowSandbox, Seed, Visibility, World};
use chrono::{NaiveDateTime, TimeDelta};
use rust_decimal::Decimal;
use sea_orm::{ConnectionTrait, Statement};

fn small() -> World {
    World::seeded(&Seed::default())
}

fn at(minutes: i64) -> NaiveDateTime {
    Seed::default().start + TimeDelta::minutes(minutes)
}

#[expect(clippy::disallowed_methods, reason = "a test asks where its database is")]
fn mariadb() -> Option<String> {
    let url = std::env::var("PORTICO_TEST_MARIADB_URL").ok();
    if url.is_none() {
        eprintln!("skipped on MariaDB: PORTICO_TEST_MARIADB_URL names none");
    }
    url
}

/// The first column of what a statement gives, as text.
async fn texts(itflow: &ItflowSandbox, sql: &str) -> Vec<Option<String>> {
    let conn = itflow.conn();
    let statement = Statement::from_string(conn.get_database_backend(), sql);
    let rows = conn.query_all_raw(statement).await.expect(sql);
    rows.iter().map(|row| row.try_get_by_index::<Option<String>>(0).expect(sql)).collect()
}

async fn text(itflow: &ItflowSandbox, column: &str, rest: &str) -> Option<String> {
    texts(itflow, &format!("SELECT CAST({column} AS CHAR) FROM {rest}")).await.into_iter().next().flatten()
}

async fn count(itflow: &ItflowSandbox, table: &str) -> usize {
    text(itflow, "COUNT(*)", table).await.expect("a count").parse().expect("a number")
}

/// Every table with the number of rows that the world has for it.
fn expected(world: &World) -> Vec<(&'static str, usize)> {
    let lines = |is: fn(LineOwner) -> bool| world.lines.iter().filter(|line| is(line.owner)).count();
    vec![
        ("settings", 1),
        ("companies", 1),
        ("user_roles", world.roles.len()),
        ("users", world.users.len()),
        ("ticket_statuses", world.statuses.len()),
        ("categories", world.categories.len()),
        ("slas", world.slas.len()),
        ("sla_assignments", world.sla_rules.len()),
        ("custom_links", world.links.len()),
        ("logs", 0),
        ("notifications", 0),
        ("email_queue", 0),
        ("clients", world.clients.len()),
        ("locations", world.locations.len()),
        ("contacts", world.contacts.len()),
        ("tickets", world.tickets.len()),
        ("ticket_replies", world.replies.len()),
        ("ticket_attachments", world.attachments.len()),
        ("ticket_watchers", world.watchers.len()),
        ("ticket_history", world.history.len()),
        ("sla_history", 0),
        ("tasks", world.tasks.len()),
        ("task_approvals", world.approvals.len()),
        ("taxes", world.taxes.len()),
        ("invoices", world.invoices.len()),
        ("invoice_items", lines(|owner| matches!(owner, LineOwner::Invoice(_)))),
        ("payments", world.payments.len()),
        ("recurring_invoices", world.recurring.len()),
        ("recurring_invoice_items", lines(|owner| matches!(owner, LineOwner::Recurring(_)))),
        ("quotes", world.quotes.len()),
        ("quote_items", lines(|owner| matches!(owner, LineOwner::Quote(_)))),
        ("payment_providers", world.providers.len()),
        ("client_saved_payment_methods", world.cards.len()),
        ("recurring_payments", world.card_rules.len()),
        ("vendors", world.vendors.len()),
        ("assets", world.assets.len()),
        ("asset_interfaces", world.interfaces.len()),
        ("domains", world.domains.len()),
        ("certificates", world.certificates.len()),
        ("folders", world.folders.len()),
        ("documents", world.documents.len()),
        ("files", world.files.len()),
        ("document_files", world.files.iter().filter(|file| file.document != 0).count()),
    ]
}

async fn counts_agree(itflow: &ItflowSandbox, world: &World) {
    let expected = expected(world);
    assert_eq!(
        expected.iter().map(|(name, _)| *name).collect::<Vec<_>>(),
        TABLES.iter().map(|t| t.name).collect::<Vec<_>>()
    );
    for (table, rows) in expected {
        assert_eq!(count(itflow, table).await, rows, "{table}");
    }
}

/// Each column that is declared internal has a canary in each row that fills it, and is filled.
async fn internal_columns_are_marked(itflow: &ItflowSandbox) {
    for table in TABLES {
        for column in table.columns.iter().filter(|column| column.internal) {
            let (column, table) = (column.name, table.name);
            let found = texts(itflow, &format!("SELECT {column} FROM {table} WHERE {column} IS NOT NULL")).await;
            assert!(!found.is_empty(), "{table}.{column} is empty everywhere");
            for text in found.into_iter().flatten() {
                let marks: Vec<_> = found_in(&text).map(visibility_of).collect();
                assert_eq!(marks, [Some(Visibility::Internal)], "{table}.{column}: {text}");
            }
        }
    }
}

/// The texts as an adapter reads them.
async fn reads_as_an_adapter_does(itflow: &ItflowSandbox, world: &World) {
    assert_eq!(text(itflow, "item_price", "invoice_items WHERE item_id = 2").await.as_deref(), Some("43.60"));
    assert_eq!(text(itflow, "item_price", "invoice_items WHERE item_id = 3").await.as_deref(), Some("-5.00"));
    let zero = "tickets WHERE ticket_subject LIKE 'Imported long ago%' ORDER BY ticket_id LIMIT 1";
    assert_eq!(text(itflow, "ticket_resolved_at", zero).await.as_deref(), Some("0000-00-00 00:00:00"));
    let created = world.tickets[0].created;
    let Stamp::At(created) = created else { panic!("no date") };
    let written = text(itflow, "ticket_created_at", "tickets WHERE ticket_id = 1").await;
    assert_eq!(written, Some(created.format("%Y-%m-%d %H:%M:%S").to_string()));
    assert_eq!(
        text(itflow, "client_name", "clients WHERE client_id = 2").await.as_deref(),
        Some(world.clients[1].name.as_str())
    );
    let conn = itflow.conn();
    let sql = "SELECT contact_primary, contact_billing, contact_id, contact_email FROM contacts WHERE contact_id = 6";
    let row = conn.query_one_raw(Statement::from_string(conn.get_database_backend(), sql)).await.expect("a query");
    let row = row.expect("a row");
    assert!(!row.try_get::<bool>("", "contact_primary").expect("a flag"));
    assert_eq!(row.try_get::<Option<bool>>("", "contact_billing").expect("a flag"), None);
    assert_eq!(row.try_get::<i32>("", "contact_id").expect("an id"), 6);
    let sql = "SELECT ticket_category FROM tickets WHERE ticket_client_id = 1 ORDER BY ticket_id LIMIT 6";
    let found = texts(itflow, sql).await;
    let found: Vec<Option<&str>> = found.iter().map(|text| text.as_deref()).collect();
    assert_eq!(found, [Some("1"), Some("2"), Some("3"), Some(""), Some("0"), None]);
}

async fn people_edit_tickets(itflow: &ItflowSandbox) {
    let editor = itflow.editor();
    let new = NewTicket {
        client: 1,
        contact: 4,
        subject: "Späť 🦷".into(),
        details: "<p>x</p>".into(),
        ..NewTicket::default()
    };
    let id = editor.add_ticket(&new, at(1)).await.expect("added");
    let row = format!("tickets WHERE ticket_id = {id}");
    assert_eq!(text(itflow, "ticket_number", &row).await.as_deref(), Some("1016"));
    assert_eq!(text(itflow, "config_ticket_next_number", "settings").await.as_deref(), Some("1017"));
    assert_eq!(text(itflow, "ticket_updated_at", &row).await, None);
    let change = TicketChange { status: Some(6), assigned_to: Some(3), ..TicketChange::default() };
    editor.update_ticket(id, &change, at(2)).await.expect("updated");
    assert_eq!(text(itflow, "ticket_updated_at", &row).await.as_deref(), Some("2026-03-02 12:02:00"));
    assert_eq!(text(itflow, "ticket_subject", &row).await.as_deref(), Some("Späť 🦷"));
    let says = |reply_type, by| NewReply { ticket: id, reply_type, by, body: "<p>y</p>".into(), time_worked: None };
    let public = editor.add_reply(&says(ReplyType::Public, 2), at(3)).await.expect("replied");
    assert_eq!(text(itflow, "ticket_first_response_at", &row).await.as_deref(), Some("2026-03-02 12:03:00"));
    editor.add_reply(&says(ReplyType::Internal, 2), at(4)).await.expect("noted");
    assert_eq!(
        text(itflow, "ticket_updated_at", &row).await.as_deref(),
        Some("2026-03-02 12:03:00"),
        "a note leaves the row"
    );
    editor.resolve_ticket(id, at(5)).await.expect("resolved");
    editor.add_reply(&says(ReplyType::Client, 4), at(6)).await.expect("replied");
    assert_eq!(text(itflow, "ticket_status", &row).await.as_deref(), Some("2"));
    editor.close_ticket(id, 2, at(7)).await.expect("closed");
    assert_eq!(text(itflow, "ticket_closed_at", &row).await.as_deref(), Some("2026-03-02 12:07:00"));
    editor.reopen_ticket(id, at(8)).await.expect("reopened");
    assert_eq!(text(itflow, "ticket_closed_at", &row).await, None);
    let reply = format!("ticket_replies WHERE ticket_reply_id = {public}");
    editor.set_reply_type(public, ReplyType::Internal, at(9)).await.expect("hidden");
    assert_eq!(text(itflow, "ticket_reply_type", &reply).await.as_deref(), Some("Internal"));
    assert_eq!(text(itflow, "ticket_reply_updated_at", &reply).await.as_deref(), Some("2026-03-02 12:09:00"));
    editor.archive_reply(public, at(10)).await.expect("archived");
    assert_eq!(text(itflow, "ticket_reply_archived_at", &reply).await.as_deref(), Some("2026-03-02 12:10:00"));
    editor.delete_reply(public).await.expect("deleted");
    editor.delete_ticket(id).await.expect("deleted");
    assert_eq!(count(itflow, &format!("ticket_replies WHERE ticket_reply_ticket_id = {id}")).await, 0);
    let gone = editor.resolve_ticket(id, at(11)).await;
    assert!(matches!(gone, Err(Error::Missing { table: "tickets", .. })), "{gone:?}");
    let next = editor.add_ticket(&new, at(12)).await.expect("added");
    assert!(next > id, "an id is not given out twice");
}

async fn people_edit_parties(itflow: &ItflowSandbox) {
    let editor = itflow.editor();
    editor.rename_client(4, "Großbäckerei 🥐", at(20)).await.expect("renamed");
    assert_eq!(text(itflow, "client_name", "clients WHERE client_id = 4").await.as_deref(), Some("Großbäckerei 🥐"));
    editor.move_contact(4, 2, at(21)).await.expect("moved");
    assert_eq!(text(itflow, "contact_client_id", "contacts WHERE contact_id = 4").await.as_deref(), Some("2"));
    let flags = Flags { billing: true, ..Flags::default() };
    editor.set_contact_flags(1, flags, at(22)).await.expect("flagged");
    assert_eq!(text(itflow, "contact_primary", "contacts WHERE contact_id = 1").await.as_deref(), Some("0"));
    assert_eq!(
        text(itflow, "contact_updated_at", "contacts WHERE contact_id = 1").await.as_deref(),
        Some("2026-03-02 12:22:00")
    );
    editor.archive_contact(3, at(23)).await.expect("archived");
    assert_eq!(text(itflow, "contact_technical", "contacts WHERE contact_id = 3").await.as_deref(), Some("0"));
    let user = "users WHERE user_email = 'tess.lindqvist@harbour.example.com'";
    assert_eq!(text(itflow, "user_archived_at", user).await.as_deref(), Some("2026-03-02 12:23:00"));
    let new = NewContact {
        client: 1,
        name: "New".into(),
        email: Some("new@example.com".into()),
        sign_in: true,
        ..NewContact::default()
    };
    let id = editor.add_contact(&new, at(24)).await.expect("added");
    editor.set_sign_in(id, false, at(25)).await.expect("locked");
    editor.set_contact_email(id, "newer@example.com", at(26)).await.expect("changed");
    let user = "users WHERE user_email = 'newer@example.com'";
    assert_eq!(text(itflow, "user_status", user).await.as_deref(), Some("0"));
    editor.archive_client(2, at(27)).await.expect("archived");
    assert!(text(itflow, "client_archived_at", "clients WHERE client_id = 2").await.is_some());
}

async fn people_edit_books(itflow: &ItflowSandbox) {
    let editor = itflow.editor();
    let line = NewLine {
        name: "Hours".into(),
        quantity: Decimal::new(150, 2),
        price: Decimal::new(3333, 2),
        tax_percent: Decimal::from(19),
    };
    let new = NewInvoice {
        client: 1,
        status: InvoiceStatus::Sent,
        date: at(0).date(),
        due: at(0).date(),
        currency: "USD".into(),
        lines: vec![line],
        ..NewInvoice::default()
    };
    let id = editor.add_invoice(&new, at(30)).await.expect("written");
    let row = format!("invoices WHERE invoice_id = {id}");
    let item = format!("invoice_items WHERE item_invoice_id = {id}");
    assert_eq!(text(itflow, "item_subtotal", &item).await.as_deref(), Some("50.00"));
    assert_eq!(text(itflow, "item_tax", &item).await.as_deref(), Some("9.50"));
    assert_eq!(text(itflow, "invoice_amount", &row).await.as_deref(), Some("59.49"));
    let payment = editor.add_payment(id, Decimal::new(1000, 2), "Cash", at(31)).await.expect("paid");
    assert_eq!(text(itflow, "invoice_status", &row).await.as_deref(), Some("Partial"));
    editor.add_payment(id, Decimal::new(4949, 2), "Cash", at(32)).await.expect("paid");
    assert_eq!(text(itflow, "invoice_status", &row).await.as_deref(), Some("Paid"));
    editor.delete_payment(payment, at(33)).await.expect("taken back");
    assert_eq!(text(itflow, "invoice_status", &row).await.as_deref(), Some("Partial"));
    editor.set_invoice_status(id, InvoiceStatus::Cancelled, at(34)).await.expect("cancelled");
    editor.add_payment(id, Decimal::new(100, 2), "Cash", at(35)).await.expect("paid");
    assert_eq!(text(itflow, "invoice_status", &row).await.as_deref(), Some("Cancelled"));
}

/// Everything there is to show on one database.
async fn whole_story(itflow: ItflowSandbox, world: &World) {
    counts_agree(&itflow, world).await;
    internal_columns_are_marked(&itflow).await;
    reads_as_an_adapter_does(&itflow, world).await;
    people_edit_tickets(&itflow).await;
    people_edit_parties(&itflow).await;
    people_edit_books(&itflow).await;
    itflow.editor().restore(world).await.expect("restored");
    counts_agree(&itflow, world).await;
    reads_as_an_adapter_does(&itflow, world).await;
    let new = NewTicket { client: 1, subject: "After".into(), ..NewTicket::default() };
    let id = itflow.editor().add_ticket(&new, at(40)).await.expect("added");
    assert_eq!(usize::try_from(id).expect("an id"), world.tickets.len() + 1, "the ids go on where they were");
}

#[tokio::test]
async fn on_sqlite() {
    let dir = tempfile::tempdir().expect("a folder");
    let world = small();
    let itflow = ItflowSandbox::create(dir.path(), &world).await.expect("made");
    assert!(itflow.url().starts_with("sqlite://") && itflow.url().ends_with("/itflow.sqlite?mode=rw"));
    whole_story(itflow, &world).await;
}

#[tokio::test]
async fn on_mariadb() {
    let Some(url) = mariadb() else { return };
    let world = small();
    let itflow = ItflowSandbox::on(&url, &world).await.expect("written");
    whole_story(itflow, &world).await;
}

#[tokio::test]
async fn a_second_connection_sees_the_same() {
    let dir = tempfile::tempdir().expect("a folder");
    let world = small();
    let itflow = ItflowSandbox::create(dir.path(), &world).await.expect("made");
    let other = ItflowSandbox::open(itflow.url()).await.expect("opened");
    itflow.editor().rename_client(1, "Renamed", at(1)).await.expect("renamed");
    assert_eq!(text(&other, "client_name", "clients WHERE client_id = 1").await.as_deref(), Some("Renamed"));
}

#[tokio::test]
async fn a_large_world_is_written_in_batches() {
    let dir = tempfile::tempdir().expect("a folder");
    let world = World::seeded(&Seed { tickets_per_account: 500, extra_accounts: 36, ..Seed::default() });
    assert!(world.tickets.len() > 20_000);
    let itflow = ItflowSandbox::create(dir.path(), &world).await.expect("made");
    counts_agree(&itflow, &world).await;
}

#[test]
fn every_counting_table_begins_with_its_id() {
    for table in TABLES {
        let ids = table.columns.iter().filter(|column| column.shape == Shape::Id).count();
        let first = table.columns.first().is_some_and(|column| column.shape == Shape::Id);
        assert_eq!(ids, usize::from(first), "{}", table.name);
    }
}

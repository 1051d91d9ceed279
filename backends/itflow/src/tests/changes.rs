//! Following changes: what a beat brings, what it misses, and what happens when the source goes back.

use super::fixture::{Installation, installation, keys};
use portico_contract::{Backend, Checkpoint, Kind, NativeId, Pass, Stream};

/// Where changes begin after a whole pass.
async fn rest(itflow: &Installation, stream: Stream) -> Checkpoint {
    itflow.whole(stream, Pass::Full, None).await.next
}

#[tokio::test]
async fn a_beat_brings_only_what_lies_in_the_overlap() {
    let itflow = installation(|_| {}).await;
    for (stream, expected) in [
        (Stream::Tickets, vec!["8"]),
        (Stream::Invoices, vec!["4"]),
        (Stream::Accounts, vec!["1", "2", "3"]),
        (Stream::Sites, vec!["4"]),
        (Stream::Assets, vec!["10"]),
        (Stream::Domains, vec!["2"]),
        (Stream::Certificates, vec!["2"]),
        (Stream::Documents, vec!["2"]),
        (Stream::Quotes, vec!["4"]),
        (Stream::RecurringInvoices, vec!["3"]),
    ] {
        let next = rest(&itflow, stream).await;
        let beat = itflow.pull(stream, Pass::Changes, Some(&next)).await;
        assert_eq!(keys(&beat), expected, "{stream}");
        assert!(!beat.more && !beat.restored && beat.total.is_none(), "{stream}");
    }
}

#[tokio::test]
async fn each_trace_of_a_change_finds_its_ticket() {
    let edits = [
        (
            "a stamp",
            "UPDATE tickets SET ticket_subject = 'x', ticket_updated_at = '2026-11-22 10:00:00' WHERE ticket_id = 1",
            "1",
        ),
        (
            "a stamp from another zone",
            "UPDATE tickets SET ticket_updated_at = '2026-11-21 12:00:00' WHERE ticket_id = 2",
            "2",
        ),
        (
            "a reply that touches no ticket",
            "INSERT INTO ticket_replies VALUES (7, 'x', 'Public', NULL, '2026-11-22 12:00:00', NULL, NULL, 1, 3)",
            "3",
        ),
        (
            "a reply with a stamp long past",
            "INSERT INTO ticket_replies VALUES (8, 'x', 'Public', NULL, '2020-01-01 00:00:00', NULL, NULL, 1, 4)",
            "4",
        ),
        (
            "an edited reply",
            "UPDATE ticket_replies SET ticket_reply_updated_at = '2026-11-22 12:00:00' WHERE ticket_reply_id = 1",
            "1",
        ),
        (
            "an attachment",
            "INSERT INTO ticket_attachments VALUES (6, 'a.png', 'r6', '2020-01-01 00:00:00', 5, NULL)",
            "5",
        ),
        (
            "a new ticket with a stamp long past",
            "INSERT INTO tickets (ticket_id, ticket_number, ticket_created_at, ticket_client_id) VALUES (9, 9, '2020-01-01 00:00:00', 1)",
            "9",
        ),
    ];
    for (why, edit, key) in edits {
        let itflow = installation(|_| {}).await;
        let next = rest(&itflow, Stream::Tickets).await;
        itflow.edit(edit).await;
        let beat = itflow.pull(Stream::Tickets, Pass::Changes, Some(&next)).await;
        assert!(keys(&beat).contains(&key), "{why}: {:?}", keys(&beat));
        assert!(!beat.restored, "{why}");
    }
}

#[tokio::test]
async fn each_trace_of_a_change_finds_its_invoice() {
    let edits = [
        (
            "a payment",
            "INSERT INTO payments VALUES (3, '2026-06-05', '1.00', 'USD', NULL, NULL, '2020-01-01 00:00:00', NULL, NULL, 2)",
            "2",
        ),
        (
            "an edited payment",
            "UPDATE payments SET payment_updated_at = '2026-11-22 09:00:00' WHERE payment_id = 1",
            "1",
        ),
        (
            "an item",
            "INSERT INTO invoice_items (item_id, item_name, item_created_at, item_invoice_id) VALUES (4, 'x', '2020-01-01 00:00:00', 2)",
            "2",
        ),
        ("an edited item", "UPDATE invoice_items SET item_updated_at = '2026-11-22 09:00:00' WHERE item_id = 1", "1"),
    ];
    for (why, edit, key) in edits {
        let itflow = installation(|_| {}).await;
        let next = rest(&itflow, Stream::Invoices).await;
        itflow.edit(edit).await;
        let beat = itflow.pull(Stream::Invoices, Pass::Changes, Some(&next)).await;
        assert!(keys(&beat).contains(&key), "{why}: {:?}", keys(&beat));
    }
}

#[tokio::test]
async fn what_leaves_the_stream_is_told_at_once() {
    let itflow = installation(|_| {}).await;
    let tickets = rest(&itflow, Stream::Tickets).await;
    let accounts = rest(&itflow, Stream::Accounts).await;
    itflow.edit("UPDATE tickets SET ticket_archived_at = '2026-11-22 11:00:00', ticket_updated_at = '2026-11-22 11:00:00' WHERE ticket_id = 8").await;
    itflow
        .edit("UPDATE clients SET client_lead = 1, client_updated_at = '2026-11-22 11:00:00' WHERE client_id = 2")
        .await;
    itflow.edit("UPDATE clients SET client_archived_at = '2026-11-22 11:00:00', client_updated_at = '2026-11-22 11:00:00' WHERE client_id = 1").await;
    let beat = itflow.pull(Stream::Tickets, Pass::Changes, Some(&tickets)).await;
    assert_eq!((keys(&beat).len(), beat.gone), (0, vec![NativeId::new(Kind::Ticket, 8)]));
    let beat = itflow.pull(Stream::Accounts, Pass::Changes, Some(&accounts)).await;
    assert_eq!(beat.gone, [NativeId::new(Kind::Account, 2), NativeId::new(Kind::Account, 4)]);
    let archived = beat.snapshots.iter().find(|s| s.records[0].id().key == "1").unwrap();
    assert!(matches!(&archived.records[0], portico_contract::Record::Account(account) if !account.active));
}

#[tokio::test]
async fn a_long_beat_is_paged_and_misses_nothing_that_happens_meanwhile() {
    let itflow = installation(|config| config.batch = 2).await;
    let next = rest(&itflow, Stream::Tickets).await;
    itflow.edit("UPDATE tickets SET ticket_updated_at = '2026-11-22 12:00:00'").await;
    let first = itflow.pull(Stream::Tickets, Pass::Changes, Some(&next)).await;
    assert_eq!((keys(&first), first.more), (vec!["1", "2"], true));
    // A reply to a ticket that the beat has passed, while it is under way.
    itflow
        .edit("INSERT INTO ticket_replies VALUES (7, 'x', 'Public', NULL, '2020-01-01 00:00:00', NULL, NULL, 1, 1)")
        .await;
    itflow.statements();
    let second = itflow.pull(Stream::Tickets, Pass::Changes, Some(&first.next)).await;
    assert_eq!((keys(&second), itflow.statements().len()), (vec!["3", "4"], 7));
    let others = itflow.whole(Stream::Tickets, Pass::Changes, Some(&second.next)).await;
    assert_eq!(keys(&others), ["5", "8"]);
    let after = itflow.whole(Stream::Tickets, Pass::Changes, Some(&others.next)).await;
    assert!(keys(&after).contains(&"1"));
}

#[tokio::test]
async fn a_change_during_a_full_pass_is_found_by_the_first_beat() {
    let itflow = installation(|config| config.batch = 3).await;
    let first = itflow.pull(Stream::Tickets, Pass::Full, None).await;
    itflow
        .edit("INSERT INTO ticket_replies VALUES (7, 'x', 'Public', NULL, '2020-01-01 00:00:00', NULL, NULL, 1, 1)")
        .await;
    let done = itflow.whole(Stream::Tickets, Pass::Full, Some(&first.next)).await;
    let beat = itflow.whole(Stream::Tickets, Pass::Changes, Some(&done.next)).await;
    assert_eq!(keys(&beat), ["1", "8"]);
}

#[tokio::test]
async fn a_source_that_goes_backwards_is_restored() {
    let edits = [
        ("fewer tickets", Stream::Tickets, "DELETE FROM tickets WHERE ticket_id = 8"),
        ("fewer replies", Stream::Tickets, "DELETE FROM ticket_replies WHERE ticket_reply_id = 6"),
        (
            "older stamps",
            Stream::Tickets,
            "UPDATE ticket_replies SET ticket_reply_created_at = '2026-11-01 00:00:00' WHERE ticket_reply_id = 6",
        ),
        ("fewer payments", Stream::Invoices, "DELETE FROM payments WHERE payment_id = 2"),
        ("no clients", Stream::Accounts, "DELETE FROM clients"),
        ("fewer lines", Stream::Quotes, "DELETE FROM quote_items WHERE item_id = 3"),
        ("fewer assets", Stream::Assets, "DELETE FROM assets WHERE asset_id = 12"),
    ];
    for (why, stream, edit) in edits {
        let itflow = installation(|_| {}).await;
        let next = rest(&itflow, stream).await;
        itflow.edit(edit).await;
        let beat = itflow.pull(stream, Pass::Changes, Some(&next)).await;
        assert!(beat.restored && beat.snapshots.is_empty() && !beat.more, "{why}");
        // What follows is a pass over everything.
        let again = itflow.whole(stream, Pass::Changes, Some(&beat.next)).await;
        assert_eq!(again.snapshots, itflow.whole(stream, Pass::Full, None).await.snapshots, "{why}");
        assert!(!again.restored, "{why}");
    }
}

#[tokio::test]
async fn a_checkpoint_that_nobody_wrote_starts_over() {
    let itflow = installation(|_| {}).await;
    let garbage = Checkpoint("{\"shape\":0}".to_owned());
    let beat = itflow.pull(Stream::Tickets, Pass::Changes, Some(&garbage)).await;
    assert!(beat.restored && beat.snapshots.is_empty());
    let full = itflow.pull(Stream::Tickets, Pass::Full, Some(&garbage)).await;
    assert!(full.restored && full.snapshots.len() == 6);
}

#[tokio::test]
async fn a_stamp_from_the_far_future_hides_nothing() {
    let itflow = installation(|_| {}).await;
    itflow.edit("UPDATE tickets SET ticket_updated_at = '2999-01-01 00:00:00' WHERE ticket_id = 3").await;
    let next = rest(&itflow, Stream::Tickets).await;
    // The present in New York; the clock says 15:00 in UTC.
    itflow.edit("UPDATE tickets SET ticket_updated_at = '2026-11-22 10:00:01' WHERE ticket_id = 2").await;
    let beat = itflow.pull(Stream::Tickets, Pass::Changes, Some(&next)).await;
    assert!(keys(&beat).contains(&"2") && !beat.restored, "{:?}", keys(&beat));
}

#[tokio::test]
async fn a_pass_over_ids_does_not_move_where_changes_begin() {
    let itflow = installation(|_| {}).await;
    let next = rest(&itflow, Stream::Tickets).await;
    itflow
        .edit("INSERT INTO ticket_replies VALUES (7, 'x', 'Public', NULL, '2020-01-01 00:00:00', NULL, NULL, 1, 1)")
        .await;
    let ids = itflow.whole(Stream::Tickets, Pass::Ids, Some(&next)).await;
    let beat = itflow.whole(Stream::Tickets, Pass::Changes, Some(&ids.next)).await;
    assert_eq!(keys(&beat), ["1", "8"]);
    // Begun from nothing, it cannot say where changes begin: they begin with everything.
    let ids = itflow.whole(Stream::Tickets, Pass::Ids, None).await;
    let beat = itflow.whole(Stream::Tickets, Pass::Changes, Some(&ids.next)).await;
    assert_eq!(beat.snapshots.len(), 6);
}

#[tokio::test]
async fn doors_that_open_or_close_beside_the_contact_are_seen() {
    let edits = [
        ("a user disabled", "UPDATE users SET user_status = 0 WHERE user_id = 11"),
        ("a user enabled", "UPDATE users SET user_status = 1 WHERE user_id = 12"),
        ("one in, one out", "UPDATE users SET user_status = 1 - user_status WHERE user_id IN (11, 12)"),
        ("a user archived", "UPDATE users SET user_archived_at = '2026-11-22 00:00:00' WHERE user_id = 11"),
        ("a user renamed", "UPDATE users SET user_email = 'p@harbour.example' WHERE user_id = 11"),
        ("a client archived", "UPDATE clients SET client_archived_at = '2026-11-22 00:00:00' WHERE client_id = 1"),
    ];
    for (why, edit) in edits {
        let itflow = installation(|_| {}).await;
        // A stamp of today, so that the others lie outside the overlap.
        itflow.edit("UPDATE contacts SET contact_updated_at = '2026-11-22 08:00:00' WHERE contact_id = 3").await;
        let next = rest(&itflow, Stream::Contacts).await;
        let quiet = itflow.pull(Stream::Contacts, Pass::Changes, Some(&next)).await;
        assert_eq!(keys(&quiet), ["3"], "{why}");
        itflow.edit(edit).await;
        let beat = itflow.pull(Stream::Contacts, Pass::Changes, Some(&quiet.next)).await;
        assert_eq!(beat.snapshots.len(), 6, "{why}");
        let after = itflow.pull(Stream::Contacts, Pass::Changes, Some(&beat.next)).await;
        assert_eq!(keys(&after), ["3"], "{why}");
    }
}

#[tokio::test]
async fn short_lists_come_whole_at_every_beat() {
    let itflow = installation(|config| config.batch = 1).await;
    let next = rest(&itflow, Stream::Agents).await;
    let beat = itflow.whole(Stream::Agents, Pass::Changes, Some(&next)).await;
    assert_eq!(keys(&beat), ["1", "2"]);
}

#[tokio::test]
async fn what_a_beat_costs_is_what_is_declared() {
    let itflow = installation(|_| {}).await;
    for stream in itflow.backend.capabilities().streams.keys() {
        let next = rest(&itflow, *stream).await;
        // Nothing new: no row lies in the overlap and no list is read whole.
        let nothing = itflow.backend.capabilities().streams[stream].calls_per_beat;
        itflow.statements();
        let beat = itflow.pull(*stream, Pass::Changes, Some(&next)).await;
        let found = u32::try_from(itflow.statements().len()).unwrap();
        let loads = if beat.snapshots.is_empty() || *stream == Stream::Choices { 0 } else { load_cost(*stream) };
        assert_eq!(found - loads, nothing - u32::from(*stream == Stream::Agents), "{stream}");
    }
}

/// Statements that bring the things of one page, whatever their number.
fn load_cost(stream: Stream) -> u32 {
    match stream {
        Stream::Tickets => 6,
        Stream::Invoices => 3,
        Stream::Quotes => 2,
        _ => 1,
    }
}

#[tokio::test]
async fn each_trace_of_a_change_finds_its_thing() {
    let edits = [
        (Stream::Sites, "UPDATE locations SET location_updated_at = '2026-11-22 09:00:00' WHERE location_id = 1", "1"),
        (Stream::Assets, "UPDATE assets SET asset_updated_at = '2026-11-22 09:00:00' WHERE asset_id = 9", "9"),
        (Stream::Domains, "UPDATE domains SET domain_updated_at = '2026-11-22 09:00:00' WHERE domain_id = 1", "1"),
        (
            Stream::Certificates,
            "INSERT INTO certificates (certificate_id, certificate_name, certificate_created_at, certificate_client_id) VALUES (4, 'x', '2020-01-01 00:00:00', 1)",
            "4",
        ),
        (
            Stream::Documents,
            "INSERT INTO documents (document_id, document_name, document_created_at, document_client_id) VALUES (5, 'x', '2020-01-01 00:00:00', 1)",
            "5",
        ),
        (Stream::Quotes, "UPDATE quotes SET quote_updated_at = '2026-11-22 09:00:00' WHERE quote_id = 1", "1"),
        (
            Stream::Quotes,
            "INSERT INTO quote_items (item_id, item_name, item_created_at, item_quote_id) VALUES (4, 'x', '2020-01-01 00:00:00', 2)",
            "2",
        ),
        (Stream::Quotes, "UPDATE quote_items SET item_updated_at = '2026-11-22 09:00:00' WHERE item_id = 1", "2"),
        (
            Stream::RecurringInvoices,
            "UPDATE recurring_invoices SET recurring_invoice_updated_at = '2026-11-22 09:00:00' WHERE recurring_invoice_id = 2",
            "2",
        ),
    ];
    for (stream, edit, key) in edits {
        let itflow = installation(|_| {}).await;
        let next = rest(&itflow, stream).await;
        let quiet = itflow.pull(stream, Pass::Changes, Some(&next)).await;
        assert!(!keys(&quiet).contains(&key), "{edit}");
        itflow.edit(edit).await;
        let beat = itflow.pull(stream, Pass::Changes, Some(&quiet.next)).await;
        assert!(keys(&beat).contains(&key) && !beat.restored, "{edit}: {:?}", keys(&beat));
    }
}

#[tokio::test]
async fn what_is_archived_is_gone_at_once() {
    for (stream, kind, table, name) in [
        (Stream::Assets, Kind::Asset, "assets", "asset"),
        (Stream::Domains, Kind::Domain, "domains", "domain"),
        (Stream::Certificates, Kind::Certificate, "certificates", "certificate"),
        (Stream::Documents, Kind::Document, "documents", "document"),
        (Stream::Quotes, Kind::Quote, "quotes", "quote"),
        (Stream::RecurringInvoices, Kind::RecurringInvoice, "recurring_invoices", "recurring_invoice"),
    ] {
        let itflow = installation(|_| {}).await;
        let whole = itflow.whole(stream, Pass::Full, None).await;
        let key = keys(&whole)[0].to_owned();
        itflow
            .edit(&format!(
                "UPDATE {table} SET {name}_archived_at = '2026-11-22 11:00:00', {name}_updated_at = '2026-11-22 11:00:00' WHERE {name}_id = {key}"
            ))
            .await;
        let beat = itflow.pull(stream, Pass::Changes, Some(&whole.next)).await;
        assert!(beat.gone.contains(&NativeId::new(kind, &key)) && !keys(&beat).contains(&key.as_str()), "{stream}");
        assert_eq!(itflow.read(kind, &key).await, None, "{stream}");
    }
}

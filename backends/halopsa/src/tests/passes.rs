//! How passes walk over a tenant, and what they cost.

use super::fixture::{House, cx};
use portico_contract::{Backend, Batch, Checkpoint, ErrorKind, Kind, NativeId, Pass, Record, Snapshot, Stream};
use portico_sandbox::halopsa::{Counts, Fault, NewAction};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

fn keys(batch: &Batch) -> BTreeSet<String> {
    batch.snapshots.iter().map(|snapshot| snapshot.records[0].id().to_string()).collect()
}

fn by_id(batch: &Batch) -> BTreeMap<String, &Snapshot> {
    batch.snapshots.iter().map(|snapshot| (snapshot.records[0].id().to_string(), snapshot)).collect()
}

#[tokio::test]
async fn pages_of_any_size_bring_the_same_and_ids_name_it() {
    let small = House::new().await;
    let large = House::with(|config| (config.ticket_page, config.page) = (100, 500)).await;
    for stream in small.halo.capabilities().streams.keys() {
        let (batch, pages) = small.pass(*stream, Pass::Full, None).await;
        let (whole, fewer) = large.pass(*stream, Pass::Full, None).await;
        assert!(!batch.snapshots.is_empty() || *stream == Stream::Announcements, "{stream}");
        assert_eq!(by_id(&batch), by_id(&whole), "{stream}");
        assert!(pages >= fewer, "{stream}: {pages} {fewer}");
        assert_eq!(keys(&batch).len(), batch.snapshots.len(), "{stream}: nothing comes twice");
        if small.halo.capabilities().streams[stream].id_sweep {
            let (ids, _) = small.pass(*stream, Pass::Ids, None).await;
            let present: BTreeSet<String> = ids.present.iter().map(ToString::to_string).collect();
            assert!(present.is_superset(&keys(&batch)), "{stream}");
        }
    }
}

#[tokio::test]
async fn a_beat_with_nothing_new_costs_what_the_capabilities_say_and_at_most_two_calls() {
    let house = House::with(|config| (config.ticket_page, config.page) = (100, 500)).await;
    for (stream, capability) in &house.halo.capabilities().streams {
        let full = house.full(*stream).await;
        house.clock.advance(Duration::from_secs(3_600));
        let (first, _) = house.pass(*stream, Pass::Changes, Some(&full)).await;
        house.clock.advance(Duration::from_secs(60));
        house.tenant.forget_seen();
        let (beat, _) = house.pass(*stream, Pass::Changes, Some(&first)).await;
        let calls: Vec<_> = house.tenant.seen().into_iter().filter(|call| !call.path.contains("token")).collect();
        let most = capability.calls_per_beat as usize;
        assert!(calls.len() <= most && most <= 2, "{stream}: {} calls, not {most}", calls.len());
        assert!(beat.gone.is_empty(), "{stream}");
    }
}

#[tokio::test]
async fn what_changed_comes_with_the_next_beat_and_once() {
    let house = House::new().await;
    let full = house.full(Stream::Tickets).await;
    let ids: Vec<i64> = full.snapshots.iter().map(|s| s.records[0].id().key.parse().unwrap()).collect();
    house.clock.advance(Duration::from_secs(3_600));
    let beat = house.pass(Stream::Tickets, Pass::Changes, Some(&full)).await.0;
    assert!(beat.snapshots.is_empty(), "{:?}", keys(&beat));
    house.tenant.update_ticket(ids[0], json!({"summary": "Moved on"})).unwrap();
    let new = NewAction { ticket: ids[1], note: "<p>a</p>".into(), ..NewAction::default() };
    house.tenant.add_action(&new).unwrap();
    house.clock.advance(Duration::from_secs(30));
    let beat = house.pass(Stream::Tickets, Pass::Changes, Some(&beat)).await.0;
    let expected = [ids[0], ids[1]].map(|id| format!("ticket:{id}"));
    assert_eq!(keys(&beat), BTreeSet::from(expected));
    // The overlap shows them again; they have not changed again.
    house.clock.advance(Duration::from_secs(30));
    let beat = house.pass(Stream::Tickets, Pass::Changes, Some(&beat)).await.0;
    assert!(beat.snapshots.is_empty(), "{:?}", keys(&beat));
    house.tenant.close_ticket(ids[0]).unwrap();
    let beat = house.pass(Stream::Tickets, Pass::Changes, Some(&beat)).await.0;
    assert_eq!(keys(&beat).len(), 1);
}

#[tokio::test]
async fn a_new_payment_brings_its_invoice_whole() {
    let house = House::new().await;
    let full = house.full(Stream::Invoices).await;
    let id = full.snapshots.iter().find_map(|snapshot| match &snapshot.records[0] {
        Record::Invoice(invoice) if invoice.status.group == portico_contract::value::InvoiceGroup::Unpaid => {
            Some(invoice.id.clone())
        }
        _ => None,
    });
    let id = id.unwrap();
    house.tenant.add_payment(id.key.parse().unwrap(), 1.0).unwrap();
    let (beat, _) = house.pass(Stream::Invoices, Pass::Changes, Some(&full)).await;
    assert_eq!(keys(&beat), BTreeSet::from([id.to_string()]));
    let snapshot = &beat.snapshots[0];
    assert_eq!(snapshot.complete, [Kind::Payment]);
    assert!(snapshot.records.iter().any(|record| record.kind() == Kind::Payment));
    let made = house.tenant.add_invoice(2, 10.0, true).unwrap();
    let (beat, _) = house.pass(Stream::Invoices, Pass::Changes, Some(&beat)).await;
    assert_eq!(keys(&beat), BTreeSet::from([format!("invoice:{made}")]));
}

#[tokio::test]
async fn what_is_removed_during_a_walk_hides_nothing() {
    let house = House::new().await;
    let whole = keys(&house.full(Stream::Tickets).await);
    let first = house.halo.pull(&cx(), Stream::Tickets, Pass::Full, None).await.unwrap();
    let mut found = keys(&first);
    let gone = first.snapshots[0].records[0].id().clone();
    house.tenant.delete_ticket(gone.key.parse().unwrap()).unwrap();
    let mut batch = first;
    while batch.more {
        batch = house.halo.pull(&cx(), Stream::Tickets, Pass::Full, Some(&batch.next)).await.unwrap();
        found.extend(keys(&batch));
    }
    assert_eq!(found, whole);
    let (ids, _) = house.pass(Stream::Tickets, Pass::Ids, None).await;
    assert!(!ids.present.contains(&gone));
}

#[tokio::test]
async fn totals_may_be_missing_or_nought() {
    let house = House::new().await;
    let whole = keys(&house.full(Stream::Tickets).await);
    for counts in [Counts::Zero, Counts::Missing] {
        house.tenant.manners(|manners| manners.counts = counts);
        assert_eq!(keys(&house.full(Stream::Tickets).await), whole, "{counts:?}");
    }
}

#[tokio::test]
async fn a_list_that_gives_its_beginning_for_ever_is_no_list() {
    let house = House::new().await;
    house.tenant.fail(Fault::FirstPage, Some("Tickets"), 100);
    let error = house.try_pass(Stream::Tickets, Pass::Full, None).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Contract);
}

#[tokio::test]
async fn lists_may_come_under_other_keys_and_single_things_in_arrays() {
    let house = House::new().await;
    let expected = house.full(Stream::Contacts).await.snapshots;
    house.tenant.manners(|manners| {
        manners.keys.insert("Users", "people");
        manners.keys.insert("Tickets", "");
        manners.wraps_single = true;
    });
    assert_eq!(house.full(Stream::Contacts).await.snapshots, expected);
    assert!(!house.full(Stream::Tickets).await.snapshots.is_empty());
}

#[tokio::test]
async fn a_checkpoint_of_others_starts_over() {
    let house = House::new().await;
    let other = Checkpoint("{\"page\":3}".into());
    let batch = house.halo.pull(&cx(), Stream::Tickets, Pass::Changes, Some(&other)).await.unwrap();
    assert!(batch.restored && batch.snapshots.is_empty());
    let error = house.halo.pull(&cx(), Stream::Documents, Pass::Full, None).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unsupported);
    let nobody = house.halo.read(&cx(), &NativeId::new(Kind::Ticket, "x")).await.unwrap();
    assert!(nobody.is_none());
}

//! Passes over everything, single reads, and what they cost.

use super::fixture::{installation, keys, record};
use portico_contract::value::{ChoiceList, StatusGroup, TicketSource, Visibility};
use portico_contract::{Backend, Kind, Pass, Record, Stream};

#[tokio::test]
async fn a_full_pass_brings_tickets_with_all_their_children() {
    let itflow = installation(|_| {}).await;
    let batch = itflow.whole(Stream::Tickets, Pass::Full, None).await;
    // 6 is archived and 7 belongs to no client; the zero date of 3 is no date.
    assert_eq!(keys(&batch), ["1", "2", "3", "4", "5", "8"]);
    assert_eq!((batch.total, batch.more, batch.restored), (Some(6), false, false));
    let ids: Vec<String> = batch.snapshots[0].records.iter().map(|record| record.id().to_string()).collect();
    let expected = [
        "ticket:1",
        "comment:1",
        "comment:2",
        "comment:3",
        "attachment:2",
        "attachment:3",
        "attachment:5",
        "time_entry:reply:1",
        "time_entry:reply:2",
        "approval:1",
        "approval:2",
    ];
    assert_eq!(ids, expected);
    let shown: Vec<&str> =
        batch.snapshots[0].records.iter().filter(|r| is_public(r)).map(|r| r.id().key.as_str()).collect();
    assert_eq!(shown, ["1", "3", "3", "5", "reply:1", "1"]);
    let Record::Attachment(mail) = record(&batch, "attachment:1") else { panic!() };
    assert_eq!((mail.visibility, mail.reference.as_str()), (Visibility::Hidden, "2/r1.eml"));
}

fn is_public(record: &Record) -> bool {
    match record {
        Record::Comment(comment) => comment.visibility == Visibility::Public,
        Record::Attachment(file) => file.visibility == Visibility::Public,
        Record::TimeEntry(entry) => entry.visibility == Visibility::Public,
        Record::Approval(approval) => approval.visibility == Visibility::Public,
        _ => false,
    }
}

#[tokio::test]
async fn tickets_carry_the_vendors_values_beside_their_groups() {
    let itflow = installation(|_| {}).await;
    let batch = itflow.whole(Stream::Tickets, Pass::Full, None).await;
    let ticket = |id: &str| match record(&batch, id) {
        Record::Ticket(ticket) => ticket.clone(),
        other => panic!("{other:?}"),
    };
    let first = ticket("ticket:1");
    assert_eq!((first.number.as_str(), first.source), ("TCK-1", TicketSource::Portal));
    assert_eq!(first.category.map(|label| label.label).as_deref(), Some("Printers"));
    assert_eq!(first.asset.map(|id| id.to_string()).as_deref(), Some("asset:9"));
    assert_eq!(first.created_at.unwrap().to_rfc3339(), "2026-09-01T12:00:00+00:00");
    let reopened = ticket("ticket:2");
    assert_eq!((reopened.status.group, reopened.resolved_at), (StatusGroup::Open, None));
    let by_api = ticket("ticket:3");
    assert_eq!(by_api.created_at.unwrap().to_rfc3339(), "2026-09-03T08:00:00+00:00");
    assert_eq!(by_api.resolved_at.unwrap().to_rfc3339(), "2026-09-04T12:00:00+00:00");
    let bare = ticket("ticket:4");
    assert_eq!((bare.number.as_str(), bare.status.label.as_str()), ("4", "Status 77"));
    assert_eq!((bare.contact, bare.priority, bare.category), (None, None, None));
    // 15 is a category of income.
    assert_eq!(ticket("ticket:5").category, None);
    let waiting = ticket("ticket:8");
    assert_eq!((waiting.status.group, waiting.sla.paused), (StatusGroup::WaitingOnCustomer, Some(true)));
    let Record::Comment(comment) = record(&batch, "comment:6") else { panic!() };
    assert_eq!(comment.body.0, "<p>Café ☕ 日本</p>");
    assert_eq!(comment.author.name.as_deref(), Some("Paula Primary"));
}

#[tokio::test]
async fn people_and_accounts_keep_their_archived_rows_inactive() {
    let itflow = installation(|_| {}).await;
    let accounts = itflow.whole(Stream::Accounts, Pass::Full, None).await;
    let active = |record: &Record| match record {
        Record::Account(account) => account.active,
        Record::Contact(contact) => contact.active,
        Record::Agent(agent) => agent.active,
        other => panic!("{other:?}"),
    };
    assert_eq!(keys(&accounts), ["1", "2", "3"]);
    assert_eq!(accounts.snapshots.iter().map(|s| active(&s.records[0])).collect::<Vec<_>>(), [true, true, false]);
    let contacts = itflow.whole(Stream::Contacts, Pass::Full, None).await;
    let access: Vec<(bool, Option<bool>, String)> = contacts
        .snapshots
        .iter()
        .map(|s| match &s.records[0] {
            Record::Contact(contact) => (contact.active, contact.access.portal, contact.access.facts.join(" ")),
            other => panic!("{other:?}"),
        })
        .collect();
    let expected = [
        (true, Some(true), "billing primary"),
        (true, Some(false), "technical"),
        (true, Some(false), "standard"),
        (false, Some(false), "standard"),
        (true, Some(false), "primary"),
        (true, Some(false), "standard"),
    ];
    assert_eq!(access, expected.map(|(active, portal, facts)| (active, portal, facts.to_owned())));
    let agents = itflow.whole(Stream::Agents, Pass::Full, None).await;
    assert_eq!(keys(&agents), ["1", "2"]);
    assert!(active(&agents.snapshots[0].records[0]) && !active(&agents.snapshots[1].records[0]));
}

#[tokio::test]
async fn choices_hold_statuses_priorities_and_ticket_categories() {
    let itflow = installation(|_| {}).await;
    let batch = itflow.whole(Stream::Choices, Pass::Changes, None).await;
    let group = |id: &str| match record(&batch, id) {
        Record::Choice(choice) => choice.group.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(group("choice:status:6").as_deref(), Some("WAITING_ON_CUSTOMER"));
    assert_eq!(group("choice:status:7").as_deref(), Some("OTHER"));
    assert_eq!(group("choice:priority:Urgent").as_deref(), Some("URGENT"));
    let Record::Choice(printers) = record(&batch, "choice:category:101") else { panic!() };
    assert_eq!(printers.parent.as_ref().map(|id| id.key.as_str()), Some("category:100"));
    let Record::Choice(fax) = record(&batch, "choice:category:103") else { panic!() };
    assert!(!fax.active && printers.active);
    let Record::Choice(laptop) = record(&batch, "choice:asset_type:Laptop") else { panic!() };
    assert_eq!((laptop.list, laptop.value.as_str()), (ChoiceList::AssetType, "Laptop"));
    // The installation keeps no list of states.
    let Record::Choice(lost) = record(&batch, "choice:asset_status:Lost") else { panic!() };
    assert_eq!((lost.list, lost.order), (ChoiceList::AssetStatus, 3));
    assert_eq!(batch.snapshots.len(), 7 + 4 + 3 + 14 + 6);
    let ids = itflow.whole(Stream::Choices, Pass::Ids, None).await;
    assert_eq!((ids.present.len(), ids.snapshots.len()), (34, 0));
    itflow
        .edit(
            "INSERT INTO categories (category_id, category_name, category_type) VALUES (44, 'On loan', 'asset_status')",
        )
        .await;
    let batch = itflow.whole(Stream::Choices, Pass::Full, None).await;
    let Record::Choice(loan) = record(&batch, "choice:asset_status:44") else { panic!() };
    assert_eq!((loan.value.as_str(), batch.snapshots.len()), ("On loan", 34 - 6 + 1));
}

#[tokio::test]
async fn invoices_come_with_lines_and_payments() {
    let itflow = installation(|_| {}).await;
    let batch = itflow.whole(Stream::Invoices, Pass::Full, None).await;
    assert_eq!(keys(&batch), ["1", "2", "4"]);
    let Record::Invoice(first) = record(&batch, "invoice:1") else { panic!() };
    assert_eq!((first.total.to_string(), first.paid.unwrap().to_string()), ("54.49".into(), "34.49".into()));
    assert_eq!(first.balance.unwrap().normalize().to_string(), "20");
    assert_eq!((first.lines.len(), first.lines[0].name.as_str()), (1, "Hours"));
    let Record::Invoice(draft) = record(&batch, "invoice:2") else { panic!() };
    assert_eq!((draft.visibility, draft.due_on), (Visibility::Hidden, None));
    let Record::Payment(payment) = record(&batch, "payment:2") else { panic!() };
    assert_eq!((payment.amount.currency.as_str(), payment.reference.as_deref()), ("USD", None));
    assert!(batch.snapshots.iter().all(|snapshot| snapshot.complete == [Kind::Payment]));
}

#[tokio::test]
async fn pages_join_to_the_same_whole_and_cost_the_same_each() {
    let expected = installation(|_| {}).await.whole(Stream::Tickets, Pass::Full, None).await.snapshots;
    for batch in [1, 2, 3, 6] {
        let itflow = installation(|config| config.batch = batch).await;
        let first = itflow.pull(Stream::Tickets, Pass::Full, None).await;
        // Beside the page's own: the marks, the approvals to watch, the total, the zone.
        assert_eq!(itflow.statements().len(), 7 + 4);
        let mut found = first.snapshots;
        let (mut next, mut more) = (first.next, first.more);
        while more {
            let page = itflow.pull(Stream::Tickets, Pass::Full, Some(&next)).await;
            let statements = itflow.statements().len();
            // The ids, and for any number of them: tickets, categories, attachments, replies, approvals, people.
            assert_eq!(statements, if page.snapshots.is_empty() { 1 } else { 7 }, "batch {batch}");
            found.extend(page.snapshots);
            (next, more) = (page.next, page.more);
        }
        assert_eq!(found, expected, "batch {batch}");
    }
}

#[tokio::test]
async fn ids_agree_with_the_full_pass() {
    let itflow = installation(|_| {}).await;
    for stream in itflow.streams() {
        let full = itflow.whole(stream, Pass::Full, None).await;
        let ids = itflow.whole(stream, Pass::Ids, None).await;
        let present: Vec<&str> = ids.present.iter().map(|id| id.key.as_str()).collect();
        assert_eq!(present, keys(&full), "{stream}");
        assert_eq!((ids.total, ids.snapshots.len()), (full.total, 0), "{stream}");
        assert_eq!(full.total, u64::try_from(present.len()).ok(), "{stream}");
        assert!(full.gone.is_empty(), "{stream}");
    }
}

#[tokio::test]
async fn a_read_is_the_same_snapshot_as_a_page_of_it() {
    let itflow = installation(|_| {}).await;
    for stream in itflow.streams() {
        for snapshot in itflow.whole(stream, Pass::Full, None).await.snapshots {
            let id = snapshot.records[0].id().clone();
            assert_eq!(itflow.read(id.kind, &id.key).await.as_ref(), Some(&snapshot), "{id}");
        }
    }
    itflow.statements();
    itflow.read(Kind::Ticket, "1").await;
    assert_eq!(itflow.statements().len(), 6);
}

#[tokio::test]
async fn what_is_gone_or_not_of_the_stream_reads_as_none() {
    let itflow = installation(|_| {}).await;
    for (kind, key) in [
        (Kind::Ticket, "6"),
        (Kind::Ticket, "7"),
        (Kind::Ticket, "999"),
        (Kind::Ticket, "1 OR 1=1"),
        (Kind::Invoice, "3"),
        (Kind::Account, "4"),
        (Kind::Contact, "6"),
        (Kind::Agent, "11"),
        (Kind::Site, "3"),
        (Kind::Asset, "11"),
        (Kind::Asset, "12"),
        (Kind::Domain, "3"),
        (Kind::Certificate, "3"),
        (Kind::Document, "3"),
        (Kind::Document, "4"),
        (Kind::Quote, "3"),
        (Kind::RecurringInvoice, "4"),
    ] {
        assert_eq!(itflow.read(kind, key).await, None, "{kind}:{key}");
    }
}

#[tokio::test]
async fn secrets_are_in_no_statement() {
    let itflow = installation(|_| {}).await;
    for stream in itflow.backend.capabilities().streams.keys() {
        itflow.whole(*stream, Pass::Full, None).await;
        itflow.whole(*stream, Pass::Changes, None).await;
    }
    itflow.backend.probe(&super::fixture::cx()).await.unwrap();
    let said = itflow.statements().join("\n");
    assert!(said.contains("user_email"));
    let products =
        ["\"contact_id\" * \"contact_id\"", "\"recurring_payment_id\" * \"recurring_payment_recurring_invoice_id\""];
    let said = products.iter().fold(said, |said, product| said.replace(product, ""));
    for secret in
        ["url_key", "password", "token", "contact_pin", "api_key", "account_number", "domain_txt", "saved_payment", "*"]
    {
        assert!(!said.contains(secret), "{secret}");
    }
}

//! Commands against a tenant: what each does, and that a second time does nothing.

use super::fixture::{House, command, cx, number};
use portico_contract::command::{
    AddComment, CloseTicket, DecideApproval, DecideQuote, OpenTicket, RateTicket, RecordPayment, ReopenTicket,
    RequestItem, ResolveTicket, SetFollowers, UpdateTicket, UpsertContact,
};
use portico_contract::value::{Html, InvoiceGroup, Money, StatusGroup, Visibility};
use portico_contract::{Backend, CommandKind, ErrorKind, Intent, Kind, NativeId, Record, Snapshot, Stream};
use serde_json::json;

pub(super) fn new_ticket(contact: &NativeId, account: &NativeId, subject: &str) -> OpenTicket {
    OpenTicket {
        account: account.clone(),
        contact: Some(contact.clone()),
        site: None,
        asset: None,
        subject: subject.into(),
        description: Html("<p>It does not print.</p>".into()),
        priority: Some("2".into()),
        category: None,
        ticket_type: Some("1".into()),
        urgency: Some("1".into()),
        impact: Some("2".into()),
        followers: vec![contact.clone()],
        custom: vec![("151".into(), json!("Windows"))],
        attachments: Vec::new(),
    }
}

fn group(snapshot: &Snapshot) -> StatusGroup {
    match &snapshot.records[0] {
        Record::Ticket(ticket) => ticket.status.group,
        other => panic!("{other:?}"),
    }
}

fn said(ticket: &NativeId, text: &str, visibility: Visibility) -> Intent {
    Intent::AddComment(AddComment {
        ticket: ticket.clone(),
        body: Html(format!("<p>{text}</p>")),
        visibility,
        attachments: Vec::new(),
        seconds_worked: (visibility == Visibility::Hidden).then_some(900),
    })
}

#[tokio::test]
async fn a_ticket_is_opened_spoken_on_closed_and_reopened() {
    let house = House::new().await;
    let (contact, account) = house.contact().await;
    let open = Intent::OpenTicket(new_ticket(&contact, &account, "Printer"));
    let made = house.apply(&command(&contact, 1, open)).await.unwrap();
    let ticket = made.target;
    let snapshot = house.ticket(number(&ticket)).await;
    let Record::Ticket(row) = &snapshot.records[0] else { panic!() };
    assert_eq!((row.subject.as_str(), &row.account, row.contact.as_ref()), ("Printer", &account, Some(&contact)));
    assert_eq!(
        row.marker.as_deref(),
        Some(command(&contact, 1, said(&ticket, "", Visibility::Public)).id.to_string().as_str())
    );
    assert_eq!(row.priority.as_ref().unwrap().native_id, "2");
    assert_eq!((row.urgency.as_ref().unwrap().native_id.as_str(), row.site.is_some()), ("1", true));

    let agent = NativeId::new(Kind::Agent, 3);
    house.apply(&command(&contact, 2, said(&ticket, "Hello", Visibility::Public))).await.unwrap();
    let note = house.apply(&command(&agent, 3, said(&ticket, "Psst", Visibility::Hidden))).await.unwrap();
    let snapshot = house.ticket(number(&ticket)).await;
    let comments: Vec<_> = snapshot
        .records
        .iter()
        .filter_map(|record| match record {
            Record::Comment(comment) => {
                Some((comment.body.0.as_str(), comment.visibility, comment.author.contact.clone()))
            }
            _ => None,
        })
        .collect();
    let expected =
        [("<p>Hello</p>", Visibility::Public, Some(contact.clone())), ("<p>Psst</p>", Visibility::Hidden, None)];
    assert_eq!(comments, expected);
    assert!(snapshot.records.iter().any(|record| record.id().to_string() == note.target.to_string()));

    let close = || Intent::CloseTicket(CloseTicket { ticket: ticket.clone() });
    assert!(!house.apply(&command(&contact, 4, close())).await.unwrap().found);
    assert!(house.apply(&command(&contact, 4, close())).await.unwrap().found);
    assert_eq!(group(&house.ticket(number(&ticket)).await), StatusGroup::Closed);
    let note = Some(Html("<p>Again</p>".into()));
    let reopen = || Intent::ReopenTicket(ReopenTicket { ticket: ticket.clone(), note: note.clone() });
    house.apply(&command(&contact, 5, reopen())).await.unwrap();
    assert!(house.apply(&command(&contact, 5, reopen())).await.unwrap().found);
    let snapshot = house.ticket(number(&ticket)).await;
    let again = snapshot.records.iter().filter(|record| format!("{record:?}").contains("Again")).count();
    assert_eq!((group(&snapshot), again), (StatusGroup::InProgress, 1));
    let resolve = Intent::ResolveTicket(ResolveTicket { ticket: ticket.clone(), note: None });
    house.apply(&command(&agent, 6, resolve)).await.unwrap();
    assert_eq!(group(&house.ticket(number(&ticket)).await), StatusGroup::Resolved);
}

#[tokio::test]
async fn agents_change_a_ticket_and_followers_are_addresses() {
    let house = House::new().await;
    let (contact, account) = house.contact().await;
    let ticket =
        NativeId::new(Kind::Ticket, house.tenant.open_ticket(number(&account), number(&contact), "a").unwrap());
    let agent = NativeId::new(Kind::Agent, 3);
    let change = UpdateTicket {
        ticket: ticket.clone(),
        assignee: Some(agent.clone()),
        team: None,
        priority: Some("1".into()),
        status: Some("28".into()),
        category: None,
    };
    let apply =
        async |number| house.apply(&command(&agent, number, Intent::UpdateTicket(change.clone()))).await.unwrap();
    assert!(!apply(1).await.found);
    assert!(apply(1).await.found);
    let snapshot = house.ticket(number(&ticket)).await;
    let Record::Ticket(row) = &snapshot.records[0] else { panic!() };
    assert_eq!((row.assignee.as_ref(), row.status.group), (Some(&agent), StatusGroup::OnHold));
    let follow = || {
        let followers = vec![contact.clone()];
        Intent::SetFollowers(SetFollowers { ticket: ticket.clone(), followers })
    };
    assert!(!house.apply(&command(&contact, 2, follow())).await.unwrap().found);
    assert!(house.apply(&command(&contact, 2, follow())).await.unwrap().found);
    let rate = Intent::RateTicket(RateTicket { ticket: ticket.clone(), positive: true, note: Some("good".into()) });
    house.apply(&command(&contact, 3, rate)).await.unwrap();
    assert!(house.tenant.ids("Feedback").iter().any(|(id, _)| house.tenant.value("Feedback", *id, "score") == 5));
}

#[tokio::test]
async fn an_approval_is_decided_once_and_by_whom_it_is_for() {
    let house = House::new().await;
    let (contact, account) = house.contact().await;
    let ticket = house.tenant.open_ticket(number(&account), number(&contact), "a").unwrap();
    house
        .tenant
        .write("TicketApproval", json!({"ticket_id": ticket, "user_id": number(&contact), "summary": "Buy"}))
        .unwrap();
    house.tenant.update_ticket(ticket, json!({"faultapprovalexists": true})).unwrap();
    let approval =
        house.ticket(ticket).await.records.into_iter().find(|record| record.kind() == Kind::Approval).unwrap();
    let decide = |approve| {
        Intent::DecideApproval(DecideApproval { approval: approval.id().clone(), approve, note: Some("ok".into()) })
    };
    let other = NativeId::new(Kind::Contact, number(&contact) + 1);
    assert_eq!(house.apply(&command(&other, 1, decide(true))).await.unwrap_err().kind, ErrorKind::Forbidden);
    assert!(!house.apply(&command(&contact, 1, decide(true))).await.unwrap().found);
    assert!(house.apply(&command(&contact, 1, decide(true))).await.unwrap().found);
    assert_eq!(house.apply(&command(&contact, 2, decide(false))).await.unwrap_err().kind, ErrorKind::Conflict);
}

#[tokio::test]
async fn a_payment_is_known_by_its_reference_and_a_quote_takes_yes_or_no() {
    let house = House::new().await;
    let (contact, _) = house.contact().await;
    let invoices = house.full(Stream::Invoices).await;
    let unpaid = invoices.snapshots.iter().find_map(|snapshot| match &snapshot.records[0] {
        Record::Invoice(invoice) if invoice.status.group == InvoiceGroup::Unpaid => Some(invoice.clone()),
        _ => None,
    });
    let invoice = unpaid.unwrap();
    let pay = |currency: &str| {
        let amount = Money { amount: invoice.total, currency: currency.into() };
        Intent::RecordPayment(RecordPayment {
            invoice: invoice.id.clone(),
            amount,
            method: "card".into(),
            reference: "ch_1".into(),
        })
    };
    assert_eq!(house.apply(&command(&contact, 1, pay("EUR"))).await.unwrap_err().kind, ErrorKind::Invalid);
    assert!(!house.apply(&command(&contact, 1, pay(&invoice.currency))).await.unwrap().found);
    assert!(house.apply(&command(&contact, 1, pay(&invoice.currency))).await.unwrap().found);
    let snapshot = house.halo.read(&cx(), &invoice.id).await.unwrap().unwrap();
    let Record::Invoice(paid) = &snapshot.records[0] else { panic!() };
    assert_eq!(paid.status.group, InvoiceGroup::Paid);
    let quote = house.full(Stream::Quotes).await.snapshots[0].records[0].id().clone();
    let accept = Intent::DecideQuote(DecideQuote { quote: quote.clone(), accept: true, note: None });
    let decided = house.apply(&command(&contact, 2, accept)).await;
    assert!(decided.is_ok() || decided.as_ref().is_err_and(|error| error.kind == ErrorKind::Conflict), "{decided:?}");
}

#[tokio::test]
async fn a_contact_is_made_once_and_changed_within_its_account() {
    let house = House::new().await;
    let (contact, account) = house.contact().await;
    let wish = UpsertContact {
        contact: None,
        account: account.clone(),
        name: Some("Ada Byron".into()),
        title: None,
        department: None,
        email: Some("ada@new.example".into()),
        phone: None,
        mobile: None,
        facts: Some(vec!["invoices".into()]),
    };
    let make = || Intent::UpsertContact(wish.clone());
    let made = house.apply(&command(&contact, 1, make())).await.unwrap();
    let again = house.apply(&command(&contact, 1, make())).await.unwrap();
    assert_eq!((made.found, again.found, &made.target), (false, true, &again.target));
    let snapshot = house.halo.read(&cx(), &made.target).await.unwrap().unwrap();
    let Record::Contact(ada) = &snapshot.records[0] else { panic!() };
    assert_eq!((ada.name.as_str(), ada.access.facts.contains(&"invoices".to_owned())), ("Ada Byron", true));
    let elsewhere = UpsertContact {
        contact: Some(made.target.clone()),
        account: NativeId::new(Kind::Account, 9_999),
        ..wish.clone()
    };
    let error = house.apply(&command(&contact, 2, Intent::UpsertContact(elsewhere))).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Conflict);
    let by_role = UpsertContact { contact: Some(made.target), facts: Some(vec!["customer".into()]), ..wish };
    let error = house.apply(&command(&contact, 3, Intent::UpsertContact(by_role))).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Invalid);
}

#[tokio::test]
async fn what_a_setting_is_missing_for_is_no_capability_and_names_it() {
    let house = House::with(|config| {
        (config.reply_outcome, config.approval_approved, config.payment_method) = (None, None, None);
        (config.resolved_status, config.followers_field, config.score_good) = (None, None, None);
    })
    .await;
    let commands = &house.halo.capabilities().commands;
    for missing in [
        CommandKind::AddComment,
        CommandKind::DecideApproval,
        CommandKind::RecordPayment,
        CommandKind::ResolveTicket,
        CommandKind::SetFollowers,
        CommandKind::RateTicket,
        CommandKind::RequestItem,
        CommandKind::SetAutopay,
    ] {
        assert!(!commands.contains(&missing), "{missing}");
    }
    let (contact, account) = house.contact().await;
    let ticket =
        NativeId::new(Kind::Ticket, house.tenant.open_ticket(number(&account), number(&contact), "a").unwrap());
    let error = house.apply(&command(&contact, 1, said(&ticket, "a", Visibility::Public))).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unsupported);
    assert!(error.log().to_string().contains("reply_outcome"), "{}", error.log());
    let item = Intent::RequestItem(RequestItem {
        item: NativeId::new(Kind::CatalogueItem, "service:1"),
        account,
        contact: contact.clone(),
        subject: "New starter".into(),
        quantity: 1,
        values: Vec::new(),
    });
    assert_eq!(house.apply(&command(&contact, 2, item)).await.unwrap_err().kind, ErrorKind::Unsupported);
}

//! What is read, one thing at a time: the same as in lists, with its children, and nothing internal where customers look.

use super::fixture::{House, cx, number};
use futures_util::TryStreamExt;
use portico_contract::value::Visibility;
use portico_contract::{Backend, ErrorKind, HealthState, Kind, NativeFile, NativeId, Record, Stream};
use portico_sandbox::halopsa::{NewAction, UNKNOWN_CLIENT};

#[tokio::test]
async fn a_thing_is_the_same_in_a_list_and_on_its_own() {
    let house = House::new().await;
    for stream in [
        Stream::Accounts,
        Stream::Sites,
        Stream::Contacts,
        Stream::Agents,
        Stream::Tickets,
        Stream::Assets,
        Stream::Contracts,
        Stream::Invoices,
        Stream::RecurringInvoices,
        Stream::Quotes,
        Stream::Articles,
    ] {
        for listed in house.full(stream).await.snapshots.iter().take(15) {
            let record = &listed.records[0];
            let alone = house.halo.read(&cx(), record.id()).await.unwrap();
            let alone = alone.unwrap_or_else(|| panic!("{} is gone", record.id()));
            assert_eq!(as_listed(&alone.records[0], record), *record, "{stream}");
            assert_eq!(listed.unknown.is_empty(), stream != Stream::Tickets, "{stream}");
        }
    }
}

/// The thing itself without what the row of the list does not know.
fn as_listed(alone: &Record, listed: &Record) -> Record {
    let (Record::Ticket(alone), Record::Ticket(listed)) = (alone, listed) else { return alone.clone() };
    let mut ticket = alone.clone();
    ticket.description = listed.description.clone();
    (ticket.asset, ticket.contract, ticket.custom) = (None, None, Vec::new());
    Record::Ticket(ticket)
}

#[tokio::test]
async fn a_ticket_is_whole_in_two_or_three_calls() {
    let house = House::new().await;
    let (contact, account) = house.contact().await;
    let ticket = house.tenant.open_ticket(number(&account), number(&contact), "Printer").unwrap();
    let say = |note: &str, hidden, user| NewAction { ticket, note: note.into(), hidden, user, hours: 0.25 };
    let public = house.tenant.add_action(&say("<p>Hello</p>", false, number(&contact))).unwrap();
    let hidden = house.tenant.add_action(&say("<p>Psst</p>", true, 0)).unwrap();
    house.ticket(ticket).await;
    house.tenant.forget_seen();
    let snapshot = house.ticket(ticket).await;
    assert!(house.tenant.seen().len() <= 3, "{:?}", house.tenant.counts());
    assert_eq!(snapshot.complete.len(), 4);
    let shown = |action: i64| {
        let id = NativeId::new(Kind::Comment, format!("{ticket}/{action}"));
        snapshot.records.iter().find_map(|record| match record {
            Record::Comment(comment) if comment.id == id => Some((comment.visibility, comment.author.contact.clone())),
            _ => None,
        })
    };
    assert_eq!(shown(public), Some((Visibility::Public, Some(contact))));
    assert_eq!(shown(hidden), Some((Visibility::Hidden, None)));
    let times = snapshot.records.iter().filter(|record| record.kind() == Kind::TimeEntry).count();
    assert_eq!(times, 2);
    house.tenant.delete_ticket(ticket).unwrap();
    assert!(house.halo.read(&cx(), &NativeId::new(Kind::Ticket, ticket)).await.unwrap().is_none());
}

/// What a customer may come to see of a record; `None` where all of it is hidden.
fn shown(record: &Record) -> Option<String> {
    let mut record = record.clone();
    let seen = match &mut record {
        // Where tickets go that belong to no customer: nobody there can sign in.
        Record::Ticket(ticket) => ticket.account.key != UNKNOWN_CLIENT.to_string(),
        Record::Account(account) => account.notes.take().is_none_or(|_| true),
        Record::Contact(contact) => contact.notes.take().is_none_or(|_| true),
        Record::Site(site) => site.notes.take().is_none_or(|_| true),
        Record::Payment(payment) => payment.reference.take().is_none_or(|_| true),
        Record::Comment(comment) => comment.visibility == Visibility::Public,
        Record::TimeEntry(entry) => entry.visibility == Visibility::Public,
        Record::Attachment(file) => file.visibility == Visibility::Public,
        Record::Approval(approval) => approval.visibility == Visibility::Public,
        Record::Quote(quote) => quote.visibility == Visibility::Public,
        Record::Article(article) => article.visibility == Visibility::Public,
        Record::Announcement(popup) => popup.visibility == Visibility::Public,
        // The world calls the names of what has ended internal.
        Record::RecurringInvoice(recurring) => recurring.active,
        Record::Contract(contract) => contract.active,
        Record::Invoice(invoice) => {
            invoice.internal_note = None;
            invoice.visibility == Visibility::Public
        }
        _ => true,
    };
    seen.then(|| serde_json::to_string(&record).unwrap())
}

#[tokio::test]
async fn nothing_internal_is_in_what_may_be_shown() {
    let house = House::with(|config| (config.ticket_page, config.page) = (100, 500)).await;
    let (mut all, mut internal) = (0, 0);
    for stream in house.halo.capabilities().streams.keys() {
        for listed in house.full(*stream).await.snapshots {
            let whole = match stream {
                Stream::Tickets => house.halo.read(&cx(), listed.records[0].id()).await.unwrap(),
                _ => Some(listed),
            };
            for record in whole.iter().flat_map(|snapshot| &snapshot.records) {
                all += 1;
                internal += usize::from(serde_json::to_string(record).unwrap().contains("-internal"));
                let text = shown(record).unwrap_or_default();
                assert!(!text.contains("-internal"), "{text}");
            }
        }
    }
    assert!(all > 100 && internal > 0, "staff read internal texts: {internal} of {all}");
    assert!(!house.world.canaries().is_empty());
}

#[tokio::test]
async fn files_and_invoices_can_be_opened() {
    let house = House::new().await;
    let tickets = house.full(Stream::Tickets).await;
    let mut file = None;
    for ticket in &tickets.snapshots {
        let whole = house.halo.read(&cx(), ticket.records[0].id()).await.unwrap().unwrap();
        file = whole.records.into_iter().find_map(|record| match record {
            Record::Attachment(file) => Some(file),
            _ => None,
        });
        if file.is_some() {
            break;
        }
    }
    let file = file.unwrap();
    let open = async |owner: NativeId, reference: String| {
        let opened = house.halo.open(&cx(), &NativeFile { owner, reference }).await?;
        let size = opened.size.unwrap();
        let bytes: Vec<u8> = opened.bytes.map_ok(|bytes| bytes.to_vec()).try_concat().await?;
        assert_eq!(bytes.len() as u64, size);
        Ok::<_, portico_contract::Error>(bytes)
    };
    let bytes = open(file.id.clone(), file.reference.clone()).await.unwrap();
    assert_eq!(file.size, Some(bytes.len() as i64));
    let invoice = house.full(Stream::Invoices).await.snapshots[0].records[0].id().clone();
    assert!(open(invoice, String::new()).await.unwrap().starts_with(b"%PDF"));
    let error = open(file.id, "../secret".into()).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotFound);
}

#[tokio::test]
async fn a_probe_finds_a_healthy_tenant_and_names_what_is_missing() {
    let house = House::new().await;
    let health = house.halo.probe(&cx()).await.unwrap();
    assert_eq!(health.found["closed_statuses"], "9");
    assert!(health.found["outcomes_hidden"].contains("7 Private Note"), "{:?}", health.found);
    assert!(health.found["clients"].parse::<usize>().unwrap() > 1);
    // The box has the machine's clock in its headers, and the test has its own: that is a problem, and the only one.
    assert_eq!((health.state, health.problems.len()), (HealthState::Degraded, 1), "{:?}", health.problems);
    assert!(health.problems[0].contains("clock"), "{:?}", health.problems);
    assert_eq!(health.version.as_deref(), Some("2.236.133"));
    assert_eq!(house.halo.info().version.as_deref(), Some("2.236.133"));

    house.tenant.manners(|manners| manners.absent.extend(["Quotation"]));
    let bare = House::with(|config| config.web_access_own = None).await;
    let problems = bare.halo.probe(&cx()).await.unwrap().problems.join("\n");
    assert!(problems.contains("`web_access_level`"), "{problems}");
    let problems = house.halo.probe(&cx()).await.unwrap().problems.join("\n");
    assert!(problems.contains("no /Quotation"), "{problems}");
}

#[tokio::test]
async fn an_older_build_without_a_list_says_so() {
    let house = House::new().await;
    house.tenant.manners(|manners| manners.absent.extend(["ClientContract"]));
    let error = house.try_pass(Stream::Contracts, portico_contract::Pass::Full, None).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unsupported);
    assert!(error.public.contains("version of Halo"), "{}", error.public);
}

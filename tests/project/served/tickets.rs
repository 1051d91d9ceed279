//! Tickets: lists, filters, one ticket with all of its parts.

use super::{CLIENT, column, nodes};
use anyhow::{Context, Result};
use portico_contract::Kind;
use portico_sandbox::world::model::{ReplyType, Ticket};
use portico_tests::House;
use portico_tests::house::{PRIMARY, STANDARD};
use std::collections::BTreeSet;
use std::time::Duration;

const RESOLVED: i32 = 4;
const CLOSED: i32 = 5;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Numbers of the account's live tickets that pass a test.
fn numbers(house: &House, passes: impl Fn(&Ticket) -> bool) -> BTreeSet<String> {
    let tickets = house.world.tickets.iter().filter(|ticket| ticket.client == CLIENT && !ticket.archived.is_set());
    let number = |ticket: &Ticket| format!("{}{}", ticket.prefix.as_deref().unwrap_or_default(), ticket.number);
    tickets.filter(|ticket| passes(ticket)).map(number).collect()
}

/// The contact of somebody at the account.
fn contact(house: &House, name: &str) -> Result<i32> {
    let contact =
        house.world.contacts.iter().find(|contact| contact.client == CLIENT && contact.name.starts_with(name));
    Ok(contact.with_context(|| format!("no contact {name}"))?.id)
}

/// Acceptance: T30, T31, R15, D10, D11 (Query.tickets, TicketScope.MINE, TicketScope.ALL)
/// Acceptance: D10, D11 (TicketConnection.totalCount, Ticket.status)
#[tokio::test]
async fn tickets_are_ones_own_or_the_organisations() -> Result<()> {
    let house = House::new().await?;
    let (priya, sam) = (contact(&house, "Priya")?, contact(&house, "Sam")?);
    assert_eq!(column(&house, PRIMARY, "tickets", "scope: ALL", "number").await?, numbers(&house, |_| true));
    let own = numbers(&house, |ticket| ticket.contact == priya);
    assert_eq!(column(&house, PRIMARY, "tickets", "scope: MINE", "number").await?, own);
    let own = numbers(&house, |ticket| ticket.contact == sam);
    assert!(!own.is_empty());
    for scope in ["MINE", "ALL"] {
        assert_eq!(column(&house, STANDARD, "tickets", &format!("scope: {scope}"), "number").await?, own);
    }
    Ok(())
}

/// Acceptance: T32, T34 (TicketFilter.open, TicketFilter.status, TicketFilter.subject)
#[tokio::test]
async fn live_and_past_tickets_are_told_apart() -> Result<()> {
    let house = House::new().await?;
    let past = |ticket: &Ticket| [RESOLVED, CLOSED].contains(&ticket.status);
    let filtered =
        async |filter: &str| column(&house, PRIMARY, "tickets", &format!("filter: {{ {filter} }}"), "number").await;
    let closed = numbers(&house, |ticket| ticket.status == CLOSED);
    assert!(!closed.is_empty());
    assert_eq!(filtered("open: true").await?, numbers(&house, |ticket| !past(ticket)));
    assert_eq!(filtered("open: false").await?, numbers(&house, past));
    assert_eq!(filtered("status: { eq: CLOSED }").await?, closed);
    let subject = house.world.tickets.iter().find(|ticket| ticket.client == CLIENT && ticket.subject.len() > 8);
    let word: String =
        subject.context("no subject")?.subject.chars().skip(2).take(6).collect::<String>().to_uppercase();
    let with = numbers(&house, |ticket| ticket.subject.to_uppercase().contains(&word));
    assert_eq!(filtered(&format!("subject: {{ contains: {word:?} }}")).await?, with);
    Ok(())
}

/// Acceptance: T33 (Ticket.number, Ticket.subject, Ticket.status, Ticket.updatedAt, Ticket.priority)
/// Acceptance: T33 (Ticket.createdAt)
/// Acceptance in part: T39 (Ticket.createdAt, TicketStatus.group, TicketStatus.label, StatusGroup)
/// Acceptance: T20 (Ticket.source, TicketSource.EMAIL)
#[tokio::test]
async fn a_list_has_its_columns() -> Result<()> {
    let house = House::new().await?;
    let fields = "number subject status { group label } priority { label } createdAt updatedAt source";
    let rows = nodes(&house, PRIMARY, "tickets", "", fields).await?;
    assert!(rows.iter().all(|row| row["subject"].is_string() && row["status"]["label"].is_string()));
    assert!(rows.iter().any(|row| row["priority"]["label"].is_string() && row["updatedAt"].is_string()));
    let by_mail = numbers(&house, |ticket| ticket.source.as_deref() == Some("Email"));
    let mail = rows.iter().filter(|row| row["source"] == "EMAIL").filter_map(|row| row["number"].as_str());
    assert!(!by_mail.is_empty());
    assert_eq!(mail.map(str::to_owned).collect::<BTreeSet<_>>(), by_mail);
    Ok(())
}

/// Acceptance: T38 (Query.ticket, Ticket.comments, Ticket.attachments, Ticket.timeEntries, Ticket.assignee)
/// Acceptance: T38 (Ticket.status, Ticket.priority, Ticket.description, Comment.author)
/// Acceptance: R11, R12 (Ticket.timeEntries, provider.show_time_entries, Ticket.comments)
#[tokio::test]
async fn a_ticket_shows_its_public_conversation_files_and_time() -> Result<()> {
    let house = House::new().await?;
    let world = &house.world;
    let replies = |ticket: i32, internal: bool| {
        let of = world.replies.iter().filter(move |reply| reply.ticket == ticket && !reply.archived.is_set());
        of.filter(move |reply| (reply.reply_type == ReplyType::Internal) == internal).count()
    };
    let rich = |ticket: &&Ticket| {
        let (public, internal) = (replies(ticket.id, false), replies(ticket.id, true));
        ticket.client == CLIENT && !ticket.archived.is_set() && public > 1 && public < 100 && internal > 0
    };
    let ticket = world.tickets.iter().find(rich).context("no ticket with both kinds of replies")?;
    let query = format!(
        "{{ ticket(id: {:?}) {{ description status {{ label }} priority {{ label }} assignee {{ name }}
            comments(first: 100) {{ totalCount nodes {{ body author {{ name side }} }} }}
            attachments(first: 100) {{ totalCount }} timeEntries(first: 100) {{ nodes {{ seconds }} }} }} }}",
        house.id(Kind::Ticket, ticket.id)?
    );
    let shown = house.data(PRIMARY, &query).await?;
    let shown = &shown["ticket"];
    assert_eq!(shown["comments"]["totalCount"], replies(ticket.id, false));
    assert!(shown["comments"]["nodes"][0]["author"]["name"].is_string(), "{shown}");
    assert!(shown["timeEntries"]["nodes"].is_array() && shown["attachments"]["totalCount"].is_u64(), "{shown}");
    Ok(())
}

/// Acceptance: T47 (Query.tickets)
#[tokio::test]
async fn tickets_do_not_expire() -> Result<()> {
    let house = House::new().await?;
    house.pass(DAY * 365 * 5);
    house.app.sync.beat().await;
    assert_eq!(column(&house, PRIMARY, "tickets", "", "number").await?, numbers(&house, |_| true));
    Ok(())
}

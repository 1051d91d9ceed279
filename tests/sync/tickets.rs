//! Tickets come, change, move and go.

use crate::{seen, upstream};
use anyhow::{Context, Result};
use portico_contract::{Kind, Stream};
use portico_sandbox::itflow::edit::{NewTicket, TicketChange};
use portico_tests::house::{ADMINISTRATOR, OTHER_PRIMARY, PRIMARY};
use portico_tests::{House, Options};
use std::time::Duration;

/// A ticket of account 1 with public replies on it.
pub fn some_ticket(house: &House) -> Result<i32> {
    let archived = |ticket: i32| house.world.tickets.iter().any(|row| row.id == ticket && row.archived.is_set());
    let of_one = |ticket: i32| house.world.tickets.iter().any(|row| row.id == ticket && row.client == 1);
    let found = house.world.replies.iter().find(|reply| of_one(reply.ticket) && !archived(reply.ticket));
    Ok(found.context("no ticket")?.ticket)
}

/// Both accounts see exactly their own tickets, and staff all of them.
pub async fn are_right(house: &House) -> Result<()> {
    for (who, client) in [(PRIMARY, 1), (OTHER_PRIMARY, 2)] {
        let expected = upstream::tickets(house, &format!("ticket_client_id = {client}")).await?;
        assert_eq!(seen::tickets(house, who).await?, expected, "{who:?}");
    }
    staff_is_right(house).await
}

pub async fn staff_is_right(house: &House) -> Result<()> {
    assert_eq!(seen::tickets(house, ADMINISTRATOR).await?, upstream::tickets(house, "1 = 1").await?);
    Ok(())
}

#[tokio::test]
async fn a_new_ticket_appears_after_a_beat() -> Result<()> {
    new_ticket(Options::default()).await
}

pub async fn new_ticket(options: Options) -> Result<()> {
    let house = House::with(options).await?;
    let new = NewTicket { client: 1, contact: 4, subject: "Rats in the cable duct".to_owned(), ..NewTicket::default() };
    let ticket = house.editor().add_ticket(&new, house.psa_now()).await?;
    house.beat().await;
    let id = house.id(Kind::Ticket, ticket)?;
    let list = house.data(PRIMARY, "{ tickets(first: 1) { nodes { id subject } } }").await?;
    assert_eq!(seen::at(&list, "/tickets/nodes/0"), serde_json::json!({ "id": id, "subject": new.subject }));
    are_right(&house).await?;
    upstream::agrees(&house).await
}

#[tokio::test]
async fn a_deleted_ticket_disappears_after_a_sweep() -> Result<()> {
    deleted_ticket(Options::default()).await
}

pub async fn deleted_ticket(options: Options) -> Result<()> {
    let house = House::with(options).await?;
    let ticket = some_ticket(&house)?;
    let id = house.id(Kind::Ticket, ticket)?;
    let comments = seen::comments(&house, ADMINISTRATOR, &id).await?;
    house.editor().delete_ticket(ticket).await?;
    house.sweep(Stream::Tickets).await?;
    are_right(&house).await?;
    for child in comments {
        let answer = house.ask(ADMINISTRATOR, &format!("{{ nodes(ids: [\"{child}\"]) {{ id }} }}")).await?;
        assert!(seen::at(&answer, "/data/nodes/0").is_null(), "{answer}");
    }
    upstream::agrees(&house).await
}

#[tokio::test]
async fn a_deleted_ticket_disappears_at_once_when_it_is_opened() -> Result<()> {
    let house = House::new().await?;
    let ticket = some_ticket(&house)?;
    let id = house.id(Kind::Ticket, ticket)?;
    house.editor().delete_ticket(ticket).await?;
    house.pass(Duration::from_secs(21));
    let answer = seen::open(&house, PRIMARY, &id).await?;
    assert!(answer["data"]["ticket"].is_null(), "{answer}");
    assert_eq!(answer["errors"][0]["extensions"]["code"], "NOT_FOUND", "{answer}");
    are_right(&house).await?;
    upstream::agrees(&house).await
}

#[tokio::test]
async fn an_archived_ticket_disappears_after_a_beat() -> Result<()> {
    let house = House::new().await?;
    house.editor().archive_ticket(some_ticket(&house)?, house.psa_now()).await?;
    house.beat().await;
    are_right(&house).await?;
    upstream::agrees(&house).await
}

#[tokio::test]
async fn a_ticket_that_moves_to_another_account_moves_with_its_thread() -> Result<()> {
    let house = House::new().await?;
    let ticket = some_ticket(&house)?;
    let id = house.id(Kind::Ticket, ticket)?;
    let change = TicketChange { client: Some(2), ..TicketChange::default() };
    house.editor().update_ticket(ticket, &change, house.psa_now()).await?;
    house.beat().await;
    are_right(&house).await?;
    let public = upstream::comments(&house, ticket).await?;
    assert!(!public.is_empty());
    assert_eq!(seen::comments(&house, OTHER_PRIMARY, &id).await?, public);
    assert!(seen::comments(&house, PRIMARY, &id).await?.is_empty());
    for comment in public {
        let answer = house.ask(PRIMARY, &format!("{{ nodes(ids: [\"{comment}\"]) {{ id }} }}")).await?;
        assert!(answer["data"]["nodes"][0].is_null(), "{answer}");
    }
    upstream::agrees(&house).await
}

#[tokio::test]
async fn a_ticket_that_moved_is_not_shown_to_its_old_account_when_opened() -> Result<()> {
    let house = House::new().await?;
    let ticket = some_ticket(&house)?;
    let change = TicketChange { client: Some(2), ..TicketChange::default() };
    house.editor().update_ticket(ticket, &change, house.psa_now()).await?;
    house.pass(Duration::from_secs(21));
    let answer = seen::open(&house, PRIMARY, &house.id(Kind::Ticket, ticket)?).await?;
    assert!(answer["data"]["ticket"].is_null(), "{answer}");
    are_right(&house).await?;
    upstream::agrees(&house).await
}

#[tokio::test]
async fn what_happens_to_a_ticket_shows_after_a_beat() -> Result<()> {
    let house = House::new().await?;
    let (editor, ticket) = (house.editor(), some_ticket(&house)?);
    let query = format!(
        "{{ nodes(ids: [\"{}\"]) {{ ... on Ticket {{ status {{ group }} resolvedAt closedAt }} }} }}",
        house.id(Kind::Ticket, ticket)?
    );
    let stands = async || -> Result<String> {
        let node = house.data(PRIMARY, &query).await?["nodes"][0].clone();
        let set = |name: &str| !node[name].is_null();
        Ok(format!("{} {} {}", node["status"]["group"], set("resolvedAt"), set("closedAt")))
    };
    editor.resolve_ticket(ticket, house.psa_now()).await?;
    house.beat().await;
    assert_eq!(stands().await?, "\"RESOLVED\" true false");
    editor.close_ticket(ticket, 2, house.psa_now()).await?;
    house.beat().await;
    assert_eq!(stands().await?, "\"CLOSED\" true true");
    editor.reopen_ticket(ticket, house.psa_now()).await?;
    house.beat().await;
    assert_eq!(stands().await?, "\"OPEN\" false false");
    upstream::agrees(&house).await
}

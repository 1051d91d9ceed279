//! A wish that is sent again is the same wish.

use super::*;
use portico_tests::house::{ADMINISTRATOR, TECHNICAL};

async fn keyed(house: &House, who: Who<'_>, subject: &str, key: &str) -> Result<Value> {
    let input = json!({ "subject": subject, "description": "x", "idempotencyKey": key });
    run(house, who, CREATE, json!({ "input": input })).await
}

#[tokio::test]
async fn a_repeat_answers_how_it_stands_and_another_wish_is_a_conflict() -> Result<()> {
    let writes = Writable::default();
    let house = house(&writes).await?;
    writes.goes_down(true);
    let first = keyed(&house, STANDARD, "Keyed", "k1").await?;
    assert_eq!(at(&first, "/delivery"), "QUEUED");
    writes.goes_down(false);
    house.pass(LONG);
    house.deliver().await?;
    let again = keyed(&house, STANDARD, "Keyed", "k1").await?;
    assert_eq!(at(&again, "/delivery"), "APPLIED", "{again}");
    assert_eq!(at(&again, "/ticket/id"), at(&first, "/ticket/id"));
    let other = keyed(&house, STANDARD, "Something else", "k1").await?;
    assert_eq!(at(&other, "/userErrors/0/code"), "CONFLICT", "{other}");
    assert_eq!(at(&other, "/userErrors/0/field"), json!(["input", "idempotencyKey"]));
    // The key belongs to one user and one mutation.
    let theirs = keyed(&house, TECHNICAL, "Keyed", "k1").await?;
    ensure!(at(&theirs, "/ticket/id") != at(&first, "/ticket/id") && at(&theirs, "/delivery") == "APPLIED", "{theirs}");
    assert_eq!(tickets_upstream(&house, "Keyed").await?, 2);
    Ok(())
}

#[tokio::test]
async fn the_same_wish_at_the_same_time_is_one() -> Result<()> {
    let writes = Writable::default();
    let house = house(&writes).await?;
    let all = futures_util::future::join_all((0..8).map(|_| keyed(&house, STANDARD, "All at once", "k"))).await;
    let made: BTreeSet<String> = all.into_iter().map(|told| word(&told?, "/ticket/id")).collect::<Result<_>>()?;
    assert_eq!((made.len(), tickets_upstream(&house, "All at once").await?), (1, 1));
    Ok(())
}

#[tokio::test]
async fn a_repeat_is_authorized_again() -> Result<()> {
    let writes = Writable::default();
    let house = house(&writes).await?;
    let ticket = word(&create(&house, STANDARD, "Mine").await?, "/ticket/id")?;
    let input = json!({ "id": ticket, "input": { "body": "Hello", "idempotencyKey": "c" } });
    let said = run(&house, STANDARD, COMMENT, input.clone()).await?;
    assert_eq!(at(&said, "/delivery"), "APPLIED", "{said}");
    let change =
        portico_sandbox::itflow::edit::TicketChange { client: Some(2), contact: Some(0), ..Default::default() };
    let number = upstream(&house, "SELECT MAX(ticket_id) FROM tickets").await?;
    house.editor().update_ticket(i32::try_from(number)?, &change, house.psa_now()).await?;
    house.beat().await;
    let again = run(&house, STANDARD, COMMENT, input).await?;
    assert_eq!(at(&again, "/userErrors/0/code"), "NOT_FOUND", "{again}");
    assert_eq!(at(&again, "/comment"), Value::Null);
    Ok(())
}

#[tokio::test]
async fn keys_and_settled_commands_are_forgotten_after_their_time() -> Result<()> {
    let writes = Writable::default();
    let house = house(&writes).await?;
    keyed(&house, STANDARD, "Kept for a month", "k").await?;
    house.pass(Duration::from_secs(29 * 86_400));
    assert_eq!(house.app.journal.tidy().await.map_err(|e| portico::app::say(&e))?, 0);
    house.pass(Duration::from_secs(2 * 86_400));
    assert_eq!(house.app.journal.tidy().await.map_err(|e| portico::app::say(&e))?, 2);
    let told = house.data(ADMINISTRATOR, "{ commands(first: 5) { nodes { id } } }").await?;
    assert_eq!(at(&told, "/commands/nodes"), json!([]));
    house.beat().await;
    assert_eq!(shown(&house, PRIMARY, "Kept for a month").await?.len(), 1, "the ticket stays, under its id");
    Ok(())
}

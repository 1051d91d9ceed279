//! Who follows a ticket is shown by name to those who see the ticket, and nobody is shown who is not of its account.

#![expect(clippy::indexing_slicing, reason = "an answer without the place is a failed test")]

use crate::shelf::{Shelf, shelf};
use anyhow::{Context, Result, ensure};
use portico_sandbox::halopsa::SHIFT;
use portico_tests::Who;
use portico_tests::house::ADMINISTRATOR;
use serde_json::{Value, json};
use std::time::Duration;

const FOLLOW: &str = "mutation($id: ID!, $who: [ID!]!) { setTicketFollowers(id: $id, input: { followerIds: $who }) { \
    ticket { followers { id side } } delivery userErrors { code } } }";

/// Opens the ticket, so that it is read again, and gives who follows it.
async fn followers(shelf: &Shelf, who: Who<'_>, ticket: &Value) -> Result<Value> {
    shelf.house.pass(Duration::from_secs(60));
    let query = "query($id: ID!) { ticket(id: $id) { followers { id name side } } }";
    let answer = shelf.house.ask_with(who, query, json!({ "id": ticket })).await?;
    ensure!(answer.get("errors").is_none(), "{answer}");
    Ok(answer["data"]["ticket"]["followers"].clone())
}

/// Acceptance: T13 (Ticket.followers, CreateTicketInput.followerIds, Mutation.setTicketFollowers)
#[tokio::test]
async fn followers_are_set_and_shown_and_strangers_are_neither_shown_nor_lost() -> Result<()> {
    let shelf = shelf().await?;
    let (primary, client) = (shelf.primary.who(), i64::from(shelf.primary.client) + SHIFT.client);
    let create = "mutation($who: [ID!]!) { createTicket(input: { subject: \"Printer\", description: \"It jams\", \
        followerIds: $who }) { ticket { id number followers { id side } } delivery userErrors { code message } } }";
    let made = shelf.run(primary, create, json!({ "who": [shelf.user.contact] })).await?;
    assert_eq!(made["delivery"], "APPLIED", "{made}");
    let (ticket, number) = (&made["ticket"]["id"], Shelf::number(&made["ticket"])?);
    let colleague = json!([{ "id": shelf.user.contact, "side": "CUSTOMER" }]);
    assert_eq!(made["ticket"]["followers"], colleague, "{made}");

    // Mail brings others along: somebody of another customer, and somebody whom Halo does not know.
    let address = |id: i64| shelf.halo.value("Users", id, "emailaddress").as_str().unwrap_or_default().to_owned();
    let foreign = |(id, _): &(i64, i64)| shelf.halo.value("Users", *id, "client_id") != json!(client);
    let users = shelf.halo.ids("Users");
    let (other, _) =
        users.iter().filter(|key| foreign(key)).find(|(id, _)| address(*id).contains('@')).context("no")?;
    let list = shelf.halo.value("Tickets", number, "emailcclist");
    let all = format!("{}; {};boss@elsewhere.test", list.as_str().context("no list")?, address(*other).to_uppercase());
    shelf.halo.update_ticket(number, json!({ "emailcclist": all }))?;
    for who in [primary, ADMINISTRATOR] {
        let shown = followers(&shelf, who, ticket).await?;
        ensure!(shown.as_array().is_some_and(|all| all.len() == 1), "{shown}");
        assert_eq!(shown[0]["id"], shelf.user.contact.as_str(), "{shown}");
        ensure!(shown[0]["name"].as_str().is_some_and(|name| !name.is_empty()), "{shown}");
    }

    // Who takes the colleague away does not know of the others, and leaves them where they are.
    let done = shelf.run(primary, FOLLOW, json!({ "id": ticket, "who": [] })).await?;
    assert_eq!(done, json!({ "ticket": { "followers": [] }, "delivery": "APPLIED", "userErrors": [] }));
    let left = shelf.halo.value("Tickets", number, "emailcclist").to_string();
    assert!(left.contains("boss@elsewhere.test") && left.contains(&address(*other).to_lowercase()), "{left}");
    let done = shelf.run(primary, FOLLOW, json!({ "id": ticket, "who": [shelf.user.contact] })).await?;
    assert_eq!(done["ticket"]["followers"], colleague, "{done}");

    // The row of a list does not know them, and takes nothing away.
    shelf.halo.update_ticket(number, json!({ "summary": "Printer again" }))?;
    shelf.house.pass(Duration::from_secs(60));
    shelf.house.app.sync.beat().await;
    let query = "{ tickets(first: 100) { nodes { id subject followers { id } } } }";
    let listed = shelf.house.data(primary, query).await?;
    let found = listed["tickets"]["nodes"].as_array().into_iter().flatten().find(|row| row["id"] == *ticket);
    let found = found.context("the ticket is not listed")?;
    assert_eq!((&found["subject"], found["followers"].as_array().map(Vec::len)), (&json!("Printer again"), Some(1)));
    let (_, few) = shelf.house.counted(primary, "{ tickets(first: 2) { nodes { followers { name } } } }").await?;
    let (_, many) = shelf.house.counted(primary, "{ tickets(first: 50) { nodes { followers { name } } } }").await?;
    assert_eq!(few, many);
    Ok(())
}

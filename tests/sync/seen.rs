//! What a viewer is told.

use anyhow::{Result, ensure};
use portico_tests::{House, Who};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The ids of a list's rows, all pages; nothing where the list is refused.
pub async fn all(house: &House, who: Who<'_>, list: &str) -> Result<BTreeSet<String>> {
    let query = format!(
        "query($after: String) {{ {list}(first: 100, after: $after) \
         {{ nodes {{ id }} pageInfo {{ hasNextPage endCursor }} }} }}"
    );
    let (mut found, mut after) = (BTreeSet::new(), Value::Null);
    loop {
        let answer = house.ask_with(who, &query, json!({ "after": after })).await?;
        ensure!(is_answer(&answer), "{list}: {answer}");
        let page = at(&answer, &format!("/data/{list}"));
        found.extend(ids(&at(&page, "/nodes")));
        if at(&page, "/pageInfo/hasNextPage") != json!(true) {
            return Ok(found);
        }
        after = at(&page, "/pageInfo/endCursor");
    }
}

/// Answered, or refused for want of a right; anything else is a failure of the product.
fn is_answer(answer: &Value) -> bool {
    let errors = at(answer, "/errors").as_array().cloned().unwrap_or_default();
    errors.iter().all(|error| at(error, "/extensions/code") == "FORBIDDEN")
}

pub async fn tickets(house: &House, who: Who<'_>) -> Result<BTreeSet<String>> {
    all(house, who, "tickets").await
}

pub async fn invoices(house: &House, who: Who<'_>) -> Result<BTreeSet<String>> {
    all(house, who, "invoices").await
}

/// What stands at a place of an answer; null where nothing does.
#[must_use]
pub fn at(answer: &Value, place: &str) -> Value {
    answer.pointer(place).cloned().unwrap_or_default()
}

/// The ids of a list of nodes.
#[must_use]
pub fn ids(nodes: &Value) -> BTreeSet<String> {
    let nodes = nodes.as_array().map(Vec::as_slice).unwrap_or_default();
    nodes.iter().filter_map(|node| node.get("id")?.as_str().map(str::to_owned)).collect()
}

/// What hangs on a ticket, from the read model alone: `nodes` opens nothing.
pub async fn on_ticket(house: &House, who: Who<'_>, ticket: &str, children: &str) -> Result<BTreeSet<String>> {
    let query = format!(
        "query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on Ticket {{ {children}(first: 100) {{ nodes {{ id }} }} }} }} }}"
    );
    let answer = house.ask_with(who, &query, json!({ "ids": [ticket] })).await?;
    ensure!(is_answer(&answer), "{children}: {answer}");
    Ok(ids(&at(&answer, &format!("/data/nodes/0/{children}/nodes"))))
}

pub async fn comments(house: &House, who: Who<'_>, ticket: &str) -> Result<BTreeSet<String>> {
    on_ticket(house, who, ticket, "comments").await
}

/// Opens a ticket and gives the whole answer.
pub async fn open(house: &House, who: Who<'_>, ticket: &str) -> Result<Value> {
    let query = "query($id: ID!) { ticket(id: $id) { id subject comments(first: 100) { nodes { id } } } }";
    house.ask_with(who, query, json!({ "id": ticket })).await
}

/// What an answer says of data that is older than promised.
#[must_use]
pub fn stale(answer: &Value) -> Vec<Value> {
    at(answer, "/extensions/freshness").as_array().cloned().unwrap_or_default()
}

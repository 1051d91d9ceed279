//! What is written reaches the PSA once: whatever fails, whoever dies, however often it is asked for.

mod crash;
mod files;
mod forgotten;
mod inputs;
mod keys;
mod limits;
mod possible;
mod queue;
mod quirks;
mod rules;
mod states;
mod traffic;
mod twins;

use crate::seen::{at, ids};
use anyhow::{Context, Result, ensure};
use portico::config::Config;
use portico_tests::house::{PRIMARY, STANDARD};
use portico_tests::{House, Options, Who, Writable};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

const CREATE: &str = "mutation($input: CreateTicketInput!) { createTicket(input: $input) { \
    ticket { id number subject description delivery account { id } contact { id } } \
    delivery userErrors { code message field } } }";
const COMMENT: &str = "mutation($id: ID!, $input: AddTicketCommentInput!) { addTicketComment(id: $id, input: $input) { \
    comment { id body delivery author { name } ticket { id } } delivery userErrors { code message field } } }";

/// Longer than any back-off.
const LONG: Duration = Duration::from_secs(400);
/// The adapter's settle time, and a little more.
const SETTLED: Duration = Duration::from_secs(31);

async fn house(writes: &Writable) -> Result<House> {
    house_with(writes, None).await
}

async fn house_with(writes: &Writable, configure: Option<fn(&mut Config)>) -> Result<House> {
    House::with(Options { writes: Some(writes.clone()), configure, ..Options::default() }).await
}

/// What a mutation answers, without errors beside it.
async fn run(house: &House, who: Who<'_>, mutation: &str, variables: Value) -> Result<Value> {
    let answer = house.ask_with(who, mutation, variables).await?;
    ensure!(answer.get("errors").is_none(), "{answer}");
    let data = at(&answer, "/data");
    Ok(data.as_object().and_then(|data| data.values().next()).cloned().unwrap_or_default())
}

async fn create(house: &House, who: Who<'_>, subject: &str) -> Result<Value> {
    let input = json!({ "subject": subject, "description": "<p>It is broken.</p>" });
    run(house, who, CREATE, json!({ "input": input })).await
}

async fn comment(house: &House, who: Who<'_>, ticket: &str, body: &str) -> Result<Value> {
    run(house, who, COMMENT, json!({ "id": ticket, "input": { "body": body } })).await
}

fn word(payload: &Value, place: &str) -> Result<String> {
    at(payload, place).as_str().map(str::to_owned).with_context(|| format!("no {place} in {payload}"))
}

/// Tickets with this subject, as the viewer is told.
async fn shown(house: &House, who: Who<'_>, subject: &str) -> Result<BTreeSet<String>> {
    let query = "query($s: String!) { tickets(first: 100, filter: { subject: { contains: $s } }) { nodes { id } } }";
    let answer = house.ask_with(who, query, json!({ "s": subject })).await?;
    ensure!(answer.get("errors").is_none(), "{answer}");
    Ok(ids(&at(&answer, "/data/tickets/nodes")))
}

/// The ticket as `node` gives it.
async fn node(house: &House, who: Who<'_>, id: &str) -> Result<Value> {
    let query = "query($id: ID!) { node(id: $id) { id ... on Ticket { number subject delivery \
                 comments(first: 50) { nodes { id body delivery author { name } } } } } }";
    let answer = house.ask_with(who, query, json!({ "id": id })).await?;
    Ok(at(&answer, "/data/node"))
}

/// Rows of the PSA.
async fn upstream(house: &House, sql: &str) -> Result<i64> {
    use sea_orm::{ConnectionTrait, Statement};
    let editor = house.editor();
    let conn = editor.conn();
    let row = conn.query_one_raw(Statement::from_string(conn.get_database_backend(), sql)).await?.context("no row")?;
    Ok(row.try_get_by_index(0)?)
}

async fn tickets_upstream(house: &House, subject: &str) -> Result<i64> {
    upstream(house, &format!("SELECT COUNT(*) FROM tickets WHERE ticket_subject = '{subject}'")).await
}

//! Two PSAs of different vendors below one schema: the same questions, the same fields.

#![expect(clippy::indexing_slicing, reason = "an answer without the place is a failed test")]

use anyhow::{Context, Result, ensure};
use portico::app::{App, say};
use portico::config::BackendSettings;
use portico::registry;
use portico_sandbox::Halo;
use portico_tests::House;
use portico_tests::house::ADMINISTRATOR;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const TICKETS: &str = "query($after: String) { tickets(first: 100, after: $after) { \
    pageInfo { hasNextPage endCursor } nodes { id number subject createdAt status { group label } \
    priority { group label } account { id name } requester { name } assignee { name } } } }";
/// A house with an ITFlow and a Halo, both of one world.
async fn house() -> Result<(House, Halo)> {
    let mut house = House::new().await?;
    let clock = house.clock.clone();
    let halo = Halo::start(&house.world, Arc::new(move || clock.now().naive_utc())).await?;
    let settings = [
        ("resource_url", halo.resource_url()),
        ("auth_url", halo.auth_url()),
        ("client_id", halo.client_id().to_owned()),
        ("client_secret", halo.client_secret()),
        ("currency", "USD".to_owned()),
    ];
    let mut table: toml::Table =
        settings.into_iter().map(|(key, value)| (key.to_owned(), toml::Value::String(value))).collect();
    table.insert("allow_http".to_owned(), toml::Value::Boolean(true));
    table.insert("allow_local".to_owned(), toml::Value::Boolean(true));
    house.config.backends.push(BackendSettings::new("halo", "halopsa", table));
    let backends = registry::backends(&house.config.backends, &house.clock)?;
    house.app = App::start(&house.config, backends, house.clock.clone()).await?;
    house.app.sync.fill(false, None).await.map_err(|e| say(&e))?;
    Ok((house, halo))
}

async fn tickets(house: &House) -> Result<Vec<Value>> {
    all(house, TICKETS).await
}

async fn all(house: &House, query: &str) -> Result<Vec<Value>> {
    let (mut all, mut after) = (Vec::new(), Value::Null);
    loop {
        let said = house.ask_with(ADMINISTRATOR, query, serde_json::json!({ "after": after })).await?;
        ensure!(said.get("errors").is_none(), "{said}");
        let page = &said["data"]["tickets"];
        all.extend(page["nodes"].as_array().context("no tickets")?.iter().cloned());
        if page["pageInfo"]["hasNextPage"] != true {
            return Ok(all);
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
}

#[tokio::test]
async fn one_question_is_answered_from_both() -> Result<()> {
    let (house, _halo) = house().await?;
    let all = tickets(&house).await?;
    let mut by_subject: BTreeMap<String, Vec<&Value>> = BTreeMap::new();
    for ticket in &all {
        by_subject.entry(ticket["subject"].as_str().unwrap_or_default().to_owned()).or_default().push(ticket);
    }
    let twice = by_subject.values().filter(|same| same.len() == 2).count();
    ensure!(twice > 20, "only {twice} of {} tickets are in both", by_subject.len());
    for same in by_subject.values().filter(|same| same.len() == 2) {
        let [one, other] = same.as_slice() else { continue };
        assert_ne!(one["id"], other["id"]);
        assert_ne!(one["account"]["id"], other["account"]["id"], "accounts are those of their PSA");
        assert_eq!(one["account"]["name"], other["account"]["name"]);
        assert_eq!(one["requester"]["name"], other["requester"]["name"], "{one} {other}");
        // Each keeps its own label, and a label that says nothing to us is no group; what is closed is closed in both.
        let is_closed = |it: &Value| it["status"]["group"] == "CLOSED";
        assert_eq!(is_closed(one), is_closed(other), "{one} {other}");
        ensure!(
            same.iter().all(|it| it["status"]["label"].as_str().is_some_and(|label| !label.is_empty())),
            "{same:?}"
        );
    }
    Ok(())
}

/// Acceptance: T06, T33 (Ticket.impact, Ticket.urgency, Ticket.type, Ticket.team)
#[tokio::test]
async fn a_list_says_how_severe_a_ticket_is_and_whose_it_is() -> Result<()> {
    let (house, halo) = house().await?;
    let query = "query($after: String) { tickets(first: 100, after: $after) { pageInfo { hasNextPage endCursor } \
        nodes { subject type urgency impact team { name } } } }";
    let said = all(&house, query).await?;
    for field in ["type", "urgency", "impact", "team"] {
        let word = |row: &'_ Value| if field == "team" { row["team"]["name"].clone() } else { row[field].clone() };
        let words: BTreeSet<String> = said.iter().filter_map(|row| word(row).as_str().map(str::to_owned)).collect();
        ensure!(words.iter().any(|word| !word.is_empty() && word.parse::<i64>().is_err()), "{field}: {words:?}");
    }
    // ITFlow knows neither, and a ticket of it says so.
    let of_itflow = house.world.tickets.len();
    ensure!(said.iter().filter(|row| row["impact"].is_null()).count() + 5 >= of_itflow, "{of_itflow}");
    drop(halo);
    Ok(())
}

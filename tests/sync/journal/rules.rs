//! What ITFlow's API would take or refuse, through GraphQL and the real adapter: what does not fit is said, and nothing
//! is written.

use super::*;
use portico::app::{App, say};
use portico::config::BackendSettings;
use portico_contract::Kind;
use portico_sandbox::world::model::Stamp;
use portico_tests::Writing;
use portico_tests::house::{ADMINISTRATOR, AGENT, OTHER_PRIMARY};
use sea_orm::ConnectionTrait;

/// Tables that a write would leave a trace in.
const TRACES: &[&str] = &["tickets", "ticket_replies", "ticket_history", "contacts", "logs", "email_queue"];

pub async fn writing(writing: Writing) -> Result<House> {
    House::with(Options { writing: Some(writing), ..Options::default() }).await
}

/// Calls of the API that would write.
pub fn posts(house: &House) -> usize {
    house.api.iter().flat_map(|api| api.seen()).filter(|call| call.method == "POST").count()
}

pub async fn set(house: &House, sql: &str) -> Result<()> {
    house.editor().conn().execute_unprepared(sql).await.map(drop).context(sql.to_owned())
}

async fn traces(house: &House) -> Result<Vec<i64>> {
    let mut traces = Vec::new();
    for table in TRACES {
        traces.push(upstream(house, &format!("SELECT COUNT(*) FROM {table}")).await?);
    }
    Ok(traces)
}

/// What is wrong, in one word, and with which field.
fn wrong(told: &Value) -> (Value, Value) {
    (at(told, "/userErrors/0/code"), at(told, "/userErrors/0/field"))
}

fn field(name: &str) -> Value {
    json!(["input", name])
}

fn live(archived: Stamp) -> bool {
    archived == Stamp::Never
}

/// A row of the world that belongs to a client and is in use.
fn of(house: &House, kind: Kind, client: i32) -> Result<String> {
    let world = &house.world;
    let first = match kind {
        Kind::Contact => world.contacts.iter().find(|row| row.client == client && live(row.archived)).map(|row| row.id),
        Kind::Asset => world.assets.iter().find(|row| row.client == client && live(row.archived)).map(|row| row.id),
        Kind::Site => world.locations.iter().find(|row| row.client == client && live(row.archived)).map(|row| row.id),
        _ => None,
    };
    house.id(kind, first.context("no such row")?)
}

fn choice(house: &House, word: &str) -> Result<String> {
    house.id(Kind::Choice, word)
}

/// A wish of an agent for client 1, with this in it.
fn wish(house: &House, more: &[(&str, String)]) -> Result<Value> {
    let mut input = json!({ "subject": "Fits", "description": "x", "accountId": house.id(Kind::Account, 1)? });
    for (name, value) in more {
        if let Some(object) = input.as_object_mut() {
            object.insert((*name).to_owned(), json!(value));
        }
    }
    Ok(json!({ "input": input }))
}

#[tokio::test]
async fn a_ticket_that_does_not_fit_is_told_at_its_field_and_not_sent() -> Result<()> {
    let house = writing(Writing::default()).await?;
    let before = traces(&house).await?;
    let (bad, missing) = (json!("BAD_USER_INPUT"), json!("NOT_FOUND"));
    let unused = house.id(Kind::Account, 5)?;
    for (name, value, code, place) in [
        ("subject", String::new(), &bad, field("subject")),
        ("subject", "x".repeat(501), &bad, field("subject")),
        // What ITFlow would store as nothing.
        ("subject", "0".to_owned(), &bad, Value::Null),
        ("subject", "<b></b>".to_owned(), &bad, Value::Null),
        ("description", "  ".to_owned(), &bad, field("description")),
        ("accountId", house.id(Kind::Account, 999)?, &missing, field("accountId")),
        ("accountId", unused, &bad, field("accountId")),
        ("contactId", of(&house, Kind::Contact, 2)?, &bad, field("contactId")),
        ("contactId", house.id(Kind::Contact, 999)?, &missing, field("contactId")),
        ("assetId", of(&house, Kind::Asset, 2)?, &missing, field("assetId")),
        ("siteId", of(&house, Kind::Site, 2)?, &missing, field("siteId")),
        ("priorityId", choice(&house, "priority:Bogus")?, &missing, field("priorityId")),
        ("priorityId", choice(&house, "status:2")?, &bad, field("priorityId")),
        ("categoryId", choice(&house, "priority:High")?, &bad, field("categoryId")),
    ] {
        let told = run(&house, AGENT, CREATE, wish(&house, &[(name, value.clone())])?).await?;
        assert_eq!(wrong(&told), (code.clone(), place), "{name} {value:.20}: {told}");
        ensure!(word(&told, "/userErrors/0/message")?.len() > 10 && at(&told, "/ticket").is_null(), "{told}");
    }
    assert_eq!((traces(&house).await?, posts(&house)), (before, 0));
    let told = run(&house, AGENT, CREATE, wish(&house, &[("priorityId", choice(&house, "priority:High")?)])?).await?;
    assert_eq!((at(&told, "/delivery"), posts(&house)), (json!("APPLIED"), 1), "{told}");
    Ok(())
}

/// What Portico still believes, ITFlow is asked about before anything is sent: its API would take any of it.
#[tokio::test]
async fn what_has_changed_in_itflow_since_is_refused_and_not_sent() -> Result<()> {
    let house = writing(Writing::default()).await?;
    let (asset, site) = (of(&house, Kind::Asset, 1)?, of(&house, Kind::Site, 1)?);
    for sql in [
        "UPDATE contacts SET contact_archived_at = '2026-03-02 11:00:00' WHERE contact_id = 6",
        "UPDATE assets SET asset_client_id = 2 WHERE asset_client_id = 1",
        "UPDATE locations SET location_archived_at = '2026-03-02 11:00:00' WHERE location_client_id = 1",
        "UPDATE categories SET category_archived_at = '2026-03-02 11:00:00' WHERE category_id = 3",
    ] {
        set(&house, sql).await?;
    }
    let before = traces(&house).await?;
    for (name, value) in [
        ("contactId", house.id(Kind::Contact, 6)?),
        ("assetId", asset),
        ("siteId", site),
        ("categoryId", choice(&house, "category:3")?),
    ] {
        let told = run(&house, AGENT, CREATE, wish(&house, &[(name, value)])?).await?;
        assert_eq!((at(&told, "/delivery"), at(&told, "/ticket")), (json!("REJECTED"), Value::Null), "{name}: {told}");
        assert_eq!(wrong(&told).0, "BAD_USER_INPUT", "{name}: {told}");
    }
    assert_eq!((traces(&house).await?, posts(&house)), (before, 0));
    Ok(())
}

#[tokio::test]
async fn a_closed_ticket_takes_no_word_and_a_ticket_that_is_gone_neither() -> Result<()> {
    let house = writing(Writing::default()).await?;
    let mut tickets = Vec::new();
    for subject in ["Closed behind the back", "Gone behind the back"] {
        tickets.push(word(&create(&house, STANDARD, subject).await?, "/ticket/id")?);
    }
    set(&house, "UPDATE tickets SET ticket_status = 5 WHERE ticket_subject LIKE 'Closed behind%'").await?;
    set(&house, "DELETE FROM tickets WHERE ticket_subject LIKE 'Gone behind%'").await?;
    let (before, sent) = (traces(&house).await?, posts(&house));
    for (ticket, code) in tickets.iter().zip(["CONFLICT", "NOT_FOUND"]) {
        for who in [STANDARD, AGENT] {
            let told = comment(&house, who, ticket, "too late").await?;
            assert_eq!(wrong(&told).0, code, "{who:?}: {told}");
            assert_eq!(at(&told, "/comment"), Value::Null, "{told}");
        }
    }
    let told = comment(&house, AGENT, tickets.first().context("a ticket")?, "<script></script>").await?;
    assert_eq!(wrong(&told), (json!("BAD_USER_INPUT"), field("body")), "{told}");
    assert_eq!((traces(&house).await?, posts(&house)), (before, sent));
    Ok(())
}

const ADD: &str = "mutation($input: CreateContactInput!) { createContact(input: $input) \
                   { contact { id } delivery userErrors { code message field } } }";

#[tokio::test]
async fn a_contact_whose_address_is_taken_is_refused() -> Result<()> {
    let house = writing(Writing::default()).await?;
    let before = traces(&house).await?;
    let account = house.id(Kind::Account, 1)?;
    let input = json!({ "accountId": account, "name": "Sam Two", "email": "sam.whitlock@harbour.example.com" });
    let told = run(&house, PRIMARY, ADD, json!({ "input": input })).await?;
    assert_eq!((at(&told, "/delivery"), wrong(&told).0), (json!("REJECTED"), json!("BAD_USER_INPUT")), "{told}");
    assert_eq!((traces(&house).await?, posts(&house)), (before, 0));
    Ok(())
}

/// A key is the administrator's matter: what was asked for waits, staff read why, and the right key delivers it.
#[tokio::test]
async fn under_a_key_that_is_refused_what_was_asked_for_waits() -> Result<()> {
    let keys: &[(Writing, &str)] = &[
        (Writing { key: |_| "wrong", by_sql: true }, "`api_key`"),
        (Writing { key: |keys| keys.expired, by_sql: true }, "`api_key`"),
        (Writing { key: |keys| keys.archived_user, by_sql: true }, "active agent"),
        (Writing { key: |keys| keys.no_user, by_sql: true }, "active agent"),
        (Writing { key: |keys| keys.accountant, by_sql: true }, "role"),
    ];
    for (key, part) in keys {
        let house = writing(*key).await?;
        waits(&house, part).await?;
    }
    let house = writing(Writing::default()).await?;
    let api = house.api.as_ref().context("an API")?;
    api.revoke(api.keys().technician);
    let id = waits(&house, "`api_key`").await?;
    let other = with_key(&house, api.keys().admin).await?;
    house.pass(LONG);
    other.journal.deliver().await.map_err(|e| say(&e))?;
    assert_eq!(tickets_upstream(&house, "Waits for a key").await?, 1);
    house.beat().await;
    assert_eq!(shown(&house, STANDARD, "Waits for a key").await?, BTreeSet::from([id]));
    Ok(())
}

async fn waits(house: &House, part: &str) -> Result<String> {
    let before = traces(house).await?;
    let told = create(house, STANDARD, "Waits for a key").await?;
    assert_eq!((at(&told, "/delivery"), at(&told, "/userErrors")), (json!("QUEUED"), json!([])), "{told}");
    let commands = house.data(ADMINISTRATOR, "{ commands(first: 1) { nodes { state message } } }").await?;
    let message = word(&commands, "/commands/nodes/0/message")?;
    ensure!(message.contains(part), "{message}");
    ensure!(!told.to_string().contains("api_key"), "customers are not told of keys: {told}");
    assert_eq!(traces(house).await?, before, "{part}");
    word(&told, "/ticket/id")
}

/// Another process over the same database, under another key.
async fn with_key(house: &House, key: &str) -> Result<App> {
    let mut config = house.config.clone();
    let main = config.backends.first_mut().context("a backend")?;
    let mut settings = main.value().as_table().cloned().context("settings")?;
    settings.insert("api_key".to_owned(), key.into());
    *main = BackendSettings::new("main", "itflow", settings);
    App::start(&config, portico::registry::backends(&config.backends, &house.clock)?, house.clock.clone()).await
}

#[tokio::test]
async fn a_key_of_one_customer_writes_for_no_other() -> Result<()> {
    let house = writing(Writing { key: |keys| keys.restricted, by_sql: true }).await?;
    let before = traces(&house).await?;
    let told = create(&house, OTHER_PRIMARY, "Not with this key").await?;
    assert_eq!((at(&told, "/delivery"), wrong(&told).0), (json!("REJECTED"), json!("FORBIDDEN")), "{told}");
    ensure!(word(&told, "/userErrors/0/message")?.contains("may not act for this customer"), "{told}");
    assert_eq!(traces(&house).await?, before);
    assert_eq!(shown(&house, OTHER_PRIMARY, "Not with this key").await?, BTreeSet::new());
    assert_eq!(at(&create(&house, STANDARD, "With this key").await?, "/delivery"), "APPLIED");
    Ok(())
}

//! What is forgotten stays forgotten, and what is not to be stored is stored nowhere.

#![expect(clippy::indexing_slicing, reason = "an answer without the place is a failed test")]

use crate::{mirror, seen, upstream};
use anyhow::{Context, Result, ensure};
use portico::app::{App, say};
use portico::config::Config;
use portico::readmodel::GlobalId;
use portico::readmodel::entity::contacts;
use portico::readmodel::protection::places::PLACES;
use portico::registry;
use portico_contract::{Kind, Stream};
use portico_sandbox::itflow::edit::{NewReply, NewTicket};
use portico_sandbox::world::model::ReplyType;
use portico_tests::house::{ADMINISTRATOR, PRIMARY, STANDARD};
use portico_tests::{House, Options, log};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, EntityTrait, Statement};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use uuid::Uuid;

const SAM: i32 = 4;
const DAY: Duration = Duration::from_secs(86_400);

async fn texts(conn: &DatabaseConnection, sql: String) -> Result<Vec<String>> {
    let statement = Statement::from_string(conn.get_database_backend(), sql);
    let rows = conn.query_all_raw(statement).await?;
    Ok(rows
        .iter()
        .map(|row| row.try_get_by_index::<Option<String>>(0))
        .collect::<Result<Vec<_>, _>>()?
        .into_iter()
        .flatten()
        .collect())
}

/// Every table that somebody made; those of SQLite and those inside its full text are theirs.
async fn tables(conn: &DatabaseConnection) -> Result<BTreeSet<String>> {
    let sql = if conn.get_database_backend() == DbBackend::Sqlite {
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type <> 'shadow' AND name NOT LIKE 'sqlite_%'"
    } else {
        "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'"
    };
    Ok(texts(conn, sql.to_owned()).await?.into_iter().collect())
}

/// Every row of every table as text, all columns of it.
async fn dump(conn: &DatabaseConnection) -> Result<Vec<(String, String)>> {
    let mut all = Vec::new();
    for table in tables(conn).await? {
        let sql = if conn.get_database_backend() == DbBackend::Sqlite {
            let columns = texts(conn, format!("SELECT name FROM pragma_table_info('{table}')")).await?;
            let quoted: Vec<String> = columns.iter().map(|column| format!("quote(\"{column}\")")).collect();
            format!("SELECT {} FROM \"{table}\"", quoted.join("||'|'||"))
        } else {
            format!("SELECT row_to_json(t)::text FROM \"{table}\" t")
        };
        all.extend(texts(conn, sql).await?.into_iter().map(|row| (table.clone(), row)));
    }
    Ok(all)
}

/// The bytes of the database's own files.
fn files(house: &House) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(house.dir.path())? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with("portico.sqlite") {
            files.insert(name, std::fs::read(path)?);
        }
    }
    Ok(files)
}

/// Where any of these words stands: in a table, a file of the database, or what staff are answered.
async fn found(house: &House, words: &[String]) -> Result<BTreeSet<String>> {
    let conn = mirror::open(house).await?;
    let mut places = BTreeSet::new();
    for (table, row) in dump(&conn).await? {
        for word in words.iter().filter(|word| row.to_lowercase().contains(&word.to_lowercase())) {
            places.insert(format!("{table}: {word}"));
        }
    }
    conn.close().await?;
    for (name, bytes) in files(house)? {
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        for word in words.iter().filter(|word| text.contains(&word.to_lowercase())) {
            places.insert(format!("{name}: {word}"));
        }
    }
    for word in words {
        let query = "query($t: String!) { search(text: $t, first: 5) { nodes { __typename } } }";
        let answer = house.ask_with(ADMINISTRATOR, query, json!({ "t": format!("\"{word}\"") })).await?;
        ensure!(answer.get("errors").is_none(), "{answer}");
        if seen::at(&answer, "/data/search/nodes").as_array().is_some_and(|nodes| !nodes.is_empty()) {
            places.insert(format!("search: {word}"));
        }
    }
    let lists = "{ tickets(first: 100) { nodes { subject description contact { name email } comments(first: 20) \
                 { nodes { body author { name } } } } } contacts(first: 100) { nodes { name email phone mobile } } }";
    let told = house.ask(ADMINISTRATOR, lists).await?.to_string().to_lowercase();
    places
        .extend(words.iter().filter(|word| told.contains(&word.to_lowercase())).map(|word| format!("answer: {word}")));
    Ok(places)
}

fn contact(house: &House, id: i32) -> Result<GlobalId> {
    house.id(Kind::Contact, id)?.parse().ok().context("an id")
}

async fn erase(house: &House, id: GlobalId) -> Result<()> {
    let erased = house.app.store.erase(id, false).await.map_err(|e| say(&e))?;
    house.app.accounts.forget_contacts(&erased.contacts, false).await.map_err(|e| say(&e))?;
    ensure!(house.app.store.scrub().await.map_err(|e| say(&e))?, "the log is empty");
    Ok(())
}

/// What a person is known by, as it is stored.
#[expect(clippy::disallowed_methods, reason = "the test looks below the desk")]
async fn person(house: &House, id: Uuid) -> Result<Vec<String>> {
    let conn = mirror::open(house).await?;
    let row = contacts::Entity::find_by_id(id).one(&conn).await?.context("no such contact")?;
    let words: Vec<String> = [Some(row.name), row.email, row.phone, row.mobile].into_iter().flatten().collect();
    ensure!(words.len() >= 3, "{words:?}");
    Ok(words)
}

#[tokio::test]
async fn every_table_is_named_with_what_erasure_does_there() -> Result<()> {
    let house = House::new().await?;
    let conn = mirror::open(&house).await?;
    // On PostgreSQL the words stand in columns of the index itself.
    let sqlite = conn.get_database_backend() == DbBackend::Sqlite;
    let here = |table: &&str| sqlite || !["mirror_search_text", "mirror_search_local"].contains(table);
    let named: BTreeSet<String> = PLACES.iter().map(|(table, _)| *table).filter(here).map(str::to_owned).collect();
    assert_eq!(tables(&conn).await?, named);
    Ok(())
}

/// An erased contact's canary is in no table, index, event, file or export; the tickets of the account stay.
#[tokio::test]
async fn an_erased_contact_is_nowhere_and_the_tickets_of_the_account_stay() -> Result<()> {
    contact_is_nowhere(Options::default()).await
}

pub async fn contact_is_nowhere(options: Options) -> Result<()> {
    let house = House::with(options).await?;
    let sam = contact(&house, SAM)?;
    let mut words = person(&house, sam.uuid).await?;
    let (name, email) = (words[0].clone(), words[1].clone());
    // Written by Sam, and of Sam by others.
    let own = NewTicket {
        client: 1,
        contact: SAM,
        subject: format!("Desk of {name}"),
        details: "<p>written-by-sam</p>".to_owned(),
        ..NewTicket::default()
    };
    let ticket = house.editor().add_ticket(&own, house.psa_now()).await?;
    let body = format!("<p>Spoke to <b>{name}</b>, {}, {}</p>", email.to_uppercase(), words[2]);
    for (reply_type, by, body) in
        [(ReplyType::Internal, 2, body), (ReplyType::Client, SAM, "<p>answered-by-sam</p>".to_owned())]
    {
        let reply = NewReply { ticket, reply_type, by, body, time_worked: None };
        house.editor().add_reply(&reply, house.psa_now()).await?;
    }
    words.extend(["written-by-sam".to_owned(), "answered-by-sam".to_owned()]);
    let canaries = house.world.canaries().into_iter();
    words.extend(canaries.filter(|mark| mark.kind == "contact" && mark.id == SAM).map(|mark| mark.text));
    house.beat().await;
    let before = found(&house, &words).await?;
    for place in ["mirror_contacts", "mirror_comments", "users", "search", "answer"] {
        ensure!(before.iter().any(|found| found.starts_with(place)), "{place} is not looked at: {before:?}");
    }
    // A contact of the PSA has more that is internal than is mirrored.
    words.retain(|word| before.iter().any(|found| found.ends_with(word)));
    ensure!(words.len() >= 6, "{words:?}");
    let tickets = seen::tickets(&house, ADMINISTRATOR).await?;
    let dry = house.app.store.erase(sam, true).await.map_err(|e| say(&e))?;
    ensure!(dry.removed.get("contact") == Some(&1) && dry.rewritten.contains_key("ticket"), "{dry:?}");
    assert_eq!(found(&house, &words).await?, before, "counting changes nothing");

    let logged = log::kept().text().len();
    erase(&house, sam).await?;
    house.pass(Duration::from_secs(4));
    assert_eq!(found(&house, &words).await?, BTreeSet::new());
    assert_eq!(seen::tickets(&house, ADMINISTRATOR).await?, tickets);
    let refused = house.ask(STANDARD, "{ viewer { name } }").await?;
    ensure!(!refused.to_string().contains(&name), "{refused}");
    // The PSA goes on sending them.
    upstream::sweep(&house).await?;
    let edited =
        NewReply { ticket, reply_type: ReplyType::Public, by: 2, body: format!("{email} again"), time_worked: None };
    house.editor().add_reply(&edited, house.psa_now()).await?;
    house.beat().await;
    house.app.store.scrub().await.map_err(|e| say(&e))?;
    assert_eq!(found(&house, &words).await?, BTreeSet::new());
    assert_eq!(seen::tickets(&house, ADMINISTRATOR).await?, tickets);
    let log = log::kept().text().split_off(logged).to_lowercase();
    for word in &words {
        ensure!(!log.contains(&word.to_lowercase()), "{word} is in the log");
    }
    Ok(())
}

#[tokio::test]
async fn an_erased_account_is_nowhere_and_does_not_come_back() -> Result<()> {
    account_is_nowhere(Options::default()).await
}

pub async fn account_is_nowhere(options: Options) -> Result<()> {
    let house = House::with(options).await?;
    let words: Vec<String> = house
        .world
        .canaries()
        .into_iter()
        .filter(|mark| mark.account == 1 && ["client", "ticket", "reply", "invoice", "document"].contains(&mark.kind))
        .map(|mark| mark.text)
        .collect();
    let mine = |places: BTreeSet<String>| places.into_iter().filter(|at| !at.starts_with("log")).collect::<Vec<_>>();
    let (others, before) = (upstream::tickets(&house, "ticket_client_id <> 1").await?, found(&house, &words).await?);
    ensure!(before.len() > 20 && !others.is_empty(), "{before:?}");
    let account: GlobalId = house.id(Kind::Account, 1)?.parse().ok().context("an id")?;
    erase(&house, account).await?;
    house.pass(Duration::from_secs(4));
    assert_eq!(mine(found(&house, &words).await?), Vec::<String>::new());
    upstream::sweep(&house).await?;
    house.app.store.scrub().await.map_err(|e| say(&e))?;
    assert_eq!(mine(found(&house, &words).await?), Vec::<String>::new());
    let left = seen::tickets(&house, ADMINISTRATOR).await?;
    ensure!(left.is_subset(&others) && !left.is_empty(), "tickets of others stay");
    ensure!(house.ask(PRIMARY, "{ viewer { name } }").await?.to_string().contains("error"), "its people are gone");
    Ok(())
}

/// Tickets that are open, or were closed within so many days.
async fn young(house: &House, days: u64) -> Result<BTreeSet<String>> {
    let data =
        house.data(ADMINISTRATOR, "{ tickets(first: 100) { nodes { id closedAt } pageInfo { hasNextPage } } }").await?;
    ensure!(data["tickets"]["pageInfo"]["hasNextPage"] == false, "more than a page");
    let since = (house.clock.now() - chrono::Days::new(days)).to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let young = |row: &&serde_json::Value| row["closedAt"].as_str().is_none_or(|at| at >= since.as_str());
    let rows = data["tickets"]["nodes"].as_array().context("no rows")?.iter().filter(young);
    Ok(rows.filter_map(|row| row["id"].as_str().map(str::to_owned)).collect())
}

#[tokio::test]
async fn what_is_older_than_it_is_kept_goes_and_does_not_come_back() -> Result<()> {
    let options = Options {
        configure: Some(|config: &mut Config| {
            config.retention.closed_tickets_days = 400;
            config.retention.invoices_days = 400;
            config.retention.events_days = 30;
        }),
        ..Options::default()
    };
    let house = House::with(options).await?;
    house.pass(DAY * 200);
    house.app.sync.beat().await;
    let kept = young(&house, 400).await?;
    let conn = mirror::open(&house).await?;
    let since = (house.clock.now() - chrono::Days::new(30)).timestamp_millis();
    let events = format!("SELECT COUNT(*) || '' FROM outbox WHERE at < {since}");
    ensure!(texts(&conn, events.clone()).await?.concat() != "0", "there are old events");
    house.app.store.retire().await.map_err(|e| say(&e))?;
    assert_eq!(seen::tickets(&house, ADMINISTRATOR).await?, kept);
    assert_eq!(texts(&conn, events).await?.concat(), "0", "old events went");
    house.pass(DAY * 250);
    let rest = young(&house, 400).await?;
    ensure!(rest.len() < kept.len() && !rest.is_empty(), "{} of {}", rest.len(), kept.len());
    let gone = house.app.store.retire().await.map_err(|e| say(&e))?;
    assert_eq!(gone.get("ticket"), Some(&u64::try_from(kept.len() - rest.len())?));
    assert_eq!(seen::tickets(&house, ADMINISTRATOR).await?, rest);
    house.sweep(Stream::Tickets).await?;
    assert_eq!(seen::tickets(&house, ADMINISTRATOR).await?, rest, "the PSA still has them");
    Ok(())
}

/// The same house with its backend only indexed.
async fn indexed(house: &House) -> Result<App> {
    let mut config = house.config.clone();
    for backend in &mut config.backends {
        backend.mirror = portico::config::Mirror::Index;
    }
    let backends = registry::backends(&config.backends, &house.clock)?;
    App::start(&config, backends, house.clock.clone()).await
}

#[tokio::test]
async fn a_backend_that_is_only_indexed_stores_no_body_and_shows_what_is_opened() -> Result<()> {
    let mut house = House::new().await?;
    let bodies: Vec<String> = house
        .world
        .canaries()
        .into_iter()
        .filter(|mark| {
            ["ticket", "reply"].contains(&mark.kind) && ["details", "body", "reply"].contains(&mark.field.as_str())
        })
        .map(|mark| mark.text)
        .collect();
    let stored =
        |places: BTreeSet<String>| places.into_iter().filter(|at| !at.starts_with("answer")).collect::<BTreeSet<_>>();
    ensure!(!stored(found(&house, &bodies).await?).is_empty(), "the bodies were stored before");
    let ticket = house.world.tickets.iter().find(|ticket| ticket.details.contains("cnry-")).context("no ticket")?;
    let id = house.id(Kind::Ticket, ticket.id)?;
    house.app = indexed(&house).await?;
    assert_eq!(stored(found(&house, &bodies).await?), BTreeSet::new(), "what was stored is gone");
    let opened = house.ask(ADMINISTRATOR, &format!("{{ ticket(id: \"{id}\") {{ subject description }} }}")).await?;
    ensure!(opened.to_string().contains("cnry-"), "{opened}");
    upstream::sweep(&house).await?;
    assert_eq!(stored(found(&house, &bodies).await?), BTreeSet::new(), "nor is it stored again");
    let list = house.ask(ADMINISTRATOR, "{ tickets(first: 100) { nodes { subject } } }").await?;
    ensure!(seen::at(&list, "/data/tickets/nodes/0/subject").is_string(), "{list}");
    // Mirrored whole again, the bodies come with the next pass over everything.
    let backends = registry::backends(&house.config.backends, &house.clock)?;
    house.app = App::start(&house.config, backends, house.clock.clone()).await?;
    upstream::sweep(&house).await?;
    ensure!(!stored(found(&house, &bodies).await?).is_empty(), "stored again");
    Ok(())
}

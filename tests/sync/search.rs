//! The search index says what the mirror says, whatever happens to it.

use crate::{mirror, seen, tickets};
use anyhow::{Context, Result, ensure};
use portico::app::say;
use portico::readmodel::Store;
use portico_contract::{Kind, Stream};
use portico_sandbox::itflow::edit::{NewReply, NewTicket, TicketChange};
use portico_sandbox::world::model::ReplyType;
use portico_tests::house::{ADMINISTRATOR, AGENT, OTHER_PRIMARY, PRIMARY};
use portico_tests::{House, Options, Who};
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value as Column};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const QUERY: &str = "query($t: String!, $a: String) { search(text: $t, types: [TICKET, INVOICE, CONTACT, ACCOUNT],
    first: 100, after: $a) { pageInfo { hasNextPage endCursor } nodes { ... on Ticket { id } ... on Invoice { id }
    ... on Contact { id } ... on Account { id } } } }";

/// Ids of everything that is found.
async fn found(house: &House, who: Who<'_>, text: &str) -> Result<BTreeSet<String>> {
    let (mut ids, mut after) = (BTreeSet::new(), Value::Null);
    loop {
        let answer = house.ask_with(who, QUERY, json!({ "t": text, "a": after })).await?;
        ensure!(answer.get("errors").is_none(), "{text}: {answer}");
        ids.extend(seen::ids(&seen::at(&answer, "/data/search/nodes")));
        after = seen::at(&answer, "/data/search/pageInfo/endCursor");
        if seen::at(&answer, "/data/search/pageInfo/hasNextPage") != json!(true) {
            return Ok(ids);
        }
    }
}

async fn finds(house: &House, who: Who<'_>, text: &str) -> Result<bool> {
    let query = "query($t: String!) { search(text: $t, types: [TICKET]) { totalCount nodes { __typename } } }";
    let answer = house.ask_with(who, query, json!({ "t": text })).await?;
    ensure!(answer.get("errors").is_none(), "{text}: {answer}");
    let (total, nodes) = (seen::at(&answer, "/data/search/totalCount"), seen::at(&answer, "/data/search/nodes"));
    ensure!(total == json!(nodes.as_array().map_or(0, Vec::len)), "{answer}");
    Ok(total != json!(0))
}

#[tokio::test]
async fn what_changes_is_found_as_it_is_now() -> Result<()> {
    follows(Options::default()).await
}

pub async fn follows(options: Options) -> Result<()> {
    let house = House::with(options).await?;
    let (editor, at) = (house.editor(), house.psa_now());
    let new = NewTicket { client: 1, contact: 1, subject: "Flügelrad klemmt".to_owned(), ..NewTicket::default() };
    let ticket = editor.add_ticket(&new, at).await?;
    assert!(!finds(&house, PRIMARY, "flugelrad").await?, "not yet read");
    house.beat().await;
    for text in ["flugelrad", "FLÜGELRAD", "flüg", "\"flügelrad klemmt\"", "klemmt flug"] {
        assert!(finds(&house, PRIMARY, text).await?, "{text}");
    }
    assert!(!finds(&house, PRIMARY, "\"klemmt flügelrad\"").await?, "a phrase has an order");
    assert!(!finds(&house, PRIMARY, "lügelrad").await?, "words are found from their beginning");
    assert!(!finds(&house, OTHER_PRIMARY, "flugelrad").await?, "another account");

    let body = "<p>Das <b>Zahnrad</b> ist gebrochen</p>".to_owned();
    let reply = NewReply { ticket, reply_type: ReplyType::Public, by: 2, body, time_worked: None };
    let reply = editor.add_reply(&reply, house.psa_now()).await?;
    house.beat().await;
    assert!(finds(&house, PRIMARY, "flugelrad zahnrad").await?, "subject and reply together");
    editor.set_reply_type(reply, ReplyType::Internal, house.psa_now()).await?;
    house.beat().await;
    assert!(!finds(&house, PRIMARY, "zahnrad").await? && finds(&house, AGENT, "zahnrad").await?, "internal now");
    assert!(finds(&house, AGENT, "flugelrad zahnrad").await?, "staff match public and internal text together");
    editor.set_reply_type(reply, ReplyType::Public, house.psa_now()).await?;
    editor.edit_reply(reply, "<p>Das Kettenrad war es</p>", house.psa_now()).await?;
    house.beat().await;
    assert!(!finds(&house, AGENT, "zahnrad").await? && finds(&house, PRIMARY, "kettenrad").await?, "edited");

    let moved = TicketChange { client: Some(2), ..TicketChange::default() };
    editor.update_ticket(ticket, &moved, house.psa_now()).await?;
    house.beat().await;
    for text in ["flugelrad", "kettenrad"] {
        assert!(!finds(&house, PRIMARY, text).await?, "{text} has left the account");
        assert!(finds(&house, OTHER_PRIMARY, text).await?, "{text} has come to the other");
    }
    editor.delete_reply(reply).await?;
    house.sweep(Stream::Tickets).await?;
    assert!(!finds(&house, AGENT, "kettenrad").await? && finds(&house, AGENT, "flugelrad").await?, "one reply less");
    editor.delete_ticket(ticket).await?;
    house.sweep(Stream::Tickets).await?;
    assert!(!finds(&house, AGENT, "flugelrad").await?, "deleted");
    agrees(&house).await
}

#[tokio::test]
async fn a_database_from_before_the_index_is_filled_when_it_is_opened() -> Result<()> {
    fills(Options::default()).await
}

pub async fn fills(options: Options) -> Result<()> {
    let house = House::with(options).await?;
    let before = indexed(&house).await?;
    ensure!(before.len() > 100, "only {} records", before.len());
    let conn = mirror::open(&house).await?;
    if conn.get_database_backend() == DbBackend::Sqlite {
        for table in ["mirror_search_text", "mirror_search_local"] {
            conn.execute_unprepared(&format!("INSERT INTO {table}({table}) VALUES ('delete-all')")).await?;
        }
    }
    conn.execute_unprepared("DELETE FROM mirror_search").await?;
    let subject = house.world.tickets.iter().find(|it| it.client == 1).context("no ticket")?.subject.clone();
    assert!(!finds(&house, ADMINISTRATOR, &subject).await?, "empty");
    let url = house.config.database.url.expose_secret();
    Store::open(url, 2, house.clock.clone()).await.map_err(|e| say(&e))?;
    assert_eq!(indexed(&house).await?, before);
    agrees(&house).await?;
    let records = house.app.store.reindex().await.map_err(|e| say(&e))?;
    assert_eq!(records, u64::try_from(before.len())?);
    assert_eq!(indexed(&house).await?, before, "made anew, it is the same");
    house.app.store.drop_mirror().await.map_err(|e| say(&e))?;
    assert_eq!(indexed(&house).await?.len(), 0, "gone with the mirror");
    agrees(&house).await
}

/// Document, kind and record of everything that is indexed.
async fn indexed(house: &House) -> Result<BTreeSet<(i64, String)>> {
    let conn = mirror::open(house).await?;
    let sql = "SELECT docid, kind FROM mirror_search";
    let rows = conn.query_all_raw(Statement::from_string(conn.get_database_backend(), sql)).await?;
    rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
}

/// Columns of HTML: neither tags nor scripts are shown.
const HTML: &[&str] = &["description", "body", "note"];

/// Characters that HTML writes as words.
const ENTITIES: [&str; 5] = ["&lt;", "&gt;", "&amp;", "&quot;", "&nbsp;"];

/// What is shown of HTML, by other means than the index's.
fn shown(html: &str) -> String {
    let html = ENTITIES.iter().fold(html.to_owned(), |html, entity| html.replace(entity, " "));
    let without = html.split("<script>").enumerate().map(|(at, part)| match (at, part.split_once("</script>")) {
        (0, _) => part,
        (_, cut) => cut.map_or("", |(_, after)| after),
    });
    let mut inside = false;
    let part = |c: char| {
        let was = inside;
        inside = c == '<' || (inside && c != '>');
        if was || inside { ' ' } else { c }
    };
    without.collect::<Vec<_>>().join(" ").chars().map(part).collect()
}

/// The plain words of a column.
fn words(column: &str, text: &str) -> BTreeSet<String> {
    let text = if HTML.contains(&column) { shown(text) } else { text.to_owned() };
    let parts = |c: char| c.is_ascii() && !c.is_ascii_alphanumeric();
    text.to_lowercase().split(parts).filter(|it| it.is_ascii()).map(str::to_owned).collect()
}

/// Columns that are searched, by kind.
const COLUMNS: &[(Kind, &[&str])] = &[
    (Kind::Ticket, &["number", "subject", "description", "category_label", "internal_note"]),
    (Kind::Invoice, &["number", "title", "note", "internal_note"]),
    (Kind::Contact, &["name", "title", "department", "email", "notes"]),
    (Kind::Account, &["name", "website", "notes"]),
];

/// The rows that a scan over the mirror finds for each plain word; for no word, those with other letters.
async fn scanned(house: &House) -> Result<BTreeMap<String, BTreeSet<String>>> {
    let rows = mirror::rows(&mirror::open(house).await?).await?;
    let mut holds: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let text = |row: &mirror::Row, column: &str| match row.get(column) {
        Some(Column::String(Some(text))) => text.clone(),
        _ => String::new(),
    };
    for ((kind, id), row) in &rows {
        let known = COLUMNS.iter().find(|(of, _)| of == kind);
        let (found, kind, id) = match (known, row.get("ticket_id")) {
            (Some((_, columns)), _) => (columns.iter().flat_map(|it| words(it, &text(row, it))).collect(), *kind, *id),
            (None, Some(Column::Uuid(Some(ticket)))) if *kind == Kind::Comment => {
                (words("body", &text(row, "body")), Kind::Ticket, *ticket)
            }
            _ => (BTreeSet::new(), *kind, *id),
        };
        let id = portico::readmodel::GlobalId::new(kind, id).to_string();
        for word in found.into_iter().filter(|word| !word.is_empty()) {
            holds.entry(word).or_default().insert(id.clone());
        }
        if row.values().any(|it| matches!(it, Column::String(Some(text)) if !text.is_ascii())) {
            holds.entry(String::new()).or_default().insert(id);
        }
    }
    Ok(holds)
}

/// How many words are looked up.
const WORDS: usize = 60;

/// Custom values and lines are searched too, and are no words of these columns: only what is found too little, and
/// what stands in no row at all, is wrong.
pub async fn agrees(house: &House) -> Result<()> {
    let mut holds = scanned(house).await?;
    let strange = holds.remove("").unwrap_or_default();
    for (word, rows) in holds.iter().step_by((holds.len() / WORDS).max(1)) {
        let hits = found(house, ADMINISTRATOR, &format!("\"{word}\"")).await?;
        ensure!(rows.is_subset(&hits), "{word} does not find {:?}", rows.difference(&hits).collect::<Vec<_>>());
        let other = hits.difference(rows).filter(|id| !id.starts_with("invoice_") && !strange.contains(*id));
        let other: Vec<&String> = other.collect();
        ensure!(other.is_empty(), "{word} finds {other:?}");
    }
    let index = indexed(house).await?.len();
    let rows = mirror::rows(&mirror::open(house).await?).await?;
    let kinds: BTreeSet<Kind> = portico::readmodel::search::KINDS.iter().map(|entry| entry.kind).collect();
    let mirrored = rows.keys().filter(|(kind, _)| kinds.contains(kind)).count();
    ensure!(index == mirrored, "{index} records are indexed, {mirrored} are mirrored");
    Ok(())
}

#[tokio::test]
async fn the_scan_finds_words_at_all() -> Result<()> {
    let house = House::new().await?;
    let holds = scanned(&house).await?;
    assert!(holds.len() > 200, "only {} words", holds.len());
    let some = tickets::some_ticket(&house)?;
    let id = house.id(Kind::Ticket, some)?;
    assert!(holds.values().any(|rows| rows.contains(&id)));
    agrees(&house).await
}

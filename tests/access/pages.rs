//! What a page brings along is what each of its rows says by itself.

use crate::cast::{self, Viewer, at};
use crate::rows::{self, Ids};
use anyhow::{Context, Result, ensure};
use portico::readmodel::Statements;
use portico_contract::Kind;
use portico_tests::House;
use portico_tests::house::{ADMINISTRATOR, PRIMARY};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// One child at three places, each of which wants something else of it.
const PAGE: &str = "{ tickets(first: 100) { nodes { id a: lastComment { id } b: lastComment { body requiresAction } } \
    edges { node { id lastComment { createdAt author { name } ticket { id subject } } } } } }";
const ALONE: &str =
    "... on Ticket { lastComment { id body requiresAction createdAt author { name } ticket { id subject } } }";

/// Each ticket's last comment by the ticket's id, put together from where the page shows it.
fn together(page: &Value) -> Result<BTreeMap<String, Value>> {
    let list = |path: &str| page.pointer(path).and_then(Value::as_array).cloned().context("no rows");
    let (nodes, edges) = (list("/tickets/nodes")?, list("/tickets/edges")?);
    let mut whole = BTreeMap::new();
    for (row, edge) in nodes.iter().zip(&edges) {
        ensure!(at(row, "/id") == at(edge, "/node/id"), "{row}: {edge}");
        let parts = [at(row, "/a"), at(row, "/b"), at(edge, "/node/lastComment")];
        let fields = parts.iter().filter_map(|part| part.as_object()).flatten();
        let comment = fields.map(|(name, value)| (name.clone(), value.clone())).collect::<serde_json::Map<_, _>>();
        let comment = if parts.iter().all(|part| part.is_null()) { Value::Null } else { comment.into() };
        whole.insert(at(row, "/id").as_str().context("no id")?.to_owned(), comment);
    }
    Ok(whole)
}

/// How many last comments this viewer sees, the same on the page and by themselves.
async fn agree(house: &House, viewer: &Viewer) -> Result<usize> {
    let answer = cast::answer(house, viewer.request(PAGE, json!({}))).await?;
    if at(&answer, "/data/tickets").is_null() {
        return Ok(0);
    }
    let page = together(at(&answer, "/data"))?;
    let ids: Ids = page.keys().cloned().collect();
    for (id, node) in ids.iter().zip(rows::nodes(house, viewer, &ids, ALONE).await?) {
        assert_eq!(page.get(id), node.get("lastComment"), "{}: {id}", viewer.label);
    }
    Ok(page.values().filter(|comment| !comment.is_null()).count())
}

#[tokio::test]
async fn the_last_comments_of_a_page_are_those_of_its_rows() -> Result<()> {
    let house = House::new().await?;
    let mut seen = BTreeMap::new();
    for viewer in cast::people(&house)?.into_iter().chain(cast::holders(&house).await?) {
        seen.insert(viewer.label.clone(), agree(&house, &viewer).await?);
    }
    assert!(seen.values().filter(|count| **count > 1).count() > 10, "{seen:?}");
    assert!(seen.values().any(|count| *count == 0), "{seen:?}");
    Ok(())
}

/// Staff at one account may see what is hidden there alone: then the comments are read by themselves.
#[tokio::test]
async fn the_same_holds_for_staff_at_one_account() -> Result<()> {
    let house = House::new().await?;
    let staff = cast::person(&house, "robin.vale@")?;
    let at_one = Viewer { account: Some(house.id(Kind::Account, 1)?), ..staff.clone() };
    assert!(agree(&house, &at_one).await? > 1);
    for (viewer, more) in [(&staff, 0), (&at_one, 1)] {
        let rows = cost(&house, viewer, "{ tickets(first: 50) { nodes { id } } }").await?;
        let comments = cost(&house, viewer, "{ tickets(first: 50) { nodes { id lastComment { id } } } }").await?;
        assert_eq!(comments, rows + more, "{:?}", viewer.account);
    }
    Ok(())
}

/// In statements, once everything is remembered that can be.
async fn cost(house: &House, viewer: &Viewer, query: &str) -> Result<u64> {
    cast::answer(house, viewer.request(query, json!({}))).await?;
    let statements = Statements::default();
    statements.of(cast::answer(house, viewer.request(query, json!({})))).await?;
    Ok(statements.count())
}

async fn last(house: &House, who: portico_tests::Who<'_>) -> Result<Vec<Value>> {
    let page = house.data(who, "{ tickets(first: 100) { nodes { lastComment { id } } } }").await?;
    let rows = at(&page, "/tickets/nodes").as_array().context("no rows")?;
    Ok(rows.iter().filter(|row| !at(row, "/lastComment").is_null()).cloned().collect())
}

async fn change(mirror: &DatabaseConnection, set: &str) -> Result<()> {
    mirror.execute_unprepared(&format!("UPDATE mirror_comments SET {set}")).await?;
    Ok(())
}

/// A ticket may still name a comment that was read anew since, and is internal now or another ticket's.
#[tokio::test]
async fn a_page_brings_no_comment_that_is_not_its_rows_own() -> Result<()> {
    let house = House::new().await?;
    let mirror = Database::connect(house.config.database.url.expose_secret()).await?;
    let everything = last(&house, PRIMARY).await?;
    assert!(everything.len() > 1 && last(&house, ADMINISTRATOR).await?.len() > everything.len());
    change(&mirror, "visibility = 'HIDDEN'").await?;
    assert_eq!(last(&house, PRIMARY).await?, Vec::<Value>::new());
    assert!(!last(&house, ADMINISTRATOR).await?.is_empty());
    change(&mirror, "visibility = 'PUBLIC'").await?;
    assert_eq!(last(&house, PRIMARY).await?, everything);
    change(&mirror, "ticket_id = (SELECT id FROM mirror_tickets WHERE last_comment_id IS NULL LIMIT 1)").await?;
    for who in [PRIMARY, ADMINISTRATOR] {
        assert_eq!(last(&house, who).await?, Vec::<Value>::new());
    }
    Ok(())
}

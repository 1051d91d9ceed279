//! Accounts of two PSAs as one customer: what a link gives, to whom, and that it can be undone.
//!
//! Both PSAs hold a world with the same native ids, names and addresses.

#![expect(clippy::indexing_slicing, reason = "an answer without the place is a failed test")]

mod audit;
mod gives;
mod lasts;
mod proposals;
mod refused;

use super::cast::{self, Viewer, at};
use super::crawl;
use super::sdl::Sdl;
use super::sight::Sight;
use anyhow::{Context, Result, ensure};
use futures_util::future::LocalBoxFuture;
use portico_contract::Kind;
use portico_sandbox::{Editor, Seed, World};
use portico_tests::house::{ADMINISTRATOR, Who};
use portico_tests::{House, Options, servers};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

/// Contacts of client 1 in either world: Primary, and Standard.
const PRIYA: i32 = 1;
const SAM: i32 = 4;

/// Rights are remembered this long at most.
const MEMORY: Duration = Duration::from_millis(3_001);

fn seed() -> Seed {
    Seed { random: 8, realm: "other".to_owned(), ..Seed::default() }
}

/// Two PSAs.
fn two() -> Options {
    Options { second: Some(seed()), configure: Some(crawl::unlimited), ..Options::default() }
}

fn editor(house: &House) -> Result<Editor> {
    Ok(house.second.as_ref().context("no second PSA")?.editor())
}

async fn open(house: &House) -> Result<DatabaseConnection> {
    Ok(Database::connect(house.config.database.url.expose_secret()).await?)
}

async fn count(house: &House, from: &str) -> Result<i64> {
    let conn = open(house).await?;
    let sql = format!("SELECT COUNT(*) FROM {from}");
    let row = conn.query_one_raw(Statement::from_string(conn.get_database_backend(), sql)).await?;
    Ok(row.context("no row")?.try_get_by_index(0)?)
}

/// Runs a mutation that must be understood; gives its payload.
async fn act(house: &House, who: Who<'_>, field: &str, input: &Value, below: &str) -> Result<Value> {
    let name =
        format!("{}{}Input", field.get(..1).unwrap_or_default().to_uppercase(), field.get(1..).unwrap_or_default());
    let query = format!(
        "mutation($input: {name}!) {{ {field}(input: $input) {{ {below} userErrors {{ code message field }} }} }}"
    );
    let mut answer = house.ask_with(who, &query, json!({ "input": input })).await?;
    ensure!(answer.get("errors").is_none(), "{field}: {answer}");
    answer.pointer_mut(&format!("/data/{field}")).map(Value::take).context("no payload")
}

/// The same, and nothing may be wrong with the input.
async fn done(house: &House, field: &str, input: &Value, below: &str) -> Result<Value> {
    let payload = act(house, ADMINISTRATOR, field, input, below).await?;
    ensure!(payload["userErrors"] == json!([]), "{field}: {payload}");
    Ok(payload)
}

/// The code of the one thing that is wrong.
async fn wrong(house: &House, field: &str, input: &Value) -> Result<String> {
    let payload = act(house, ADMINISTRATOR, field, input, "").await?;
    ensure!(payload["userErrors"].as_array().map(Vec::len) == Some(1), "{field}: {payload}");
    Ok(at(&payload, "/userErrors/0/code").as_str().unwrap_or_default().to_owned())
}

fn clients(house: &House, here: i32, there: i32) -> Result<Value> {
    let (here, there) = (house.id(Kind::Account, here)?, house.other_id(Kind::Account, there)?);
    Ok(json!({ "account": here, "otherAccount": there }))
}

fn people(house: &House, here: i32, there: i32) -> Result<Value> {
    let (here, there) = (house.id(Kind::Contact, here)?, house.other_id(Kind::Contact, there)?);
    Ok(json!({ "contact": here, "otherContact": there }))
}

async fn link_accounts(house: &House) -> Result<()> {
    done(house, "linkAccounts", &clients(house, 1, 1)?, "account { id }").await.map(|_| ())
}

/// Makes Sam of the first PSA and Priya of the other one person.
async fn link_both(house: &House) -> Result<()> {
    link_accounts(house).await?;
    done(house, "linkContacts", &people(house, SAM, PRIYA)?, "contact { id }").await.map(|_| ())
}

async fn unlink(house: &House) -> Result<()> {
    let input = json!({ "account": house.id(Kind::Account, 1)? });
    done(house, "unlinkAccounts", &input, "account { linkedAccounts { id } }").await.map(|_| ())
}

/// Everything that somebody is told by the roots, and about every row of both PSAs.
async fn told(house: &House, viewer: &Viewer) -> Result<Vec<String>> {
    let sdl = Sdl::read()?;
    let mut answers = crawl::roots(house, &sdl, viewer, 2).await?;
    let everything = Sight::everything(&World::seeded(&seed()));
    for kind in [Kind::Account, Kind::Contact, Kind::Ticket, Kind::Comment, Kind::Invoice, Kind::Asset] {
        let there: Result<Vec<String>> = everything.rows(kind).map(|id| house.other_id(kind, id)).collect();
        answers.extend(crawl::nodes(house, &sdl, viewer, &there?, 1).await?);
    }
    let account = house.other_id(Kind::Account, 1)?;
    for list in ["tickets", "contacts"] {
        let query =
            format!("{{ {list}(filter: {{ account: {{ eq: \"{account}\" }} }}) {{ totalCount nodes {{ id }} }} }}");
        answers.push(house.ask(viewer.who(), &query).await?);
    }
    ensure!(answers.len() > 20, "only {} answers", answers.len());
    Ok(answers.iter().map(ToString::to_string).collect())
}

/// The ids on all pages of a list; nothing where it is refused.
async fn listed(house: &House, who: Who<'_>, list: &str) -> Result<BTreeSet<String>> {
    let query = format!(
        "query($at: String) {{ {list}(first: 50, after: $at) {{ nodes {{ id }} pageInfo {{ hasNextPage endCursor }} }} }}"
    );
    let (mut found, mut cursor) = (BTreeSet::new(), Value::Null);
    loop {
        let answer = house.ask_with(who, &query, json!({ "at": cursor })).await?;
        let page = at(&answer, &format!("/data/{list}"));
        let nodes = at(page, "/nodes").as_array().into_iter().flatten();
        found.extend(nodes.filter_map(|node| at(node, "/id").as_str().map(str::to_owned)));
        if at(page, "/pageInfo/hasNextPage") != true {
            return Ok(found);
        }
        cursor = at(page, "/pageInfo/endCursor").clone();
    }
}

/// What somebody who is this contact of the second PSA, and nobody else, may see there.
fn there(house: &House, contact: i32, kind: Kind) -> Result<BTreeSet<String>> {
    let world = World::seeded(&seed());
    let people = world.people();
    let mut members = people.iter().flat_map(|person| &person.memberships);
    let member = members.find(|member| member.contact == contact).context("no such contact")?.clone();
    let plain = cast::person(house, "priya.nair@")?;
    let viewer = Viewer { members: vec![member], ..plain };
    Sight::of(&world, &viewer).rows(kind).map(|id| house.other_id(kind, id)).collect()
}

fn here(house: &House, email: &str, kind: Kind) -> Result<BTreeSet<String>> {
    Sight::of(&house.world, &cast::person(house, email)?).ids(house, kind)
}

/// A beat brings what was edited, and no memory of old rights is left.
async fn beat(house: &House) -> Result<()> {
    house.beat().await;
    house.pass(MEMORY);
    Ok(())
}

type Rule = (&'static str, fn(Options) -> LocalBoxFuture<'static, Result<()>>);

const RULES: &[Rule] = &[
    ("accounts alone give nothing", |options| Box::pin(gives::accounts_alone(options))),
    ("both links give what the other contact has", |options| Box::pin(gives::both_links(options))),
    ("undoing gives the answers of before", |options| Box::pin(gives::undoing(options))),
    ("each PSA decides over its own", |options| Box::pin(gives::each_psa(options))),
    ("choosing an account chooses its customer", |options| Box::pin(gives::choosing(options))),
    ("proposals are made and decided once", |options| Box::pin(proposals::made_once(options))),
    ("confirmations at once give one link", |options| Box::pin(proposals::at_once(options))),
    ("every act is written down", |options| Box::pin(audit::written_down(options))),
    ("a rebuild keeps links", |options| Box::pin(lasts::rebuild(options))),
    ("a portal survives the end of a PSA", |options| Box::pin(lasts::end_of_a_psa(options))),
];

#[tokio::test]
async fn links_keep_their_rules_on_postgresql() -> Result<()> {
    let Some(server) = servers::postgres().await else { return Ok(()) };
    for (name, rule) in RULES {
        let database_url = Some(server.fresh_database().await?);
        rule(Options { database_url, ..two() }).await.with_context(|| (*name).to_owned())?;
    }
    Ok(())
}

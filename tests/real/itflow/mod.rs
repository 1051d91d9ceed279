//! A running ITFlow of its own code: whatever happens in its pages, Portico follows, and shows each contact
//! what ITFlow's own client portal shows.
//!
//! Its folder is named by `PORTICO_ITFLOW` (`./x prove --itflow DIR`, on a machine with PHP and MariaDB);
//! without it there is nothing to prove and the test says so.
//!
//! Two Porticos watch: one is only asked for what was just changed, before any beat; the other only beats, and
//! is then compared with ITFlow's pages, list by list and ticket by ticket, for five contacts. They came in with the
//! passwords that ITFlow knows.

mod page;
mod portal;
mod site;
mod spoken;
mod steps;
mod twins;
mod watch;
mod web;

use anyhow::{Context, Result, ensure};
use portal::LISTS;
use portico_contract::Kind;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use site::Site;
use std::collections::BTreeMap;
use std::time::Duration;
use steps::{Act, By, CHANGES, Found, PASSWORD, PEOPLE, Step, WATCHERS};
use watch::Watch;
use web::{Page, Visitor};

const AGENT_PAGE: &str = "/agent/post.php";
const ADMIN_PAGE: &str = "/admin/post.php";
const CONTACT_PAGE: &str = "/client/post.php";

/// Who is signed in to ITFlow, and the numbers of what was made.
#[derive(Debug)]
struct World {
    site: Site,
    agent: Visitor,
    contacts: BTreeMap<&'static str, Visitor>,
    /// Their numbers by the names of the steps.
    keys: BTreeMap<&'static str, (Kind, String)>,
}

impl World {
    async fn new(site: Site) -> Result<Self> {
        let mut agent = site.visitor();
        ensure!(agent.sign_in(site::AGENT.0, site::AGENT.1).await?, "ITFlow does not let its agent in");
        agent.take_token("/agent/clients.php").await?;
        Ok(Self { site, agent, contacts: BTreeMap::new(), keys: BTreeMap::new() })
    }

    /// `{name}` by its number, `{name.id}` by its id in Portico.
    fn filled(&self, text: &str, watch: Option<&Watch>) -> String {
        let mut text = text.to_owned();
        for (name, (kind, key)) in &self.keys {
            text = text.replace(&format!("{{{name}}}"), key);
            if let Some(watch) = watch {
                text = text.replace(&format!("{{{name}.id}}"), &watch.id(*kind, key));
            }
        }
        text
    }

    async fn number(&self, sql: String) -> Result<String> {
        let row = self.site.database.query_one_raw(Statement::from_string(DbBackend::MySql, sql)).await?;
        Ok(row.context("no row")?.try_get_by_index::<i32>(0)?.to_string())
    }

    /// The contact in ITFlow's portal, signed in if it lets them.
    async fn contact(&mut self, name: &'static str) -> Result<&mut Visitor> {
        let fresh = self.site.visitor();
        let visitor = self.contacts.entry(name).or_insert(fresh);
        if visitor.get("/client/profile.php").await?.refused() {
            *visitor = Visitor::new(&self.site.address);
            visitor.sign_in(&address(name), PASSWORD).await?;
        }
        Ok(visitor)
    }

    async fn perform(&mut self, step: &Step) -> Result<()> {
        let page = match step.by {
            By::Agent => AGENT_PAGE,
            By::Contact(_) => CONTACT_PAGE,
        };
        let fill = |fields: &[(&'static str, &'static str)]| -> Vec<(&'static str, String)> {
            fields.iter().map(|(name, value)| (*name, self.filled(value, None))).collect()
        };
        let act = step.act;
        let fields = match act {
            Act::Form(fields) | Act::File(fields, _) => fill(fields),
            Act::Blank(blank, fields) => {
                let rest = blank.iter().filter(|name| fields.iter().all(|(known, _)| known != *name));
                rest.map(|name| (*name, String::new())).chain(fill(fields)).collect()
            }
            Act::Link(link) | Act::AdminLink(link) => vec![("", self.filled(link, None))],
        };
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let visitor = match step.by {
            By::Agent => &mut self.agent,
            By::Contact(name) => {
                let visitor = self.contact(name).await?;
                visitor.take_token("/client/ticket_add.php").await?;
                visitor
            }
        };
        let link = |page: &str| format!("{page}?{}", fields.first().map_or("", |(_, link)| link));
        let answer: Page = match act {
            Act::Form(_) | Act::Blank(..) => visitor.post(page, &fields).await?,
            Act::File(_, file) => visitor.upload(page, &fields, file).await?,
            Act::Link(_) => visitor.follow(&link(page)).await?,
            Act::AdminLink(_) => visitor.follow(&link(ADMIN_PAGE)).await?,
        };
        let to = answer.moved()?;
        ensure!(!to.contains("logout") && !to.contains("login.php"), "sent on to {to}");
        if let Some((name, kind, table, id)) = step.learns {
            let key = self.number(format!("SELECT MAX({id}) FROM {table}")).await?;
            self.keys.insert(name, (kind, key));
        }
        if step.sign_in_again {
            self.contacts.clear();
        }
        Ok(())
    }
}

fn address(name: &str) -> String {
    let client = if name == "bo" { "birch" } else { "alder" };
    format!("{name}@{client}.example")
}

/// Whether a row of contacts is the one of this address.
fn is_of(row: &[String], name: &str) -> bool {
    row.iter().any(|cell| *cell == address(name))
}

/// What was counted.
#[derive(Debug, Default)]
struct Count {
    changes: usize,
    at_once: usize,
    later: usize,
    compared: usize,
    rows: usize,
    beats: Duration,
    slowest: Duration,
}

/// The two Porticos, and each watcher's token for either.
#[derive(Debug)]
struct Porticos {
    opener: Watch,
    follower: Watch,
    tokens: BTreeMap<&'static str, (String, String)>,
}

impl Porticos {
    async fn of(world: &World) -> Result<Self> {
        let (opener, follower) = (Watch::of(&world.site).await?, Watch::of(&world.site).await?);
        let mut tokens = BTreeMap::new();
        for name in WATCHERS {
            let (_, key) = world.keys.get(name).context("no such contact")?;
            // One is let in by ITFlow's own hash, and another password is not.
            let email = address(name);
            ensure!(follower.enter(&email, "another password").await.is_err(), "{name} came in with another password");
            let entered = follower.enter(&email, PASSWORD).await.with_context(|| format!("{name} at the door"))?;
            tokens.insert(*name, (opener.person(key).await?, entered));
        }
        Ok(Self { opener, follower, tokens })
    }

    fn token(&self, name: &str) -> Result<&(String, String)> {
        self.tokens.get(name).with_context(|| format!("nobody is called {name}"))
    }
}

/// Opens what a step has changed.
async fn open(world: &World, porticos: &Porticos, step: &Step) -> Result<()> {
    let Some(opens) = step.opens else { return Ok(()) };
    let query = world.filled(opens.query, Some(&porticos.opener));
    porticos.opener.wait(Duration::from_secs(1));
    let answer = porticos.opener.ask(&porticos.token(opens.by)?.0, &query).await?.to_string();
    let name = step.name;
    for word in opens.has {
        ensure!(answer.contains(word), "{name}: opened, {word} is missing in {answer}");
    }
    for word in opens.lacks {
        ensure!(!answer.contains(word), "{name}: opened, {word} is still in {answer}");
    }
    Ok(())
}

/// Everything that differs between ITFlow's portal and the Portico that only beats.
async fn differences(world: &mut World, porticos: &Porticos, count: &mut Count) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let tickets = all_tickets(world).await?;
    for name in WATCHERS {
        let token = &porticos.token(name)?.1;
        let visitor = world.contact(name).await?;
        for list in LISTS {
            let (shown, answered) = (list.shown(visitor).await?, list.answered(&porticos.follower, token).await?);
            // Who may not see all assets sees those of their own, which ITFlow shows on its first page.
            let whole = list.name != "assets" || !shown.is_empty() || answered.is_empty();
            // And who may not see all contacts sees themself.
            let me = list.name == "contacts" && shown.is_empty() && answered.iter().all(|row| is_of(row, name));
            if whole && !me && shown != answered {
                found.push(format!("{name}, {}: ITFlow shows {shown:?}, Portico answers {answered:?}", list.name));
            }
            if !whole {
                let own = portal::own_assets_shown(visitor).await?;
                let names: Vec<&String> = answered.iter().filter_map(|row| row.first()).collect();
                if own.iter().collect::<Vec<_>>() != names {
                    found.push(format!("{name}, own assets: ITFlow shows {own:?}, Portico answers {names:?}"));
                }
            }
            count.compared += 1;
            count.rows += shown.len();
        }
        for key in &tickets {
            let shown = portal::ticket_shown(visitor, key).await?;
            let id = porticos.follower.id(Kind::Ticket, key);
            let answered = portal::ticket_answered(&porticos.follower, token, &id).await?;
            if shown != answered {
                found.push(format!("{name}, ticket {key}: ITFlow shows {shown:?}, Portico answers {answered:?}"));
            }
            count.compared += 1;
        }
    }
    Ok(found)
}

async fn all_tickets(world: &World) -> Result<Vec<String>> {
    let sql = "SELECT ticket_id FROM tickets ORDER BY ticket_id";
    let rows = world.site.database.query_all_raw(Statement::from_string(DbBackend::MySql, sql)).await?;
    rows.iter().map(|row| Ok(row.try_get_by_index::<i32>(0)?.to_string())).collect()
}

async fn follow(world: &mut World, porticos: &Porticos, step: &Step, count: &mut Count) -> Result<()> {
    world.perform(step).await?;
    count.changes += 1;
    if step.opens_at_once() {
        open(world, porticos, step).await?;
        count.at_once += 1;
    }
    if let Act::File(_, file) = step.act {
        let bytes = porticos.opener.bytes(&world.filled("{t1}", None), file.name).await?;
        ensure!(bytes == file.bytes, "{}: the file has other bytes", step.name);
    }
    let beat = porticos.follower.beat().await;
    count.beats += beat;
    count.slowest = count.slowest.max(beat);
    // Rights of the one that is only asked come by beats as well.
    porticos.opener.beat().await;
    if step.opens.is_some() && !step.opens_at_once() {
        if step.found == Found::Pass {
            porticos.opener.read_all().await?;
        }
        open(world, porticos, step).await?;
        count.later += 1;
    }
    let mut found = differences(world, porticos, count).await?;
    if !found.is_empty() && step.found == Found::Pass {
        porticos.follower.read_all().await?;
        found = differences(world, porticos, count).await?;
    }
    ensure!(found.is_empty(), "{}", found.join("\n"));
    Ok(())
}

#[tokio::test]
async fn whatever_happens_in_a_running_itflow_is_followed_for_every_contact() -> Result<()> {
    let Some(site) = Site::configured().await? else { return Ok(()) };
    let mut world = World::new(site).await?;
    for step in PEOPLE {
        world.perform(step).await.with_context(|| step.name)?;
    }
    let sam = world.number("SELECT contact_user_id FROM contacts WHERE contact_email LIKE 'sam@%'".to_owned()).await?;
    world.keys.insert("sam_user", (Kind::Agent, sam));
    let porticos = Porticos::of(&world).await?;
    let mut count = Count::default();
    let mut failed = Vec::new();
    for step in CHANGES.iter().copied().flatten() {
        if let Err(error) = follow(&mut world, &porticos, step, &mut count).await {
            failed.push(format!("{}: {error:#}", step.name));
        }
    }
    let beat = count.beats / u32::try_from(count.changes.max(1))?;
    println!(
        "{} changes in ITFlow's pages followed: {} seen at once by whoever opens them, {} opened after a beat or pass; \
         {} pages compared with {} rows; a beat took {beat:?} on average and {:?} at most; {} changes with a difference",
        count.changes,
        count.at_once,
        count.later,
        count.compared,
        count.rows,
        count.slowest,
        failed.len()
    );
    ensure!(failed.is_empty(), "{}", failed.join("\n\n"));
    Ok(())
}

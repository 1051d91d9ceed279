//! Nothing that was acknowledged is lost, and nothing is done twice: the process is killed at any moment of a write,
//! with a PSA behind a proxy that goes wrong.

#![expect(clippy::indexing_slicing, reason = "an answer without the place is a failed test")]

use crate::site::Site;
use anyhow::{Context, Result, ensure};
use portico_contract::Clock;
use portico_sandbox::{Api, ItflowSandbox};
use portico_testkit::{Fault, FaultProxy, Rule, Script};
use portico_tests::servers;
use portico_tests::wire::Call;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

const PASSWORD: &str = "correct horse battery staple\n";
const KILLS: usize = 20;
const MANY: usize = 300;
const CLIENTS: usize = 3;
/// The longest that the proxy holds a request back: shorter than the settle time.
const LATE: Duration = Duration::from_millis(2_500);
const SETTLE: u64 = 4;
const UNSETTLED: &str = "SELECT COUNT(*) FROM journal_commands WHERE state IN ('QUEUED', 'SENDING', 'CHECKING')";

const CREATE: &str = "mutation($key: String!, $text: String!) { done: createTicket(input: { subject: $text, \
    description: $text, idempotencyKey: $key }) { delivery userErrors { code message } ticket { id } } }";
const COMMENT: &str = "mutation($key: String!, $text: String!, $ticket: ID!) { done: addTicketComment(id: $ticket, \
    input: { body: $text, idempotencyKey: $key }) { delivery userErrors { code message } comment { id } } }";

/// A site whose ITFlow is reached through the proxy, and who asks.
struct Scene {
    site: Site,
    _api: Api,
    proxy: FaultProxy,
    psa: DatabaseConnection,
    /// Portico's, to look into.
    database: String,
    customer: String,
    staff: String,
    ticket: String,
}

impl Scene {
    async fn new(settle: u64) -> Result<Self> {
        Self::on("sqlite://portico.sqlite?mode=rwc", settle).await
    }

    async fn on(database: &str, settle: u64) -> Result<Self> {
        let site = Site::new().await?;
        let sandbox = ItflowSandbox::open(&site.psa_url()?).await?;
        let api = sandbox.api(Arc::new(|| Clock::system().now().naive_utc())).await?;
        let upstream: SocketAddr = api.url().trim_start_matches("http://").parse()?;
        let proxy = FaultProxy::start(upstream).await?;
        let plain = std::fs::read_to_string(site.dir.path().join("portico.toml"))?;
        let journal = format!(
            "[database]\nurl = \"{database}\"\n[journal]\ncall_seconds = 2\nlease_seconds = 3\nretry_seconds = 1\nretry_most_seconds = 2\nwait_ms = 1000\n\
             settle_most_seconds = {settle}\n"
        );
        let more = format!(
            "api_url = \"{}\"\napi_key = \"{}\"\nwrite_url = \"{}\"\nsettle_seconds = {}\n",
            proxy.url(),
            api.keys().admin,
            site.psa_url()?,
            settle.max(1)
        );
        site.configure(&format!("{journal}{plain}{more}"))?;
        let psa = sandbox.conn().clone();
        let (customer, staff, ticket) = people(&site, &psa).await?;
        let database = match database.strip_prefix("sqlite://") {
            Some(file) => format!("sqlite://{}", site.dir.path().join(file.replace("rwc", "ro")).display()),
            None => database.to_owned(),
        };
        Ok(Self { site, _api: api, proxy, psa, database, customer, staff, ticket })
    }

    async fn journal(&self) -> Result<DatabaseConnection> {
        Ok(Database::connect(&self.database).await?)
    }

    /// What was asked for by the commands that ended like this.
    async fn intents(&self, state: &str) -> Result<Vec<String>> {
        let journal = self.journal().await?;
        let sql = format!("SELECT intent FROM journal_commands WHERE state = '{state}'");
        let rows = journal.query_all_raw(Statement::from_string(journal.get_database_backend(), sql)).await?;
        rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
    }

    /// How often a text is in a column of the PSA.
    async fn times(&self, wish: &Wish) -> Result<i64> {
        let sql = match wish.kind {
            Kind::Ticket => "SELECT COUNT(*) FROM tickets WHERE ticket_subject = ?",
            Kind::Answer | Kind::Reply => "SELECT COUNT(*) FROM ticket_replies WHERE ticket_reply LIKE '%' || ? || '%'",
        };
        let statement = Statement::from_sql_and_values(self.psa.get_database_backend(), sql, [wish.text().into()]);
        Ok(self.psa.query_one_raw(statement).await?.context("no count")?.try_get_by_index(0)?)
    }
}

/// A customer, an agent whom the PSA knows, and a ticket of the customer's.
async fn people(site: &Site, psa: &DatabaseConnection) -> Result<(String, String, String)> {
    let sql = "SELECT user_email FROM users WHERE user_type = 1 AND user_status = 1 AND user_archived_at IS NULL";
    let agent = psa.query_one_raw(Statement::from_string(psa.get_database_backend(), sql)).await?;
    let agent: String = agent.context("an agent")?.try_get_by_index(0)?;
    let customer = ["user", "add", "--name", "Priya", "--email", "priya@harbour.example.com", "--contact", "main:1"];
    site.run(&["sync"]).await?.good()?;
    site.run_with(&customer, PASSWORD).await?.good()?;
    let staff = ["user", "add", "--name", "Kit", "--email", &agent, "--role", "ADMINISTRATOR"];
    site.run_with(&staff, PASSWORD).await?.good()?;
    let token = |login: String, staff: bool| async move {
        let arguments: &[&str] = if staff {
            &["user", "token", "--login", &login, "--staff"]
        } else {
            &["user", "token", "--login", &login]
        };
        anyhow::Ok(site.run(arguments).await?.good()?.trim().to_owned())
    };
    let (customer, staff) = (token("priya@harbour.example.com".to_owned(), false).await?, token(agent, true).await?);
    let running = site.serve().await?;
    let data = running.data(Some(&customer), "{ tickets(first: 1, filter: { open: true }) { nodes { id } } }").await?;
    let ticket = data["tickets"]["nodes"][0]["id"].as_str().context("an open ticket")?.to_owned();
    running.stop().await?;
    Ok((customer, staff, ticket))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Opened by a customer, over the API.
    Ticket,
    /// Said by staff, over the API.
    Answer,
    /// Said by a customer, by SQL.
    Reply,
}

/// Something that somebody asks for.
#[derive(Debug, Clone)]
struct Wish {
    kind: Kind,
    number: u64,
}

impl Wish {
    /// A text that nothing else has in it.
    fn text(&self) -> String {
        format!("wish-{:?}-{}-end", self.kind, self.number)
    }

    fn call(&self, scene: &Scene) -> Call {
        let (query, who) = match self.kind {
            Kind::Ticket => (CREATE, &scene.customer),
            Kind::Answer => (COMMENT, &scene.staff),
            Kind::Reply => (COMMENT, &scene.customer),
        };
        let mut variables = json!({ "key": self.text(), "text": self.text() });
        if self.kind != Kind::Ticket {
            variables["ticket"] = scene.ticket.clone().into();
        }
        Call::post(json!({ "query": query, "variables": variables }).to_string()).bearer(Some(who))
    }
}

/// What was asked for, and the last that was said about it.
#[derive(Debug, Default)]
struct Book {
    next: u64,
    /// Nobody knows whether they were heard: they are sent again.
    unheard: Vec<Wish>,
    acknowledged: BTreeMap<String, Wish>,
}

fn locked(book: &Mutex<Book>) -> MutexGuard<'_, Book> {
    book.lock().unwrap_or_else(PoisonError::into_inner)
}

fn wish(book: &Mutex<Book>) -> Wish {
    let mut book = locked(book);
    if let Some(again) = book.unheard.pop() {
        return again;
    }
    book.next += 1;
    let kind = [Kind::Ticket, Kind::Answer, Kind::Ticket, Kind::Reply][usize::try_from(book.next % 4).unwrap_or(0)];
    Wish { kind, number: book.next }
}

/// Asks, and keeps what was said. A connection that ends has said nothing.
async fn ask(scene: &Scene, address: &str, book: &Mutex<Book>) -> Result<bool> {
    let wish = wish(book);
    let said: Option<Value> = wish.call(scene).send(address).await.ok().and_then(|answer| answer.json().ok());
    let Some(said) = said else {
        locked(book).unheard.push(wish);
        return Ok(false);
    };
    let done = &said["data"]["done"];
    ensure!(done["userErrors"].as_array().is_some_and(Vec::is_empty), "{wish:?} was answered {said}");
    ensure!(done["delivery"].is_string(), "{wish:?} was answered {said}");
    locked(book).acknowledged.insert(wish.text(), wish);
    Ok(true)
}

fn faults(seed: u64) -> Script {
    let rule = |fault| Rule::every(fault).method(http::Method::POST);
    let some = [
        Fault::Delay(LATE),
        Fault::ResetBefore,
        Fault::ResetAfter,
        Fault::ErrorBefore,
        Fault::ErrorAfter,
        Fault::Truncated,
        Fault::Html,
        Fault::Empty,
        Fault::TooMany(Some(1)),
    ];
    Script { rules: some.map(|fault| rule(fault).chance(0.06)).to_vec(), seed }
}

/// One life of the process: asked by several at once, and killed.
async fn life(scene: &Arc<Scene>, book: &Arc<Mutex<Book>>, span: Duration) -> Result<()> {
    let running = scene.site.serve().await?;
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        let (scene, book, address) = (Arc::clone(scene), Arc::clone(book), running.address.clone());
        clients.spawn(async move {
            while ask(&scene, &address, &book).await? {}
            anyhow::Ok(())
        });
    }
    sleep(span).await;
    drop(running);
    while let Some(ended) = clients.join_next().await {
        ended??;
    }
    Ok(())
}

/// Waits until nothing is under way.
async fn at_rest(scene: &Scene) -> Result<()> {
    let journal = scene.journal().await?;
    let looking = async {
        loop {
            let statement = Statement::from_string(journal.get_database_backend(), UNSETTLED);
            let left: i64 = journal.query_one_raw(statement).await?.context("no count")?.try_get_by_index(0)?;
            if left == 0 {
                return anyhow::Ok(());
            }
            sleep(Duration::from_millis(100)).await;
        }
    };
    timeout(Duration::from_secs(300), looking).await.context("the journal does not come to rest")?
}

/// The last life, without faults: everything that was asked for is heard and settled.
async fn settled(scene: &Arc<Scene>, book: &Arc<Mutex<Book>>) -> Result<()> {
    scene.proxy.script(Script::default());
    let running = scene.site.serve().await?;
    while !locked(book).unheard.is_empty() {
        ask(scene, &running.address, book).await?;
    }
    at_rest(scene).await?;
    ensure!(running.stop().await?.success());
    Ok(())
}

/// How it ended.
#[derive(Debug, Default)]
struct Tally {
    acknowledged: usize,
    /// The wishes of which nobody could tell.
    uncertain: BTreeSet<String>,
    lost: BTreeSet<String>,
    twice: Vec<String>,
}

async fn tally(scene: &Scene, book: &Mutex<Book>) -> Result<Tally> {
    let intents = scene.intents("UNCERTAIN").await?;
    ensure!(scene.intents("REJECTED").await?.is_empty(), "something was refused");
    let wishes: Vec<Wish> = locked(book).acknowledged.values().cloned().collect();
    let mut tally = Tally { acknowledged: wishes.len(), ..Tally::default() };
    for intent in &intents {
        let asked = wishes.iter().map(Wish::text).find(|text| intent.contains(text));
        tally.uncertain.insert(asked.with_context(|| format!("nobody asked for {intent}"))?);
    }
    for wish in wishes {
        match scene.times(&wish).await? {
            0 => drop(tally.lost.insert(wish.text())),
            1 => {}
            _ => tally.twice.push(wish.text()),
        }
    }
    Ok(tally)
}

async fn killed(times: usize, seed: u64) -> Result<Tally> {
    let scene = Arc::new(Scene::new(SETTLE).await?);
    let (book, mut random) = (Arc::new(Mutex::new(Book::default())), StdRng::seed_from_u64(seed));
    for round in 0..times {
        scene.proxy.script(faults(random.random()));
        let span = Duration::from_millis(random.random_range(20..900));
        life(&scene, &book, span).await.with_context(|| format!("kill {round} after {span:?}, seed {seed}"))?;
    }
    settled(&scene, &book).await?;
    tally(&scene, &book).await
}

/// What is not there is excused only by its own command, of which nobody could tell.
fn judge(kills: usize, tally: &Tally) -> Result<()> {
    let (asked, uncertain) = (tally.acknowledged, tally.uncertain.len());
    println!("{kills} kills: {asked} acknowledged, {uncertain} uncertain, of these {} not there", tally.lost.len());
    ensure!(tally.acknowledged > kills, "hardly anything was asked for: {tally:?}");
    ensure!(tally.twice.is_empty(), "done twice: {tally:?}");
    let lost: Vec<&String> = tally.lost.difference(&tally.uncertain).collect();
    ensure!(lost.is_empty(), "lost: {lost:?} of {tally:?}");
    Ok(())
}

#[test]
fn only_its_own_uncertain_command_excuses_what_is_lost() {
    let tally = |uncertain: &str| Tally {
        acknowledged: 9,
        uncertain: BTreeSet::from([uncertain.to_owned()]),
        lost: BTreeSet::from(["wish-Ticket-1-end".to_owned()]),
        twice: Vec::new(),
    };
    assert!(judge(1, &tally("wish-Ticket-1-end")).is_ok());
    assert!(judge(1, &tally("wish-Ticket-2-end")).is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_any_moment_nothing_is_lost_and_nothing_is_done_twice() -> Result<()> {
    judge(KILLS, &killed(KILLS, 20_261).await?)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes many minutes: ./x prove runs it"]
async fn killed_hundreds_of_times() -> Result<()> {
    judge(MANY, &killed(MANY, 20_262).await?)
}

/// What is still under way when a process dies: it reaches the PSA after the next process has asked for it.
async fn overtaken(settle: u64) -> Result<i64> {
    let scene = Arc::new(Scene::new(settle).await?);
    let book = Arc::new(Mutex::new(Book::default()));
    let late = Fault::Delay(Duration::from_secs(8));
    scene.proxy.script(Rule::once(late).method(http::Method::POST));
    let running = scene.site.serve().await?;
    let wish = Wish { kind: Kind::Ticket, number: 0 };
    let call = wish.call(&scene);
    let address = running.address.clone();
    let asking = tokio::spawn(async move { call.send(&address).await });
    // Backends are asked how they are as well: what counts is what writes.
    let write = |forwarded: u32| {
        let log = scene.proxy.log();
        log.iter().any(|seen| seen.method == http::Method::POST && seen.forwarded >= forwarded)
    };
    scene.proxy.until(|_| write(0)).await;
    drop(running);
    drop(asking.await?);
    let running = scene.site.serve().await?;
    scene.proxy.until(|_| write(1)).await;
    drop(running);
    settled(&scene, &book).await?;
    // What was late has come as well.
    scene.proxy.until(|counts| counts.forwarded >= counts.seen).await;
    scene.times(&wish).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_under_way_has_time_to_arrive() -> Result<()> {
    assert_eq!(overtaken(12).await?, 1);
    Ok(())
}

/// The rule above can fail: this is what the settle time is for.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_time_to_arrive_it_is_done_twice() -> Result<()> {
    assert_eq!(overtaken(0).await?, 2);
    Ok(())
}

/// Several ask two processes that share a journal; one of them is killed while it writes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_processes_one_goes_on_with_what_the_other_left() -> Result<()> {
    let Some(server) = servers::postgres().await else { return Ok(()) };
    let scene = Arc::new(Scene::on(&server.fresh_database().await?, SETTLE).await?);
    let book = Arc::new(Mutex::new(Book::default()));
    scene.proxy.script(faults(20_263));
    let (one, other) = tokio::try_join!(scene.site.serve(), scene.site.serve())?;
    let mut clients = JoinSet::new();
    for address in [&one.address, &other.address, &other.address] {
        let (scene, book, address) = (Arc::clone(&scene), Arc::clone(&book), address.clone());
        clients.spawn(async move {
            for _ in 0..12 {
                if !ask(&scene, &address, &book).await? {
                    break;
                }
            }
            anyhow::Ok(())
        });
    }
    scene.proxy.until(|counts| counts.seen > 5).await;
    drop(one);
    while let Some(ended) = clients.join_next().await {
        ended??;
    }
    // The other one settles what is left, also what was being sent.
    scene.proxy.script(Script::default());
    while !locked(&book).unheard.is_empty() {
        ask(&scene, &other.address, &book).await?;
    }
    at_rest(&scene).await?;
    ensure!(other.stop().await?.success());
    judge(1, &tally(&scene, &book).await?)
}

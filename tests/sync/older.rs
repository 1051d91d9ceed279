//! What an older build of a PSA lacks is named and left alone, and comes back with an update, without a restart.

#![expect(clippy::indexing_slicing, reason = "an answer without the place is a failed test")]

use crate::shelf::{Shelf, shelf};
use anyhow::{Context, Result, ensure};
use portico::app::{App, say};
use portico::config::BackendSettings;
use portico::registry;
use portico_contract::{CallCx, Lane, PROBE_CALLS};
use portico_sandbox::Halo;
use portico_tests::house::ADMINISTRATOR;
use portico_tests::{House, log, tenant};
use serde_json::{Value, json};
use std::time::Duration;

/// Longer than until any backend is asked again how it is.
const LATER: Duration = Duration::from_secs(7 * 3_600);
/// What the older build does not have.
const LISTS: [&str; 4] = ["Quotation", "PopupNote", "Service", "ServiceCategory"];
const STREAMS: [&str; 3] = ["quotes", "announcements", "catalogue"];
const QUOTES: &str = "{ quotes(first: 100) { nodes { id status { group } } } }";

/// Calls of these lists since it was last forgotten.
fn asked(halo: &Halo) -> usize {
    let counts = halo.counts();
    LISTS.iter().filter_map(|list| counts.get(&format!("GET {list}"))).sum()
}

/// The streams that the tenant serves, and what is wrong with it.
async fn standing(house: &House) -> Result<(Vec<String>, String)> {
    let query = "{ backends { name streams { stream } health { problems } } }";
    let data = house.data(ADMINISTRATOR, query).await?;
    let mut all = data["backends"].as_array().context("no backends")?.iter();
    let own = all.find(|it| it["name"] == tenant::HALO).context("no tenant")?;
    let streams = own["streams"].as_array().into_iter().flatten();
    let streams = streams.filter_map(|it| it["stream"].as_str().map(str::to_owned)).collect();
    Ok((streams, own["health"]["problems"].to_string()))
}

fn lacks(streams: &[String]) -> bool {
    STREAMS.iter().all(|absent| !streams.iter().any(|stream| stream == absent))
}

async fn restart(house: &mut House) -> Result<()> {
    let backends = registry::backends(&house.config.backends, &house.clock)?;
    house.app = App::start(&house.config, backends, house.clock.clone()).await?;
    Ok(())
}

async fn features(shelf: &Shelf) -> Result<String> {
    let data = shelf.house.data(shelf.primary.who(), "{ accounts(first: 1) { nodes { features } } }").await?;
    Ok(data.to_string())
}

async fn round(house: &House) {
    house.pass(LATER);
    house.app.sync.beat().await;
    house.app.sync.examine().await;
}

/// Its rows are shown as they were last read, and said to be old; nothing can be done to them, and nothing is asked.
async fn assert_left_alone(shelf: &Shelf, before: &Value) -> Result<()> {
    let house = &shelf.house;
    shelf.halo.forget_seen();
    for _ in 0..3 {
        house.pass(Duration::from_secs(1_000));
        house.app.sync.beat().await;
    }
    let answer = house.ask(shelf.primary.who(), QUOTES).await?;
    assert_eq!(answer["data"], *before, "rows stay as they are");
    let old = answer.pointer("/extensions/freshness/0").context("nothing is said to be old")?;
    ensure!(old["stream"] == "quotes" && old["reason"].to_string().contains("no longer has this"), "{old}");
    let quote = &before["quotes"]["nodes"][0]["id"];
    let one = "query($id: ID!) { quote(id: $id) { id availableActions } }";
    let one = house.ask_with(shelf.primary.who(), one, json!({ "id": quote })).await?;
    assert_eq!(one["data"]["quote"], json!({ "id": quote, "availableActions": [] }), "{one}");
    let decide =
        "mutation($id: ID!) { decideQuote(id: $id, input: { accept: true }) { delivery userErrors { code } } }";
    let done = shelf.run(shelf.primary.who(), decide, json!({ "id": quote })).await?;
    assert_eq!(done, json!({ "delivery": null, "userErrors": [{ "code": "UNSUPPORTED" }] }));
    let features = features(shelf).await?;
    ensure!(!features.contains("REQUEST_ITEM") && !features.contains("DECIDE_QUOTE"), "{features}");
    assert_eq!(asked(&shelf.halo), 0, "{:?}", shelf.halo.counts());
    Ok(())
}

#[tokio::test]
async fn what_is_gone_is_left_alone_over_restarts_and_is_back_after_an_update() -> Result<()> {
    let mut shelf = shelf().await?;
    let before = shelf.house.data(shelf.primary.who(), QUOTES).await?;
    let own = |quote: &Value| quote["status"]["group"] == "OPEN";
    ensure!(before["quotes"]["nodes"].as_array().is_some_and(|all| all.iter().any(own)), "no open quote: {before}");
    ensure!(features(&shelf).await?.contains("REQUEST_ITEM"), "{}", features(&shelf).await?);

    shelf.halo.manners(|manners| manners.absent = LISTS.into());
    shelf.house.pass(LATER);
    shelf.house.app.sync.beat().await;
    let (streams, problems) = standing(&shelf.house).await?;
    ensure!(lacks(&streams) && problems.contains("has no quotes"), "a pull finds it: {streams:?} {problems}");
    shelf.house.app.sync.examine().await;
    let (streams, problems) = standing(&shelf.house).await?;
    ensure!(lacks(&streams) && streams.iter().any(|stream| stream == "tickets"), "{streams:?}");
    for list in LISTS {
        let named = format!("has no /{list}: ");
        ensure!(problems.contains(&named) && log::kept().text().contains(&named), "{named} {problems}");
    }
    assert_left_alone(&shelf, &before).await?;

    restart(&mut shelf.house).await?;
    assert_left_alone(&shelf, &before).await?;

    shelf.halo.manners(|manners| manners.absent.clear());
    shelf.house.pass(LATER);
    shelf.house.app.sync.examine().await;
    ensure!(asked(&shelf.halo) > 0, "the regular question finds it again");
    shelf.house.app.sync.beat().await;
    let (streams, problems) = standing(&shelf.house).await?;
    ensure!(!lacks(&streams) && !problems.contains("has no"), "{streams:?} {problems}");
    let answer = shelf.house.ask(shelf.primary.who(), QUOTES).await?;
    assert_eq!((&answer["data"], answer.pointer("/extensions/freshness")), (&before, None));
    ensure!(features(&shelf).await?.contains("DECIDE_QUOTE"), "{}", features(&shelf).await?);
    restart(&mut shelf.house).await?;
    ensure!(!lacks(&standing(&shelf.house).await?.0), "and that is remembered as well");
    Ok(())
}

#[tokio::test]
async fn a_build_that_never_had_it_is_filled_and_answers_like_one_that_is_not_there() -> Result<()> {
    let mut house = House::new().await?;
    let query = "{ quotes(first: 100) { nodes { id } } announcements(first: 100) { nodes { title } } catalogueItems(first: 100) { nodes { id } } }";
    let before = house.ask(ADMINISTRATOR, query).await?;
    let halo = tenant::tenant(&house.world, &house.clock).await?;
    halo.manners(|manners| manners.absent = LISTS.into());
    house.config.backends.push(tenant::backend(&halo, 100_000));
    restart(&mut house).await?;
    house.app.sync.fill(false, None).await.map_err(|e| say(&e))?;
    round(&house).await;
    halo.forget_seen();
    house.pass(Duration::from_secs(1_000));
    house.app.sync.beat().await;
    let answer = house.ask(ADMINISTRATOR, query).await?;
    assert_eq!(answer["data"], before["data"]);
    ensure!(!answer["extensions"]["freshness"].to_string().contains(tenant::HALO), "{answer}");
    assert_eq!(asked(&halo), 0, "{:?}", halo.counts());
    Ok(())
}

/// Two that read from one database are told the same.
#[tokio::test]
async fn what_one_replica_finds_the_others_know() -> Result<()> {
    let mut shelf = shelf().await?;
    let backends = registry::backends(&shelf.house.config.backends, &shelf.house.clock)?;
    let other = App::start(&shelf.house.config, backends, shelf.house.clock.clone()).await?;
    shelf.house.app.sync.examine().await;
    other.sync.examine().await;
    shelf.halo.manners(|manners| manners.absent = LISTS.into());
    shelf.house.pass(Duration::from_secs(1_000));
    shelf.house.app.sync.beat().await;
    other.sync.examine().await;
    shelf.house.app = other;
    let (streams, _) = standing(&shelf.house).await?;
    ensure!(lacks(&streams), "{streams:?}");
    Ok(())
}

/// Where nothing is as it should be, something else answers than the PSA: nothing is given up.
#[tokio::test]
async fn a_list_that_every_build_has_is_a_wrong_address() -> Result<()> {
    let mut house = House::new().await?;
    let world = house.world.clone();
    let halo = tenant::beside(&mut house, &world, 100_000).await?;
    let (before, _) = standing(&house).await?;
    halo.manners(|manners| manners.absent = ["Tickets"].into());
    round(&house).await;
    let (streams, problems) = standing(&house).await?;
    assert_eq!(streams, before);
    ensure!(problems.contains("There is no /Tickets where Halo should be. Check `resource_url`"), "{problems}");
    Ok(())
}

/// They are counted beforehand, so there must be no more of them.
#[tokio::test]
async fn a_probe_makes_no_more_calls_than_are_counted() -> Result<()> {
    let mut shelf = shelf().await?;
    // One that has nothing set asks most.
    let halo = &shelf.halo;
    let texts = [
        ("resource_url", halo.resource_url()),
        ("auth_url", halo.auth_url()),
        ("client_id", halo.client_id().to_owned()),
        ("client_secret", halo.client_secret()),
    ];
    let mut bare: toml::Table = texts.into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect();
    bare.extend(["allow_http", "allow_local"].map(|key| (key.to_owned(), true.into())));
    shelf.house.config.backends.pop();
    shelf.house.config.backends.push(BackendSettings::new(tenant::HALO, "halopsa", bare));
    restart(&mut shelf.house).await?;
    shelf.halo.forget_seen();
    let cx = CallCx::new(Lane::Interactive, Duration::from_secs(30));
    let health = shelf.house.other()?.backend.probe(&cx).await;
    let calls = shelf.halo.seen().len();
    ensure!(health.is_ok() && (20..=usize::try_from(PROBE_CALLS)?).contains(&calls), "{calls} calls: {health:?}");
    Ok(())
}

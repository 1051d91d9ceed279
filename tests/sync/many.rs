//! What a tenant is asked depends on what is looked at, and not on how many look.

#![expect(clippy::indexing_slicing, reason = "an answer without the place is a failed test")]

use anyhow::{Result, ensure};
use futures_util::future::try_join_all;
use portico::readmodel::{GlobalId, ids};
use portico_contract::{Kind, NativeId};
use portico_sandbox::Halo;
use portico_tests::House;
use portico_tests::house::{ADMINISTRATOR, AGENT};
use portico_tests::tenant::{self, Time};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

const LOOK: &str = "query($one: ID!, $two: ID!) { tickets(first: 20) { nodes { id subject } } \
    one: ticket(id: $one) { id comments(first: 5) { nodes { id } } } two: ticket(id: $two) { id } }";
const STEP: Duration = Duration::from_secs(60);
const SCRIPT: Duration = Duration::from_secs(600);

async fn house() -> Result<(House, Halo, Time)> {
    let mut house = House::new().await?;
    let world = house.world.clone();
    let halo = tenant::beside(&mut house, &world, 100_000).await?;
    // Everything has its thread, and every stream has had its first beats.
    let time = Time::stopped(&house.clock);
    house.app.sync.fill_some(house.other()?).await;
    for _ in 0..5 {
        time.pass(STEP).await;
        house.app.sync.tick().await;
    }
    halo.forget_seen();
    Ok((house, halo, time))
}

fn id(house: &House, ticket: i64) -> Result<String> {
    let native = NativeId::new(Kind::Ticket, ticket);
    Ok(GlobalId::new(Kind::Ticket, ids::derived(house.other()?.id, &native)).to_string())
}

/// Ten minutes in which so many look at the same things again and again.
async fn script(viewers: usize) -> Result<BTreeMap<String, usize>> {
    let (house, halo, time) = house().await?;
    let live = halo.ids("Tickets").into_iter().map(|(id, _)| id);
    let live: Vec<i64> = live.filter(|id| halo.value("Tickets", *id, "deleted") != json!(true)).take(2).collect();
    let variables = json!({ "one": id(&house, live[0])?, "two": id(&house, live[1])? });
    let mut passed = Duration::ZERO;
    while passed < SCRIPT {
        time.pass(STEP).await;
        passed += STEP;
        house.app.sync.tick().await;
        let people = [ADMINISTRATOR, AGENT].into_iter().cycle().take(viewers);
        let looks = people.map(|who| house.ask_with(who, LOOK, variables.clone()));
        for answer in try_join_all(looks).await? {
            let answer: Value = answer;
            ensure!(answer["data"]["one"]["id"] == variables["one"] && answer.get("errors").is_none(), "{answer}");
            ensure!(answer["extensions"]["freshness"].is_null(), "{answer}");
        }
    }
    Ok(halo.counts())
}

#[tokio::test]
async fn two_hundred_viewers_cost_what_one_costs() -> Result<()> {
    let one = script(1).await?;
    ensure!(one.get("GET Tickets").is_some_and(|calls| *calls >= 10), "{one:?}");
    assert_eq!(script(200).await?, one);
    Ok(())
}

#[tokio::test]
async fn where_nothing_changes_a_beat_is_two_calls_of_a_stream_at_most() -> Result<()> {
    let (house, halo, time) = house().await?;
    let source = house.other()?;
    let confirmed = |stream| house.app.sync.confirmed_at(source.id, stream);
    let mut beats: BTreeMap<_, usize> = BTreeMap::new();
    // Less than until the next sweep of what was swept lately; those that are due come on top and are not counted here.
    for _ in 0..12 {
        let before: Vec<_> = source.streams().map(|stream| (stream, confirmed(stream))).collect();
        let sweeps: Vec<_> = source.streams().map(|stream| house.app.sync.state(source.id, stream).full_at).collect();
        halo.forget_seen();
        time.pass(STEP).await;
        house.app.sync.tick().await;
        let calls: usize =
            halo.counts().iter().filter(|(name, _)| !name.contains("auth")).map(|(_, calls)| calls).sum();
        let after: Vec<_> = source.streams().map(|stream| house.app.sync.state(source.id, stream).full_at).collect();
        let moved: Vec<_> = before.into_iter().filter(|(stream, at)| confirmed(*stream) != *at).collect();
        moved.iter().for_each(|(stream, _)| *beats.entry(*stream).or_default() += 1);
        if after == sweeps {
            ensure!(calls <= 2 * moved.len(), "{calls} calls for {moved:?}: {:?}", halo.counts());
        }
    }
    ensure!(beats.len() == source.streams().count() && beats.values().all(|count| *count >= 2), "{beats:?}");
    Ok(())
}

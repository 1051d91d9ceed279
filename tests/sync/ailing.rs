//! What an administrator must mend is named where they look: in `backends { health }`, and in the log.

#![expect(clippy::indexing_slicing, reason = "an answer without the place is a failed test")]

use anyhow::{Context, Result, ensure};
use portico_contract::{CallCx, Clock, Lane};
use portico_sandbox::{Halo, Seed, World};
use portico_tests::house::ADMINISTRATOR;
use portico_tests::{House, Options, log, tenant};
use serde_json::{Value, json};
use std::time::Duration;

const QUERY: &str = "{ backends { name health { state problems } } }";
/// Longer than until a backend that was well is asked again.
const LATER: Duration = Duration::from_secs(7 * 3_600);

async fn house(start: Option<chrono::NaiveDateTime>) -> Result<(House, Halo)> {
    let seed = start.map(Seed::at).unwrap_or_default();
    let mut house = House::with(Options { seed: seed.clone(), ..Options::default() }).await?;
    let halo = tenant::beside(&mut house, &World::seeded(&seed), 100_000).await?;
    Ok((house, halo))
}

/// How the tenant is: the word, and what is wrong.
async fn health(house: &House) -> Result<(String, Vec<String>)> {
    house.app.sync.beat().await;
    house.app.sync.examine().await;
    let data = house.data(ADMINISTRATOR, QUERY).await?;
    let mut all = data["backends"].as_array().context("no backends")?.iter();
    let own = all.find(|it| it["name"] == tenant::HALO).context("no tenant")?["health"].clone();
    let problems = own["problems"].as_array().context("no problems")?.iter();
    let problems = problems.filter_map(Value::as_str).map(str::to_owned).collect();
    Ok((own["state"].as_str().unwrap_or_default().to_owned(), problems))
}

fn named(problems: &[String], words: &str) -> Result<()> {
    ensure!(problems.iter().any(|problem| problem.contains(words)), "{words:?} is not among {problems:?}");
    let logged = log::kept().text();
    ensure!(logged.contains(words), "{words:?} is not in the log");
    Ok(())
}

#[tokio::test]
async fn a_wrong_secret_is_named_and_the_other_psa_goes_on() -> Result<()> {
    let (house, halo) = house(None).await?;
    halo.rotate_secret();
    halo.revoke_tokens();
    house.pass(LATER);
    let (state, problems) = health(&house).await?;
    assert_eq!(state, "DOWN", "{problems:?}");
    named(&problems, "gives this backend no token. Check client id, secret")?;
    let data = house.data(ADMINISTRATOR, QUERY).await?;
    assert_eq!(data["backends"][0]["health"], json!({ "state": "OK", "problems": [] }));
    Ok(())
}

#[tokio::test]
async fn a_missing_scope_is_named() -> Result<()> {
    let (house, halo) = house(None).await?;
    halo.manners(|manners| manners.drops_scopes = true);
    halo.grant("read:tickets edit:tickets read:customers edit:customers read:assets read:items read:kb read:quotes");
    halo.revoke_tokens();
    house.pass(LATER);
    let (state, problems) = health(&house).await?;
    assert_eq!(state, "DEGRADED", "{problems:?}");
    named(&problems, "read:invoices")
}

#[tokio::test]
async fn an_agent_that_sees_less_is_told_by_the_counts() -> Result<()> {
    let (house, halo) = house(None).await?;
    let source = house.other()?;
    let cx = || CallCx::new(Lane::Interactive, Duration::from_secs(10));
    let count = |health: &portico_contract::Health| -> Option<usize> { health.found.get("clients")?.parse().ok() };
    let all = count(&source.backend.probe(&cx()).await?);
    ensure!(all > Some(3), "{all:?}");
    halo.restrict(Some(&[2]));
    halo.revoke_tokens();
    assert_eq!(count(&source.backend.probe(&cx()).await?), Some(1));
    halo.restrict(Some(&[]));
    halo.revoke_tokens();
    house.pass(LATER);
    named(&health(&house).await?.1, "sees no customer")
}

#[tokio::test]
async fn an_older_build_lacks_a_list_and_all_others_go_on() -> Result<()> {
    let (house, halo) = house(None).await?;
    halo.manners(|manners| manners.absent = ["Quotation"].into());
    house.pass(LATER);
    let (state, problems) = health(&house).await?;
    assert_eq!(state, "DEGRADED", "{problems:?}");
    named(&problems, "has no /Quotation: quotes are not served")?;
    let tickets = house.app.sync.state(house.other()?.id, portico_contract::Stream::Tickets);
    assert_eq!(tickets.failure, None);
    Ok(())
}

/// The tenant tells the time of this machine: with the clock of the house there is no skew, and an hour later there is.
#[tokio::test]
async fn clocks_that_differ_are_named() -> Result<()> {
    let (house, _halo) = house(Some(Clock::system().now().naive_utc())).await?;
    let (state, problems) = health(&house).await?;
    assert_eq!((state.as_str(), problems.as_slice()), ("OK", [].as_slice()));
    house.pass(LATER);
    let (state, problems) = health(&house).await?;
    assert_eq!(state, "DEGRADED", "{problems:?}");
    named(&problems, "Set the clock, or raise `overlap_minutes`.")
}

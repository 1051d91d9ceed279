//! Threads cost a call each: they are filled newest first, within what the PSA allows, while everybody
//! who opens a ticket has its thread at once.

use crate::replicas::{TICKETS, number, on_both, opened, replica, source, sqlite, thin};
use anyhow::{Context, Result, ensure};
use portico::app::{App, say};
use portico::sync::{Sync, SyncSettings};
use portico_contract::{Clock, Lane};
use portico_tests::house::ADMINISTRATOR;
use portico_tests::{House, ThinPsa};
use std::time::Duration;
use tokio::time::Instant;

const WINDOW: Duration = Duration::from_secs(300);
const CALLS: u32 = 300;
const VERSIONS: &str = "SELECT CAST(SUM(version) AS BIGINT) FROM mirror_tickets";
const BOTH: &[Lane] = &[Lane::Interactive, Lane::Background];

fn clock() -> Clock {
    Clock::fake(chrono::DateTime::from_timestamp(1_770_000_000, 0).unwrap_or_default())
}

fn settings() -> SyncSettings {
    SyncSettings { wait: Duration::from_secs(30), ..SyncSettings::default() }
}

/// Lets time pass in the steps of the background loop.
async fn pass(clock: &Clock, sync: &Sync, span: Duration, step: Duration) {
    let mut passed = Duration::ZERO;
    while passed < span {
        clock.advance(step);
        sync.tick().await;
        passed += step;
    }
}

async fn fill(sync: &Sync) -> Result<portico::sync::fill::Fill> {
    let fills = sync.fills().await.map_err(|e| say(&e))?;
    fills.get(&(source(sync)?.id, TICKETS)).copied().context("the stream is not there")
}

async fn comments(url: &str, ticket: i64) -> Result<i64> {
    number(url, &format!("SELECT COUNT(*) FROM mirror_comments WHERE native_key LIKE '{ticket}/%'")).await
}

fn within_budget(psa: &ThinPsa) -> Result<()> {
    let (all, background) = (psa.busiest(WINDOW, BOTH), psa.busiest(WINDOW, &[Lane::Background]));
    ensure!(all <= 300, "{all} calls in five minutes");
    ensure!(background <= 150, "{background} calls in five minutes in the background");
    Ok(())
}

#[tokio::test]
async fn twenty_thousand_tickets_against_three_hundred_calls_in_five_minutes() -> Result<()> {
    let (clock, dir) = (clock(), tempfile::tempdir()?);
    let (url, psa) = (sqlite(&dir), ThinPsa::new(&clock, 20_000, Some((CALLS, WINDOW))));
    let sync = replica(&url, thin(&psa), &clock, settings()).await?;
    let id = source(&sync)?.id;
    sync.tick().await;
    let mut steps = 0;
    while sync.state(id, TICKETS).full_at.is_none() {
        steps += 1;
        ensure!(steps < 60, "two hundred pages at half of three hundred calls take two windows");
        pass(&clock, &sync, Duration::from_secs(10), Duration::from_secs(10)).await;
    }
    // The list is complete after the first pass.
    assert_eq!(number(&url, "SELECT COUNT(*) FROM mirror_tickets").await?, 20_000);
    assert_eq!(psa.pages(), 200);
    // The budget of the background is used up, and the oldest ticket is opened.
    pass(&clock, &sync, WINDOW, Duration::from_secs(10)).await;
    assert_eq!(comments(&url, 1).await?, 0);
    let begun = Instant::now();
    let stale = sync.freshen(vec![(id, TICKETS)], vec![opened(&sync, 1)?]).await;
    ensure!(stale.is_empty() && begun.elapsed() < settings().wait, "{stale:?}");
    assert_eq!(comments(&url, 1).await?, 1);
    // The fill reports its end time, and keeps to it.
    let before = fill(&sync).await?;
    let ends_at = before.ends_at.context("no end time")?;
    assert_eq!(before.total, 20_000);
    ensure!((1..1_000).contains(&before.done), "{before:?}");
    let hour = Duration::from_secs(3_600);
    pass(&clock, &sync, hour, Duration::from_secs(10)).await;
    let after = fill(&sync).await?;
    let done = after.done - before.done;
    ensure!((800..=1_300).contains(&done), "{done} of 150 calls in five minutes, less beats and sweeps");
    let moved = (after.ends_at.context("no end time")? - ends_at).num_seconds().unsigned_abs();
    ensure!(moved < hour.as_secs() / 4, "an hour later the end is {moved} s away from where it was");
    // Whoever opens more than there is left is told so, and the PSA is not asked.
    let many = (2..400).map(|ticket| opened(&sync, ticket)).collect::<Result<Vec<_>>>()?;
    let stale = sync.freshen(Vec::new(), many).await;
    ensure!((1..398).contains(&stale.len()), "{}", stale.len());
    assert!(stale.iter().all(|stale| stale.reason.contains("allows no more calls")), "{:?}", stale.first());
    within_budget(&psa)
}

#[tokio::test]
async fn the_newest_threads_come_first_and_none_twice_also_over_a_restart() -> Result<()> {
    on_both(|url| Box::pin(restarts(url))).await
}

async fn restarts(url: String) -> Result<()> {
    let clock = clock();
    let psa = ThinPsa::new(&clock, 250, Some((60, Duration::from_secs(60))));
    let step = Duration::from_secs(5);
    while psa.reads().len() < 250 {
        ensure!(psa.calls().len() < 1_000, "it does not end");
        // Stopped after a minute, and started again on the same database.
        let sync = replica(&url, thin(&psa), &clock, settings()).await?;
        pass(&clock, &sync, Duration::from_secs(60), step).await;
    }
    assert_eq!(psa.reads(), (1..=250).rev().collect::<Vec<_>>());
    ensure!(psa.busiest(Duration::from_secs(60), BOTH) <= 30, "nobody has opened anything");
    assert_eq!(number(&url, "SELECT COUNT(*) FROM mirror_comments").await?, 250);
    let sync = replica(&url, thin(&psa), &clock, settings()).await?;
    let fill = fill(&sync).await?;
    assert_eq!((fill.done, fill.total, fill.ends_at), (250, 250, None));
    Ok(())
}

#[tokio::test]
async fn a_ticket_that_changes_is_filled_again_and_no_other() -> Result<()> {
    on_both(|url| Box::pin(changes(url))).await
}

async fn changes(url: String) -> Result<()> {
    let clock = clock();
    let psa = ThinPsa::new(&clock, 120, None);
    let sync = replica(&url, thin(&psa), &clock, settings()).await?;
    sync.tick().await;
    assert_eq!(psa.reads().len(), 120);
    psa.comment(60);
    pass(&clock, &sync, Duration::from_secs(20), Duration::from_secs(20)).await;
    assert_eq!(psa.reads().split_off(120), [60]);
    assert_eq!(comments(&url, 60).await?, 2);
    // A thin page that says nothing new takes nothing away, and makes nothing known unknown.
    let versions = number(&url, VERSIONS).await?;
    sync.ask_for_full(source(&sync)?, TICKETS).await.map_err(|e| say(&e))?;
    pass(&clock, &sync, Duration::from_secs(20), Duration::from_secs(20)).await;
    assert_eq!(psa.reads().len(), 121);
    assert_eq!(number(&url, VERSIONS).await?, versions);
    assert_eq!(number(&url, "SELECT COUNT(*) FROM mirror_comments").await?, 121);
    assert_eq!(number(&url, "SELECT COUNT(*) FROM mirror_tickets WHERE last_comment_id IS NULL").await?, 0);
    Ok(())
}

#[tokio::test]
async fn a_thread_that_cannot_be_read_keeps_no_other_waiting() -> Result<()> {
    let (clock, dir) = (clock(), tempfile::tempdir()?);
    let (url, psa) = (sqlite(&dir), ThinPsa::new(&clock, 120, None));
    (100..=120).for_each(|ticket| psa.spoil(ticket));
    let sync = replica(&url, thin(&psa), &clock, settings()).await?;
    pass(&clock, &sync, Duration::from_secs(40), Duration::from_secs(20)).await;
    assert_eq!(number(&url, "SELECT COUNT(*) FROM mirror_comments").await?, 99);
    assert_eq!(psa.reads().len(), 120, "what cannot be read is not tried again at once");
    assert_eq!(fill(&sync).await?.done, 99);
    Ok(())
}

#[tokio::test]
async fn staff_see_how_far_the_threads_are() -> Result<()> {
    let mut house = House::new().await?;
    let psa = ThinPsa::new(&house.clock, 90, Some((60, Duration::from_secs(60))));
    house.app = App::start(&house.config, vec![thin(&psa)], house.clock.clone()).await?;
    house.app.sync.tick().await;
    house.beat().await;
    let query = "{ backends { name streams { stream fill { done total endsAt } } } }";
    let told = house.data(ADMINISTRATOR, query).await?["backends"][0]["streams"][0].clone();
    let done = told["fill"]["done"].as_i64().context("no figure")?;
    assert!((1..90).contains(&done), "{told}");
    assert_eq!(told["fill"]["total"], 90, "{told}");
    let ends_at: chrono::DateTime<chrono::Utc> = told["fill"]["endsAt"].as_str().context("no end time")?.parse()?;
    assert!(ends_at > house.clock.now() && ends_at < house.clock.now() + chrono::TimeDelta::minutes(10), "{told}");
    Ok(())
}

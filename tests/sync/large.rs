//! A tenant with more tickets than it allows calls: when its index is complete, in what order threads come, what it
//! costs, and that nobody who opens a ticket waits for it.

#![expect(clippy::indexing_slicing, reason = "an answer without the place is a failed test")]

use crate::replicas::{TICKETS, number, opened};
use crate::tenant::Following;
use anyhow::{Context, Result, ensure};
use portico::app::say;
use std::time::Duration;

const BEAT: Duration = Duration::from_secs(10);
const WINDOW: Duration = Duration::from_secs(300);
const PAGE: usize = 100;
/// In which the lists of everything else are read as well.
const WINDOWS: usize = 6;

/// A figure of this process, in KiB.
fn memory(name: &str) -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)).context("no such figure")?;
    Ok(line.trim_start_matches(':').split_whitespace().next().context("no number")?.parse()?)
}

/// From now on the peak is that of what follows.
fn forget_peak() -> Result<()> {
    Ok(std::fs::write("/proc/self/clear_refs", "5")?)
}

/// Pages of the list of tickets that were asked for, ids and overlaps aside.
fn pages(psa: &Following) -> usize {
    let named = |seen: &portico_sandbox::halopsa::Seen, name: &str| seen.query.iter().any(|(known, _)| known == name);
    let list = |seen: &&portico_sandbox::halopsa::Seen| {
        seen.path == "/api/Tickets" && named(seen, "page_no") && !named(seen, "lastupdatefromdate")
    };
    psa.halo.seen().iter().filter(list).count()
}

/// The tickets that were read one by one, in order.
fn reads(psa: &Following) -> Vec<i64> {
    let number = |path: &str| path.strip_prefix("/api/Tickets/")?.parse().ok();
    psa.halo.seen().iter().filter_map(|seen| number(&seen.path)).collect()
}

async fn fills(tickets: usize, within: Duration, above_idle: Option<u64>) -> Result<()> {
    let mut psa = Following::with(tickets).await?;
    let all = psa.halo.ids("Tickets").len();
    let idle = memory("VmRSS")?;
    forget_peak()?;
    let id = psa.source()?.id;
    let started = psa.clock.now();
    let took = |psa: &Following| (psa.clock.now() - started).to_std();
    let mut restarted = false;
    while psa.sync.state(id, TICKETS).full_at.is_none() {
        psa.pass(BEAT).await;
        ensure!(took(&psa)? <= within, "{} s: {:?}", took(&psa)?.as_secs(), psa.sync.state(id, TICKETS));
        if !restarted && pages(&psa) > all / PAGE / 2 {
            psa.restart().await?;
            restarted = true;
        }
    }
    let index = took(&psa)?;
    let kept = number(&psa.url, "SELECT COUNT(*) FROM mirror_tickets").await?;
    ensure!(usize::try_from(kept)? + 20 > all && restarted, "{kept} of {all}");
    let most = all.div_ceil(PAGE) + 2;
    ensure!(pages(&psa) <= most, "{} pages of {most}: it did not go on where it was", pages(&psa));
    // The newest threads come first, with what the lists leave.
    for _ in 0..WINDOWS {
        psa.pass(WINDOW).await;
        if reads(&psa).len() > 20 {
            break;
        }
    }
    let order = reads(&psa);
    ensure!(order.len() > 20 && order.is_sorted_by(|newer, older| newer > older), "{order:?}");
    // The oldest of those that were opened here is opened now: in one go, and in no time.
    let oldest = psa.halo.ids("Tickets")[all - tickets].0;
    let (calls, now) = (psa.halo.seen().len(), psa.clock.now());
    let stale = psa.sync.freshen(Vec::new(), vec![opened(&psa.sync, oldest)?]).await;
    ensure!(stale.is_empty() && psa.clock.now() == now, "{stale:?}");
    // Lists of words, which all tickets share and which had grown old, aside.
    let about = |path: &str| ["/Actions", "/Tickets/", "Approval"].iter().any(|part| path.contains(part));
    let made = psa.halo.seen().split_off(calls).into_iter().filter(|seen| about(&seen.path)).count();
    ensure!(made <= 3, "{made} calls");
    let whole = format!("SELECT COUNT(*) FROM mirror_tickets WHERE native_key = '{oldest}' AND thin_at IS NULL");
    assert_eq!(number(&psa.url, &whole).await?, 1);
    let fills = psa.sync.fills().await.map_err(|e| say(&e))?;
    let fill = fills.get(&(id, TICKETS)).context("no figures")?;
    let ends_at = fill.ends_at.context("no end time")?;
    ensure!(ends_at > psa.clock.now(), "{fill:?}");
    let (busiest, limited) = (psa.halo.busiest(), psa.halo.limited());
    ensure!(busiest <= 300 && limited == 0, "{busiest} calls in five minutes, {limited} refused");
    let above = memory("VmHWM")?.saturating_sub(idle) / 1_024;
    println!(
        "{all} tickets: index complete in {} min, {busiest} calls in the busiest five minutes, {above} MB above idle, \
         all threads in {} h",
        index.as_secs() / 60,
        (ends_at - psa.clock.now()).num_hours()
    );
    ensure!(above_idle.is_none_or(|most| above <= most), "{above} MB above idle");
    Ok(())
}

#[tokio::test]
async fn twenty_thousand_tickets_of_a_tenant() -> Result<()> {
    fills(20_000, Duration::from_secs(20 * 60), None).await
}

#[tokio::test]
#[ignore = "a hundred thousand tickets take minutes: `./x prove` runs it"]
async fn a_hundred_thousand_tickets_of_a_tenant() -> Result<()> {
    fills(100_000, Duration::from_secs(70 * 60), Some(60)).await
}

//! A tenant with more tickets than it allows calls: when its index is complete, in what order threads come, what it
//! costs in calls and memory, and that nobody who opens a ticket waits for it.

use crate::following::{BEAT, Follower};
use crate::replicas::{TICKETS, number, opened};
use anyhow::{Context, Result, ensure};
use chrono::DateTime;
use portico::app::say;
use portico::config::BackendSettings;
use portico_contract::Clock;
use portico_tests::apart::{Apart, Report, Welcome};
use portico_tests::tenant::{HALO, Time};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

const WINDOW: Duration = Duration::from_secs(300);
const PAGE: usize = 100;
/// In which the lists of everything else are read as well.
const WINDOWS: usize = 6;
/// Megabytes that Portico may take for it, the tenant being elsewhere.
const ABOVE_IDLE: u64 = 60;

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

async fn fills(tickets: usize, within: Duration) -> Result<()> {
    let tenant = Arc::new(Apart::start(Path::new(env!("CARGO_BIN_EXE_tenant")), tickets)?);
    let Welcome { settings, now, tickets: all, oldest } = &tenant.welcome;
    let clock = Clock::fake(DateTime::from_timestamp_millis(*now).context("no time")?);
    let time = Time::shared(&clock, Some(Arc::clone(&tenant)));
    let settings = BackendSettings::new(HALO, "halopsa", settings.as_table().cloned().context("no settings")?);
    let mut psa = Follower::start(settings, clock, time).await?;
    let idle = memory("VmRSS")?;
    forget_peak()?;
    let id = psa.source()?.id;
    let started = psa.clock.now();
    let took = |psa: &Follower| (psa.clock.now() - started).to_std();
    let mut restarted = false;
    while psa.sync.state(id, TICKETS).full_at.is_none() {
        psa.pass(BEAT).await;
        ensure!(took(&psa)? <= within, "{} s: {:?}", took(&psa)?.as_secs(), psa.sync.state(id, TICKETS));
        if !restarted && tenant.report()?.pages > all / PAGE / 2 {
            psa.restart().await?;
            restarted = true;
        }
    }
    let index = took(&psa)?;
    let kept = number(&psa.url, "SELECT COUNT(*) FROM mirror_tickets").await?;
    ensure!(usize::try_from(kept)? + 20 > *all && restarted, "{kept} of {all}");
    let (pages, most) = (tenant.report()?.pages, all.div_ceil(PAGE) + 2);
    ensure!(pages <= most, "{pages} pages of {most}: it did not go on where it was");
    // The newest threads come first, with what the lists leave.
    for _ in 0..WINDOWS {
        psa.pass(WINDOW).await;
        if tenant.report()?.reads.len() > 20 {
            break;
        }
    }
    let order = tenant.report()?.reads;
    ensure!(order.len() > 20 && order.is_sorted_by(|newer, older| newer > older), "{order:?}");
    opens(&psa, &tenant, *oldest).await?;
    let fills = psa.sync.fills().await.map_err(|e| say(&e))?;
    let fill = fills.get(&(id, TICKETS)).context("no figures")?;
    let ends_at = fill.ends_at.context("no end time")?;
    ensure!(ends_at > psa.clock.now(), "{fill:?}");
    let Report { busiest, limited, .. } = tenant.report()?;
    ensure!(busiest <= 300 && limited == 0, "{busiest} calls in five minutes, {limited} refused");
    let above = memory("VmHWM")?.saturating_sub(idle) / 1_024;
    println!(
        "{all} tickets: index complete in {} min, {busiest} calls in the busiest five minutes, {above} MB above idle, \
         all threads in {} h",
        index.as_secs() / 60,
        (ends_at - psa.clock.now()).num_hours()
    );
    ensure!(above <= ABOVE_IDLE, "{above} MB above idle");
    Ok(())
}

/// The oldest of those that were opened here is opened now: in one go, and in no time.
async fn opens(psa: &Follower, tenant: &Apart, oldest: i64) -> Result<()> {
    let (before, now) = (tenant.report()?.about, psa.clock.now());
    let stale = psa.sync.freshen(Vec::new(), vec![opened(&psa.sync, oldest)?]).await;
    ensure!(stale.is_empty() && psa.clock.now() == now, "{stale:?}");
    // Lists of words, which all tickets share and which had grown old, aside.
    let made = tenant.report()?.about - before;
    ensure!(made <= 3, "{made} calls");
    let whole = format!("SELECT COUNT(*) FROM mirror_tickets WHERE native_key = '{oldest}' AND thin_at IS NULL");
    assert_eq!(number(&psa.url, &whole).await?, 1);
    Ok(())
}

#[tokio::test]
async fn twenty_thousand_tickets_of_a_tenant() -> Result<()> {
    fills(20_000, Duration::from_secs(20 * 60)).await
}

#[tokio::test]
#[ignore = "a hundred thousand tickets take minutes: `./x prove` runs it"]
async fn a_hundred_thousand_tickets_of_a_tenant() -> Result<()> {
    fills(100_000, Duration::from_secs(70 * 60)).await
}

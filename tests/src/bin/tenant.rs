//! `tenant TICKETS`: a HaloPSA tenant in a process of its own, so that its memory is not counted as Portico's.
//!
//! Each line of its input moves its clock and is answered by one line about the calls so far; it ends with its input.
//! What the lines hold stands in [`portico_tests::apart`].

use anyhow::{Context, Result};
use chrono::{DateTime, TimeDelta};
use portico_sandbox::{Halo, Seed, World};
use portico_tests::apart::{Order, Report, Welcome};
use portico_tests::tenant;
use std::io::{BufRead, Write, stdin, stdout};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Each ticket is newer than those before it.
const BETWEEN: TimeDelta = TimeDelta::seconds(10);

fn say(line: &impl serde::Serialize) -> Result<()> {
    let mut out = stdout().lock();
    writeln!(out, "{}", serde_json::to_string(line)?)?;
    Ok(out.flush()?)
}

#[tokio::main]
async fn main() -> Result<()> {
    let tickets: usize = std::env::args().nth(1).context("usage: tenant TICKETS")?.parse()?;
    let seed = Seed::default();
    let now = Arc::new(AtomicI64::new((seed.start + TimeDelta::days(1)).and_utc().timestamp_millis()));
    let clock = Arc::clone(&now);
    let told = move || DateTime::from_timestamp_millis(clock.load(Ordering::SeqCst)).unwrap_or_default().naive_utc();
    let halo = Halo::start(&World::seeded(&seed), Arc::new(told)).await?;
    let mut first = None;
    for turn in 0..tickets {
        now.fetch_add(BETWEEN.num_milliseconds(), Ordering::SeqCst);
        let ticket = halo.open_ticket(2, 0, &format!("Ticket {turn}"))?;
        first.get_or_insert(ticket);
    }
    let settings = tenant::backend(&halo, tenant::CALLS).value();
    let all = halo.ids("Tickets").len();
    halo.set_limit(usize::try_from(tenant::CALLS)?);
    say(&Welcome { settings, now: now.load(Ordering::SeqCst), tickets: all, oldest: first.unwrap_or_default() })?;
    let mut report = Report::default();
    for line in stdin().lock().lines() {
        let order: Order = serde_json::from_str(&line?)?;
        if let Order::At(millis) = order {
            now.store(millis, Ordering::SeqCst);
        }
        report.add(&halo.seen_since(report.calls));
        (report.busiest, report.limited) = (halo.busiest(), halo.limited());
        match order {
            Order::At(_) => say(&report.calls)?,
            Order::Report => say(&report)?,
        }
    }
    Ok(())
}

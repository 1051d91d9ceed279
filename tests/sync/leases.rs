//! Several replicas, one database: one of them pulls a stream, the others see what it has done.

use crate::replicas::{TICKETS, number, on_both, replica, source, thin};
use anyhow::{Context, Result, ensure};
use portico::app::say;
use portico::readmodel::lease::{Lease, Work};
use portico::sync::{Sync, SyncSettings};
use portico_contract::{Clock, Lane, Stream};
use portico_tests::psa::Verb;
use portico_tests::{Psa, ThinPsa};
use std::time::Duration;

const EVERY: Duration = Duration::from_secs(15);
const LEASE: Duration = Duration::from_secs(30);
const STALE: Duration = Duration::from_secs(121);

fn clock() -> Clock {
    Clock::fake(chrono::DateTime::from_timestamp(1_770_000_000, 0).unwrap_or_default())
}

fn patient() -> SyncSettings {
    SyncSettings { wait: Duration::from_secs(30), ..SyncSettings::default() }
}

fn hasty() -> SyncSettings {
    SyncSettings { wait: Duration::from_millis(60), ..SyncSettings::default() }
}

async fn pull(sync: &Sync) -> Result<Option<usize>> {
    sync.pull(source(sync)?, TICKETS, Lane::Background).await.map_err(|e| say(&e))
}

#[tokio::test]
async fn replicas_together_ask_as_often_as_one_and_never_at_the_same_time() -> Result<()> {
    on_both(|url| Box::pin(together(url))).await
}

async fn together(url: String) -> Result<()> {
    let clock = clock();
    let alone = {
        let dir = tempfile::tempdir()?;
        let psa = ThinPsa::new(&clock, 250, None);
        let one = replica(&crate::replicas::sqlite(&dir), thin(&psa), &clock, patient()).await?;
        for _ in 0..12 {
            one.tick().await;
            clock.advance(EVERY);
        }
        psa
    };
    let psa = ThinPsa::new(&clock, 250, None);
    let (a, b) =
        (replica(&url, thin(&psa), &clock, patient()).await?, replica(&url, thin(&psa), &clock, patient()).await?);
    for _ in 0..12 {
        tokio::join!(a.tick(), b.tick());
        clock.advance(EVERY);
    }
    assert_eq!(psa.most_pulling(), 1);
    assert_eq!(psa.pages(), alone.pages());
    let mut read = psa.reads();
    read.sort_unstable();
    assert_eq!(read, (1..=250).collect::<Vec<_>>(), "each thread was read once, whoever did it");
    assert_eq!(number(&url, "SELECT COUNT(*) FROM mirror_comments").await?, 250);
    Ok(())
}

#[tokio::test]
async fn operations_on_two_replicas_cost_one_pull_per_stream_and_period() -> Result<()> {
    on_both(|url| Box::pin(operations(url))).await
}

async fn operations(url: String) -> Result<()> {
    let clock = clock();
    let psa = ThinPsa::new(&clock, 50, None);
    let (a, b) =
        (replica(&url, thin(&psa), &clock, patient()).await?, replica(&url, thin(&psa), &clock, patient()).await?);
    let id = source(&a)?.id;
    for round in 1..=3 {
        let ask = |sync: &Sync| {
            let sync = sync.clone();
            async move { sync.freshen(vec![(id, TICKETS)], Vec::new()).await }
        };
        let told = tokio::join!(ask(&a), ask(&b), ask(&a), ask(&b));
        ensure!([told.0, told.1, told.2, told.3].iter().all(Vec::is_empty), "all of them are fresh");
        assert_eq!(psa.pages(), round);
        clock.advance(STALE);
    }
    Ok(())
}

#[tokio::test]
async fn what_another_replica_has_done_is_seen() -> Result<()> {
    on_both(|url| Box::pin(seen(url))).await
}

async fn seen(url: String) -> Result<()> {
    let clock = clock();
    let psa = ThinPsa::new(&clock, 150, None);
    let (mine, theirs) = (Psa::default(), Psa::default());
    let a = replica(&url, mine.guard(thin(&psa)), &clock, patient()).await?;
    let b = replica(&url, theirs.guard(thin(&psa)), &clock, patient()).await?;
    pull(&a).await?.context("nobody else is at it")?;
    let id = source(&b)?.id;
    assert!(b.freshen(vec![(id, TICKETS)], Vec::new()).await.is_empty());
    b.tick().await;
    assert_eq!(theirs.calls(Verb::Pull(TICKETS)), 0);
    assert_eq!(b.state(id, TICKETS).checkpoint, a.state(id, TICKETS).checkpoint);
    // The next one goes on where the other has stopped.
    clock.advance(STALE);
    psa.comment(7);
    assert_eq!(pull(&b).await?, Some(1));
    assert_eq!((mine.calls(Verb::Pull(TICKETS)), theirs.calls(Verb::Pull(TICKETS))), (2, 1));
    Ok(())
}

#[tokio::test]
async fn who_waits_for_another_replica_gets_what_it_reads() -> Result<()> {
    on_both(|url| Box::pin(waits(url))).await
}

async fn waits(url: String) -> Result<()> {
    let clock = clock();
    let psa = ThinPsa::new(&clock, 50, None);
    let (mine, theirs) = (Psa::default(), Psa::default());
    let a = replica(&url, mine.guard(thin(&psa)), &clock, patient()).await?;
    let b = replica(&url, theirs.guard(thin(&psa)), &clock, patient()).await?;
    pull(&a).await?;
    clock.advance(STALE);
    let held = mine.hold(Verb::Pull(TICKETS));
    let pulling = tokio::spawn({
        let a = a.clone();
        async move { pull(&a).await }
    });
    let page = held.answered().await?;
    let id = source(&b)?.id;
    let waiting = tokio::spawn(async move { b.freshen(vec![(id, TICKETS)], Vec::new()).await });
    while number(&url, "SELECT COUNT(*) FROM mirror_streams WHERE nudged_at IS NOT NULL").await? == 0 {
        tokio::task::yield_now().await;
    }
    assert!(!waiting.is_finished());
    page.release();
    assert_eq!(pulling.await??, Some(0));
    assert!(waiting.await?.is_empty(), "it is fresh");
    assert_eq!(theirs.calls(Verb::Pull(TICKETS)), 0);
    Ok(())
}

#[tokio::test]
async fn a_nudge_makes_a_replica_pull_before_its_period() -> Result<()> {
    on_both(|url| Box::pin(nudged(url))).await
}

async fn nudged(url: String) -> Result<()> {
    let clock = clock();
    let psa = ThinPsa::new(&clock, 50, None);
    let seldom = SyncSettings { every: Duration::from_secs(600), ..patient() };
    let a = replica(&url, thin(&psa), &clock, seldom).await?;
    let b = replica(&url, thin(&psa), &clock, hasty()).await?;
    pull(&a).await?;
    clock.advance(STALE);
    a.tick().await;
    assert_eq!(psa.pages(), 1, "its period is not over");
    // A third replica holds the stream and does nothing.
    let (store, id, owner) = (crate::replicas::store(&url, &clock).await?, source(&a)?.id, uuid::Uuid::new_v4());
    let now = clock.now().timestamp_millis();
    let lease = Lease { owner, now, until: now + 30_000 };
    store.lease(id, TICKETS, Work::Pull, lease).await.map_err(|e| say(&e))?.context("it was free")?;
    assert_eq!(b.freshen(vec![(id, TICKETS)], Vec::new()).await.len(), 1, "nobody has read it in time");
    store.release(id, TICKETS, Work::Pull, owner).await.map_err(|e| say(&e))?;
    a.tick().await;
    assert_eq!(psa.pages(), 2, "somebody needs it");
    a.tick().await;
    assert_eq!(psa.pages(), 2, "it was read");
    Ok(())
}

#[tokio::test]
async fn the_stream_of_a_killed_replica_is_taken_over_where_it_was() -> Result<()> {
    on_both(|url| Box::pin(taken_over(url))).await
}

async fn taken_over(url: String) -> Result<()> {
    let clock = clock();
    let psa = ThinPsa::new(&clock, 450, None);
    let (mine, theirs) = (Psa::default(), Psa::default());
    let a = replica(&url, mine.guard(thin(&psa)), &clock, patient()).await?;
    let b = replica(&url, theirs.guard(thin(&psa)), &clock, hasty()).await?;
    let first = mine.hold(Verb::Pull(TICKETS));
    let pulling = tokio::spawn(async move { pull(&a).await });
    let page = first.answered().await?;
    let second = mine.hold(Verb::Pull(TICKETS));
    page.release();
    let page = second.answered().await?;
    pulling.abort();
    assert!(pulling.await.is_err_and(|error| error.is_cancelled()));
    drop(page);
    b.tick().await;
    assert!(b.freshen(vec![(source(&b)?.id, TICKETS)], Vec::new()).await.len() == 1);
    assert_eq!(theirs.calls(Verb::Pull(TICKETS)), 0, "its lease has not ended");
    clock.advance(LEASE - Duration::from_millis(1));
    b.tick().await;
    assert_eq!(theirs.calls(Verb::Pull(TICKETS)), 0, "its lease has not ended");
    clock.advance(Duration::from_millis(1));
    b.tick().await;
    // Of five pages the first was stored.
    assert_eq!(theirs.calls(Verb::Pull(TICKETS)), 4);
    assert_eq!(number(&url, "SELECT COUNT(*) FROM mirror_tickets").await?, 450);
    Ok(())
}

#[tokio::test]
async fn a_replica_that_lost_its_lease_writes_nothing_about_the_stream() -> Result<()> {
    on_both(|url| Box::pin(lost(url))).await
}

async fn lost(url: String) -> Result<()> {
    let clock = clock();
    let psa = ThinPsa::new(&clock, 450, None);
    let mine = Psa::default();
    let a = replica(&url, mine.guard(thin(&psa)), &clock, patient()).await?;
    let b = replica(&url, thin(&psa), &clock, patient()).await?;
    let held = mine.hold(Verb::Pull(TICKETS));
    let pulling = tokio::spawn(async move { pull(&a).await });
    let page = held.answered().await?;
    // It sleeps for longer than its lease, and another one does all the work.
    clock.advance(LEASE);
    pull(&b).await?.context("the lease has ended")?;
    let stands = b.state(source(&b)?.id, Stream::Tickets);
    page.release();
    assert_eq!(pulling.await??, None, "the stream is another's");
    b.look().await.map_err(|e| say(&e))?;
    assert_eq!(b.state(source(&b)?.id, Stream::Tickets), stands);
    assert_eq!(number(&url, "SELECT COUNT(*) FROM mirror_tickets").await?, 450);
    Ok(())
}

#[tokio::test]
async fn a_replica_that_stops_leaves_its_streams_at_once() -> Result<()> {
    on_both(|url| Box::pin(stops(url))).await
}

async fn stops(url: String) -> Result<()> {
    let clock = clock();
    let psa = ThinPsa::new(&clock, 50, None);
    let mine = Psa::default();
    let a = replica(&url, mine.guard(thin(&psa)), &clock, patient()).await?;
    let b = replica(&url, thin(&psa), &clock, patient()).await?;
    let held = mine.hold(Verb::Pull(TICKETS));
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(a.run(async move { drop(stopped.await) }));
    let page = held.answered().await?;
    assert_eq!(pull(&b).await?, None, "the other one is at it");
    drop(stop);
    running.await?;
    drop(page);
    assert_eq!(pull(&b).await?, Some(50));
    Ok(())
}

//! What idle passes write: nothing, on most of them.

use crate::interrupted::small_pages;
use crate::replicas::{TICKETS, number, on_both, replica, source, thin};
use crate::{mirror, seen, upstream};
use anyhow::{Context, Result, ensure};
use portico::app::{App, say};
use portico::readmodel::Store;
use portico::registry;
use portico::sync::{Sync, SyncSettings};
use portico_contract::{Clock, Lane, Pass, Stream};
use portico_sandbox::itflow::edit::{NewReply, NewTicket};
use portico_tests::house::ADMINISTRATOR;
use portico_tests::{House, Options, ThinPsa};
use secrecy::ExposeSecret;
use std::time::Duration;

/// A Portico for which the world is a large one: passes over content are seldom.
async fn large(options: Options) -> Result<House> {
    let mut house = House::with(options).await?;
    let url = house.config.database.url.expose_secret().to_owned();
    let store = Store::open(&url, 4, house.clock.clone()).await.map_err(|e| say(&e))?;
    let backends = registry::backends(&house.config.backends, &house.clock)?;
    house.app = App::start(&house.config, backends.clone(), house.clock.clone()).await?;
    let settings = SyncSettings { touch: 1, ..SyncSettings::default() };
    house.app.sync = Sync::new(store, backends, settings).await.map_err(|e| say(&e))?;
    Ok(house)
}

#[tokio::test]
async fn an_idle_sweep_of_a_large_world_writes_no_row() -> Result<()> {
    idle(Options::default()).await
}

/// One page after the other, so that what the sweep does is told from the changes beside it.
pub async fn idle(options: Options) -> Result<()> {
    let house = large(options).await?;
    let (conn, source) = (mirror::open(&house).await?, house.source()?.clone());
    house.pass(Duration::from_secs(900));
    let swept = |house: &House| house.app.sync.state(source.id, Stream::Tickets).ids_at;
    let mut steps = 0;
    while swept(&house).is_none() {
        steps += 1;
        ensure!(steps < 50, "no sweep was made");
        let (before, published) = (mirror::rows(&conn).await?, mirror::outbox(&conn).await?);
        house.app.sync.step(&source, Stream::Tickets, Lane::Background).await.map_err(|e| say(&e))?;
        if swept(&house).is_some() {
            ensure!(before.keys().any(|(kind, _)| kind.stream() == Stream::Tickets));
            assert!(mirror::rows(&conn).await? == before, "some row was written");
            assert_eq!(mirror::outbox(&conn).await?, published);
        }
    }
    upstream::agrees(&house).await
}

#[tokio::test]
async fn what_was_deleted_in_a_large_world_goes_with_a_pass_over_ids() -> Result<()> {
    deleted(Options::default()).await
}

pub async fn deleted(options: Options) -> Result<()> {
    let house = large(Options { configure: Some(small_pages), ..options }).await?;
    // The highest ids stay, or the source would have gone backwards.
    let last = house.editor().add_ticket(&NewTicket { client: 1, ..NewTicket::default() }, house.psa_now()).await?;
    house.editor().add_reply(&NewReply { ticket: last, ..NewReply::default() }, house.psa_now()).await?;
    house.editor().add_attachment(last, None, "last.txt", house.psa_now()).await?;
    house.beat().await;
    let tickets: Vec<i32> = house.world.tickets.iter().map(|ticket| ticket.id).step_by(2).collect();
    for ticket in &tickets {
        house.editor().delete_ticket(*ticket).await?;
    }
    let full_at = || -> Result<_> { Ok(house.app.sync.state(house.backend()?, Stream::Tickets).full_at) };
    let before = full_at()?;
    house.pass(Duration::from_secs(900));
    house.app.sync.tick().await;
    assert_eq!(full_at()?, before, "the content was not read again");
    assert_eq!(seen::tickets(&house, ADMINISTRATOR).await?, upstream::tickets(&house, "1 = 1").await?);
    let events = mirror::outbox(&mirror::open(&house).await?).await?;
    ensure!(events.iter().filter(|event| event.change == "GONE").count() >= 10, "{}", events.len());
    upstream::agrees(&house).await
}

#[tokio::test]
async fn a_pass_over_ids_that_is_interrupted_begins_again_and_takes_nothing_that_is_there() -> Result<()> {
    on_both(|url| Box::pin(begins_again(url))).await
}

async fn begins_again(url: String) -> Result<()> {
    let clock = Clock::fake(chrono::DateTime::from_timestamp(1_770_000_000, 0).unwrap_or_default());
    let (psa, settings) = (ThinPsa::new(&clock, 450, None), SyncSettings { touch: 1, ..SyncSettings::default() });
    let one = replica(&url, thin(&psa), &clock, settings.clone()).await?;
    one.pull(source(&one)?, TICKETS, Lane::Background).await.map_err(|e| say(&e))?;
    (1..=450).step_by(3).for_each(|ticket| psa.delete(ticket));
    clock.advance(Duration::from_secs(900));
    // Changes first, for they are old by now; then two of three pages of ids.
    for _ in 0..3 {
        ensure!(one.step(source(&one)?, TICKETS, Lane::Background).await.map_err(|e| say(&e))?.more);
    }
    let pass = one.state(source(&one)?.id, TICKETS).pass.context("no pass is under way")?;
    ensure!(pass.pass == Pass::Ids && pass.next.is_some(), "{pass:?}");
    drop(one);
    let (other, before) = (replica(&url, thin(&psa), &clock, settings).await?, psa.pages());
    let gone = other.pull(source(&other)?, TICKETS, Lane::Background).await.map_err(|e| say(&e))?;
    assert_eq!(gone, Some(150));
    assert_eq!(psa.pages() - before, 4, "three of ids, one of changes");
    let deleted = "SELECT COUNT(*) FROM mirror_tickets WHERE CAST(native_key AS INTEGER) % 3 = 1";
    assert_eq!(number(&url, deleted).await?, 0);
    assert_eq!(number(&url, "SELECT COUNT(*) FROM mirror_tickets").await?, 300);
    Ok(())
}

#[tokio::test]
async fn a_small_world_is_read_whole_each_time() -> Result<()> {
    let house = House::new().await?;
    let full_at = || -> Result<_> { Ok(house.app.sync.state(house.backend()?, Stream::Tickets).full_at) };
    let before = full_at()?;
    house.pass(Duration::from_secs(900));
    house.beat().await;
    ensure!(full_at()? > before);
    upstream::agrees(&house).await
}

#[tokio::test]
async fn what_was_gone_long_ago_is_forgotten() -> Result<()> {
    let house = House::new().await?;
    let url = house.config.database.url.expose_secret().to_owned();
    house.editor().delete_ticket(crate::tickets::some_ticket(&house)?).await?;
    house.sweep(Stream::Tickets).await?;
    // What is archived upstream is read as gone again and again; the deleted one only once.
    let then = house.clock.now().timestamp_millis();
    let graves =
        async || number(&url, &format!("SELECT COUNT(*) FROM mirror_tombstones WHERE read_at <= {then}")).await;
    ensure!(graves().await? > 0);
    house.sweep(Stream::Tickets).await?;
    ensure!(graves().await? > 0, "an earlier read may still be on its way");
    house.pass(Duration::from_secs(3 * 3_600));
    house.sweep(Stream::Tickets).await?;
    assert_eq!(graves().await?, 0);
    upstream::agrees(&house).await
}

//! Lists that know less than the thing itself: what a list does not know it does not take away, and nothing goes to and
//! fro between the two.

use crate::replicas::{TICKETS, number, on_both, opened, opened_now, replica, source, thin};
use anyhow::{Result, ensure};
use portico::app::say;
use portico::sync::{Sync, SyncSettings};
use portico_contract::Clock;
use portico_tests::ThinPsa;
use sea_orm::{ConnectionTrait, Database, Statement};
use std::time::Duration;

const PERIOD: Duration = Duration::from_secs(20);

fn clock() -> Clock {
    Clock::fake(chrono::DateTime::from_timestamp(1_770_000_000, 0).unwrap_or_default())
}

/// What is stored of a ticket: its text, custom values, asset and version.
async fn stored(url: &str, ticket: i64) -> Result<(String, String, Option<uuid::Uuid>, i64)> {
    let conn = Database::connect(url).await?;
    let sql =
        format!("SELECT description, custom, asset_id, version FROM mirror_tickets WHERE native_key = '{ticket}'");
    let row = conn.query_one_raw(Statement::from_string(conn.get_database_backend(), sql)).await?;
    let row = row.ok_or_else(|| anyhow::anyhow!("ticket {ticket} is not there"))?;
    Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?, row.try_get_by_index(3)?))
}

/// One beat without filling: every row of the list again.
async fn list(sync: &Sync, clock: &Clock) -> Result<()> {
    clock.advance(PERIOD);
    let source = source(sync)?;
    sync.ask_for_full(source, TICKETS).await.map_err(|e| say(&e))?;
    sync.pull(source, TICKETS, portico_contract::Lane::Background).await.map_err(|e| say(&e))?;
    Ok(())
}

async fn thin_rows(url: &str) -> Result<i64> {
    number(url, "SELECT COUNT(*) FROM mirror_tickets WHERE thin_at IS NOT NULL").await
}

#[tokio::test]
async fn a_list_takes_nothing_away_that_an_opening_has_found() -> Result<()> {
    on_both(|url| Box::pin(keeps(url))).await
}

async fn keeps(url: String) -> Result<()> {
    let clock = clock();
    let psa = ThinPsa::new(&clock, 30, None);
    let sync = replica(&url, thin(&psa), &clock, SyncSettings::default()).await?;
    list(&sync, &clock).await?;
    // Before anybody has read the whole, the list's own text is there.
    let (text, custom, asset, _) = stored(&url, 7).await?;
    assert_eq!((text.as_str(), custom.as_str(), asset), ("What 1 of ticket 7 says", "[]", None));
    let stale = sync.freshen(Vec::new(), vec![opened(&sync, 7)?]).await;
    ensure!(stale.is_empty(), "{stale:?}");
    let whole = stored(&url, 7).await?;
    assert_eq!(whole.0, "<p>What 1 of ticket 7 says</p>");
    ensure!(whole.1.contains("System") && whole.2.is_some(), "{whole:?}");
    for _ in 0..3 {
        list(&sync, &clock).await?;
        assert_eq!(stored(&url, 7).await?, whole, "nothing has changed");
    }
    assert_eq!(thin_rows(&url).await?, 29, "the others were not read yet");
    // What the list knows is taken, the rest stands, and the whole is due again.
    psa.rename(7, "Renamed");
    list(&sync, &clock).await?;
    let renamed = stored(&url, 7).await?;
    assert_eq!(renamed, (whole.0, whole.1, whole.2, whole.3 + 1));
    assert_eq!(thin_rows(&url).await?, 30);
    sync.fill_some(source(&sync)?).await;
    assert_eq!(stored(&url, 7).await?, renamed, "the whole says nothing new, so no version says so");
    assert_eq!(thin_rows(&url).await?, 0);
    Ok(())
}

#[tokio::test]
async fn a_part_that_changed_is_read_again_at_an_opening_or_by_the_fill() -> Result<()> {
    on_both(|url| Box::pin(changes(url))).await
}

async fn changes(url: String) -> Result<()> {
    let clock = clock();
    let psa = ThinPsa::new(&clock, 5, None);
    let sync = replica(&url, thin(&psa), &clock, SyncSettings::default()).await?;
    list(&sync, &clock).await?;
    sync.fill_some(source(&sync)?).await;
    let before = stored(&url, 3).await?;
    psa.rewrite(3);
    list(&sync, &clock).await?;
    assert_eq!(stored(&url, 3).await?.0, before.0, "the list has no such text");
    sync.fill_some(source(&sync)?).await;
    let filled = stored(&url, 3).await?;
    assert_eq!(filled.0, "<p>What 2 of ticket 3 says</p>");
    ensure!(filled.2 != before.2 && filled.1 != before.1, "{filled:?}");
    // An opening does not wait for a list.
    psa.rewrite(3);
    clock.advance(PERIOD * 2);
    sync.freshen(Vec::new(), vec![opened_now(&url, &sync, 3).await?]).await;
    assert_eq!(stored(&url, 3).await?.0, "<p>What 3 of ticket 3 says</p>");
    let reads = psa.reads().len();
    list(&sync, &clock).await?;
    sync.fill_some(source(&sync)?).await;
    assert_eq!(psa.reads().len(), reads, "the list shows what the opening has found");
    Ok(())
}

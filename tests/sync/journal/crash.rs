//! A process that dies leaves behind what the next one needs, and two do not do the same.

use super::*;
use anyhow::bail;
use portico::app::{App, say};
use portico_contract::Clock;
use portico_tests::Psa;
use portico_tests::psa::{Mood, Verb};

/// Another process over the same database, and the same PSA.
pub async fn another(house: &House, writes: &Writable, psa: &Psa) -> Result<App> {
    let backends = portico::registry::backends(&house.config.backends, &house.clock)?;
    let guard = |backend| psa.guard(writes.guard(backend, house.editor(), &house.clock));
    App::start(&house.config, backends.into_iter().map(guard).collect(), Clock::clone(&house.clock)).await
}

async fn queued(writes: &Writable, psa: &Psa, subject: &str) -> Result<(House, String)> {
    let options = Options { writes: Some(writes.clone()), psa: Some(psa.clone()), ..Options::default() };
    let house = House::with(options).await?;
    writes.goes_down(true);
    let id = word(&create(&house, STANDARD, subject).await?, "/ticket/id")?;
    writes.goes_down(false);
    house.pass(LONG);
    Ok((house, id))
}

/// Died after the PSA had acted, before the answer: what is found is not sent again.
#[tokio::test]
async fn who_dies_after_the_write_leaves_it_to_be_found() -> Result<()> {
    let (writes, psa) = (Writable::default(), Psa::default());
    let (house, id) = queued(&writes, &psa, "Died after").await?;
    let held = psa.hold(Verb::Apply);
    let journal = house.app.journal.clone();
    let dying = tokio::spawn(async move { journal.deliver().await });
    let answer = held.answered().await?;
    dying.abort();
    ensure!(dying.await.is_err_and(|error| error.is_cancelled()), "it is gone");
    drop(answer);
    taken_over(&house, &writes, &id, "Died after", 2).await
}

/// Died before the PSA was reached: after lease and settle time it is sent by another.
#[tokio::test]
async fn who_dies_before_the_write_leaves_it_to_be_sent() -> Result<()> {
    let (writes, psa) = (Writable::default(), Psa::default());
    let (house, id) = queued(&writes, &psa, "Died before").await?;
    psa.becomes(Mood::Hangs);
    let journal = house.app.journal.clone();
    let dying = tokio::spawn(async move { journal.deliver().await });
    while psa.calls(Verb::Apply) < 2 {
        tokio::task::yield_now().await;
    }
    dying.abort();
    ensure!(dying.await.is_err_and(|error| error.is_cancelled()), "it is gone");
    psa.becomes(Mood::Well);
    taken_over(&house, &writes, &id, "Died before", 2).await
}

async fn taken_over(house: &House, writes: &Writable, id: &str, subject: &str, tries: usize) -> Result<()> {
    let lease = Duration::from_secs(house.config.journal.lease_seconds);
    let other = another(house, writes, &Psa::default()).await?;
    other.journal.deliver().await.map_err(|e| say(&e))?;
    ensure!(writes.tries() <= tries, "the lease has not ended");
    house.pass(lease);
    other.journal.deliver().await.map_err(|e| say(&e))?;
    house.pass(SETTLED);
    other.journal.deliver().await.map_err(|e| say(&e))?;
    assert_eq!((writes.tries(), tickets_upstream(house, subject).await?), (tries, 1));
    house.beat().await;
    assert_eq!(shown(house, STANDARD, subject).await?, BTreeSet::from([id.to_owned()]));
    Ok(())
}

/// Died after it was told that it was done, before it could read it back.
#[tokio::test]
async fn who_dies_before_the_read_leaves_it_to_be_read() -> Result<()> {
    let (writes, psa) = (Writable::default(), Psa::default());
    let options = Options { writes: Some(writes.clone()), psa: Some(psa.clone()), ..Options::default() };
    let house = House::with(options).await?;
    let held = psa.hold(Verb::Read(portico_contract::Kind::Ticket));
    let query = json!({ "input": { "subject": "Unread", "description": "x" } });
    // The answer of the read never comes, and nobody waits for it any more.
    let _never = tokio::select! {
        told = run(&house, STANDARD, CREATE, query) => bail!("it did not wait for the read: {told:?}"),
        answer = held.answered() => answer?,
    };
    let theirs = Psa::default();
    let other = another(&house, &writes, &theirs).await?;
    house.pass(Duration::from_secs(house.config.journal.lease_seconds));
    other.journal.deliver().await.map_err(|e| say(&e))?;
    assert_eq!(theirs.calls(Verb::Read(portico_contract::Kind::Ticket)), 1, "the other one reads it");
    assert_eq!((writes.tries(), shown(&house, STANDARD, "Unread").await?.len()), (1, 1));
    Ok(())
}

/// Two processes deliver at the same time; what one does the other leaves.
#[tokio::test]
async fn two_processes_send_nothing_twice() -> Result<()> {
    let (writes, psa) = (Writable::default(), Psa::default());
    let (house, _) = queued(&writes, &psa, "Between two 0").await?;
    writes.goes_down(true);
    for n in 1..40 {
        create(&house, STANDARD, &format!("Between two {n}")).await?;
    }
    writes.goes_down(false);
    house.pass(LONG);
    let other = another(&house, &writes, &psa).await?;
    let (one, two) = tokio::join!(house.app.journal.deliver(), other.journal.deliver());
    let (one, two) = (one.map_err(|e| say(&e))?, two.map_err(|e| say(&e))?);
    // Who takes how many is up to the machine.
    assert_eq!(one + two, 40, "{one} and {two}");
    assert_eq!(upstream(&house, "SELECT COUNT(*) FROM tickets WHERE ticket_subject LIKE 'Between two %'").await?, 40);
    house.beat().await;
    assert_eq!(shown(&house, STANDARD, "Between two ").await?.len(), 40);
    Ok(())
}

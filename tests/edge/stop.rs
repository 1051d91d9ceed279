//! Being told to stop: status 0 within ten seconds, whatever is going on.

use crate::demo::{Demo, arguments};
use anyhow::{Context, Result};
use portico::readmodel::Store;
use portico_contract::Clock;
use portico_tests::running::{Running, eventually};
use portico_tests::wire::Call;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::Notify;

const SOON: Duration = Duration::from_secs(10);

#[tokio::test]
async fn both_signals_end_it_with_status_0() -> Result<()> {
    for signal in ["INT", "TERM"] {
        let mut demo = Demo::start().await?;
        demo.running.signal(signal).await?;
        let status = demo.running.ended(SOON).await?;
        assert_eq!(status.code(), Some(0), "{signal}: {}", demo.running.log());
    }
    Ok(())
}

/// Asks until nobody answers any more; tells after the first answer that it is under way.
async fn keep_asking(address: String, call: Call, first: Arc<Notify>) -> u32 {
    let mut answered = 0;
    while let Ok(answer) = call.send(&address).await {
        assert_eq!(answer.status, 200, "{}", answer.body);
        answered += 1;
        first.notify_one();
    }
    answered
}

/// Who was promised an answer gets it, and idle or half-open connections hold nothing up.
#[tokio::test]
async fn it_ends_under_load() -> Result<()> {
    let mut demo = Demo::start().await?;
    let idle = TcpStream::connect(&demo.running.address).await?;
    let slow = TcpStream::connect(&demo.running.address).await?;
    slow.writable().await?;
    slow.try_write(
        b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{",
    )?;
    let query = "{ tickets(first: 50) { nodes { subject comments(first: 20) { nodes { body } } } } }";
    let call = Call::query(query).bearer(Some(demo.administrator()?));
    let first = Arc::new(Notify::new());
    let askers: Vec<_> = (0..8)
        .map(|_| tokio::spawn(keep_asking(demo.running.address.clone(), call.clone(), Arc::clone(&first))))
        .collect();
    first.notified().await;
    demo.running.signal("TERM").await?;
    let status = demo.running.ended(SOON + Duration::from_secs(2)).await?;
    assert_eq!(status.code(), Some(0), "{}", demo.running.log());
    for asker in askers {
        asker.await?;
    }
    drop((idle, slow));
    Ok(())
}

/// Whenever it is told to stop while it starts, it ends well and leaves a folder that can be started in.
#[tokio::test]
async fn it_ends_while_it_starts() -> Result<()> {
    // The files come one after the other: each is a point at which the start can be cut short.
    for (file, signal) in [
        ("itflow.unfinished", "INT"),
        ("itflow.unfinished/itflow.sqlite", "TERM"),
        ("itflow.unfinished/itflow.sqlite-wal", "INT"),
        ("itflow", "TERM"),
        ("portico.sqlite", "INT"),
        ("portico.sqlite-wal", "TERM"),
    ] {
        let dir = tempfile::tempdir()?;
        let mut starting = Running::launch(dir.path(), &arguments(dir.path(), "0")?)?;
        eventually(|| dir.path().join(file).exists().then_some(())).await.context(file)?;
        starting.signal(signal).await?;
        let status = starting.ended(SOON).await?;
        assert_eq!(status.code(), Some(0), "{signal} at {file}: {}", starting.log());
        assert!(!dir.path().join("demo.json").exists(), "{file}: it was not cut short");
        let demo = Demo::start_in(dir).await.context(file)?;
        let said = demo.running.data(Some(demo.administrator()?), "{ tickets(first: 1) { totalCount } }").await?;
        assert!(said["tickets"]["totalCount"].as_u64() > Some(20), "{file}: {said}");
    }
    Ok(())
}

/// The database's shape comes wholly or not at all.
#[tokio::test]
async fn a_database_whose_making_was_cut_short_can_be_opened() -> Result<()> {
    for millis in (1..=40).step_by(3) {
        let dir = tempfile::tempdir()?;
        let url = format!("sqlite://{}?mode=rwc", dir.path().join("portico.sqlite").display());
        let opening = Store::open(&url, 1, Clock::system());
        let _ = tokio::time::timeout(Duration::from_millis(millis), opening).await;
        let again = Store::open(&url, 1, Clock::system()).await;
        assert!(again.is_ok(), "cut short after {millis} ms: {}", again.unwrap_err().log());
    }
    Ok(())
}

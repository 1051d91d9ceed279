//! A demo that is started again in its folder goes on where it was.

use crate::demo::{Demo, arguments};
use anyhow::{Context, Result};
use portico_sandbox::Editor;
use portico_tests::running;
use serde_json::Value;
use std::time::Duration;

const TICKETS: &str = "{ tickets(first: 100) { totalCount nodes { id number subject } } }";

#[tokio::test]
async fn ids_people_and_changes_stay() -> Result<()> {
    let demo = Demo::start().await?;
    let before = demo.running.data(Some(demo.administrator()?), TICKETS).await?;
    let old = demo.facts.user("priya.nair@")?.clone();
    let url = demo.facts.backends.first().context("a backend")?.url.clone();
    // Somebody at the PSA corrects a subject; then Portico is down.
    let number = "UPDATE tickets SET ticket_subject = 'Corrected by hand', ticket_updated_at = ? WHERE ticket_id = 1";
    let (status, dir) = demo.stop().await?;
    assert!(status.success());
    Editor::open(&url).await?.run(number, vec!["2036-01-01 00:00:00".into()]).await?;

    let demo = Demo::start_in(dir).await?;
    let after = demo.running.data(Some(demo.administrator()?), TICKETS).await?;
    let ids = |said: &Value| -> Vec<String> {
        let mut ids: Vec<_> =
            said["tickets"]["nodes"].as_array().into_iter().flatten().map(|n| n["id"].to_string()).collect();
        ids.sort();
        ids
    };
    assert_eq!(ids(&before), ids(&after));
    assert!(after.to_string().contains("Corrected by hand"), "{after}");
    let new = demo.facts.user("priya.nair@")?;
    assert_eq!((&new.account, &new.backend), (&old.account, &old.backend));
    demo.running.data(Some(&new.token), "{ viewer { name } }").await?;
    demo.running.data(Some(&old.token), "{ viewer { name } }").await?;
    Ok(())
}

#[tokio::test]
async fn demo_json_of_an_earlier_run_is_not_mistaken_for_this_one() -> Result<()> {
    let demo = Demo::start().await?;
    let (_, dir) = demo.stop().await?;
    let facts = dir.path().join("demo.json");
    std::fs::write(&facts, "from before")?;
    let mut starting = running::Running::launch(dir.path(), &arguments(dir.path(), "0")?)?;
    // Whenever the file is there, it is whole and of this run.
    let read = || std::fs::read_to_string(&facts).ok().filter(|text| text != "from before");
    let text = running::eventually(read).await?;
    serde_json::from_str::<Value>(&text).context("a whole file")?;
    starting.signal("TERM").await?;
    assert!(starting.ended(Duration::from_secs(10)).await?.success());
    Ok(())
}

#[tokio::test]
async fn a_port_in_use_is_said_at_once() -> Result<()> {
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let port = taken.local_addr()?.port().to_string();
    let dir = tempfile::tempdir()?;
    let refused = running::run(dir.path(), &arguments(dir.path(), &port)?).await?;
    assert_eq!(refused.status.code(), Some(1));
    assert!(refused.err.contains(&format!("127.0.0.1:{port}")), "{}", refused.err);
    assert!(refused.err.contains("--port"), "it says what to do: {}", refused.err);
    assert_eq!(refused.out, "");
    Ok(())
}

/// Folders have the names that people give them.
#[tokio::test]
async fn a_folder_may_have_any_name() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let odd = dir.path().join("50% off? #1 ü");
    std::fs::create_dir(&odd)?;
    let running = running::Running::start(&odd, &arguments(&odd, "0")?).await?;
    let facts = crate::demo::Facts::read(&odd)?;
    let token = facts.user("robin.vale@")?.token.clone();
    running.data(Some(&token), TICKETS).await?;
    let url = &facts.backends.first().context("a backend")?.url;
    let editor = Editor::open(url).await?;
    let changed = editor.run("UPDATE tickets SET ticket_subject = 'x' WHERE ticket_id = 1", Vec::new()).await?;
    assert_eq!(changed, 1, "the URL leads to the PSA's database");
    let kept: Vec<_> = std::fs::read_dir(dir.path())?.collect::<Result<_, _>>()?;
    assert_eq!(kept.len(), 1, "nothing was written beside it");
    Ok(())
}

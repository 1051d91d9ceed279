//! `portico serve` while the PSA is away.

use crate::site::Site;
use anyhow::Result;
use portico_tests::running::Running;
use serde_json::Value;

const QUERY: &str = "{ tickets(first: 1) { totalCount nodes { subject } } }";

async fn ask(serving: &Running, token: &str) -> Result<(Value, bool)> {
    let answer = serving.ask(Some(token), QUERY).await?;
    assert_eq!(answer.get("errors"), None, "{answer}");
    let stale = answer.pointer("/extensions/freshness/0").cloned();
    if let Some(stale) = &stale {
        assert_eq!(stale["backend"], "main", "{answer}");
        assert!(stale["since"].is_string() && stale["reason"].is_string(), "{answer}");
        assert!(!answer.to_string().contains("sqlite"), "a customer learns nothing of the inside: {answer}");
    }
    Ok((answer.get("data").cloned().unwrap_or_default(), stale.is_some()))
}

/// It starts, answers from what it has, says how old that is, and recovers by itself.
#[tokio::test]
async fn the_api_answers_while_the_psa_is_away_and_recovers() -> Result<()> {
    let site = Site::new().await?;
    site.run(&["sync"]).await?.good()?;
    let staff = ["user", "add", "--name", "Root", "--email", "root@example.com", "--role", "ADMINISTRATOR"];
    site.run_with(&staff, "a long enough sentence").await?.good()?;
    let token = site.run(&["user", "token", "--login", "root@example.com", "--staff"]).await?.good()?;
    let token = token.trim();

    let away = site.dir.path().join("away");
    std::fs::rename(site.psa(), &away)?;
    let serving = site.serve().await?;
    let (data, _) = ask(&serving, token).await?;
    assert!(data["tickets"]["totalCount"].as_u64() > Some(0), "{data}");
    wait(&serving, token, true).await?;

    std::fs::rename(&away, site.psa())?;
    wait(&serving, token, false).await?;
    assert_eq!(ask(&serving, token).await?.0, data);
    assert!(serving.stop().await?.success());
    Ok(())
}

/// Asks until the answer is stale, or is not. The process has its own clock: only asking again shows it.
async fn wait(serving: &Running, token: &str, stale: bool) -> Result<()> {
    let asking = async {
        while ask(serving, token).await?.1 != stale {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        anyhow::Ok(())
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), asking).await?
}

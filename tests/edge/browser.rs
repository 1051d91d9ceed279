//! The playground in a real browser. Where there is no Chromium, the test says so and passes.

use crate::demo::Demo;
use crate::node;
use anyhow::{Context, Result};
use portico_tests::wire::Call;
use serde::Deserialize;

const CHROMIUM: &str = "/usr/bin/chromium";

/// What `playground.mjs` saw.
#[derive(Debug, Deserialize)]
struct Seen {
    /// The bar that says who is signed in.
    bar: String,
    /// The text of the result.
    answer: String,
    /// Errors of the page and of its console.
    complaints: Vec<String>,
    requests: Vec<String>,
}

#[tokio::test]
async fn somebody_signs_in_runs_an_example_and_sees_data() -> Result<()> {
    if !node::is_there(CHROMIUM).await {
        println!("skipped: there is no {CHROMIUM}");
        return Ok(());
    }
    let demo = Demo::start().await?;
    let home = format!("http://{}/", demo.running.address);
    if demo.running.send(&Call::get("/graphiql/graphiql.js")).await?.status == 404 {
        println!("skipped: the playground is not part of this build; run `node build.mjs` in gateway/graphiql first");
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let kept = folder.path().to_str().context("a folder with a name in UTF-8")?;
    let arguments = [&format!("{home}graphiql"), "Priya Nair", "OpenTickets", CHROMIUM, kept];
    let Some(said) = node::run("playground.mjs", &arguments).await? else { return Ok(()) };
    let seen: Seen = serde_json::from_str(&said)?;
    assert!(
        seen.bar.contains("Priya Nair") && seen.bar.contains("primary") && seen.bar.contains("Harbour Legal LLP"),
        "{}",
        seen.bar
    );
    for words in ["\"totalCount\"", "\"subject\"", "Harbour"] {
        assert!(seen.answer.contains(words), "{words}: {}", seen.answer);
    }
    assert!(!seen.answer.contains("\"errors\""), "{}", seen.answer);
    assert_eq!(seen.complaints, [""; 0], "the page complains");
    let foreign: Vec<_> =
        seen.requests.iter().filter(|url| !url.starts_with(&home) && !url.starts_with("data:")).collect();
    assert_eq!(foreign, [""; 0], "the page asks nobody else");
    assert!(seen.requests.iter().any(|url| url.ends_with("/graphql")), "{:?}", seen.requests);
    assert!(folder.path().join("playground.png").exists());
    Ok(())
}

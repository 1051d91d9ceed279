//! What the README tells a stranger to type.

use crate::demo::Demo;
use anyhow::{Context, Result, ensure};
use tokio::process::Command;

const README: &str = include_str!("../../README.md");

/// The shell blocks that ask the API.
fn blocks() -> Vec<&'static str> {
    let fenced = README.split("```sh\n").skip(1).filter_map(|rest| rest.split_once("```"));
    fenced.map(|(block, _)| block).filter(|block| block.contains("curl")).collect()
}

#[tokio::test]
async fn the_first_steps_work_as_they_are_written() -> Result<()> {
    let demo = Demo::start().await?;
    let script = blocks().concat();
    let there = script.replace("http://127.0.0.1:8080/graphql", &demo.facts.graphql);
    ensure!(there != script, "the README names another address");
    let done = Command::new("sh").args(["-e", "-c", &there]).output().await.context("sh and curl")?;
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    ensure!(done.status.success(), "{said}{}", String::from_utf8_lossy(&done.stderr));
    for part in ["\"name\":\"Priya Nair\"", "\"totalCount\":", "\"delivery\":\"APPLIED\"", "\"userErrors\":[]"] {
        ensure!(said.contains(part), "{part} is not in {said}");
    }
    ensure!(!said.contains("\"errors\""), "{said}");
    Ok(())
}

//! Programs of `tests/clients`, run by Node.js. Where there is none, their tests say so and pass.

use anyhow::{Context, Result, ensure};
use portico_tests::binary;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;
use tokio::sync::OnceCell;
use tokio::time::timeout;

static INSTALLED: OnceCell<bool> = OnceCell::const_new();

/// Runs one of the programs; nothing if there is no Node.js.
pub async fn run(program: &str, arguments: &[&str]) -> Result<Option<String>> {
    if !*INSTALLED.get_or_try_init(install).await? {
        println!("skipped: there is no node or npm");
        return Ok(None);
    }
    let mut command = Command::new("node");
    command.arg(program).args(arguments).current_dir(clients()).kill_on_drop(true);
    let output = timeout(Duration::from_secs(60), command.output()).await.context("it does not end")??;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    ensure!(output.status.success(), "{program}: {said}{}", String::from_utf8_lossy(&output.stderr));
    Ok(Some(said))
}

fn clients() -> PathBuf {
    binary::project().join("tests").join("clients")
}

/// Whether a program is there and runs.
pub async fn is_there(program: &str) -> bool {
    let mut command = Command::new(program);
    command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
    command.status().await.is_ok_and(|status| status.success())
}

/// What the lock file names, installed when it is not there or older than the lock file.
async fn install() -> Result<bool> {
    if !is_there("node").await || !is_there("npm").await {
        return Ok(false);
    }
    let changed = |file: &str| clients().join(file).metadata().and_then(|meta| meta.modified()).ok();
    if changed("node_modules/.package-lock.json") < changed("package-lock.json") {
        let mut command = Command::new("npm");
        command.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(clients());
        let done = command.output().await?;
        ensure!(done.status.success(), "npm ci: {}", String::from_utf8_lossy(&done.stderr));
    }
    Ok(true)
}

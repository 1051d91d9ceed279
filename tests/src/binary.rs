//! The real `portico`, for tests over whole processes.
//!
//! Cargo names a binary to the tests of its own crate only, so it is looked up beside the running
//! test: `target/debug/deps/edge-…` and `target/debug/portico` share a folder. It is built first if
//! it is not there, or older than one of its sources.

use anyhow::{Context, Result, anyhow, ensure};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::SystemTime;

/// Tests that start together wait for one build, and a failed one fails them all.
static BINARY: OnceLock<Result<PathBuf, String>> = OnceLock::new();

/// Where the binary is.
pub fn portico() -> Result<&'static Path> {
    let found = BINARY.get_or_init(|| find().map_err(|error| format!("{error:#}")));
    found.as_deref().map_err(|error| anyhow!("{error}"))
}

fn find() -> Result<PathBuf> {
    let test = std::env::current_exe()?;
    let folder = test.parent().and_then(Path::parent).context("a test runs from a target folder")?;
    let path = folder.join("portico");
    if !is_fresh(&path) {
        build(folder)?;
    }
    ensure!(path.exists(), "{} was not built", path.display());
    Ok(path)
}

/// The project's folder.
#[must_use]
pub fn project() -> &'static Path {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap_or(tests)
}

/// Cargo lists the sources of a binary in a file beside it: `portico: a.rs b.rs`.
fn is_fresh(path: &Path) -> bool {
    let changed = |path: &Path| path.metadata().and_then(|meta| meta.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
    let (Ok(sources), built) = (std::fs::read_to_string(path.with_extension("d")), changed(path)) else { return false };
    let sources = sources.split_once(": ").map_or("", |(_, sources)| sources);
    path.exists() && sources.split_whitespace().map(Path::new).all(|source| source.exists() && changed(source) <= built)
}

fn build(folder: &Path) -> Result<()> {
    let target = folder.parent().context("a target folder")?;
    let profile = match folder.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(name) => name,
    };
    let cargo = option_env!("CARGO").unwrap_or("cargo");
    let mut command = Command::new(cargo);
    command.args(["build", "--quiet", "--package", "portico", "--profile", profile, "--target-dir"]).arg(target);
    let built = command.current_dir(project()).status().with_context(|| format!("{cargo} cannot be run"))?;
    ensure!(built.success(), "cargo build -p portico failed");
    Ok(())
}

//! Whole processes: commands that end, and servers that are told to.

use crate::binary;
use crate::wire::{Answer, Call};
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use std::ffi::OsStr;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

/// No command and no start takes longer, also in an unoptimised build on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a command left behind.
#[derive(Debug)]
pub struct Finished {
    pub status: ExitStatus,
    pub out: String,
    pub err: String,
}

impl Finished {
    /// Everything it wrote.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}{}", self.out, self.err)
    }

    /// What it wrote to standard output, if it went well.
    pub fn good(self) -> Result<String> {
        ensure!(self.status.success(), "{}: {}", self.status, self.text());
        Ok(self.out)
    }
}

/// `portico` without the surroundings of the test: no variables, no configuration file in reach.
fn portico<S: AsRef<OsStr>>(dir: &Path, arguments: &[S]) -> Result<Command> {
    let mut command = Command::new(binary::portico()?);
    command.args(arguments).env_clear().env("TMPDIR", dir).current_dir(dir);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    Ok(command)
}

/// Runs a command of `portico` in this folder to its end.
pub async fn run<S: AsRef<OsStr>>(dir: &Path, arguments: &[S]) -> Result<Finished> {
    run_with(dir, arguments, "").await
}

/// The same with a text on standard input.
pub async fn run_with<S: AsRef<OsStr>>(dir: &Path, arguments: &[S], input: &str) -> Result<Finished> {
    let mut child = portico(dir, arguments)?.stdin(Stdio::piped()).spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        // A command that does not read its input may have closed it.
        let _ = stdin.write_all(input.as_bytes()).await;
    }
    let output = timeout(PATIENCE, child.wait_with_output()).await.context("the command does not end")??;
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ok(Finished { status: output.status, out: text(output.stdout), err: text(output.stderr) })
}

/// A `portico` that runs until it is told to stop; dropped, it is killed.
#[derive(Debug)]
pub struct Running {
    child: Child,
    lines: Arc<Mutex<Vec<String>>>,
    log: Arc<Mutex<Vec<u8>>>,
    /// Host and port; empty until it is ready.
    pub address: String,
}

impl Running {
    /// Starts it without waiting for anything.
    pub fn launch<S: AsRef<OsStr>>(dir: &Path, arguments: &[S]) -> Result<Self> {
        let mut child = portico(dir, arguments)?.spawn()?;
        let (lines, log) = (Arc::default(), Arc::default());
        if let Some(errors) = child.stderr.take() {
            tokio::spawn(keep(errors, Arc::clone(&log)));
        }
        Ok(Self { child, lines, log, address: String::new() })
    }

    /// Starts it and waits for its `ready` line.
    pub async fn start<S: AsRef<OsStr>>(dir: &Path, arguments: &[S]) -> Result<Self> {
        let mut running = Self::launch(dir, arguments)?;
        running.ready().await?;
        Ok(running)
    }

    async fn ready(&mut self) -> Result<()> {
        let out = self.child.stdout.take().context("no standard output")?;
        let mut out = BufReader::new(out).lines();
        loop {
            let line = timeout(PATIENCE, out.next_line()).await.context("no ready line in time")??;
            let Some(line) = line else { bail!("it ended before it was ready: {}", self.log()) };
            let address = line.strip_prefix("ready http://").map(str::to_owned);
            self.lines.lock().unwrap_or_else(PoisonError::into_inner).push(line);
            if let Some(address) = address {
                self.address = address;
                break;
            }
        }
        let lines = Arc::clone(&self.lines);
        tokio::spawn(async move {
            while let Ok(Some(line)) = out.next_line().await {
                lines.lock().unwrap_or_else(PoisonError::into_inner).push(line);
            }
        });
        Ok(())
    }

    /// Lines of standard output so far.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Standard error so far.
    #[must_use]
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&self.log.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }

    /// Sends a signal by its name: `INT`, `TERM`.
    pub async fn signal(&self, name: &str) -> Result<()> {
        let id = self.child.id().context("it has ended")?;
        let sent = Command::new("kill").arg(format!("-{name}")).arg(id.to_string()).status().await?;
        ensure!(sent.success(), "no signal could be sent");
        Ok(())
    }

    /// How it ended, if it does within this time.
    pub async fn ended(&mut self, within: Duration) -> Result<ExitStatus> {
        Ok(timeout(within, self.child.wait()).await.context("it does not end")??)
    }

    /// Tells it to stop and waits until it has.
    pub async fn stop(mut self) -> Result<ExitStatus> {
        self.signal("TERM").await?;
        self.ended(Duration::from_secs(10)).await
    }

    pub async fn send(&self, call: &Call) -> Result<Answer> {
        call.send(&self.address).await
    }

    /// Asks one operation by POST.
    pub async fn ask(&self, token: Option<&str>, query: &str) -> Result<Value> {
        self.send(&Call::query(query).bearer(token)).await?.json()
    }

    /// The data of an answer that must have no errors.
    pub async fn data(&self, token: Option<&str>, query: &str) -> Result<Value> {
        let mut answer = self.ask(token, query).await?;
        ensure!(answer.get("errors").is_none(), "{query} answered {answer}");
        Ok(answer.get_mut("data").map(Value::take).unwrap_or_default())
    }
}

/// Looks until there is something to see: other processes do not tell when they have written a file.
pub async fn eventually<T>(mut look: impl FnMut() -> Option<T>) -> Result<T> {
    let looking = async {
        loop {
            if let Some(seen) = look() {
                return seen;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(PATIENCE, looking).await.context("it does not happen")
}

async fn keep(mut from: impl AsyncRead + Unpin, log: Arc<Mutex<Vec<u8>>>) {
    let mut part = vec![0; 4_096];
    while let Ok(read @ 1..) = from.read(&mut part).await {
        let part = part.get(..read).unwrap_or_default();
        log.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(part);
    }
}

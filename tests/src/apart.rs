//! A tenant in another process, `src/bin/tenant.rs`: what is said to it, and what it says of the calls that it got.

use anyhow::{Context, Result};
use portico_sandbox::halopsa::Seen;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};

/// What it is told.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub enum Order {
    /// The time is this, in milliseconds. It answers with how many calls it got so far, those under way included.
    At(i64),
    /// It answers with its [`Report`].
    Report,
}

/// The first thing that it says, when everything is there.
#[derive(Debug, Serialize, Deserialize)]
pub struct Welcome {
    /// Of a backend that reads it.
    pub settings: toml::Value,
    pub now: i64,
    /// How many it holds.
    pub tickets: usize,
    /// The oldest of those that the world does not have.
    pub oldest: i64,
}

/// The calls so far.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Report {
    pub calls: usize,
    /// Pages of the list of tickets, ids and overlaps aside.
    pub pages: usize,
    /// The tickets that were read one by one, in order.
    pub reads: Vec<i64>,
    /// Calls about one ticket.
    pub about: usize,
    /// The most calls that any five minutes saw.
    pub busiest: usize,
    /// Those that the limit refused.
    pub limited: usize,
}

impl Report {
    pub fn add(&mut self, seen: &[Seen]) {
        self.calls += seen.len();
        for call in seen {
            let named = |name: &str| call.query.iter().any(|(known, _)| known == name);
            let page = call.path == "/api/Tickets" && named("page_no") && !named("lastupdatefromdate");
            self.pages += usize::from(page);
            self.reads.extend(call.path.strip_prefix("/api/Tickets/").and_then(|id| id.parse::<i64>().ok()));
            let about = ["/Actions", "/Tickets/", "Approval"].iter().any(|part| call.path.contains(part));
            self.about += usize::from(about);
        }
    }
}

/// A running tenant. It ends when this is dropped, and with the test's own process.
#[derive(Debug)]
pub struct Apart {
    child: Child,
    line: Mutex<Line>,
    pub welcome: Welcome,
}

#[derive(Debug)]
struct Line {
    say: ChildStdin,
    hear: BufReader<ChildStdout>,
    /// As it was told last.
    at: i64,
    calls: usize,
}

impl Drop for Apart {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Apart {
    /// Starts the program and waits until it has made so many tickets.
    pub fn start(program: &Path, tickets: usize) -> Result<Self> {
        let mut command = Command::new(program);
        let mut child = command.arg(tickets.to_string()).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let (say, hear) = (child.stdin.take().context("no input")?, child.stdout.take().context("no output")?);
        let mut line = Line { say, hear: BufReader::new(hear), at: 0, calls: 0 };
        let welcome: Welcome = line.heard()?;
        line.at = welcome.now;
        Ok(Self { child, line: Mutex::new(line), welcome })
    }

    /// From now on it is this late there.
    pub fn move_to(&self, millis: i64) -> Result<()> {
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        line.at = millis;
        line.count().map(drop)
    }

    /// Whether it got a call since it was last asked; waits for the answer to one that is under way.
    pub fn was_called(&self) -> Result<bool> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner).count()
    }

    pub fn report(&self) -> Result<Report> {
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        line.said(Order::Report)?;
        line.heard()
    }
}

impl Line {
    fn said(&mut self, order: Order) -> Result<()> {
        writeln!(self.say, "{}", serde_json::to_string(&order)?).context("the tenant has ended")
    }

    fn heard<T: DeserializeOwned>(&mut self) -> Result<T> {
        let mut text = String::new();
        self.hear.read_line(&mut text)?;
        serde_json::from_str(&text).context("the tenant has ended")
    }

    fn count(&mut self) -> Result<bool> {
        self.said(Order::At(self.at))?;
        let calls = self.heard()?;
        Ok(std::mem::replace(&mut self.calls, calls) != calls)
    }
}

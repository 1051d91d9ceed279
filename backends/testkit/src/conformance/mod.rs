//! The rules that every backend keeps, whichever PSA is behind it.
//!
//! An adapter's tests make a [`Bench`]: the adapter on its sandbox, with somebody who changes things there. [`run`]
//! then asks every rule. A rule about something that the capabilities do not name, or that the bench cannot do, is
//! *not asked*, and the report says so.
//!
//! To add a rule: a function over a bench in the file of its group, and its line in that file's table.

mod capabilities;
mod changes;
mod commands;
mod faults;
mod moves;
mod passes;
mod reader;

use crate::{FaultProxy, Rule as FaultRule};
use async_trait::async_trait;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::Method;
use portico_contract::{
    Backend, CallCx, Command, CommandKind, Delivery, Error, NativeFile, NativeId, Pass, Stream, Timestamp,
};
use std::fmt::{self, Display};

/// What somebody did upstream. It must change nothing but what is named here: where a thing shows the name of another,
/// most PSAs leave no trace on it when that name changes, and only a full pass finds it.
#[derive(Debug, Clone, Default)]
pub struct Edit {
    /// What it was, for the report.
    pub what: String,
    /// Things with ids of their own that the next beat must bring: a new one, or one that is no longer what it was.
    pub changed: Vec<NativeId>,
    /// Things that the next sweep must miss.
    pub gone: Vec<NativeId>,
}

/// An adapter on its sandbox.
#[async_trait]
pub trait Bench: Send + Sync {
    /// The adapter, built as in production.
    fn backend(&self) -> &dyn Backend;

    /// Does something upstream, another thing each turn; `None` when there is nothing more to try.
    async fn edit(&self, turn: usize) -> Result<Option<Edit>, Broken>;

    /// Does something upstream at random, as people at work do: makes, changes, moves, removes. The same number does the
    /// same in the same world. Only what a beat or a sweep finds. `false` where nobody can.
    async fn random(&self, _number: u64) -> Result<bool, Broken> {
        Ok(false)
    }

    /// What stands between the adapter and its PSA, where that speaks HTTP.
    fn proxy(&self) -> Option<&FaultProxy> {
        None
    }

    /// A call that goes through the proxy: by default a page of the first stream.
    async fn call(&self, cx: &CallCx) -> portico_contract::Result<()> {
        let stream = self.backend().capabilities().streams.keys().next().copied().unwrap_or(Stream::Accounts);
        self.backend().pull(cx, stream, Pass::Full, None).await.map(drop)
    }

    /// A new command that can be carried out now.
    async fn command(&self, _kind: CommandKind) -> Result<Option<Command>, Broken> {
        Ok(None)
    }

    /// By the PSA's clock, a moment before what the last command did.
    fn since(&self) -> Timestamp {
        Timestamp::default()
    }

    /// How often the PSA holds what a command makes; `None` for one that makes nothing and sets a state.
    async fn made(&self, _command: &Command) -> Result<Option<usize>, Broken> {
        Ok(None)
    }

    /// A file that the PSA holds, and its bytes.
    async fn file(&self) -> Result<Option<(NativeFile, Bytes)>, Broken> {
        Ok(None)
    }

    /// A webhook about something that is there, as the PSA sends it; another one each time.
    fn delivery(&self) -> Option<Delivery> {
        None
    }

    /// Narrows a fault to the requests that write.
    fn writes(&self, rule: FaultRule) -> FaultRule {
        rule.method(Method::POST)
    }

    /// Texts that no error may hold: keys, passwords.
    fn secrets(&self) -> Vec<String> {
        Vec::new()
    }
}

/// How a rule is not kept.
#[derive(Debug)]
pub struct Broken(pub String);

impl From<Error> for Broken {
    fn from(error: Error) -> Self {
        Self(format!("an error: {}", error.log()))
    }
}

/// Fails a rule unless something holds.
fn hold(holds: bool, otherwise: impl FnOnce() -> String) -> Result<(), Broken> {
    if holds { Ok(()) } else { Err(Broken(otherwise())) }
}

/// What became of a rule.
#[derive(Debug)]
pub enum Verdict {
    /// It is kept.
    Kept,
    /// The backend does not claim it, or the bench cannot try it.
    NotAsked,
    /// It is not kept.
    Broken(String),
}

type Check = for<'a> fn(&'a dyn Bench) -> BoxFuture<'a, Result<Verdict, Broken>>;

/// One rule.
pub struct Rule {
    /// Its name.
    pub name: &'static str,
    /// What it says.
    pub says: &'static str,
    check: Check,
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rule").field("name", &self.name).finish_non_exhaustive()
    }
}

/// All rules, group by group. Those that change something upstream stand last.
const GROUPS: &[&[Rule]] =
    &[capabilities::RULES, passes::RULES, faults::RULES, changes::RULES, moves::RULES, commands::RULES];

/// All rules.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    GROUPS.iter().copied().flatten()
}

/// What became of all rules.
#[derive(Debug)]
pub struct Report(pub Vec<(&'static Rule, Verdict)>);

impl Report {
    /// Names of the rules that are not kept.
    #[must_use]
    pub fn broken(&self) -> Vec<&'static str> {
        self.names(|verdict| matches!(verdict, Verdict::Broken(_)))
    }

    /// Names of the rules that were not asked.
    #[must_use]
    pub fn not_asked(&self) -> Vec<&'static str> {
        self.names(|verdict| matches!(verdict, Verdict::NotAsked))
    }

    fn names(&self, are: impl Fn(&Verdict) -> bool) -> Vec<&'static str> {
        self.0.iter().filter(|(_, verdict)| are(verdict)).map(|(rule, _)| rule.name).collect()
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (Rule { name, says, .. }, verdict) in &self.0 {
            match verdict {
                Verdict::Kept => writeln!(f, "kept      {name}")?,
                Verdict::NotAsked => writeln!(f, "not asked {name}")?,
                Verdict::Broken(why) => writeln!(f, "BROKEN    {name}: {says}\n          {why}")?,
            }
        }
        Ok(())
    }
}

/// Asks every rule, one after the other.
pub async fn run(bench: &dyn Bench) -> Report {
    let mut report = Vec::new();
    for rule in rules() {
        let verdict = (rule.check)(bench).await.unwrap_or_else(|Broken(why)| Verdict::Broken(why));
        report.push((rule, verdict));
    }
    Report(report)
}
